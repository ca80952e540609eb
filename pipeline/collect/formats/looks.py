"""What the styles of a workbook say of how its cells look: days, fonts from before Unicode, letters struck out, formats that show another number.

Looked for only where the part of the styles has the words for it: most workbooks have none of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.collect.formats.numberformats import Format, format_of, shows_day, shows_month_first
from pipeline.collect.formats.xml import Element, attribute, children, local, shared_tree
from pipeline.text.legacy import Convert, of_font

OFF = ("0", "false", "off")
"""How a property is switched off."""


@dataclass(frozen=True)
class Looks:
    """How cells look, by the number of their style; a style that isn't named has nothing remarkable."""

    days: frozenset[str] = frozenset()
    month_first: frozenset[str] = frozenset()
    """Those of the days that put the month before the day, in numbers."""
    old_fonts: Mapping[str, Convert] = field(default_factory=dict)
    struck: frozenset[str] = frozenset()
    formats: Mapping[str, Format] = field(default_factory=dict)
    """Formats under which a number may look like another one."""

    @property
    def has_fonts(self) -> bool:
        """Whether a font says more than how its letters are drawn."""
        return bool(self.old_fonts or self.struck)


@lru_cache(maxsize=64)
def looks_of(data: bytes) -> Looks:
    """The looks that a part of styles declares."""
    if not data:
        return Looks()
    root = shared_tree(data)
    codes = {attribute(each, "numFmtId"): attribute(each, "formatCode") for group in children(root, "numFmts") for each in group}
    styles = [(number, attribute(style, "numFmtId"), attribute(style, "fontId")) for number, style in _cell_styles(root)]
    days = frozenset(style for style, number, _ in styles if shows_day(number, codes))
    fonts = [font for group in children(root, "fonts") for font in group] if _has_remarkable_fonts(data) else []
    old = {str(at): convert for at, font in enumerate(fonts) if (convert := of_font(_property(font, "name", "")))}
    struck = {str(at) for at, font in enumerate(fonts) if is_on(font, "strike")}
    shown = {number: format_of(number, codes) for number in {number for style, number, _ in styles if style not in days}}
    return Looks(
        days=days,
        month_first=frozenset(style for style, number, _ in styles if style in days and shows_month_first(number, codes)),
        old_fonts={style: old[font] for style, _, font in styles if font in old},
        struck=frozenset(style for style, _, font in styles if font in struck),
        formats={style: found for style, number, _ in styles if (found := shown.get(number))},
    )


def _has_remarkable_fonts(data: bytes) -> bool:
    return b"strike" in data or b".Vn" in data or b"VNI-" in data.upper()


def is_on(font: Element, name: str) -> bool:
    """Whether a font has a property that is on or off."""
    return _property(font, name, "1").lower() not in ("", *OFF)


def _property(font: Element, name: str, otherwise: str) -> str:
    return next((attribute(each, "val") or otherwise for each in children(font, name)), "")


def _cell_styles(root: Element) -> Iterator[tuple[str, Element]]:
    """The styles that cells name by their number."""
    styles = (each for group in children(root, "cellXfs") for each in group if local(each.tag) == "xf")
    return ((str(number), style) for number, style in enumerate(styles))
