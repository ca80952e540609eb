"""What changed between two states or rounds, and what caused it: frames in, frames out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from pipeline.model import Choice, Standing
from pipeline.store.coverage import COUNTED
from pipeline.summarise.compare.editions import OTHER, counterparts
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.dimensions import AGENCY, Dimension
from pipeline.summarise.figures.lines import provisional_agencies
from pipeline.summarise.figures.measures import Measure
from pipeline.summarise.figures.nils import nil_returns
from pipeline.summarise.figures.rounding import plain_alike
from pipeline.summarise.figures.sums import Array
from pipeline.summarise.figures.totals import NOWHERE, totals
from schemas.columns import DECIMALS, TableSpec

UNMATCHED = "__other"
"""What the name of a column ends with that marks rows whose earlier code is none of today's."""


class Cause(StrEnum):
    """Why an agency's contribution to a figure changed."""

    NEW = "new"
    """Counted today, not before."""
    AGAIN = "again"
    """Counted both times, by another return."""
    GONE = "gone"
    """Counted before, not today."""
    OTHER = "other"
    """Counted both times by the same return: a decision, a rule or the form has changed."""


CAUSES = tuple(Cause)


@dataclass(frozen=True)
class Reporter:
    """An agency then and now: standing, files, and why its contribution changed."""

    agency: str
    before: Standing
    now: Standing
    files_before: tuple[str, ...]
    files_now: tuple[str, ...]
    cause: Cause
    detail: str
    """A key of the words for the cause.

    ``new``, ``corrected``, ``again``, ``both``, ``excluded``, ``correcting``, ``missing``,
    ``other`` or ``none``.
    """


class RoundChange:
    """Two consolidations by today's codes.

    Rows of earlier codes without a counterpart have a position of their own.
    """

    def __init__(self, now: Consolidation, before: Consolidation) -> None:
        self.now, self.before = now, before
        self.same_round = now.round_.key == before.round_.key
        self.agencies = counterparts(now.round_, before.round_, "agencies")

    def tables(self, spec: TableSpec) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Earlier and today's rows of a table, both by today's codes."""
        return self._translated(spec), self.now.tables[spec.key]

    def can_compare(self, spec: TableSpec, column: str) -> bool:
        """Whether the earlier round has this table and column too."""
        earlier = self.before.round_.by_key.get(spec.key)
        return earlier is not None and (column == AGENCY or earlier.has(column))

    def measures(self, spec: TableSpec, shown: Sequence[Measure]) -> list[Measure]:
        """Of the measures shown, those that the earlier round's table has too."""
        earlier = self.before.round_.by_key.get(spec.key)
        if earlier is None:
            return []
        return [
            measure
            for measure in shown
            if all(earlier.has(key) or not spec.has(key) for key in measure.sources)
        ]

    def _translated(self, spec: TableSpec) -> pd.DataFrame:
        rows, earlier = self.before.tables[spec.key], self.before.round_.by_key[spec.key]
        if self.now.round_.folder == self.before.round_.folder:
            return rows
        columns: dict[str, Any] = {key: rows[key] for key in ("submission", "file", "sheet", "row")}
        columns |= _recoded(rows[AGENCY], self.agencies, AGENCY)
        for column in spec.columns:
            if not earlier.has(column.key):
                columns[column.key] = pd.Series(
                    np.nan if column.is_number else None, index=rows.index
                )
            elif column.codes:
                codes = counterparts(self.now.round_, self.before.round_, column.codes)
                columns |= _recoded(rows[column.key], codes, column.key)
            else:
                columns[column.key] = rows[column.key]
        return pd.DataFrame(columns)

    def _nils(self, spec: TableSpec) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Earlier and today's confirmed nils, as rows, both by today's codes."""
        then, now = (
            nil_returns(self.before, self.before.round_.by_key[spec.key]),
            nil_returns(self.now, spec),
        )
        if self.now.round_.folder == self.before.round_.folder:
            return then, now
        columns = _recoded(then[AGENCY], self.agencies, AGENCY)
        for key in (str(key) for key in then if key != AGENCY):
            columns |= (
                _recoded(
                    then[key],
                    counterparts(self.now.round_, self.before.round_, spec.by_key[key].codes),
                    key,
                )
                if spec.has(key)
                else {}
            )
        return pd.DataFrame(columns), now

    # --- figures
    # -----------------------------------------------------------------------------------

    def by_entry(self, spec: TableSpec, by: Dimension) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return earlier and today's measures by position of a dimension.

        The last position holds earlier rows without a counterpart.
        """
        sides = zip(self.tables(spec), self._nils(spec), strict=True)
        return tuple(
            totals(rows, spec, self.now.round_, places(rows, by), by.size + 1, _zeros(nils, by))
            for rows, nils in sides
        )  # type: ignore[return-value]

    def whole(self, spec: TableSpec) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The same of all rows together: one row each."""
        sides = zip(self.tables(spec), self._nils(spec), strict=True)
        return tuple(
            totals(rows, spec, self.now.round_, _together(rows), 1, _together(nils))
            for rows, nils in sides
        )  # type: ignore[return-value]

    def by_cause(self, spec: TableSpec, by: Dimension, measure: str) -> Array:
        """Return the change of a measure by position and cause.

        ``by.size`` + 1 rows, a column for each of ``CAUSES``; they add up to the change.
        """
        at = {agency: CAUSES.index(reporter.cause) for agency, reporter in self.reporters.items()}
        size, count, signed = by.size + 1, len(CAUSES), []
        for rows in self.tables(spec):
            cause = rows[AGENCY].map(at).fillna(CAUSES.index(Cause.OTHER)).to_numpy(dtype="int64")
            sums = totals(
                rows, spec, self.now.round_, places(rows, by) * count + cause, size * count
            )[measure]
            signed.append(sums.fillna(0).to_numpy().reshape(size, count))
        return np.round(signed[1] - signed[0], DECIMALS)  # type: ignore[no-any-return]

    def by_agency(self, spec: TableSpec, measure: str) -> Mapping[str, tuple[Any, Any]]:
        """Return a measure then and now by agency, None if it gave none.

        Earlier agencies without a counterpart are together under a blank code.
        """
        sums = []
        for rows, nils in zip(self.tables(spec), self._nils(spec), strict=True):
            codes, names = pd.factorize(rows[AGENCY].fillna(OTHER).astype(object))
            values = totals(rows, spec, self.now.round_, codes.astype("int64"), max(len(names), 1))[
                measure
            ]
            zeros = dict.fromkeys(nils[AGENCY].fillna(OTHER), 0)
            sums.append(zeros | dict(zip(names, plain_alike(values.tolist()), strict=False)))
        return {
            agency: (sums[0].get(agency), sums[1].get(agency))
            for agency in [*sums[0], *(each for each in sums[1] if each not in sums[0])]
        }

    # --- agencies
    # ----------------------------------------------------------------------------------

    @cached_property
    def reporters(self) -> Mapping[str, Reporter]:
        """Each agency then and now, by today's code.

        Earlier ones without a counterpart are together under a blank code.
        """
        then = self.before.agencies.assign(
            code=[self.agencies.get(code, OTHER) for code in self.before.agencies["agency"]]
        )
        now = self.now.agencies.assign(code=self.now.agencies["agency"])
        codes = [*now["code"], *([OTHER] if (then["code"] == OTHER).any() else [])]
        return {
            code: self._reporter(code, then[then["code"] == code], now[now["code"] == code])
            for code in codes
        }

    def _reporter(self, code: str, then: pd.DataFrame, now: pd.DataFrame) -> Reporter:
        counts = [_counted(then, self.before), _counted(now, self.now)]
        same = set(then.loc[counts[0], "sha256"]) == set(now.loc[counts[1], "sha256"])
        before, after = (_standing(frame) for frame in (then, now))
        counted = [bool(side.any()) for side in counts]
        cause, detail = self._why(before, after, counted, set(then["sha256"]) - {""}, same=same)
        files = [tuple(file for file in frame["file"] if file) for frame in (then, now)]
        return Reporter(code, before, after, files[0], files[1], cause, detail)

    def _why(
        self,
        before: Standing,
        now: Standing,
        counted: Sequence[bool],
        hashes: set[str],
        *,
        same: bool,
    ) -> tuple[Cause, str]:
        if counted == [False, True]:
            return Cause.NEW, "corrected" if before is Standing.CORRECTING else "new"
        if counted == [True, False]:
            return (
                Cause.GONE,
                "excluded"
                if hashes & self._excluded
                else "correcting"
                if now is Standing.CORRECTING
                else "missing",
            )
        if counted == [True, True] and not same:
            return Cause.AGAIN, "again" if self.same_round else "both"
        return Cause.OTHER, "other" if counted[0] else "none"

    @cached_property
    def _excluded(self) -> set[str]:
        """Returns that an operator excluded."""
        return set(
            self.now.submissions.loc[self.now.submissions["decision"] == Choice.EXCLUDE, "sha256"]
        )


def places(rows: pd.DataFrame, by: Dimension) -> Array:
    """Each row's position in a dimension; ``by.size`` for an earlier code without a counterpart."""
    found = by.positions(rows)
    other = f"{by.column}{UNMATCHED}"
    return np.where(rows[other].to_numpy(), by.size, found) if other in rows else found


def _zeros(nils: pd.DataFrame, by: Dimension) -> Array:
    """Return the positions at which confirmed nils are zeros: the agencies' own places."""
    if by.column not in nils:
        return NOWHERE
    has_place = nils[by.column].notna() | nils.get(
        f"{by.column}{UNMATCHED}", pd.Series(data=False, index=nils.index)
    )
    return places(nils[has_place], by)


def _together(rows: pd.DataFrame) -> Array:
    return np.zeros(len(rows), dtype="int64")


def _recoded(values: pd.Series[Any], codes: Mapping[str, str], key: str) -> dict[str, Any]:
    """A column of codes by today's, and which of them have no counterpart."""
    given = values.astype(object).where(values.notna(), None)
    today = [codes.get(code, OTHER) if code is not None else None for code in given]
    return {
        key: pd.Series([code or None for code in today], index=values.index, dtype=object),
        f"{key}{UNMATCHED}": [c == OTHER for c in today],
    }


def _counted(agencies: pd.DataFrame, state: Consolidation) -> Any:
    is_provisional = agencies["agency"].isin(provisional_agencies(state))
    return agencies["standing"].isin(COUNTED) | is_provisional


def _standing(agencies: pd.DataFrame) -> Standing:
    """The best standing of several agencies that are one in the other state."""
    best = (
        Standing.REPORTED,
        Standing.NIL,
        Standing.CORRECTING,
        Standing.UNREADABLE,
        Standing.EXCUSED,
    )
    held = set(agencies["standing"])
    return next((each for each in best if each in held), Standing.MISSING)
