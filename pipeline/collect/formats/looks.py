"""What the styles of a workbook say of how its cells look: days, fonts from before Unicode, letters struck out, formats that show another number.

Looked for only where the part of the styles has the words for it: most workbooks have none of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.collect.formats.cells import OldText, Value, day_of
from pipeline.collect.formats.numberformats import Format, format_of, parts_of_day, shows_day
from pipeline.collect.formats.runs import OFF, text_of
from pipeline.collect.formats.seen import Font, RichText, SeenDay, is_remarkable
from pipeline.collect.formats.xml import Element, attribute, children, local, shared_tree
from pipeline.text.legacy import Convert, of_font


@dataclass(frozen=True)
class Looks:
    """How cells look, by the number of their style; a style that isn't named has nothing remarkable."""

    days: frozenset[str] = frozenset()
    seen_days: Mapping[str, str] = field(default_factory=dict)
    """Those of the days that aren't seen as day, month and year in this order, with the parts that are seen (``SeenDay``)."""
    old_fonts: Mapping[str, Convert] = field(default_factory=dict)
    struck: frozenset[str] = frozenset()
    formats: Mapping[str, Format] = field(default_factory=dict)
    """Formats under which a number may look like another one."""

    @property
    def has_fonts(self) -> bool:
        """Whether a font says more than how its letters are drawn."""
        return bool(self.old_fonts or self.struck)

    def text(self, text: str, style: str) -> str:
        """A text as a cell of that style shows it."""
        modern = self.old_fonts.get(style)
        if isinstance(text, RichText):
            return text_of(text.runs, modern, is_struck=style in self.struck)
        return OldText(text, modern) if text and modern else text

    def number(self, number: float, style: str, epoch_shift: int) -> Value:
        """What a number is in a cell of that style: a day, or itself, with what is seen of it where that is something else."""
        if style in self.days:
            day = day_of(number, epoch_shift)
            return SeenDay.of(day, self.seen_days[style]) if style in self.seen_days and type(day) is dt.date else day
        shown = self.formats.get(style)
        return shown.seen(number) if shown else number

    def strikes(self, value: Value, style: str) -> bool:
        """Whether all that a cell holds is struck out."""
        return value.is_struck if isinstance(value, RichText) else style in self.struck


def looks_by(styles: Iterable[tuple[str, int]], fonts: Sequence[Font], codes: Mapping[str, str]) -> Looks:
    """The looks of styles, each with the number of its format and its font; ``codes`` are the workbook's own formats by number."""
    numbered = [(str(at), number, font) for at, (number, font) in enumerate(styles)]
    days = {style: parts_of_day(number, codes) for style, number, _ in numbered if shows_day(number, codes)}
    old = {at: convert for at, font in enumerate(fonts) if (convert := of_font(font.name))}
    struck = {at for at, font in enumerate(fonts) if font.is_struck}
    shown = {number: format_of(number, codes) for number in {number for style, number, _ in numbered if style not in days}}
    return Looks(
        days=frozenset(days),
        seen_days={style: parts for style, parts in days.items() if is_remarkable(parts)},
        old_fonts={style: old[font] for style, _, font in numbered if font in old},
        struck=frozenset(style for style, _, font in numbered if font in struck),
        formats={style: found for style, number, _ in numbered if (found := shown.get(number))},
    )


@lru_cache(maxsize=64)
def looks_of(data: bytes) -> Looks:
    """The looks that a part of styles declares in XML."""
    if not data:
        return Looks()
    root = shared_tree(data)
    codes = {attribute(each, "numFmtId"): attribute(each, "formatCode") for group in children(root, "numFmts") for each in group}
    fonts = [font for group in children(root, "fonts") for font in group] if _has_remarkable_fonts(data) else []
    styles = ((attribute(style, "numFmtId"), _whole(attribute(style, "fontId"))) for style in _cell_styles(root))
    return looks_by(styles, [Font(is_on(font, "strike"), name=property_of(font, "name", "")) for font in fonts], codes)


def _has_remarkable_fonts(data: bytes) -> bool:
    return b"strike" in data or b".Vn" in data or b"VNI-" in data.upper()


def is_on(font: Element, name: str) -> bool:
    """Whether a font has a property that is on or off."""
    return property_of(font, name, "1").lower() not in ("", *OFF)


def property_of(font: Element, name: str, otherwise: str) -> str:
    """What a font says of a property: ``otherwise`` where it has it without a value, nothing where it hasn't."""
    return next((attribute(each, "val") or otherwise for each in children(font, name)), "")


def _cell_styles(root: Element) -> Iterator[Element]:
    """The styles that cells name by their number."""
    return (each for group in children(root, "cellXfs") for each in group if local(each.tag) == "xf")


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() else 0
