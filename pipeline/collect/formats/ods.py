"""Read workbooks of OpenDocument (.ods), as LibreOffice and WPS save them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property

from pipeline.collect.formats import limits, ods_beside
from pipeline.collect.formats.cells import (
    FormulaView,
    Grid,
    UnreadableError,
    Value,
)
from pipeline.collect.formats.containers import ZipPackage
from pipeline.collect.formats.large import too_many_sheets
from pipeline.collect.formats.ods_content import ContentEvents
from pipeline.collect.formats.ods_looks import OdsLooks, tells_looks
from pipeline.collect.formats.seen import RichText
from pipeline.collect.formats.surroundings import Beside, HiddenRanges, merged
from pipeline.collect.formats.xml import attribute, local, tree, walk

_ACTIVE = {"basic/script": "macros", "scripts/": "macros", "object ": "objects"}
"""What the name of a part says of active content, by its start, in lower case."""


class OdsWorkbook:
    """An open workbook; all its sheets are parsed when it is opened."""

    drawn_sheets: tuple[str, ...] = ()
    """Every sheet of this kind has cells."""

    def __init__(self, package: ZipPackage) -> None:
        self._package = package
        if b"encryption-data" in package.small("META-INF/manifest.xml"):
            raise UnreadableError("encrypted")
        content = package.part("content.xml")
        events = ContentEvents(OdsLooks(self._named) if tells_looks(content, self._named) else None)
        walk(content, events.start, events.end, events.text)
        self._sheets, self._unshown = events.sheets, events.unshown
        self._beside = ods_beside.beside(content)
        if len(self._sheets) > limits.SHEETS:
            raise too_many_sheets(len(self._sheets))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all sheets, hidden ones too, in order."""
        return tuple(self._sheets)

    def grid(self, name: str) -> Grid:
        """Return the filled cells of one sheet."""
        sheet = self._sheets[name]
        return Grid(
            sheet.columns,
            merged=tuple(sheet.merged),
            struck=frozenset(sheet.struck),
            hidden=HiddenRanges(merged(sheet.hidden_rows), merged(sheet.hidden_columns)),
        )

    @property
    def hidden_sheets(self) -> frozenset[str]:
        """Names of the hidden sheets."""
        return frozenset(
            name for name, sheet in self._sheets.items() if sheet.style in self._unshown
        )

    def beside(self, name: str) -> tuple[Beside, ...]:
        """Return what a sheet shows outside its cells. Sheets share headers: the first has them."""
        return (*self._beside.get(name, ()), *(self._margins if name == self.names[0] else ()))

    @cached_property
    def _margins(self) -> list[Beside]:
        try:
            return ods_beside.margins(self._named)
        except UnreadableError:  # no value depends on it
            return []

    @cached_property
    def _named(self) -> bytes:
        """The part with named styles and pages; empty if unreadable: no value depends on it."""
        try:
            return self._package.small("styles.xml")
        except UnreadableError:
            return b""

    def has_formulas(self, name: str) -> bool:
        """True if a sheet has formulas."""
        return bool(self._sheets[name].formulas)

    @property
    def strings(self) -> Collection[str]:
        """The texts of all cells without a formula."""
        return {
            value
            for sheet in self._sheets.values()
            for column, cells in sheet.columns.items()
            for row, value in cells.items()
            if isinstance(value, str) and (row, column) not in sheet.formulas
        }

    calculation: Mapping[str, str] = {}
    """Empty: LibreOffice recalculates what it opens."""

    def formula_view(self, name: str) -> FormulaView | None:
        """Return a sheet as formulas see it; None if there is none of that name."""
        sheets = (own for key, own in self._sheets.items() if key.casefold() == name.casefold())
        sheet = next(sheets, None)
        if sheet is None:
            return None
        columns = {column: _full_texts(cells) for column, cells in sheet.columns.items()}
        return FormulaView(columns, sheet.formulas)

    @cached_property
    def _meta(self) -> list[tuple[str, str, str]]:
        """Local name, ``name`` attribute and text of each element of ``meta.xml``."""
        data = self._package.small("meta.xml")
        return [
            (local(element.tag), attribute(element, "name"), (element.text or "").strip())
            for element in (tree(data).iter() if data else ())
        ]

    @property
    def properties(self) -> Mapping[str, str]:
        """The document's custom properties."""
        return {name: text for tag, name, text in self._meta if tag == "user-defined"}

    @property
    def modified(self) -> str:
        """The document's own time of last change, ISO; blank if it has none."""
        return next((text for tag, _, text in self._meta if tag == "date"), "")

    @cached_property
    def active(self) -> tuple[str, ...]:
        """Which of ``macros`` and ``objects`` the workbook has; none is ever run."""
        names = self._package.by_lower
        kinds = {kind for start, kind in _ACTIVE.items() if any(n.startswith(start) for n in names)}
        return tuple(sorted(kinds))


def _full_texts(cells: dict[int, Value]) -> dict[int, Value]:
    """Return the cells as formulas see them: with struck-out text."""
    return {
        row: value.full if isinstance(value, RichText) else value for row, value in cells.items()
    }
