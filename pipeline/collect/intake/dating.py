"""Tell when a file came and how that is known; of several sources the best one counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container
from dataclasses import dataclass

from pipeline.collect.intake.believed import ReceiptSpan
from pipeline.model import CHANGED, MAIL, OPTION, REGISTER, UNBELIEVED, YEARS

_NO_TIME = (1980, 1, 1, 0, 0, 0)
"""A zip's time if nobody set one."""


@dataclass(frozen=True)
class ReceiptDate:
    """When a file came, and how that is known."""

    at: dt.datetime
    by: str

    @property
    def holds_for_all_within(self) -> bool:
        """True if this time holds for all members of the file, whatever they say themselves."""
        return self.by in (OPTION, REGISTER, MAIL)


@dataclass(frozen=True)
class Clock:
    """The round's clock, and the receipt date given on the command line."""

    timezone: dt.tzinfo
    option: dt.datetime | None
    registered: Container[str]
    """SHA-256 of files that came before. The command line's date isn't theirs unless they are
    named."""
    believable: ReceiptSpan
    """Which times of files, archives and mails can be right."""

    def came(self, sha256: str, otherwise: ReceiptDate, *, named: bool) -> ReceiptDate:
        """Return the command line's date for new or named files, else ``otherwise``."""
        if self.option and (named or sha256 not in self.registered):
            return ReceiptDate(self.option.astimezone(self.timezone), OPTION)
        return otherwise

    def of_changed(self, nanoseconds: int, by: str = CHANGED) -> ReceiptDate:
        """Return when a file came by its own time or by its upload time."""
        return self._believed(dt.datetime.fromtimestamp(nanoseconds / 1e9, self.timezone), by)

    def of_member(
        self, time: tuple[int, ...] | dt.datetime | None, around: ReceiptDate
    ) -> ReceiptDate:
        """Return when an archive's member came.

        By its own time; by the archive's if that counts more or the member has none.
        """
        if around.holds_for_all_within or time is None or time == _NO_TIME:
            return around
        try:
            return self._believed(
                time.astimezone(self.timezone) if isinstance(time, dt.datetime) else self._at(time),
                "zip",
            )
        except (ValueError, OverflowError):
            return around

    def _at(self, time: tuple[int, ...]) -> dt.datetime:
        year, month, day, hour, minute, second = time
        return dt.datetime(year, month, day, hour, minute, second, tzinfo=self.timezone)

    def of_mail(self, sent: dt.datetime | None, around: ReceiptDate) -> ReceiptDate:
        """Return when a mail came.

        By itself; by its file or the mail around it if that counts more or the mail doesn't say.
        """
        if around.holds_for_all_within or sent is None:
            return around
        return self._believed(self.on_clock(sent), MAIL)

    def _believed(self, moment: dt.datetime | None, by: str) -> ReceiptDate:
        """Return this time; the day of collection if it can't be right."""
        if moment and self.believable.holds(moment):
            return ReceiptDate(moment, by)
        return ReceiptDate(self.believable.today, UNBELIEVED)

    def on_clock(self, moment: dt.datetime | None) -> dt.datetime | None:
        """Convert a time to the round's clock; one without a zone is local.

        None if its year is absurd.
        """
        if moment is None or moment.year not in YEARS:
            return None
        if moment.tzinfo:
            return moment.astimezone(self.timezone)
        return moment.replace(tzinfo=self.timezone)
