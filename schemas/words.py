"""The catalogue of everything people read: a folder a language in ``schemas/messages``.

``rules.toml`` has an entry a message: ``rule`` (what must hold, for the self-check sheet and the documentation),
``found`` (what is wrong) and ``fix`` (what to do). Every other file is a section of words, named after the file.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("vi", "en")
WAIVED = "waived_reason"
"""A word that a finding of a waived rule has."""
REMARK = "remark"
"""A word that a finding has which is not as grave as its rule: which of the ``remarks`` says why."""
PARTS = ("rule", "found", "fix")


@cache
def catalogue(lang: str) -> Mapping[str, Any]:
    """All words of one language: file name without ending -> its content."""
    folder = Path(__file__).parent / "messages" / lang
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))}


def say(message: str, part: str, lang: str, words: Mapping[str, str]) -> str:
    """The text of ``part`` of a message, its gaps filled with ``words``.

    A variant ("number.negative") falls back on its stem ("number") for a part that it doesn't have itself.
    What to do about a waived rule is nothing, whatever the message.
    """
    entries = catalogue(lang)["rules"]
    if part == "fix" and WAIVED in words:
        message = "waived"
    for name in (message, message.partition(".")[0]):
        entry = _down(entries, name)
        if part in entry:
            remark = " " + fill(_down(catalogue(lang)["remarks"], words[REMARK]), words) if part == "found" and REMARK in words else ""
            return fill(str(entry[part]), words) + remark
    raise KeyError(f"{lang}: {message}.{part}")


def ui(key: str, lang: str, **words: object) -> str:
    """A word or sentence: ``key`` is "file.name" or "file.section.name"."""
    text = _text(key, lang)
    return fill(text, {name: str(value) for name, value in words.items()}) if "{" in text or "}" in text else text


@cache
def _text(key: str, lang: str) -> str:
    return str(_down(catalogue(lang), key))


def _down(entry: Any, key: str) -> Any:
    for name in key.split("."):
        entry = entry[name]
    return entry


def fill(text: str, words: Mapping[str, str]) -> str:
    """``text`` with its gaps filled; a gap without a word is an error, so that a test finds it."""
    return text.format_map(words)


def dmy(day: dt.date) -> str:
    """A day as people write it: dd/mm/yyyy."""
    return f"{day:%d/%m/}{day.year:04d}"  # not %Y, which leaves out the zeros of early years on some systems
