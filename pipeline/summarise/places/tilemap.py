"""The map: each place a cell, coloured by an indicator that the reader chooses.

A tile has its name, below it its figure, that of its own return where places have agencies of their
own, and where rates can be chosen a third row for what was divided by what. What others report of a
place without a return stands there in brackets, uncoloured; where others report on a place beside
its own return, a sign says so. Steps hold equal numbers of places; colours grow darker towards the
worst, so that they stay apart in grey print. Only functions of Excel 2010.
"""

from __future__ import annotations

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.office.sheetnames import quoted
from pipeline.summarise.figures.lines import TableLine
from pipeline.summarise.figures.measures import Rate
from pipeline.summarise.figures.origins import Origin
from pipeline.summarise.places.by_place import Places
from pipeline.summarise.places.columns import has_rates
from pipeline.summarise.places.indicators import TERMS, words
from pipeline.summarise.places.looks import colours, formats, looks
from pipeline.summarise.places.map_legend import LEGEND_COLUMNS, LEGEND_ROWS, MapLegend
from pipeline.summarise.places.names import (
    CHOSEN,
    CHOSEN_COLUMN,
    OTHERS,
    RANKABLE,
    RATE_TERMS,
    TITLES,
    UNIT,
    VALUES,
)
from pipeline.summarise.places.rank_cells import row_of
from pipeline.summarise.places.table import few, left_out, remarks
from pipeline.summarise.places.tiles import Tile
from pipeline.summarise.sheets.cells import LiveCell, Span
from pipeline.summarise.sheets.sheet import SummarySheet

_TILE = 13.0
_TALL, _LOW = 17.0, 14.5
"""Points of a row of tiles of two rows, and of three."""


def map_sheet(places: Places) -> None:
    """Write the map of the places."""
    book = places.book
    columns = max(tile.column for tile in places.tiles) + 1  # a label takes two
    title = words(book, "map.title", title=places.summary.title)
    sheet = book.sheet(words(book, "sheets.map"), title, [_TILE] * columns)
    sheet.answers("places", "map")
    sheet.page.set_portrait()
    sheet.page.fit_to_pages(1, 1)
    sheet.page.center_horizontally()
    more = [words(book, "map.terms")] if has_rates(places) else []
    whose = remarks(places)[: 2 * bool(places.beside)]
    sheet.line(
        " ".join([words(book, "map.legend"), *whose, *more, *few(places), *left_out(places)]),
        "legend",
    )
    _chooser(places, sheet, columns)
    sheet.row += 1
    _Map(places, sheet, sheet.row, columns).write()


def _chooser(places: Places, sheet: SummarySheet, columns: int) -> None:
    """The cell in which the indicator is chosen, with a list to choose from."""
    book, first = places.book, places.indicators[0]
    row, unit = sheet.row, words(book, "map.unit")
    hint = Span(words(book, "map.hint"), "legend", columns - 6)
    sheet.spans([Span(words(book, "map.choose"), "head", 2), Span(first.title, "choice", 4), hint])
    sheet.spans([Span(unit, "head", 2), Span(LiveCell(f"={UNIT}", first.unit), "choice_unit", 4)])
    sheet.page.set_row(row, 24)
    book.workbook.define_name(
        CHOSEN,
        f"={quoted(sheet.page.name)}!{xl_rowcol_to_cell(row, 2, row_abs=True, col_abs=True)}",
    )
    ranks = book.consolidation.round_.settings.figures.rankings
    rule = {
        "validate": "list",
        "source": f"={TITLES}",
        "input_title": words(book, "map.choose"),
        "input_message": words(book, "map.prompt_ranking" if ranks else "map.prompt"),
    }
    sheet.page.data_validation(row, 2, row, 2, {**rule, "error_message": words(book, "map.wrong")})


class _Map:
    """The tiles and the legend.

    ``top`` is the first row, ``columns`` how many columns there are.
    """

    def __init__(self, places: Places, sheet: SummarySheet, top: int, columns: int) -> None:
        self.places, self.sheet, self.top, self.columns = places, sheet, top, columns
        self.lines = dict(zip(places.codes, places.lines, strict=True))
        self.chosen = places.indicators[0]
        self.has_terms = has_rates(places)
        self.height = 2 + self.has_terms

    def write(self) -> None:
        """Write tiles with their colours, and the legend on the right if it fits, else below."""
        for tile in self.places.tiles:
            if tile.locality:
                self._tile(tile)
            else:
                self._label(tile)
        rows = self.height * max(tile.row for tile in self.places.tiles)
        left = self.columns - LEGEND_COLUMNS
        free = [row for row in range(rows - LEGEND_ROWS + 1) if self._is_free(row, left - 1)]
        below = rows + 1
        for row in range(rows if free else below + LEGEND_ROWS):
            self.sheet.page.set_row(self.top + row, _LOW if self.has_terms else _TALL)
        MapLegend(self.places, self.sheet).write(
            self.top + (free[len(free) // 2] if free else below), left
        )
        self.sheet.row = self.top + (rows if free else below + LEGEND_ROWS)

    def _is_free(self, row: int, left: int) -> bool:
        """Whether the legend has room from this row on, right of column ``left``."""
        taken = [
            (self.height * (tile.row - 1), tile.column + (not tile.locality))
            for tile in self.places.tiles
        ]
        return not any(
            top + self.height > row and top < row + LEGEND_ROWS and right > left
            for top, right in taken
        )

    def _tile(self, tile: Tile) -> None:
        row, column = self._corner(tile)
        page, style = self.sheet.page, self.sheet.book.styles
        line = self.lines[tile.locality]
        whole = "" if self.places.counts(line) else "_unknown"
        self._name(tile, line, style(f"tile_name{whole}"))
        text, value = self._figure(tile, line)
        sign = self.sheet.book.say("unknown" if whole else "nothing")
        kind = f"tile_rate{whole}" if self.has_terms else f"tile{whole}"
        page.write_formula(
            row + 1, column, text, style(kind, sign=sign), "" if isinstance(value, str) else value
        )
        figure = xl_rowcol_to_cell(row + 1, column, row_abs=True, col_abs=True)
        if self.has_terms:
            text, value = self._terms(tile, line)
            page.write_formula(row + 2, column, text, style(f"tile_terms{whole}"), value)
        for at in (row, row + 2) if self.has_terms else (row,):
            for rule in (
                () if whole else colours(self.sheet.book, figure, self._is_ranked(tile), {})
            ):
                page.conditional_format(at, column, at, column, rule)
        for rule in (
            formats(self.sheet.book, figure, "({})")
            if whole
            else looks(self.sheet.book, figure, self._is_ranked(tile))
        ):
            page.conditional_format(row + 1, column, row + 1, column, rule)

    def _name(self, tile: Tile, line: TableLine, style: Format) -> None:
        """The name, with a star if provisional, with a sign if others report on it too."""
        places, (row, column) = self.places, self._corner(tile)
        name = (
            words(places.book, "map.starred", name=tile.name)
            if places.is_provisional(line)
            else tile.name
        )
        if not places.beside or not places.counts(line):
            self.sheet.page.write_string(row, column, name, style)
            return
        also = words(places.book, "map.also", name="")
        reported = not isinstance(places.value(self.chosen, line, Origin.OTHERS), str)
        quoted_name = name.replace('"', '""')
        text = f'="{quoted_name}"&IF(ISNUMBER({self._of_others(tile)}),"{also}","")'
        self.sheet.page.write_formula(row, column, text, style, name + also * reported)

    def _of_others(self, tile: Tile) -> str:
        return f"INDEX({OTHERS},{row_of(tile.locality)})"

    def _figure(self, tile: Tile, line: TableLine) -> tuple[str, Any]:
        """The place's figure; of one that doesn't count, what others report of it."""
        places, found = self.places, f"INDEX({VALUES},{row_of(tile.locality)},{CHOSEN_COLUMN})"
        value = places.value(self.chosen, line, places.main)
        text = f'IF({found}="","",{found})'
        if not places.beside or places.counts(line):
            return f"={text}", value
        others = places.value(self.chosen, line, Origin.OTHERS)
        return (
            f"=IF(ISNUMBER({self._of_others(tile)}),{self._of_others(tile)},{text})",
            value if isinstance(others, str) else others,
        )

    def _terms(self, tile: Tile, line: TableLine) -> tuple[str, str]:
        """The terms of the place's own rate, "421/1101".

        Without separators, which formulas write by each computer's habits.
        """
        if not self.places.counts(line):
            return '=""', ""
        part, whole = (f"INDEX({RATE_TERMS[key]},{row_of(tile.locality)})" for key in TERMS)
        today = (
            [self.places.term(self.chosen, line, key) for key in TERMS]
            if isinstance(self.chosen.measure, Rate)
            else [""]
        )
        shown = (
            ""
            if any(isinstance(value, str) for value in today)
            else "/".join(f"{value:.15g}" for value in today)
        )
        return f'=IF(AND(ISNUMBER({part}),ISNUMBER({whole})),{part}&"/"&{whole},"")', shown

    def _label(self, tile: Tile) -> None:
        """A place that reports with another: its name alone."""
        row, column = self._corner(tile)
        self.sheet.page.merge_range(
            row,
            column,
            row + self.height - 1,
            column + 1,
            tile.name,
            self.sheet.book.styles("tile_label"),
        )

    def _corner(self, tile: Tile) -> tuple[int, int]:
        return self.top + self.height * (tile.row - 1), tile.column - 1

    @staticmethod
    def _is_ranked(tile: Tile) -> str:
        """The formula of whether a figure is compared: a rate of few isn't, and has no colour."""
        return f"ISNUMBER(INDEX({RANKABLE},{row_of(tile.locality)}))"
