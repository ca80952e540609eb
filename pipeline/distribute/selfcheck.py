"""The self-check sheet: what is wrong, how to mend it, and all rules that formulas can express.

LibreOffice doesn't update plain formulas after a list formula before them, if both were loaded with
values. So verdict and totals are list formulas too; formulas that show texts are saved without
values.
"""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from pipeline.distribute.lists import ErrorCounts
from pipeline.distribute.page import Page
from pipeline.distribute.selfcheck_lines import FAR, FIRST_LINE, FIRST_SHOWN, SHOWN, Line, lines_of
from pipeline.office.sheetnames import quoted

TEXT_WIDTH = 74
"""Characters of a rule's sentence that fit one line."""
COLUMNS = ("rule", "sheet", "severity", "text", "count", "first")
PLACE, EARLIER, FIX, TARGET, TEXT = "G", "H", "I", "J", "K"
"""Hidden columns: place of the first fault, the row that it repeats, the fix, the link's target and
its text.
"""
AFTER = 1000
"""Added to a warning's position in the order, so that warnings come after errors."""


def write_selfcheck(page: Page, sheet: Worksheet, errors: ErrorCounts) -> None:
    """Write the sheet: verdict, count of data rows, what to do now, a line per rule."""
    page.setup(sheet)
    for index, width in enumerate((8, 20, 12, 76, 12, 22)):
        sheet.set_column(index, index, width)
    sheet.set_column(f"{PLACE}:{TEXT}", 2, None, {"hidden": True})
    page.heading(sheet, page.say("selfcheck.title"), len(COLUMNS))
    lines = lines_of(page, errors)
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
