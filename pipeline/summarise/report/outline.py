"""What a round's report is made of, as its ``outline.toml`` declares it."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.round.round import Round


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
    chart: str = ""
    monthly: bool = False


@dataclass(frozen=True)
class Section:
    """A part of the report: its heading and the outline items below it."""

    heading: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Outline:
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
    preamble: str = ""


def outline(round_: Round) -> Outline | None:
    """The report that a round declares, if any."""
    declared = round_.outline.get("report")
    if declared is None:
        return None
    sections = tuple(Section(each["heading"], tuple(each["items"])) for each in declared["sections"])
    figures = tuple(Asked(**{**each, "measures": tuple(each.get("measures", ()))}) for each in declared.get("figures", ()))
    rest = {**declared, "sections": sections, "figures": figures, "recipients": tuple(declared.get("recipients", ()))}
    return Outline(**rest)
