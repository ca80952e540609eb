"""Texts that are nearly alike: copied with a word or two changed, which may be all the difference (:mod:`pipeline.text.wording`).

Which texts are worth comparing is found by sketches (the smallest hashes of their word triples, as in Broder, "On the
resemblance and containment of documents", 1997), so that ten thousand texts don't mean fifty million comparisons;
whether two of them are alike is judged by rapidfuzz, letter by letter.
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
"""Letters that two texts share in order, of both their lengths, in percent, from which they are nearly the same."""
_WORDS = 3
"""Words that are hashed together."""
_FEW = 8
"""Words up to which a text is short: its pairs are hashed, too, for one changed word may be in all its triples."""
_SKETCH = 16
"""Hashes that are kept of a text; texts that share none of them are not compared."""
_COMPARED = 24
"""Texts that a text is compared with: those that share most hashes with it, the earlier of two."""
_COMMON = 500
"""Texts that are looked up by one hash; more share a phrase that says little of any of them."""


def families(texts: Sequence[str], alike: float = ALIKE) -> list[int]:
    """For each text the position of the first text that is alike or nearly alike: its own where there is none.

    Every text is nearly alike the first of its family; two later members may differ a little more. They need not mean the same.
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
        best = process.extractOne(plain, near, scorer=fuzz.ratio, score_cutoff=alike)  # of several that are as near the earliest
        found[text] = firsts[plain] = firsts[best[0]] if best else position
        if not best:
            for each in sketch:
                by_hash[each].append(plain)
    return [found[text] for text in texts]


def _sketch(plain: str) -> list[int]:
    """The smallest hashes of the runs of words in a text; the same in every process."""
    words = plain.split(" ")
    lengths = (_WORDS - 1, _WORDS) if len(words) <= _FEW else (_WORDS,)
    runs = {" ".join(words[at : at + length]) for length in lengths for at in range(max(1, len(words) - length + 1))}
    return nsmallest(_SKETCH, (zlib.crc32(run.encode("utf-8", "surrogatepass")) for run in runs))
