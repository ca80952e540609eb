"""A clerk's whole way in LibreOffice: mistakes, self-check, reply, correction, acceptance."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline import run
from pipeline.distribute.layout import FIRST_ROW
from pipeline.distribute.selfcheck_lines import FIRST_SHOWN, SHOWN
from pipeline.home import Home
from pipeline.model import Severity, Verdict
from schemas.round.round import Round
from tests.books import issued
from tests.clerk import Step, worked
from tests.exchange import received
from tests.marking import NAME, finding, load, marked, marks_on
from tests.office import needs_office
from tests.returns import ROUND

AGENCY = ROUND.by_agency["T96"]
SHEETS = {spec.key: position for position, spec in enumerate(ROUND.tables, 2)}
SELFCHECK = max(SHEETS.values()) + 1
CASES, HANDLINGS, EXAMPLES, INFO = "manifestations", "handlings", "examples", "info"
SECTORS = [entry.name for entry in ROUND.codelists["sectors"].entries]
PLACE, STORY = "Cà Mau", "Nội dung dài hơn hai mươi ký tự, không nêu tên ai"
TYPED = tuple[str, str, str | float]
"""A table, an address and what is typed there."""

MISTAKES: list[tuple[TYPED, str | float, str]] = [
    ((CASES, "I10", "nhiều"), 2, "V02"),
    ((EXAMPLES, "E9", "ngắn"), STORY, "V06"),
    ((CASES, "J11", -1), 2, "V02"),
    ((CASES, "I12", 2.5), 2, "V02"),
    ((CASES, "A13", ""), "Năm 2022", "V01"),
    ((CASES, "A14", "Năm 2019"), "Năm 2022", "V03"),
    ((CASES, "B15", "Việc khác hẳn"), SECTORS[6], "V03"),
    ((CASES, "C16", "Hà Nội"), PLACE, "R05"),
    ((CASES, "J17", ""), 2, "V01"),
    ((CASES, "B18", SECTORS[0]), SECTORS[9], "T01"),
    ((HANDLINGS, "F10", "Mắng"), "Phê bình", "V03"),
    ((HANDLINGS, "K11", "31/02/2022"), "2022-06-15", "V04"),
    ((HANDLINGS, "H12", "hai người"), 1, "V02"),
    ((EXAMPLES, "D10", "Lười"), "Né tránh", "V03"),
    ((CASES, "K10", "=NA()"), 1, "S08"),
]
"""What is typed wrong, what is right there, and the rule that says so."""
LATER = 2
"""Mistakes that stay for the reply to tell."""


def put(place: TYPED, shift: int = 0) -> Step:
    table, address, value = place
    kind = (
        "number"
        if isinstance(value, (int, float))
        else "type"
        if re.match(r"=|\d{4}-", value)
        else "put"
    )
    return (kind, SHEETS[table] + shift, address, str(value))


def right_rows() -> list[Step]:
    """A right return of ten rows, four and two, each row of another sector."""
    steps: list[Step] = [
        ("put", SHEETS[INFO], "B12", "Không"),
        *(("put", SHEETS[INFO], f"B{row}", "x") for row in range(13, 18)),
    ]
    for number in range(10):
        row = FIRST_ROW + number
        values: dict[str, str | float] = {"A": "Năm 2022", "B": SECTORS[number], "C": PLACE}
        cases = {
            **values,
            "D": "Cấp tỉnh",
            "E": "Viên chức quản lý",
            "F": "Né tránh",
            "I": 2,
            "J": 2,
            "K": 1,
            "L": 1,
            "M": 0,
        }
        steps += [put((CASES, f"{column}{row}", value)) for column, value in cases.items()]
        if number < 4:
            handled = {
                **values,
                "D": "Né tránh",
                "E": "Viên chức quản lý",
                "F": "Phê bình",
                "G": 1,
                "H": 1,
            }
            steps += [
                put((HANDLINGS, f"{column}{row}", value)) for column, value in handled.items()
            ]
        if number < 2:
            steps += [
                put((EXAMPLES, f"{column}{row}", value))
                for column, value in {**values, "D": "Né tránh", "E": STORY}.items()
            ]
    return steps


def failing(told: list[str]) -> set[tuple[str, str, str]]:
    """Rule, sheet and first cell of each error among (rule, sheet, severity, cell)."""
    lines = zip(*(told[start::4] for start in range(4)), strict=True)
    return {
        (rule, sheet, cell.split(" ")[0])
        for rule, sheet, severity, cell in lines
        if severity == "Lỗi"
    }


def shown(shift: int = 0) -> list[Step]:
    """Read the self-check's verdict and its lines at fault."""
    rows = range(FIRST_SHOWN, FIRST_SHOWN + SHOWN)
    return [
        ("read", SELFCHECK + shift, "A7"),
        *(("read", SELFCHECK + shift, f"{column}{row}") for row in rows for column in "ABCF"),
    ]


@needs_office
@pytest.mark.slow
def test_a_clerk_comes_from_fifteen_mistakes_to_an_accepted_return(
    round_: Round, tmp_path: Path
) -> None:
    form = tmp_path / "T96.xlsx"
    form.write_bytes(issued(ROUND, AGENCY.code))
    sheets = {table: ROUND.by_key[table].sheet for table in SHEETS if table != INFO}
    wrong, later = [typed for typed, *_ in MISTAKES], MISTAKES[:LATER]
    corrected = [(table, address, right) for (table, address, _), right, _ in MISTAKES[LATER:]]
    sent = {ending: tmp_path / f"lan-1.{ending}" for ending in ("xlsx", "ods")}
    steps: list[Step] = [
        ("open", form),
        *right_rows(),
        *shown(),
        *map(put, wrong),
        *shown(),
        *map(put, corrected),
        *shown(),
    ]
    told = worked(
        [*steps, *(("save", path) for path in sent.values()), ("close",)], tmp_path / "first"
    )
    size = len(shown())
    before, at_fault, left = (told[start : start + size] for start in (0, size, 2 * size))
    assert (before[0], at_fault[0], left[0]) == ("ĐẠT", "CHƯA ĐẠT", "CHƯA ĐẠT"), (
        failing(before[1:]),
        failing(left[1:]),
    )
    planted = {
        (rule, sheets[table], "A18" if rule == "T01" else address)
        for (table, address, _), _, rule in MISTAKES
    }
    assert failing(at_fault[1:]) <= planted
    assert {rule for rule, *_ in failing(at_fault[1:])} == {rule for rule, *_ in planted}
    assert failing(left[1:]) == {
        (rule, sheets[table], address) for (table, address, _), _, rule in later
    }
    homes, replies = {ending: Home(tmp_path / ending) for ending in sent}, {}
    for ending, path in sent.items():
        homes[ending].incoming.mkdir(parents=True, exist_ok=True)
        (homes[ending].incoming / path.name).write_bytes(path.read_bytes())
        received(homes[ending], round_, 1)
        assert cells_at_fault(homes[ending], round_) == {address for (_, address, _), *_ in later}
        assert run.feedback(homes[ending], round_).alone == (ending == "ods")
        replies[ending] = homes[ending].replies / "T96.xlsx"
    assert marks_on(load(replies["xlsx"].read_bytes())[sheets[CASES]]) == {"I10": Severity.ERROR}
    again = {ending: tmp_path / f"lan-2.{ending}" for ending in sent}
    steps = []
    for ending, source in {"xlsx": replies["xlsx"], "ods": sent["ods"]}.items():
        shift = int(ending == "xlsx")  # the list stands first
        rights = [put((table, address, right), shift) for (table, address, _), right, _ in later]
        steps += [("open", source), *rights, *shown(shift)[:1], ("save", again[ending]), ("close",)]
    assert worked(steps, tmp_path / "second") == ["ĐẠT", "ĐẠT"]
    for ending, path in again.items():
        (homes[ending].incoming / path.name).write_bytes(path.read_bytes())
        received(homes[ending], round_, 2)
        assert cells_at_fault(homes[ending], round_) == set()
        verdicts = run.status(homes[ending], round_)[1].set_index("agency")["verdict"]
        assert verdicts[AGENCY.code] in (Verdict.ACCEPTED, Verdict.WITH_WARNINGS)
        assert run.feedback(homes[ending], round_).replies == 0
    clean = load(marked(again["xlsx"].read_bytes(), finding("A1", sheet=ROUND.sheets.instructions)))
    assert clean.sheetnames[0] == NAME
    assert {name: marks_on(clean[name]) for name in sheets.values()} == {
        name: {} for name in sheets.values()
    }
    assert [
        cell.coordinate
        for name in sheets.values()
        for row in clean[name].iter_rows()
        for cell in row
        if cell.comment
    ] == []


def cells_at_fault(home: Home, round_: Round) -> set[str]:
    return {
        cell
        for each in run.findings(home, round_)
        if each.severity == Severity.ERROR
        for cell in each.cells
    }
