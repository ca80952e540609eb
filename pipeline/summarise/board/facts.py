"""What the board shows, as plain data ready to be put into words."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

import pandas as pd

from pipeline.model import Standing, Verdict
from pipeline.store.addresses import Contact
from pipeline.store.coverage import COUNTED
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.dimensions import AGENCY_GROUP, dimension
from pipeline.summarise.places.tiles import Tile, tiles
from pipeline.summarise.progress import standings
from pipeline.summarise.workbook.sources import local_times

DAYS_BEFORE = 7
"""Days before the deadline that are shown where nothing has come in."""
_MAIL = re.compile(r"[\w.+'&-]+@[\w-]+(?:\.[\w-]+)+(?:, [\w.+'&-]+@[\w-]+(?:\.[\w-]+)+)*", re.ASCII)
_PHONE = re.compile(r"[+\d][\d\s.()-]{5,24}")


@dataclass(frozen=True)
class Person:
    """Whom to ask in an office, as it said itself.

    ``call`` and ``write`` are links, blank if the text can't be one.
    """

    name: str = ""
    position: str = ""
    phone: str = ""
    email: str = ""

    @property
    def known(self) -> bool:
        """Whether there is any way to reach the office."""
        return bool(self.phone or self.email)

    @property
    def call(self) -> str:
        """A telephone link."""
        return "tel:" + re.sub(r"[^\d+]", "", self.phone) if _PHONE.fullmatch(self.phone) else ""

    @property
    def write(self) -> str:
        """A mail link."""
        return f"mailto:{self.email.replace(', ', ',')}" if _MAIL.fullmatch(self.email) else ""


@dataclass(frozen=True)
class BoardPlace:
    """One agency, or a label of the map: its cell there (0 without one) and where it stands."""

    name: str
    full_name: str = ""
    standing: str = ""
    late_days: int = 0
    row: int = 0
    column: int = 0
    pending: str = ""
    """The newer version that waits."""
    agency: str = ""
    """Its code."""


@dataclass(frozen=True)
class GroupProgress:
    """Agencies of one group by standing, in the order of ``progress.standings``."""

    name: str
    agencies: int
    standings: tuple[int, ...]
    late: int


@dataclass(frozen=True)
class AgencyToCall:
    """An agency that somebody should call, and why."""

    name: str
    standing: str
    late_days: int
    errors: int
    warnings: int
    file: str
    person: Person


@dataclass(frozen=True)
class WaitingReturn:
    """An agency with a newer version that doesn't count.

    A blank ``role``: only names decide which of two does.
    """

    name: str
    role: str
    file: str


@dataclass(frozen=True)
class DailyCounts:
    """Agencies by day from ``first`` on: those heard from, those whose return counts."""

    first: dt.date
    heard: tuple[int, ...]
    counted: tuple[int, ...]


def last_received(consolidation: Consolidation) -> dt.datetime | None:
    """When the last file came in, on the round's clock."""
    moments = local_times(consolidation.submissions["received"], consolidation)
    return None if moments.empty or pd.isna(moments.max()) else moments.max().to_pydatetime()


def growth(consolidation: Consolidation) -> DailyCounts:
    """Count by day the agencies heard from, and those whose return of today had come."""
    known = consolidation.submissions
    known = known[(known["agency"] != "") & (known["verdict"] != Verdict.UNREADABLE)]
    heard = (
        local_times(known["received"], consolidation)
        .dt.date.groupby(known["agency"])
        .min()
        .tolist()
    )
    agencies = consolidation.standing_of(*COUNTED)
    counted = [moment.date() for moment in agencies["received"] if not pd.isna(moment)]
    deadline = consolidation.deadline
    first = (
        min([*heard, *counted]) if heard or counted else deadline - dt.timedelta(days=DAYS_BEFORE)
    )
    first = min(first, deadline)
    last = max([*heard, *counted, deadline])
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    return DailyCounts(first, _by_day(days, heard), _by_day(days, counted))


def _by_day(days: list[dt.date], events: list[dt.date]) -> tuple[int, ...]:
    counts = Counter(events)
    return tuple(accumulate(counts[day] for day in days))


def group_names(consolidation: Consolidation) -> dict[str, str]:
    """Names of agency groups by code, in order."""
    by = dimension(consolidation.round_, consolidation.round_.row_tables[0], AGENCY_GROUP)
    return dict(zip(by.codes, by.names, strict=True))


def groups(consolidation: Consolidation) -> list[GroupProgress]:
    """Groups that have agencies, in the order of their list."""
    found = []
    for code, name in group_names(consolidation).items():
        members = consolidation.agencies[consolidation.agencies["group"] == code]
        if len(members):
            by_standing = tuple(
                int((members["standing"] == each).sum()) for each in standings(consolidation)
            )
            found.append(
                GroupProgress(
                    name, len(members), by_standing, int((members["late_days"] > 0).sum())
                )
            )
    return found


def places(consolidation: Consolidation) -> tuple[list[BoardPlace], list[BoardPlace]]:
    """The tiles of the map, from north to south, and the agencies that have none there."""
    round_ = consolidation.round_
    rows = {row.agency: row for row in consolidation.agencies.itertuples()}
    own = {agency.own_locality: agency.code for agency in round_.in_scope if agency.own_locality}
    on_map = [_tile(tile, rows.get(own.get(tile.locality, ""))) for tile in tiles(round_)]
    shown = {own[tile.locality] for tile in tiles(round_) if tile.locality in own}
    return on_map, [_place(row) for code, row in rows.items() if code not in shown]


def _place(row: Any) -> BoardPlace:
    return BoardPlace(
        row.short_name or row.name,
        row.name,
        row.standing,
        row.late_days,
        pending=row.pending,
        agency=row.agency,
    )


def _tile(tile: Tile, row: Any) -> BoardPlace:
    if row is None:
        return BoardPlace(tile.name, row=tile.row, column=tile.column)
    return replace(_place(row), name=tile.name, row=tile.row, column=tile.column)


def calls(consolidation: Consolidation) -> list[AgencyToCall]:
    """The agencies whose return is missing or must be corrected, in the list's order."""
    people = _people(consolidation)
    agencies: Any = consolidation.standing_of(
        Standing.CORRECTING, Standing.UNREADABLE, Standing.MISSING
    ).itertuples()
    return [
        AgencyToCall(
            row.name,
            row.standing,
            row.late_days,
            row.errors,
            row.warnings,
            row.file,
            people.get(row.agency, Person()),
        )
        for row in agencies
    ]


def waiting(consolidation: Consolidation) -> list[WaitingReturn]:
    """What an operator or an agency has still to settle though the agency's report counts."""
    frame = consolidation.agencies
    pending: Any = frame[frame["pending"] != ""].itertuples()
    tied: Any = frame[frame["asks_pin"].astype(bool)].itertuples()
    return [
        *(WaitingReturn(row.name, row.waits, row.pending) for row in pending),
        *(WaitingReturn(row.name, "asks_pin", row.file) for row in tied),
    ]


def _people(consolidation: Consolidation) -> Mapping[str, Person]:
    """Whom to ask by agency: by the address book, else by the agency's own return."""
    stated = _stated(consolidation)
    booked = {
        code: _booked(contact, stated.get(code, Person()))
        for code, contact in consolidation.contacts.items()
    }
    return {**stated, **booked}


def _booked(contact: Contact, stated: Person) -> Person:
    """Whom the address book names; what it doesn't say of somebody it doesn't name is as stated."""
    if contact.name:
        return Person(contact.name, "", contact.phone, ", ".join(contact.to))
    return replace(
        stated, phone=contact.phone or stated.phone, email=", ".join(contact.to) or stated.email
    )


def _stated(consolidation: Consolidation) -> dict[str, Person]:
    """Whom agencies name themselves, where the round has them say so."""
    columns = {
        role: key for role, key in vars(consolidation.round_.settings.contact).items() if key
    }
    info = consolidation.info
    rows = info.to_dict("records") if columns and len(info) else []
    return {
        row["agency"]: Person(**{role: _text(row.get(key)) for role, key in columns.items()})
        for row in rows
    }


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
