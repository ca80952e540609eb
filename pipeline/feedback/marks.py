"""Mark cells by a conditional format above all others; its formula carries the sign of our notes.

Cells keep their own styles: nothing has to be remembered, and no colour of the form or the agency
covers a mark. A mark moves and is copied with its cell. It is recognised by its formula, which
every program keeps that keeps conditional formats; one that drops them drops the marks too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pipeline.feedback.sheet import AFTER_CONDITIONS, Sheet, place
from pipeline.feedback.styles import Styles
from pipeline.model import Severity
from pipeline.office.addresses import letters
from pipeline.office.xmltree import Element, added, elements, local, made, placed, remove

LOOKS = {Severity.ERROR: ("FFFFB3B1", "FFC00000"), Severity.WARNING: ("FFFFDF94", "FFBF8F00")}
"""Fill and border colour of a mark, by severity."""
MOST_AREAS = 400
"""The most areas per rule: programs read longer lists slowly."""
_LOOK = (
    '<dxf><fill><patternFill patternType="solid">'
    '<fgColor rgb="{fill}"/><bgColor rgb="{fill}"/></patternFill></fill><border>'
    + "".join(
        f'<{side} style="thin"><color rgb="{{border}}"/></{side}>'
        for side in ("left", "right", "top", "bottom")
    )
    + "</border></dxf>"
)


class SheetMarks:
    """The marks of one workbook. Our notes begin with ``sign``; looks are added to ``styles``."""

    def __init__(self, styles: Styles, sign: str) -> None:
        self._styles, self._sign = styles, '"' + sign.replace('"', '""') + '"'

    def remove(self, sheet: Sheet) -> None:
        """Remove all our marks from a sheet."""
        for condition in elements(sheet.root, "conditionalFormatting"):
            rules = elements(condition, "cfRule")
            ours = [rule for rule in rules if self._sign in "".join(rule.itertext())]
            for rule in ours:
                remove(rule)
            if ours and len(ours) == len(rules):
                remove(condition)

    def add(self, sheet: Sheet, cells: Mapping[str, Severity]) -> None:
        """Mark cells of a sheet, by address."""
        listed = [
            (severity, areas)
            for severity in LOOKS
            for areas in _pieces(_areas(cell for cell in cells if cells[cell] is severity))
        ]
        _make_room(sheet.root, len(listed))
        # reversed: each is placed before all others
        for priority, (severity, areas) in reversed(list(enumerate(listed, start=1))):
            placed(
                sheet.root,
                self._rule(sheet.root, severity, areas, priority),
                AFTER_CONDITIONS | {"conditionalFormatting"},
            )

    def _rule(
        self, root: Element, severity: Severity, areas: Sequence[str], priority: int
    ) -> Element:
        fill, border = LOOKS[severity]
        look = self._styles.add("dxfs", _LOOK.format(fill=fill, border=border))
        condition = made(root, "conditionalFormatting", {"sqref": " ".join(areas)})
        rule = added(
            condition,
            "cfRule",
            {"type": "expression", "dxfId": str(look), "priority": str(priority)},
        )
        added(rule, "formula", text=f"LEN({self._sign})>0")
        return condition


def _make_room(root: Element, count: int) -> None:
    """Move the priorities of a sheet's rules (1 is the highest) behind the first ``count``."""
    rules = [each for each in root.iter() if local(each) == "cfRule" and each.get("priority")]
    more = count + 1 - min((int(each.get("priority")) for each in rules), default=count + 1)
    if more > 0:
        for each in rules:
            each.set("priority", str(int(each.get("priority")) + more))


def _areas(cells: Iterable[str]) -> list[str]:
    """Join cells below one another to areas."""
    runs: list[tuple[int, int, int]] = []
    for column, row in sorted(place(cell)[::-1] for cell in cells):
        if runs and runs[-1][0] == column and runs[-1][2] == row - 1:
            runs[-1] = (column, runs[-1][1], row)
        else:
            runs.append((column, row, row))
    return [
        f"{letters(column)}{first}" + (f":{letters(column)}{last}" if last > first else "")
        for column, first, last in runs
    ]


def _pieces(areas: Sequence[str]) -> Iterable[Sequence[str]]:
    return (areas[start : start + MOST_AREAS] for start in range(0, len(areas), MOST_AREAS))
