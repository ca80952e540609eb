"""Estimate what a return's free texts cost, before they are searched for persons and judged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pipeline.collect.formats import limits
from pipeline.collect.formats.large import dotted
from pipeline.model import TableReading
from pipeline.text.similar import LONG
from schemas.columns import Column, Kind, TableSpec

LOOK = 100
"""Steps of looking around a word that may begin a person's name or number (measured, at worst)."""
READERS = 2
"""How many rules read a column that must name no person: one for length, one for persons."""
_DEAREST = LOOK // 2 + READERS
"""The most steps per letter: every second one may begin a word."""
_WORD = re.compile(r"[^\W_]+")
_SHARES = 5
"""The excess is stated in steps of this many percent."""


@dataclass(frozen=True)
class Texts:
    """The distinct texts of one column of free text: a rule looks at each once."""

    table: TableReading
    column: Column

    @cached_property
    def distinct(self) -> set[str]:
        """The texts."""
        return {*filter(None, self.table.values[self.column.key].tolist())}

    @cached_property
    def letters(self) -> int:
        """The number of their characters."""
        return sum(map(len, self.distinct))

    @cached_property
    def long(self) -> int:
        """The number of characters in long texts."""
        return sum(len(text) for text in self.distinct if len(text) >= LONG)

    @cached_property
    def steps(self) -> int:
        """The steps of judging them: letters, once per rule that reads them, and looks around."""
        if not self.column.anonymous:
            return self.letters
        return READERS * self.letters + LOOK * sum(map(_looks, self.distinct))

    @property
    def longest(self) -> str:
        """The cell of the longest text."""
        key = self.column.key
        cells = zip(self.table.values[key].tolist(), self.table.rows.tolist(), strict=True)
        _, row = max(cells, key=lambda cell: len(cell[0] or ""))
        return self.table.address(key, row)


def free_texts(
    tables: Mapping[str, TableReading], specs: Mapping[str, TableSpec]
) -> Iterator[Texts]:
    """Yield the texts of each column of free text."""
    for key, table in tables.items():
        for column in specs[key].columns:
            if column.kind is Kind.TEXT and column.key in table.values:
                yield Texts(table, column)


def excess(tables: Mapping[str, TableReading], specs: Mapping[str, TableSpec]) -> dict[str, str]:
    """Return the message's words if a return has more text than may be judged, else nothing.

    Words are counted only if there are enough letters for so many steps.
    """
    most, most_long = limits.FREE_TEXT_STEPS, limits.LONG_TEXT_LETTERS
    texts = list(free_texts(tables, specs))
    letters, long = sum(column.letters for column in texts), sum(column.long for column in texts)
    if letters * _DEAREST <= most and long <= most_long:
        return {}
    times = max(sum(column.steps for column in texts) / most, long / most_long)
    return _words(texts, times) if times > 1 else {}


def _words(texts: list[Texts], times: float) -> dict[str, str]:
    dearest = max(texts, key=lambda column: column.steps)
    share = min(100 - _SHARES, -int(-100 * (1 - 1 / times) // _SHARES) * _SHARES)
    return {
        "letters": dotted(sum(column.letters for column in texts)),
        "share": str(max(_SHARES, share)),
        "sheet": dearest.table.sheet,
        "title": dearest.column.title,
        "most": dotted(dearest.letters),
        "cell": dearest.longest,
    }


def _looks(text: str) -> int:
    """Count the words that may begin a name or a number: those without a small first letter."""
    return sum(not word[0].islower() for word in _WORD.findall(text))
