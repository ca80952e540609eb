"""Print findings, and the judgement of files: as text, JSON or CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipeline.model import Finding
from pipeline.terminal.records import print_records
from schemas.words import say, ui

if TYPE_CHECKING:
    from pipeline.stages.checking import CheckReport
    from schemas.round.round import Round

FIELDS = (
    "rule",
    "severity",
    "agency",
    "file",
    "sheet",
    "cells",
    "column",
    "value",
    "message",
    "fix",
)


def plain(finding: Finding, lang: str) -> dict[str, Any]:
    """Return a finding as a JSON object for programs: its keys are a contract."""
    texts = {
        "message": say(finding.message, "found", lang, finding.words),
        "fix": say(finding.message, "fix", lang, finding.words),
    }
    answer = {"answer": finding.answer} if finding.answer else {}
    own = {name: getattr(finding, name) for name in FIELDS if name not in texts}
    return {**own, "cells": list(finding.cells), **texts, **answer}


def print_findings(findings: Sequence[Finding], round_: Round, form: str, lang: str) -> None:
    """Print findings as text, JSON or CSV on stdout."""
    if form != "text":
        fields = (*FIELDS, "answer") if any(finding.answer for finding in findings) else FIELDS
        print_records([plain(finding, lang) for finding in findings], fields, form)
        return
    from pipeline.terminal.readout import FileHeading, Readout

    by_file: dict[str, list[Finding]] = {}
    for finding in findings:
        by_file.setdefault(finding.file, []).append(finding)
    readout = Readout(lang)
    for name, of_file in by_file.items():
        readout.file(FileHeading(name, _agency(of_file[0].agency, round_)), of_file)


def print_checked(checked: Sequence[CheckReport], round_: Round, form: str, lang: str) -> None:
    """Print the judgement of files as a report, or their findings as JSON or CSV."""
    if form != "text":
        findings = [finding for file in checked for finding in file.findings]
        print_findings(findings, round_, form, lang)
        return
    from pipeline.terminal.readout import FileHeading, Readout

    readout = Readout(lang)
    for file in checked:
        verdict = ui(f"screen.verdict.{file.verdict}", lang)
        readout.file(FileHeading(file.name, _agency(file.agency, round_), verdict), file.findings)
        readout.matches(file.matches)


def _agency(code: str, round_: Round) -> str:
    """Return an agency's name with its code; the code alone if it is unknown."""
    return f"{round_.by_agency[code].name} ({code})" if code in round_.by_agency else code
