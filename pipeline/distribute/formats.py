"""Cell formats of the template: Times New Roman, official layout, colours distinct in grey."""

from __future__ import annotations

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from schemas.columns import Kind

FONT = "Times New Roman"
GREY, BLUE, RED, AMBER, PALE = "#E7E6E6", "#DDEBF7", "#FFC7CE", "#FFE699", "#FFF9DB"

REQUIRED = " (*)"
"""Shown behind a required column's title by the number format: the cell's text stays the title."""

BASE: dict[str, Any] = {"font_name": FONT, "font_size": 11, "valign": "vcenter", "text_wrap": True}
STYLES: dict[str, dict[str, Any]] = {
    "plain": {},
    "bold": {"bold": True},
    "left_head": {"align": "center", "bold": True, "font_size": 12},
    "right_head": {"align": "center", "bold": True, "font_size": 12},
    "motto": {"align": "center", "bold": True, "font_size": 12, "underline": 1},
    "form_number": {"align": "center", "italic": True},
    "invented": {"align": "center", "bold": True, "font_color": "#C00000", "font_size": 12},
    "title": {"align": "center", "bold": True, "font_size": 14},
    "subtitle": {"align": "center", "italic": True},
    "note": {"italic": True},
    "unit": {"italic": True, "align": "right"},
    "header": {"bold": True, "align": "center", "border": 1, "bg_color": BLUE},
    "required": {
        "bold": True,
        "align": "center",
        "border": 1,
        "bg_color": BLUE,
        "font_color": "#9C0006",
        "num_format": f'@"{REQUIRED}"',
    },
    "number_row": {
        "italic": True,
        "align": "center",
        "border": 1,
        "bg_color": GREY,
        "font_size": 9,
    },
    "text": {"border": 1, "num_format": "@", "locked": False, "valign": "top"},
    "code": {"border": 1, "locked": False, "valign": "top"},
    "count": {
        "border": 1,
        "num_format": "#,##0",
        "locked": False,
        "valign": "top",
        "align": "right",
    },
    "decimal": {
        "border": 1,
        "num_format": "#,##0.00",
        "locked": False,
        "valign": "top",
        "align": "right",
    },
    "date": {
        "border": 1,
        "num_format": "dd/mm/yyyy",
        "locked": False,
        "valign": "top",
        "align": "center",
    },
    "given": {"border": 1, "bg_color": GREY, "valign": "top"},
    "given_date": {"border": 1, "bg_color": GREY, "num_format": "dd/mm/yyyy", "align": "left"},
    "label": {"border": 1, "bold": True, "bg_color": BLUE},
    "counted": {"border": 1, "bold": True, "bg_color": BLUE, "align": "right"},
    "help": {"border": 1, "italic": True, "font_color": "#404040"},
    "boxed": {"border": 1, "valign": "top"},
    "boxed_center": {"border": 1, "align": "center", "valign": "top"},
    "figure": {"border": 1, "align": "center", "num_format": "#,##0", "bold": True},
    "link": {"border": 1, "align": "center", "font_color": "#0563C1", "underline": 1},
    "verdict": {"align": "center", "bold": True, "font_size": 18, "border": 2},
    "sign": {"align": "center", "valign": "top", "bold": True, "text_wrap": True},
    "sign_hint": {"align": "center", "italic": True},
    "red": {"bg_color": RED, "font_color": "#9C0006"},
    "amber": {"bg_color": AMBER},
    "missing": {"bg_color": PALE, "border": 1, "border_color": "#BF8F00"},
    "green": {"bg_color": "#C6EFCE", "font_color": "#006100"},
    "ruled": {"border": 1},
    "whole": {"num_format": "#,##0"},
}
OPEN = "open_"
"""Prefix of formats for open cells without borders: Excel would print bordered blank pages."""
STYLES |= {
    OPEN + kind: {name: value for name, value in STYLES[kind].items() if name != "border"}
    for kind in Kind
}
STYLES["open"] = {"locked": False}
DIFFERENTIAL = ("red", "amber", "missing", "green", "ruled", "whole")
"""Formats for conditional formatting: they hold only what they change."""


class Formats:
    """The formats of one workbook, each made when first asked for."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[str, Format] = {}

    def __getitem__(self, name: str) -> Format:
        if name not in self._made:
            base = {} if name in DIFFERENTIAL else BASE
            self._made[name] = self._book.add_format({**base, **STYLES[name]})
        return self._made[name]
