"""Values that look otherwise than they are stored: texts in several fonts, numbers under a format that changes them, days with the month first or in part."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple, Self


class Font(NamedTuple):
    """What a font says beyond how its letters are drawn."""

    is_struck: bool = False
    is_raised: bool = False
    """Set high or low, as marks of footnotes are."""
    name: str = ""


class Run(NamedTuple):
    """A piece of a cell's text in one font. ``is_own``: it has a font of its own, else it looks as its cell does."""

    text: str
    is_struck: bool = False
    is_raised: bool = False
    """Set high or low, as marks of footnotes are."""
    font: str = ""
    is_own: bool = False


class RichText(str):
    """What is seen of a text in several fonts: without what is struck out, in letters of Unicode; all of it where all is struck out."""

    __slots__ = ("full", "is_marked", "is_struck", "plain", "runs")
    runs: tuple[Run, ...]
    full: str
    """All letters as they are stored."""
    plain: str
    """What is seen, without marks set high or low."""
    is_struck: bool
    """All of it is struck out."""
    is_marked: bool
    """A part of it is struck out, or set high or low, so that nobody can say which digits count."""

    def __new__(cls, seen: str, plain: str, runs: tuple[Run, ...], *, is_struck: bool = False, has_struck: bool = False) -> Self:
        made = super().__new__(cls, seen)
        made.plain, made.runs, made.is_struck = plain, runs, is_struck
        made.full = "".join(run.text for run in runs)
        made.is_marked = not is_struck and (plain.strip() != seen.strip() or has_struck)
        return made

    def __eq__(self, other: object) -> bool:
        """The same letters in other fonts are another text."""
        return isinstance(other, RichText) and str(self) == str(other) and self.runs == other.runs

    __hash__ = str.__hash__

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str(self),)


class SeenNumber(float):
    """A number whose format shows something else: ``text`` as people see it, with ``words`` beside the digits.

    ``differs``: the digits that are seen are another number, or none.
    """

    __slots__ = ("differs", "text", "words")
    text: str
    words: str
    differs: bool

    def __new__(cls, number: float, text: str, words: str = "", *, differs: bool = False) -> Self:
        made = super().__new__(cls, number)
        made.text, made.words, made.differs = text, words, differs
        return made

    def __eq__(self, other: object) -> bool:
        """The same number that looks otherwise is another value."""
        return isinstance(other, SeenNumber) and float(self) == float(other) and self.text == other.text

    __hash__ = float.__hash__

    def __reduce__(self) -> tuple[type[float], tuple[float]]:
        return float, (float(self),)


class SeenDay(dt.date):
    """A day that its cell shows with the month first ("12/10/2022" for 10 December), or only in part ("15/6").

    ``parts`` are those that it shows, in that order: d, m or M, y; the month is M where it is written as a word.
    """

    parts: str

    @classmethod
    def of(cls, day: dt.date, parts: str) -> Self:
        """The same day, shown so."""
        made = cls(day.year, day.month, day.day)
        made.parts = parts
        return made

    @property
    def text(self) -> str:
        """What is seen, in numbers."""
        numbers = {"d": self.day, "m": self.month, "y": self.year}
        return "/".join(f"{numbers[part.lower()]}" for part in self.parts)

    @property
    def is_month_first(self) -> bool:
        """Whether the month comes first, as a number."""
        return is_month_first(self.parts)

    @property
    def is_partial(self) -> bool:
        """Whether a part of it isn't seen."""
        return is_partial(self.parts)

    def __eq__(self, other: object) -> bool:
        """The same day that looks otherwise is another value."""
        return isinstance(other, SeenDay) and self.isoformat() == other.isoformat() and self.parts == other.parts

    __hash__ = dt.date.__hash__

    def __reduce__(self) -> tuple[type[dt.date], tuple[int, int, int]]:
        return dt.date, (self.year, self.month, self.day)


def is_month_first(parts: str) -> bool:
    """Whether the parts of a day, in the order in which they are shown, begin with the month as a number."""
    return parts.startswith("md")


def is_partial(parts: str) -> bool:
    """Whether some part of a day isn't among those that are shown."""
    return set(parts.lower()) != {"d", "m", "y"}


def is_remarkable(parts: str) -> bool:
    """Whether a day that is shown so doesn't look as it is stored, or tells of the computer that it was typed on."""
    return is_month_first(parts) or is_partial(parts)
