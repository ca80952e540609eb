"""The sheet of code lists, read by people and dropdowns, and the very hidden sheet for formulas."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from pipeline.distribute.layout import FIRST_ROW, letter
from pipeline.distribute.names import TableCells
from pipeline.distribute.page import Page
from pipeline.office.sheetnames import quoted
from schemas.codelists import Codelist, Entry, forbidden
from schemas.columns import TableSpec
from schemas.rules import formula as x
from schemas.rules.base import Rule, excel_day
from schemas.rules.pairs import Allowed, BelongsTo

NAME_WIDTH, BASIS_WIDTH = 48, 72
"""Characters that fit one line in the two text columns."""


def used(page: Page) -> list[Codelist]:
    """Return the code lists that columns use, in the order of their first use."""
    return [
        page.round_.codelists[key]
        for key in dict.fromkeys(c.codes for spec in page.round_.tables for c in spec.code_columns)
    ]


def write_lists(page: Page, sheet: Worksheet) -> None:
    """Write all lists one below another; define the ranges from which dropdowns choose."""
    page.setup(sheet, landscape=False)
    for index, width in enumerate((12, 46, 70)):
        sheet.set_column(index, index, width)
    page.heading(sheet, page.say("lists.title"), 3, half=2)
    page.span(sheet, 6, 1, 3, page.say("lists.note"), "note")
    titles = {
        c.codes: c.title
        for spec in reversed(page.round_.tables)
        for c in reversed(spec.code_columns)
    }
    row = 7
    for codes in used(page):
        row = _write_list(page, sheet, codes, titles[codes.key], row) + 1


def _write_list(page: Page, sheet: Worksheet, codes: Codelist, title: str, row: int) -> int:
    page.span(sheet, row + 1, 1, 3, title, "bold")
    for index, name in enumerate(("code", "name", "basis")):
        sheet.write_string(row + 1, index, page.say(f"lists.{name}"), page.formats["header"])
    first = row + 2
    for offset, entry in enumerate(codes.entries):
        basis = _explained(page, entry)
        code = entry.code if entry.shows_code else ""
        for index, (text, style) in enumerate(
            ((code, "boxed_center"), (entry.offered, "boxed"), (basis, "boxed"))
        ):
            sheet.write_string(first + offset, index, text, page.formats[style])
        lines = sum(-(-len(line) // BASIS_WIDTH) for line in basis.split("\n"))
        sheet.set_row(first + offset, 15 * max(1, -(-len(entry.offered) // NAME_WIDTH), lines))
    last = first + len(codes.entries)
    page.book.define_name(f"dm_{codes.key}", f"={quoted(sheet.name)}!$B${first + 1}:$B${last}")
    return last


def _explained(page: Page, entry: Entry) -> str:
    """Return what explains an entry, each on a line: full name, definition, legal basis.

    The full name only if the dropdown has a short one; the basis only if it may be shown.
    """
    full = page.say("lists.full", name=entry.name) if entry.short else ""
    basis = entry.extra.get("basis_shown", "")
    return "\n".join(
        filter(None, (full, entry.extra.get("definition"), basis[:1].upper() + basis[1:]))
    )


def write_helpers(page: Page, sheet: Worksheet) -> ErrorCounts:
    """Write what formulas need: joined lists, days of periods, pairs, dependent lists, last rows.

    Returns the writer of further counts.
    """
    writer = _Columns(page, sheet)
    for codes in used(page):
        writer.column(f"ds_{codes.key}", [x.numbered(codes.numbers.items())])
        if codes.ambiguous:
            writer.column(f"da_{codes.key}", [x.joined(codes.ambiguous)])
        if any(entry.valid_from for entry in codes.entries) and codes.key == "periods":
            for attribute in ("valid_from", "valid_to"):
                writer.column(
                    f"dm_{codes.key}_{attribute}",
                    [
                        "".join(
                            f"{excel_day(getattr(entry, attribute)):05}" for entry in codes.entries
                        )
                    ],
                )
    for spec in page.round_.tables:
        _write_pairs(page, writer, spec)
        _write_dependents(page, writer, spec)
    for spec in page.round_.row_tables:
        _write_ranges(page, writer, spec)
    return ErrorCounts(writer)


class _Columns:
    """Writes one named range beside another, from the left."""

    def __init__(self, page: Page, sheet: Worksheet) -> None:
        self.page, self.sheet, self.next = page, sheet, 0

    def column(self, name: str, values: Sequence[str | int]) -> None:
        """Write a column of values and name it."""
        for row, value in enumerate(values):
            if isinstance(value, str):
                self.sheet.write_string(row, self.next, value)
            else:
                self.sheet.write_number(row, self.next, value)
        self._name(name, len(values), 1)

    def block(self, name: str, columns: Sequence[Sequence[str]]) -> None:
        """Write several columns and name them as one range."""
        height = max(map(len, columns))
        for offset, values in enumerate(columns):
            for row, value in enumerate(values):
                self.sheet.write_string(row, self.next + offset, value)
        self._name(name, height, len(columns))

    def row(self, name: str, values: Sequence[int]) -> None:
        """Write a row of numbers and name it."""
        for offset, value in enumerate(values):
            self.sheet.write_number(0, self.next + offset, value)
        self._name(name, 1, len(values))

    def formula(self, name: str, formula: str, value: int) -> str:
        """Write an array formula with its ``value`` in an empty workbook; return the cell."""
        self.sheet.write_array_formula(0, self.next, 0, self.next, f"{{={formula}}}", None, value)
        cell = f"{quoted(self.sheet.name)}!${xl_col_to_name(self.next)}$1"
        if name:
            self.page.book.define_name(name, f"={cell}")
        self.next += 1
        return cell

    def _name(self, name: str, height: int, width: int) -> None:
        first, last = xl_col_to_name(self.next), xl_col_to_name(self.next + width - 1)
        self.page.book.define_name(
            name, f"={quoted(self.sheet.name)}!${first}$1:${last}${max(1, height)}"
        )
        self.next += width


def _write_pairs(page: Page, writer: _Columns, spec: TableSpec) -> None:
    """Write the pairs that a rule forbids, with first and last day; for ``BelongsTo``, that fit."""
    round_, cells = page.round_, TableCells(page.names, spec, in_range=True)
    for rule in round_.rules[spec.key]:
        if isinstance(rule, BelongsTo):
            name, _, _ = cells.pairs(f"{spec.key}.{rule.at}", firm=True)
            parents, entries = (round_.codes_of(spec.by_key[key]) for key in (rule.parent, rule.at))
            writer.column(
                name,
                [
                    x.pair_number(parents.number(parent), entries.number(entry))
                    for parent, entry in rule.fitting(round_)
                ],
            )
        if isinstance(rule, Allowed):
            first, second = (round_.codes_of(spec.by_key[key]) for key in (rule.given, rule.at))
            pairs = rule.forbidden(round_)
            name, start, end = cells.pairs(rule.pairs, firm=rule.firm)
            writer.column(
                name, [x.pair_number(first.number(p.first), second.number(p.second)) for p in pairs]
            )
            writer.column(start, [excel_day(max(p.valid_from, dt.date(1900, 1, 1))) for p in pairs])
            writer.column(end, [excel_day(min(p.valid_to, dt.date(2999, 12, 31))) for p in pairs])


def _write_dependents(page: Page, writer: _Columns, spec: TableSpec) -> None:
    """For each dependent column write a list per entry of the other column, and their lengths."""
    for column in spec.columns:
        if column.depends_on:
            parents = page.round_.codes_of(spec.by_key[column.depends_on])
            fitting = [
                list(_fitting(page, spec, column.key, parent.code)) for parent in parents.entries
            ]
            name = page.names.dependent(spec.key, column.key)
            writer.block(name, fitting)
            writer.row(f"{name}_n", [len(names) for names in fitting])


def _fitting(page: Page, spec: TableSpec, key: str, parent: str) -> Iterator[str]:
    """Yield the offered names of entries of ``key`` that may go with the entry ``parent``.

    By ``BelongsTo``: those that fit. By ``Allowed``: those that aren't firmly forbidden.
    """
    round_, codes = page.round_, page.round_.codes_of(spec.by_key[key])
    rule = next(
        rule
        for rule in round_.rules[spec.key]
        if rule.at == key and isinstance(rule, BelongsTo | Allowed)
    )
    if isinstance(rule, BelongsTo):
        yield from (
            codes.offered(entry) for owner, entry in rule.fitting(round_) if owner == parent
        )
        return
    bad = {
        p.second
        for p in forbidden(round_.pairs[rule.pairs], round_.start, round_.end)
        if p.firm and p.first == parent
    }
    yield from (entry.offered for entry in codes.entries if entry.code not in bad)


def _write_ranges(page: Page, writer: _Columns, spec: TableSpec) -> None:
    """Name a table's last filled row, its count of data rows and the filled part of each column.

    References to whole columns through INDEX survive deleted, cut and pasted rows.
    """
    columns = [
        f"{quoted(spec.sheet)}!${letter(spec, c.key)}:${letter(spec, c.key)}" for c in spec.columns
    ]
    last, filled = page.names.last_row(spec.key), page.names.all_filled(spec.key)
    writer.formula(last, f"MAX({FIRST_ROW},MAX({filled}*ROW({filled})))", FIRST_ROW)
    writer.formula(page.names.row_count(spec.key), f"SUM({filled})", 0)
    for column, area in zip(spec.columns, columns, strict=True):
        reference = f"=INDEX({area},{FIRST_ROW}):INDEX({area},{last})"
        page.book.define_name(page.names.column(spec.key, column.key), reference)


class ErrorCounts:
    """Cells that count the rows breaking a rule; each is written when first asked for."""

    def __init__(self, writer: _Columns) -> None:
        self._writer = writer
        self._cells: dict[tuple[str, str], str] = {}

    def cell(self, rule: Rule, condition: str) -> str:
        """Return the cell that counts rows with ``condition``, by which ``rule`` is broken."""
        place = (rule.table, rule.label)
        if place not in self._cells:
            self._cells[place] = self._writer.formula("", f"SUM({x.safe(condition)})", 0)
        return self._cells[place]
