"""Which cases the gate tries in part: ``make fuzz`` repeats some, ``make thorough`` runs others."""

from __future__ import annotations

import os
from collections.abc import Iterable

import pytest

thorough = pytest.mark.thorough
"""Tests left to ``make thorough``: the gate tries another case of the same kind."""
MANY = int(os.environ.get("TONGHOP_TEST_MANY", "0"))
"""Random returns of which ten are taken per mistake, a thousand at a time.

0 in the gate, which takes three of one thousand.
"""


def times(few: int, many: int) -> range:
    """Return the numbers of the tries."""
    return range(many if MANY else few)


def some(few: int, cases: Iterable[object]) -> list[object]:
    """Return all cases of a test; the gate tries the first ``few``, ``make thorough`` the rest."""
    return [_case(case, is_left=number >= few) for number, case in enumerate(cases)]


def _case(case: object, *, is_left: bool) -> object:
    values = case if isinstance(case, tuple) else (case,)
    return pytest.param(*values, marks=[thorough] if is_left else [])
