"""Tell how texts and days of an OpenDocument workbook look, by styles of cells, paragraphs, spans.

Most workbooks have nothing remarkable, so styles are read only where the XML has a sign of it.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from pipeline.collect.formats.cells import OldText, Value
from pipeline.collect.formats.ods_values import CELLS, plain_attributes, repeated
from pipeline.collect.formats.runs import text_of
from pipeline.collect.formats.seen import RichText, SeenDay, TextRun, is_partial, is_remarkable
from pipeline.collect.formats.xml import walk
from pipeline.text.legacy import Convert, of_font

_STRUCK = re.compile(rb"""line-through-(?:style|type)\s?=\s?["'](?!none)""")
_RAISED = re.compile(rb"""text-position\s?=\s?["'](?!0)""")
_OLD_FONTS = (b".Vn", b"VNI-", b"vni-")
"""Signs of letters struck out, set high or low, or in a font from before Unicode."""
_DAY_FORMAT = re.compile(rb"date-style\s")
"""Begins a format of days."""
_PART = re.compile(rb"""<(?:[^<>\s:/]++:)?(day|month|year|era)\b([^<>]*+)>""")
_PARTS = {"day": "d", "month": "m", "year": "y", "era": "y"}
_NAME, _FORMAT_NAMED = (
    re.compile(rb"""[\s:]%sname\s?=\s?["']([^"'<>]++)["']""" % of) for of in (b"", b"data-style-")
)
_STRIKES = ("text-line-through-style", "text-line-through-type")
_CELL, _TEXTS = "table-cell", {"p": "paragraph", "span": "text"}
"""Families of styles: of cells, and of the elements that hold texts."""
_DEEPEST = 16
"""How many styles may inherit from one another; also ends circles."""
STRUCK, RAISED, FONT = "struck", "raised", "font"
Properties = Mapping[str, str]


def tells_looks(content: bytes, named: bytes) -> bool:
    """True if a font or a format of days is remarkable.

    ``content``: its styles before the sheets are searched. ``named``: the part of named styles.
    """
    parts = (content[: content.find(b":body")], named)
    if any(map(_has_remarkable_fonts, parts)):
        return True
    formats = {name for part in parts for name in _remarkable_formats(part)}
    return bool(formats) and any(
        not formats.isdisjoint(_FORMAT_NAMED.findall(part)) for part in parts
    )


def _has_remarkable_fonts(part: bytes) -> bool:
    is_old = any(sign in part for sign in _OLD_FONTS)
    return is_old or bool(_STRUCK.search(part) or _RAISED.search(part))


def _remarkable_formats(part: bytes) -> Iterator[bytes]:
    """Yield names of formats that don't show day, month, year in this order.

    Programs write many that no style uses.
    """
    for piece in _DAY_FORMAT.split(part)[1:]:
        attributes, _, inside = piece.partition(b">")
        written = inside.partition(b"date-style")[0]
        parts = _in_order(
            (tag.decode(), b"textual" in said and b"true" in said)
            for tag, said in _PART.findall(written)
        )
        if is_remarkable(parts):
            yield from _NAME.findall(b" " + attributes)


def _in_order(parts: Iterable[tuple[str, bool]]) -> str:
    """Return the letters of a format's parts, in order (see ``SeenDay``).

    ``parts``: (tag, True if written as a word).
    """
    return "".join(
        dict.fromkeys("M" if tag == "month" and is_word else _PARTS[tag] for tag, is_word in parts)
    )


class OdsStyles:
    """The properties of styles, collected from the parser's events."""

    def __init__(self, named: bytes) -> None:
        self._said: dict[tuple[str, str], dict[str, str]] = {}
        self._fonts: dict[str, str] = {}
        self._parts: dict[str, list[tuple[str, bool]]] = {}
        """The parts that each format of days shows, in order, with True if written as a word."""
        self._follows_computer: set[str] = set()
        """Formats whose order follows the settings of the reader's computer."""
        self._at: dict[str, str] = {}
        self._open: list[tuple[str, bool]] = []
        """The parts of the format that is being read."""
        if named:

            def start(name: str, attributes: dict[str, str]) -> None:
                self.start(name.rpartition(" ")[2], plain_attributes(attributes))

            walk(named, start, lambda _: None, lambda _: None)

    def start(self, tag: str, attributes: Properties) -> None:
        """Record an element of the styles."""
        name = attributes.get("name", "")
        if tag == "font-face":
            self._fonts[name] = attributes.get("font-family", name).strip("'\"")
        elif tag in ("style", "default-style"):
            self._at = self._said[attributes.get("family", ""), name] = dict(attributes)
        elif tag == "text-properties":
            self._at.update(self._told(attributes))
        elif tag.endswith("-style"):
            self._at, self._open = {}, []
            if tag == "date-style":
                self._parts[name] = self._open
            if attributes.get("automatic-order") == "true":
                self._follows_computer.add(name)
        elif tag in _PARTS:
            self._open.append((tag, attributes.get("textual") == "true"))

    def of_text(self, family: str, name: str) -> Properties:
        """Return all properties of a style, inherited ones too."""
        properties: dict[str, str] = {}
        for _ in range(_DEEPEST):
            said = self._said.get((family, name), {})
            properties = {**said, **properties}
            name = said.get("parent-style-name", "")
            if not name:
                break
        return properties

    def _told(self, attributes: Properties) -> Iterator[tuple[str, str]]:
        """Yield the properties of letters, each under one name however it is written."""
        strikes = [attributes[name] for name in _STRIKES if name in attributes]
        if strikes:
            yield STRUCK, "" if set(strikes) == {"none"} else "1"
        if "text-position" in attributes:
            yield RAISED, "" if attributes["text-position"].split()[:1] in (["0%"], ["0"]) else "1"
        if "font-name" in attributes:
            yield FONT, self._fonts.get(attributes["font-name"], attributes["font-name"])
        elif "font-family" in attributes:
            yield FONT, attributes["font-family"].strip("'\"")

    def of_cell(self, name: str) -> tuple[Convert | None, bool, str]:
        """Return how a cell of that style looks.

        Converter of an old font, True if struck out, and the parts of days that are seen (blank if
        as usual).
        """
        said = {**self._said.get((_CELL, ""), {}), **self.of_text(_CELL, name)}
        parts = self._seen_of_days(said.get("data-style-name", ""))
        return of_font(said.get(FONT, "")), bool(said.get(STRUCK)), parts

    def _seen_of_days(self, name: str) -> str:
        parts = _in_order(self._parts.get(name, ()))
        is_remarkable_here = is_partial if name in self._follows_computer else is_remarkable
        return parts if parts and is_remarkable_here(parts) else ""


class OdsLooks:
    """How cells and their texts look, collected from the parser's events."""

    def __init__(self, named: bytes) -> None:
        self._styles = OdsStyles(named)
        self._of_cell = lru_cache(maxsize=4096)(self._styles.of_cell)
        self._columns: list[tuple[int, str]] = []
        """Per group of columns: its last column, and the style of its cells that have none."""
        self._row_style = ""
        self._open: list[Properties] = []
        """The open text elements, innermost last: their properties, with inherited ones."""
        self._runs: list[TextRun] = []

    def start(self, tag: str, attributes: Properties) -> None:
        """Record an element."""
        if tag == "table":
            self._columns = []
        elif tag == "table-column":
            last = self._columns[-1][0] if self._columns else 0
            last += repeated(attributes, "number-columns-repeated")
            self._columns.append((last, attributes.get("default-cell-style-name", "")))
        elif tag == "table-row":
            self._row_style = attributes.get("default-cell-style-name", "")
        elif tag in CELLS:
            self._runs, self._open = [], []
        elif tag in _TEXTS:
            self._open_text(tag, attributes)
        else:
            self._styles.start(tag, attributes)

    def _open_text(self, tag: str, attributes: Properties) -> None:
        if tag == "p" and self._runs:
            self._runs.append(TextRun("\n"))
        around = self._open[-1] if self._open else {}
        own = self._styles.of_text(_TEXTS[tag], attributes.get("style-name", ""))
        self._open.append({**around, **own})

    def text(self, piece: str) -> None:
        """Record a piece of a cell's text."""
        said = self._open[-1] if self._open else {}
        is_struck, is_raised = bool(said.get(STRUCK)), bool(said.get(RAISED))
        font, is_own = said.get(FONT, ""), STRUCK in said
        self._runs.append(TextRun(piece, is_struck, is_raised, font, is_own=is_own))

    def end(self, tag: str) -> None:
        """Record the end of an element."""
        if tag in _TEXTS and self._open:
            self._open.pop()

    def seen(self, value: Value, style: str, column: int) -> tuple[Value, bool]:
        """Return what people see of the current cell's value, and True if all of it is struck."""
        group = bisect_left(self._columns, (column, ""))
        of_column = self._columns[group][1] if group < len(self._columns) else ""
        convert, is_struck, parts = self._of_cell(style or self._row_style or of_column)
        if type(value) is str:
            text = _seen(value, self._runs, convert, is_struck=is_struck)
            return text, text.is_struck if isinstance(text, RichText) else is_struck
        return SeenDay.of(value, parts) if parts and type(value) is dt.date else value, is_struck


def _seen(text: str, runs: Sequence[TextRun], convert: Convert | None, *, is_struck: bool) -> str:
    """Return a text as people see it.

    Its runs count only if they make up the stored text: a ``string-value`` beside them may differ.
    """
    says_something = any(run.is_own or run.is_raised or run.font for run in runs)
    if says_something and "".join(run.text for run in runs) == text:
        return text_of(tuple(runs), convert, is_struck=is_struck)
    return OldText(text, convert) if convert else text
