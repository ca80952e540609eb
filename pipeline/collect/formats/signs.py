"""Tell mails and archives by their first bytes."""

from __future__ import annotations

import re

ZIP, EMPTY_ZIP, OLE = b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAIL, MAILBOX, OUTLOOK, PACKED = "mail", "mailbox", "outlook", "packed"
"""A mail (.eml), many mails in one file (.mbox), a mail of Outlook (.msg), an archive other than
.zip."""
ARCHIVES = (
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd",
)
"""How .rar, .7z, .gz, .bz2, .xz and .zst files begin."""
_TAR_AT, _TAR = 257, b"ustar"
"""Where a .tar has its signature."""
_HEADERS = re.compile(
    rb"\xef?\xbb?\xbf?(?:\s*\r?\n)?((?:[!-9;-~]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)+)"
)
"""Header lines at the start of a file."""
_OF_MAIL = re.compile(
    rb"^(?:from|to|date|subject|received|return-path|delivered-to|message-id|mime-version"
    rb"|content-type|x-[a-z0-9-]+|dkim-signature):",
    re.IGNORECASE | re.MULTILINE,
)
"""Headers that mails have."""
_LEAST_HEADERS = 2
_FROM_LINE = re.compile(rb"From [^\r\n]*\r?\n[!-9;-~]+:")
"""The line before each mail of an .mbox."""


def is_archive(start: bytes) -> bool:
    """True for the start of an archive other than .zip."""
    return start.startswith(ARCHIVES) or start[_TAR_AT:].startswith(_TAR)


def mail_kind(start: bytes) -> str:
    """Return ``mail`` or ``mailbox`` if the first bytes look like one, else blank.

    Only opening it tells for certain.
    """
    if _FROM_LINE.match(start):
        return MAILBOX
    whole = start[: start.rfind(b"\n") + 1] or start
    headers = _HEADERS.match(whole)
    return MAIL if headers and len(_OF_MAIL.findall(headers[1])) >= _LEAST_HEADERS else ""
