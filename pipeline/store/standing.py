"""Which submission speaks for an agency, where each agency stands, and how much of the round figures rest on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from pipeline.model import COUNTING, Choice, Coverage, Decision, Standing, Verdict
from pipeline.store import Ledger, decisions
from schemas.round.round import Round

AGE = ["moment", "signed_on", "saved", "name", "submission"]
"""What makes a submission newer than another: received, date of signature, the document's own modified time, name."""


DECIDING = ("submission", "sha256", "name", "agency", "verdict", "received", "signed_on", "modified")
"""The columns of submissions that tell which speaks for its agency."""


def submissions_of(ledger: Ledger, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """All submissions of a ledger (all ``columns`` unless named), with which of them speaks for its agency."""
    return with_current(ledger.submissions() if columns is None else ledger.submissions(columns), ledger.decisions())


def with_current(submissions: pd.DataFrame, record: Iterable[Decision] = ()) -> pd.DataFrame:
    """Submissions with ``decision`` (pin, exclude or blank), ``current`` (speaks for its agency) and ``counted`` (current and accepted).

    The newest speaks, unless an operator pinned another or excluded it (the ``record`` of decisions). A file that is
    not readable for this round never supersedes another.
    """
    held = decisions.standing(record, Choice.PIN, Choice.EXCLUDE)
    ranks = {decision.target: rank for rank, decision in enumerate(held, 1) if decision.choice is Choice.PIN}
    chosen = {decision.target: decision.choice.value for decision in held}
    decided = pd.Series([chosen.get(sha256, "") for sha256 in submissions["sha256"]], index=submissions.index, dtype="str")
    candidates = in_order(submissions[decided != Choice.EXCLUDE])
    pinned = candidates["sha256"].map(ranks).fillna(0)
    current = candidates.assign(pinned=pinned).sort_values("pinned", kind="stable").groupby("agency")["submission"].last()
    flagged = submissions.assign(decision=decided, current=submissions["submission"].isin(current))
    return flagged.assign(counted=flagged["current"] & flagged["verdict"].isin(COUNTING))


def in_order(submissions: pd.DataFrame) -> pd.DataFrame:
    """The identified and readable submissions, oldest first, with the ``moment`` at which each was received and ``saved`` by its own account."""
    identified = submissions[(submissions["verdict"] != Verdict.UNREADABLE) & (submissions["agency"] != "")]
    moments = pd.to_datetime(identified["received"], utc=True, format="ISO8601")
    saved = pd.to_datetime(identified["modified"], utc=True, format="ISO8601", errors="coerce")
    return identified.assign(moment=moments, saved=saved).sort_values(AGE, na_position="first")


def predecessors(submissions: pd.DataFrame) -> dict[int, int]:
    """The next older submission of the same agency, by submission; 0 for the oldest. Excluded ones are passed over."""
    ordered = in_order(submissions[submissions["decision"] != Choice.EXCLUDE])
    earlier = ordered.groupby("agency")["submission"].shift(fill_value=0)
    return dict(zip(ordered["submission"].tolist(), earlier.tolist(), strict=True))


def agencies(submissions: pd.DataFrame, round_: Round, record: Iterable[Decision] = ()) -> pd.DataFrame:
    """One row an agency in scope, in the list's order: its standing and its current submission, if any.

    An agency that the ``record`` of decisions excuses is excused as long as nothing of it could be read; what it sends counts as ever.
    """
    base = pd.DataFrame(
        [(a.code, a.name, a.short_name, a.group, a.locality) for a in round_.in_scope],
        columns=["agency", "name", "short_name", "group", "locality"],
    )
    columns = [
        "agency",
        "late_days",
        "received",
        "verdict",
        "errors",
        "warnings",
        "notes",
        "submission",
        "file",
        "sha256",
        "nil",
        "counted",
    ]
    current = submissions[submissions["current"]].rename(columns={"name": "file"})
    frame = base.merge(current[columns], on="agency", how="left")
    free = decisions.excused(record)
    frame["standing"] = [_standing(row.verdict, row.nil, excused=row.agency in free) for row in frame.itertuples()]
    frame["received"] = pd.to_datetime(frame["received"], utc=True, format="ISO8601").dt.tz_convert(round_.timezone).dt.tz_localize(None)
    numbers = ["late_days", "errors", "warnings", "notes"]
    frame[numbers] = frame[numbers].fillna(0).astype(int)
    texts = ["verdict", "file", "sha256"]
    frame[texts] = frame[texts].fillna("")
    return frame.astype({"submission": "Int64"}).drop(columns=["nil", "counted"])


def _standing(verdict: object, nil: object, *, excused: bool) -> str:
    if verdict not in list(Verdict):
        return Standing.EXCUSED if excused else Standing.MISSING
    if verdict not in COUNTING:
        return Standing.CORRECTING
    return Standing.NIL if nil else Standing.REPORTED


def coverage(agency_frame: pd.DataFrame) -> Coverage:
    """How much of the round figures rest on."""
    standing = agency_frame["standing"]
    return Coverage(
        agencies=len(agency_frame),
        counted=int(standing.isin([Standing.REPORTED, Standing.NIL]).sum()),
        nil=int((standing == Standing.NIL).sum()),
        late=int((agency_frame["late_days"] > 0).sum()),
        correcting=int((standing == Standing.CORRECTING).sum()),
        excused=int((standing == Standing.EXCUSED).sum()),
    )


def unreadable(ledger: Ledger) -> list[str]:
    """Names of the submissions whose rows can't be read, for another declaration laid them out; excluded ones need none."""
    apart = ledger.kept_apart()
    if not apart:
        return []
    kept = submissions_of(ledger, DECIDING)
    return kept.loc[kept["submission"].isin(apart) & (kept["decision"] != Choice.EXCLUDE), "name"].tolist()
