"""Read number formats: which show a day, and what people see of a number (ECMA-376-1, 18.8.31)."""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from pipeline.collect.formats.seen import SeenNumber

_BUILT_IN_DATES = frozenset({14, 15, 16, 17, 22, *range(27, 32), 34, 35, 36, *range(50, 59)})
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
_FIRST_OWN = 164
"""Formats from this number on are a workbook's own."""
_BUILT_IN_PARTS = {"16": "dM", "17": "My"}
"""Built-in formats that show a part of a day: "15-Jun" and "Jun-22"."""
_TIME = re.compile(r"am/pm|a/p|h{1,2}[^a-z]{0,9}m{0,2}|m{1,2}[^a-z]{0,9}s|[hs]")
"""The time of day in a code: "m" beside "h" or "s" means minutes, else months."""
_PART = re.compile(r"(?P<weekday>d{3,4})|(?P<d>d{1,2})|(?P<M>m{3,5})|(?P<m>m{1,2})|(?P<y>y+|[eb]+)")
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hHmMsS]+\])[^\[\]]*\]')
"""What is no letter of a day in a code: quoted and escaped text, fill, colours, locales."""


def shows_day(number: str, formats: Mapping[str, str]) -> bool:
    """True if the format of this number shows a day. ``formats``: the workbook's own, by number."""
    if number not in formats:
        return number.isdecimal() and int(number) in _BUILT_IN_DATES
    plain = _shown_letters(formats[number])
    if plain.strip() in ("general", "standard") or "[" in plain:  # elapsed time, "[h]:mm"
        return False
    return "y" in plain or "d" in plain or ("m" in plain and not set("hs") & set(plain))


def parts_of_day(number: str, formats: Mapping[str, str]) -> str:
    """Return the parts of a day that a format shows, in order (see ``SeenDay``).

    Built-in formats follow the settings of the reader's computer.
    """
    if not number.isdecimal() or int(number) < _FIRST_OWN:
        return _BUILT_IN_PARTS.get(number, "dmy")
    parts = (
        match.lastgroup or ""
        for match in _PART.finditer(_TIME.sub(" ", _shown_letters(formats.get(number, ""))))
    )
    return "".join(dict.fromkeys(part for part in parts if part != "weekday"))


def _shown_letters(code: str) -> str:
    return _NOT_SHOWN.sub("", code.partition(";")[0]).lower()


# --- numbers as people see them ------------------------------------------------------------------

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|(?P<blank>_.|\*.)|\[\$(?P<money>[^\]-]{0,20})[^\]]{0,40}\]|\[(?P<condition>(?:<=|>=|<>|<|>|=)-?[0-9.]{1,20})\]'
    r"|\[(?P<passed>h{1,9}|m{1,9}|s{1,9})\]|(?P<colour>\[[^\]]{0,40}\])|(?P<power>E[+-])|(?P<digits>[0#?]+)|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)"
    r"|(?P<general>general|standard)|(?P<clock>[hmsyd]+|am/pm)|(?P<text>@)|(?P<sign>.)",
    re.IGNORECASE | re.DOTALL,
)
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
    {
        "General",
        "GENERAL",
        "general",
        "Standard",
        "@",
        "0",
        "0.00",
        "#,##0",
        "#,##0.##",
        "#,##0.00",
        "dd/mm/yyyy",
    }
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
        if any(each.condition for each in self.sections):
            fitting = (
                each
                for each in self.sections
                if each.condition is None or _COMPARED[each.condition[0]](number, each.condition[1])
            )
            return next(fitting, self.sections[-1]), number
        if number < 0 and len(self.sections) > 1:
            return self.sections[1], abs(number)
        return (
            self.sections[2]
            if not number and len(self.sections) >= _FOR_NUMBERS
            else self.sections[0]
        ), number


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
    return (
        None
        if all(each.is_plain for each in sections[:2])
        and not any(says_something(each.words) for each in sections)
        else Format(sections)
    )


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
    digits = [at for at, kind in enumerate(kinds) if kind in ("digits", "general", "text")]
    first, last = (digits[0], digits[-1]) if digits else (len(tokens), len(tokens) - 1)
    power = kinds.index("power") if "power" in kinds else len(tokens)
    point = kinds.index("point") if "point" in kinds else power
    inside = [(kind, text) for kind, text in tokens[first : last + 1] if kind in _LITERAL]
    scaling = (
        *tokens[_last_digits(kinds[:point]) + 1 : point],
        *(tokens[last + 1 :] if point < last else ()),
    )
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
    return max((at for at, kind in enumerate(kinds) if kind == "digits"), default=len(kinds))


def _condition(text: str) -> tuple[str, float] | None:
    found = _CONDITION.fullmatch(text)
    return (found[1], float(found[2])) if found and found[1] in _COMPARED else None


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
    for at, (kind, text) in reversed(list(enumerate(tokens))):
        taken = len(text) if at else len(digits)
        if kind == "digits":
            pieces.append(digits[-taken:])
            digits = digits[:-taken]
        elif kind in _LITERAL:
            pieces.append(text)
    return "".join(reversed(pieces))
