"""The tile map: each locality one cell, so that small ones are seen as well as large ones."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.codelists import read_rows
from schemas.round.round import Round

TILE_MAP = "tile_map"
"""The round's file of tiles.

Columns: ``locality`` (code, or blank for a label), ``name``, ``row``, ``column``.
"""


@dataclass(frozen=True)
class Tile:
    """One cell; ``row`` and ``column`` count from 1.

    A tile without a ``locality`` is a label: islands that report with their province.
    """

    locality: str
    name: str
    row: int
    column: int


def tiles(round_: Round) -> list[Tile]:
    """The tiles of a round, from north to south; none where it has no map."""
    path = round_.folder / "codelists" / f"{TILE_MAP}.csv"
    rows = read_rows(path) if path.is_file() else []
    found = [
        Tile(row["locality"], row["name"], int(row["row"]), int(row["column"])) for row in rows
    ]
    return sorted(found, key=lambda tile: (tile.row, tile.column))
