"""A packed workbook whose parts are changed one by one; the parts nobody changes are never unpacked."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from functools import cached_property

from pipeline.office.parts import replaced
from pipeline.office.xmltext import UnpreservableError, appended, attributes, elements, escape, prefix_of, start_tag

MOST_BYTES = 256 * 1024**2
"""A larger part is not changed."""
TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MAIN_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
TYPES = "[Content_Types].xml"
_EMPTY_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)


class Package:
    """The parts of one workbook as text, with the changes made so far. Raises ``UnpreservableError`` where it can't be sure."""

    def __init__(self, whole: bytes) -> None:
        self._whole = whole
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(whole))
        except (zipfile.BadZipFile, ValueError) as error:
            raise UnpreservableError("not packed") from error
        self._known = {info.filename: info for info in self._archive.infolist()}
        if TYPES not in self._known or len(self._known) != len(self._archive.infolist()):
            raise UnpreservableError("not a workbook")
        self._changed: dict[str, str] = {}

    def has(self, part: str) -> bool:
        """Whether there is such a part."""
        return part in self._known or part in self._changed

    def __getitem__(self, part: str) -> str:
        if part not in self._changed:
            return self._text(part)
        return self._changed[part]

    def __setitem__(self, part: str, text: str) -> None:
        if not self.has(part) or self[part] != text:
            self._changed[part] = text

    def _text(self, part: str) -> str:
        info = self._known.get(part)
        if info is None or info.flag_bits & 1 or info.file_size > MOST_BYTES:
            raise UnpreservableError(part)
        try:
            text = self._archive.read(info).decode("utf-8")
        except (UnicodeDecodeError, zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
            raise UnpreservableError(part) from error
        declared = re.match(r"""\ufeff?<\?xml[^>]*encoding\s*=\s*["']([\w-]+)""", text)
        if "<!DOCTYPE" in text or (declared and declared[1].lower() not in ("utf-8", "utf8", "us-ascii", "ascii")):
            raise UnpreservableError(part)
        return text

    def start_of(self, part: str, size: int = 8192) -> str:
        """The first bytes of a part, for a look."""
        with self._archive.open(part) as file:
            return file.read(size).decode("utf-8", "ignore")

    def content(self) -> bytes:
        """The whole file with its changes."""
        return replaced(self._whole, {part: text.encode() for part, text in self._changed.items()})

    # --- relationships and types ------------------------------------------------------------------

    @cached_property
    def main(self) -> str:
        """The part of the workbook itself."""
        found = next((target for kind, target, _ in self.relations("").values() if kind == "officeDocument"), "")
        if not found:
            raise UnpreservableError("no workbook")
        return found

    @cached_property
    def strict(self) -> bool:
        """Whether it is written in the strict kind of OOXML."""
        return MAIN_STRICT in self[self.main]

    @property
    def namespace(self) -> str:
        """The main namespace."""
        return MAIN_STRICT if self.strict else MAIN

    @property
    def links(self) -> str:
        """The namespace of relationship types and ids."""
        return STRICT if self.strict else TRANSITIONAL

    def relations(self, part: str) -> dict[str, tuple[str, str, str]]:
        """The internal relationships of a part by id: last word of the type, part, target as written."""
        path = _relations_of(part)
        if not self.has(path):
            return {}
        text = self[path]
        found = {}
        for element in elements(text, prefix_of(text, "Relationships") + "Relationship"):
            each = attributes(start_tag(element[0]))
            if each.get("TargetMode") != "External":
                target = each.get("Target", "")
                at = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
                found[each.get("Id", "")] = (each.get("Type", "").rpartition("/")[2], at, target)
        return found

    def related(self, part: str, kind: str) -> str:
        """The part that ``part`` leads to by a kind of relationship, or blank."""
        return next((target for known, target, _ in self.relations(part).values() if known == kind), "")

    def add(self, owner: str, kind: str, part: str, text: str, content_type: str) -> str:
        """Add a part that ``owner`` leads to; returns the id of the relationship."""
        path = _relations_of(owner)
        listed = self[path] if self.has(path) else _EMPTY_RELATIONS
        prefix, known = prefix_of(listed, "Relationships"), self._all_ids(listed)
        name = next(name for number in range(1, 10**6) if (name := f"rIdPh{number}") not in known)
        target = posixpath.relpath(part, posixpath.dirname(owner) or ".")
        more = f'<{prefix}Relationship Id="{name}" Type="{self.links}/{kind}" Target="{escape(target)}"/>'
        self[path] = appended(listed, f"{prefix}Relationships", more)
        types = self[TYPES]
        prefix = prefix_of(types, "Types")
        self[TYPES] = appended(types, f"{prefix}Types", f'<{prefix}Override PartName="/{escape(part)}" ContentType="{content_type}"/>')
        self[part] = text
        return name

    @staticmethod
    def _all_ids(listed: str) -> set[str]:
        return set(re.findall(r"""\bId\s*=\s*["']([^"']*)""", listed))

    def free_name(self, pattern: str) -> str:
        """A name for a new part; ``pattern`` has a gap for a number."""
        taken = {name.lower() for name in (*self._known, *self._changed)}
        return next(name for number in range(1, 10**6) if (name := pattern.format(number)).lower() not in taken)


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")
