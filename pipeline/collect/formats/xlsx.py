"""Read .xlsx and .xlsm workbooks (strict or transitional): sheets, strings, styles, properties.

A sheet is scanned (``xlsx_scan``) if it is written as programs usually do, else parsed
(``xlsx_parse``). Both see what readers of values hide: errors, formulas without a value, merged
cells.
"""

from __future__ import annotations

import math
import re
import weakref
from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import cached_property, partial
from typing import Any

from pipeline.collect.formats import limits, opc, xlsx_parse, xlsx_scan, xlsx_strings
from pipeline.collect.formats.beside import beside, margins, margins_in
from pipeline.collect.formats.cells import (
    MACINTOSH_SHIFT,
    NUMBER,
    PICTURE_FUNCTION,
    ErrorValue,
    FormulaView,
    Grid,
    NoValue,
    Picture,
    UnreadableError,
    Value,
    by_name,
    iso_day,
)
from pipeline.collect.formats.containers import ZipPackage
from pipeline.collect.formats.large import too_many_sheets
from pipeline.collect.formats.looks import CellLooks, looks_of
from pipeline.collect.formats.seen import RichText
from pipeline.collect.formats.surroundings import NOTHING_HIDDEN, Beside
from pipeline.collect.formats.xlsx_hidden import hidden_in
from pipeline.collect.formats.xml import MOST_SHARED, attribute, children, shared_tree

_FORMULA = re.compile(rb"<(?:[^<>\s/:]++:)?f[\s/>]")
_BOOLEANS = {"1": "TRUE", "0": "FALSE", "true": "TRUE", "false": "FALSE"}


class XlsxWorkbook(opc.Document):
    """An open workbook. Sheets are read on demand; damage raises ``UnreadableError``."""

    def __init__(self, package: ZipPackage) -> None:
        super().__init__(package, "xl/workbook.xml")
        self._sheets: dict[str, bytes] = {}
        self._met_formula = False
        self._tree = shared_tree(package.part(self._main, limits.SMALL_PART_BYTES))
        self._margins: dict[str, bytes] = {}
        if len(self._parts) > limits.SHEETS:
            raise too_many_sheets(len(self._parts))

    @cached_property
    def _related(self) -> Mapping[str, opc.PartLink]:
        """The relationship of each sheet, by name, in order."""
        links = by_name((name, self._links.get(link)) for name, link, _ in self._listed)
        if links and not any(links.values()):  # the list of relationships is missing
            raise UnreadableError("damaged")
        return {name: link for name, link in links.items() if link}

    @cached_property
    def _listed(self) -> list[tuple[str, ...]]:
        """Name, relationship id and state (hidden or not) of each sheet, as written."""
        return [
            tuple(attribute(sheet, name) for name in ("name", "id", "state"))
            for group in children(self._tree, "sheets")
            for sheet in children(group, "sheet")
        ]

    @cached_property
    def _parts(self) -> Mapping[str, str]:
        """The part of each worksheet, by sheet name, in order."""
        return {
            name: link.target for name, link in self._related.items() if link.kind == "worksheet"
        }

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all worksheets, hidden ones too, in order."""
        return tuple(self._parts)

    @property
    def drawn_sheets(self) -> tuple[str, ...]:
        """Names of the sheets without cells: full-page charts and dialogues."""
        return tuple(name for name in self._related if name not in self._parts)

    def grid(self, name: str) -> Grid:
        """Return the filled cells of one sheet."""
        data = self._data(name)
        if len(data) < limits.LARGE_SHEET_BYTES:
            self._sheets[name] = data
        self._margins[name] = margins_in(data)
        scanned = None
        if not self._tells_fonts:
            scanned = xlsx_scan.scan(data, self._by_digits, self._by_token)
        sheet = scanned or self._parsed(data)
        hidden = NOTHING_HIDDEN if scanned and not scanned.may_hide else hidden_in(data)
        return Grid(
            sheet.columns,
            sheet.merged,
            self._epoch_shift,
            sheet.ordered,
            struck=sheet.struck,
            hidden=hidden,
        )

    def _parsed(self, data: bytes) -> xlsx_parse.ParsedSheet:
        looks = self._looks
        sheet = xlsx_parse.parse_sheet(data, self.value, looks.struck, keep_runs=looks.has_fonts)
        self._met_formula = self._met_formula or bool(sheet.formulas)
        return sheet

    @cached_property
    def _tells_fonts(self) -> bool:
        """True if fonts of cells matter or a whole text is struck out: a scan can't tell these."""
        # nearly always: then the texts needn't be looked at one by one
        if self._looks.has_fonts or RichText not in {*map(type, self._strings)}:
            return self._looks.has_fonts
        return any(isinstance(string, RichText) and string.is_struck for string in self._strings)

    @property
    def hidden_sheets(self) -> frozenset[str]:
        """Names of the hidden sheets."""
        return frozenset(
            name for name, _, state in self._listed if state in ("hidden", "veryHidden")
        )

    def beside(self, name: str) -> tuple[Beside, ...]:
        """Return what a sheet shows outside its cells; headers only once ``grid`` read it."""
        things = (
            beside(self._package, self._related[name].target) if self._has_related_parts else ()
        )
        return (*things, *margins(self._margins.get(name, b"")))

    @cached_property
    def _has_related_parts(self) -> bool:
        """True if a part beside the workbook has relationships: sheets with comments have."""
        return sum(name.endswith(".rels") for name in self._package.by_lower) > len(
            ("_rels/.rels", "the workbook's own")
        )

    def has_formulas(self, name: str) -> bool:
        """True if a sheet that ``grid`` read has formulas; False for a very large one."""
        data = self._sheets.get(name, b"")
        # UTF-16 fits no pattern
        return self._met_formula and (b"\0" in data or _FORMULA.search(data) is not None)

    def formula_view(self, name: str) -> FormulaView | None:
        """Return a sheet as formulas see it; None if unknown or very large."""
        names = (own for own in self.names if own.casefold() == name.casefold())
        own = next(names, "")
        data = self._sheets.get(own) or (self._data(own) if own else b"")
        if not data or len(data) >= limits.LARGE_SHEET_BYTES:
            return None
        self._sheets[own] = data
        parsed = xlsx_parse.parse_sheet(data, self._bare)
        return FormulaView(parsed.columns, parsed.formulas)

    @property
    def strings(self) -> Collection[str]:
        """The shared strings; in a workbook without any, the texts inside cells."""
        return self._strings or self._in_cells()

    def _in_cells(self) -> set[str]:
        """Return the texts inside cells, up to any damage: no figure depends on them."""
        texts: set[str] = set()

        def add(kind: str, _style: str, text: str, *, formula: bool, picture: str = "") -> None:  # noqa: ARG001
            if kind in ("str", "inlineStr") and not formula:
                texts.add(text)

        for name in self.names:
            with suppress(UnreadableError):
                xlsx_parse.parse_sheet(self._sheets.get(name) or self._data(name), add)
        return texts

    def _bare(self, kind: str, _style: str, text: str, *, formula: bool, picture: str = "") -> Any:
        """Return a cell's value as formulas see it: days are numbers, truth values are bool."""
        if kind in ("s", "str", "inlineStr"):
            string = self._shared(text.strip()) if kind == "s" else text
            return string.full if isinstance(string, RichText) else string
        plain = text.strip()
        if kind == "b":
            return _BOOLEANS.get(plain) == "TRUE"
        if kind in ("", "n") and not plain:
            return NoValue() if formula else None
        return float(plain) if kind in ("", "n") and NUMBER.fullmatch(plain) else ErrorValue(plain)

    @cached_property
    def calculation(self) -> Mapping[str, str]:
        """The attributes of ``calcPr``: how the workbook is calculated."""
        return next((element.attrib for element in children(self._tree, "calcPr")), {})

    def _data(self, name: str) -> bytes:
        try:
            return self._package.sheet(self._parts[name])
        except UnreadableError as problem:
            if problem.reason != "large_part":
                raise
            raise UnreadableError("large_sheet", **{**problem.words, "sheet": name}) from problem

    @cached_property
    def _by_digits(self) -> Mapping[str, Value]:
        return xlsx_scan.ValueCache(partial(_string_at, self._strings))

    @cached_property
    def _by_token(self) -> Mapping[str, Value]:
        # without the proxy a reference cycle would keep the file in memory until Python collects it
        return xlsx_scan.ValueCache(partial(XlsxWorkbook._of_token, weakref.proxy(self)))

    def _of_token(self, token: str) -> Value:
        kind, style, text, formula = xlsx_scan.parts_of(token)
        self._met_formula = self._met_formula or formula
        picture = xlsx_scan.picture_in(token) if formula or kind == "e" else ""
        return self.value(kind, style, text, formula=formula, picture=picture)

    def value(
        self, kind: str, style: str, text: str, *, formula: bool = False, picture: str = ""
    ) -> Value:
        """Return a cell's value from type, style and the text of its ``v`` element."""
        if picture == PICTURE_FUNCTION or (picture and self._has_pictures):
            return Picture(text.strip())
        return self._value(kind, style, text, formula=formula)

    def _value(self, kind: str, style: str, text: str, *, formula: bool) -> Value:
        if kind == "s":
            shared = self._shared(text.strip())
            return shared and self._looks.text(shared, style)
        if kind in ("str", "inlineStr"):
            return self._looks.text(text, style)
        plain = text.strip()
        if kind in ("", "n"):
            return self._number(plain, style, formula=formula)
        if kind == "e":
            return ErrorValue(plain)
        if kind == "b" and plain in _BOOLEANS:
            return _BOOLEANS[plain]
        return iso_day(plain) if kind == "d" else _damaged()

    @cached_property
    def _has_pictures(self) -> bool:
        """True unless its rich values are known to be something else, such as newer errors."""
        kinds = self._package.small("xl/richData/rdrichvaluestructure.xml")
        return not kinds or b"_localImage" in kinds or b"_webimage" in kinds

    def _shared(self, position: str) -> str | None:
        """Return a shared string; None if ``position`` is blank: some blank cells are so."""
        if not position:
            return None
        number = float(position) if NUMBER.fullmatch(position) else -1.0
        if not (number.is_integer() and 0 <= number < len(self._strings)):
            raise UnreadableError("damaged")
        return self._strings[int(number)]

    def _number(self, text: str, style: str, *, formula: bool) -> Value:
        if not text:
            return NoValue() if formula else None
        if not NUMBER.fullmatch(text):
            return _damaged()
        number = float(text)
        if not math.isfinite(number):
            return _damaged()
        return self._looks.number(number, style, self._epoch_shift)

    @cached_property
    def _epoch_shift(self) -> int:
        """Days to add to a serial number: workbooks of old Macintoshes count from 1904."""
        settings = children(self._tree, "workbookPr")
        flags = (attribute(setting, "date1904").lower() for setting in settings)
        return MACINTOSH_SHIFT if next(flags, "") in ("1", "true", "on") else 0

    @cached_property
    def _strings(self) -> list[str]:
        link = self._link("sharedStrings")
        if link is None or not self._package.has(link.target):
            return []
        part = self._package.part(link.target)
        return xlsx_strings.shared_strings(part, keep_runs=self._looks.has_fonts)

    @cached_property
    def _looks(self) -> CellLooks:
        link = self._link("styles")
        styles = self._package.small(link.target, limits.STYLES_BYTES) if link else b""
        read = looks_of if len(styles) <= MOST_SHARED else looks_of.__wrapped__
        return read(styles)


def _string_at(strings: list[str], digits: str) -> Value:
    position = int(digits)
    return strings[position] if position < len(strings) else _damaged()


def _damaged() -> Value:
    raise UnreadableError("damaged")
