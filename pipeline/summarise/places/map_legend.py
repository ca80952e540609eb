"""The legend of the map: its steps with their bounds and places, then its signs."""

from __future__ import annotations

import math
from typing import Any

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from pipeline.office.sheetnames import quoted
from pipeline.summarise.places.by_place import Places
from pipeline.summarise.places.chosen import sign, signed
from pipeline.summarise.places.indicators import words
from pipeline.summarise.places.looks import UPPER, formats
from pipeline.summarise.places.names import RANKABLE
from pipeline.summarise.sheets.sheet import SummarySheet
from pipeline.summarise.sheets.styles import STEPS

LEGEND_COLUMNS, LEGEND_ROWS = 4, 13
"""Columns and rows that it takes."""


class MapLegend:
    """The legend beside the tiles, or below them."""

    def __init__(self, places: Places, sheet: SummarySheet) -> None:
        self.places, self.sheet, self.book = places, sheet, sheet.book
        self.chosen = places.indicators[0]
        self.numbers = sorted(
            signed(self.chosen, value)
            for value in places.rankable(self.chosen)
            if not isinstance(value, str)
        )

    def write(self, row: int, left: int) -> None:
        """The steps with their bounds and how many places are in each, then the signs."""
        book, page = self.book, self.sheet.page
        page.merge_range(row, left, row, left + 3, words(book, "map.steps"), book.styles("head"))
        for place, key in enumerate(("", "from", "to", "places")):
            page.write_string(
                row + 1, left + place, words(book, f"map.{key}") if key else "", book.styles("head")
            )
        first = row + 2
        book.workbook.define_name(
            UPPER,
            f"={quoted(page.name)}!"
            + xl_range_abs(first, left + 2, first + len(STEPS) - 1, left + 2),
        )
        for step in range(len(STEPS)):
            self._step(first + step, left, step)
        signs = [
            (book.say("unknown"), "tile_sign_unknown", "unknown"),
            (words(book, "map.some"), "tile_sign_unknown", "partial"),
            (words(book, "map.also", name=words(book, "map.a_name")), "tile_sign", "also_says"),
            (book.say("nothing"), "tile_sign", "nothing"),
            (0, "tile_step_1", "zero"),
            (
                words(book, "map.starred", name=words(book, "map.a_name")),
                "tile_sign",
                "provisional",
            ),
        ]
        unused = {"partial", "also_says"} if not self.places.beside else set()
        unused |= set() if self.places.any_provisional else {"provisional"}
        signs = [each for each in signs if each[2] not in unused]
        for at, (shown, kind, key) in enumerate(signs, start=first + len(STEPS)):
            (page.write_number if isinstance(shown, int) else page.write_string)(
                at, left, shown, book.styles(kind)
            )
            page.merge_range(
                at, left + 1, at, left + 3, words(book, f"map.{key}"), book.styles("tile_says")
            )

    def _step(self, row: int, left: int, step: int) -> None:
        """One step: its lowest and its highest figure, and how many places it holds."""
        book, page, low, high, count = self.book, self.sheet.page, *self._bounds(step)
        page.write_string(
            row,
            left,
            words(book, "map.step", number=step + 1),
            book.styles(f"tile_step_{step + 1}"),
        )
        last, before = xl_rowcol_to_cell(row, left + 2), xl_rowcol_to_cell(row - 1, left + 2)
        below = f'COUNTIF({RANKABLE},"<="&{before}*{sign(self.book)})' if step else "0"
        held, upto = (
            xl_rowcol_to_cell(row, left + 3),
            f"ROUNDUP(COUNT({RANKABLE})*{step + 1}/{len(STEPS)},0)",
        )
        texts = (
            f'=IF({held}=0,"",SMALL({RANKABLE},{below}+1)*{sign(self.book)})',
            f'=IF(COUNT({RANKABLE})=0,"",SMALL({RANKABLE},{upto})*{sign(self.book)})',
            f'=IF(COUNT({RANKABLE})=0,0,COUNTIF({RANKABLE},"<="&{last}*{sign(self.book)})-{below})',
        )
        for place, (text, value) in enumerate(zip(texts, (low, high, count), strict=True), start=1):
            page.write_formula(row, left + place, text, book.styles("tile_bound"), value)
            for rule in (
                formats(self.book, xl_rowcol_to_cell(row, left + place, row_abs=True, col_abs=True))
                if place < 3  # noqa: PLR2004
                else ()
            ):
                page.conditional_format(row, left + place, row, left + place, rule)

    def _bounds(self, step: int) -> tuple[Any, Any, int]:
        """Today's lowest and highest figure of a step, and how many places it holds."""
        if not self.numbers:
            return "", "", 0
        upper = [
            self.numbers[math.ceil(len(self.numbers) * (n + 1) / len(STEPS)) - 1]
            for n in range(len(STEPS))
        ]
        inside = [
            number
            for number in self.numbers
            if number <= upper[step] and (not step or number > upper[step - 1])
        ]
        lowest = signed(self.chosen, inside[0]) if inside else ""
        return lowest, signed(self.chosen, upper[step]), len(inside)
