"""Read number formats: what people see of a number (ECMA-376-1, 18.8.31)."""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from pipeline.collect.formats.dayformats import shows_day
from pipeline.collect.formats.seen import SeenNumber

_BUILT_IN = {
    "9": "0%",
    "10": "0.00%",
    "11": "0.00E+00",
    "20": "h:mm",
    "21": "h:mm:ss",
    "46": "[h]:mm:ss",
    "48": "##0.0E+0",
}
"""Built-in formats that show another number than the stored one."""
_PIECES = (
    r'"(?P<quoted>[^"]*)"?',
    r"\\(?P<escaped>.)",
    r"(?P<blank>_.|\*.)",
    r"\[\$(?P<money>[^\]-]{0,20})[^\]]{0,40}\]",
    r"\[(?P<condition>(?:<=|>=|<>|<|>|=)-?[0-9.]{1,20})\]",
    r"\[(?P<passed>h{1,9}|m{1,9}|s{1,9})\]",
    r"(?P<colour>\[[^\]]{0,40}\])",
    r"(?P<power>E[+-])",
    r"(?P<digits>[0#?]+)",
    r"(?P<point>\.)",
    r"(?P<comma>,)",
    r"(?P<percent>%)",
    r"(?P<general>general|standard)",
    r"(?P<clock>[hmsyd]+|am/pm)",
    r"(?P<text>@)",
    r"(?P<sign>.)",
)
"""The pieces of a format's code, by kind. The first that fits counts."""
_TOKEN = re.compile("|".join(_PIECES), re.IGNORECASE | re.DOTALL)
_CONDITION = re.compile(r"([<>=]+)(-?[0-9]+(?:\.[0-9]+)?)")
_COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_FOR_NUMBERS = 3
"""Sections for numbers (positive, negative, zero); a fourth is for texts."""
_USUAL = frozenset(
    {"General", "GENERAL", "general", "Standard", "@", "dd/mm/yyyy"}
    | {"0", "0.00", "#,##0", "#,##0.##", "#,##0.00"}
)
"""Codes that show every number as it is, to save parsing them."""
_WIDE = Context(prec=400, traps=[])
"""Enough digits for any number. No traps: infinity and NaN stay what they are."""
Token = tuple[str, str]
"""Kind of a piece of a format's code, and its text."""
Tokens = tuple[Token, ...]


@dataclass(frozen=True)
class FormatSection:
    """One section of a format: the text around the digits, and how the digits are made."""

    before: str = ""
    behind: str = ""
    whole: str = ""
    fraction: str = ""
    power: str = ""
    scale: int = 0
    percents: int = 0
    clock: str = ""
    has_number: bool = False
    is_fraction: bool = False
    split: Tokens = ()
    """The digits and the text between them, if that is more than a space: "000-000"."""
    condition: tuple[str, float] | None = None

    def takes(self, number: float) -> bool:
        """True if it has no condition, or the number meets it."""
        return self.condition is None or _COMPARED[self.condition[0]](number, self.condition[1])

    @property
    def words(self) -> str:
        """The text around the number, joined."""
        return " ".join(f"{self.before} {self.behind}".split())

    @property
    def zeros(self) -> int:
        """The least number of digits before the point."""
        return self.whole.count("0")

    @property
    def is_other(self) -> bool:
        """True if it shows another number than the stored one, or none."""
        return bool(
            self.scale
            or self.percents
            or self.clock
            or not self.has_number
            or self.split
            or re.search("[0-9]", self.words)
        )

    @property
    def is_plain(self) -> bool:
        """True if it changes a number's sign, grouping or rounding at most."""
        return self.is_fraction or not (
            self.is_other or self.power or self.zeros > 1 or says_something(self.words)
        )


def says_something(words: str) -> bool:
    """True if the text around a number holds a word or a currency sign."""
    return any(letter.isalnum() or unicodedata.category(letter) == "Sc" for letter in words)


@dataclass(frozen=True)
class Format:
    """A number format that may show another number than the stored one."""

    sections: tuple[FormatSection, ...]

    def seen(self, number: float) -> float:
        """Return the number; as ``SeenNumber`` if its cell shows anything else."""
        section, magnitude = self._section(number)
        if section.is_plain or (not number and not says_something(section.words)):
            return number
        return SeenNumber(
            number,
            _text(magnitude, section),
            section.words,
            differs=section.is_other and number != 0,
        )

    def _section(self, number: float) -> tuple[FormatSection, float]:
        """Return the section for a number and the number that it shows.

        A section for negative numbers writes the sign itself, so it gets the absolute value.
        """
        if any(section.condition for section in self.sections):
            fitting = (section for section in self.sections if section.takes(number))
            return next(fitting, self.sections[-1]), number
        if number < 0 and len(self.sections) > 1:
            return self.sections[1], abs(number)
        of_zero = not number and len(self.sections) >= _FOR_NUMBERS
        return self.sections[2 if of_zero else 0], number


def format_of(number: str, codes: Mapping[str, str]) -> Format | None:
    """Return the format of this number; None if it shows numbers as they are.

    ``codes``: the workbook's own format codes, by number.
    """
    code = codes.get(number) or _BUILT_IN.get(number, "")
    return None if not code or code in _USUAL else _format(code)


@lru_cache(maxsize=4096)
def _format(code: str) -> Format | None:
    """Return a code's format; None for days and for codes that show every number as it is."""
    if shows_day("", {"": code}):
        return None
    sections = tuple(map(_section, _split(code)[:_FOR_NUMBERS]))
    are_plain = all(section.is_plain for section in sections[:2])
    say_nothing = not any(says_something(section.words) for section in sections)
    return None if are_plain and say_nothing else Format(sections)


def _split(code: str) -> list[list[Token]]:
    """Split a format's code at its semicolons, each section into (kind, text) tokens."""
    sections: list[list[Token]] = [[]]
    for match in _TOKEN.finditer(code):
        if match[0] == ";":
            sections.append([])
        else:
            sections[-1].append((match.lastgroup or "", match[match.lastgroup or 0]))
    return sections


def _section(tokens: Sequence[Token]) -> FormatSection:
    """Read a section's tokens. Each comma behind its digits divides the number by 1000."""
    kinds = [kind for kind, _ in tokens]
    digits = [
        position for position, kind in enumerate(kinds) if kind in ("digits", "general", "text")
    ]
    first, last = (digits[0], digits[-1]) if digits else (len(tokens), len(tokens) - 1)
    power = kinds.index("power") if "power" in kinds else len(tokens)
    point = kinds.index("point") if "point" in kinds else power
    inside = [(kind, text) for kind, text in tokens[first : last + 1] if kind in _LITERAL]
    before_point = tokens[_last_digits(kinds[:point]) + 1 : point]
    scaling = (*before_point, *(tokens[last + 1 :] if point < last else ()))
    return FormatSection(
        before=_literal(tokens[:first]),
        behind=_literal(tokens[last + 1 :]),
        whole=_joined(tokens[: min(point, power)], "digits"),
        fraction=_joined(tokens[point:power], "digits"),
        power=_joined(tokens[power:], "digits"),
        scale=len(_joined(scaling, "comma")),
        percents=kinds.count("percent"),
        clock=_joined(tokens, "clock", "passed"),
        has_number=bool(digits),
        is_fraction=any(text == "/" for _, text in inside),
        split=tuple(tokens[first : last + 1]) if any(text.strip() for _, text in inside) else (),
        condition=next((_condition(text) for kind, text in tokens if kind == "condition"), None),
    )


_LITERAL = ("quoted", "escaped", "money", "sign")
"""Kinds of tokens that are shown as text."""


def _literal(tokens: Sequence[Token]) -> str:
    return "".join(
        text if kind in _LITERAL else "%" if kind == "percent" else " " if kind == "blank" else ""
        for kind, text in tokens
    )


def _joined(tokens: Iterable[Token], *kinds: str) -> str:
    return "".join(text for kind, text in tokens if kind in kinds)


def _last_digits(kinds: list[str]) -> int:
    """Return the position of the last digits; the end if there are none."""
    positions = (position for position, kind in enumerate(kinds) if kind == "digits")
    return max(positions, default=len(kinds))


def _condition(text: str) -> tuple[str, float] | None:
    match = _CONDITION.fullmatch(text)
    return (match[1], float(match[2])) if match and match[1] in _COMPARED else None


def _text(number: float, section: FormatSection) -> str:
    """Return a number as a section shows it: decimal comma, no signs between thousands."""
    if section.clock:
        return _digits(abs(number), section)
    sign = "-" if number < 0 else ""
    return f"{sign}{section.before}{_digits(abs(number), section)}{section.behind}".strip()


def _digits(number: float, section: FormatSection) -> str:
    """Return the digits of a number of 0 or more, as a section shows them."""
    if section.clock:
        minutes = round(number * 24 * 60)
        return f"{minutes // 60}:{minutes % 60:02}"
    if not section.has_number:
        return ""
    value = number * 100**section.percents / 1000**section.scale
    if section.power:
        mantissa, _, power = f"{value:.{len(section.fraction)}E}".partition("E")
        return f"{mantissa.replace('.', ',')}E{power}"
    if not section.whole and not section.fraction:  # "General": as it is
        return f"{value:.15g}".replace(".", ",")
    if section.split:
        return _laid_out(_rounded(value, 0), section.split)
    whole, _, fraction = _rounded(value, min(len(section.fraction), 30)).partition(".")
    least = section.fraction.count("0")
    fraction = fraction[:least] + fraction[least:].rstrip("0")
    return whole.zfill(section.zeros) + (f",{fraction}" if fraction else "")


def _rounded(number: float, places: int) -> str:
    """Round half up to ``places``, from 15 digits, as spreadsheets do."""
    exact = Decimal(f"{number:.15g}")
    return f"{exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _WIDE):f}"


def _laid_out(digits: str, tokens: Tokens) -> str:
    """Lay digits from the right into a pattern ("000-000"); its first place takes what is left."""
    places = sum(len(text) for kind, text in tokens if kind == "digits")
    digits, pieces = digits.zfill(places), list[str]()
    for position, (kind, text) in reversed(list(enumerate(tokens))):
        taken = len(text) if position else len(digits)
        if kind == "digits":
            pieces.append(digits[-taken:])
            digits = digits[:-taken]
        elif kind in _LITERAL:
            pieces.append(text)
    return "".join(reversed(pieces))
