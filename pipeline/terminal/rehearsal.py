"""Rehearse a round: send an invented return and a wrong one through every command.

It happens in a temporary folder.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline import run
from pipeline.errors import from_system
from pipeline.home import Home
from pipeline.machine.files import write_beside
from pipeline.model import Finding
from pipeline.stages import rehearsing
from pipeline.stages.rehearsing import RehearsalRemark
from schemas.round.round import Agency, Round


def rehearse(round_: Round) -> list[RehearsalRemark]:
    """Send an invented return and a wrong one through all steps; return what that showed."""
    remarks: list[RehearsalRemark] = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        steps = _rehearsal(Home(Path(folder).resolve()), round_, remarks)
        step = ""
        try:
            for step in steps:  # noqa: B007 the last step is named if an error ends it
                pass
        except Exception as error:
            if from_system(error):
                raise
            remarks.append(rehearsing.stopped(step, error))
    return remarks


def _rehearsal(home: Home, round_: Round, remarks: list[RehearsalRemark]) -> Iterator[str]:
    """Run the steps of a rehearsal, each after yielding its name."""
    right, *others = round_.in_scope
    yield "distribute"
    agencies = [right, *others[:1]]
    issued = {
        path.stem: path.read_bytes()
        for path in run.distribute(home, round_, [agency.code for agency in agencies])
    }
    yield "fill"
    drafts = list(rehearsing.drafts(round_, right))
    files = [
        write_beside(home.root / f"{number}.xlsx", draft.workbook(round_, issued[right.code]))
        for number, draft in enumerate(drafts)
    ]
    yield "check"
    checked = run.check(home, round_, files)
    best = min(range(len(drafts)), key=lambda number: _gravity(checked[number].findings))
    remarks += rehearsing.on_right(right.code, checked[best].agency, checked[best].findings)
    write_beside(home.incoming / "right.xlsx", files[best].read_bytes())
    for other in others[:1]:
        _put_wrong(home, round_, other, issued[other.code])
    yield "collect"
    run.collect(home, round_)
    if others:
        remarks += _missed(run.findings(home, round_), *rehearsing.spoiled(round_))
    yield "feedback"
    if run.feedback(home, round_).replies < len(others[:1]):
        remarks.append(RehearsalRemark("no_reply", {}))
    yield "summarise"
    written = {path.name for path in run.summarise(home, round_)}
    files_due = [summary.file for summary in round_.settings.summaries]
    remarks += [
        RehearsalRemark("no_summary", {"file": file}) for file in files_due if file not in written
    ]
    yield "figures"
    if not any(remark.is_grave for remark in remarks):
        remarks += rehearsing.on_figures(round_, drafts[best], run.figures(home, round_, "agency"))
    if not others:
        remarks.append(RehearsalRemark("too_few", {}, is_grave=False))


def _gravity(findings: Sequence[Finding]) -> list[int]:
    """Return how many errors and warnings there are, to be compared in this order."""
    return [sum(finding.severity == severity for finding in findings) for severity in "EW"]


def _put_wrong(home: Home, round_: Round, agency: Agency, issued: bytes) -> None:
    """Put a return with one wrong cell among the incoming files."""
    sheet, cell = rehearsing.spoiled(round_)
    draft = next(rehearsing.drafts(round_, agency))
    wrong = draft.workbook(round_, issued, {sheet: {cell: rehearsing.WRONG}})
    write_beside(home.incoming / "wrong.xlsx", wrong)


def _missed(findings: Sequence[Finding], sheet: str, cell: str) -> Iterator[RehearsalRemark]:
    """Yield a remark if no error was found at the wrong cell."""
    errors = (finding for finding in findings if finding.severity == "E")
    if not any(finding.sheet == sheet and cell in finding.cells for finding in errors):
        yield RehearsalRemark("missed", {"sheet": sheet, "cell": cell})
