"""A round: its dispatch, window, deadline, agencies, tables, code lists and rules, loaded from one folder."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

from schemas.codelists import Codelist, Entry, Expectation, Pair
from schemas.columns import Column, TableSpec
from schemas.rules.base import CrossRule, RowRule
from schemas.rules.catalogue import catalogue
from schemas.words import Language


class RuleState(StrEnum):
    """Whether a rule is in use."""

    DRAFT = "draft"
    BETA = "beta"
    """Tried out: what it finds is a note only."""
    ENFORCED = "enforced"
    RETIRED = "retired"


@dataclass(frozen=True)
class Agency:
    """Who must report. ``own_locality`` is the only locality it may report, or blank where it may report any."""

    code: str
    name: str
    short_name: str
    group: str
    locality: str
    own_locality: str
    in_scope: bool
    aliases: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Round:
    """One collection round, as its folder declares it. ``settings`` is ``round.toml`` as read.

    Rounds are told apart as objects, so that what is made from one (schemas) can be kept by it.
    """

    key: str
    folder: Path
    settings: Mapping[str, Any]
    tables: tuple[TableSpec, ...]
    rules: Mapping[str, tuple[RowRule, ...]]
    """The rules of rows, by table."""
    cross_rules: tuple[CrossRule, ...]
    codelists: Mapping[str, Codelist]
    pairs: Mapping[str, tuple[Pair, ...]]
    expectations: Mapping[str, tuple[Expectation, ...]]
    agencies: tuple[Agency, ...]
    """All known agencies, those out of scope too."""
    mappings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By agency, titles in its workbooks that an operator confirmed, with ``table.column`` that they stand for."""
    waivers: tuple[Mapping[str, Any], ...] = ()
    """``waivers.toml``: rules that don't bind an agency, or as a ``severity`` (agency, rule, reason, approver, decided, until)."""

    @property
    def name(self) -> str:
        """The round's full name."""
        return str(self.settings["name"])

    @property
    def language(self) -> Language:
        """The language of the round's forms, letters and periods, in its own words."""
        return language_of(self.folder, self.settings)

    def speaking(self, lang: str) -> Language:
        """A language as this round speaks it: its folder ``messages/<language>`` goes before the program's words."""
        return Language(lang, self.folder / "messages" / lang)

    @property
    def start(self) -> dt.date:
        """First day of the reporting window."""
        return self.settings["window"]["start"]  # type: ignore[no-any-return]

    @property
    def end(self) -> dt.date:
        """Last day of the reporting window."""
        return self.settings["window"]["end"]  # type: ignore[no-any-return]

    @property
    def deadline(self) -> dt.date:
        """First day on which a return is late."""
        return self.settings["window"]["deadline"]  # type: ignore[no-any-return]

    @property
    def timezone(self) -> dt.timezone:
        """The clock that decides on which day a return arrived."""
        return dt.timezone(dt.timedelta(hours=self.settings["window"]["utc_offset"]))

    @property
    def sheets(self) -> Mapping[str, str]:
        """Names of the sheets that are no tables: instructions, selfcheck, lists, meta, helpers, feedback."""
        return self.settings["sheets"]  # type: ignore[no-any-return]

    @property
    def password(self) -> str:
        """The password that agencies were told to lock their returns with; blank where there is none."""
        return str(self.settings.get("collect", {}).get("password", ""))

    @property
    def invented(self) -> bool:
        """Whether a round's data is invented unless told otherwise."""
        return bool(self.settings.get("invented", False))

    @cached_property
    def by_key(self) -> Mapping[str, TableSpec]:
        """Tables by key."""
        return {spec.key: spec for spec in self.tables}

    @property
    def info(self) -> TableSpec:
        """The label-value sheet that says who reports."""
        return next(spec for spec in self.tables if spec.is_form)

    @property
    def row_tables(self) -> tuple[TableSpec, ...]:
        """The tables of rows, in sheet order."""
        return tuple(spec for spec in self.tables if not spec.is_form)

    @cached_property
    def in_scope(self) -> tuple[Agency, ...]:
        """The agencies that must report, in the list's order."""
        return tuple(agency for agency in self.agencies if agency.in_scope)

    @cached_property
    def by_agency(self) -> Mapping[str, Agency]:
        """All known agencies by code."""
        return {agency.code: agency for agency in self.agencies}

    @property
    def opening(self) -> dt.date:
        """The last of the window's first days, which deserve a second look; the day before the window where it has none."""
        return self.settings["window"].get("opening", self.start - dt.timedelta(days=1))  # type: ignore[no-any-return]

    @cached_property
    def own_localities(self) -> Mapping[str, str]:
        """The only locality that an agency may report, by the agency's code; blank where it may report any."""
        return {agency.code: agency.own_locality for agency in self.agencies}

    def attribute_list(self, codes: str, attribute: str) -> Codelist:
        """The code list to which the values of a code list's further column belong."""
        return self.codelists[self.settings["attributes"][f"{codes}.{attribute}"]]

    @property
    def row_rules(self) -> tuple[RowRule, ...]:
        """The row rules of all tables, in sheet order."""
        return tuple(rule for spec in self.tables for rule in self.rules[spec.key])

    @cached_property
    def rule_ids(self) -> tuple[str, ...]:
        """The ids of all rules, sorted."""
        return tuple(dict.fromkeys(rule.id for rule in catalogue(self)))

    def state_of(self, rule: str) -> RuleState:
        """The state of a rule, as ``[rules.ID]`` of ``round.toml`` says; enforced where it is silent."""
        return RuleState(self._said_of(rule).get("state", RuleState.ENFORCED))

    def severity_of(self, rule: str) -> str:
        """The severity that the round's data gives a rule's errors and warnings, or nothing."""
        return str(self._said_of(rule).get("severity", ""))

    def _said_of(self, rule: str) -> Mapping[str, Any]:
        return self.settings.get("rules", {}).get(rule, {})  # type: ignore[no-any-return]

    @cached_property
    def policy(self) -> str:
        """Short SHA-256 of all that decides on findings beside the form: a change has returns judged again."""
        said = [self.settings.get("rules", {}), self.waivers, self.pairs, self.expectations]
        return hashlib.sha256(repr(said).encode()).hexdigest()[:8]

    def codes_of(self, column: Column) -> Codelist:
        """The code list of a code column."""
        return self.codelists[column.codes]

    @cached_property
    def outline(self) -> Mapping[str, Any]:
        """The report that the round is for: its items, what is written under each, how it is laid out; empty where there is none."""
        return read_toml(self.folder / "outline.toml")

    @cached_property
    def version(self) -> str:
        """The form's version, as its publisher counts."""
        return str(self.settings["version"])

    @cached_property
    def definition(self) -> dict[str, Any]:
        """What a reader must know of the form, as plain data: sheets, columns and code lists."""
        return {
            "round": self.key,
            "version": self.version,
            "tables": [_table_data(spec) for spec in self.tables],
            "codelists": {key: [_entry_data(entry) for entry in codes.entries] for key, codes in sorted(self.codelists.items())},
        }

    @cached_property
    def digest(self) -> str:
        """Short SHA-256 of the definition: two forms with one digest are read alike."""
        data = json.dumps(self.definition, ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(data.encode()).hexdigest()[:16]


def language_of(folder: Path, settings: Mapping[str, Any]) -> Language:
    """The language that a round declares (``language`` in ``round.toml``), Vietnamese where it declares none."""
    lang = str(settings.get("language", "vi"))
    return Language(lang, folder / "messages" / lang)


def _table_data(spec: TableSpec) -> dict[str, Any]:
    plain = {name: getattr(spec, name) for name in ("key", "sheet", "title", "essential", "evidence", "is_form", "prepared")}
    return {**plain, "columns": [asdict(column) for column in spec.columns]}


def _entry_data(entry: Entry) -> list[Any]:
    return [entry.code, entry.name, entry.aliases, entry.ambiguous, entry.valid_from, entry.valid_to]


def read_toml(path: Path) -> Mapping[str, Any]:
    """A TOML file; empty where there is none."""
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
