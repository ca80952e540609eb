"""Checks declared rules: every name that a rule uses, and its sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from itertools import chain
from typing import TYPE_CHECKING, Any

from schemas.codelists import Codelist
from schemas.columns import Column, Kind
from schemas.round.faults import Fault, KeyPath
from schemas.round.round import Round
from schemas.rules.catalogue import BINDING, PROGRAM_RULES
from schemas.rules.names import COLUMNS, Name, What
from schemas.rules.states import StateRule
from schemas.words import LANGUAGES, messages

if TYPE_CHECKING:
    from schemas.rules.base import Rule

SEVERITIES = ("E", "W", "N")
_OF_THE_PROGRAM = {rule.id for rule in PROGRAM_RULES}
_ID = re.compile(r"[A-Z]\d\d")
_FITS: Mapping[What, Callable[[Column], bool]] = {
    What.COLUMN: lambda _: True,
    What.NUMBER: lambda column: column.is_number,
    What.CODE: lambda column: column.kind is Kind.CODE,
    What.DATE: lambda column: column.kind is Kind.DATE,
}


def of_rules(round_: Round) -> Iterator[Fault]:
    """Yield the faults of all rules, and of what ``round.toml`` says of rules."""
    known = {lang: messages(round_.speaking(lang)) for lang in LANGUAGES}
    seen: set[tuple[str, str]] = set()
    for table, rule in _declared(round_):
        place = KeyPath("tables.py").at(f"{table}.{rule.id}")
        if (table, rule.label) in seen:
            yield place.fault("same_rule")
        seen.add((table, rule.label))
        look_up = _LookUp(round_, place)
        yield from chain(_itself(rule, place, known), *map(look_up.faults, rule.names()))
    for key in round_.settings.rules:
        place = KeyPath("round.toml").at(f"rules.{key}")
        yield from place.unknown("rule", key, round_.rule_ids)
        if key in BINDING:
            yield place.fault("binding_rule", name=key)
    yield from _waivers(round_)


def _declared(round_: Round) -> Iterator[tuple[str, Rule]]:
    """Yield the rules that somebody wrote, each with its place.

    The rules that columns bring with them are left out: nobody can misspell them.
    """
    for spec in round_.tables:
        yield from (
            (spec.key, rule) for rule in round_.rules[spec.key] if not isinstance(rule, StateRule)
        )
    yield from (("CROSS_RULES", rule) for rule in round_.cross_rules)


def _itself(rule: Rule, place: KeyPath, known: Mapping[str, Collection[str]]) -> Iterator[Fault]:
    if not _ID.fullmatch(rule.id):
        yield place.fault("bad_rule_id", name=rule.id)
    if rule.id in _OF_THE_PROGRAM:
        yield place.fault("programs_rule", name=rule.id)
    if rule.severity not in SEVERITIES:
        yield place.at("severity").fault(
            "not_one_of", value=rule.severity, known=", ".join(SEVERITIES)
        )
    for field in fields(rule):
        if field.default is MISSING and getattr(rule, field.name) == ():
            yield place.at(field.name).fault("names_nothing", name=field.name)
    for lang, whole in known.items():
        if rule.message not in whole:
            yield place.at("message").fault("no_message", name=rule.message, language=lang)


def _waivers(round_: Round) -> Iterator[Fault]:
    for number, waiver in enumerate(round_.waivers, 1):
        place = KeyPath("waivers.toml").at(f"waiver.{number}")
        for key in ("reason", "approver"):
            if not getattr(waiver, key).strip():
                yield place.at(key).fault("blank_key", name=key)
        yield from place.at("agency").unknown("agency", waiver.agency, round_.by_agency)
        yield from place.at("rule").unknown(
            "rule", waiver.rule, [each for each in round_.rule_ids if each not in BINDING]
        )


@dataclass(frozen=True)
class _LookUp:
    """Looks up the names of one rule.

    Names within a table or list that doesn't exist are passed over: that fault is told already.
    """

    round_: Round
    place: KeyPath

    def faults(self, name: Name) -> Iterator[Fault]:
        """Yield the fault of a name that nothing bears, or something of the wrong kind."""
        if name.what is What.TABLE:
            yield from self.place.at(name.field).unknown("table", name.name, self.round_.by_key)
        elif name.what is What.PAIRS:
            yield from self._list(name, self.round_.pairs)
        elif name.what is What.EXPECTATIONS:
            yield from self._list(name, self.round_.expectations)
        elif name.what is What.KEY:
            yield from self._key(name)
        elif name.what in COLUMNS:
            yield from self._column(name)
        elif codes := self._codes(name.table, name.column):
            yield from (
                self._attribute(name, codes)
                if name.what is What.ATTRIBUTE
                else self._entry(name, codes)
            )

    def _key(self, name: Name) -> Iterator[Fault]:
        spec = self.round_.by_key.get(name.table)
        if spec and not spec.key_columns:
            yield self.place.at(name.field).fault("no_key_columns", table=spec.key)

    def _column(self, name: Name) -> Iterator[Fault]:
        spec = self.round_.by_key.get(name.table)
        if spec is None:
            return
        place, column = self.place.at(name.field), spec.by_key.get(name.name)
        if column is None:
            yield from place.unknown("column", name.name, spec.keys, table=spec.key)
        elif not _FITS[name.what](column):
            yield place.fault(f"not_a.{name.what}", name=name.name, table=spec.key)
        elif (ours := self._codes(name.like, name.name)) and ours.key != column.codes:
            yield place.fault("other_list", name=name.name, ours=ours.key, theirs=column.codes)

    def _codes(self, table: str, key: str) -> Codelist | None:
        """The code list of a column; None if there is no such column, or it has no list."""
        spec = self.round_.by_key.get(table)
        column = spec.by_key.get(key) if spec else None
        return self.round_.codelists.get(column.codes) if column and column.codes else None

    def _attribute(self, name: Name, codes: Codelist) -> Iterator[Fault]:
        yield from self.place.at(name.field).unknown(
            "attribute", name.name, attributes(codes.entries), list=codes.key
        )

    def _entry(self, name: Name, codes: Codelist) -> Iterator[Fault]:
        place = self.place.at(name.field)
        if not name.attribute:
            yield from place.unknown("code", name.name, codes.by_code, list=codes.key)
        elif name.attribute in attributes(codes.entries):
            known, declared = f"{codes.key}.{name.attribute}", self.round_.settings.attributes
            yield from place.unknown("declared_attribute", known, declared)
            if values := self.round_.codelists.get(declared.get(known, "")):
                yield from place.unknown("code", name.name, values.by_code, list=values.key)

    def _list(self, name: Name, lists: Mapping[str, Iterable[Any]]) -> Iterator[Fault]:
        """Yield the fault of a missing list, else of each of its codes that the columns lack."""
        yield from self.place.at(name.field).unknown("pairs", name.name, lists)
        place = KeyPath(f"codelists/{name.name}.csv")
        for field, column in name.columns.items():
            if codes := self._codes(name.table, column):
                given = dict.fromkeys(getattr(row, field) for row in lists.get(name.name, ()))
                yield from place.unknown("code", given, codes.by_code, list=codes.key)


def attributes(entries: Iterable[Any]) -> tuple[str, ...]:
    """The further columns that a list's file has."""
    return tuple(next(iter(entries)).extra)
