"""What a resubmission changed (N04): cells, rows, totals; and two returns of one day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import run
from pipeline.check import changes
from pipeline.check.judge import judge
from pipeline.distribute.fill import fill
from pipeline.home import Home
from pipeline.model import Choice, Finding, Severity, Verdict
from pipeline.stages import comparing, deciding
from pipeline.store import JudgedSubmission, Ledger
from pipeline.store.decisions import Grounds
from schemas.round.round import Round
from schemas.round.settings import Jump
from schemas.words import say
from tests.books import issued
from tests.readings import reading
from tests.rows import CONTACT, PROVINCE, M, shown
from tests.workbooks import filled, saved

SHEET = "I.1 BIỂU HIỆN"
OTHER = {**M, "behaviour": "HV2", "manifestation": None}
Rows = Sequence[Mapping[str, Any]]


def sent(
    round_: Round, *returns: tuple[str, int, Rows], info: Sequence[Mapping[str, Any]] = ({}, {})
) -> list[changes.Sent]:
    """Returns of one agency, by name, day of September and rows, as the ledger gives them back."""
    readings = {
        number: reading(round_, PROVINCE, info[number - 1], manifestations=rows)
        for number, (_, _, rows) in enumerate(returns, start=1)
    }
    names = {number: name for number, (name, _, _) in enumerate(returns, start=1)}
    judged = judge(readings, names, round_)
    with Ledger(Path(":memory:"), round_, "1") as ledger, ledger.transaction():
        ledger.write(
            [
                JudgedSubmission(number, one, judged.verdicts[number], (), "", nil=False)
                for number, one in readings.items()
            ],
            judged.frames,
        )
        numbers = [*readings]
        stored = {spec.key: ledger.stored_rows(spec, numbers) for spec in round_.tables}
        letters = ledger.letters(numbers)
    return [
        changes.Sent(
            name,
            PROVINCE,
            dt.datetime(2023, 9, day, 12, tzinfo=round_.timezone),
            {key: rows.get(number, []) for key, rows in stored.items()},
            letters[number],
        )
        for number, (name, day, _) in enumerate(returns, start=1)
    ]


def compared(round_: Round, old: Rows, new: Rows, *, day: int = 5) -> list[Finding]:
    return changes.changes(*sent(round_, ("cu.xlsx", 1, old), ("moi.xlsx", day, new)), round_)


def told(findings: Sequence[Finding]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(each.message, each.sheet, each.cells) for each in findings]


def test_the_same_values_are_no_change(round_: Round) -> None:
    (finding,) = compared(round_, [M, OTHER], [OTHER, M])
    assert (finding.rule, finding.severity, finding.message, finding.file) == (
        "N04",
        Severity.NOTE,
        "unchanged",
        "moi.xlsx",
    )
    assert "cu.xlsx (nhận ngày 01/09/2023)" in say(finding.message, "found", "vi", finding.words)


def test_a_changed_cell_is_named_with_both_values_and_its_effect(round_: Round) -> None:
    cell, totals = compared(round_, [M, OTHER], [M, {**OTHER, "cases": M["cases"] + 4}])
    assert told([cell, totals]) == [("changed", SHEET, ("I10",)), ("changed.totals", SHEET, ())]
    assert (cell.column, cell.value) == ("Số vụ việc", str(M["cases"] + 4))
    assert f"I10: “{M['cases']}” → “{M['cases'] + 4}”" in cell.words["changes"]
    assert totals.words["totals"] == f"Số vụ việc {2 * M['cases']} → {2 * M['cases'] + 4} (+4)"


def test_rows_are_known_by_their_key_wherever_they_stand(round_: Round) -> None:
    findings = compared(round_, [M, OTHER], [{**OTHER, "note": "đã rà soát"}, M])
    assert told(findings) == [("changed", SHEET, ("N9",))]
    assert "“” → “đã rà soát”" in findings[0].words["changes"]


def test_a_corrected_key_is_a_changed_cell(round_: Round) -> None:
    findings = compared(round_, [M, OTHER], [M, {**OTHER, "sector": "LV02"}])
    assert told(findings) == [("changed", SHEET, ("B10",))]


def test_added_and_removed_rows_are_named(round_: Round) -> None:
    added = compared(round_, [M], [M, OTHER])
    assert told(added)[:1] == [("changed.added", SHEET, ("A10",))]
    gone = compared(round_, [M, OTHER], [M])
    assert told(gone)[:1] == [("changed.gone", SHEET, ())]
    assert gone[0].words["rows"] == "10"
    assert gone[1].words["totals"].startswith(f"Số vụ việc {2 * M['cases']} → {M['cases']} (-")


def test_many_changed_cells_are_one_finding(round_: Round) -> None:
    rows = [{**M, "task": f"việc {number}"} for number in range(60)]
    cells = compared(round_, rows, [{**row, "note": "x"} for row in rows])
    assert len(cells) == 1
    assert len(cells[0].cells) == 60
    assert cells[0].words["changes"].endswith("(+40)")


def test_cells_of_the_label_sheet_are_compared_too(round_: Round) -> None:
    old, new = sent(
        round_, ("a", 1, [M]), ("b", 2, [M]), info=({"phone": "0123"}, {"phone": "0456"})
    )
    (finding,) = changes.changes(old, new, round_)
    assert (finding.sheet, finding.value) == (round_.info.sheet, "0456")


def test_two_returns_of_one_day_are_a_warning_unless_they_are_the_same(round_: Round) -> None:
    findings = compared(round_, [M], [M, OTHER], day=1)
    assert (findings[0].severity, findings[0].message) == (Severity.WARNING, "changed.same_day")
    assert [each.message for each in compared(round_, [M], [M], day=1)] == ["unchanged"]


WORDS = [
    ("persons", "05, trong đó 02 cảnh cáo", 3, "J9: “05, trong đó 02 cảnh cáo” → “3”"),
    ("persons", 3, "ba người", "J10: “3” → “ba người”"),
    ("cases", "nhiều", "rất nhiều", "I11: “nhiều” → “rất nhiều”"),
    ("sector", "Lĩnh vực nào đó", None, "B12: “Lĩnh vực nào đó” → “”"),
    ("note", None, "đã rà soát", "N13: “” → “đã rà soát”"),
]
"""By row of a return: a column, a value in it and what was written over it; how that is told."""


def test_words_that_were_no_value_are_told_as_they_stood(tmp_path: Path, round_: Round) -> None:
    home = Home(tmp_path)
    row = shown(round_, "manifestations", M)
    for day, column in ((1, 1), (2, 2)):
        rows = [{**row, "task": f"việc {case[1]}", case[0]: case[column]} for case in WORDS]
        saved(filled(round_, PROVINCE, manifestations=rows), home.incoming / f"{day}.xlsx")
        run.collect(home, round_, received=dt.datetime(2023, 9, day, tzinfo=round_.timezone))
    changed = [
        each.words["changes"] for each in run.findings(home, round_) if each.message == "changed"
    ]
    assert sorted("; ".join(changed).split("; ")) == sorted(told for *_, told in WORDS)


@pytest.fixture
def home(tmp_path: Path, round_: Round) -> Home:
    """Returns of one agency on the first, the second and again the second of September."""
    home = Home(tmp_path)
    blank = issued(round_, PROVINCE)
    for name, persons in (("a", 5), ("b", 6), ("c", 7)):
        row = shown(
            round_,
            "manifestations",
            {**M, "persons": persons, "handled": 0, "pending": persons, "unhandled": 0},
        )
        (home.incoming / f"{name}.xlsx").write_bytes(
            fill(blank, round_, CONTACT, {"manifestations": [row]})
        )
    dates = [f"{name}.xlsx,2023-09-0{day}," for name, day in (("a", 1), ("b", 2), ("c", 2))]
    (home.incoming / "nhan.csv").write_text("\n".join(["file,date,note", *dates]), encoding="utf-8")
    return home


def of(home: Home, round_: Round) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for finding in run.findings(home, round_, everything=True):
        if finding.rule == changes.RULE:
            found.setdefault(finding.file, []).append(finding.message)
    return found


@pytest.mark.slow
def test_collect_compares_the_current_return_with_the_one_before(home: Home, round_: Round) -> None:
    run.collect(home, round_)
    changed = ["changed", "changed", "changed.totals"]
    assert of(home, round_) == {"b.xlsx": changed, "c.xlsx": ["changed.same_day", *changed]}
    assert {each.file for each in run.findings(home, round_) if each.rule == changes.RULE} == {
        "c.xlsx"
    }
    assert (
        dict(run.status(home, round_)[1].set_index("agency")["verdict"])[PROVINCE]
        == Verdict.WITH_WARNINGS
    )
    before = run.findings(home, round_, everything=True)
    run.collect(home, round_)
    assert run.findings(home, round_, everything=True) == before


def test_each_return_of_a_long_row_tells_what_it_changed(
    home: Home, round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "AT_ONCE", 2)
    blank = issued(round_, PROVINCE)
    for day in (3, 4, 5):
        row = shown(
            round_,
            "manifestations",
            {**M, "persons": 10 + day, "handled": 0, "pending": 10 + day, "unhandled": 0},
        )
        (home.incoming / f"d{day}.xlsx").write_bytes(
            fill(blank, round_, CONTACT, {"manifestations": [row]})
        )
    with (home.incoming / "nhan.csv").open("a", encoding="utf-8") as register:
        register.write("".join(f"\nd{day}.xlsx,2023-09-0{day}," for day in (3, 4, 5)))
    run.collect(home, round_)
    told = {
        each.file: each.words["earlier"]
        for each in run.findings(home, round_, everything=True)
        if each.rule == changes.RULE
    }
    assert told == {
        "b.xlsx": "a.xlsx",
        "c.xlsx": "b.xlsx",
        "d3.xlsx": "c.xlsx",
        "d4.xlsx": "d3.xlsx",
        "d5.xlsx": "d4.xlsx",
    }


@pytest.mark.slow
def test_an_older_return_that_comes_late_takes_its_place(home: Home, round_: Round) -> None:
    (home.incoming / "b.xlsx").rename(home.root / "b.xlsx")
    run.collect(home, round_)
    assert of(home, round_)["c.xlsx"][0] == "changed"
    (home.root / "b.xlsx").rename(home.incoming / "b.xlsx")
    run.collect(home, round_)
    assert of(home, round_)["c.xlsx"][0] == "changed.same_day"


def test_an_excluded_return_is_passed_over(home: Home, round_: Round) -> None:
    run.collect(home, round_)
    deciding.on_submission(
        home,
        round_,
        Choice.EXCLUDE,
        "b.xlsx",
        Grounds("Cơ quan xác nhận qua điện thoại", "Người trực"),
    )
    assert of(home, round_)["c.xlsx"][0] == "changed"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (20, 70, "20 → 70 (×3,5)"),
        (70, 20, "70 → 20 (÷3,5)"),
        (7, 12_345, "7 → 12\u00a0345 (×1\u00a0760)"),
        (0, 12, "0 → 12 (+12)"),
        (12, 0, "12 → 0 (-12)"),
        (12, None, "12 → – (-12)"),
        (20, 59, ""),
        (2, 9, ""),
        (None, 90, ""),
        (40, 40, ""),
    ],
)
def test_a_total_that_rose_or_fell_by_an_order_is_a_warning_with_both_numbers(
    before: int | None, after: int | None, said: str, round_: Round
) -> None:
    found = [
        each
        for each in compared(round_, [{**M, "cases": before}], [{**M, "cases": after}])
        if each.message == "jumped"
    ]
    assert len(found) == bool(said)
    for each in found:
        assert (each.rule, each.severity, each.sheet, each.column) == (
            "N04",
            Severity.WARNING,
            SHEET,
            "Số vụ việc",
        )
        assert each.cells == (("I9",) if after is not None else ())
        assert said in say(each.message, "found", "vi", each.words)


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_a_jump_up_is_a_jump_back(before: float, after: float) -> None:
    jump = Jump()
    assert changes.has_jumped(before, after, jump) == changes.has_jumped(after, before, jump)
    assert not changes.has_jumped(before, before, jump)
