"""Remove what could run, fetch or open something from a workbook, before a copy is sent.

All else stays. Parts are found by relationships and types, not by names, as Excel does.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from pipeline.feedback import hazards
from pipeline.feedback.formulas import without_hazardous
from pipeline.feedback.hazards import LINKS, OBJECTS, QUERIES, UnsafeError
from pipeline.feedback.package import STRICT, TRANSITIONAL, TYPES, OfficePackage
from pipeline.feedback.sheet import Sheet
from pipeline.office.xmltree import Element, elements, local, remove

_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_REFERRING = frozenset(
    (
        "externalReference",
        "oleObject",
        "control",
        "hyperlink",
        "hlinkClick",
        "hlinkHover",
        "picture",
    )
)
"""Elements that name a relationship by its id and may be removed with it."""
_CONTAINERS = frozenset(
    (
        "externalReferences",
        "oleObjects",
        "controls",
        "hyperlinks",
        "Choice",
        "Fallback",
        "AlternateContent",
    )
)
"""Elements that mean nothing without children."""
_SHAPE_ID = "{urn:schemas-microsoft-com:office:office}spid"
_QUERY_ATTRIBUTES = ("tableType", "connectionId", "queryTableFieldId")

_ADDRESS = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]+:|\\\\|//)")
"""A target outside the file, even if it isn't marked as external."""


def disarm(package: OfficePackage) -> frozenset[str]:
    """Remove hazards and return their kinds.

    Raises ``UnsafeError`` if something can't be removed for sure.
    """
    return _Disarming(package).done()


class _Disarming:
    """Removes the hazards of one workbook; ``_taken`` collects their kinds."""

    def __init__(self, package: OfficePackage) -> None:
        self._package = package
        self._taken: set[str] = set()

    def done(self) -> frozenset[str]:
        kinds = self._cut()
        self._drop_unreached(kinds)
        if without_hazardous(self._package, kinds):
            self._taken.add(LINKS)
            # it lists cells whose formulas are gone: Excel would call the file damaged
            self._drop_kind("calcchain")
        self._let_be_a_plain_workbook()
        return frozenset(self._taken)

    # --- relationships ----------------------------------------------------------------------------

    def _cut(self) -> dict[str, str]:
        """Cut relationships to hazards; return the parts still reached, with the link's kind."""
        kinds, waiting = {"": ""}, [""]
        while waiting:
            owner = waiting.pop()
            for part, kind in self._kept(owner):
                if part not in kinds:
                    kinds[part] = kind
                    waiting.append(part)
        return {part: kind for part, kind in kinds.items() if part}

    def _kept(self, owner: str) -> list[tuple[str, str]]:
        """Cut a part's hazardous relationships; return (part, kind) of those that stay."""
        gone, kept = {}, []
        for link in self._package.leads(owner):
            kind = _kind(link)
            part = "" if _is_external(link) else self._package.target(owner, link)
            what = (
                self._hazard_outside(link, kind) if _is_external(link) else self._hazard(part, kind)
            )
            if what:
                gone[link.get("Id", "")] = what
                remove(link)
            elif part:
                kept.append((part, kind))
        if gone:
            self._taken |= set(gone.values())
            self._forget(owner, gone)
        return kept

    def _hazard(self, part: str, kind: str) -> str:
        what = hazards.TAKEN_OUT.get(kind) or (
            hazards.of_type(self._package.content_type(part)) if part else ""
        )
        if what:
            return what
        if kind not in hazards.HARMLESS:
            raise UnsafeError(OBJECTS)
        if (
            kind == "customxml"
            and part
            and b"DataMashup" in self._package.raw(part).replace(b"\x00", b"")
        ):
            return QUERIES
        return ""

    def _hazard_outside(self, link: Element, kind: str) -> str:
        if kind == "hyperlink":
            return "" if hazards.is_safe_target(link.get("Target", "")) else LINKS
        return hazards.TAKEN_OUT.get(kind, LINKS)

    # --- what referred to them --------------------------------------------------------------------

    def _forget(self, owner: str, gone: Mapping[str, str]) -> None:
        """Remove the elements of a part that name removed relationships."""
        if not owner:
            return
        if owner.lower().endswith(".bin"):
            raise UnsafeError(next(iter(gone.values())))
        sheet = Sheet(self._package.raw(owner))
        root = sheet.root if sheet.usable else self._package.root(owner)
        shapes = _forget_in(root, gone)
        if local(root) == "table":
            _forget_query(root)
        if sheet.usable:
            self._package.write(owner, sheet.content())
            self._remove_shapes(owner, shapes)

    def _remove_shapes(self, sheet: str, shapes: Collection[str]) -> None:
        """Remove the shapes of removed objects and controls, from both kinds of drawing."""
        names = {f"_x0000_s{number}" for number in shapes}
        for link in self._package.leads(sheet) if shapes else ():
            part = self._package.target(sheet, link)
            if part and _kind(link) in ("vmldrawing", "drawing"):
                root = self._package.root(part)
                for element in list(root.iter("*")):
                    if names & {
                        element.get("id"),
                        element.get("spid"),
                        element.get(_SHAPE_ID),
                    } and _is_inside(element, root):
                        remove(_outermost(element, root))

    # --- parts ------------------------------------------------------------------------------------

    def _drop_unreached(self, kinds: Mapping[str, str]) -> None:
        """Drop all parts that nothing leads to (any more): no program shows them."""
        for part in self._package.members:
            plain = part.replace("\\", "/").lower()
            if plain == TYPES.lower() or plain.endswith(".rels") or part in kinds:
                continue
            what = hazards.of_type(f"{self._package.content_type(part)} {plain}")
            self._taken |= {what} - {""}
            self._package.drop(part)
        for part in kinds:
            if hazards.begins_like_program(self._package.first(part)):
                raise UnsafeError(OBJECTS)

    def _drop_kind(self, kind: str) -> None:
        """Drop what the main part leads to by a kind of relationship."""
        main = self._package.main
        for link in self._package.leads(main):
            if _kind(link) == kind:
                part = self._package.target(main, link)
                remove(link)
                if part:
                    self._package.drop(part)

    def _let_be_a_plain_workbook(self) -> None:
        """Change the file's type to a plain workbook: no macros, no template."""
        package = self._package
        if package.content_type(package.main) not in ("", _MAIN_TYPE):
            package.retype(package.main, _MAIN_TYPE)
        for each in elements(package.root(TYPES), "Default"):
            if hazards.of_type(each.get("ContentType", "").lower()):
                remove(each)


def _kind(link: Element) -> str:
    return str(link.get("Type", "")).rpartition("/")[2].lower()


def _is_external(link: Element) -> bool:
    return (
        str(link.get("TargetMode", "")).lower() == "external"
        or _ADDRESS.match(link.get("Target", "")) is not None
    )


def _forget_in(root: Element, gone: Mapping[str, str]) -> set[str]:
    """Remove the elements that name what is gone; return the numbers of their shapes."""
    shapes = set()
    for element in list(root.iter("*")):
        for name in _relation_names(element):
            if element.get(name) in gone and _is_inside(element, root):
                shapes |= {element.get("shapeId", "")} - {""}
                _take(element, name, gone[element.get(name)])
    return shapes


def _relation_names(element: Element) -> list[str]:
    """Return the attributes that may hold the id of a relationship."""
    spaces = (
        f"{{{TRANSITIONAL}}}",
        f"{{{STRICT}}}",
        "{urn:schemas-microsoft-com:office:office}relid",
    )
    return [name for name in element.attrib if name.startswith(spaces)]


def _take(element: Element, name: str, what: str) -> None:
    """Remove an element, or only its attribute if that is enough.

    Raises ``UnsafeError`` for an element not known to be dispensable.
    """
    tag = local(element)
    if tag in _REFERRING:
        _remove_with_empty(element)
    elif tag == "pageSetup" or (
        tag == "blip"
        and name.endswith("}link")
        and any(each.endswith("}embed") for each in element.attrib)
    ):
        del element.attrib[name]
    else:
        raise UnsafeError(what)


def _remove_with_empty(element: Element) -> None:
    parent = element.getparent()
    remove(element)
    while parent is not None and local(parent) in _CONTAINERS and _is_empty(parent):
        parent, empty = parent.getparent(), parent
        remove(empty)


def _is_empty(container: Element) -> bool:
    if local(container) == "AlternateContent":
        return not any(len(choice) for choice in container)
    return not len(container)


def _forget_query(table: Element) -> None:
    """Make a table a plain one, which no query fills."""
    for element in table.iter("*"):
        for name in _QUERY_ATTRIBUTES:
            element.attrib.pop(name, None)


def _is_inside(element: Element, root: Element) -> bool:
    return element is root or any(ancestor is root for ancestor in element.iterancestors())


def _outermost(element: Element, root: Element) -> Element:
    """Return the child of the root that contains an element.

    Raises ``UnsafeError`` if others are grouped with the element.
    """
    while element.getparent() is not root:
        element = element.getparent()
        if local(element) in ("grpSp", "group"):
            raise UnsafeError(OBJECTS)
    return element
