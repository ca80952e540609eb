"""The chosen indicator in formulas: which value is the worst, and how its values are shown."""

from __future__ import annotations

from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.summarise.places.indicators import Indicator, words
from pipeline.summarise.places.names import (
    CHOSEN_COLUMN,
    UNIT,
    WORST,
)
from pipeline.summarise.sheets.sheet import SummaryBook, SummarySheet


def worst(book: SummaryBook, indicator: Indicator) -> str:
    """Which value of an indicator is the worst, in a word."""
    return words(book, "lowest" if indicator.lowest_is_worst else "highest")


def sign(book: SummaryBook) -> str:
    """1, or -1 where the lowest value of the chosen indicator is the worst, as a formula."""
    return f'IF(INDEX({WORST},{CHOSEN_COLUMN})="{words(book, "lowest")}",-1,1)'


def signed(indicator: Indicator, value: Any) -> Any:
    """A value as the ranking compares it: the worst is the highest."""
    return -value if indicator.lowest_is_worst and not isinstance(value, str) else value


def format_values(sheet: SummarySheet, area: tuple[int, int, int, int]) -> None:
    """Show the chosen indicator's values as it asks: rates as percentages, parts with decimals."""
    first = xl_rowcol_to_cell(area[0], area[1], col_abs=True)
    for formula, form in value_formats(sheet.book, first):
        rule = {
            "type": "formula",
            "criteria": formula,
            "format": sheet.book.styles.conditional({"num_format": f"{form}_)"}),
        }
        sheet.page.conditional_format(*area, rule)


def value_formats(book: SummaryBook, cell: str) -> list[tuple[str, str]]:
    """When a value of the chosen indicator is shown in which format; else as a whole number."""
    rate = f'=AND(ISNUMBER({cell}),{UNIT}="{words(book, "percent")}")'
    return [(rate, "0.0%"), (f"=IF(ISNUMBER({cell}),{cell}<>INT({cell}))", "#,##0.00")]
