"""Figures in sentences: with their unit, and as exact as a reader can hear."""

from __future__ import annotations

import math

from pipeline.summarise.figures.dimensions import Dimension
from pipeline.summarise.figures.measures import Measure, Rate, is_occurrence
from pipeline.summarise.figures.wording import fixed, number, share
from schemas.columns import Kind, TableSpec
from schemas.round.round import Round

_THOUSAND = 1000


def said(round_: Round, spec: TableSpec, measure: Measure, value: float) -> str:
    """Return a figure as sentences have it: "2.393 người", "255,7 tỷ đồng", "48,2%".

    Blank if it isn't known.
    """
    if math.isnan(value):
        return ""
    if isinstance(measure, Rate):
        return share(value, 1, round_.lang)
    figure = amount(value, measure.unit, round_, is_whole=measure.kind is Kind.COUNT)
    if is_occurrence(round_, spec, measure.key):
        plain, _, unit = figure.partition(" ")
        return round_.say("report.occurrences", value=plain, unit=unit).strip()
    return figure


def amount(value: float, unit: str, round_: Round, *, is_whole: bool) -> str:
    """Return a number with its unit, amounts with one decimal at most.

    Thousands of a unit are told in the larger one that the round declares.
    """
    larger = round_.settings.figures.thousands
    while unit in larger and abs(value) >= _THOUSAND:
        value, unit, is_whole = value / _THOUSAND, larger[unit], False
    shown = (
        number(value, round_.lang)
        if is_whole or value == int(value)
        else fixed(value, 1, round_.lang)
    )
    return f"{shown} {unit}".strip()


def inside(name: str) -> str:
    """Return a name as inside a sentence: with a small first letter, unless it abbreviates."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def entry(round_: Round, by: Dimension, at: int, value: str, part: str) -> str:
    """Return an entry with its figure, and its share if there is a whole.

    Rows without an entry are told by the words for that.
    """
    name = (
        by.names[at] if at < len(by.entries) else round_.say("report.not_told", by=inside(by.title))
    )
    return round_.say(
        "report.entry" if part else "report.entry_alone", name=name, value=value, share=part
    )


def cut(name: str, most: int) -> str:
    """A name, shortened where it is too long for its place."""
    plain = " ".join(name.split())
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"
