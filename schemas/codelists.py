"""Code lists: entries with names, aliases, validity and whatever else their file carries."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

HALF_YEAR = 6
SURE = "source"
"""What the column ``evidence`` says of a row that rests on a text that was read."""
EVIDENCE = (SURE, "partly", "memory", "ours")
"""What a row can rest on: a text that was read, partly so, mere memory, our own choice."""
_PRIVATE = ("evidence", "evidence_note")
"""Columns for those who keep a list. They aren't even loaded, so that no output can show them."""


@dataclass(frozen=True)
class Entry:
    """One entry of a code list. ``extra`` holds the file's other columns as text."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    succeeds: tuple[str, ...] = ()
    """Codes of older forms that are counted under this entry today: those of entries that were
    split, joined or given another code."""
    short: str = ""
    """A shorter name for narrow cells, as good as the name; blank where there is none."""
    shows_code: bool = True
    """Whether people see its code: a list may declare that only programs do ("yes", "no")."""
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_residual(self) -> bool:
        """Whether it is declared to be what is left over ("Other"), which makes no headline."""
        return self.extra.get("residual") == "yes"

    @property
    def offered(self) -> str:
        """The name by which dropdowns offer the entry."""
        return self.short or self.name

    @property
    def exact(self) -> tuple[str, ...]:
        """The names that need no repair."""
        return (self.name, self.short) if self.short else (self.name,)


@dataclass(frozen=True)
class Codelist:
    """A code list, in its own order."""

    key: str
    entries: tuple[Entry, ...]

    @cached_property
    def by_code(self) -> Mapping[str, Entry]:
        """Entries by code."""
        return {entry.code: entry for entry in self.entries}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Code by exact name."""
        return {entry.name: entry.code for entry in self.entries}

    @cached_property
    def successors(self) -> Mapping[str, str]:
        """Today's code by a code that only older forms have."""
        return {old: entry.code for entry in self.entries for old in entry.succeeds}

    @cached_property
    def ambiguous(self) -> Mapping[str, str]:
        """Code by words that may mean it, folded.

        Not among them: words that two entries share, and names, codes and aliases.
        """
        known = {
            fold(word)
            for entry in self.entries
            for word in (*entry.exact, entry.code, *entry.aliases)
        }
        found: dict[str, set[str]] = {}
        for entry in self.entries:
            for word in entry.ambiguous:
                found.setdefault(fold(word), set()).add(entry.code)
        return {
            word: codes.pop()
            for word, codes in found.items()
            if len(codes) == 1 and word not in known
        }

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The number, from 1, of the entry that each name, code or alias stands for, folded.

        A name goes before all aliases.
        """
        every = [
            (word, number)
            for number, entry in enumerate(self.entries, 1)
            for word in (entry.code, *entry.aliases)
        ]
        every += [
            (word, number) for number, entry in enumerate(self.entries, 1) for word in entry.exact
        ]
        return {fold(word): number for word, number in every}

    def number(self, code: str) -> int:
        """The number of ``code`` in the list, from 1."""
        return self.codes.index(code) + 1

    @cached_property
    def codes(self) -> list[str]:
        """All codes, in order."""
        return [entry.code for entry in self.entries]

    def name(self, code: str) -> str:
        """The name of ``code``."""
        return self.by_code[code].name

    def offered(self, code: str) -> str:
        """The name by which dropdowns offer ``code``."""
        return self.by_code[code].offered

    def attribute(self, name: str) -> Mapping[str, str]:
        """The extra column ``name`` by code, blanks left out."""
        return {entry.code: entry.extra[name] for entry in self.entries if entry.extra.get(name)}


def fold(text: str) -> str:
    """A text without regard to case and to spaces too many, as formulas can compare it."""
    return " ".join(text.split()).casefold()


def codelist(key: str, rows: Iterable[Mapping[str, str]]) -> Codelist:
    """Make a code list from the rows of its file, which has columns ``code`` and ``name``."""
    return Codelist(key, tuple(_entry(row) for row in rows))


def read_rows(path: Path) -> list[dict[str, str]]:
    """All rows of a CSV file (UTF-8) as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def periods(start: dt.date, end: dt.date, words: Mapping[str, Any]) -> Codelist:
    """The reporting periods of a window: whole years, and the part of the year it ends in.

    ``words`` has the patterns of their names. An entry's validity is the part of the period that
    lies inside the window.
    """
    return Codelist(
        "periods",
        tuple(_period(year, start, end, words) for year in range(start.year, end.year + 1)),
    )


def _period(year: int, start: dt.date, end: dt.date, words: Mapping[str, Any]) -> Entry:
    first, last = max(start, dt.date(year, 1, 1)), min(end, dt.date(year, 12, 31))
    if last == dt.date(year, 12, 31):
        code, said = str(year), words["year"]
    else:
        code, said = (
            f"{year}H1" if last.month == HALF_YEAR else f"{year}M{last.month}",
            words["months"],
        )
    aliases, ambiguous = (
        tuple(word.format(year=year, months=last.month) for word in said[kind])
        for kind in ("aliases", "ambiguous")
    )
    return Entry(
        code, said["name"].format(year=year, months=last.month), aliases, ambiguous, first, last
    )


def inside(codes: Codelist, start: dt.date, end: dt.date) -> Codelist:
    """A round's own periods; of each the part that lies inside the window."""
    return replace(codes, entries=tuple(_inside(entry, start, end) for entry in codes.entries))


def _inside(entry: Entry, start: dt.date, end: dt.date) -> Entry:
    return replace(
        entry,
        valid_from=max(start, entry.valid_from or start),
        valid_to=min(end, entry.valid_to or end),
    )


def _entry(row: Mapping[str, str]) -> Entry:
    rest = {column: cell for column, cell in row.items() if column not in _PRIVATE}
    return Entry(
        code=rest.pop("code"),
        name=rest.pop("name"),
        aliases=_words(rest.pop("aliases", "")),
        ambiguous=_words(rest.pop("ambiguous", "")),
        valid_from=_date(rest.pop("valid_from", "")),
        valid_to=_date(rest.pop("valid_to", "")),
        succeeds=_words(rest.pop("succeeds", "")),
        short=rest.pop("short", ""),
        shows_code=rest.pop("code_shown", "") != "no",
        extra=rest,
    )


def _words(cell: str) -> tuple[str, ...]:
    # most cells are blank
    return tuple(word for part in cell.split("|") if (word := part.strip())) if cell else ()


def _date(cell: str) -> dt.date | None:
    return dt.date.fromisoformat(cell) if cell else None


@dataclass(frozen=True)
class Pair:
    """One row of a list of allowed pairs: whether, and when, ``second`` may go with ``first``.

    The basis is what people are shown: a full citation, or nothing.
    """

    first: str
    second: str
    allowed: bool
    basis: str
    valid_from: dt.date
    valid_to: dt.date
    firm: bool
    """Whether the row rests on a text that was read: only then is it an error, and cited as law."""


def pairs_of(rows: Iterable[Mapping[str, str]], first: str, second: str) -> tuple[Pair, ...]:
    """Make pairs from the rows of a file; ``first`` and ``second`` are the names of its columns."""
    return tuple(_pair(row, first, second) for row in rows)


def _pair(row: Mapping[str, str], first: str, second: str) -> Pair:
    return Pair(
        row[first],
        row[second],
        row["allowed"] == "yes",
        row["basis_shown"],
        _date(row["valid_from"]) or dt.date(1900, 1, 1),
        _date(row["valid_to"]) or dt.date(9999, 12, 31),
        row["evidence"] == SURE,
    )


def forbidden(pairs: Iterable[Pair], start: dt.date, end: dt.date) -> list[Pair]:
    """The pairs that aren't allowed on at least one day from ``start`` to ``end``."""
    return [
        pair
        for pair in pairs
        if not pair.allowed and pair.valid_from <= end and pair.valid_to >= start
    ]


@dataclass(frozen=True)
class Expectation:
    """One row of a list of what is expected: an ``entry`` for a ``given`` and a ``grade``.

    A row that isn't ``firm`` is never shown: it only keeps a rule silent where the law may well
    allow what was done.
    """

    given: str
    grade: str
    entry: str
    basis: str
    valid_from: dt.date
    valid_to: dt.date
    firm: bool


def expectations_of(
    rows: Iterable[Mapping[str, str]], given: str, grade: str, entry: str
) -> tuple[Expectation, ...]:
    """A list of expectations from the rows of its file, by the names of its three columns."""
    return tuple(
        Expectation(
            row[given],
            row[grade],
            row[entry],
            row["basis_shown"],
            _date(row["valid_from"]) or dt.date(1900, 1, 1),
            _date(row["valid_to"]) or dt.date(9999, 12, 31),
            row["evidence"] == SURE,
        )
        for row in rows
    )
