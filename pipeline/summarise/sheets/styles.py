"""Cell formats of the summary workbooks: shades that keep apart in grey print."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format

from pipeline.office.textfit import SIZE, line_count, line_height

FONT = "Times New Roman"
_GREY, _LINE = "#595959", "#8C8C8C"
_HEAD, _TOTAL, _SUBTOTAL = "#D6DFEA", "#E4EAF1", "#F1F4F8"
_BOX = {"border": 1, "border_color": _LINE}
_HEADING = {
    **_BOX,
    "bold": True,
    "align": "center",
    "valign": "vcenter",
    "text_wrap": True,
    "bg_color": _HEAD,
}
_FIGURE = {**_BOX, "align": "right", "valign": "vcenter"}
_LISTED = {"border": 1, "border_color": "#BFBFBF", "valign": "top"}
_NUMBER = {**_LISTED, "align": "right"}
STEPS = (
    ("#DFE9F4", "#000000"),
    ("#BCD2E8", "#000000"),
    ("#8DB4D9", "#000000"),
    ("#4A7FB5", "#FFFFFF"),
    ("#1B3F70", "#FFFFFF"),
)
"""Fill and ink of the steps of a map, from the lowest: darker and darker, for grey print."""
HATCHED = {"pattern": 14, "fg_color": "#C8C8C8", "bg_color": "#FFFFFF", "font_color": "#000000"}
"""What isn't known on a map: hatched, with a broken line around it.

Some programs draw the hatching as a light grey, like the lowest step.
"""
_BROKEN = {"left": 3, "right": 3, "italic": True}
_TILE = {"align": "center", "valign": "vcenter", "left": 1, "right": 1, "border_color": _LINE}
_TILE_NAME, _TILE_FIGURE = (
    {**_TILE, "font_size": 9, "top": 1},
    {**_TILE, "bold": True, "num_format": "#,##0"},
)
_TILE_TERMS = {**_TILE, "font_size": 8, "bottom": 1}

_KINDS: dict[str, dict[str, Any]] = {
    # lines above a table
    "owner": {"bold": True, "font_size": 10},
    "title": {"bold": True, "font_size": 14, "text_wrap": True, "valign": "vcenter"},
    "subtitle": {"text_wrap": True, "valign": "top"},
    "mark": {"bold": True, "font_color": "#C00000", "font_size": 12},
    "legend": {"italic": True, "font_color": _GREY, "text_wrap": True, "valign": "top"},
    "section": {"bold": True, "font_size": 12, "valign": "vcenter"},
    "remark": {"text_wrap": True, "valign": "top"},
    "gap": {},
    # headings
    "head": _HEADING,
    "code_head": {
        **_BOX,
        "italic": True,
        "align": "center",
        "font_color": _GREY,
        "bg_color": _HEAD,
    },
    "band": {**_BOX, "bold": True, "valign": "vcenter", "bg_color": _HEAD},
    # cells of a table of figures
    "code": {**_BOX, "font_color": _GREY, "valign": "vcenter"},
    "name": {**_BOX, "text_wrap": True, "valign": "vcenter"},
    "aside": {**_BOX, "text_wrap": True, "valign": "vcenter", "indent": 1},
    "remark_cell": {**_BOX, "font_size": 9, "text_wrap": True, "valign": "vcenter"},
    "count": {**_FIGURE, "num_format": "#,##0_)"},
    "amount": {**_FIGURE, "num_format": "#,##0.00_)"},
    "rate": {**_FIGURE, "num_format": "0.0%_)"},
    "average": {**_FIGURE, "num_format": "#,##0.0_)"},
    "change_count": {**_FIGURE, "num_format": "+#,##0_);-#,##0_);0_)"},
    "change_amount": {**_FIGURE, "num_format": "+#,##0.00_);-#,##0.00_);0.00_)"},
    "change_rate": {**_FIGURE, "num_format": "+0.0%_);-0.0%_);0.0%_)"},
    "rank": {**_FIGURE, "num_format": "0_)"},
    "ranked": {**_FIGURE, "num_format": "#,##0_)"},
    "link": {"font_color": "#0563C1", "underline": 1, "valign": "vcenter"},
    # a map
    "choice": {
        **_BOX,
        "border": 2,
        "bold": True,
        "align": "center",
        "valign": "vcenter",
        "text_wrap": True,
        "bg_color": "#FFF2CC",
    },
    "choice_unit": {
        **_BOX,
        "bold": True,
        "align": "center",
        "valign": "vcenter",
        "text_wrap": True,
    },
    "tile_name": _TILE_NAME,
    "tile": {**_TILE_FIGURE, "bottom": 1},
    "tile_rate": _TILE_FIGURE,
    "tile_terms": _TILE_TERMS,
    "tile_label": {
        **_BOX,
        "border": 3,
        "italic": True,
        "font_size": 9,
        "align": "center",
        "valign": "vcenter",
        "text_wrap": True,
    },
    "tile_bound": {**_FIGURE, "num_format": "#,##0", "align": "center"},
    "tile_says": {**_BOX, "font_size": 9, "text_wrap": True, "valign": "vcenter"},
    "tile_sign": {**_BOX, "bold": True, "align": "center", "valign": "vcenter"},
    "tile_name_unknown": {**_TILE_NAME, **HATCHED, **_BROKEN, "top": 3},
    "tile_unknown": {**_TILE_FIGURE, **HATCHED, **_BROKEN, "bottom": 3, "num_format": "(#,##0)"},
    "tile_rate_unknown": {**_TILE_FIGURE, **HATCHED, **_BROKEN, "num_format": "(#,##0)"},
    "tile_terms_unknown": {**_TILE_TERMS, **HATCHED, **_BROKEN, "bottom": 3},
    "tile_sign_unknown": {
        **HATCHED,
        **_BROKEN,
        "top": 3,
        "bottom": 3,
        "border_color": _LINE,
        "align": "center",
        "valign": "vcenter",
    },
    **{
        f"tile_step_{step}": {
            **_BOX,
            "bold": True,
            "align": "center",
            "valign": "vcenter",
            "bg_color": fill,
            "font_color": ink,
        }
        for step, (fill, ink) in enumerate(STEPS, start=1)
    },
    # cells of a list
    "plain": {**_LISTED, "text_wrap": True},
    "hash": {**_LISTED, "font_size": 8},
    "whole": {**_NUMBER, "num_format": "#,##0_)"},
    "decimal": {**_NUMBER, "num_format": "#,##0.00####_)"},
    "number": {**_NUMBER, "num_format": "0_)"},
    "date": {**_LISTED, "num_format": "dd/mm/yyyy", "align": "left"},
    "moment": {**_LISTED, "num_format": "dd/mm/yyyy hh:mm", "align": "left"},
}
FIGURES = frozenset(kind for kind, look in _KINDS.items() if look.items() >= _FIGURE.items())
"""The kinds of cells that hold a number, or a sign that their format shows instead."""
_LINKED = {"font_color": "#1F4E79", "underline": 1}
_EDGE = {"left": 2, "left_color": "#3B5573"}
_EMPHASIS: dict[str, dict[str, Any]] = {
    "": {},
    "subtotal": {"bold": True, "bg_color": _SUBTOTAL},
    "total": {"bold": True, "bg_color": _TOTAL},
}


@cache
def font(kind: str, emphasis: str = "") -> tuple[float, bool]:
    """The font size of a kind of cell, and whether it is bold."""
    properties = {**_KINDS[kind], **_EMPHASIS[emphasis]}
    return float(properties.get("font_size", SIZE)), bool(properties.get("bold"))


def with_sign(form: str, sign: str) -> str:
    """A number format that shows a sign for an empty text; numbers look as they do in ``form``."""
    positive, negative, zero = form.split(";")[:3] if ";" in form else (form, f"-{form}", form)
    return f'{positive};{negative};{zero};"{sign}"' + ("_)" if form.endswith("_)") else "")


def wraps(kind: str) -> bool:
    """Whether a kind of cell takes several lines for a long text."""
    return bool(_KINDS[kind].get("text_wrap"))


def height_of(text: str, width: float, kind: str, emphasis: str = "") -> float:
    """Points that a text needs in a cell of a kind that is so many characters wide."""
    size, bold = font(kind, emphasis)
    lines = line_count(text, width, bold=bold, size=size) if wraps(kind) else 1
    return line_height(lines, size)


class CellStyles:
    """The formats of one workbook, each made once."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[object, ...], Format] = {}
        self._conditional: dict[tuple[tuple[str, Any], ...], Format] = {}

    def __call__(
        self,
        kind: str,
        emphasis: str = "",
        *,
        quoted: bool = False,
        linked: bool = False,
        is_edge: bool = False,
        sign: str = "",
        is_greyed: bool = False,
    ) -> Format:
        """The format of a kind of cell.

        ``quoted``: a text that looks like a formula stays a text when its cell is edited. A cell at
        an edge has a thick line on its left. ``sign``: what a cell of figures shows if it holds no
        number.
        """
        key = (kind, emphasis, quoted, linked, is_edge, sign, is_greyed)
        if key not in self._made:
            properties = {
                **_KINDS[kind],
                **_EMPHASIS[emphasis],
                **(_LINKED if linked else {}),
                **(_EDGE if is_edge else {}),
            }
            properties |= {"num_format": with_sign(properties["num_format"], sign)} if sign else {}
            properties |= {"font_color": _GREY} if is_greyed else {}
            properties["quote_prefix"] = quoted
            self._made[key] = self._workbook.add_format(properties)
        return self._made[key]

    def conditional(self, look: Mapping[str, Any]) -> Format:
        """What a conditional format changes in the look of a cell."""
        key = tuple(sorted(look.items()))
        if key not in self._conditional:
            self._conditional[key] = self._workbook.add_format(dict(look))
        return self._conditional[key]
