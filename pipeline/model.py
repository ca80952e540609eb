"""Define the nouns that pass between the steps: frozen, without I/O, in no language."""

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
    """How grave a finding is: error, warning or note."""

    ERROR = "E"
    WARNING = "W"
    NOTE = "N"


class Verdict(StrEnum):
    """What a submission was judged to be."""

    ACCEPTED = "accepted"
    WITH_WARNINGS = "accepted_with_warnings"
    TO_CORRECT = "to_correct"
    UNREADABLE = "unreadable"
    """Never counts or supersedes: no workbook of this round and a known agency (S01–S04)."""


COUNTING = (Verdict.ACCEPTED, Verdict.WITH_WARNINGS)


class Standing(StrEnum):
    """How far an agency has come with its report."""

    MISSING = "missing"
    REPORTED = "reported"
    NIL = "confirmed_nil"
    CORRECTING = "being_corrected"
    UNREADABLE = "unreadable"
    """The agency has sent files, and none of them can be read."""
    EXCUSED = "excused"
    """An operator decided that it needn't report, and it has sent nothing that counts."""


@dataclass(frozen=True)
class Stamp:
    """The mark in an issued workbook: in its hidden sheet and its document properties."""

    round: str = ""
    version: str = ""
    digest: str = ""
    agency: str = ""
    issue: str = ""


@dataclass(frozen=True)
class Finding:
    """One rule not met, at an exact place. ``words`` fill the gaps of the catalogue's ``message``.

    ``cells`` are single A1 addresses; none if it concerns a sheet or file. ``column`` is a title.
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
    """What the agency's clerk wrote beside it on the returned sheet of findings."""


@dataclass(frozen=True)
class Answer:
    """What a clerk wrote beside a finding on the returned sheet. ``key`` tells which finding."""

    key: str
    rule: str
    sheet: str
    column: str
    value: str
    text: str


ASIDE_KINDS = ("[sheet]", "[note]", "[box]", "[margin]")
"""Text on a sheet that the form lacks, in a comment, in a text box, in a header or footer."""


@dataclass(frozen=True)
class Aside:
    """Something that an agency wrote outside the form: kept for readers, never counted.

    ``title``: its column's heading or one of ``ASIDE_KINDS``; ``cell``: the first; or blank.
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
    """Why they match: ``exact``, ``normalised``, ``synonym``, ``confirmed``, ``headers``,
    ``content`` or ``close``."""
    score: float = 100.0
    sheet: str = ""
    """For a column: its sheet, as the file names it."""


@dataclass(frozen=True)
class Total:
    """A total row that an agency added. ``group``: the rows that its label names, or none."""

    row: int
    label: str
    numbers: Mapping[str, float]
    group: frozenset[int] = frozenset()


@dataclass(frozen=True)
class TableReading:
    """One table as read and tidied from one file: parallel arrays, one element per data row.

    ``values`` by column key: codes as ``int16`` positions in the code list (-1 missing), numbers as
    ``float64`` (NaN), dates as ``datetime64[D]`` (NaT), texts as ``object`` (str or None).
    ``states`` by column key: ``uint8`` of :class:`schemas.columns.State`.
    ``found``: the cell's text by (row position, column key), unless its state is OK or BLANK.
    ``letters``: column letter by column key; on a label-value sheet the full address.
    ``totals``: the agency's own total rows, from top to bottom; they are not in ``rows``.
    """

    sheet: str
    letters: Mapping[str, str]
    rows: np.ndarray[Any, Any]
    values: Mapping[str, np.ndarray[Any, Any]]
    states: Mapping[str, np.ndarray[Any, Any]]
    found: Mapping[tuple[int, str], str] = field(default_factory=dict)
    totals: tuple[Total, ...] = ()

    def address(self, key: str, row: int) -> str:
        """Return the A1 address of a column's cell in sheet row ``row``."""
        return address(self.letters[key], row)


@dataclass(frozen=True)
class Reading:
    """What one file says: its tables, its sender, and what is wrong with it as a workbook.

    ``agency`` is blank if unknown. ``findings``: rules S01–S12, without ``agency`` and ``file``.
    """

    agency: str = ""
    identified_by: str = ""
    """How ``agency`` is known: ``assigned``, ``stamp``, ``info``, ``file_name`` or ``mail``."""
    likely: str = ""
    """The agency it may be from, while it is unassigned."""
    is_doubted: bool = False
    """Whether its file name or information sheet names another agency."""
    stamp: Stamp | None = None
    tables: Mapping[str, TableReading] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    matches: tuple[Match, ...] = ()
    modified: str = ""
    """When the document says it was last changed, ISO; blank if it doesn't."""
    answers: tuple[Answer, ...] = ()
    persons: Mapping[str, tuple[tuple[int, int], ...]] | None = None
    """Free texts that name persons, with start and end of each name; None if not searched yet."""
    aside: tuple[Aside, ...] = ()
    """What stands outside the form (S07, S11), up to a limit; the archived file has all of it."""


OUR_LIST = "our_list"
"""The kind of a file with a list of corrections only: sent where a return can't be marked."""
CHANGED, UPLOADED, UNBELIEVED = "mtime", "uploaded", "collected"
"""How a receipt date is known: file time; upload to a store; first collection (no usable time)."""
ASSIGNED = "assigned"
"""How an agency is known if the operator named it."""
YEARS = range(1990, 2200)
"""Years in which a return may be received. Others are typing slips."""
REGISTER = "nhan.csv"
"""The operator's register of receipt dates; also says how such a date is known."""
OPTION, MAIL = "option", "mail"
"""Mark a date of the command line (the highest rank) and of a mail (below a register's)."""


@dataclass(frozen=True)
class Mail:
    """The mail that brought a file; the outer one if a mail was forwarded inside another."""

    sender: str = ""
    """In lower case."""
    name: str = ""
    """The sender's name as the mail shows it."""
    subject: str = ""
    sent: str = ""
    """When it came or was sent according to the mail, ISO; blank if that can't be read."""
    text: str = ""
    """SHA-256 of its text, which is kept in the archive; blank if it has none."""
    inner: Mail | None = None
    """The forwarded mail inside this one that holds the file."""


@dataclass(frozen=True)
class Received:
    """One received file: its place, the hash of its bytes, when it came, how that is known."""

    path: Place
    """Where its bytes are kept, or can be read now."""
    name: str
    """Its name for people: relative to where the search began, with the folder or zip it was in."""
    sha256: str
    size: int
    received: dt.datetime
    received_by: str
    """``option``, ``nhan.csv``, ``mail``, ``zip``, ``mtime``, ``uploaded`` or ``collected``."""
    place: str = ""
    """Its full path or address; blank for a member of a zip."""
    changed: int = 0
    """When it was last changed, in nanoseconds; in a store, a mark of its last change."""
    mail: Mail | None = None
    """The mail that brought it, if one did."""
    assigned: str = ""
    """The code of the agency that the operator assigned it to; blank if none."""


class Choice(StrEnum):
    """What an operator can decide."""

    PIN = "pin"
    """This submission counts for its agency, even if others came later. ``target``: its SHA-256."""
    EXCLUDE = "exclude"
    """This submission neither counts nor supersedes. ``target``: its SHA-256."""
    WAIVE = "waive"
    """A rule doesn't bind an agency, or with severity ``value`` (E, W). ``target``: the rule."""
    MAPPING = "mapping"
    """An agency's title means a column. ``target``: the title; ``value``: ``table.column``."""
    EXCUSE = "excuse"
    """An agency needn't report in this round. ``target``: the agency's code."""
    ASSIGN = "assign"
    """This file is the return of ``agency``. ``target``: its SHA-256."""
    DISMISS = "dismiss"
    """This file, unassigned or unreadable, is of no concern. ``target``: its SHA-256."""
    EXTEND = "extend"
    """``until`` is the last day in time for ``agency``; blank: for all. ``target``: ``agency``."""
    NAMES = "names"
    """Persons are named in one run of summaries. No ``agency`` or ``target``; never in force."""


ABOUT_FILES = {
    Choice.PIN: "submission",
    Choice.EXCLUDE: "submission",
    Choice.ASSIGN: "file",
    Choice.DISMISS: "file",
}
"""Choices about a file, with what they decide on."""


@dataclass(frozen=True)
class Decision:
    """What an operator decided, by whom and why. No decision is ever deleted from the record.

    Of two decisions about the same (see ``about``) the later is in force, unless ``revoked``. A pin
    or exclusion holds while the file is its agency's. ``until`` (or None) is the last day on which
    a return may be received to be judged by it; of an extension, the last day in time.
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
        """What it decides on: of two decisions about the same the later is in force."""
        kind = ABOUT_FILES.get(self.choice)
        return (kind, "", self.target) if kind else (self.choice.value, self.agency, self.target)
