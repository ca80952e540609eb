"""The chart of the parts of a whole: the cells that it is drawn from."""

from __future__ import annotations

from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from pipeline.summarise.figures.dimensions import Dimension, dimension
from pipeline.summarise.figures.figures import by_entry
from pipeline.summarise.figures.lines import empty
from pipeline.summarise.figures.measures import Measure, apart_keys, lowered, measures
from pipeline.summarise.figures.rounding import divided, figure, plain
from pipeline.summarise.sheets.cells import LiveCell
from pipeline.summarise.sheets.sheet import SummaryBook
from pipeline.summarise.workbook.chart_cells import COMPOSITION, ChartBlock
from pipeline.summarise.workbook.live import BLANK, Live
from schemas.columns import DECIMALS, TableSpec


def composition(book: SummaryBook, top: int) -> ChartBlock | None:
    """The parts of a whole that the round names, the largest first; empty ones aren't drawn."""
    consolidation, say = book.consolidation, book.say
    asked = consolidation.round_.settings.figures.composition
    if not asked:
        return None
    spec = consolidation.round_.by_key[asked.table]
    by = dimension(consolidation.round_, spec, asked.by)
    measure = next(
        each for each in measures(consolidation.round_, spec) if each.key == asked.measure
    )
    frame = by_entry(consolidation, spec, by).iloc[: len(by.entries)]
    values = frame[measure.key].fillna(0).to_numpy()
    if not values.sum():
        return None
    order = sorted(range(len(values)), key=lambda at: (-values[at], at))
    live = Live.of(consolidation, spec, by)
    lines = [_part(book, top, by, at, line, measure, frame, live) for line, at in enumerate(order)]
    title = say("charts.composition", by=lowered(by.title), measure=lowered(measure.title))
    heads, kinds = [by.title, measure.title, say("charts.share")], ["name", "count", "rate"]
    drawn, left_out = int((values > 0).sum()), _left_out(book, spec, by, measure, title)
    return ChartBlock(
        "composition", title, heads, lines, kinds, COMPOSITION, 0, 2, drawn, left_out=left_out
    )


def _left_out(
    book: SummaryBook, spec: TableSpec, by: Dimension, measure: Measure, title: str
) -> list[tuple[str, Any]]:
    """The collectives that a chart of persons leaves out, by the entries that have any."""
    round_, say = book.consolidation.round_, book.say
    apart = next(
        (
            each
            for each in measures(round_, spec)
            if each.key == apart_keys(round_, spec).get(measure.key)
        ),
        None,
    )
    if apart is None:
        return []
    held, live = (
        by_entry(book.consolidation, spec, by)[apart.key].fillna(0).tolist(),
        Live.of(book.consolidation, spec, by),
    )
    found = []
    for at in (at for at, value in enumerate(held) if value):
        entry = '"{}"'.format(by.names[at].replace('"', '""')) if by.codes[at] else BLANK
        said = say("charts.left_out", title=title, measure=lowered(apart.title), name=by.names[at])
        value = plain(held[at])
        found.append(
            (
                said,
                live.cell(apart, [(by.key, entry)], empty(book.consolidation, None), value)
                if live
                else value,
            )
        )
    return found


def _part(
    book: SummaryBook,
    top: int,
    by: Dimension,
    at: int,
    line: int,
    measure: Measure,
    frame: pd.DataFrame,
    live: Live | None,
) -> list[Any]:
    summed = figure(frame[measure.key].iloc[at].item(), empty(book.consolidation, None))
    part = divided(summed, frame[measure.key].sum())
    if live is None:
        return [by.names[at], summed, part]
    cells = xl_range_abs(top, COMPOSITION + 1, top + len(frame) - 1, COMPOSITION + 1)
    name, own = (
        xl_rowcol_to_cell(top + line, COMPOSITION + column, col_abs=True) for column in (0, 1)
    )
    share = f'=IF(ISNUMBER({own}),IFERROR(ROUND({own}/SUM({cells}),{DECIMALS}),""),"")'
    return [
        by.names[at],
        live.cell(measure, [(by.key, name)], empty(book.consolidation, None), summed),
        LiveCell(share, part),
    ]
