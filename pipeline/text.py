"""Vietnamese text: pure functions, the same for every column that is read."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from schemas.codelists import Codelist

# --- text ------------------------------------------------------------------------------------------

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_MARKS = "\u0302\u0306\u031b"
_OPEN = re.compile(f"(o|u(?=[{_TONES}]y))([{_TONES}])([aey])")
_LONG_I = re.compile(f"(?<![^\\W])([hklmst]|qu)i([{_TONES}]?)(?![^\\W]|[{_TONES}])")
_AFTER_Q = re.compile(f"(qu)([{_TONES}])([aeioy][{_MARKS}]*)")
_SPACES = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]+")
_DASHES = re.compile("[\u2010-\u2015\u2212\u2500_]+")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "`": "'", "´": "'"})
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－＋（）", "0123456789.,-+()")
_AROUND_SIGNS = re.compile(r" ?([,;:/()&+\-]) ?")


@lru_cache(maxsize=50_000)
def normalise(text: str) -> str:
    """The text as names are compared: one form of letters, case, tone placement, dashes, quotes and spaces.

    Two texts that a Vietnamese reader takes for the same name give the same key; accents always count.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_QUOTES)
    plain = _SPACES.sub(" ", _DASHES.sub("-", _one_spelling(plain)))
    return _AROUND_SIGNS.sub(r"\1", plain).strip(" .,;:")


def _one_spelling(text: str) -> str:
    """The mark on the second vowel of oa, oe and uy (hòa, hoà → hoà); after q it never stands on the u; y where i is written as well (lí → lý)."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFD", text)
    moved = _AFTER_Q.sub(r"\1\3\2", _OPEN.sub(r"\1\3\2", apart))
    return unicodedata.normalize("NFC", _LONG_I.sub(r"\1y\2", moved))


@lru_cache(maxsize=50_000)
def strip_accents(text: str) -> str:
    """The text without tones and marks, đ as d."""
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def safe_name(name: str) -> str:
    """A file name that can be shown anywhere: NFC; control characters, bidirectional marks and stray bytes escaped."""
    plain = unicodedata.normalize("NFC", name)
    if plain.isprintable():
        return plain
    return "".join(_escaped(letter) if unicodedata.category(letter) in _UNSAFE else letter for letter in plain)


def _escaped(letter: str) -> str:
    code = ord(letter)
    if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004 a byte that was no UTF-8, as Python hands it over
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}" if code < 0x1_0000 else f"\\U{code:08x}"  # noqa: PLR2004


def plain_figure(text: str) -> str:
    """The text of a number or a date with one kind of digits, dashes and spaces, in lower case, without what stands around it."""
    plain = _DASHES.sub("-", _SPACES.sub(" ", unicodedata.normalize("NFC", text).translate(_FULL_WIDTH).casefold()))
    return plain.strip(" '").rstrip(".;, ")


# --- near names ------------------------------------------------------------------------------------

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
