"""Columns beside texts: how each differs from its variants, and what else its rows say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from pipeline.summarise.figures.wording import number
from pipeline.summarise.sheets.lists import ListColumn
from pipeline.summarise.sheets.repeated import DistinctValues
from pipeline.summarise.texts.attributes import Attribute
from pipeline.summarise.texts.cut import Marks
from pipeline.summarise.texts.passages import Passages
from pipeline.summarise.texts.words import Compendium
from pipeline.text.wording import told
from schemas.columns import Column, Kind
from schemas.words import dmy

MOST_VALUES = 4
"""Values of one attribute that a cell tells of one text, with who gave each."""
MOST_WHO = 3
"""Agencies that it names for one value; of more it says how many."""
_KINDS = {Kind.COUNT: "whole", Kind.DECIMAL: "decimal", Kind.DATE: "date"}

# --- variants -------------------------------------------------------------------------------------


def marks(each: Passages) -> dict[int, Marks]:
    """The letters to mark in each different text.

    In a variant what it has otherwise; in the first text what any variant changes.
    """
    found: dict[int, set[tuple[int, int]]] = {}
    for index, variant in each.variants.items():
        for change in variant.changes:
            found.setdefault(variant.of, set()).add(change.one)
            found.setdefault(index, set()).add(change.other)
    return {index: _apart(spans) for index, spans in found.items()}


def _apart(spans: set[tuple[int, int]]) -> Marks:
    """The spans in order, those that overlap as one; empty ones mark nothing."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif start < end:
            found.append((start, end))
    return found


def variant_fields(
    compendium: Compendium, each: Passages, rows: pd.DataFrame
) -> Iterator[ListColumn]:
    """Say of which text it is a variant and how it differs, or that it has variants."""
    if not each.variants:
        return
    counts: dict[int, int] = {}
    for variant in each.variants.values():
        counts[variant.of] = counts.get(variant.of, 0) + 1

    def said(index: int) -> str | None:
        if index in each.variants:
            variant = each.variants[index]
            return compendium.say(
                "variant_of", number=each.number[variant.of], changes=told(variant.changes)
            )
        return compendium.say("has_variants", count=counts[index]) if index in counts else None

    yield ListColumn(
        compendium.say("variant"), DistinctValues.of_frame(rows["same"], said), widest=32
    )


# --- what stands in the same row ------------------------------------------------------------------


def own_columns(found: Sequence[Passages]) -> list[tuple[str, Column]]:
    """The columns that say something beside texts of any source; one per title and kind."""
    columns = [
        each.spec.by_key[key]
        for each in found
        for key in each.source.more
        if each.frame[key].notna().any()
    ]
    return list({_name(column): column for column in columns}.items())


def _name(column: Column) -> str:
    return f"{column.title}\n{_KINDS.get(column.kind, '')}"


def named(each: Passages, columns: Sequence[tuple[str, Column]]) -> pd.DataFrame:
    """The frame of a source with those columns, blank where it has none of that name."""
    own = {_name(each.spec.by_key[key]): each.frame[key].astype(object) for key in each.source.more}
    return each.frame.assign(**{name: own.get(name) for name, _ in columns})


def value_field(column: Column, values: pd.Series[Any]) -> ListColumn:
    """A column of values as they were given."""
    widest = 28.0 if column.kind is Kind.TEXT else 20.0
    return ListColumn(
        column.title, DistinctValues.of_frame(values), _KINDS.get(column.kind, "plain"), widest
    )


def agreed_fields(
    compendium: Compendium, each: Passages, rows: pd.DataFrame
) -> Iterator[ListColumn]:
    """What all who wrote a text say beside it; of numbers the average and the range.

    What differs stands, agency by agency, in a column of its own.
    """
    for attribute in each.attributes.values():
        if not each.frame[attribute.key].notna().any():
            continue
        column = each.spec.by_key[attribute.key]
        yield from (
            _numeric(compendium, each, attribute, rows)
            if column.is_number
            else [_agreed(compendium, column, attribute, rows)]
        )
    if any(attribute.differing for attribute in each.attributes.values()):
        yield ListColumn(
            compendium.say("differing"),
            DistinctValues.of_frame(rows["same"], lambda same: _differing(compendium, each, same)),
            widest=50,
        )


def _agreed(
    compendium: Compendium, column: Column, attribute: Attribute, rows: pd.DataFrame
) -> ListColumn:
    sign = None if column.kind is Kind.DATE else compendium.say("differs")
    shown = DistinctValues.of_frame(
        rows["same"], lambda same: sign if same in attribute.differing else attribute.agreed[same]
    )
    return value_field(column, pd.Series(list(shown), index=rows.index, dtype="object"))


def _numeric(
    compendium: Compendium, each: Passages, attribute: Attribute, rows: pd.DataFrame
) -> Iterator[ListColumn]:
    values = each.frame.assign(value=pd.to_numeric(each.frame[attribute.key])).groupby(
        "same", sort=False
    )["value"]
    low, high, mean = (
        values.min().to_dict(),
        values.max().to_dict(),
        values.mean().round(2).to_dict(),
    )
    title = each.spec.by_key[attribute.key].title
    yield ListColumn(
        compendium.say("average", title=title),
        DistinctValues.of_frame(rows["same"].map(mean)),
        "decimal",
    )
    if any(low[same] < high[same] for same in low):
        yield ListColumn(
            compendium.say("range", title=title),
            DistinctValues.of_frame(
                rows["same"], lambda same: _range(compendium, low[same], high[same])
            ),
        )


def _range(compendium: Compendium, low: float, high: float) -> str | None:
    return (
        compendium.say(
            "from_to",
            low=number(low, compendium.book.lang),
            high=number(high, compendium.book.lang),
        )
        if low < high
        else None
    )


def _differing(compendium: Compendium, each: Passages, same: int) -> str | None:
    """Every attribute on which those who wrote a text differ: each value with who gave it."""
    differing = [
        (key, attribute.differing[same])
        for key, attribute in each.attributes.items()
        if same in attribute.differing
    ]
    lines = [
        compendium.say(
            "differing_one", title=each.spec.by_key[key].title, listed=_listed(compendium, values)
        )
        for key, values in differing
    ]
    return "\n".join(lines) or None


def _listed(compendium: Compendium, values: Sequence[tuple[Any, tuple[str, ...]]]) -> str:
    shown = [
        compendium.say(
            "differing_value", value=_value(compendium, value), agencies=_who(compendium, who)
        )
        for value, who in values[:MOST_VALUES]
    ]
    more = len(values) - len(shown)
    return "; ".join([*shown, *([compendium.say("differing_more", count=more)] if more else [])])


def _who(compendium: Compendium, agencies: Sequence[str]) -> str:
    return (
        compendium.named(agencies)
        if len(agencies) <= MOST_WHO
        else compendium.say("differing_who", count=len(agencies))
    )


def _value(compendium: Compendium, value: Any) -> str:
    if value is None:
        return compendium.say("blank")
    if isinstance(value, pd.Timestamp):
        return dmy(value)
    return value if isinstance(value, str) else number(value, compendium.book.lang)
