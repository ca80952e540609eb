"""Read texts in several fonts: collect their runs, and work out what people see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile

from pipeline.collect.formats.seen import Font, RichText, TextRun
from pipeline.collect.formats.xml import ooxml_text
from pipeline.text.legacy import Convert, of_font, shown_by_font

OFF = ("0", "false", "off")
"""Values that switch a property off."""
_RAISED = ("superscript", "subscript")
LONGEST_UNIT = 3
"""Letters of the longest unit that may be squared or cubed ("km²")."""


class RunEvents:
    """Collects the runs of one text from the parser's events.

    A path is that of an element below the text's own. ``keep``: a text of several runs keeps them,
    because the font of its cell holds for runs without one of their own.
    """

    def __init__(self, *, keep: bool) -> None:
        self._keep = keep
        self._runs: list[TextRun] = []
        self._run = TextRun("")

    def start(self, path: list[str], attributes: dict[str, str]) -> None:
        """Record an element."""
        if path == ["r"]:
            self._run = TextRun("")
        elif path == ["t"]:
            self._runs.append(TextRun(""))
        elif path == ["r", "t"]:
            self._runs.append(self._run)
        elif path == ["r", "rPr"]:
            self._run = self._run._replace(is_own=True)
        elif path[:-1] == ["r", "rPr"]:
            self._run = _with(self._run, path[-1], attributes.get("val", ""))

    def text(self, path: list[str], piece: str) -> None:
        """Record a piece of text."""
        if path in (["t"], ["r", "t"]) and self._runs:
            self._runs[-1] = self._runs[-1]._replace(text=self._runs[-1].text + piece)

    def taken(self) -> str:
        """Return the collected text and forget it."""
        runs, self._runs = tuple(self._runs), []
        runs = tuple(run._replace(text=ooxml_text(run.text)) for run in runs)
        return kept(runs) if self._keep else text_of(runs)


def _with(run: TextRun, name: str, value: str) -> TextRun:
    if name == "strike":
        return run._replace(is_struck=value.lower() not in OFF)
    if name == "vertAlign":
        return run._replace(is_raised=value in _RAISED)
    return run._replace(font=value) if name == "rFont" else run


def text_of(
    runs: tuple[TextRun, ...], convert: Convert | None = None, *, is_struck: bool = False
) -> str:
    """Return what people see of a text: a ``str`` if its fonts say nothing, else a ``RichText``.

    ``convert``, ``is_struck``: how its cell looks, for runs without a font of their own. Struck-out
    runs are left out, unless all are.
    """
    looks = [_in_cell(run, convert, is_struck=is_struck) for run in runs]
    if not any(run.is_struck or run.is_raised or modern for run, modern in looks):
        return "".join(run.text for run in runs)
    visible = [look for look in looks if not look[0].is_struck]
    struck = "".join(run.text for run, _ in looks if run.is_struck).strip()
    all_struck = not _joined(visible).strip()
    pieces = looks if all_struck else visible
    plain = [
        (run, modern)
        for position, (run, modern) in enumerate(pieces)
        if not (run.is_raised and _is_mark(pieces, position))
    ]
    return RichText(
        _joined(pieces), _joined(plain), runs, is_struck=all_struck, has_struck=bool(struck)
    )


def kept(runs: tuple[TextRun, ...]) -> str:
    """Return what people see of a text before the looks of its cell are known.

    It keeps its runs if one has a font of its own: the cell's looks then decide the others.
    """
    text = text_of(runs)
    is_mixed = any(run.is_own for run in runs)
    return RichText(text, text, runs) if is_mixed and not isinstance(text, RichText) else text


def cut(text: str, starts: Iterable[tuple[int, int]], fonts: Sequence[Font]) -> str:
    """Cut a text into runs.

    ``starts``: (place in UTF-16 units, number of its font). Up to the first place the text looks as
    its cell does.
    """
    units = text.encode("utf-16-le", "surrogatepass")
    places = [
        (0, TextRun("")),
        *(
            (place, TextRun("", *fonts[number], is_own=True))
            for place, number in sorted(starts)
            if number < len(fonts)
        ),
    ]
    ends = [place for place, _ in places[1:]] + [len(units)]
    pieces = (
        run._replace(text=units[2 * place : 2 * end].decode("utf-16-le", "replace"))
        for (place, run), end in zip(places, ends, strict=True)
    )
    return kept(tuple(run for run in pieces if run.text))


def _in_cell(
    run: TextRun, convert: Convert | None, *, is_struck: bool
) -> tuple[TextRun, Convert | None]:
    """Return a run and its converter; its cell's looks where it has none of its own."""
    modern = of_font(run.font) if run.font else convert
    return (run if run.is_own else run._replace(is_struck=is_struck)), modern


def _is_mark(pieces: list[tuple[TextRun, Convert | None]], place: int) -> bool:
    """True if a piece set high or low is a footnote mark.

    Behind a short word it is part of a unit: "km²" is one, "việc¹" has a mark.
    """
    before = "".join(run.text for run, _ in pieces[:place])[-LONGEST_UNIT - 1 :]
    letters = sum(1 for _ in takewhile(str.isalpha, reversed(before)))
    return not 1 <= letters <= LONGEST_UNIT


def _joined(pieces: Iterable[tuple[TextRun, Convert | None]]) -> str:
    return "".join(
        shown_by_font(run.text, modern) if modern else run.text for run, modern in pieces
    )
