"""Cells that look otherwise than they are stored, read as people see them: where that is one thing it is read and told, else nobody guesses."""

from __future__ import annotations

from typing import Any

from pipeline.collect.formats.cells import Value
from pipeline.collect.formats.seen import RichText, SeenNumber
from pipeline.text.numbers import PERCENT, names_other_unit
from schemas.columns import State

Cell = tuple[Any, State, str]
"""One tidied cell: its value (missing unless the state is readable), its state, and its text as found, blank where it is OK or BLANK."""


def seen_number(value: SeenNumber, unit: str) -> tuple[float | None, State]:
    """The number of a cell whose format shows something else; none where what is seen is another number, or one in another unit."""
    if value.differs:
        is_percent = unit.strip() == PERCENT == value.words
        return (float(value) * 100, State.REPAIRED) if is_percent else (None, State.SEEN_OTHERWISE)
    return (None, State.OTHER_UNIT) if names_other_unit(value.words, unit) else (float(value), State.OK)


def seen_text(value: str | SeenNumber) -> str:
    """What people see of a value that is to be text."""
    return value.text if isinstance(value, SeenNumber) else str(value)


def hides(value: Value) -> bool:
    """Whether a text has more letters, or others, than are seen."""
    return isinstance(value, RichText) and value.full != str(value)
