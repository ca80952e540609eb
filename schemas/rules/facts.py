"""What a rule may ask of the round in which it is declared. Rules know nothing else of rounds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Protocol

from schemas.codelists import Codelist, Expectation, Pair
from schemas.columns import Column, TableSpec


class Facts(Protocol):
    """Tables, code lists, lists of pairs and the window of a round.

    :class:`schemas.round.round.Round` has them all.
    """

    @property
    def start(self) -> dt.date:
        """First day of the reporting window."""

    @property
    def opening(self) -> dt.date:
        """Last of the window's doubtful first days (V05); if none, the day before the window."""

    @property
    def end(self) -> dt.date:
        """Last day of the reporting window."""

    @property
    def by_key(self) -> Mapping[str, TableSpec]:
        """Tables by key."""

    @property
    def row_tables(self) -> tuple[TableSpec, ...]:
        """The tables of rows, in sheet order."""

    @property
    def codelists(self) -> Mapping[str, Codelist]:
        """Code lists by key."""

    @property
    def pairs(self) -> Mapping[str, tuple[Pair, ...]]:
        """Lists of allowed and forbidden pairs by key."""

    @property
    def expectations(self) -> Mapping[str, tuple[Expectation, ...]]:
        """Lists of expected entries by key."""

    @property
    def own_localities(self) -> Mapping[str, str]:
        """By agency code, the only locality that it may report; blank if it may report any."""

    def codes_of(self, column: Column) -> Codelist:
        """The code list of a code column."""

    def unit_of(self, spec: TableSpec, column: Column, row: Mapping[str, Any]) -> str:
        """The unit in which a row counts a column: rows of collectives may have their own."""

    def attribute_list(self, codes: str, attribute: str) -> Codelist:
        """The code list whose codes are the values of a further column of list ``codes``."""
