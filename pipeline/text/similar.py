"""Find texts that are nearly alike: copied, with a word or two changed.

Those few words may change the meaning: see :mod:`pipeline.text.wording`. Which texts to compare is
decided by sketches (the smallest hashes of word triples: Broder, "On the resemblance and
containment of documents", 1997). Else 10,000 texts would need 50 million comparisons.
rapidfuzz then compares letter by letter.
"""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from heapq import nlargest, nsmallest
from itertools import chain
from operator import itemgetter

from pipeline.text.wording import meaning

LONG = 200
"""Characters from which a text is long enough to be compared with other agencies'."""
ALIKE = 90.0
"""The percentage of letters in common order, of both lengths, from which texts are nearly alike."""
_WORDS = 3
"""Words that are hashed together."""
_FEW = 8
"""The most words of a short text, of which pairs are hashed too: one word may be in all triples."""
_SKETCH = 16
"""Hashes kept per text. Texts that share none are not compared."""
_COMPARED = 24
"""The most earlier texts that a text is compared with: those that share most hashes with it."""
_COMPARED_LETTERS = 100_000
"""The most letters of such texts, but for the first: of texts as long as a cell, three. Their time
grows with the square of their length: two of 32,000 letters take 10 ms."""
_COMMON = 500
"""The most texts looked up per hash. A hash of more is of a phrase that distinguishes nothing."""


def families(texts: Sequence[str], alike: float = ALIKE) -> list[int]:
    """Return for each text the position of the first text that is (nearly) alike, or its own.

    Every text is nearly alike the first of its family; two later members may differ a little more.
    Members need not mean the same.
    """
    from rapidfuzz import fuzz, process

    family_of: dict[str, int] = {}
    firsts: dict[str, int] = {}
    by_hash: defaultdict[int, list[str]] = defaultdict(list)
    for position, text in enumerate(texts):
        if text in family_of:
            continue
        plain = meaning(text)
        if plain in firsts:
            family_of[text] = firsts[plain]
            continue
        sketch = _sketch(plain)
        near = sorted(candidates(plain, sketch, by_hash, alike), key=firsts.__getitem__)
        # of several equally near texts, extractOne gives the earliest
        best = process.extractOne(plain, near, scorer=fuzz.ratio, score_cutoff=alike)
        family_of[text] = firsts[plain] = firsts[best[0]] if best else position
        if not best:
            for number in sketch:
                by_hash[number].append(plain)
    return [family_of[text] for text in texts]


def candidates(
    plain: str, sketch: Sequence[int], by_hash: Mapping[int, Sequence[str]], alike: float = ALIKE
) -> list[str]:
    """Choose the earlier texts to compare with: those that share most hashes, to a bound of work.

    Texts whose length alone tells that they are not alike are left out.
    """
    listed = (by_hash.get(number, ())[:_COMMON] for number in sketch)
    shared = Counter(chain.from_iterable(listed))
    size = len(plain)
    likely = (
        (first, hashes)
        for first, hashes in shared.items()
        if 200 * min(len(first), size) >= alike * (len(first) + size)
    )
    chosen: list[str] = []
    letters = 0
    for first, _ in nlargest(_COMPARED, likely, key=itemgetter(1)):
        letters += len(first)
        if chosen and letters > _COMPARED_LETTERS:
            break
        chosen.append(first)
    return chosen


def _sketch(plain: str) -> list[int]:
    """Return the smallest hashes of a text's runs of words. CRC-32 is the same in every process."""
    words = plain.split(" ")
    lengths = (_WORDS - 1, _WORDS) if len(words) <= _FEW else (_WORDS,)
    runs = {
        " ".join(words[start : start + length])
        for length in lengths
        for start in range(max(1, len(words) - length + 1))
    }
    return nsmallest(_SKETCH, (zlib.crc32(run.encode("utf-8", "surrogatepass")) for run in runs))
