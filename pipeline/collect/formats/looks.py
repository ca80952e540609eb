"""Tell from a workbook's styles how cells look: days, old fonts, strikethrough, number formats.

Most workbooks have nothing remarkable, so fonts are parsed only where the styles' XML has a word
for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.collect.formats.cells import OldText, Value, day_of
from pipeline.collect.formats.dayformats import parts_of_day, shows_day
from pipeline.collect.formats.numberformats import Format, format_of
from pipeline.collect.formats.runs import OFF, text_of
from pipeline.collect.formats.seen import Font, RichText, SeenDay, is_remarkable
from pipeline.collect.formats.xml import Element, attribute, children, local, shared_tree
from pipeline.text.legacy import Convert, of_font


@dataclass(frozen=True)
class CellLooks:
    """How cells look, by style number. A style that isn't listed has nothing remarkable."""

    days: frozenset[str] = frozenset()
    seen_days: Mapping[str, str] = field(default_factory=dict)
    """Of ``days``: styles that don't show day, month, year in this order, with the parts that they
    show (see ``SeenDay``)."""
    old_fonts: Mapping[str, Convert] = field(default_factory=dict)
    struck: frozenset[str] = frozenset()
    formats: Mapping[str, Format] = field(default_factory=dict)
    """Number formats that may show another number than the stored one."""

    @property
    def has_fonts(self) -> bool:
        """True if some font is from before Unicode or strikes letters out."""
        return bool(self.old_fonts or self.struck)

    def text(self, text: str, style: str) -> str:
        """Return a text as a cell of that style shows it."""
        modern = self.old_fonts.get(style)
        if isinstance(text, RichText):
            return text_of(text.runs, modern, is_struck=style in self.struck)
        return OldText(text, modern) if text and modern else text

    def number(self, number: float, style: str, epoch_shift: int) -> Value:
        """Return a number as a cell of that style shows it.

        A day if the style is one of days; a ``SeenNumber`` if the cell shows something else; else
        the number itself.
        """
        if style in self.days:
            day = day_of(number, epoch_shift)
            if style in self.seen_days and type(day) is dt.date:
                return SeenDay.of(day, self.seen_days[style])
            return day
        format_ = self.formats.get(style)
        return format_.seen(number) if format_ else number

    def strikes(self, value: Value, style: str) -> bool:
        """True if the whole content of a cell is struck out."""
        return value.is_struck if isinstance(value, RichText) else style in self.struck


def looks_by(
    styles: Iterable[tuple[str, int]], fonts: Sequence[Font], codes: Mapping[str, str]
) -> CellLooks:
    """Return the looks of styles, which are given as (number of format, font) in order.

    ``codes``: the workbook's own format codes, by number.
    """
    numbered = [(str(style), number, font) for style, (number, font) in enumerate(styles)]
    days = {
        style: parts_of_day(number, codes)
        for style, number, _ in numbered
        if shows_day(number, codes)
    }
    old = {
        position: convert for position, font in enumerate(fonts) if (convert := of_font(font.name))
    }
    struck = {position for position, font in enumerate(fonts) if font.is_struck}
    by_number = {
        number: format_of(number, codes)
        for number in {number for style, number, _ in numbered if style not in days}
    }
    return CellLooks(
        days=frozenset(days),
        seen_days={style: parts for style, parts in days.items() if is_remarkable(parts)},
        old_fonts={style: old[font] for style, _, font in numbered if font in old},
        struck=frozenset(style for style, _, font in numbered if font in struck),
        formats={
            style: format_ for style, number, _ in numbered if (format_ := by_number.get(number))
        },
    )


@lru_cache(maxsize=64)
def looks_of(data: bytes) -> CellLooks:
    """Return the looks that an XML part of styles declares."""
    if not data:
        return CellLooks()
    root = shared_tree(data)
    codes = {
        attribute(code, "numFmtId"): attribute(code, "formatCode")
        for group in children(root, "numFmts")
        for code in group
    }
    fonts = (
        [font for group in children(root, "fonts") for font in group]
        if _has_remarkable_fonts(data)
        else []
    )
    styles = (
        (attribute(style, "numFmtId"), _whole(attribute(style, "fontId")))
        for style in _cell_styles(root)
    )
    return looks_by(
        styles,
        [Font(is_on(font, "strike"), name=property_of(font, "name", "")) for font in fonts],
        codes,
    )


def _has_remarkable_fonts(data: bytes) -> bool:
    return b"strike" in data or b".Vn" in data or b"VNI-" in data.upper()


def is_on(font: Element, name: str) -> bool:
    """True if a font has an on/off property that isn't switched off."""
    return property_of(font, name, "1").lower() not in ("", *OFF)


def property_of(font: Element, name: str, otherwise: str) -> str:
    """Return the value of a font's property.

    ``otherwise`` if the property has no value; blank if the font lacks it.
    """
    return next((attribute(element, "val") or otherwise for element in children(font, name)), "")


def _cell_styles(root: Element) -> Iterator[Element]:
    """Yield the styles in the order by whose number cells name them."""
    return (
        style for group in children(root, "cellXfs") for style in group if local(style.tag) == "xf"
    )


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() else 0
