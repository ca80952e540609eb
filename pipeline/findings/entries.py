"""Group findings for readers: similar ones of one column become one ``FindingGroup``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.findings.answers import family_of, key_of
from pipeline.model import Finding, Severity
from pipeline.office.addresses import ranges
from schemas.words import say, ui

MOST_ALIKE = 10
"""More similar findings than this in one column become one group."""
LONGEST = 120
"""Characters of a value that are shown; the cell has all of it."""
_EXAMPLES = 5


@dataclass(frozen=True)
class FindingGroup:
    """One line for readers: a finding, or several that differ only in cells and values."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The finding whose message is shown for all."""
        return self.findings[0]

    @property
    def key(self) -> str:
        """The key by which an answer to it is found."""
        return key_of(self.first) if len(self.findings) == 1 else family_of(self.first)

    @property
    def cells(self) -> tuple[str, ...]:
        """All cells: of one finding as given, of several column by column, from top to bottom."""
        if len(self.findings) == 1:
            return self.first.cells
        return tuple(sorted({cell for each in self.findings for cell in each.cells}, key=_place))

    @property
    def answer(self) -> str:
        """The agency's answer, if it is the same for all findings; else blank."""
        answers = {each.answer for each in self.findings}
        return answers.pop() if len(answers) == 1 else ""

    def where(self, most: int = 240) -> str:
        """Return the cells as ranges (C14:C92), cut to about ``most`` characters."""
        text = ranges(self.cells)
        return text if len(text) <= most else text[:most].rpartition(",")[0] + ", …"

    def value(self) -> str:
        """Return the value found; for several findings the first few values."""
        if len(self.findings) == 1:
            return shortened(self.first.value)
        examples = list(
            dict.fromkeys(
                shortened(each.value, LONGEST // _EXAMPLES) for each in self.findings if each.value
            )
        )
        return "; ".join(examples[:_EXAMPLES]) + ("; …" if len(examples) > _EXAMPLES else "")

    def found(self, lang: str) -> str:
        """Return the sentence that says what is wrong."""
        text = said(self.first, "found", lang)
        more = len(self.cells) - len(self.first.cells)
        return (
            text if len(self.findings) == 1 else f"{text} {ui('feedback.alike', lang, count=more)}"
        )

    def fix(self, lang: str) -> str:
        """Return the sentence that says what to do."""
        return said(self.first, "fix", lang)


def entries(findings: Sequence[Finding]) -> list[FindingGroup]:
    """Group findings, in the order in which each group first appears."""
    families = [family_of(finding) if finding.cells else "" for finding in findings]
    sizes = Counter(families)
    found: dict[str, list[Finding]] = {}
    for position, (finding, family) in enumerate(zip(findings, families, strict=True)):
        together = family and sizes[family] > MOST_ALIKE
        found.setdefault(family if together else str(position), []).append(finding)
    return [FindingGroup(tuple(listed)) for listed in found.values()]


def counted(findings: Sequence[Finding]) -> dict[str, int]:
    """Return how many errors, warnings and notes there are."""
    count = Counter(finding.severity for finding in findings)
    return {
        "errors": count[Severity.ERROR],
        "warnings": count[Severity.WARNING],
        "notes": count[Severity.NOTE],
    }


def said(finding: Finding, part: str, lang: str) -> str:
    """Return one part of a finding's message, with a long value shortened."""
    return say(
        finding.message,
        part,
        lang,
        {
            name: shortened(text) if name == "value" else text
            for name, text in finding.words.items()
        },
    )


def shortened(text: str, most: int = LONGEST) -> str:
    """Return the beginning of a long text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _place(cell: str) -> tuple[int, str, int]:
    letters = cell.rstrip("0123456789")
    return len(letters), letters, int(cell[len(letters) :] or 0)
