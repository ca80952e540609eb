"""Read the records of an .xlsb part, and the numbers and texts in them ([MS-XLSB] 2.1.4)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NoReturn

from pipeline.collect.formats.cells import UnreadableError

Record = tuple[int, bytes]
"""Kind and content of a record."""


def records(data: bytes) -> Iterator[Record]:
    """Yield kind and content of each record.

    A record begins with its kind and its size, both with seven bits per byte: up to two bytes for
    the kind, four for the size.
    """
    place = 0
    while place < len(data):
        kind, place = _packed(data, place, 2)
        size, place = _packed(data, place, 4)
        if place + size > len(data):
            damaged()
        yield kind, data[place : place + size]
        place += size


def _packed(data: bytes, place: int, most: int) -> tuple[int, int]:
    """Read a number of up to ``most`` bytes, seven bits each; return it and where it ends."""
    number = 0
    for position in range(most):
        if place >= len(data):
            damaged()
        byte = data[place]
        place += 1
        number |= (byte & 0x7F) << (7 * position)
        if byte < 0x80:  # noqa: PLR2004 the last byte of a number
            break
    return number, place


def damaged() -> NoReturn:
    """Refuse the workbook."""
    raise UnreadableError("damaged")


def whole(body: bytes, place: int) -> int:
    """Return the whole number of four bytes at a place."""
    if not 0 <= place <= len(body) - 4:
        damaged()
    return int.from_bytes(body[place : place + 4], "little")


def real(body: bytes, place: int) -> float:
    """Return the number of eight bytes at a place."""
    if place > len(body) - 8:
        damaged()
    return float(struct.unpack_from("<d", body, place)[0])


def text(body: bytes, place: int) -> tuple[str, int]:
    """Return a text that follows its length, and its end. Lone surrogates become U+FFFD."""
    start = place + 4
    end = start + 2 * whole(body, place)
    if end > len(body):
        damaged()
    return body[start:end].decode("utf-16-le", "replace"), end


def packed_real(packed: int) -> float:
    """Decode a number of 30 bits: an integer or the upper part of a double, perhaps times 100.

    [MS-XLSB] 2.5.123 (RkNumber).
    """
    if packed & 2:
        signed = packed >> 2
        number = float(signed - (1 << 30) if signed >= 1 << 29 else signed)
    else:
        number = float(struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0])
    return number / 100 if packed & 1 else number
