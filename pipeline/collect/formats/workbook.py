"""What the reader of every format offers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from pipeline.collect.formats.cells import FormulaView, Grid
from pipeline.collect.formats.surroundings import Beside


class Workbook(Protocol):
    """An open workbook of any format. Damage raises ``UnreadableError`` when it is met."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the sheets with cells, hidden ones too, in order."""

    @property
    def properties(self) -> Mapping[str, str]:
        """The document's custom properties."""

    @property
    def modified(self) -> str:
        """The document's own time of last change, ISO; blank if it has none."""

    @property
    def active(self) -> tuple[str, ...]:
        """Which of ``macros``, ``links`` and ``objects`` it has."""

    @property
    def hidden_sheets(self) -> frozenset[str]:
        """Names of the hidden sheets."""

    @property
    def drawn_sheets(self) -> tuple[str, ...]:
        """Names of the sheets without cells."""

    def grid(self, name: str) -> Grid:
        """Return the filled cells of one sheet."""

    def beside(self, name: str) -> tuple[Beside, ...]:
        """Return what a sheet shows outside its cells."""

    def has_formulas(self, name: str) -> bool:
        """True if a sheet that was read has formulas that can be read."""

    @property
    def strings(self) -> Collection[str]:
        """The texts of its cells, of sheets not yet read too, without results of formulas.

        Texts of no cell may be among them.
        """

    @property
    def calculation(self) -> Mapping[str, str]:
        """How the workbook is calculated: Excel's settings by name."""

    def formula_view(self, name: str) -> FormulaView | None:
        """Return a sheet as formulas see it; None if it doesn't exist or can't be read so."""
