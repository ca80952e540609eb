"""Names in a rule's declaration: columns, tables, lists, codes. Loading a round checks each."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum


class What(StrEnum):
    """The kind of thing that a name must be."""

    TABLE = "table"
    COLUMN = "column"
    NUMBER = "number_column"
    CODE = "code_column"
    DATE = "date_column"
    PAIRS = "pairs"
    """A list of allowed and forbidden pairs."""
    EXPECTATIONS = "expectations"
    """A list of expected entries (R07)."""
    ATTRIBUTE = "attribute"
    """A further column of a code list."""
    KEY = "key"
    """The columns that make a row of a table unique."""
    ENTRY = "code"
    """The code of an entry of a code list."""


COLUMNS = (What.COLUMN, What.NUMBER, What.CODE, What.DATE)


@dataclasses.dataclass(frozen=True)
class Name:
    """One name: in which ``field`` of the rule it is written, and what it must be.

    ``table``: the table of a column. ``column``: the code column to whose list an attribute or
    entry belongs.
    """

    field: str
    what: What
    name: str
    table: str = ""
    column: str = ""
    attribute: str = ""
    """If set, the entry is one of the list to which the values of this further column belong."""
    like: str = ""
    """If set, the column must have the same code list as the column of this name in that table."""
    columns: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """For lists of pairs: by field of their rows, the column whose codes stand in it."""


def columns(
    field_: str, keys: str | Iterable[str], table: str, what: What = What.COLUMN
) -> Iterator[Name]:
    """Yield a Name for each column key; none for a blank key."""
    for key in (keys,) if isinstance(keys, str) else keys:
        if key:
            yield Name(field_, what, key, table)
