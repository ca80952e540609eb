"""The sheet of indicators: a line per place, with what map and ranking look up."""

from __future__ import annotations

from typing import Any

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from pipeline.office.sheetnames import quoted
from pipeline.summarise.figures.lines import TableLine
from pipeline.summarise.figures.measures import Rate
from pipeline.summarise.figures.origins import Origin
from pipeline.summarise.places.by_place import PARENTS, STAFF, VALUES, Places
from pipeline.summarise.places.columns import Columns
from pipeline.summarise.places.indicators import TERMS, Indicator, words
from pipeline.summarise.places.ranks import convention, positions, ranks
from pipeline.summarise.sheets.cells import NO_NUMBER, LiveCell, Span
from pipeline.summarise.sheets.sheet import SummaryBook, SummarySheet
from pipeline.summarise.workbook.entry_table import legend
from pipeline.summarise.workbook.live import sign_of

CHOSEN = "bd_chon"
"""The name of the cell that holds the title of the chosen indicator."""
TITLES, UNITS, WORST, CODES = "bd_chi_tieu", "bd_don_vi", "bd_hang_1", "bd_ma"
"""Defined names: headings, their units, which value is the worst, codes of places."""
RANKABLE, COUNTS = "bd_xep_hang", "bd_du"
"""Defined names: the chosen indicator's compared values, and whose figures are whole (1).

The worst value is the highest.
"""
SELECTED, OTHERS, ORDER, NAMES, STANDINGS = (
    "bd_dang_chon",
    "bd_khac",
    "bd_thu_tu",
    "bd_ten",
    "bd_tinh_trang",
)
"""Defined names: what the map chose, the same by others, its order, names, standings."""
RATE_TERMS = {"part": "bd_tu_so", "whole": "bd_mau_so"}
"""Names of what the chosen rate was made of, by key."""
WHOLES = "bd_mau_{}"
"""Names of what each rate is of, by its key."""
CHOSEN_COLUMN = f"MATCH({CHOSEN},{TITLES},0)"
UNIT = f"INDEX({UNITS},{CHOSEN_COLUMN})"
"""The unit of the chosen indicator."""


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
    rates = [each for each in places.indicators if _bound(places, each)]
    counts = {
        each.title: sum(places.counts(line) and places.is_few(each, line) for line in places.lines)
        for each in rates
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


def worst(book: SummaryBook, indicator: Indicator) -> str:
    """Which value of an indicator is the worst, in a word."""
    return words(book, "lowest" if indicator.lowest_is_worst else "highest")


def sign(book: SummaryBook) -> str:
    """1, or -1 where the lowest value of the chosen indicator is the worst, as a formula."""
    return f'IF(INDEX({WORST},{CHOSEN_COLUMN})="{words(book, "lowest")}",-1,1)'


def signed(indicator: Indicator, value: Any) -> Any:
    """A value as the ranking compares it: the worst is the highest."""
    return -value if indicator.lowest_is_worst and not isinstance(value, str) else value


def _line(
    sheet: SummarySheet, columns: Columns, line: TableLine, at: int, rows: tuple[int, int]
) -> None:
    """One place."""
    places, row = columns.places, sheet.row
    main = places.cells(columns.main, line, row, columns.staff)
    ranked = [
        rank_cell(places, each, line, xl_rowcol_to_cell(row, columns.at(each)))
        for each in places.ranked
    ]
    beside = [(block, places.cells(block, line, row, columns.staff)) for block in columns.beside]
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


def rank_cell(
    places: Places, indicator: Indicator, line: TableLine, value: str, *, inside: bool = False
) -> LiveCell:
    """The rank of a place by the value in the cell ``value``: among all, or in its parent.

    Where the value is no number its sign stands; where the figures aren't whole, the sign of what
    isn't known.
    """
    if not places.counts(line):
        return LiveCell(NO_NUMBER, places.book.say("unknown"))
    few = words(places.book, "few", least=places.least) if places.is_few(indicator, line) else ""
    lowest = indicator.lowest_is_worst
    peers = [
        each
        for each in places.lines
        if not inside or places.parent_position(each) == places.parent_position(line)
    ]
    of, more = _peers(places, indicator, line, inside=inside)
    enough = (
        f",INDEX({WHOLES.format(indicator.key)},{row_of(places.table.by.codes[line.at])})"
        f">={places.least}"
        if _bound(places, indicator)
        else ""
    )
    worse = "<" if lowest else ">"
    text = f'=IF(AND(ISNUMBER({value}){enough}),COUNTIFS({of},"{worse}"&{value}{more})+1,"")'
    rankable = dict(zip(places.lines, places.rankable(indicator), strict=True))
    rank = ranks([rankable[each] for each in peers], lowest_first=lowest)[peers.index(line)]
    return LiveCell(
        text, rank or few or rankable[line], sign_of(places.tables[places.main].nothing(line))
    )


def mark_ties(
    sheet: SummarySheet,
    places: Places,
    indicator: Indicator,
    line: TableLine,
    cells: tuple[int, int, int, int],
    *,
    inside: bool = False,
) -> None:
    """Say which ranks are shared.

    ``cells``: the first and the last row, the column of ranks and that of values.
    """
    first, last, column, values = cells
    value = xl_rowcol_to_cell(first, values)
    of, more = _peers(places, indicator, line, inside=inside)
    tied = f"=AND(ISNUMBER({xl_rowcol_to_cell(first, column)}),COUNTIFS({of},{value}{more})>1)"
    look = sheet.book.styles.conditional({"num_format": tied_format(sheet.book)})
    sheet.page.conditional_format(
        first, column, last, column, {"type": "formula", "criteria": tied, "format": look}
    )


def tied_format(book: SummaryBook) -> str:
    """The number format of a rank that several share."""
    return f'"{words(book, "ranking.tied", rank="")}"0_)'


def _peers(
    places: Places, indicator: Indicator, line: TableLine, *, inside: bool
) -> tuple[str, str]:
    """As formulas: the values of an indicator, and which of them a place is ranked among."""
    group = places.parent_name(line).replace('"', '""')
    of = f"INDEX({VALUES},0,{list(places.indicators).index(indicator) + 1})"
    more = (
        f',{WHOLES.format(indicator.key)},">={places.least}"' if _bound(places, indicator) else ""
    )
    return of, f",{COUNTS},1" + (f',{PARENTS},"{group}"' if inside else "") + more


def _bound(places: Places, indicator: Indicator) -> bool:
    """Whether an indicator is ranked only where it is of enough."""
    return isinstance(indicator.measure, Rate) and places.least > 0


def row_of(code: str) -> str:
    """The place of a code in the table, as a formula."""
    text = code.replace('"', '""')
    return f'MATCH("{text}",{CODES},0)'


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


def _heading(sheet: SummarySheet, columns: Columns) -> None:
    """Whose figures, what, in which unit, and which value is the worst."""
    places, book = columns.places, columns.places.book
    ranked, helpers = places.ranked, columns.helpers
    bands = [
        *[Span("", "head")] * columns.block,
        Span(book.say(f"origin_{columns.main.origin}"), "head", len(columns.main.kinds)),
    ]
    bands += (
        [
            Span(
                words(
                    book,
                    "ranks_among",
                    count=places.counted,
                    whole=len(places.lines),
                    provisional=places.even_provisional,
                ),
                "head",
                len(ranked),
            )
        ]
        if ranked
        else []
    )
    bands += [
        Span(book.say(f"origin_{block.origin}"), "head", len(block.kinds))
        for block in columns.beside
    ]
    sheet.spans([*bands, Span(words(book, "indicators.chosen"), "head", len(helpers))])
    titles = [*columns.heads, *places.heads(columns.main), *(each.title for each in ranked)]
    titles += [title for block in columns.beside for title in places.heads(block)]
    titles += [words(book, f"indicators.{key}") for key in helpers]
    sheet.cells(titles, ["head"] * len(titles))
    beside = [unit for block in columns.beside for unit in block.units]
    before, after = [""] * columns.block, [""] * len(helpers)
    sheet.cells(
        [*before, *columns.main.units, *[""] * len(ranked), *beside, *after],
        ["code_head"] * len(titles),
    )
    worsts = [worst(book, each) for each in places.indicators]
    worsts += [""] * len(columns.main.terms)
    said = [
        *[""] * (columns.figures - 1),
        words(book, "worst"),
        *worsts,
        *(worst(book, each) for each in ranked),
    ]
    sheet.cells([*said, *[""] * (len(beside) + len(helpers))], ["code_head"] * len(titles))


def _selected(columns: Columns, row: int) -> str:
    """The chosen indicator's value in a row."""
    found = f"INDEX({xl_range_abs(row, columns.figures, row, columns.last)},{CHOSEN_COLUMN})"
    return f'=IF({found}="","",{found})'


def _term(places: Places, line: TableLine, row: int, key: str) -> str:
    """What the chosen indicator divides, or by what; nothing where it is no rate."""
    text = '""'
    for each in (each for each in places.indicators if isinstance(each.measure, Rate)):
        title = each.title.replace('"', '""')
        text = f'IF({CHOSEN}="{title}",{places.live_term(each, line, row, key)},{text})'
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
        WHOLES.format(each.key): columns.whole(each)
        for each in columns.places.indicators
        if isinstance(each.measure, Rate)
    }
    of |= {PARENTS: 2} if columns.parent else {}
    of |= {STANDINGS: columns.counts - 1} if columns.has_standing else {}
    of |= {STAFF: columns.staff} if columns.places.has_staff else {}
    parts |= {name: (first, column, last, column) for name, column in of.items()}
    name_of_sheet = quoted(sheet.page.name)
    for name, area in parts.items():
        sheet.book.workbook.define_name(name, f"={name_of_sheet}!{xl_range_abs(*area)}")
