"""How often something is tried by chance: a few times in the gate, often by ``make fuzz``, which says so in the environment."""

from __future__ import annotations

import os

MANY = int(os.environ.get("TONGHOP_TEST_MANY", "0"))
"""Of how many random returns ten are taken for each mistake, a thousand at a time; 0 in the gate, which takes three of one thousand."""


def times(few: int, many: int) -> range:
    """The numbers of the tries."""
    return range(many if MANY else few)
