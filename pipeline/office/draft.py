"""Drafts of mails as .eml files, which Outlook and Thunderbird open ready to send."""

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
    """Writes a mail as bytes.

    The library's own folding of a long subject loses a space between two encoded words ("Côngvăn").
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return a header's folded lines.

        The subject is folded by ``email.header``: it keeps spaces.
        """
        if name.lower() != "subject":
            return super().fold_binary(name, value)
        folded = Header(
            str(value), None if str(value).isascii() else "utf-8", header_name=name
        ).encode(linesep=self.linesep)
        return f"{name}: {folded}{self.linesep}".encode("ascii")


@dataclass(frozen=True)
class MailDraft:
    """A mail to be sent by hand.

    It has no date or random id: the same words give the same bytes.
    """

    subject: str
    text: str
    to: Sequence[str] = ()
    cc: Sequence[str] = ()
    attached: Mapping[str, bytes] = field(default_factory=dict)
    """Content of the attachments, by file name."""

    def eml(self) -> bytes:
        """Return the draft as the bytes of an .eml."""
        mail = EmailMessage(policy=_Policy(linesep="\r\n"))
        mail["X-Unsent"] = "1"  # Outlook opens it as an unsent mail
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
        """Return a boundary that no part contains: base64 lines never begin with "=_"."""
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
    """Return a file's MIME type by its ending.

    Not by ``mimetypes.guess_type``, which asks the system: the answer differs by machine.
    """
    ending = name[name.rfind(".") :].lower()
    return _TYPES.get(ending) or mimetypes.types_map.get(ending, "application/octet-stream")
