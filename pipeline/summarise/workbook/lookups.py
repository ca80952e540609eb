"""The sheet of lists that live figures look up: what each entry belongs to, and the agencies."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.utility import xl_range_abs

from pipeline.office.sheetnames import quoted
from pipeline.summarise.figures.dimensions import AGENCY, Dimension, Origins
from pipeline.summarise.sheets.sheet import SummaryBook
from pipeline.summarise.workbook.live import derived, is_live
from pipeline.summarise.workbook.row_names import AGENCIES, AGENCY_NUMBERS, lookup_name
from schemas.codelists import Entry
from schemas.columns import TableSpec


def lookup_sheet(book: SummaryBook, specs: Sequence[TableSpec]) -> None:
    """The lists that formulas over the rows of ``specs`` need; no sheet where no figure is live."""
    live = [spec for spec in specs if is_live(book.consolidation, spec)]
    if not live:
        return
    attributes = {by.key: by for spec in live for by in derived(book.consolidation, spec)}
    blocks = [_pairs(book, live, by) for by in attributes.values()]
    agencies = [agency.name for agency in book.consolidation.round_.in_scope]
    numbers = list(range(len(agencies) + 1))
    widths = [width for block in blocks for width in (40, 36)]
    sheet = book.sheet(book.say("sheets.lookups"), book.say("lookups_title"), [*widths, 48, 12])
    sheet.hide()
    sheet.line(book.say("lookups_legend"), "legend")
    heads = [head for (of, head_is, _) in blocks for head in (of, head_is)]
    sheet.cells(
        [*heads, book.say("agency"), book.say("agency_number")], ["head"] * (len(heads) + 2)
    )
    sheet.keep_above(1)
    columns = [[pair[side] for pair in pairs] for _, _, pairs in blocks for side in (0, 1)]
    names = [lookup_name(key, side) for key in attributes for side in ("of", "is")]
    _write(
        book,
        sheet.page.name,
        sheet.row,
        [*zip(names, columns, strict=True), (AGENCIES, agencies), (AGENCY_NUMBERS, numbers)],
    )
    listed: list[Sequence[str | int]] = [*columns, agencies, numbers]
    for at in range(max(map(len, listed))):
        cells = [values[at] if at < len(values) else None for values in listed]
        sheet.cells(cells, [*["name"] * (len(cells) - 1), "number"])


def _pairs(
    book: SummaryBook, live: Sequence[TableSpec], by: Dimension
) -> tuple[str, str, list[tuple[str, str]]]:
    """The titles of both sides, and each entry with what it belongs to."""
    round_, owner = book.consolidation.round_, by.owner or {}
    entries: Sequence[Entry]
    if isinstance(by, Origins):
        return _own_entries(book, live, by)
    if by.column == AGENCY:
        title, entries = book.say("agency"), round_.codelists["agencies"].entries
    else:
        column = next(spec.by_key[by.column] for spec in live if spec.has(by.column))
        title, entries = column.title, round_.codes_of(column).entries
    known = dict(zip(by.codes, by.names, strict=True))
    return (
        title,
        by.title,
        [
            (entry.name, known[owner[entry.code]])
            for entry in entries
            if owner.get(entry.code) in known
        ],
    )


def _own_entries(
    book: SummaryBook, live: Sequence[TableSpec], by: Origins
) -> tuple[str, str, list[tuple[str, str]]]:
    """The agencies that report on an entry of their own, each with that entry."""
    column = next(spec.by_key[by.column] for spec in live if spec.has(by.column))
    round_ = book.consolidation.round_
    pairs = [
        (round_.by_agency[code].name, round_.codes_of(column).name(entry))
        for code, entry in by.own.items()
    ]
    return book.say("agency"), book.say("own_entry", title=column.title), pairs


def _write(
    book: SummaryBook, sheet: str, top: int, named: Sequence[tuple[str, Sequence[str | int]]]
) -> None:
    name_of_sheet = quoted(sheet)
    for at, (name, values) in enumerate(named):
        book.workbook.define_name(
            name, f"={name_of_sheet}!{xl_range_abs(top, at, top + max(len(values), 1) - 1, at)}"
        )
