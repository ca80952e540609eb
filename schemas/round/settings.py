"""``round.toml`` as frozen dataclasses: a field for each key. :mod:`schemas.round.shape` checks a file against them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from enum import StrEnum
from typing import Literal

from schemas.round.counting import ApartMeasure, Figures, Rate
from schemas.round.senders import DeclaredLetter


class RuleState(StrEnum):
    """Whether a rule is in use."""

    DRAFT = "draft"
    BETA = "beta"
    """Tried out: what it finds is a note only."""
    ENFORCED = "enforced"
    RETIRED = "retired"


PROGRESS_FILE, CONTENT_FILE = "tien-do-va-loi.xlsx", "noi-dung-bao-cao.xlsx"
"""Workbooks that every round's output has beside its summaries: progress and errors, and what agencies wrote."""
BRIEF_FILE = "tom-tat.docx"
"""The page for a leader, which every round's output has too."""


@dataclass(frozen=True)
class RulePolicy:
    """What the round's data makes of one rule; a blank ``severity`` leaves the rule its own."""

    state: RuleState = RuleState.ENFORCED
    severity: Literal["", "E", "W", "N"] = ""


@dataclass(frozen=True)
class Window:
    """The days that are reported on, and by when. ``deadline`` is the first day on which a return is late."""

    start: dt.date
    end: dt.date
    deadline: dt.date
    utc_offset: float
    """Hours of the clock that decides on which day a return arrived."""
    opening: dt.date | None = None
    """Dates from ``start`` up to here deserve a second look (V05, a warning)."""


@dataclass(frozen=True)
class Collect:
    """How returns are taken in. ``password``: with which agencies may lock them; blank where none was agreed."""

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
        """Where returns go and questions are answered, as far as it is known: address, telephone, e-mail."""
        return tuple(filter(None, (self.address, self.phone, self.email)))

    @property
    def destination(self) -> str:
        """Where returns go and how it is reached: for workbooks, which have no foot of a letter to say so."""
        return f"{self.send_to} ({'; '.join(self.reached_at)})" if self.reached_at else self.send_to

    @property
    def addressee(self) -> str:
        """To whom returns are sent, in words."""
        return self.send_to or self.parent


@dataclass(frozen=True)
class Contact:
    """Whom to ask at an agency: keys of columns of the label-value sheet; blank for what it doesn't have."""

    name: str = ""
    position: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class Sheets:
    """Names of the sheets that are no tables."""

    instructions: str
    selfcheck: str
    lists: str
    meta: str
    helpers: str
    feedback: str
    workings: str = "_tinh"
    """What the self-check works out for itself: very hidden, and never read."""

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return astuple(self)


@dataclass(frozen=True)
class Jump:
    """When a total that a resubmission changed is worth a warning (N04): it is another by ``least`` or more, and ``times`` as large or small."""

    times: float = 3.0
    least: float = 10.0


@dataclass(frozen=True)
class Across:
    """Rules across agencies: ``decisions`` are (table, number, date) columns for N01, ``counts`` and ``amounts`` (table, measure) for N02.

    Counts are compared by their sums within groups of agencies, amounts row by row by their order of magnitude.
    """

    decisions: tuple[tuple[str, str, str], ...] = ()
    counts: tuple[tuple[str, str], ...] = ()
    amounts: tuple[tuple[str, str], ...] = ()
    jump: Jump = Jump()

    @property
    def measures(self) -> tuple[tuple[str, str], ...]:
        """All that is compared with others, or with what it was before."""
        return (*self.counts, *self.amounts)


@dataclass(frozen=True)
class DeclaredEdition:
    """A later edition of code lists: ``file`` holds old and new codes, ``dimension`` can be counted by the new ones."""

    edition: str
    lists: tuple[str, ...]
    file: str
    dimension: str
    title: str
    title_vi: str = ""
    title_en: str = ""


def title_in(declared: Rate | ApartMeasure | DeclaredEdition, lang: str) -> str:
    """What something is called in a language: its own title where it has none of that."""
    return {"vi": declared.title_vi, "en": declared.title_en}.get(lang) or declared.title


@dataclass(frozen=True)
class Summary:
    """One summary workbook."""

    file: str
    title: str
    dimension: str
    crossings: tuple[str, ...] = ()
    parent: str = ""
    """A coarser dimension that the entries are grouped under."""
    indicators: tuple[str, ...] = ()
    """What the map of the entries can show: keys of measures and rates, and ``<measure>_per_1000``."""
    ranked: tuple[str, ...] = ()
    """The indicators whose ranks stand beside the figures."""
    lowest_is_worst: tuple[str, ...] = ()
    """The indicators of which the lowest value is the worst; of all others it is the highest. Rank 1 is the worst."""


@dataclass(frozen=True)
class Instructions:
    """What the sheet of instructions says of the round itself."""

    purpose: tuple[str, ...] = ()
    sample: Mapping[str, str] = field(default_factory=dict)
    """One row as it is filled in: its ``table``, and by column codes, numbers and texts."""


@dataclass(frozen=True)
class Settings:
    """All of ``round.toml``; the file of cv4874 explains each key."""

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
    """The day on which the round was issued: no return was received before."""
    invented: bool = False
    own_locality_groups: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    collect: Collect = Collect()
    letter: DeclaredLetter = field(default_factory=DeclaredLetter)
    contact: Contact = Contact()
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
        """The day that the files of the form bear as that of their making."""
        return self.window.deadline

    @property
    def dispatch_or_name(self) -> str:
        """What the form refers to."""
        return self.dispatch or self.name

    @property
    def cited(self) -> str:
        """What letters refer to."""
        return self.letter.cited or self.dispatch_or_name
