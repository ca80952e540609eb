"""What a rule's declaration names: columns, tables, lists, codes. All of it is looked up when a round is loaded."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum


class What(StrEnum):
    """What a name stands for."""

    TABLE = "table"
    COLUMN = "column"
    NUMBER = "number_column"
    CODE = "code_column"
    DATE = "date_column"
    PAIRS = "pairs"
    """A list of allowed and forbidden pairs."""
    EXPECTATIONS = "expectations"
    """A list of what is expected."""
    ATTRIBUTE = "attribute"
    """A further column of a code list."""
    KEY = "key"
    """The columns that make a row of a table unique."""
    ENTRY = "code"
    """The code of an entry of a code list."""


COLUMNS = (What.COLUMN, What.NUMBER, What.CODE, What.DATE)


@dataclasses.dataclass(frozen=True)
class Name:
    """One name: the ``field`` of the rule that it stands in, and what it stands for.

    ``table`` is that of a column; ``column`` the code column whose list an attribute or entry belongs to.
    """

    field: str
    what: What
    name: str
    table: str = ""
    column: str = ""
    attribute: str = ""
    """An entry is then one of the list that the values of this further column belong to."""
    like: str = ""
    """A code column has then the same list as the column of this name in this other table."""
    columns: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """The code columns whose entries the rows of a list have, by the rows' fields."""


def columns(field_: str, keys: str | Iterable[str], table: str, what: What = What.COLUMN) -> Iterator[Name]:
    """Name columns of a table; a blank key names none."""
    for key in (keys,) if isinstance(keys, str) else keys:
        if key:
            yield Name(field_, what, key, table)
