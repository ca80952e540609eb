"""T01: no row of a table twice, and which row a row repeats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.codelists import fold
from schemas.columns import Column, Kind, TableSpec
from schemas.rules import formula as x
from schemas.rules.base import Mask, Rule, Words, readable, readable_or_blank, titles

if TYPE_CHECKING:
    import pandas as pd

    from schemas.round.round import Round


@dataclass(frozen=True, kw_only=True)
class UniqueKey(Rule):
    """T01: no two rows of a return have the same key; upper and lower case and spaces make no difference."""

    message: str = "unique_key"

    def involves(self, spec: TableSpec) -> tuple[str, ...]:
        """A row too many: every sum is doubtful."""
        return (self.at, *(column.key for column in spec.measures))

    def holds(self, frame: pd.DataFrame, spec: TableSpec, round_: Round) -> Mask:
        repeated = _keys(frame, spec).duplicated()
        return ~frame.index.isin(repeated.index[repeated])

    def broken(self, cells: x.Cells, spec: TableSpec, round_: Round) -> str | None:
        own = _joined(cells.cell(column.key) for column in spec.key_columns)
        every = _joined(cells.column(spec.key, column.key) for column in spec.key_columns)
        judged = x.all_of(_judged(cells.cell(column.key), column, cells) for column in spec.key_columns)
        rows, row = f"ROW({cells.column(spec.key, self.at)})", f"ROW({cells.cell(self.at)})"
        if not cells.in_range:
            return f"{judged}*(SUMPRODUCT(({every}={own})*({rows}<{row}))>0)"
        return f"{judged}*(MMULT(({own}=TRANSPOSE({every}))*({row}>TRANSPOSE({rows})),{rows}^0)>0)"

    def earlier_rows(self, frame: pd.DataFrame, index: pd.Index, spec: TableSpec) -> np.ndarray[Any, Any] | None:
        keys = _keys(frame, spec)
        alike = keys[keys.duplicated(keep=False)]
        rows = frame.loc[alike.index, "row"].groupby([alike[name] for name in alike], dropna=False, observed=True, sort=False)
        return np.asarray(rows.transform("first").loc[index])

    def earlier_row(self, cells: x.Cells, spec: TableSpec, row: str) -> str:
        rows = f"ROW({cells.column(spec.key, self.at)})"
        every = [cells.column(spec.key, column.key) for column in spec.key_columns]
        own = _joined(f"INDEX({column},{row}-MIN({rows})+1)" for column in every)
        return f"MIN(IF({_joined(every)}={own},{rows}))"

    def words(self, spec: TableSpec, round_: Round) -> Words:
        return {**Rule.words(self, spec, round_), "parts": titles(spec, tuple(c.key for c in spec.key_columns), ", ")}


def _keys(frame: pd.DataFrame, spec: TableSpec) -> pd.DataFrame:
    """Submission and key, as T01 compares them, of each row whose key was read; an optional part may be blank."""
    judged = readable_or_blank(frame, [column.key for column in spec.key_columns])
    judged &= readable(frame, *(column.key for column in spec.key_columns if column.required))
    folded = {column.key: _folded(frame[column.key]) for column in spec.key_columns if column.kind is Kind.TEXT}
    return frame[["submission", *(column.key for column in spec.key_columns)]].assign(**folded)[judged]


def _judged(cell: str, column: Column, cells: x.Cells) -> str:
    """The expression of "this cell of a key was read, or is blank and may be"."""
    if column.kind is Kind.TEXT:
        return f"1-ISERROR({cell})"
    read = x.listed(cell, cells.joined(column.codes)) if column.codes else f"ISNUMBER({cell})"
    return read if column.required else f"{read}+{x.blank(cell)}"


def _joined(cells: Any) -> str:
    """The text of several cells; an error is like no other key."""
    return f'&"{x.MARK}"&'.join(f'IFERROR(TRIM({cell}),"{x.MARK}")' for cell in cells)


def _folded(texts: pd.Series[Any]) -> np.ndarray[Any, Any]:
    """Texts as T01 compares them."""
    values = texts.to_numpy(object, na_value="")
    folded = {text: fold(text) for text in set(values)}
    return np.array([folded[text] for text in values], dtype=object)
