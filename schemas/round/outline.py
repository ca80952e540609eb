"""``outline.toml`` as frozen dataclasses: the report that a round is for, its items, and where agencies write about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


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
    """

    table: str
    text: str
    item: str = ""
    column: str = ""
    attribute: str = ""
    group: str = ""
    more: tuple[str, ...] = ()
    short: bool = False


@dataclass(frozen=True)
class Asked:
    """Figures under an outline item: ``measures`` of ``table`` (what crossings show where none is named) by dimension ``by``.

    ``chart``: ``bars``, ``columns`` or none, of the first measure. ``monthly``: with the first measure a month, where the
    entries are stretches of time.
    """

    item: str
    table: str
    by: str
    measures: tuple[str, ...] = ()
    chart: Literal["", "bars", "columns"] = ""
    monthly: bool = False


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


@dataclass(frozen=True)
class Outline:
    """All of ``outline.toml``; empty where a round has no report."""

    items: tuple[Item, ...] = ()
    texts: tuple[TextSource, ...] = ()
    report: DeclaredReport | None = None


NO_OUTLINE = Outline()
"""What a round without a report declares."""
