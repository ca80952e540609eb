"""Where things stand in the sheet of indicators."""

from __future__ import annotations

from typing import Any

from pipeline.summarise.figures.lines import TableLine
from pipeline.summarise.figures.measures import Rate
from pipeline.summarise.figures.origins import Origin
from pipeline.summarise.places.by_place import Places
from pipeline.summarise.places.indicators import NARROW, TERMS, Indicator, words
from pipeline.summarise.workbook.entry_table import CODE_WIDTH
from pipeline.summarise.workbook.figure_column import standing_width

RANK_WIDTH = 13.0
_NAME = 19.0


def has_rates(places: Places) -> bool:
    """Whether a rate can be chosen."""
    return any(isinstance(indicator.measure, Rate) for indicator in places.indicators)


class Columns:
    """Columns: who, figures that are compared, ranks, figures beside them, what the map chose."""

    def __init__(self, places: Places) -> None:
        self.places, self.parent, self.has_standing = (
            places,
            places.table.parent,
            bool(places.table.reporters),
        )
        self.main, self.beside = (
            places.block(places.main),
            [places.block(origin) for origin in places.beside],
        )
        self.counts = 2 + (self.parent is not None) + self.has_standing
        self.staff = self.counts + 1
        """The column of headcounts; where there are none, the first of the figures."""
        self.block = self.staff + places.has_staff
        self.figures = self.block + self.main.has_agencies
        self.last = self.figures + len(self.main.indicators) - 1
        """The last column of what can be chosen; what its rates were made of stands behind."""
        self.ranks = self.last + 1 + len(self.main.terms)
        self.others = self.ranks + len(places.ranked)
        self.selected = self.others + sum(len(block.kinds) for block in self.beside)

    @property
    def helpers(self) -> list[str]:
        """What stands behind the figures for the map and the ranking: keys of its titles."""
        ranked = ["order"] if self.has_ranking else []
        return ["value", "rankable", *ranked, *self.terms, *(["others"] if self.beside else [])]

    @property
    def terms(self) -> list[str]:
        """What stands beside a chosen rate: what it was made of, where any is shown."""
        return [*TERMS] if has_rates(self.places) else []

    @property
    def has_ranking(self) -> bool:
        """Whether the round ranks anything."""
        return self.places.book.consolidation.round_.settings.figures.rankings

    def helper(self, key: str) -> int:
        """The column of one of ``helpers``."""
        return self.selected + self.helpers.index(key)

    @property
    def widths(self) -> list[float]:
        """Widths of all columns."""
        before = [
            CODE_WIDTH,
            _NAME,
            *([_NAME + 15] if self.parent else []),
            *([standing_width(self.places.book)] if self.has_standing else []),
        ]
        figures = [
            *self.main.widths,
            *[RANK_WIDTH] * len(self.places.ranked),
            *(width for block in self.beside for width in block.widths),
        ]
        return [
            *before,
            8.0,
            *[NARROW] * self.places.has_staff,
            *figures,
            *[NARROW] * len(self.helpers),
        ]

    @property
    def kinds(self) -> list[str]:
        """Formats of the columns before the figures."""
        return ["code", *["name"] * (self.counts - 1), "count", *["count"] * self.places.has_staff]

    @property
    def heads(self) -> list[str]:
        """Titles of the columns before the figures."""
        book = self.places.book
        parent, standing = (
            [self.parent.title] if self.parent else [],
            [book.say("standing")] if self.has_standing else [],
        )
        staff = [words(book, "staff")] if self.places.has_staff else []
        return [
            book.say("code"),
            self.places.table.by.title,
            *parent,
            *standing,
            words(book, "indicators.counts", provisional=self.places.even_provisional),
            *staff,
        ]

    def says(self, line: TableLine) -> list[Any]:
        """The cells before the figures."""
        places = self.places
        above = [places.parent_name(line)] if self.parent else []
        standing = [places.standing(places.table.by.codes[line.at])] if self.has_standing else []
        staff = [places.staff(line)] if places.has_staff else []
        return [*places.named(line), *above, *standing, int(places.counts(line)), *staff]

    def at(self, indicator: Indicator) -> int:
        """The column of an indicator's values that are compared."""
        return self.figures + list(self.places.indicators).index(indicator)

    def whole(self, rate: Indicator) -> int:
        """The column of what a rate that is compared is of."""
        return self.figures + [column.key for column in self.main.columns].index(
            rate.term_key("whole")
        )

    @property
    def of_others(self) -> tuple[int, int]:
        """The first and the last column of the indicators that other agencies report."""
        block = self.places.block(Origin.OTHERS)
        first = self.others + block.has_agencies
        return first, first + len(block.indicators) - 1
