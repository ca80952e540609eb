"""Words for bodies within or below an agency, in the language that clerks write.

A file name with one of them is that body's, not the agency's.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

_SAID = tomllib.loads((Path(__file__).parent / "bodies.toml").read_text(encoding="utf-8"))
BODIES, OTHERS = frozenset[str](_SAID["bodies"]), frozenset[str](_SAID["others"])
"""Names of such bodies, and words that look like one and name none."""
UNMARKED, UNMARKED_OTHERS = (
    frozenset[str](_SAID["unmarked"]),
    frozenset[str](_SAID["unmarked_others"]),
)
"""The same as they are written without accents."""
