"""Each rule of rows, tables and between tables: a right and a wrong case with exact cells."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.errors
import pytest

from pipeline.check import frames
from pipeline.check.judge import judge
from pipeline.check.rules import check_table
from pipeline.collect.tables.titles import key_of
from pipeline.model import Finding, Reading, Severity, Total, Verdict
from schemas.columns import RESERVED, STATE, Kind, State
from schemas.round.load import available, load_round
from schemas.round.round import Round
from schemas.round.settings import RulePolicy, RuleState
from schemas.rules.between import CoveredBy, KnownIn
from schemas.rules.groups import GroupRule
from schemas.rules.persons import personal
from schemas.rules.rows import SumOf
from schemas.words import LANGUAGES, PARTS, say
from tests.books import MINI
from tests.mistakes import MISTAKES
from tests.readings import Cell, reading, table
from tests.rows import CAUSE, MINISTRY, PROVINCE, RIGHT, C, E, H, M


@dataclass(frozen=True)
class Case:
    """Planted into the right return, with the finding expected of it: (sheet, cells, value)."""

    rule: str
    severity: str
    message: str
    tables: Mapping[str, Any]
    sheet: str
    cells: tuple[str, ...]
    value: str
    info: Mapping[str, Any] = field(default_factory=dict)
    also: frozenset[str] = frozenset()
    """Rules that must speak too, because the same rows break them in their own right."""

    @property
    def name(self) -> str:
        return (
            f"{self.rule}.{self.severity}.{self.message}@{self.sheet}{self.cells}={self.value[:20]}"
        )


I1, I2, I3A, I3B, EX, INFO = (
    "I.1 BIỂU HIỆN",
    "I.2 HẬU QUẢ",
    "I.3a BIỆN PHÁP",
    "I.3b XỬ LÝ",
    "VÍ DỤ",
    "THÔNG TIN",
)
ACTION = {"action": "CT01", "content": "Ban hành chỉ thị chấn chỉnh kỷ luật."}


def m(**change: Any) -> dict[str, Any]:
    return {"manifestations": [{**M, **change}]}


def h(**change: Any) -> dict[str, Any]:
    return {"handlings": [{**H, **change}]}


CASES = [
    Case("S08", "E", "error_cell", {"causes": [{**CAUSE, "influence": Cell(State.ERROR, "#REF!")}]}, "II NGUYÊN NHÂN", ("E9",), "#REF!"),
    Case("S09", "E", "no_value", {"causes": [{**CAUSE, "influence": Cell(State.NO_VALUE, "=1+2")}]}, "II NGUYÊN NHÂN", ("E9",), "=1+2"),
    Case("S13", "E", "nil_agrees.rows", {}, INFO, ("B12",), "Có", info={"nil": "yes"}),
    Case("S13", "E", "nil_agrees.nothing", {key: [] for key in RIGHT}, INFO, ("B12",), ""),
    Case("V01", "E", "required", {"causes": [{**CAUSE, "content": None}]}, "II NGUYÊN NHÂN", ("D9",), ""),
    Case("V01", "W", "expected", {}, INFO, ("B14", "B19"), "", info={"position": None, "signed_on": None}),
    Case("V02", "E", "number.not_number", m(pending=Cell(State.NOT_NUMBER, "vài người")), I1, ("L9",), "vài người"),
    Case("V02", "E", "number.not_whole", m(pending=Cell(State.NOT_WHOLE, "2,5")), I1, ("L9",), "2,5"),
    Case("V02", "E", "number.negative", m(pending=Cell(State.NEGATIVE, "-1")), I1, ("L9",), "-1"),
    Case("V02", "E", "number.out_of_range", {"causes": [{**CAUSE, "influence": Cell(State.OUT_OF_RANGE, "6")}]}, "II NGUYÊN NHÂN", ("E9",), "6"),
    Case("V02", "E", "number.too_long", m(pending=Cell(State.TOO_LONG, "1e+300")), I1, ("L9",), "1e+300"),
    Case("V02", "E", "number.unclear", m(pending=Cell(State.UNCLEAR, "1,234")), I1, ("L9",), "1,234"),
    Case("S09", "E", "no_value.stale", m(pending=Cell(State.STALE, "=2+2 = 4 ≠ 0")), I1, ("L9",), "=2+2 = 4 ≠ 0"),
    Case("S09", "E", "no_value.circular", m(pending=Cell(State.CIRCULAR, "=L9+1")), I1, ("L9",), "=L9+1"),
    Case("S09", "E", "no_value.uncalculated", m(pending=Cell(State.UNCALCULATED, "=VLOOKUP(A9,B:C,2)")), I1, ("L9",), "=VLOOKUP(A9,B:C,2)"),
    Case("V02", "E", "number.other_unit", m(pending=Cell(State.OTHER_UNIT, "05 vụ")), I1, ("L9",), "05 vụ"),
    Case("V03", "E", "not_listed.near", {"causes": [{**CAUSE, "sector": Cell(State.NOT_LISTED, "Đầu tư cong")}]}, "II NGUYÊN NHÂN", ("C9",), "Đầu tư cong"),
    Case("V03", "E", "not_listed.near", {}, INFO, ("B12",), "không rõ", info={"nil": Cell(State.NOT_LISTED, "không rõ")}),
    Case("V04", "E", "not_date", {}, INFO, ("B19",), "hôm qua", info={"signed_on": Cell(State.NOT_DATE, "hôm qua")}),
    Case("V08", "N", "repaired", {}, INFO, ("B14",), "Chuyên  viên", info={"position": Cell(State.REPAIRED, "Chuyên  viên", "Chuyên viên")}),
    Case("V03", "W", "ambiguous", m(subject=Cell(State.AMBIGUOUS, "lãnh đạo", "CC_LD")), I1, ("E9",), "lãnh đạo"),
    Case("V04", "E", "not_date", {"actions": [{**ACTION, "issued_on": Cell(State.NOT_DATE, "31/2/2022")}]}, I3A, ("C9",), "31/2/2022"),
    Case("V04", "W", "month_first", {"actions": [{**ACTION, "issued_on": Cell(State.AMBIGUOUS, "4/5/2022", dt.date(2022, 5, 4))}]}, I3A, ("C9",), "4/5/2022"),
    Case("V04", "W", "moment", h(decided_on=Cell(State.MOMENT, "19/06/2022 17:00:00", dt.date(2022, 6, 19))), I3B, ("K9",), "19/06/2022 17:00:00"),
    Case("V04", "W", "part_of_day", h(decided_on=Cell(State.SHOWN_IN_PART, "19/6", dt.date(2022, 6, 19))), I3B, ("K9",), "19/6"),
    Case("V05", "E", "in_window", h(decided_on=dt.date(2021, 1, 24)), I3B, ("K9",), "24/01/2021"),
    Case("V05", "E", "in_window", h(decided_on=dt.date(2023, 7, 1)), I3B, ("K9",), "01/07/2023"),
    Case("V05", "W", "opening_days", h(decided_on=dt.date(2021, 2, 1), period="2021"), I3B, ("K9",), "01/02/2021"),
    Case("V05", "E", "not_after_window", {"actions": [{**ACTION, "issued_on": dt.date(2023, 7, 1)}]}, I3A, ("C9",), "01/07/2023"),
    Case("V05", "W", "before_window", {"actions": [{**ACTION, "issued_on": dt.date(2021, 1, 24)}]}, I3A, ("C9",), "24/01/2021"),
    Case("V05", "W", "in_period", h(decided_on=dt.date(2023, 1, 1)), I3B, ("K9",), "01/01/2023"),
    Case("V06", "E", "length", {"causes": [{**CAUSE, "content": "x" * 19}]}, "II NGUYÊN NHÂN", ("D9",), "x" * 19),
    Case("V06", "E", "max_length", m(task="y" * 501), I1, ("H9",), "y" * 501),
    Case("V07", "E", "several", m(pending=Cell(State.SEVERAL, "05, trong đó 02 cảnh cáo")), I1, ("L9",), "05, trong đó 02 cảnh cáo"),
    Case("V07", "E", "several.struck", m(pending=Cell(State.STRUCK, "34")), I1, ("L9",), "34"),
    Case("V02", "E", "number.seen_otherwise", m(pending=Cell(State.SEEN_OTHERWISE, "5 ≠ 5000")), I1, ("L9",), "5 ≠ 5000"),
    Case("V10", "W", "in_proportion", {"consequences": [{**C, "loss": 150500000.0}]}, I2, ("J9",), "150500000"),
    Case("V08", "W", "made_day", h(decision_number=Cell(State.AMBIGUOUS, "12/05/2022", "12/05/2022")), I3B, ("J9",), "12/05/2022"),
    Case("V08", "N", "repaired", m(cases=Cell(State.REPAIRED, "02 vụ", 2)), I1, ("I9",), "02 vụ"),
    Case("V08", "N", "own_entry", {"examples": [{**E, "locality": None}]}, EX, ("C9",), ""),
    Case("V08", "W", "dash", m(pending=Cell(State.DASH, "-", 0), unhandled=2), I1, ("L9",), "-"),
    Case("R01", "E", "sum_of", m(persons=6), I1, ("J9",), "6"),
    Case("R01", "E", "sum_of", m(persons=3, unhandled=None), I1, ("J9",), "3", also=frozenset({"R01"})),
    Case("R01", "W", "breakdown", m(unhandled=None, persons=4), I1, ("J9",), "4"),
    Case("R02", "E", "at_least", {"manifestations": [M, {**M, "level": "XA", "cases": 0, "persons": 0, "handled": 0, "pending": 0, "unhandled": 0}]}, I1, ("I10",), "0"),
    Case("R02", "E", "at_least", {"consequences": [{**C, "cases": 0}]}, I2, ("G9",), "0"),
    Case("R02", "E", "at_least", {"handlings": [H, {**H, "persons": 0, "decision_number": "2"}]}, I3B, ("H10",), "0"),
    Case("R03", "E", "allowed", h(handling="HBL"), I3B, ("F9",), "Hạ bậc lương"),
    Case("R03", "E", "allowed.alone", {"manifestations": [{**M, "subject": "TT"}], "handlings": [{**H, "subject": "TT", "handling": "BP06"}]}, I3B, ("F9",), "Luân chuyển"),
    Case("R03", "W", "seldom_allowed", {"manifestations": [{**M, "subject": "CC_KLD"}], "handlings": [{**H, "subject": "CC_KLD", "handling": "BP08"}]}, I3B, ("F9",), "Miễn nhiệm"),
    Case("R04", "W", "belongs_to", m(manifestation="BH10"), I1, ("G9",), "Làm việc qua loa, đối phó, cho xong việc"),
    Case("R05", "E", "own_locality", {"examples": [{**E, "locality": "T01"}]}, EX, ("C9",), "Hà Nội"),
    Case("T01", "E", "unique_key", {"manifestations": [{**M, "task": "Cấp  phép"}, {**M, "task": "cấp phép"}]}, I1, ("A10",), "Năm 2022"),
    Case("X01", "E", "covered_by", h(persons=4), I3B, ("H9",), "4"),
    Case("X01", "E", "covered_together", {"handlings": [H, {**H, "handling": "CCAO", "persons": 1}]}, I3B, ("H9", "H10"), "3 + 1"),
    Case("X01", "W", "explained", h(persons=2), I1, ("K9",), "3"),
    Case("X02", "E", "covered_by", {"consequences": [{**C, "cases": 3}]}, I2, ("G9",), "3"),
    Case("X03", "W", "known_in", {"handlings": [H, {**H, "sector": "LV02"}]}, I3B, ("H10",), "3"),
    Case("X03", "W", "known_in", {"consequences": [{**C, "behaviour": "HV1"}]}, I2, ("G9",), "2"),
    Case("R06", "W", "seldom_used", {**m(behaviour="HV9"), "handlings": [{**H, "behaviour": "HV9"}], "consequences": [{**C, "behaviour": "HV9"}], "examples": []}, I1, ("F9",), "Nhiều hành vi / chưa phân loại"),
    Case("R06", "W", "seldom_used", {"manifestations": [M, {**M, "sector": "LV99", "cases": 1, "handled": 0, "pending": 4}]}, I1, ("B10",), "Khác"),
    Case("R07", "W", "expected_form", {**m(subject="CC_KLD"), **h(subject="CC_KLD", severity="MD3", handling="KT")}, I3B, ("F9",), "Khiển trách"),
    Case("R07", "W", "expected_form", {**m(subject="VC_KQL"), **h(subject="VC_KQL", severity="MD1", handling="BTV")}, I3B, ("F9",), "Buộc thôi việc"),
    Case("V09", "W", "anonymous", {"causes": [{**CAUSE, "content": "Ông Nguyễn Văn A không ký hồ sơ, gọi 0912 345 678."}]}, "II NGUYÊN NHÂN", ("D9",), "Ông Nguyễn Văn A không ký hồ sơ, gọi 0912 345 678."),
    Case("X03", "W", "known_in", {"examples": [{**E, "sector": "LV02"}]}, EX, ("B9",), "Đầu tư công, giải ngân vốn đầu tư công"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("subject", "found", "unit"), [("CC_LD", "3 tập thể", "người"), ("TT", "3 người", "tập thể")]
)
def test_another_unit_is_told_with_the_one_that_the_row_counts_in(
    round_: Round, subject: str, found: str, unit: str
) -> None:
    rows = [{**M, "subject": subject, "pending": Cell(State.OTHER_UNIT, found)}]
    judgement = judge(
        {0: reading(round_, PROVINCE, **{**RIGHT, "manifestations": rows})}, {0: "a.xlsx"}, round_
    )
    told = next(each for each in judgement.findings[0] if each.rule == "V02")
    assert (
        say(told.message, "found", "vi", told.words)
        == f"Ô “Đang xem xét” có “{found}”, không cùng đơn vị tính: ô này tính bằng “{unit}”."
    )


@pytest.fixture(scope="module")
def judged(round_: Round) -> dict[str, tuple[tuple[Finding, ...], Verdict]]:
    """All cases judged in one batch: a mistake must not leak into another submission."""
    readings = {
        n: reading(round_, PROVINCE, case.info, **{**RIGHT, **case.tables})
        for n, case in enumerate(CASES)
    }
    judgement = judge(readings, dict.fromkeys(readings, "a.xlsx"), round_)
    return {
        case.name: (judgement.findings[n], judgement.verdicts[n]) for n, case in enumerate(CASES)
    }


def found(round_: Round, each: Reading) -> tuple[tuple[Finding, ...], Verdict]:
    judgement = judge({7: each}, {7: "a.xlsx"}, round_)
    return judgement.findings[7], judgement.verdicts[7]


def test_a_right_return_has_no_finding(round_: Round) -> None:
    assert found(round_, reading(round_, PROVINCE, **RIGHT)) == ((), Verdict.ACCEPTED)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_rule_finds_its_mistake_at_its_cell_and_nothing_else(
    judged: dict[str, Any], case: Case
) -> None:
    listed, verdict = judged[case.name]
    exact = [f for f in listed if (f.rule, f.severity, f.message, f.sheet, f.cells, f.value) == (case.rule, case.severity, case.message, case.sheet, case.cells, case.value)]  # fmt: skip
    assert len(exact) == 1, listed
    others = [f for f in listed if f not in exact and f.severity != "N" and f.rule not in case.also]
    assert not others
    worst = {"E": Verdict.TO_CORRECT, "W": Verdict.WITH_WARNINGS, "N": Verdict.ACCEPTED}
    assert verdict is worst[min((f.severity for f in listed), key="EWN".index)]


def test_a_row_that_repeats_another_names_it(round_: Round) -> None:
    blank, other = {**M, "level": "XA"}, {**M, "level": "XA", "task": "Cấp phép"}
    rows = {
        1: [M, blank, M],
        2: [
            M,
            blank,
            other,
            {**other, "task": " cấp  PHÉP"},
            M,
            M,
            {**M, "period": "2021"},
            {**M, "period": "2021"},
        ],
        3: [{**M, "level": level} for level in ("TINH", "XA", "HUYEN")],
        4: [{**M, "task": f"Việc số {n % 15}"} for n in range(30)],
    }
    readings = {
        number: reading(round_, PROVINCE, manifestations=each) for number, each in rows.items()
    }
    findings = judge(readings, dict.fromkeys(readings, "a.xlsx"), round_).findings
    told = {
        number: [(f.message, f.cells, f.words["repeated"]) for f in listed if f.rule == "T01"]
        for number, listed in findings.items()
    }
    every = tuple(f"A{row}" for row in range(24, 39))
    assert told == {
        1: [("unique_key", ("A11",), "9")],
        2: [
            ("unique_key.several", ("A12", "A13", "A14"), "12 = 11; 13, 14 = 9"),
            ("unique_key", ("A16",), "15"),
        ],
        3: [],
        4: [
            (
                "unique_key.several",
                every,
                "; ".join(f"{row} = {row - 15}" for row in range(24, 36)) + "; …",
            )
        ],
    }
    assert "dòng 9 " in say(
        "unique_key", "found", "vi", next(f.words for f in findings[1] if f.rule == "T01")
    )
    assert "12 = 11" in say(
        "unique_key.several", "found", "vi", next(f.words for f in findings[2] if f.rule == "T01")
    )


def test_each_rule_has_a_case_here_or_a_planted_mistake(round_: Round) -> None:
    declared = {(rule.id, rule.severity, rule.message) for rule in round_.row_rules}
    declared |= {(rule.id, rule.severity, rule.message) for rule in round_.cross_rules}
    cases = {(case.rule, case.severity, case.message.partition(".")[0]) for case in CASES}
    assert cases <= declared
    assert declared - cases <= set(MISTAKES)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_finding_can_be_said(judged: dict[str, Any], case: Case, lang: str) -> None:
    for finding in judged[case.name][0]:
        texts = [say(finding.message, part, lang, finding.words) for part in PARTS[1:]]
        assert all(text and "{" not in text and "nan" not in text.split() for text in texts), texts


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_rule_can_be_said(round_: Round, lang: str) -> None:
    said = [say(rule.message, "rule", lang, rule.words(round_)) for rule in round_.row_rules]
    said += [say(rule.message, "rule", lang, rule.words(round_)) for rule in round_.cross_rules]
    assert all(said)


@pytest.mark.parametrize("name", [*available(), MINI])
def test_no_name_is_that_of_two_columns_of_one_table(name: str | Path) -> None:
    for spec in load_round(name).tables:
        names = [
            key_of(title) for column in spec.columns for title in (column.title, *column.synonyms)
        ]
        assert sorted(names) == sorted(set(names)), spec.key


@pytest.mark.parametrize("kind", Kind)
def test_a_column_of_another_type_is_a_fault_of_the_program(kind: Kind, round_: Round) -> None:
    rows = {**RIGHT, "actions": [ACTION]}
    spec, column = next(
        (spec, column)
        for spec in round_.row_tables
        if spec.key in rows
        for column in spec.columns
        if column.kind is kind
    )
    frame = frames.build({1: reading(round_, PROVINCE, **rows)}, round_)[spec.key]
    check_table(frame, spec.key, round_)
    frame[column.key] = pd.Series([b""] * len(frame), dtype=object)
    with pytest.raises(pandera.errors.SchemaError, match=column.key):
        check_table(frame, spec.key, round_)


def test_one_mistake_in_a_key_stops_the_comparison_with_one_note(round_: Round) -> None:
    bad = Cell(State.NOT_LISTED, "Lĩnh vực lạ")
    listed, _ = found(
        round_, reading(round_, PROVINCE, **{**RIGHT, "manifestations": [{**M, "sector": bad}]})
    )
    assert [(f.rule, f.severity) for f in listed] == [("V03", "E"), ("X02", "N"), ("X01", "N")]


def test_a_mistake_of_one_agency_stays_its_own(round_: Round) -> None:
    wrong = reading(round_, PROVINCE, **{**RIGHT, **m(persons=6)})
    judgement = judge({1: reading(round_, PROVINCE, **RIGHT), 2: wrong, 3: reading(round_, MINISTRY, **RIGHT)}, dict.fromkeys((1, 2, 3), "x"), round_)  # fmt: skip
    assert [judgement.verdicts[n] for n in (1, 2, 3)] == [
        Verdict.ACCEPTED,
        Verdict.TO_CORRECT,
        Verdict.ACCEPTED,
    ]
    assert not judgement.findings[1]
    assert not judgement.findings[3]


def test_a_central_agency_may_report_any_locality(round_: Round) -> None:
    listed, _ = found(round_, reading(round_, MINISTRY, **RIGHT))
    assert not listed


def test_one_value_on_many_cells_is_one_finding(round_: Round) -> None:
    bad = Cell(State.NOT_LISTED, "Đầu tư cong")
    rows = [{**CAUSE, "sector": bad} for _ in range(80)]
    listed, _ = found(round_, reading(round_, PROVINCE, **{**RIGHT, "causes": rows}))
    assert [(f.rule, len(f.cells)) for f in listed] == [("V03", 80)]
    assert "Đầu tư công, giải ngân vốn đầu tư công" in listed[0].words["nearest"]


def test_rows_that_differ_in_a_named_column_are_different_findings(round_: Round) -> None:
    rows = [
        {**H, "handling": "HBL", "persons": 1},
        {**H, "handling": "HBL", "subject": "CB", "persons": 1},
    ]
    listed, _ = found(
        round_,
        reading(round_, PROVINCE, manifestations=[M, {**M, "subject": "CB"}], handlings=rows),
    )
    assert [(f.cells, f.words["given"]) for f in listed if f.rule == "R03"] == [(("F9",), "Công chức giữ chức vụ lãnh đạo, quản lý"), (("F10",), "Cán bộ (bầu cử, phê chuẩn, bổ nhiệm theo nhiệm kỳ)")]  # fmt: skip


@pytest.mark.parametrize("row", [H, {**H, "sector": "LV02"}])
def test_a_missing_column_gives_no_wall_of_findings(row: Mapping[str, Any], round_: Round) -> None:
    right = reading(round_, PROVINCE, **RIGHT)
    narrow = table(round_, round_.by_key["handlings"], [row])
    without = type(narrow)(
        sheet=narrow.sheet,
        letters={k: v for k, v in narrow.letters.items() if k != "persons"},
        rows=narrow.rows,
        values={k: v for k, v in narrow.values.items() if k != "persons"},
        states={k: v for k, v in narrow.states.items() if k != "persons"},
    )
    missing = Finding("S06", Severity.ERROR, "column_missing", {"title": "Số người"}, sheet=I3B)
    each = Reading(
        agency=PROVINCE, tables={**right.tables, "handlings": without}, findings=(missing,)
    )
    listed, verdict = found(round_, each)
    assert [f.rule for f in listed] == ["S06"]
    assert verdict is Verdict.TO_CORRECT


@pytest.mark.parametrize("name", ["cv4874", MINI])
def test_columns_that_are_compared_have_the_same_code_list(name: str | Path) -> None:
    compared_in = load_round(name)
    rules = [rule for rule in compared_in.cross_rules if isinstance(rule, GroupRule)]
    lists = [
        {
            tuple(compared_in.by_key[table].by_key[key].codes for key in rule.by)
            for table in (rule.table, rule.large)
        }
        for rule in rules
    ]
    assert lists
    assert all(len(each) == 1 for each in lists)


def test_a_key_of_a_group_may_be_called_group(round_: Round) -> None:
    rule = KnownIn(id="X03", table="small", at="group", large="large", by=("group",))
    frames = {
        name: pd.DataFrame({"submission": 1, "group": pd.Categorical(codes, categories=["A", "B"])})
        for name, codes in {"small": ["A", "B", None], "large": ["A"]}.items()
    }
    judged = rule.judge(frames, round_)
    failed = rule.rows(judged[~judged["holds"]], frames, round_)
    assert failed[["row_index", "group"]].to_numpy().tolist() == [[1, "B"]]


def test_every_reserved_column_is_in_a_typed_frame(round_: Round) -> None:
    frame = frames.build({7: reading(round_, PROVINCE, **RIGHT)}, round_)["manifestations"]
    declared = {
        each for key in round_.by_key["manifestations"].keys for each in (key, f"{key}{STATE}")
    }
    assert set(frame.columns) - declared == RESERVED


def test_sums_of_decimals_are_what_people_add_up(round_: Round) -> None:
    kinds = pd.Categorical(["A", "A"], categories=["A"])
    small = pd.DataFrame({"submission": 1, "kind": kinds, "amount": [0.1, 0.2]})
    large = pd.DataFrame({"submission": 1, "kind": kinds, "limit": [0.3, np.nan]})
    rule = CoveredBy(
        id="X02", table="small", at="amount", large="large", by=("kind",), limits=("limit",)
    )
    assert rule.judge({"small": small, "large": large}, round_)["holds"].tolist() == [True]
    assert rule.judge({"small": small.assign(amount=[0.1, 0.21]), "large": large}, round_)[
        "holds"
    ].tolist() == [False]
    row = pd.DataFrame(
        {
            "handled": [0.1, 0.1],
            "pending": [0.2, 0.21],
            "persons": 0.3,
            **{f"{key}__state": np.zeros(2, "uint8") for key in ("handled", "pending", "persons")},
        }
    )
    sum_of = SumOf(id="R01", table="manifestations", at="persons", parts=("handled", "pending"))
    assert sum_of.holds(row, round_).tolist() == [True, False]


def test_a_missing_sheet_gives_no_other_finding(round_: Round) -> None:
    right = reading(round_, PROVINCE, **RIGHT)
    rest = {key: read for key, read in right.tables.items() if key != "manifestations"}
    missing = Finding(
        "S05", Severity.ERROR, "sheet_missing", {"sheet": I1, "nearest": ""}, sheet=I1
    )
    listed, _ = found(round_, Reading(agency=PROVINCE, tables=rest, findings=(missing,)))
    assert [f.rule for f in listed] == ["S05"]


def test_collectives_have_their_own_forms(round_: Round) -> None:
    rows = {
        "manifestations": [{**M, "subject": "TT"}],
        "handlings": [{**H, "subject": "TT", "handling": "KT"}],
    }
    listed, _ = found(round_, reading(round_, PROVINCE, **rows))
    assert [(f.rule, f.severity, f.words["allowed"]) for f in listed] == [
        ("R03", "W", "Khiển trách (tổ chức đảng)")
    ]


def test_a_party_discipline_may_stand_beside_an_administrative_one(round_: Round) -> None:
    rows = {**RIGHT, "handlings": [H, {**H, "handling": "D_KT"}]}
    assert found(round_, reading(round_, PROVINCE, **rows))[0] == ()


def test_persons_stand_in_where_handled_is_blank(round_: Round) -> None:
    rows = {**RIGHT, **m(handled=None, pending=None, unhandled=None), **h(persons=5)}
    listed, _ = found(round_, reading(round_, PROVINCE, **rows))
    assert [(f.rule, f.severity, f.message) for f in listed] == [("R01", "W", "breakdown")]


def test_a_nil_return_may_still_write_causes(round_: Round) -> None:
    listed, verdict = found(round_, reading(round_, PROVINCE, {"nil": "yes"}, causes=[CAUSE]))
    assert (listed, verdict) == ((), Verdict.ACCEPTED)


TOTAL = Total(12, "Tổng cộng", {"cases": 2, "persons": 5, "handled": 3})


def with_totals(round_: Round, *totals: Total, **tables: Any) -> Reading:
    each = reading(round_, PROVINCE, **{**RIGHT, **tables})
    return replace(
        each,
        tables={
            **each.tables,
            "manifestations": replace(each.tables["manifestations"], totals=totals),
        },
    )


def test_a_right_total_row_is_no_fault(round_: Round) -> None:
    assert found(round_, with_totals(round_, TOTAL))[0] == ()
    subtotals = [
        Total(10, "Cộng I", {"cases": 2}),
        Total(12, "Cộng II", {"cases": 1}),
        Total(13, "Tổng cộng", {"cases": 3}),
    ]
    rows = [
        M,
        {**M, "level": "XA", "cases": 1, "persons": 0, "handled": 0, "pending": 0, "unhandled": 0},
    ]
    each = with_totals(round_, *subtotals, manifestations=rows)
    table = replace(each.tables["manifestations"], rows=np.array([9, 11]))
    assert found(round_, replace(each, tables={**each.tables, "manifestations": table}))[0] == ()


def test_a_wrong_total_row_is_an_error_at_its_cell(round_: Round) -> None:
    listed, verdict = found(
        round_, with_totals(round_, replace(TOTAL, numbers={"cases": 2, "persons": 50}))
    )
    assert [(f.rule, f.severity, f.sheet, f.cells, f.value) for f in listed] == [
        ("T02", "E", I1, ("J12",), "50")
    ]
    assert verdict is Verdict.TO_CORRECT


@pytest.mark.parametrize(
    "rows",
    [
        [{**M, "persons": 6}],
        [{**M, "pending": 2}],
        [{**M, "cases": Cell(State.NOT_NUMBER, "vài"), "persons": 5}],
        [M, M],
    ],
)
def test_a_mistake_in_the_rows_is_not_told_again_by_the_total(
    round_: Round, rows: list[Any]
) -> None:
    listed, _ = found(round_, with_totals(round_, TOTAL, manifestations=rows))
    assert [f.severity for f in listed].count("E") == 1
    assert "T02" not in {f.rule for f in listed}


PERSONAL = [
    "Ông Nguyễn Văn A chậm ký.",
    "đ/c Trần Bình né tránh",
    "Lê Thị Hoa chưa xử lý",
    "gọi số 0912.345.678",
    "đt +84 912 345 678",
]
IMPERSONAL = [
    "Đồng chí Bí thư Tỉnh ủy chỉ đạo; Chủ tịch Ủy ban nhân dân tỉnh Bà Rịa - Vũng Tàu giao việc.",
    "Thành phố Hồ Chí Minh, huyện Trần Văn Thời, đường Lê Văn Sỹ, phường Nguyễn Thái Bình.",
    "Học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh.",
    "Chậm giải ngân 1.000.000.000 đồng; văn bản số 0123456789/UBND; 10 năm 2021-2023.",
    "Bộ Nội vụ, Sở Kế hoạch và Đầu tư, Ban Quản lý dự án; tổng 0 vụ, 12 người.",
]


@pytest.mark.parametrize("text", PERSONAL)
def test_names_and_telephone_numbers_are_seen(text: str) -> None:
    assert personal(text)


@pytest.mark.parametrize("text", IMPERSONAL)
def test_offices_places_and_sums_are_no_persons(text: str) -> None:
    assert personal(text) == []


def judged_under(round_: Round, **tables: Any) -> tuple[list[Finding], Verdict, bool]:
    judgement = judge({1: reading(round_, PROVINCE, **{**RIGHT, **tables})}, {1: "a"}, round_)
    told = [finding for finding in judgement.findings[1] if finding.message != "not_compared"]
    return told, judgement.verdicts[1], bool(judgement.frames["manifestations"]["has_error"].any())


def ruled(round_: Round, **rules: RulePolicy) -> Round:
    return replace(round_, settings=replace(round_.settings, rules=rules))


def test_the_state_of_a_rule_is_the_rounds(round_: Round) -> None:
    assert judged_under(ruled(round_, R01=RulePolicy(RuleState.RETIRED)), **m(persons=6)) == (
        [],
        Verdict.ACCEPTED,
        False,
    )
    (note,), verdict, has_error = judged_under(
        ruled(round_, R01=RulePolicy(RuleState.BETA)), **m(persons=6)
    )
    assert (note.rule, note.severity, note.cells, verdict, has_error) == (
        "R01",
        "N",
        ("J9",),
        Verdict.ACCEPTED,
        False,
    )
    assert say(note.message, "found", "vi", note.words).endswith(
        "(Quy tắc đang thử nghiệm: chỉ để tham khảo.)"
    )
    (warning,), verdict, _ = judged_under(
        ruled(round_, R01=RulePolicy(severity="W")), **m(persons=6)
    )
    assert (warning.severity, verdict) == ("W", Verdict.WITH_WARNINGS)
    (error,), verdict, has_error = judged_under(
        ruled(round_, R01=RulePolicy(severity="E")), **m(unhandled=None, persons=4)
    )
    assert (error.message, error.severity, verdict, has_error) == (
        "breakdown",
        "E",
        Verdict.TO_CORRECT,
        True,
    )


@pytest.fixture(scope="module")
def later_round(round_: Round, tmp_path_factory: pytest.TempPathFactory) -> Round:
    """The same forms for a window under the decrees of 2025 and 2026."""
    folder = tmp_path_factory.mktemp("rounds") / "later"
    shutil.copytree(round_.folder, folder)
    text = (folder / "round.toml").read_text(encoding="utf-8")
    for old, new in {"start = 2021-01-25": "start = 2024-01-01", "opening = 2021-02-01": "opening = 2024-01-02", "end = 2023-06-30": "end = 2026-12-31", "deadline = 2023-09-08": "deadline = 2027-02-01"}.items():  # fmt: skip
        assert old in text
        text = text.replace(old, new)
    (folder / "round.toml").write_text(text, encoding="utf-8")
    return load_round(folder)


@pytest.mark.parametrize(
    ("subject", "handling", "day", "basis"),
    [
        ("CC_LD", "GC", dt.date(2025, 6, 30), None),
        ("CC_LD", "GC", dt.date(2025, 7, 1), "172/2025"),
        ("CC_KLD", "HBL", dt.date(2025, 6, 30), None),
        ("CC_KLD", "HBL", dt.date(2025, 7, 1), "172/2025"),
        ("VC_KQL", "CCH", dt.date(2026, 6, 30), "112/2020"),
        ("VC_KQL", "CCH", dt.date(2026, 7, 1), "234/2026"),
    ],
)
def test_what_is_lawful_goes_by_the_day_of_the_decision(
    later_round: Round, subject: str, handling: str, day: dt.date, basis: str | None
) -> None:
    rows = {"manifestations": [{**M, "period": str(day.year), "subject": subject}], "handlings": [{**H, "period": str(day.year), "subject": subject, "handling": handling, "decided_on": day}]}  # fmt: skip
    listed = [
        f for f in found(later_round, reading(later_round, PROVINCE, **rows))[0] if f.rule == "R03"
    ]
    assert [basis in f.words["basis"] for f in listed] == ([True] if basis else [])
    assert [f.cells for f in listed] == ([("F9",)] if basis else [])


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (dt.date(2026, 6, 30), [(("F9",), "Điều 16 Nghị định số 112/2020/NĐ-CP")]),
        (dt.date(2026, 7, 1), []),
    ],
)
def test_what_is_expected_goes_by_the_day_of_the_decision(
    later_round: Round, day: dt.date, told: list[Any]
) -> None:
    rows = {"manifestations": [{**M, "period": "2026", "subject": "VC_KQL"}], "handlings": [{**H, "period": "2026", "subject": "VC_KQL", "severity": "MD1", "handling": "BTV", "decided_on": day}]}  # fmt: skip
    listed = [
        f for f in found(later_round, reading(later_round, PROVINCE, **rows))[0] if f.rule == "R07"
    ]
    assert [(f.cells, f.words["basis"]) for f in listed] == told
