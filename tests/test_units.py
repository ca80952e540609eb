"""Units of money as lines and rows of units name them."""

from __future__ import annotations

import pytest

from pipeline.collect.formats.cells import Grid, Value
from pipeline.collect.tables.layout import layout_of
from pipeline.collect.tables.units import other_units
from pipeline.text.units import declared_money
from schemas.columns import Column, Kind, TableSpec

SPEC = TableSpec(
    key="losses",
    sheet="Losses",
    title="Losses",
    note="",
    columns=(
        Column("Vụ", Kind.COUNT, key="cases", unit="vụ việc"),
        Column("Thiệt hại", Kind.DECIMAL, key="loss", unit="triệu đồng"),
        Column("Thu hồi", Kind.DECIMAL, key="back", unit="triệu đồng"),
    ),
)


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ("Đơn vị tính: vụ việc, dự án, hồ sơ, nghìn đồng", {1e3}),
        ("ĐVT: triệu đồng", {1e6}),
        ("(Đơn vị: 1.000 đồng)", {1e3}),
        ("Đơn vị tính: 1.000.000 đ", {1e6}),
        ("đơn vị tính : Đồng", {1.0}),
        ("Biểu 2. Hậu quả (ĐVT: tỷ đồng)", {1e9}),
        ("Đơn vị tính: người và ngàn đồng", {1e3}),
        ("Đơn vị tính: vụ việc, người", set()),
        ("Đơn vị báo cáo: Sở Nội vụ", set()),
        ("Đơn vị: Sở Tài chính, tỉnh Đồng Nai", set()),
        ("Thiệt hại tính bằng đồng nào", set()),
    ],
)
def test_the_units_of_money_that_a_line_names(text: str, worth: set[float]) -> None:
    assert declared_money(text) == worth


def found(above: str, *below: Value) -> list[tuple[str, tuple[str, ...], str]]:
    rows: list[list[Value]] = [
        [above],
        [],
        ["Vụ", "Thiệt hại", "Thu hồi"],
        list(below),
        [1.0, 2.0, 3.0],
    ]
    columns = {
        letters: {
            row: cells[at] for row, cells in enumerate(rows, 1) if at < len(cells) and cells[at]
        }
        for at, letters in enumerate("ABC")
    }
    layout = layout_of(Grid(columns), SPEC, "S")
    assert layout is not None
    return [(finding.message, finding.cells, finding.column) for finding in other_units(layout)]


OTHER = "column_missing.other_unit"


@pytest.mark.parametrize(
    ("above", "below", "expected"),
    [
        ("Đơn vị tính: vụ việc, triệu đồng", (), []),
        ("Đơn vị tính: vụ việc", (), []),
        ("Đơn vị tính: nghìn đồng", (), [(OTHER, ("A1",), "Thiệt hại")]),
        ("Đơn vị tính: triệu đồng, tỷ đồng", (), []),
        ("Losses", ("vụ", "triệu đồng", "(tr.đ)"), []),
        ("Losses", ("vụ", "triệu đồng", "(nghìn đồng)"), [(OTHER, ("C4",), "Thu hồi")]),
        (
            "Losses",
            ("người", "đồng", "triệu"),
            [(OTHER, ("A4",), "Vụ"), (OTHER, ("B4",), "Thiệt hại")],
        ),
    ],
)
def test_another_unit_than_the_columns_is_an_error(
    above: str, below: tuple[str, ...], expected: list[object]
) -> None:
    assert found(above, *below) == expected
