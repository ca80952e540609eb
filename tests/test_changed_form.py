"""A return on an older form is judged by all rules, whatever was declared since."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from pipeline import run
from pipeline.collect.read import read
from pipeline.distribute.fill import Filler, placed
from pipeline.home import Home
from pipeline.model import Finding, Verdict
from schemas.round.load import load_round
from schemas.round.round import Round
from tests.books import filled, issued
from tests.often import some

pytestmark = pytest.mark.slow  # whole rounds through the engine

WRONG = {
    "manifestations": """
        period | sector | locality | level | subject | behaviour | task     | cases | persons | handled | pending | unhandled
        2022   | LV01   | T49      | TINH  | CC_LD   | HV2       | cấp phép | 2     | 5       | 3       | 1       | 1
    """,
    "consequences": """
        period | sector | locality | behaviour | severity | consequence | cases
        2022   | LV01   | T49      | HV2       | MD1      | HQ01        | 9
    """,
    "handlings": """
        period | sector | locality | behaviour | subject | handling | cases | persons
        2022   | LV01   | T49      | HV2       | CC_LD   | KT       | 1     | 40
    """,
}
TWICE = {
    "manifestations": """
        period | sector | locality | level | subject | behaviour | task     | cases | persons | handled | pending | unhandled
        2022   | LV01   | T49      | TINH  | CC_LD   | HV2       | cấp phép | 2     | 5       | 3       | 1       | 1
        2022   | LV01   | T49      | TINH  | CC_LD   | HV2       | Cấp phép | 2     | 5       | 3       | 1       | 1
    """,
}
DRAFTS = ((WRONG, {("X01", "covered_by"), ("X02", "covered_by")}), (TWICE, {("T01", "unique_key")}))
CHANGES = {
    "an optional column": ('    note = prose("Ghi chú", max_length=2000, width=18', '    days_waiting = count("Số ngày chờ")\n'),
    "a required column": ('    note = prose("Ghi chú", max_length=2000, width=18', '    days_waiting = count("Số ngày chờ", required=True)\n'),
    "a part of the key": ('    note = prose("Ghi chú", max_length=2000, width=18', '    place = text("Nơi xảy ra", is_key=True)\n'),
    "a table of evidence": (
        "TABLES = (",
        '@table("PHỤ LỤC", "PHỤ LỤC", essential=True, evidence=True)\nclass Annexes(Table):\n    cases = count("Số vụ", required=True)\n\n\n',
    ),
}  # fmt: skip


def later(round_: Round, folder: Path, change: str) -> Round:
    """The round with something declared that its forms didn't have."""
    before, added = CHANGES[change]
    shutil.copytree(round_.folder, folder)
    text = (folder / "tables.py").read_text(encoding="utf-8")
    assert text.count(before) == 1
    text = text.replace(before, added + before)
    if change == "a table of evidence":
        text = text.replace("    Examples,\n)", "    Examples,\n    Annexes,\n)")
    (folder / "tables.py").write_text(text, encoding="utf-8")
    return load_round(folder)


def judged(home: Home, round_: Round, content: bytes) -> tuple[tuple[Finding, ...], Verdict]:
    path = home.root / "a.xlsx"
    path.write_bytes(content)
    (checked,) = run.check(home, round_, [path])
    return checked.findings, checked.verdict


def told(finding: Finding) -> tuple[object, ...]:
    return (
        finding.rule,
        finding.severity,
        finding.message,
        finding.sheet,
        finding.cells,
        finding.value,
    )


@pytest.mark.parametrize(("rows", "errors"), some(1, DRAFTS), ids=["sums", "rows"])
@pytest.mark.parametrize("change", CHANGES)
def test_every_rule_still_judges_a_return_on_the_form_before(
    round_: Round, tmp_path: Path, change: str, rows: dict[str, str], errors: set[tuple[str, str]]
) -> None:
    home = Home(tmp_path / "home")
    run.template(home, round_)
    now = later(round_, tmp_path / "later", change)
    assert now.digest != round_.digest
    content = filled(
        round_,
        "T49",
        {
            "prepared_by": "x",
            "position": "x",
            "phone": "x",
            "email": "x",
            "signed_on": "2023-09-01",
        },
        **rows,
    )
    before, _ = judged(home, round_, content)
    after, verdict = judged(home, now, content)
    assert {(f.rule, f.message) for f in before if f.severity == "E"} == errors
    assert [told(f) for f in after if f.message != "older_version"] == [told(f) for f in before]
    assert [f.severity for f in after if f.message == "older_version"] == ["N"]
    assert verdict is Verdict.TO_CORRECT


def test_a_return_with_nothing_is_told_though_a_table_of_evidence_was_declared_later(
    round_: Round, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    run.template(home, round_)
    now = later(round_, tmp_path / "later", "a table of evidence")
    told, verdict = judged(home, now, filled(round_, "T49"))
    assert ("S13", "nil_agrees.nothing") in {(f.rule, f.message) for f in told}
    assert verdict is Verdict.TO_CORRECT


def changed(round_: Round, folder: Path, file: str, before: str, after: str) -> Round:
    """The round with one thing in one of its files said otherwise."""
    shutil.copytree(round_.folder, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert before in text
    (folder / file).write_text(text.replace(before, after, 1), encoding="utf-8")
    return load_round(folder)


@pytest.mark.parametrize("before", ["decimal", "count"])
def test_numbers_stay_when_their_column_becomes_of_another_kind(
    round_: Round, tmp_path: Path, before: str
) -> None:
    column = "    unhandled = count(" if before == "count" else "    loss = decimal("
    now = changed(
        round_,
        tmp_path / "now",
        "tables.py",
        column,
        column.replace(before, "decimal" if before == "count" else "count"),
    )
    home = Home(tmp_path / "home")
    run.template(home, round_)
    path = tmp_path / "a.xlsx"
    rows = {
        "consequences": WRONG["consequences"]
        .replace("| cases\n", "| cases | loss\n")
        .replace("| 9\n", "| 9     | 12\n")
    }
    path.write_bytes(filled(round_, "T49", **{**WRONG, **rows}))
    tables = read(path, path.name, now, home.definitions).tables
    assert tables["manifestations"].values["unhandled"].tolist() == [1.0]
    assert tables["consequences"].values["loss"].tolist() == [12.0]


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("round.toml", "deadline = 2023-09-08", "deadline = 2023-09-04"),
        ("round.toml", "opening = 2021-02-01", "opening = 2021-03-01"),
        ("round.toml", 'own_locality_groups = ["TINH"]', 'own_locality_groups = ["BO"]'),
        ("tables.py", 'limits=("cases",)', 'limits=("persons",)'),
        ("tables.py", "share=0.2)", "share=0.3)"),
        ("codelists/manifestations.csv", ",HV1,", ",HV2,"),
    ],
)  # fmt: skip
def test_whatever_decides_on_findings_has_returns_judged_again(
    round_: Round, tmp_path: Path, file: str, before: str, after: str
) -> None:
    assert changed(round_, tmp_path / "now", file, before, after).policy != round_.policy


def test_a_round_that_is_loaded_again_has_the_same_policy(round_: Round) -> None:
    assert load_round(round_.folder).policy == round_.policy


def test_an_older_form_knows_the_entries_declared_since_but_keeps_its_own_meanings(
    round_: Round, tmp_path: Path
) -> None:
    """A word moved from one entry to a new one is read as the new one, and old names stay."""
    home = Home(tmp_path / "home")
    run.template(home, round_)
    before = 'LV08,"Y tế (thuốc, vật tư, khám chữa bệnh)",,8,y tế|mua thuốc|vật tư y tế,'
    after = 'LV08,"Y tế (thuốc, vật tư, khám chữa bệnh)",,8,y tế|vật tư y tế,'
    added = "LV27,Dược,,8,mua thuốc|đất đai|ngành dược,,,,ours,\n"
    now = changed(round_, tmp_path / "now", "codelists/sectors.csv", before, added + after)
    path = tmp_path / "a.xlsx"
    row = {"period": "Năm 2022", "locality": "Quảng Nam", "level": "Cấp tỉnh", "subject": "Viên chức quản lý", "behaviour": "Né tránh", "cases": 1, "persons": 0}  # fmt: skip
    path.write_bytes(
        filled_with(
            round_,
            "T49",
            [{**row, "sector": said} for said in ("mua thuốc", "Dược", "y tế", "đất đai")],
        )
    )
    sectors = read(path, path.name, now, home.definitions).tables["manifestations"]
    codes = now.codelists["sectors"].codes
    assert [codes[int(position)] for position in sectors.values["sector"]] == [
        "LV27",
        "LV27",
        "LV08",
        "LV01",
    ]


def filled_with(round_: Round, agency: str, rows: list[dict[str, Any]]) -> bytes:
    """An issued workbook with rows of what a clerk typed."""
    return Filler(issued(round_, agency)).fill(placed(round_, {}, {"manifestations": rows}, {}))
