"""Notes on cells (Excel's older comments): ours come and go, everybody else's stay."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import unescape

from pipeline.feedback.package import Package
from pipeline.feedback.sheet import Sheet, place
from pipeline.office.xmltext import appended, attributes, changed, elements, escape, prefix_of, start_tag

AUTHOR = "tonghop"
NOTES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
FIRST_SHAPE = 1024
"""Numbers of shapes go by blocks of so many, the first of which belongs to no sheet."""
MOST_NOTES = 2000
"""Notes on a sheet; all cells are filled, and the list has them all."""
LINE = 42
"""Characters on a line of a note, about."""
_NAMESPACES = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"'
_SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_DRAWING = f'<xml {_NAMESPACES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{{blocks}}"/></o:shapelayout>{_SHAPE_TYPE}</xml>'
_SHAPE = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;visibility:hidden;z-index:{number}" '
    'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>'
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)


class Notes:
    """The notes of one sheet. Each of ours begins with ``sign``, which every program keeps."""

    def __init__(self, package: Package, part: str, sheet: Sheet, sign: str) -> None:
        self._package, self._owner, self._sheet, self._sign = package, part, sheet, sign
        self._part = package.related(part, "comments")
        self._drawing = package.relations(part).get(sheet.drawing, ("", "", ""))[1]

    def remove(self) -> None:
        """Take our notes away, and what we added to the notes of others."""
        if not self._part or self._sign not in self._package[self._part]:
            return
        text = self._package[self._part]
        gone: set[tuple[int, int]] = set()
        self._package[self._part] = changed(text, prefix_of(text, "comments") + "comment", lambda note: self._kept(note, gone))
        self._remove_shapes(gone)

    def _kept(self, note: str, gone: set[tuple[int, int]]) -> str:
        """What stays of a note; a place whose note is ours alone is added to ``gone``."""
        words = _words(note)
        if words.startswith(self._sign):
            gone.add(place(attributes(start_tag(note)).get("ref", "")))
            return ""
        return _cut(note, self._sign) if self._sign in words else note

    def _remove_shapes(self, cells: set[tuple[int, int]]) -> None:
        if self._drawing:
            self._package[self._drawing] = changed(
                self._package[self._drawing], "v:shape", lambda shape: "" if _place_of(shape) in cells else shape
            )

    def add(self, notes: Mapping[str, str]) -> None:
        """Add notes by address; a cell that has one keeps it, with ours below.

        A cell with a conversation gets none: of its note the programs show the conversation alone. Nor do cells after
        the first ``MOST_NOTES``, with which the programs would open the file slowly.
        """
        talked = self._conversations()
        notes = {address: notes[address] for address in list(notes)[:MOST_NOTES] if address not in talked}
        if not notes:
            return
        if not self._part:
            self._part = self._package.free_name("xl/commentsPh{}.xml")
            empty = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="{self._package.namespace}"><authors/><commentList/></comments>'
            self._package.add(self._owner, "comments", self._part, empty, NOTES_TYPE)
        fresh = self._write(notes)
        self._draw({address: notes[address] for address in fresh})

    def _conversations(self) -> set[str]:
        part = self._package.related(self._owner, "threadedComment")
        return (
            set(re.findall(r"""<(?:[\w.-]+:)?threadedComment\s(?:[^<>]*?\s)?ref=["']([A-Z0-9]+)""", self._package[part])) if part else set()
        )

    def _write(self, notes: Mapping[str, str]) -> list[str]:
        text = self._package[self._part]
        prefix = prefix_of(text, "comments")
        held = {attributes(start_tag(each[0])).get("ref", ""): each[0] for each in elements(text, prefix + "comment")}
        if notes.keys() & held.keys():
            text = changed(text, prefix + "comment", lambda note: _with_ours(note, notes, prefix))
        authors = [each[0] for each in elements(text, prefix + "author")]
        names = [unescape(re.sub(r"<[^<>]*>", "", each)) for each in authors]
        if AUTHOR not in names:
            text = appended(text, prefix + "authors", f"<{prefix}author>{AUTHOR}</{prefix}author>")
            names.append(AUTHOR)
        fresh = [address for address in notes if address not in held]
        more = "".join(_note(address, names.index(AUTHOR), notes[address], prefix) for address in fresh)
        self._package[self._part] = appended(text, prefix + "commentList", more)
        return fresh

    def _draw(self, notes: Mapping[str, str]) -> None:
        """Draw the boxes of notes: without them a program shows no note."""
        if not notes:
            return
        if not self._drawing:
            self._drawing = self._package.free_name("xl/drawings/vmlDrawingPh{}.vml")
            blocks = ",".join(map(str, range(1, len(notes) // FIRST_SHAPE + 2)))
            relation = self._package.add(self._owner, "vmlDrawing", self._drawing, _DRAWING.format(blocks=blocks), DRAWING_TYPE)
            self._sheet.draw(relation, self._package.links)
        text = self._package[self._drawing]
        first = 1 + max((int(number) for number in re.findall(r"_x0000_s(\d+)", text)), default=_block(text) * FIRST_SHAPE)
        more = "" if "_x0000_t202" in text else _SHAPE_TYPE
        more += "".join(_shape(number, address, words) for number, (address, words) in enumerate(notes.items(), start=first))
        if not all(declared in text for declared in _NAMESPACES.split()):
            more = re.sub(r"<v:shape(type)?\b", rf"<v:shape\1 {_NAMESPACES}", more)
        self._package[self._drawing] = appended(text, "xml", more)


def _block(drawing: str) -> int:
    found = re.search(r"""<o:idmap[^<>]*\sdata=["'](\d+)""", drawing)
    return int(found[1]) if found else 1


def _texts(note: str) -> Iterable[re.Match[str]]:
    return re.finditer(r"(<(?:[\w.-]+:)?t(?:\s[^<>]*)?>)([^<]*)(?=</)", note)


def _words(note: str) -> str:
    return unescape("".join(each[2] for each in _texts(note))).lstrip()


def _cut(note: str, sign: str) -> str:
    """Somebody's note without what we added: from the first text with our sign on."""
    pieces, done, ours = [], 0, False
    for each in _texts(note):
        kept = "" if ours else each[2].partition(sign)[0].rstrip("\n") if sign in each[2] else each[2]
        ours = ours or sign in each[2]
        pieces += [note[done : each.start()], each[1], kept]
        done = each.end()
    whole = "".join([*pieces, note[done:]])
    return re.sub(
        r"<((?:[\w.-]+:)?r)>(?:<(?:[\w.-]+:)?rPr>(?:(?!</(?:[\w.-]+:)?rPr>).)*</(?:[\w.-]+:)?rPr>)?<(?:[\w.-]+:)?t(?:\s[^<>]*)?></(?:[\w.-]+:)?t></\1>",
        "",
        whole,
    )


def _run(words: str, prefix: str) -> str:
    font = f'<{prefix}rPr><{prefix}sz val="10"/><{prefix}rFont val="Times New Roman"/></{prefix}rPr>'
    return f'<{prefix}r>{font}<{prefix}t xml:space="preserve">{escape(words)}</{prefix}t></{prefix}r>'


def _note(address: str, author: int, words: str, prefix: str) -> str:
    text = f"<{prefix}text>{_run(words, prefix)}</{prefix}text>"
    return f'<{prefix}comment ref="{address}" authorId="{author}">{text}</{prefix}comment>'


def _place_of(shape: str) -> tuple[int, int] | None:
    """Row and column of the cell whose note a shape is; none of another kind of shape."""
    row, column = (re.search(rf"<x:{name}>\s*(\d+)", shape) for name in ("Row", "Column"))
    return (int(row[1]) + 1, int(column[1]) + 1) if 'ObjectType="Note"' in shape and row and column else None


def _with_ours(note: str, notes: Mapping[str, str], prefix: str) -> str:
    address = attributes(start_tag(note)).get("ref", "")
    return _longer(note, notes[address], prefix) if address in notes else note


def _longer(note: str, words: str, prefix: str) -> str:
    """Somebody's note with ours below."""
    plain = re.compile(rf"(<{prefix}text>)(<{prefix}t(?:\s[^<>]*)?>[^<]*</{prefix}t>)")
    note = plain.sub(rf"\1<{prefix}r>\2</{prefix}r>", note, count=1)
    end = note.rindex(f"</{prefix}text>")
    return note[:end] + _run("\n" + words, prefix) + note[end:]


def _shape(number: int, address: str, words: str) -> str:
    row, column = place(address)
    lines = sum(1 + len(line) // LINE for line in words.split("\n"))
    anchor = f"{column},12,{max(0, row - 2)},6,{column + 4},12,{max(0, row - 2) + lines + 1},4"
    return _SHAPE.format(number=number, anchor=anchor, row=row - 1, column=column - 1)
