"""``outline.toml`` as frozen dataclasses: the report, its items, and their texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

GAP, OPTIONAL = re.compile(r"\{([\w.]+)\}"), re.compile(r"\[([^][]*)\]")
"""A gap in a sentence, filled by figures: a name, or names joined by dots. An optional part of a
sentence, left out if its gaps can't be filled."""
PLAIN_GAPS = (
    "agencies",
    "provisional",
    "largest",
    "unclear",
    "left_over",
    "rest",
    "every",
    "months",
    "change",
)
"""Gaps that any figures can fill: agencies with figures, those among them that count provisionally,
the entries with most, what the parts of :class:`Outcomes` leave of their whole, all entries, their
monthly averages, how the last one differs."""
STATES = ("all", "some", "none", "unknown")
"""How far something is dealt with (:class:`Settlement`)."""
TERMS = "of"
"""Suffix of a gap that shows the terms of a rate: "12/30 người"."""
SHARE = "share"
"""Suffix of a gap that shows a part's share of the whole."""


@dataclass(frozen=True)
class Item:
    """An item of the outline. ``heading``: in the report; blank for none, by default its name."""

    code: str
    name: str
    heading: str | None = None


@dataclass(frozen=True)
class TextSource:
    """A column of texts of one kind, and what is known of them.

    Their outline item is ``item``, or the code of ``column``, or that code's ``attribute`` in its
    list. ``group``: the code column by whose entries they are counted and folded. ``more``: columns
    shown beside a text. ``short``: phrases, not prose. ``title``: what the report calls them.
    ``average``: the column of numbers whose mean stands beside each group. ``proposed``: the codes
    of ``group`` whose texts ask for something, rather than tell of it. ``ordered``: groups follow
    each other as in their list, which is an order of its own, and not by how many agencies name
    them.
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
    ordered: bool = False


@dataclass(frozen=True)
class ReportPart:
    """The rows whose entry in ``column`` has this ``value`` of its list's ``attribute``."""

    title: str
    column: str
    attribute: str
    value: str


@dataclass(frozen=True)
class Settlement:
    """How far rows are dealt with (``part`` of ``whole``: all, some, none), by ``measure``."""

    table: str
    measure: str
    part: str
    whole: str


@dataclass(frozen=True)
class DeclaredFigures:
    """Figures under an outline item: ``measures`` of ``table`` by dimension ``by``.

    * ``measures``: if none is named, those that crossings show.
    * ``title``: the heading above the figures.
    * ``says``: sentences whose gaps are filled (:mod:`pipeline.summarise.report.saying`). Without
      any: the totals, and the entries with most.
    * ``tabled``: if False, sentences and chart alone, without a table.
    * ``across``: a second dimension; the table then shows the first measure by both.
    * ``own``: only what agencies report of their own place.
    * ``part``: a part (:attr:`DeclaredReport.parts`) that gets its own line below the total.
    * ``chart``: of the first measure.
    * ``monthly``: show the first measure per month too; for entries that are periods.
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
class ReportSection:
    """A part of the report: its heading and the outline items below it."""

    heading: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class DeclaredReport:
    """The report's head, foot and parts. ``kind``: what it is called, such as "BÁO CÁO"."""

    file: str
    kind: str
    subject: str
    sections: tuple[ReportSection, ...]
    figures: tuple[DeclaredFigures, ...] = ()
    issuer: str = ""
    parent: str = ""
    symbol: str = ""
    place: str = ""
    signer: str = ""
    recipients: tuple[str, ...] = ()
    to: str = ""
    """The superior body to which it goes (Kính gửi)."""
    preamble: str = ""
    caveat: str = ""
    """A caution that holds for all figures."""
    parts: Mapping[str, ReportPart] = field(default_factory=dict)
    settled: Mapping[str, Settlement] = field(default_factory=dict)


@dataclass(frozen=True)
class Ranking:
    """On the brief: entries with most. ``own``: only what agencies report of their own place."""

    by: str
    title: str = ""
    own: bool = False


@dataclass(frozen=True)
class Outcomes:
    """On the brief: how the measure ``whole`` of ``table`` divides into ``parts``.

    ``by``: a dimension; the first part is told for each of its entries too.
    """

    table: str
    whole: str
    parts: tuple[str, ...]
    by: str = ""


@dataclass(frozen=True)
class Mentions:
    """On the brief: which entries of a dimension of ``table`` are named by most agencies.

    ``where``: only rows with these codes, by column.
    """

    table: str
    by: str
    title: str
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DeclaredBrief:
    """The page for a leader. Without ``ranked`` it ranks the dimensions of the summaries.

    ``says``: sentences that figures of the default table fill, as those of
    :class:`DeclaredFigures`; without any, what all rows come to.
    """

    title: str = ""
    says: tuple[str, ...] = ()
    ranked: tuple[Ranking, ...] = ()
    done: Outcomes | None = None
    named: tuple[Mentions, ...] = ()


@dataclass(frozen=True)
class Outline:
    """All of ``outline.toml``; empty if a round has none."""

    items: tuple[Item, ...] = ()
    texts: tuple[TextSource, ...] = ()
    report: DeclaredReport | None = None
    brief: DeclaredBrief = DeclaredBrief()


NO_OUTLINE = Outline()
"""The outline of a round without a report."""
