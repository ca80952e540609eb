"""Compare current returns with earlier ones and with one another; write the findings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from pipeline.check import agencies as across
from pipeline.check import changes
from pipeline.check.verdicts import amended, effective, verdict
from pipeline.home import Home
from pipeline.model import Finding, Verdict
from pipeline.stages.senders import note_senders
from pipeline.store import Ledger, decisions, local, standing
from pipeline.store.marks import COMPARED

AT_ONCE = 200
"""Submissions whose rows are in memory at one time."""


@dataclass(frozen=True)
class InLedger:
    """The returns that count, read from the ledger, with their agencies."""

    ledger: Ledger
    agencies: Mapping[int, str]

    def parts(
        self, table: str, columns: Sequence[str], least: int = 0, of: Sequence[int] | None = None
    ) -> Iterator[pd.DataFrame]:
        submissions = [*self.agencies] if of is None else of
        for part in self.ledger.filled_rows(
            self.ledger.round_.by_key[table], submissions, columns, least
        ):
            codes = [self.agencies[number] for number in part["submission"]]
            yield part.assign(agency=pd.array(codes, dtype="str"))

    def sums(self, table: str, column: str) -> Mapping[int, float]:
        return self.ledger.sums(table, column, [*self.agencies])

    def agency(self, submission: int) -> str:
        return self.agencies[submission]

    def letters(self, submission: int) -> Mapping[str, Mapping[str, str]]:
        return self.ledger.letters([submission])[submission]


def compare_readable(ledger: Ledger, home: Home) -> dict[int, Verdict]:
    """Compare only if all rows can be read: rows that can't would look as if taken back."""
    return compare(ledger, home) if not standing.unreadable(ledger) else {}


def compare(ledger: Ledger, home: Home) -> dict[int, Verdict]:
    """Compare current returns and write the findings; return the verdicts that this touched."""
    submissions, before = _submissions_of(ledger)
    touched = _compare_resubmissions(ledger, submissions, before)
    touched |= _compare_agencies(ledger, submissions)
    return touched | note_senders(ledger, home, submissions)


def _submissions_of(ledger: Ledger) -> tuple[pd.DataFrame, dict[int, int]]:
    """Return all submissions with their roles, and what each is compared with.

    No more is kept of the agencies' standings: they take two kilobytes each.
    """
    standings = standing.standings_of(ledger, standing.DECIDING)
    return standings.submissions, standing.predecessors(standings)


def _compare_agencies(ledger: Ledger, submissions: pd.DataFrame) -> dict[int, Verdict]:
    """Write the findings between agencies (N01–N03) that aren't written yet.

    Returns the verdicts of the submissions that were touched.
    """
    round_ = ledger.round_
    current = submissions[submissions["counted"]]
    numbers = current["submission"].tolist()
    waivers = decisions.waivers(ledger.decisions(), round_)
    state = hashlib.sha256(repr((numbers, ledger.judged_by, waivers)).encode()).hexdigest()
    if ledger.marks.holds(COMPARED, state):
        return {}
    returns = InLedger(ledger, dict(zip(numbers, current["agency"], strict=True)))
    wanted = across.across(returns, round_) if len(numbers) > 1 else {}
    known = ledger.findings_of(across.RULES)
    verdicts: dict[int, Verdict] = {}
    with ledger.transaction():
        ledger.marks.note(COMPARED, state)
        touched = submissions[submissions["submission"].isin({*wanted, *known})]
        for number, name, code, received in zip(
            *(touched[each] for each in ("submission", "name", "agency", "received")), strict=True
        ):
            named = [replace(each, agency=code, file=name) for each in wanted.get(number, ())]
            held = decisions.waived(waivers, code, local(received, round_).date())
            found = amended((), "", effective(named, held, round_))
            if found != known.get(number, []):
                kept = [each for each in ledger.findings([number]) if each.rule not in across.RULES]
                findings = amended(kept, "", found)
                verdicts[number] = verdict(findings)
                ledger.amend(number, findings, verdicts[number])
    return verdicts


def _compare_resubmissions(
    ledger: Ledger, submissions: pd.DataFrame, before: Mapping[int, int]
) -> dict[int, Verdict]:
    """Write the findings on resubmissions (N04) that aren't written yet.

    Each agency's current submission and each pending one is compared with another. Returns the
    verdicts of the submissions touched, among them such as no longer speak for an agency.
    """
    compared = ledger.comparisons()
    speaking = submissions.loc[submissions["current"] | submissions["pending"], "submission"]
    wanted = {number: before[number] for number in speaking.tolist() if number in before}
    stale = {
        number: wanted.get(number, 0)
        for number in sorted({*compared, *wanted})
        if compared.get(number, 0) != wanted.get(number, 0)
    }
    found = _changes(ledger, submissions, stale)
    verdicts: dict[int, Verdict] = {}
    with ledger.transaction():
        for number, earlier in stale.items():
            findings = amended(ledger.findings([number]), changes.RULE, found.get(number, ()))
            verdicts[number] = verdict(findings)
            ledger.amend(number, findings, verdicts[number])
            ledger.compared(number, earlier)
    return verdicts


def changes_of_superseded(ledger: Ledger, standings: standing.Standings) -> list[Finding]:
    """Return what superseded submissions changed against their predecessors (N04).

    They are not stored, only worked out when asked for.
    """
    before, submissions = standing.predecessors(standings), standings.submissions
    past = submissions.loc[
        ~(submissions["current"] | submissions["pending"]), "submission"
    ].tolist()
    earlier = {number: before.get(number, 0) for number in past}
    return [
        finding for found in _changes(ledger, submissions, earlier).values() for finding in found
    ]


def _changes(
    ledger: Ledger, submissions: pd.DataFrame, before: Mapping[int, int]
) -> dict[int, list[Finding]]:
    """Return the N04 findings of submissions, each against the one in ``before``."""
    pairs = [(number, earlier) for number, earlier in before.items() if earlier]
    found: dict[int, list[Finding]] = {}
    for start in range(0, len(pairs), AT_ONCE):
        some = pairs[start : start + AT_ONCE]
        sent = _sent(ledger, submissions, sorted({number for pair in some for number in pair}))
        found |= {
            number: changes.changes(sent[earlier], sent[number], ledger.round_)
            for number, earlier in some
        }
    return found


def _sent(
    ledger: Ledger, submissions: pd.DataFrame, numbers: Sequence[int]
) -> dict[int, changes.Sent]:
    """Return what is compared of these submissions, by number."""
    if not numbers:
        return {}
    rows = {spec.key: ledger.stored_rows(spec, numbers) for spec in ledger.round_.tables}
    letters, told = ledger.letters(numbers), ledger.findings_by_submission(numbers)
    chosen = submissions[submissions["submission"].isin(numbers)]
    return {
        number: changes.Sent(
            name,
            agency,
            local(received, ledger.round_),
            {key: found.get(number, []) for key, found in rows.items()},
            letters.get(number, {}),
            changes.written(told[number]),
        )
        for number, name, agency, received in zip(
            *(chosen[each] for each in ("submission", "name", "agency", "received")), strict=True
        )
    }
