"""The styles of a workbook being marked: add styles, and undo the fills that were marks until 0.5.

Such a mark was a solid fill in a colour that nobody else uses. Its second colour, which a solid
fill doesn't show, kept the cell's former fill.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy

from lxml import etree

from pipeline.office.xmltree import Element, Key, copied, elements, key, local, made, only, placed

MARKS = ("FFFFB3B1", "FFFFDF94")
"""Colours of fills that were marks; unusual ones, so that no agency's own fill is taken for one."""
_NEAR = 8
"""How far red, green or blue may be off: some programs write the second colour from a palette."""
EMPTY = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{namespace}">'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


class Styles:
    """The styles part of a workbook being changed; ``root`` is its first element."""

    def __init__(self, root: Element) -> None:
        self._root = root
        if not elements(root, "dxfs"):
            placed(root, made(root, "dxfs", {"count": "0"}), _AFTER_LOOKS)
        self._items = {
            section: elements(only(root, section), item) for section, item in _SECTIONS.items()
        }
        self._counts = {section: len(items) for section, items in self._items.items()}
        self._known: dict[tuple[str, Key], int] = {}
        for section, items in self._items.items():
            for position, item in enumerate(items):
                self._known.setdefault((section, key(item)), position)

    def add(self, section: str, item: str) -> int:
        """Return the position of an item (XML without prefix) in a section; add it if it is new."""
        return self._position(section, copied(etree.fromstring(item), self._root))

    def _position(self, section: str, item: Element) -> int:
        known = (section, key(item))
        if known not in self._known:
            self._items[section].append(item)
            self._known[known] = len(self._items[section]) - 1
        return self._known[known]

    def _solid(self, shown: Mapping[str, str], second: Mapping[str, str]) -> int:
        """Return the position of a solid fill of two colours; add it if it is new."""
        fill = etree.fromstring(
            '<fill><patternFill patternType="solid"><fgColor/><bgColor/></patternFill></fill>'
        )
        for colour, attributes in zip(fill[0], (shown, second), strict=True):
            colour.attrib.update(attributes)
        return self._position("fills", copied(fill, self._root))

    def unmarked(self) -> dict[str, str]:
        """Map each style that is a mark to the style without it."""
        marks = {position for position, fill in enumerate(self._items["fills"]) if _is_mark(fill)}
        if not marks:
            return {}
        styles = [
            (position, int(xf.get("fillId", "0")))
            for position, xf in enumerate(self._items["cellXfs"])
        ]
        plain = {
            key(self._filled(position, fill)): position
            for position, fill in reversed(styles)
            if fill not in marks
        }
        return {
            str(position): str(self._without(position, self._original(fill), plain))
            for position, fill in styles
            if fill in marks
        }

    def _without(self, mark: int, fill: int, plain: Mapping[Key, int]) -> int:
        """Return the style from which a mark was made, or else a new one like it."""
        style = self._filled(mark, fill)
        known = plain.get(key(style))
        return self._position("cellXfs", style) if known is None else known

    def _original(self, mark: int) -> int:
        own = _colour(self._items["fills"][mark], "bgColor")
        if own in ({}, {"indexed": "64"}) or _is_near_mark(own.get("rgb", "")):
            return 0
        return self._solid(own, {"indexed": "64"})

    def _filled(self, style: int, fill: int) -> Element:
        """Return a copy of a style with another fill."""
        own = deepcopy(self._items["cellXfs"][style])
        own.attrib.update({"fillId": str(fill), "applyFill": "1"})
        return own

    def finish(self) -> None:
        """Write all added items into the part."""
        for section, items in self._items.items():
            more = items[self._counts[section] :]
            if more:
                place = only(self._root, section)
                place.extend(more)
                place.set("count", str(len(items)))


_SECTIONS = {"fonts": "font", "fills": "fill", "borders": "border", "cellXfs": "xf", "dxfs": "dxf"}
_AFTER_LOOKS = ("tableStyles", "colors", "extLst")
"""Elements that follow ``dxfs`` in the schema of styles (ECMA-376 part 1, 18.8.39)."""


def _is_mark(fill: Element) -> bool:
    return _colour(fill, "fgColor").get("rgb") in MARKS


def _is_near_mark(rgb: str) -> bool:
    """Whether a colour is near a mark's: some programs write a mark's own colour as both."""
    if not re.fullmatch(r"[0-9A-Fa-f]{8}", rgb):
        return False
    near = (
        all(
            abs(one - other) <= _NEAR
            for one, other in zip(bytes.fromhex(rgb), bytes.fromhex(mark), strict=True)
        )
        for mark in MARKS
    )
    return any(near)


def _colour(fill: Element, name: str) -> dict[str, str]:
    """Return the attributes of one of a fill's colours."""
    return next((dict(each.attrib) for each in fill.iter() if local(each) == name), {})
