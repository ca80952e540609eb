"""What rows say beside a text: once if all who wrote it agree, else agency by agency."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from schemas.rules.anonymity import is_masked


@dataclass(frozen=True)
class Attribute:
    """One column beside the different texts of a source, by the index of each.

    ``agreed``: the value that all rows of a text have, ``None`` where they differ (or have none);
    ``differing``: by text, each value (``None`` for a blank) with the agencies that gave it, that
    of most agencies first.
    """

    key: str
    agreed: dict[int, Any]
    differing: dict[int, tuple[tuple[Any, tuple[str, ...]], ...]]


def attributes(frame: pd.DataFrame, keys: Sequence[str]) -> Iterator[Attribute]:
    """The columns ``keys`` of a frame of texts, by the text that they stand beside.

    ``same`` is the index of the first text that means the same.
    """
    for key in keys:
        values = frame[key].astype(object).where(frame[key].notna(), None).tolist()
        known: dict[Any, int] = {}
        pairs = zip(values, frame["agency"], strict=True)
        codes = np.array(
            [known.setdefault(_compared(value, agency), len(known)) for value, agency in pairs],
            dtype="int64",
        )
        by_text = pd.Series(codes, index=frame.index).groupby(frame["same"], sort=False)
        differs = (by_text.min() != by_text.max()).to_dict()
        agreed = {
            same: None if differs[same] else value
            for same, value in zip(frame["same"].tolist(), values, strict=True)
        }
        rows = frame[["same", "agency"]].assign(
            code=codes, value=pd.Series(values, index=frame.index, dtype="object")
        )
        yield Attribute(
            key, agreed, _differing(rows[frame["same"].map(differs).to_numpy(dtype=bool)])
        )


def _compared(value: Any, agency: str) -> Any:
    """A value as it is compared; the masks of two agencies stand for different persons."""
    return (agency, value) if isinstance(value, str) and is_masked(value) else value


def _differing(rows: pd.DataFrame) -> dict[int, tuple[tuple[Any, tuple[str, ...]], ...]]:
    found: dict[int, dict[int, tuple[Any, dict[str, None]]]] = {}
    for same, code, value, agency in zip(
        rows["same"].tolist(), rows["code"].tolist(), rows["value"], rows["agency"], strict=True
    ):
        found.setdefault(same, {}).setdefault(code, (value, {}))[1][agency] = None
    return {
        same: tuple(
            sorted(
                ((value, tuple(who)) for value, who in listed.values()),
                key=lambda pair: -len(pair[1]),
            )
        )
        for same, listed in found.items()
    }
