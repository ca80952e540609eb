"""Tables under random layout drift: each value keeps its address, or a finding names it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from pipeline.collect.read import read
from pipeline.model import Total
from schemas.columns import READABLE, Kind, State
from tests.books import round_of
from tests.workbooks import filled, saved

ROUND = round_of("cv4874")
SPEC = ROUND.by_key["consequences"]
VALUES = {
    Kind.COUNT: st.integers(0, 10**9),
    Kind.DECIMAL: st.integers(0, 10**9).map(lambda number: number / 4),
    Kind.TEXT: st.text(
        st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyế ộ,.;"), min_size=1, max_size=60
    ).map(lambda text: f"x{text}x"),
}


@dataclass(frozen=True)
class Layout:
    """A clerk's changes: rows above, columns left, reordered, gaps, a counter, a total row."""

    above: int
    left: int
    order: Sequence[int]
    gaps: Sequence[int]
    counted: bool
    totalled: bool
    numbered: bool


LAYOUTS = st.builds(
    Layout,
    above=st.integers(1, 20),
    left=st.integers(0, 6),
    order=st.permutations(range(len(SPEC.columns))),
    gaps=st.lists(st.integers(0, 3), min_size=4, max_size=4),
    counted=st.booleans(),
    totalled=st.booleans(),
    numbered=st.booleans(),
)


def rows() -> st.SearchStrategy[list[dict[str, Any]]]:
    columns = {
        column.key: st.sampled_from([entry.name for entry in ROUND.codes_of(column).entries])
        if column.kind is Kind.CODE
        else VALUES[column.kind]
        for column in SPEC.columns
    }
    required = {key: each for key, each in columns.items() if SPEC.by_key[key].required}
    optional = {key: each for key, each in columns.items() if key not in required}
    return st.lists(st.fixed_dictionaries(required, optional=optional), min_size=1, max_size=4)


def laid_out(data: list[dict[str, Any]], layout: Layout) -> tuple[Any, list[int], dict[str, str]]:
    """The workbook, the rows of its data, and the column letters."""
    book = filled(ROUND, "T15")
    at = book.index(book[SPEC.sheet])
    del book[SPEC.sheet]
    sheet = book.create_sheet(SPEC.sheet, at)
    first = layout.left + layout.counted + 1
    letters = {
        SPEC.columns[position].key: get_column_letter(first + place)
        for place, position in enumerate(layout.order)
    }
    if layout.counted:
        sheet.cell(layout.above, first - 1, "STT")
    for number, (key, letter) in enumerate(letters.items(), start=1):
        sheet[f"{letter}{layout.above}"] = SPEC.by_key[key].title
        if layout.numbered:
            sheet[f"{letter}{layout.above + 1}"] = f"({number})"
    row, placed = layout.above + 1 + layout.numbered, []
    for number, (values, gap) in enumerate(zip(data, layout.gaps, strict=False), start=1):
        row += gap
        placed.append(row)
        for key, value in values.items():
            sheet[f"{letters[key]}{row}"] = value
        if layout.counted:
            sheet.cell(row, first - 1, number)
        row += 1
    if layout.totalled:
        sheet.cell(row, first - layout.counted, "Tổng cộng")
        if letters["cases"] != get_column_letter(first - layout.counted):
            sheet[f"{letters['cases']}{row}"] = sum(values["cases"] for values in data)
    return book, placed, letters


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(data=rows(), layout=LAYOUTS)
def test_what_was_put_in_is_read_back_wherever_it_stands(
    data: list[dict[str, Any]], layout: Layout
) -> None:
    book, placed, letters = laid_out(data, layout)
    with tempfile.TemporaryDirectory() as folder:
        path = saved(book, Path(folder) / "T15.xlsx")
        reading = read(path, path.name, ROUND, path.parent)
    assert reading.findings == ()
    table = reading.tables[SPEC.key]
    assert table.rows.tolist() == placed
    assert dict(table.letters) == {column.key: letters[column.key] for column in SPEC.columns}
    for position, values in enumerate(data):
        for column in SPEC.columns:
            state, found = (
                State(int(table.states[column.key][position])),
                table.values[column.key][position],
            )
            if column.key not in values:
                assert state is State.BLANK
                continue
            assert state in READABLE
            assert values[column.key] == (
                ROUND.codes_of(column).entries[found].name if column.kind is Kind.CODE else found
            )
    if layout.totalled and letters["cases"] != get_column_letter(layout.left + 1):
        assert table.totals == (
            Total(placed[-1] + 1, "Tổng cộng", {"cases": sum(values["cases"] for values in data)}),
        )
