"""The self-check sheet: each rule that a formula can express, how many rows break it now, and where the first one is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from xlsxwriter.worksheet import Worksheet

from pipeline.distribute.lists import ErrorCells
from pipeline.distribute.names import Cells, info_row, letter
from pipeline.distribute.page import Page
from pipeline.office.sheetnames import quoted
from schemas.columns import TableSpec
from schemas.rules import formula as x
from schemas.rules.base import CrossRule, RowRule
from schemas.rules.nil import NilAgrees
from schemas.rules.sentences import sentence
from schemas.rules.unique_key import UniqueKey
from schemas.words import say

FIRST_LINE = 12
"""Row of the first rule, counted from 1."""
TEXT_WIDTH = 74
"""Characters of a rule's sentence that fit one line."""
FAR = 9_000_000_000
"""Larger than any place a fault can stand in."""


@dataclass(frozen=True)
class Line:
    """One rule of one sheet: its conditions with the columns they stand in."""

    rule: str
    severity: str
    spec: TableSpec
    text: str
    conditions: Sequence[tuple[str, str]]
    """(condition, column key)."""
    guard: str = ""
    """A condition without which nothing is counted."""
    in_empty: int = 0
    """The count in an empty workbook."""
    earlier: Callable[[str], str] = lambda _: ""
    """Formula: the row that the row at fault repeats; blank where the rule isn't about that."""

    @property
    def count(self) -> str:
        """Formula: how many rows break the rule in one column or another; on a label-value sheet each label is a row."""
        rows = "+".join(x.safe(condition) for condition, _ in self.conditions)
        if self.spec.is_form:
            return f"{self.guard}SUM({rows})"
        return f"{self.guard}SUM(--(({rows})>0))"

    @property
    def first(self) -> str:
        """Formula: the row of the first fault × 1000 + its column; FAR where there is none."""
        places = (f"IF({x.safe(condition)}>0,{self._place(key)},{FAR})" for condition, key in self.conditions)
        return f"MIN({','.join(places)})"

    def _place(self, key: str) -> str:
        if self.spec.is_form:
            return str(info_row(self.spec, key) * 1000 + 2)
        position = self.spec.keys.index(key)
        return f"ROW({self._range(key)})*1000+{position + 1}"

    def _range(self, key: str) -> str:
        column = f"{quoted(self.spec.sheet)}!${letter(self.spec, key)}:${letter(self.spec, key)}"
        return f"INDEX({column},9):INDEX({column},bl_{self.spec.key})"


def write_selfcheck(page: Page, sheet: Worksheet, errors: ErrorCells) -> None:
    """Verdict, counts of data rows, one line a rule."""
    page.setup(sheet)
    for index, width in enumerate((8, 20, 12, 76, 12, 22)):
        sheet.set_column(index, index, width)
    sheet.set_column(6, 7, 2, None, {"hidden": True})
    page.heading(sheet, page.say("selfcheck.title"), 6)
    lines = list(_lines(page, errors))
    last = FIRST_LINE + len(lines) - 1
    _verdict(page, sheet, last, lines)
    for index, name in enumerate(("rule", "sheet", "severity", "text", "count", "first")):
        sheet.write_string(FIRST_LINE - 2, index, page.say(f"selfcheck.{name}"), page.formats["header"])
    for offset, line in enumerate(lines):
        _write_line(page, sheet, FIRST_LINE - 1 + offset, line)
    area = f"A{FIRST_LINE}:F{last}"
    for severity, style in (("error", "red"), ("warning", "amber")):
        criteria = f'=AND($E{FIRST_LINE}>0,$C{FIRST_LINE}="{page.say(f"selfcheck.{severity}")}")'
        sheet.conditional_format(area, {"type": "formula", "criteria": criteria, "format": page.formats[style]})
    sheet.freeze_panes(FIRST_LINE - 1, 0)
    sheet.repeat_rows(FIRST_LINE - 2)


def _verdict(page: Page, sheet: Worksheet, last: int, lines: Sequence[Line]) -> None:
    counts = f"E{FIRST_LINE}:E{last}"
    total = {}
    for row, severity in ((7, "error"), (8, "warning")):
        name = page.say(f"selfcheck.{severity}")
        total[severity] = sum(line.in_empty for line in lines if line.severity == severity[0].upper())
        page.span(sheet, row, 1, 3, page.say(f"selfcheck.total_{severity}"), "label")
        sheet.write_formula(row - 1, 4, f'=SUMIF(C{FIRST_LINE}:C{last},"{name}",{counts})', page.formats["figure"], total[severity])
    tables = "+".join(page.names.row_count(spec.key) for spec in page.round_.row_tables)
    page.span(sheet, 9, 1, 3, page.say("selfcheck.data_rows"), "label")
    sheet.write_formula(8, 4, f"={tables}", page.formats["figure"], 0)
    passed, failed = page.say("selfcheck.passed"), page.say("selfcheck.failed")
    sheet.merge_range("D7:D9", "", page.formats["verdict"])
    sheet.write_formula("D7", f'=IF(E7=0,"{passed}","{failed}")', page.formats["verdict"], failed if total["error"] else passed)
    for text, style in ((passed, "green"), (failed, "red")):
        rule = {"type": "cell", "criteria": "==", "value": f'"{text}"', "format": page.formats[style]}
        sheet.conditional_format("D7:D9", rule)


def _write_line(page: Page, sheet: Worksheet, row: int, line: Line) -> None:
    severity = page.say("selfcheck.error" if line.severity == "E" else "selfcheck.warning")
    for column, (text, style) in enumerate(
        ((line.rule, "boxed_center"), (line.spec.sheet, "boxed"), (severity, "boxed_center"), (line.text, "boxed"))
    ):
        sheet.write_string(row, column, text, page.formats[style])
    sheet.write_array_formula(row, 4, row, 4, f"{{={line.count}}}", page.formats["figure"], line.in_empty)
    sheet.write_array_formula(row, 6, row, 6, f"{{={line.first}}}", None, FAR)
    place = f"ADDRESS(INT(G{row + 1}/1000),MOD(G{row + 1},1000),4)"
    target = quoted(line.spec.sheet)
    shown = place
    if earlier := line.earlier(f"INT(G{row + 1}/1000)"):
        sheet.write_array_formula(row, 7, row, 7, f"{{=IF(G{row + 1}<{FAR},{earlier},0)}}", None, 0)
        words = page.say("selfcheck.repeats", cell=f'"&{place}&"', row=f'"&H{row + 1}&"')
        shown = f'"{words}"'
    link = f'=IF(E{row + 1}>0,IF(G{row + 1}<{FAR},HYPERLINK("#{target}!"&{place},{shown}),""),"")'
    sheet.write_formula(row, 5, link, page.formats["link"], "")
    sheet.set_row(row, 15 * max(1, -(-len(line.text) // TEXT_WIDTH)))


def _lines(page: Page, errors: ErrorCells) -> Iterator[Line]:
    for spec in page.round_.tables:
        cells = Cells(page.names, spec, in_range=True)
        grouped: dict[tuple[str, str, str], list[tuple[RowRule, str]]] = {}
        for rule in page.round_.rules[spec.key]:
            condition = rule.broken(cells, page.round_)
            if condition:
                grouped.setdefault((rule.id, rule.severity, rule.message), []).append((rule, condition))
        for (rule_id, severity, _), rules in grouped.items():
            conditions = [(condition, rule.at) for rule, condition in rules]
            in_empty = sum(rule.together for rule, _ in rules)
            line = Line(rule_id, severity, spec, _sentence(page, [rule for rule, _ in rules]), conditions, in_empty=in_empty)
            first = rules[0][0]
            yield replace(line, earlier=partial(first.earlier_row, cells, page.round_)) if isinstance(first, UniqueKey) else line
    for between in page.round_.cross_rules:
        yield from _cross_line(page, between, errors)


def _sentence(page: Page, rules: Sequence[RowRule]) -> str:
    """What must hold, once for all columns: a sentence that names one column names them all where the rest is the same."""
    words = [rule.words(page.round_) for rule in rules]
    if len({tuple(sorted((k, v) for k, v in w.items() if k not in ("title", "unit", "count"))) for w in words}) == 1:
        titles = "”, “".join(w["title"] for w in words)
        return say(rules[0].message, "rule", page.lang, {**words[0], "title": titles, "titles": titles})
    return "; ".join(say(rule.message, "rule", page.lang, w) for rule, w in zip(rules, words, strict=True))


def _cross_line(page: Page, rule: CrossRule, errors: ErrorCells) -> Iterator[Line]:
    spec = page.round_.by_key[rule.table]
    condition = rule.broken(Cells(page.names, spec, in_range=True), page.round_)
    if not condition:
        return
    resting = [cell for place in sorted(rule.explained_by(page.round_)) for cell in errors.get(place, [])]
    guard = f"({'+'.join(resting)}=0)*" if resting else ""
    yield Line(
        rule.id,
        rule.severity,
        spec,
        sentence(rule, page.round_, page.lang),
        [(condition, rule.at)],
        guard,
        in_empty=int(isinstance(rule, NilAgrees)),
    )
