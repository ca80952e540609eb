"""Show hidden rows, columns and sheets of an agency's workbook that have something to correct."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from pipeline.office.addresses import index
from pipeline.office.hiding import LOWEST, NARROWEST, is_hidden_column, is_hidden_row, is_less
from pipeline.office.xmltext import attributes
from pipeline.office.xmltree import Element, elements, remove

USUAL_WIDTH = "10.7109375"
"""The width, in characters, of a column that was too narrow to read."""
_HIDING = re.compile(r"""\s(?:hidden|ht|customHeight)\s*=\s*(?:"[^"]*"|'[^']*')""")


def show_rows(
    rows: str, prefix: str, root: Element, wanted: Collection[int]
) -> tuple[str, set[int]]:
    """Show the ``wanted`` rows in a sheet's rows (XML text); return the rows and which were hidden.

    If a filter hides one, all rows that it hides are shown and its criteria removed: else programs
    would hide the row again.
    """
    hidden = _hidden(rows, prefix)
    shown = hidden.intersection(wanted)
    filtered = _unfiltered(root, shown) if shown else range(0)
    return _shown(rows, prefix, shown | {row for row in hidden if row in filtered}), shown


def _row_tags(prefix: str) -> re.Pattern[str]:
    return re.compile(rf"<{prefix}row(?:\s[^<>]*?)?/?>")


def _hidden(rows: str, prefix: str) -> set[int]:
    found, number = set(), 0
    for tag in _row_tags(prefix).finditer(rows):
        about = attributes(tag[0])
        number = int(about.get("r", number + 1))
        if is_hidden_row(about):
            found.add(number)
    return found


def _shown(rows: str, prefix: str, wanted: Collection[int]) -> str:
    if not wanted:
        return rows
    number = 0

    def visible(tag: re.Match[str]) -> str:
        nonlocal number
        about = attributes(tag[0])
        number = int(about.get("r", number + 1))
        if number not in wanted:
            return tag[0]
        keeps_height = not is_less(about.get("ht", ""), LOWEST)
        return _HIDING.sub(
            lambda each: each[0] if keeps_height and "hidden" not in each[0] else "", tag[0]
        )

    return _row_tags(prefix).sub(visible, rows)


def _unfiltered(root: Element, rows: Iterable[int]) -> range:
    """Remove the criteria of a filter that hides one of the rows; return the rows in its range."""
    for each in elements(root, "autoFilter"):
        first, _, last = each.get("ref", "").partition(":")
        ends = [int(digits) for end in (first, last or first) if (digits := re.sub(r"\D", "", end))]
        asked = elements(each, "filterColumn")
        filtered = range(ends[0], ends[-1] + 1) if ends else range(0)
        if asked and any(row in filtered for row in rows):
            for column in asked:
                remove(column)
            return filtered
    return range(0)


def show_columns(root: Element, wanted: Iterable[str]) -> set[str]:
    """Show columns by their letters; return which were hidden.

    Columns hidden by the same element are shown too.
    """
    numbers = {index(letters): letters for letters in wanted}
    found: set[str] = set()
    for each in elements(root, "cols", "col"):
        inside = [
            letters
            for number, letters in numbers.items()
            if int(each.get("min", 0)) <= number <= int(each.get("max", 0))
        ]
        if inside and is_hidden_column(each.attrib):
            found.update(inside)
            each.attrib.pop("hidden", None)
            if is_less(each.get("width", ""), NARROWEST):
                each.attrib.update({"width": USUAL_WIDTH, "customWidth": "1"})
    return found


def show_sheet(sheet: Element) -> bool:
    """Show a sheet, given its entry in the workbook's list; return whether it was hidden."""
    return bool(sheet.attrib.pop("state", "visible") != "visible")
