"""What is drawn on a worksheet (DrawingML, ECMA-376 part 1, 20.5): texts of shapes, charts and diagrams, and pictures, with their places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from pipeline.collect.formats import limits
from pipeline.collect.formats.opc import Relation
from pipeline.collect.formats.surroundings import Beside, Kind
from pipeline.collect.formats.xml import Element, attribute, children, local
from pipeline.office.addresses import letters

_ANCHORS = ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")
_OWN_PARTS = {"chart": "id", "relIds": "dm"}
"""Elements that stand for a part of their own, and the attribute with the id of its relationship: a chart, the data of a diagram."""
_BREAKS = {"br": "\n", "tab": "\t"}
Part = Callable[[str], tuple[Element | None, Mapping[str, Relation]]]
"""Opens a part by its name: its tree, nothing where it can't be read, and the relationships that it has."""


def drawn(part: str, opened: Part) -> Iterator[Beside]:
    """Everything of a drawing that people see."""
    root, links = opened(part)
    for anchor in _chosen(root) if root is not None else ():
        if local(anchor.tag) in _ANCHORS:
            yield from _of_anchor(anchor, links, opened)


def _of_anchor(anchor: Element, links: Mapping[str, Relation], opened: Part) -> Iterator[Beside]:
    first, last = _place(anchor, "from"), _place(anchor, "to")
    for shape in _inside(anchor):
        tag = local(shape.tag)
        if tag == "pic" or (tag == "sp" and _has_picture(shape)):
            yield Beside(Kind.PICTURE, "", first, last)
        for text in _texts(shape, tag, links, opened):
            yield Beside(Kind.BOX, text, first, last)


def _texts(shape: Element, tag: str, links: Mapping[str, Relation], opened: Part) -> Iterator[str]:
    """The texts of one shape, without those of shapes within it."""
    if tag in ("txBody", "txbx"):
        yield from filter(None, [paragraphs(shape)])
    elif tag in _OWN_PARTS:
        link = links.get(attribute(shape, _OWN_PARTS[tag]))
        root, own_links = opened(link.target) if link else (None, {})
        if root is not None:
            yield from filter(None, [paragraphs(root)])
            yield from (each.text for own in own_links.values() if own.kind == "chartUserShapes" for each in _within_chart(own, opened))


def _within_chart(link: Relation, opened: Part) -> Iterator[Beside]:
    """Text boxes that lie in a chart."""
    root, _ = opened(link.target)
    text = paragraphs(root) if root is not None else ""
    if text:
        yield Beside(Kind.BOX, text)


def paragraphs(element: Element) -> str:
    """The text of all paragraphs, one a line, blank ones left out."""
    lines = (_line(each).strip() for each in _inside(element) if local(each.tag) == "p")
    return "\n".join(line for line in lines if line)


def _line(paragraph: Element) -> str:
    return "".join(_BREAKS.get(local(each.tag), (each.text or "") if local(each.tag) == "t" else "") for each in paragraph.iter())


def _has_picture(shape: Element) -> bool:
    """True if a shape is filled with a picture."""
    return any(local(fill.tag) == "blipFill" for look in children(shape, "spPr") for fill in look)


def _inside(element: Element) -> Iterator[Element]:
    """All that an element holds, from the first to the last; of alternatives only the one that today's programs show."""
    for each in _chosen(element):
        yield each
        yield from _inside(each)


def _chosen(element: Element) -> Iterator[Element]:
    """The children of an element, those of the first alternative in the place of alternatives (ECMA-376 part 3, 7.5)."""
    for child in element:
        if local(child.tag) != "AlternateContent":
            yield child
        elif len(child):
            yield from _chosen(child[0])


def _place(anchor: Element, end: str) -> str:
    """The cell in which a shape begins or ends; blank where it isn't tied to cells."""
    texts = {local(each.tag): (each.text or "").strip() for found in children(anchor, end) for each in found}
    if not (texts.get("col", "").isdecimal() and texts.get("row", "").isdecimal()):
        return ""
    ends_before = {name: end == "to" and texts.get(f"{name}Off", "") == "0" and texts[name] != "0" for name in ("col", "row")}
    column, row = (int(texts[name]) + (not ends_before[name]) for name in ("col", "row"))
    return f"{letters(min(column, limits.COLUMNS))}{row}"
