"""Headers of mails as people read them: encoded words, names of files, addresses, dates; in the encodings of old programs too."""

from __future__ import annotations

import datetime as dt
import email.header
import email.utils
import re
import unicodedata
from collections.abc import Callable, Sequence
from email.message import Message

from pipeline.text.legacy import from_tcvn3, from_vni

_OLD: dict[str, Callable[[str], str]] = {
    "tcvn": from_tcvn3,
    "tcvn3": from_tcvn3,
    "tcvn-5712": from_tcvn3,
    "x-viet-tcvn": from_tcvn3,
    "x-viet-tcvn5712": from_tcvn3,
    "vni": from_vni,
    "x-viet-vni": from_vni,
}
"""Encodings from before Unicode that Python doesn't know: the letters that their bytes are in Western fonts, then these."""
_ENCODED = re.compile(r"=\?[^?\s]+\?[bBqQ]\?[^?]*\?=")
_OF_BYTES = re.compile("[\x80-\x9f]")
_WITHOUT_ZONE = re.compile(r"\d:\d\d(?::\d\d)?\s*$")
_LONGEST_NAME = 150
_NO_NAMES = ("", ".", "..")


def text_of(value: object) -> str:
    """A header's value as people read it, on one line."""
    raw = _readable(str(value or ""))
    if _ENCODED.search(raw):
        raw = _decoded(raw)
    return unicodedata.normalize("NFC", " ".join(raw.split()))


def _readable(raw: str) -> str:
    """Bytes that stand in a header without saying what they are, as Python hands them over: UTF-8 in most, Windows-1258 in old ones."""
    if raw.isascii():
        return raw
    is_of_bytes = _OF_BYTES.search(raw) and max(raw) < "\u0100"  # of an encoding that the library doesn't know
    data = raw.encode("latin-1") if is_of_bytes else raw.encode("utf-8", "surrogateescape")
    for encoding in ("utf-8", "cp1258"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _decoded(raw: str) -> str:
    try:
        parts = email.header.decode_header(raw)
    except (ValueError, email.errors.MessageError):
        return raw
    return "".join(part if isinstance(part, str) else in_encoding(part, charset or "ascii") for part, charset in parts)


def in_encoding(data: bytes, charset: str) -> str:
    """The text of bytes in an encoding by the name that a mail gives it."""
    name = charset.strip("\"' ").lower()
    if name in _OLD:
        return _OLD[name](data.decode("cp1252", "replace"))
    for encoding in (name, "utf-8", "cp1258"):
        try:
            return data.decode(encoding)
        except (LookupError, ValueError):
            continue
    return data.decode("latin-1")


def file_name(part: Message) -> str:
    """What a part calls its file, without folders; blank where it has no name."""
    try:
        named = part.get_filename() or ""
    except (ValueError, LookupError, TypeError, IndexError):  # a hostile parameter
        named = ""
    return bare_name(text_of(named))


def bare_name(name: str) -> str:
    """The last part of a path, of a length that can be shown; blank where there is none."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1].strip()
    if last in _NO_NAMES:
        return ""
    stem, dot, ending = last.rpartition(".")
    return last if len(last) <= _LONGEST_NAME else f"{(stem or ending)[:_LONGEST_NAME]}{dot}{ending[:10]}"


def folder_name(subject: str) -> str:
    """A mail's subject as the name of a folder among others."""
    return bare_name(subject.replace("/", "-").replace("\\", "-"))


def sender_of(values: Sequence[str]) -> tuple[str, str]:
    """Address and name of the first of these headers that has an address."""
    for value in values:
        name, address = email.utils.parseaddr(_readable(str(value)))
        if "@" in address:
            return text_of(address).lower(), text_of(name)
    return "", ""


def moment_of(received: Sequence[str], date: str) -> dt.datetime | None:
    """When a mail came: as its topmost ``Received`` says, else its ``Date``."""
    topmost = [value.rpartition(";")[2] for value in received[:1] if ";" in value]
    return next(filter(None, map(_moment, [*topmost, date])), None)


def _moment(text: str) -> dt.datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(" ".join(text.split()))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if _WITHOUT_ZONE.search(text):
        return moment.replace(tzinfo=None)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)  # "-0000": of a server that won't say where it is
