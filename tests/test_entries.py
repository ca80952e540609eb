"""Groups: alike findings are said once; an answer belongs to its finding."""

from __future__ import annotations

from dataclasses import replace

from pipeline.findings.answers import family_of, key_of
from pipeline.findings.entries import LONGEST, MOST_ALIKE, entries
from pipeline.model import Finding, Severity


def not_listed(row: int, value: str) -> Finding:
    words = {"title": "Lĩnh vực", "value": value}
    return Finding(
        "V03",
        Severity.ERROR,
        "not_listed",
        words,
        agency="T01",
        sheet="I.1",
        cells=(f"B{row}",),
        column="Lĩnh vực",
        value=value,
    )


def between(group: str, value: str = "2") -> Finding:
    words = {
        "group": group,
        "by": "Lĩnh vực",
        "each": "Hình thức",
        "title": "Số người",
        "limit_title": "Đã xử lý",
    }
    words |= {"other_sheet": "I.1", "sheet": "I.3b", "amount": value, "limit": "1"}
    return Finding(
        "X01",
        Severity.ERROR,
        "covered_by",
        words,
        agency="T01",
        sheet="I.3b",
        cells=("H9",),
        column="Số người",
        value=value,
    )


def test_few_findings_alike_are_an_entry_each() -> None:
    assert len(entries([not_listed(row, f"v{row}") for row in range(MOST_ALIKE)])) == MOST_ALIKE


def test_a_wall_of_findings_is_one_entry_with_ranges() -> None:
    found = [not_listed(row, f"v{row}") for row in (*range(9, 40), 100)]
    (entry,) = entries(found)
    assert entry.where() == "B9:B39, B100"
    assert entry.value() == "v9; v10; v11; v12; v13; …"
    assert "31 ô khác" in entry.found("vi")
    assert "“v9”" in entry.found("vi")


def test_a_wall_leaves_other_findings_alone_and_in_order() -> None:
    wall = [not_listed(row, f"v{row}") for row in range(9, 40)]
    listed = entries([between("a"), *wall, between("b")])
    assert [entry.first.rule for entry in listed] == ["X01", "V03", "X01"]


def test_long_values_are_shortened_where_people_read_them() -> None:
    (entry,) = entries([not_listed(9, "dài " * 1000)])
    assert len(entry.value()) <= LONGEST
    assert len(entry.found("vi")) < LONGEST + 100


def test_findings_with_the_same_value_in_one_column_are_told_apart() -> None:
    assert key_of(between("Đất đai")) != key_of(between("Y tế"))


def test_a_finding_is_known_wherever_its_cells_move() -> None:
    assert key_of(not_listed(9, "x")) == key_of(
        replace(not_listed(12, "x"), file="khác.xlsx", severity=Severity.NOTE)
    )


def test_a_family_is_one_message_in_one_column() -> None:
    one, other = not_listed(9, "v9"), replace(not_listed(10, "v10"), message="not_listed.near")
    assert family_of(one) == family_of(other)
    assert family_of(one) != family_of(replace(other, column="Cấp"))
    assert family_of(one) != family_of(replace(other, message="several"))


def test_what_others_report_doesnt_make_it_another_finding() -> None:
    far = Finding(
        "N02",
        Severity.WARNING,
        "far_from_peers",
        {"low": "1", "high": "9"},
        sheet="I.1",
        column="Số vụ",
        value="40",
    )
    assert key_of(far) == key_of(replace(far, words={"low": "2", "high": "12"}))
