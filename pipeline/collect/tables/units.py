"""Report units beside the headings that are other than the table's (S06)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from pipeline.collect.tables.headings import texts_of
from pipeline.collect.tables.layout import Layout
from pipeline.model import Finding, Severity
from pipeline.text.names import normalise
from pipeline.text.units import declared_money, is_unit, words_of, worth_of
from schemas.columns import Column


def other_units(layout: Layout) -> Iterator[Finding]:
    """S06: report units other than the table's.

    A unit of money in or above the headings that no column has; a unit below a heading that differs
    from its column's.
    """
    grid, last = layout.grid, layout.header.last_row
    columns = {
        heading.column_letter: heading.column
        for heading in layout.header.matched.values()
        if heading.column.is_number and heading.column.unit
    }
    money = [column for column in columns.values() if worth_of(column.unit)]
    worths = {worth_of(column.unit) for column in money}
    for row in grid.rows[: bisect_right(grid.rows, last)] if money else ():
        for letter, value in grid.values(row).items():
            named = declared_money(str(value)) if isinstance(value, str) else None
            if named and named.isdisjoint(worths):
                yield _otherwise(layout, str(value), money[0], f"{letter}{row}")
    for row in range(last + 1, layout.first) if columns else ():
        for letter, text in texts_of(grid, row).items():
            if letter in columns and _is_other_unit(text, columns[letter].unit):
                yield _otherwise(layout, text, columns[letter], f"{letter}{row}")


def _is_other_unit(text: str, unit: str) -> bool:
    said = normalise(text).strip("()")
    return is_unit(said, unit) and said not in words_of(unit)


def _otherwise(layout: Layout, text: str, column: Column, cell: str) -> Finding:
    return Finding(
        rule="S06",
        severity=Severity.ERROR,
        message="column_missing.other_unit",
        words={"value": text.strip(), "title": column.title, "unit": column.unit},
        sheet=layout.sheet,
        cells=(cell,),
        column=column.title,
        value=text.strip(),
    )
