"""Turns data of a TOML file into frozen dataclasses: checks every key and type; misfits are faults.

The types of a dataclass's fields are the declaration; supported are ``str``, ``bool``, ``int``,
``float``, ``date``, enumerations, ``Literal``, other dataclasses, ``tuple``, ``Mapping[str, …]``
and any of them ``| None``.
"""

from __future__ import annotations

import datetime as dt
import math
import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields
from enum import Enum
from functools import cache
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from schemas.round.faults import Fault, KeyPath, listed, near

T = TypeVar("T")
LOST = object()
"""Replaces a value that doesn't fit."""
_PLAIN = {str: "text", bool: "yes_no", int: "whole", float: "number", dt.date: "date"}
"""The message for a value that should have been of this plain type."""


def built(kind: type[T], data: object, place: KeyPath, faults: list[Fault]) -> T | None:
    """Make an object of the dataclass ``kind``; None, with ``faults`` added, if it doesn't fit."""
    value = _object(kind, data, place, faults)
    return None if value is LOST else value


def _object(kind: Any, data: object, place: KeyPath, faults: list[Fault]) -> Any:
    if not isinstance(data, dict):
        faults.append(place.fault("wrong_type.table"))
        return LOST
    declared = _fields(kind)
    unknown = {
        key: near(key, [name for name in declared if name not in data])
        for key in data
        if key not in declared
    }
    faults += [
        place.at(key).fault("unknown_key", name=key, near=meant) for key, meant in unknown.items()
    ]
    missing = [
        name for name, (field, _) in declared.items() if name not in data and _is_required(field)
    ]
    faults += [
        place.at(name).fault("missing_key", name=name)
        for name in missing
        if name not in unknown.values()
    ]
    values = {
        name: _value(declared[name][1], value, place.at(name), faults)
        for name, value in data.items()
        if name in declared
    }
    return LOST if missing or any(value is LOST for value in values.values()) else kind(**values)


@cache
def _fields(kind: Any) -> dict[str, tuple[Field[Any], Any]]:
    hints = get_type_hints(kind)
    return {field.name: (field, hints[field.name]) for field in fields(kind)}


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _value(hint: Any, value: object, place: KeyPath, faults: list[Fault]) -> Any:
    if hint in _PLAIN:
        return _plain(hint, value, place, faults)
    origin = _origin(hint)
    if origin is types.UnionType:  # TOML has no null: a value must be of the other type
        return _value(
            next(each for each in get_args(hint) if each is not type(None)), value, place, faults
        )
    if origin is tuple:
        return _items(get_args(hint), value, place, faults)
    if origin is Mapping:
        return _entries(get_args(hint)[1], value, place, faults)
    if origin is Literal or (isinstance(hint, type) and issubclass(hint, Enum)):
        return _one_of(hint, value, place, faults)
    return _object(hint, value, place, faults)


@cache
def _origin(hint: Any) -> Any:
    return get_origin(hint)


def _items(hints: tuple[Any, ...], value: object, place: KeyPath, faults: list[Fault]) -> Any:
    if not isinstance(value, list):
        faults.append(place.fault("wrong_type.list"))
        return LOST
    repeated = hints[-1] is Ellipsis
    if not repeated and len(value) != len(hints):
        faults.append(place.fault("wrong_length", wanted=len(hints), count=len(value)))
        return LOST
    kinds = [hints[0]] * len(value) if repeated else hints
    items = tuple(
        _value(kind, item, place.at(number), faults)
        for number, (kind, item) in enumerate(zip(kinds, value, strict=True), 1)
    )
    return LOST if LOST in items else items


def _entries(hint: Any, value: object, place: KeyPath, faults: list[Fault]) -> Any:
    if not isinstance(value, dict):
        faults.append(place.fault("wrong_type.table"))
        return LOST
    entries = {key: _value(hint, item, place.at(key), faults) for key, item in value.items()}
    return LOST if any(entry is LOST for entry in entries.values()) else entries


def _one_of(hint: Any, value: object, place: KeyPath, faults: list[Fault]) -> Any:
    allowed = (
        get_args(hint) if get_origin(hint) is Literal else tuple(member.value for member in hint)
    )
    if value not in allowed:
        known = [name for name in allowed if name]
        faults.append(
            place.fault(
                "not_one_of", value=value, known=listed(known), near=near(str(value), known)
            )
        )
        return LOST
    return value if get_origin(hint) is Literal else hint(value)


def _plain(hint: type[Any], value: object, place: KeyPath, faults: list[Fault]) -> Any:
    # the exact type: a bool is no int here, a datetime no date
    if type(value) is hint or (hint is float and type(value) is int):
        return value
    faults.append(place.fault(f"wrong_type.{_PLAIN[hint]}"))
    return LOST


def misfits(declared: Any, place: KeyPath) -> Iterator[Fault]:
    """Yield a fault per field of a declaration in Python whose value has the wrong type."""
    where = place.at(getattr(declared, "key", None) or getattr(declared, "id", ""))
    kind: Any = type(declared)
    for name, (_, hint) in _fields(kind).items():
        value = getattr(declared, name)
        if not _is_a(hint, value):
            yield where.at(name).fault(
                "wrong_type.field",
                value=repr(value),
                kind=getattr(hint, "__name__", hint) if isinstance(hint, type) else hint,
            )


def _is_a(hint: Any, value: object) -> bool:
    if hint is float:
        return type(value) in (int, float) and math.isfinite(value)  # type: ignore[arg-type]
    if hint in (str, bool, int, type(None)):
        return type(value) is hint
    if isinstance(hint, types.UnionType):
        return any(_is_a(each, value) for each in get_args(hint))
    if _origin(hint) is tuple:
        return isinstance(value, tuple) and all(_is_a(get_args(hint)[0], item) for item in value)
    return True
