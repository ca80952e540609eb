"""Texts of one item and group that say nearly the same, and in what words they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.text.similar import families
from pipeline.text.wording import Change, differences, worded

NEAR = 75.0
"""Letters in percent that a variant shares with the text whose variant it is."""


@dataclass(frozen=True)
class Variant:
    """A text that is nearly like another: the index of that other, and where it differs from it."""

    of: int
    changes: tuple[Change, ...]


def heads(folded: pd.DataFrame) -> pd.Series[int]:
    """For each different text the index of the one whose variant it is, its own where it is none.

    ``folded``: one row a different text, with ``item``, ``group``, ``text``, ``said``,
    ``agencies``. Within an item and group the text of most agencies is the one that others are
    variants of, the longer of two.
    """
    indexes = np.asarray(folded.index)
    found = indexes.copy()
    for places in map(np.asarray, folded.groupby(["item", "group"], sort=False).indices.values()):
        ranked = places[
            np.lexsort(
                [-folded["text"].str.len().iloc[places], -folded["agencies"].map(len).iloc[places]]
            )
        ]
        found[ranked] = indexes[ranked[families(folded["said"].iloc[ranked].tolist(), NEAR)]]
    return pd.Series(found, index=folded.index)


def variants(folded: pd.DataFrame) -> dict[int, Variant]:
    """The variants among the different texts, by index.

    ``folded`` has their ``head`` beside ``text`` and ``said``.
    """
    texts = dict(
        zip(folded.index.tolist(), zip(folded["text"], folded["said"], strict=True), strict=True)
    )
    pairs = zip(folded.index.tolist(), folded["head"].tolist(), strict=True)
    return {
        own: Variant(head, _changes(texts[head], texts[own])) for own, head in pairs if own != head
    }


def _changes(one: Sequence[str], other: Sequence[str]) -> tuple[Change, ...]:
    return tuple(differences(one[0], other[0], worded(*one), worded(*other)))
