"""Decisions of the operator: pinned, excluded, waived, with who, when and why."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from pipeline import run
from pipeline.distribute import issue
from pipeline.distribute.fill import fill
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.model import Choice, Decision, Finding, Severity, Standing, Verdict
from pipeline.stages import deciding
from pipeline.stages.consolidating import consolidation
from pipeline.store import decisions
from schemas.round.round import Round
from schemas.round.settings import RulePolicy
from schemas.round.waivers import DeclaredWaiver
from schemas.words import LANGUAGES, catalogue, say
from tests.books import copied
from tests.commands import tonghop
from tests.rows import CONTACT, M, shown
from tests.workbooks import filled, saved


@pytest.fixture(scope="module")
def round_(plain_round: Round) -> Round:
    """What a decision changes shows in the smallest summary."""
    return plain_round


pytestmark = pytest.mark.slow  # whole rounds through the engine

AGENCY = "T96"
NOON = dt.datetime(2023, 9, 5, 12, tzinfo=dt.UTC)
GROUNDS = decisions.Grounds("Cơ quan xác nhận qua điện thoại", "Người trực")


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory, round_: Round) -> Home:
    """Three returns of one agency: five persons, then six, then seven unaccounted for (R01)."""
    home = Home(tmp_path_factory.mktemp("home"))
    blank = dict(issue.workbooks(round_, [round_.by_agency[AGENCY]]))[AGENCY]
    for day, persons, pending in ((1, 5, 5), (2, 6, 6), (3, 7, 5)):
        row = shown(
            round_,
            "manifestations",
            {**M, "persons": persons, "handled": 0, "pending": pending, "unhandled": 0},
        )
        (home.incoming / f"lan{day}.xlsx").write_bytes(
            fill(blank, round_, CONTACT, {"manifestations": [row]})
        )
    register = ["file,date,note", *(f"lan{day}.xlsx,2023-09-0{day}," for day in (1, 2, 3))]
    (home.incoming / "nhan.csv").write_text("\n".join(register), encoding="utf-8")
    run.collect(home, round_)
    return home


@pytest.fixture
def home(taken_in: Home, tmp_path: Path) -> Home:
    """The same for each test, in a folder of its own."""
    return copied(taken_in, tmp_path)


def persons(home: Home, round_: Round) -> list[float]:
    return run.figures(home, round_, "agency")["persons"].tolist()


def standing(home: Home, round_: Round) -> str:
    agencies = run.status(home, round_)[1].set_index("agency")
    return str(agencies.loc[AGENCY, "standing"])


def test_what_another_version_judged_is_judged_again_before_anybody_reads_it(
    home: Home, round_: Round
) -> None:
    before = run.findings(home, round_, everything=True)
    with closing(sqlite3.connect(home.ledger)) as db, db:
        db.execute("UPDATE submission SET judged_by='another version'")
        db.execute("UPDATE finding SET words='{}'")
    assert run.findings(home, round_, everything=True) == before


def test_the_newest_acceptable_return_counts_and_a_wrong_one_waits(
    home: Home, round_: Round
) -> None:
    agency = run.status(home, round_)[1].set_index("agency").loc[AGENCY]
    assert (agency["standing"], agency["pending"], agency["waits"]) == (
        Standing.REPORTED,
        "lan3.xlsx",
        "pending_to_correct",
    )
    assert persons(home, round_) == [6]


def test_a_date_that_is_entered_later_counts(home: Home, round_: Round) -> None:
    register = home.incoming / "nhan.csv"
    register.write_text(
        register.read_text(encoding="utf-8").replace("2023-09-03", "09/09/2023"), encoding="utf-8"
    )
    again = run.collect(home, round_)
    assert (again.seen, again.duplicate, list(again.unmatched)) == (4, 3, [])
    agency = run.status(home, round_)[1].set_index("agency").loc[AGENCY]
    assert (agency["late_days"], f"{agency['received']:%d/%m/%Y}", standing(home, round_)) == (
        0,
        "02/09/2023",
        Standing.REPORTED,
    )
    register.write_text(
        "file,date,note\nlan3.xlsx,2023-08-31,\nlan4.xlsx,2023-09-04,\n", encoding="utf-8"
    )
    assert list(run.collect(home, round_).unmatched) == ["lan4.xlsx"]
    assert persons(home, round_) == [6]


def test_of_two_copies_the_earlier_counts_whatever_it_is_called(home: Home, round_: Round) -> None:
    (home.incoming / "lan0.xlsx").write_bytes((home.incoming / "lan3.xlsx").read_bytes())
    with (home.incoming / "nhan.csv").open("a", encoding="utf-8") as register:
        register.write("\nlan0.xlsx,2023-08-30,\n")
    run.collect(home, round_, [home.incoming / "lan0.xlsx"])
    assert persons(home, round_) == [6]
    run.collect(home, round_, received=NOON)
    assert persons(home, round_) == [6]


def test_what_the_archive_lost_stays_as_it_was_judged_and_can_be_given_back(
    home: Home, round_: Round
) -> None:
    with run.open_ledger(home, round_) as ledger:
        before = ledger.submissions().set_index("name")
    kept = home.archive / str(before.loc["lan3.xlsx", "sha256"])
    whole = kept.read_bytes()
    kept.write_bytes(whole[:1000])
    with pytest.raises(OperatorError) as caught:
        deciding.waive(home, round_, AGENCY, "R01", GROUNDS)
    assert (caught.value.key, "lan3.xlsx" in caught.value.text("vi")) == ("archive_lost", True)
    assert standing(home, round_) == Standing.REPORTED
    assert list(run.collect(home, round_).lost) == []
    assert kept.read_bytes() == whole
    assert persons(home, round_) == [7]


def test_a_pinned_return_counts_though_newer_ones_came(home: Home, round_: Round) -> None:
    deciding.on_submission(home, round_, Choice.PIN, "lan1.xlsx", GROUNDS)
    assert persons(home, round_) == [5]
    deciding.on_submission(home, round_, Choice.PIN, str(home.incoming / "lan2.xlsx"), GROUNDS)
    assert persons(home, round_) == [6]


def test_an_excluded_return_neither_counts_nor_blocks(home: Home, round_: Round) -> None:
    deciding.on_submission(home, round_, Choice.EXCLUDE, "lan3.xlsx", GROUNDS)
    assert persons(home, round_) == [6]
    deciding.on_submission(home, round_, Choice.EXCLUDE, "lan2.xlsx", GROUNDS)
    deciding.on_submission(home, round_, Choice.EXCLUDE, "lan1.xlsx", GROUNDS)
    assert standing(home, round_) == Standing.MISSING


def test_a_decision_is_taken_back_and_stays_on_record(home: Home, round_: Round) -> None:
    [(made, _)] = deciding.on_submission(home, round_, Choice.EXCLUDE, "lan3.xlsx", GROUNDS).made
    named = made.target[:8]
    deciding.on_submission(
        home, round_, Choice.EXCLUDE, named, decisions.Grounds("Nhầm", "Người khác", undo=True)
    )
    assert run.status(home, round_)[0].pending == 1
    with run.open_ledger(home, round_) as ledger:
        record = ledger.decisions()
    assert [(each.reason, each.by, each.revoked) for each in record] == [
        (GROUNDS.reason, GROUNDS.by, False),
        ("Nhầm", "Người khác", True),
    ]
    assert all(each.at.tzinfo for each in record)
    with pytest.raises(OperatorError) as refused:
        deciding.on_submission(
            home, round_, Choice.EXCLUDE, "lan3.xlsx", decisions.Grounds("Nhầm", "Ai đó", undo=True)
        )
    name = round_.by_agency[made.agency].name
    assert (
        refused.value.text("vi")
        == f"Tệp lan3.xlsx của cơ quan {name} hiện không bị loại nên không có gì để rút lại."
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_decision_that_may_be_taken_back_has_a_sentence_for_nothing_to_take_back(
    lang: str,
) -> None:
    kinds = {choice for choice in Choice if choice is not Choice.NAMES}
    assert set(catalogue(lang)["screen"]["errors"]["nothing_to_undo"]) == kinds


def test_what_cannot_be_decided_is_said(home: Home, round_: Round) -> None:
    (home.incoming / "chu.xlsx").write_text("chữ", encoding="utf-8")
    (home.incoming / "T01.xlsx").write_text("chữ khác", encoding="utf-8")
    run.collect(home, round_)
    refused = [
        ("khong-co.xlsx", choice, "no_such_submission") for choice in (Choice.EXCLUDE, Choice.PIN)
    ]
    refused += [
        ("chu.xlsx", choice, "submission_of_nobody") for choice in (Choice.EXCLUDE, Choice.PIN)
    ]
    for named, choice, error in [*refused, ("T01.xlsx", Choice.PIN, "submission_unreadable")]:
        with pytest.raises(OperatorError, match=error):
            deciding.on_submission(home, round_, choice, named, GROUNDS)


def test_names_shared_by_several_returns_are_told_apart_by_hash(home: Home, round_: Round) -> None:
    for folder, ending in (("mot", b"\0"), ("hai", b"\0\0")):
        (home.incoming / folder).mkdir()
        (home.incoming / folder / "moi.xlsx").write_bytes(
            (home.incoming / "lan1.xlsx").read_bytes() + ending
        )
    run.collect(home, round_)
    with pytest.raises(OperatorError, match="several_submissions") as error:
        deciding.on_submission(home, round_, Choice.PIN, "moi.xlsx", GROUNDS)
    assert "hai/moi.xlsx" in error.value.text("vi")
    deciding.on_submission(home, round_, Choice.PIN, "hai/moi.xlsx", GROUNDS)
    assert persons(home, round_) == [5]


def test_commands_record_the_decision(home: Home, round_: Round) -> None:
    assert (
        tonghop(
            "--home",
            home.root,
            "exclude",
            "lan3.xlsx",
            "--reason",
            "Gửi nhầm",
            "--by",
            "Người trực",
        ).exit_code
        == 0
    )
    assert (
        tonghop(
            "--home", home.root, "pin", "lan1.xlsx", "--reason", "Bản có dấu", "--by", "Người trực"
        ).exit_code
        == 0
    )
    assert persons(home, round_) == [5]
    assert tonghop("--home", home.root, "pin", "lan1.xlsx").exit_code == 2
    wrong = tonghop("--home", home.root, "waive", "ZZZ", "R01", "--reason", "x")
    assert (wrong.exit_code, wrong.stdout) == (3, "")


WAIVER = decisions.Grounds("Số liệu đang rà soát", "Người trực", "Vụ trưởng", dt.date(2023, 12, 31))


def r01(home: Home, round_: Round) -> list[Finding]:
    return [finding for finding in run.findings(home, round_) if finding.rule == "R01"]


def test_a_waived_rule_is_shown_and_blocks_no_more(home: Home, round_: Round) -> None:
    assert [finding.severity for finding in r01(home, round_)] == [Severity.ERROR]
    deciding.waive(home, round_, AGENCY, "R01", WAIVER)
    (finding,) = r01(home, round_)
    fix = say(finding.message, "fix", "vi", finding.words)
    assert finding.severity is Severity.NOTE
    assert all(word in fix for word in ("Số liệu đang rà soát", "Vụ trưởng", "31/12/2023"))
    assert persons(home, round_) == [7]
    deciding.waive(
        home, round_, AGENCY, "R01", decisions.Grounds("Hết lý do", "Người trực", undo=True)
    )
    assert [finding.severity for finding in r01(home, round_)] == [Severity.ERROR]
    assert persons(home, round_) == [6]


def test_a_waiver_is_over_for_what_comes_after_its_last_day(home: Home, round_: Round) -> None:
    deciding.waive(
        home, round_, AGENCY, "R01", decisions.Grounds("x", "ai", until=dt.date(2023, 9, 2))
    )
    assert [finding.severity for finding in r01(home, round_)] == [Severity.ERROR]
    deciding.waive(
        home, round_, AGENCY, "R01", decisions.Grounds("x", "ai", until=dt.date(2023, 9, 3))
    )
    assert [finding.severity for finding in r01(home, round_)] == [Severity.NOTE]


def test_rows_of_a_waived_rule_count_provisionally_too(home: Home, round_: Round) -> None:
    assert run.figures(home, round_, "agency", provisional=True)["persons"].tolist() == [6]
    deciding.waive(home, round_, AGENCY, "R01", WAIVER)
    assert run.figures(home, round_, "agency", provisional=True)["persons"].tolist() == [7]


def test_waivers_that_come_with_the_round(home: Home, round_: Round) -> None:
    declared = DeclaredWaiver(AGENCY, "R01", "Theo công văn", "Vụ trưởng", dt.date(2023, 8, 30))
    freed = replace(round_, waivers=(declared,))
    run.collect(home, freed)
    assert [finding.severity for finding in r01(home, freed)] == [Severity.NOTE]
    (checked,) = run.check(home, freed, [home.incoming / "lan3.xlsx"])
    assert checked.verdict is not Verdict.TO_CORRECT
    deciding.waive(
        home, freed, AGENCY, "R01", decisions.Grounds("Thu hồi", "Người trực", undo=True)
    )
    assert [finding.severity for finding in r01(home, freed)] == [Severity.ERROR]


def test_summaries_name_a_waiver_of_the_round_until_it_is_taken_back(
    home: Home, round_: Round
) -> None:
    declared = DeclaredWaiver(AGENCY, "R01", "Theo công văn", "Vụ trưởng", dt.date(2023, 8, 30))
    freed = replace(round_, waivers=(declared,))
    assert named_in_summaries(home, freed) == [(Choice.WAIVE, AGENCY, "R01", "Theo công văn")]
    deciding.waive(
        home, freed, AGENCY, "R01", decisions.Grounds("Thu hồi", "Người trực", undo=True)
    )
    assert named_in_summaries(home, freed) == []


def named_in_summaries(home: Home, round_: Round) -> list[tuple[Choice, str, str, str]]:
    with run.open_ledger(home, round_) as ledger:
        made = consolidation(ledger, provisional=False).decisions
    return [(each.choice, each.agency, each.target, each.reason) for each in made]


def test_a_rule_may_be_as_grave_for_one_agency_as_was_decided(home: Home, round_: Round) -> None:
    deciding.waive(home, round_, AGENCY, "R01", WAIVER, "W")
    (finding,) = r01(home, round_)
    found = say(finding.message, "found", "vi", finding.words)
    assert finding.severity is Severity.WARNING
    assert all(word in found for word in ("Số liệu đang rà soát", "Vụ trưởng", "31/12/2023"))
    assert "Không cần sửa" not in say(finding.message, "fix", "vi", finding.words)
    assert persons(home, round_) == [7]
    assert run.figures(home, round_, "agency", provisional=True)["persons"].tolist() == [7]


def test_severities_that_come_with_the_round(home: Home, round_: Round) -> None:
    """Graver than for others, too: the row then counts no more, not even provisionally."""
    lax = replace(
        round_, settings=replace(round_.settings, rules={"R01": RulePolicy(severity="W")})
    )
    assert run.collect(home, lax).to_correct == 0
    declared = DeclaredWaiver(AGENCY, "R01", "x", "y", dt.date(2023, 8, 30), severity="E")
    strict = replace(lax, waivers=(declared,))
    run.collect(home, strict)
    assert [finding.severity for finding in r01(home, strict)] == [Severity.ERROR]
    assert persons(home, strict) == [6]
    assert run.figures(home, strict, "agency", provisional=True)["persons"].tolist() == [6]


def test_what_cannot_be_waived_is_said(home: Home, round_: Round) -> None:
    with pytest.raises(OperatorError, match="no_such_rule"):
        deciding.waive(home, round_, AGENCY, "R99", GROUNDS)


def test_of_two_decisions_on_one_submission_the_later_stands() -> None:
    pinned = Decision(Choice.PIN, "A", "f00", "vì", "ai", NOON)
    excluded = Decision(Choice.EXCLUDE, "A", "f00", "vì", "ai", NOON)
    assert decisions.in_force([pinned, excluded], Choice.PIN, Choice.EXCLUDE) == [excluded]
    assert decisions.in_force([pinned, excluded], Choice.PIN) == []
    assert decisions.in_force([excluded, pinned], Choice.PIN) == [pinned]


def test_a_confirmed_title_is_read_as_its_column(tmp_path: Path, round_: Round) -> None:
    home, row = (
        Home(tmp_path),
        {"period": "Năm 2021", "sector": "Đất đai", "cases": 3, "persons": 4},
    )
    book = filled(round_, AGENCY, CONTACT, manifestations=[row])
    next(
        cell
        for line in book["I.1 BIỂU HIỆN"].iter_rows()
        for cell in line
        if cell.value == "Số vụ việc"
    ).value = "Tổng hợp lượt vụ"
    saved(book, home.incoming / "a.xlsx")
    run.collect(home, round_)
    assert "column_missing" in {
        each.message.partition(".")[0]
        for each in run.findings(home, round_)
        if each.severity is Severity.ERROR
    }
    deciding.map_column(home, round_, AGENCY, "Tổng hợp lượt vụ", "manifestations.cases", GROUNDS)
    (told,) = [each for each in run.findings(home, round_) if each.rule == "S06"]
    assert (told.message, told.severity) == ("column_matched.confirmed", Severity.NOTE)
    with run.open_ledger(home, round_) as ledger:
        assert ledger.rows(round_.by_key["manifestations"], [1])["cases"].tolist() == [3]
    deciding.map_column(
        home,
        round_,
        AGENCY,
        "Tổng hợp lượt vụ",
        "manifestations.cases",
        decisions.Grounds("Nhầm", "Ai đó", undo=True),
    )
    assert "column_missing" in {
        each.message.partition(".")[0] for each in run.findings(home, round_) if each.rule == "S06"
    }
    with pytest.raises(OperatorError, match="no_such_column"):
        deciding.map_column(home, round_, AGENCY, "Tổng", "manifestations.khong", GROUNDS)


def test_an_excused_agency_is_no_longer_missing_and_counts_if_it_reports(
    home: Home, round_: Round
) -> None:
    grounds = decisions.Grounds("mới sáp nhập", "ai")
    code = round_.in_scope[0].code
    before, _ = run.status(home, round_)
    deciding.excuse(home, round_, code, grounds)
    coverage, agencies = run.status(home, round_)
    assert (before.excused, coverage.excused, coverage.agencies) == (0, 1, before.agencies)
    assert agencies.set_index("agency")["standing"][code] == "excused"
    deciding.excuse(home, round_, code, replace(grounds, undo=True))
    assert run.status(home, round_)[0].excused == 0
    with pytest.raises(OperatorError):
        deciding.excuse(home, round_, code, replace(grounds, undo=True))
    with pytest.raises(OperatorError):
        deciding.excuse(home, round_, "KHONG-CO", grounds)


def test_summaries_tell_the_excused_from_the_missing(home: Home, round_: Round) -> None:
    code = next(agency.code for agency in round_.in_scope if agency.code != AGENCY)
    deciding.excuse(home, round_, code, decisions.Grounds("mới sáp nhập", "ai"))
    run.summarise(home, round_)
    notes = openpyxl.load_workbook(next(home.output.glob("tong-hop-*.xlsx")))["GHI CHÚ"]
    said = {str(topic): str(text) for topic, text, *_ in notes.iter_rows(values_only=True)}
    assert said["Được miễn báo cáo (1)"] == f"{round_.by_agency[code].name} (mới sáp nhập)"
    progress = openpyxl.load_workbook(home.output / "tien-do-va-loi.xlsx")
    assert "Được miễn" in [
        cell.value for row in progress["TIẾN ĐỘ THEO NHÓM"].iter_rows() for cell in row
    ]
    assert "được miễn" in (home.output / "tien-do.html").read_text(encoding="utf-8")
