"""Tables of a .docx, written as XML: python-docx takes 1 ms per cell, a report has thousands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from docx.oxml.ns import nsdecls

from pipeline.office.safety import safe
from pipeline.office.xmltext import in_element

TABLE_SIZE = 11
"""Size of text in tables, in points; Nghị định 30 names none."""
THIN = '<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
_MILLIMETRE = 56.7
"""A millimetre in twentieths of a point."""
_POINT = 0.353
"""A point in millimetres."""
_MARGIN = 70
"""Space left and right of a cell's text, in twentieths of a point."""
_FIRST = 3
"""The rows that stay on one page with the heading."""
_LETTER = 0.5
"""Width of a letter as a share of the text's size; rather too much."""
_LINE = 1.2
"""Height of a line as a multiple of the text's size."""
_SHADE = '<w:shd w:val="clear" w:color="auto" w:fill="E7ECF2"/>'


@dataclass(frozen=True)
class Cell:
    """A cell of a table. Figures are aligned right."""

    text: str
    figure: bool = False


def on_pages(
    heads: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    widths: Sequence[float],
    size: int,
    room: float,
) -> list[Sequence[Sequence[Cell]]]:
    """Split rows into the fewest parts that fit ``room``, all about equally high.

    ``room``: height of a part with its heading, in points; ``widths`` in millimetres; ``size`` in
    points.
    """
    heights = [_height([cell.text for cell in row], widths, size) for row in rows]
    left, tallest = room - _height(heads, widths, size), max(heights, default=0.0)
    aim = sum(heights) / max(1, math.ceil(sum(heights) / left)) + tallest
    parts: list[list[Sequence[Cell]]] = [[]]
    filled = 0.0
    for row, height in zip(rows, heights, strict=True):
        if parts[-1] and filled + height > min(left, aim):
            parts.append([])
            filled = 0.0
        parts[-1].append(row)
        filled += height
    return list(parts)


def _height(texts: Sequence[str], widths: Sequence[float], size: int) -> float:
    """Estimate the height of a row, in points."""
    letters = [(width - 2 * _MARGIN / _MILLIMETRE) / (size * _LETTER * _POINT) for width in widths]
    lines = [
        sum(max(1, math.ceil(len(line) / most)) for line in text.split("\n"))
        for text, most in zip(texts, letters, strict=True)
    ]
    return max(lines, default=1) * size * _LINE + 2 * _room(size) / 20


def _room(size: int) -> int:
    """Return the space above and below a cell's text, in twentieths of a point."""
    return 20 if size >= TABLE_SIZE else 0


def table_xml(
    heads: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    widths: Sequence[float],
    across: float,
    *,
    totals: int = 0,
    size: int = TABLE_SIZE,
    whole: bool = False,
) -> str:
    """Return a table as XML, as wide as the text (``across`` millimetres).

    The heading is repeated on every page; no row is split between pages. ``widths`` are shares. The
    last ``totals`` rows are sums, in bold. With ``whole`` the table stays on one page.
    """
    columns = [round(width * across * _MILLIMETRE / sum(widths)) for width in widths]
    last = len(rows) - 1
    together = set(range(last)) if whole else {*range(_FIRST), *range(last - max(totals, 1), last)}
    lines = [_row([Cell(head) for head in heads], columns, size, head=True, keep=True)]
    lines += [
        _row(row, columns, size, bold=at > last - totals, keep=at in together)
        for at, row in enumerate(rows)
    ]
    borders = "".join(THIN.format(side=side) for side in _SIDES)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in columns)
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(columns)}" w:type="dxa"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        f'<w:left w:w="{_MARGIN}" w:type="dxa"/><w:right w:w="{_MARGIN}" w:type="dxa"/>'
        "</w:tblCellMar>"
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(lines)}</w:tbl>"
    )


def _row(
    cells: Sequence[Cell],
    columns: Sequence[int],
    size: int,
    *,
    head: bool = False,
    bold: bool = False,
    keep: bool,
) -> str:
    """Return a row as XML; ``keep``: on one page with the next row.

    So no heading is left at the foot of a page with a single row.
    """
    marks = "<w:cantSplit/>" + ("<w:tblHeader/>" if head else "")
    inside = "".join(
        _cell(cell, width, size, head=head, bold=head or bold, keep=keep)
        for cell, width in zip(cells, columns, strict=True)
    )
    return f"<w:tr><w:trPr>{marks}</w:trPr>{inside}</w:tr>"


def _cell(cell: Cell, width: int, size: int, *, head: bool, bold: bool, keep: bool) -> str:
    side = "center" if head else "right" if cell.figure else "left"
    weight = "<w:b/>" if bold else ""
    together = "<w:keepNext/>" if keep else ""
    room = _room(size)
    text = "<w:br/>".join(
        f'<w:t xml:space="preserve">{in_element(line)}</w:t>'
        for line in safe(cell.text).split("\n")
    )
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{_SHADE if bold else ""}'
        f'<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr>{together}'
        f'<w:spacing w:before="{room}" w:after="{room}"/><w:jc w:val="{side}"/></w:pPr>'
        f'<w:r><w:rPr>{weight}<w:sz w:val="{2 * size}"/></w:rPr>{text}</w:r></w:p></w:tc>'
    )
