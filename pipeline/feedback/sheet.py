"""One sheet of a workbook being marked; what isn't changed keeps its bytes."""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping

from pipeline.feedback.showing import show_columns, show_rows
from pipeline.office.addresses import index
from pipeline.office.xmltext import attributes, plain
from pipeline.office.xmltree import (
    UnpreservableError,
    XmlPart,
    added,
    elements,
    local,
    made,
    only,
    placed,
    relation_id,
    remove,
)

_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_SHEET_DATA = re.compile(r"<((?:[\w.-]+:)?)sheetData(?:\s[^<>]*?)?(/?)>")
_DYNAMIC = re.compile(r"""\scm\s*=\s*("[^"]*"|'[^']*')""")
"""The attribute of a cell whose formula spills (ECMA-376 part 1, 18.3.1.4)."""
_AFTER_DRAWING = frozenset(
    (
        "legacyDrawingHF",
        "drawingHF",
        "picture",
        "oleObjects",
        "controls",
        "webPublishItems",
        "tableParts",
        "extLst",
    )
)
_AFTER_LINKS = _AFTER_DRAWING | {
    *(
        "printOptions",
        "pageMargins",
        "pageSetup",
        "headerFooter",
        "rowBreaks",
        "colBreaks",
        "customProperties",
    ),
    *("cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing"),
}
AFTER_CONDITIONS = _AFTER_LINKS | {"dataValidations", "hyperlinks"}
"""What follows drawing, links and conditional formats in a sheet (ECMA-376 part 1, 18.3.1.99)."""


def place(address: str) -> tuple[int, int]:
    """Return row and column, from 1, of an A1 address."""
    found = _ADDRESS.fullmatch(address)
    return (int(found[2]), index(found[1])) if found else (1, 1)


class Sheet:
    """A worksheet part in two pieces: its rows as text, the rest as a tree (``sheetData`` empty).

    A tree of the rows would be simpler, but 50,000 rows take 1,100 MB and 0.9 s; as text 130 MB and
    0.5 s.
    """

    def __init__(self, content: bytes) -> None:
        self._content, text = content, plain(content)
        found = _SHEET_DATA.search(text)
        self.prefix = found[1] or "" if found else ""
        start = end = found.end() if found else 0
        if found and not found[2]:
            close = f"</{self.prefix}sheetData>"
            start, end = found.end(), text.rindex(close)
            text, self._rows = f"{text[:start]}{text[end:]}", text[start:end]
        else:
            self._rows = ""
        self._before = text.encode(), self._rows
        self._frame = XmlPart(self._before[0])
        self.root = self._frame.root
        self.usable = found is not None and local(self.root) == "worksheet"

    def content(self) -> bytes:
        """Return the part's bytes with all changes."""
        frame = self._frame.content()
        if (frame, self._rows) == self._before:
            return self._content
        text = frame.decode()
        found = _SHEET_DATA.search(text)
        if found is None:
            return frame
        tag = f"{found[0][:-2].rstrip()}>" if found[2] else found[0]
        rest = text[found.end() :].removeprefix(f"</{self.prefix}sheetData>")
        return f"{text[: found.start()]}{tag}{self._rows}</{self.prefix}sheetData>{rest}".encode()

    def deselect(self) -> None:
        """Unselect the sheet, so that the workbook doesn't open on it."""
        for view in elements(self.root, "sheetViews", "sheetView"):
            if view.get("tabSelected") in ("1", "true"):
                view.set("tabSelected", "0")

    def show(self, addresses: Iterable[str]) -> set[str]:
        """Show the rows and columns of some cells; return the cells that were hidden."""
        places = {address: place(address) for address in addresses}
        letters = {address: address.rstrip("0123456789") for address in places}
        self._rows, rows = show_rows(
            self._rows, self.prefix, self.root, {row for row, _ in places.values()}
        )
        columns = show_columns(self.root, set(letters.values()))
        return {
            address
            for address, (row, _) in places.items()
            if row in rows or letters[address] in columns
        }

    # --- cells ------------------------------------------------------------------------------------

    def unmark(self, styles: Mapping[str, str]) -> None:
        """Replace cell styles as ``styles`` maps them."""
        if styles:
            cell = re.compile(rf"""(<{self.prefix}c\s(?:[^<>]*?\s)?s=["'])(\d+)(?=["'])""")
            self._rows = cell.sub(
                lambda found: found[1] + styles.get(found[2], found[2]), self._rows
            )

    def anchors(self, addresses: Iterable[str]) -> dict[str, str]:
        """Map each address to the cell that shows it: the first of a merged range, or itself."""
        spans = [each.get("ref", "") for each in elements(self.root, "mergeCells", "mergeCell")]
        ends = [span.split(":") for span in spans if ":" in span]
        wanted = {address: place(address) for address in addresses}
        rows = sorted({row for row, _ in wanted.values()})
        merged: dict[int, list[tuple[str, int, int]]] = {}
        for first, last in ends:
            (top, left), (bottom, right) = place(first), place(last)
            for row in rows[bisect_left(rows, top) : bisect_right(rows, bottom)]:
                merged.setdefault(row, []).append((first, left, right))
        return {
            address: _anchor(address, column, merged.get(row, ()))
            for address, (row, column) in wanted.items()
        }

    def keep_values(self, of: Callable[[str], bool]) -> bool:
        """Remove the formulas for which ``of`` is true; their cells keep the values.

        Return whether any went.

        A shared formula is removed from all its cells, as it is written only once.
        """
        name = f"{self.prefix}f"
        formula = re.compile(
            rf"(<{self.prefix}c(?:\s[^<>]*)?>)\s*<{name}((?:\s[^<>]*?)?)(?:/>|>([^<]*)</{name}\s*>)"
        )
        found = [
            (attributes(each[2]), html.unescape(each[3] or ""))
            for each in formula.finditer(self._rows)
        ]
        # a formula that the pattern doesn't match could hide a hazard
        if len(found) < len(re.findall(r"<(?:\w+:)?f[\s/>]", self._rows)):
            raise UnpreservableError("formulas")
        groups = {own["si"] for own, text in found if "si" in own and of(text)}

        def valued(each: re.Match[str]) -> str:
            goes = of(html.unescape(each[3] or "")) or attributes(each[2]).get("si") in groups
            return _DYNAMIC.sub("", each[1]) if goes else each[0]

        before, self._rows = self._rows, formula.sub(valued, self._rows)
        return before != self._rows

    # --- what follows the rows --------------------------------------------------------------------

    def unlink(self, target: str) -> None:
        """Remove the links whose location begins with ``target``."""
        for links in elements(self.root, "hyperlinks"):
            ours = [
                each
                for each in elements(links, "hyperlink")
                if each.get("location", "").startswith(target)
            ]
            for each in ours:
                remove(each)
            if ours and not len(links):
                remove(links)

    def link(self, address: str, location: str) -> None:
        """Link a cell to a place in the workbook, if the cell exists and has no link yet."""
        held = re.search(rf"""<{self.prefix}c\s(?:[^<>]*?\s)?r=["']{address}["']""", self._rows)
        taken = any(
            each.get("ref") == address for each in elements(self.root, "hyperlinks", "hyperlink")
        )
        if held is None or taken:
            return
        if not elements(self.root, "hyperlinks"):
            placed(self.root, made(self.root, "hyperlinks"), _AFTER_LINKS)
        added(only(self.root, "hyperlinks"), "hyperlink", {"ref": address, "location": location})

    @property
    def drawing(self) -> str:
        """The relationship id of the drawing that holds notes and controls, or blank."""
        found = elements(self.root, "legacyDrawing")
        return relation_id(found[0]) if found else ""

    def draw(self, relation: str, links: str) -> None:
        """Refer to the drawing that holds notes, by its relationship id."""
        one = made(self.root, "legacyDrawing", {f"{{{links}}}id": relation}, {"r": links})
        placed(self.root, one, _AFTER_DRAWING)


def _anchor(address: str, column: int, merged: Iterable[tuple[str, int, int]]) -> str:
    return next((first for first, left, right in merged if left <= column <= right), address)
