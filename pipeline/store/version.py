"""Describe one file of an agency, and tell which of two is newer. No I/O."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pipeline.model import COUNTING, Verdict


@dataclass(frozen=True, slots=True)
class Version:
    """One file of an agency, as far as it decides about the agency's standing."""

    number: int
    moment: dt.datetime
    verdict: Verdict
    name: str = ""
    sha256: str = ""
    has_time: bool = True
    """Whether the hour of its receipt is known, not only the day."""
    signed_on: str = ""
    saved: str = ""
    """When the document says it was changed, ISO in UTC."""
    is_nil: bool = False
    is_blank: bool = False
    """An empty form: no row in any table, and nil not declared."""
    is_doubted: bool = False
    """Its name or its information sheet names another agency."""
    is_document: bool = False
    """A PDF, Word text or picture: it accompanies the agency's other files."""
    decision: str = ""
    """``pin``, ``exclude`` or blank."""
    pin: int = 0
    """0 if not pinned; of two pinned ones the later has the higher number."""

    @property
    def is_readable(self) -> bool:
        """Whether its tables could be read."""
        return self.verdict is not Verdict.UNREADABLE

    @property
    def is_acceptable(self) -> bool:
        """Whether it may count."""
        return self.verdict in COUNTING


def oldest_first(versions: Iterable[Version]) -> list[Version]:
    """Sort versions by receipt, and then by what they say about themselves.

    In this order: moment of receipt (only its day if either's hour is unknown), day of signature
    (if both have one), the document's modified time, file name, hash. What is unknown for one pair
    may decide another, so in rare cases no order agrees with all pairs: then the one that is newer
    than most others is newer. The order given makes no difference.
    """
    ordered: list[Version] = []
    by_day = sorted(versions, key=_settled)
    for _, day in groupby(by_day, key=lambda version: version.moment.date()):
        ordered += _of_one_day(list(day))
    return ordered


def _settled(version: Version) -> tuple[dt.date, str, str, str, str]:
    return version.moment.date(), version.signed_on, version.saved, version.name, version.sha256


def _of_one_day(versions: list[Version]) -> list[Version]:
    """Sort versions of one day, given in the order of what is always known."""
    if all(version.has_time for version in versions):
        by_time = sorted(versions, key=lambda version: version.moment)
        return [
            version
            for _, same in groupby(by_time, key=lambda version: version.moment)
            for version in _of_one_moment(list(same))
        ]
    return (
        versions
        if not any(version.has_time for version in versions) and _all_signed(versions)
        else _by_pairs(versions)
    )


def _of_one_moment(versions: list[Version]) -> list[Version]:
    return versions if _all_signed(versions) else _by_pairs(versions)


def _all_signed(versions: Sequence[Version]) -> bool:
    """True if the day of signature is known for all or for none."""
    return len({bool(version.signed_on) for version in versions}) == 1


def _by_pairs(versions: list[Version]) -> list[Version]:
    """Sort by how many of the others each is newer than."""
    beaten = {
        version.number: sum(_is_newer(version, other) for other in versions if other is not version)
        for version in versions
    }
    return sorted(versions, key=lambda version: beaten[version.number])


def _is_newer(version: Version, other: Version) -> bool:
    """True if a version of the same day is newer than another."""
    evidence = compared(version, other)
    return evidence > 0 or (
        evidence == 0 and (version.name, version.sha256) > (other.name, other.sha256)
    )


def compared(version: Version, other: Version) -> int:
    """Return 1 if a version is newer by its own words and its receipt, -1 if older, else 0."""
    pairs: list[tuple[Any, Any]] = [(version.moment.date(), other.moment.date())]
    if version.has_time and other.has_time:
        pairs.append((version.moment, other.moment))
    if version.signed_on and other.signed_on:
        pairs.append((version.signed_on, other.signed_on))
    pairs.append((version.saved, other.saved))
    return next((1 if mine > theirs else -1 for mine, theirs in pairs if mine != theirs), 0)
