"""Marks of all texts printed on a form, packed into hidden cells: they reveal added texts.

A mark is three bytes of the CRC-32 of a text's letters; spaces and line breaks are left out, as
programs change them on saving. How marks are made must never change: issued forms hold them.
"""

from __future__ import annotations

import binascii
import unicodedata
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from functools import lru_cache

NAMES = tuple(f"printed_{number}" for number in range(1, 17))
"""The labels of the rows of the hidden sheet that hold the marks."""
_LETTERS = 1_000
"""Letters per row. Longer texts are too much for some programs."""
_SIZE = 3


def packed(of_all: Iterable[str], of_one: Iterable[str] = ()) -> str:
    """Pack the marks of texts on all copies and of those on one copy alone; blank if too many."""
    written = f"{_packed(of_all)}-{_packed(of_one)}".rstrip("-")
    return written if len(written) <= len(NAMES) * _LETTERS else ""


def parts_of(written: str) -> dict[str, str]:
    """Split packed marks into the rows of the hidden sheet, by label."""
    return {name: written[at * _LETTERS : (at + 1) * _LETTERS] for at, name in enumerate(NAMES)}


def joined(hidden: Mapping[str, str]) -> str:
    """Join the marks from the rows of a hidden sheet; blank if a row was lost or cut short.

    SheetJS cuts cells of an .xls to 255 letters.
    """
    parts = {name: hidden.get(name, "") for name in NAMES}
    whole = "".join(parts.values())
    return whole if parts_of(whole) == parts else ""


def _packed(texts: Iterable[str]) -> str:
    return b64encode(b"".join(sorted({_mark(text) for text in texts}))).decode()


class Printed:
    """The texts printed on a form, from packed marks, and ``more``. False if there are no marks."""

    def __init__(self, written: str = "", more: Iterable[str] = ()) -> None:
        of_all, _, of_one = written.partition("-")
        self._shared = _of_all_copies(of_all)
        self._own = _unpacked(of_one) | {_mark(text) for text in more}
        self._known = {*parts_of(written).values()}

    def __bool__(self) -> bool:
        return bool(self._shared.marks)

    def unknown(self, texts: Iterable[str]) -> set[str]:
        """Return texts not yet found to be printed. Quick; texts that were added are among them."""
        return set(texts) - self._shared.known - self._known

    def added(self, texts: Iterable[str]) -> set[str]:
        """Return the texts that are not printed on the form."""
        unknown = self.unknown(texts)
        of_all = {text for text in unknown if _mark(text) in self._shared.marks}
        of_one = {text for text in unknown if _mark(text) in self._own}
        self._shared.known.update(of_all)
        self._known.update(of_one)
        return unknown - of_all - of_one


class _Shared:
    """The marks common to all copies of a form, and the texts already found to match them."""

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
