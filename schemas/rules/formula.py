"""Small pieces of Excel formula text.

All work element by element, so that one text serves a cell and a range.

Only functions of Excel 2010; no AND, OR or N(), which fold a range into one value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from schemas.columns import DECIMALS, MOST_DIGITS, Column

MARK = "¦"
"""Stands between the names of a joined list; no name may hold it."""
NUMBER, DIGITS = "¬", 4
"""What stands before the number of an entry in a numbered list, and how many digits it has."""


class Cells(Protocol):
    """How a formula names things: the cells of its own table and those of others."""

    @property
    def in_range(self) -> bool:
        """Whether ``cell`` gives whole ranges (for a count), not one row's cells (for a format)."""

    @property
    def own_locality(self) -> str:
        """The cell that holds the name of the agency's own locality, or nothing."""

    def cell(self, key: str) -> str:
        """The cell or range of a column of the own table."""

    def missing(self, key: str) -> str:
        """Whether a cell of the own table is blank and stands for nothing."""

    def column(self, table: str, key: str) -> str:
        """The whole range of a column of any table."""

    def row_count(self, table: str) -> str:
        """The cell that counts a table's data rows."""

    def numbered(self, codes: str) -> str:
        """The cell that holds all names of a code list with their numbers, see :func:`numbered`."""

    def ambiguous(self, codes: str) -> str:
        """The cell that holds all ambiguous words of a code list between marks, folded."""

    def entry(self, key: str) -> str:
        """The number of the entry in a column of the own table, 0 where there is none."""

    def entries(self, table: str, key: str) -> str:
        """The numbers of the entries in a whole column of any table, 0 where there are none."""

    def group(
        self, table: str, by: Sequence[str], among: Mapping[str, Sequence[str]] | None = None
    ) -> str:
        """The range of each row's group in ``table``, by columns ``by``.

        A group is a number; 0 for a row that lacks an entry.

        ``among``: only rows whose entry in a column is one of some codes are in a group.
        """

    def sums(self, groups: str, within: str, amounts: str) -> str:
        """The range of what ``amounts`` add up to over the rows of the same group in ``within``."""

    def found(self, groups: str, within: str) -> str:
        """The range of whether each row's group is one of those ``within``: 1 or 0."""

    def grouped(self, table: str, *keys: str) -> str:
        """The range of a number column, over the rows that have groups.

        Of several columns, the first that isn't blank in each row.
        """

    def days(self, codes: str, name: str) -> str:
        """The cell that joins the days of a code list's entries, of five digits each."""

    def pairs(self, key: str, *, firm: bool) -> tuple[str, str, str]:
        """Ranges of forbidden pairs (see :func:`pair`), first and last day."""

    def worked(self, name: str, formula: Callable[[Cells], str]) -> str:
        """What ``formula`` gives for the own table, as ``cell`` gives a column.

        It is worked out once per row, for all who ask for that name.

        ``formula`` is given the table's columns from the first row to the last one that is checked.
        """

    def worked_part(self, name: str, formula: Callable[[Cells], str], by: Sequence[str]) -> str:
        """The same range, down to the last entry of a column of ``by``; whole without ``by``."""

    def filled(self) -> str:
        """Whether the row is a data row."""


def blank(cell: str) -> str:
    """Whether ``cell`` is blank; spaces alone are, an error is not."""
    return f"(IFERROR(LEN(TRIM({cell})),1)=0)"


def given(cell: str) -> str:
    """Whether ``cell`` holds something that is no error."""
    return f"(IFERROR(LEN(TRIM({cell})),0)>0)"


def any_given(cells: Iterable[str]) -> str:
    """Whether one of the cells of a row holds something, an error too."""
    return f"({'+'.join(f'IFERROR(LEN(TRIM({cell})),1)' for cell in cells)}>0)"


def is_number(cell: str, column: Column) -> str:
    """Whether ``cell`` holds a number that ``column`` accepts, by its kind and its bounds."""
    least = f"({cell}>-1E{MOST_DIGITS})" if column.may_be_negative else f"({cell}>=0)"
    whole = "" if column.has_decimals else f"*({cell}=INT({cell}))"
    low = f"*IF(ISNUMBER({cell}),--({cell}>={column.minimum:.15g}),0)" if column.minimum else ""
    high = (
        f"*IF(ISNUMBER({cell}),--({cell}<={column.maximum:.15g}),0)"
        if column.maximum is not None
        else ""
    )
    return f"IF(ISNUMBER({cell}),{least}*({cell}<1E{MOST_DIGITS}){whole},0){low}{high}"


def rounded(number: str, *, decimals: bool) -> str:
    """A number (or sum) ready to be compared: a sum of decimals is off in its last digit."""
    return f"ROUND({number},{DECIMALS})" if decimals else number


def joined(names: Iterable[str]) -> str:
    """The joined list of ``names`` in which :func:`listed` looks."""
    return MARK + MARK.join(names) + MARK


def listed(cell: str, joined: str) -> str:
    """Whether ``cell`` is one of the joined names. FIND has no wildcards and no limit of 255."""
    return f'ISNUMBER(FIND("{MARK}"&{cell}&"{MARK}",{joined}))'


def folded(cell: str) -> str:
    """The text of ``cell`` as :func:`schemas.codelists.fold` folds it."""
    return f"LOWER(TRIM({cell}))"


def may_be_swapped(cell: str) -> str:
    """Whether the day of a date in ``cell`` may be its month: up to 12, and another."""
    return f"(DAY({cell})<=12)*(DAY({cell})<>MONTH({cell}))"


def month_first(area: str) -> str:
    """Whether a range of days proves a computer that puts the month first.

    So does a text with its month first, such as 04/25/2022; so do texts with their day first, such
    as 25/04/2022, beside days that are all up to the 12th, where no text may be either. The first
    weighs more than all that speaks against it, the second less than any of that.
    """
    plain = f'SUBSTITUTE(SUBSTITUTE(TRIM({area}),"-","/"),".","/")'
    first, second = (
        f'--LEFT({plain},FIND("/",{plain})-1)',
        f'--SUBSTITUTE(MID({plain},FIND("/",{plain})+1,2),"/","")',
    )
    slashes = f'(LEN({plain})-LEN(SUBSTITUTE({plain},"/",""))=2)'
    by_month = f"({first}<=12)*IF({second}>12,({second}<=31)*1E9,-1E5)"
    by_day = f"({first}>12)*({second}<=12)*(DAY(DATE(2000,{second},{first}))={first})"
    texts = f"IFERROR(ISTEXT({area})*{slashes}*({by_month}+{by_day}),0)"
    return f"SUM({texts}-1E5*IFERROR(ISNUMBER({area})*(DAY({area})>12),0))>0"


def numbered(entries: Iterable[tuple[str, int]]) -> str:
    """The list in which :func:`entry` looks: each word, folded, then the number of its entry."""
    return MARK + "".join(
        f"{word}{MARK}{NUMBER}{number:0{DIGITS}}{MARK}" for word, number in entries
    )


def entry(cell: str, numbered: str) -> str:
    """The number of the entry that ``cell`` names; an error if it names none.

    Case and extra spaces make no difference.
    FIND knows no wildcards and no limit of 255 letters. An error within never meets ``&``, behind
    which LibreOffice takes texts of other rows.
    """
    word = f'LOWER(TRIM(IFERROR({cell},"")))'
    start = f'FIND("{MARK}"&{word}&"{MARK}{NUMBER}",{numbered})'
    return f"--MID({numbered},{start}+LEN({word})+{len(MARK + MARK + NUMBER)},{DIGITS})"


def entry_or_none(cell: str, numbered: str) -> str:
    """The same, 0 where the cell names no entry."""
    return f"IFERROR({entry(cell, numbered)},0)"


def pair(first: str, second: str) -> str:
    """The number of a pair of numbered entries, as it stands in a list of pairs."""
    return f"({first}*1E{DIGITS}+{second})"


def pair_number(first: int, second: int) -> int:
    """What :func:`pair` gives."""
    return int(f"{first}{second:0{DIGITS}}")


def amount(cell: str) -> str:
    """The number in ``cell``, 0 where there is none."""
    return f"IF(ISNUMBER({cell}),{cell},0)"


def all_of(parts: Iterable[str]) -> str:
    """Element-wise AND."""
    return "*".join(f"({part})" for part in parts)


def safe(condition: str) -> str:
    """``condition`` as 0 or 1, with 0 where a cell holds an error or of the wrong type."""
    return f"IFERROR(--(({condition})>0),0)"


def criteria(pairs: Iterable[tuple[str, str]]) -> str:
    """Arguments of COUNTIFS or SUMIFS: each range with what it must equal."""
    return ",".join(f"{area},{value}" for area, value in pairs)
