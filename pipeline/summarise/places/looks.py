"""Conditional formats of the map: the colours of its steps, and how figures are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.summarise.places.chosen import sign, value_formats
from pipeline.summarise.sheets.sheet import SummaryBook
from pipeline.summarise.sheets.styles import STEPS

UPPER = "bd_buoc"
"""The name of the cells with the highest figure of each step."""


def colours(
    book: SummaryBook, figure: str, when: str, form: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Conditional formats: a step's colour, and the number format ``form`` if ``when``."""
    for step, (fill, ink) in enumerate(STEPS, start=1):
        bound = f"INDEX({UPPER},{step})*{sign(book)}"
        inside = f"=AND(ISNUMBER({figure}),{figure}*{sign(book)}<={bound},{when})"
        yield _when(book, inside, {"bg_color": fill, "font_color": ink, **form})


def looks(book: SummaryBook, figure: str, ranked: str) -> Iterator[dict[str, Any]]:
    """Conditional formats of a figure, each with colour and number format.

    Some programs take only the first that is true.
    """
    for formula, form in value_formats(book, figure):
        yield from colours(
            book, figure, f"AND({ranked},{formula.removeprefix('=')})", {"num_format": form}
        )
    yield from colours(book, figure, ranked, {})
    yield from formats(book, figure)


def formats(book: SummaryBook, figure: str, around: str = "{}") -> Iterator[dict[str, Any]]:
    """Conditional formats of numbers; ``around`` them may stand brackets."""
    for formula, form in value_formats(book, figure):
        yield _when(book, formula, {"num_format": around.format(form)})


def _when(book: SummaryBook, formula: str, look: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "formula",
        "criteria": formula,
        "format": book.styles.conditional(look),
    }
