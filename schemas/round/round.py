"""A round: its dispatch, window, deadline, agencies, tables, code lists and rules."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from schemas.codelists import Codelist, Entry, Expectation, Pair
from schemas.columns import Column, TableSpec
from schemas.round.outline import NO_OUTLINE, Outline
from schemas.round.settings import RulePolicy, RuleState, Settings, Sheets
from schemas.round.waivers import DeclaredWaiver
from schemas.rules.base import CrossRule, RowRule
from schemas.rules.catalogue import catalogue
from schemas.words import Language, ui


@dataclass(frozen=True)
class Agency:
    """Who must report. ``own_locality``: the only locality that it may report; blank: any."""

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
    """One collection round, as its folder declares it.

    Compared and hashed by identity, so that schemas made from a round can be cached by it.
    """

    key: str
    folder: Path
    settings: Settings
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
    """By agency, the titles that an operator confirmed (``map``), and their ``table.column``."""
    waivers: tuple[DeclaredWaiver, ...] = ()
    """Rules that don't bind an agency, or bind it with another severity."""
    outline: Outline = NO_OUTLINE
    """The report of the round; empty if there is none."""
    declared: Round | None = None
    """In a round in another language, the round as declared: returns are read by its form."""
    spoken: Language | None = None
    """In a round in another language, that language."""

    @property
    def name(self) -> str:
        """The round's full name."""
        return self.settings.name

    @cached_property
    def language(self) -> Language:
        """The language of forms, letters and periods, with the round's own sentences."""
        return language_of(self.folder, self.settings)

    @property
    def lang(self) -> Language:
        """The language in which figures and summaries of this round are worded."""
        return self.spoken or self.language

    def say(self, key: str, **words: object) -> str:
        """A sentence of the catalogue in the round's ``lang``, as :func:`schemas.words.ui`."""
        return ui(key, self.lang, **words)

    def worded_in(self, lang: str) -> Round:
        """The round with the catalogue's sentences in another language; its own names stay."""
        if lang == self.lang:
            return self
        return replace(self, spoken=self.speaking(lang), declared=self.declared or self)

    def speaking(self, lang: str) -> Language:
        """A language in which the round's ``messages/<language>`` goes before the program's."""
        return Language(lang, self.folder / "messages" / lang)

    @property
    def start(self) -> dt.date:
        """First day of the reporting window."""
        return self.settings.window.start

    @property
    def end(self) -> dt.date:
        """Last day of the reporting window."""
        return self.settings.window.end

    @property
    def deadline(self) -> dt.date:
        """First day on which a return is late."""
        return self.settings.window.deadline

    @property
    def timezone(self) -> dt.timezone:
        """The time zone that decides on which day a return arrived."""
        return dt.timezone(dt.timedelta(hours=self.settings.window.utc_offset))

    @property
    def sheets(self) -> Sheets:
        """Names of the sheets other than tables."""
        return self.settings.sheets

    @property
    def password(self) -> str:
        """The password with which agencies may lock their returns; blank if none was agreed."""
        return self.settings.collect.password

    @property
    def invented(self) -> bool:
        """Whether the round's data is invented unless said otherwise."""
        return self.settings.invented

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
        """Last of the window's doubtful first days (V05); if none, the day before the window."""
        return self.settings.window.opening or self.start - dt.timedelta(days=1)

    @cached_property
    def own_localities(self) -> Mapping[str, str]:
        """By agency code, the only locality that it may report; blank if it may report any."""
        return {agency.code: agency.own_locality for agency in self.agencies}

    def attribute_list(self, codes: str, attribute: str) -> Codelist:
        """The code list whose codes are the values of a further column of list ``codes``."""
        return self.codelists[self.settings.attributes[f"{codes}.{attribute}"]]

    @property
    def row_rules(self) -> tuple[RowRule, ...]:
        """The row rules of all tables, in sheet order."""
        return tuple(rule for spec in self.tables for rule in self.rules[spec.key])

    @cached_property
    def rule_ids(self) -> tuple[str, ...]:
        """The ids of all rules, sorted."""
        return tuple(dict.fromkeys(rule.id for rule in catalogue(self)))

    def heading_of(self, place: str) -> str:
        """Sheet and title of ``table.column``; unchanged if the form has no such column."""
        table, _, key = place.partition(".")
        spec = self.by_key.get(table)
        return f"{spec.sheet}.{spec.by_key[key].title}" if spec and key in spec.by_key else place

    def uses(self, rule: str) -> bool:
        """Whether findings of a rule are reported in this round."""
        return self.state_of(rule) not in (RuleState.DRAFT, RuleState.RETIRED)

    def state_of(self, rule: str) -> RuleState:
        """The state of a rule by ``[rules.ID]`` of ``round.toml``; enforced by default."""
        return self._policy_of(rule).state

    def severity_of(self, rule: str) -> str:
        """The severity that ``round.toml`` gives a rule's errors and warnings; blank for none."""
        return self._policy_of(rule).severity

    def _policy_of(self, rule: str) -> RulePolicy:
        return self.settings.rules.get(rule, RulePolicy())

    @cached_property
    def policy(self) -> str:
        """Short SHA-256 of all that decides findings beside the form.

        If it changes, returns are judged again.
        """
        if self.declared is not None:
            return self.declared.policy
        settings = self.settings
        said: list[Any] = [
            self.rules,
            self.cross_rules,
            self.pairs,
            self.expectations,
            self.waivers,
        ]
        said += [
            settings.rules,
            settings.window,
            settings.across,
            settings.attributes,
            self.own_localities,
        ]
        said += [
            (key, [(entry.code, entry.extra) for entry in codes.entries])
            for key, codes in self.codelists.items()
        ]
        return hashlib.sha256(repr(said).encode()).hexdigest()[:8]

    def codes_of(self, column: Column) -> Codelist:
        """The code list of a code column."""
        return self.codelists[column.codes]

    def unit_of(self, spec: TableSpec, column: Column, row: Mapping[str, Any]) -> str:
        """The unit in which a row counts a column: rows of collectives may have their own."""
        apart = self.settings.figures.collectives
        if (
            apart is None
            or not apart.unit
            or not spec.has(apart.column)
            or row[apart.column] != apart.code
        ):
            return column.unit
        return apart.unit if apart.of([column.key]) else column.unit

    @property
    def version(self) -> str:
        """The form's version, as its publisher numbers it."""
        return self.settings.version

    @cached_property
    def definition(self) -> dict[str, Any]:
        """All of the form that reading depends on, as plain data: sheets, columns, code lists."""
        if self.declared is not None:
            return self.declared.definition
        return {
            "round": self.key,
            "version": self.version,
            "tables": [_table_data(spec) for spec in self.tables],
            "codelists": {
                key: [_entry_data(entry) for entry in codes.entries]
                for key, codes in sorted(self.codelists.items())
            },
        }

    @cached_property
    def digest(self) -> str:
        """Short SHA-256 of the definition. Forms with the same digest are read alike."""
        data = json.dumps(self.definition, ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(data.encode()).hexdigest()[:16]


def language_of(folder: Path, settings: Settings) -> Language:
    """The language that ``round.toml`` declares (``language``); Vietnamese by default."""
    return Language(settings.language, folder / "messages" / settings.language)


def _table_data(spec: TableSpec) -> dict[str, Any]:
    plain = {
        name: getattr(spec, name)
        for name in ("key", "sheet", "title", "essential", "evidence", "is_form", "prepared")
    }
    return {**plain, "columns": [asdict(column) for column in spec.columns]}


def _entry_data(entry: Entry) -> list[Any]:
    # only if there is one: the digests of older forms must not change
    short = (entry.short,) if entry.short else ()
    return [
        entry.code,
        entry.name,
        entry.aliases,
        entry.ambiguous,
        entry.valid_from,
        entry.valid_to,
        *short,
    ]
