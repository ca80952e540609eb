"""A table whose column titles are alike, for tests of matching headings."""

from __future__ import annotations

from schemas.columns import Column, Kind, TableSpec

SPEC = TableSpec(
    "x",
    "X",
    "X",
    "",
    (
        Column("Lĩnh vực", Kind.CODE, key="sector", codes="sectors", required=True),
        Column(
            "Số vụ việc",
            Kind.COUNT,
            key="cases",
            required=True,
            unit="vụ việc",
            synonyms=("Số vụ", "Tổng số"),
        ),
        Column("Số người", Kind.COUNT, key="persons", unit="người"),
        Column("Đã xử lý", Kind.COUNT, key="handled", unit="người"),
        Column("Đang xem xét", Kind.COUNT, key="pending", unit="người"),
        Column("Đã xem xét", Kind.COUNT, key="seen", unit="người"),
    ),
)
