"""Checks the names in ``outline.toml``: items, tables, columns, dimensions and measures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.columns import Kind, TableSpec
from schemas.round.checks.figures import FigureNames
from schemas.round.checks.rules import attributes
from schemas.round.faults import Fault, KeyPath
from schemas.round.outline import (
    GAP,
    PLAIN_GAPS,
    SHARE,
    STATES,
    TERMS,
    DeclaredBrief,
    DeclaredFigures,
    DeclaredReport,
    Mentions,
    TextSource,
)
from schemas.round.round import Round
from schemas.round.settings import BRIEF_FILE

FILE = "outline.toml"
_DOCUMENT = re.compile(r"[\w .\-]+\.docx")


def of_outline(round_: Round) -> Iterator[Fault]:
    """Yield the faults of the outline's items, their texts, and the report."""
    known, items = FigureNames(round_), [item.code for item in round_.outline.items]
    repeated = dict.fromkeys(code for code in items if items.count(code) > 1)
    yield from (KeyPath(FILE).at("items").fault("repeated_item", name=code) for code in repeated)
    for number, source in enumerate(round_.outline.texts, 1):
        yield from _text(source, KeyPath(FILE).at(f"texts.{number}"), known, items)
    yield from _report(known, items)
    yield from _brief(round_.outline.brief, KeyPath(FILE).at("brief"), known)


def _text(
    source: TextSource, place: KeyPath, known: FigureNames, items: list[str]
) -> Iterator[Fault]:
    wrong = list(place.at("table").unknown("table", source.table, known.tables))
    yield from wrong
    if wrong:
        return
    spec = known.tables[source.table]
    texts = [column.key for column in spec.columns if column.kind is Kind.TEXT]
    codes = [column.key for column in spec.code_columns]
    yield from place.at("text").unknown("column", source.text, texts, table=spec.key)
    yield from place.at("more").unknown("column", source.more, spec.keys, table=spec.key)
    if source.group:
        yield from place.at("group").unknown("code_column", source.group, codes, table=spec.key)
    if source.average:
        numbers = [column.key for column in spec.columns if column.is_number]
        yield from place.at("average").unknown("measure", source.average, numbers, table=spec.key)
    if source.group in codes:
        entries = known.round_.codes_of(spec.by_key[source.group])
        yield from place.at("proposed").unknown(
            "code", source.proposed, entries.by_code, list=entries.key
        )
    if source.item:
        yield from place.at("item").unknown("item", source.item, items)
    else:
        yield from place.at("column").unknown("code_column", source.column, codes, table=spec.key)
        yield from _attribute(source, spec, place, known.round_)


def _attribute(
    source: TextSource, spec: TableSpec, place: KeyPath, round_: Round
) -> Iterator[Fault]:
    if source.attribute and source.column in [column.key for column in spec.code_columns]:
        codes = round_.codes_of(spec.by_key[source.column])
        yield from place.at("attribute").unknown(
            "attribute", source.attribute, attributes(codes.entries), list=codes.key
        )


def _report(known: FigureNames, items: list[str]) -> Iterator[Fault]:
    report, place = known.round_.outline.report, KeyPath(FILE).at("report")
    if report is None:
        return
    if report.file.casefold() == BRIEF_FILE:
        yield place.at("file").fault("repeated_file", name=report.file)
    if not _DOCUMENT.fullmatch(report.file):
        yield place.at("file").fault("bad_file_name", name=report.file, ending=".docx")
    for number, section in enumerate(report.sections, 1):
        yield from place.at("sections", number).unknown("item", section.items, items)
    yield from _parts(report, place, known)
    for number, asked in enumerate(report.figures, 1):
        yield from _figures(asked, report, place.at("figures", number), known)
        yield from place.at("figures", number, "item").unknown("item", asked.item, items)


def _parts(report: DeclaredReport, place: KeyPath, known: FigureNames) -> Iterator[Fault]:
    """Yield the faults of parts of rows and of what is settled, which sentences name."""
    codes = {
        column.key: known.round_.codes_of(column)
        for spec in known.tables.values()
        for column in spec.code_columns
    }
    for name, part in report.parts.items():
        yield from place.at("parts", name, "column").unknown("any_measure", part.column, codes)
        if part.column in codes:
            entries = codes[part.column]
            yield from place.at("parts", name, "attribute").unknown(
                "attribute", part.attribute, attributes(entries.entries), list=entries.key
            )
    for name, settled in report.settled.items():
        at = place.at("settled", name)
        yield from at.at("table").unknown("table", settled.table, known.tables)
        if settled.table in known.tables:
            sums = [column.key for column in known.tables[settled.table].measures]
            yield from at.unknown(
                "measure", (settled.measure, settled.part, settled.whole), sums, table=settled.table
            )


def _figures(
    asked: DeclaredFigures, report: DeclaredReport, place: KeyPath, known: FigureNames
) -> Iterator[Fault]:
    yield from place.at("table").unknown("table", asked.table, known.tables)
    if asked.table not in known.tables:
        return
    dimensions = known.dimensions(asked.table)
    yield from place.at("by").unknown("dimension", asked.by, dimensions)
    yield from place.at("across").unknown(
        "dimension", [asked.across] if asked.across else [], dimensions
    )
    yield from place.at("part").unknown(
        "gap", [asked.part] if asked.part else [], list(report.parts)
    )
    shown = [*known.sums(asked.table), *known.rates(asked.table)]
    yield from place.at("measures").unknown("measure", asked.measures, shown, table=asked.table)
    gaps = _gaps(asked.table, report, known)
    for number, sentence in enumerate(asked.says, 1):
        yield from place.at("says", number).unknown("gap", GAP.findall(sentence), gaps)


def _gaps(table: str, report: DeclaredReport | None, known: FigureNames) -> list[str]:
    """List the gaps that figures of a table can fill."""
    sums = known.sums(table)
    named, told = (report.parts, report.settled) if report else ({}, {})
    parts = [f"{part}.{key}" for part in named for key in sums]
    states = [
        f"{name}.{state}"
        for name, settled in told.items()
        if settled.table == table
        for state in STATES
    ]
    shares = [f"{name}.{SHARE}" for name in (*parts, *states)]
    terms = [f"{rate}.{TERMS}" for rate in known.rates(table)]
    return [*PLAIN_GAPS, *sums, *known.rates(table), *terms, *parts, *states, *shares]


def _brief(brief: DeclaredBrief, place: KeyPath, known: FigureNames) -> Iterator[Fault]:
    table = known.round_.settings.figures.default_table
    if table not in known.tables:
        return
    dimensions, gaps = known.dimensions(table), _gaps(table, known.round_.outline.report, known)
    for number, sentence in enumerate(brief.says, 1):
        yield from place.at("says", number).unknown("gap", GAP.findall(sentence), gaps)
    for number, ranked in enumerate(brief.ranked, 1):
        yield from place.at("ranked", number, "by").unknown("dimension", ranked.by, dimensions)
    for number, named in enumerate(brief.named, 1):
        yield from _named(named, place.at("named", number), known)
    done = brief.done
    if done is None:
        return
    yield from place.at("done", "table").unknown("table", done.table, known.tables)
    if done.table in known.tables:
        yield from place.at("done").unknown(
            "measure", (done.whole, *done.parts), known.sums(done.table), table=done.table
        )
        yield from place.at("done", "by").unknown(
            "dimension", [done.by] if done.by else [], known.dimensions(done.table)
        )


def _named(named: Mentions, place: KeyPath, known: FigureNames) -> Iterator[Fault]:
    yield from place.at("table").unknown("table", named.table, known.tables)
    if named.table not in known.tables:
        return
    yield from place.at("by").unknown("dimension", named.by, known.dimensions(named.table))
    codes = {
        column.key: known.round_.codes_of(column)
        for column in known.tables[named.table].code_columns
    }
    for key, code in named.where.items():
        yield from place.at("where").unknown("code_column", key, codes, table=named.table)
        if key in codes:
            yield from place.at("where", key).unknown(
                "code", code, codes[key].by_code, list=codes[key].key
            )
