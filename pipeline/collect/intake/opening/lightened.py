"""Mails without the long runs of base64 in them, which the standard library reads line by line: a workbook's lines take most of its time."""

from __future__ import annotations

import binascii
import contextlib
import re
import secrets
from email.message import Message

_RUN = re.compile(rb"^(?:[A-Za-z0-9+/]{60,76}\r?\n){10,}", re.MULTILINE)
"""Lines that can be neither a boundary nor a header, so that taking them out changes nothing of how a mail is parted."""
_MARK = secrets.token_hex(16)
"""No mail can name it."""
_MARKS = re.compile(rf"{_MARK}\.(\d+)\n?")


class Lightened:
    """The bytes of a mail with a mark in place of each such run; ``content`` gives a part's own bytes."""

    def __init__(self, data: bytes) -> None:
        self._runs: list[str] = []
        self.data = _RUN.sub(self._cut, data)

    def _cut(self, found: re.Match[bytes]) -> bytes:
        self._runs.append(found[0].decode("ascii"))
        return b"%s.%d\n" % (_MARK.encode(), len(self._runs) - 1)

    def content(self, part: Message) -> bytes | None:
        """The bytes of a part as they were before they were packed for the way; nothing where it has none of its own."""
        packed = part.get_payload()
        if isinstance(packed, str) and _MARK in packed:
            whole = _MARKS.sub(self._run, packed)
            if str(part.get("content-transfer-encoding", "")).strip().lower() == "base64":
                with contextlib.suppress(ValueError):  # the library mends what is cut short
                    return binascii.a2b_base64(whole)
            part.set_payload(whole)
        content = part.get_payload(decode=True)
        return content if isinstance(content, bytes) else None

    def _run(self, mark: re.Match[str]) -> str:
        return self._runs[int(mark[1])]
