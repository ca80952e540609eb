"""Drafts of mails as files: Outlook and Thunderbird open them ready to be looked at and sent."""

from __future__ import annotations

import email.policy
import hashlib
import mimetypes
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.header import Header
from email.message import EmailMessage
from typing import Any

_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class _Policy(email.policy.EmailPolicy):
    """How a mail is written as bytes. The library's own folding of a long subject loses a space between two encoded words ("Côngvăn")."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        """A header's lines."""
        if name.lower() != "subject":
            return super().fold_binary(name, value)
        folded = Header(str(value), None if str(value).isascii() else "utf-8", header_name=name).encode(linesep=self.linesep)
        return f"{name}: {folded}{self.linesep}".encode("ascii")


@dataclass(frozen=True)
class Draft:
    """A mail to be sent by hand. The same words give the same bytes: no date, no number of its own."""

    subject: str
    text: str
    to: Sequence[str] = ()
    cc: Sequence[str] = ()
    attached: Mapping[str, bytes] = field(default_factory=dict)
    """Files by name."""

    def eml(self) -> bytes:
        """The draft as .eml."""
        mail = EmailMessage(policy=_Policy(linesep="\r\n"))
        mail["X-Unsent"] = "1"  # Outlook opens it as one to be sent
        mail["Subject"] = self.subject
        for title, addresses in (("To", self.to), ("Cc", self.cc)):
            if addresses:
                mail[title] = ", ".join(addresses)
        mail.set_content(self.text, cte="base64")
        for name, content in self.attached.items():
            maintype, _, subtype = _type_of(name).partition("/")
            mail.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
        if self.attached:
            mail.set_boundary(self._boundary())
        return mail.as_bytes()

    def _boundary(self) -> str:
        """A line between the parts that none of them holds: base64 has no "="."""
        digest = hashlib.sha256()
        for piece in self._pieces():
            digest.update(piece)
        return f"=_{digest.hexdigest()[:32]}"

    def _pieces(self) -> Iterator[bytes]:
        yield self.subject.encode()
        yield self.text.encode()
        for name, content in self.attached.items():
            yield name.encode()
            yield content


def _type_of(name: str) -> str:
    """A file's type, by its ending; mimetypes asks the system, which differs."""
    ending = name[name.rfind(".") :].lower()
    return _TYPES.get(ending) or mimetypes.types_map.get(ending, "application/octet-stream")
