"""Read what a store tells about one of its files."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

_VERSION = ("ETag", "etag", "md5Hash")
"""Names that stores use for the mark of an object's bytes."""
_TIMES = ("LastModified", "last_modified", "mtime", "modified", "updated", "created")
"""Names that stores use for the time of an object's last change."""
_FAR = 2**62
"""Nanoseconds from 1970 to 2116. Later times noted with a file are not believed."""


@dataclass(frozen=True)
class Object:
    """What a store tells about one of its files."""

    size: int
    version: str
    """Differs if the bytes differ. Comparable between a listing and an answer on one file."""
    mark: int
    """From a listing: differs if the bytes or the upload differ. Compare with listings only."""
    at: int | None
    """When it was changed in the store, in nanoseconds: on most stores, when it was uploaded."""
    own: int | None = None
    """When the file itself was changed before it was uploaded, in nanoseconds, if that is noted."""


def object_of(said: Mapping[str, Any]) -> Object:
    """Return the same for every store, from its answer to a listing or on one file."""
    at = _moment(next((said[key] for key in _TIMES if said.get(key)), None))
    # some stores quote it in one of the two answers only
    version = str(next((said[key] for key in _VERSION if said.get(key)), "")).strip('"')
    digest = hashlib.sha256(f"{version} {at} {said['size']}".encode()).digest()
    own = next(
        (
            moment
            for moment in (_moment(text) for text in (_own(said), said.get("mtime")))
            if moment is not None
        ),
        None,
    )
    # seven bytes, because SQLite's integers have eight with a sign
    return Object(int(said["size"]), version or str(at), int.from_bytes(digest[:7]), at, own)


def _own(said: Mapping[str, Any]) -> object:
    """Return the modified time that the uploader noted with a file, as rclone and others do."""
    noted = said.get("metadata") or {}
    return next((value for key, value in noted.items() if str(key).casefold() == "mtime"), None)


def _moment(value: object) -> int | None:
    """Return a moment in nanoseconds, from a date, ISO text or seconds; None for others."""
    if isinstance(value, dt.datetime):
        return int(value.timestamp() * 10**6) * 1000
    if value is None or isinstance(value, bool):
        return None
    with suppress(InvalidOperation, OverflowError, ValueError):
        moment = int(Decimal(str(value)) * 10**9)
        return moment if 0 < moment < _FAR else None
    with suppress(ValueError):
        day = dt.datetime.fromisoformat(str(value))
        return _moment(day if day.tzinfo else day.replace(tzinfo=dt.UTC))
    return None
