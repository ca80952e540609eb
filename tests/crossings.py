"""Read sheets of crossings as people do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Place = tuple[str, str]
"""An entry's code and name, as a row or a column shows them."""


def grid(rows: Iterable[Sequence[Any]]) -> dict[tuple[str, Place, Place], Any]:
    """Map (measure's title, row's entry, column's entry) to the value, from a sheet's rows."""
    lines = list(rows)
    codes_at = next(at for at, line in enumerate(lines) if line[0] == "Mã" and not line[1])
    names, codes = lines[codes_at - 1], lines[codes_at]
    first = 3 if names[2] == "Tình trạng báo cáo" else 2
    band, cells = "", {}
    for line in lines[codes_at + 1 :]:
        if line[0] and not line[1]:
            band = line[0]
            continue
        for at in range(first, len(codes)):
            above = band or next(
                lines[codes_at - 2][left]
                for left in range(at, first - 1, -1)
                if lines[codes_at - 2][left]
            )
            cells[above, (line[0] or "", line[1]), (codes[at] or "", names[at])] = line[at]
    return cells
