"""``round.toml`` as frozen dataclasses: one field per key.

:mod:`schemas.round.shape` checks a file against them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from enum import StrEnum
from typing import Literal

from schemas.round.counting import ApartMeasure, DeclaredRate, Figures
from schemas.round.senders import DeclaredLetter


class RuleState(StrEnum):
    """Whether a rule is in use."""

    DRAFT = "draft"
    BETA = "beta"
    """Being tried out: its findings are notes."""
    ENFORCED = "enforced"
    RETIRED = "retired"


PROGRESS_FILE, CONTENT_FILE = "tien-do-va-loi.xlsx", "noi-dung-bao-cao.xlsx"
"""Workbooks of every round beside its summaries: progress and findings; what agencies wrote."""
BRIEF_FILE = "tom-tat.docx"
"""The brief of every round, one page for a leader."""


@dataclass(frozen=True)
class RulePolicy:
    """State and severity of a rule in this round; a blank ``severity`` leaves it its own."""

    state: RuleState = RuleState.ENFORCED
    severity: Literal["", "E", "W", "N"] = ""


@dataclass(frozen=True)
class Window:
    """The days that are reported on. ``deadline``: the first day on which a return is late."""

    start: dt.date
    end: dt.date
    deadline: dt.date
    utc_offset: float
    """Offset from UTC, in hours, of the clock that decides on which day a return arrived."""
    opening: dt.date | None = None
    """Dates from ``start`` to this day deserve a second look (V05, a warning)."""


@dataclass(frozen=True)
class Collect:
    """How returns are taken in. ``password``: what agencies may lock them with; blank for none."""

    password: str = ""


@dataclass(frozen=True)
class Publisher:
    """Who runs the round, as letters and workbooks name it."""

    parent: str
    send_to: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""

    @property
    def reached_at(self) -> tuple[str, ...]:
        """Address, telephone and e-mail for returns and questions, as far as they are known."""
        return tuple(filter(None, (self.address, self.phone, self.email)))

    @property
    def destination(self) -> str:
        """Where returns go and how it is reached. For workbooks: letters say so in their foot."""
        return f"{self.send_to} ({'; '.join(self.reached_at)})" if self.reached_at else self.send_to

    @property
    def addressee(self) -> str:
        """The body to which returns are sent."""
        return self.send_to or self.parent


@dataclass(frozen=True)
class ContactColumns:
    """Whom to ask at an agency: keys of columns of the label-value sheet; blank if it has none."""

    name: str = ""
    position: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class Sheets:
    """Names of the sheets other than tables."""

    instructions: str
    selfcheck: str
    lists: str
    meta: str
    helpers: str
    feedback: str
    workings: str = "_tinh"
    """The sheet of the self-check's own workings: very hidden, and never read."""

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return astuple(self)


@dataclass(frozen=True)
class Jump:
    """When a changed total is worth a warning (N04).

    It differs by ``least`` or more, and is ``times`` as large or as small as before.
    """

    times: float = 3.0
    least: float = 10.0


@dataclass(frozen=True)
class Across:
    """What rules compare between agencies.

    ``decisions``: (table, number, date) for N01; ``counts``, ``amounts``: (table, measure) for N02.

    Counts are compared by their sums within groups of agencies, amounts row by row by their order
    of magnitude.
    """

    decisions: tuple[tuple[str, str, str], ...] = ()
    counts: tuple[tuple[str, str], ...] = ()
    amounts: tuple[tuple[str, str], ...] = ()
    jump: Jump = Jump()

    @property
    def measures(self) -> tuple[tuple[str, str], ...]:
        """All measures that are compared with other agencies or with earlier returns."""
        return (*self.counts, *self.amounts)


@dataclass(frozen=True)
class DeclaredEdition:
    """A later edition of code lists, in which figures can be told too.

    ``file`` holds old and new codes; ``dimension`` is the one that can be counted by the new codes.
    """

    edition: str
    lists: tuple[str, ...]
    file: str
    dimension: str
    title: str
    title_vi: str = ""
    title_en: str = ""


def title_in(declared: DeclaredRate | ApartMeasure | DeclaredEdition, lang: str) -> str:
    """The title of something in a language; its own if it has none in that language."""
    return {"vi": declared.title_vi, "en": declared.title_en}.get(lang) or declared.title


@dataclass(frozen=True)
class Summary:
    """One summary workbook."""

    file: str
    title: str
    dimension: str
    crossings: tuple[str, ...] = ()
    parent: str = ""
    """A coarser dimension by which the entries are grouped."""
    indicators: tuple[str, ...] = ()
    """What the map can show: keys of measures and rates, and ``<measure>_per_1000``."""
    ranked: tuple[str, ...] = ()
    """The indicators whose ranks stand beside the figures."""
    lowest_is_worst: tuple[str, ...] = ()
    """The indicators whose lowest value is the worst (rank 1). For others it is the highest."""


@dataclass(frozen=True)
class Instructions:
    """What the sheet of instructions says of the round itself."""

    purpose: tuple[str, ...] = ()
    sample: Mapping[str, str] = field(default_factory=dict)
    """A sample row: its ``table``, then code, number or text by column."""


@dataclass(frozen=True)
class Settings:
    """All of ``round.toml``. The file of cv4874 explains each key."""

    round: str
    version: str
    name: str
    title: str
    window: Window
    publisher: Publisher
    sheets: Sheets
    figures: Figures
    language: Literal["vi", "en"] = "vi"
    """The language of the round's form."""
    subject: str = ""
    dispatch: str = ""
    form_number: str = ""
    issued_on: dt.date | None = None
    """The day on which the round was issued. No return can have come before."""
    invented: bool = False
    own_locality_groups: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    collect: Collect = Collect()
    letter: DeclaredLetter = field(default_factory=DeclaredLetter)
    contact: ContactColumns = ContactColumns()
    pairs: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    expectations: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    across: Across = Across()
    attributes: Mapping[str, str] = field(default_factory=dict)
    dimensions: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    dimension_titles: Mapping[str, str] = field(default_factory=dict)
    edition: Mapping[str, str] = field(default_factory=dict)
    editions: tuple[DeclaredEdition, ...] = ()
    summaries: tuple[Summary, ...] = ()
    instructions: Instructions = Instructions()
    rules: Mapping[str, RulePolicy] = field(default_factory=dict)

    @property
    def form_day(self) -> dt.date:
        """The creation date written into the form's files: fixed, so that their bytes are."""
        return self.window.deadline

    @property
    def dispatch_or_name(self) -> str:
        """What the form refers to: the dispatch, or else the round's name."""
        return self.dispatch or self.name

    @property
    def cited(self) -> str:
        """What letters refer to: the full citation, or else as the form."""
        return self.letter.cited or self.dispatch_or_name
