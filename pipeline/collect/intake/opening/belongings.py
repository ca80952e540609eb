"""Tell which parts of a mail are files that somebody sent, and which only belong to the mail."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.collect.formats import limits
from pipeline.collect.formats.signs import OLE, ZIP
from pipeline.collect.intake.opening.piece import MailHead, Piece

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\x00", b"MM\x00*")
_TNEF = b"\x78\x9f\x3e\x22"
"""Begins winmail.dat, Outlook's own packing of attachments."""
_SIGNATURES = {
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "text/vcard",
    "text/x-vcard",
}
_SEALED = {"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"}
"""Types of encrypted mails, which nobody here can open."""
_HTML_TAG = re.compile(
    r"<(?:style|script|title)\b.*?(?:</(?:style|script|title)>|\Z)|<!--.*?(?:-->|\Z)|<[^<>]*>",
    # what isn't closed goes on to the end, as in browsers: so each letter is read once
    re.IGNORECASE | re.DOTALL,
)
_HTML_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^<>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class MailPart:
    """One part of a mail: name of its file (blank if none), declared type, bytes."""

    name: str
    type: str
    content: bytes
    is_shown: bool = False
    """True if the mail shows it inside its text, or says so."""


def reason_to_leave(part: MailPart) -> str:
    """Say why a part of a mail is left out (a key of ``collect.toml``); blank if it isn't.

    What its bytes are counts more than its declared type.
    """
    if part.content.startswith((ZIP, OLE)):
        return ""
    if part.content.startswith(_TNEF) or part.type in (
        "application/ms-tnef",
        "application/vnd.ms-tnef",
    ):
        return "tnef"
    if part.type in _SEALED or part.name.lower().endswith(".p7m"):
        return "sealed"
    if part.type in _SIGNATURES or part.name.lower().endswith((".p7s", ".vcf")):
        return "mail_signature"
    is_picture = part.content.startswith(_PICTURES) or (
        part.type.startswith("image/") and not part.content.startswith(b"%PDF")
    )
    return "inline_picture" if is_picture and (part.is_shown or not part.name) else ""


def piece_of(part: MailPart, name: str, mails: tuple[MailHead, ...]) -> Piece:
    """Return the piece for a part of a mail. ``mails``: those around it, outermost first."""
    reason = reason_to_leave(part)
    if not reason and len(part.content) > limits.FILE_BYTES:
        reason = "too_large"
    return Piece(name, b"" if reason else part.content, reason, mails)


def plain(html: str) -> str:
    """Return the words of a text in HTML."""
    import html as entities

    broken = _HTML_BREAK.sub("\n", html)
    words = entities.unescape(_HTML_TAG.sub(" ", broken))
    lines = (" ".join(line.split()) for line in words.splitlines())
    return "\n".join(line for line in lines if line)
