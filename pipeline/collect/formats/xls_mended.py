"""The records of an .xls as xlrd takes them, where it stumbles over one that other programs pass over.

Records after [MS-XLS] 2.3.1: names and what they refer to, notes, objects and links hold no cell, so that they may go; of the
table of strings (2.4.265) the number of strings is a promise that some programs don't keep.
"""

from __future__ import annotations

import struct
from bisect import bisect_left

from xlrd.book import unpack_SST_table

from pipeline.errors import is_of_foreign_bytes

_CONTINUED, _STRINGS, _NOTHING = 0x3C, 0xFC, 0x0FFF
_WITHOUT_CELLS = frozenset({0x17, 0x18, 0x218, 0x23, 0x1AE, 0x1C, 0x5D, 0x1B6, 0x1B8, 0x800})
"""EXTERNSHEET, NAME of two kinds, EXTERNNAME, SUPBOOK; NOTE, OBJ, TXO, HLINK, HLINKTOOLTIP."""


def mended(stream: bytes) -> bytes:
    """The same records, each where it was: those without cells are of no kind now, and no more strings are promised than there are."""
    result, strings, promise, begun = bytearray(stream), [], 0, 0
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        begun = begun if kind == _CONTINUED else kind
        if begun in _WITHOUT_CELLS:
            struct.pack_into("<H", result, at, _NOTHING)
        elif begun == _STRINGS:
            promise = promise or at + 8
            strings.append(stream[at + 4 : at + 4 + size])
        at += 4 + size
    if strings and len(strings[0]) >= 8:  # noqa: PLR2004 the two numbers before the strings
        struct.pack_into("<I", result, promise, _count(strings))
    return bytes(result)


def _count(strings: list[bytes]) -> int:
    """How many strings a table has: as many as can be read, at most as many as it says."""
    (promised,) = struct.unpack_from("<I", strings[0], 4)
    most = min(promised, sum(map(len, strings)) // 3)  # a string takes three bytes at least
    return bisect_left(range(1, most + 1), True, key=lambda count: not _has(strings, count))


def _has(strings: list[bytes], count: int) -> bool:
    try:
        unpack_SST_table(strings, count)
    except Exception as error:
        if not is_of_foreign_bytes(error):
            raise
        return False
    return True
