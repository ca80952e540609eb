"""Long sheets: rows put down as XML, several times faster than by cell, in flat memory.

xlsxwriter writes the heading and everything else of the sheet
(:class:`pipeline.summarise.sheets.pages.StreamedPage`). Texts stand in the cells themselves
(``inlineStr``), as xlsxwriter writes them in constant memory.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name

from pipeline.office.safety import is_like_formula, safe
from pipeline.office.textfit import SIZE
from pipeline.office.xmltext import in_element
from pipeline.summarise.sheets.cells import LiveCell, MarkedText
from pipeline.summarise.sheets.pages import style_number
from pipeline.summarise.sheets.repeated import DistinctValues
from pipeline.summarise.sheets.styles import FONT
from schemas.excel import DAY_ZERO
from schemas.words import dmy

CHUNK = 2_000
"""Rows written at a time."""
Tail = Callable[[Any], str]
"""The XML of a cell after its address."""
_EPOCH = dt.datetime.combine(DAY_ZERO, dt.time())
_FIRST_DAY = dt.datetime(1900, 3, 1)  # noqa: DTZ001 before it, Excel counts a day that never was
_MARK = f'<rPr><b/><u/><sz val="{SIZE}"/><rFont val="{FONT}"/><family val="1"/></rPr>'
_ESCAPED = re.compile(r"(_x[0-9a-fA-F]{4}_)")


def row_xml(
    columns: Sequence[DistinctValues], tails: Sequence[Tail], heights: DistinctValues, first: int
) -> Iterator[str]:
    """The XML of ``CHUNK`` rows at a time.

    ``first`` is the first row's number, from 0, and ``heights`` are in points, 0 for the usual one.

    A row is what stands between its number and its number: it is written before each cell's address
    is closed.
    """
    after = [f'<c r="{xl_col_to_name(column)}' for column in range(1, len(columns))] + ["</row>"]
    begun = heights.map(
        lambda height: f'" ht="{height:g}" customHeight="1"><c r="A' if height else '"><c r="A'
    )
    parts = [
        begun,
        *(
            column.map(_followed(tail, by))
            for column, tail, by in zip(columns, tails, after, strict=True)
        ),
    ]
    for start in range(0, len(heights), CHUNK):
        rows = zip(*(part[start : start + CHUNK] for part in parts), strict=True)
        yield "".join(
            [
                str(number).join(('<row r="', *row))
                for number, row in enumerate(rows, start=first + start + 1)
            ]
        )


def _followed(tail: Tail, by: str) -> Tail:
    return lambda value: tail(value) + by


def text_tail(plain: Format, quoted: Format) -> Tail:
    """Cells of text; ``quoted`` ones would be taken for a formula when they are edited."""
    styles = [style_number(style) for style in (plain, quoted)]

    def tail(value: str | MarkedText | None) -> str:
        if isinstance(value, MarkedText):
            return _runs(value, styles[is_like_formula(value.text)])
        return _text(value, styles[is_like_formula(value)]) if value else f'" s="{styles[0]}"/>'

    return tail


def number_tail(whole: Format, broken: Format) -> Tail:
    """Cells of numbers: ``whole`` ones and those with decimals."""
    styles = [style_number(style) for style in (whole, broken)]

    def tail(value: float | None) -> str:
        if value is None:
            return f'" s="{styles[0]}"/>'
        is_whole = value == int(value)
        return f'" s="{styles[not is_whole]}"><v>{int(value) if is_whole else value!r}</v></c>'

    return tail


def formula_tail(style: Format) -> Tail:
    """Cells of formulas with their stored results."""
    number = style_number(style)

    def tail(value: LiveCell) -> str:
        formula = in_element(value.text.lstrip("="))
        if isinstance(value.value, str):
            result = in_element(safe(value.value))
            return f'" s="{number}" t="str"><f>{formula}</f><v>{result}</v></c>'
        return f'" s="{number}"><f>{formula}</f><v>{value.value}</v></c>'

    return tail


def moment_tail(style: Format, of_days: Format) -> Tail:
    """Cells of moments, or of days if no time is known; what Excel has no day for is text."""
    number, number_of_days = style_number(style), style_number(of_days)

    def tail(value: dt.datetime | None) -> str:
        if value is None:
            return f'" s="{number}"/>'
        if value < _FIRST_DAY:
            return _text(dmy(value), number)
        days = (value - _EPOCH) / dt.timedelta(days=1)
        return (
            f'" s="{number_of_days}"><v>{int(days)}</v></c>'
            if days.is_integer()
            else f'" s="{number}"><v>{days!r}</v></c>'
        )

    return tail


def _text(value: str, style: int) -> str:
    return f'" s="{style}" t="inlineStr"><is>{_letters(value)}</is></c>'


def _runs(value: MarkedText, style: int) -> str:
    """A text in runs, with the marked ones in bold and underlined."""
    runs, done = [], 0
    for start, end in value.marks:
        runs += [_run(value.text[done:start], ""), _run(value.text[start:end], _MARK)]
        done = end
    return (
        f'" s="{style}" t="inlineStr"><is>{"".join([*runs, _run(value.text[done:], "")])}</is></c>'
    )


def _run(letters: str, look: str) -> str:
    return f"<r>{look}{_letters(letters)}</r>" if letters else ""


def _letters(value: str) -> str:
    text = in_element(_ESCAPED.sub(r"_x005F\1", safe(value)))
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f"<t{space}>{text}</t>"
