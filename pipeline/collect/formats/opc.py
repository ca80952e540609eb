"""Read what .xlsx, .xlsm and .xlsb share: relationships of parts, properties, active content."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from pipeline.collect.formats.containers import ZipPackage
from pipeline.collect.formats.xml import MOST_SHARED, Element, attribute, children, shared_tree

_ACTIVE = {
    "vbaproject.bin": "macros",
    "xl/macrosheets/": "macros",
    "xl/externallinks/": "links",
    "xl/connections.": "links",
    "xl/querytables/": "links",
    "xl/embeddings/": "objects",
    "xl/activex/": "objects",
}
"""What the name of a part says of active content, in lower case."""


@dataclass(frozen=True)
class PartLink:
    """A relationship of a part: the last word of its type, and the part that it leads to."""

    kind: str
    target: str


class Document:
    """A zipped Excel workbook, without its sheets."""

    def __init__(self, package: ZipPackage, main: str) -> None:
        self._package = package
        self._root = relations(package, "")
        mains = (link.target for link in self._root.values() if link.kind == "officeDocument")
        self._main = next(mains, main)
        self._links = relations(package, self._main)

    @cached_property
    def properties(self) -> Mapping[str, str]:
        """The document's custom properties."""
        data = self._described("custom-properties")
        properties = children(shared_tree(data), "property") if data else iter(())
        return {
            attribute(element, "name"): "".join(element.itertext()).strip()
            for element in properties
        }

    @cached_property
    def modified(self) -> str:
        """The document's own time of last change, ISO; blank if it has none."""
        data = self._described("core-properties")
        elements = children(shared_tree(data), "modified") if data else iter(())
        return next(((element.text or "").strip() for element in elements), "")

    def _described(self, kind: str) -> bytes:
        part = next((link.target for link in self._root.values() if link.kind == kind), "")
        return self._package.small(part) if part else b""

    @cached_property
    def active(self) -> tuple[str, ...]:
        """Which of ``macros``, ``links`` and ``objects`` it has; none is ever run or followed."""
        names = "\n".join(self._package.by_lower)
        kinds = {kind for mark, kind in _ACTIVE.items() if mark in names}
        return tuple(sorted(kinds | ({"macros"} if self._link("vbaProject") else set())))

    def _link(self, kind: str) -> PartLink | None:
        """Return the workbook's first relationship of a kind."""
        return next((link for link in self._links.values() if link.kind == kind), None)


def relations(package: ZipPackage, part: str) -> Mapping[str, PartLink]:
    """Return a part's relationships by id; the package's own if ``part`` is blank."""
    folder, name = posixpath.split(part)
    data = package.small(posixpath.join(folder, "_rels", f"{name}.rels"))
    read = _relations if len(data) <= MOST_SHARED else _relations.__wrapped__
    return read(data, folder)


@lru_cache(maxsize=256)
def _relations(data: bytes, folder: str) -> Mapping[str, PartLink]:
    """Return the relationships in a part's list. Cached: many workbooks have the same."""
    elements = children(shared_tree(data), "Relationship") if data else iter(())
    return {
        attribute(element, "Id"): _relation(element, folder)
        for element in elements
        if attribute(element, "TargetMode") != "External"
    }


def _relation(element: Element, folder: str) -> PartLink:
    target = attribute(element, "Target").replace("\\", "/")
    path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
    return PartLink(attribute(element, "Type").rpartition("/")[2], posixpath.normpath(path))
