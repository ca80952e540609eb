"""The sheet of indicators: one line a place, values and ranks, and beside them what the map and the ranking look up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from pipeline.office.sheetnames import quoted
from pipeline.summarise.figures.lines import Line
from pipeline.summarise.places.indicators import NARROW, Indicator, Places, ranks, words
from pipeline.summarise.sheets.sheet import Book, Formula, Sheet, Span
from pipeline.summarise.workbook.entry_table import CODE_WIDTH, STANDING_WIDTH, legend

CHOSEN = "bd_chon"
"""The name of the cell that holds the title of the chosen indicator."""
TITLES, UNITS, VALUES, CODES = "bd_chi_tieu", "bd_don_vi", "bd_so_lieu", "bd_ma"
"""Names of the table's headings, their units, its values and the codes of its places."""
RANKABLE, COUNTS = "bd_xep_hang", "bd_du"
"""Names of the chosen indicator's values that can be ranked, and of the column that says of which places figures are whole (1)."""
SELECTED, ORDER, NAMES, PARENTS, STANDINGS = "bd_dang_chon", "bd_thu_tu", "bd_ten", "bd_nhom", "bd_tinh_trang"
"""Names of its columns: the chosen indicator, the position by it, names, parents and standings of the places."""
CHOSEN_COLUMN = f"MATCH({CHOSEN},{TITLES},0)"
UNIT = f"INDEX({UNITS},{CHOSEN_COLUMN})"
"""The unit of the chosen indicator."""
_NAME, RANK_WIDTH = 20.0, 13.0
_SMALLEST = 0.6
"""It is read rather than glanced at: printed on two pages side by side sooner than in tiny letters."""


def indicator_sheet(places: Places) -> None:
    """Write the table and name its parts."""
    book, columns = places.book, Columns(places)
    title = words(book, "indicators.title", title=places.summary.title)
    sheet = book.sheet(words(book, "sheets.indicators"), title, columns.widths, fixed=columns.counts, smallest=_SMALLEST)
    sheet.answers("places", "indicators")
    sheet.line(legend(book, words(book, "indicators.legend"), *left_out(places)), "legend")
    top = sheet.row
    _heading(sheet, columns)
    sheet.keep_above(sheet.row - top, 2)
    sheet.page.repeat_columns(0, columns.counts - 1)
    first, last = sheet.row, sheet.row + len(places.lines) - 1
    for at, line in enumerate(places.lines):
        cells, row = places.cells(line, sheet.row, columns.figures), sheet.row
        ranked = [rank_cell(places, each, line, xl_rowcol_to_cell(row, columns.at(each))) for each in places.ranked]
        selected = [_selected(columns, row), _rankable(columns, row), _order(columns, row, (first, last))]
        chosen = [Formula(text, value) for text, value in zip(selected, _today(places, at), strict=True)]
        kinds = [*columns.kinds, *places.kinds(cells), *map(rank_kind, ranked), "ranked", "ranked", "count"]
        sheet.cells([*columns.says(line), *cells, *ranked, *chosen], kinds)
    for column in (columns.selected, columns.selected + 1):
        format_values(sheet, (first, column, last, column))
    sheet.page.print_area(0, 0, last, columns.selected - 1)  # what follows is for the map and the ranking
    _define_names(sheet, columns, first, last)


def _today(places: Places, at: int) -> list[Any]:
    """Of the place at this position: the first indicator's value, the same if it can be ranked, and its position in the ranking."""
    chosen = places.indicators[0]
    rankable = places.rankable(chosen)
    return [places.value(chosen, places.lines[at]), rankable[at], positions(rankable)[at]]


def left_out(places: Places) -> list[str]:
    """Which entries have no place on the map."""
    return [words(places.book, "parent_note", names=", ".join(places.left_out))] if places.left_out else []


class Columns:
    """Where things stand in the sheet of indicators: who, what is ranked, figures, ranks, then what is chosen on the map."""

    def __init__(self, places: Places) -> None:
        self.places, self.parent, self.has_standing = places, places.table.parent, bool(places.table.reporters)
        self.counts = 2 + (self.parent is not None) + self.has_standing
        self.figures = self.counts + 1
        self.ranks = self.figures + 1 + len(places.indicators)
        self.selected = self.ranks + len(places.ranked)

    @property
    def widths(self) -> list[float]:
        """Widths of all columns."""
        before = [CODE_WIDTH, _NAME, *([_NAME + 15] if self.parent else []), *([STANDING_WIDTH] if self.has_standing else [])]
        return [*before, 9.0, *self.places.widths, *[RANK_WIDTH] * len(self.places.ranked), NARROW, NARROW, NARROW]

    @property
    def kinds(self) -> list[str]:
        """Formats of the columns before the figures."""
        return ["code", *["name"] * (self.counts - 1), "count"]

    @property
    def heads(self) -> list[str]:
        """Titles of the columns before the figures."""
        say = self.places.book.say
        parent, standing = [self.parent.title] if self.parent else [], [say("standing")] if self.has_standing else []
        return [say("code"), self.places.table.by.title, *parent, *standing, words(self.places.book, "indicators.counts")]

    def says(self, line: Line) -> list[Any]:
        """The cells before the figures."""
        above = [self.places.parent_name(line)] if self.parent else []
        standing = [self.places.standing(self.places.table.by.codes[line.at])] if self.has_standing else []
        return [*self.places.named(line), *above, *standing, int(self.places.counts(line))]

    def at(self, indicator: Indicator) -> int:
        """The column of an indicator's values."""
        return self.figures + 1 + list(self.places.indicators).index(indicator)


def rank_cell(places: Places, indicator: Indicator, line: Line, value: str, *, inside: bool = False) -> Formula:
    """The rank of a place by an indicator whose value stands in the cell ``value``: among all, or those of its own parent.

    Where the value is no number its sign stands; where the figures aren't whole, the sign of what isn't known.
    """
    book, group = places.book, places.parent_name(line).replace('"', '""')
    peers = [each for each in places.lines if not inside or places.parent_position(each) == places.parent_position(line)]
    of = f"INDEX({VALUES},0,{list(places.indicators).index(indicator) + 1})"
    more = f",{COUNTS},1" + (f',{PARENTS},"{group}"' if inside else "")
    if not places.counts(line):
        return Formula(f'="{book.say("unknown")}"', book.say("unknown"))
    tied = words(book, "ranking.tied", rank="").replace('"', '""')
    rank = f'COUNTIFS({of},">"&{value}{more})+1'
    text = f'=IF(ISNUMBER({value}),IF(COUNTIFS({of},{value}{more})>1,"{tied}"&({rank}),{rank}),{value}&"")'
    rankable = dict(zip(places.lines, places.rankable(indicator), strict=True))
    return Formula(text, rank_text(book, ranks(rankable[each] for each in peers)[peers.index(line)]) or rankable[line])


def rank_text(book: Book, today: tuple[int, bool]) -> Any:
    """A rank, and whether it is shared, as it is shown; 0 for none."""
    return words(book, "ranking.tied", rank=today[0]) if today[1] else today[0]


def row_of(code: str) -> str:
    """The place of a code in the table, as a formula."""
    text = code.replace('"', '""')
    return f'MATCH("{text}",{CODES},0)'


def rank_kind(cell: Formula) -> str:
    """The format of a rank."""
    return "symbol" if isinstance(cell.value, str) else "count"


def positions(values: Sequence[Any]) -> list[int]:
    """The position of each value in the ranking, from 1: the highest first, equal ones in their own order, what is no number last."""
    order = sorted(range(len(values)), key=lambda at: (isinstance(values[at], str), 0 if isinstance(values[at], str) else -values[at]))
    found = {at: place for place, at in enumerate(order, start=1)}
    return [found[at] for at in range(len(values))]


def format_values(sheet: Sheet, area: tuple[int, int, int, int]) -> None:
    """Show the chosen indicator's values as it asks: rates as percentages, parts with decimals."""
    first = xl_rowcol_to_cell(area[0], area[1], col_abs=True)
    for formula, form in value_formats(sheet.book, first):
        rule = {"type": "formula", "criteria": formula, "format": sheet.book.styles.conditional({"num_format": f"{form}_)"})}
        sheet.page.conditional_format(*area, rule)


def value_formats(book: Book, cell: str) -> list[tuple[str, str]]:
    """When a value of the chosen indicator is shown in which format; else as a whole number."""
    rate = f'=AND(ISNUMBER({cell}),{UNIT}="{words(book, "percent")}")'
    return [(rate, "0.0%"), (f"=IF(ISNUMBER({cell}),{cell}<>INT({cell}))", "#,##0.00")]


def _heading(sheet: Sheet, columns: Columns) -> None:
    places, say = columns.places, columns.places.book
    before, count = columns.ranks, len(places.ranked)
    ranked = [Span(words(say, "indicators.ranks", count=len(places.lines)), "head", count)] if count else []
    sheet.spans([*[Span("", "head")] * before, *ranked, Span(words(say, "indicators.chosen"), "head", 3)])
    more = [words(say, f"indicators.{key}") for key in ("value", "rankable", "order")]
    titles = [*columns.heads, *places.heads, *(each.title for each in places.ranked), *more]
    sheet.cells(titles, ["head"] * len(titles))
    sheet.cells([*[""] * columns.figures, *places.units, *[""] * (count + 3)], ["code_head"] * len(titles))


def _selected(columns: Columns, row: int) -> str:
    """The chosen indicator's value in a row."""
    found = f"INDEX({xl_range_abs(row, columns.figures + 1, row, columns.ranks - 1)},{CHOSEN_COLUMN})"
    return f'=IF({found}="","",{found})'


def _rankable(columns: Columns, row: int) -> str:
    """The same where it can be ranked."""
    return f'=IF({xl_rowcol_to_cell(row, columns.counts)}=1,{xl_rowcol_to_cell(row, columns.selected)},"")'


def _order(columns: Columns, row: int, rows: tuple[int, int]) -> str:
    """The position of a row in the ranking: equal values in the order of the list, those without a number last."""
    first, column = rows[0], columns.selected + 1
    here, above = xl_rowcol_to_cell(row, column), f"{xl_rowcol_to_cell(first, column, row_abs=True)}:{xl_rowcol_to_cell(row, column)}"
    among = xl_range_abs(first, column, rows[1], column)
    return f"=IF(ISNUMBER({here}),RANK({here},{among})+COUNTIF({above},{here})-1,COUNT({among})+ROWS({above})-COUNT({above}))"


def _define_names(sheet: Sheet, columns: Columns, first: int, last: int) -> None:
    """Name what the map and the ranking look up."""
    left, right = columns.figures + 1, columns.ranks - 1
    parts = {
        TITLES: (first - 2, left, first - 2, right),
        UNITS: (first - 1, left, first - 1, right),
        VALUES: (first, left, last, right),
        CODES: (first, 0, last, 0),
        NAMES: (first, 1, last, 1),
        SELECTED: (first, columns.selected, last, columns.selected),
        RANKABLE: (first, columns.selected + 1, last, columns.selected + 1),
        ORDER: (first, columns.selected + 2, last, columns.selected + 2),
        COUNTS: (first, columns.counts, last, columns.counts),
    }
    if columns.parent:
        parts[PARENTS] = (first, 2, last, 2)
    if columns.has_standing:
        parts[STANDINGS] = (first, columns.counts - 1, last, columns.counts - 1)
    name_of_sheet = quoted(sheet.page.name)
    for name, area in parts.items():
        sheet.book.workbook.define_name(name, f"={name_of_sheet}!{xl_range_abs(*area)}")
