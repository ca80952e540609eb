"""Finds persons in a free text: names, telephone and identity numbers, addresses of mail.

Work grows with the length of a text and no faster: each pattern reads on from where it stopped, and what stands around a find
is looked at only so far (:data:`schemas.rules.around.AROUND` characters).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from schemas.rules.around import Around, Place, may_be_addressed, phrase_at
from schemas.rules.contacts import Span, mails, numbers
from schemas.rules.wordlists import is_listed, key, listed

_CAPITAL = "".join(letter for letter in map(chr, range(0x41, 0x1F00)) if letter.isupper())
_WORD = rf"[{_CAPITAL}][^\W\d_]*+(?:['’ʼ][^\W\d_]++)?+"
_RUN = re.compile(rf"(?<![\w'’ʼ]){_WORD}(?:[ \t\xa0]{{1,3}}{_WORD})*+")
"""Words with a capital at their beginning, one after another."""
_ONE = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)?")
_LETTER = rf"[{_CAPITAL}]"
_TWO_LETTERS = "(?:Ng|Nh|Th|Tr|Ph|Kh|Ch|Gi|Qu)"
_INITIALS = re.compile(
    rf"(?<![\w.\-/'’])(?:{_LETTER}[^\W\d_]{{0,5}}[ \t\xa0]|{_TWO_LETTERS}\.[ \t\xa0]?)?(?:{_LETTER}\.[ \t\xa0]?){{1,3}}{_LETTER}(?![\w'’/])"
    rf"|(?<![\w.\-/'’]){_LETTER}[^\W\d_]{{0,2}}\.[ \t\xa0]?(?:Thị|Văn)(?:[ \t\xa0]{_LETTER}[^\W\d_]{{0,9}}){{1,2}}"
    rf"|(?<![\w.\-/'’])(?:{_LETTER}[^\W\d_]{{0,2}}\.[ \t\xa0]?){{1,3}}{_LETTER}[^\W\d_]{{1,7}}(?![\w'’/.])"
)
"""Names of which some words are letters alone: N.V.A, Nguyễn V.A, Ng. Thị B."""
_LETTERS_OF_OFFICES = re.compile(
    r"[IVX.\s]+|U\.B.*|H\.Đ.*|T\.[PUƯTW].?|Q\.H|C\.T.*|V\.I\.P|T\.N.*H\.H|V\.N\.P\.T|B\.O\.T|B\.T|O\.D\.A|F\.D\.I|H\.T\.X|U\.S\.A|(?:P|Q|H|X|TX|TT|TP|Tp)\. ?Văn \w\w.*"
)
"""Offices, numbers and places that look like initials."""
_FULL_INITIALS = 3
"""Letters from which initials are a name though nothing before them says so."""
_HO_CHI_MINH = ("Hồ", "Chí", "Minh")
"""Addressed by office in writing, and no person of a case."""
_HIGHLAND_SIGN = frozenset("'’ʼ")
_HIGHLAND = ("H'", "H’", "Hʼ")
_SHORTEST, _MOST_WORDS = 2, 4
"""Words of one name that no form of address tells, and of any."""


def personal(text: str) -> list[str]:
    """The names, telephone and identity numbers and mail addresses in a text, in its order."""
    return [text[start:end] for start, end in spans(text)]


@lru_cache(maxsize=4096)
def spans(text: str) -> tuple[Span, ...]:
    """Where persons are named in a text, in its order; no two spans overlap."""
    if unicodedata.is_normalized("NFC", text):
        return tuple(_apart(text))
    letters = [match.span() for match in _COMPOSED.finditer(text)]
    composed = [unicodedata.normalize("NFC", text[start:end]) for start, end in letters]
    places = [place for place, letter in zip(letters, composed, strict=True) for _ in letter]
    return tuple((places[start][0], places[end - 1][1]) for start, end in _apart("".join(composed)))


_COMPOSED = re.compile(r"[^\u0300-\u036f]?[\u0300-\u036f]*+", re.DOTALL)
"""A letter with the marks that stand after it."""


def _apart(text: str) -> Iterator[Span]:
    end = 0
    found = {*mails(text), *numbers(text), *_initials(text), *_names(text)}
    for span in sorted(found, key=lambda span: (span[0], -span[1])):
        if span[0] >= end:
            end = span[1]
            yield span


# --- names --------------------------------------------------------------------------------------------


def _initials(text: str) -> Iterator[Span]:
    if "." not in text.rstrip(". "):
        return
    for match in _INITIALS.finditer(text):
        if _is_initials(match[0], Around(text, *match.span())):
            yield match.span()


def _is_initials(found: str, around: Around) -> bool:
    if around.is_addressed:
        return True
    if _LETTERS_OF_OFFICES.fullmatch(found):
        return False
    first = _ONE.match(found)
    if first and "." not in found[: first.end() + 1]:
        return _surname(first[0])
    letters = [each for each in _ONE.findall(found) if len(each) == 1 or re.fullmatch(_TWO_LETTERS, each)]
    return len(letters) >= _FULL_INITIALS or around.office_beside or bool(re.search("Thị|Văn", found))


def _names(text: str) -> Iterator[Span]:
    place: Span | None = None
    person: Span | None = None
    for run in _RUN.finditer(text):
        words = [(run.start() + each.start(), run.start() + each.end()) for each in _ONE.finditer(run[0])]
        at = 0
        while at < len(words):
            if size := phrase_at(text, words, at):
                at += size
                continue
            if len(words) == 1 and _is_single(Around(text, *words[0], linked_to=person)):
                yield words[0]
                person = (person or words[0])[0], words[0][1]
                break
            if not (_begins_name(text, words, at) or may_be_addressed(text, words[at][0])):
                at += 1
                continue
            name = _name_at(text, words, at)
            around = Around(text, words[at][0], name[-1][1] if name else words[at][1], linked_to=place)
            if name and _is_person(name, text, around):
                person = name[0] if len(name) == 1 else None
                yield name[0][0], name[-1][1]
                at += len(name)
            elif _another_begins(text, words, at):
                at += 1
            elif name and len(name) > 1:
                at, place = _after_place(text, words, at, len(name))
            else:
                at += 1


def _is_single(around: Around) -> bool:
    """Whether one word is a name because of a person before it or of an office."""
    return around.follows_person or around.called_by_office


def _name_at(text: str, words: Sequence[Span], at: int) -> Sequence[Span]:
    """The words from ``at`` on that may be one name: nothing where the first is no name's beginning."""
    taken = []
    for position, (start, end) in enumerate(words[at : at + _MOST_WORDS]):
        word = text[start:end]
        another = position > 1 and is_listed("surnames", word) and len(words) - at - position > 1
        plain = text.isascii() and is_listed("middle_names", word)
        if (another and not plain) or (position and len(word) > 1 and is_listed("never_in_names", word) and not plain):
            break
        taken.append((start, end))
    return taken


def _after_place(text: str, words: Sequence[Span], at: int, size: int) -> tuple[int, Span]:
    """Where to read on after what is no person, and where that stands."""
    following = at + 1
    if _surname(text[slice(*words[at])]):
        later = (n for n in range(at + 2, len(words) - 1) if is_listed("surnames", text[slice(*words[n])]))
        following = min(next(later, len(words)), at + size)
    return following, (words[at][0], words[min(following, at + size) - 1][1])


def _another_begins(text: str, words: Sequence[Span], at: int) -> bool:
    """Whether the word here only looks like a surname and the next is one: "Nay Đinh …", "Đường Nguyễn …"."""
    first, second, third = (text[slice(*words[n])] if n < len(words) else "" for n in range(at, at + 3))
    if text.isascii() and is_listed("addresses", first):
        return True
    return is_listed("doubtful_surnames", first) and (is_listed("surnames", second) or key(third) in listed("sure_middle_names"))


def _begins_name(text: str, words: Sequence[Span], at: int) -> bool:
    """Whether a surname stands here, or any word before a middle name that only persons have."""
    first = text[slice(*words[at])]
    if _surname(first):
        return True
    following = text[slice(*words[at + 1])] if at + 1 < len(words) else ""
    return key(following) in listed("sure_middle_names") and not is_listed("never_in_names", first)


@lru_cache(maxsize=4096)
def _surname(word: str) -> bool:
    return is_listed("surnames", word) or is_listed("doubtful_surnames", word) or bool(_HIGHLAND_SIGN.intersection(word))


@dataclass(frozen=True)
class _Name:
    words: tuple[str, ...]
    clear: bool
    """It begins with a surname that hardly any other word begins with."""
    sure: bool
    """It has a middle name that only persons have."""
    middle: bool
    capitals: bool
    highland: bool
    """It is formed as those of the Ê Đê and Gia Rai: H'Lim Ayun, Y Thiếp Niê."""

    @property
    def typed_plain(self) -> bool:
        """Whether its surname is one only if its marks were left out."""
        return key(self.words[0]) not in listed("surnames") | listed("doubtful_surnames") and not _HIGHLAND_SIGN.intersection(self.words[0])

    @property
    def all_plain(self) -> bool:
        """Whether it is typed without any marks and has a middle name that only persons have."""
        return self.full and self.sure and all(word.isascii() for word in self.words)

    @classmethod
    def of(cls, name: Sequence[Span], text: str) -> _Name:
        words = tuple(text[start:end] for start, end in name)
        second = words[1] if len(words) > 1 else ""
        plain = all(word.isascii() for word in words)
        sure, middle = (is_listed(kind, second) if plain else key(second) in listed(kind) for kind in ("sure_middle_names", "middle_names"))
        capitals = all(word.isupper() for word in words) and len("".join(words)) > len(words) + 1
        highland = len(words) > 1 and (words[0][:2] in _HIGHLAND or (words[0] == "Y" and key(words[-1]) in listed("clans")))
        return cls(words, is_listed("surnames", words[0]), sure, sure or middle, capitals, highland)

    @property
    def full(self) -> bool:
        """Whether it has three words or more."""
        return len(self.words) > 2  # noqa: PLR2004 surname, middle name, given name

    @property
    def alone(self) -> bool:
        """Whether it is a person's though nothing around it says so."""
        if self.capitals:
            return self.full and (self.sure or (self.clear and self.middle))
        return self.full and (self.clear or self.middle) and not self.street

    @property
    def street(self) -> bool:
        """Whether it reads like a street of that name at the beginning of a sentence: Đường Nguyễn Huệ."""
        return key(self.words[0]) in listed("before_streets") - {"hồ"} and key(self.words[1]) in listed("surnames")


def _is_person(name: Sequence[Span], text: str, around: Around) -> bool:
    held = _Name.of(name, text)
    if around.is_addressed:
        return not (around.begins_place or around.begins_office or held.words == _HO_CHI_MINH)
    return _may_be_person(held, around) and _is_told_to_be(held, around)


def _may_be_person(name: _Name, around: Around) -> bool:
    """Whether it has the form of a person's name and nothing says that it is a place's or a street's."""
    begins = _surname(name.words[0]) or (name.sure and around.office_beside)
    told_plain = around.text.isascii() and name.full and (name.middle or around.office_beside)
    has_form = len(name.words) >= _SHORTEST and begins and (name.all_plain or told_plain or name.sure or not name.typed_plain)
    is_place = around.begins_place or around.place is Place.STREET or (around.is_street and not around.office) or _is_place_name(name.words)
    return has_form and not is_place


def _is_told_to_be(name: _Name, around: Around) -> bool:
    """Whether an office, or the name alone, says that it is a person's."""
    if name.highland:
        return not around.place or bool(around.office)
    if around.place is Place.SEAT or around.is_linked:
        return name.full and around.office == "offices" and not around.is_linked
    if around.place is Place.UNIT:
        return name.full and (around.office == "offices" or (bool(around.office) and name.middle))
    if name.capitals:
        told = bool(around.office) or around.office_follows or around.is_dealt_with or around.in_brackets
        return name.alone or (name.full and name.middle and told)
    if around.office or around.office_follows:
        return name.full or name.clear or around.office_beside
    return name.alone or (name.clear and around.acts) or (name.full and around.is_dealt_with)


def _is_place_name(words: Sequence[str]) -> bool:
    """Whether it is the name of a place, a street or a school that looks like a person's, perhaps with the next words of its line."""
    keys = [key(word) for word in words]
    return is_listed("places", " ".join(keys)) or is_listed("places", " ".join(keys[:3]))
