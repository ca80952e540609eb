"""Mark a copy of an agency's workbook: coloured cells with notes, and a first sheet of findings.

Only the parts that must change do: sheets with marks, styles, list of sheets. All others keep
their bytes.
"""

from __future__ import annotations

import datetime as dt
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from xlsxwriter.workbook import Workbook

from pipeline.feedback.disarm import disarm
from pipeline.feedback.listing import PRINT_TITLES, print_titles
from pipeline.feedback.listing import sheet as listing
from pipeline.feedback.marking import Marking
from pipeline.feedback.marks import SheetMarks
from pipeline.feedback.notes import Notes
from pipeline.feedback.package import OfficePackage
from pipeline.feedback.sheet import Sheet
from pipeline.feedback.showing import show_sheet
from pipeline.feedback.styles import EMPTY, Styles
from pipeline.findings.entries import said
from pipeline.model import Finding, Severity
from pipeline.office.sheetnames import quoted
from pipeline.office.xmltext import clean, escape
from pipeline.office.xmltree import (
    UnpreservableError,
    added,
    elements,
    made,
    only,
    placed,
    relation_id,
    remove,
)
from schemas.words import ui

SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_AFTER_NAMES = (
    *(
        "calcPr",
        "oleSize",
        "customWorkbookViews",
        "pivotCaches",
        "smartTagPr",
        "smartTagTypes",
        "webPublishing",
    ),
    *("fileRecoveryPr", "webPublishObjects", "extLst"),
)
"""Elements that follow ``definedNames`` in the schema of a workbook (ECMA-376 part 1, 18.2.27)."""
_NO_DAY = dt.datetime(2000, 1, 1)  # noqa: DTZ001 workbooks have no time zones
"""A fixed day instead of the clock: same list, same bytes."""
_MOST_IN_NOTE = 5
"""The most findings that a note explains; the list has them all."""


class MarkedCopy(NamedTuple):
    """A marked copy, always an .xlsx, and the kinds of hazards taken out of it."""

    content: bytes
    taken: frozenset[str]


def marked_copy(whole: bytes, marking: Marking) -> MarkedCopy:
    """Return the workbook with its mistakes marked and its hazards taken out.

    Raises ``UnpreservableError`` if something could be lost, ``UnsafeError`` if a hazard can't be
    taken out for sure.
    """
    try:
        package = OfficePackage(whole)
        taken = disarm(package)
        return MarkedCopy(_CopyWriter(package, marking.saying(taken)).content(), taken)
    except (KeyError, ValueError, IndexError) as error:
        raise UnpreservableError("unusual") from error


def list_alone(marking: Marking) -> bytes:
    """Return a workbook of the list alone, for a file that can't be marked."""
    return _CopyWriter(OfficePackage(_blank(marking)), marking).content()


def _blank(marking: Marking) -> bytes:
    """Return a workbook with one sheet, which the list will replace."""
    packed = io.BytesIO()
    with Workbook(packed, {"in_memory": True}) as book:
        book.set_properties({"author": marking.author, "created": _NO_DAY})
        book.add_worksheet(marking.name).write_string("A1", marking.heading.title)
    return packed.getvalue()


class _CopyWriter:
    """One workbook being marked."""

    def __init__(self, package: OfficePackage, marking: Marking) -> None:
        self._package, self._marking = package, marking
        self._book = package.root(package.main)
        self._styles_part = package.related(package.main, "styles") or self._new_styles()
        self._styles = Styles(package.root(self._styles_part))
        self._marker = SheetMarks(self._styles, marking.sign)
        self._revealed: set[tuple[str, str]] = set()
        """(sheet, address) of marked cells that were hidden as received; blank address: a sheet."""

    def _new_styles(self) -> str:
        package = self._package
        part = package.free_name("xl/stylesPh{}.xml")
        package.add(
            package.main,
            "styles",
            part,
            EMPTY.format(namespace=package.namespace).encode(),
            STYLES_TYPE,
        )
        return part

    @cached_property
    def _sheets(self) -> dict[str, str]:
        """The part of each sheet, by name, in order."""
        links = self._package.relations(self._package.main)
        ids = {
            each.attrib["name"]: relation_id(each)
            for each in elements(self._book, "sheets", "sheet")
        }
        return {name: links[relation].part for name, relation in ids.items() if relation in links}

    def content(self) -> bytes:
        """Return the marked file."""
        marks, known = self._marks(), [name for name in self._sheets if name != self._marking.name]
        self._show_sheets()
        gone = self._styles.unmarked()
        for name in known:
            if marks.get(name) or gone or self._may_hold_ours(name):
                self._mark_sheet(name, marks.get(name, {}), gone)
        # after the sheets, which tell what was hidden; before the styles are finished: it adds its
        # own
        page = listing(
            self._marking.heading,
            self._marking.findings,
            known,
            self._styles,
            self._package.namespace,
            self._marking.lang,
            self._revealed,
        )
        self._styles.finish()
        self._put_first(page)
        return self._package.content()

    def _show_sheets(self) -> None:
        """Show the hidden sheets that have something to correct."""
        asked = {
            finding.sheet
            for finding in self._marking.findings
            if finding.severity is not Severity.NOTE
        }
        for each in elements(self._book, "sheets", "sheet"):
            if each.get("name") in asked and show_sheet(each):
                self._revealed.add((each.get("name"), ""))

    def _may_hold_ours(self, name: str) -> bool:
        part, sign = self._sheets[name], self._marking.sign
        notes = self._package.related(part, "comments")
        return (bool(notes) and sign in "".join(self._package.root(notes).itertext())) or escape(
            sign
        ).encode() in self._package.raw(part)

    def _marks(self) -> dict[str, dict[str, list[Finding]]]:
        """Return findings by sheet and cell, without severity N, which asks for nothing."""
        found: defaultdict[str, defaultdict[str, list[Finding]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for finding in self._marking.findings:
            for cell in finding.cells if finding.severity is not Severity.NOTE else ():
                found[finding.sheet][cell].append(finding)
        return {sheet: dict(cells) for sheet, cells in found.items()}

    def _mark_sheet(
        self, name: str, marks: Mapping[str, Sequence[Finding]], gone: Mapping[str, str]
    ) -> None:
        part, sign = self._sheets[name], self._marking.sign
        sheet = Sheet(self._package.raw(part))
        if not sheet.usable:
            if marks:
                raise UnpreservableError(part)
            return
        target = f"{quoted(self._marking.name)}!"
        # earlier marks first: the agency may have sent a marked copy back
        sheet.unmark(gone)
        self._marker.remove(sheet)
        sheet.unlink(target)
        notes = Notes(self._package, part, sheet, sign, self._marking.author or self._marking.name)
        notes.remove()
        shown: defaultdict[str, list[Finding]] = defaultdict(list)
        for address, cell in sheet.anchors(marks).items():
            shown[cell] += marks[address]
        revealed = sheet.show(shown)
        self._revealed |= {(name, each) for each in revealed}
        self._marker.add(sheet, {address: _gravest(listed) for address, listed in shown.items()})
        notes.add(
            {
                address: self._words(listed, hidden=address in revealed)
                for address, listed in shown.items()
            }
        )
        if marks:
            sheet.link("A1", f"{target}A1")
        self._package.write(part, sheet.content())

    def _words(self, findings: Iterable[Finding], *, hidden: bool) -> str:
        lang, lines = self._marking.lang, [self._marking.sign]
        listed = list(findings)
        for each in listed[:_MOST_IN_NOTE]:
            found, fix = (said(each, part, lang) for part in ("found", "fix"))
            lines.append(
                f"{ui(f'screen.severity.{each.severity}', lang)} {each.rule}: {found}\n→ {fix}"
            )
        if len(listed) > _MOST_IN_NOTE:
            lines.append(ui("feedback.more", lang, count=len(listed) - _MOST_IN_NOTE))
        if hidden:
            lines.append(ui("feedback.revealed", lang))
        return "\n".join(lines)

    # --- the list as the first sheet --------------------------------------------------------------

    def _put_first(self, page: str) -> None:
        """Put the list in place of an earlier one, or else first; the workbook opens on it."""
        position = (
            list(self._sheets).index(self._marking.name)
            if self._marking.name in self._sheets
            else -1
        )
        if position >= 0:
            self._package.write(self._sheets[self._marking.name], page.encode())
        else:
            self._insert(page)
        self._repeat_heading(max(0, position))
        self._look_at(max(0, position))

    def _insert(self, page: str) -> None:
        package, sheets = self._package, only(self._book, "sheets")
        relation = package.add(
            package.main,
            "worksheet",
            package.free_name("xl/worksheets/sheet{}.xml"),
            page.encode(),
            SHEET_TYPE,
        )
        used = (int(each.get("sheetId", 0)) for each in elements(sheets, "sheet"))
        about = {
            "name": clean(self._marking.name),
            "sheetId": str(max(used, default=0) + 1),
            f"{{{package.links}}}id": relation,
        }
        sheets.insert(0, made(sheets, "sheet", about, {"r": package.links}))
        for each in elements(self._book, "definedNames", "definedName"):
            if "localSheetId" in each.attrib:
                each.set("localSheetId", str(int(each.get("localSheetId")) + 1))

    def _repeat_heading(self, position: int) -> None:
        """Repeat the list's heading on each printed page, instead of an earlier list's."""
        about = {"name": PRINT_TITLES, "localSheetId": str(position)}
        for each in elements(self._book, "definedNames", "definedName"):
            if about.items() <= dict(each.attrib).items():
                remove(each)
        if not elements(self._book, "definedNames"):
            placed(self._book, made(self._book, "definedNames"), _AFTER_NAMES)
        added(
            only(self._book, "definedNames"),
            "definedName",
            about,
            clean(print_titles(self._marking.name, self._marking.heading)),
        )

    def _look_at(self, position: int) -> None:
        """Open the workbook on the list alone: with two sheets selected, typing changes both."""
        for view in elements(self._book, "bookViews", "workbookView"):
            view.attrib.update({"activeTab": str(position), "firstSheet": "0"})
        for name, part in self._sheets.items():
            if name != self._marking.name and "tabSelected" in self._package.start_of(part):
                sheet = Sheet(self._package.raw(part))
                sheet.deselect()
                self._package.write(part, sheet.content())


def _gravest(findings: Iterable[Finding]) -> Severity:
    return (
        Severity.ERROR
        if any(finding.severity is Severity.ERROR for finding in findings)
        else Severity.WARNING
    )
