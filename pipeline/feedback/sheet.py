"""One sheet of an agency's workbook: cells get another style, the rest of its text stays as it is."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping

from pipeline.office.addresses import index
from pipeline.office.xmltext import attributes, elements, opened, placed, prefix_of, start_tag, with_attribute

Restyle = Callable[[str, int], int]
"""The new style of a cell, from its address and its style."""

_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_AFTER_DRAWING = frozenset(("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"))
_AFTER_LINKS = _AFTER_DRAWING | {
    *("printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties"),
    *("cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing"),
}
"""What follows these elements by the schema of a worksheet (ECMA-376 part 1, 18.3.1.99)."""


def place(address: str) -> tuple[int, int]:
    """Row and column, from 1, of an A1 address."""
    found = _ADDRESS.fullmatch(address)
    return (int(found[2]), index(found[1])) if found else (1, 1)


class Sheet:
    """A worksheet part in three pieces: what stands before the rows, the rows, what follows them."""

    def __init__(self, text: str) -> None:
        self.prefix = prefix_of(text, "worksheet")
        text = opened(text, f"{self.prefix}sheetData")
        start = re.search(rf"<{self.prefix}sheetData(?:\s[^<>]*)?>", text)
        close, end = f"</{self.prefix}sheetData>", f"</{self.prefix}worksheet>"
        self.usable = start is not None and close in text and end in text
        if start is None or not self.usable:
            return
        at = text.rindex(close)
        last = text.rindex(end)
        self._head, self._rows, self._tail, self._end = (
            text[: start.end()],
            text[start.end() : at],
            text[at + len(close) : last],
            text[last:],
        )

    def text(self) -> str:
        """The part as changed."""
        return f"{self._head}{self._rows}</{self.prefix}sheetData>{self._tail}{self._end}"

    # --- cells -----------------------------------------------------------------------------------

    def unmark(self, styles: Mapping[str, str]) -> None:
        """Give the cells of some styles others."""
        if styles:
            cell = re.compile(rf"""(<{self.prefix}c\s(?:[^<>]*?\s)?s=["'])(\d+)(?=["'])""")
            self._rows = cell.sub(lambda found: found[1] + styles.get(found[2], found[2]), self._rows)

    def anchors(self, addresses: Iterable[str]) -> dict[str, str]:
        """For each address the cell that shows it: the first of a merged range, else itself."""
        spans = [attributes(start_tag(each[0])).get("ref", "") for each in elements(self._tail, f"{self.prefix}mergeCell")]
        ends = [span.split(":") for span in spans if ":" in span]
        wanted = {address: place(address) for address in addresses}
        rows = sorted({row for row, _ in wanted.values()})
        merged: dict[int, list[tuple[str, int, int]]] = {}
        for first, last in ends:
            (top, left), (bottom, right) = place(first), place(last)
            for row in rows[bisect_left(rows, top) : bisect_right(rows, bottom)]:
                merged.setdefault(row, []).append((first, left, right))
        return {address: _anchor(address, column, merged.get(row, ())) for address, (row, column) in wanted.items()}

    def restyle(self, addresses: Iterable[str], new: Restyle) -> None:
        """Give cells new styles; those that the sheet doesn't hold are put in where they belong."""
        wanted: dict[int, list[str]] = {}
        for address in sorted(set(addresses), key=place):
            wanted.setdefault(place(address)[0], []).append(address)
        pieces, done, left = [], 0, list(wanted.items())[::-1]
        for number, start, end in self._row_places():
            while left and left[-1][0] < number:
                pieces += [self._rows[done:start], self._new_row(*left.pop(), new)]
                done = start
            if not left:
                break
            if left[-1][0] == number:
                pieces += [self._rows[done:start], self._changed_row(self._rows[start:end], *left.pop(), new)]
                done = end
        pieces += [self._rows[done:], *(self._new_row(row, cells, new) for row, cells in reversed(left))]
        self._rows = "".join(pieces)

    def _row_places(self) -> Iterable[tuple[int, int, int]]:
        number, close = 0, f"</{self.prefix}row>"
        for found in re.finditer(rf"<{self.prefix}row(?:\s[^<>]*?)?(/?)>", self._rows):
            own = re.search(r"""\sr=["'](\d+)""", found[0])
            number = int(own[1]) if own else number + 1
            yield number, found.start(), found.end() if found[1] else self._rows.index(close, found.end()) + len(close)

    def _new_row(self, number: int, addresses: Iterable[str], new: Restyle) -> str:
        cells = "".join(self._new_cell(address, 0, new) for address in addresses)
        return f'<{self.prefix}row r="{number}">{cells}</{self.prefix}row>'

    def _new_cell(self, address: str, row_style: int, new: Restyle) -> str:
        own = row_style or self._column_style(place(address)[1])
        return f'<{self.prefix}c r="{address}" s="{new(address, own)}"/>'

    def _column_style(self, column: int) -> int:
        for each in elements(self._head, f"{self.prefix}col"):
            span = attributes(start_tag(each[0]))
            if int(span.get("min", 0)) <= column <= int(span.get("max", 0)):
                return int(span.get("style", 0))
        return 0

    def _changed_row(self, row: str, number: int, addresses: list[str], new: Restyle) -> str:
        row = opened(row, f"{self.prefix}row")
        tag = start_tag(row)
        row_style = int(attributes(tag).get("s", 0))
        left, pieces, done, column = list(addresses), [tag], len(tag), 0
        for found in re.finditer(rf"<{self.prefix}c(?:\s[^<>]*?)?/?>", row):
            own = attributes(found[0])
            column = place(own["r"])[1] if "r" in own else column + 1
            while left and place(left[0])[1] < column:
                pieces += [row[done : found.start()], self._new_cell(left.pop(0), row_style, new)]
                done = found.start()
            if left and place(left[0]) == (number, column):
                pieces += [row[done : found.start()], with_attribute(found[0], "s", str(new(left.pop(0), int(own.get("s", 0)))))]
                done = found.end()
        end = row.rindex("</")
        return "".join([*pieces, row[done:end], *(self._new_cell(address, row_style, new) for address in left), row[end:]])

    # --- what follows the rows ------------------------------------------------------------------

    def unlink(self, target: str) -> None:
        """Take away the links into another sheet; ``target`` is how their location begins."""
        name = f"{self.prefix}hyperlink"
        ours = [each[0] for each in elements(self._tail, name) if attributes(start_tag(each[0])).get("location", "").startswith(target)]
        for each in ours:
            self._tail = self._tail.replace(each, "", 1)
        self._tail = re.sub(rf"<{name}s>\s*</{name}s>", "", self._tail) if ours else self._tail

    def link(self, address: str, location: str) -> None:
        """Make a cell that the sheet holds a link to another place in the workbook, unless it is a link already."""
        name = f"{self.prefix}hyperlink"
        held = re.search(rf"""<{self.prefix}c\s(?:[^<>]*?\s)?r=["']{address}["']""", self._rows)
        taken = any(attributes(start_tag(each[0])).get("ref") == address for each in elements(self._tail, name))
        if held is None or taken:
            return
        one = with_attribute(f'<{name} ref="{address}"/>', "location", location)
        if f"</{name}s>" in self._tail:
            self._tail = self._tail.replace(f"</{name}s>", f"{one}</{name}s>", 1)
        else:
            self._tail = placed(self._tail, _AFTER_LINKS, f"<{name}s>{one}</{name}s>", self.prefix)

    @property
    def drawing(self) -> str:
        """The id of the relationship to the drawing that holds notes and controls, or blank."""
        found = next(elements(self._tail, f"{self.prefix}legacyDrawing"), None)
        own = attributes(start_tag(found[0])) if found else {}
        return next((value for name, value in own.items() if name.endswith(":id")), "")

    def draw(self, relation: str, links: str) -> None:
        """Name the drawing that holds notes, by the id of its relationship."""
        one = f'<{self.prefix}legacyDrawing xmlns:r="{links}" r:id="{relation}"/>'
        self._tail = placed(self._tail, _AFTER_DRAWING, one, self.prefix)


def _anchor(address: str, column: int, merged: Iterable[tuple[str, int, int]]) -> str:
    return next((first for first, left, right in merged if left <= column <= right), address)
