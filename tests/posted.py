"""Make mails: .eml by the standard library, .msg as compound files of our own, old archives."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tests.incoming import WORKBOOK

SENT, CAME = "Tue, 05 Sep 2023 08:00:00 +0700", "Wed, 06 Sep 2023 01:30:00 +0000"
PICTURE = b"\x89PNG\r\n\x1a\n logo"
Attached = tuple[str, bytes]


def mail(
    *attached: Attached,
    sender: str = "Văn phòng <VP@BoXD.example>",
    subject: str = "V/v báo cáo",
    sent: str = SENT,
    received: Sequence[str] = (),
    text: str = "Kính gửi Bộ Nội vụ.",
) -> EmailMessage:
    """Return a mail with these files."""
    made = EmailMessage()
    for moment in received:
        made["Received"] = f"from mx.example by mail.example; {moment}"
    made["From"], made["To"], made["Subject"], made["Date"] = (
        sender,
        "vu@moha.example",
        subject,
        sent,
    )
    made.set_content(text)
    for name, content in attached:
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made


def posted(path: Path, *attached: Attached, **words: object) -> Path:
    """Write such a mail to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(mail(*attached, **words).as_bytes())  # type: ignore[arg-type]
    return path


def raw(*headers: str, body: bytes = b"", encoding: str = "ascii") -> bytes:
    """Return a mail of one part as bytes, with headers that no library would write."""
    head = ["From: a@b.example", "To: c@d.example", f"Date: {SENT}", *headers]
    return "\r\n".join(head).encode(encoding) + b"\r\n\r\n" + body


# --- compound files -------------------------------------------------------------------------------

Storage = Mapping[str, "bytes | Storage"]
_SECTOR, _END, _FREE, _NONE = 512, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFF


def compound(tree: Storage) -> bytes:
    """Return a compound file of these storages and streams."""
    return _Compound(tree).whole()


class _Chains:
    """Sectors of one size, chained to streams."""

    def __init__(self, size: int) -> None:
        self.size, self.sectors, self.following = size, list[bytes](), list[int]()

    def store(self, content: bytes) -> int:
        """Store a stream; return its first sector."""
        start, pieces = (
            len(self.sectors),
            [
                content[at : at + self.size].ljust(self.size, b"\0")
                for at in range(0, len(content), self.size)
            ],
        )
        self.sectors += pieces
        self.following += [*range(start + 1, start + len(pieces)), _END][: len(pieces)]
        return start if pieces else _END


class _Compound:
    def __init__(self, tree: Storage) -> None:
        self._large, self._small = _Chains(_SECTOR), _Chains(64)
        self._entries: list[list[Any]] = [["Root Entry", 5, _NONE, _END, 0]]
        self._add(tree, 0)

    def _add(self, tree: Storage, parent: int) -> None:
        numbers = []
        for name, content in sorted(tree.items(), key=lambda item: (len(item[0]), item[0].upper())):
            numbers.append(len(self._entries))
            if isinstance(content, bytes):
                chains = self._small if len(content) < 4096 else self._large
                self._entries.append([name, 2, _NONE, chains.store(content), len(content)])
            else:
                self._entries.append([name, 1, _NONE, 0, 0])
                self._add(content, numbers[-1])
        self._entries[parent][2] = self._balanced(numbers)

    def _balanced(self, numbers: Sequence[int]) -> int:
        """Make a tree of these siblings; return the middle one, its root."""
        if not numbers:
            return _NONE
        middle = len(numbers) // 2
        self._entries[numbers[middle]] += [
            self._balanced(numbers[:middle]),
            self._balanced(numbers[middle + 1 :]),
        ]
        return numbers[middle]

    def whole(self) -> bytes:
        """Return the file's bytes."""
        large, small = self._large, b"".join(self._small.sectors)
        self._entries[0][3:5] = [large.store(small), len(small)]
        table = struct.pack(f"<{len(self._small.following)}I", *self._small.following)
        first_of_small = large.store(table.ljust(-(-len(table) // _SECTOR) * _SECTOR, b"\xff"))
        directory = large.store(b"".join(_entry(*each) for each in self._entries))
        count = 1
        while count * 128 < len(large.sectors) + count:
            count += 1
        places = [len(large.sectors) + number for number in range(count)]
        fat = [*large.following, *[0xFFFFFFFD] * count]
        fat += [_FREE] * (count * 128 - len(fat))
        words = (
            0x3E,
            3,
            0xFFFE,
            9,
            6,
            0,
            count,
            directory,
            0,
            4096,
            first_of_small,
            -(-len(table) // _SECTOR),
            _END,
            0,
        )
        header = (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
            + bytes(16)
            + struct.pack("<HHHHH6xIIIIIIIII", *words)
        )
        header += struct.pack("<109I", *places, *[_FREE] * (109 - count))
        return header + b"".join(large.sectors) + struct.pack(f"<{len(fat)}I", *fat)


def _entry(
    name: str, kind: int, child: int, start: int, size: int, left: int = _NONE, right: int = _NONE
) -> bytes:
    spelled = f"{name}\0".encode("utf-16-le")
    return spelled.ljust(64, b"\0") + struct.pack(
        "<HBBIII36xIQ", len(spelled), kind, 1, left, right, child, start, size
    )


def properties(offset: int, values: Mapping[int, object], **storages: Storage) -> Storage:
    """Return a storage of Outlook with these properties, by number: texts, bytes, flags."""
    table, streams = bytes(offset), dict[str, "bytes | Storage"](storages)
    for number, value in values.items():
        if isinstance(value, bool):
            table += struct.pack("<HHIQ", 0x000B, number, 6, int(value))
            continue
        kind, data = (
            (0x001F, value.encode("utf-16-le")) if isinstance(value, str) else (0x0102, value)
        )
        assert isinstance(data, bytes)
        table += struct.pack("<HHIQ", kind, number, 6, len(data))
        streams[f"__substg1.0_{number:04X}{kind:04X}"] = data
    return {"__properties_version1.0": table, **streams}


def outlook(
    *attached: Storage, headers: str = "", subject: str = "Báo cáo", offset: int = 32
) -> Storage:
    """Return a mail of Outlook, whole or (offset 24) as it is inside another."""
    said: dict[int, object] = {
        0x0037: subject,
        0x007D: headers,
        0x1000: "Kính gửi.",
        0x0C1A: "Văn phòng",
        0x5D01: "VP@boxd.example",
    }
    return properties(
        offset,
        said,
        **{f"__attach_version1.0_#{number:08X}": each for number, each in enumerate(attached)},
    )


def attachment(name: str, content: bytes = WORKBOOK, *, hidden: bool = False) -> Storage:
    """Return a file attached to a mail of Outlook."""
    return properties(8, {0x3707: name, 0x3701: content, 0x7FFE: hidden})


def embedded(inner: Storage) -> Storage:
    """Return a mail attached to a mail of Outlook."""
    return properties(8, {}, **{"__substg1.0_3701000D": inner})


# --- archives -------------------------------------------------------------------------------------


def rar(*members: Attached) -> bytes:
    """Return a .rar archive (version 4) of uncompressed members."""
    made = b"Rar!\x1a\x07\x00" + _block(0x73, 0, bytes(6))
    for name, content in members:
        spelled = name.encode()
        words = struct.pack(
            "<IIBIIBBHI",
            len(content),
            len(content),
            3,
            zlib.crc32(content),
            0x57254000,
            20,
            0x30,
            len(spelled),
            0o100644,
        )
        made += _block(0x74, 0x8000, words + spelled) + content
    return made + _block(0x7B, 0x4000, b"")


def _block(kind: int, flags: int, words: bytes) -> bytes:
    block = struct.pack("<BHH", kind, flags, 7 + len(words)) + words
    return struct.pack("<H", zlib.crc32(block) & 0xFFFF) + block
