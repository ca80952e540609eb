"""What agencies wrote: every text under its outline item and group, those that say nearly the same in one family."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.sheets.repeated import Repeated
from pipeline.summarise.workbook.rows import code_names, days, numbers, texts
from pipeline.text.similar import families
from schemas.columns import Column, Kind, TableSpec
from schemas.round.outline import TextSource
from schemas.round.round import Round
from schemas.words import ui

OUTLINE = "outline"
"""The code list of outline items."""


class Count(NamedTuple):
    """How much was written: texts, different ones, agencies that wrote them."""

    texts: int
    different: int
    agencies: int


@dataclass(frozen=True)
class Passages:
    """The texts of one source.

    ``frame``: one row a text that is not blank, in the order of items, groups, agencies and rows: ``item`` (code), ``group``
    (its name or blank), ``agency``, ``text``, ``file``, ``sheet``, ``row``, the columns of ``more`` and ``family``: the index of
    the first text of the same item and group that says nearly the same.
    """

    source: TextSource
    spec: TableSpec
    frame: pd.DataFrame

    @cached_property
    def folded(self) -> pd.DataFrame:
        """One row a family, indexed by it: all columns of its first text, ``size`` (texts) and ``agencies`` (their codes, each once).

        In the order of items and groups, within a group those of most agencies first, the longer of two.
        """
        sizes = self.frame.groupby("family", sort=False).size()
        members = self.frame[["family", "agency"]].drop_duplicates().groupby("family", sort=False)["agency"].agg(tuple)
        first = self.frame.loc[sizes.index]
        found = first.assign(size=sizes, agencies=members)
        place = pd.factorize(pd.MultiIndex.from_frame(found[["item", "group"]]))[0]
        ranks = [(p, -len(a), -len(t)) for p, a, t in zip(place, found["agencies"], found["text"], strict=True)]
        return found.iloc[sorted(range(len(ranks)), key=ranks.__getitem__)]

    @cached_property
    def counts(self) -> dict[tuple[str, str], Count]:
        """How much was written by item and group, in order."""
        folded = self.folded
        families: defaultdict[tuple[str, str], list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
        for item, group, size, agencies in zip(folded["item"], folded["group"], folded["size"], folded["agencies"], strict=True):
            families[item, group].append((size, agencies))
        return {
            place: Count(sum(size for size, _ in listed), len(listed), len({code for _, codes in listed for code in codes}))
            for place, listed in families.items()
        }


def passages(consolidation: Consolidation, lang: str) -> list[Passages]:
    """All texts of a consolidation, a source at a time."""
    return [_passages(consolidation, source, lang) for source in consolidation.round_.outline.texts]


def _passages(consolidation: Consolidation, source: TextSource, lang: str) -> Passages:
    round_, spec = consolidation.round_, consolidation.round_.by_key[source.table]
    rows = consolidation.tables[source.table]
    rows = rows[_written(rows[source.text])].reset_index(drop=True)
    words = {"item": _items(source, spec, rows, round_), "group": _groups(source, spec, rows, round_, lang)}
    frame = pd.DataFrame(words).assign(text=rows[source.text], **{key: rows[key] for key in ("agency", "file", "sheet", "row")})
    frame = frame.assign(**{key: _shown(spec.by_key[key], rows[key], round_) for key in source.more})
    frame = frame.iloc[_order(frame, source, spec, round_)].reset_index(drop=True)
    return Passages(source, spec, frame.assign(family=_families(frame)))


def _written(values: pd.Series[Any]) -> np.ndarray[Any, Any]:
    """Which texts are not blank."""
    column = Repeated.of_frame(values, lambda text: bool(text.strip()))
    return np.array([*column.distinct, False], dtype=bool)[column.places]


def _items(source: TextSource, spec: TableSpec, rows: pd.DataFrame, round_: Round) -> list[str]:
    """Each row's outline item; blank where its code belongs to none."""
    if not source.column:
        return [source.item] * len(rows)
    codes = round_.codes_of(spec.by_key[source.column])
    owner: Mapping[str, str] = codes.attribute(source.attribute) if source.attribute else {code: code for code in codes.codes}
    return list(Repeated.of_frame(rows[source.column]).map(lambda code: owner.get(code or "", "")))


def _groups(source: TextSource, spec: TableSpec, rows: pd.DataFrame, round_: Round, lang: str) -> list[str]:
    if not source.group:
        return [""] * len(rows)
    names = code_names(rows[source.group], round_.codes_of(spec.by_key[source.group]).by_code)
    return [name or ui("summary.blank", lang) for name in names]


def _order(frame: pd.DataFrame, source: TextSource, spec: TableSpec, round_: Round) -> np.ndarray[Any, Any]:
    """By item, group, agency, file and row, each in the order of its list."""
    items = round_.codelists[OUTLINE].codes if OUTLINE in round_.codelists else []
    names = [entry.name for entry in round_.codes_of(spec.by_key[source.group]).entries] if source.group else []
    agencies, files = [agency.code for agency in round_.agencies], sorted(frame["file"].unique())
    keys = [("item", items), ("group", names), ("agency", agencies), ("file", files)]
    places = [frame[key].map({code: place for place, code in enumerate(codes)}).fillna(len(codes)) for key, codes in keys]
    return np.lexsort([frame["row"], *places[::-1]])


def _families(frame: pd.DataFrame) -> np.ndarray[Any, Any]:
    """The family of each text: found within its item and group."""
    found = np.zeros(len(frame), dtype="int64")
    for places in frame.groupby(["item", "group"], sort=False).indices.values():
        firsts = families(frame["text"].iloc[places].tolist())
        found[places] = np.asarray(places)[firsts]
    return found


def _shown(column: Column, values: pd.Series[Any], round_: Round) -> list[Any]:
    """Values as a reader sees them: names for codes, Python's own for the rest, ``None`` where missing."""
    if column.kind is Kind.CODE:
        return code_names(values, round_.codes_of(column).by_code)
    if column.kind is Kind.TEXT:
        return texts(values)
    return days(values) if column.kind is Kind.DATE else numbers(values)
