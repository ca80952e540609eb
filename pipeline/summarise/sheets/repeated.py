"""Columns of long lists as their few distinct values: each value is worked out once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class DistinctValues(Sequence[Any]):
    """A column as its ``distinct`` values, in order, and each row's place among them (int32)."""

    distinct: Sequence[Any]
    places: Array

    @classmethod
    def of(cls, values: Sequence[Any]) -> DistinctValues:
        """The column of these values."""
        if isinstance(values, DistinctValues):
            return values
        known: dict[Any, int] = {}
        places = [known.setdefault(value, len(known)) for value in values]
        return cls(list(known), np.array(places, dtype="int32"))

    @classmethod
    def of_frame(
        cls, values: pd.Series[Any], shown: Callable[[Any], Any] = lambda value: value
    ) -> DistinctValues:
        """The column of a frame as ``shown`` turns its values, ``None`` where missing."""
        places, distinct = pd.factorize(values)
        missing = places < 0
        found = [*(shown(value) for value in distinct.tolist()), *([None] if missing.any() else [])]
        return cls(found, np.where(missing, len(distinct), places).astype("int32"))

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return [self.distinct[place] for place in self.places[at].tolist()]
        return self.distinct[self.places[at]]

    def __iter__(self) -> Iterator[Any]:
        return iter(self[:])

    def map(self, change: Callable[[Any], Any]) -> DistinctValues:
        """The column with each value changed."""
        return DistinctValues([change(value) for value in self.distinct], self.places)
