"""Finds persons in a free text: names, telephone and identity numbers, mail addresses.

A text is read into words once (:mod:`schemas.rules.tokens`). Words that may be a name are weighed
by their form and by the words around them (:mod:`schemas.rules.weighing`). The time is linear in
the length of the text: only a fixed number of words around each candidate is looked at.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from types import MappingProxyType

from schemas.rules.candidates import CapitalRun
from schemas.rules.contacts import Span, mails, numbers
from schemas.rules.initials import initials
from schemas.rules.kinds import COMMON_GIVEN, GIVEN, MIDDLE, PLACE
from schemas.rules.place_names import end_of_place
from schemas.rules.tokens import Tokens
from schemas.rules.weighing import TextMemory, is_called
from schemas.rules.wordlists import UPPER, key, lexicon

_SMALL = re.compile(
    r"(?<!\w)(?:(?:nguyễn|trần|lê|phạm|hoàng|huỳnh|phan|vũ|võ|đặng|bùi|đỗ|ngô|đinh|trương|trịnh"
    r"|đoàn|đào|hồ|dương|lý)"
    r" (?:văn (?!bản\b|trư|hóa\b|phòng\b|số\b|minh\b)|thị (?!tr[ườa]|xã\b|hành\b|sát\b))"
    r"|(?:nguyen|tran|le|pham|hoang|huynh|phan|vu|vo|dang|bui|do|ngo|dinh|truong|trinh"
    r"|doan|dao|ho|duong|ly) (?:van (?!ban\b|tru|hoa\b|phong\b|so\b|minh\b|de\b)"
    r"|thi (?!tr[ua]|xa\b|hanh\b|sat\b|cong\b|tuyen\b))"
    r"|(?:nguy[eễ]n|ph[aạ]m|hu[yỳ]nh|tr[iị]nh|phan|trần|tran|lê)"
    r" (?:h[uữ]u|đức|duc|xu[aâ]n|quang|ng[oọ]c|đình|dinh|minh|b[aá]|tr[oọ]ng|thanh|qu[oố]c"
    r"|m[aạ]nh|kh[aắ]c|duy|ho[aà]i|kim|h[oồ]ng|th[eế]) )"
    r"([^\W\d_]{1,7})(?!\w)(?: ([^\W\d_]{1,7})(?!\w))?"
)
"""A whole name typed without any capitals."""
_PERHAPS = re.compile(
    rf"(?<=[^\s.;:!?][ \t\xa0])[{UPPER}]|(?<=[(\"“‘'\[,–—|])[{UPPER}]"
    rf"|[0-9](?:[ \xa0.\-–()]{{0,2}}[0-9]){{6}}|@|(?<!\w)[{UPPER}][^\W\d_]{{0,2}}\.[ ]?[{UPPER}]"
    rf"|(?<!\w)(?:bs|ths|ts|pgs|gs|ks|ds|ls|cn|mr|mrs|ms|ô|đ/c|đ\.c|đc|bsckii?)\.[ ]?[{UPPER}]"
)
"""A sign of a person: a text without any has none, unless the name is typed small or begins a
sentence. A quick test, before the text is read into words."""
_BEGINS = re.compile(rf"(?:\A|[.;:!?\n])\s?\W?([{UPPER}][^\W\d_]*)")
"""The first word of a sentence."""
_CALLED_SMALL = re.compile(
    r"(?<!\w)(?:[Ôô]ng|[Bb]à|[Aa]nh|[Cc]hị|[Cc]ô|[Cc]hú|[Tt]hầy|[đĐ]/c|[đĐ]ồng chí) [^\W\d_]"
)
_WORD_BEFORE = 12
"""How many letters before a name are searched for the word before it."""
_COMPOSED = re.compile(r"[^\u0300-\u036f]?[\u0300-\u036f]*+", re.DOTALL)
"""A letter with the combining marks behind it (text that isn't in NFC)."""
_SEARCHED: ContextVar[Mapping[str, tuple[Span, ...]]] = ContextVar(
    "_SEARCHED", default=MappingProxyType({})
)
"""The spans of the texts that are judged now, as the processes found them that read the files."""


def personal(text: str) -> list[str]:
    """The names, telephone and identity numbers and mail addresses in a text, in its order."""
    return [text[start:end] for start, end in spans(text)]


def spans(text: str) -> tuple[Span, ...]:
    """Where persons are named in a text, in order, without overlaps."""
    searched = _SEARCHED.get()
    return searched[text] if text in searched else looked_for(text)


@contextmanager
def known(searched: Mapping[str, tuple[Span, ...]]) -> Iterator[None]:
    """Take over what another process found in these texts, so that none is searched twice."""
    token = _SEARCHED.set(searched)
    try:
        yield
    finally:
        _SEARCHED.reset(token)


@lru_cache(maxsize=4096)
def looked_for(text: str) -> tuple[Span, ...]:
    """Search a text for what :func:`spans` tells."""
    if unicodedata.is_normalized("NFC", text):
        return tuple(_apart(text))
    letters = [match.span() for match in _COMPOSED.finditer(text)]
    composed = [unicodedata.normalize("NFC", text[start:end]) for start, end in letters]
    places = [place for place, letter in zip(letters, composed, strict=True) for _ in letter]
    return tuple((places[start][0], places[end - 1][1]) for start, end in _apart("".join(composed)))


def _apart(text: str) -> Iterator[Span]:
    end = 0
    for span in sorted(_found(text), key=lambda span: (span[0], -span[1])):
        if span[0] >= end:
            end = span[1]
            yield span


def _found(text: str) -> Iterator[Span]:
    may_have = _PERHAPS.search(text)
    # one word alone (a code, an amount) is no name
    if not may_have and len(text.split(None, 1)) < 2:  # noqa: PLR2004
        return
    yield from filter(None, map(_small, _SMALL.finditer(text)))
    if not (may_have or _may_be_called(text)):
        return
    tokens = Tokens(text)
    yield from mails(text)
    yield from numbers(tokens)
    yield from initials(tokens)
    yield from _names(tokens)


def _small(name: re.Match[str]) -> Span | None:
    """The span of a name without capitals; None if it is a place's.

    A second given name belongs to it if the word before may be a middle name.
    """
    lists = lexicon(plain=name[0].isascii())
    said = key(name.string[name.start() : name.end(1)])
    before = name.string[max(0, name.start() - _WORD_BEFORE) : name.start()].split()
    if said in lists.places or (before and lists.words.get(key(before[-1]), 0) & PLACE):
        return None
    last, more = (lists.words.get(word or "", 0) for word in name.groups())
    ends = name.string[name.end() : name.end() + 1] in ",.;)\n"
    goes_on = last & MIDDLE and more & GIVEN and (ends or not more & COMMON_GIVEN)
    return name.start(), name.end() if goes_on else name.end(1)


def _may_be_called(text: str) -> bool:
    """Whether a name may hide where ``_PERHAPS`` finds none.

    That is: as the first word of a sentence, or typed small after a form of address.
    """
    words = lexicon(plain=False).words
    return (
        any(
            words.get(key(first), 0) & (GIVEN | COMMON_GIVEN) == GIVEN
            for first in _BEGINS.findall(text)
        )
        or _CALLED_SMALL.search(text) is not None
    )


def _names(tokens: Tokens) -> Iterator[Span]:
    """Find names of persons."""
    told, end = TextMemory(), 0
    for index, (has_capital, flags) in enumerate(zip(tokens.capital, tokens.flags, strict=True)):
        if index < end:
            continue
        if has_capital:
            end = tokens.run_from(index)
            yield from _names_of(CapitalRun(tokens, index, end), told)
        elif flags & GIVEN and is_called(tokens, index):
            yield tokens.starts[index], tokens.ends[index]


def _names_of(run: CapitalRun, told: TextMemory) -> Iterator[Span]:
    index = run.start
    while index < run.end:
        place = end_of_place(run, index, told.person_to, told.place_to)
        if place > index:
            told.place_to = index = place
            continue
        if not run.may_begin(index):
            index += 1
            continue
        name = run.name_from(index)
        if told.is_person(name):
            yield run.tokens.starts[index], run.tokens.ends[name.end - 1]
            index = name.end
        else:
            index = told.after_no_person(name)
