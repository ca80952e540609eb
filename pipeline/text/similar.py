"""Find texts that are nearly alike: copied, with a word or two changed.

Those few words may change the meaning: see :mod:`pipeline.text.wording`. Which texts to compare is
decided by sketches (the smallest hashes of word triples: Broder, "On the resemblance and
containment of documents", 1997). Else 10,000 texts would need 50 million comparisons.
rapidfuzz then compares letter by letter.
"""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from heapq import nsmallest
from itertools import chain

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
_COMMON = 500
"""The most texts looked up per hash. A hash of more is of a phrase that distinguishes nothing."""


def families(texts: Sequence[str], alike: float = ALIKE) -> list[int]:
    """Return for each text the position of the first text that is (nearly) alike, or its own.

    Every text is nearly alike the first of its family; two later members may differ a little more.
    Members need not mean the same.
    """
    from rapidfuzz import fuzz, process

    found: dict[str, int] = {}
    firsts: dict[str, int] = {}
    by_hash: defaultdict[int, list[str]] = defaultdict(list)
    for position, text in enumerate(texts):
        if text in found:
            continue
        plain = meaning(text)
        if plain in firsts:
            found[text] = firsts[plain]
            continue
        sketch = _sketch(plain)
        shared = Counter(chain.from_iterable(by_hash[each][:_COMMON] for each in sketch))
        near = sorted((first for first, _ in shared.most_common(_COMPARED)), key=firsts.__getitem__)
        # of several equally near texts, extractOne gives the earliest
        best = process.extractOne(plain, near, scorer=fuzz.ratio, score_cutoff=alike)
        found[text] = firsts[plain] = firsts[best[0]] if best else position
        if not best:
            for each in sketch:
                by_hash[each].append(plain)
    return [found[text] for text in texts]


def _sketch(plain: str) -> list[int]:
    """Return the smallest hashes of a text's runs of words. CRC-32 is the same in every process."""
    words = plain.split(" ")
    lengths = (_WORDS - 1, _WORDS) if len(words) <= _FEW else (_WORDS,)
    runs = {
        " ".join(words[at : at + length])
        for length in lengths
        for at in range(max(1, len(words) - length + 1))
    }
    return nsmallest(_SKETCH, (zlib.crc32(run.encode("utf-8", "surrogatepass")) for run in runs))
