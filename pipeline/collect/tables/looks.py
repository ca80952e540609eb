"""Read cells that look different from how they are stored, as people see them.

What can mean one thing only is read and told; anything else isn't guessed.
"""

from __future__ import annotations

from typing import Any

from pipeline.collect.formats.cells import Value
from pipeline.collect.formats.seen import RichText, SeenNumber
from pipeline.text.numbers import PERCENT, names_other_unit
from schemas.columns import State

Cell = tuple[Any, State, str]
"""A tidied cell: value (missing unless its state is readable), state, text as found (blank if OK or
BLANK)."""


def seen_number(value: SeenNumber, unit: str) -> tuple[float | None, State]:
    """Read a number whose cell shows something else.

    None if people see another number, or another unit.
    """
    if value.differs:
        is_percent = unit.strip() == PERCENT == value.words
        return (float(value) * 100, State.REPAIRED) if is_percent else (None, State.SEEN_OTHERWISE)
    if names_other_unit(value.words, unit):
        return None, State.OTHER_UNIT
    return float(value), State.OK


def seen_text(value: str | SeenNumber) -> str:
    """Return what people see of a value that is to be text."""
    return value.text if isinstance(value, SeenNumber) else str(value)


def hides(value: Value) -> bool:
    """True if people don't see a text's letters as they are stored."""
    return isinstance(value, RichText) and value.full != str(value)


def repaired(cell: Cell, text: str) -> Cell:
    """Return a cell whose text as found was another: what was read of it counts as repaired."""
    value, state, _ = cell
    return value, State.REPAIRED if state is State.OK else state, text
