"""Write replies: a marked copy and a letter per submission to correct.

If nothing could be read, a blank form takes the place of the copy.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.collect.intake.stored import archive_at
from pipeline.distribute.issue import workbooks
from pipeline.feedback.reply import Case, Correspondent, Enclosure
from pipeline.findings.outgoing import outgoing
from pipeline.home import Home
from pipeline.machine import clock
from pipeline.model import Verdict
from pipeline.stages.lateness import findings_of, is_told
from pipeline.stages.lettering import ReplyDeadline, dated, only, refuse_early
from pipeline.stages.progress import Progress, silent
from pipeline.store import Ledger, local, standing
from pipeline.store.deadlines import deadlines
from pipeline.store.outputs import outputs
from pipeline.store.versions import Role

_REPLIED = (Verdict.TO_CORRECT, Verdict.UNREADABLE, Verdict.WITH_WARNINGS)


@dataclass(frozen=True)
class ReplyReport:
    """What was written back.

    ``alone``: replies with the list of findings instead of a marked copy; ``blank``: with a blank
    form. ``unidentified``: unassigned files. ``lost``: agency and name of files whose archived
    bytes are missing or altered, which therefore couldn't be marked.
    """

    replies: int
    alone: int
    unidentified: Sequence[str]
    lost: Sequence[tuple[str, str]] = ()
    blank: int = 0


@dataclass(frozen=True)
class Concern:
    """A case with the submission that it is about."""

    case: Case
    sha256: str


def concerns(ledger: Ledger, codes: Collection[str]) -> Iterator[Concern]:
    """Yield what to reply to these agencies.

    For each, the newest submission that waits for a correction, else the one that speaks for it.
    """
    round_, standings = ledger.round_, standing.standings_of(ledger)
    submissions, agencies = (
        standings.submissions,
        standing.agencies(standings, round_, ledger.decisions()).set_index("agency"),
    )
    sent = submissions.loc[submissions["role"] != Role.ACCOMPANYING, "agency"].value_counts()
    concerned = [
        held.to_reply.number for held in standings.positions.values() if held.to_reply is not None
    ]
    chosen = (
        submissions["submission"].isin(concerned)
        & submissions["agency"].isin(codes)
        & submissions["verdict"].isin(_REPLIED)
    )
    for row in submissions[chosen].sort_values("agency").to_dict("records"):
        held, about = standings.of(row["agency"]), agencies.loc[[row["agency"]]]
        case = Case(
            agency=round_.by_agency[row["agency"]],
            file=row["name"],
            received=local(row["received"], round_).date(),
            verdict=Verdict(row["verdict"]),
            findings=outgoing(findings_of(ledger, about.reset_index(), [row["submission"]])),
            late_days=int(about["late_days"].item()) if is_told(round_) else 0,
            others=int(sent[row["agency"]]) - 1,
            counting=held.counting.moment.date() if held.counting and held.pending else None,
            deadline=about["deadline"].item(),
        )
        yield Concern(case, row["sha256"])


def write_replies(
    ledger: Ledger,
    home: Home,
    codes: Collection[str],
    *,
    every_agency: bool,
    with_warnings: bool,
    asked: dt.date | None,
    lang: str,
    progress: Progress = silent,
) -> ReplyReport:
    """Write the replies to agencies ``codes``, and delete replies that are out of date.

    Unassigned files get none. ``asked``: the day before which to send again; by default the
    agency's deadline, if that is still to come.
    """
    kinds = _REPLIED if with_warnings else _REPLIED[:2]
    listed = [each for each in concerns(ledger, codes) if each.case.verdict in kinds]
    refuse_early(asked, (each.case.deadline for each in listed if each.case.deadline))
    with (
        outputs(home, "feedback", everything=every_agency) as out,
        only(out, home.replies, None if every_agency else codes) as written,
    ):
        writing = _Writing(ledger, home, listed, ReplyDeadline(out, asked), lang)
        for done, each in enumerate(listed):
            progress("feedback", done, len(listed))
            for name, content in writing.reply(each).items():
                written(name, content)
            writing.asked.note(writing.letter(each), each.case.grounds)
    progress("feedback", len(listed), len(listed))
    submissions = standing.submissions_of(ledger)
    nobody = submissions.loc[standing.of_nobody(submissions), "name"]
    return ReplyReport(len(listed), writing.alone, nobody.tolist(), writing.lost, writing.blank)


class _Writing:
    """The replies of one run, while they are being written."""

    def __init__(
        self, ledger: Ledger, home: Home, listed: Sequence[Concern], asked: ReplyDeadline, lang: str
    ) -> None:
        round_ = ledger.round_
        self._archive = archive_at(home.archive)
        self._home, self.asked, self._today = home, asked, clock.now(round_.timezone).date()
        self._writer = Correspondent(round_, ledger.invented, round_.speaking(lang))
        self._forms = _forms(ledger, [each.case for each in listed if each.case.is_unreadable])
        self.lost: list[tuple[str, str]] = []
        self.alone = self.blank = 0

    def reply(self, concern: Concern) -> dict[str, bytes]:
        """Return the files of one reply, by name."""
        letter = self.letter(concern)
        case = replace(concern.case, due=self._due(letter, concern.case))
        enclosed = self._enclosed(case, concern.sha256)
        files = dated(
            self.asked.out, letter, lambda day: self._writer.reply(case, enclosed, day), self._today
        )
        return {f"{case.agency.code}.{ending}": content for ending, content in files.items()}

    def letter(self, concern: Concern) -> Path:
        """Return the path of a reply's letter."""
        return self._home.letters("feedback") / f"{concern.case.agency.code}.docx"

    def _due(self, letter: Path, case: Case) -> dt.date | None:
        asked, deadline = self.asked.before(letter, case.grounds), case.deadline
        if asked and deadline:
            return max(asked, deadline)
        return deadline if deadline and self._today < deadline else asked

    def _enclosed(self, case: Case, sha256: str) -> Enclosure:
        if case.is_unreadable:
            self.blank += 1
            return Enclosure(self._forms[case.agency.code])
        whole = self._archive.content(sha256)
        if whole is None:
            self.lost.append((case.agency.code, case.file))
        enclosed = self._writer.enclosed(case, whole)
        self.alone += enclosed.alone
        return enclosed


def _forms(ledger: Ledger, cases: Sequence[Case]) -> dict[str, bytes]:
    """Return the blank forms for the agencies of these cases."""
    if not cases:
        return {}
    due = deadlines(ledger.decisions(), ledger.round_)
    return dict(
        workbooks(ledger.round_, [case.agency for case in cases], due, invented=ledger.invented)
    )
