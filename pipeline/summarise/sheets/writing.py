"""Cells in a worksheet: a text is never anything but a text."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from pipeline.office.safety import is_like_formula, plain
from pipeline.summarise.sheets.cells import NO_NUMBER, Link, LiveCell, Span
from pipeline.summarise.sheets.styles import FIGURES, CellStyles


def write_cell(
    page: Worksheet,
    styles: CellStyles,
    place: tuple[int, int],
    span: Span,
    emphasis: str,
    tip: str = "",
) -> None:
    """Write the value of a span into its first cell; ``tip``: the hint of a link."""
    value, (row, column) = span.value, place
    if span.kind in FIGURES and isinstance(value, str | LiveCell):
        _write_figure(page, styles, place, span, emphasis)
        return
    style = styles(
        span.kind,
        emphasis,
        quoted=isinstance(value, str) and is_like_formula(value),
        linked=isinstance(value, Link),
        is_edge=span.is_edge,
    )
    if isinstance(value, LiveCell):
        page.write_formula(row, column, value.text, style, value.value)
    elif value is None:
        page.write_blank(row, column, None, style)
    elif isinstance(value, str):
        page.write_string(row, column, plain(value), style)
    elif isinstance(value, Link):
        page.write_url(row, column, f"internal:{value.target}", style, plain(value.text), tip)
    else:
        page.write_number(row, column, value, style)


def _write_figure(
    page: Worksheet, styles: CellStyles, place: tuple[int, int], span: Span, emphasis: str
) -> None:
    """Write a cell of figures that is live, or has a sign in place of a number."""
    cell = span.value if isinstance(span.value, LiveCell) else LiveCell(NO_NUMBER, span.value)
    is_sign = isinstance(cell.value, str)
    sign = cell.value if is_sign else cell.sign
    style = styles(span.kind, emphasis, is_edge=span.is_edge, sign=sign, is_greyed=is_sign)
    page.write_formula(*place, cell.text, style, "" if is_sign else cell.value)
