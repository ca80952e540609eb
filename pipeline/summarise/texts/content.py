"""The compendium: everything agencies wrote, by outline item and group, said once with all who say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from pipeline.model import ASIDE_KINDS
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.dimensions import AGENCY_GROUP, dimension
from pipeline.summarise.sheets.lists import Field, list_sheet
from pipeline.summarise.sheets.repeated import Repeated
from pipeline.summarise.sheets.sheet import Book
from pipeline.summarise.texts.passages import OUTLINE, Count, Passages
from pipeline.summarise.texts.pieces import pieces
from pipeline.summarise.workbook.rows import MOST_ROWS
from schemas.columns import Column, Kind
from schemas.words import ui

TEXT_WIDTH = 90.0
"""Characters across the column of texts."""
MOST_NAMED = 100
"""Agencies that a cell names; more are counted there and listed in the sheet of all texts."""
MOST_SHOWN = 10_000
"""Characters of a cell outside the form that are shown; the archived file has them all."""
_KINDS = {Kind.COUNT: "whole", Kind.DECIMAL: "decimal", Kind.DATE: "date"}


def content_book(consolidation: Consolidation, found: Sequence[Passages], lang: str) -> bytes:
    """The workbook: counts by item and group, a sheet a source with near-duplicates folded, and every text with its place."""
    book = Book(consolidation, ui("content.title", lang), lang)
    words = Words(book)
    _count_sheet(words, found)
    for each in found:
        _folded_sheet(words, each)
    if len(consolidation.aside):
        _aside_sheet(words, consolidation.aside)
    _every_sheet(words, found)
    return book.content()


@dataclass(frozen=True)
class Words:
    """The book, and what its codes are called."""

    book: Book

    def __call__(self, key: str, **words: object) -> str:
        return ui(f"content.{key}", self.book.lang, **words)

    @cached_property
    def items(self) -> dict[str, str]:
        """Names of outline items by code, in order."""
        lists = self.book.consolidation.round_.codelists
        return {entry.code: entry.name for entry in lists[OUTLINE].entries} if OUTLINE in lists else {}

    @cached_property
    def agencies(self) -> dict[str, str]:
        """Short names of agencies by code."""
        return {code: agency.short_name or agency.name for code, agency in self.book.consolidation.round_.by_agency.items()}

    @cached_property
    def groups(self) -> dict[str, str]:
        """The name of its group by agency code."""
        round_ = self.book.consolidation.round_
        by = dimension(round_, round_.row_tables[0], AGENCY_GROUP, self.book.lang)
        names = dict(zip(by.codes, by.names, strict=True))
        return {code: names.get(agency.group, "") for code, agency in round_.by_agency.items()}

    def kind_of_aside(self, title: str) -> str:
        """The heading over a text outside the form; in words what kind of text it is where it has none."""
        return self(f"aside_kinds.{title[1:-1]}") if title in ASIDE_KINDS else title

    def named(self, codes: Sequence[str]) -> str:
        """Agencies by short name, not more than a cell can show."""
        names = "; ".join(self.agencies.get(code, code) for code in codes[:MOST_NAMED])
        return names if len(codes) <= MOST_NAMED else self("and_others", names=names, count=len(codes) - MOST_NAMED)


# --- counts ----------------------------------------------------------------------------------------


def _count_sheet(say: Words, found: Sequence[Passages]) -> None:
    """How many texts each group of each item has, how many different ones, of how many agencies."""
    counts = [(each, each.counts) for each in found]
    rows = [row for item in (*say.items, "") for row in _counts(say, item, counts)]
    heads = ("item", "kind", "group", "texts", "different", "agencies")
    kinds = ("plain", "plain", "plain", "whole", "whole", "whole")
    columns = list(zip(*rows, strict=True)) or [()] * len(heads)
    fields = [Field(say(head), values, kind, 74) for head, values, kind in zip(heads, columns, kinds, strict=True)]
    list_sheet(say.book, say("sheets.counts"), say("title"), fields, legend=say("legend"), fixed=1)


def _counts(say: Words, item: str, counts: Sequence[tuple[Passages, Mapping[tuple[str, str], Count]]]) -> list[tuple[Any, ...]]:
    """One row a source and group; one that says that nobody wrote anything where nobody did."""
    name = say.items.get(item, say.book.say("blank"))
    rows = [
        (name, _kind(each), group or None, count.texts, count.different, count.agencies)
        for each, by_group in counts
        for (own, group), count in by_group.items()
        if own == item
    ]
    return rows or ([(name, None, None, 0, 0, 0)] if item else [])


def _kind(each: Passages) -> str:
    return f"{each.spec.sheet}: {each.spec.by_key[each.source.text].title}"


# --- texts -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cut:
    """Rows of texts, one row a piece that fits: ``rows`` repeats all else, so that filters keep a text together."""

    rows: pd.DataFrame
    texts: Sequence[str]
    parts: Sequence[str | None]
    """"2/3" for the second of three pieces, nothing for a text that fits."""

    @classmethod
    def of(cls, rows: pd.DataFrame) -> Cut:
        """Cut the texts of a frame; of one with more than a sheet should hold, none."""
        if len(rows) > MOST_ROWS:
            return cls(rows, (), ())
        cut = Repeated.of_frame(rows["text"], lambda text: pieces(text, TEXT_WIDTH))
        places = [at for at, found in enumerate(cut) for _ in found]
        parts = [f"{n}/{len(found)}" if len(found) > 1 else None for found in cut for n in range(1, len(found) + 1)]
        return cls(rows.iloc[places], [piece for found in cut for piece in found], parts)

    def fields(self, say: Words, title: str) -> Iterator[Field]:
        """The texts and, where any is cut, which part it is."""
        yield Field(title, self.texts, widest=TEXT_WIDTH)
        if any(self.parts):
            yield Field(say("part"), self.parts)


def _folded_sheet(say: Words, each: Passages) -> None:
    """The texts of one source, each family once, the most shared first within a group."""
    spec, source = each.spec, each.source
    title = say("folded_title", title=spec.title, column=spec.by_key[source.text].title.upper())
    cut = Cut.of(each.folded)
    if _too_many(say, len(cut.rows), spec.sheet, title, f"{spec.key}.parquet"):
        return
    rows, who = cut.rows, Repeated.of(cut.rows["agencies"].tolist())
    fields = [
        Field(say("item"), Repeated.of_frame(rows["item"], say.items.get), widest=26),
        *([Field(spec.by_key[source.group].title, Repeated.of_frame(rows["group"]), widest=26)] if source.group else []),
        *cut.fields(say, spec.by_key[source.text].title),
        Field(say("agencies"), who.map(len), "whole"),
        Field(say("texts"), Repeated.of_frame(rows["size"]), "whole"),
        Field(say("who"), who.map(say.named), widest=44),
        *(_more(spec.by_key[key], rows[key]) for key in source.more),
        Field(say("family"), _numbers(each, rows), widest=16),
        *_places(say, rows),
    ]
    list_sheet(say.book, spec.sheet, title, fields, legend=say("folded_legend"), fixed=1)


def _every_sheet(say: Words, found: Sequence[Passages]) -> None:
    """Every text on its own, with who wrote it and where it stands."""
    name, title, book = say("sheets.all"), say("all_title"), say.book
    if _too_many(say, sum(len(each.frame) for each in found), name, title, "*.parquet"):
        return
    columns = ["agency", "item", "kind", "group", "text", "number", "file", "sheet", "row"]
    parts = [each.frame.assign(kind=_kind(each), number=list(_numbers(each, each.frame)))[columns] for each in found]
    cut = Cut.of(pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns))
    if _too_many(say, len(cut.rows), name, title, "*.parquet"):
        return
    rows, agency = cut.rows, Repeated.of_frame(cut.rows["agency"])
    fields = [
        Field(book.say("code"), agency),
        Field(book.say("agency"), agency.map(lambda code: say.agencies.get(code, "")), widest=30),
        Field(book.say("agency_group"), agency.map(lambda code: say.groups.get(code, "")), widest=26),
        Field(say("item"), Repeated.of_frame(rows["item"], say.items.get), widest=26),
        Field(say("kind"), Repeated.of_frame(rows["kind"]), widest=20),
        Field(say("group"), Repeated.of_frame(rows["group"], lambda group: group or None), widest=26),
        *cut.fields(say, say("text")),
        Field(say("family"), Repeated.of_frame(rows["number"]), widest=16),
        *_places(say, rows),
    ]
    list_sheet(book, name, title, fields, legend=say("all_legend"), fixed=2)


def _aside_sheet(say: Words, aside: pd.DataFrame) -> None:
    """What agencies wrote outside the form, cell by cell."""
    book = say.book
    if _too_many(say, len(aside), say("sheets.aside"), say("aside_title"), "*.xlsx"):
        return
    texts = aside.assign(text=aside["value"].str.slice(0, MOST_SHOWN))
    cut = Cut.of(texts.sort_values(["agency", "submission", "position"], kind="stable"))
    if _too_many(say, len(cut.rows), say("sheets.aside"), say("aside_title"), "*.xlsx"):
        return
    rows, agency = cut.rows, Repeated.of_frame(cut.rows["agency"])
    fields = [
        Field(book.say("code"), agency),
        Field(book.say("agency"), agency.map(lambda code: say.agencies.get(code, "")), widest=30),
        Field(say("aside_column"), Repeated.of_frame(rows["title"], lambda title: say.kind_of_aside(title) or None), widest=30),
        *cut.fields(say, say("text")),
        Field(book.say("file"), Repeated.of_frame(rows["file"]), widest=24),
        Field(book.say("sheet"), Repeated.of_frame(rows["sheet"]), widest=16),
        Field(say("aside_cell"), Repeated.of_frame(rows["cell"])),
    ]
    list_sheet(book, say("sheets.aside"), say("aside_title"), fields, legend=say("aside_legend"), fixed=2)


def _too_many(say: Words, rows: int, name: str, title: str, file: str) -> bool:
    """Whether there are more rows of texts than a sheet should hold; then the sheet says where they are."""
    if rows <= MOST_ROWS:
        return False
    sheet = say.book.sheet(name, title, [120])
    sheet.line(say.book.say("too_many_rows", rows=rows, most=MOST_ROWS, file=file), "subtitle")
    return True


def _numbers(each: Passages, rows: pd.DataFrame) -> Repeated:
    """What a family is called: the same in its own sheet and in the sheet of all texts."""
    names = {family: f"{each.spec.sheet} {number}" for number, family in enumerate(dict.fromkeys(each.folded.index), start=1)}
    return Repeated.of_frame(rows["family"], names.__getitem__)


def _more(column: Column, values: pd.Series[Any]) -> Field:
    widest = 40.0 if column.kind is Kind.TEXT else 26.0
    return Field(column.title, Repeated.of_frame(values), _KINDS.get(column.kind, "plain"), widest)


def _places(say: Words, rows: pd.DataFrame) -> list[Field]:
    """Where the first of the texts stands."""
    return [
        Field(say.book.say("file"), Repeated.of_frame(rows["file"]), widest=24),
        Field(say.book.say("sheet"), Repeated.of_frame(rows["sheet"]), widest=16),
        Field(say.book.say("row"), Repeated.of_frame(rows["row"]), "number"),
    ]
