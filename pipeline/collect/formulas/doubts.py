"""Find formulas whose stored value can't be their result, or that were never calculated (S09)."""

from __future__ import annotations

import math
import weakref
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property, partial

from pipeline.collect.formats.cells import (
    FormulaView,
    Grid,
    NoValue,
    StoredFormula,
    UnreadableError,
    shown,
)
from pipeline.collect.formats.workbook import Workbook
from pipeline.collect.formulas.evaluating import CellPlace, Evaluator
from pipeline.collect.formulas.functions import Result
from pipeline.collect.formulas.parsing import UnknownError
from pipeline.model import Finding, Severity
from schemas.columns import State

Doubts = Mapping[str, Mapping[int, tuple[State, str]]]
"""By column letter and row: why a formula's value isn't taken, and the text for people."""
_Stored = float | str | bool | None
_OFF, _ON = ("0", "false"), ("1", "true")
_EXACTLY, _RELATIVELY = 1e-9, 1e-12
"""How far a result may be from the stored value: absolutely, and relative to the largest number
that took part (computers lose the last of 16 digits)."""
_MOST_SHOWN = 80
"""The most characters of a formula that a finding shows."""


class Calculation:
    """What the formulas of one workbook give."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._sheets: dict[str, FormulaView | None] = {}
        # without the proxy a reference cycle would keep the file in memory, as in xlsx.py
        self._evaluator = Evaluator(partial(Calculation._sheet, weakref.proxy(self)))

    def checked(self, grid: Grid, name: str) -> Grid:
        """Return a sheet with its doubtful formulas marked."""
        if not self._workbook.has_formulas(name):
            return grid
        doubts = self._doubts_of(name)
        return replace(grid, doubts=doubts) if doubts else grid

    def findings(self, names: Iterable[str]) -> Iterator[Finding]:
        """S09: warn of sheets whose workbook isn't calculated by itself, or wasn't to its end."""
        setting = self._workbook.calculation
        by_hand = setting.get("calcMode") == "manual" or setting.get("calcCompleted") in _OFF
        for name in names if by_hand else ():
            sheet = self._sheet(name) if self._workbook.has_formulas(name) else None
            if sheet is not None:
                cells = tuple(f"{column}{row}" for row, column in sorted(sheet.formulas))
                yield Finding("S09", Severity.WARNING, "not_calculated", sheet=name, cells=cells)

    def _sheet(self, name: str) -> FormulaView | None:
        """Return a sheet as formulas see it, read once; None if it can't be read."""
        key = name.casefold()
        if key not in self._sheets:
            try:
                self._sheets[key] = self._workbook.formula_view(name)
            except UnreadableError:  # a sheet that isn't counted; the form's own were read before
                self._sheets[key] = None
        return self._sheets[key]

    def _doubts_of(self, name: str) -> Doubts:
        """Return the doubtful formulas of a sheet."""
        sheet = self._sheet(name)
        doubts: dict[str, dict[int, tuple[State, str]]] = {}
        # "precision as displayed": each value is rounded, results can't be compared
        if sheet is None or self._workbook.calculation.get("fullPrecision") in _OFF:
            return doubts
        for row, column in sorted(sheet.formulas):
            doubt = self._doubt(sheet, CellPlace(name, row, column))
            if doubt is not None:
                doubts.setdefault(column, {})[row] = doubt
        return doubts

    def _doubt(self, sheet: FormulaView, cell: CellPlace) -> tuple[State, str] | None:
        """Return state and text of a formula whose stored value can't be taken; None if it can."""
        stored = sheet.columns.get(cell.column, {}).get(cell.row)
        self._evaluator.largest = 0.0
        try:
            result = self._evaluator.result(cell)
        except UnknownError:
            is_left = stored in (0.0, "") and self._is_uncalculated
            return (State.UNCALCULATED, _written(sheet, cell)) if is_left else None
        finally:
            is_circular = cell in self._evaluator.circular
        if is_circular:
            return State.CIRCULAR, _written(sheet, cell)
        if not isinstance(stored, _Stored) or _agrees(stored, result, self._evaluator.largest):
            return None
        return State.STALE, f"{_written(sheet, cell)} = {_plain(result)} ≠ {_plain(stored)}"

    @cached_property
    def _is_uncalculated(self) -> bool:
        """True if the workbook waits to be calculated and holds 0 for every formula.

        Programs that can't calculate write such files.
        """
        if self._workbook.calculation.get("fullCalcOnLoad") not in _ON:
            return False
        opened = [sheet for sheet in self._sheets.values() if sheet is not None]
        stored = (
            sheet.columns.get(column, {}).get(row)
            for sheet in opened
            for row, column in sheet.formulas
        )
        return all(isinstance(value, NoValue) or value in (None, 0.0, "") for value in stored)


def _agrees(stored: object, result: Result, largest: float) -> bool:
    """True if a stored value may be what a formula gives."""
    if result is None:
        return stored in (None, 0.0, "")
    if isinstance(result, float) and isinstance(stored, str):
        try:
            stored = float(stored)
        except ValueError:
            return False
    if isinstance(result, bool) or isinstance(stored, bool):
        return type(result) is not type(stored) or result == stored
    if isinstance(result, float) and isinstance(stored, float):
        tolerance = max(_EXACTLY, _RELATIVELY * largest)
        return math.isclose(result, stored, rel_tol=_RELATIVELY, abs_tol=tolerance)
    text = shown(stored) if isinstance(stored, float) else str(stored or "")
    return str(result).split() == text.split()


def _written(sheet: FormulaView, cell: CellPlace) -> str:
    """Return a cell's formula as people see it there; a copied one is moved to its own cell."""
    formula = sheet.formulas[cell.row, cell.column]
    text = " ".join((formula.text or _copied(sheet, formula, cell)).split())
    return f"={text[:_MOST_SHOWN]}{'…' if len(text) > _MOST_SHOWN else ''}"


def _copied(sheet: FormulaView, formula: StoredFormula, cell: CellPlace) -> str:
    from openpyxl.formula.translate import Translator

    row, column = sheet.shared[formula.group]
    written = Translator(f"={sheet.formulas[row, column].text}", f"{column}{row}")
    return str(written.translate_formula(f"{cell.column}{cell.row}")).removeprefix("=")


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    return shown(value) if isinstance(value, float) else f"“{value or ''}”"
