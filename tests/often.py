"""How often something is tried by chance: a few times in the gate, often by ``make fuzz``, which says so in the environment."""

from __future__ import annotations

import os
from collections.abc import Iterable

import pytest

thorough = pytest.mark.thorough
"""What the gate leaves to ``make thorough``: it tries the same kind by another case."""
MANY = int(os.environ.get("TONGHOP_TEST_MANY", "0"))
"""Of how many random returns ten are taken for each mistake, a thousand at a time; 0 in the gate, which takes three of one thousand."""


def times(few: int, many: int) -> range:
    """The numbers of the tries."""
    return range(many if MANY else few)


def some(few: int, cases: Iterable[object]) -> list[object]:
    """All cases of a test, of which the gate tries the first few; ``make thorough`` tries the others, which are of the same kind."""
    return [_case(case, is_left=number >= few) for number, case in enumerate(cases)]


def _case(case: object, *, is_left: bool) -> object:
    values = case if isinstance(case, tuple) else (case,)
    return pytest.param(*values, marks=[thorough] if is_left else [])
