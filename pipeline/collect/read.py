"""Read one received file: its kind, its agency, its tables. The only module that opens one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from pathlib import Path

import numpy as np

from pipeline.collect.assigned import AGENCY, NAME, PERIOD, as_assigned
from pipeline.collect.formats.cells import UnreadableError
from pipeline.collect.formats.kinds import content_of
from pipeline.collect.formats.opening import open_workbook
from pipeline.collect.formats.workbook import Workbook
from pipeline.collect.grids import Grids
from pipeline.collect.ourlist import reading_of
from pipeline.collect.sender.book import NameBook, book_of
from pipeline.collect.sender.identify import Identification, Signs, StatedSender, identify
from pipeline.collect.sender.printed import printed_of
from pipeline.collect.sender.stamp import Form, form_of, hidden_names, stamps_of
from pipeline.collect.tables.answers import answers_in, named_in
from pipeline.collect.tables.codes import Codes, CodesByColumn, codes_for
from pipeline.collect.tables.collectives import Collectives
from pipeline.collect.tables.columns import SheetReading
from pipeline.collect.tables.effort import excess
from pipeline.collect.tables.form import labels_of, read_form
from pipeline.collect.tables.headings import header_of
from pipeline.collect.tables.locate import TableSheets, sheets_of
from pipeline.collect.tables.named import persons_in
from pipeline.collect.tables.older import with_columns_of, with_confirmed, with_kinds_of
from pipeline.collect.tables.outside import outside
from pipeline.collect.tables.table import read_table
from pipeline.collect.tables.unseen import unseen
from pipeline.model import Finding, Reading, Severity, Stamp, TableReading
from schemas.columns import READABLE, Column, TableSpec
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


@dataclass(frozen=True)
class Reader:
    """Reads the files of one round; keeps forms and code lists from file to file."""

    round: Round
    definitions: Path
    _forms: dict[str, Form] = field(default_factory=dict)
    _codes: dict[tuple[str, int], Codes] = field(default_factory=dict)

    @cached_property
    def _book(self) -> NameBook:
        return book_of(self.round)

    def read(self, path: Path, name: str, assigned: str = "") -> Reading:
        """Read one file. ``assigned``: the agency to which the operator assigned it."""
        feedback = self.round.sheets.feedback
        try:
            workbook = open_workbook(content_of(path), self.round.password)
            if workbook.names == (feedback,):
                return reading_of(self._grids(workbook)[feedback], feedback, self._book)
            reading = self._read(workbook, name, assigned)
            if not reading.tables:
                return reading
            return replace(reading, persons=persons_in(reading.tables, self.round.by_key))
        except UnreadableError as problem:
            return unreadable(problem.reason, **problem.words)

    def _read(self, workbook: Workbook, name: str, assigned: str) -> Reading:
        """Read a workbook: by which form it was made, who sent it, then its tables."""
        hidden = hidden_names(workbook, self.round.sheets.meta)
        stamps = stamps_of(workbook, hidden)
        stamp = stamps[0] if stamps else Stamp()
        if stamp.round not in ("", self.round.key):
            return self._of_other_round(
                stamp, likely=assigned or self._book.only_sender(Path(name).name)
            )
        printed = printed_of(hidden, stamp, self.round)
        form, grids = replace(self._form(stamp), printed=printed), self._grids(workbook)
        sheets = sheets_of(workbook.names, form.tables, self.round.sheets.names, grids)
        opened = _FilledForm(workbook, form, grids, sheets)
        info = self._table(self.round.info, opened)
        signs = Signs(stamps, _info(info), Path(name).name, opened.has_form)
        sender = identify(signs, self._book, assigned)
        kept_stamp = stamp if stamps else None
        if not sender.agency:
            return Reading(stamp=kept_stamp, findings=sender.findings, likely=sender.likely)
        return replace(self._of_agency(opened, sender, info), stamp=kept_stamp)

    def _of_agency(
        self, opened: _FilledForm, sender: Identification, info: SheetReading | None
    ) -> Reading:
        """Read all tables of a workbook whose sender is known."""
        info = as_assigned(info, sender, self.round)
        confirmed = self.round.mappings.get(sender.agency, {})
        by_key = {
            self.round.info.key: info,
            **{spec.key: self._table(spec, opened, confirmed) for spec in self.round.row_tables},
        }
        read = {key: table for key, table in by_key.items() if table is not None}
        tables = {key: table.table for key, table in read.items()}
        self._refuse_endless(tables)
        workbook, grids, feedback = opened.workbook, opened.grids, self.round.sheets.feedback
        answers = answers_in(grids[feedback]) if feedback in workbook.names else ()
        beside = outside(workbook, opened.sheets, self.round, grids, opened.form.printed)
        return Reading(
            agency=sender.agency,
            identified_by=sender.by,
            is_doubted=sender.is_doubted,
            tables=tables,
            findings=(
                *sender.findings,
                *opened.form.findings,
                *self._window(info),
                *opened.sheets.findings,
                *chain.from_iterable(table.findings for table in read.values()),
                *beside.findings,
                *unseen(tables, workbook.hidden_sheets, self.round, grids),
                *opened.findings(),
                *named_in(answers, feedback),
            ),
            matches=(
                *opened.sheets.matches,
                *chain.from_iterable(table.matches for table in read.values()),
            ),
            modified=workbook.modified,
            aside=(*chain.from_iterable(table.aside for table in read.values()), *beside.aside),
            answers=answers,
        )

    def _grids(self, workbook: Workbook) -> Grids:
        return Grids(workbook, self.round.timezone)

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
        self, spec: TableSpec, opened: _FilledForm, confirmed: Mapping[str, str] | None = None
    ) -> SheetReading | None:
        """Read a table by its form, as the round declares it today; None if it has no sheet."""
        sheet = opened.sheets.names.get(spec.key)
        if sheet is None:
            return None
        as_filled = with_kinds_of(spec, opened.form.table(spec.key))
        declared, printed = with_confirmed(as_filled, confirmed or {}), opened.form.printed
        grid, codes = opened.grids.calculated(sheet), self._codes_of(as_filled, opened.form)
        if spec.is_form:
            read = read_form(grid, declared, sheet, codes, printed)
        else:
            collectives = self._collectives_of(declared)
            read = read_table(grid, declared, sheet, codes, collectives, printed)
        return replace(read, table=with_columns_of(spec, as_filled, read.table))

    def _collectives_of(self, spec: TableSpec) -> Collectives | None:
        """Return which rows count collectives in their own unit; None if undeclared."""
        apart = self.round.settings.figures.collectives
        if apart is None or not apart.unit or not spec.has(apart.column):
            return None
        codes = self.round.codes_of(spec.by_key[apart.column]).codes
        measures = [measure.of for measure in apart.measures]
        return Collectives(apart.column, codes.index(apart.code), measures, apart.unit)

    def _codes_of(self, spec: TableSpec, form: Form) -> CodesByColumn:
        """Return readers of a table's code columns: the form's names, today's positions."""
        return {
            column.key: self._reader_of(column, form)
            for column in spec.code_columns
            if column.codes in self.round.codelists
        }

    def _reader_of(self, column: Column, form: Form) -> Codes:
        key = (column.codes, id(form.codelists))
        if key not in self._codes:
            current = self.round.codelists[column.codes]
            self._codes[key] = codes_for(form.codelists.get(column.codes, current), current)
        return self._codes[key]

    def _window(self, info: SheetReading | None) -> Iterator[Finding]:
        """S04: warn if the file states another period than the round's."""
        if info is None:
            return
        window = {"start": dmy(self.round.start), "end": dmy(self.round.end)}
        for key, expected in zip(PERIOD, (self.round.start, self.round.end), strict=True):
            days = info.table.values.get(key)
            if days is None or np.isnat(days[0]) or days[0] == np.datetime64(expected):
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


@dataclass(frozen=True)
class _FilledForm:
    """An open workbook, the form that it was made from, and the sheets with the form's tables."""

    workbook: Workbook
    form: Form
    grids: Grids
    sheets: TableSheets

    def has_form(self) -> bool:
        """True if a sheet has the form's headings or labels, not just a name of its sheets."""
        return any(
            2 * len(labels_of(grid, spec)) >= len(spec.columns)
            if spec.is_form
            else header_of(grid, spec)
            for key, name in self.sheets.names.items()
            for spec, grid in [(self.form.table(key), self.grids[name])]
        )

    def findings(self) -> Iterator[Finding]:
        """Yield findings about the file as a workbook.

        S11: a sheet with cells out of order; programs that trust the order see less of it. S12:
        active content; nothing of it is run or followed.
        """
        names = self.sheets.names.values()
        for name in names:
            if not self.grids[name].ordered:
                yield Finding("S11", Severity.NOTE, "stray.disordered", {"sheet": name}, sheet=name)
        for what in self.workbook.active:
            yield Finding("S12", Severity.WARNING, f"active_content.{what}")
        if any(map(self.workbook.has_formulas, names)):
            yield from self.grids.calculation.findings(names)


def _info(info: SheetReading | None) -> StatedSender:
    """Return what the label-value sheet says of the sender."""
    if info is None:
        return StatedSender()
    texts = {key: _text(info.table, key) for key in (AGENCY, NAME)}
    cells = tuple(info.table.letters[key] for key in texts if key in info.table.letters)
    return StatedSender(texts[AGENCY], texts[NAME], info.table.sheet, cells)


def _text(table: TableReading, key: str) -> str:
    is_read = key in table.values and table.states[key][0] in READABLE
    return str(table.values[key][0]) if is_read else ""
