"""Pack table readings for pickling between processes.

Many small arrays cost more than the bytes of all arrays of one type.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.model import TableReading


def packed(table: TableReading) -> tuple[Any, ...]:
    """Return what ``pickle`` sends for a table reading: the joining function, and its arguments."""
    kinds: dict[str, list[str]] = {}
    for key, values in table.values.items():
        kinds.setdefault(values.dtype.str, []).append(key)
    blocks = {kind: _plain([table.values[key] for key in keys]) for kind, keys in kinds.items()}
    states = _plain(list(table.states.values())) if table.states else b""
    return _joined, (
        table.sheet,
        table.letters,
        _plain([table.rows]),
        kinds,
        blocks,
        tuple(table.states),
        states,
        table.found,
        table.totals,
    )


def _joined(
    sheet: str,
    letters: Mapping[str, str],
    rows: bytes,
    kinds: Mapping[str, Sequence[str]],
    blocks: Mapping[str, bytes | list[Any]],
    keys: Sequence[str],
    states: bytes,
    *rest: Any,
) -> TableReading:
    """Return a table reading from what :func:`packed` made of it."""
    numbers = np.frombuffer(rows, dtype="int64")
    size, arrays = len(numbers), {kind: _array(block, kind) for kind, block in blocks.items()}
    values = {
        key: arrays[kind][position * size : (position + 1) * size]
        for kind, keys_of_kind in kinds.items()
        for position, key in enumerate(keys_of_kind)
    }
    every = np.frombuffer(states, dtype="uint8")
    return TableReading(
        sheet,
        letters,
        numbers,
        values,
        {key: every[position * size : (position + 1) * size] for position, key in enumerate(keys)},
        *rest,
    )


def _plain(arrays: Sequence[np.ndarray[Any, Any]]) -> bytes | list[Any]:
    """Return the elements of arrays of one type in a row: bytes, or a list of objects."""
    whole = np.concatenate(arrays)
    return whole.tolist() if whole.dtype.hasobject else whole.tobytes()


def _array(block: bytes | list[Any], kind: str) -> np.ndarray[Any, Any]:
    return (
        np.array(block, dtype=kind) if isinstance(block, list) else np.frombuffer(block, dtype=kind)
    )
