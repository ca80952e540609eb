"""Which submission speaks for an agency, where each agency stands, and how much of the round figures rest on."""

from __future__ import annotations

import pandas as pd

from pipeline.model import COUNTING, Coverage, Standing, Verdict
from schemas.round import Round


def with_current(submissions: pd.DataFrame) -> pd.DataFrame:
    """Submissions with ``current`` (the newest of its agency) and ``counted`` (current and accepted).

    Newest by received, then date of signature, then the document's own modified time, then name. A file that is
    not readable for this round never supersedes another.
    """
    identified = submissions[(submissions["verdict"] != Verdict.UNREADABLE) & (submissions["agency"] != "")]
    moments = pd.to_datetime(identified["received"], utc=True, format="ISO8601")
    newest = identified.assign(moment=moments).sort_values(["moment", "signed_on", "modified", "name", "submission"])
    current = newest.groupby("agency")["submission"].last()
    flagged = submissions.assign(current=submissions["submission"].isin(current))
    return flagged.assign(counted=flagged["current"] & flagged["verdict"].isin(COUNTING))


def agencies(submissions: pd.DataFrame, round_: Round) -> pd.DataFrame:
    """One row an agency in scope, in the list's order: its standing and its current submission, if any."""
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
    frame["standing"] = [_standing(row.verdict, row.nil) for row in frame.itertuples()]
    frame["received"] = pd.to_datetime(frame["received"], utc=True, format="ISO8601").dt.tz_convert(round_.timezone).dt.tz_localize(None)
    numbers = ["late_days", "errors", "warnings", "notes"]
    frame[numbers] = frame[numbers].fillna(0).astype(int)
    texts = ["verdict", "file", "sha256"]
    frame[texts] = frame[texts].fillna("")
    return frame.astype({"submission": "Int64"}).drop(columns=["nil", "counted"])


def _standing(verdict: object, nil: object) -> str:
    if verdict not in list(Verdict):
        return Standing.MISSING
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
    )
