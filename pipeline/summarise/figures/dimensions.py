"""Dimensions: what figures are counted by. A code column, an attribute of one, or who reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from pipeline.errors import UsageError
from pipeline.summarise.figures.origins import Origin, is_own, own_column, own_entries
from schemas.codelists import Codelist, Entry
from schemas.columns import TableSpec
from schemas.round.round import Round

AGENCY, AGENCY_GROUP = "agency", "agency_group"
"""The dimensions of every table: its rows' agency, and that agency's group."""
ORIGIN = "origin"
"""Whether a row is of an own return: a dimension if entries have agencies of their own."""


@dataclass(frozen=True)
class Dimension:
    """What rows are counted by: entries in their list's order, then a place for rows without one.

    ``column`` is the frame's column that holds ``base`` codes; ``owner`` maps a base code to an
    entry's code where the dimension is an attribute of the column's entries.
    """

    key: str
    title: str
    column: str
    base: tuple[str, ...]
    entries: tuple[Entry, ...]
    blank: str
    """The name of the place for rows without an entry."""
    owner: Mapping[str, str] | None = None

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Codes by position; the last, empty one is the place of rows without an entry."""
        return (*(entry.code for entry in self.entries), "")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names by position, as ``codes``."""
        return (*(entry.name for entry in self.entries), self.blank)

    @property
    def size(self) -> int:
        """Number of positions."""
        return len(self.codes)

    def position(self, code: str) -> int:
        """The position of ``code``.

        Raises UsageError for a code that is not in the list.
        """
        if code not in self.codes:
            raise UsageError(
                "no_such_code", name=self.key, code=code, known=", ".join(self.codes[:-1])
            )
        return self.codes.index(code)

    def positions(self, frame: pd.DataFrame) -> np.ndarray[Any, Any]:
        """Each row's position (int64)."""
        return np.take(self._of_base, self._index.get_indexer(pd.Index(frame[self.column])))

    @cached_property
    def _index(self) -> pd.Index[str]:
        return pd.Index(list(self.base))

    @cached_property
    def _of_base(self) -> np.ndarray[Any, Any]:
        """The position of each base code; the last element serves the missing code -1."""
        known = {code: at for at, code in enumerate(self.codes)}
        owners = [
            self.owner.get(code, "") if self.owner is not None else code for code in self.base
        ]
        return np.array(
            [*(known.get(code, self.size - 1) for code in owners), self.size - 1], dtype="int64"
        )


@dataclass(frozen=True)
class Origins(Dimension):
    """Whether a row is of its entry's own agency. ``own``: by agency, the entry that is its own."""

    own: Mapping[str, str] = field(default_factory=dict)

    def positions(self, frame: pd.DataFrame) -> np.ndarray[Any, Any]:
        """Each row's position (int64): 0 of an own return, 1 of another's."""
        return np.where(is_own(frame, self.column, self.own), 0, 1)


# by type: a language that speaks as a round does equals the same without its words
@lru_cache(maxsize=32, typed=True)
def dimensions(round_: Round, spec: TableSpec) -> Mapping[str, Dimension]:
    """All dimensions of a table, by key.

    Code columns, declared attributes of them, the agency and its group, and the origin of rows.
    """
    titles = round_.settings.dimension_titles
    blank = round_.say("summary.blank")
    found = {
        column.key: _plain(column.key, column.title, round_.codes_of(column), blank)
        for column in spec.code_columns
    }
    for key, (column, attribute) in round_.settings.dimensions.items():
        if column in found:
            base = round_.codes_of(spec.by_key[column])
            found[key] = _derived(key, titles.get(key, key), column, base, attribute, round_, blank)
    agencies = round_.codelists["agencies"]
    found[AGENCY] = _plain(AGENCY, round_.say("summary.agency"), agencies, blank)
    found[AGENCY_GROUP] = _derived(
        AGENCY_GROUP, round_.say("summary.agency_group"), AGENCY, agencies, "group", round_, blank
    )
    if own_column(round_, spec):
        found[ORIGIN] = _origins(round_, spec)
    return found


def dimension(round_: Round, spec: TableSpec, key: str) -> Dimension:
    """One dimension of a table.

    Raises UsageError where the table lacks it.
    """
    known = dimensions(round_, spec)
    if key not in known:
        raise UsageError("no_such_dimension", table=spec.key, name=key, known=", ".join(known))
    return known[key]


def _plain(key: str, title: str, codes: Codelist, blank: str) -> Dimension:
    return Dimension(key, title, key, tuple(codes.codes), codes.entries, blank)


def _derived(
    key: str, title: str, column: str, base: Codelist, attribute: str, round_: Round, blank: str
) -> Dimension:
    owner = base.attribute(attribute)
    return Dimension(
        key,
        title,
        column,
        tuple(base.codes),
        _attribute_entries(base, attribute, round_),
        blank,
        owner,
    )


def _origins(round_: Round, spec: TableSpec) -> Origins:
    entries = tuple(
        Entry(origin, round_.say(f"summary.origin_{origin}"))
        for origin in (Origin.OWN, Origin.OTHERS)
    )
    return Origins(
        ORIGIN,
        round_.say("summary.origin"),
        own_column(round_, spec),
        (),
        entries,
        "",
        own=own_entries(round_),
    )


def _attribute_entries(base: Codelist, attribute: str, round_: Round) -> tuple[Entry, ...]:
    """The entries to which an attribute's values belong; the bare values if no list is declared."""
    listed = round_.settings.attributes.get(f"{base.key}.{attribute}")
    if listed:
        return round_.codelists[listed].entries
    return tuple(Entry(value, value) for value in dict.fromkeys(base.attribute(attribute).values()))
