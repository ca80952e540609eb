"""How an administrative document is set out (Nghị định 30/2020/NĐ-CP, Phụ lục I).

``nd30_format.csv`` lists its elements.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas.codelists import read_rows

FONT = "Times New Roman"
INDENT = 12.7
"""Millimetres of a paragraph's first line: the larger of the two that the decree names."""


@dataclass(frozen=True)
class Setting:
    """How one element is set. Sizes in points: the decree's smallest and largest, 0 for none."""

    smallest: float
    largest: float
    bold: bool
    italic: bool
    capitals: bool


@dataclass(frozen=True)
class PageFormat:
    """An upright A4 page; lengths in millimetres, within what the decree allows."""

    width: int = 210
    height: int = 297
    top: int = 20
    bottom: int = 20
    left: int = 30
    right: int = 20

    @property
    def text(self) -> int:
        """Width of the text."""
        return self.width - self.left - self.right


@cache
def settings() -> dict[str, Setting]:
    """Every element of the list, by its key."""
    return {
        row["element"]: _setting(row)
        for row in read_rows(Path(__file__).parent / "nd30_format.csv")
    }


def _setting(row: dict[str, str]) -> Setting:
    sizes = [float(size) for size in row["size_pt"].split("-") if size]
    return Setting(
        smallest=min(sizes, default=0.0),
        largest=max(sizes, default=0.0),
        bold="đậm" in row["style"],
        italic="nghiêng" in row["style"],
        capitals=row["case"] == "IN HOA",
    )
