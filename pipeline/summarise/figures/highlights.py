"""The findings that matter on a summary's first page, computed from the figures: what is most, what is worst, what changed fastest.

Nothing is said where there are no figures, and entries that are equal are all named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.dimensions import Dimension
from pipeline.summarise.figures.figures import by_entry, cross, whole
from pipeline.summarise.figures.measures import Measure, crossed, rates, whole_of
from pipeline.summarise.figures.periods import MONTH, days, time_of
from pipeline.summarise.figures.totals import Array
from pipeline.summarise.figures.wording import number, share
from schemas.columns import TableSpec
from schemas.words import ui

_LEAST_SHARE = 0.01
_LEAST = 5
"""A rate is compared among entries with at least this part, and this number, of what it is a rate of."""
_MOST_NAMED = 4


@dataclass(frozen=True)
class Highlights:
    """What the first page says of the entries of one dimension; the place of rows without an entry is none."""

    consolidation: Consolidation
    spec: TableSpec
    by: Dimension
    lang: str

    @property
    def sentences(self) -> list[str]:
        """At most three, the most important first."""
        return [*self._largest(), *self._worst(), *self._fastest()]

    @cached_property
    def measure(self) -> Measure:
        """The measure that entries are ranked by: the first that crossings show."""
        return crossed(self.consolidation.round_, self.spec, self.lang)[0]

    @cached_property
    def entries(self) -> pd.DataFrame:
        """Measures by position, entries only."""
        found = by_entry(self.consolidation, self.spec, self.by)
        return found.iloc[: len(self.by.entries)]

    @cached_property
    def _is_rest(self) -> Array:
        """Which entries the list declares to be what is left over (``residual``): no headline, however much they are."""
        return np.array([entry.extra.get("residual") == "yes" for entry in self.by.entries], dtype=bool)

    @cached_property
    def total(self) -> dict[str, Any]:
        """The same of all rows."""
        return dict(whole(self.consolidation, self.spec))

    def _say(self, key: str, **words: object) -> str:
        return ui(f"summary.highlights.{key}", self.lang, **words)

    def _figure(self, value: float) -> str:
        return f"{number(value, self.lang)} {self.measure.unit}".strip()

    def _largest(self) -> Iterator[str]:
        """The entry with most, and its share of the whole."""
        values = np.where(self._is_rest, 0, np.nan_to_num(self.entries[self.measure.key].to_numpy(dtype="float64")))
        if not len(values) or values.max() <= 0:
            return
        names, tied = self._named(np.flatnonzero(values == values.max()))
        part = share(values.max(), self.total[self.measure.key], self.lang)
        yield self._say("largest", names=names, value=self._figure(values.max()), share=part, measure=self._title) + tied

    def _worst(self) -> Iterator[str]:
        """The entry with the highest rate of concern, among those large enough for a rate to mean anything."""
        concern = self.consolidation.round_.settings.figures.concern.get(self.spec.key)
        rate = next((each for each in rates(self.consolidation.round_, self.spec, self.lang) if each.key == concern), None)
        if rate is None:
            return
        wholes = np.nan_to_num(self.entries[whole_of(rate.key)].to_numpy(dtype="float64"))
        least = max(_LEAST, int(np.ceil(_LEAST_SHARE * float(np.nan_to_num(self.total[whole_of(rate.key)])))))
        values = np.where((wholes >= least) & ~self._is_rest, self.entries[rate.key].to_numpy(dtype="float64"), np.nan)
        if not (values > 0).any():
            return
        names, tied = self._named(np.flatnonzero(values == np.nanmax(values)))
        said = {"value": share(np.nanmax(values), 1, self.lang), "overall": share(self.total[rate.key], 1, self.lang)}
        of = f"{number(least, self.lang)} {self.spec.by_key[rate.whole].unit}"
        yield self._say("worst", rate=rate.title, names=names, least=of, **said) + tied

    def _fastest(self) -> Iterator[str]:
        """The entry whose figure a month changed most from one period to the next, where both have figures."""
        time = time_of(self.consolidation.round_, self.spec, self.lang)
        lengths = np.array(days(time), dtype="float64") if time else np.zeros(0)
        if time is None or time.key == self.by.key or len(lengths) <= 1:
            return
        monthly = self._monthly(time, lengths)
        change = np.where(self._is_rest[:, None], np.nan, np.round(np.abs(np.diff(monthly, axis=1)), 6))
        if not (change > 0).any():
            return
        places = np.argwhere(change == np.nanmax(change))
        at, period = (int(place) for place in places[0])
        before, after = (float(value) for value in monthly[at, period : period + 2])
        said = {"before": number(round(before, 1), self.lang), "after": number(round(after, 1), self.lang), "unit": self.measure.unit}
        said |= {"first": time.names[period], "second": time.names[period + 1], "measure": self._title, "name": self.by.names[at]}
        _, tied = self._named(list(dict.fromkeys(places[:, 0].tolist())))
        yield self._say("rose" if after > before else "fell", **said) + tied

    def _monthly(self, time: Dimension, lengths: Array) -> Array:
        """The measure a month, entries by periods; NaN where nothing was reported."""
        crossing = cross(self.consolidation, self.spec, self.by, time)
        values = crossing.values[self.measure.key][: len(self.by.entries), : len(lengths)]
        return np.where(lengths > 0, values / np.where(lengths > 0, lengths / MONTH, 1), np.nan)

    @property
    def _title(self) -> str:
        return self.measure.title[:1].lower() + self.measure.title[1:]

    def _named(self, places: Sequence[int] | Array) -> tuple[str, str]:
        """The first entry's name, and a remark where others are equal to it."""
        names = [self.by.names[at] for at in places]
        if len(names) == 1:
            return names[0], ""
        others = "; ".join(names[1:_MOST_NAMED])
        more = len(names) - _MOST_NAMED
        return names[0], " " + (self._say("tied_more", names=others, count=more) if more > 0 else self._say("tied", names=others))
