"""A round in the words of another language: the names of its tables, columns, codes and summaries, as far as it declares any.

The words stand in ``words_<language>.toml`` of the round's folder. What has none keeps its own name; names of sheets always do,
for they are those of the files received.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from schemas.codelists import Codelist, Entry
from schemas.columns import Column, TableSpec
from schemas.round.round import Round

Words = Mapping[str, Any]


def in_language(round_: Round, lang: str) -> Round:
    """The round in a language; the very round where it declares no words of it."""
    path = round_.folder / f"words_{lang}.toml"
    if not path.is_file():
        return round_
    words = tomllib.loads(path.read_text(encoding="utf-8"))
    found = replace(
        round_,
        settings=_settings(round_.settings, words),
        tables=tuple(_table(spec, words) for spec in round_.tables),
        codelists={key: _codes(codes, words.get("codes", {}).get(key, {})) for key, codes in round_.codelists.items()},
    )
    # what is worked out once and kept: the form is still the one that was declared, and the report has words of its own
    vars(found).update(digest=round_.digest, definition=round_.definition, policy=round_.policy, outline=_outline(round_.outline, words))
    return found


def _settings(settings: Words, words: Words) -> Words:
    titles = words.get("summaries", {})
    summaries = [{**each, "title": titles.get(each["dimension"], each["title"])} for each in settings.get("summaries", ())]
    dimensions = {**settings.get("dimension_titles", {}), **words.get("dimension_titles", {})}
    return {**settings, **words.get("round", {}), "summaries": summaries, "dimension_titles": dimensions}


def _table(spec: TableSpec, words: Words) -> TableSpec:
    columns = tuple(_column(column, spec.key, words) for column in spec.columns)
    return replace(spec, title=words.get("tables", {}).get(spec.key, spec.title), columns=columns)


def _column(column: Column, table: str, words: Words) -> Column:
    def word(kind: str, otherwise: str) -> str:
        said = words.get(kind, {})
        return str(said.get(f"{table}.{column.key}", said.get(column.key, otherwise)))

    unit = words.get("units", {}).get(column.unit, column.unit)
    return replace(column, title=word("columns", column.title), help=word("help", ""), unit=unit)


def _codes(codes: Codelist, names: Mapping[str, str]) -> Codelist:
    return Codelist(codes.key, tuple(_entry(entry, names[entry.code]) if entry.code in names else entry for entry in codes.entries))


def _entry(entry: Entry, name: str) -> Entry:
    """An entry by another name; a heading in the old language goes, one that is declared to be none stays."""
    return replace(entry, name=name, extra={key: value for key, value in entry.extra.items() if key != "heading" or not value})


def _outline(outline: Words, words: Words) -> Words:
    said = dict(words.get("report", {}))
    if "report" not in outline or not said:
        return outline
    report = outline["report"]
    headings = said.pop("sections", [each["heading"] for each in report["sections"]])
    sections = [{**each, "heading": heading} for each, heading in zip(report["sections"], headings, strict=True)]
    return {**outline, "report": {**report, **said, "sections": sections}}
