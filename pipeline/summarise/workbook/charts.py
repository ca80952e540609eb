"""The charts of a summary's first page; their shades keep apart in grey print."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.chart import Chart

from pipeline.summarise.sheets.cells import LiveCell, Span
from pipeline.summarise.sheets.sheet import SummaryBook, SummarySheet
from pipeline.summarise.sheets.styles import FONT
from pipeline.summarise.workbook.chart_cells import WIDTHS, ChartBlock, ChartCells
from pipeline.summarise.workbook.composition import composition
from pipeline.summarise.workbook.entry_lines import EntrySheet

HEIGHT = 360
"""Pixels of a chart."""
_GAP, _ROW = 4, 20
"""Pixels above a chart, and of a row."""
_DARK, _LIGHT = "#3B5573", "#FFFFFF"
_SHARES = {"ranking": 0.42, "trend": 0.25, "composition": 0.33}
"""Parts of the page's width."""
_FORMATS = {"ranking": "#,##0", "trend": "#,##0.0", "composition": "0.0%"}
_WORDS = {"name": FONT, "size": 9, "color": "#000000"}
_OFF = {"visible": False}
_HATCHED: Mapping[str, Any] = {
    "pattern": {"pattern": "wide_upward_diagonal", "fg_color": _DARK, "bg_color": _LIGHT},
    "border": {"color": _DARK},
}


def chart_sheet(book: SummaryBook, made: EntrySheet, front: SummarySheet) -> None:
    """Make the sheet of cells and draw the charts from it, from the first page's free row on."""
    sheet = book.sheet(book.say("sheets.charts"), book.say("charts.title"), WIDTHS)
    sheet.hide()
    sheet.line(book.say("charts.legend", sheet=front.page.name), "legend")
    cells = ChartCells(book, made, sheet.row + 1)
    blocks = [
        block
        for block in (cells.ranking(), cells.trend(), composition(book, cells.top))
        if block is not None
    ]
    _write(sheet, blocks)
    left, width, shares = (
        0.0,
        sum(int(each * 7 + 5) for each in front.widths),
        sum(_SHARES[block.kind] for block in blocks),
    )
    for block in blocks:
        room = width * _SHARES[block.kind] / shares
        place = {
            "x_offset": left,
            "y_offset": _GAP,
            "object_position": 2,
            "description": _spoken(block),
        }
        front.page.insert_chart(
            front.row, 0, _chart(book, sheet.page.name, cells.top, block, room - 4), place
        )
        left += room
    front.row += math.ceil((HEIGHT + _GAP) / _ROW)
    for said, figure in (each for block in blocks for each in block.left_out):
        front.spans([Span(said, "name", len(front.widths) - 1), Span(figure, "count")])
    front.printed = front.row + 1, len(front.widths)


def _write(sheet: SummarySheet, blocks: Sequence[ChartBlock]) -> None:
    """All blocks side by side under their heads."""
    rows: list[dict[int, tuple[Any, str]]] = [
        {} for _ in range(max(len(block.lines) for block in blocks) + 1)
    ]
    for block in blocks:
        kinds = [["head"] * len(block.heads), *[block.kinds] * len(block.lines)]
        for row, values, formats in zip(rows, [block.heads, *block.lines], kinds, strict=False):
            row |= {
                block.left + at: each for at, each in enumerate(zip(values, formats, strict=True))
            }
    for at, row in enumerate(rows):
        cells = [row.get(column, (None, "gap")) for column in range(max(row) + 1)]
        sheet.cells([value for value, _ in cells], [kind for _, kind in cells])
        if at == 0:
            sheet.keep_above(1)


def _chart(book: SummaryBook, sheet: str, top: int, block: ChartBlock, width: float) -> Chart:
    """Bars with their figures and no legend: the title says what the only series is."""
    upright, last = block.kind == "trend", top + block.drawn - 1
    names, figures = (
        [sheet, top, block.left + column, last, block.left + column]
        for column in (block.names, block.figures)
    )
    bars: dict[str, Any] = {"name": block.title, "categories": names, "values": figures, "gap": 45}
    bars |= {"fill": {"color": _DARK}, "border": {"color": _DARK}}
    bars["points"] = (
        [_HATCHED if at in block.marked else None for at in range(block.drawn)]
        if block.marked
        else None
    )
    bars["data_labels"] = {"value": True, "font": _WORDS, "num_format": _FORMATS[block.kind]}
    chart = book.workbook.add_chart({"type": "column" if upright else "bar"})
    chart.add_series(bars)
    chart.set_title(
        {"name": block.title, "name_font": {**_WORDS, "size": 11, "bold": True}, "overlay": False}
    )
    chart.set_legend({"none": True})
    named, figured = (
        (chart.set_x_axis, chart.set_y_axis) if upright else (chart.set_y_axis, chart.set_x_axis)
    )
    named(
        {
            "num_font": _WORDS,
            "reverse": not upright,
            "line": {"color": "#595959"},
            "major_tick_mark": "none",
            "major_gridlines": _OFF,
        }
    )
    figured({"visible": False, "major_gridlines": _OFF, "min": 0})
    chart.set_chartarea({"border": {"color": "#8C8C8C"}})
    chart.set_size({"width": width, "height": HEIGHT})
    return chart


def _spoken(block: ChartBlock) -> str:
    """What a chart shows, for those who don't see it."""
    drawn = [
        [_plain(line[at]) for at in (block.names, block.figures)]
        for line in block.lines[: block.drawn]
    ]
    shown = [
        (
            name,
            f"{figure:.1%}"
            if block.kind == "composition" and not isinstance(figure, str)
            else figure,
        )
        for name, figure in drawn
    ]
    return f"{block.title}: " + "; ".join(f"{name} {figure}" for name, figure in shown)


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, LiveCell) else value
