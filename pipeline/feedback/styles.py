"""Marks in cell styles: a style of a cell's own with another fill, and back again.

A mark is a solid fill in a colour nobody else uses. What the cell was filled with before stands in the second colour of
the fill, which a solid fill doesn't show: so a mark can be taken away wherever the cell has been moved or copied to.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy

from lxml import etree

from pipeline.model import Severity
from pipeline.office.xmltree import Element, Key, UnpreservableError, copied, elements, key, local, only

MARKS = {Severity.ERROR: "FFFFB3B1", Severity.WARNING: "FFFFDF94"}
"""Colours of the marks; odd ones, so that nobody's own fill is taken for a mark."""
EMPTY = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{namespace}">'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class Styles:
    """The styles part of a workbook, of which ``root`` is the first element, while it is changed."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._items = {section: elements(only(root, section), item) for section, item in _SECTIONS.items()}
        self._counts = {section: len(items) for section, items in self._items.items()}
        self._marked: dict[tuple[int, Severity], int] = {}
        self._known: dict[tuple[str, Key], int] = {}
        for section, items in self._items.items():
            for position, item in enumerate(items):
                self._known.setdefault((section, key(item)), position)

    def add(self, section: str, item: str) -> int:
        """The position of an item (written without prefix) in a section; added where there is none like it."""
        return self._position(section, copied(etree.fromstring(item), self._root))

    def _position(self, section: str, item: Element) -> int:
        known = (section, key(item))
        if known not in self._known:
            self._items[section].append(item)
            self._known[known] = len(self._items[section]) - 1
        return self._known[known]

    def marked(self, style: int, severity: Severity) -> int:
        """The style like ``style``, filled with the mark of a severity."""
        if (style, severity) not in self._marked:
            own = self._colour_of(style) or {"indexed": "64"}
            fill = self._solid({"rgb": MARKS[severity]}, own)
            self._marked[style, severity] = self._position("cellXfs", self._filled(style, fill))
        return self._marked[style, severity]

    def _solid(self, shown: Mapping[str, str], second: Mapping[str, str]) -> int:
        """The position of a solid fill of two colours."""
        fill = etree.fromstring('<fill><patternFill patternType="solid"><fgColor/><bgColor/></patternFill></fill>')
        for colour, attributes in zip(fill[0], (shown, second), strict=True):
            colour.attrib.update(attributes)
        return self._position("fills", copied(fill, self._root))

    def unmarked(self) -> dict[str, str]:
        """For each style that is a mark, the style without it."""
        marks = {position for position, fill in enumerate(self._items["fills"]) if _is_mark(fill)}
        if not marks:
            return {}
        styles = [(position, int(xf.get("fillId", "0"))) for position, xf in enumerate(self._items["cellXfs"])]
        plain = {key(self._filled(position, fill)): position for position, fill in reversed(styles) if fill not in marks}
        return {str(position): str(self._without(position, self._original(fill), plain)) for position, fill in styles if fill in marks}

    def _without(self, mark: int, fill: int, plain: Mapping[Key, int]) -> int:
        """The style that a mark was made from, if it is still there, else one like it."""
        style = self._filled(mark, fill)
        known = plain.get(key(style))
        return self._position("cellXfs", style) if known is None else known

    def _colour_of(self, style: int) -> dict[str, str]:
        """Attributes of the colour that a style is filled with; none where it is not, or not evenly."""
        styles = self._items["cellXfs"]
        if style >= len(styles):
            raise UnpreservableError("cellXfs")
        position = int(styles[style].get("fillId", "0"))
        if position >= len(self._items["fills"]):
            return {}
        fill = self._items["fills"][position]
        return _colour(fill, "fgColor") if any(each.get("patternType") == "solid" for each in fill) else {}

    def _original(self, mark: int) -> int:
        own = _colour(self._items["fills"][mark], "bgColor")
        if own in ({}, {"indexed": "64"}) or own.get("rgb") in MARKS.values():
            return 0
        return self._solid(own, {"indexed": "64"})

    def _filled(self, style: int, fill: int) -> Element:
        """A style with another fill."""
        own = deepcopy(self._items["cellXfs"][style])
        own.attrib.update({"fillId": str(fill), "applyFill": "1"})
        return own

    def finish(self) -> None:
        """Put all that was added into the part."""
        for section, items in self._items.items():
            more = items[self._counts[section] :]
            if more:
                place = only(self._root, section)
                place.extend(more)
                place.set("count", str(len(items)))


_SECTIONS = {"fonts": "font", "fills": "fill", "borders": "border", "cellXfs": "xf"}


def _is_mark(fill: Element) -> bool:
    return any(each.get("rgb") in MARKS.values() for each in fill.iter())


def _colour(fill: Element, name: str) -> dict[str, str]:
    """The attributes of one of a fill's colours."""
    return next((dict(each.attrib) for each in fill.iter() if local(each) == name), {})
