"""Tell what a workbook says outside the cells of its form (S11), and keep the texts.

Extra sheets, comments, text boxes, pictures, headers and footers. Texts are kept up to a limit and
none is counted. What the issued form says itself is no finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from pipeline.collect.formats import limits
from pipeline.collect.formats.beside import plain_margin
from pipeline.collect.formats.cells import Grid, UnreadableError, shown
from pipeline.collect.formats.surroundings import Beside, BesideKind
from pipeline.collect.formats.workbook import Workbook
from pipeline.collect.tables.added import added_to, strange
from pipeline.collect.tables.locate import TableSheets
from pipeline.collect.tables.stray import aside, beside
from pipeline.collect.tables.titles import CLOSE, closeness
from pipeline.model import ASIDE_KINDS, Aside, Finding, Severity
from pipeline.text.names import normalise, strip_accents
from pipeline.text.printed import Printed
from schemas.round.round import Round
from schemas.words import LANGUAGES, ui

_EXTRA, *_ = ASIDE_KINDS
_COPY = re.compile(r" ?\([0-9]{1,3}\)$")
"""What Excel adds to the name of a copied sheet."""
_PAGES = {"trang", "page", "pages", "of", "tổng", "số", "sheet", "seite", "von", "tờ"}
"""Words with which programs number pages by themselves."""


@dataclass(frozen=True)
class Outside:
    """Findings about content outside the form, and its texts."""

    findings: tuple[Finding, ...]
    aside: tuple[Aside, ...]


def outside(
    workbook: Workbook,
    sheets: TableSheets,
    round_: Round,
    grid: Callable[[str], Grid],
    printed: Printed,
) -> Outside:
    """Return all that a workbook says outside its form.

    ``grid`` opens a sheet by name. ``printed``: the texts that the form itself has.
    """
    return _Search(workbook, sheets, round_, grid, printed).found()


@dataclass(frozen=True)
class _Search:
    """The search through one workbook, collecting findings and texts."""

    workbook: Workbook
    sheets: TableSheets
    round_: Round
    grid: Callable[[str], Grid]
    printed: Printed
    findings: list[Finding] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)

    def found(self) -> Outside:
        """Search the workbook: first all sheets, then sheets of help, then headers and footers."""
        all_sheets = (*self.workbook.names, *self.workbook.drawn_sheets)
        every = {name: self._beside(name) for name in all_sheets}
        extra = self._extra()
        for name, things in every.items():
            if name in extra:
                self._tell_sheet(name, things)
            elif things:
                apart = [thing for thing in things if thing.kind is not BesideKind.MARGIN]
                self._tell_beside(name, apart)
        if self.printed:
            self._tell_added(extra)
        self._tell_margins({name: things for name, things in every.items() if name not in extra})
        return Outside(tuple(self.findings), tuple(self.aside[: limits.ASIDE]))

    def _beside(self, name: str) -> list[Beside]:
        """Return what a sheet shows outside its cells, without our own comments and own footer."""
        things = []
        for thing in self.workbook.beside(name):
            text = thing.text
            if thing.kind is BesideKind.NOTE:
                text = text.partition(f"[{self.round_.sheets.feedback}]")[0].strip()
            elif thing.kind is BesideKind.MARGIN:
                text = "" if _is_printed_by_itself(text, self.round_.language) else text
            if text or thing.kind is BesideKind.PICTURE:
                things.append(replace(thing, text=text))
        return things

    # --- sheets ----------------------------------------------------------------------------------

    def _extra(self) -> set[str]:
        """Return the sheets that the form doesn't have.

        A second sheet of a table is left out: it has a finding already.
        """
        told = {finding.sheet for finding in self.sheets.findings}
        of_form = {*self.sheets.names.values(), *told}
        own = {_key(name) for name in self.round_.sheets.names}
        others = [
            name
            for name in (*self.workbook.names, *self.workbook.drawn_sheets)
            if name not in of_form and _key(name) not in own
        ]
        return {name for name in others if not self._is_renamed(name) and not self._is_copy(name)}

    def _is_renamed(self, name: str) -> bool:
        """True if a sheet seems to be a renamed sheet of the form."""
        there = {_key(name_there) for name_there in self.workbook.names}
        return any(
            closeness(name, own) >= CLOSE
            for own in self.round_.sheets.names
            if _key(own) not in there
        )

    def _is_copy(self, name: str) -> bool:
        """True if all cells of a sheet are the same as on a sheet of the form."""
        if name not in self.workbook.names:
            return False
        originals = (_COPY.sub("", name), *self.sheets.names.values())
        try:
            return any(
                _is_within(self.grid(name), self.grid(original))
                for original in originals
                if original != name and original in self.workbook.names
            )
        except UnreadableError:
            return False

    def _tell_sheet(self, name: str, things: Sequence[Beside]) -> None:
        """Add one finding for all that an extra sheet holds."""
        cells = self._cells(name)
        texts = [
            Aside(name, thing.cell, f"[{thing.kind}]", thing.text) for thing in things if thing.text
        ]
        kept = [*(cells or ()), *texts]
        self.aside.extend(kept[: limits.ASIDE_CELLS])
        if cells is None:
            self._tell("stray.extra_unread", name, found_name=name)
        elif kept:
            hidden = "_hidden" if name in self.workbook.hidden_sheets else ""
            self._tell(f"stray.extra{hidden}", name, value=kept[0].value, found_name=name)
        else:
            self._tell_beside(name, things)

    def _cells(self, name: str) -> list[Aside] | None:
        """Return an extra sheet's cells row by row, up to the limit; None if it can't be read."""
        if name not in self.workbook.names:
            return []
        try:
            grid = self.grid(name)
        except UnreadableError:  # no sheet of the form, so its damage is no finding
            return None
        cells: list[Aside] = []
        for row in grid.rows:
            cells += (
                Aside(name, f"{column}{row}", _EXTRA, shown(value).strip())
                for column, value in grid.cells(row).items()
            )
            if len(cells) >= limits.ASIDE_CELLS:
                break
        return cells

    # --- cells of the form's own sheets ----------------------------------------------------------

    def _tell_added(self, extra: set[str]) -> None:
        """Add one finding per sheet of help on which somebody wrote.

        No sheet is opened if all texts of the workbook are known.
        """
        sheets = self.round_.sheets
        own = {_key(name) for name in (sheets.instructions, sheets.selfcheck, sheets.lists)}
        opened = {*self.sheets.names.values(), *extra, sheets.feedback}
        left = self.printed.unknown(self.workbook.strings)
        for name in opened.intersection(self.workbook.names):
            for cells in self._cells_of(name).columns.values():
                left.difference_update(cells.values())
        added = strange(left, self.printed)
        for name in self.workbook.names if added else ():
            if name not in opened and (_key(name) in own or self._is_renamed(name)):
                self._tell_added_to(name, added)

    def _tell_added_to(self, name: str, added: set[str]) -> None:
        """Add one finding for the cells of a sheet of help that hold added texts."""
        grid = self._cells_of(name)
        told = tuple(beside(grid, added_to(grid, added), name))
        self.findings.extend(told)
        self.aside.extend(aside(grid, told))

    def _cells_of(self, name: str) -> Grid:
        """Return a sheet; an empty one if it can't be read: that is told elsewhere."""
        try:
            return self.grid(name)
        except UnreadableError:
            return Grid({})

    # --- what is shown outside cells -------------------------------------------------------------

    def _tell_beside(self, name: str, things: Sequence[Beside]) -> None:
        """Add one finding per kind of things on a sheet."""
        for kind in BesideKind:
            alike = [thing for thing in things if thing.kind is kind]
            if not alike:
                continue
            texts = [
                Aside(name, thing.cell, f"[{kind}]", thing.text) for thing in alike if thing.text
            ]
            self.aside.extend(texts[: limits.ASIDE_CELLS])
            cells = tuple(dict.fromkeys(thing.cell for thing in alike if thing.cell))
            first = dict.fromkeys(thing.place for thing in alike[:_MOST_PLACES] if thing.cell)
            places = ", ".join(first) or name
            self._tell(f"stray.{kind}", name, cells, value=alike[0].text, places=places)

    def _tell_margins(self, every: Mapping[str, Sequence[Beside]]) -> None:
        """Add one finding per text in headers and footers, on however many sheets."""
        texts: dict[str, list[str]] = {}
        for name, things in every.items():
            for thing in things:
                if thing.kind is BesideKind.MARGIN:
                    texts.setdefault(thing.text, []).append(name)
        for text, names in texts.items():
            self.aside.append(Aside(names[0], "", f"[{BesideKind.MARGIN}]", text))
            self._tell("stray.margin", names[0], value=text, names=", ".join(names))

    def _tell(
        self,
        message: str,
        sheet: str,
        cells: tuple[str, ...] = (),
        *,
        value: str = "",
        **words: str,
    ) -> None:
        said = {**words, "value": value} if value else words
        self.findings.append(
            Finding("S11", Severity.WARNING, message, said, sheet=sheet, cells=cells, value=value)
        )


_MOST_PLACES = 20
"""The most places that a finding names in words; its cells list all."""


@lru_cache(maxsize=1024)
def _is_printed_by_itself(text: str, language: str) -> bool:
    """True if a header or footer has only the form's own text or what programs print there."""
    own = {normalise(plain_margin(ui("form.footer", lang))) for lang in (*LANGUAGES, language)}
    return normalise(text) in own or set(re.findall(r"[^\W\d]+", text.casefold())) <= _PAGES


@lru_cache(maxsize=1024)
def _key(name: str) -> str:
    return strip_accents(normalise(name))


def _is_within(copied: Grid, original: Grid) -> bool:
    """True if each cell of ``copied`` has the same value in ``original``."""
    cells = (
        (row, column, value)
        for column, held in copied.columns.items()
        for row, value in held.items()
    )
    return bool(copied.columns) and all(
        original.value(row, column) == value for row, column, value in cells
    )
