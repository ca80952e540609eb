"""Suggest the entries that a misspelt text was likely meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np

from pipeline.text.names import normalise, strip_accents
from schemas.codelists import Codelist

_NEAR = 72.0
"""Score from which a name is worth suggesting."""
_MOST_SUGGESTED = 3
_CLOSE_BEHIND = 10.0
"""The most points behind the nearest name at which another is still suggested."""
_SHORTEST_PART = 4
"""The fewest letters of a part of a name that still points to the name."""


Names = tuple[tuple[str, tuple[str, ...]], ...]
"""Pairs of a name and the other names of the same thing."""


def suggest(text: str, codelist: Codelist) -> list[str]:
    """Return up to three entries near ``text``, nearest first, by the names in the dropdowns."""
    return suggest_each([text], codelist)[text]


def suggest_each(texts: Iterable[str], codelist: Codelist) -> dict[str, list[str]]:
    """Map each text to its :func:`suggest`. Comparing many at once takes a fraction of the time."""
    names = tuple(
        (entry.offered, (*entry.exact, *entry.aliases, *entry.ambiguous))
        for entry in codelist.entries
    )
    return _suggested(list(dict.fromkeys(texts)), names)


AT_ONCE = 1_000
"""Texts compared at a time. Memory: four numbers per text and spelling."""


def _suggested(texts: list[str], names: Names) -> dict[str, list[str]]:
    if not names:
        return {text: [] for text in texts}
    owners, spellings, bare = _spellings(names)
    found: dict[str, list[str]] = {}
    for start in range(0, len(texts), AT_ONCE):
        some = texts[start : start + AT_ONCE]
        nearness = _nearness([normalise(text) for text in some], spellings, bare)
        found |= {
            text: _nearest(owners, scores) for text, scores in zip(some, nearness, strict=True)
        }
    return found


def _nearest(owners: list[str], scores: np.ndarray[Any, Any]) -> list[str]:
    """Return the names with the nearest spellings, each once by its best score, if near enough."""
    best: dict[str, float] = {}
    for place in np.flatnonzero(scores >= _NEAR).tolist():
        best[owners[place]] = max(float(scores[place]), best.get(owners[place], 0.0))
    ranked = sorted(best.items(), key=lambda pair: -pair[1])
    return [
        name for name, score in ranked[:_MOST_SUGGESTED] if score >= ranked[0][1] - _CLOSE_BEHIND
    ]


@lru_cache(maxsize=64)
def _spellings(names: Names) -> tuple[list[str], list[str], list[str]]:
    """List all spellings, as three lists: the name meant, the key, the key without accents."""
    listed = [(name, normalise(each)) for name, others in names for each in (name, *others)]
    return (
        [name for name, _ in listed],
        [each for _, each in listed],
        [strip_accents(each) for _, each in listed],
    )


def _nearness(wanted: list[str], spellings: list[str], bare: list[str]) -> np.ndarray[Any, Any]:
    """Score each wanted text against each spelling, 0 to 100; a row per text.

    Equality with accents scores most, without accents a little less, by tokens or by parts less
    again.
    """
    from rapidfuzz import fuzz, process

    bare_wanted = [strip_accents(text) for text in wanted]
    exact = process.cdist(wanted, spellings, scorer=fuzz.ratio).astype(float)
    plain, tokens, parts = (
        process.cdist(bare_wanted, bare, scorer=scorer).astype(float)
        for scorer in (fuzz.ratio, fuzz.token_sort_ratio, fuzz.partial_ratio)
    )
    shorter = np.minimum.outer([len(text) for text in bare_wanted], [len(name) for name in bare])
    by_part = np.maximum(0.9 * tokens, 0.88 * parts * np.minimum(1.0, 0.7 + shorter / 30))
    scores: np.ndarray[Any, Any] = np.maximum(
        np.maximum(exact, 0.97 * plain), np.where(shorter >= _SHORTEST_PART, by_part, 0.0)
    )
    scores[[not text for text in wanted]] = 0.0
    return scores
