"""Finds mail addresses, telephone and identity numbers in a free text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from schemas.rules.kinds import AMOUNT, IDENTITY, OTHER_NUMBER, PHONE
from schemas.rules.tokens import Tokens

Span = tuple[int, int]
"""Where something stands in a text: its first character and the one after its last."""
_NUMBER = re.compile(
    r"(?<![\w/.,\-–+])(?:\(\+?[0-9]{2,4}\)[ .\-–]?|\+?[0-9])[ ]?[0-9]"
    r"(?:[ \xa0.\-–]{0,2}[0-9]){5,12}(?![\w/]|[.,\-–][0-9])"
    r"|(?<!\w)[A-Z][0-9]{7,8}(?!\w)"
)
_MAIL_BEFORE, _MAIL_AFTER = (
    re.compile(r"[\w.+\-]{1,64}"),
    re.compile(r"[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,5}"),
)
_FAR, _NEAR = 30, 3
"""How many words before a number are searched for what it is: for telephone and identity numbers,
and for other numbers."""
_ENDS = frozenset(";\n")


def mails(text: str) -> Iterator[Span]:
    """Find mail addresses in a text."""
    for sign in re.finditer("@", text):
        at = sign.start()
        after = _MAIL_AFTER.match(text, at + 1)
        head = text[max(0, at - 64) : at]
        before = _MAIL_BEFORE.match(head[::-1])
        if before and after:
            yield at - before.end(), after.end()


def numbers(tokens: Tokens) -> Iterator[Span]:
    """Find telephone and identity numbers in a text."""
    for match in _NUMBER.finditer(tokens.text):
        at, end = bisect_left(tokens.starts, match.start()), bisect_left(tokens.starts, match.end())
        if not (end < tokens.size and tokens.opens[end] & AMOUNT) and _is_private(
            match[0], _meaning(tokens, at)
        ):
            yield match.span()


def _meaning(tokens: Tokens, at: int) -> int:
    """The kind of number that the words before it announce; 0 if none do."""
    here, found = at - 1, 0
    for distance in range(_FAR):
        if here < 0 or tokens.words[here] in _ENDS:
            break
        kinds = tokens.closes[here]
        if kinds & (IDENTITY | PHONE):
            return found or kinds & (IDENTITY | PHONE)
        if kinds & OTHER_NUMBER and distance < _NEAR and "là" not in tokens.keys[here:at]:
            found = OTHER_NUMBER
        here = tokens.first[here] - 1
    return found


def _is_private(found: str, meaning: int) -> bool:
    """Whether a number is a telephone's or an identity card's, by the word before or its digits."""
    digits = "".join(filter(str.isdigit, found))
    letter = found[0].isalpha()
    if meaning & IDENTITY:
        return len(digits) in ((7, 8) if letter else (9, 12))
    if meaning & PHONE:
        return not letter and 8 <= len(digits) <= 15  # noqa: PLR2004 digits of any telephone number
    if meaning or letter:
        return False
    own = re.sub(r"\A84(?=[1-9][0-9]{8})", "0", digits)
    return bool(
        re.fullmatch(r"0[35789][0-9]{8}|02[0-9]{8,9}", own)
        or re.fullmatch(r"[0-9]{9}|0[0-9]{11}", found)
    )
