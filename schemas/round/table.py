"""Tables and columns: the one declaration that template, reader, checks and words are made from.

A table is a class whose attributes are columns, each declared with one of the kinds below
(``code``, ``count``, ``decimal``, ``date``, ``text``); the ``@table`` decorator adds the sheet and
the rules. Everything else in the project reads :class:`~schemas.columns.TableSpec` and
:class:`~schemas.columns.Column`, never the class itself; the pandera schema of a typed frame
follows from them too (:func:`schemas.frame.schema_of`). Free of pandas and pandera, so that reading
begins while they load.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from schemas.columns import Column, Kind, TableSpec
from schemas.round.faults import Fault, KeyPath
from schemas.rules.base import RowRule
from schemas.rules.cells import column_rules

T = TypeVar("T")


class _Body(dict[str, Any]):
    """The namespace of a table's class. Remembers repeated keys: Python keeps the last alone."""

    def __init__(self) -> None:
        super().__init__()
        self.repeated: list[str] = []

    def __setitem__(self, key: str, value: Any) -> None:
        if isinstance(self.get(key), Column):
            self.repeated.append(key)
        super().__setitem__(key, value)


class _TableClass(type):
    """The metaclass of tables: keeps the keys of columns that were declared twice."""

    repeated: tuple[str, ...] = ()

    @classmethod
    def __prepare__(cls, name: str, bases: tuple[type, ...], /, **options: Any) -> _Body:
        return _Body()

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> _TableClass:
        made = super().__new__(cls, name, bases, dict(body))
        made.repeated = tuple(body.repeated) if isinstance(body, _Body) else ()
        return made


class Table(metaclass=_TableClass):
    """Base of all declared tables."""


@dataclass(frozen=True)
class DeclaredTable:
    """A declared table: what ``@table`` makes from a class of columns."""

    spec: TableSpec
    rules: tuple[RowRule, ...]
    """Rules that columns bring (:func:`schemas.rules.cells.column_rules`), then declared ones."""
    repeated: tuple[str, ...] = ()
    """Keys of columns that the class declares twice."""


@dataclass(frozen=True)
class ColumnWords:
    """All of ``words.toml``: words about columns, by key, or by table and key if tables differ."""

    help: Mapping[str, str] = field(default_factory=dict)
    """What clerks read beside a column."""
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Other headings of a column."""

    def of(self, spec: TableSpec) -> TableSpec:
        """The table with these words; what has none here keeps those that it was declared with."""
        columns = tuple(
            replace(
                column,
                help=word_of(self.help, spec, column, column.help),
                synonyms=word_of(self.synonyms, spec, column, column.synonyms),
            )
            for column in spec.columns
        )
        return replace(spec, columns=columns)

    def unknown(self, specs: Iterable[TableSpec], place: KeyPath) -> Iterator[Fault]:
        """Yield a fault per column that no table has: likely a misspelt name."""
        names = names_of_columns(specs)
        for key, words in vars(self).items():
            for name in words:
                yield from place.at(key, name).unknown("named_column", name, names)


def word_of(words: Mapping[str, T], spec: TableSpec, column: Column, otherwise: T) -> T:
    """The word for a column: that of its table and key, else of its key alone."""
    return words.get(f"{spec.key}.{column.key}", words.get(column.key, otherwise))


def names_of_columns(specs: Iterable[TableSpec]) -> list[str]:
    """Every name by which words may know a column: its key alone, or its table and key."""
    keys = [(spec.key, key) for spec in specs for key in spec.keys]
    return list(dict.fromkeys(name for table, key in keys for name in (key, f"{table}.{key}")))


def table(
    sheet: str, title: str, *, rules: Sequence[RowRule] = (), **options: Any
) -> Callable[[type[Table]], DeclaredTable]:
    """Declare a ``Table``'s sheet, title and rules; its key is the class name in snake case.

    ``options`` are fields of :class:`TableSpec`.
    """

    def declare(declared: type[Table]) -> DeclaredTable:
        spec = TableSpec(
            key=re.sub(r"(?<!^)(?=[A-Z])", "_", declared.__name__).lower(),
            sheet=sheet,
            title=title,
            note=" ".join((declared.__doc__ or "").split()),
            columns=tuple(
                replace(column, key=key)
                for key, column in vars(declared).items()
                if isinstance(column, Column)
            ),
            **options,
        )
        return DeclaredTable(
            spec,
            (*column_rules(spec), *(replace(rule, table=spec.key) for rule in rules)),
            declared.repeated,
        )

    return declare


def code(codes: str, title: str, **options: Any) -> Column:
    """Declare a column whose cells hold an entry of the code list ``codes``."""
    return Column(title, Kind.CODE, codes=codes, **options)


def count(title: str, **options: Any) -> Column:
    """Declare a column of whole numbers, at least 0 unless ``minimum`` says otherwise."""
    return Column(title, Kind.COUNT, **{"minimum": 0, "width": 9, **options})


def decimal(title: str, **options: Any) -> Column:
    """Declare a column of amounts, at least 0 unless ``minimum`` says otherwise."""
    return Column(title, Kind.DECIMAL, **{"minimum": 0, "width": 14, **options})


def date(title: str, **options: Any) -> Column:
    """Declare a column of calendar dates."""
    return Column(title, Kind.DATE, **{"width": 12, **options})


def text(title: str, **options: Any) -> Column:
    """Declare a column of free text."""
    return Column(title, Kind.TEXT, **{"width": 30, **options})
