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
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from schemas.columns import Column, Kind, TableSpec
from schemas.rules.base import RowRule
from schemas.rules.cells import column_rules


class _Body(dict[str, Any]):
    """The namespace of a table's class. Remembers repeated keys: Python keeps the last alone."""

    def __init__(self) -> None:
        super().__init__()
        self.repeated: list[str] = []

    def __setitem__(self, key: str, value: Any) -> None:
        if isinstance(self.get(key), Column):
            self.repeated.append(key)
        super().__setitem__(key, value)


class _Declared(type):
    """The metaclass of tables: keeps the keys of columns that were declared twice."""

    repeated: tuple[str, ...] = ()

    @classmethod
    def __prepare__(cls, name: str, bases: tuple[type, ...], /, **options: Any) -> _Body:
        return _Body()

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> _Declared:
        made = super().__new__(cls, name, bases, dict(body))
        made.repeated = tuple(body.repeated) if isinstance(body, _Body) else ()
        return made


class Table(metaclass=_Declared):
    """Base of all declared tables."""


@dataclass(frozen=True)
class Declared:
    """A declared table: what ``@table`` makes from a class of columns."""

    spec: TableSpec
    rules: tuple[RowRule, ...]
    """Rules that columns bring (:func:`schemas.rules.cells.column_rules`), then declared ones."""
    repeated: tuple[str, ...] = ()
    """Keys of columns that the class declares twice."""


def table(
    sheet: str, title: str, *, rules: Sequence[RowRule] = (), **options: Any
) -> Callable[[type[Table]], Declared]:
    """Declare a ``Table``'s sheet, title and rules; its key is the class name in snake case.

    ``options`` are fields of :class:`TableSpec`.
    """

    def declare(declared: type[Table]) -> Declared:
        spec = TableSpec(
            key=re.sub(r"(?<!^)(?=[A-Z])", "_", declared.__name__).lower(),
            sheet=sheet,
            title=title,
            note=(declared.__doc__ or "").strip(),
            columns=tuple(
                replace(column, key=key)
                for key, column in vars(declared).items()
                if isinstance(column, Column)
            ),
            **options,
        )
        return Declared(
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
