"""The self-check sheet: what is wrong, how to mend it, and all rules that formulas can express.

LibreOffice doesn't update plain formulas after a list formula before them, if both were loaded with
values. So verdict and totals are list formulas too; formulas that show texts are saved without
values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from xlsxwriter.worksheet import Worksheet

from pipeline.distribute.lists import ErrorCounts
from pipeline.distribute.names import Cells, info_row, letter
from pipeline.distribute.page import Page
from pipeline.office.sheetnames import quoted
from schemas.columns import TableSpec
from schemas.rules import formula as x
from schemas.rules.base import CrossRule, RowRule
from schemas.rules.cells import AmbiguousCell
from schemas.rules.nil import NilAgrees
from schemas.rules.unique_key import UniqueKey
from schemas.words import messages as messages_of
from schemas.words import say

FIRST_SHOWN, SHOWN = 12, 12
"""Upper list, of failing rules: row of its first line, counted from 1, and its length."""
FIRST_LINE = FIRST_SHOWN + SHOWN + 4
"""Row of the first rule in the list of all rules."""
TEXT_WIDTH = 74
"""Characters of a rule's sentence that fit one line."""
FAR = 9_000_000_000
"""A number larger than any place of a fault."""
COLUMNS = ("rule", "sheet", "severity", "text", "count", "first")
PLACE, EARLIER, FIX, TARGET, TEXT = "G", "H", "I", "J", "K"
"""Hidden columns: place of the first fault, the row that it repeats, the fix, the link's target and
its text.
"""
AFTER = 1000
"""Added to a warning's position in the order, so that warnings come after errors."""


@dataclass(frozen=True)
class Line:
    """A line of the list: one rule of one sheet, as Excel conditions."""

    rule: str
    severity: str
    spec: TableSpec
    text: str
    fix: str
    conditions: Sequence[tuple[str, str]]
    """Pairs (condition, column key)."""
    unless: Sequence[str] = ()
    """Cells that count other mistakes: if one isn't 0, this line counts nothing."""
    in_empty: int = 0
    """The count in an empty workbook."""
    last: str = "bl"
    """Prefix of the name of the cell with the last row that the conditions reach."""
    earlier: Callable[[str], str] = lambda _: ""
    """Returns the formula for the row that a row at fault repeats; blank for other rules."""

    @property
    def count(self) -> str:
        """Return the formula that counts the rows with a fault in any column.

        On a label-value sheet each label counts as a row.
        """
        rows = "+".join(x.safe(condition) for condition, _ in self.conditions)
        counted = f"SUM({rows})" if self.spec.is_form else f"SUM(--(({rows})>0))"
        return f"IF(({'+'.join(self.unless)})=0,{counted},0)" if self.unless else counted

    @property
    def first(self) -> str:
        """Return the formula for the place of the first fault: row × 1000 + column."""
        places = (
            f"IF({x.safe(condition)}>0,{self._place(key)},{FAR})"
            for condition, key in self.conditions
        )
        return f"MIN({','.join(places)})"

    def _place(self, key: str) -> str:
        if self.spec.is_form:
            return str(info_row(self.spec, key) * 1000 + 2)
        position = self.spec.keys.index(key)
        return f"ROW({self._range(key)})*1000+{position + 1}"

    def _range(self, key: str) -> str:
        column = f"{quoted(self.spec.sheet)}!${letter(self.spec, key)}:${letter(self.spec, key)}"
        return f"INDEX({column},9):INDEX({column},{self.last}_{self.spec.key})"


def write_selfcheck(page: Page, sheet: Worksheet, errors: ErrorCounts) -> None:
    """Write the sheet: verdict, count of data rows, what to do now, a line per rule."""
    page.setup(sheet)
    for index, width in enumerate((8, 20, 12, 76, 12, 22)):
        sheet.set_column(index, index, width)
    sheet.set_column(f"{PLACE}:{TEXT}", 2, None, {"hidden": True})
    page.heading(sheet, page.say("selfcheck.title"), len(COLUMNS))
    lines = _lines(page, errors)
    last = FIRST_LINE + len(lines) - 1
    _verdict(page, sheet, last, lines)
    _failing(page, sheet, last)
    page.span(sheet, FIRST_LINE - 2, 1, len(COLUMNS), page.say("selfcheck.all"), "bold")
    _titles(page, sheet, FIRST_LINE - 1, "text")
    for offset, line in enumerate(lines):
        _write_line(page, sheet, FIRST_LINE - 1 + offset, line)
    for area in (f"A{FIRST_SHOWN}:F{FIRST_SHOWN + SHOWN - 1}", f"A{FIRST_LINE}:F{last}"):
        _colour(page, sheet, area)
    sheet.repeat_rows(FIRST_LINE - 2)
    sheet.freeze_panes(FIRST_SHOWN - 1, 0)
    sheet.set_selection(f"F{FIRST_SHOWN}")


def _titles(page: Page, sheet: Worksheet, row: int, text: str) -> None:
    for index, name in enumerate(COLUMNS):
        sheet.write_string(
            row - 1,
            index,
            page.say(f"selfcheck.{text if name == 'text' else name}"),
            page.formats["header"],
        )


def _colour(page: Page, sheet: Worksheet, area: str) -> None:
    row = area[1:].partition(":")[0]
    for severity, style in (("error", "red"), ("warning", "amber")):
        criteria = (
            f'=IF(ISNUMBER($E{row}),($E{row}>0)*($C{row}="{page.say(f"selfcheck.{severity}")}"),0)'
        )
        sheet.conditional_format(
            area, {"type": "formula", "criteria": criteria, "format": page.formats[style]}
        )


def _array(sheet: Worksheet, cell: str, formula: str, style: object, value: object) -> None:
    sheet.write_array_formula(f"{cell}:{cell}", f"{{={formula}}}", style, value)


def _verdict(page: Page, sheet: Worksheet, last: int, lines: Sequence[Line]) -> None:
    total = {}
    for row, severity in ((7, "error"), (8, "warning")):
        name = page.say(f"selfcheck.{severity}")
        total[severity] = sum(
            line.in_empty for line in lines if line.severity == severity[0].upper()
        )
        sheet.write_string(
            f"D{row}", page.say(f"selfcheck.total_{severity}"), page.formats["counted"]
        )
        counted = f'SUM(IF($C${FIRST_LINE}:$C${last}="{name}",$E${FIRST_LINE}:$E${last},0))'
        _array(sheet, f"E{row}", counted, page.formats["figure"], total[severity])
    tables = "+".join(page.names.row_count(spec.key) for spec in page.round_.row_tables)
    sheet.write_string("D9", page.say("selfcheck.data_rows"), page.formats["counted"])
    _array(sheet, "E9", tables, page.formats["figure"], 0)
    passed, failed = page.say("selfcheck.passed"), page.say("selfcheck.failed")
    sheet.merge_range("A7:C9", "", page.formats["verdict"])
    _array(
        sheet,
        "A7",
        f'IF(E7=0,"{passed}","{failed}")',
        page.formats["verdict"],
        failed if total["error"] else passed,
    )
    for text, style in ((passed, "green"), (failed, "red")):
        rule = {
            "type": "cell",
            "criteria": "==",
            "value": f'"{text}"',
            "format": page.formats[style],
        }
        sheet.conditional_format("A7:C9", rule)


def _failing(page: Page, sheet: Worksheet, last: int) -> None:
    """Write the upper list: failing rules, errors first, each with its fix and a link."""
    _titles(page, sheet, FIRST_SHOWN - 1, "fix")
    counts, severities = f"$E${FIRST_LINE}:$E${last}", f"$C${FIRST_LINE}:$C${last}"
    # a line's position, larger for warnings: errors come first
    order = (
        f'ROW({counts})-{FIRST_LINE - 1}+IF({severities}="{page.say("selfcheck.error")}",0,{AFTER})'
    )
    for number in range(1, SHOWN + 1):
        row = FIRST_SHOWN - 1 + number
        place = f"IFERROR(MOD(SMALL(IF({counts}>0,{order}),{number}),{AFTER}),0)"
        _array(sheet, f"{PLACE}{row}", place, None, 0)
        _write_shown(page, sheet, row, last)
    more = page.say("selfcheck.more", count=f'"&(SUM(--({counts}>0))-{SHOWN})&"')
    sheet.merge_range(
        FIRST_SHOWN + SHOWN - 1,
        0,
        FIRST_SHOWN + SHOWN - 1,
        len(COLUMNS) - 1,
        "",
        page.formats["note"],
    )
    _array(
        sheet,
        f"A{FIRST_SHOWN + SHOWN}",
        f'IF(SUM(--({counts}>0))>{SHOWN},"{more}","")',
        page.formats["note"],
        "",
    )


def _write_shown(page: Page, sheet: Worksheet, row: int, last: int) -> None:
    """Write a row of the upper list: what it shows of the line whose position stands beside it."""

    def of_line(column: str) -> str:
        return f"INDEX(${column}${FIRST_LINE}:${column}${last},$G{row})"

    styles = ("boxed_center", "boxed", "boxed_center", "boxed", "figure")
    for column, source, style in zip("ABCDE", f"ABC{FIX}E", styles, strict=True):
        formula = f'=IF($G{row}>0,{of_line(source)},"")'
        sheet.write_formula(f"{column}{row}", formula, page.formats[style], "")
    link = f'IF({of_line(TARGET)}="","",HYPERLINK({of_line(TARGET)},{of_line(TEXT)}))'
    sheet.write_formula(f"F{row}", f'=IF($G{row}>0,{link},"")', page.formats["link"], "")
    sheet.set_row(row - 1, 30)


def _write_line(page: Page, sheet: Worksheet, row: int, line: Line) -> None:
    severity = page.say("selfcheck.error" if line.severity == "E" else "selfcheck.warning")
    for column, (text, style) in enumerate(
        (
            (line.rule, "boxed_center"),
            (line.spec.sheet, "boxed"),
            (severity, "boxed_center"),
            (line.text, "boxed"),
        )
    ):
        sheet.write_string(row, column, text, page.formats[style])
    n = row + 1
    _array(sheet, f"E{n}", line.count, page.formats["figure"], line.in_empty)
    _array(sheet, f"{PLACE}{n}", f"IF(E{n}=0,{FAR},{line.first})", None, FAR)
    place = f"ADDRESS(INT({PLACE}{n}/1000),MOD({PLACE}{n},1000),4)"
    shown = place
    if earlier := line.earlier(f"INT({PLACE}{n}/1000)"):
        _array(sheet, f"{EARLIER}{n}", f"IF({PLACE}{n}<{FAR},{earlier},0)", None, 0)
        words = page.say("selfcheck.repeats", cell=f'"&{place}&"', row=f'"&{EARLIER}{n}&"')
        shown = f'"{words}"'
    sheet.write_string(f"{FIX}{n}", line.fix)
    at_fault = f"IF(E{n}>0,{PLACE}{n}<{FAR},FALSE)"
    sheet.write_formula(
        f"{TARGET}{n}", f'=IF({at_fault},"#{quoted(line.spec.sheet)}!"&{place},"")', None, ""
    )
    sheet.write_formula(f"{TEXT}{n}", f'=IF({at_fault},{shown},"")', None, "")
    sheet.write_formula(
        f"F{n}",
        f'=IF({TARGET}{n}="","",HYPERLINK({TARGET}{n},{TEXT}{n}))',
        page.formats["link"],
        "",
    )
    sheet.set_row(row, 15 * max(1, -(-len(line.text) // TEXT_WIDTH)))


Broken = list[tuple[RowRule, str]]
"""The rules of one line, each with its condition."""


def _lines(page: Page, errors: ErrorCounts) -> list[Line]:
    grouped = [(spec, rules) for spec in page.round_.tables for rules in _grouped(page, spec)]
    counts = [(f"$E${FIRST_LINE + offset}", rules) for offset, (_, rules) in enumerate(grouped)]
    between = [(rule, _hindering(page, rule, counts, errors)) for rule in page.round_.cross_rules]
    lines = [_row_line(page, spec, rules) for spec, rules in grouped]
    return [*lines, *(line for rule, cells in between if (line := _cross_line(page, rule, cells)))]


def _grouped(page: Page, spec: TableSpec) -> Iterable[Broken]:
    """Group a table's rules that formulas can express: those with one sentence form one line."""
    cells = Cells(page.names, spec, in_range=True)
    grouped: dict[tuple[str, str, str], Broken] = {}
    for rule in page.round_.rules[spec.key]:
        condition = rule.broken(cells, page.round_)
        if condition:
            grouped.setdefault((rule.id, rule.severity, rule.message), []).append((rule, condition))
    return grouped.values()


def _row_line(page: Page, spec: TableSpec, broken: Broken) -> Line:
    rules = [rule for rule, _ in broken]
    first, fix = rules[0], _sentence(page, rules, "fix")
    if first.breaks_if_merged and not spec.is_form:
        fix = f"{fix} {page.say('selfcheck.merged')}"
    line = Line(
        first.id,
        first.severity,
        spec,
        _sentence(page, rules, "rule"),
        fix,
        [(condition, rule.at) for rule, condition in broken],
        in_empty=sum(rule.together for rule in rules),
    )
    if not isinstance(first, UniqueKey):
        return line
    return replace(
        line,
        earlier=partial(first.earlier_row, Cells(page.names, spec, in_range=True), page.round_),
    )


def _hindering(
    page: Page, rule: CrossRule, counts: Sequence[tuple[str, Broken]], errors: ErrorCounts
) -> list[str]:
    """Return the cells that count the mistakes which ``rule`` would only echo.

    A whole line's count is used if all of its rules are such; else cells of their own. An ambiguous
    entry is no error, but formulas can't find it in the other table: it counts as well.
    """
    places = rule.explained_by(page.round_)
    cells: list[str] = []
    for cell, broken in counts:
        hindering = [
            (own, condition)
            for own, condition in broken
            if (own.table, own.at) in places and _hinders(own)
        ]
        if len(hindering) == len(broken):
            cells.append(cell)
        else:
            cells += [errors.cell(own, condition) for own, condition in hindering]
    return cells


def _hinders(rule: RowRule) -> bool:
    return rule.severity == "E" or isinstance(rule, AmbiguousCell)


def _sentence(page: Page, rules: Sequence[RowRule | CrossRule], part: str) -> str:
    """Return one sentence (``part``: rule or fix) for rules that differ only in their column.

    It names all columns. If other words differ too, the sentences are joined by ";".
    """
    words = [rule.words(page.round_) for rule in rules]
    messages = [
        _of_any_row(rule.message, page.lang) if part == "fix" else rule.message for rule in rules
    ]
    if (
        len(
            {
                tuple(sorted((k, v) for k, v in w.items() if k not in ("title", "unit", "count")))
                for w in words
            }
        )
        == 1
    ):
        titles = "”, “".join(w["title"] for w in words)
        return say(messages[0], part, page.lang, {**words[0], "title": titles, "titles": titles})
    return "; ".join(
        dict.fromkeys(
            say(message, part, page.lang, w) for message, w in zip(messages, words, strict=True)
        )
    )


def _of_any_row(message: str, lang: str) -> str:
    """Return the variant of a message that names no row, if there is one."""
    return f"{message}.alone" if f"{message}.alone" in messages_of(lang) else message


def _cross_line(page: Page, rule: CrossRule, unless: Sequence[str]) -> Line | None:
    spec = page.round_.by_key[rule.table]
    condition = rule.broken(Cells(page.names, spec, in_range=True), page.round_)
    if not condition:
        return None
    text, fix = (_sentence(page, [rule], part) for part in ("rule", "fix"))
    in_empty = int(isinstance(rule, NilAgrees))
    return Line(
        rule.id, rule.severity, spec, text, fix, [(condition, rule.at)], unless, in_empty, "bk"
    )
