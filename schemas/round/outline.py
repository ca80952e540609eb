"""``outline.toml`` as frozen dataclasses: the report that a round is for, its items, and where agencies write about them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

GAP, OPTIONAL = re.compile(r"\{([\w.]+)\}"), re.compile(r"\[([^][]*)\]")
"""A gap in a sentence that figures fill: a name, or names joined by dots; and a part that is left out alone where it can't be filled."""
PLAIN_GAPS = ("agencies", "provisional", "largest", "unclear", "left_over", "every", "months", "change")
"""Gaps that any figures can fill: agencies with figures, those among them that count provisionally, the entries with most, all entries, their monthly averages, how the last one differs."""
STATES = ("all", "some", "none", "unknown")
"""How far something is dealt with (:class:`Settled`)."""
TERMS = "of"
"""Ends a gap that is filled with what a rate divides by what: "12/30 người"."""
SHARE = "share"
"""Ends a gap that is filled with a part's share of the whole."""


@dataclass(frozen=True)
class Item:
    """One item of the outline. ``heading``: as the report calls it; blank for none, left out for its name."""

    code: str
    name: str
    heading: str | None = None


@dataclass(frozen=True)
class TextSource:
    """Where texts of one kind stand.

    Their outline item is ``item``, or the code of ``column``, or that code's ``attribute`` in its list. ``group``: the code
    column by whose entries they are counted and folded. ``more``: columns shown beside a text. ``short``: phrases, not prose.
    ``title``: what the report calls them. ``average``: the column of numbers whose mean stands beside each group.
    ``proposed``: the codes of ``group`` whose texts ask for something, rather than tell of it.
    """

    table: str
    text: str
    item: str = ""
    column: str = ""
    attribute: str = ""
    group: str = ""
    more: tuple[str, ...] = ()
    short: bool = False
    title: str = ""
    average: str = ""
    proposed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """Some of the rows of tables: those whose ``column`` holds an entry with this ``value`` of an ``attribute`` of its list."""

    title: str
    column: str
    attribute: str
    value: str


@dataclass(frozen=True)
class Settled:
    """How far what ``measure`` counts is dealt with, by row: all, some or none of ``whole`` stand in ``part``."""

    table: str
    measure: str
    part: str
    whole: str


@dataclass(frozen=True)
class Asked:
    """Figures under an outline item: ``measures`` of ``table`` (what crossings show where none is named) by dimension ``by``.

    ``title``: the heading above them. ``says``: sentences whose gaps are filled with figures (:mod:`pipeline.summarise.report.saying`);
    without any, what all rows come to and which entries have most. ``tabled``: with a table, else the sentences and the chart alone.
    ``across``: a second dimension; the table then shows the first measure by both. ``own``: only what agencies report of their own place.
    ``part``: the part of :attr:`DeclaredReport.parts` that has a line of its own below the total.
    ``chart``: ``bars``, ``columns`` or none, of the first measure. ``monthly``: with the first measure a month, where the
    entries are stretches of time.
    """

    item: str
    table: str
    by: str
    measures: tuple[str, ...] = ()
    chart: Literal["", "bars", "columns"] = ""
    monthly: bool = False
    across: str = ""
    own: bool = False
    part: str = ""
    title: str = ""
    says: tuple[str, ...] = ()
    tabled: bool = True


@dataclass(frozen=True)
class Section:
    """A part of the report: its heading and the outline items below it."""

    heading: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class DeclaredReport:
    """The report's head, foot and parts, in the words of its round. ``kind``: what it is called, such as "BÁO CÁO"."""

    file: str
    kind: str
    subject: str
    sections: tuple[Section, ...]
    figures: tuple[Asked, ...] = ()
    issuer: str = ""
    parent: str = ""
    symbol: str = ""
    place: str = ""
    signer: str = ""
    recipients: tuple[str, ...] = ()
    to: str = ""
    """To whom it goes, where that is a superior body (Kính gửi)."""
    preamble: str = ""
    caveat: str = ""
    """What a reader must bear in mind of all figures."""
    parts: Mapping[str, Part] = field(default_factory=dict)
    settled: Mapping[str, Settled] = field(default_factory=dict)


@dataclass(frozen=True)
class Ranked:
    """On the page for a leader: which entries of a dimension have most. ``own``: by what agencies report of their own place."""

    by: str
    title: str = ""
    own: bool = False


@dataclass(frozen=True)
class Done:
    """On the page for a leader: how ``whole``, a measure of ``table``, falls into ``parts``; for each of its entries ``by``, the first part."""

    table: str
    whole: str
    parts: tuple[str, ...]
    by: str = ""


@dataclass(frozen=True)
class Named:
    """On the page for a leader: which entries of a dimension of ``table`` most agencies name; ``where`` keeps rows with these codes of columns."""

    table: str
    by: str
    title: str
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DeclaredBrief:
    """The page for a leader; without ``ranked`` it ranks the dimensions of the round's summaries.

    ``says``: sentences that figures of the default table fill, as those of :class:`Asked`; without any, what all rows come to.
    """

    title: str = ""
    says: tuple[str, ...] = ()
    ranked: tuple[Ranked, ...] = ()
    done: Done | None = None
    named: tuple[Named, ...] = ()


@dataclass(frozen=True)
class Outline:
    """All of ``outline.toml``; empty where a round has none."""

    items: tuple[Item, ...] = ()
    texts: tuple[TextSource, ...] = ()
    report: DeclaredReport | None = None
    brief: DeclaredBrief = DeclaredBrief()


NO_OUTLINE = Outline()
"""What a round without a report declares."""
