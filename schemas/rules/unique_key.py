"""T01: no row of a table twice, and which row a row repeats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.codelists import fold
from schemas.columns import Column, Kind
from schemas.rules import formula as x
from schemas.rules.base import Mask, RowRule, Rule, Words, readable, readable_or_blank, titles
from schemas.rules.facts import Facts
from schemas.rules.names import Name, What

if TYPE_CHECKING:
    import pandas as pd

PRIMES = (2.7, 31.3, 113.9, 419.1, 1733.3, 5479.7, 17.1, 7.9)
"""By what fingerprints of columns are multiplied, so that their sums differ."""
PADDING = "    "
"""Before and behind a text, so that there are letters on all places of a fingerprint."""
LETTERS = {"5": 0.7071, "6": 1.7321, "7": 2.2361, "8": 2.6458, "LEN({0})-4": 3.3166, "LEN({0})-5": 3.6056, "LEN({0})-6": 4.1231}
"""The places whose letters make a text's fingerprint, each with its weight: first and last ones, for there numbers stand that count on."""


@dataclass(frozen=True, kw_only=True)
class UniqueKey(RowRule):
    """T01: no two rows of a return have the same key; upper and lower case and spaces make no difference."""

    message: str = "unique_key"

    def names(self) -> Iterator[Name]:
        yield from RowRule.names(self)
        yield Name("at", What.KEY, self.at, self.table)

    def involves(self, facts: Facts) -> tuple[str, ...]:
        """Name all sums: a row too many makes every one doubtful."""
        return (self.at, *(column.key for column in self.spec(facts).measures))

    def holds(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        repeated = self._alike(frame, facts).duplicated()
        return ~frame.index.isin(repeated.index[repeated])

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        columns = self.spec(facts).key_columns
        own = _joined(cells.entry(column.key) if column.codes else _trimmed(cells.cell(column.key)) for column in columns)
        every = self._joined_columns(cells, facts)
        judged = x.all_of(_judged(column, cells) for column in columns)
        rows, row = f"ROW({cells.column(self.table, self.at)})", f"ROW({cells.cell(self.at)})"
        if not cells.in_range:
            return f"IF({cells.repeats(self.table)}=0,0,{judged}*(SUMPRODUCT(({every}={own})*({rows}<{row}))>0))"
        prints = f"IF({judged}>0,{'+'.join(_printed(column, cells, n) for n, column in enumerate(columns))},-{row})"
        no_two = f"ISERROR(MODE({prints}))"  # MODE is an error where no number occurs twice; FREQUENCY needs the numbers twice
        return f"IF({no_two},0,{judged}*(MMULT(({own}=TRANSPOSE({every}))*({row}>TRANSPOSE({rows})),{rows}^0)>0))"

    def earlier_rows(self, frame: pd.DataFrame, index: pd.Index, facts: Facts) -> np.ndarray[Any, Any]:
        """Give the sheet row that each row of ``index`` repeats."""
        keys = self._alike(frame, facts)
        alike = keys[keys.duplicated(keep=False)]
        rows = frame.loc[alike.index, "row"].groupby([alike[name] for name in alike], dropna=False, observed=True, sort=False)
        return np.asarray(rows.transform("first").loc[index])

    def earlier_row(self, cells: x.Cells, facts: Facts, row: str) -> str:
        """Give the same as an array formula's expression, for the sheet row that ``row`` gives."""
        rows = f"ROW({cells.column(self.table, self.at)})"
        place = f"{row}-MIN({rows})+1"
        own = _joined(
            f"INDEX({cells.entries(self.table, c.key)},{place})"
            if c.codes
            else _trimmed(f"INDEX({cells.column(self.table, c.key)},{place})")
            for c in self.spec(facts).key_columns
        )
        return f"MIN(IF({self._joined_columns(cells, facts)}={own},{rows}))"

    def _joined_columns(self, cells: x.Cells, facts: Facts) -> str:
        columns = self.spec(facts).key_columns
        return _joined(cells.entries(self.table, c.key) if c.codes else _trimmed(cells.column(self.table, c.key)) for c in columns)

    def words(self, facts: Facts) -> Words:
        spec = self.spec(facts)
        return {**Rule.words(self, facts), "parts": titles(spec, (column.key for column in spec.key_columns), ", ")}

    def _alike(self, frame: pd.DataFrame, facts: Facts) -> pd.DataFrame:
        """Submission and key, texts folded, of the rows whose key was read and that are like another in all but texts.

        Texts are compared last: folding them takes longer than all other rules together, and few rows come so far.
        """
        columns = self.spec(facts).key_columns
        judged = readable_or_blank(frame, (column.key for column in columns))
        judged &= readable(frame, *(column.key for column in columns if column.required))
        texts = [column.key for column in columns if column.kind is Kind.TEXT]
        keys = frame.loc[judged, ["submission", *(column.key for column in columns)]]
        alike = keys[keys.drop(columns=texts).duplicated(keep=False)]
        return alike.assign(**{key: _folded(alike[key]) for key in texts})


def _judged(column: Column, cells: x.Cells) -> str:
    """The expression of "the cell of a key was read, or is blank and may be"."""
    cell = cells.cell(column.key)
    if column.kind is Kind.TEXT:
        return f"1-ISERROR({cell})"
    read = f"({cells.entry(column.key)}>0)" if column.codes else f"ISNUMBER({cell})"
    return read if column.required else f"{read}+{x.blank(cell)}"


def _trimmed(cell: str) -> str:
    """The text of a cell; an error is like no other key."""
    return f'IFERROR(TRIM({cell}),"{x.MARK}")'


def _joined(parts: Iterable[str]) -> str:
    return f'&"{x.MARK}"&'.join(parts)


def _printed(column: Column, cells: x.Cells, place: int) -> str:
    """A number that is the same for equal cells, and seldom for others: its fingerprint in a column on that ``place``.

    To see that no two rows have one fingerprint takes a thousandth of the time of comparing all with all.
    """
    cell = cells.cell(column.key)
    if column.codes:
        number = cells.entry(column.key)
    elif column.kind is Kind.TEXT:
        text = f'("{PADDING}"&LOWER(TRIM(IFERROR({cell},"")))&"{PADDING}")'
        letters = (f"CODE(MID({text},{letter.format(text)},1))*{weight}" for letter, weight in LETTERS.items())
        number = f"(LEN({text})*1.3+{'+'.join(letters)})"
    else:
        number = x.amount(cell)
    return f"{number}*{PRIMES[place % len(PRIMES)]}"


def _folded(texts: pd.Series[Any]) -> np.ndarray[Any, Any]:
    """Texts as T01 compares them."""
    values = texts.to_numpy(object, na_value="")
    folded = {text: fold(text) for text in set(values)}
    return np.array([folded[text] for text in values], dtype=object)
