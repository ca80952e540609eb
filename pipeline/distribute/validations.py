"""What cells accept: dropdowns, bounds of numbers, days and lengths, with the boxes that say so."""

from __future__ import annotations

import datetime as dt
from typing import Any

from xlsxwriter.worksheet import Worksheet

from pipeline.distribute.names import OWN_LOCALITY
from pipeline.distribute.page import (
    Page,
)
from schemas.columns import Column, Kind, TableSpec
from schemas.rules.rows import OwnLocality
from schemas.words import dmy

TITLE_LIMIT, TEXT_LIMIT = 32, 255
"""Excel's limits on titles and texts of input and error messages."""


MOST_NUMBER = 10**12


def validate(page: Page, sheet: Worksheet, spec: TableSpec, column: Column, area: str) -> None:
    """Set what Excel accepts in a column's cells, and the messages on entering and on a mistake."""
    if column.prefilled:
        return
    messages = {
        "input_title": column.title[:TITLE_LIMIT],
        "input_message": column.help[:TEXT_LIMIT],
        "error_title": page.say("error.title")[:TITLE_LIMIT],
        "error_message": page.say(
            f"error.{column.kind}{_which_bounds(column)}",
            title=column.title,
            **_bounds(page, column),
        )[:TEXT_LIMIT],
    }
    sheet.data_validation(area, {**_criteria(page, spec, column), **messages})


def _bounds(page: Page, column: Column) -> dict[str, object]:
    first, last = _days(page, column)
    least, most = _numbers(column)
    return {
        "minimum": page.number(least),
        "maximum": page.number(column.max_length if column.kind is Kind.TEXT else most),
        "least": page.number(column.min_length),
        "typed": last.isoformat(),
        "start": dmy(first),
        "end": dmy(last),
    }


def _days(page: Page, column: Column) -> tuple[dt.date, dt.date]:
    """Return the first and last day that Excel accepts in a column."""
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
        return {
            "validate": "length",
            "criteria": "between",
            "minimum": column.min_length,
            "maximum": column.max_length,
        }
    kind = "integer" if column.kind is Kind.COUNT else "decimal"
    least, most = _numbers(column)
    return {"validate": kind, "criteria": "between", "minimum": least, "maximum": most}


def _which_bounds(column: Column) -> str:
    """Return the suffix of the message key: which bounds of a number column it names."""
    if not column.is_number:
        return ""
    if column.minimum is None:
        return "_any" if column.maximum is None else "_most"
    return "" if column.maximum is None else "_between"


def _numbers(column: Column) -> tuple[float, float]:
    """Return the least and the greatest number that Excel accepts in a column."""
    least = -MOST_NUMBER if column.minimum is None else column.minimum
    return least, MOST_NUMBER if column.maximum is None else column.maximum


def _choice(page: Page, spec: TableSpec, column: Column) -> str:
    """Return the dropdown's formula.

    It gives the whole list, the part that fits the column depended on, or the agency's own entry.
    """
    whole = f"dm_{column.codes}"
    if any(
        isinstance(rule, OwnLocality) and rule.at == column.key
        for rule in page.round_.rules[spec.key]
    ):
        return f"IF(LEN({OWN_LOCALITY})=0,{whole},{OWN_LOCALITY})"
    if not column.depends_on:
        return whole
    entry = page.names.entry_in_this_row(spec.key, column.depends_on)
    area = page.names.dependent(spec.key, column.key)
    return f"IF(IFERROR({entry},0)=0,{whole},OFFSET({area},0,{entry}-1,INDEX({area}_n,{entry}),1))"
