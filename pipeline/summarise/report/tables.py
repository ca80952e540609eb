"""Figures of the report as tables: by one dimension with shares, or one measure by two."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pipeline.office.grid import TABLE_SIZE, Cell
from pipeline.office.textfit import text_width
from pipeline.summarise.figures.covered import covered as of_entries
from pipeline.summarise.figures.crossing import Crossing, cross
from pipeline.summarise.figures.dimensions import dimension
from pipeline.summarise.figures.lines import empty
from pipeline.summarise.figures.measures import Measure, Rate, applies, is_occurrence, lowered
from pipeline.summarise.figures.origins import own_entries
from pipeline.summarise.figures.totals import AGENCIES
from pipeline.summarise.figures.wording import fixed, number, share
from pipeline.summarise.report.facts import ItemFacts
from schemas.columns import Kind
from schemas.nd30 import PageFormat
from schemas.round.outline import ReportPart
from schemas.words import ui

_LONG, _SMALL = 16, 10
"""Lines from which a table is set in small type, and its points."""
_HEAD_LINES = 2.6
"""Lines of a heading that is as wide as its column allows."""
SLIMMEST = 15.0
"""Millimetres of a column of figures."""
NARROWEST = 56.0
"""Millimetres of the column of names."""
AMOUNT_DECIMALS = 1
"""Decimals of amounts, where any has decimals."""


@dataclass(frozen=True)
class ReportTable:
    """A table ready to be set: caption, headings, lines, widths of columns.

    The last ``totals`` lines are sums.
    """

    caption: str
    heads: list[str]
    lines: list[list[Cell]]
    totals: int
    notes: list[str]

    @property
    def size(self) -> int:
        """Points of its text: a long table is set small, so that it stays within a page."""
        return _SMALL if len(self.lines) > _LONG else TABLE_SIZE

    @property
    def widths(self) -> list[float]:
        """Millimetres for figures and their headings; names get the rest of the page."""
        columns = list(
            zip(self.heads, *([cell.text for cell in line] for line in self.lines), strict=True)
        )[1:]
        figures = [
            max(SLIMMEST, self._needs(head) / _HEAD_LINES, *map(self._longest, (head, *texts)))
            for head, *texts in columns
        ]
        return [max(NARROWEST, PageFormat().text - sum(figures)), *figures]

    def _longest(self, text: str) -> float:
        return max(map(self._needs, text.split()), default=0.0)

    def _needs(self, text: str) -> float:
        """Millimetres of a bold text on one line of a cell."""
        return text_width(text, bold=True) * self.size * 0.353 + 4


def table(facts: ItemFacts, parts: Mapping[str, ReportPart]) -> ReportTable:
    """The table that figures are shown in."""
    return crossed_table(facts) if facts.asked.across else TableByEntry(facts, parts).table


# --- by one dimension ----------------------------------------------------------------------------


@dataclass(frozen=True)
class TableByEntry:
    """A line an entry, their total, and a part of it where one is asked for."""

    facts: ItemFacts
    parts: Mapping[str, ReportPart] = field(default_factory=dict)

    def _say(self, key: str, **words: object) -> str:
        return self.facts.consolidation.say(f"report.{key}", **words)

    @property
    def table(self) -> ReportTable:
        """The table."""
        facts, part = self.facts, self.parts.get(self.facts.asked.part)
        total = facts.consolidation.say("summary.total")
        lines = [
            self._line(facts.by.names[at], self._entry(at), at, (facts.by.codes[at],))
            for at in facts.shown
        ]
        lines.append(self._line(total, facts.total, None, facts.by.codes))
        if part:
            name = self._say("part", title=part.title)
            lines.append(self._line(name, facts.part(part), None, facts.codes(part)))
        return ReportTable(self._caption, self._heads, lines, 2 if part else 1, self._notes)

    @property
    def _caption(self) -> str:
        titles = ", ".join(
            each.title if at == 0 else lowered(each.title)
            for at, each in enumerate(self.facts.measures)
        )
        return self._say(
            "caption_own" if self.facts.asked.own else "caption",
            measures=titles,
            by=self.facts.by.title.lower(),
        )

    @property
    def _has_shares(self) -> bool:
        """Whether shares of the whole stand beside the first measure.

        Not beside rates, which are parts of something else.
        """
        return not any(isinstance(each, Rate) for each in self.facts.measures)

    @property
    def _heads(self) -> list[str]:
        first, *others = [_with_unit(each) for each in self.facts.measures]
        shares = [self._say("share")] if self._has_shares else []
        monthly = [self._say("monthly")] if self.facts.asked.monthly else []
        return [
            self.facts.by.title,
            first,
            *shares,
            *monthly,
            *others,
            self._say(self._agencies_key),
        ]

    @property
    def _agencies_key(self) -> str:
        if not self._covered:
            return "agencies"
        return "agencies_of_provisional" if self.facts.consolidation.provisional else "agencies_of"

    def _entry(self, at: int) -> dict[str, Any]:
        return {str(key): self.facts.entries[key].iloc[at].item() for key in self.facts.entries}

    def _line(
        self, name: str, row: Mapping[str, Any], at: int | None, codes: Sequence[str]
    ) -> list[Cell]:
        """A line of the entries ``codes``; ``at``: the position of the one that it is of."""
        first, *others = self.facts.measures
        cells = [self._cell(first, row, codes)]
        if self._has_shares:
            is_given = not math.isnan(row[first.key])
            cells.append(
                share(row[first.key], self.facts.total[first.key], self.facts.lang)
                if is_given
                else self._nothing
            )
        if self.facts.asked.monthly:
            cells.append(self._average(row[first.key], at))
        cells += [self._cell(each, row, codes) for each in others]
        cells.append(self._agencies(row, at))
        return [Cell(name), *(Cell(text, figure=True) for text in cells)]

    @cached_property
    def _nothing(self) -> str:
        return empty(self.facts.consolidation, None)

    def _cell(self, measure: Measure, row: Mapping[str, Any], codes: Sequence[str]) -> str:
        facts, value, lang = self.facts, float(row[measure.key]), self.facts.lang
        if not any(
            applies(facts.consolidation.round_, facts.spec, measure, facts.by, code)
            for code in codes
        ):
            return ui("summary.not_applicable", lang)
        if math.isnan(value):
            return self._nothing
        if isinstance(measure, Rate):
            return share(value, 1, lang)
        is_amount = measure.kind is Kind.DECIMAL and bool(
            (facts.entries[measure.key].fillna(0) % 1).any()
        )
        return fixed(value, AMOUNT_DECIMALS, lang) if is_amount else number(value, lang)

    def _average(self, value: float, at: int | None) -> str:
        every = range(self.facts.by.size) if at is None else [at]
        months = sum(filter(None, (self.facts.months(each) for each in every)))
        return (
            fixed(value / months, 1, self.facts.lang)
            if months and not math.isnan(value)
            else self._nothing
        )

    @cached_property
    def _covered(self) -> Mapping[str, tuple[int, int]]:
        """Agencies of each entry that count, and all of them: where only own returns are shown."""
        return covered(self.facts) if self.facts.asked.own else {}

    def _agencies(self, row: Mapping[str, Any], at: int | None) -> str:
        if not self._covered:
            return number(row[AGENCIES], self.facts.lang) if row[AGENCIES] else self._nothing
        pairs = (
            self._covered.values()
            if at is None
            else [self._covered.get(self.facts.by.codes[at], (0, 0))]
        )
        return "/".join(number(sum(side), self.facts.lang) for side in zip(*pairs, strict=True))

    @property
    def _notes(self) -> list[str]:
        round_, spec = self.facts.consolidation.round_, self.facts.spec
        notes = []
        if any(is_occurrence(round_, spec, measure.key) for measure in self.facts.measures):
            notes.append(self.facts.consolidation.say("summary.legend_occurrences"))
        if self.facts.asked.monthly:
            notes.append(self._say("monthly_note"))
        return notes


def covered(facts: ItemFacts) -> dict[str, tuple[int, int]]:
    """Return by entry how many of its own agencies are in the figures, out of how many.

    Also of the agencies whose entry's parent it is.
    """
    own = own_entries(facts.consolidation.round_)
    counts = {
        entry: [each.counts for each in of_entry.agencies if each.agency in own]
        for entry, of_entry in of_entries(facts.consolidation, facts.spec, facts.by).items()
    }
    return {entry: (sum(counted), len(counted)) for entry, counted in counts.items() if counted}


# --- by two dimensions ---------------------------------------------------------------------------


def crossed_table(facts: ItemFacts) -> ReportTable:
    """Set the first measure by two dimensions, with totals and shares of lines.

    Only what has figures.
    """
    across = dimension(facts.consolidation.round_, facts.spec, facts.asked.across)
    crossing, measure = cross(facts.consolidation, facts.spec, facts.by, across), facts.measures[0]
    values = crossing.values[measure.key]
    columns = [at for at in range(across.size) if values[-1, at] > 0]
    total = facts.consolidation.say("summary.total")
    heads = [
        facts.by.title,
        *(across.names[at] for at in columns),
        total,
        facts.consolidation.say("report.share"),
    ]
    lines = [_crossed_line(facts, crossing, measure, at, columns) for at in facts.shown]
    lines.append(_crossed_line(facts, crossing, measure, None, columns))
    words = {"measure": measure.title, "by": facts.by.title.lower(), "across": across.title.lower()}
    return ReportTable(
        facts.consolidation.say("report.caption_across", **words), heads, lines, 1, []
    )


def _crossed_line(
    facts: ItemFacts, crossing: Crossing, measure: Measure, at: int | None, columns: Sequence[int]
) -> list[Cell]:
    place = -1 if at is None else at
    values = crossing.values[measure.key]
    nothing = empty(facts.consolidation, None)
    cells = [
        number(values[place, column], facts.lang)
        if not math.isnan(values[place, column])
        else nothing
        for column in (*columns, -1)
    ]
    name = facts.consolidation.say("summary.total") if at is None else facts.by.names[at]
    return [
        Cell(name),
        *(
            Cell(text, figure=True)
            for text in (*cells, share(values[place, -1], values[-1, -1], facts.lang))
        ),
    ]


def _with_unit(measure: Measure) -> str:
    return (
        f"{measure.title} ({measure.unit})"
        if measure.unit and measure.unit.lower() not in lowered(measure.title)
        else measure.title
    )
