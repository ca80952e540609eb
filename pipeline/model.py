"""The nouns: what passes between the steps. Frozen, free of I/O, and without a word of any language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

from pipeline.machine.storage import Place
from pipeline.office.addresses import address


class Severity(StrEnum):
    """How grave a finding is."""

    ERROR = "E"
    WARNING = "W"
    NOTE = "N"


class Verdict(StrEnum):
    """What became of a submission."""

    ACCEPTED = "accepted"
    WITH_WARNINGS = "accepted_with_warnings"
    TO_CORRECT = "to_correct"
    UNREADABLE = "unreadable"
    """Not counted and never superseding: not a workbook, or not one of a known agency and this round (S01–S04)."""


COUNTING = (Verdict.ACCEPTED, Verdict.WITH_WARNINGS)


class Standing(StrEnum):
    """Where an agency stands in the round."""

    MISSING = "missing"
    REPORTED = "reported"
    NIL = "confirmed_nil"
    CORRECTING = "being_corrected"
    UNREADABLE = "unreadable"
    """Has sent files, none of which can be read."""
    EXCUSED = "excused"
    """Needn't report, by an operator's decision, and has sent nothing that counts."""


@dataclass(frozen=True)
class Stamp:
    """The mark inside an issued workbook, kept in the hidden sheet and in the document's custom properties."""

    round: str = ""
    version: str = ""
    digest: str = ""
    agency: str = ""
    issue: str = ""


@dataclass(frozen=True)
class Finding:
    """One rule not met, somewhere exact. ``message`` is a key of the catalogue and ``words`` fill its gaps.

    ``cells`` are single A1 addresses; none where the finding concerns a sheet or the whole file.
    ``column`` is the declared title of the column.
    """

    rule: str
    severity: Severity
    message: str
    words: Mapping[str, str] = field(default_factory=dict)
    agency: str = ""
    file: str = ""
    sheet: str = ""
    cells: tuple[str, ...] = ()
    column: str = ""
    value: str = ""
    answer: str = ""
    """What the agency's clerk answered to it, on the sheet that was sent back."""


@dataclass(frozen=True)
class Answer:
    """What a clerk wrote beside a finding on the sheet that was sent back. It belongs to the finding that has this ``key``."""

    key: str
    rule: str
    sheet: str
    column: str
    value: str
    text: str


ASIDE_KINDS = ("[sheet]", "[note]", "[box]", "[margin]")
"""A cell of a sheet that the form doesn't have; a note; text that is drawn; text that is printed on every page."""


@dataclass(frozen=True)
class Aside:
    """What an agency wrote outside the form: kept for readers, never counted.

    ``title`` is the heading of its column, blank without one, or one of ``ASIDE_KINDS`` where it stands in no table.
    ``cell`` is where it begins, blank where it belongs to no cell.
    """

    sheet: str
    cell: str
    title: str
    value: str


@dataclass(frozen=True)
class Match:
    """How one sheet or column of a file was matched to its declaration."""

    kind: str
    """``sheet`` or ``column``."""
    declared: str
    found: str
    evidence: str
    """``exact``, ``normalised``, ``synonym``, ``confirmed``, ``headers``, ``content`` or ``close``."""
    score: float = 100.0
    sheet: str = ""
    """The sheet of a column, as the file names it."""


@dataclass(frozen=True)
class Total:
    """A total row that an agency added: its physical row, its label as found, its readable numbers by column key.

    ``group`` are the rows that its label names; none where it names no group.
    """

    row: int
    label: str
    numbers: Mapping[str, float]
    group: frozenset[int] = frozenset()


@dataclass(frozen=True)
class TableReading:
    """One table as read and tidied from one file: parallel arrays, one element a data row.

    ``values`` by column key: ``int16`` positions in the code list (-1 missing) for codes, ``float64`` (NaN) for
    numbers, ``datetime64[D]`` (NaT) for dates, ``object`` (str or None) for text.
    ``states`` by column key: ``uint8`` of :class:`schemas.round.table.State`.
    ``found`` maps (row position, column key) to the cell's text as found, wherever the state is neither OK nor BLANK.
    ``letters`` maps a column key to its column letter; for a label-value sheet to its full address.
    ``totals`` are the agency's own total rows, from top to bottom; none of them is among ``rows``.
    """

    sheet: str
    letters: Mapping[str, str]
    rows: np.ndarray[Any, Any]
    values: Mapping[str, np.ndarray[Any, Any]]
    states: Mapping[str, np.ndarray[Any, Any]]
    found: Mapping[tuple[int, str], str] = field(default_factory=dict)
    totals: tuple[Total, ...] = ()

    def address(self, key: str, row: int) -> str:
        """The A1 address of a column's cell in physical ``row``."""
        return address(self.letters[key], row)


@dataclass(frozen=True)
class Reading:
    """What one file says: its tables, who sent it, and what was wrong with the file as a workbook.

    ``agency`` is blank where unknown. ``findings`` are those of rules S01–S12, without ``agency`` and ``file``.
    """

    agency: str = ""
    identified_by: str = ""
    """How the agency was recognised: ``assigned``, ``stamp``, ``info``, ``file_name`` or ``mail``."""
    likely: str = ""
    """Whose it may be, where it is nobody's return (yet)."""
    is_doubted: bool = False
    """Whether its name or its information sheet names another agency."""
    stamp: Stamp | None = None
    tables: Mapping[str, TableReading] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    matches: tuple[Match, ...] = ()
    modified: str = ""
    """The document's own modified time, ISO, or blank."""
    answers: tuple[Answer, ...] = ()
    aside: tuple[Aside, ...] = ()
    """What stands outside the form (S07, S11), up to a limit; all of it is in the archived file."""


OUR_LIST = "our_list"
"""The kind of a file that is the list of what is to be corrected alone, as it goes out where a return can't be marked."""
CHANGED, UPLOADED, UNBELIEVED = "mtime", "uploaded", "collected"
"""How a date is known that is a file's own time; that of its upload, for a store tells nothing better; the day of first collection, for its own can't be right."""
ASSIGNED = "assigned"
"""How an agency is known that the operator named."""
YEARS = range(1990, 2200)
"""Years in which a return may be received: others are slips."""
REGISTER = "nhan.csv"
"""The file in which an operator enters when files were received, and how such a date is known."""
ADDRESS_BOOK, HEADCOUNTS = "dia-chi.csv", "headcounts.csv"
"""The files in which an operator keeps whom to write to at each agency, and how many people work there."""
OPTION = "option"
"""How a date is known that was given on the command line: it counts more than a register's, as that does more than a file's own time."""
MAIL = "mail"
"""How a date is known that the mail says which brought the file: it counts less than a register's, and more than a file's own time."""


@dataclass(frozen=True)
class Mail:
    """The mail that brought a file. Of a mail forwarded inside another this is the outer one."""

    sender: str = ""
    """The address, in lower case."""
    name: str = ""
    """The sender's name as the mail shows it."""
    subject: str = ""
    sent: str = ""
    """When it came or was sent, as the mail says it, ISO; blank where it says nothing that can be read."""
    text: str = ""
    """The SHA-256 of its text, which is kept in the archive; blank where it has none."""
    inner: Mail | None = None
    """The forwarded mail inside it that holds the file."""


@dataclass(frozen=True)
class Received:
    """One file as received: where it was found, its bytes' hash, when and how we know when it arrived."""

    path: Place
    """Where its bytes are kept, or can be read now."""
    name: str
    """Its name as shown to people, with the folder or zip it came in, relative to where the search began."""
    sha256: str
    size: int
    received: dt.datetime
    received_by: str
    """``option``, ``nhan.csv``, ``mail``, ``zip``, ``mtime``, ``uploaded`` or ``collected``."""
    place: str = ""
    """Its full path or address where it lies on its own; blank for a member of a zip."""
    changed: int = 0
    """When it was last changed there, in nanoseconds; in a store, a mark of its last change."""
    mail: Mail | None = None
    """The mail that brought it, where one did."""
    assigned: str = ""
    """Whose the operator says it is."""


class Choice(StrEnum):
    """What an operator can decide."""

    PIN = "pin"
    """This submission counts for its agency, whatever came later. ``target``: its SHA-256."""
    EXCLUDE = "exclude"
    """This submission neither counts nor supersedes. ``target``: its SHA-256."""
    WAIVE = "waive"
    """A rule doesn't bind an agency, or is as grave for it as ``value`` (E or W) says. ``target``: the rule's id."""
    MAPPING = "mapping"
    """A column of an agency's workbooks is a declared one. ``target``: the found title; ``value``: ``table.column``."""
    EXCUSE = "excuse"
    """An agency needn't report in this round. ``target``: the agency's code."""
    ASSIGN = "assign"
    """This file is the return of ``agency``. ``target``: its SHA-256."""
    DISMISS = "dismiss"
    """This file, nobody's return or one that can't be read, is of no concern. ``target``: its SHA-256."""
    EXTEND = "extend"
    """A later deadline: ``until`` is the last day in time, of ``agency`` or, where that is blank, of all. ``target``: as ``agency``."""
    NAMES = "names"
    """Persons stand in clear in the summaries of one run. No ``agency``, no ``target``; it never stands for a later run."""


ABOUT_FILES = {Choice.PIN: "submission", Choice.EXCLUDE: "submission", Choice.ASSIGN: "file", Choice.DISMISS: "file"}
"""Choices on a file, whosever it is, by what they decide on."""


@dataclass(frozen=True)
class Decision:
    """What an operator decided, on whose authority and why; nothing is ever taken out of the record.

    Of two decisions on one ``agency`` and ``target`` (pin and exclude alike, assign and dismiss alike) the later stands; a ``revoked`` one stands for nothing. A pin or exclusion holds while the file is the ``agency``'s.
    ``until`` (last day, or None): submissions received later are judged without it.
    """

    choice: Choice
    agency: str
    target: str
    reason: str
    by: str
    at: dt.datetime
    value: str = ""
    approver: str = ""
    until: dt.date | None = None
    revoked: bool = False

    @property
    def about(self) -> tuple[str, str, str]:
        """What it decides on: of two decisions about the same the later stands."""
        kind = ABOUT_FILES.get(self.choice)
        return (kind, "", self.target) if kind else (self.choice.value, self.agency, self.target)
