"""Find the standing of each agency by its files and the operator's decisions.

Also which files are unassigned, and how much of the round figures rest on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import pandas as pd

from pipeline.model import (
    MAIL,
    OPTION,
    OUR_LIST,
    REGISTER,
    UNBELIEVED,
    Choice,
    Decision,
    Standing,
    Verdict,
)
from pipeline.store import Ledger, decisions
from pipeline.store.deadlines import Deadlines, deadlines
from pipeline.store.version import Version
from pipeline.store.versions import NOTHING, Position, Role, position
from schemas.round.round import Round
from schemas.rules.catalogue import LATE

DECIDING = (
    *(
        "submission",
        "sha256",
        "name",
        "agency",
        "verdict",
        "received",
        "received_by",
        "signed_on",
        "modified",
    ),
    *("nil", "is_blank", "is_doubted", "kind"),
)
"""Columns of submissions that decide which one speaks for its agency."""
_DOCUMENTS = ("pdf", "word", "image", OUR_LIST)
"""Kinds of files that accompany returns."""
_DAYS_ALONE = (OPTION, REGISTER, MAIL, UNBELIEVED)
"""Ways of knowing a date that may give no hour."""


@dataclass(frozen=True)
class Standings:
    """All submissions with their role, and the position of each agency that has one.

    ``submissions`` gains ``decision`` (pin, exclude or blank), ``role`` (:class:`Role`),
    ``current`` (speaks for its agency), ``counted`` and ``pending``. Documents beside the returns
    of one agency get that ``agency``.
    """

    submissions: pd.DataFrame
    positions: Mapping[str, Position]

    def of(self, agency: str) -> Position:
        """Return the position of an agency."""
        return self.positions.get(agency, NOTHING)


def standings_of(ledger: Ledger, columns: Sequence[str] | None = None) -> Standings:
    """Return the standings by a ledger; ``columns`` limits those of submissions."""
    submissions = ledger.submissions() if columns is None else ledger.submissions(columns)
    return standings(submissions, ledger.round_, ledger.decisions())


def submissions_of(ledger: Ledger, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Return all submissions of a ledger with their roles; ``columns`` limits their columns."""
    return standings_of(ledger, columns).submissions


def standings(
    submissions: pd.DataFrame, round_: Round, record: Iterable[Decision] = ()
) -> Standings:
    """Return the standings by all submissions and the ``record`` of decisions."""
    kept = list(record)
    whose = dict(zip(submissions["sha256"], submissions["agency"], strict=True))
    chosen = {
        decision.target: decision
        for decision in decisions.in_force(kept, Choice.PIN, Choice.EXCLUDE)
        if decisions.applies(decision, whose)
    }
    dismissed = {decision.target for decision in decisions.in_force(kept, Choice.DISMISS)}
    pins = {
        sha256: rank for rank, sha256 in enumerate(chosen, 1) if chosen[sha256].choice is Choice.PIN
    }
    decided = [
        chosen[sha256].choice.value if sha256 in chosen else "" for sha256 in submissions["sha256"]
    ]
    owned = submissions.assign(
        agency=_owners(submissions),
        decision=pd.Series(decided, index=submissions.index, dtype="str"),
    )
    of_agency: dict[str, list[Version]] = {}
    columns = (*DECIDING, "decision")
    # tuples: as dictionaries all rows would take a kilobyte each
    for values in owned[[*columns]].itertuples(index=False, name=None):
        row = dict(zip(columns, values, strict=True))
        if row["sha256"] not in dismissed and row["agency"]:
            of_agency.setdefault(row["agency"], []).append(
                _version(row, pins.get(row["sha256"], 0), round_)
            )
    free = decisions.excused(kept)
    positions = {
        code: position(versions, is_excused=code in free) for code, versions in of_agency.items()
    }
    positions |= {code: Position(Standing.EXCUSED) for code in free if code not in positions}
    roles = {number: role for held in positions.values() for number, role in held.roles.items()}
    return Standings(_flagged(owned, roles, dismissed, positions), positions)


def _flagged(
    submissions: pd.DataFrame,
    roles: Mapping[int, Role],
    dismissed: set[str],
    positions: Mapping[str, Position],
) -> pd.DataFrame:
    """Add ``role``, ``current``, ``counted`` and ``pending`` to the submissions."""
    columns = ("submission", "sha256", "decision", "verdict")
    listed = zip(*(submissions[column] for column in columns), strict=True)
    role = [
        _role(roles.get(number), decision, is_dismissed=sha256 in dismissed) if verdict else ""
        for number, sha256, decision, verdict in listed
    ]
    speaking = {held.speaking.number for held in positions.values() if held.speaking}
    pending = {version.number for held in positions.values() for version in held.pending}
    return submissions.assign(
        role=pd.Series(role, index=submissions.index, dtype="str"),
        current=submissions["submission"].isin(speaking),
        counted=pd.Series(role, index=submissions.index, dtype="str") == Role.COUNTED,
        pending=submissions["submission"].isin(pending),
    )


def _role(role: Role | None, decision: str, *, is_dismissed: bool) -> str:
    """Return the role of a submission; for one without an agency the reason."""
    if role is not None:
        return role.value
    if is_dismissed:
        return Role.DISMISSED.value
    return Role.EXCLUDED.value if decision == Choice.EXCLUDE else Role.UNASSIGNED.value


def _owners(submissions: pd.DataFrame) -> pd.Series[Any]:
    """Return each submission's agency.

    A document of no known agency gets the one whose returns are in the same folder, archive or
    mail, if there is one only.
    """
    if not submissions["kind"].isin(_DOCUMENTS).any():
        return submissions["agency"]
    places = [str(PurePosixPath(name).parent) for name in submissions["name"]]
    readable = submissions["verdict"] != Verdict.UNREADABLE
    beside: dict[str, set[str]] = {}
    for place, agency, is_return in zip(places, submissions["agency"], readable, strict=True):
        if is_return and agency and place != ".":
            beside.setdefault(place, set()).add(agency)
    only = {place: next(iter(codes)) for place, codes in beside.items() if len(codes) == 1}
    owners = [
        only.get(place, "") if kind in _DOCUMENTS and not agency else agency
        for place, agency, kind in zip(
            places, submissions["agency"], submissions["kind"], strict=True
        )
    ]
    return pd.Series(owners, index=submissions.index, dtype="str")


def _version(row: Mapping[Any, Any], pin: int, round_: Round) -> Version:
    moment = dt.datetime.fromisoformat(row["received"]).astimezone(round_.timezone)
    return Version(
        number=row["submission"],
        moment=moment,
        verdict=Verdict(row["verdict"] or Verdict.UNREADABLE),
        name=row["name"],
        sha256=row["sha256"],
        has_time=row["received_by"] not in _DAYS_ALONE or moment.time() != dt.time(),
        signed_on=row["signed_on"],
        saved=_in_utc(row["modified"]),
        is_nil=bool(row["nil"]),
        is_blank=bool(row["is_blank"]),
        is_doubted=bool(row["is_doubted"]),
        is_document=row["kind"] in _DOCUMENTS,
        decision=row["decision"],
        pin=pin,
    )


def _in_utc(moment: str) -> str:
    """Return a document's own time in a comparable form; blank if it can't be read."""
    try:
        parsed = dt.datetime.fromisoformat(moment)
        return (
            parsed.astimezone(dt.UTC).isoformat(timespec="microseconds")
            if parsed.tzinfo
            else parsed.isoformat(timespec="microseconds") + "+00:00"
        )
    except (ValueError, OverflowError):
        return ""


def shown(submissions: pd.DataFrame) -> pd.Series[bool]:
    """Return whose findings are shown: speaking and pending submissions, and unassigned files."""
    return submissions["current"] | submissions["pending"] | of_nobody(submissions)


def of_nobody(submissions: pd.DataFrame) -> pd.Series[bool]:
    """Return which submissions are unassigned, readable or not."""
    return submissions["role"] == Role.UNASSIGNED


# --- what each is compared with -------------------------------------------------------------------


def predecessors(standings: Standings) -> dict[int, int]:
    """Return what each readable return is compared with, by number; 0 for the oldest."""
    return {
        number: earlier
        for held in standings.positions.values()
        for number, earlier in held.compared_with.items()
    }


# --- agencies -------------------------------------------------------------------------------------


def agencies(found: Standings, round_: Round, record: Iterable[Decision] = ()) -> pd.DataFrame:
    """Return one row per agency in scope, in the list's order, with its speaking submission."""
    due = deadlines(record, round_)
    base = pd.DataFrame(
        [_agency_row(agency, found.of(agency.code), due) for agency in round_.in_scope]
    )
    columns = ["submission", "verdict", "errors", "warnings", "notes", "file", "sha256"]
    submissions = found.submissions.rename(columns={"name": "file"})[columns]
    frame = base.astype({"submission": "Int64"}).merge(
        submissions.astype({"submission": "Int64"}), on="submission", how="left"
    )
    numbers, texts = ["errors", "warnings", "notes"], ["verdict", "file", "sha256"]
    frame[numbers] = frame[numbers].fillna(0).astype(int)
    frame[texts] = frame[texts].fillna("")
    # D01 is stored nowhere: it follows from dates
    frame["notes"] += (
        (frame["late_days"] > 0) & frame["submission"].notna() & round_.uses(LATE)
    ).astype(int)
    return frame


def _agency_row(agency: Any, held: Position, due: Deadlines) -> dict[str, Any]:
    first, speaking = held.first, held.speaking
    return {
        "agency": agency.code,
        "name": agency.name,
        "short_name": agency.short_name,
        "group": agency.group,
        "locality": agency.locality,
        "standing": held.standing,
        "late_days": due.late_days(agency.code, first.moment.date()) if first else 0,
        "received": _clock(speaking),
        "first_received": _clock(first),
        "first_unreadable": _clock(held.first_unreadable),
        "deadline": due.of(agency.code),
        "pending": held.pending[0].name if held.pending else "",
        "waits": held.roles[held.pending[0].number].value if held.pending else "",
        "asks_pin": held.is_tied,
        "submission": speaking.number if speaking else None,
    }


def _clock(version: Version | None) -> Any:
    """Return when a version was received, on the round's clock, without offset; NaT if none."""
    return pd.Timestamp(version.moment.replace(tzinfo=None)) if version else pd.NaT


def unreadable(ledger: Ledger) -> list[str]:
    """Return names of submissions whose rows another declaration laid out, unless excluded."""
    apart = ledger.kept_apart()
    if not apart:
        return []
    kept = submissions_of(ledger, DECIDING)
    return kept.loc[
        kept["submission"].isin(apart) & (kept["decision"] != Choice.EXCLUDE), "name"
    ].tolist()
