"""The ranking by the indicator that is chosen on the map.

Own returns alone are ranked; beside them stands what other agencies report of a place.
"""

from __future__ import annotations

from typing import Any

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from pipeline.office.sheetnames import quoted
from pipeline.summarise.figures.measures import Rate
from pipeline.summarise.figures.origins import Origin
from pipeline.summarise.places.by_place import Places
from pipeline.summarise.places.chosen import format_values, value_formats, worst
from pipeline.summarise.places.columns import Columns
from pipeline.summarise.places.indicators import words
from pipeline.summarise.places.names import (
    CHOSEN,
    CHOSEN_COLUMN,
    COUNTS,
    NAMES,
    ORDER,
    OTHERS,
    PARENTS,
    RANKABLE,
    RATE_TERMS,
    SELECTED,
    STANDINGS,
    UNIT,
    WORST,
)
from pipeline.summarise.places.rank_cells import tied_format
from pipeline.summarise.places.ranks import convention, positions, ranks
from pipeline.summarise.places.table import few, remarks
from pipeline.summarise.sheets.cells import LiveCell, Span
from pipeline.summarise.sheets.sheet import SummaryBook, SummarySheet
from pipeline.summarise.sheets.styles import with_sign
from pipeline.summarise.workbook.entry_table import legend
from pipeline.summarise.workbook.figure_column import standing_width

ONE_PAGE = 90
"""Rows up to which it is printed on a single page."""
_VALUE, _TERM = 20.0, 12.0
_COUNT = "#"
"""The gap for the number of ranked places, which is a formula, while a sentence is made."""


def ranking_sheet(places: Places) -> None:
    """Write the ranking; none where the round ranks nothing."""
    book, table, chosen = places.book, places.table, places.indicators[0]
    if not book.consolidation.round_.settings.figures.rankings:
        return
    beside = [(PARENTS, table.parent.title, 36.0)] if table.parent else []
    beside += (
        [(STANDINGS, book.say("standing"), standing_width(book) + 4)] if table.reporters else []
    )
    others = [(book.say(f"origin_{Origin.OTHERS}"), _VALUE)] if places.beside else []
    terms = {key: words(book, f"ranking.{key}") for key in Columns(places).terms}
    title = words(book, "ranking.title", title=places.summary.title)
    widths = [7.0, 18.0, 28.0, _VALUE, *[_TERM] * len(terms), *(width for _, width in others)]
    widths += [width for _, _, width in beside]
    sheet = book.sheet(words(book, "sheets.ranking"), title, widths)
    sheet.answers("places", "ranking")
    sheet.line(_legend(places), "legend")
    _choice(places, sheet, len(widths))
    value = book.say(f"origin_{places.main}") if places.beside else words(book, "ranking.value")
    titles = [words(book, "ranking.number"), words(book, "ranking.rank"), table.by.title, value]
    titles += [*terms.values(), *(t for t, _ in others), *(t for _, t, _ in beside)]
    sheet.cells(titles, ["head"] * len(titles))
    sheet.keep_above(1)
    rankable, first, lowest = places.rankable(chosen), sheet.row, chosen.lowest_is_worst
    order, today = positions(rankable, lowest_first=lowest), ranks(rankable, lowest_first=lowest)
    for at in sorted(range(len(rankable)), key=order.__getitem__):
        _line(places, sheet, first, ([*terms], [name for name, _, _ in beside]), (at, today[at]))
    _mark_ties(sheet, first)
    _grey_unranked(sheet, first)
    for column in (3, *(4 + len(terms) for _ in others)):
        format_values(sheet, (first, column, sheet.row - 1, column))
    sheet.page.set_portrait()
    sheet.fit_short(ONE_PAGE)


def _legend(places: Places) -> str:
    """How the ranking is read."""
    book = places.book
    said = words(book, "ranking.legend", sheet=words(book, "sheets.map"))
    whose = remarks(places)[: 2 * bool(places.beside)]
    return legend(book, said, convention(book, places.indicators), *whose, *few(places))


def _mark_ties(sheet: SummarySheet, first: int) -> None:
    """Say of a rank that others share it."""
    last, rank = sheet.row - 1, xl_rowcol_to_cell(first, 1, col_abs=True)
    tied = f"=AND(ISNUMBER({rank}),COUNTIF({xl_range_abs(first, 1, last, 1)},{rank})>1)"
    look = sheet.book.styles.conditional({"num_format": tied_format(sheet.book)})
    sheet.page.conditional_format(
        first, 1, last, 1, {"type": "formula", "criteria": tied, "format": look}
    )


def _signs(book: SummaryBook, number: str, value: str) -> list[tuple[str, str]]:
    """When a row's value is missing, and the format that shows the sign of why."""
    counts = f"INDEX({COUNTS},MATCH({number},{ORDER},0))"
    return [
        (f'=AND({value}="",{counts}={own})', with_sign("0_)", book.say(key)))
        for own, key in ((0, "unknown"), (1, "nothing"))
    ]


def _grey_unranked(sheet: SummarySheet, first: int) -> None:
    """Grey the places without a rank.

    Their values get the number format too, for some programs take only the first format that fits.
    """
    book, last = sheet.book, sheet.row - 1
    number, rank, value = (xl_rowcol_to_cell(first, column, col_abs=True) for column in (0, 1, 3))
    unranked, grey = f'{rank}=""', {"font_color": "#595959", "bg_color": "#F2F2F2"}
    formats = [(formula, f"{form}_)") for formula, form in value_formats(book, value)]
    for formula, form in [*formats, *_signs(book, number, value)]:
        look = book.styles.conditional({**grey, "num_format": form})
        both = f"=AND({unranked},{formula.removeprefix('=')})"
        sheet.page.conditional_format(
            first, 3, last, 3, {"type": "formula", "criteria": both, "format": look}
        )
    for left, right in ((0, 2), (3, 3), (4, len(sheet.widths) - 1)):
        if left <= right:
            rule = {
                "type": "formula",
                "criteria": f"={unranked}",
                "format": book.styles.conditional(grey),
            }
            sheet.page.conditional_format(first, left, last, right, rule)


def _choice(places: Places, sheet: SummarySheet, columns: int) -> None:
    """Write which indicator it is, a link to its choice, how many are ranked, what rank 1 is."""
    book, chosen, on_map = places.book, places.indicators[0], words(places.book, "sheets.map")
    said = LiveCell(
        f'={CHOSEN}&IF({UNIT}="",""," ("&{UNIT}&")")',
        f"{chosen.title} ({chosen.unit})" if chosen.unit else chosen.title,
    )
    sheet.spans(
        [Span(words(book, "map.choose"), "head", 2), Span(said, "choice_unit", columns - 2)]
    )
    before, after = words(
        book,
        "ranking.among",
        count=_COUNT,
        whole=len(places.lines),
        provisional=places.even_provisional,
    ).split(_COUNT)
    count = sum(not isinstance(value, str) for value in places.rankable(chosen))
    which = f'"{after}"&INDEX({WORST},{CHOSEN_COLUMN})'
    among = LiveCell(
        f'="{before}"&COUNT({RANKABLE})&{which}', f"{before}{count}{after}{worst(book, chosen)}"
    )
    sheet.spans([Span(among, "remark", columns)])
    target = quoted(book.taken(on_map))
    sheet.page.write_url(
        sheet.row,
        0,
        f"internal:{target}!A1",
        book.styles("link"),
        words(book, "ranking.link", sheet=on_map),
    )
    sheet.row += 1


def _line(
    places: Places,
    sheet: SummarySheet,
    first: int,
    shown: tuple[list[str], list[str]],
    today: tuple[int, Any],
) -> None:
    """Write one place.

    ``shown``: what a rate is made of, and what stands last; ``today``: its position in the list,
    and its rank.
    """
    (at, rank), (terms, beside) = today, shown
    kinds = ["count", "rank", "name", "ranked", *["ranked"] * (len(terms) + bool(places.beside))]
    cells = [
        sheet.row - first + 1,
        *_ranked_cells(places, sheet.row, at, rank),
        *_beside(places, sheet.row, at, terms, beside),
    ]
    sheet.cells(cells, [*kinds, *["name" for _ in beside]])


def _place_found(row: int) -> str:
    """The formula of which place stands in a row: its position in the list."""
    return f"MATCH({xl_rowcol_to_cell(row, 0, col_abs=True)},{ORDER},0)"


def _ranked_cells(places: Places, row: int, at: int, rank: Any) -> list[LiveCell]:
    """Rank, name and figure of the place in a row."""
    book, found = places.book, _place_found(row)
    ranked, chosen = f"INDEX({RANKABLE},{found})", f"INDEX({SELECTED},{found})"
    unranked = words(book, "ranking.unranked")
    line = places.lines[at]
    value = places.value(places.indicators[0], line, places.main)
    return [
        LiveCell(
            f'=IF(ISNUMBER({ranked}),RANK({ranked},{RANKABLE}),"")', rank or unranked, unranked
        ),
        LiveCell(f"=INDEX({NAMES},{found})", places.name(line)),
        LiveCell(f'=IF({chosen}="","",{chosen})', "" if isinstance(value, str) else value),
    ]


def _beside(
    places: Places, row: int, at: int, terms: list[str], beside: list[str]
) -> list[LiveCell]:
    """What a rate is made of, what others report, parent and standing of the place in a row."""
    found, line, chosen = _place_found(row), places.lines[at], places.indicators[0]
    says = {PARENTS: places.parent_name(line), STANDINGS: places.standing(places.codes[at])}
    is_rate = isinstance(chosen.measure, Rate)
    cells = [
        LiveCell(
            f"=INDEX({RATE_TERMS[key]},{found})", places.term(chosen, line, key) if is_rate else ""
        )
        for key in terms
    ]
    if places.beside:
        others = f"INDEX({OTHERS},{found})"
        cells.append(
            LiveCell(
                f'=IF({others}="","",{others})',
                places.value(chosen, line, Origin.OTHERS),
                places.book.say("nothing"),
            )
        )
    return [*cells, *(LiveCell(f"=INDEX({name},{found})", says[name]) for name in beside)]
