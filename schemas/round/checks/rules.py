"""What rules name: columns, tables, lists, codes, and the sentences that people read.

Until rules tell themselves what they name, they are looked at through their fields, which mean the same in every kind of rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from schemas.columns import Column, Kind, TableSpec
from schemas.round.faults import Fault, Place
from schemas.round.round import Round
from schemas.rules.catalogue import BINDING
from schemas.words import LANGUAGES, messages

if TYPE_CHECKING:
    from schemas.rules.base import Rule

SEVERITIES = ("E", "W", "N")
_ID = re.compile(r"[A-Z]\d\d")
COLUMN, NUMBER, CODE, DATE = "column", "number_column", "code_column", "date_column"
"""What a field of a rule names: any column, or one of a kind."""
_IS: Mapping[str, Callable[[Column], bool]] = {
    COLUMN: lambda _: True,
    NUMBER: lambda column: column.is_number,
    CODE: lambda column: column.kind is Kind.CODE,
    DATE: lambda column: column.kind is Kind.DATE,
}
_OF_ROW: Mapping[str, str] = {
    "at": COLUMN,
    "parts": NUMBER,
    "of": NUMBER,
    "given": CODE,
    "grade": CODE,
    "parent": CODE,
    "period": CODE,
    "day": DATE,
}
"""Fields of a rule that name columns of its own table."""
_OF_TABLE: Mapping[str, str] = {"at": COLUMN, "by": CODE, "each": CODE}
"""Fields of a rule between tables that name columns of its ``table``."""
_OF_LARGE: Mapping[str, str] = {"by": CODE, "limits": NUMBER}
"""Fields of a rule between tables that name columns of its ``large`` table."""


def of_rules(round_: Round) -> Iterator[Fault]:
    """Faults of all rules, and of what the round's data says of rules."""
    known = {lang: messages(round_.speaking(lang)) for lang in LANGUAGES}
    for spec in round_.tables:
        for rule in round_.rules[spec.key]:
            if hasattr(rule, "states"):  # it follows from the column alone
                continue
            place = Place("tables.py").at(f"{spec.key}.{rule.id}")
            yield from chain(_itself(rule, place, known), _row_rule(rule, _In(spec, place, round_)))
    for cross in round_.cross_rules:
        place = Place("tables.py").at(f"CROSS_RULES.{cross.id}")
        yield from chain(_itself(cross, place, known), _cross_rule(cross, place, round_))
    for key in round_.settings.rules:
        yield from Place("round.toml").at(f"rules.{key}").unknown("rule", key, round_.rule_ids)
    yield from _waivers(round_)


def _waivers(round_: Round) -> Iterator[Fault]:
    for number, waiver in enumerate(round_.waivers, 1):
        place = Place("waivers.toml").at(f"waiver.{number}")
        yield from place.at("agency").unknown("agency", waiver.agency, round_.by_agency)
        yield from place.at("rule").unknown("rule", waiver.rule, [each for each in round_.rule_ids if each not in BINDING])


def _itself(rule: Rule, place: Place, known: Mapping[str, Collection[str]]) -> Iterator[Fault]:
    if not _ID.fullmatch(rule.id):
        yield place.fault("bad_rule_id", name=rule.id)
    if rule.severity not in SEVERITIES:
        yield place.at("severity").fault("not_one_of", value=rule.severity, known=", ".join(SEVERITIES))
    for lang, whole in known.items():
        if rule.message not in whole:
            yield place.at("message").fault("no_message", name=rule.message, language=lang)


@dataclass(frozen=True)
class _In:
    """A table, and where in it a rule stands."""

    spec: TableSpec
    place: Place
    round_: Round

    def named(self, rule: object, fields: Mapping[str, str]) -> Iterator[Fault]:
        """Faults of the fields that name columns of this table; a blank field names none."""
        for field, wanted in fields.items():
            for name in _names(rule, field):
                yield from self.column(name, wanted, field)

    def column(self, name: str, wanted: str, field: str) -> Iterator[Fault]:
        """The fault of a name that is no column of the table, or none of the wanted kind."""
        column = self.spec.by_key.get(name)
        if column is None:
            yield from self.place.at(field).unknown("column", name, self.spec.keys, table=self.spec.key)
        elif not _IS[wanted](column):
            yield self.place.at(field).fault(f"not_a.{wanted}", name=name, table=self.spec.key)

    def attribute(self, column: str, name: str) -> Iterator[Fault]:
        """The fault of a name that is no further column of a code column's list."""
        codes = self.round_.codes_of(self.spec.by_key[column])
        yield from self.place.at("attribute").unknown("attribute", name, attributes(codes.entries), list=codes.key)

    def codes(self, column: str, names: str | Iterable[str], field: str) -> Iterator[Fault]:
        """Faults of codes that a code column's list lacks."""
        codes = self.round_.codes_of(self.spec.by_key[column])
        yield from self.place.at(field).unknown("code", names, codes.by_code, list=codes.key)

    def is_code(self, name: str) -> bool:
        """Whether ``name`` is a column with a code list."""
        return self.spec.has(name) and self.spec.by_key[name].kind is Kind.CODE


def attributes(entries: Iterable[Any]) -> tuple[str, ...]:
    """The further columns that a list's file has."""
    return tuple(next(iter(entries)).extra)


def _names(rule: object, field: str) -> tuple[str, ...]:
    value = getattr(rule, field, ())
    return tuple(filter(None, (value,) if isinstance(value, str) else value))


def _row_rule(rule: Any, here: _In) -> Iterator[Fault]:
    wrong = list(here.named(rule, _OF_ROW))
    yield from wrong
    if wrong:
        return
    if hasattr(rule, "parent"):
        yield from here.attribute(rule.at, rule.attribute)
        yield from here.codes(rule.parent, rule.any_parent, "any_parent")
    if hasattr(rule, "pairs"):
        yield from here.column(rule.at, CODE, "at")
        yield from here.place.at("pairs").unknown("pairs", rule.pairs, here.round_.pairs)
        yield from _listed(rule.pairs, here, {"first": rule.given, "second": rule.at}, here.round_.pairs)
    if hasattr(rule, "expectations"):
        yield from here.column(rule.at, CODE, "at")
        yield from here.place.at("expectations").unknown("pairs", rule.expectations, here.round_.expectations)
        columns = {"given": rule.given, "grade": rule.grade, "entry": rule.at}
        yield from _listed(rule.expectations, here, columns, here.round_.expectations)


def _listed(file: str, here: _In, columns: Mapping[str, str], lists: Mapping[str, Iterable[Any]]) -> Iterator[Fault]:
    """Codes in a list of pairs that the columns' own lists lack, each once."""
    place = Place(f"codelists/{file}.csv")
    for field, column in columns.items():
        if here.is_code(column):
            codes = here.round_.codes_of(here.spec.by_key[column])
            yield from place.unknown(
                "code", dict.fromkeys(getattr(row, field) for row in lists.get(file, ())), codes.by_code, list=codes.key
            )


def _cross_rule(rule: Any, place: Place, round_: Round) -> Iterator[Fault]:
    large = getattr(rule, "large", rule.table)
    unknown = list(place.at("table").unknown("table", rule.table, round_.by_key))
    unknown += place.at("large").unknown("table", large, round_.by_key) if large != rule.table else ()
    yield from unknown
    if unknown:
        return
    small, other = _In(round_.by_key[rule.table], place, round_), _In(round_.by_key[large], place, round_)
    wrong = [*small.named(rule, _OF_TABLE), *(other.named(rule, _OF_LARGE) if hasattr(rule, "large") else ())]
    wrong += other.named(rule, {"measure": NUMBER})
    yield from wrong
    if not wrong:
        yield from chain(_same_lists(rule, small, other), _codes_of(rule, small), _together(rule, small))


def _same_lists(rule: Any, small: _In, large: _In) -> Iterator[Fault]:
    """Groups can be compared only where both tables count by the same lists."""
    for key in _names(rule, "by"):
        ours, theirs = small.spec.by_key[key].codes, large.spec.by_key[key].codes
        if ours != theirs:
            yield small.place.at("by").fault("other_list", name=key, ours=ours, theirs=theirs)


def _codes_of(rule: Any, here: _In) -> Iterator[Fault]:
    for field in ("code", "nil_code"):
        for code in _names(rule, field):
            wrong = list(here.column(rule.at, CODE, "at"))
            yield from wrong or here.codes(rule.at, code, field)


def _together(rule: Any, here: _In) -> Iterator[Fault]:
    """(column, attribute, value): the value is the code of an entry of the list that the attribute's values belong to."""
    if not getattr(rule, "together", None):
        return
    column, attribute, value = rule.together
    wrong = list(here.column(column, CODE, "together")) or list(here.attribute(column, attribute))
    yield from wrong
    if not wrong:
        known = f"{here.spec.by_key[column].codes}.{attribute}"
        place, declared = here.place.at("together"), here.round_.settings.attributes
        yield from place.unknown("declared_attribute", known, declared)
        if declared.get(known) in here.round_.codelists:
            codes = here.round_.codelists[declared[known]]
            yield from place.unknown("code", value, codes.by_code, list=codes.key)
