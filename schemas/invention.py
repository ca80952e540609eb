"""What an invented round is made of: returns as clerks fill them in, and planted mistakes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

Row = dict[str, object]


@dataclass(frozen=True)
class ExcelError:
    """A cell that holds an Excel error such as ``#REF!``."""

    text: str


@dataclass(frozen=True)
class DayCell:
    """A cell that holds a day, whatever its format shows."""

    day: dt.date


@dataclass(frozen=True)
class FormulaCell:
    """A cell with a formula that has no stored value."""

    formula: str


@dataclass(frozen=True)
class PlantedMistake:
    """A planted mistake: the rule that must find it, its severity, sheet and cell.

    Sheet and cell are blank for a mistake of the file, the cell for one of a sheet.
    """

    rule: str
    severity: str
    sheet: str = ""
    cell: str = ""


@dataclass
class Return:
    """One return: values by column key as a clerk sees them (names, not codes), and its mistakes.

    ``cells`` are values by sheet and address, written over everything else. ``issued_to`` is the
    agency whose workbook was filled in ("" for the standard template). ``content`` is a file that
    is no workbook at all.
    """

    agency: str
    file: str
    received: dt.datetime
    info: Row = field(default_factory=dict)
    tables: dict[str, list[Row]] = field(default_factory=dict)
    cells: dict[str, dict[str, object]] = field(default_factory=dict)
    planted: list[PlantedMistake] = field(default_factory=list)
    issued_to: str = ""
    other_round: str = ""
    """Stamped for a round of this name instead."""
    removed_sheet: str = ""
    cut_off: bool = False
    """Only its first half arrived."""
    content: bytes | None = None
    copy_of: str = ""
    """Byte for byte the file of this name."""
