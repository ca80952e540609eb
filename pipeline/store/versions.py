"""Decide which of an agency's files counts, which are pending, and its standing. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.model import Choice, Standing
from pipeline.store.coverage import COUNTED
from pipeline.store.version import Version, compared, oldest_first


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
        waiting = {version.number for version in self.pending} if self.counting else set[int]()
        earlier: dict[int, int] = {}
        counted = older = 0
        for version in self.returns:
            if not version.is_readable:
                continue
            earlier[version.number] = (
                self.counting.number
                if self.counting and version.number in waiting
                else counted or older
            )
            older = version.number
            if version.is_acceptable and version.number not in self.held:
                counted = version.number
        return earlier


NOTHING = Position(Standing.MISSING)
"""The position of an agency that sent nothing."""


def position(versions: Iterable[Version], *, is_excused: bool = False) -> Position:
    """Return an agency's position: the newest acceptable version counts, or a pinned one."""
    every = list(versions)
    files = oldest_first(version for version in every if version.decision != Choice.EXCLUDE)
    returns = [version for version in files if not version.is_document] or files
    held = _held(returns)
    speaking = _speaking(returns, held)
    standing = _standing(speaking, is_excused=is_excused)
    counts = standing in COUNTED
    if speaking and counts:
        newer = returns[returns.index(speaking) + 1 :]
    else:
        newer = returns if standing is Standing.EXCUSED else []
    waiting, sent = {version.number for version in newer}, {version.number for version in returns}
    roles = {
        version.number: _role(
            version,
            speaking,
            counts=counts,
            is_pending=version.number in waiting,
            is_return=version.number in sent,
        )
        for version in every
    }
    readable = [version for version in returns if version.is_readable and not version.is_blank]
    first = min(readable, key=lambda version: version.moment, default=None)
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
    for version in returns:
        if not version.is_acceptable:
            continue
        if counting is not None and doubt(version, counting):
            held.add(version.number)
        else:
            counting = version
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
    pinned = max(
        (version for version in returns if version.pin),
        key=lambda version: version.pin,
        default=None,
    )
    if pinned is not None:
        return pinned
    kinds = (
        [version for version in returns if version.is_acceptable and version.number not in held],
        [version for version in returns if version.is_readable],
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
    version: Version, speaking: Version | None, *, counts: bool, is_pending: bool, is_return: bool
) -> Role:
    if version.decision == Choice.EXCLUDE:
        return Role.EXCLUDED
    if not is_return:
        return Role.ACCOMPANYING
    if version is speaking and not is_pending:
        return (
            Role.COUNTED if counts else Role.TO_CORRECT if version.is_readable else Role.UNREADABLE
        )
    if not is_pending:
        return Role.SUPERSEDED
    if not version.is_acceptable:
        return Role.PENDING_TO_CORRECT if version.is_readable else Role.PENDING_UNREADABLE
    return Role.BEHIND_PIN if speaking and speaking.pin else Role.HELD


def _unreadable_before(first: Version | None, returns: Sequence[Version]) -> Version | None:
    before = [
        version
        for version in returns
        if not version.is_readable and (first is None or version.moment < first.moment)
    ]
    return min(before, key=lambda version: version.moment, default=None)


def _is_tied(speaking: Version, returns: Sequence[Version], held: set[int]) -> bool:
    """True if an equally good version differs from the speaking one only by name and content."""
    rivals = (
        version
        for version in returns
        if version is not speaking
        and version.number not in held
        and version.is_acceptable == speaking.is_acceptable
        and version.is_readable
    )
    return speaking.is_readable and any(compared(version, speaking) == 0 for version in rivals)
