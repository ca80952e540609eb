"""Change those records of an .xls over which xlrd stumbles and other programs don't.

Records after [MS-XLS] 2.3.1. Names, references, comments, objects and links hold no cell, so they
can be hidden from xlrd. The table of strings (2.4.265) states a number of strings that some
programs get wrong.
"""

from __future__ import annotations

import struct
from bisect import bisect_left

from xlrd.book import unpack_SST_table

from pipeline.errors import is_of_foreign_bytes

_CONTINUED, _STRINGS, _NOTHING = 0x3C, 0xFC, 0x0FFF
"""Kinds of records; the last is one that xlrd ignores."""
_WITHOUT_CELLS = frozenset({0x17, 0x18, 0x218, 0x23, 0x1AE, 0x1C, 0x5D, 0x1B6, 0x1B8, 0x800})
"""EXTERNSHEET, NAME of two kinds, EXTERNNAME, SUPBOOK; NOTE, OBJ, TXO, HLINK, HLINKTOOLTIP."""


def mended(stream: bytes) -> bytes:
    """Return the same records at the same places.

    Those without cells get a kind that xlrd ignores. The stated number of strings is lowered to
    what can be read.
    """
    result, strings, promise, begun = bytearray(stream), [], 0, 0
    place = 0
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        begun = begun if kind == _CONTINUED else kind
        if begun in _WITHOUT_CELLS:
            struct.pack_into("<H", result, place, _NOTHING)
        elif begun == _STRINGS:
            promise = promise or place + 8
            strings.append(stream[place + 4 : place + 4 + size])
        place += 4 + size
    if strings and len(strings[0]) >= 8:  # noqa: PLR2004 the two numbers before the strings
        struct.pack_into("<I", result, promise, _count(strings))
    return bytes(result)


def _count(strings: list[bytes]) -> int:
    """Return how many strings of a table can be read, at most as many as it states."""
    (promised,) = struct.unpack_from("<I", strings[0], 4)
    most = min(promised, sum(map(len, strings)) // 3)  # a string takes at least three bytes
    return bisect_left(range(1, most + 1), True, key=lambda count: not _has(strings, count))


def _has(strings: list[bytes], count: int) -> bool:
    """True if xlrd can read so many strings."""
    try:
        unpack_SST_table(strings, count)
    except Exception as error:
        if not is_of_foreign_bytes(error):
            raise
        return False
    return True
