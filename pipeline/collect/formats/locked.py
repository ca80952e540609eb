"""Workbooks with a password: opened with the one that the round agreed on, else refused as such."""

from __future__ import annotations

import io
from collections.abc import Iterable

from pipeline.collect.formats import limits
from pipeline.collect.formats.cells import UnreadableError
from pipeline.collect.formats.containers import OLE
from pipeline.errors import is_of_foreign_bytes

NOBODYS = "VelvetSweatshop"
"""With which Excel locks a workbook that opens for everybody ([MS-OFFCRYPTO] 2.4.2.3, note 19)."""


def unlocked(data: bytes, passwords: Iterable[str]) -> bytes:
    """The workbook without its lock; raises ``UnreadableError`` where no password fits."""
    if data.startswith(OLE):
        for password in (*filter(None, passwords), NOBODYS):
            opened = _opened(data, password)
            if opened:
                return opened
    raise UnreadableError("encrypted")


def _opened(data: bytes, password: str) -> bytes:
    """The workbook opened with a password; nothing where it doesn't fit."""
    from msoffcrypto import OfficeFile
    from msoffcrypto.format.ooxml import OOXMLFile

    result = io.BytesIO()
    try:
        file = OfficeFile(io.BytesIO(data))
        check = {"verify_password": True} if isinstance(file, OOXMLFile) else {}  # the old formats always check, and know no such option
        file.load_key(password=password, **check)
        file.decrypt(result)
    except Exception as error:
        if not is_of_foreign_bytes(error):
            raise
        return b""
    return result.getvalue()[: limits.FILE_BYTES + 1]
