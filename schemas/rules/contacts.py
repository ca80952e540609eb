"""Finds mail addresses, telephone and identity numbers in a free text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.rules.around import Around

Span = tuple[int, int]
"""Where something stands in a text: its first character and the one after its last."""
_NUMBER = re.compile(
    r"(?<![\w/.,\-+(])(?:\(\+?[0-9]{2,4}\)[ .\-]?|\+?[0-9])[0-9](?:[ .\-]{0,2}[0-9]){5,12}(?![\w/]|[.,\-][0-9])"
    r"|(?<!\w)[A-Z][0-9]{7,8}(?!\w)"
)
_MAIL_BEFORE, _MAIL_AFTER = re.compile(r"[\w.+\-]{1,64}"), re.compile(r"[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,5}")


def mails(text: str) -> Iterator[Span]:
    """Where mail addresses stand in a text."""
    for sign in re.finditer("@", text):
        at = sign.start()
        after = _MAIL_AFTER.match(text, at + 1)
        head = text[max(0, at - 64) : at]
        before = _MAIL_BEFORE.match(head[::-1])
        if before and after:
            yield at - before.end(), after.end()


def numbers(text: str) -> Iterator[Span]:
    """Where telephone and identity numbers stand in a text."""
    for match in _NUMBER.finditer(text):
        around = Around(text, match.start(), match.end())
        if not around.is_amount and (_is_phone(match[0], around) or _is_identity(match[0], around)):
            yield match.span()


def _is_phone(found: str, around: Around) -> bool:
    digits = "".join(filter(str.isdigit, found))
    if found[0].isalpha():
        return False
    if around.names("before_phones"):
        return 8 <= len(digits) <= 15  # noqa: PLR2004 digits of any telephone number
    if around.names("before_other_numbers") or around.names("before_identities"):
        return False
    own = re.sub(r"\A84(?=[1-9][0-9]{8})", "0", digits)
    return bool(re.fullmatch(r"0[35789][0-9]{8}|02[0-9]{8,9}", own))


def _is_identity(found: str, around: Around) -> bool:
    """Nine or twelve digits, as identity cards have them; without a word that says so none grouped like an amount."""
    digits = "".join(filter(str.isdigit, found))
    if around.names("before_identities"):
        return len(digits) in ((7, 8) if found[0].isalpha() else (9, 12))
    return not around.names("before_other_numbers") and bool(re.fullmatch(r"[0-9]{9}|0[0-9]{11}", found))
