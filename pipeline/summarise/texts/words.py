"""What the codes of the compendium are called, in the words of its language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.model import ASIDE_KINDS
from pipeline.summarise.figures.dimensions import AGENCY_GROUP, dimension
from pipeline.summarise.sheets.sheet import SummaryBook
from pipeline.summarise.texts.passages import OUTLINE

MOST_NAMED = 100
"""Agencies that a cell names; more are counted there and listed in the sheet of all texts."""


@dataclass(frozen=True)
class Compendium:
    """The workbook of texts in the making: its words, and what its codes are called."""

    book: SummaryBook

    def say(self, key: str, **words: object) -> str:
        """A word of the compendium."""
        return self.book.consolidation.say(f"content.{key}", **words)

    @cached_property
    def items(self) -> dict[str, str]:
        """Names of outline items by code, in order."""
        lists = self.book.consolidation.round_.codelists
        return (
            {entry.code: entry.name for entry in lists[OUTLINE].entries} if OUTLINE in lists else {}
        )

    @cached_property
    def agencies(self) -> dict[str, str]:
        """Short names of agencies by code."""
        return {
            code: agency.short_name or agency.name
            for code, agency in self.book.consolidation.round_.by_agency.items()
        }

    @cached_property
    def groups(self) -> dict[str, str]:
        """The name of its group by agency code."""
        round_ = self.book.consolidation.round_
        by = dimension(round_, round_.row_tables[0], AGENCY_GROUP)
        names = dict(zip(by.codes, by.names, strict=True))
        return {code: names.get(agency.group, "") for code, agency in round_.by_agency.items()}

    def kind_of_aside(self, title: str) -> str:
        """The heading over a text outside the form; if it has none, what kind of text it is."""
        return self.say(f"aside_kinds.{title[1:-1]}") if title in ASIDE_KINDS else title

    def named(self, codes: Sequence[str]) -> str:
        """Agencies by short name, not more than a cell can show."""
        names = "; ".join(self.agencies.get(code, code) for code in codes[:MOST_NAMED])
        return (
            names
            if len(codes) <= MOST_NAMED
            else self.say("and_others", names=names, count=len(codes) - MOST_NAMED)
        )
