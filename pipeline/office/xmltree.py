"""XML parts of files from outside, as trees: parsed safely, changed, written again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from lxml import etree

Element = Any
"""An element of lxml, which has no types."""
Key = tuple[Any, ...]
"""What :func:`key` returns for an element."""
_DECLARATION = re.compile(rb"\xef\xbb\xbf|\s*<\?xml[^>]*\?>\s*")
_PLAIN = ("UTF-8", "UTF8", "ASCII", "US-ASCII")


class UnpreservableError(Exception):
    """Raised for a file that can't be changed without the risk of losing something in it."""


class XmlPart:
    """One XML part. Change its ``root``; a part that isn't changed keeps its bytes."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.root = parsed(content)
        self._before = _tree(self.root)

    def content(self) -> bytes:
        """Return the part's bytes, with its declaration as it came."""
        now = _tree(self.root)
        return self._content if now == self._before else declaration(self._content) + now


def parsed(content: bytes, **options: bool) -> Element:
    """Parse a part and return its root; ``options`` go to lxml's parser.

    Raises ``UnpreservableError`` if the part is damaged, declares entities, or isn't UTF-8. Nothing
    is fetched or expanded; lxml's own limits of depth and size apply.
    """
    if b"<!DOCTYPE" in content:
        raise UnpreservableError("entities")
    safe: dict[str, Any] = {
        "resolve_entities": False,
        "no_network": True,
        "load_dtd": False,
        "huge_tree": False,
        "strip_cdata": False,
    }
    try:
        content.decode()
        root = etree.fromstring(content, etree.XMLParser(**{**safe, **options}))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnpreservableError("damaged") from error
    about = root.getroottree().docinfo
    if about.doctype or (about.encoding or "UTF-8").upper() not in _PLAIN:
        raise UnpreservableError("entities, or another encoding")
    return root


def declaration(content: bytes) -> bytes:
    """Return what precedes the first element: byte order mark, declaration, line breaks."""
    end = 0
    while found := _DECLARATION.match(content, end):
        end = found.end()
    return content[:end]


def _tree(root: Element) -> bytes:
    written: bytes = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=False)
    return written


def local(element: Element) -> str:
    """Return an element's name without namespace; blank for comments and the like."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def elements(parent: Element, *path: str) -> list[Element]:
    """Return the elements at a path of names, in the namespace of ``parent``."""
    found: list[Element] = parent.findall("/".join(_full(parent, name) for name in path))
    return found


def only(parent: Element, *path: str) -> Element:
    """Return the first element at a path; raises ``UnpreservableError`` if there is none."""
    found = elements(parent, *path)
    if not found:
        raise UnpreservableError("/".join(path))
    return found[0]


def made(
    parent: Element,
    name: str,
    attributes: Mapping[str, str] = MappingProxyType({}),
    prefixes: Mapping[str, str] | None = None,
) -> Element:
    """Make an element in the namespace and with the prefix of ``parent``, but don't insert it."""
    return etree.Element(_full(parent, name), attributes, {**parent.nsmap, **(prefixes or {})})


def added(
    parent: Element,
    name: str,
    attributes: Mapping[str, str] = MappingProxyType({}),
    text: str | None = None,
) -> Element:
    """Add a last child in the namespace of its parent."""
    child = etree.SubElement(parent, _full(parent, name), attributes)
    child.text = text
    return child


def _full(parent: Element, name: str) -> str:
    namespace = etree.QName(parent).namespace
    return f"{{{namespace}}}{name}" if namespace else name


def placed(parent: Element, element: Element, followers: Iterable[str]) -> None:
    """Insert an element before the first child named in ``followers``, else at the end."""
    names = set(followers)
    following = next((child for child in parent if _named(child) in names), None)
    if following is None:
        parent.append(element)
    else:
        following.addprevious(element)


def _named(child: Element) -> str:
    """Return a child's name; for alternatives (AlternateContent) that of the first's content."""
    name = local(child)
    if name != "AlternateContent":
        return name
    return next((local(element) for choice in child for element in choice), name)


def remove(element: Element) -> None:
    """Remove an element from its parent; text behind it stays."""
    parent, before = element.getparent(), element.getprevious()
    tail = element.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def relation_id(element: Element) -> str:
    """Return the id of the relationship that an element names (``r:id``, any prefix), or blank."""
    return next(
        (
            str(value)
            for name, value in element.attrib.items()
            if name.startswith("{") and name.endswith("}id")
        ),
        "",
    )


def key(element: Element) -> Key:
    """Return a key, equal for elements alike but for prefixes, order or space between tags."""
    inside = tuple(key(child) for child in element if isinstance(child.tag, str))
    return (
        element.tag,
        frozenset(element.attrib.items()),
        "" if inside else element.text or "",
        inside,
    )


def copied(element: Element, other: Element) -> Element:
    """Copy an element without prefixes, and all in it, to the namespace and prefix of ``other``."""
    copy = made(other, element.tag, element.attrib)
    copy.text = element.text
    for child in element:
        copy.append(copied(child, other))
    return copy
