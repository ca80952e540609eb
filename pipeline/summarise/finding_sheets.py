"""The sheets of findings: each finding, and findings counted by rule."""

from __future__ import annotations

from collections import defaultdict

from pipeline.model import Finding, Severity
from pipeline.office.addresses import ranges
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.wording import number
from pipeline.summarise.sheets.lists import ListColumn, list_sheet
from pipeline.summarise.sheets.sheet import SummaryBook
from pipeline.summarise.workbook.rows import MOST_ROWS
from schemas.words import say


def finding_sheet(book: SummaryBook) -> None:
    """Write all findings; of more than ``MOST_ROWS``, the gravest."""
    findings, legend = ordered(book.consolidation), book.say("findings_legend")
    if len(findings) > MOST_ROWS:
        rows, most = number(len(findings), book.lang), number(MOST_ROWS, book.lang)
        legend = f"{legend} {book.say('too_many_findings', rows=rows, most=most)}"
        findings = sorted(findings, key=_gravity)[:MOST_ROWS]
    sheet = list_sheet(
        book,
        book.say("sheets.findings"),
        book.say("findings_title"),
        _finding_columns(book, findings),
        legend=legend,
        fixed=2,
    )
    sheet.answers("findings", "findings")


def _finding_columns(book: SummaryBook, findings: list[Finding]) -> list[ListColumn]:
    lang, consolidation = book.lang, book.consolidation
    names = {code: agency.name for code, agency in consolidation.round_.by_agency.items()}
    severities = [consolidation.say(f"screen.severity.{finding.severity}") for finding in findings]
    messages, fixes = (
        [say(finding.message, part, lang, finding.words) for finding in findings]
        for part in ("found", "fix")
    )
    return [
        ListColumn(book.say("severity"), severities),
        ListColumn(book.say("rule"), [finding.rule for finding in findings]),
        ListColumn(book.say("code"), [finding.agency for finding in findings]),
        ListColumn(
            book.say("agency"), [names.get(finding.agency, "") for finding in findings], widest=28
        ),
        ListColumn(book.say("file"), [finding.file for finding in findings], widest=26),
        ListColumn(book.say("sheet"), [finding.sheet for finding in findings], widest=18),
        ListColumn(book.say("cells"), [ranges(finding.cells) for finding in findings], widest=16),
        ListColumn(book.say("column"), [finding.column for finding in findings], widest=20),
        ListColumn(book.say("value"), [finding.value for finding in findings], widest=22),
        ListColumn(book.say("message"), messages, widest=50),
        ListColumn(book.say("fix"), fixes, widest=46),
        ListColumn(
            consolidation.say("feedback.columns.answer"),
            [finding.answer for finding in findings],
            widest=36,
        ),
    ]


def ordered(consolidation: Consolidation) -> list[Finding]:
    """Findings by agency in the list's order (files of nobody known last), the gravest first."""
    place = {agency.code: at for at, agency in enumerate(consolidation.round_.in_scope)}
    return sorted(
        consolidation.findings,
        key=lambda finding: (
            place.get(finding.agency, len(place)),
            finding.file,
            _gravity(finding),
        ),
    )


def _gravity(finding: Finding) -> int:
    """Its place among the severities, the gravest first."""
    return list(Severity).index(finding.severity)


def rule_sheet(book: SummaryBook) -> None:
    """Write how often each rule is broken, in how many cells, by how many agencies."""
    counted = by_rule(book.consolidation)
    severities = [
        book.consolidation.say(f"screen.severity.{severity}") for (_, severity, _), _ in counted
    ]
    cells = [sum(len(finding.cells) for finding in findings) for _, findings in counted]
    agencies = [
        len({finding.agency for finding in findings if finding.agency}) for _, findings in counted
    ]
    columns = [
        ListColumn(book.say("rule"), [rule for (rule, _, _), _ in counted]),
        ListColumn(book.say("severity"), severities),
        ListColumn(book.say("rule_text"), [text for (_, _, text), _ in counted], widest=70),
        ListColumn(book.say("findings_count"), [len(findings) for _, findings in counted], "whole"),
        ListColumn(book.say("cells_count"), cells, "whole"),
        ListColumn(book.say("agencies_concerned"), agencies, "whole"),
    ]
    sheet = list_sheet(book, book.say("sheets.rules"), book.say("rules_title"), columns)
    sheet.answers("findings", "rules")


def by_rule(consolidation: Consolidation) -> list[tuple[tuple[str, Severity, str], list[Finding]]]:
    """Count findings by rule, severity and rule text, the most frequent first.

    Errors come before warnings, warnings before notes.
    """
    groups: defaultdict[tuple[str, Severity, str], list[Finding]] = defaultdict(list)
    for finding in consolidation.findings:
        text = say(finding.message, "rule", consolidation.lang, finding.words)
        groups[finding.rule, finding.severity, text].append(finding)
    gravity = {severity: at for at, severity in enumerate(Severity)}
    return sorted(groups.items(), key=lambda item: (gravity[item[0][1]], -len(item[1]), *item[0]))
