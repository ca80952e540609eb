"""Work out formulas from the values and formulas of their workbook; give nothing uncertain.

A cell whose formula isn't understood (an unknown function, a text in a sum, an error) counts with
its stored value: in a calculated workbook, each formula's stored value follows from the stored
values of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from pipeline.collect.formats.cells import FormulaView, StoredFormula
from pipeline.collect.formulas.functions import FUNCTIONS, Result
from pipeline.collect.formulas.parsing import (
    Bound,
    FunctionCall,
    Literal,
    Node,
    Reference,
    UnknownError,
    parse,
)
from pipeline.office.addresses import index, letters

Sheets = Callable[[str], FormulaView | None]
"""Gives the sheet of a name, in any case; None if there is none."""
MOST_CELLS = 1_000_000
"""The most cells looked at per workbook: some seconds. Later formulas are not judged."""
_CELLS_OF_A_FORMULA = 25
"""What working out a formula costs, in cells looked at."""
_DEEP, _DEEPEST = 60, 120
"""Depth from which a cell's stored value is taken, and the greatest depth at all."""


class CellPlace(NamedTuple):
    """The address of a cell."""

    sheet: str
    row: int
    column: str


class Evaluator:
    """Works out the cells of one workbook, each once."""

    def __init__(self, sheets: Sheets) -> None:
        self._sheets = sheets
        self._known: dict[CellPlace, Result] = {}
        self._open: dict[CellPlace, None] = {}
        self._left = MOST_CELLS
        self.depth = 0
        """How deep the current formula part is nested."""
        self.circular: set[CellPlace] = set()
        """Cells found to depend on themselves."""
        self.largest = 0.0
        """The largest number met since it was last reset. Differences behind its last digit don't
        count."""

    def result(self, cell: CellPlace) -> Result:
        """Return what a cell's formula gives; raise ``UnknownError`` if that isn't certain."""
        self._left -= _CELLS_OF_A_FORMULA
        if self._left < 0:
            raise UnknownError
        sheet = self._sheet(cell.sheet)
        formula = sheet.formulas[cell.row, cell.column]
        self._open[cell] = None
        try:
            node, shift = _tree(formula, cell, sheet)
            return _Sight(self, cell, shift).value(node)
        finally:
            del self._open[cell]

    def _sheet(self, name: str) -> FormulaView:
        sheet = self._sheets(name)
        if sheet is None:
            raise UnknownError
        return sheet

    def value(self, cell: CellPlace) -> Result:
        """Return a cell's value, worked out if it is a formula.

        Raises ``UnknownError`` for an error or a value that isn't there.
        """
        self._left -= 1
        if self._left < 0:
            raise UnknownError
        sheet = self._sheet(cell.sheet)
        if (cell.row, cell.column) not in sheet.formulas:
            return self._stored(sheet, cell)
        if cell in self._open:
            way = list(self._open)
            self.circular.update(way[way.index(cell) :])
            return self._stored(sheet, cell)
        if cell not in self._known:
            if self.depth > _DEEP:
                return self._stored(sheet, cell)
            self._known[cell] = self._worked_out(sheet, cell)
        return self._measured(self._known[cell])

    def _worked_out(self, sheet: FormulaView, cell: CellPlace) -> Result:
        try:
            result = self.result(cell)
        except UnknownError:
            return self._stored(sheet, cell)
        return self._stored(sheet, cell) if cell in self.circular else result

    def _stored(self, sheet: FormulaView, cell: CellPlace) -> Result:
        value = sheet.columns.get(cell.column, {}).get(cell.row)
        if value is not None and not isinstance(value, float | str | bool):
            raise UnknownError
        return self._measured(value)

    def _measured(self, value: Result) -> Result:
        if isinstance(value, float):
            self.largest = max(self.largest, abs(value))
        return value

    def cells(self, sheet_name: str, first: Bound, last: Bound) -> Iterator[CellPlace]:
        """Yield the filled cells of a range."""
        sheet = self._sheet(sheet_name)
        for column, cells in sheet.columns.items():
            if first.column <= index(column) <= last.column:
                rows = range(first.row, last.row + 1)
                filled = (
                    [row for row in cells if row in rows]
                    if len(cells) < len(rows)
                    else [row for row in rows if row in cells]
                )
                yield from (CellPlace(sheet_name, row, column) for row in filled)


def _tree(
    formula: StoredFormula, cell: CellPlace, sheet: FormulaView
) -> tuple[Node, tuple[int, int]]:
    """Return a formula's tree, and how many rows and columns it was copied from its origin."""
    if formula.kind in ("", "normal") or (
        formula.kind == "array" and formula.area == f"{cell.column}{cell.row}"
    ):
        return parse(formula.text), (0, 0)
    if formula.kind != "shared":
        raise UnknownError
    place = sheet.shared.get(formula.group)
    if formula.text or place is None:
        return parse(formula.text), (0, 0)
    row, column = place
    return parse(sheet.formulas[place].text), (cell.row - row, index(cell.column) - index(column))


class _Sight:
    """Resolves references as seen from the cell of one formula."""

    def __init__(self, evaluator: Evaluator, cell: CellPlace, shift: tuple[int, int]) -> None:
        self._evaluator, self._cell, self._shift = evaluator, cell, shift

    def value(self, node: Node) -> Result:
        """Return the value of a part; raise ``UnknownError`` if it isn't certain."""
        if isinstance(node, Literal):
            return node.value
        self._evaluator.depth += 1
        try:
            return self._worked_out(node)
        finally:
            self._evaluator.depth -= 1

    def _worked_out(self, node: Reference | FunctionCall) -> Result:
        if self._evaluator.depth > _DEEPEST:
            raise UnknownError
        if isinstance(node, Reference):
            if node.is_range:
                raise UnknownError
            place = self._moved(node.first)
            return self._evaluator.value(
                CellPlace(self._sheet_of(node), place.row, letters(place.column))
            )
        function = FUNCTIONS.get(node.name)
        if function is None:
            raise UnknownError
        return function(self, node)

    def numbers(self, node: Node) -> Iterator[float]:
        """Yield the numbers of an argument of SUM and the like: in its cells, or its value."""
        if isinstance(node, Reference):
            for cell in self._evaluator.cells(
                self._sheet_of(node), self._moved(node.first), self._moved(node.last)
            ):
                value = self._evaluator.value(cell)
                if isinstance(value, float):
                    yield value
        else:
            yield self.number(node)

    def number(self, node: Node) -> float:
        """Return a value as a number; a text is uncertain: programs read it differently."""
        value = self.value(node)
        if isinstance(value, str):
            raise UnknownError
        return float(value or 0)

    def _sheet_of(self, place: Reference) -> str:
        return place.sheet or self._cell.sheet

    def _moved(self, bound: Bound) -> Bound:
        rows, columns = self._shift
        row, column = (
            bound.row + rows * (not bound.row_stays),
            bound.column + columns * (not bound.column_stays),
        )
        if row < 1 or column < 1:
            raise UnknownError
        return bound._replace(row=row, column=column)
