"""Read headers of mails: encoded words, file names, addresses, dates, old encodings."""

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
"""Encodings from before Unicode that Python lacks: bytes are read as a Western font, then
converted."""
_ENCODED = re.compile(r"=\?[^?\s]+\?[bBqQ]\?[^?]*\?=")
"""A word with its encoding: "=?utf-8?B?…?="."""
_OF_BYTES = re.compile("[\x80-\x9f]")
"""Control characters that only wrongly decoded bytes give."""
_WITHOUT_ZONE = re.compile(r"\d:\d\d(?::\d\d)?\s*$")
_LONGEST_NAME = 150
"""The most characters of a file name that are shown."""
_NO_NAMES = ("", ".", "..")


def text_of(value: object) -> str:
    """Return a header's value as people read it, on one line."""
    raw = _readable(str(value or ""))
    if _ENCODED.search(raw):
        raw = _decoded(raw)
    return unicodedata.normalize("NFC", " ".join(raw.split()))


def _readable(raw: str) -> str:
    """Decode bytes in a header that don't name their encoding.

    Most are UTF-8, old ones Windows-1258.
    """
    if raw.isascii():
        return raw
    # bytes that Python took for Latin-1
    is_of_bytes = _OF_BYTES.search(raw) and max(raw) < "\u0100"
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
    return "".join(
        part if isinstance(part, str) else in_encoding(part, charset or "ascii")
        for part, charset in parts
    )


def in_encoding(data: bytes, charset: str) -> str:
    """Decode bytes in the encoding that a mail names."""
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
    """Return a part's file name, without folders; blank if it has none."""
    try:
        named = part.get_filename() or ""
    except (ValueError, LookupError, TypeError, IndexError):  # a hostile parameter
        named = ""
    return bare_name(text_of(named))


def bare_name(name: str) -> str:
    """Return the last part of a path, shortened if it is too long to show; blank if none."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1].strip()
    if last in _NO_NAMES:
        return ""
    if len(last) <= _LONGEST_NAME:
        return last
    stem, dot, ending = last.rpartition(".")
    return f"{(stem or ending)[:_LONGEST_NAME]}{dot}{ending[:10]}"


def folder_name(subject: str) -> str:
    """Return a mail's subject as the name of a folder."""
    return bare_name(subject.replace("/", "-").replace("\\", "-"))


def sender_of(values: Sequence[str]) -> tuple[str, str]:
    """Return address and name from the first of these headers with an address."""
    for value in values:
        name, address = email.utils.parseaddr(_readable(str(value)))
        if "@" in address:
            return text_of(address).lower(), text_of(name)
    return "", ""


def moment_of(received: Sequence[str], date: str) -> dt.datetime | None:
    """Return when a mail came: by its topmost ``Received``, else by its ``Date``."""
    topmost = [value.rpartition(";")[2] for value in received[:1] if ";" in value]
    return next(filter(None, map(_moment, [*topmost, date])), None)


def _moment(text: str) -> dt.datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(" ".join(text.split()))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if _WITHOUT_ZONE.search(text):
        return moment.replace(tzinfo=None)
    # "-0000": the server doesn't tell its zone
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
