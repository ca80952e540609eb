"""The operator's decisions: recording them, which are in force, and what each is about."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import OperatorError
from pipeline.machine import clock
from pipeline.model import ABOUT_FILES, Choice, Decision
from pipeline.store import Ledger
from pipeline.text.names import safe_name
from schemas.round.round import Round

if TYPE_CHECKING:
    import pandas as pd

Waiver = Decision
"""A decision that frees an agency from a rule or gives the rule another severity for it."""

_HASH = re.compile(r"[0-9a-f]{6,64}")


@dataclass(frozen=True)
class Grounds:
    """Why and by whom something is decided.

    ``undo`` revokes the decision, which is recorded too.
    """

    reason: str
    by: str
    approver: str = ""
    until: dt.date | None = None
    undo: bool = False


def in_force(record: Iterable[Decision], *choices: Choice) -> list[Decision]:
    """Return the decisions of these choices that are in force, in order.

    The last about each matter is, unless it was revoked.
    """
    last: dict[tuple[str, str, str], Decision] = {}
    for decision in record:
        last.pop(decision.about, None)
        last[decision.about] = decision
    return [
        decision
        for decision in last.values()
        if decision.choice in choices and not decision.revoked
    ]


def declared(round_: Round) -> list[Waiver]:
    """Return the waivers that came with the round."""
    return [
        Decision(
            choice=Choice.WAIVE,
            agency=each.agency,
            target=each.rule,
            reason=each.reason,
            by=each.approver,
            at=dt.datetime.combine(each.decided, dt.time(), round_.timezone),
            value=each.severity,
            approver=each.approver,
            until=each.until,
        )
        for each in round_.waivers
    ]


def waivers(record: Iterable[Decision], round_: Round) -> list[Waiver]:
    """Return the waivers in force: those that came with the round, and recorded ones."""
    return in_force([*declared(round_), *record], Choice.WAIVE)


def waived(standing_: Iterable[Waiver], agency: str, received: dt.date) -> dict[str, Waiver]:
    """Return the waivers for a return of ``agency`` received on that day, by rule id."""
    return {
        each.target: each
        for each in standing_
        if each.agency == agency and (each.until is None or received <= each.until)
    }


def mappings(record: Iterable[Decision]) -> dict[str, dict[str, str]]:
    """Return the confirmed titles in force: by agency, title to ``table.column``."""
    found: dict[str, dict[str, str]] = {}
    for each in in_force(record, Choice.MAPPING):
        found.setdefault(each.agency, {})[each.target] = each.value
    return found


def assigned(record: Iterable[Decision]) -> dict[str, str]:
    """Return the agency to which an operator assigned each file, by SHA-256."""
    return {each.target: each.agency for each in in_force(record, Choice.ASSIGN)}


def excused(record: Iterable[Decision]) -> dict[str, Decision]:
    """Return the agencies that needn't report, with the decisions that say so."""
    return {each.agency: each for each in in_force(record, Choice.EXCUSE)}


def applies(decision: Decision, whose: Mapping[str, str]) -> bool:
    """Whether a decision in force applies: a pin or an exclusion only to a file of its agency.

    ``whose``: agency by SHA-256.
    """
    return (
        decision.choice not in (Choice.PIN, Choice.EXCLUDE)
        or whose.get(decision.target, "") == decision.agency
    )


def submission(submissions: pd.DataFrame, named: str) -> tuple[str, str]:
    """Return (SHA-256, agency) of the one submission that ``named`` means.

    ``named`` is a path, a file name or the beginning of a hash; the agency is blank if unassigned.
    ``submissions`` has ``sha256``, ``name``, ``agency``. Raises ``OperatorError`` unless exactly
    one fits.
    """
    found = submissions[is_named(submissions, named)]
    if found.empty:
        raise OperatorError("no_such_submission", name=named)
    if len(found) > 1:
        raise OperatorError("several_submissions", name=named, found=_listed(found.itertuples()))
    row = found.iloc[0]
    return str(row["sha256"]), str(row["agency"])


def is_named(submissions: pd.DataFrame, named: str) -> pd.Series[bool]:
    """Return which submissions ``named`` means, by the most exact way that fits any.

    In this order: the bytes of a file, a hash, the whole name, the name without folders.
    """
    hashes, names = submissions["sha256"], submissions["name"]
    if Path(named).is_file():
        return hashes == hashlib.sha256(Path(named).read_bytes()).hexdigest()
    if _HASH.fullmatch(named.casefold()):
        return hashes.str.startswith(named.casefold())
    shown, last = safe_name(named), names.str.rsplit("/", n=1).str[-1]
    exact = [names == shown, last == shown]
    any_case = [each.str.casefold() == shown.casefold() for each in (names, last)]
    return next((found for found in [*exact, *any_case] if found.any()), exact[0])


def _listed(rows: Iterable[Any]) -> str:
    return "; ".join(f"{row.name} ({row.sha256[:12]})" for row in rows)


def put_on_record(
    ledger: Ledger, choice: Choice, agency: str, target: str, grounds: Grounds, value: str = ""
) -> Decision:
    """Write a decision into the ledger; what it touches is judged again by the next run.

    To revoke one, set ``grounds.undo``: agency and value are then those of the decision in force.
    Raises ``OperatorError`` if there is no such decision to revoke.
    """
    now = clock.now(ledger.round_.timezone).replace(microsecond=0)
    decision = Decision(
        choice,
        agency,
        target,
        grounds.reason,
        grounds.by,
        now,
        value,
        grounds.approver,
        grounds.until,
        revoked=grounds.undo,
    )
    if grounds.undo:
        made = _standing_about(ledger, decision)
        decision = replace(decision, agency=made.agency, value=made.value)
    with ledger.transaction():
        ledger.decide(decision)
    return decision


def _standing_about(ledger: Ledger, decision: Decision) -> Decision:
    """Return the decision in force about the same; raises ``OperatorError`` if there is none."""
    choice, record = decision.choice, ledger.decisions()
    known = waivers(record, ledger.round_) if choice is Choice.WAIVE else in_force(record, choice)
    made = next((each for each in known if each.about == decision.about), None)
    if made is None:
        raise OperatorError(
            f"nothing_to_undo.{choice}", **vars(named(decision, ledger.round_, file_names(ledger)))
        )
    return made


@dataclass(frozen=True)
class DecisionWords:
    """What a decision is about, in people's words: agency and file by name, column by heading."""

    agency: str
    target: str
    value: str


def named(decision: Decision, round_: Round, files: Mapping[str, str]) -> DecisionWords:
    """Return the names of what a decision is about. ``files``: names by SHA-256."""
    agency = _name(decision.agency, round_)
    if decision.choice in ABOUT_FILES:
        return DecisionWords(agency, files.get(decision.target, decision.target), decision.value)
    if decision.choice in (Choice.EXCUSE, Choice.EXTEND):
        return DecisionWords(agency, _name(decision.target, round_), decision.value)
    value = (
        round_.heading_of(decision.value) if decision.choice is Choice.MAPPING else decision.value
    )
    return DecisionWords(agency, decision.target, value)


def file_names(ledger: Ledger) -> dict[str, str]:
    """Return the name under which each file came, by SHA-256."""
    known = ledger.submissions(("sha256", "name"))
    return dict(zip(known["sha256"], known["name"], strict=True))


def owners(ledger: Ledger) -> dict[str, str]:
    """Return each file's agency, by SHA-256; blank for unassigned files."""
    known = ledger.submissions(("sha256", "agency"))
    return dict(zip(known["sha256"], known["agency"], strict=True))


def _name(code: str, round_: Round) -> str:
    known = round_.by_agency.get(code)
    return known.name if known else code
