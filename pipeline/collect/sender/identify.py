"""Which agency sent a workbook: its stamp, then its information sheet, its file name only where both are silent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pipeline.model import Finding, Severity, Stamp
from pipeline.text.names import normalise, strip_accents
from schemas.round.round import Round

_WORD = re.compile(r"[^\W_]+")
_ENDING = re.compile(r"(?:\.[A-Za-z]{2,5}){1,8}$")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_MONTH = re.compile(r"t(?:0[1-9]|1[0-2])")
_LETTERS = "abcdefghijklmnopqrstuvwxyzđ"
_ADDRESSED = frozenset({"gửi", "gui", "kg"})
"""Words before the name of who is written to."""


@dataclass(frozen=True)
class Sender:
    """Who sent a workbook and how that is known; ``findings`` hold one error where it can't be told or told wrongly."""

    agency: str = ""
    by: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Info:
    """What the information sheet says of the sender, as text."""

    code: str = ""
    name: str = ""
    sheet: str = ""
    cells: Mapping[str, str] | None = None


def identify(stamps: Iterable[Stamp], info: Info, file_name: str, book: Book) -> Sender:
    """The sender of a workbook (S02), held against everything else that names one (S03)."""
    stamped = tuple(dict.fromkeys(stamp.agency for stamp in stamps if stamp.agency))
    stated = tuple(dict.fromkeys(code for code in (book.code(info.code), book.name(info.name)) if code))
    if len(stamped) > 1:
        return _wrong(_disagreement(stamped[0], book.title(stamped[1]), info, book))
    if stamped:
        other = next((code for code in stated if code != stamped[0]), None)
        if other is not None or stamped[0] not in book.round.by_agency:
            return _wrong(_disagreement(stamped[0], book.title(other or info.code or info.name), info, book))
        return _known(stamped[0], "stamp", file_name, book)
    if info.code or info.name:
        return _known(stated[0], "info", file_name, book) if len(stated) == 1 else _wrong(_unclear(stated, info, book))
    named = book.only_sender(file_name)
    return _known(named, "file_name", file_name, book) if named else _wrong(Finding("S02", Severity.ERROR, "unknown_agency"))


def _known(code: str, by: str, file_name: str, book: Book) -> Sender:
    agency = book.round.by_agency[code]
    if not agency.in_scope:
        return _wrong(Finding("S02", Severity.ERROR, "unknown_agency.out_of_scope", {"name": agency.name}))
    named = book.only_sender(file_name)
    if by == "file_name" or not named or named == code:
        return Sender(code, by)
    words = {"named": book.title(named), "stated": agency.name}
    return Sender(code, by, (Finding("S03", Severity.WARNING, "file_name_disagrees", words),))


def _wrong(finding: Finding) -> Sender:
    return Sender(findings=(finding,))


def _disagreement(stamped: str, stated: str, info: Info, book: Book) -> Finding:
    words = {"stamped": book.title(stamped), "stated": stated}
    return Finding("S03", Severity.ERROR, "stamp_disagrees", words, sheet=info.sheet, cells=_cells(info), value=info.code or info.name)


def _unclear(stated: tuple[str, ...], info: Info, book: Book) -> Finding:
    """The information sheet names nobody that is known, or two."""
    message = "unknown_agency.two" if stated else "unknown_agency.stated"
    words = {"stated": ", ".join(map(book.title, stated)) or ", ".join(filter(None, (info.code, info.name)))}
    return Finding("S02", Severity.ERROR, message, words, sheet=info.sheet, cells=_cells(info), value=info.code or info.name)


def _cells(info: Info) -> tuple[str, ...]:
    return tuple((info.cells or {}).values())


# --- names of agencies -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Book:
    """All names that the agencies of a round go by."""

    round: Round

    @cached_property
    def _codes(self) -> dict[str, str]:
        return {normalise(agency.code): agency.code for agency in self.round.agencies}

    @cached_property
    def _names(self) -> dict[str, str]:
        """Code by normalised name; a name of two agencies names neither, unless it is the full name of one."""
        own = {normalise(agency.name): agency.code for agency in self.round.agencies}
        found: dict[str, set[str]] = {}
        for agency in self.round.agencies:
            for name in (agency.short_name, *agency.aliases):
                found.setdefault(normalise(name), set()).add(agency.code)
        return {**{name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}, **own}

    @cached_property
    def _phrases(self) -> dict[tuple[str, ...], str]:
        """Code by the words of every name and code, as they are looked for in file names."""
        by_words = {_words(name): code for name, code in (*self._names.items(), *self._codes.items())}
        return {words: code for words, code in by_words.items() if words}

    @cached_property
    def _bare_phrases(self) -> dict[tuple[str, ...], str]:
        """The same without accents, but for words that then name two agencies."""
        found: dict[tuple[str, ...], set[str]] = {}
        for words, code in self._phrases.items():
            found.setdefault(tuple(map(strip_accents, words)), set()).add(code)
        return {words: next(iter(codes)) for words, codes in found.items() if len(codes) == 1}

    @cached_property
    def _dispatch_numbers(self) -> list[tuple[str, ...]]:
        """The numbers of the round's own dispatch, which name who asked, not who answers; longer ones first."""
        texts = f"{self.round.settings.dispatch} {self.round.name}"
        numbers = {_words(normalise(number)) for number in re.findall(r"(?<![0-9])[0-9]+/[^\s,;]+", texts)}
        return sorted(numbers, key=len, reverse=True)

    def code(self, text: str) -> str:
        """The agency of a written code; blank where there is none."""
        return self._codes.get(normalise(text), "")

    def name(self, text: str) -> str:
        """The agency of a whole name or alias; blank where there is none."""
        return self._names.get(normalise(text), "") if text else ""

    def title(self, code: str) -> str:
        """The full name of an agency; the text itself where it is none's code."""
        return self.round.by_agency[code].name if code in self.round.by_agency else code

    def only_sender(self, file_name: str) -> str:
        """The one agency that a file name names as its sender, by whole codes and names; blank where it names none or two."""
        words = _without(self._dispatch_numbers, _words(normalise(_ENDING.sub("", file_name))))
        phrases = self._bare_phrases if all(word.isascii() for word in words) else self._phrases
        found = _longest(words, phrases)
        if len({code for _, code in found}) != 1:
            return ""
        addressed = any(start > 0 and words[start - 1] in _ADDRESSED for start, _ in found)
        return "" if addressed else found[0][1]


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text))


def _longest(words: tuple[str, ...], phrases: Mapping[tuple[str, ...], str]) -> list[tuple[int, str]]:
    """Start and agency of every name among the words, a longer name before the shorter ones inside it."""
    most = max(map(len, phrases), default=0)
    taken: set[int] = set()
    found: list[tuple[int, str]] = []
    for size in range(min(most, len(words)), 0, -1):
        for start in range(len(words) - size + 1):
            place = range(start, start + size)
            code = phrases.get(words[start : start + size])
            if code is None or not taken.isdisjoint(place) or _is_month(words, start, size):
                continue
            taken.update(place)
            found.append((start, code))
    return found


def _is_month(words: tuple[str, ...], start: int, size: int) -> bool:
    """Whether a word like T08 stands beside a year, and so is a month."""
    beside = words[max(0, start - 1) : start] + words[start + 1 : start + 2]
    return size == 1 and _MONTH.fullmatch(words[start]) is not None and any(_YEAR.fullmatch(word) for word in beside)


def _without(phrases: Iterable[tuple[str, ...]], words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without the first of ``phrases`` that stands among them; letters may lead its number ("ab12")."""
    for phrase in phrases:
        for start in range(len(words) - len(phrase) + 1):
            if (words[start].lstrip(_LETTERS), *words[start + 1 : start + len(phrase)]) == phrase:
                return words[:start] + words[start + len(phrase) :]
    return words
