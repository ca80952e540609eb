"""Read large sheets without their blank formatted cells, and word refusals of what is too large."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator

from zlib_ng import zlib_ng as zlib

from pipeline.collect.formats import limits
from pipeline.collect.formats.cells import UnreadableError

_PIECE = 4 * 1024**2
"""Bytes unpacked at a time."""
_BLANK_CELL = re.compile(
    rb'<c r="[A-Z]{1,3}[0-9]{1,7}"(?: s="[0-9]++")?+(?: t="[a-zA-Z]++")?+ ?(?:/>|></c>)'
)
_BLANK_ROW = re.compile(rb'<row r="[0-9]{1,7}"[^<>]*+(?:(?<=/)>|(?<!/)></row>)')
_UNPLACED = re.compile(rb'<(?:[A-Za-z0-9]+:)?(?:c|row)(?! r=")[\s/>]')
"""A cell or row without an address takes it from the one before, which must then be kept."""


def too_large(part: str, size: int, most: int) -> UnreadableError:
    """Return the error for a part of more bytes than may be opened."""
    return UnreadableError("large_part", part=part, size=_megabytes(size), limit=_megabytes(most))


def too_many_cells() -> UnreadableError:
    """Return the error for a sheet with more filled cells than are read."""
    return UnreadableError("many_cells", limit=dotted(limits.CELLS))


def too_many_sheets(count: int) -> UnreadableError:
    """Return the error for a workbook with more sheets than are read."""
    return UnreadableError("many_sheets", count=dotted(count), limit=dotted(limits.SHEETS))


def dotted(number: int) -> str:
    """Return a whole number with dots between thousands, as Vietnamese writes it."""
    return f"{number:,}".replace(",", ".")


def _megabytes(size: int) -> str:
    return f"{dotted(-(-size // 1024**2))} MB"


def without_blanks(packed: memoryview, entry: zipfile.ZipInfo, most: int) -> bytes | None:
    """Return a sheet's XML without its blank cells and rows; None if a cell or row has no address.

    Raises ``UnreadableError`` if it is damaged or still larger than ``most`` bytes.
    """
    kept, size, rest = [], 0, b""
    for piece in _unpacked(packed, entry):
        whole = rest + piece
        end = whole.rfind(b"<")
        # a tag may be cut between two pieces: keep its start for the next
        rest = whole[end:]
        kept.append(_BLANK_ROW.sub(b"", _BLANK_CELL.sub(b"", whole[:end])))
        size += len(kept[-1])
        if _UNPLACED.search(kept[-1]):
            return None
        if size > most:
            raise too_large(entry.filename, entry.file_size, most)
    return b"".join([*kept, rest])


def _unpacked(packed: memoryview, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a part's content in pieces.

    Raises ``UnreadableError`` if size or CRC differ from the directory's.
    """
    reader, size, check = zlib.decompressobj(-zlib.MAX_WBITS), 0, 0
    waiting = bytes(packed)
    try:
        while not reader.eof:
            piece = reader.decompress(waiting, _PIECE)
            waiting = reader.unconsumed_tail
            size, check = size + len(piece), zlib.crc32(piece, check)
            if size > entry.file_size or not (piece or waiting or reader.eof):
                break
            yield piece
    except zlib.error as error:  # type: ignore[misc]  # declared as an instance
        raise UnreadableError("damaged") from error
    if size != entry.file_size or check != entry.CRC:
        raise UnreadableError("damaged")
