"""Read what an .xlsx or .xlsb sheet shows outside its cells: comments, shapes, pictures, headers.

A sheet's relationships tell whether there is anything to read. A part that can't be read is
skipped: no value depends on it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache, partial

from pipeline.collect.formats import opc
from pipeline.collect.formats.cells import UnreadableError
from pipeline.collect.formats.containers import ZipPackage
from pipeline.collect.formats.drawings import drawn
from pipeline.collect.formats.looks import is_on, property_of
from pipeline.collect.formats.runs import text_of
from pipeline.collect.formats.seen import TextRun
from pipeline.collect.formats.surroundings import Beside, BesideKind
from pipeline.collect.formats.xml import (
    Element,
    attribute,
    children,
    local,
    ooxml_text,
    tree,
    unescape,
)
from pipeline.office.addresses import letters

_COPIED = "fwlink/?linkid=870924"
"""Ends Excel's notice ("…your version of Excel allows you to read this comment…") in the comment
that it writes beside a threaded one for older programs. The label before the first words follows
it."""
_CODE = re.compile(
    r'&(?:&|"[^"]{0,100}+"|K[0-9A-Fa-f+\-]{6}|K[0-9]{2}[+\-][0-9]{3}|[0-9]{1,3} ?'
    r"|[PN](?:[+\-][0-9]+)?|[A-Za-z])"
)
"""Codes for font, page number, date … in the text of a header or footer (ECMA-376 part 1,
18.3.1.46)."""
_MARGIN = re.compile(
    r"<(?:[A-Za-z]{1,9}:)?(?:odd|even|first)(?:Header|Footer)(?: [^<>]{0,99}+)?>([^<]{0,4096}+)</"
)
_MOST_IN_MARGINS = 16_384
"""How many bytes before its end ``headerFooter`` may begin."""
_NOT_NOTES = re.compile(rb'ObjectType=["\'](?!Note)')
"""A VML object that is no comment."""


def beside(package: ZipPackage, sheet: str) -> Iterator[Beside]:
    """Yield all that a sheet shows outside its cells. ``sheet`` is the name of its part.

    A comment is left out where a threaded one of the same cell repeats it, and a form control where
    a shape has the same text.
    """
    parts: defaultdict[str, list[str]] = defaultdict(list)
    for link in _links(package, sheet).values():
        parts[link.kind].append(link.target)
    talks = [talk for part in parts["threadedComment"] for talk in _conversations(package, part)]
    talked = {talk.cell for talk in talks}
    notes = [note for part in parts["comments"] for note in _notes(package, part)]
    yield from (note for note in notes if note.cell not in talked)
    yield from talks
    opened = partial(_opened, package)
    shapes = [shape for part in parts["drawing"] for shape in drawn(part, opened)]
    yield from shapes
    texts = {shape.text for shape in shapes}
    controls = (box for part in parts["vmlDrawing"] for box in _controls(package, part))
    yield from (control for control in controls if control.text not in texts)


def _links(package: ZipPackage, part: str) -> Mapping[str, opc.PartLink]:
    try:
        return opc.relations(package, part)
    except UnreadableError:
        return {}


def _opened(package: ZipPackage, part: str) -> tuple[Element | None, Mapping[str, opc.PartLink]]:
    return _tree(package, part), _links(package, part)


def _tree(package: ZipPackage, part: str) -> Element | None:
    try:
        data = package.small(part)
        return tree(data) if data else None
    except UnreadableError:
        return None


# --- comments ------------------------------------------------------------------------------------


def _notes(package: ZipPackage, part: str) -> Iterator[Beside]:
    """Yield the comments that say something."""
    root = _tree(package, part)
    if root is None:
        return
    authors = (author for group in children(root, "authors") for author in group)
    # Excel begins a new comment with its author's name and a colon: that alone says nothing
    signatures = {f"{(author.text or '').strip()}:" for author in authors}
    listed = (
        note for group in children(root, "commentList") for note in children(group, "comment")
    )
    for note in listed:
        text = text_of(tuple(_runs(child for text in children(note, "text") for child in text)))
        said = _without_preface(ooxml_text(text)).strip()
        if said and said not in signatures:
            yield Beside(BesideKind.NOTE, said, attribute(note, "ref"))


def _without_preface(text: str) -> str:
    before, preface, after = text.partition(_COPIED)
    return after.partition(":")[2] if preface else before


def _runs(elements: Iterable[Element]) -> Iterator[TextRun]:
    """Yield the runs of a comment's text, without phonetic guides (East Asian pronunciation)."""
    for element in elements:
        if local(element.tag) == "t":
            yield TextRun(element.text or "", is_own=True)
        elif local(element.tag) == "r":
            font = next(children(element, "rPr"), None)
            is_struck = font is not None and is_on(font, "strike")
            name = property_of(font, "rFont", "") if font is not None else ""
            yield from (
                TextRun(text.text or "", is_struck, font=name, is_own=True)
                for text in children(element, "t")
            )


def _conversations(package: ZipPackage, part: str) -> Iterator[Beside]:
    """Return the threaded comments of a sheet: one ``Beside`` per cell, with all replies."""
    root = _tree(package, part)
    said: dict[str, list[str]] = {}
    for comment in children(root, "threadedComment") if root is not None else ():
        texts = ((text.text or "").strip() for text in children(comment, "text"))
        said.setdefault(attribute(comment, "ref"), []).extend(text for text in texts if text)
    return (Beside(BesideKind.NOTE, "\n".join(texts), cell) for cell, texts in said.items())


# --- shapes of the older kind (VML) --------------------------------------------------------------


def _controls(package: ZipPackage, part: str) -> Iterator[Beside]:
    """Yield texts of labels, buttons and boxes, without comments (VML, ECMA-376 part 4, 19)."""
    try:
        data = package.small(part)
        # Excel writes line breaks in VML as HTML does, which is no XML
        root = tree(data.replace(b"<br>", b"<br/>")) if _NOT_NOTES.search(data) else None
    except UnreadableError:
        return
    for shape in root.iter() if root is not None else ():
        about = next(children(shape, "ClientData"), None)
        if about is None or attribute(about, "ObjectType") == "Note":
            continue
        text = " ".join(" ".join(box.itertext()) for box in children(shape, "textbox")).split()
        if text:
            yield Beside(BesideKind.BOX, " ".join(text), _vml_place(about))


def _vml_place(about: Element) -> str:
    """Return the cell where a VML shape begins.

    Its anchor lists column, offset, row, offset …, from 0.
    """
    numbers = next(((anchor.text or "").split(",") for anchor in children(about, "Anchor")), [])
    column, row = (numbers[place].strip() if len(numbers) > place else "" for place in (0, 2))
    if not (column.isdecimal() and row.isdecimal()):
        return ""
    return f"{letters(int(column) + 1)}{int(row) + 1}"


# --- headers and footers -------------------------------------------------------------------------


def margins_in(data: bytes) -> bytes:
    """Cut headers and footers out of a sheet's XML. They are near its end, in 16 KB at most."""
    end = data.rfind(b"headerFooter>")
    start = data.rfind(b"headerFooter", max(0, end - _MOST_IN_MARGINS), max(0, end))
    return data[start:end] if end > 0 else b""


@lru_cache(maxsize=256)
def margins(written: bytes) -> tuple[Beside, ...]:
    """Return the texts of headers and footers, each once, without codes for fonts, pages, days."""
    try:
        text = written.decode("utf-8", "replace")
        texts = [plain_margin(unescape(margin)) for margin in _MARGIN.findall(text)]
    except UnreadableError:
        return ()
    return tuple(Beside(BesideKind.MARGIN, text) for text in dict.fromkeys(texts) if text)


def plain_margin(text: str) -> str:
    """Return a header's or footer's text without its codes."""
    plain = _CODE.sub(lambda code: "&" if code[0] == "&&" else " ", ooxml_text(text))
    return " ".join(plain.split())
