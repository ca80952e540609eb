"""Cell formats of the summary workbooks: Times New Roman, thin lines, shades that keep apart in grey print."""

from __future__ import annotations

from typing import Any

import xlsxwriter
from xlsxwriter.format import Format

from pipeline.summarise.textfit import SIZE

FONT = "Times New Roman"
_GREY, _LINE = "#595959", "#8C8C8C"
_HEAD, _TOTAL, _SUBTOTAL = "#D6DFEA", "#E4EAF1", "#F1F4F8"
_BOX = {"border": 1, "border_color": _LINE}
_HEADING = {**_BOX, "bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "bg_color": _HEAD}
_FIGURE = {**_BOX, "align": "right", "valign": "vcenter"}
_LISTED = {"border": 1, "border_color": "#BFBFBF", "valign": "top"}
_NUMBER = {**_LISTED, "align": "right"}

_KINDS: dict[str, dict[str, Any]] = {
    # lines above a table
    "owner": {"bold": True, "font_size": 10},
    "title": {"bold": True, "font_size": 14, "text_wrap": True, "valign": "vcenter"},
    "subtitle": {"text_wrap": True, "valign": "top"},
    "mark": {"bold": True, "font_color": "#C00000", "font_size": 12},
    "legend": {"italic": True, "font_color": _GREY, "font_size": 10, "text_wrap": True, "valign": "top"},
    "section": {"bold": True, "font_size": 12, "valign": "vcenter"},
    "remark": {"text_wrap": True, "valign": "top"},
    "gap": {},
    # headings
    "head": _HEADING,
    "code_head": {**_BOX, "italic": True, "font_size": 9, "align": "center", "font_color": _GREY, "bg_color": _HEAD},
    "band": {**_BOX, "bold": True, "valign": "vcenter", "bg_color": _HEAD},
    # cells of a table of figures
    "code": {**_BOX, "font_size": 10, "font_color": _GREY, "valign": "vcenter"},
    "name": {**_BOX, "text_wrap": True, "valign": "vcenter"},
    "aside": {**_BOX, "text_wrap": True, "valign": "vcenter", "indent": 1},
    "count": {**_FIGURE, "num_format": "#,##0_)"},
    "amount": {**_FIGURE, "num_format": "#,##0.00_)"},
    "rate": {**_FIGURE, "num_format": "0.0%_)"},
    "average": {**_FIGURE, "num_format": "#,##0.0_)"},
    "symbol": {**_FIGURE, "num_format": "General_);-General_);0_);@_)", "font_color": _GREY},
    # cells of a list
    "plain": {**_LISTED, "text_wrap": True},
    "hash": {**_LISTED, "font_size": 8},
    "whole": {**_NUMBER, "num_format": "#,##0_)"},
    "decimal": {**_NUMBER, "num_format": "#,##0.00####_)"},
    "number": {**_NUMBER, "num_format": "0_)"},
    "date": {**_LISTED, "num_format": "dd/mm/yyyy", "align": "left"},
    "moment": {**_LISTED, "num_format": "dd/mm/yyyy hh:mm", "align": "left"},
}
_EMPHASIS: dict[str, dict[str, Any]] = {
    "": {},
    "subtotal": {"bold": True, "bg_color": _SUBTOTAL},
    "total": {"bold": True, "bg_color": _TOTAL},
}


def font(kind: str, emphasis: str = "") -> tuple[float, bool]:
    """The font size of a kind of cell, and whether it is bold."""
    properties = {**_KINDS[kind], **_EMPHASIS[emphasis]}
    return float(properties.get("font_size", SIZE)), bool(properties.get("bold"))


def wraps(kind: str) -> bool:
    """Whether a kind of cell takes several lines for a long text."""
    return bool(_KINDS[kind].get("text_wrap"))


class Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[str, str, bool], Format] = {}

    def __call__(self, kind: str, emphasis: str = "", *, quoted: bool = False) -> Format:
        """The format of a kind of cell; ``quoted`` keeps a text that looks like a formula a text when its cell is edited."""
        key = (kind, emphasis, quoted)
        if key not in self._made:
            self._made[key] = self._workbook.add_format({**_KINDS[kind], **_EMPHASIS[emphasis], "quote_prefix": quoted})
        return self._made[key]
