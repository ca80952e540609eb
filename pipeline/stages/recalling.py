"""Recall decisions, and the history of one agency: returns, decisions, letters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipeline.model import Choice, Decision
from pipeline.stages.correspondence import letters
from pipeline.store import Ledger, decisions, local, standing, versions
from pipeline.store.letters import LetterRecord
from pipeline.store.version import Version, oldest_first
from schemas.round.round import Agency, Round


class DecisionState(StrEnum):
    """What became of a decision."""

    IN_FORCE = "in_force"
    UNDONE = "undone"
    """It was revoked later."""
    REPLACED = "replaced"
    """A later one about the same replaced it."""
    UNDO = "undo"
    """It revokes an earlier one."""
    IDLE = "idle"
    """It is not revoked, but the file is now another agency's."""
    ONCE = "once"
    """It was for one run."""


@dataclass(frozen=True)
class RecalledDecision:
    """A decision in people's words, and what became of it."""

    decision: Decision
    named: decisions.DecisionWords
    state: DecisionState


@dataclass(frozen=True)
class VersionHistory:
    """One file of an agency: when it came, what became of it, and why.

    ``received`` is the receipt date that counts; ``first`` and ``last`` are the earliest and
    latest.
    """

    file: str
    sha256: str
    received: dt.datetime
    received_by: str
    first: dt.datetime
    last: dt.datetime
    verdict: str
    role: str
    why: str
    """``pinned``, ``newest``, or a reason of ``versions.doubt``; blank if the role says enough."""
    errors: int
    warnings: int
    compared_with: str = ""
    sender: str = ""
    """Of the mail that brought it."""
    subject: str = ""


@dataclass(frozen=True)
class History:
    """All that is known of one agency."""

    agency: Agency
    standing: Mapping[str, Any]
    """Its row of ``standing.agencies``."""
    versions: Sequence[VersionHistory]
    decisions: Sequence[RecalledDecision]
    letters: Sequence[LetterRecord]


def decided(ledger: Ledger) -> list[RecalledDecision]:
    """Return all decisions, revoked ones too; the waivers that came with the round first."""
    record = [*decisions.declared(ledger.round_), *ledger.decisions()]
    files, whose = decisions.file_names(ledger), decisions.owners(ledger)
    states = [_state(each, record[at + 1 :], whose) for at, each in enumerate(record)]
    return [
        RecalledDecision(each, decisions.named(each, ledger.round_, files), state)
        for each, state in zip(record, states, strict=True)
    ]


def _state(
    decision: Decision, later: Sequence[Decision], whose: Mapping[str, str]
) -> DecisionState:
    if decision.choice is Choice.NAMES:
        return DecisionState.ONCE
    if decision.revoked:
        return DecisionState.UNDO
    following = next((each for each in later if each.about == decision.about), None)
    if following is None:
        return DecisionState.IN_FORCE if decisions.applies(decision, whose) else DecisionState.IDLE
    return DecisionState.UNDONE if following.revoked else DecisionState.REPLACED


def history(ledger: Ledger, agency: Agency) -> History:
    """Return the history of an agency: versions from the oldest, decisions, letters."""
    found = standing.standings_of(ledger)
    rows = standing.agencies(found, ledger.round_, ledger.decisions())
    sent = list(_versions(ledger, found, agency.code))
    hashes = {each.sha256 for each in sent}
    about = [each for each in decided(ledger) if _concerns(each.decision, agency.code, hashes)]
    row = rows[rows["agency"] == agency.code].drop(columns=["submission"]).to_dict("records")[0]
    own = {str(name): value for name, value in row.items()}
    return History(
        agency, own, sent, about, [each for each in letters(ledger) if each.agency == agency.code]
    )


def _concerns(decision: Decision, code: str, hashes: set[str]) -> bool:
    to_all = decision.choice is Choice.EXTEND and not decision.agency
    return decision.agency == code or decision.target in hashes or to_all


def _why(version: Version | None, position: versions.Position, role: str) -> str:
    if version is None:
        return ""
    if role == versions.Role.COUNTED:
        return "pinned" if version.pin else "newest"
    return (
        versions.doubt(version, position.counting)
        if role == versions.Role.HELD and position.counting
        else ""
    )


def _oldest_first(
    rows: Sequence[dict[Any, Any]], position: versions.Position, round_: Round
) -> list[dict[Any, Any]]:
    """Sort an agency's files in the order that decides which counts.

    Dismissed files come last on their day.
    """
    order = {each.number: at for at, each in enumerate(oldest_first(position.files))}
    return sorted(
        rows,
        key=lambda row: (
            local(row["received"], round_).date(),
            order.get(row["submission"], len(order)),
            row["name"],
        ),
    )


def _versions(ledger: Ledger, found: standing.Standings, code: str) -> Iterator[VersionHistory]:
    """Yield the files of an agency, oldest first, each with what became of it."""
    submissions, mails, receipts = found.submissions, ledger.mails(), dict[str, list[dt.datetime]]()
    for (sha256, _), (moment, _) in ledger.dates().items():
        receipts.setdefault(sha256, []).append(local(moment, ledger.round_))
    before, names = (
        standing.predecessors(found),
        dict(zip(submissions["submission"], submissions["name"], strict=True)),
    )
    held = {each.number: each for each in found.of(code).returns}
    for row in _oldest_first(
        submissions[submissions["agency"] == code].to_dict("records"), found.of(code), ledger.round_
    ):
        number, mail = row["submission"], mails.get(row["submission"])
        moments = sorted(receipts[row["sha256"]])
        yield VersionHistory(
            file=row["name"],
            sha256=row["sha256"],
            received=local(row["received"], ledger.round_),
            received_by=row["received_by"],
            first=moments[0],
            last=moments[-1],
            verdict=row["verdict"],
            role=row["role"],
            why=_why(held.get(number), found.of(code), row["role"]),
            errors=int(row["errors"]),
            warnings=int(row["warnings"]),
            compared_with=names.get(before.get(number, 0), ""),
            sender=mail.sender if mail else "",
            subject=mail.subject if mail else "",
        )
