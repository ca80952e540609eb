"""What agencies wrote, by outline item and group: same texts once, near ones side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.sheets.repeated import DistinctValues
from pipeline.summarise.texts.attributes import Attribute, attributes
from pipeline.summarise.texts.variants import Variant, heads, variants
from pipeline.summarise.workbook.rows import code_names, days, numbers, texts
from pipeline.text.wording import meaning
from schemas.columns import Column, Kind, TableSpec
from schemas.round.outline import TextSource
from schemas.round.round import Round
from schemas.rules.anonymity import is_masked, renumbered

OUTLINE = "outline"
"""The code list of outline items."""


Row = Mapping[Any, Any]
"""A different text: its columns in ``Passages.folded``."""


class Count(NamedTuple):
    """How much was written: texts, different ones, agencies that wrote them."""

    texts: int
    different: int
    agencies: int

    @classmethod
    def of(cls, different: Sequence[Row]) -> Count:
        """How much some different texts are."""
        return cls(
            sum(row["size"] for row in different),
            len(different),
            len(set().union(*(row["agencies"] for row in different))),
        )


@dataclass(frozen=True)
class Passages:
    """The texts of one source.

    ``frame``: one row a text that is not blank, in the order of items, groups, agencies and rows:
    ``item`` (code), ``group`` (its name or blank), ``agency``, ``text``, ``said`` (the same with
    persons numbered over the whole round, to be compared only), ``file``, ``sheet``, ``row``, the
    columns of ``more`` and ``same``: the index of the first text of the same item and group that
    means the same.
    """

    source: TextSource
    spec: TableSpec
    frame: pd.DataFrame

    @cached_property
    def folded(self) -> pd.DataFrame:
        """One row per different text, indexed by the first row that means it.

        All its columns, ``size`` (texts), ``agencies`` (codes, each once).

        ``head``: the index of the text whose variant it is, its own where it is none; ``number``:
        "12", of its variants "12.1", "12.2". In the order of items and groups, within a group those
        of most agencies first, the longer of two, each before its variants.
        """
        sizes = self.frame.groupby("same", sort=False).size()
        members = (
            self.frame[["same", "agency"]]
            .drop_duplicates()
            .groupby("same", sort=False)["agency"]
            .agg(tuple)
        )
        found = self.frame.loc[sizes.index].assign(size=sizes, agencies=members)
        found["head"] = heads(found)
        found = found.iloc[_side_by_side(found)]
        return found.assign(number=_numbers(found["head"].tolist()))

    @cached_property
    def number(self) -> dict[int, str]:
        """What each different text is called, by index: "12", its variants "12.1", "12.2"."""
        return dict(zip(self.folded.index.tolist(), self.folded["number"], strict=True))

    @cached_property
    def members(self) -> dict[int, np.ndarray[Any, Any]]:
        """The places in ``frame`` of the texts that mean the same, by index of the first."""
        return {
            int(str(same)): np.asarray(places)
            for same, places in self.frame.groupby("same", sort=False).indices.items()
        }

    @cached_property
    def variants(self) -> dict[int, Variant]:
        """The variants among the different texts, by index."""
        return variants(self.folded)

    @cached_property
    def attributes(self) -> dict[str, Attribute]:
        """What stands beside the different texts, by column of ``more``."""
        return {each.key: each for each in attributes(self.frame, self.source.more)}

    @cached_property
    def counts(self) -> dict[tuple[str, str], Count]:
        """How much was written by item and group, in order."""
        return {place: Count.of(rows) for place, rows in self.by_group.items()}

    @cached_property
    def by_group(self) -> dict[tuple[str, str], list[Row]]:
        """The rows of ``folded`` by item and group, in order.

        Asking a frame hundreds of times takes far longer.
        """
        found: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in self.folded.to_dict("records"):
            found[row["item"], row["group"]].append(row)
        return dict(found)


def passages(consolidation: Consolidation) -> list[Passages]:
    """All texts of a consolidation, a source at a time."""
    return [_passages(consolidation, source) for source in consolidation.round_.outline.texts]


def _passages(consolidation: Consolidation, source: TextSource) -> Passages:
    round_, spec = consolidation.round_, consolidation.round_.by_key[source.table]
    rows = consolidation.tables[source.table]
    rows = rows[_written(rows[source.text])].reset_index(drop=True)
    words = {
        "item": _items(source, spec, rows, round_),
        "group": _groups(source, spec, rows, round_),
    }
    frame = pd.DataFrame(words).assign(
        text=rows[source.text], **{key: rows[key] for key in ("agency", "file", "sheet", "row")}
    )
    frame = frame.assign(
        **{key: _shown(spec.by_key[key], rows[key], round_) for key in source.more}
    )
    frame = frame.iloc[_order(frame, source, spec, round_)].reset_index(drop=True)
    frame = frame.assign(said=_said(frame, consolidation.persons))
    return Passages(source, spec, frame.assign(same=_same(frame)))


def _written(values: pd.Series[Any]) -> np.ndarray[Any, Any]:
    """Which texts are not blank."""
    column = DistinctValues.of_frame(values, lambda text: bool(text.strip()))
    return np.array([*column.distinct, False], dtype=bool)[column.places]


def _items(source: TextSource, spec: TableSpec, rows: pd.DataFrame, round_: Round) -> list[str]:
    """Each row's outline item; blank where its code belongs to none."""
    if not source.column:
        return [source.item] * len(rows)
    codes = round_.codes_of(spec.by_key[source.column])
    owner: Mapping[str, str] = (
        codes.attribute(source.attribute)
        if source.attribute
        else {code: code for code in codes.codes}
    )
    return list(
        DistinctValues.of_frame(rows[source.column]).map(lambda code: owner.get(code or "", ""))
    )


def _groups(source: TextSource, spec: TableSpec, rows: pd.DataFrame, round_: Round) -> list[str]:
    if not source.group:
        return [""] * len(rows)
    names = code_names(rows[source.group], round_.codes_of(spec.by_key[source.group]).by_code)
    return [name or round_.say("summary.blank") for name in names]


def _order(
    frame: pd.DataFrame, source: TextSource, spec: TableSpec, round_: Round
) -> np.ndarray[Any, Any]:
    """By item, group, agency, file and row, each in the order of its list."""
    items = round_.codelists[OUTLINE].codes if OUTLINE in round_.codelists else []
    names = (
        [entry.name for entry in round_.codes_of(spec.by_key[source.group]).entries]
        if source.group
        else []
    )
    agencies, files = [agency.code for agency in round_.agencies], sorted(frame["file"].unique())
    keys = [("item", items), ("group", names), ("agency", agencies), ("file", files)]
    places = [
        frame[key].map({code: place for place, code in enumerate(codes)}).fillna(len(codes))
        for key, codes in keys
    ]
    return np.lexsort([frame["row"], *places[::-1]])


def _said(frame: pd.DataFrame, persons: Mapping[str, Sequence[int]]) -> list[str]:
    """The texts with the numbers that persons have in the whole round."""
    pairs = zip(frame["agency"], frame["text"], strict=True)
    return [
        renumbered(text, persons[agency]) if agency in persons and is_masked(text) else text
        for agency, text in pairs
    ]


def _same(frame: pd.DataFrame) -> np.ndarray[Any, Any]:
    """For each text the place of the first of its item and group that means the same."""
    firsts: dict[tuple[str, str, str], int] = {}
    places = zip(frame["item"], frame["group"], map(meaning, frame["said"]), strict=True)
    return np.array(
        [firsts.setdefault(each, place) for place, each in enumerate(places)], dtype="int64"
    )


def _side_by_side(folded: pd.DataFrame) -> list[int]:
    """The order of different texts: by item and group, each before its variants.

    What most agencies wrote comes first, then the longer text.
    """
    place = pd.factorize(pd.MultiIndex.from_frame(folded[["item", "group"]]))[0]
    ranks = {
        index: (int(p), -len(agencies), -len(text), index)
        for index, p, agencies, text in zip(
            folded.index, place, folded["agencies"], folded["text"], strict=True
        )
    }
    keys = [
        (ranks[head], index != head, ranks[index])
        for index, head in zip(folded.index, folded["head"], strict=True)
    ]
    return sorted(range(len(keys)), key=keys.__getitem__)


def _numbers(listed: Sequence[int]) -> list[str]:
    """The numbers of texts that stand side by side with their variants."""
    number, variant, found = 0, 0, [""] * len(listed)
    for place, head in enumerate(listed):
        variant = variant + 1 if place and listed[place - 1] == head else 0
        number += not variant
        found[place] = f"{number}.{variant}" if variant else str(number)
    return found


def _shown(column: Column, values: pd.Series[Any], round_: Round) -> list[Any]:
    """Values as a reader sees them: names for codes, ``None`` if missing."""
    if column.kind is Kind.CODE:
        return code_names(values, round_.codes_of(column).by_code)
    if column.kind is Kind.TEXT:
        return texts(values)
    return days(values) if column.kind is Kind.DATE else numbers(values)
