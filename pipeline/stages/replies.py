"""Replies: a marked copy and a letter for each submission that has something to correct, a reminder to each agency that is silent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from pipeline.collect.intake.archive import archived, whole_bytes
from pipeline.collect.sender.identify import Book
from pipeline.feedback.reminder import Reminding
from pipeline.feedback.reply import Case, Correspondent
from pipeline.home import Home
from pipeline.model import Choice, Standing, Verdict
from pipeline.store import Ledger, local, standing
from pipeline.store.outputs import Outputs, outputs
from pipeline.store.standing import submissions_of


@dataclass(frozen=True)
class Replied:
    """What was written back: replies, how many of them with the list alone, files of nobody known.

    ``lost``: agency and name of each file whose archived bytes are missing or altered, which was therefore not marked.
    """

    replies: int
    alone: int
    unidentified: Sequence[str]
    lost: Sequence[tuple[str, str]] = ()


def write_replies(
    ledger: Ledger, home: Home, codes: Container[str], *, every_agency: bool, with_warnings: bool, deadline: dt.date | None, lang: str
) -> Replied:
    """Write the replies to the agencies ``codes``, and take away those that are out of date; to unreadable files of nobody known there is none."""
    round_, submissions = ledger.round_, _with_senders(ledger)
    kinds = _REPLIED if with_warnings else _REPLIED[:2]
    rows = [row for row in _to_reply(submissions) if row.agency in codes and row.verdict in kinds]
    writer = Correspondent(round_, ledger.invented, round_.speaking(lang), deadline)
    alone, sent = 0, submissions["agency"].value_counts()
    lost: list[tuple[str, str]] = []
    with outputs(home, "feedback", everything=every_agency) as out, _only(out, home.replies, None if every_agency else codes) as written:
        for row in rows:
            received, found = local(row.received, round_).date(), ledger.findings([row.submission])
            others = int(sent[row.agency]) - 1
            case = Case(round_.by_agency[row.agency], row.name, received, Verdict(row.verdict), found, row.late_days, others)
            whole = whole_bytes(archived(home.archive, row.sha256), row.sha256)
            if whole is None:
                lost.append((row.agency, row.name))
            reply = writer.reply(case, whole)
            alone += reply.alone
            for ending, content in reply.files.items():
                written(f"{row.agency}.{ending}", content)
    nobody = submissions.loc[(submissions["agency"] == "") & (submissions["verdict"] == Verdict.UNREADABLE), "name"]
    return Replied(len(rows), alone, nobody.tolist(), lost)


_REPLIED = (Verdict.TO_CORRECT, Verdict.UNREADABLE, Verdict.WITH_WARNINGS)


def _with_senders(ledger: Ledger) -> pd.DataFrame:
    """All submissions; of a file that nothing could be read from, the agency that its name names: it is told, though the file is nobody's."""
    submissions, damaged, book = submissions_of(ledger), ledger.findings_of(("S01",)), Book(ledger.round_)
    named = {
        number: book.only_sender(PurePosixPath(name).name)
        for number, name in zip(submissions["submission"], submissions["name"], strict=True)
        if number in damaged
    }
    in_scope = {agency.code for agency in ledger.round_.in_scope}
    senders = [code if code in in_scope else "" for code in (named.get(number, "") for number in submissions["submission"])]
    return submissions.assign(agency=submissions["agency"].where(submissions["agency"] != "", senders))


def _to_reply(submissions: pd.DataFrame) -> list[Any]:
    """The submissions that speak for their agencies; where none does, its last unreadable file."""
    nothing = ~submissions["agency"].isin(submissions.loc[submissions["current"], "agency"]) & (submissions["agency"] != "")
    refused = submissions[nothing & (submissions["verdict"] == Verdict.UNREADABLE) & (submissions["decision"] != Choice.EXCLUDE)]
    last = refused.sort_values(["received", "submission"]).groupby("agency").tail(1)
    return list(pd.concat([submissions[submissions["current"]], last]).sort_values("agency").itertuples())


def write_reminders(
    ledger: Ledger, home: Home, codes: Container[str], *, every_agency: bool, as_of: dt.date, deadline: dt.date | None, lang: str
) -> int:
    """Write a reminder to each of the agencies ``codes`` from which nothing has come, and take away those that are out of date; how many."""
    round_, submissions = ledger.round_, _with_senders(ledger)
    frame = standing.agencies(submissions, round_, ledger.decisions())
    silent = set(frame.loc[frame["standing"] == Standing.MISSING, "agency"]) - {row.agency for row in _to_reply(submissions)}
    writer = Reminding(round_, as_of, deadline, ledger.invented, round_.speaking(lang))
    reminded = [agency for agency in round_.in_scope if agency.code in silent and agency.code in codes]
    with outputs(home, "remind", everything=every_agency) as out, _only(out, home.reminders, None if every_agency else codes) as written:
        for agency in reminded:
            for ending, content in writer.letter(agency).items():
                written(f"{agency.code}.{ending}", content)
    return len(reminded)


@contextmanager
def _only(out: Outputs, folder: Path, agencies: Container[str] | None) -> Iterator[Callable[[str, bytes], None]]:
    """Write files into a folder and, at the end, take away what earlier runs wrote for agencies (all, or these) that get nothing any more.

    Nothing of others is touched: the record of outputs says what is ours.
    """
    before, fresh = out.written_into(folder), set[str]()

    def write(name: str, content: bytes) -> None:
        fresh.add(name)
        out.write(folder / name, content)

    yield write
    for name in before - fresh:
        code, _, ending = name.rpartition(".")
        is_draft_of_letter = ending == "eml" and f"{code}.docx" in fresh  # it is written anew with its letter (stages.drafting)
        if (agencies is None or code in agencies) and not is_draft_of_letter:
            out.remove(folder / name)
