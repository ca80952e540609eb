"""Take long runs of base64 out of a mail before it is parsed.

The standard library reads it line by line, which takes most of the time for a workbook.
"""

from __future__ import annotations

import binascii
import contextlib
import re
import secrets
from email.message import Message

_RUN = re.compile(rb"^(?:[A-Za-z0-9+/]{60,76}\r?\n){10,}", re.MULTILINE)
"""Base64 lines: neither boundaries nor headers, so that a mail without them has the same parts."""
_MARK = secrets.token_hex(16)
"""Random, so that no mail can contain it."""
_MARKS = re.compile(rf"{_MARK}\.(\d+)\n?")
"""A mark, with the number of the run that it stands for."""


class LightMail:
    """A mail's bytes with a mark for each such run. ``content`` gives a part's own bytes."""

    def __init__(self, data: bytes) -> None:
        self._runs: list[str] = []
        self.data = _RUN.sub(self._cut, data)

    def _cut(self, run: re.Match[bytes]) -> bytes:
        self._runs.append(run[0].decode("ascii"))
        return b"%s.%d\n" % (_MARK.encode(), len(self._runs) - 1)

    def content(self, part: Message) -> bytes | None:
        """Return a part's decoded bytes; None if it has none of its own."""
        packed = part.get_payload()
        if isinstance(packed, str) and _MARK in packed:
            whole = _MARKS.sub(self._run, packed)
            if str(part.get("content-transfer-encoding", "")).strip().lower() == "base64":
                # the library can repair base64 that was cut short
                with contextlib.suppress(ValueError):
                    return binascii.a2b_base64(whole)
            part.set_payload(whole)
        content = part.get_payload(decode=True)
        return content if isinstance(content, bytes) else None

    def _run(self, mark: re.Match[str]) -> str:
        return self._runs[int(mark[1])]
