"""Words by which people count, in whatever round: data of the language that clerks write."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

_SAID = tomllib.loads((Path(__file__).parent / "counting.toml").read_text(encoding="utf-8"))
COUNTED: Mapping[str, tuple[str, ...]] = {
    unit: (unit, *words) for unit, words in _SAID["counted"].items()
}
"""What things are counted in, each with the words that say the same."""
MONEY: Mapping[str, tuple[str, ...]] = {
    unit: (unit, *words) for unit, words in _SAID["money"].items()
}
"""Units of money, from the smallest, with their words; each is a thousand of the one before."""
FOREIGN: Mapping[str, tuple[str, ...]] = {
    unit: (unit, *words) for unit, words in _SAID["foreign"].items()
}
"""Money of other countries, with the words and signs that say the same."""
WORTH: Mapping[str, float] = {
    word: 1000.0**at for at, words in enumerate(MONEY.values()) for word in words
}
"""How many times the smallest unit of money each is worth, by every word for it."""
TOTALLED_WORDS: tuple[str, ...] = tuple(_SAID["labels"]["totalled"])
"""What the label of a total row may name: "Tổng số …"."""
