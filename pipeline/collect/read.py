"""Read one received file: its kind, its agency, its tables. The only module that opens one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from pipeline.collect.assigned import AGENCY, NAME, PERIOD, as_assigned
from pipeline.collect.formats import xlsx
from pipeline.collect.formats.cells import UnreadableError
from pipeline.collect.formats.containers import ODS, XLSB, Package, content_of, kind_of
from pipeline.collect.formats.locked import unlocked
from pipeline.collect.grids import Grids
from pipeline.collect.ourlist import reading_of
from pipeline.collect.sender.book import Book, book_of
from pipeline.collect.sender.identify import Info, Signs, identify
from pipeline.collect.sender.printed import printed_of
from pipeline.collect.sender.stamp import Form, Workbook, form_of, hidden_names, stamps_of
from pipeline.collect.tables.answers import answers_in, named_in
from pipeline.collect.tables.codes import Codes, CodesByColumn, codes_for
from pipeline.collect.tables.collectives import Collectives
from pipeline.collect.tables.columns import SheetReading
from pipeline.collect.tables.effort import excess
from pipeline.collect.tables.form import labels_of, read_form
from pipeline.collect.tables.headings import header_of
from pipeline.collect.tables.locate import Sheets, sheets_of
from pipeline.collect.tables.named import persons_in
from pipeline.collect.tables.outside import outside
from pipeline.collect.tables.table import read_table
from pipeline.collect.tables.unseen import unseen
from pipeline.model import Finding, Reading, Severity, Stamp, TableReading
from schemas.columns import READABLE, Column, State, TableSpec
from schemas.round.round import Round
from schemas.words import dmy


def read(path: Path, name: str, round_: Round, definitions: Path) -> Reading:
    """Read one file; whatever is wrong with it is a finding of its reading.

    ``name``: the file's name. ``definitions``: the folder of older forms' definitions, by digest.
    """
    return Reader(round_, definitions).read(path, name)


def unreadable(reason: str, **words: str) -> Reading:
    """Return the reading of a file that is no workbook (S01), with a reason of that message."""
    return Reading(findings=(Finding("S01", Severity.ERROR, f"not_workbook.{reason}", words),))


def open_workbook(data: bytes, password: str = "") -> Workbook:
    """Open the workbook in these bytes, with ``password`` if locked; else ``UnreadableError``."""
    try:
        return _open(data)
    except UnreadableError as problem:
        if problem.reason != "encrypted":
            raise
    return _open(unlocked(data, (password,)))


def _open(data: bytes) -> Workbook:
    kind, package = kind_of(data)
    if package is None or kind == XLSB:
        return _binary(data, package)
    return _of_office(package) if kind == ODS else xlsx.XlsxWorkbook(package)


def _of_office(package: Package) -> Workbook:
    """Open an .ods. Its reader is imported only here, when one comes, as the binary ones are."""
    from pipeline.collect.formats import ods

    return ods.OdsWorkbook(package)


def _binary(data: bytes, package: Package | None) -> Workbook:
    from pipeline.collect.formats import xls, xlsb

    return xls.XlsWorkbook(data) if package is None else xlsb.XlsbWorkbook(data, package)


@dataclass(frozen=True)
class Reader:
    """Reads the files of one round; keeps forms and code lists from file to file."""

    round: Round
    definitions: Path
    _forms: dict[str, Form] = field(default_factory=dict)
    _codes: dict[tuple[str, int], Codes] = field(default_factory=dict)

    @cached_property
    def _book(self) -> Book:
        return book_of(self.round)

    def read(self, path: Path, name: str, assigned: str = "") -> Reading:
        """Read one file. ``assigned``: the agency to which the operator assigned it."""
        try:
            workbook, feedback = (
                open_workbook(content_of(path), self.round.password),
                self.round.sheets.feedback,
            )
            if workbook.names == (feedback,):
                return reading_of(
                    Grids(workbook, self.round.timezone)[feedback], feedback, self._book
                )
            reading = self._read(workbook, name, assigned)
            return (
                replace(reading, persons=persons_in(reading.tables, self.round.by_key))
                if reading.tables
                else reading
            )
        except UnreadableError as problem:
            return unreadable(problem.reason, **problem.words)

    def _read(self, workbook: Workbook, name: str, assigned: str) -> Reading:
        hidden = hidden_names(workbook, self.round.sheets.meta)
        stamps = stamps_of(workbook, hidden)
        stamp = stamps[0] if stamps else Stamp()
        if stamp.round not in ("", self.round.key):
            return self._of_other_round(
                stamp, likely=assigned or self._book.only_sender(Path(name).name)
            )
        form, grids = (
            replace(self._form(stamp), printed=printed_of(hidden, stamp, self.round)),
            Grids(workbook, self.round.timezone),
        )
        sheets = sheets_of(workbook.names, form.tables, self.round.sheets.names, grids)
        info, feedback = (
            self._table(self.round.info, sheets, grids, form),
            self.round.sheets.feedback,
        )
        signs = Signs(stamps, _info(info), Path(name).name, lambda: _has_form(sheets, form, grids))
        sender = identify(signs, self._book, assigned)
        if not sender.agency:
            return Reading(
                stamp=stamp if stamps else None, findings=sender.findings, likely=sender.likely
            )
        info = as_assigned(info, sender, self.round)
        confirmed = self.round.mappings.get(sender.agency, {})
        rows = {
            spec.key: self._table(spec, sheets, grids, form, confirmed)
            for spec in self.round.row_tables
        }
        found = {
            key: each
            for key, each in {self.round.info.key: info, **rows}.items()
            if each is not None
        }
        tables = {key: each.table for key, each in found.items()}
        self._refuse_endless(tables)
        answers = answers_in(grids[feedback]) if feedback in workbook.names else ()
        beside = outside(workbook, sheets, self.round, grids, form.printed)
        return Reading(
            agency=sender.agency,
            identified_by=sender.by,
            is_doubted=sender.is_doubted,
            stamp=stamp if stamps else None,
            tables=tables,
            findings=(
                *(*sender.findings, *form.findings, *self._window(info), *sheets.findings),
                *(finding for each in found.values() for finding in each.findings),
                *beside.findings,
                *unseen(tables, workbook.hidden_sheets, self.round, grids),
                *_of_workbook(workbook, sheets, grids),
                *named_in(answers, feedback),
            ),
            matches=(
                *sheets.matches,
                *(match for each in found.values() for match in each.matches),
            ),
            modified=workbook.modified,
            aside=(*(cell for each in found.values() for cell in each.aside), *beside.aside),
            answers=answers,
        )

    def _of_other_round(self, stamp: Stamp, likely: str) -> Reading:
        words = {"found_round": stamp.round, "this_round": self.round.key}
        return Reading(
            stamp=stamp,
            findings=(Finding("S04", Severity.ERROR, "other_round", words),),
            likely=likely,
        )

    def _refuse_endless(self, tables: Mapping[str, TableReading]) -> None:
        """Raise ``UnreadableError`` if a return has too much free text: it would hold up others."""
        if words := excess(tables, self.round.by_key):
            raise UnreadableError("too_much_text", **words)

    def _form(self, stamp: Stamp) -> Form:
        if stamp.digest not in self._forms:
            self._forms[stamp.digest] = form_of(stamp, self.round, self.definitions)
        return self._forms[stamp.digest]

    def _table(
        self,
        spec: TableSpec,
        sheets: Sheets,
        grids: Grids,
        form: Form,
        confirmed: Mapping[str, str] | None = None,
    ) -> SheetReading | None:
        """Read a table by its form, as the round declares it today; None if it has no sheet."""
        if spec.key not in sheets.names:
            return None
        as_filled = _read_today(next(each for each in form.tables if each.key == spec.key), spec)
        name = sheets.names[spec.key]
        grid, declared, codes = (
            grids.calculated(name),
            _confirmed(as_filled, confirmed or {}),
            self._codes_of(as_filled, form),
        )
        if spec.is_form:
            found = read_form(grid, declared, name, codes, form.printed)
        else:
            found = read_table(
                grid, declared, name, codes, self._collectives_of(declared), form.printed
            )
        return (
            found
            if as_filled is spec
            else replace(found, table=_narrowed(found.table, as_filled, spec))
        )

    def _collectives_of(self, spec: TableSpec) -> Collectives | None:
        """Return which rows count collectives in their own unit; None if undeclared."""
        apart = self.round.settings.figures.collectives
        if apart is None or not apart.unit or not spec.has(apart.column):
            return None
        codes = self.round.codes_of(spec.by_key[apart.column])
        return Collectives(
            apart.column,
            codes.codes.index(apart.code),
            [each.of for each in apart.measures],
            apart.unit,
        )

    def _codes_of(self, spec: TableSpec, form: Form) -> CodesByColumn:
        """Return readers of a table's code columns: the form's names, today's positions."""
        return {
            column.key: self._reader_of(column, form)
            for column in spec.code_columns
            if column.codes in self.round.codelists
        }

    def _reader_of(self, column: Column, form: Form) -> Codes:
        known = (column.codes, id(form.codelists))
        if known not in self._codes:
            current = self.round.codelists[column.codes]
            self._codes[known] = codes_for(form.codelists.get(column.codes, current), current)
        return self._codes[known]

    def _window(self, info: SheetReading | None) -> Iterator[Finding]:
        """S04: warn if the file states another period than the round's."""
        window = {"start": dmy(self.round.start), "end": dmy(self.round.end)}
        for key, expected in zip(PERIOD, (self.round.start, self.round.end), strict=True):
            days = info.table.values.get(key) if info else None
            if (
                info is None
                or days is None
                or np.isnat(days[0])
                or days[0] == np.datetime64(expected)
            ):
                continue
            value, title = dmy(days[0].astype(object)), self.round.info.by_key[key].title
            yield Finding(
                rule="S04",
                severity=Severity.WARNING,
                message="other_window",
                words={"title": title, "value": value, **window},
                sheet=info.table.sheet,
                cells=(info.table.letters[key],),
                column=title,
                value=value,
            )


def _has_form(sheets: Sheets, form: Form, grids: Grids) -> bool:
    """True if a sheet has the form's headings or labels, not just the name of one of its sheets."""
    specs = {spec.key: spec for spec in form.tables}
    found = ((specs[key], grids[name]) for key, name in sheets.names.items())
    return any(
        2 * len(labels_of(grid, spec)) >= len(spec.columns)
        if spec.is_form
        else header_of(grid, spec)
        for spec, grid in found
    )


def _info(info: SheetReading | None) -> Info:
    """Return what the label-value sheet says of the sender."""
    if info is None:
        return Info()
    texts = {key: _text(info.table, key) for key in (AGENCY, NAME)}
    cells = {key: info.table.letters[key] for key in texts if key in info.table.letters}
    return Info(texts[AGENCY], texts[NAME], info.table.sheet, cells)


def _text(table: TableReading, key: str) -> str:
    return (
        str(table.values[key][0])
        if key in table.values and table.states[key][0] in READABLE
        else ""
    )


def _confirmed(spec: TableSpec, places: Mapping[str, str]) -> TableSpec:
    """Return a table with the titles that an official confirmed for one agency's workbooks."""
    own = {
        title: place.partition(".")[2]
        for title, place in places.items()
        if place.startswith(f"{spec.key}.")
    }
    known = {title: key for title, key in own.items() if key in spec.by_key}
    return replace(spec, confirmed=known) if known else spec


def _narrowed(table: TableReading, as_filled: TableSpec, spec: TableSpec) -> TableReading:
    """Return a table read by an older form with today's columns; later ones are NOT_ASKED."""
    later = {
        key: np.full(len(table.rows), State.NOT_ASKED, dtype="uint8")
        for key in spec.keys
        if key not in as_filled.by_key
    }
    same = [key for key in table.letters if key in spec.by_key]
    return replace(
        table,
        letters={key: table.letters[key] for key in same},
        values={key: table.values[key] for key in same},
        states={**{key: table.states[key] for key in same}, **later},
        found={place: text for place, text in table.found.items() if place[1] in same},
        totals=tuple(
            replace(total, numbers={key: n for key, n in total.numbers.items() if key in same})
            for total in table.totals
        ),
    )


def _read_today(as_filled: TableSpec, spec: TableSpec) -> TableSpec:
    """Return the form's table with today's kinds and bounds: a count may be an amount now."""
    if as_filled is spec:
        return spec
    return replace(
        as_filled, columns=tuple(_column_today(column, spec) for column in as_filled.columns)
    )


def _column_today(column: Column, spec: TableSpec) -> Column:
    now = spec.by_key.get(column.key)
    return (
        replace(column, kind=now.kind, codes=now.codes, minimum=now.minimum, maximum=now.maximum)
        if now
        else column
    )


def _of_workbook(workbook: Workbook, sheets: Sheets, grids: Grids) -> Iterator[Finding]:
    """Yield findings about the file as a workbook."""
    yield from _disordered(sheets, grids)
    yield from _active(workbook)
    if any(map(workbook.has_formulas, sheets.names.values())):
        yield from grids.calculation.findings(sheets.names.values())


def _disordered(sheets: Sheets, grids: Grids) -> Iterator[Finding]:
    """S11: note a sheet with cells out of order: programs that trust the order see less of it."""
    for name in sheets.names.values():
        if not grids[name].ordered:
            yield Finding("S11", Severity.NOTE, "stray.disordered", {"sheet": name}, sheet=name)


def _active(workbook: Workbook) -> Iterator[Finding]:
    """S12: warn of active content; nothing of it is run or followed."""
    for what in workbook.active:
        yield Finding("S12", Severity.WARNING, f"active_content.{what}")
