"""What a form says itself, packed into some of its cells: so that what somebody added is known, however the form was made.

Three bytes a text, of its letters alone: programs change the spaces and line breaks of what they save. How texts are marked
must never change: forms that are out have their marks in them.
"""

from __future__ import annotations

import binascii
import unicodedata
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from functools import lru_cache

NAMES = tuple(f"printed_{number}" for number in range(1, 17))
"""What the rows of the hidden sheet are called that have them."""
_LETTERS = 1_000
"""What one of them holds: longer texts are too much for some programs."""
_SIZE = 3


def packed(of_all: Iterable[str], of_one: Iterable[str] = ()) -> str:
    """The marks of the texts of all copies and of those of one alone; blank where they are too many."""
    written = f"{_packed(of_all)}-{_packed(of_one)}".rstrip("-")
    return written if len(written) <= len(NAMES) * _LETTERS else ""


def parts_of(written: str) -> dict[str, str]:
    """What stands in each row of the hidden sheet."""
    return {name: written[at * _LETTERS : (at + 1) * _LETTERS] for at, name in enumerate(NAMES)}


def joined(hidden: Mapping[str, str]) -> str:
    """The marks in the rows of a hidden sheet; blank where one was lost or cut short: SheetJS keeps 255 letters of a cell in an .xls."""
    parts = {name: hidden.get(name, "") for name in NAMES}
    whole = "".join(parts.values())
    return whole if parts_of(whole) == parts else ""


def _packed(texts: Iterable[str]) -> str:
    return b64encode(b"".join(sorted({_mark(text) for text in texts}))).decode()


class Printed:
    """The texts that a form says itself, as they were packed, and ``more``; false where nothing is known of them."""

    def __init__(self, written: str = "", more: Iterable[str] = ()) -> None:
        of_all, _, of_one = written.partition("-")
        self._shared = _of_all_copies(of_all)
        self._own = _unpacked(of_one) | {_mark(text) for text in more}
        self._known = {*parts_of(written).values()}

    def __bool__(self) -> bool:
        return bool(self._shared.marks)

    def unknown(self, texts: Iterable[str]) -> set[str]:
        """Those of some texts that weren't worked out before, quickly: what the form doesn't say is among them."""
        return set(texts) - self._shared.known - self._known

    def added(self, texts: Iterable[str]) -> set[str]:
        """Those of some texts that the form doesn't say."""
        unknown = self.unknown(texts)
        of_all = {text for text in unknown if _mark(text) in self._shared.marks}
        of_one = {text for text in unknown if _mark(text) in self._own}
        self._shared.known.update(of_all)
        self._known.update(of_one)
        return unknown - of_all - of_one


class _Shared:
    """The marks that all copies of a form have, and texts that they were found to be of."""

    def __init__(self, written: str) -> None:
        self.marks, self.known = _unpacked(written), set[str]()


_of_all_copies = lru_cache(maxsize=64)(_Shared)


def _unpacked(written: str) -> frozenset[bytes]:
    try:
        marks = b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        return frozenset()
    return frozenset(marks[at : at + _SIZE] for at in range(0, len(marks), _SIZE))


NOTHING_KNOWN = Printed()


@lru_cache(maxsize=10_000)
def _mark(text: str) -> bytes:
    letters = "".join(unicodedata.normalize("NFC", text).casefold().split())
    return zlib.crc32(letters.encode("utf-8", "replace")).to_bytes(4, "big")[-_SIZE:]
