"""The lines of the self-check: the rules that formulas can express, as Excel conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from pipeline.distribute.layout import info_row, letter
from pipeline.distribute.lists import ErrorCounts
from pipeline.distribute.names import TableCells
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


FAR = 9_000_000_000
"""A number larger than any place of a fault."""


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


Broken = list[tuple[RowRule, str]]
"""The rules of one line, each with its condition."""


def lines_of(page: Page, errors: ErrorCounts) -> list[Line]:
    """Return a line per rule of rows, table by table, then one per rule between tables."""
    grouped = [(spec, rules) for spec in page.round_.tables for rules in _grouped(page, spec)]
    counts = [(f"$E${FIRST_LINE + offset}", rules) for offset, (_, rules) in enumerate(grouped)]
    between = [(rule, _hindering(page, rule, counts, errors)) for rule in page.round_.cross_rules]
    lines = [_row_line(page, spec, rules) for spec, rules in grouped]
    return [*lines, *(line for rule, cells in between if (line := _cross_line(page, rule, cells)))]


def _grouped(page: Page, spec: TableSpec) -> Iterable[Broken]:
    """Group a table's rules that formulas can express: those with one sentence form one line."""
    cells = TableCells(page.names, spec, in_range=True)
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
        earlier=partial(
            first.earlier_row, TableCells(page.names, spec, in_range=True), page.round_
        ),
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
    condition = rule.broken(TableCells(page.names, spec, in_range=True), page.round_)
    if not condition:
        return None
    text, fix = (_sentence(page, [rule], part) for part in ("rule", "fix"))
    in_empty = int(isinstance(rule, NilAgrees))
    return Line(
        rule.id, rule.severity, spec, text, fix, [(condition, rule.at)], unless, in_empty, "bk"
    )
