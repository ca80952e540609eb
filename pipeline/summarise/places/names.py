"""Defined names in the sheet of indicators, by which formulas elsewhere find what stands there."""

from __future__ import annotations

CHOSEN = "bd_chon"
"""The cell that holds the title of the chosen indicator."""
TITLES, UNITS, WORST, CODES = "bd_chi_tieu", "bd_don_vi", "bd_hang_1", "bd_ma"
"""Headings, their units, which value is the worst, codes of places."""
RANKABLE, COUNTS = "bd_xep_hang", "bd_du"
"""The chosen indicator's compared values, and whose figures are whole (1).

The worst value is the highest.
"""
SELECTED, OTHERS, ORDER, NAMES, STANDINGS = (
    "bd_dang_chon",
    "bd_khac",
    "bd_thu_tu",
    "bd_ten",
    "bd_tinh_trang",
)
"""What the map chose, the same by others, its order, names, standings."""
RATE_TERMS = {"part": "bd_tu_so", "whole": "bd_mau_so"}
"""What the chosen rate was made of, by key."""
WHOLES = "bd_mau_{}"
"""What each rate is of, by its key."""
CHOSEN_COLUMN = f"MATCH({CHOSEN},{TITLES},0)"
UNIT = f"INDEX({UNITS},{CHOSEN_COLUMN})"
"""The unit of the chosen indicator."""
VALUES, PARENTS, STAFF = "bd_so_lieu", "bd_nhom", "bd_bien_che"
"""Compared figures, parents and headcounts."""
