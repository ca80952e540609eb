"""The very hidden sheet of columns that many lines of the self-check share: entries, groups.

Each column is one list formula over all checked rows; each of its cells is in the file. A row's
cells follow one another, so only the first needs an address: 2,000 rows take few bytes. (ECMA-376
part 1, 18.3.1.4: ``r`` is optional. Power BI and Dynamics write such files and Excel opens them;
exceljs needs the first address.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook

from pipeline.distribute.layout import CHECKED_ROWS, FIRST_ROW
from pipeline.office.sheetnames import quoted
from pipeline.office.xmltext import in_element

LAST_ROW = FIRST_ROW + CHECKED_ROWS - 1
_HEAD = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
_TAIL = b"</sheetData></worksheet>"


@dataclass(frozen=True)
class WorkingsColumn:
    """A column: its table, its formula over all rows, and the cell with its last used row."""

    letters: str
    table: str
    formula: str
    last: str


@dataclass
class Workings:
    """The columns of the sheet; each is made when a formula first asks for it."""

    sheet: str
    columns: dict[str, WorkingsColumn] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    """Names of columns on other sheets, with their references."""
    keyed: dict[str, list[str]] = field(default_factory=dict)
    """Columns of entries that make groups, by table. Groups reach the last row with one of them."""

    def named(self, name: str, table: str, formula: Callable[[], str], last: str) -> str:
        """Return ``name``; make its column by calling ``formula`` if there is none yet."""
        if name not in self.columns:
            text = formula()
            self.columns[name] = WorkingsColumn(
                str(xl_col_to_name(len(self.columns))), table, text, last
            )
        return name

    def beside_groups(self, groups: str, formula: str, **names: str) -> str:
        """Return the name of a column of ``formula``'s results for each row of a column of groups.

        It is on this sheet: in the lines that use it, it would be recalculated after every edit.
        """
        column, text = self.columns[groups], formula.format(groups=self.whole(groups), **names)
        known = next(
            (name for name, each in self.columns.items() if each.formula == text),
            f"s{len(self.columns)}_{column.table}",
        )
        return self.named(known, column.table, lambda: text, column.last)

    def beside(self, name: str, sheet: str, letters: str, last: str) -> str:
        """Name a column of another sheet, down to the row in the cell ``last``."""
        area = f"{quoted(sheet)}!${letters}:${letters}"
        self.others[name] = f"=INDEX({area},{FIRST_ROW}):INDEX({area},{last})"
        return name

    def whole(self, name: str) -> str:
        """Return the reference to all checked rows of a column, for formulas on this sheet."""
        letters = self.columns[name].letters
        return f"${letters}${FIRST_ROW}:${letters}${LAST_ROW}"

    def last_of(self, table: str, entries: list[str]) -> str:
        """Return the name of the cell with a table's last row that has one of ``entries``."""
        known = self.keyed.setdefault(table, [])
        known += [name for name in entries if name not in known]
        return f"bk_{table}"

    def define(self, book: Workbook) -> None:
        """Define the names of all columns and of the cells with the last rows."""
        for name, column in self.columns.items():
            area = f"{quoted(self.sheet)}!${column.letters}:${column.letters}"
            book.define_name(name, f"=INDEX({area},{FIRST_ROW}):INDEX({area},{column.last})")
        for name, reference in self.others.items():
            book.define_name(name, reference)
        for place, table in enumerate(self.keyed):
            book.define_name(f"bk_{table}", f"={quoted(self.sheet)}!${xl_col_to_name(place)}$1")

    def part(self) -> bytes:
        """Return the sheet's XML, with the results in an empty workbook."""
        lasts = [
            (f"MAX({FIRST_ROW},MAX(IF({self._any(names)}>0,ROW({self.whole(names[0])}),0)))", 1)
            for names in self.keyed.values()
        ]
        formulas = [(column.formula, CHECKED_ROWS) for column in self.columns.values()]
        others = b"<c><v>0</v></c>" * (len(formulas) - 1)
        rows = b"".join(
            b'<row r="%d"><c r="A%d"><v>0</v></c>%s</row>' % (row, row, others)
            for row in range(FIRST_ROW + 1, LAST_ROW + 1)
        )
        return (
            _HEAD
            + b"".join(_row(1, lasts, FIRST_ROW))
            + b"".join(_row(FIRST_ROW, formulas, 0))
            + rows
            + _TAIL
        )

    def _any(self, names: list[str]) -> str:
        return "(" + "+".join(self.whole(name) for name in names) + ")"


def _row(row: int, formulas: list[tuple[str, int]], value: int) -> Iterator[bytes]:
    """Yield a row of list formulas, each with the number of rows that it covers."""
    yield b'<row r="%d">' % row
    for place, (formula, height) in enumerate(formulas):
        letters = xl_col_to_name(place)
        area = f"{letters}{row}:{letters}{row + height - 1}" if height > 1 else f"{letters}{row}"
        array = f'<f t="array" ref="{area}">{in_element(formula)}</f>'
        yield f'<c r="{letters}{row}">{array}<v>{value}</v></c>'.encode()
    yield b"</row>"


def areas(sheet: str, columns: Mapping[str, str]) -> dict[str, str]:
    """Return references to all checked rows of columns, given by letters.

    They go through whole columns, which survive deleted and moved rows.
    """
    whole = {key: f"{quoted(sheet)}!${letters}:${letters}" for key, letters in columns.items()}
    return {
        key: f"INDEX({area},{FIRST_ROW}):INDEX({area},{LAST_ROW})" for key, area in whole.items()
    }
