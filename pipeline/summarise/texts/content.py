"""The compendium: everything that agencies wrote, said once with all who say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.sheets.contents import contents_sheet, list_contents
from pipeline.summarise.sheets.lists import ListColumn, list_sheet
from pipeline.summarise.sheets.repeated import DistinctValues
from pipeline.summarise.sheets.sheet import SummaryBook
from pipeline.summarise.texts.beside import (
    agreed_fields,
    marks,
    named,
    own_columns,
    value_field,
    variant_fields,
)
from pipeline.summarise.texts.cut import CutTexts
from pipeline.summarise.texts.passages import Count, Passages
from pipeline.summarise.texts.words import CompendiumWords
from pipeline.summarise.workbook.rows import MOST_ROWS

MOST_SHOWN = 10_000
"""Characters of a cell outside the form that are shown; the archived file has them all."""


def content_book(consolidation: Consolidation, found: Sequence[Passages]) -> bytes:
    """The workbook of counts, of different texts per source, and of every text with its place."""
    book = SummaryBook(consolidation, consolidation.say("content.title"))
    contents, words = contents_sheet(book), CompendiumWords(book)
    _count_sheet(words, found)
    for each in found:
        _folded_sheet(words, each)
    if len(consolidation.aside):
        _aside_sheet(words, consolidation.aside)
    _every_sheet(words, found)
    list_contents(contents, "links_short")
    return book.content()


# --- counts
# ----------------------------------------------------------------------------------------


def _count_sheet(say: CompendiumWords, found: Sequence[Passages]) -> None:
    """How many texts each group of each item has, how many different ones, of how many agencies."""
    counts = [(each, each.counts) for each in found]
    rows = [row for item in (*say.items, "") for row in _counts(say, item, counts)]
    heads = ("item", "kind", "group", "texts", "different", "agencies")
    kinds = ("plain", "plain", "plain", "whole", "whole", "whole")
    columns = list(zip(*rows, strict=True)) or [()] * len(heads)
    fields = [
        ListColumn(say(head), values, kind, 74)
        for head, values, kind in zip(heads, columns, kinds, strict=True)
    ]
    list_sheet(
        say.book, say("sheets.counts"), say("title"), fields, legend=say("legend"), fixed=1
    ).answers("front", "counts")


def _counts(
    say: CompendiumWords,
    item: str,
    counts: Sequence[tuple[Passages, Mapping[tuple[str, str], Count]]],
) -> list[tuple[Any, ...]]:
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


# --- texts
# -----------------------------------------------------------------------------------------


def _folded_sheet(say: CompendiumWords, each: Passages) -> None:
    """A sheet of one source's different texts, the most shared first within a group."""
    spec, source = each.spec, each.source
    title = say("folded_title", title=spec.title, column=spec.by_key[source.text].title.upper())
    cut = CutTexts.of(each.folded, marks(each))
    if _too_many(say, len(cut.rows), spec.sheet, title, f"{spec.key}.parquet"):
        return
    rows, who = cut.rows, DistinctValues.of(cut.rows["agencies"].tolist())
    beside = [
        *(
            [
                ListColumn(
                    say("item"), DistinctValues.of_frame(rows["item"], say.items.get), widest=22
                )
            ]
            if source.column
            else []
        ),
        *(
            [
                ListColumn(
                    spec.by_key[source.group].title,
                    DistinctValues.of_frame(rows["group"]),
                    widest=22,
                )
            ]
            if source.group
            else []
        ),
        ListColumn(say("family"), _numbers(each, rows), widest=12),
    ]
    fields = [
        *beside,
        *cut.fields(say, spec.by_key[source.text].title),
        *variant_fields(say, each, rows),
        ListColumn(say("agencies"), who.map(len), "whole"),
        ListColumn(say("texts"), DistinctValues.of_frame(rows["size"]), "whole"),
        ListColumn(say("who"), who.map(say.named), widest=36),
        *agreed_fields(say, each, rows),
        *_places(rows, [say("first_file"), say("first_sheet"), say("first_row")]),
    ]
    sheet = list_sheet(
        say.book, spec.sheet, title, fields, legend=_folded_legend(say, each), fixed=len(beside)
    )
    sheet.answers("texts", "folded", sheet=spec.sheet)


def _folded_legend(say: CompendiumWords, each: Passages) -> str:
    item = (
        "" if each.source.column else say("item_is", item=say.items.get(each.source.item, "")) + " "
    )
    return item + say("folded_legend")


def _every_sheet(say: CompendiumWords, found: Sequence[Passages]) -> None:
    """A sheet of every text, with who wrote it, what else that row says, and its place."""
    name, title, book = say("sheets.all"), say("all_title"), say.book
    if _too_many(say, sum(len(each.frame) for each in found), name, title, "*.parquet"):
        return
    beside = own_columns(found)
    columns = [
        "agency",
        "item",
        "kind",
        "group",
        "text",
        "number",
        *(key for key, _ in beside),
        "file",
        "sheet",
        "row",
    ]
    parts = [
        named(each, beside).assign(kind=_kind(each), number=list(_numbers(each, each.frame)))
        for each in found
    ]
    cut = CutTexts.of(
        pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
    )
    if _too_many(say, len(cut.rows), name, title, "*.parquet"):
        return
    rows, agency = cut.rows, DistinctValues.of_frame(cut.rows["agency"])
    fields = [
        ListColumn(book.say("code"), agency),
        ListColumn(
            book.say("agency"), agency.map(lambda code: say.agencies.get(code, "")), widest=30
        ),
        ListColumn(
            book.say("agency_group"), agency.map(lambda code: say.groups.get(code, "")), widest=26
        ),
        ListColumn(say("item"), DistinctValues.of_frame(rows["item"], say.items.get), widest=26),
        ListColumn(say("kind"), DistinctValues.of_frame(rows["kind"]), widest=20),
        ListColumn(
            say("group"),
            DistinctValues.of_frame(rows["group"], lambda group: group or None),
            widest=26,
        ),
        *cut.fields(say, say("text")),
        *(value_field(column, rows[key]) for key, column in beside),
        ListColumn(say("family"), DistinctValues.of_frame(rows["number"]), widest=16),
        *_places(rows, [book.say("file"), book.say("sheet"), book.say("row")]),
    ]
    list_sheet(book, name, title, fields, legend=say("all_legend"), fixed=3).answers("texts", "all")


def _aside_sheet(say: CompendiumWords, aside: pd.DataFrame) -> None:
    """What agencies wrote outside the form, cell by cell."""
    book = say.book
    if _too_many(say, len(aside), say("sheets.aside"), say("aside_title"), "*.xlsx"):
        return
    texts = aside.assign(text=aside["value"].str.slice(0, MOST_SHOWN))
    cut = CutTexts.of(texts.sort_values(["agency", "submission", "position"], kind="stable"))
    if _too_many(say, len(cut.rows), say("sheets.aside"), say("aside_title"), "*.xlsx"):
        return
    rows, agency = cut.rows, DistinctValues.of_frame(cut.rows["agency"])
    fields = [
        ListColumn(book.say("code"), agency),
        ListColumn(
            book.say("agency"), agency.map(lambda code: say.agencies.get(code, "")), widest=30
        ),
        ListColumn(
            say("aside_column"),
            DistinctValues.of_frame(rows["title"], lambda title: say.kind_of_aside(title) or None),
            widest=30,
        ),
        *cut.fields(say, say("text")),
        ListColumn(book.say("file"), DistinctValues.of_frame(rows["file"]), widest=24),
        ListColumn(book.say("sheet"), DistinctValues.of_frame(rows["sheet"]), widest=16),
        ListColumn(say("aside_cell"), DistinctValues.of_frame(rows["cell"])),
    ]
    sheet = list_sheet(
        book, say("sheets.aside"), say("aside_title"), fields, legend=say("aside_legend"), fixed=2
    )
    sheet.answers("texts", "aside")


def _too_many(say: CompendiumWords, rows: int, name: str, title: str, file: str) -> bool:
    """True if there are more texts than a sheet should hold; the sheet then says where they are."""
    if rows <= MOST_ROWS:
        return False
    sheet = say.book.sheet(name, title, [120])
    sheet.answers("texts", "too_many", file=file)
    sheet.line(say.book.say("too_many_rows", rows=rows, most=MOST_ROWS, file=file), "subtitle")
    return True


def _numbers(each: Passages, rows: pd.DataFrame) -> DistinctValues:
    """What a text is called: the same in its own sheet and in the sheet of all texts."""
    return DistinctValues.of_frame(
        rows["same"], lambda same: f"{each.spec.sheet} {each.number[same]}"
    )


def _places(rows: pd.DataFrame, titles: Sequence[str]) -> list[ListColumn]:
    """Where the texts stand: file, sheet, row."""
    file, sheet, row = titles
    return [
        ListColumn(file, DistinctValues.of_frame(rows["file"]), widest=24),
        ListColumn(sheet, DistinctValues.of_frame(rows["sheet"]), widest=16),
        ListColumn(row, DistinctValues.of_frame(rows["row"]), "number"),
    ]
