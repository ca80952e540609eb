"""Values that look different from how they are stored: rich texts, formatted numbers, odd days."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple, Self


class Font(NamedTuple):
    """What a font says beyond the shapes of its letters."""

    is_struck: bool = False
    is_raised: bool = False
    """Set high or low, as footnote marks are."""
    name: str = ""


class TextRun(NamedTuple):
    """A piece of a cell's text in one font.

    ``is_own``: it has a font of its own; else it looks as its cell does.
    """

    text: str
    is_struck: bool = False
    is_raised: bool = False
    """Set high or low, as footnote marks are."""
    font: str = ""
    is_own: bool = False


class RichText(str):
    """What people see of a text in several fonts: without struck-out runs, in Unicode letters.

    If all of it is struck out, all of it.
    """

    __slots__ = ("full", "is_marked", "is_struck", "plain", "runs")
    runs: tuple[TextRun, ...]
    full: str
    """All letters, as stored."""
    plain: str
    """What people see, without marks set high or low."""
    is_struck: bool
    """True if all of it is struck out."""
    is_marked: bool
    """True if a part is struck out, or set high or low: nobody can say which digits count."""

    def __new__(
        cls,
        seen: str,
        plain: str,
        runs: tuple[TextRun, ...],
        *,
        is_struck: bool = False,
        has_struck: bool = False,
    ) -> Self:
        made = super().__new__(cls, seen)
        made.plain, made.runs, made.is_struck = plain, runs, is_struck
        made.full = "".join(run.text for run in runs)
        made.is_marked = not is_struck and (plain.strip() != seen.strip() or has_struck)
        return made

    def __eq__(self, other: object) -> bool:
        """True for the same letters in the same fonts."""
        return isinstance(other, RichText) and str(self) == str(other) and self.runs == other.runs

    __hash__ = str.__hash__

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str(self),)


class SeenNumber(float):
    """A number whose cell shows something else.

    ``text``: what people see. ``words``: the part of it beside the digits. ``differs``: True if the
    digits that are seen are another number, or none.
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
        """True for the same number that looks the same."""
        return (
            isinstance(other, SeenNumber)
            and float(self) == float(other)
            and self.text == other.text
        )

    __hash__ = float.__hash__

    def __reduce__(self) -> tuple[type[float], tuple[float]]:
        return float, (float(self),)


class SeenDay(dt.date):
    """A day shown with the month first ("12/10/2022" for 10 December) or in part ("15/6").

    ``parts``: what is shown, in order: d, m or M (month as a word), y.
    """

    parts: str

    @classmethod
    def of(cls, day: dt.date, parts: str) -> Self:
        """Return the same day with these parts."""
        made = cls(day.year, day.month, day.day)
        made.parts = parts
        return made

    @property
    def text(self) -> str:
        """What people see, in numbers."""
        numbers = {"d": self.day, "m": self.month, "y": self.year}
        return "/".join(f"{numbers[part.lower()]}" for part in self.parts)

    @property
    def is_month_first(self) -> bool:
        """True if the month comes first, as a number."""
        return is_month_first(self.parts)

    @property
    def is_partial(self) -> bool:
        """True if a part isn't seen."""
        return is_partial(self.parts)

    def __eq__(self, other: object) -> bool:
        """True for the same day that looks the same."""
        return (
            isinstance(other, SeenDay)
            and self.isoformat() == other.isoformat()
            and self.parts == other.parts
        )

    __hash__ = dt.date.__hash__

    def __reduce__(self) -> tuple[type[dt.date], tuple[int, int, int]]:
        return dt.date, (self.year, self.month, self.day)


def is_month_first(parts: str) -> bool:
    """True if the parts begin with the month as a number, then the day."""
    return parts.startswith("md")


def is_partial(parts: str) -> bool:
    """True if day, month or year isn't shown."""
    return set(parts.lower()) != {"d", "m", "y"}


def is_remarkable(parts: str) -> bool:
    """True if a day shown so can be misread, or hints at a computer with the month first."""
    return is_month_first(parts) or is_partial(parts)
