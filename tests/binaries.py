"""Build a binary workbook (.xlsb) with fonts, number formats and strings, after [MS-XLSB].

No free program writes such workbooks.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from tests.hostile import record, rezipped, wide, xlsb

RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

_TYPE = '<Override PartName="/xl/{}.bin" ContentType="application/vnd.ms-excel.{}"/>'
_TYPES = (
    ("workbook", "sheet.binary.macroEnabled.main"),
    ("worksheets/sheet1", "worksheet"),
    ("sharedStrings", "sharedStrings"),
    ("styles", "styles"),
)
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f"{''.join(_TYPE.format(*each) for each in _TYPES)}</Types>"
)


@dataclass(frozen=True)
class Font:
    """A font: 0x08 in ``flags`` strikes out; ``position`` 1 is high, 2 low."""

    name: str = "Calibri"
    flags: int = 0
    position: int = 0

    def record(self) -> bytes:
        """Return its BrtFont record."""
        return record(
            43,
            struct.pack(
                "<4H4B8sB",
                220,
                self.flags,
                400,
                self.position,
                0,
                2,
                0,
                0,
                b"\x03\x01\0\0\0\0\0\xff",
                0,
            )
            + wide(self.name),
        )


Rich = tuple[str, tuple[tuple[int, int], ...]]
"""A text, and pairs of where a font begins (in UTF-16 units) and the font's number."""


def rich(text: str, runs: Sequence[tuple[int, int]] = ()) -> bytes:
    """Return a RichStr structure."""
    if not runs:
        return b"\0" + wide(text)
    return (
        b"\x01"
        + wide(text)
        + struct.pack("<I", len(runs))
        + b"".join(struct.pack("<HH", *run) for run in runs)
    )


def _counted(number: int, count: int) -> bytes:
    """Return the record that begins a list."""
    return record(number, struct.pack("<I", count))


def styled(
    cells: Sequence[tuple[float | str | Rich, int]],
    fonts: Sequence[Font],
    formats: Sequence[str],
    styles: Sequence[tuple[int, int]],
    *,
    in_cells: bool = False,
) -> bytes:
    """Return a workbook of one column; each cell is a value and its style's number.

    A style is a format's and a font's number; ``formats`` are numbered from 164 on. Texts are in
    the part of strings, or in the cells themselves.
    """
    texts = [
        value if isinstance(value, tuple) else (value, ())
        for value, _ in cells
        if not isinstance(value, float)
    ]
    rows = []
    for row, (value, style) in enumerate(cells):
        head = struct.pack("<II", 0, style)
        if isinstance(value, float):
            cell = record(5, head + struct.pack("<d", value))
        elif in_cells:
            cell = record(62, head + rich(*(value if isinstance(value, tuple) else (value, ()))))
        else:
            cell = record(
                7,
                head
                + struct.pack(
                    "<I", texts.index(value if isinstance(value, tuple) else (value, ()))
                ),
            )
        rows.append(record(0, struct.pack("<IIHBBBI", row, 0, 300, 0, 0, 0, 0)) + cell)
    sheet = (
        record(129)
        + record(148, struct.pack("<4I", 0, len(cells) - 1, 0, 0))
        + record(145)
        + b"".join(rows)
        + record(146)
        + record(130)
    )
    strings = (
        record(159, struct.pack("<II", len(texts), len(texts)))
        + b"".join(record(19, rich(*text)) for text in texts)
        + record(160)
    )
    own = b"".join(
        record(44, struct.pack("<H", 164 + at) + wide(code)) for at, code in enumerate(formats)
    )
    looks = b"".join(
        record(47, struct.pack("<4H", 0, number, font, 0) + bytes(8)) for number, font in styles
    )
    parts = (
        record(278) + _counted(615, len(formats)) + own + record(616) + _counted(611, len(fonts))
    )
    parts += (
        b"".join(font.record() for font in fonts)
        + record(612)
        + _counted(626, 1)
        + record(47, struct.pack("<4H", 0xFFFF, 0, 0, 0) + bytes(8))
    )
    parts += record(627) + _counted(617, len(styles)) + looks + record(618) + record(279)
    link = '<Relationship Id="rId{}" Type="{}/{}" Target="{}"/>'
    links = link.format(1, RELATIONSHIPS, "worksheet", "worksheets/sheet1.bin")
    links += link.format(2, RELATIONSHIPS, "sharedStrings", "sharedStrings.bin") + link.format(
        3, RELATIONSHIPS, "styles", "styles.bin"
    )
    whole = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>'
    return rezipped(
        xlsb([(0, 0)]),
        {
            "[Content_Types].xml": TYPES.encode(),
            "xl/worksheets/sheet1.bin": sheet,
            "xl/sharedStrings.bin": strings,
            "xl/styles.bin": parts,
            "xl/_rels/workbook.bin.rels": whole.encode(),
        },
    )
