"""Replies: a marked copy and a letter for each submission that has something to correct, a reminder to each agency that is silent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.collect.intake.archive import archived, whole_bytes
from pipeline.feedback.reminder import Reminding
from pipeline.feedback.reply import Case, Correspondent
from pipeline.home import Home
from pipeline.model import Standing, Verdict
from pipeline.stages.lateness import findings_of
from pipeline.store import Ledger, local, standing
from pipeline.store.deadlines import deadlines
from pipeline.store.outputs import Outputs, outputs
from pipeline.store.versions import Role


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
    round_, standings = ledger.round_, standing.standings_of(ledger)
    submissions, agencies = standings.submissions, standing.agencies(standings, ledger.round_, ledger.decisions()).set_index("agency")
    kinds = _REPLIED if with_warnings else _REPLIED[:2]
    rows = [row for row in _to_reply(standings) if row.agency in codes and row.verdict in kinds]
    writer = Correspondent(round_, ledger.invented, round_.speaking(lang), deadline)
    alone, sent = 0, submissions.loc[submissions["role"] != Role.ACCOMPANYING, "agency"].value_counts()
    lost: list[tuple[str, str]] = []
    with outputs(home, "feedback", everything=every_agency) as out, _only(out, home.replies, None if every_agency else codes) as written:
        for row in rows:
            received, held = local(row.received, round_).date(), standings.of(row.agency)
            found = findings_of(ledger, agencies.loc[[row.agency]].reset_index(), [row.submission])
            case = Case(
                agency=round_.by_agency[row.agency],
                file=row.name,
                received=received,
                verdict=Verdict(row.verdict),
                findings=found,
                late_days=int(agencies.loc[row.agency, "late_days"]),
                others=int(sent[row.agency]) - 1,
                counting=held.counting.moment.date() if held.counting and held.pending else None,
                deadline=agencies.loc[row.agency, "deadline"],
            )
            whole = whole_bytes(archived(home.archive, row.sha256), row.sha256)
            if whole is None:
                lost.append((row.agency, row.name))
            reply = writer.reply(case, whole)
            alone += reply.alone
            for ending, content in reply.files.items():
                written(f"{row.agency}.{ending}", content)
    nobody = submissions.loc[standing.of_nobody(submissions), "name"]
    return Replied(len(rows), alone, nobody.tolist(), lost)


_REPLIED = (Verdict.TO_CORRECT, Verdict.UNREADABLE, Verdict.WITH_WARNINGS)


def _to_reply(standings: standing.Standings) -> list[Any]:
    """One submission of each agency: the newest that waits for a correction, else the one that speaks for it."""
    concerned = [held.to_reply.number for held in standings.positions.values() if held.to_reply is not None]
    found = standings.submissions
    return list(found[found["submission"].isin(concerned)].sort_values("agency").itertuples())


def write_reminders(
    ledger: Ledger, home: Home, codes: Container[str], *, every_agency: bool, as_of: dt.date, deadline: dt.date | None, lang: str
) -> int:
    """Write a reminder to each of the agencies ``codes`` from which nothing has come, and take away those that are out of date; how many."""
    round_, record = ledger.round_, ledger.decisions()
    frame, due = standing.agencies(standing.standings_of(ledger), round_, record), deadlines(record, round_)
    silent = set(frame.loc[frame["standing"] == Standing.MISSING, "agency"])
    writer = Reminding(round_, as_of, deadline, ledger.invented, round_.speaking(lang))
    reminded = [agency for agency in round_.in_scope if agency.code in silent and agency.code in codes]
    with outputs(home, "remind", everything=every_agency) as out, _only(out, home.reminders, None if every_agency else codes) as written:
        for agency in reminded:
            for ending, content in writer.letter(agency, due.of(agency.code)).items():
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
