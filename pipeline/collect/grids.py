"""Open a workbook's sheets, as reading needs them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.collect.formats.cells import Grid
from pipeline.collect.formats.workbook import Workbook

if TYPE_CHECKING:
    from pipeline.collect.formulas.doubts import Calculation


class Grids(dict[str, Grid]):
    """A workbook's sheets by name, each opened once."""

    def __init__(self, workbook: Workbook, timezone: dt.tzinfo) -> None:
        super().__init__()
        self._workbook, self._timezone = workbook, timezone

    @cached_property
    def calculation(self) -> Calculation:
        """What the workbook's formulas give. Its code is imported when a formula is met."""
        from pipeline.collect.formulas.doubts import Calculation

        return Calculation(self._workbook)

    def __missing__(self, name: str) -> Grid:
        grid = self[name] = replace(self._workbook.grid(name), timezone=self._timezone)
        return grid

    def __call__(self, name: str) -> Grid:
        return self[name]

    def calculated(self, name: str) -> Grid:
        """Return a sheet with its doubtful formulas marked."""
        grid = self[name]
        return self.calculation.checked(grid, name) if self._workbook.has_formulas(name) else grid
