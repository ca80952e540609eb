"""Read what OpenDocument sheets show outside their cells: comments, shapes, pictures, headers."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.collect.formats import limits
from pipeline.collect.formats.surroundings import Beside, BesideKind
from pipeline.collect.formats.xml import walk
from pipeline.office.addresses import letters

_SIGNS = (b":annotation", b"<draw:")
"""A comment or a drawing has one of these in its XML. A file without either isn't parsed for
them."""
_DRAW = "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
_CELLS = ("table-cell", "covered-table-cell")
_FIELDS = (
    "sheet-name",
    "page-number",
    "page-count",
    "title",
    "file-name",
    "date",
    "time",
    "author-name",
    "creator",
)
"""Fields that programs fill in by themselves in headers and footers."""
_MARGINS = ("header", "header-left", "header-first", "footer", "footer-left", "footer-first")


def beside(content: bytes) -> Mapping[str, list[Beside]]:
    """Return what sheets show outside their cells, by sheet name."""
    if not any(sign in content for sign in _SIGNS):
        return {}
    events = _BesideEvents()
    walk(content, events.start, events.end, events.text)
    return events.found


def margins(styles: bytes) -> list[Beside]:
    """Return the texts of all headers and footers, each once."""
    if b":master-page" not in styles:
        return []
    events = _MarginEvents()
    walk(styles, events.start, events.end, events.text)
    return [
        Beside(BesideKind.MARGIN, text)
        for text in dict.fromkeys(" ".join(text.split()) for text in events.texts)
        if text
    ]


class _Texts:
    """Collects paragraphs from the parser's events, one line each."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._paragraphs = 0

    def opens(self, tag: str) -> None:
        if tag in ("p", "h"):
            self.lines.append("")
            self._paragraphs += 1
        elif self._paragraphs and tag in ("s", "tab", "line-break"):
            self.lines[-1] += "\n" if tag == "line-break" else " "

    def closes(self, tag: str) -> None:
        self._paragraphs -= tag in ("p", "h") and self._paragraphs > 0

    def adds(self, piece: str) -> None:
        if self._paragraphs:
            self.lines[-1] += piece

    def whole(self) -> str:
        return "\n".join(line.strip() for line in self.lines if line.strip())


class _BesideEvents:
    """Collects comments, shapes and pictures, with the cell at which the parser is."""

    def __init__(self) -> None:
        self.found: dict[str, list[Beside]] = {}
        self._sheet = ""
        self._row = self._column = 0
        self._repeated = self._wide = 1
        self._open: list[tuple[str, BesideKind, _Texts]] = []
        """Comments and shapes that are open, innermost last: tag that closes it, kind, texts."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        if tag == "annotation":
            self._open.append((name, BesideKind.NOTE, _Texts()))
        elif space == _DRAW and tag == "image":
            self._keep(Beside(BesideKind.PICTURE, "", self._cell()))
        elif space == _DRAW and tag not in ("fill-image", "marker", "g", "glue-point"):
            self._open.append((name, BesideKind.BOX, _Texts()))
        elif self._open:
            self._open[-1][2].opens(tag)
        else:
            self._table(tag, plain)

    def _table(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "table":
            self._sheet, self._row, self._column = attributes.get("name", ""), 0, 0
        elif tag == "table-row":
            self._repeated, self._column = _number(attributes.get("number-rows-repeated", "")), 0
        elif tag in _CELLS:
            self._wide = _number(attributes.get("number-columns-repeated", ""))
            self._column += 1

    def text(self, piece: str) -> None:
        if self._open:
            self._open[-1][2].adds(piece)

    def end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        if self._open and self._open[-1][0] == name:
            _, kind, texts = self._open.pop()
            if texts.whole():
                self._keep(Beside(kind, texts.whole(), self._cell()))
        elif self._open:
            self._open[-1][2].closes(tag)
        elif tag in _CELLS:
            self._column += self._wide - 1
        elif tag == "table-row":
            self._row, self._column = self._row + self._repeated, 0

    def _cell(self) -> str:
        return (
            f"{letters(self._column)}{self._row + 1}" if 0 < self._column <= limits.COLUMNS else ""
        )

    def _keep(self, thing: Beside) -> None:
        self.found.setdefault(self._sheet, []).append(thing)


class _MarginEvents:
    """Collects headers and footers."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._lines: _Texts | None = None
        self._fields = 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag in _MARGINS and ":style:" in name:
            self._lines = _Texts()
        elif self._lines is not None:
            self._fields += tag in _FIELDS
            self._lines.opens(tag)

    def text(self, piece: str) -> None:
        if self._lines is not None and not self._fields:
            self._lines.adds(piece)

    def end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        if self._lines is not None and tag in _MARGINS:
            self.texts.append(self._lines.whole())
            self._lines = None
        elif self._lines is not None:
            self._fields -= tag in _FIELDS
            self._lines.closes(tag)


def _number(text: str) -> int:
    # a number of more digits is more than any sheet has
    return int(text) if text.isdecimal() and len(text) < 9 else 1  # noqa: PLR2004
