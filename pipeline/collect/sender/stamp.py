"""Read the stamp of an issued workbook, and the definition of the form that it was made from."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from pipeline.collect.formats.cells import shown
from pipeline.collect.formats.workbook import Workbook
from pipeline.model import Finding, Severity, Stamp
from pipeline.text.printed import NOTHING_KNOWN, Printed
from schemas.codelists import Codelist, Entry, fold
from schemas.columns import Column, Kind, TableSpec
from schemas.round.round import Round

PREFIX = "tonghop_"
"""Prefix of our custom document properties."""
MOST_NAMES = 100
"""How many rows of the hidden sheet are read."""
_DIGEST = re.compile(r"[0-9a-f]{16}")
"""A form's digest: it names a file, so nothing else may pass."""
_NAMES = tuple(field.name for field in fields(Stamp))


def stamps_of(workbook: Workbook, hidden: Mapping[str, str]) -> tuple[Stamp, ...]:
    """Return a workbook's stamps: from properties, then from the hidden sheet.

    Two different ones mean that sheets were copied into another workbook.
    """
    kept = {
        name.removeprefix(PREFIX): text
        for name, text in workbook.properties.items()
        if name.startswith(PREFIX)
    }
    return tuple(
        dict.fromkeys(stamp for stamp in (_stamp(kept), _stamp(hidden)) if stamp != Stamp())
    )


def hidden_names(workbook: Workbook, sheet: str) -> dict[str, str]:
    """Return the hidden sheet's values (column B) by name (column A)."""
    if sheet not in workbook.names:
        return {}
    grid = workbook.grid(sheet)
    names, texts = (grid.columns.get(column, {}) for column in ("A", "B"))
    rows = [row for row in grid.rows[:MOST_NAMES] if row in names and row in texts]
    return {
        shown(names[row]).strip().removeprefix(PREFIX): shown(texts[row]).strip() for row in rows
    }


def _stamp(texts: Mapping[str, str]) -> Stamp:
    return Stamp(**{name: texts.get(name, "") for name in _NAMES})


# --- the definition that a form was made from ----------------------------------------------------


@dataclass(frozen=True)
class Form:
    """How to read a workbook: the tables and code lists of its form, and the form's own texts.

    ``findings``: S04, if it isn't today's form.
    """

    tables: tuple[TableSpec, ...]
    codelists: Mapping[str, Codelist]
    findings: tuple[Finding, ...] = ()
    printed: Printed = NOTHING_KNOWN

    def table(self, key: str) -> TableSpec:
        """Return the table with this key."""
        return next(spec for spec in self.tables if spec.key == key)


def form_of(stamp: Stamp, round_: Round, definitions: Path) -> Form:
    """Return the form that a stamp names; today's, with a warning, if that isn't on file."""
    if stamp.digest in ("", round_.digest):
        return Form(round_.tables, round_.codelists)
    words = {"version": stamp.version, "digest": stamp.digest}
    known = _kept(definitions, stamp.digest)
    if known is None:
        return Form(
            round_.tables,
            round_.codelists,
            (Finding("S04", Severity.WARNING, "other_version", words),),
        )
    return replace(
        _by_all_names(known, round_),
        findings=(Finding("S04", Severity.NOTE, "older_version", words),),
    )


def _by_all_names(form: Form, round_: Round) -> Form:
    """Give an older form today's other names of its columns and entries, and today's new entries.

    What an official added counts for returns on hand. A word that the older form uses itself keeps
    that meaning.
    """
    other_names = {
        (spec.key, column.key, column.title): column.synonyms
        for spec in round_.tables
        for column in spec.columns
    }

    def of_column(spec: TableSpec, column: Column) -> Column:
        place = (spec.key, column.key, column.title)
        return replace(column, synonyms=other_names.get(place, column.synonyms))

    tables = (
        replace(spec, columns=tuple(of_column(spec, column) for column in spec.columns))
        for spec in form.tables
    )
    lists = {
        key: _by_all_names_of_entries(codes, round_.codelists[key])
        for key, codes in form.codelists.items()
        if key in round_.codelists
    }
    return Form(tuple(tables), {**form.codelists, **lists})


def _by_all_names_of_entries(older: Codelist, today: Codelist) -> Codelist:
    def of_entry(entry: Entry) -> Entry:
        now = today.by_code.get(entry.code)
        if now is None or now.name != entry.name:
            return entry
        short = entry.short or now.short
        return replace(entry, aliases=now.aliases, ambiguous=now.ambiguous, short=short)

    older = replace(older, entries=tuple(map(of_entry, older.entries)))
    return replace(older, entries=(*older.entries, *_later(older, today)))


def _later(older: Codelist, today: Codelist) -> Iterator[Entry]:
    """Yield the entries declared since, with those names that meant nothing before."""
    words = {
        fold(word)
        for entry in older.entries
        for word in (*entry.exact, entry.code, *entry.aliases, *entry.ambiguous)
    }
    for entry in today.entries:
        if entry.code not in older.by_code and fold(entry.name) not in words:
            yield replace(
                entry,
                aliases=tuple(word for word in entry.aliases if fold(word) not in words),
                ambiguous=(),
            )


def _kept(definitions: Path, digest: str) -> Form | None:
    """Return the form filed under a digest; None if there is no such file or it was altered."""
    if not _DIGEST.fullmatch(digest):
        return None
    try:
        data = json.loads((definitions / f"{digest}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    plain = json.dumps(data, ensure_ascii=False, sort_keys=True)
    if hashlib.sha256(plain.encode()).hexdigest()[:16] != digest:
        return None
    codelists = {
        key: Codelist(key, tuple(_entry(entry) for entry in entries))
        for key, entries in data["codelists"].items()
    }
    return Form(tuple(_table(table) for table in data["tables"]), codelists)


def _table(data: dict[str, Any]) -> TableSpec:
    columns = tuple(
        Column(**{**column, "kind": Kind(column["kind"]), "synonyms": tuple(column["synonyms"])})
        for column in data["columns"]
    )
    return TableSpec(**{**data, "note": "", "columns": columns})


def _entry(data: list[Any]) -> Entry:
    code, name, aliases, ambiguous, _, _, *short = data
    return Entry(code, name, tuple(aliases), tuple(ambiguous), short="".join(short))
