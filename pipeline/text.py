"""Vietnamese text, numbers and dates: pure functions, the same for every column that is read."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from schemas.codelists import Codelist
from schemas.columns import State

# --- text ------------------------------------------------------------------------------------------

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_MARKS = "\u0302\u0306\u031b"
_OPEN = re.compile(f"(o|u(?=[{_TONES}]y))([{_TONES}])([aey])")
_AFTER_Q = re.compile(f"(qu)([{_TONES}])([aeioy][{_MARKS}]*)")
_SPACES = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]+")
_DASHES = re.compile("[\u2010-\u2015\u2212\u2500_]+")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "`": "'", "´": "'"})
_AROUND_SIGNS = re.compile(r" ?([,;:/()&+\-]) ?")


@lru_cache(maxsize=50_000)
def normalise(text: str) -> str:
    """The text as names are compared: one form of letters, case, tone placement, dashes, quotes and spaces.

    Two texts that a Vietnamese reader takes for the same name give the same key; accents always count.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_QUOTES)
    plain = _SPACES.sub(" ", _DASHES.sub("-", _one_tone_placement(plain)))
    return _AROUND_SIGNS.sub(r"\1", plain).strip(" .,;:")


def _one_tone_placement(text: str) -> str:
    """The mark on the second vowel of oa, oe and uy (hòa, hoà → hoà); after q it never stands on the u."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", _AFTER_Q.sub(r"\1\3\2", _OPEN.sub(r"\1\3\2", apart)))


@lru_cache(maxsize=50_000)
def strip_accents(text: str) -> str:
    """The text without tones and marks, đ as d."""
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def safe_name(name: str) -> str:
    """A file name that can be shown anywhere: NFC; control characters, bidirectional marks and stray bytes escaped."""
    return "".join(_escaped(letter) if unicodedata.category(letter) in _UNSAFE else letter for letter in unicodedata.normalize("NFC", name))


def _escaped(letter: str) -> str:
    code = ord(letter)
    if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004 a byte that was no UTF-8, as Python hands it over
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}" if code < 0x1_0000 else f"\\U{code:08x}"  # noqa: PLR2004


# --- numbers ---------------------------------------------------------------------------------------


class Parsed(NamedTuple):
    """What a text says as a number or a date, and whether it could be read."""

    value: float | None
    state: State


class Style(NamedTuple):
    """How the other texts of a column write numbers: with the Vietnamese or the English thousands sign."""

    vietnamese: bool = False
    english: bool = False


_NOT_NUMBER = Parsed(None, State.NOT_NUMBER)
_SEVERAL = Parsed(None, State.SEVERAL)
_DASH = re.compile(r"-+")
_ZERO_WORDS = frozenset(
    {"khong", "ko", "k0", "khong co", "0 co", "khong phat sinh", "kps", "chua co", "chua phat sinh"}
)  # as people write "none", without accents
_UNITS = frozenset(
    normalise(unit)
    for unit in ("vụ", "vụ việc", "người", "trường hợp", "th", "t.h", "cán bộ", "đ/c", "đồng chí", "lượt", "tập thể", "tổ chức")
)
_DIGIT_WORDS = {
    normalise(word): value for value, word in enumerate(("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười"))
}
_COMPOSITE = re.compile(r"trong đó|bao gồm|gồm|trong do|bao gom|\bgom\b")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－＋（）", "0123456789.,-+()")
_LEADING_NUMBER = re.compile(r"([+-]?[0-9](?:[0-9.,]| (?=[0-9]{3}(?![0-9])))*)(.*)", re.DOTALL)
_IN_WORDS = re.compile(r"\(([^()0-9]+)\)")
_GROUPS = re.compile(r"(?<![^\W_])[0-9]+")
_PLAIN = re.compile(r"[0-9]+")
_SPACED = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?:,[0-9]+)?")
_DOTS = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+")
_COMMAS = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+")
_DOTS_COMMA = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+")
_COMMAS_DOT = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+")
_DECIMAL = re.compile(r"[0-9]+[.,][0-9]+")
_MOST_DIGITS = 15
"""Digits that a spreadsheet number keeps."""


def parse_count(text: str, unit: str = "", style: Style | None = None) -> Parsed:
    """The whole number that a text in a count column says, with the uniform repairs of rule V08.

    ``unit`` is the column's own, ``style`` the evidence of its other cells. What holds several numbers is never added up.
    """
    parsed = parse_decimal(text, unit, style)
    if parsed.value is not None and not parsed.value.is_integer():
        return Parsed(None, State.NOT_WHOLE)
    return parsed


def parse_decimal(text: str, unit: str = "", style: Style | None = None) -> Parsed:
    """The number that a text says; like :func:`parse_count`, but fractions are welcome."""
    plain = _plain_number_text(text)
    if _DASH.fullmatch(plain):
        return Parsed(0.0, State.DASH)
    if strip_accents(plain) in _ZERO_WORDS:
        return Parsed(0.0, State.REPAIRED)
    if parse_date(plain).state is State.REPAIRED:
        return _NOT_NUMBER
    found = _LEADING_NUMBER.fullmatch(plain)
    if found and _is_remark(found[2], unit, found[1]):
        return _number(found[1], style or Style())
    numbers = 1 + len(_GROUPS.findall(found[2])) if found else len(_GROUPS.findall(plain))
    return _SEVERAL if numbers > 1 or (numbers and _COMPOSITE.search(plain)) else _NOT_NUMBER


def style_of(texts: Iterable[str]) -> Style:
    """What a column's texts prove about the thousands sign; a text like "1.234" alone proves nothing."""
    plain = [_plain_number_text(text) for text in texts]
    vietnamese = any(_DOTS_COMMA.fullmatch(text) or _proves(text, ",", ".") for text in plain)
    english = any(_COMMAS_DOT.fullmatch(text) or _proves(text, ".", ",") for text in plain)
    return Style(vietnamese, english)


def _proves(text: str, point: str, thousands: str) -> bool:
    """Whether ``point`` must be the decimal sign here, or ``thousands`` the thousands sign."""
    if thousands in text:
        pattern = _DOTS if thousands == "." else _COMMAS
        return text.count(thousands) > 1 and pattern.fullmatch(text) is not None
    whole, found, fraction = text.partition(point)
    return bool(found) and whole.isdecimal() and fraction.isdecimal() and len(fraction) != 3  # noqa: PLR2004 thousands come in threes


def _plain_number_text(text: str) -> str:
    plain = _DASHES.sub("-", _SPACES.sub(" ", unicodedata.normalize("NFC", text).translate(_FULL_WIDTH).casefold()))
    return plain.strip(" '").rstrip(".;, ")


def _is_remark(rest: str, unit: str, number: str) -> bool:
    """Whether what follows a number only names its unit or repeats it in words."""
    words = _IN_WORDS.search(rest)
    if words:
        spelled = _DIGIT_WORDS.get(normalise(words[1]))
        starts = normalise(words[1]).split(" ")[0] in _DIGIT_WORDS
        if not starts or (spelled is not None and number.lstrip("+0") != str(spelled or "")):
            return False
        rest = rest[: words.start()] + rest[words.end() :]
    said = normalise(rest)
    return not said or said in _UNITS or said == normalise(unit)


def _number(text: str, style: Style) -> Parsed:
    plain = _decimal_point(text.lstrip("+-").strip(), style)
    if plain is None or len(plain.replace(".", "").lstrip("0")) > _MOST_DIGITS:
        return _NOT_NUMBER
    return Parsed(-float(plain) if text.startswith("-") else float(plain), State.REPAIRED)


def _decimal_point(digits: str, style: Style) -> str | None:
    """The digits as Python writes them, or nothing where they could mean two numbers."""
    if _PLAIN.fullmatch(digits):
        return digits
    if _SPACED.fullmatch(digits) or _DOTS_COMMA.fullmatch(digits):
        return digits.replace(" ", "").replace(".", "").replace(",", ".")
    if _COMMAS_DOT.fullmatch(digits):
        return digits.replace(",", "")
    if _DOTS.fullmatch(digits):
        return digits if digits.count(".") == 1 and style == Style(english=True) else digits.replace(".", "")
    if _COMMAS.fullmatch(digits):
        return _with_commas(digits, style)
    return digits.replace(",", ".") if _DECIMAL.fullmatch(digits) else None


def _with_commas(digits: str, style: Style) -> str | None:
    """Commas before three digits: a thousand to some, a fraction to others; only the column's other cells can tell."""
    if digits.count(",") > 1 or style == Style(english=True):
        return digits.replace(",", "")
    return digits.replace(",", ".") if style == Style(vietnamese=True) else None


# --- dates -----------------------------------------------------------------------------------------


class ParsedDate(NamedTuple):
    """The day that a text says, and whether it could be read."""

    value: dt.date | None
    state: State


_NOT_DATE = ParsedDate(None, State.NOT_DATE)
_TIME = r"(?:[t ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?z?)?"
_DMY = re.compile(rf"(?:ngày )?([0-9]{{1,2}}) ?([/.\-]) ?([0-9]{{1,2}}) ?\2 ?([0-9]{{4}}|[0-9]{{2}}){_TIME}")
_YMD = re.compile(rf"([0-9]{{4}}) ?([/.\-]) ?([0-9]{{1,2}}) ?\2 ?([0-9]{{1,2}}){_TIME}")
_WORDS = re.compile(r"(?:ngày )?([0-9]{1,2}) tháng ([0-9]{1,2}) năm ([0-9]{4})")
_CENTURY_TURN = 70
"""Two-digit years from here on are 19xx."""
MONTHS = 12
EXCEL_EPOCH = dt.date(1899, 12, 30)
_SERIALS = range((dt.date(1990, 1, 1) - EXCEL_EPOCH).days, (dt.date(2100, 12, 31) - EXCEL_EPOCH).days + 1)


def parse_date(text: str) -> ParsedDate:
    """The day that a text says: day before month, as the form asks, or year first."""
    plain = _plain_number_text(text)
    found = _DMY.fullmatch(plain)
    if found:
        return _day(_full_year(found[4]), found[3], found[1])
    found = _YMD.fullmatch(plain)
    if found:
        return _day(int(found[1]), found[3], found[4])
    found = _WORDS.fullmatch(plain)
    return _day(int(found[3]), found[2], found[1]) if found else _NOT_DATE


def is_month_first(text: str) -> bool:
    """Whether a text can only be a date with its month before its day, which the form doesn't ask for."""
    found = _DMY.fullmatch(_plain_number_text(text))
    return (
        found is not None and int(found[1]) <= MONTHS < int(found[3]) and _day(_full_year(found[4]), found[1], found[3]).value is not None
    )


def date_of_serial(number: float) -> dt.date | None:
    """The day of a plain number in a date column, where it can only be Excel's number of a day from 1990 to 2100."""
    return EXCEL_EPOCH + dt.timedelta(days=int(number)) if number.is_integer() and int(number) in _SERIALS else None


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:  # noqa: PLR2004
        return year
    return year + (1900 if year >= _CENTURY_TURN else 2000)


def _day(year: int, month: str, day: str) -> ParsedDate:
    try:
        return ParsedDate(dt.date(year, int(month), int(day)), State.REPAIRED)
    except ValueError:
        return _NOT_DATE


def dmy(day: dt.date) -> str:
    """A day as dd/mm/yyyy."""
    return f"{day:%d/%m/}{day.year:04d}"


# --- near names ------------------------------------------------------------------------------------

_NEAR = 72.0
"""Score from which a name is worth suggesting."""
_MOST_SUGGESTED = 3
_CLOSE_BEHIND = 10.0
"""How far behind the nearest name another one may lie and still be suggested."""
_SHORTEST_PART = 4
"""Letters from which a part of a name points to it."""


Names = tuple[tuple[str, tuple[str, ...]], ...]
"""Names, each with the other names of the same thing."""


def suggest(text: str, codelist: Codelist) -> list[str]:
    """Up to three entry names near to ``text``, nearest first."""
    return suggest_names(text, tuple((entry.name, (*entry.aliases, *entry.ambiguous)) for entry in codelist.entries))


def suggest_names(text: str, names: Names) -> list[str]:
    """Like :func:`suggest`, over (name, other names) pairs."""
    wanted = normalise(text)
    if not wanted or not names:
        return []
    scores: dict[str, float] = {}
    owners, spellings, bare = _spellings(names)
    for owner, score in zip(owners, _nearness(wanted, spellings, bare), strict=True):
        scores[owner] = max(score, scores.get(owner, 0.0))
    ranked = sorted((pair for pair in scores.items() if pair[1] >= _NEAR), key=lambda pair: -pair[1])
    return [name for name, score in ranked[:_MOST_SUGGESTED] if score >= ranked[0][1] - _CLOSE_BEHIND]


@lru_cache(maxsize=64)
def _spellings(names: Names) -> tuple[list[str], list[str], list[str]]:
    """All spellings of all names: whose each is, as names are compared, and without accents."""
    listed = [(name, normalise(each)) for name, others in names for each in (name, *others)]
    return [name for name, _ in listed], [each for _, each in listed], [strip_accents(each) for _, each in listed]


def _nearness(wanted: str, spellings: list[str], bare: list[str]) -> list[float]:
    """0 to 100 for each spelling: with accents, a little less without, less again where one is a part of the other."""
    from rapidfuzz import fuzz, process

    bare_wanted = strip_accents(wanted)
    exact, plain, tokens, parts = (
        process.cdist([one], many, scorer=scorer)[0].tolist()
        for one, many, scorer in (
            (wanted, spellings, fuzz.ratio),
            (bare_wanted, bare, fuzz.ratio),
            (bare_wanted, bare, fuzz.token_sort_ratio),
            (bare_wanted, bare, fuzz.partial_ratio),
        )
    )
    scores = []
    for position, name in enumerate(bare):
        score, shorter = max(exact[position], 0.97 * plain[position]), min(len(bare_wanted), len(name))
        if shorter >= _SHORTEST_PART:
            score = max(score, 0.9 * tokens[position], 0.88 * parts[position] * min(1.0, 0.7 + shorter / 30))
        scores.append(score)
    return scores
