"""Open a workbook that has a password, with one that the round agreed on."""

from __future__ import annotations

import io
from collections.abc import Iterable

from pipeline.collect.formats import limits
from pipeline.collect.formats.cells import UnreadableError
from pipeline.collect.formats.signs import OLE
from pipeline.errors import is_of_foreign_bytes

NOBODYS = "VelvetSweatshop"
"""Excel's own password, for workbooks that open without asking ([MS-OFFCRYPTO] 2.4.2.3, note
19)."""


def unlocked(data: bytes, passwords: Iterable[str]) -> bytes:
    """Return the decrypted workbook. Raises ``UnreadableError`` if no password fits."""
    if data.startswith(OLE):
        for password in (*filter(None, passwords), NOBODYS):
            opened = _opened(data, password)
            if opened:
                return opened
    raise UnreadableError("encrypted")


def _opened(data: bytes, password: str) -> bytes:
    """Return the workbook decrypted with ``password``; empty if that doesn't fit."""
    from msoffcrypto import OfficeFile
    from msoffcrypto.format.ooxml import OOXMLFile

    result = io.BytesIO()
    try:
        file = OfficeFile(io.BytesIO(data))
        # the older formats always verify, and don't know this option
        check = {"verify_password": True} if isinstance(file, OOXMLFile) else {}
        file.load_key(password=password, **check)
        file.decrypt(result)
    except Exception as error:
        if not is_of_foreign_bytes(error):
            raise
        return b""
    return result.getvalue()[: limits.FILE_BYTES + 1]
