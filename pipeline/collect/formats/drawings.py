"""Read a sheet's drawings (DrawingML, ECMA-376 part 1, 20.5): texts and pictures, with places.

Texts are those of shapes, charts and diagrams.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from pipeline.collect.formats import limits
from pipeline.collect.formats.opc import PartLink
from pipeline.collect.formats.runs import text_of
from pipeline.collect.formats.seen import TextRun
from pipeline.collect.formats.surroundings import Beside, BesideKind
from pipeline.collect.formats.xml import Element, attribute, children, local
from pipeline.office.addresses import letters

_ANCHORS = ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")
"""Elements that place a shape on a sheet."""
_OWN_PARTS = {"chart": "id", "relIds": "dm"}
"""Elements whose content is in a part of its own, and the attribute with that relationship's id: a
chart, a diagram's data."""
_STRUCK = ("sngStrike", "dblStrike")
_BREAKS = {"br": "\n", "tab": "\t"}
Part = Callable[[str], tuple[Element | None, Mapping[str, PartLink]]]
"""Open a part by name: its tree (None if it can't be read) and its relationships."""


def drawn(part: str, opened: Part) -> Iterator[Beside]:
    """Yield every text and picture of a drawing part."""
    root, links = opened(part)
    for anchor in _chosen(root) if root is not None else ():
        if local(anchor.tag) in _ANCHORS:
            yield from _of_anchor(anchor, links, opened)


def _of_anchor(anchor: Element, links: Mapping[str, PartLink], opened: Part) -> Iterator[Beside]:
    """Yield the pictures, covers and texts of one anchored shape or group."""
    first, last = _place(anchor, "from"), _place(anchor, "to")
    for shape in _inside(anchor):
        tag = local(shape.tag)
        if tag == "pic" or (tag == "sp" and (_has_picture(shape) or _is_cover(shape))):
            yield Beside(BesideKind.PICTURE, "", first, last)
        for text in _texts(shape, tag, links, opened):
            yield Beside(BesideKind.BOX, text, first, last)


def _texts(shape: Element, tag: str, links: Mapping[str, PartLink], opened: Part) -> Iterator[str]:
    """Yield the texts of one shape, without those of shapes inside it."""
    if tag in ("txBody", "txbx"):
        yield from filter(None, [paragraphs(shape)])
    elif tag in _OWN_PARTS:
        link = links.get(attribute(shape, _OWN_PARTS[tag]))
        root, own_links = opened(link.target) if link else (None, {})
        if root is not None:
            yield from filter(None, [paragraphs(root)])
            yield from (
                box.text
                for own in own_links.values()
                if own.kind == "chartUserShapes"
                for box in _within_chart(own, opened)
            )


def _within_chart(link: PartLink, opened: Part) -> Iterator[Beside]:
    """Yield the text of boxes drawn on a chart."""
    root, _ = opened(link.target)
    text = paragraphs(root) if root is not None else ""
    if text:
        yield Beside(BesideKind.BOX, text)


def paragraphs(element: Element) -> str:
    """Return the text of all paragraphs, one per line, without blank ones."""
    lines = (_line(inner).strip() for inner in _inside(element) if local(inner.tag) == "p")
    return "\n".join(line for line in lines if line)


def _line(paragraph: Element) -> str:
    """Return a paragraph's visible text: without struck-out runs, in Unicode letters."""
    return text_of(tuple(run for child in paragraph for run in _runs(child)))


def _runs(element: Element) -> Iterator[TextRun]:
    """Yield the runs in a child of a paragraph: several if it nests runs."""
    font = next(children(element, "rPr"), None)
    is_struck, name = False, ""
    if font is not None:
        is_struck = attribute(font, "strike") in _STRUCK
        name = next((attribute(face, "typeface") for face in children(font, "latin")), "")
    if local(element.tag) in _BREAKS:
        yield TextRun(_BREAKS[local(element.tag)], is_own=True)
    elif local(element.tag) == "t":
        yield TextRun(element.text or "", is_own=True)
    for child in element:
        yield from (
            run._replace(is_struck=run.is_struck or is_struck, font=run.font or name)
            for run in _runs(child)
        )


def _has_picture(shape: Element) -> bool:
    """True if a shape is filled with a picture."""
    return any(local(fill.tag) == "blipFill" for look in children(shape, "spPr") for fill in look)


def _is_cover(shape: Element) -> bool:
    """True if a shape without text is filled, so that it covers the cells below it."""
    tags = (local(fill.tag) for look in children(shape, "spPr") for fill in look)
    fills = [tag for tag in tags if tag.endswith("Fill")]
    by_theme = (
        attribute(fill, "idx")
        for style in children(shape, "style")
        for fill in children(style, "fillRef")
    )
    is_filled = fills[0] != "noFill" if fills else next(by_theme, "0") != "0"
    names = (name for about in children(shape, "nvSpPr") for name in children(about, "cNvPr"))
    # form controls have a hidden twin shape
    is_hidden = any(attribute(name, "hidden") in ("1", "true") for name in names)
    has_text = any(paragraphs(body) for body in children(shape, "txBody"))
    return is_filled and not is_hidden and not has_text


def _inside(element: Element) -> Iterator[Element]:
    """Yield all descendants in document order; of alternatives only the first (see ``_chosen``)."""
    for each in _chosen(element):
        yield each
        yield from _inside(each)


def _chosen(element: Element) -> Iterator[Element]:
    """Yield an element's children.

    ``AlternateContent`` is replaced by its first choice, which today's programs show (ECMA-376 part
    3, 7.5).
    """
    for child in element:
        if local(child.tag) != "AlternateContent":
            yield child
        elif len(child):
            yield from _chosen(child[0])


def _place(anchor: Element, end: str) -> str:
    """Return the cell in which a shape begins or ends ("from", "to"); blank if it has no anchor.

    A shape that ends at offset 0 of a cell ends in the cell before it.
    """
    texts = {
        local(part.tag): (part.text or "").strip()
        for place in children(anchor, end)
        for part in place
    }
    if not (texts.get("col", "").isdecimal() and texts.get("row", "").isdecimal()):
        return ""
    ends_before = {
        name: end == "to" and texts.get(f"{name}Off", "") == "0" and texts[name] != "0"
        for name in ("col", "row")
    }
    column, row = (int(texts[name]) + (not ends_before[name]) for name in ("col", "row"))
    return f"{letters(min(column, limits.COLUMNS))}{row}"
