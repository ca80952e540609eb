"""Finds persons in a free text: names, telephone and identity numbers, addresses of mail.

Work grows with the length of a text and no faster: each pattern reads on from where it stopped, and what stands around a find
is looked at only so far (:data:`schemas.rules.around.AROUND` characters).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from schemas.rules.around import Around, Place, is_listed, key, listed, may_be_addressed, phrase_at

Span = tuple[int, int]
"""Where something stands in a text: its first character and the one after its last."""

_CAPITAL = "".join(letter for letter in map(chr, range(0x41, 0x1F00)) if letter.isupper())
_WORD = rf"[{_CAPITAL}][^\W\d_]*+(?:['’ʼ][^\W\d_]++)?+"
_RUN = re.compile(rf"(?<![\w'’ʼ]){_WORD}(?:[ \t\xa0]{{1,3}}{_WORD})*+")
"""Words with a capital at their beginning, one after another."""
_ONE = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)?")
_LETTER = rf"[{_CAPITAL}]"
_INITIALS = re.compile(
    rf"(?<![\w.\-/'’])(?:{_LETTER}[^\W\d_]{{0,5}}[ \t\xa0])?(?:{_LETTER}\.[ \t\xa0]?){{1,3}}{_LETTER}(?![\w'’/])"
    rf"|(?<![\w.\-/'’]){_LETTER}[^\W\d_]{{0,2}}\.[ \t\xa0]?(?:Thị|Văn)(?:[ \t\xa0]{_LETTER}[^\W\d_]{{0,9}}){{1,2}}"
    rf"|(?<![\w.\-/'’])(?:{_LETTER}[^\W\d_]{{0,2}}\.[ \t\xa0]?){{1,3}}{_LETTER}[^\W\d_]{{1,7}}(?![\w'’/.])"
)
"""Names of which some words are letters alone: N.V.A, Nguyễn V.A, Ng. Thị B."""
_LETTERS_OF_OFFICES = re.compile(
    r"[IVX.\s]+|U\.B.*|H\.Đ.*|T\.[PUƯTW].?|Q\.H|C\.T.*|V\.I\.P|T\.N.*H\.H|(?:P|Q|H|X|TX|TT|TP|Tp)\. ?Văn \w\w.*"
)
"""Offices, numbers and places that look like initials."""
_FULL_INITIALS = 3
"""Letters from which initials are a name though nothing before them says so."""
_NUMBER = re.compile(r"(?<![\w/.,\-+(])(?:\(\+?[0-9]{2,4}\)[ .\-]?|\+?[0-9])[0-9](?:[ .\-]{0,2}[0-9]){5,12}(?![\w/]|[.,\-][0-9])")
_MAIL_BEFORE, _MAIL_AFTER = re.compile(r"[\w.+\-]{1,64}"), re.compile(r"[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,5}")
_HO_CHI_MINH = ("Hồ", "Chí", "Minh")
"""Addressed by office in writing, and no person of a case."""
_SHORTEST, _MOST_WORDS = 2, 4
"""Words of one name that no form of address tells, and of any."""


def personal(text: str) -> list[str]:
    """The names, telephone and identity numbers and mail addresses in a text, in its order."""
    return [text[start:end] for start, end in spans(text)]


@lru_cache(maxsize=4096)
def spans(text: str) -> tuple[Span, ...]:
    """Where persons are named in a text, in its order; no two spans overlap."""
    found = sorted({*_mails(text), *_numbers(text), *_initials(text), *_names(text)}, key=lambda span: (span[0], -span[1]))
    kept: list[Span] = []
    for span in found:
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return tuple(kept)


# --- mail addresses and numbers ----------------------------------------------------------------------


def _mails(text: str) -> Iterator[Span]:
    if "@" not in text:
        return
    for sign in re.finditer("@", text):
        at = sign.start()
        after = _MAIL_AFTER.match(text, at + 1)
        head = text[max(0, at - 64) : at]
        before = _MAIL_BEFORE.match(head[::-1])
        if before and after:
            yield at - before.end(), after.end()


def _numbers(text: str) -> Iterator[Span]:
    for match in _NUMBER.finditer(text):
        around = Around(text, match.start(), match.end())
        if not around.is_amount and (_is_phone(match[0], around) or _is_identity(match[0], around)):
            yield match.span()


def _is_phone(found: str, around: Around) -> bool:
    digits = "".join(filter(str.isdigit, found))
    if around.names("before_phones"):
        return 8 <= len(digits) <= 12  # noqa: PLR2004 digits of any telephone number
    if around.names("before_other_numbers") or around.names("before_identities"):
        return False
    own = re.sub(r"\A84(?=[1-9][0-9]{8})", "0", digits)
    return bool(re.fullmatch(r"0[35789][0-9]{8}|02[0-9]{8,9}", own))


def _is_identity(found: str, around: Around) -> bool:
    """Nine or twelve digits, as identity cards have them; without a word that says so none grouped like an amount."""
    digits = "".join(filter(str.isdigit, found))
    if around.names("before_identities"):
        return len(digits) in (9, 12)
    return not around.names("before_other_numbers") and bool(re.fullmatch(r"[0-9]{9}|0[0-9]{11}", found))


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
    letters = [each for each in _ONE.findall(found) if len(each) == 1]
    return len(letters) >= _FULL_INITIALS or around.office_beside or bool(re.search("Thị|Văn", found))


def _names(text: str) -> Iterator[Span]:
    place: Span | None = None
    for run in _RUN.finditer(text):
        words = [(run.start() + each.start(), run.start() + each.end()) for each in _ONE.finditer(run[0])]
        at = 0
        while at < len(words):
            if size := phrase_at(text, words, at):
                at += size
                continue
            if not (_surname(text[slice(*words[at])]) or may_be_addressed(text, words[at][0])):
                at += 1
                continue
            name = _name_at(text, words, at)
            around = Around(text, words[at][0], name[-1][1] if name else words[at][1], linked_to=place)
            if name and _is_person(name, text, around):
                yield name[0][0], name[-1][1]
                at += len(name)
            elif name and len(name) > 1:
                at, place = _after_place(text, words, at, len(name))
            else:
                at += 1


def _name_at(text: str, words: Sequence[Span], at: int) -> Sequence[Span]:
    """The words from ``at`` on that may be one name: nothing where the first is no name's beginning."""
    taken = []
    for position, (start, end) in enumerate(words[at : at + _MOST_WORDS]):
        word = text[start:end]
        another = position > 1 and is_listed("surnames", word) and len(words) - at - position > 1
        if another or (position and len(word) > 1 and is_listed("never_in_names", word)):
            break
        taken.append((start, end))
    return taken


def _after_place(text: str, words: Sequence[Span], at: int, size: int) -> tuple[int, Span]:
    """Where to read on after what is no person, and where that stands."""
    later = (n for n in range(at + 2, len(words) - 1) if is_listed("surnames", text[slice(*words[n])]))
    following = next(later, len(words)) if _surname(text[slice(*words[at])]) else at + 1
    return min(following, at + size) if _surname(text[slice(*words[at])]) else following, (
        words[at][0],
        words[min(following, at + size) - 1][1],
    )


@lru_cache(maxsize=4096)
def _surname(word: str) -> bool:
    return is_listed("surnames", word) or is_listed("doubtful_surnames", word) or any(sign in word for sign in "'’ʼ")


@dataclass(frozen=True)
class _Name:
    words: tuple[str, ...]
    clear: bool
    """It begins with a surname that hardly any other word begins with."""
    sure: bool
    """It has a middle name that only persons have."""
    middle: bool
    capitals: bool

    @property
    def typed_plain(self) -> bool:
        """Whether its surname is one only if its marks were left out."""
        return key(self.words[0]) not in listed("surnames") | listed("doubtful_surnames") and "'" not in self.words[0]

    @property
    def all_plain(self) -> bool:
        """Whether it is typed without any marks and has a middle name that only persons have."""
        return self.full and self.sure and all(word.isascii() for word in self.words)

    @classmethod
    def of(cls, name: Sequence[Span], text: str) -> _Name:
        words = tuple(text[start:end] for start, end in name)
        second = words[1] if len(words) > 1 else ""
        sure = is_listed("sure_middle_names", second)
        capitals = all(word.isupper() for word in words) and len("".join(words)) > len(words) + 1
        return cls(words, is_listed("surnames", words[0]), sure, sure or is_listed("middle_names", second), capitals)

    @property
    def full(self) -> bool:
        """Whether it has three words or more."""
        return len(self.words) > 2  # noqa: PLR2004 surname, middle name, given name

    @property
    def alone(self) -> bool:
        """Whether it is a person's though nothing around it says so."""
        if self.capitals:
            return self.full and (self.sure or (self.clear and self.middle))
        return self.full and (self.clear or self.middle)


def _is_person(name: Sequence[Span], text: str, around: Around) -> bool:
    held = _Name.of(name, text)
    if around.is_addressed:
        return not (around.begins_place or around.begins_office or held.words == _HO_CHI_MINH)
    return _may_be_person(held, around) and _is_told_to_be(held, around)


def _may_be_person(name: _Name, around: Around) -> bool:
    """Whether it has the form of a person's name and nothing says that it is a place's or a street's."""
    has_form = len(name.words) >= _SHORTEST and _surname(name.words[0]) and (name.all_plain or not name.typed_plain)
    is_place = around.begins_place or around.place is Place.STREET or around.is_street or _is_place_name(name.words)
    return has_form and not is_place


def _is_told_to_be(name: _Name, around: Around) -> bool:
    """Whether an office, or the name alone, says that it is a person's."""
    if around.place is Place.SEAT or around.is_linked:
        return name.full and around.office == "offices" and not around.is_linked
    if name.capitals:
        return name.alone or (name.full and name.middle and bool(around.office))
    if around.office or around.office_follows:
        return name.full or name.clear or around.office_beside
    return name.alone or (name.clear and around.acts)


def _is_place_name(words: Sequence[str]) -> bool:
    """Whether it is the name of a place, a street or a school that looks like a person's, perhaps with the next words of its line."""
    keys = [key(word) for word in words]
    return " ".join(keys) in listed("places") or " ".join(keys[:3]) in listed("places")
