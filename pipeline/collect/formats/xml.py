"""Read untrusted XML: no document types, only the five entities, no network.

Damage raises ``UnreadableError``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree as ET
from xml.parsers import expat

from pipeline.collect.formats.cells import UnreadableError

Element = ET.Element
_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot|apos));")
"""A reference to a character or to one of XML's five entities."""
_NO_CHARACTERS = frozenset({*range(0x20), 0xFFFE, 0xFFFF} - {0x09, 0x0A, 0x0D})
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
MOST_SHARED = 512 * 1024
"""Parts up to this many bytes are cached: what many workbooks share is never larger."""
_UTF8_START = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*+(?:<\?xml version="1\.[01]"'
    rb'(?: encoding="(?:UTF|utf)-8")?(?: standalone="(?:yes|no)")?\s*\?>)?\s*+<[a-z]'
)
"""The start of an XML part in UTF-8."""
_OOXML_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""A character that XML can't hold, as Office writes it."""


def tree(data: bytes) -> Element:
    """Parse a small part into a tree."""
    refuse_doctype(data)
    try:
        return ET.fromstring(data)  # noqa: S314 no document types here, so no entities
    except (ET.ParseError, ValueError, LookupError) as error:
        raise UnreadableError("damaged") from error


def shared_tree(data: bytes) -> Element:
    """Return a cached tree, for parts that many workbooks share. Don't change it."""
    return _kept_tree(data) if len(data) <= MOST_SHARED else tree(data)


@lru_cache(maxsize=64)
def _kept_tree(data: bytes) -> Element:
    return tree(data)


def refuse_doctype(data: bytes) -> None:
    """Raise ``UnreadableError`` if a document type is declared, in any encoding of the parser."""
    if b"<!DOCTYPE" in data or (b"\x00" in data and b"<!DOCTYPE" in data.replace(b"\x00", b"")):
        raise UnreadableError("hostile")


def begins_in_utf8(data: bytes) -> bool:
    """True for the start of an XML part in UTF-8, as programs write it."""
    return _UTF8_START.match(data) is not None


def is_plain(data: bytes) -> bool:
    """True if XML has no comment, document type, CDATA or instruction behind the first."""
    has_marks = (b"!" in data and b"<!" in data) or (b"?" in data and b"<?" in data[1:])
    return not has_marks


def local(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition("}")[2]


def children(element: Element, name: str) -> Iterator[Element]:
    """Yield child elements by local name, in any namespace (transitional or strict)."""
    return (child for child in element if local(child.tag) == name)


def attribute(element: Element, name: str) -> str:
    """Return an attribute by local name; blank if there is none."""
    value = element.get(name)
    if value is not None:
        return value
    return next((value for key, value in element.attrib.items() if local(key) == name), "")


def walk(
    data: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> None:
    """Parse a large part, calling three handlers; names are "namespace local"."""
    refuse_doctype(data)
    parser: Any = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise UnreadableError("damaged") from error


def unescape(text: str) -> str:
    """Return raw XML text with references resolved and all line ends as LF."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "&" not in text:
        return text
    plain = _REFERENCE.sub(_character, text)
    if text.count("&") != len(_REFERENCE.findall(text)):
        raise UnreadableError("damaged")
    return plain


def _character(reference: re.Match[str]) -> str:
    if reference[3]:
        return _NAMED[reference[3]]
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    # not allowed in XML
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF or code in _NO_CHARACTERS:  # noqa: PLR2004
        raise UnreadableError("damaged")
    return chr(code)


def ooxml_text(text: str) -> str:
    """Resolve the escapes of workbook text (``_x000D_``); lone surrogates become U+FFFD."""
    if "_x" not in text:
        return text
    plain = _OOXML_ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
