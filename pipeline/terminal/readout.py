"""Print the judgement of a file: errors first, sheet by sheet, each group with what to do."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.console import Console
from rich.text import Text

from pipeline.findings.entries import FindingGroup, counted, entries
from pipeline.model import Finding, Match, Severity
from schemas.words import ui

COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}
WIDEST = 110
"""In characters. Longer lines are hard to read, however wide the terminal is."""
_INDENT = " " * 9


@dataclass(frozen=True)
class FileHeading:
    """What is printed above the findings of a file; blank where unknown.

    ``agency`` and ``verdict`` are in words.
    """

    name: str
    agency: str = ""
    verdict: str = ""


class Readout:
    """Writes to stdout: coloured and wrapped on a terminal, else plain and one line per group."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._console = Console(highlight=False, soft_wrap=True)
        self._width = min(self._console.width, WIDEST) if self._console.is_terminal else 0

    def file(self, heading: FileHeading, findings: Sequence[Finding]) -> None:
        """Print the judgement of one file."""
        verdict = f" — {heading.verdict}" if heading.verdict else ""
        self._print(f"{heading.name}{verdict}", "bold")
        if heading.agency:
            self._print(ui("screen.check.agency", self._lang, agency=heading.agency))
        counts = counted(findings)
        self._print(
            ui("screen.check.counts", self._lang, **counts)
            if findings
            else ui("screen.check.clean", self._lang)
        )
        for severity in Severity:
            self._severity(
                severity, [finding for finding in findings if finding.severity is severity]
            )
        self._console.print()

    def _severity(self, severity: Severity, findings: Sequence[Finding]) -> None:
        if not findings:
            return
        self._console.print()
        title = ui(f"screen.check.section.{severity}", self._lang, count=len(findings))
        self._print(title, COLOURS[severity])
        for sheet, listed in groupby(entries(findings), key=lambda entry: entry.first.sheet):
            self._print(f"  {sheet or ui('screen.check.whole_file', self._lang)}", "bold")
            for entry in listed:
                self._entry(entry)

    def _entry(self, entry: FindingGroup) -> None:
        where = entry.where(most=60)
        self._print(
            f"    {entry.first.rule}  {f'{where}: ' if where else ''}{entry.found(self._lang)}"
        )
        self._print(
            f"{_INDENT}{ui('screen.check.fix', self._lang, fix=entry.fix(self._lang))}", "dim"
        )
        if entry.answer:
            self._print(
                f"{_INDENT}{ui('screen.check.answer', self._lang, answer=entry.answer)}", "italic"
            )

    def matches(self, matches: Sequence[Match]) -> None:
        """Print what was matched to what, on what evidence and how surely (0 to 100)."""
        if not matches:
            return
        self._print(ui("screen.matches.title", self._lang))
        for line in _match_lines(matches, self._lang):
            self._print(f"  {line}")
        self._console.print()

    def _print(self, text: str, style: str = "") -> None:
        lines = (
            textwrap.wrap(text, self._width, subsequent_indent=_INDENT) if self._width else [text]
        )
        for line in lines:
            self._console.print(Text(line, style=style))


def _match_lines(matches: Sequence[Match], lang: str) -> Iterator[str]:
    for match in matches:
        place = f"{match.sheet}: " if match.sheet else ""
        words = {
            "declared": match.declared,
            "found": " ".join(match.found.split()),
            "score": f"{match.score:.0f}",
        }
        evidence = ui(f"screen.matches.{match.evidence}", lang)
        yield place + ui(f"screen.matches.{match.kind}", lang, **words, evidence=evidence)
