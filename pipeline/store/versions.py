"""Decide which of an agency's files counts, which are pending, and its standing. No I/O."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby

from pipeline.model import COUNTING, Choice, Standing, Verdict
from pipeline.store.coverage import COUNTED


class Role(StrEnum):
    """What a file is for its agency, or why it has none. Shown in ``nguon.json`` and on screen."""

    COUNTED = "counted"
    TO_CORRECT = "to_correct"
    """The newest if no version was ever acceptable, or a pinned one that isn't."""
    UNREADABLE = "unreadable"
    """The newest, if the agency sent nothing readable."""
    PENDING_TO_CORRECT = "pending_to_correct"
    PENDING_UNREADABLE = "pending_unreadable"
    HELD = "held"
    """Acceptable and newer than the one that counts, but doubtful: waits for the operator."""
    BEHIND_PIN = "behind_pin"
    SUPERSEDED = "superseded"
    ACCOMPANYING = "accompanying"
    EXCLUDED = "excluded"
    UNASSIGNED = "unassigned"
    """Of no known agency, readable or not."""
    DISMISSED = "dismissed"


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


@dataclass(frozen=True, slots=True)
class Position:
    """The standing of an agency, and what each of its files has to do with it."""

    standing: Standing
    speaking: Version | None = None
    """The version that counts; if none does, the one that tells what to correct or send again."""
    pending: Sequence[Version] = ()
    """Versions newer than the one that counts, which don't count; the newest first."""
    first: Version | None = None
    """The first readable return: it decides whether the agency is in time."""
    first_unreadable: Version | None = None
    """A file that came before that one and couldn't be read."""
    roles: Mapping[int, Role] = field(default_factory=dict)
    files: Sequence[Version] = ()
    """All files of the agency, in no order."""
    returns: Sequence[Version] = ()
    """All that are neither excluded nor accompanying, the oldest first."""
    held: frozenset[int] = frozenset()
    """Numbers of those that didn't replace the counting one when they came."""
    is_tied: bool = False
    """Whether only names and hashes decide which version speaks: the operator should pin one."""

    @property
    def counting(self) -> Version | None:
        """The version whose rows count."""
        return self.speaking if self.standing in COUNTED else None

    @property
    def to_reply(self) -> Version | None:
        """The version to reply to: the newest pending (None if acceptable), else the speaking."""
        if self.pending:
            newest = self.pending[0]
            return None if newest.is_acceptable else newest
        return self.speaking

    @property
    def compared_with(self) -> dict[int, int]:
        """What each readable return is compared with, by number; 0 for the oldest.

        A pending one with the counting one; others with what counted before, else the next older.
        """
        waiting = {each.number for each in self.pending} if self.counting else set[int]()
        found: dict[int, int] = {}
        counted = older = 0
        for each in self.returns:
            if not each.is_readable:
                continue
            found[each.number] = (
                self.counting.number
                if self.counting and each.number in waiting
                else counted or older
            )
            older = each.number
            if each.is_acceptable and each.number not in self.held:
                counted = each.number
        return found


NOTHING = Position(Standing.MISSING)
"""The position of an agency that sent nothing."""


def position(versions: Iterable[Version], *, is_excused: bool = False) -> Position:
    """Return an agency's position: the newest acceptable version counts, or a pinned one."""
    every = list(versions)
    files = oldest_first(each for each in every if each.decision != Choice.EXCLUDE)
    returns = [each for each in files if not each.is_document] or files
    held = _held(returns)
    speaking = _speaking(returns, held)
    standing = _standing(speaking, is_excused=is_excused)
    counts = standing in COUNTED
    newer = (
        returns[returns.index(speaking) + 1 :]
        if speaking and counts
        else returns
        if standing is Standing.EXCUSED
        else []
    )
    waiting, sent = {each.number for each in newer}, {each.number for each in returns}
    roles = {
        each.number: _role(
            each,
            speaking,
            counts=counts,
            is_pending=each.number in waiting,
            is_return=each.number in sent,
        )
        for each in every
    }
    readable = [each for each in returns if each.is_readable and not each.is_blank]
    first = min(readable, key=lambda each: each.moment, default=None)
    return Position(
        standing=standing,
        speaking=speaking,
        pending=tuple(reversed(newer)),
        first=first,
        first_unreadable=_unreadable_before(first, returns),
        roles=roles,
        files=every,
        returns=returns,
        held=frozenset(held),
        is_tied=speaking is not None and not speaking.pin and _is_tied(speaking, returns, held),
    )


def _held(returns: Sequence[Version]) -> set[int]:
    """Return numbers of acceptable versions that mustn't replace the one then counting."""
    counting: Version | None = None
    held: set[int] = set()
    for each in returns:
        if not each.is_acceptable:
            continue
        if counting is not None and doubt(each, counting):
            held.add(each.number)
        else:
            counting = each
    return held


def doubt(new: Version, counting: Version) -> str:
    """Return why ``new`` should not replace ``counting`` unseen; blank if it may."""
    signed_before = (
        bool(new.signed_on and counting.signed_on) and new.signed_on < counting.signed_on
    )
    saved_before = bool(new.saved and counting.saved) and new.saved < counting.saved
    doubts = {
        "names_another": new.is_doubted,
        "nil_after_data": new.is_nil and not counting.is_nil,
        "older": signed_before and saved_before,
    }
    return next((why for why, holds in doubts.items() if holds), "")


def _speaking(returns: Sequence[Version], held: set[int]) -> Version | None:
    pinned = max((each for each in returns if each.pin), key=lambda each: each.pin, default=None)
    if pinned is not None:
        return pinned
    kinds = (
        [each for each in returns if each.is_acceptable and each.number not in held],
        [each for each in returns if each.is_readable],
        returns,
    )
    return next((kind[-1] for kind in kinds if kind), None)


def _standing(speaking: Version | None, *, is_excused: bool) -> Standing:
    if speaking is not None and speaking.is_acceptable:
        return Standing.NIL if speaking.is_nil else Standing.REPORTED
    if is_excused:
        return Standing.EXCUSED
    if speaking is None:
        return Standing.MISSING
    return Standing.CORRECTING if speaking.is_readable else Standing.UNREADABLE


def _role(
    each: Version, speaking: Version | None, *, counts: bool, is_pending: bool, is_return: bool
) -> Role:
    if each.decision == Choice.EXCLUDE:
        return Role.EXCLUDED
    if not is_return:
        return Role.ACCOMPANYING
    if each is speaking and not is_pending:
        return Role.COUNTED if counts else Role.TO_CORRECT if each.is_readable else Role.UNREADABLE
    if not is_pending:
        return Role.SUPERSEDED
    if not each.is_acceptable:
        return Role.PENDING_TO_CORRECT if each.is_readable else Role.PENDING_UNREADABLE
    return Role.BEHIND_PIN if speaking and speaking.pin else Role.HELD


def _unreadable_before(first: Version | None, returns: Sequence[Version]) -> Version | None:
    before = [
        each
        for each in returns
        if not each.is_readable and (first is None or each.moment < first.moment)
    ]
    return min(before, key=lambda each: each.moment, default=None)


def _is_tied(speaking: Version, returns: Sequence[Version], held: set[int]) -> bool:
    """True if an equally good version differs from the speaking one only by name and content."""
    rivals = (
        each
        for each in returns
        if each is not speaking
        and each.number not in held
        and each.is_acceptable == speaking.is_acceptable
        and each.is_readable
    )
    return speaking.is_readable and any(_evidence(each, speaking) == 0 for each in rivals)


# --- which is newer -------------------------------------------------------------------------------


def oldest_first(versions: Iterable[Version]) -> list[Version]:
    """Sort versions by receipt, and then by what they say about themselves.

    In this order: moment of receipt (only its day if either's hour is unknown), day of signature
    (if both have one), the document's modified time, file name, hash. What is unknown for one pair
    may decide another, so in rare cases no order agrees with all pairs: then the one that is newer
    than most others is newer. The order given makes no difference.
    """
    ordered: list[Version] = []
    by_day = sorted(versions, key=_settled)
    for _, day in groupby(by_day, key=lambda each: each.moment.date()):
        ordered += _of_one_day(list(day))
    return ordered


def _settled(each: Version) -> tuple[dt.date, str, str, str, str]:
    return each.moment.date(), each.signed_on, each.saved, each.name, each.sha256


def _of_one_day(versions: list[Version]) -> list[Version]:
    """Sort versions of one day, given in the order of what is always known."""
    if all(each.has_time for each in versions):
        by_time = sorted(versions, key=lambda each: each.moment)
        return [
            each
            for _, same in groupby(by_time, key=lambda each: each.moment)
            for each in _of_one_moment(list(same))
        ]
    return (
        versions
        if not any(each.has_time for each in versions) and _all_signed(versions)
        else _by_pairs(versions)
    )


def _of_one_moment(versions: list[Version]) -> list[Version]:
    return versions if _all_signed(versions) else _by_pairs(versions)


def _all_signed(versions: Sequence[Version]) -> bool:
    """True if the day of signature is known for all or for none."""
    return len({bool(each.signed_on) for each in versions}) == 1


def _by_pairs(versions: list[Version]) -> list[Version]:
    """Sort by how many of the others each is newer than."""
    beaten = {
        each.number: sum(_is_newer(each, other) for other in versions if other is not each)
        for each in versions
    }
    return sorted(versions, key=lambda each: beaten[each.number])


def _is_newer(each: Version, other: Version) -> bool:
    """True if a version of the same day is newer than another."""
    evidence = _evidence(each, other)
    return evidence > 0 or (evidence == 0 and (each.name, each.sha256) > (other.name, other.sha256))


def _evidence(each: Version, other: Version) -> int:
    """Return 1 if a version is newer by its own words and its receipt, -1 if older, else 0."""
    pairs: list[tuple[object, object]] = [(each.moment.date(), other.moment.date())]
    if each.has_time and other.has_time:
        pairs.append((each.moment, other.moment))
    if each.signed_on and other.signed_on:
        pairs.append((each.signed_on, other.signed_on))
    pairs.append((each.saved, other.saved))
    return next((1 if mine > theirs else -1 for mine, theirs in pairs if mine != theirs), 0)  # type: ignore[operator]
