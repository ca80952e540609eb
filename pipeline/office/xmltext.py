"""Parts of a workbook as text: what isn't changed stays as its program wrote it, to the byte."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape as _escape
from xml.sax.saxutils import unescape as _unescape

_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')""")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ENTITIES = {"&quot;": '"', "&apos;": "'"}


class UnpreservableError(Exception):
    """A file that can't be changed with the certainty that nothing in it is lost."""


def in_element(text: str) -> str:
    """Text for an element: the three signs that mean something there, escaped."""
    return _escape(text)


def escape(text: str) -> str:
    """Text for an element or an attribute in double quotes; characters that XML doesn't know become the replacement character."""
    return _escape(_FORBIDDEN.sub("\ufffd", text), {'"': "&quot;"})


def attributes(tag: str) -> dict[str, str]:
    """Attributes of a start tag by their names as written, prefix and all."""
    found = _ATTRIBUTE.findall(tag)
    return {name: _unescape(value[1:-1], _ENTITIES) if "&" in value else value[1:-1] for name, value in found}


def with_attribute(tag: str, name: str, value: str) -> str:
    """The start tag with one attribute set."""
    known = re.compile(rf"""(\s{re.escape(name)}\s*=\s*)("[^"]*"|'[^']*')""")
    written = f'"{escape(value)}"'
    if known.search(tag):
        return known.sub(lambda found: found[1] + written, tag, count=1)
    end = "/>" if tag.endswith("/>") else ">"
    return f"{tag[: -len(end)].rstrip()} {name}={written}{end}"


def prefix_of(text: str, root: str) -> str:
    """How the names of a part begin: "x:" or nothing. Raises where the part has another root."""
    found = re.search(rf"<((?:[\w.-]+:)?){root}[\s>/]", text)
    if found is None:
        raise UnpreservableError(root)
    return found[1]


def opened(text: str, name: str) -> str:
    """The part with its first element ``name`` written as a pair of tags, where it is a single one (``<rows/>``)."""
    return re.sub(rf"<({re.escape(name)})((?:\s[^<>]*?)?)\s*/>", r"<\1\2></\1>", text, count=1)


def appended(text: str, name: str, more: str) -> str:
    """The part with ``more`` as the last children of its element ``name``. Raises where there is none."""
    text = opened(text, name)
    end = text.rfind(f"</{name}>")
    if end < 0:
        raise UnpreservableError(name)
    return text[:end] + more + text[end:]


def elements(text: str, name: str) -> Iterator[re.Match[str]]:
    """The elements ``name`` of a part, whole; for elements that hold none of their own name."""
    return re.finditer(rf"<{re.escape(name)}(?:\s[^<>]*?)?(?:/>|>.*?</{re.escape(name)}>)", text, re.DOTALL)


def changed(text: str, name: str, change: Callable[[str], str]) -> str:
    """The part with each of its elements ``name`` changed; for elements that hold none of their own name."""
    pieces, done = [], 0
    for found in elements(text, name):
        pieces += [text[done : found.start()], change(found[0])]
        done = found.end()
    return "".join([*pieces, text[done:]])


def start_tag(text: str) -> str:
    """The start tag of an element."""
    return text[: text.index(">") + 1]


def top_level(text: str) -> list[tuple[str, int]]:
    """Name and position of every element that stands at the top of a piece of XML; of alternatives the name of what they hold."""
    found: list[tuple[str, int]] = []
    depth, root = 0, b"<_>"
    data = text.encode()
    parser: Any = expat.ParserCreate()

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth == 2:  # noqa: PLR2004 below our own root
            found.append((name, parser.CurrentByteIndex - len(root)))
        elif depth == 4 and found[-1][0].endswith(":AlternateContent"):  # noqa: PLR2004 below the choice
            found[-1] = (name, found[-1][1])

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(root + data + b"</_>", True)
    except expat.ExpatError as error:
        raise UnpreservableError("damaged") from error
    return [(name, len(data[:position].decode())) for name, position in found]


def placed(text: str, followers: frozenset[str], more: str, prefix: str) -> str:
    """A piece of XML with ``more`` before the first of its elements that are named in ``followers``, else at its end."""
    names = {prefix + name for name in followers}
    at = next((position for name, position in top_level(text) if name in names), len(text))
    return text[:at] + more + text[at:]
