"""When a file came and how that is known: of two ways to know it, the one that counts more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container
from dataclasses import dataclass

from pipeline.collect.intake.believed import Believable
from pipeline.model import CHANGED, MAIL, OPTION, REGISTER, UNBELIEVED, YEARS

_NO_TIME = (1980, 1, 1, 0, 0, 0)
"""What a zip says where nobody set a time."""


@dataclass(frozen=True)
class Came:
    """When a file arrived and how that is known."""

    at: dt.datetime
    by: str

    @property
    def holds_for_all_within(self) -> bool:
        """True if what lies in the file came at this time too, whatever it says itself."""
        return self.by in (OPTION, REGISTER, MAIL)


@dataclass(frozen=True)
class Clock:
    """The round's clock, and what the command line says of when files came."""

    timezone: dt.tzinfo
    option: dt.datetime | None
    registered: Container[str]
    """The SHA-256 of files that came before: what the command line says isn't of them unless they are named."""
    believable: Believable
    """Which times of files, archives and mails can be right."""

    def came(self, sha256: str, otherwise: Came, *, named: bool) -> Came:
        """As the command line says of what is new and of what it names, else as it is known ``otherwise``."""
        if self.option and (named or sha256 not in self.registered):
            return Came(self.option.astimezone(self.timezone), OPTION)
        return otherwise

    def of_changed(self, nanoseconds: int, by: str = CHANGED) -> Came:
        """As the file's own time says, or the time at which it was uploaded."""
        return self._believed(dt.datetime.fromtimestamp(nanoseconds / 1e9, self.timezone), by)

    def of_member(self, time: tuple[int, ...] | dt.datetime | None, around: Came) -> Came:
        """As an archive says of a member; as its archive came where that counts more or says nothing."""
        if around.holds_for_all_within or time is None or time == _NO_TIME:
            return around
        try:
            return self._believed(time.astimezone(self.timezone) if isinstance(time, dt.datetime) else self._at(time), "zip")
        except (ValueError, OverflowError):
            return around

    def _at(self, time: tuple[int, ...]) -> dt.datetime:
        year, month, day, hour, minute, second = time
        return dt.datetime(year, month, day, hour, minute, second, tzinfo=self.timezone)

    def of_mail(self, sent: dt.datetime | None, around: Came) -> Came:
        """As a mail says of itself; as its file came, or the mail around it, where that counts more or the mail says nothing."""
        return around if around.holds_for_all_within or sent is None else self._believed(self.on_clock(sent), MAIL)

    def _believed(self, at: dt.datetime | None, by: str) -> Came:
        """What a file, an archive or a mail says; the day of collection where that can't be."""
        return Came(at, by) if at and self.believable.holds(at) else Came(self.believable.today, UNBELIEVED)

    def on_clock(self, moment: dt.datetime | None) -> dt.datetime | None:
        """A moment on the round's clock; one without a time zone is taken for one of it."""
        if moment is None or moment.year not in YEARS:
            return None
        return moment.astimezone(self.timezone) if moment.tzinfo else moment.replace(tzinfo=self.timezone)
