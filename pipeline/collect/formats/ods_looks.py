"""How the texts and days of an OpenDocument workbook look, by the styles of cells, paragraphs and spans.

Looked for only where the workbook has a sign of it: most have none.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from pipeline.collect.formats.cells import OldText, Value
from pipeline.collect.formats.ods_values import CELLS, plain_attributes, repeated
from pipeline.collect.formats.runs import text_of
from pipeline.collect.formats.seen import MonthFirstDay, RichText, Run
from pipeline.collect.formats.xml import walk
from pipeline.text.legacy import Convert, of_font

_SIGNS = tuple(map(re.compile, (rb"""line-through-(?:style|type)\s?=\s?["'](?!none)""", rb"""text-position\s?=\s?["'](?!0)""")))
_OLD_FONTS = (b".Vn", b"VNI-", b"vni-")
"""Letters struck out, set high or low, or in a font from before Unicode."""
_MONTH_FIRST = re.compile(
    rb"""<(?:[^<>\s:/]++:)?date-style\s([^<>]*+)>\s*+"""
    rb"""<(?:[^<>\s:/]++:)?month\b[^<>]*+>(?:<[^<>]*+>[^<>0-9]*+</[^<>]*+>)?<(?:[^<>\s:/]++:)?day\b"""
)
"""A format of days that puts the month first, with its attributes; programs write many that no style has."""
_NAME, _FORMAT_NAMED = (re.compile(rb"""[\s:]%sname\s?=\s?["']([^"'<>]++)["']""" % of) for of in (b"", b"data-style-"))
_STRIKES = ("text-line-through-style", "text-line-through-type")
_CELL, _TEXTS = "table-cell", {"p": "paragraph", "span": "text"}
"""Families of styles: of cells, and of the elements that hold texts."""
_DEEPEST = 16
"""How many styles may build on one another."""
STRUCK, RAISED, FONT = "struck", "raised", "font"
Properties = Mapping[str, str]


def tells_looks(content: bytes, named: bytes) -> bool:
    """Whether a font or a format of days says something: as the styles have it that stand before the sheets, or those with names."""
    head = content[: content.find(b":body")]
    for part in (head, named):
        if any(sign in part for sign in _OLD_FONTS) or any(sign.search(part) for sign in _SIGNS):
            return True
    formats = {name for part in (head, named) for attributes in _MONTH_FIRST.findall(part) for name in _NAME.findall(b" " + attributes)}
    return bool(formats) and any(not formats.isdisjoint(_FORMAT_NAMED.findall(part)) for part in (head, named))


class Styles:
    """What the styles say, taken from the events of a parser."""

    def __init__(self, named: bytes) -> None:
        self._said: dict[tuple[str, str], dict[str, str]] = {}
        self._fonts: dict[str, str] = {}
        self._orders: dict[str, list[str]] = {}
        """For formats of days: in which order they put month and day, in numbers."""
        self._at: dict[str, str] = {}
        self._order: list[str] = []
        if named:
            walk(named, lambda name, raw: self.start(name.rpartition(" ")[2], plain_attributes(raw)), lambda _: None, lambda _: None)

    def start(self, tag: str, attributes: Properties) -> None:
        """Take note of an element above the sheets."""
        name = attributes.get("name", "")
        if tag == "font-face":
            self._fonts[name] = attributes.get("font-family", name).strip("'\"")
        elif tag in ("style", "default-style"):
            self._at = self._said[attributes.get("family", ""), name] = dict(attributes)
        elif tag == "text-properties":
            self._at.update(self._told(attributes))
        elif tag.endswith("-style"):
            self._at, self._order = {}, []
            if tag == "date-style" and attributes.get("automatic-order") != "true":  # else as the reader's computer does
                self._orders[name] = self._order
        elif tag in ("month", "day") and attributes.get("textual") != "true":
            self._order.append(tag)

    def of_text(self, family: str, name: str) -> Properties:
        """All that a style and those that it builds on say."""
        found: dict[str, str] = {}
        for _ in range(_DEEPEST):
            said = self._said.get((family, name), {})
            found = {**said, **found}
            name = said.get("parent-style-name", "")
            if not name:
                break
        return found

    def _told(self, attributes: Properties) -> Iterator[tuple[str, str]]:
        """What the properties of letters tell, each under one name however it is written."""
        strikes = [attributes[each] for each in _STRIKES if each in attributes]
        if strikes:
            yield STRUCK, "" if set(strikes) == {"none"} else "1"
        if "text-position" in attributes:
            yield RAISED, "" if attributes["text-position"].split()[:1] in (["0%"], ["0"]) else "1"
        if "font-name" in attributes:
            yield FONT, self._fonts.get(attributes["font-name"], attributes["font-name"])
        elif "font-family" in attributes:
            yield FONT, attributes["font-family"].strip("'\"")

    def of_cell(self, name: str) -> tuple[Convert | None, bool, bool]:
        """How the letters of a cell of that style are read, whether they are struck out, and whether days have the month first."""
        said = {**self._said.get((_CELL, ""), {}), **self.of_text(_CELL, name)}
        order = self._orders.get(said.get("data-style-name", ""), [])
        return of_font(said.get(FONT, "")), bool(said.get(STRUCK)), order == ["month", "day"]


class Looks:
    """How cells and their texts look, as the events of a parser come."""

    def __init__(self, named: bytes) -> None:
        self._styles = Styles(named)
        self._of_cell = lru_cache(maxsize=4096)(self._styles.of_cell)
        self._columns: list[tuple[int, str]] = []
        """The last column of each group of columns, and the style of cells there that have none of their own."""
        self._row_style = ""
        self._open: list[Properties] = []
        """What the elements that hold the text say, each with what those around it say."""
        self._runs: list[Run] = []

    def start(self, tag: str, attributes: Properties) -> None:
        """Take note of an element."""
        if tag == "table":
            self._columns = []
        elif tag == "table-column":
            last = self._columns[-1][0] if self._columns else 0
            self._columns.append((last + repeated(attributes, "number-columns-repeated"), attributes.get("default-cell-style-name", "")))
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
            self._runs.append(Run("\n"))
        around = self._open[-1] if self._open else {}
        self._open.append({**around, **self._styles.of_text(_TEXTS[tag], attributes.get("style-name", ""))})

    def text(self, piece: str) -> None:
        """Take note of a piece of a cell's text."""
        said = self._open[-1] if self._open else {}
        self._runs.append(Run(piece, bool(said.get(STRUCK)), bool(said.get(RAISED)), said.get(FONT, ""), is_own=STRUCK in said))

    def end(self, tag: str) -> None:
        """Take note of the end of an element."""
        if tag in _TEXTS and self._open:
            self._open.pop()

    def seen(self, value: Value, style: str, column: int) -> tuple[Value, bool]:
        """What people see of the value of the cell that ends, and whether all of it is struck out."""
        group = bisect_left(self._columns, (column, ""))
        of_column = self._columns[group][1] if group < len(self._columns) else ""
        convert, is_struck, is_month_first = self._of_cell(style or self._row_style or of_column)
        if type(value) is str:
            text = _seen(value, self._runs, convert, is_struck=is_struck)
            return text, text.is_struck if isinstance(text, RichText) else is_struck
        return MonthFirstDay.of(value) if is_month_first and type(value) is dt.date else value, is_struck


def _seen(text: str, runs: Sequence[Run], convert: Convert | None, *, is_struck: bool) -> str:
    """A text as it is seen; its runs count where the text is what they say, not what a program keeps beside them."""
    if any(run.is_own or run.is_raised or run.font for run in runs) and "".join(run.text for run in runs) == text:
        return text_of(tuple(runs), convert, is_struck=is_struck)
    return OldText(text, convert) if convert else text
