"""Issuing: the standard template, each agency's own workbook with its letter, and the form's definition, which is kept for later."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pipeline.home import Home, made_private, write_beside
from pipeline.store.outputs import Outputs, outputs
from schemas.round.round import Agency, Round


def write_template(home: Home, round_: Round) -> Path:
    """Build the standard template."""
    with outputs(home, "template") as written:
        return _write_template(written, home, round_)


def issue_to(home: Home, round_: Round, agencies: Sequence[Agency], *, everybody: bool, invented: bool) -> list[Path]:
    """Build the standard template, and write a stamped workbook and its letter for each of these agencies; the workbooks.

    ``everybody``: they are all agencies in scope.
    """
    from pipeline.distribute import issue

    workbooks: list[Path] = []
    with outputs(home, "distribute", everything=everybody) as written:
        _write_template(written, home, round_)
        for code, workbook, letter in issue.issue_all(round_, agencies, invented=invented):
            workbooks.append(written.write(home.issued / f"{code}.xlsx", workbook))
            written.write(home.issued / f"{code}.docx", letter)
    return workbooks


def _write_template(written: Outputs, home: Home, round_: Round) -> Path:
    from pipeline.distribute import issue

    keep_definition(home, round_)
    return written.write(home.templates / f"{round_.key}.xlsx", issue.standard_template(round_))


def keep_definition(home: Home, round_: Round) -> None:
    """Keep the form's definition by digest, so that a return on it can be read after the form has changed."""
    text = json.dumps(round_.definition, ensure_ascii=False, sort_keys=True, indent=1, default=str)
    write_beside(made_private(home.definitions) / f"{round_.digest}.json", text.encode(), lasting=True)
