"""Comments on cells (Excel's older kind, "notes"): ours are added and removed, all others stay."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from pipeline.feedback.package import OfficePackage
from pipeline.feedback.sheet import Sheet, place
from pipeline.office.xmltext import clean
from pipeline.office.xmltree import (
    Element,
    UnpreservableError,
    added,
    elements,
    local,
    made,
    only,
    remove,
)

NOTES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
FIRST_SHAPE = 1024
"""Shape numbers come in blocks of this size; a sheet's numbers begin after the first block."""
MOST_NOTES = 2000
"""The most notes on a sheet. All wrong cells are coloured, and the list has all findings."""
LINE = 42
"""Characters on a line of a note, roughly."""
_V, _O, _X = (
    f"urn:schemas-microsoft-com:{name}" for name in ("vml", "office:office", "office:excel")
)
_NAMESPACES = f'xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}"'
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_NUMBERED = re.compile(r"_x0000_s(\d+)")
_BOX = "_x0000_t202"
_EMPTY = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<comments xmlns="{namespace}"><authors/><commentList/></comments>'
)
_SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202"'
    ' path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_DRAWING = (
    f'<xml {_NAMESPACES}><o:shapelayout v:ext="edit">'
    '<o:idmap v:ext="edit" data="{blocks}"/></o:shapelayout></xml>'
)
_SHAPE = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202"'
    ' style="position:absolute;visibility:hidden;z-index:{number}" '
    'fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
    '<v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)


class Notes:
    """The notes of one sheet. Ours begin with ``sign``, which every program keeps."""

    def __init__(
        self, package: OfficePackage, part: str, sheet: Sheet, sign: str, author: str
    ) -> None:
        self._package, self._owner, self._sheet, self._sign, self._author = (
            package,
            part,
            sheet,
            sign,
            author,
        )
        self._part = package.related(part, "comments")
        relation = package.relations(part).get(sheet.drawing)
        self._drawing = relation.part if relation else ""

    def remove(self) -> None:
        """Remove our notes, and what we added to others' notes."""
        if not self._part:
            return
        gone: set[tuple[int, int]] = set()
        for note in elements(self._package.root(self._part), "commentList", "comment"):
            words = _words(note)
            if words.startswith(self._sign):
                gone.add(place(note.get("ref", "")))
                remove(note)
            elif self._sign in words:
                _cut(note, self._sign)
        if gone and self._drawing:
            self._remove_shapes(gone)

    def _remove_shapes(self, cells: set[tuple[int, int]]) -> None:
        for shape in self._boxes().findall(f"{{{_V}}}shape"):
            if _place_of(shape) in cells:
                remove(shape)

    def _boxes(self) -> Element:
        """Return the drawing's root.

        Excel writes line breaks in texts of buttons as <br>, which is no XML: they are closed
        first.
        """
        try:
            return self._package.root(self._drawing)
        except UnpreservableError:
            self._package.write(
                self._drawing, self._package.raw(self._drawing).replace(b"<br>", b"<br/>")
            )
            return self._package.root(self._drawing)

    def add(self, notes: Mapping[str, str]) -> None:
        """Add notes by address; a cell that has a note keeps it, with ours below.

        A cell with a conversation gets none: programs show the conversation instead of the note.
        Nor do cells after the first ``MOST_NOTES``: programs would open the file slowly.
        """
        talked = self._conversations()
        notes = {
            address: notes[address] for address in list(notes)[:MOST_NOTES] if address not in talked
        }
        if not notes:
            return
        if not self._part:
            self._part = self._package.free_name("xl/comments{}.xml")
            empty = _EMPTY.format(namespace=self._package.namespace).encode()
            self._package.add(self._owner, "comments", self._part, empty, NOTES_TYPE)
        fresh = self._write(notes)
        self._draw({address: notes[address] for address in fresh})

    def _conversations(self) -> set[str]:
        part = self._package.related(self._owner, "threadedComment")
        return (
            {each.get("ref", "") for each in elements(self._package.root(part), "threadedComment")}
            if part
            else set()
        )

    def _write(self, notes: Mapping[str, str]) -> list[str]:
        root = self._package.root(self._part)
        listed = only(root, "commentList")
        held = {note.get("ref", ""): note for note in elements(listed, "comment")}
        author = str(_author(only(root, "authors"), self._author))
        for address, words in notes.items():
            if address in held:
                _lengthen(held[address], words)
            else:
                note = added(listed, "comment", {"ref": address, "authorId": author})
                _add_run(added(note, "text"), words)
        return [address for address in notes if address not in held]

    def _draw(self, notes: Mapping[str, str]) -> None:
        """Draw the notes' boxes; without a box no program shows a note."""
        if not notes:
            return
        if not self._drawing:
            self._drawing = self._package.free_name("xl/drawings/vmlDrawing{}.vml")
            blocks = ",".join(map(str, range(1, len(notes) // FIRST_SHAPE + 2)))
            drawing = _DRAWING.format(blocks=blocks).encode()
            relation = self._package.add(
                self._owner, "vmlDrawing", self._drawing, drawing, DRAWING_TYPE
            )
            self._sheet.draw(relation, self._package.links)
        root = self._boxes()
        known = any(each.get("id") == _BOX for each in root.iter(f"{{{_V}}}shapetype"))
        shapes = [
            _shape(number, address, words)
            for number, (address, words) in enumerate(notes.items(), start=_first_free(root))
        ]
        root.extend(
            etree.fromstring(
                f"<xml {_NAMESPACES}>{'' if known else _SHAPE_TYPE}{''.join(shapes)}</xml>"
            )
        )


# --- texts ----------------------------------------------------------------------------------------


def _author(authors: Element, name: str) -> int:
    """Return a name's number among the authors, from 0; add it if it is new."""
    names = ["".join(each.itertext()) for each in elements(authors, "author")]
    if name not in names:
        added(authors, "author", text=clean(name))
        return len(names)
    return names.index(name)


def _texts(note: Element) -> list[Element]:
    return list(note.iter(f"{{{etree.QName(note).namespace}}}t"))


def _words(note: Element) -> str:
    return "".join(each.text or "" for each in _texts(note)).lstrip()


def _cut(note: Element, sign: str) -> None:
    """Cut what we added from another's note: everything from the first text with our sign on."""
    ours = False
    for each in _texts(note):
        words = each.text or ""
        if not ours and sign not in words:
            continue
        each.text = "" if ours else words.partition(sign)[0].rstrip("\n")
        ours = True
        run = each.getparent()
        if not each.text and local(run) == "r":
            remove(run)


def _lengthen(note: Element, words: str) -> None:
    """Add our words below another's note, whose bare text becomes a run of its own."""
    text = only(note, "text")
    for bare in elements(text, "t")[:1]:
        run = made(text, "r")
        bare.addprevious(run)
        run.append(bare)
    _add_run(text, "\n" + words)


def _add_run(text: Element, words: str) -> None:
    run = added(text, "r")
    font = added(run, "rPr")
    added(font, "sz", {"val": "10"})
    added(font, "rFont", {"val": "Times New Roman"})
    added(run, "t", {_SPACE: "preserve"}, clean(words))


# --- boxes ----------------------------------------------------------------------------------------


def _first_free(drawing: Element) -> int:
    """Return the next shape's number: after all others, or the first in the drawing's own block."""
    numbers = [
        int(found[1]) for each in drawing.iter() if (found := _NUMBERED.match(each.get("id", "")))
    ]
    if numbers:
        return max(numbers) + 1
    blocks = next((each.get("data", "") for each in drawing.iter(f"{{{_O}}}idmap")), "")
    found = re.match(r"\d+", blocks)
    return (int(found[0]) if found else 1) * FIRST_SHAPE + 1


def _place_of(shape: Element) -> tuple[int, int] | None:
    """Return row and column, from 1, of the cell of a note's shape; None for another shape."""
    about = shape.find(f"{{{_X}}}ClientData")
    if about is None or about.get("ObjectType") != "Note":
        return None
    row, column = (about.findtext(f"{{{_X}}}{name}", "").strip() for name in ("Row", "Column"))
    return (int(row) + 1, int(column) + 1) if row.isdecimal() and column.isdecimal() else None


def _shape(number: int, address: str, words: str) -> str:
    row, column = place(address)
    lines = sum(1 + len(line) // LINE for line in words.split("\n"))
    anchor = f"{column},12,{max(0, row - 2)},6,{column + 4},12,{max(0, row - 2) + lines + 1},4"
    return _SHAPE.format(number=number, anchor=anchor, row=row - 1, column=column - 1)
