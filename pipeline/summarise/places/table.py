"""The sheet of indicators: a line per place, with what map and ranking look up."""

from __future__ import annotations

from typing import Any

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from pipeline.office.sheetnames import quoted
from pipeline.summarise.figures.lines import TableLine
from pipeline.summarise.figures.measures import Rate
from pipeline.summarise.figures.origins import Origin
from pipeline.summarise.places.by_place import Places
from pipeline.summarise.places.chosen import format_values, sign, signed, worst
from pipeline.summarise.places.columns import Columns
from pipeline.summarise.places.figure_cells import figure_cells, live_term
from pipeline.summarise.places.indicators import TERMS, words
from pipeline.summarise.places.names import (
    CHOSEN,
    CHOSEN_COLUMN,
    CODES,
    COUNTS,
    NAMES,
    ORDER,
    OTHERS,
    PARENTS,
    RANKABLE,
    RATE_TERMS,
    SELECTED,
    STAFF,
    STANDINGS,
    TITLES,
    UNITS,
    VALUES,
    WHOLES,
    WORST,
)
from pipeline.summarise.places.rank_cells import is_bound, mark_ties, rank_cell
from pipeline.summarise.places.ranks import convention, positions
from pipeline.summarise.sheets.cells import LiveCell, Span
from pipeline.summarise.sheets.sheet import SummarySheet
from pipeline.summarise.workbook.entry_table import legend


def indicator_sheet(places: Places) -> None:
    """Write the table and name its parts."""
    book, columns = places.book, Columns(places)
    title = words(book, "indicators.title", title=places.summary.title)
    sheet = book.sheet(
        words(book, "sheets.indicators"), title, columns.widths, fixed=columns.counts
    )
    sheet.answers("places", "indicators")
    sheet.line(legend(book, *remarks(places), *few(places), *left_out(places)), "legend")
    top = sheet.row
    _heading(sheet, columns)
    sheet.keep_above(sheet.row - top, 2)
    sheet.page.repeat_columns(0, columns.counts - 1)
    first, last = sheet.row, sheet.row + len(places.lines) - 1
    for at, line in enumerate(places.lines):
        _line(sheet, columns, line, at, (first, last))
    for at, each in enumerate(places.ranked):
        mark_ties(
            sheet,
            places,
            each,
            places.lines[0],
            (first, last, columns.ranks + at, columns.at(each)),
        )
    for key in ("value", "rankable", *(["others"] if columns.beside else [])):
        format_values(sheet, (first, columns.helper(key), last, columns.helper(key)))
    # what follows is beside their own figures, or for the map and the ranking
    sheet.printed = last + 1, columns.others
    sheet.page.fit_to_pages(1, 0)
    _define_names(sheet, columns, first, last)


def remarks(places: Places) -> list[str]:
    """What must be known to compare places: whose figures they are, what rank 1 means."""
    book = places.book
    whose = [words(book, "own_alone"), words(book, "counted_twice")] if places.beside else []
    return [*whose, *([convention(book, places.ranked)] if places.ranked else [])]


def few(places: Places) -> list[str]:
    """Which rates are of too few to be compared, and of how many places they are."""
    rates = [indicator for indicator in places.indicators if is_bound(places, indicator)]
    counts = {
        rate.title: sum(places.counts(line) and places.is_few(rate, line) for line in places.lines)
        for rate in rates
    }
    said = "; ".join(
        words(places.book, "few_places", title=title, count=count)
        for title, count in counts.items()
    )
    told = "few_not_ranked" if places.ranked else "few_not_coloured"
    return [words(places.book, told, least=places.least, said=said)] if rates else []


def left_out(places: Places) -> list[str]:
    """Which entries have no place on the map."""
    return (
        [words(places.book, "parent_note", names=", ".join(places.left_out))]
        if places.left_out
        else []
    )


def _line(
    sheet: SummarySheet, columns: Columns, line: TableLine, at: int, rows: tuple[int, int]
) -> None:
    """One place."""
    places, row = columns.places, sheet.row
    main = figure_cells(places, columns.main, line, row, columns.staff)
    ranked = [
        rank_cell(places, indicator, line, xl_rowcol_to_cell(row, columns.at(indicator)))
        for indicator in places.ranked
    ]
    beside = [
        (block, figure_cells(places, block, line, row, columns.staff)) for block in columns.beside
    ]
    today = _today(places, at)
    formulas = {
        "value": _selected(columns, row),
        "rankable": _rankable(columns, row),
        "order": _order(columns, row, rows),
    }
    formulas |= {"others": _of_others(columns, row)} if columns.beside else {}
    formulas |= {key: _term(places, line, row, key) for key in TERMS}
    chosen = [LiveCell(formulas[key], today[key]) for key in columns.helpers]
    kinds = [*columns.kinds, *columns.main.kinds, *["rank" for _ in ranked]]
    kinds += [kind for block, _ in beside for kind in block.kinds]
    kinds += ["count" if key in ("order", *TERMS) else "ranked" for key in columns.helpers]
    sheet.cells(
        [
            *columns.says(line),
            *main,
            *ranked,
            *(cell for _, cells in beside for cell in cells),
            *chosen,
        ],
        kinds,
    )


def _today(places: Places, at: int) -> dict[str, Any]:
    """Today's cells of a place for the first indicator, which is chosen at first."""
    chosen, line = places.indicators[0], places.lines[at]
    rankable = places.rankable(chosen)
    found = {
        "value": places.value(chosen, line, places.main),
        "rankable": signed(chosen, rankable[at]),
    }
    found["order"] = positions(rankable, lowest_first=chosen.lowest_is_worst)[at]
    found |= {
        key: places.term(chosen, line, key) if isinstance(chosen.measure, Rate) else ""
        for key in TERMS
    }
    return found | {"others": places.value(chosen, line, Origin.OTHERS) if places.beside else ""}


def _heading(sheet: SummarySheet, columns: Columns) -> None:
    """Whose figures, what, in which unit, and which value is the worst."""
    places, book = columns.places, columns.places.book
    ranked, helpers = places.ranked, columns.helpers
    chosen = Span(words(book, "indicators.chosen"), "head", len(helpers))
    sheet.spans([*[Span("", "head")] * columns.block, *_bands(columns), chosen])
    titles = [
        *columns.heads,
        *places.heads(columns.main),
        *(indicator.title for indicator in ranked),
    ]
    titles += [title for block in columns.beside for title in places.heads(block)]
    titles += [words(book, f"indicators.{key}") for key in helpers]
    sheet.cells(titles, ["head"] * len(titles))
    beside = [unit for block in columns.beside for unit in block.units]
    before, after = [""] * columns.block, [""] * len(helpers)
    sheet.cells(
        [*before, *columns.main.units, *[""] * len(ranked), *beside, *after],
        ["code_head"] * len(titles),
    )
    worsts = [worst(book, indicator) for indicator in places.indicators]
    worsts += [""] * len(columns.main.terms)
    said = [
        *[""] * (columns.figures - 1),
        words(book, "worst"),
        *worsts,
        *(worst(book, indicator) for indicator in ranked),
    ]
    sheet.cells([*said, *[""] * (len(beside) + len(helpers))], ["code_head"] * len(titles))


def _bands(columns: Columns) -> list[Span]:
    """Over each block whose figures they are, and over ranks among how many places they are."""
    places, book = columns.places, columns.places.book
    main, *beside = (
        Span(book.say(f"origin_{block.origin}"), "head", len(block.kinds))
        for block in (columns.main, *columns.beside)
    )
    if not places.ranked:
        return [main, *beside]
    counts = {"count": places.counted, "whole": len(places.lines)}
    among = words(book, "ranks_among", **counts, provisional=places.even_provisional)
    return [main, Span(among, "head", len(places.ranked)), *beside]


def _selected(columns: Columns, row: int) -> str:
    """The chosen indicator's value in a row."""
    found = f"INDEX({xl_range_abs(row, columns.figures, row, columns.last)},{CHOSEN_COLUMN})"
    return f'=IF({found}="","",{found})'


def _term(places: Places, line: TableLine, row: int, key: str) -> str:
    """What the chosen indicator divides, or by what; nothing where it is no rate."""
    text = '""'
    for each in (
        indicator for indicator in places.indicators if isinstance(indicator.measure, Rate)
    ):
        title = each.title.replace('"', '""')
        text = f'IF({CHOSEN}="{title}",{live_term(places, each, line, row, key)},{text})'
    return f"={text}"


def _of_others(columns: Columns, row: int) -> str:
    """The same as others report it; nothing where they can't."""
    first, last = columns.of_others
    found = f"INDEX({xl_range_abs(row, first, row, last)},{CHOSEN_COLUMN})"
    return f'=IF({CHOSEN_COLUMN}>{last - first + 1},"",IF({found}="","",{found}))'


def _rankable(columns: Columns, row: int) -> str:
    """The same where it can be ranked, as it is compared."""
    value = xl_rowcol_to_cell(row, columns.helper("value"))
    places, whole = (
        columns.places,
        xl_rowcol_to_cell(row, columns.helper("whole")) if columns.terms else "",
    )
    enough = f',OR({whole}="",{whole}>={places.least})' if whole and places.least else ""
    counts = xl_rowcol_to_cell(row, columns.counts)
    signed_value = f"{value}*{sign(places.book)}"
    return f'=IF(AND({counts}=1,ISNUMBER({value}){enough}),{signed_value},"")'


def _order(columns: Columns, row: int, rows: tuple[int, int]) -> str:
    """The position of a row in the ranking: equal values in list order, no number last."""
    first, column = rows[0], columns.helper("rankable")
    here, above = (
        xl_rowcol_to_cell(row, column),
        f"{xl_rowcol_to_cell(first, column, row_abs=True)}:{xl_rowcol_to_cell(row, column)}",
    )
    among = xl_range_abs(first, column, rows[1], column)
    with_number = f"RANK({here},{among})+COUNTIF({above},{here})-1"
    without = f"COUNT({among})+ROWS({above})-COUNT({above})"
    return f"=IF(ISNUMBER({here}),{with_number},{without})"


def _define_names(sheet: SummarySheet, columns: Columns, first: int, last: int) -> None:
    """Name what the map and the ranking look up."""
    left, right = columns.figures, columns.last
    parts = {
        TITLES: (first - 3, left, first - 3, right),
        UNITS: (first - 2, left, first - 2, right),
        WORST: (first - 1, left, first - 1, right),
        VALUES: (first, left, last, right),
    }
    of = {
        CODES: 0,
        NAMES: 1,
        COUNTS: columns.counts,
        SELECTED: columns.helper("value"),
        RANKABLE: columns.helper("rankable"),
    }
    of |= {ORDER: columns.helper("order")} if columns.has_ranking else {}
    of |= {OTHERS: columns.helper("others")} if columns.beside else {}
    of |= {name: columns.helper(key) for key, name in RATE_TERMS.items() if key in columns.helpers}
    of |= {
        WHOLES.format(indicator.key): columns.whole(indicator)
        for indicator in columns.places.indicators
        if isinstance(indicator.measure, Rate)
    }
    of |= {PARENTS: 2} if columns.parent else {}
    of |= {STANDINGS: columns.counts - 1} if columns.has_standing else {}
    of |= {STAFF: columns.staff} if columns.places.has_staff else {}
    parts |= {name: (first, column, last, column) for name, column in of.items()}
    name_of_sheet = quoted(sheet.page.name)
    for name, area in parts.items():
        sheet.book.workbook.define_name(name, f"={name_of_sheet}!{xl_range_abs(*area)}")
