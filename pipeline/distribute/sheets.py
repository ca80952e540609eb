"""The sheets that a clerk fills in, made from the tables' declarations."""

from __future__ import annotations

import datetime as dt
from typing import Any

from xlsxwriter.worksheet import Worksheet

from pipeline.distribute import gaps
from pipeline.distribute.layout import CHECKED_ROWS, FIRST_ROW, HEADER_ROW, INFO_FIRST_ROW, PREPARED_ROWS
from pipeline.distribute.names import OWN_LOCALITY, Cells, in_this_row, info_row, letter
from pipeline.distribute.page import Page
from schemas.columns import Column, Kind, TableSpec
from schemas.rules import formula as x
from schemas.rules.base import number
from schemas.rules.cells import RequiredCell
from schemas.rules.rows import OwnLocality
from schemas.words import dmy

LAST_ROW = FIRST_ROW + CHECKED_ROWS - 1
TITLE_LIMIT, TEXT_LIMIT = 32, 255
"""Excel's limits for the titles and texts of input and error messages."""
MOST_NUMBER = 10**12
HELP_WIDTH = 72
"""Characters of help that fit one line of a label-value sheet."""


def write_table(page: Page, sheet: Worksheet, spec: TableSpec) -> None:
    """A table of rows: headings, 200 prepared rows, dropdowns, messages, colours while typing."""
    page.setup(sheet)
    page.heading(sheet, spec.title, len(spec.columns))
    _note_and_unit(page, sheet, spec)
    for index, column in enumerate(spec.columns):
        sheet.write_string(HEADER_ROW - 1, index, column.title, page.formats["required" if column.required else "header"])
        sheet.write_string(HEADER_ROW, index, f"({index + 1})", page.formats["number_row"])
        sheet.set_column(index, index, column.width)
        _validate(page, sheet, spec, column, f"{letter(spec, column.key)}{FIRST_ROW}:{letter(spec, column.key)}{LAST_ROW}")
    _prepared_rows(page, sheet, spec)
    _colours(page, sheet, spec)
    sheet.set_row(HEADER_ROW - 1, 48)
    sheet.freeze_panes(HEADER_ROW + 1, 0)
    sheet.repeat_rows(HEADER_ROW - 1, HEADER_ROW)
    sheet.ignore_errors({"number_stored_as_text": f"A{FIRST_ROW}:{letter(spec, spec.keys[-1])}{LAST_ROW}"})


def _note_and_unit(page: Page, sheet: Worksheet, spec: TableSpec) -> None:
    units = ", ".join(dict.fromkeys(column.unit for column in spec.columns if column.unit))
    columns = len(spec.columns)
    if not units:
        page.span(sheet, 6, 1, columns, spec.note, "note")
        return
    split = max(1, columns * 2 // 3)
    page.span(sheet, 6, 1, split, spec.note, "note")
    page.span(sheet, 6, split + 1, columns, page.say("unit", units=units), "unit")


def _prepared_rows(page: Page, sheet: Worksheet, spec: TableSpec) -> None:
    names = [entry.name for entry in page.round_.codelists[spec.prepared].entries] if spec.prepared else []
    for offset in range(len(names) or PREPARED_ROWS):
        row = FIRST_ROW - 1 + offset
        for index, column in enumerate(spec.columns):
            if column.prefilled and names:
                sheet.write_string(row, index, names[offset], page.formats["given"])
            else:
                sheet.write_blank(row, index, None, page.formats[column.kind])
        if names:
            sheet.set_row(row, 60)


def write_form(page: Page, sheet: Worksheet, spec: TableSpec) -> None:
    """A label-value sheet: label, value, help; with the place for signatures below."""
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
            _validate(page, sheet, spec, column, f"B{row + 1}")
    _colours(page, sheet, spec)
    _signatures(page, sheet, INFO_FIRST_ROW + len(spec.columns) + 1)


def _value(page: Page, sheet: Worksheet, row: int, column: Column) -> None:
    """An open cell, or what is filled in beforehand: the agency and the window."""
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
        sheet.write_datetime(row, 1, dt.datetime.combine(value, dt.time()), page.formats["given_date"])


def _signatures(page: Page, sheet: Worksheet, row: int) -> None:
    sheet.set_row(row, 32)
    for column, who, title in ((0, "prepared", page.say("signatures.prepared")), (2, "head", gaps.SIGNER)):
        sheet.write_string(row, column, title, page.formats["sign"])
        sheet.write_string(row + 1, column, page.say(f"signatures.{who}_hint"), page.formats["sign_hint"])


def _validate(page: Page, sheet: Worksheet, spec: TableSpec, column: Column, area: str) -> None:
    """What Excel accepts in a column's cells, with the message shown on entering and on a mistake."""
    if column.prefilled:
        return
    messages = {
        "input_title": column.title[:TITLE_LIMIT],
        "input_message": column.help[:TEXT_LIMIT],
        "error_title": page.say("error.title")[:TITLE_LIMIT],
        "error_message": page.say(f"error.{column.kind}{_which_bounds(column)}", title=column.title, **_bounds(page, column))[:TEXT_LIMIT],
    }
    sheet.data_validation(area, {**_criteria(page, spec, column), **messages})


def _bounds(page: Page, column: Column) -> dict[str, object]:
    first, last = _days(page, column)
    least, most = _numbers(column)
    return {
        "minimum": number(least),
        "maximum": number(column.max_length if column.kind is Kind.TEXT else most),
        "least": column.min_length,
        "start": dmy(first),
        "end": dmy(last),
    }


def _days(page: Page, column: Column) -> tuple[dt.date, dt.date]:
    """The first and last day that Excel accepts in a column's cells."""
    return (
        page.round_.start if column.in_window and not column.may_precede else dt.date(2000, 1, 1),
        page.round_.end if column.in_window else dt.date(2099, 12, 31),
    )


def _criteria(page: Page, spec: TableSpec, column: Column) -> dict[str, Any]:
    if column.kind is Kind.CODE:
        return {"validate": "list", "source": f"={_choice(page, spec, column)}"}
    if column.kind is Kind.DATE:
        first, last = _days(page, column)
        return {"validate": "date", "criteria": "between", "minimum": first, "maximum": last}
    if column.kind is Kind.TEXT:
        return {"validate": "length", "criteria": "between", "minimum": column.min_length, "maximum": column.max_length}
    kind = "integer" if column.kind is Kind.COUNT else "decimal"
    least, most = _numbers(column)
    return {"validate": kind, "criteria": "between", "minimum": least, "maximum": most}


def _which_bounds(column: Column) -> str:
    """The ending of the message about a column's numbers: which of its bounds the message names."""
    if not column.is_number:
        return ""
    if column.minimum is None:
        return "_any" if column.maximum is None else "_most"
    return "_between" if column.kind is Kind.DECIMAL and column.maximum is not None else ""


def _numbers(column: Column) -> tuple[float, float]:
    """The least and the greatest number that Excel accepts in a column."""
    least = -MOST_NUMBER if column.minimum is None else column.minimum
    return least, MOST_NUMBER if column.maximum is None else column.maximum


def _choice(page: Page, spec: TableSpec, column: Column) -> str:
    """The dropdown's formula: the list, the part of it that fits the column beside, or the agency's own entry."""
    whole = f"dm_{column.codes}"
    if any(isinstance(rule, OwnLocality) and rule.at == column.key for rule in page.round_.rules[spec.key]):
        return f"IF(LEN({OWN_LOCALITY})=0,{whole},{OWN_LOCALITY})"
    if not column.depends_on:
        return whole
    parent = spec.by_key[column.depends_on]
    match = f"MATCH({in_this_row(letter(spec, parent.key))},dm_{parent.codes},0)"
    area = page.names.dependent(spec.key, column.key)
    return f"IF(ISNA({match}),{whole},OFFSET({area},0,{match}-1,INDEX({area}_n,{match}),1))"


def _colours(page: Page, sheet: Worksheet, spec: TableSpec) -> None:
    """Turn a cell at fault red (error), amber (warning) or pale (still to fill in) while it is typed."""
    cells = Cells(page.names, spec, in_range=False)
    for rule in page.round_.rules[spec.key]:
        condition = rule.broken(cells, page.round_)
        if condition is None:
            continue
        column = letter(spec, rule.at)
        area = f"B{info_row(spec, rule.at)}" if spec.is_form else f"{column}{FIRST_ROW}:{column}{LAST_ROW}"
        style = "missing" if isinstance(rule, RequiredCell) else "red" if rule.severity == "E" else "amber"
        sheet.conditional_format(area, {"type": "formula", "criteria": f"={x.safe(condition)}", "format": page.formats[style]})
