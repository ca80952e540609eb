"""Pieces of XML as text, for writing and for a sheet's rows: a tree takes 8 times the memory."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape as _escape
from xml.sax.saxutils import unescape as _unescape

from lxml import etree

from pipeline.office.xmltree import UnpreservableError, declaration, parsed

_ATTRIBUTE = re.compile(r"""(?<![\w:.-])([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')""")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ENTITIES = {"&quot;": '"', "&apos;": "'"}


def clean(text: str) -> str:
    """Replace characters that XML forbids by the replacement character."""
    return _FORBIDDEN.sub("\ufffd", text)


def in_element(text: str) -> str:
    """Escape text for an element: &, < and >."""
    return _escape(text)


def escape(text: str) -> str:
    """Escape text for an element or an attribute in double quotes; replace forbidden characters."""
    return _escape(clean(text), {'"': "&quot;"})


def plain(content: bytes) -> str:
    """Return a part as text in which each "<" begins a tag: no comments, CDATA and the like."""
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise UnpreservableError("another encoding") from error
    begin = declaration(content).decode()
    if "<!" not in text and "<?" not in text[len(begin) :]:
        return text
    root = parsed(content, remove_comments=True, remove_pis=True, strip_cdata=True)
    return begin + str(etree.tostring(root, encoding="unicode"))


def attributes(tag: str) -> dict[str, str]:
    """Return the attributes of a start tag by name, prefix included."""
    found = _ATTRIBUTE.findall(tag)
    return {
        name: _unescape(value[1:-1], _ENTITIES) if "&" in value else value[1:-1]
        for name, value in found
    }
