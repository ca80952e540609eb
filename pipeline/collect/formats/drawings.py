"""What is drawn on a worksheet (DrawingML, ECMA-376 part 1, 20.5): texts of shapes, charts and diagrams, and pictures, with their places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from pipeline.collect.formats import limits
from pipeline.collect.formats.opc import Relation
from pipeline.collect.formats.runs import text_of
from pipeline.collect.formats.seen import Run
from pipeline.collect.formats.surroundings import Beside, Kind
from pipeline.collect.formats.xml import Element, attribute, children, local
from pipeline.office.addresses import letters

_ANCHORS = ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")
_OWN_PARTS = {"chart": "id", "relIds": "dm"}
"""Elements that stand for a part of their own, and the attribute with the id of its relationship: a chart, the data of a diagram."""
_STRUCK = ("sngStrike", "dblStrike")
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
        if tag == "pic" or (tag == "sp" and (_has_picture(shape) or _is_cover(shape))):
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
    """What is seen of a paragraph: without what is struck out, in letters of Unicode."""
    return text_of(tuple(run for each in paragraph for run in _runs(each)))


def _runs(element: Element) -> Iterator[Run]:
    """The runs of text in an element of a paragraph: a run or field of its own, or more of them within something else."""
    font = next(children(element, "rPr"), None)
    is_struck = font is not None and attribute(font, "strike") in _STRUCK
    name = next((attribute(each, "typeface") for each in children(font, "latin")), "") if font is not None else ""
    if local(element.tag) in _BREAKS:
        yield Run(_BREAKS[local(element.tag)], is_own=True)
    elif local(element.tag) == "t":
        yield Run(element.text or "", is_own=True)
    for each in element:
        yield from (run._replace(is_struck=run.is_struck or is_struck, font=run.font or name) for run in _runs(each))


def _has_picture(shape: Element) -> bool:
    """True if a shape is filled with a picture."""
    return any(local(fill.tag) == "blipFill" for look in children(shape, "spPr") for fill in look)


def _is_cover(shape: Element) -> bool:
    """True if a shape without text is filled, so that nobody sees the cells below it."""
    fills = [local(each.tag) for look in children(shape, "spPr") for each in look if local(each.tag).endswith("Fill")]
    by_theme = (attribute(each, "idx") for style in children(shape, "style") for each in children(style, "fillRef"))
    is_filled = fills[0] != "noFill" if fills else next(by_theme, "0") != "0"
    names = (name for about in children(shape, "nvSpPr") for name in children(about, "cNvPr"))
    is_hidden = any(attribute(name, "hidden") in ("1", "true") for name in names)  # as the twins of form controls are
    return is_filled and not is_hidden and not any(paragraphs(each) for each in children(shape, "txBody"))


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
