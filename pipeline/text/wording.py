"""The meaning of a text, apart from its looks; and where two texts differ in meaning.

Ignored: Unicode form, case, where the tone of a syllable is written, spaces and line breaks, the
shape of dashes, quotes and pauses, bullets before a text and pauses behind it.
Every other word, number and sign counts, and so does a pause between words:
"Không, đề nghị …" isn't "Không đề nghị …".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from pipeline.text.names import FULL_WIDTH, UNSEEN, as_it_looks, spelled
from schemas.rules.anonymity import is_masked, mask_of

PAUSE = ","
"""Replaces every mark at which a reader pauses."""
_QUOTE = '"'
_DASH = "-"
_DASHES = frozenset("-_\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500")
_PAUSES = frozenset(",;:.!…·•●○▪■◦‣∙►➢➤✓✔，。；：！、")
_PAUSED = _PAUSES | {_DASH}
_QUOTES = frozenset("\"'“”„«»‘’`´＂＇")
_STOPS = "".join(sorted(_PAUSES))
_BULLETS = "+*"
"""Bullets: signs without meaning before a text, unless a number follows."""
_LETTER = r"[^\W\d_]"
_MASK = re.escape(mask_of(0)).replace("0", r"\d+")
_TOKEN = re.compile(
    rf"{_MASK}|"
    rf"(?:(?<!\S)\.)?\d(?:[{UNSEEN}]*+(?:[.,][{UNSEEN}]*+)?\d)*+"  # a number
    rf"|{_LETTER}(?:{_LETTER}|[\u0300-\u036f{UNSEEN}])*+"  # a word
    r"|\S"
)
_UNSEEN = re.compile(f"[{UNSEEN}\u200b]")
_CONTEXT = 2
"""Common words shown beside a difference in which one text has no word."""
_NEAR_BY = 1
"""The most equal words between two differences that are joined into one."""


_MOST_TOLD = 5
"""The most differences that are shown."""
_LONGEST_TOLD = 80
"""The most letters that are shown of one side of a difference."""


_NEGATIONS = frozenset(
    ["không", "chưa", "chẳng", "chả", "chớ", "đừng", "not", "no", "never", "without"]
)
"""Words that turn a statement into its contrary."""


class Token(NamedTuple):
    """A word, number or sign: its uniform spelling, and its start and end in the text."""

    says: str
    start: int
    end: int


class Change(NamedTuple):
    """A place where two texts differ.

    ``one`` and ``other``: start and end of the differing letters in each text; (0, 0) if it has
    none. ``was`` and ``now``: their words, with common neighbours if one text has none there.
    """

    one: tuple[int, int]
    other: tuple[int, int]
    was: str
    now: str


@lru_cache(maxsize=10_000)
def meaning(text: str) -> str:
    """Return the meaning of a text: equal for two texts exactly if they differ in looks alone."""
    return " ".join(token.says for token in tokens(text))


def tokens(text: str) -> list[Token]:
    """Split a text into the words, numbers and signs that have meaning, in order."""
    found = _signs(text)
    for place, token in enumerate(found):
        if token.says[-1] in _PAUSED:
            found[place] = token._replace(
                says=_pause(token.says, found[place - 1 : place], found[place + 1 : place + 2])
            )
    found = _from_first_word(found)
    return found[:-1] if found and found[-1].says == PAUSE else found


def _from_first_word(found: list[Token]) -> list[Token]:
    """Drop bullets and pauses before the first word or number; a sign before a number stays."""
    for place, token in enumerate(found):
        says = token.says.lstrip(_STOPS) if token.says[-1] in _PAUSED else token.says
        if says and (says not in _BULLETS or _is_number(found[place + 1 : place + 2])):
            return [token._replace(says=says), *found[place + 1 :]]
    return []


def _signs(text: str) -> list[Token]:
    """Split a text into all its tokens; adjacent pauses and dashes ("...", ".-") are one token."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        says = _says(match[0])
        if says and says[-1] in _PAUSED and found and found[-1].says[-1] in _PAUSED:
            found[-1] = Token(found[-1].says + says, found[-1].start, match.end())
        elif says:
            found.append(Token(says, *match.span()))
    return found


@lru_cache(maxsize=10_000)
def _says(written: str) -> str:
    """Spell a token uniformly; blank if it is invisible marks alone."""
    plain = _UNSEEN.sub("", written)
    if is_masked(plain):
        return plain
    if plain[-1:].isdecimal():
        return plain.translate(FULL_WIDTH)
    return _word(plain) if plain[:1].isalnum() else _sign(plain)


def _word(plain: str) -> str:
    composed = unicodedata.normalize("NFC", as_it_looks(plain))
    return spelled("".join(map(_narrow, composed)).casefold())


def _sign(written: str) -> str:
    if not written:
        return ""
    if written in _DASHES:
        return _DASH
    if written in _QUOTES:
        return _QUOTE
    if unicodedata.category(written) == "Co":  # bullets of Word's symbol fonts
        return PAUSE
    return unicodedata.normalize("NFKC", written) if written in _PAUSES else _narrow(written)


def _narrow(letter: str) -> str:
    """Narrow a full-width letter. Powers and fractions have a meaning of their own and stay."""
    return (
        unicodedata.normalize("NFKC", letter)
        if unicodedata.decomposition(letter).startswith(("<wide>", "<narrow>"))
        else letter
    )


def _pause(says: str, before: Sequence[Token], after: Sequence[Token]) -> str:
    """Return the uniform sign for a pause between words.

    Between numbers its shape counts (10:30, 5…10), as does a dash beside one (-5, 2021–2025).
    """
    follows, leads = _is_number(before), _is_number(after)
    stays = (follows and leads) or (follows and says[0] == _DASH) or (leads and says[-1] == _DASH)
    return says if stays else PAUSE


def _is_number(listed: Sequence[Token]) -> bool:
    return bool(listed) and listed[0].says[-1].isdecimal()


# --- where two texts differ ----------------------------------------------------------------------


def worded(text: str, said: str) -> list[Token]:
    """Return the tokens of ``text`` spelled as in ``said``: the same text, masks numbered anew."""
    return (
        [
            own._replace(says=token.says)
            for own, token in zip(tokens(text), tokens(said), strict=True)
        ]
        if said != text
        else tokens(text)
    )


def differences(
    one: str, other: str, first: Sequence[Token], second: Sequence[Token]
) -> list[Change]:
    """List where the second text differs from the first, word by word, in order.

    ``first`` and ``second`` are the tokens of the two texts.
    """
    from rapidfuzz.distance import Indel

    changed: list[tuple[int, int, int, int]] = []
    for step in Indel.opcodes([token.says for token in first], [token.says for token in second]):
        start, end, begin, stop = step.src_start, step.src_end, step.dest_start, step.dest_end
        if step.tag == "equal":
            continue
        if changed and start - changed[-1][1] <= _NEAR_BY:
            start, _, begin, _ = changed.pop()
        changed.append((start, end, begin, stop))
    return [_change(one, other, first, second, places) for places in changed]


def negates(changes: Sequence[Change]) -> bool:
    """Whether the changes add or remove a negation: a small difference that must not be missed."""
    return any(
        _NEGATIONS & (set(each.was.casefold().split()) ^ set(each.now.casefold().split()))
        for each in changes
    )


def told(changes: Sequence[Change]) -> str:
    """Show differences in signs of any language: “tăng” → “giảm”; “50” → “500”.

    Masks of two different persons may have the same number in two returns: such are shown with ≠.
    """
    listed = [
        f"“{_short(each.was)}” {'≠' if each.was == each.now else '→'} “{_short(each.now)}”"
        for each in changes[:_MOST_TOLD]
    ]
    return "; ".join(
        [*listed, *([f"… (+{len(changes) - _MOST_TOLD})"] if len(changes) > _MOST_TOLD else [])]
    )


def _short(words: str) -> str:
    return (
        words
        if len(words) <= _LONGEST_TOLD
        else f"{words[: _LONGEST_TOLD // 2]} … {words[-_LONGEST_TOLD // 2 :]}"
    )


def _change(
    one: str,
    other: str,
    first: Sequence[Token],
    second: Sequence[Token],
    places: tuple[int, int, int, int],
) -> Change:
    start, end, begin, stop = places
    before = after = 0
    # one text has no word here: show common neighbours, those behind or else those before
    if start == end or begin == stop:
        after = min(_CONTEXT, len(first) - end, len(second) - stop)
        before = 0 if after else min(_CONTEXT, start, begin)
    return Change(
        _letters(first, start, end),
        _letters(second, begin, stop),
        _words(one, first, start - before, end + after),
        _words(other, second, begin - before, stop + after),
    )


def _letters(listed: Sequence[Token], start: int, end: int) -> tuple[int, int]:
    return (listed[start].start, listed[end - 1].end) if start < end else (0, 0)


def _words(text: str, listed: Sequence[Token], start: int, end: int) -> str:
    begin, stop = _letters(listed, start, end)
    return " ".join(text[begin:stop].split())
