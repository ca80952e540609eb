"""Marks in cell styles: a style of a cell's own with another fill, and back again.

A mark is a solid fill in a colour nobody else uses. What the cell was filled with before stands in the second colour of
the fill, which a solid fill doesn't show: so a mark can be taken away wherever the cell has been moved or copied to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.model import Severity
from pipeline.office.xmltext import UnpreservableError, attributes, elements, opened, prefix_of, start_tag, with_attribute

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
    """The styles part of a workbook while it is changed."""

    def __init__(self, text: str) -> None:
        self._text, self._prefix = text, prefix_of(text, "styleSheet")
        self._items = {section: self._listed(section, item) for section, item in _SECTIONS.items()}
        self._counts = {section: len(items) for section, items in self._items.items()}
        self._marked: dict[tuple[int, Severity], int] = {}
        self._known: dict[tuple[str, str], int] = {}
        for section, items in self._items.items():
            for position, item in enumerate(items):
                self._known.setdefault((section, item), position)

    def _section(self, name: str) -> re.Match[str]:
        self._text = opened(self._text, self._prefix + name)
        found = next(elements(self._text, self._prefix + name), None)
        if found is None:
            raise UnpreservableError(name)
        return found

    def _listed(self, section: str, item: str) -> list[str]:
        return [found[0] for found in elements(self._section(section)[0], self._prefix + item)]

    def add(self, section: str, item: str) -> int:
        """The position of an item (written without prefix) in a section; added where there is none like it."""
        return self._position(section, re.sub(r"<(/?)(\w)", rf"<\1{self._prefix}\2", item))

    def _position(self, section: str, written: str) -> int:
        if (section, written) not in self._known:
            self._items[section].append(written)
            self._known[section, written] = len(self._items[section]) - 1
        return self._known[section, written]

    def marked(self, style: int, severity: Severity) -> int:
        """The style like ``style``, filled with the mark of a severity."""
        if (style, severity) not in self._marked:
            own = self._colour_of(style) or 'indexed="64"'
            fill = f'<fill><patternFill patternType="solid"><fgColor rgb="{MARKS[severity]}"/><bgColor {own}/></patternFill></fill>'
            self._marked[style, severity] = self._position("cellXfs", self._filled(style, self.add("fills", fill)))
        return self._marked[style, severity]

    def unmarked(self) -> dict[str, str]:
        """For each style that is a mark, the style without it."""
        marks = {
            position for position, fill in enumerate(self._items["fills"]) if any(f'rgb="{colour}"' in fill for colour in MARKS.values())
        }
        if not marks:
            return {}
        styles = [(position, int(attributes(start_tag(xf)).get("fillId", "0"))) for position, xf in enumerate(self._items["cellXfs"])]
        plain = {self._filled(position, fill): position for position, fill in reversed(styles) if fill not in marks}
        return {str(position): str(self._without(position, self._original(fill), plain)) for position, fill in styles if fill in marks}

    def _without(self, mark: int, fill: int, plain: Mapping[str, int]) -> int:
        """The style that a mark was made from, if it is still there, else one like it."""
        written = self._filled(mark, fill)
        return plain[written] if written in plain else self._position("cellXfs", written)

    def _colour_of(self, style: int) -> str:
        """Attributes of the colour that a style is filled with; blank where it is not, or not evenly."""
        styles = self._items["cellXfs"]
        if style >= len(styles):
            raise UnpreservableError("cellXfs")
        position = int(attributes(start_tag(styles[style])).get("fillId", "0"))
        fill = self._items["fills"][position] if position < len(self._items["fills"]) else ""
        return _colour(fill, "fgColor") if re.search(r"""patternType=["']solid["']""", fill) else ""

    def _original(self, mark: int) -> int:
        own = _colour(self._items["fills"][mark], "bgColor")
        if own in ("", 'indexed="64"') or any(colour in own for colour in MARKS.values()):
            return 0
        return self.add("fills", f'<fill><patternFill patternType="solid"><fgColor {own}/><bgColor indexed="64"/></patternFill></fill>')

    def _filled(self, style: int, fill: int) -> str:
        """A style with another fill, as it is written."""
        own = self._items["cellXfs"][style]
        tag = start_tag(own)
        return with_attribute(with_attribute(tag, "fillId", str(fill)), "applyFill", "1") + own[len(tag) :]

    def text(self) -> str:
        """The part with all that was added."""
        for section, items in self._items.items():
            more = items[self._counts[section] :]
            if more:
                found = self._section(section)
                tag = with_attribute(start_tag(found[0]), "count", str(len(items)))
                inner = found[0][len(start_tag(found[0])) : found[0].rindex("</")]
                whole = f"{tag}{inner}{''.join(more)}</{self._prefix}{section}>"
                self._text = self._text[: found.start()] + whole + self._text[found.end() :]
        return self._text


_SECTIONS = {"fonts": "font", "fills": "fill", "borders": "border", "cellXfs": "xf"}


def _colour(fill: str, name: str) -> str:
    """The attributes of one of a fill's colours, as plain text."""
    found = re.search(rf"<(?:[\w.-]+:)?{name}\s+([^<>]*?)\s*/?>", fill)
    return " ".join(f'{key}="{value}"' for key, value in attributes(found[0]).items()) if found else ""
