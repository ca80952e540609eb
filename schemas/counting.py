"""Words by which people count, in whatever round: data of the language that clerks write."""

from __future__ import annotations

import tomllib
from pathlib import Path

_SAID = tomllib.loads((Path(__file__).parent / "counting.toml").read_text(encoding="utf-8"))
COUNTING_WORDS: tuple[str, ...] = tuple(_SAID["words"])
"""What may stand behind a number as its unit."""
TOTALLED_WORDS: tuple[str, ...] = (*COUNTING_WORDS, *_SAID["totalled"])
"""What the label of a total row may name: "Tổng số …"."""
