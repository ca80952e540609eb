"""XML parts of others' files as trees: parsed without trust, changed, and written with the declaration that they came with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from lxml import etree

Element = Any
"""An element of lxml, which has no types of its own."""
Key = tuple[Any, ...]
"""What ``key`` makes of an element."""
_DECLARATION = re.compile(rb"\xef\xbb\xbf|\s*<\?xml[^>]*\?>\s*")
_PLAIN = ("UTF-8", "UTF8", "ASCII", "US-ASCII")


class UnpreservableError(Exception):
    """A file that can't be changed with the certainty that nothing in it is lost."""


class Part:
    """One part: ``root`` is there to be changed; what isn't changed is written as it came, to the byte."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.root = parsed(content)
        self._before = _tree(self.root)

    def content(self) -> bytes:
        """The part as it is to be written."""
        now = _tree(self.root)
        return self._content if now == self._before else declaration(self._content) + now


def parsed(content: bytes, **options: bool) -> Element:
    """The root element; raises ``UnpreservableError`` for what is damaged, declares entities, or isn't UTF-8.

    Nothing is fetched or expanded, and lxml's own bounds on depth and size hold; ``options`` are those of its parser.
    """
    if b"<!DOCTYPE" in content:
        raise UnpreservableError("entities")
    safe: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False, "strip_cdata": False}
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
    """How a part begins before its first element: mark of byte order, declaration and line break, as far as there are any."""
    end = 0
    while found := _DECLARATION.match(content, end):
        end = found.end()
    return content[:end]


def _tree(root: Element) -> bytes:
    written: bytes = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=False)
    return written


def local(element: Element) -> str:
    """The name of an element without its namespace; blank for comments and the like."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def elements(parent: Element, *path: str) -> list[Element]:
    """The elements at a path of names, below one another, in the namespace of ``parent``."""
    found: list[Element] = parent.findall("/".join(_full(parent, name) for name in path))
    return found


def only(parent: Element, *path: str) -> Element:
    """The first element at a path; raises ``UnpreservableError`` where there is none."""
    found = elements(parent, *path)
    if not found:
        raise UnpreservableError("/".join(path))
    return found[0]


def made(
    parent: Element, name: str, attributes: Mapping[str, str] = MappingProxyType({}), prefixes: Mapping[str, str] | None = None
) -> Element:
    """A new element in the namespace of another, written with the same prefix, that stands nowhere yet."""
    return etree.Element(_full(parent, name), attributes, {**parent.nsmap, **(prefixes or {})})


def added(parent: Element, name: str, attributes: Mapping[str, str] = MappingProxyType({}), text: str | None = None) -> Element:
    """A new last child in the namespace of its parent."""
    child = etree.SubElement(parent, _full(parent, name), attributes)
    child.text = text
    return child


def _full(parent: Element, name: str) -> str:
    namespace = etree.QName(parent).namespace
    return f"{{{namespace}}}{name}" if namespace else name


def placed(parent: Element, element: Element, followers: Iterable[str]) -> None:
    """Put an element before the first child that is named in ``followers``, else at the end."""
    names = set(followers)
    following = next((child for child in parent if _named(child) in names), None)
    if following is None:
        parent.append(element)
    else:
        following.addprevious(element)


def _named(child: Element) -> str:
    """The name of a child; of alternatives the name of what the first of them holds."""
    name = local(child)
    if name != "AlternateContent":
        return name
    return next((local(element) for choice in child for element in choice), name)


def remove(element: Element) -> None:
    """Take an element out of its parent; what stands behind it stays."""
    parent, before = element.getparent(), element.getprevious()
    tail = element.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def relation_id(element: Element) -> str:
    """The id of the relationship that an element names (``r:id``, whatever its prefix), or blank."""
    return next((str(value) for name, value in element.attrib.items() if name.startswith("{") and name.endswith("}id")), "")


def key(element: Element) -> Key:
    """What an element says: alike for two that differ in prefixes, in the order of attributes or in the space between tags."""
    inside = tuple(key(child) for child in element if isinstance(child.tag, str))
    return element.tag, frozenset(element.attrib.items()), "" if inside else element.text or "", inside


def copied(element: Element, other: Element) -> Element:
    """An element that was written without prefixes, and all below it, in the namespace of another and with its prefix."""
    copy = made(other, element.tag, element.attrib)
    copy.text = element.text
    for child in element:
        copy.append(copied(child, other))
    return copy
