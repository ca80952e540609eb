"""The catalogue of everything people read: one folder per language in ``schemas/messages``.

``rules.toml`` has one entry per message: ``rule`` (what must hold, for the self-check sheet and the
documentation), ``found`` (what is wrong) and ``fix`` (what to do). Every other file is a section of
words, named after the file.

The words of the program fit any round. A round says in its own words what it wants to say otherwise
(its national heading, examples, what its rows are): in files of the same names and keys in its
folder ``messages/<language>``.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Self

LANGUAGES = ("vi", "en")
MESSAGES = Path(__file__).parent / "messages"
WAIVED = "waived_reason"
"""A word that a finding of a waived rule has."""
REMARK = "remark"
"""A word of a finding that is less grave than its rule: which of the ``remarks`` says why."""
DECIDED = frozenset((WAIVED, "graded_reason", "waived_approver", "waived_until"))
"""Words of a finding about a decision on its rule for one agency: why, by whom, until when."""
PARTS = ("rule", "found", "fix")
_AMOUNTS = ("minimum", "maximum", "length")
"""Words of findings that are numbers: each language separates their thousands in its own way."""
_FIGURES = ("before", "after", "change", "amount", "middle", "times", "limit")
"""Words of findings that are reckoned: a point stands before their decimals."""
_POINTED = re.compile(r"[×÷+-]?[\d\u00a0]+\.\d+")
_LAST_WITH_ZERO = 2
"""The last month whose number gets a 0 in front in documents."""


class Language(str):
    """A language in the words of one round: those in the folder ``own`` replace the program's.

    A text like any other ("vi"), so that all who only hand on a language needn't know of rounds.
    """

    __slots__ = ("own",)

    own: Path

    def __new__(cls, code: str, own: Path) -> Self:
        self = super().__new__(cls, code)
        self.own = own
        return self

    def __getnewargs__(self) -> tuple[str, Path]:  # type: ignore[override]
        return str(self), self.own


def catalogue(lang: str) -> Mapping[str, Any]:
    """All words of one language: file name without ending -> its content."""
    own = _own(lang)
    folders = [folder for folder in (MESSAGES / lang, own) if folder]
    return {
        name: _section(name, str(lang), own)
        for name in sorted({path.stem for folder in folders for path in folder.glob("*.toml")})
    }


def section(name: str, lang: str) -> Mapping[str, Any]:
    """The words of one file of a language: a command reads only the files whose words it says."""
    return _section(name, str(lang), _own(lang))


def _own(lang: str) -> Path | None:
    return lang.own if isinstance(lang, Language) else None


@cache
def _section(name: str, lang: str, own: Path | None) -> Mapping[str, Any]:
    words = _read(MESSAGES / lang / f"{name}.toml")
    return _laid_over(words, _read(own / f"{name}.toml")) if own else words


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _laid_over(words: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """``words`` with those of ``own`` in the place of, or beside, the ones that they had."""
    laid = {
        key: _laid_over(words.get(key, {}), word) if isinstance(word, Mapping) else word
        for key, word in own.items()
    }
    return {**words, **laid}


def unknown_words(lang: Language) -> list[str]:
    """The keys of a round's own words that the program doesn't have, and would never read."""
    return _unknown(
        catalogue(str(lang)), {path.stem: _read(path) for path in sorted(lang.own.glob("*.toml"))}
    )


def _unknown(words: Mapping[str, Any], own: Mapping[str, Any]) -> list[str]:
    found = [key for key, word in own.items() if not isinstance(word, type(words.get(key)))]
    deeper = (
        (key, word) for key, word in own.items() if isinstance(word, Mapping) and key not in found
    )
    return [
        *found,
        *(f"{key}.{name}" for key, word in deeper for name in _unknown(words[key], word)),
    ]


def say(message: str, part: str, lang: str, words: Mapping[str, str]) -> str:
    """The text of ``part`` of a message, its gaps filled with ``words``.

    A variant ("number.negative") falls back on its stem ("number") for a part that it doesn't have
    itself. What to do about a waived rule is nothing, whatever the message; a blank reason for it
    is not said.
    """
    entries = section("rules", lang)
    words = {**words, **{name: grouped(words[name], lang) for name in _AMOUNTS if name in words}}
    if lang == "vi":
        words = {**words, **{name: with_comma(words[name]) for name in _FIGURES if name in words}}
    if part == "fix" and WAIVED in words:
        message = "waived" if words[WAIVED] else "waived.plainly"
    for name in (message, message.partition(".")[0]):
        entry = _down(entries, name)
        if part in entry:
            remark = (
                " " + fill(_down(section("remarks", lang), words[REMARK]), words)
                if part == "found" and REMARK in words
                else ""
            )
            return fill(str(entry[part]), words) + remark
    raise KeyError(f"{lang}: {message}.{part}")


def messages(lang: str) -> frozenset[str]:
    """The messages of ``rules.toml`` of which a language has all sentences.

    A sentence may be that of the message's stem or variants.
    """
    return _messages(str(lang), _own(lang))


@cache
def _messages(lang: str, own: Path | None) -> frozenset[str]:
    paths = [folder / "rules.toml" for folder in (MESSAGES / lang, own) if folder]
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths if path.is_file())
    found: defaultdict[str, set[str]] = defaultdict(set)
    # to parse it takes longer than to load a round
    for name, body in re.findall(r"^\[([\w.]+)\]\n([^\[]*)", text, re.MULTILINE):
        for key in (name, name.partition(".")[0]):
            found[key].update(re.findall(r"^(\w+) = ", body, re.MULTILINE))
    return frozenset(
        name
        for name in list(found)
        if (found[name] | found[name.partition(".")[0]]).issuperset(PARTS)
    )


def ui(key: str, lang: str, **words: object) -> str:
    """A word or sentence: ``key`` is "file.name" or "file.section.name"."""
    text = _text(key, str(lang), _own(lang))
    return (
        fill(text, {name: str(value) for name, value in words.items()})
        if "{" in text or "}" in text
        else text
    )


@cache
def _text(key: str, lang: str, own: Path | None) -> str:
    name, _, rest = key.partition(".")
    return str(_down(_section(name, lang, own), rest))


def _down(entry: Any, key: str) -> Any:
    for name in key.split("."):
        entry = entry[name]
    return entry


def fill(text: str, words: Mapping[str, str]) -> str:
    """``text`` with its gaps filled; a gap without a word is an error, so that a test finds it.

    A gap may name what its number counts, once and many times: ``{count:agency|agencies}``.
    """
    return text.format_map(
        {name: _Counting(word) for name, word in words.items()} if "|" in text else words
    )


class _Counting(str):
    """A number in words of which some name what it counts."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        one, _, many = spec.partition("|")
        return f"{self} {one if self == '1' else many}" if spec else str(self)


def grouped(number: str, lang: str) -> str:
    """A whole number with its thousands separated, as the language does; other text as it is."""
    if not number.isdecimal():
        return number
    return f"{int(number):,}".replace(",", ".") if lang == "vi" else f"{int(number):,}"


def with_comma(number: str) -> str:
    """A number with the comma that Vietnamese has before decimals; any other text as it is."""
    return number.replace(".", ",") if _POINTED.fullmatch(number) else number


def dmy(day: dt.date) -> str:
    """A day as people write it: dd/mm/yyyy."""
    # not %Y, which leaves out the zeros of early years on some systems
    return f"{day:%d/%m/}{day.year:04d}"


def formal_day(value: dt.date) -> str:
    """A day as documents write it: 05/01/2023, 30/6/2023.

    Only days below 10, January and February get a 0 (Nghị định 30/2020, Phụ lục I).
    """
    month = f"{value:%m}" if value.month <= _LAST_WITH_ZERO else str(value.month)
    return f"{value:%d}/{month}/{value.year:04d}"
