"""Remove formulas that read other workbooks, call servers or fetch from the net; values stay."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping

from pipeline.feedback.hazards import (
    LINKS,
    MACROS,
    QUERIES,
    UnsafeError,
    is_foreign_macro,
    is_hazardous,
)
from pipeline.feedback.package import OfficePackage
from pipeline.feedback.sheet import Sheet
from pipeline.office.xmltext import plain
from pipeline.office.xmltree import Element, UnpreservableError, elements, remove

_FORMULA = re.compile(
    rb"""<(?:[^\s<>/:"']+:)?(?:f|formula[12]?|definedName)"""
    rb"""(?:\s+[^\s=<>]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*>([^<]*)<""",
)
_MACRO = re.compile(
    rb"<(?:\w+:)?Fmla\w+(?:\s[^<>]*)?>([^<]*)<"
    rb"""|\s(?:macro|fmla\w+)\s*=\s*(?:"([^"]*)"|'([^']*)')"""
)
_MACRO_NAMES = (b"macro", b"Fmla", b"fmla")
_REMOTE = re.compile(
    rb"""\s(?:o:)?(?:src|href)\s*=\s*["']\s*(?:file:|\\\\|//|https?:|ftp:)""", re.IGNORECASE
)
_ENCODING = re.compile(
    rb"""<\?xml[^>]*?\sencoding\s*=\s*["'](?!utf-?8["']|(?:us-)?ascii["'])""", re.IGNORECASE
)
_QUERIED = re.compile(
    rb"""\s(?:connectionId\s*=|type\s*=\s*["']external)|:?dataModel[\s>]""", re.IGNORECASE
)
_XML = (".xml", ".vml")


def without_hazardous(package: OfficePackage, kinds: Mapping[str, str]) -> bool:
    """Remove hazardous formulas from parts (name → kind of relationship); return whether any went.

    Raises ``UnsafeError`` if one is elsewhere than in a cell, or in a name that others use.
    """
    readable = {
        part: kind
        for part, kind in kinds.items()
        if part.lower().endswith(_XML) or "xml" in package.content_type(part)
    }
    for part in readable:
        _check_encoding(package.raw(part))
    hazardous = {part for part in readable if any(map(is_hazardous, _formulas(package.raw(part))))}
    changed = [_keep_values(package, part) for part in hazardous if readable[part] == "worksheet"]
    changed.append(_without_names(package, list(readable)))
    for part, kind in readable.items():
        _check(package.raw(part), kind, has_formulas=part in hazardous)
    return any(changed)


def _check_encoding(content: bytes) -> None:
    """Refuse other encodings and entities: the search for formulas would miss what they hide."""
    if (
        b"\x00" in content
        or _ENCODING.match(content.removeprefix(b"\xef\xbb\xbf"))
        or b"<!DOCTYPE" in content
    ):
        raise UnpreservableError("entities, or another encoding")


def _keep_values(package: OfficePackage, part: str) -> bool:
    sheet = Sheet(package.raw(part))
    changed = sheet.keep_values(is_hazardous)
    package.write(part, sheet.content())
    return changed


def _formulas(content: bytes) -> Iterator[str]:
    """Return the formulas of a part, those of names and rules too.

    Comments and the like, which could hide one, are removed first.
    """
    if b"<!" in content or content.count(b"<?") > 1:
        content = plain(content).encode()
    return (
        html.unescape(found[1].decode("utf-8", "replace")) for found in _FORMULA.finditer(content)
    )


def _without_names(package: OfficePackage, parts: list[str]) -> bool:
    """Remove defined names that refer to other workbooks; return whether any went.

    Raises ``UnsafeError`` if a formula uses one.
    """
    book = package.root(package.main)
    hazardous = [
        each
        for each in elements(book, "definedNames", "definedName")
        if is_hazardous(each.text or "")
    ]
    for each in hazardous:
        remove(each)
    if hazardous:
        _check_unused(hazardous, package, [part for part in parts if part != package.main])
        for names in elements(book, "definedNames"):
            if not len(names):
                remove(names)
    return bool(hazardous)


def _check_unused(names: list[Element], package: OfficePackage, parts: list[str]) -> None:
    words = "|".join(re.escape(each.get("name", "")) for each in names)
    used = re.compile(rf"(?<![\w.])(?:{words})(?![\w.])", re.IGNORECASE)
    left = [
        each.text or ""
        for each in elements(package.root(package.main), "definedNames", "definedName")
    ]
    if any(
        used.search(formula)
        for formula in (*left, *(each for part in parts for each in _formulas(package.raw(part))))
    ):
        raise UnsafeError(LINKS)


def _check(content: bytes, kind: str, *, has_formulas: bool) -> None:
    """Refuse a part with a hazard left. Formulas are searched only if some were hazardous."""
    if has_formulas and any(map(is_hazardous, _formulas(content))):
        raise UnsafeError(LINKS)
    if any(name in content for name in _MACRO_NAMES) and any(
        map(is_foreign_macro, _macros(content))
    ):
        raise UnsafeError(MACROS)
    if kind in ("vmldrawing", "drawing") and _REMOTE.search(content):
        raise UnsafeError(LINKS)
    if kind in ("officedocument", "pivotcachedefinition", "table", "xmlmaps") and _QUERIED.search(
        content
    ):
        raise UnsafeError(QUERIES)


def _macros(content: bytes) -> Iterator[str]:
    """Yield macros and formulas of shapes and controls."""
    for found in _MACRO.finditer(content):
        yield html.unescape((found[1] or found[2] or found[3] or b"").decode("utf-8", "replace"))
