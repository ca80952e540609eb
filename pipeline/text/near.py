"""Names near to what was written: what a misspelt entry was likely meant to be."""

from __future__ import annotations

from functools import lru_cache

from pipeline.text.names import normalise, strip_accents
from schemas.codelists import Codelist

_NEAR = 72.0
"""Score from which a name is worth suggesting."""
_MOST_SUGGESTED = 3
_CLOSE_BEHIND = 10.0
"""How far behind the nearest name another one may lie and still be suggested."""
_SHORTEST_PART = 4
"""Letters from which a part of a name points to it."""


Names = tuple[tuple[str, tuple[str, ...]], ...]
"""Names, each with the other names of the same thing."""


def suggest(text: str, codelist: Codelist) -> list[str]:
    """Up to three entry names near to ``text``, nearest first."""
    return suggest_names(text, tuple((entry.name, (*entry.aliases, *entry.ambiguous)) for entry in codelist.entries))


def suggest_names(text: str, names: Names) -> list[str]:
    """Like :func:`suggest`, over (name, other names) pairs."""
    wanted = normalise(text)
    if not wanted or not names:
        return []
    scores: dict[str, float] = {}
    owners, spellings, bare = _spellings(names)
    for owner, score in zip(owners, _nearness(wanted, spellings, bare), strict=True):
        scores[owner] = max(score, scores.get(owner, 0.0))
    ranked = sorted((pair for pair in scores.items() if pair[1] >= _NEAR), key=lambda pair: -pair[1])
    return [name for name, score in ranked[:_MOST_SUGGESTED] if score >= ranked[0][1] - _CLOSE_BEHIND]


@lru_cache(maxsize=64)
def _spellings(names: Names) -> tuple[list[str], list[str], list[str]]:
    """All spellings of all names: whose each is, as names are compared, and without accents."""
    listed = [(name, normalise(each)) for name, others in names for each in (name, *others)]
    return [name for name, _ in listed], [each for _, each in listed], [strip_accents(each) for _, each in listed]


def _nearness(wanted: str, spellings: list[str], bare: list[str]) -> list[float]:
    """0 to 100 for each spelling: with accents, a little less without, less again where one is a part of the other."""
    from rapidfuzz import fuzz, process

    bare_wanted = strip_accents(wanted)
    exact, plain, tokens, parts = (
        process.cdist([one], many, scorer=scorer)[0].tolist()
        for one, many, scorer in (
            (wanted, spellings, fuzz.ratio),
            (bare_wanted, bare, fuzz.ratio),
            (bare_wanted, bare, fuzz.token_sort_ratio),
            (bare_wanted, bare, fuzz.partial_ratio),
        )
    )
    scores = []
    for position, name in enumerate(bare):
        score, shorter = max(exact[position], 0.97 * plain[position]), min(len(bare_wanted), len(name))
        if shorter >= _SHORTEST_PART:
            score = max(score, 0.9 * tokens[position], 0.88 * parts[position] * min(1.0, 0.7 + shorter / 30))
        scores.append(score)
    return scores
