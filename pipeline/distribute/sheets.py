"""Write the sheets that a clerk fills in, from the tables' declarations."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Sequence
from itertools import accumulate

from xlsxwriter.worksheet import Worksheet

from pipeline.distribute import gaps
from pipeline.distribute.formats import OPEN, REQUIRED
from pipeline.distribute.layout import (
    CHECKED_ROWS,
    FIRST_ROW,
    HEADER_ROW,
    INFO_FIRST_ROW,
    PREPARED_ROWS,
    RULED_ROWS,
    info_row,
    letter,
)
from pipeline.distribute.names import TableCells, in_this_row
from pipeline.distribute.page import (
    LAST_COLUMN,
    NAME_WIDTH,
    NATION_WIDTH,
    ONE_LINE,
    TWO_LINES,
    Page,
)
from pipeline.distribute.validations import validate
from schemas.columns import Column, Kind, TableSpec
from schemas.rules import formula as x
from schemas.rules.cells import RequiredCell

LAST_ROW = FIRST_ROW + CHECKED_ROWS - 1
HELP_WIDTH = 72
"""Characters of help that fit one line on a label-value sheet."""
LINE = 16
"""Height of a line of text, in points."""
BOLD = 1.1
"""Width of a bold letter, relative to a plain one."""
FROZEN_WIDTH = 85
"""Width in characters of columns that may be frozen: a little less than half of a small screen."""


def write_table(page: Page, sheet: Worksheet, spec: TableSpec) -> None:
    """Write a table's sheet: headings, open columns, dropdowns, messages, colours while typing."""
    page.setup(sheet, rows=not spec.prepared)
    half = _half(spec.columns)
    height = (
        ONE_LINE if sum(column.width for column in spec.columns[:half]) >= NAME_WIDTH else TWO_LINES
    )
    page.heading(sheet, spec.title, len(spec.columns), half, height)
    _note_and_unit(page, sheet, spec)
    sheet.set_row(
        HEADER_ROW - 1, LINE * max(map(_lines_of_title, spec.columns)), page.formats["plain"]
    )
    sheet.set_row(HEADER_ROW, 13, page.formats["plain"])
    for index, column in enumerate(spec.columns):
        _write_column(page, sheet, spec, index, column)
    if spec.prepared:
        _given_rows(page, sheet, spec)
    else:
        _open_rows(page, sheet, spec)
    _colours(page, sheet, spec)
    sheet.freeze_panes(HEADER_ROW + 1, _frozen(spec))
    sheet.set_selection(f"{_first_open(spec)}{FIRST_ROW}")
    sheet.repeat_rows(HEADER_ROW - 1, HEADER_ROW)
    _leave_texts_alone(sheet, spec)


def _write_column(
    page: Page, sheet: Worksheet, spec: TableSpec, index: int, column: Column
) -> None:
    """Write a column's heading and number; set width, format and validation of its cells."""
    sheet.write_string(
        HEADER_ROW - 1,
        index,
        column.title,
        page.formats["required" if column.required and not column.prefilled else "header"],
    )
    sheet.write_string(HEADER_ROW, index, f"({index + 1})", page.formats["number_row"])
    sheet.set_column(
        index, index, column.width, None if column.prefilled else page.formats[OPEN + column.kind]
    )
    validate(
        page,
        sheet,
        spec,
        column,
        f"{letter(spec, column.key)}{FIRST_ROW}:{letter(spec, column.key)}{LAST_ROW}",
    )


def _half(columns: Sequence[Column]) -> int:
    """Count the columns below the agency's name; the rest leave room for the nation's name."""
    return min(
        _leading(columns[:-1], NAME_WIDTH), len(columns) - _leading(columns[::-1], NATION_WIDTH)
    )


def _leading(columns: Sequence[Column], width: float) -> int:
    """Count the first columns that reach ``width`` together; all if they don't."""
    reached = accumulate(column.width for column in columns)
    return next((count for count, sum_ in enumerate(reached, 1) if sum_ >= width), len(columns))


def _frozen(spec: TableSpec) -> int:
    """Count the columns to freeze: the first key columns that leave room on a small screen."""
    keys = [column.width if column.is_key else FROZEN_WIDTH + 1 for column in spec.columns]
    return sum(width <= FROZEN_WIDTH for width in accumulate(keys))


def _first_open(spec: TableSpec) -> str:
    return letter(spec, next(column.key for column in spec.columns if not column.prefilled))


def _lines_of_title(column: Column) -> int:
    return len(
        textwrap.wrap(
            column.title + (REQUIRED if column.required else ""), int(column.width / BOLD)
        )
    )


def _leave_texts_alone(sheet: Worksheet, spec: TableSpec) -> None:
    """Suppress Excel's green corner ("number stored as text") in columns of texts and codes.

    In number columns it stays: there it tells what is wrong.
    """
    areas = [
        f"{letter(spec, c.key)}{FIRST_ROW}:{letter(spec, c.key)}{LAST_ROW}"
        for c in spec.columns
        if c.kind in (Kind.TEXT, Kind.CODE)
    ]
    sheet.ignore_errors({"number_stored_as_text": " ".join(areas)})


def _note_and_unit(page: Page, sheet: Worksheet, spec: TableSpec) -> None:
    units = ", ".join(dict.fromkeys(column.unit for column in spec.columns if column.unit))
    columns = len(spec.columns)
    note = (
        f"{spec.note} {page.say('required')}"
        if any(column.required and not column.prefilled for column in spec.columns)
        else spec.note
    )
    sheet.set_row(5, LINE, page.formats["plain"])
    if not units:
        page.span(sheet, 6, 1, columns, note, "note")
        return
    split = max(1, columns * 2 // 3)
    page.span(sheet, 6, 1, split, note, "note")
    page.span(sheet, 6, split + 1, columns, page.say("unit", units=units), "unit")


def _given_rows(page: Page, sheet: Worksheet, spec: TableSpec) -> None:
    """Write a row per entry of a list; the entry's name is given and can't be changed."""
    for offset, entry in enumerate(page.round_.codelists[spec.prepared].entries):
        for index, column in enumerate(spec.columns):
            if column.prefilled:
                sheet.write_string(FIRST_ROW - 1 + offset, index, entry.name, page.formats["given"])
            else:
                sheet.write_blank(FIRST_ROW - 1 + offset, index, None, page.formats[column.kind])


def _open_rows(page: Page, sheet: Worksheet, spec: TableSpec) -> None:
    """Open the rows to fill in.

    All cells of a row must be unlocked, or Excel doesn't let it be deleted or sorted. A filter must
    exist, as protected sheets let clerks use filters, not make them.
    """
    columns = len(spec.columns)
    sheet.set_column(columns, LAST_COLUMN, None, page.formats["open"])
    # columns without cells must not count as used: some readers walk through the whole used range
    sheet.dim_colmax = columns - 1
    for row in range(FIRST_ROW - 1, FIRST_ROW - 1 + PREPARED_ROWS):
        kinds = "" if row < FIRST_ROW - 1 + RULED_ROWS else OPEN
        for index, column in enumerate(spec.columns):
            sheet.write_blank(row, index, None, page.formats[kinds + column.kind])
    first, last = letter(spec, spec.keys[0]), letter(spec, spec.keys[-1])
    sheet.autofilter(f"{first}{FIRST_ROW - 1}:{last}{LAST_ROW}")
    filled = f"COUNTA({in_this_row(first)}:{in_this_row(last)})>0"
    area = f"{first}{FIRST_ROW + RULED_ROWS}:{last}{LAST_ROW}"
    sheet.conditional_format(
        area, {"type": "formula", "criteria": f"={filled}", "format": page.formats["ruled"]}
    )
    for column in spec.columns:
        if column.kind is Kind.DECIMAL:
            cell = in_this_row(letter(spec, column.key))
            whole = {
                "type": "formula",
                "criteria": f"=IF(ISNUMBER({cell}),{cell}=INT({cell}),FALSE)",
                "format": page.formats["whole"],
            }
            sheet.conditional_format(
                f"{letter(spec, column.key)}{FIRST_ROW}:{letter(spec, column.key)}{LAST_ROW}", whole
            )


def write_form(page: Page, sheet: Worksheet, spec: TableSpec) -> None:
    """Write a label-value sheet: label, value and help per line; room for signatures below."""
    page.setup(sheet)
    for index, width in enumerate((30, 46, 70)):
        sheet.set_column(index, index, width)
    page.heading(sheet, spec.title, 3, half=2)
    page.span(sheet, 6, 1, 3, spec.note, "note")
    for column in spec.columns:
        row = info_row(spec, column.key) - 1
        sheet.write_string(row, 0, column.title, page.formats["label"])
        _value(page, sheet, row, column)
        sheet.write_string(row, 2, column.help, page.formats["help"])
        sheet.set_row(row, 16 * max(1, -(-len(column.help) // HELP_WIDTH)))
        if not column.prefilled:
            validate(page, sheet, spec, column, f"B{row + 1}")
    _colours(page, sheet, spec)
    sheet.set_selection(
        f"B{min(info_row(spec, column.key) for column in spec.columns if not column.prefilled)}"
    )
    _signatures(page, sheet, INFO_FIRST_ROW + len(spec.columns) + 1)


def _value(page: Page, sheet: Worksheet, row: int, column: Column) -> None:
    """Write an open cell, or what is filled in beforehand: agency and window."""
    given: dict[str, str | dt.date] = {
        "agency_code": gaps.CODE,
        "agency_name": gaps.NAME,
        "period_from": page.round_.start,
        "period_to": page.round_.end,
    }
    value = given.get(column.key) if column.prefilled else None
    if value is None:
        sheet.write_blank(row, 1, None, page.formats[column.kind])
    elif isinstance(value, str):
        sheet.write_string(row, 1, value, page.formats["given"])
    else:
        sheet.write_datetime(
            row, 1, dt.datetime.combine(value, dt.time()), page.formats["given_date"]
        )


def _signatures(page: Page, sheet: Worksheet, row: int) -> None:
    sheet.set_row(row, 32)
    for column, who, title in (
        (0, "prepared", page.say("signatures.prepared")),
        (2, "head", gaps.SIGNER),
    ):
        sheet.write_string(row, column, title, page.formats["sign"])
        sheet.write_string(
            row + 1, column, page.say(f"signatures.{who}_hint"), page.formats["sign_hint"]
        )


def _colours(page: Page, sheet: Worksheet, spec: TableSpec) -> None:
    """Colour faulty cells while typing: red (error), amber (warning), pale (still to fill in)."""
    cells = TableCells(page.names, spec, in_range=False)
    for rule in page.round_.rules[spec.key]:
        condition = rule.broken(cells, page.round_)
        if condition is None:
            continue
        column = letter(spec, rule.at)
        area = (
            f"B{info_row(spec, rule.at)}"
            if spec.is_form
            else f"{column}{FIRST_ROW}:{column}{LAST_ROW}"
        )
        style = (
            "missing"
            if isinstance(rule, RequiredCell)
            else "red"
            if rule.severity == "E"
            else "amber"
        )
        sheet.conditional_format(
            area,
            {"type": "formula", "criteria": f"={x.safe(condition)}", "format": page.formats[style]},
        )
