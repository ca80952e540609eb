"""Indicators by place, with today's values and live formulas, by origin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pipeline.summarise.figures.covered import NOBODY, EntryCoverage, covered
from pipeline.summarise.figures.lines import EntryReporter, TableLine, standing_words
from pipeline.summarise.figures.measures import Rate
from pipeline.summarise.figures.origins import Origin, own_column
from pipeline.summarise.figures.rounding import rounded
from pipeline.summarise.places.indicators import (
    Indicator,
    IndicatorBlock,
    indicators,
    mean_by_staff,
    terms_of,
    words,
)
from pipeline.summarise.places.tiles import Tile, tiles
from pipeline.summarise.sheets.sheet import SummaryBook
from pipeline.summarise.workbook.drill import Drill
from pipeline.summarise.workbook.entry_table import EntryTable
from pipeline.summarise.workbook.figure_column import FigureColumn
from schemas.round.settings import Summary

PER = 1000


@dataclass(frozen=True)
class Places:
    """The places of a summary that have a tile, with their indicators.

    ``lines`` are positions in the dimension, in its order.
    """

    book: SummaryBook
    summary: Summary
    tables: Mapping[Origin, EntryTable]
    tiles: Sequence[Tile]
    lines: Sequence[TableLine]
    indicators: Sequence[Indicator]
    drill: Drill

    @classmethod
    def of(cls, book: SummaryBook, summary: Summary, drill: Drill) -> Places | None:
        """The places of a summary; none where it names no indicators or the round has no map."""
        drawn = tiles(book.consolidation.round_)
        if not summary.indicators or not drawn:
            return None
        table = EntryTable.of(book, summary.dimension, summary.parent)
        more = (
            (Origin.OWN, Origin.OTHERS)
            if own_column(book.consolidation.round_, table.spec) == table.by.key
            else ()
        )
        tables = {Origin.BOTH: table} | {
            each: EntryTable.of(book, summary.dimension, summary.parent, each) for each in more
        }
        codes = {tile.locality for tile in drawn if tile.locality}
        lines = [TableLine(at) for at, code in enumerate(table.by.codes) if code in codes]
        return cls(book, summary, tables, drawn, lines, indicators(book, summary, tables), drill)

    # --- places
    # ------------------------------------------------------------------------------------

    @property
    def table(self) -> EntryTable:
        """The figures of all rows."""
        return self.tables[Origin.BOTH]

    @cached_property
    def codes(self) -> list[str]:
        """Codes of the places, in order."""
        return [self.table.by.codes[line.at] for line in self.lines]

    @property
    def left_out(self) -> list[str]:
        """Names of the entries that have no tile."""
        return [
            name
            for code, name in zip(self.table.by.codes, self.table.by.names, strict=True)
            if code and code not in self.codes
        ]

    def named(self, line: TableLine) -> list[Any]:
        """Code and name of a place or, for a parent's line, of that; linked to its rows."""
        by = self.table.dimension_of(line)
        return self.drill.cells(self.table.spec, by, line.at, by.codes[line.at], by.names[line.at])

    def name(self, line: TableLine) -> str:
        """The name of a place or, for a parent's line, of that."""
        return self.table.dimension_of(line).names[line.at]

    def parent_position(self, line: TableLine) -> int:
        """The position of a line's parent; that of none if there is no parent."""
        parent = self.table.parent
        if parent is None or line.is_parent:
            return line.at if line.is_parent else -1
        return parent.codes.index((parent.owner or {}).get(self.table.by.codes[line.at], ""))

    def parent_name(self, line: TableLine) -> str:
        """The name of what a place belongs to."""
        return self.table.parent.names[self.parent_position(line)] if self.table.parent else ""

    # --- who reports
    # -------------------------------------------------------------------------------

    def counts(self, line: TableLine) -> bool:
        """True if a place can be ranked: its agency's figures count, provisionally at least."""
        reporter = self._reporter(line)
        return reporter is None or not reporter.is_out or self.is_provisional(line)

    def is_provisional(self, line: TableLine) -> bool:
        """True if a place's figures are provisional: its agency has something to correct."""
        reporter = self._reporter(line)
        if reporter is None or not reporter.is_provisional:
            return False
        return any(
            not isinstance(self.value(each, line, self.main), str) for each in self.indicators
        )

    @property
    def any_provisional(self) -> bool:
        """Whether the figures of any place are provisional for its own sake."""
        return any(map(self.is_provisional, self.lines))

    @property
    def even_provisional(self) -> str:
        """Say that provisional ones are among those that count; blank if there are none."""
        return words(self.book, "even_provisional") if self.any_provisional else ""

    @property
    def counted(self) -> int:
        """How many places can be ranked."""
        return sum(map(self.counts, self.lines))

    def _reporter(self, line: TableLine) -> EntryReporter | None:
        return self.table.reporters.get(self.table.by.codes[line.at])

    def standing(self, code: str) -> str:
        """The standing of whoever reports a place, in words."""
        return standing_words(self.table.reporters.get(code), self.book.lang)

    def words_of(self, reporter: EntryReporter | None) -> str:
        """How an agency stands, in words."""
        return standing_words(reporter, self.book.lang)

    @cached_property
    def _covered(self) -> Mapping[str, EntryCoverage]:
        return (
            covered(self.book.consolidation, self.table.spec, self.table.parent)
            if self.table.parent
            else {}
        )

    def covered(self, parent: str) -> EntryCoverage:
        """The coverage of what places belong to, by its code."""
        return self._covered.get(parent, NOBODY)

    # --- whose figures
    # -----------------------------------------------------------------------------

    @property
    def main(self) -> Origin:
        """Whose figures are compared: own returns, if places have agencies of their own."""
        return Origin.OWN if Origin.OWN in self.tables else Origin.BOTH

    @property
    def beside(self) -> list[Origin]:
        """What is shown beside those."""
        return [Origin.OTHERS, Origin.BOTH] if self.main is Origin.OWN else []

    def block(self, origin: Origin) -> IndicatorBlock:
        """The columns of an origin: what is set against headcounts can only be an own return's."""
        kept = [each for each in self.indicators if origin is Origin.OWN or not each.per_thousand]
        terms = [
            term
            for each in kept
            if isinstance(each.measure, Rate)
            for term in terms_of(each, self.tables)
        ]
        return IndicatorBlock(
            origin, kept, terms, has_agencies=origin is Origin.OTHERS or self.main is Origin.BOTH
        )

    def heads(self, block: IndicatorBlock) -> list[str]:
        """Titles of a block's columns."""
        return [
            *[self.book.say("agencies")] * block.has_agencies,
            *(each.title for each in block.columns),
        ]

    @property
    def ranked(self) -> list[Indicator]:
        """The indicators whose ranks stand beside the figures; none if the round ranks nothing."""
        is_on = self.book.consolidation.round_.settings.figures.rankings
        return [each for each in self.indicators if is_on and each.key in self.summary.ranked]

    @cached_property
    def _rankable(self) -> dict[str, list[Any]]:
        return {
            each.key: [
                self.value(each, line, self.main)
                if self.counts(line) and not self.is_few(each, line)
                else ""
                for line in self.lines
            ]
            for each in self.indicators
        }

    @property
    def least(self) -> int:
        """What a rate must be of, at least, to be ranked."""
        return self.book.consolidation.round_.settings.figures.least_whole

    def is_few(self, indicator: Indicator, line: TableLine) -> bool:
        """Whether a place's figure is a rate of so few that chance alone may place it."""
        whole = self.term(indicator, line, "whole") if isinstance(indicator.measure, Rate) else ""
        return not isinstance(whole, str) and whole < self.least

    def rankable(self, indicator: Indicator) -> list[Any]:
        """Today's compared values by place; an empty text if not whole, or of too few."""
        return self._rankable[indicator.key]

    # --- headcounts
    # --------------------------------------------------------------------------------

    @property
    def has_staff(self) -> bool:
        """Whether anything is set against headcounts."""
        return any(each.per_thousand for each in self.indicators)

    def staff(self, line: TableLine) -> int | None:
        """How many people work at a place's agencies; None if one of them isn't in the list."""
        known, code = self.book.consolidation.headcounts, self.table.by.codes[line.at]
        mine = [
            agency.code
            for agency in self.book.consolidation.round_.in_scope
            if agency.own_locality == code
        ]
        return (
            sum(known[agency].number for agency in mine)
            if mine and all(agency in known for agency in mine)
            else None
        )

    # --- figures
    # -----------------------------------------------------------------------------------

    def value(self, indicator: Indicator, line: TableLine | None, origin: Origin) -> Any:
        """Today's value: a number, a sign if there are no rows, or an empty text for no rate."""
        key = (indicator.key, line, origin)
        if key not in self._values:
            figure = indicator.shown[origin].value(line, self.tables[origin].nothing(line))
            self._values[key] = (
                self._against_staff(indicator, line, figure) if indicator.per_thousand else figure
            )
        return self._values[key]

    def term(self, rate: Indicator, line: TableLine, name: str) -> Any:
        """Today's value of what a rate was made of, in the figures that are compared."""
        return self.term_column(rate, name).value(line, self.tables[self.main].nothing(line))

    def term_column(self, rate: Indicator, name: str) -> FigureColumn:
        """The figures of the part or the whole of a rate."""
        return next(
            each.shown[self.main]
            for each in terms_of(rate, self.tables)
            if each.key == rate.term_key(name)
        )

    def _against_staff(self, indicator: Indicator, line: TableLine | None, figure: Any) -> Any:
        if line is not None and not line.is_parent:
            staff = self.staff(line)
            return (
                figure
                if isinstance(figure, str)
                else ""
                if staff is None
                else float(rounded(figure / staff * PER))
            )
        inside = [
            each for each in self.lines if line is None or self.parent_position(each) == line.at
        ]
        return mean_by_staff(
            (self.value(indicator, each, Origin.OWN), self.staff(each)) for each in inside
        )

    @cached_property
    def _values(self) -> dict[tuple[str, TableLine | None, Origin], Any]:
        """What ``value`` gave so far: figures stand on several sheets."""
        return {}
