"""T01: no row of a table twice, and which row a row repeats."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
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
"""Factors of a key's columns in its fingerprint, so that the sums of different keys differ."""
LETTERS = {
    "{0}": 0.7071,
    "{0}-1": 1.7321,
    "{0}-2": 2.2361,
    "{0}-3": 2.6458,
    "{0}*0.9": 3.3166,
    "{0}*0.7": 4.1231,
}
"""Weights of the letters that count in a key with a text, by place; ``{0}``: the key's length. The
last ones, because numbers that count on stand there."""


@dataclass(frozen=True, kw_only=True)
class UniqueKey(RowRule):
    """T01: no two rows of a return have the same key; case and spaces make no difference."""

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
        return cells.worked("d", lambda whole: self._repeats(whole, facts))

    def earlier_rows(
        self, frame: pd.DataFrame, index: pd.Index, facts: Facts
    ) -> np.ndarray[Any, Any]:
        """Give the sheet row that each row of ``index`` repeats."""
        keys = self._alike(frame, facts)
        alike = keys[keys.duplicated(keep=False)]
        rows = frame.loc[alike.index, "row"].groupby(
            [alike[name] for name in alike], dropna=False, observed=True, sort=False
        )
        return np.asarray(rows.transform("first").loc[index])

    def earlier_row(self, cells: x.Cells, facts: Facts, row: str) -> str:
        """Give the same as an array formula's expression, for the sheet row that ``row`` gives."""
        keys = self._used(cells, facts)
        return f"MIN(IF({keys}=INDEX({keys},{row}-MIN(ROW({keys}))+1),ROW({keys})))"

    def _repeats(self, whole: x.Cells, facts: Facts) -> str:
        """The formula of which rows repeat one above.

        If no two fingerprints are equal, no two keys are. To see that takes a
        thousandth of the time of comparing all with all. MODE is an error if no
        number occurs twice.
        """
        keys = self._used(whole, facts)
        is_later = f"ROW({keys})>TRANSPOSE(ROW({keys}))"
        above = f"MMULT(({keys}=TRANSPOSE({keys}))*({is_later}),ROW({keys})^0)>0"
        # a value for each row: LibreOffice keeps the old ones where there is but one
        of_all = f"0*ROW({whole.cell(self.at)})"
        alone = f"ISERROR(MODE({self._printed(whole, facts)}))"
        return f'IFERROR(IF({alone},0,({keys}<>"")*({above}))+{of_all},0)'

    def _used(self, cells: x.Cells, facts: Facts) -> str:
        """The keys as far down as there are some."""
        listed = tuple(
            column.key
            for column in self.spec(facts).key_columns
            if column.codes and column.required
        )
        return cells.worked_part("k", lambda whole: self._joined(whole, facts), listed)

    def _joined(self, cells: x.Cells, facts: Facts) -> str:
        """The formula of each row's key as one text; blank if one of its cells wasn't read."""
        columns = self.spec(facts).key_columns
        parts = (
            cells.entry(column.key)
            if column.codes
            else f'LOWER(TRIM(IFERROR({cells.cell(column.key)},"")))'
            for column in columns
        )
        judged = x.all_of(_judged(column, cells) for column in columns)
        return f'IF({judged}>0,{f"""&"{x.MARK}"&""".join(parts)},"")'

    def _printed(self, cells: x.Cells, facts: Facts) -> str:
        """Fingerprints of keys: numbers that are equal for equal keys, and seldom for others."""
        columns = self.spec(facts).key_columns
        keys = cells.worked("k", lambda whole: self._joined(whole, facts))
        parts = [
            f"{_value(column, cells)}*{prime}"
            for column, prime in zip(columns, cycle(PRIMES))
            if column.kind is not Kind.TEXT
        ]
        if len(parts) < len(columns):
            parts += [
                f"CODE(MID({keys},{letter.format(f'LEN({keys})')},1))*{weight}"
                for letter, weight in LETTERS.items()
            ]
        return f'IF({keys}="",-ROW({keys}),{"+".join(parts)})'

    def words(self, facts: Facts) -> Words:
        spec = self.spec(facts)
        return {
            **Rule.words(self, facts),
            "parts": titles(spec, (column.key for column in spec.key_columns), ", "),
        }

    def _alike(self, frame: pd.DataFrame, facts: Facts) -> pd.DataFrame:
        """Submission and key of the rows that are like another in all but texts; texts folded.

        Texts are compared last: folding them takes longer than all other rules together, and few
        rows come so far.
        """
        columns = self.spec(facts).key_columns
        judged = readable_or_blank(frame, (column.key for column in columns))
        judged &= readable(frame, *(column.key for column in columns if column.required))
        texts = [column.key for column in columns if column.kind is Kind.TEXT]
        keys = frame.loc[judged, ["submission", *(column.key for column in columns)]]
        alike = keys[keys.drop(columns=texts).duplicated(keep=False)]
        return alike.assign(**{key: _folded(alike[key]) for key in texts})


def _value(column: Column, cells: x.Cells) -> str:
    return cells.entry(column.key) if column.codes else x.amount(cells.cell(column.key))


def _judged(column: Column, cells: x.Cells) -> str:
    """The expression of "the cell of a key was read, or is blank and may be"."""
    cell = cells.cell(column.key)
    if column.kind is Kind.TEXT:
        return f"1-ISERROR({cell})"
    read = f"({cells.entry(column.key)}>0)" if column.codes else f"ISNUMBER({cell})"
    return read if column.required else f"{read}+{x.blank(cell)}"


def _folded(texts: pd.Series[Any]) -> np.ndarray[Any, Any]:
    """Texts as T01 compares them."""
    values = texts.to_numpy(object, na_value="")
    folded = {text: fold(text) for text in set(values)}
    return np.array([folded[text] for text in values], dtype=object)
