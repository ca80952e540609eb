"""Cells of places' figures: today's values, as formulas where figures are live."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.summarise.figures.lines import TableLine
from pipeline.summarise.figures.origins import Origin
from pipeline.summarise.places.by_place import PER, Places
from pipeline.summarise.places.indicators import Indicator, IndicatorBlock
from pipeline.summarise.places.names import PARENTS, STAFF, VALUES
from pipeline.summarise.sheets.cells import LiveCell
from pipeline.summarise.workbook.entry_table import EntryTable
from pipeline.summarise.workbook.live import Condition, agencies_cell, literal
from schemas.columns import DECIMALS


def figure_cells(
    places: Places,
    block: IndicatorBlock,
    line: TableLine | None,
    row: int,
    staff: int,
    name_column: int = 1,
) -> list[Any]:
    """The figures of a line (of the whole without one) for the columns of a block.

    Live figures find the line's name in ``name_column`` of the same row, the headcount of a
    place in the column ``staff``.
    """
    table = places.tables[block.origin]
    where, nothing = (
        table.where(line, xl_rowcol_to_cell(row, name_column, col_abs=True)),
        table.nothing(line),
    )
    found = [_agencies(table, line, nothing, where)] if block.has_agencies else []
    for column in block.columns:
        value = places.value(column, line, block.origin)
        live = table.live.get(column.table)
        if column.per_thousand:
            found.append(
                _per_thousand(
                    places,
                    column,
                    line,
                    xl_rowcol_to_cell(row, staff, col_abs=True),
                    (where, nothing),
                )
            )
        else:
            found.append(
                value if live is None else live.cell(column.measure, where, nothing, value)
            )
    return found


def _per_thousand(
    places: Places,
    indicator: Indicator,
    line: TableLine | None,
    staff: str,
    rows: tuple[Sequence[Condition], str | int],
) -> Any:
    """A figure per 1,000 people; of several places the mean of theirs by headcount."""
    value, live = (
        places.value(indicator, line, Origin.OWN),
        places.tables[Origin.OWN].live.get(indicator.table),
    )
    if line is None or line.is_parent:
        own = f"INDEX({VALUES},0,{list(places.indicators).index(indicator) + 1})"
        name = places.parent_name(line).replace('"', '""') if line else ""
        chosen, among = (f'--({PARENTS}="{name}"),', f',{PARENTS},"{name}"') if line else ("", "")
        text = f'SUMPRODUCT({chosen}{own},{STAFF})/SUMIFS({STAFF},{own},">=0"{among})'
        return LiveCell(f'=IFERROR(ROUND({text},{DECIMALS}),"")', value)
    if live is None or places.staff(line) is None or isinstance(value, str):
        return value
    where, nothing = rows
    figure = live.figure(indicator.measure, where, nothing).removeprefix("=")
    return LiveCell(f'=IFERROR(ROUND({figure}/{staff}*{PER},{DECIMALS}),"")', value)


def _agencies(
    table: EntryTable,
    line: TableLine | None,
    nothing: str | int,
    where: Sequence[Condition],
) -> Any:
    live = table.live.get(table.spec.key)
    return agencies_cell(live, where, table.agencies(line), table.nils(line), nothing)


def live_term(places: Places, rate: Indicator, line: TableLine, row: int, name: str) -> str:
    """The same as a formula, without its sign; the line's name stands in the second column."""
    table = places.tables[places.main]
    shown, nothing, live = (
        places.term_column(rate, name),
        table.nothing(line),
        table.live.get(rate.table),
    )
    if live is None:
        return literal(shown.value(line, nothing))
    return live.figure(
        shown.measure, table.where(line, xl_rowcol_to_cell(row, 1, col_abs=True)), nothing
    ).removeprefix("=")
