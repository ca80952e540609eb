"""Replies: a marked copy and a letter for each submission that has something to correct, in a folder of their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.collect import intake
from pipeline.feedback.reply import Case, Correspondent
from pipeline.home import Home, write_beside
from pipeline.judging import submissions_of
from pipeline.model import Choice, Verdict
from pipeline.store import Ledger, local

WRITTEN = ".da-ghi"
"""The list of files that ``feedback`` wrote into its folder."""


@dataclass(frozen=True)
class Replied:
    """What was written back: replies, how many of them with the list alone, and files of nobody known."""

    replies: int
    alone: int
    unidentified: Sequence[str]


def write_replies(
    ledger: Ledger, home: Home, codes: Container[str], *, every_agency: bool, with_warnings: bool, deadline: dt.date | None, lang: str
) -> Replied:
    """Write the replies to the agencies ``codes``, and take away those that are out of date; to unreadable files of nobody known there is none."""
    round_, submissions = ledger.round_, submissions_of(ledger)
    written = _REPLIED if with_warnings else _REPLIED[:2]
    rows = [row for row in _to_reply(submissions) if row.agency in codes and row.verdict in written]
    writer = Correspondent(round_, ledger.invented, lang, deadline)
    alone, names = 0, []
    for row in rows:
        received, found = local(row.received, round_).date(), ledger.findings([row.submission])
        case = Case(round_.by_agency[row.agency], row.name, received, Verdict(row.verdict), found, row.late_days)
        reply = writer.reply(case, intake.archived(home.archive, row.sha256).read_bytes())
        alone += reply.alone
        names += [write_beside(home.replies / f"{row.agency}.{ending}", content).name for ending, content in reply.files.items()]
    _keep_only(home.replies, names, None if every_agency else codes)
    nobody = submissions.loc[(submissions["agency"] == "") & (submissions["verdict"] == Verdict.UNREADABLE), "name"]
    return Replied(len(rows), alone, nobody.tolist())


_REPLIED = (Verdict.TO_CORRECT, Verdict.UNREADABLE, Verdict.WITH_WARNINGS)


def _to_reply(submissions: pd.DataFrame) -> list[Any]:
    """The submissions that speak for their agencies; where none does, its last unreadable file."""
    nothing = ~submissions["agency"].isin(submissions.loc[submissions["current"], "agency"]) & (submissions["agency"] != "")
    refused = submissions[nothing & (submissions["verdict"] == Verdict.UNREADABLE) & (submissions["decision"] != Choice.EXCLUDE)]
    last = refused.sort_values(["received", "submission"]).groupby("agency").tail(1)
    return list(pd.concat([submissions[submissions["current"]], last]).sort_values("agency").itertuples())


def _keep_only(folder: Path, names: Sequence[str], agencies: Container[str] | None) -> None:
    """Take away what earlier runs wrote here for agencies (all, or these) that get no such reply any more; nothing of others."""
    listing = folder / WRITTEN
    before = set(listing.read_text(encoding="utf-8").split("\n")) if listing.is_file() else set()
    stale = {name for name in before - set(names) if name and (agencies is None or name.rpartition(".")[0] in agencies)}
    for name in stale:
        (folder / name).unlink(missing_ok=True)
    write_beside(listing, "\n".join(sorted((before | set(names)) - stale - {""})).encode())
