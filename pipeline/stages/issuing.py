"""Issue the standard template, agencies' own workbooks and letters; keep the form's definition."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from pipeline.home import Home
from pipeline.machine import clock
from pipeline.machine.files import made_private, write_beside
from pipeline.stages.ledgers import decisions_on_record
from pipeline.stages.lettering import dated
from pipeline.store.deadlines import Deadlines, deadlines
from pipeline.store.outputs import Outputs, outputs
from schemas.round.round import Agency, Round


def write_template(home: Home, round_: Round) -> Path:
    """Build the standard template."""
    with outputs(home, "template") as written:
        return _write_template(written, home, round_)


def deadlines_of(home: Home, round_: Round) -> Deadlines:
    """Return the deadlines by what was decided in this folder."""
    return deadlines(decisions_on_record(home, round_), round_)


def issue_to(
    home: Home,
    round_: Round,
    agencies: Sequence[Agency],
    due: Deadlines | None = None,
    *,
    everybody: bool,
    invented: bool,
) -> list[Path]:
    """Build the standard template, and write a stamped workbook and letter for each agency.

    Returns the workbooks' paths. ``due``: each one's deadline, by default the round's.
    ``everybody``: ``agencies`` are all in scope.
    """
    from pipeline.distribute import issue

    workbooks: list[Path] = []
    with outputs(home, "distribute", everything=everybody) as written:
        _write_template(written, home, round_)
        today = clock.now(round_.timezone).date()
        for code, workbook, letter in issue.issue_all(round_, agencies, due, invented=invented):
            workbooks.append(home.issued / f"{code}.xlsx")
            files = dated(
                written, home.issued / f"{code}.docx", partial(_files, workbook, letter), today
            )
            for ending, content in files.items():
                written.write(home.issued / f"{code}.{ending}", content)
    return workbooks


def _files(workbook: bytes, letter: Callable[[dt.date], bytes], day: dt.date) -> dict[str, bytes]:
    """Return a workbook and its letter of that day, by file ending."""
    return {"xlsx": workbook, "docx": letter(day)}


def _write_template(written: Outputs, home: Home, round_: Round) -> Path:
    from pipeline.distribute import issue

    keep_definition(home, round_)
    return written.write(home.templates / f"{round_.key}.xlsx", issue.standard_template(round_))


def keep_definition(home: Home, round_: Round) -> None:
    """Keep the form's definition by its digest: returns on it stay readable after a change."""
    text = json.dumps(round_.definition, ensure_ascii=False, sort_keys=True, indent=1, default=str)
    write_beside(
        made_private(home.definitions) / f"{round_.digest}.json", text.encode(), lasting=True
    )
