"""Rules that every column brings with it: how its cells were read, dates in the window, lengths."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemas.codelists import Codelist
from schemas.columns import STATE, Column, Kind, State, TableSpec
from schemas.rules import formula as x
from schemas.rules.anonymity import Anonymous, masked_cells
from schemas.rules.base import Mask, RowRule, Rule, Words, readable
from schemas.rules.day_cells import DateCell, MadeDay, MomentCell, MonthFirst, PartOfDay
from schemas.rules.days import BeforeWindow, InOpeningDays, InWindow, NotAfterWindow
from schemas.rules.facts import Facts
from schemas.rules.proportion import in_proportion
from schemas.rules.states import StateRule

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class ErrorCell(StateRule):
    """S08: a cell holds an Excel error, or a picture in the place of a value."""

    states = frozenset({State.ERROR, State.PICTURE})
    usual = State.ERROR
    id: str = "S08"
    message: str = "error_cell"

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        return f"ISERROR({cells.cell(self.at)})"


@dataclass(frozen=True, kw_only=True)
class NoValueCell(StateRule):
    """S09: a formula was never calculated, or its stored value can't be its result."""

    states = frozenset({State.NO_VALUE, State.STALE, State.CIRCULAR, State.UNCALCULATED})
    usual = State.NO_VALUE
    id: str = "S09"
    message: str = "no_value"


@dataclass(frozen=True, kw_only=True)
class RepairedCell(StateRule):
    """V08, a note: a cell was read with a uniform repair."""

    states = frozenset({State.REPAIRED})
    id: str = "V08"
    severity: str = "N"
    message: str = "repaired"


@dataclass(frozen=True, kw_only=True)
class OwnEntry(StateRule):
    """V08, a note: a blank cell was taken for the agency's own locality."""

    states = frozenset({State.OWN})
    id: str = "V08"
    severity: str = "N"
    message: str = "own_entry"


@dataclass(frozen=True, kw_only=True)
class RequiredCell(StateRule):
    """V01: a required cell is blank."""

    states = frozenset({State.BLANK})
    breaks_if_merged = True
    id: str = "V01"
    message: str = "required"

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        return f"{cells.filled()}*{cells.missing(self.at)}"


@dataclass(frozen=True, kw_only=True)
class ExpectedCell(RequiredCell):
    """V01, a warning: an optional cell that is worth asking for is blank."""

    breaks_if_merged = False
    severity: str = "W"
    message: str = "expected"
    together: bool = True


@dataclass(frozen=True, kw_only=True)
class NumberCell(StateRule):
    """V02: a cell holds a number that its column accepts."""

    states = frozenset(
        {
            State.NOT_NUMBER,
            State.NOT_WHOLE,
            State.NEGATIVE,
            State.OUT_OF_RANGE,
            State.TOO_LONG,
            State.UNCLEAR,
            State.OTHER_UNIT,
            State.SEEN_OTHERWISE,
        }
    )
    id: str = "V02"
    message: str = "number"

    def row_words(self, row: Mapping[str, Any], facts: Facts) -> Words:
        if row[self.at + STATE] != State.OTHER_UNIT:
            return {}
        return {"unit": facts.unit_of(self.spec(facts), self.column(facts), row)}

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        cell = cells.cell(self.at)
        return f"{x.given(cell)}*(1-{x.is_number(cell, self.column(facts))})"


@dataclass(frozen=True, kw_only=True)
class SeveralNumbers(StateRule):
    """V07: a cell holds one number, not several."""

    states = frozenset({State.SEVERAL, State.STRUCK})
    usual = State.SEVERAL
    id: str = "V07"
    message: str = "several"


@dataclass(frozen=True, kw_only=True)
class DashCell(StateRule):
    """V08, a warning: a dash was read as 0."""

    states = frozenset({State.DASH})
    id: str = "V08"
    severity: str = "W"
    message: str = "dash"


@dataclass(frozen=True, kw_only=True)
class ListedCell(StateRule):
    """V03: a cell holds an entry of its code list."""

    states = frozenset({State.NOT_LISTED})
    id: str = "V03"
    message: str = "not_listed"

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        cell, codes = cells.cell(self.at), self.codes(facts)
        meaning = _may_mean(cell, cells, codes)
        unless_ambiguous = f"*(1-{meaning})" if meaning else ""
        return f"{x.given(cell)}*({cells.entry(self.at)}=0){unless_ambiguous}"


@dataclass(frozen=True, kw_only=True)
class AmbiguousCell(StateRule):
    """V03, a warning: a cell holds a word that may mean its entry, or something else."""

    states = frozenset({State.AMBIGUOUS})
    id: str = "V03"
    severity: str = "W"
    message: str = "ambiguous"

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        return _may_mean(cells.cell(self.at), cells, self.codes(facts)) or None


def _may_mean(cell: str, cells: x.Cells, codes: Codelist) -> str:
    """Expression: the cell holds an ambiguous word of the list. Blank if the list has none."""
    return x.listed(x.folded(cell), cells.ambiguous(codes.key)) if codes.ambiguous else ""


@dataclass(frozen=True, kw_only=True)
class Length(RowRule):
    """V06: a text is as long as its column allows."""

    minimum: int = 0
    maximum: int
    id: str = "V06"

    def holds(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        length = _spaced_once(frame[self.at]).str.len().to_numpy()
        fits = ((length >= self.minimum) & (length <= self.maximum)) | ~readable(frame, self.at)
        # masking changes the length of a text: a masked one was measured before
        return fits if fits.all() else fits | masked_cells(frame[self.at])

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        cell = cells.cell(self.at)
        length = f"LEN(TRIM({cell}))"
        return f"({length}>0)*(({length}<{self.minimum})+({length}>{self.maximum}))"

    def words(self, facts: Facts) -> Words:
        bounds = {"minimum": f"{self.minimum}", "maximum": f"{self.maximum}"}
        return {**Rule.words(self, facts), **bounds}

    def row_words(self, row: Mapping[str, Any], facts: Facts) -> Words:
        return {"length": str(len(_REPEATED.sub(" ", row[self.at])))}


_REPEATED = re.compile("  +")


def _spaced_once(texts: pd.Series[Any]) -> pd.Series[Any]:
    """Texts with repeated spaces made one, as Excel's TRIM does in the self-check."""
    doubled = texts.str.contains("  ", regex=False, na=False)
    return (
        texts.mask(doubled, texts[doubled].str.replace(_REPEATED, " ", regex=True))
        if doubled.any()
        else texts
    )


def column_rules(spec: TableSpec) -> tuple[RowRule, ...]:
    """The rules that a table's columns bring with them: S08, S09, V01–V10."""
    return tuple(rule for column in spec.columns for rule in _rules_of(column, spec.key))


def _rules_of(column: Column, table: str) -> Iterator[RowRule]:
    of_all: list[type[StateRule]] = [ErrorCell, NoValueCell, RepairedCell]
    if column.required:
        of_all.append(RequiredCell)
    if column.own:
        of_all.append(OwnEntry)
    if column.expected:
        of_all.append(ExpectedCell)
    for kind in (*of_all, *_OF_KIND[column.kind]):
        yield kind(table=table, at=column.key)
    yield from in_proportion(column, table)
    if column.kind is Kind.DATE and column.in_window:
        for day_rule in (
            (NotAfterWindow, BeforeWindow) if column.may_precede else (InWindow, InOpeningDays)
        ):
            yield day_rule(table=table, at=column.key)
    if column.kind is Kind.TEXT:
        message = "length" if column.min_length else "max_length"
        yield Length(
            table=table,
            at=column.key,
            message=message,
            minimum=column.min_length,
            maximum=column.max_length,
        )
        if column.anonymous:
            yield Anonymous(table=table, at=column.key)


_OF_KIND: dict[Kind, tuple[type[StateRule], ...]] = {
    Kind.COUNT: (NumberCell, SeveralNumbers, DashCell),
    Kind.DECIMAL: (NumberCell, SeveralNumbers, DashCell),
    Kind.CODE: (ListedCell, AmbiguousCell),
    Kind.DATE: (DateCell, MonthFirst, MomentCell, PartOfDay),
    Kind.TEXT: (MadeDay,),
}
