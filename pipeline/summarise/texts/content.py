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
from pipeline.summarise.texts.words import Compendium
from pipeline.summarise.workbook.rows import MOST_ROWS
from schemas.columns import Column

MOST_SHOWN = 10_000
"""Characters of a cell outside the form that are shown; the archived file has them all."""


def content_book(consolidation: Consolidation, found: Sequence[Passages]) -> bytes:
    """The workbook of counts, of different texts per source, and of every text with its place."""
    book = SummaryBook(consolidation, consolidation.say("content.title"))
    contents, words = contents_sheet(book), Compendium(book)
    _count_sheet(words, found)
    for each in found:
        _folded_sheet(words, each)
    if len(consolidation.aside):
        _aside_sheet(words, consolidation.aside)
    _every_sheet(words, found)
    list_contents(contents, "links_short")
    return book.content()


# --- counts ---------------------------------------------------------------------------------------


def _count_sheet(compendium: Compendium, found: Sequence[Passages]) -> None:
    """How many texts each group of each item has, how many different ones, of how many agencies."""
    counts = [(each, each.counts) for each in found]
    rows = [row for item in (*compendium.items, "") for row in _counts(compendium, item, counts)]
    heads = ("item", "kind", "group", "texts", "different", "agencies")
    kinds = ("plain", "plain", "plain", "whole", "whole", "whole")
    columns = list(zip(*rows, strict=True)) or [()] * len(heads)
    fields = [
        ListColumn(compendium.say(head), values, kind, 74)
        for head, values, kind in zip(heads, columns, kinds, strict=True)
    ]
    list_sheet(
        compendium.book,
        compendium.say("sheets.counts"),
        compendium.say("title"),
        fields,
        legend=compendium.say("legend"),
        fixed=1,
    ).answers("front", "counts")


def _counts(
    compendium: Compendium,
    item: str,
    counts: Sequence[tuple[Passages, Mapping[tuple[str, str], Count]]],
) -> list[tuple[Any, ...]]:
    """One row a source and group; one that says that nobody wrote anything where nobody did."""
    name = compendium.items.get(item, compendium.book.say("blank"))
    rows = [
        (name, _kind(each), group or None, count.texts, count.different, count.agencies)
        for each, by_group in counts
        for (own, group), count in by_group.items()
        if own == item
    ]
    return rows or ([(name, None, None, 0, 0, 0)] if item else [])


def _kind(each: Passages) -> str:
    return f"{each.spec.sheet}: {each.spec.by_key[each.source.text].title}"


# --- texts ----------------------------------------------------------------------------------------


def _folded_sheet(compendium: Compendium, each: Passages) -> None:
    """A sheet of one source's different texts, the most shared first within a group."""
    say, spec, column = compendium.say, each.spec, each.spec.by_key[each.source.text]
    title = say("folded_title", title=spec.title, column=column.title.upper())
    cut = CutTexts.of(each.folded, marks(each))
    if _too_many(compendium, len(cut.rows), spec.sheet, title, f"{spec.key}.parquet"):
        return
    rows, who = cut.rows, DistinctValues.of(cut.rows["agencies"].tolist())
    beside = _headings(compendium, each, rows)
    fields = [
        *beside,
        *cut.fields(compendium, column.title),
        *variant_fields(compendium, each, rows),
        ListColumn(say("agencies"), who.map(len), "whole"),
        ListColumn(say("texts"), DistinctValues.of_frame(rows["size"]), "whole"),
        ListColumn(say("who"), who.map(compendium.named), widest=36),
        *agreed_fields(compendium, each, rows),
        *_places(rows, [say("first_file"), say("first_sheet"), say("first_row")]),
    ]
    legend = _folded_legend(compendium, each)
    sheet = list_sheet(compendium.book, spec.sheet, title, fields, legend=legend, fixed=len(beside))
    sheet.answers("texts", "folded", sheet=spec.sheet)


def _headings(compendium: Compendium, each: Passages, rows: pd.DataFrame) -> list[ListColumn]:
    """What stands before a text: its item and group, if its source has any, and its number."""
    columns = []
    if each.source.column:
        items = DistinctValues.of_frame(rows["item"], compendium.items.get)
        columns.append(ListColumn(compendium.say("item"), items, widest=22))
    if each.source.group:
        groups, title = (
            DistinctValues.of_frame(rows["group"]),
            each.spec.by_key[each.source.group].title,
        )
        columns.append(ListColumn(title, groups, widest=22))
    return [*columns, ListColumn(compendium.say("family"), _numbers(each, rows), widest=12)]


def _folded_legend(compendium: Compendium, each: Passages) -> str:
    item = (
        ""
        if each.source.column
        else compendium.say("item_is", item=compendium.items.get(each.source.item, "")) + " "
    )
    return item + compendium.say("folded_legend")


def _every_sheet(compendium: Compendium, found: Sequence[Passages]) -> None:
    """A sheet of every text, with who wrote it, what else that row says, and its place."""
    say, book = compendium.say, compendium.book
    name, title = say("sheets.all"), say("all_title")
    if _too_many(compendium, sum(len(each.frame) for each in found), name, title, "*.parquet"):
        return
    beside = own_columns(found)
    cut = CutTexts.of(_every_text(found, beside))
    if _too_many(compendium, len(cut.rows), name, title, "*.parquet"):
        return
    rows = cut.rows
    groups = DistinctValues.of_frame(rows["group"], lambda group: group or None)
    fields = [
        *_agencies(compendium, rows),
        ListColumn(
            book.say("agency_group"),
            DistinctValues.of_frame(rows["agency"], lambda code: compendium.groups.get(code, "")),
            widest=26,
        ),
        ListColumn(
            say("item"), DistinctValues.of_frame(rows["item"], compendium.items.get), widest=26
        ),
        ListColumn(say("kind"), DistinctValues.of_frame(rows["kind"]), widest=20),
        ListColumn(say("group"), groups, widest=26),
        *cut.fields(compendium, say("text")),
        *(value_field(column, rows[key]) for key, column in beside),
        ListColumn(say("family"), DistinctValues.of_frame(rows["number"]), widest=16),
        *_places(rows, [book.say("file"), book.say("sheet"), book.say("row")]),
    ]
    list_sheet(book, name, title, fields, legend=say("all_legend"), fixed=3).answers("texts", "all")


def _every_text(found: Sequence[Passages], beside: Sequence[tuple[str, Column]]) -> pd.DataFrame:
    """Every text of all sources, with its number and the columns ``beside`` it."""
    columns = ["agency", "item", "kind", "group", "text", "number"]
    columns += [*(key for key, _ in beside), "file", "sheet", "row"]
    parts = [
        named(each, beside).assign(kind=_kind(each), number=list(_numbers(each, each.frame)))
        for each in found
    ]
    if not parts:
        return pd.DataFrame(columns=columns)
    return pd.concat(parts, ignore_index=True)[columns]


def _agencies(compendium: Compendium, rows: pd.DataFrame) -> list[ListColumn]:
    """Code and short name of who wrote each row."""
    codes = DistinctValues.of_frame(rows["agency"])
    names = codes.map(lambda code: compendium.agencies.get(code, ""))
    book = compendium.book
    return [ListColumn(book.say("code"), codes), ListColumn(book.say("agency"), names, widest=30)]


def _aside_sheet(compendium: Compendium, aside: pd.DataFrame) -> None:
    """What agencies wrote outside the form, cell by cell."""
    say, book = compendium.say, compendium.book
    name, heading = say("sheets.aside"), say("aside_title")
    if _too_many(compendium, len(aside), name, heading, "*.xlsx"):
        return
    texts = aside.assign(text=aside["value"].str.slice(0, MOST_SHOWN))
    cut = CutTexts.of(texts.sort_values(["agency", "submission", "position"], kind="stable"))
    if _too_many(compendium, len(cut.rows), name, heading, "*.xlsx"):
        return
    rows = cut.rows
    titles = DistinctValues.of_frame(
        rows["title"], lambda title: compendium.kind_of_aside(title) or None
    )
    fields = [
        *_agencies(compendium, rows),
        ListColumn(say("aside_column"), titles, widest=30),
        *cut.fields(compendium, say("text")),
        ListColumn(book.say("file"), DistinctValues.of_frame(rows["file"]), widest=24),
        ListColumn(book.say("sheet"), DistinctValues.of_frame(rows["sheet"]), widest=16),
        ListColumn(say("aside_cell"), DistinctValues.of_frame(rows["cell"])),
    ]
    sheet = list_sheet(book, name, heading, fields, legend=say("aside_legend"), fixed=2)
    sheet.answers("texts", "aside")


def _too_many(compendium: Compendium, rows: int, name: str, title: str, file: str) -> bool:
    """True if there are more texts than a sheet should hold; the sheet then says where they are."""
    if rows <= MOST_ROWS:
        return False
    sheet = compendium.book.sheet(name, title, [120])
    sheet.answers("texts", "too_many", file=file)
    sheet.line(
        compendium.book.say("too_many_rows", rows=rows, most=MOST_ROWS, file=file), "subtitle"
    )
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
