"""Rehearse a round: send an invented return and a wrong one through every command.

It happens in a temporary folder.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from pipeline import run
from pipeline.errors import from_system
from pipeline.home import Home, write_beside
from pipeline.stages import rehearsing
from pipeline.stages.rehearsing import Remark
from schemas.round.round import Round


def rehearse(round_: Round) -> list[Remark]:
    """Send an invented return and a wrong one through all steps; return what that showed."""
    found: list[Remark] = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        steps = _rehearsal(Home(Path(folder).resolve()), round_, found)
        step = ""
        try:
            for step in steps:  # noqa: B007 the last step is named if an error ends it
                pass
        except Exception as error:
            if from_system(error):
                raise
            found.append(rehearsing.stopped(step, error))
    return found


def _rehearsal(home: Home, round_: Round, found: list[Remark]) -> Iterator[str]:
    """Run the steps of a rehearsal, each after yielding its name."""
    right, *others = round_.in_scope
    yield "distribute"
    issued = {
        each.stem: each.read_bytes()
        for each in run.distribute(home, round_, [each.code for each in (right, *others[:1])])
    }
    yield "fill"
    drafts = list(rehearsing.drafts(round_, right))
    files = [
        write_beside(home.root / f"{n}.xlsx", draft.workbook(round_, issued[right.code]))
        for n, draft in enumerate(drafts)
    ]
    yield "check"
    checked = run.check(home, round_, files)
    # fewest errors first, then fewest warnings
    best = min(
        range(len(drafts)),
        key=lambda at: [sum(f.severity == grave for f in checked[at].findings) for grave in "EW"],
    )
    found += rehearsing.on_right(right.code, checked[best].agency, checked[best].findings)
    write_beside(home.incoming / "right.xlsx", files[best].read_bytes())
    sheet, cell = rehearsing.spoiled(round_)
    for other in others[:1]:
        wrong = next(rehearsing.drafts(round_, other)).workbook(
            round_, issued[other.code], {sheet: {cell: rehearsing.WRONG}}
        )
        write_beside(home.incoming / "wrong.xlsx", wrong)
    yield "collect"
    run.collect(home, round_)
    if others and not any(
        f.severity == "E" and f.sheet == sheet and cell in f.cells
        for f in run.findings(home, round_)
    ):
        found.append(Remark("missed", {"sheet": sheet, "cell": cell}))
    yield "feedback"
    if run.feedback(home, round_).replies < len(others[:1]):
        found.append(Remark("no_reply", {}))
    yield "summarise"
    written = {path.name for path in run.summarise(home, round_)}
    found += [
        Remark("no_summary", {"file": each.file})
        for each in round_.settings.summaries
        if each.file not in written
    ]
    yield "figures"
    if not any(remark.is_grave for remark in found):
        found += rehearsing.on_figures(round_, drafts[best], run.figures(home, round_, "agency"))
    if not others:
        found.append(Remark("too_few", {}, is_grave=False))
