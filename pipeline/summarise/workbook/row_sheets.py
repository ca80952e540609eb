"""The sheets of rows: an Excel table each, with what live figures need beside the rows."""

from __future__ import annotations

import re
from functools import partial

import pandas as pd
from xlsxwriter.utility import xl_range_abs

from pipeline.office.sheetnames import quoted
from pipeline.summarise.figures.dimensions import AGENCY, Dimension, Origins
from pipeline.summarise.figures.wording import number
from pipeline.summarise.sheets.cells import LiveCell
from pipeline.summarise.sheets.lists import ListColumn, first_row, list_sheet
from pipeline.summarise.sheets.repeated import DistinctValues
from pipeline.summarise.sheets.sheet import SummaryBook
from pipeline.summarise.workbook.drill import Drill
from pipeline.summarise.workbook.live import MOST_LIVE, derived, is_live
from pipeline.summarise.workbook.row_names import (
    AGENCIES,
    AGENCY_NUMBER,
    SHOWN,
    column_name,
    lookup_name,
)
from pipeline.summarise.workbook.rows import MOST_ROWS, row_fields
from schemas.columns import TableSpec


def row_sheet(book: SummaryBook, spec: TableSpec, drill: Drill) -> None:
    """A sheet with the rows of one table that count, each entry's rows together."""
    count = len(book.consolidation.tables[spec.key])
    title = book.say("rows_title", sheet=spec.sheet)
    name = book.say("sheets.rows", sheet=spec.sheet)
    if count > MOST_ROWS:
        sheet = book.sheet(name, title, [120])
        sheet.answers("rows", "rows", sheet=spec.sheet, count=number(count, book.lang))
        sheet.line(
            book.say("too_many_rows", rows=count, most=MOST_ROWS, file=f"{spec.key}.parquet"),
            "subtitle",
        )
        return
    rows, live = drill.rows(spec), is_live(book.consolidation, spec)
    fields = [
        *row_fields(book, spec, rows),
        _source_field(book, rows, drill),
        *(_live_fields(book, spec, rows) if live else []),
    ]
    fixed = [book.say("rows_fixed", most=number(MOST_LIVE, book.lang))] if count > MOST_LIVE else []
    legend = " ".join(
        [
            book.say("rows_legend", sheet=spec.sheet),
            *([book.say("rows_live")] if live else fixed),
            book.say("rows_sorted"),
        ]
    )
    sheet = list_sheet(book, name, title, fields, legend=legend, fixed=2, table=f"tbl_{spec.key}")
    sheet.answers("rows", "rows", sheet=spec.sheet, count=number(count, book.lang))
    if live:
        _define_names(book, spec, count, len(fields))


def _live_fields(book: SummaryBook, spec: TableSpec, rows: pd.DataFrame) -> list[ListColumn]:
    """What formulas need beside the rows: attributes of codes, and which rows are in view."""
    found = []
    for by in derived(book.consolidation, spec):
        names = DistinctValues.of_frame(
            pd.Series(by.positions(rows)), [*by.names[:-1], ""].__getitem__
        )
        found.append(
            ListColumn(
                by.title,
                names.map(partial(LiveCell, _derivation(book, spec, by))),
                "formula",
                widest=26,
            )
        )
    codes = {
        agency.code: at for at, agency in enumerate(book.consolidation.round_.in_scope, start=1)
    }
    number = partial(
        LiveCell, f"={_given(spec)}IFERROR(MATCH({_here(spec, book.say('agency'))},{AGENCIES},0),0)"
    )
    gives = rows[[column.key for column in spec.measures]].notna().any(axis=1) | (not spec.measures)
    givers = rows["agency"].astype(object).where(gives, "")
    found.append(
        ListColumn(
            book.say("agency_number"),
            DistinctValues.of_frame(givers, lambda code: number(codes.get(code, 0))),
            "formula",
        )
    )
    shown = LiveCell(f"=SUBTOTAL(103,{_here(spec, book.say('code'))})", 1)
    return [
        *found,
        ListColumn(book.say("in_view"), DistinctValues.of([shown] * len(rows)), "formula"),
    ]


def _derivation(book: SummaryBook, spec: TableSpec, by: Dimension) -> str:
    """The formula that names a row's entry of a dimension that isn't a column of the form."""
    agency, column = book.say("agency"), spec.by_key[by.column].title if spec.has(by.column) else ""
    here = _here(spec, agency if by.column == AGENCY or isinstance(by, Origins) else column)
    entries, owners = (lookup_name(by.key, side) for side in ("of", "is"))
    looked_up = f'IFERROR(INDEX({owners},MATCH({here},{entries},0)),"")'
    if not isinstance(by, Origins):
        return f"={looked_up}"
    own, others, entry = by.names[0], by.names[1], _here(spec, column)
    return f'=IF(AND({entry}<>"",{looked_up}={entry}),"{own}","{others}")'


def _source_field(book: SummaryBook, rows: pd.DataFrame, drill: Drill) -> ListColumn:
    """A link from each row to the row of its file among the sources."""
    name, top = quoted(book.reserve(book.say("sheets.sources"))), first_row(book) + 1
    links = {}
    for submission, at in drill.source_lines.items():
        said = book.say("line", number=top + at)
        links[submission] = LiveCell(f'=HYPERLINK("#{name}!A{top + at}","{said}")', said)
    return ListColumn(
        book.say("sheets.sources"),
        DistinctValues.of_frame(rows["submission"], links.__getitem__),
        "formula",
    )


def _given(spec: TableSpec) -> str:
    """The factor that makes the number of a row's agency 0 (nobody's) if it gives no measure."""
    cells = ",".join(_here(spec, column.title) for column in spec.measures)
    return f"(COUNT({cells})>0)*" if cells else ""


def _here(spec: TableSpec, title: str) -> str:
    """The cell of a column in the formula's own row."""
    escaped = re.sub(r"(['\[\]#])", r"'\1", title)
    return f"tbl_{spec.key}[[#This Row],[{escaped}]]"


def _define_names(book: SummaryBook, spec: TableSpec, count: int, columns: int) -> None:
    """Name the columns that formulas add up, count or compare."""
    attributes = [by.key for by in derived(book.consolidation, spec)]
    keys = ["", AGENCY, *spec.keys, "", "", "", "", *attributes, AGENCY_NUMBER, SHOWN]
    name, top = quoted(book.taken(book.say("sheets.rows", sheet=spec.sheet))), first_row(book)
    for at in range(columns):
        if keys[at]:
            area = xl_range_abs(top, at, top + count - 1, at)
            book.workbook.define_name(column_name(spec, keys[at]), f"={name}!{area}")
