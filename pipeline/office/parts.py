"""Replace a few parts of a zip file; all other members are copied without inflating them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Container, Mapping
from dataclasses import dataclass

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
DOS_DATE = 33
"""1 January 1980 as a DOS date, for every member: the same content gives the same bytes."""
DEFLATED = 8
QUICK = 4
"""Compression level for parts patched in many files: a third of the time of 6, a tenth larger."""
USUAL, SMALLEST = 6, 9
_MEMORY = {USUAL: (5,), SMALLEST: (3, 4, 5)}
"""zlib's memLevels to try per compression level: how much it reads before a new table of symbols.

The parts of a form gain by small blocks. The smallest result is kept.
"""
UTF8_FLAG = 0x800


@dataclass(frozen=True)
class Envelope:
    """A zip file without the members that differ from copy to copy; ``with_parts`` completes it."""

    prefix: bytes
    """Local headers and data of the unchanging members."""
    directory: bytes
    count: int

    @classmethod
    def around(cls, whole: bytes, changing: tuple[str, ...]) -> Envelope:
        """Take members named in ``changing`` out of the zip file; the rest keep their order."""
        prefix, directory, count = io.BytesIO(), io.BytesIO(), 0
        with zipfile.ZipFile(io.BytesIO(whole)) as archive:
            for info in archive.infolist():
                if info.filename in changing:
                    continue
                data = _raw(whole, info)
                local, central = _headers(
                    info.filename,
                    data,
                    (info.CRC, info.file_size),
                    info.compress_type,
                    prefix.tell(),
                )
                prefix.write(local + data)
                directory.write(central)
                count += 1
        return cls(prefix.getvalue(), directory.getvalue(), count)

    def with_parts(self, parts: Mapping[str, bytes], level: int = USUAL) -> bytes:
        """Return the zip file with ``parts`` added, compressed at this level."""
        body, directory = io.BytesIO(), io.BytesIO()
        body.write(self.prefix)
        body.seek(0, io.SEEK_END)
        directory.write(self.directory)
        for name, content in parts.items():
            memories = _MEMORY.get(level, (zlib.DEF_MEM_LEVEL,))
            data = min((_deflated(content, level, memory) for memory in memories), key=len)
            local, central = _headers(
                name, data, (zlib.crc32(content), len(content)), DEFLATED, body.tell()
            )
            body.write(local + data)
            directory.write(central)
        listing, count = directory.getvalue(), self.count + len(parts)
        end = struct.pack("<4s4H2IH", END, 0, 0, count, count, len(listing), body.tell(), 0)
        return body.getvalue() + listing + end


def _deflated(content: bytes, level: int, memory: int = zlib.DEF_MEM_LEVEL) -> bytes:
    """Compress a member: raw deflate without zlib's header (-15), as zip files hold it."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -15, memory)
    return packer.compress(content) + packer.flush()


def read_parts(whole: bytes, names: tuple[str, ...]) -> dict[str, bytes]:
    """Read some members of a zip file."""
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        return {name: archive.read(name) for name in names}


def _raw(whole: bytes, info: zipfile.ZipInfo) -> bytes:
    """Return a member's compressed data."""
    # lengths from the local header: its extra field may differ from the central one
    name_size, extra_size = struct.unpack_from("<2H", whole, info.header_offset + 26)
    start = info.header_offset + 30 + name_size + extra_size
    return whole[start : start + info.compress_size]


def _headers(
    name: str, data: bytes, checks: tuple[int, int], method: int, offset: int
) -> tuple[bytes, bytes]:
    """Return a member's local and central header; ``checks``: its CRC-32 and its inflated size."""
    raw_name = name.encode()
    common = struct.pack(
        "<5H3I2H",
        20,
        UTF8_FLAG,
        method,
        0,
        DOS_DATE,
        checks[0],
        len(data),
        checks[1],
        len(raw_name),
        0,
    )
    central = (
        struct.pack("<4sH", CENTRAL, 20)
        + common
        + struct.pack("<3H2I", 0, 0, 0, 0, offset)
        + raw_name
    )
    return LOCAL + common + raw_name, central


def replaced(whole: bytes, parts: Mapping[str, bytes], dropped: Container[str] = ()) -> bytes:
    """Return the zip file with some members replaced in place, some dropped, new ones at the end.

    The compressed data of all other members stay the same, byte for byte.
    """
    body, directory, left = io.BytesIO(), io.BytesIO(), dict(parts)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        infos = [info for info in archive.infolist() if info.filename not in dropped]
    for info in infos:
        if info.filename in left:
            _add_packed(body, directory, info.filename, left.pop(info.filename))
        else:
            _add(
                body,
                directory,
                info.filename,
                _raw(whole, info),
                (info.CRC, info.file_size),
                info.compress_type,
            )
    for name, content in left.items():
        _add_packed(body, directory, name, content)
    listing, count = directory.getvalue(), len(infos) + len(left)
    end = struct.pack("<4s4H2IH", END, 0, 0, count, count, len(listing), body.tell(), 0)
    return body.getvalue() + listing + end


def _add_packed(body: io.BytesIO, directory: io.BytesIO, name: str, content: bytes) -> None:
    data = _deflated(content, QUICK)
    _add(body, directory, name, data, (zlib.crc32(content), len(content)), DEFLATED)


def _add(
    body: io.BytesIO,
    directory: io.BytesIO,
    name: str,
    data: bytes,
    checks: tuple[int, int],
    method: int,
) -> None:
    local, central = _headers(name, data, checks, method, body.tell())
    body.write(local + data)
    directory.write(central)
