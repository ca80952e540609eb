"""Compare a self-check sheet, recalculated by LibreOffice, with the pipeline's findings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Sequence
from pathlib import Path

from pipeline import run
from pipeline.distribute.selfcheck_lines import FIRST_LINE
from pipeline.home import Home
from pipeline.model import Finding, Severity
from schemas.codelists import fold
from schemas.columns import Column, Kind
from schemas.round.round import Round
from schemas.words import ui
from tests.office import sheets_as_text

STRICTER = {Kind.COUNT: "V02", Kind.DECIMAL: "V02", Kind.CODE: "V03", Kind.DATE: "V04"}
"""What the sheet says of cells that the pipeline repairs: it wants a number, entry or date."""
Counts = dict[tuple[str, str, str], int]


def counted(lines: Sequence[Sequence[str]], lang: str) -> tuple[str, Counts]:
    """Return verdict and counts above 0 of a self-check sheet, by rule, severity and sheet."""
    titles = [ui(f"form.selfcheck.{severity}", lang) for severity in ("error", "warning")]
    found: Counter[tuple[str, str, str]] = Counter()
    for rule, sheet, severity, _, count in (
        line[:5] for line in lines[FIRST_LINE - 1 :] if len(line) > 4
    ):
        if rule:
            found[rule, "EW"[titles.index(severity)], sheet] += int(count)
    return lines[6][0], {key: count for key, count in found.items() if count}


def expected(findings: Sequence[Finding], round_: Round, in_sheet: Container[str]) -> Counts:
    """Return the counts that the sheet must show, by rule, severity and sheet."""
    rows: dict[tuple[str, str, str], set[str]] = {}
    for finding in findings:
        rule, severity = finding.rule, str(finding.severity)
        if rule == "V07":
            rule = "V02"
        if rule == "V08":
            column = column_of(finding, round_)
            rule, severity = (
                "" if is_known(finding, column, round_) else STRICTER.get(column.kind, ""),
                "E",
            )
        if rule in in_sheet and severity != Severity.NOTE:
            rows.setdefault((rule, severity, finding.sheet), set()).update(
                cell.lstrip("ABCDEFGHIJKLMN") for cell in finding.cells
            )
    return {key: len(places) for key, places in rows.items()}


def repeated(lines: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return what the sheet shows of the first row at fault of each sheet's T01."""
    return {
        line[1]: line[5] for line in lines[FIRST_LINE - 1 :] if line[:1] == ["T01"] and int(line[4])
    }


def expected_repeated(findings: Sequence[Finding], lang: str) -> dict[str, str]:
    """Return each sheet's first cell with finding T01, and the row that it repeats."""
    first: dict[str, tuple[int, str]] = {}
    for finding in findings:
        if finding.rule == "T01":
            row, earlier = (
                int(finding.cells[0][1:]),
                re.findall(r"[0-9]+(?=;|$)", finding.words["repeated"])[0],
            )
            shown = ui("form.selfcheck.repeats", lang, cell=finding.cells[0], row=earlier)
            first[finding.sheet] = min(first.get(finding.sheet, (row, shown)), (row, shown))
    return {sheet: shown for sheet, (_, shown) in first.items()}


def column_of(finding: Finding, round_: Round) -> Column:
    """Return the column of a finding."""
    spec = next(spec for spec in round_.tables if spec.sheet == finding.sheet)
    return next(column for column in spec.columns if column.title == finding.column)


def is_known(finding: Finding, column: Column, round_: Round) -> bool:
    """Whether the sheet, too, accepts a value that was read with a repair.

    Such as an entry in another case, with other spaces, by an alias or code, or an agency's own
    left blank.
    """
    return bool(column.codes) and (
        finding.message == "own_entry"
        or fold(str(finding.value)) in round_.codes_of(column).numbers
    )


def held_together(paths: Sequence[Path], round_: Round, in_sheet: Container[str]) -> Counts:
    """Compare recalculated self-check sheets with the pipeline; return all counts."""
    position = 2 + len(round_.tables)  # after the instructions and the tables
    sheets = sheets_as_text(paths, position, round_.sheets.selfcheck, paths[0].parent / "sheets")
    every: Counter[tuple[str, str, str]] = Counter()
    for path, lines, judged in zip(
        paths, sheets, run.check(Home(paths[0].parent), round_, paths), strict=True
    ):
        verdict, found = counted(lines, round_.language)
        assert found == expected(judged.findings, round_, in_sheet), path.name
        assert repeated(lines) == expected_repeated(judged.findings, round_.language), path.name
        result = "failed" if any(key[1] == "E" for key in found) else "passed"
        assert verdict == ui(f"form.selfcheck.{result}", round_.language), path.name
        every += Counter(found)
    return every
