"""Issuing: the standard template, each agency's own workbook with its letter, and the form's definition, which is kept for later."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pipeline.home import Home, write_beside
from schemas.round.round import Agency, Round


def write_template(home: Home, round_: Round) -> Path:
    """Build the standard template."""
    from pipeline.distribute import issue

    keep_definition(home, round_)
    return write_beside(home.templates / f"{round_.key}.xlsx", issue.standard_template(round_))


def issue_to(home: Home, round_: Round, agencies: Sequence[Agency], *, invented: bool) -> list[Path]:
    """Build the standard template, and write a stamped workbook and its letter for each of these agencies; the workbooks."""
    from pipeline.distribute import issue

    write_template(home, round_)
    written: list[Path] = []
    for code, workbook, letter in issue.issue_all(round_, agencies, invented=invented):
        written.append(write_beside(home.issued / f"{code}.xlsx", workbook))
        write_beside(home.issued / f"{code}.docx", letter)
    return written


def keep_definition(home: Home, round_: Round) -> None:
    """Keep the form's definition by digest, so that a return on it can be read after the form has changed."""
    text = json.dumps(round_.definition, ensure_ascii=False, sort_keys=True, indent=1, default=str)
    write_beside(home.definitions / f"{round_.digest}.json", text.encode())
