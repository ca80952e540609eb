"""What ``outline.toml`` names: items, tables, columns, dimensions and measures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.columns import Kind, TableSpec
from schemas.round.checks.figures import Known
from schemas.round.checks.rules import attributes
from schemas.round.faults import Fault, Place
from schemas.round.outline import Asked, TextSource
from schemas.round.round import Round

FILE = "outline.toml"
_DOCUMENT = re.compile(r"[\w .\-]+\.docx")


def of_outline(round_: Round) -> Iterator[Fault]:
    """Faults of the outline's items, of the texts that belong to them, of the report."""
    known, items = Known(round_), [item.code for item in round_.outline.items]
    repeated = dict.fromkeys(code for code in items if items.count(code) > 1)
    yield from (Place(FILE).at("items").fault("repeated_item", name=code) for code in repeated)
    for number, source in enumerate(round_.outline.texts, 1):
        yield from _text(source, Place(FILE).at(f"texts.{number}"), known, items)
    yield from _report(known, items)


def _text(source: TextSource, place: Place, known: Known, items: list[str]) -> Iterator[Fault]:
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
    if source.item:
        yield from place.at("item").unknown("item", source.item, items)
    else:
        yield from place.at("column").unknown("code_column", source.column, codes, table=spec.key)
        yield from _attribute(source, spec, place, known.round_)


def _attribute(source: TextSource, spec: TableSpec, place: Place, round_: Round) -> Iterator[Fault]:
    if source.attribute and source.column in [column.key for column in spec.code_columns]:
        codes = round_.codes_of(spec.by_key[source.column])
        yield from place.at("attribute").unknown("attribute", source.attribute, attributes(codes.entries), list=codes.key)


def _report(known: Known, items: list[str]) -> Iterator[Fault]:
    report, place = known.round_.outline.report, Place(FILE).at("report")
    if report is None:
        return
    if not _DOCUMENT.fullmatch(report.file):
        yield place.at("file").fault("bad_file_name", name=report.file, ending=".docx")
    for number, section in enumerate(report.sections, 1):
        yield from place.at("sections", number).unknown("item", section.items, items)
    for number, asked in enumerate(report.figures, 1):
        yield from _figures(asked, place.at("figures", number), known, items)


def _figures(asked: Asked, place: Place, known: Known, items: list[str]) -> Iterator[Fault]:
    yield from place.at("item").unknown("item", asked.item, items)
    yield from place.at("table").unknown("table", asked.table, known.tables)
    if asked.table in known.tables:
        yield from place.at("by").unknown("dimension", asked.by, known.dimensions(asked.table))
        shown = [*known.sums(asked.table), *known.rates(asked.table)]
        yield from place.at("measures").unknown("measure", asked.measures, shown, table=asked.table)
