"""A zipped workbook whose parts are changed one by one; unchanged parts are never unpacked."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from functools import cached_property
from typing import NamedTuple
from urllib.parse import unquote

from pipeline.office.parts import replaced
from pipeline.office.xmltree import (
    Element,
    UnpreservableError,
    XmlPart,
    added,
    elements,
    local,
    remove,
)

MOST_BYTES = 256 * 1024**2
"""Larger parts (in bytes, unpacked) aren't changed."""
TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MAIN_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
TYPES = "[Content_Types].xml"
_EMPTY_RELATIONS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b"</Relationships>"
)


class Relation(NamedTuple):
    """A relationship: the last word of its type, and its target part."""

    kind: str
    part: str


class OfficePackage:
    """The parts of one workbook, with the changes made so far.

    Raises ``UnpreservableError`` if the file isn't certain to survive changes.
    """

    def __init__(self, whole: bytes) -> None:
        self._whole = whole
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(whole))
        except (zipfile.BadZipFile, ValueError) as error:
            raise UnpreservableError("not packed") from error
        self._known = {info.filename: info for info in self._archive.infolist()}
        if TYPES not in self._known or len(self._known) != len(self._archive.infolist()):
            raise UnpreservableError("not a workbook")
        self._written: dict[str, bytes] = {}
        self._dropped: set[str] = set()
        self._trees: dict[str, XmlPart] = {}

    def has(self, part: str) -> bool:
        """Whether the part exists."""
        return (part in self._known and part not in self._dropped) or part in self._written

    def raw(self, part: str) -> bytes:
        """Return a part's bytes, with the changes made so far."""
        if part in self._trees:
            return self._trees[part].content()
        return self._written[part] if part in self._written else self._unpacked(part)

    def write(self, part: str, content: bytes) -> None:
        """Replace or add a part."""
        self._trees.pop(part, None)
        if not self.has(part) or self.raw(part) != content:
            self._written[part] = content

    def root(self, part: str) -> Element:
        """Return a part's root element; changes to it are written at the end."""
        if part not in self._trees:
            self._trees[part] = XmlPart(self.raw(part))
        return self._trees[part].root

    def _unpacked(self, part: str) -> bytes:
        info = self._known.get(part)
        if info is None or info.flag_bits & 1 or info.file_size > MOST_BYTES:
            raise UnpreservableError(part)
        try:
            return self._archive.read(info)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
            raise UnpreservableError(part) from error

    def start_of(self, part: str, size: int = 8192) -> str:
        """Return the beginning of a part's text, as received; ``size`` in bytes."""
        with self._archive.open(part) as file:
            return file.read(size).decode("utf-8", "ignore")

    def first(self, part: str) -> bytes:
        """Return the first 8 bytes of a part, as received."""
        try:
            with self._archive.open(part) as file:
                return file.read(8)
        except (
            zipfile.BadZipFile,
            zlib.error,
            NotImplementedError,
            EOFError,
            RuntimeError,
        ) as error:
            raise UnpreservableError(part) from error

    def content(self) -> bytes:
        """Return the whole file with all changes."""
        for part, tree in list(self._trees.items()):
            self.write(part, tree.content())
        return replaced(self._whole, self._written, self._dropped)

    # --- parts that are left out ------------------------------------------------------------------

    @cached_property
    def _by_plain_name(self) -> dict[str, str]:
        """The parts by their names as programs compare them: lower case, slashes of one kind."""
        found = {_plain(name): name for name in self._known}
        if len(found) < len(self._known):
            raise UnpreservableError("two parts of one name")
        return found

    @property
    def members(self) -> list[str]:
        """The names of all received parts that aren't dropped."""
        return [
            name for name in self._known if name not in self._dropped and not name.endswith("/")
        ]

    def leads(self, part: str) -> list[Element]:
        """Return a part's relationships, external ones too, as elements that may be removed.

        A blank ``part`` means the file itself.
        """
        path = self._by_plain_name.get(_plain(_relations_of(part)), "")
        return elements(self.root(path), "Relationship") if path else []

    def target(self, owner: str, link: Element) -> str:
        """Return the part to which a relationship leads, however spelled there; blank if none."""
        return self._by_plain_name.get(
            _plain(unquote(_relation(owner, link, link.get("Target", "").replace("\\", "/")).part)),
            "",
        )

    def content_type(self, part: str) -> str:
        """Return a part's content type in lower case, or blank."""
        plain, listed = _plain(part), list(self.root(TYPES))
        own = next(
            (
                each
                for each in listed
                if local(each) == "Override" and _plain(each.get("PartName", "")) == plain
            ),
            None,
        )
        ending = plain.rpartition(".")[2]
        kind = (
            own
            if own is not None
            else next(
                (
                    e
                    for e in listed
                    if local(e) == "Default" and e.get("Extension", "").lower() == ending
                ),
                None,
            )
        )
        return str(kind.get("ContentType", "")).strip().lower() if kind is not None else ""

    def retype(self, part: str, content_type: str) -> None:
        """Change a part's content type."""
        self._untype(part)
        added(self.root(TYPES), "Override", {"PartName": f"/{part}", "ContentType": content_type})

    def drop(self, part: str) -> None:
        """Drop a part, its relationships and its type; nothing may lead to it any more."""
        for name in (part, self._by_plain_name.get(_plain(_relations_of(part)), "")):
            self._dropped.add(name)
            self._written.pop(name, None)
            self._trees.pop(name, None)
        self._untype(part)

    def _untype(self, part: str) -> None:
        for each in elements(self.root(TYPES), "Override"):
            if _plain(each.get("PartName", "")) == _plain(part):
                remove(each)

    # --- relationships and types ------------------------------------------------------------------

    @cached_property
    def main(self) -> str:
        """The main part, the workbook itself."""
        found = next(
            (each.part for each in self.relations("").values() if each.kind == "officeDocument"), ""
        )
        if not found:
            raise UnpreservableError("no workbook")
        return found

    @cached_property
    def strict(self) -> bool:
        """Whether the file is in strict OOXML."""
        return bool(self.root(self.main).tag == f"{{{MAIN_STRICT}}}workbook")

    @property
    def namespace(self) -> str:
        """The namespace of the workbook's elements."""
        return MAIN_STRICT if self.strict else MAIN

    @property
    def links(self) -> str:
        """The namespace of relationship types and ids."""
        return STRICT if self.strict else TRANSITIONAL

    def relations(self, part: str) -> dict[str, Relation]:
        """Return a part's internal relationships, by id."""
        path = _relations_of(part)
        if not self.has(path):
            return {}
        listed = [
            each
            for each in elements(self.root(path), "Relationship")
            if each.get("TargetMode") != "External"
        ]
        return {each.get("Id", ""): _relation(part, each) for each in listed}

    def related(self, part: str, kind: str) -> str:
        """Return the part to which ``part`` leads by a kind of relationship, or blank."""
        return next((each.part for each in self.relations(part).values() if each.kind == kind), "")

    def add(self, owner: str, kind: str, part: str, content: bytes, content_type: str) -> str:
        """Add a part to which ``owner`` leads; return the id of the relationship."""
        path = _relations_of(owner)
        if not self.has(path):
            self.write(path, _EMPTY_RELATIONS)
        links = self.root(path)
        taken = {each.get("Id") for each in elements(links, "Relationship")}
        name = next(name for number in range(1, 10**6) if (name := f"rIdPh{number}") not in taken)
        target = posixpath.relpath(part, posixpath.dirname(owner) or ".")
        added(links, "Relationship", {"Id": name, "Type": f"{self.links}/{kind}", "Target": target})
        added(self.root(TYPES), "Override", {"PartName": f"/{part}", "ContentType": content_type})
        self.write(part, content)
        return name

    def free_name(self, pattern: str) -> str:
        """Return an unused part name; ``pattern`` has a gap for a number."""
        taken = {name.lower() for name in (*self._known, *self._written)}
        return next(
            name
            for number in range(1, 10**6)
            if (name := pattern.format(number)).lower() not in taken
        )


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _relation(owner: str, element: Element, target: str | None = None) -> Relation:
    target = element.get("Target", "") if target is None else target
    at = (
        target.lstrip("/")
        if target.startswith("/")
        else posixpath.normpath(posixpath.join(posixpath.dirname(owner), target))
    )
    return Relation(element.get("Type", "").rpartition("/")[2], at)


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")
