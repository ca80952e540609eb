"""Recalling commands: decisions and their effect, versions of an agency, letters sent."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from pipeline import run
from pipeline.home import Home
from pipeline.model import Choice
from pipeline.stages import deciding
from pipeline.store.decisions import Grounds
from pipeline.terminal import people
from schemas.round.round import Round
from tests.books import MINI, copied, filled, round_of
from tests.commands import tonghop
from tests.incoming import put
from tests.posted import posted

pytestmark = pytest.mark.slow  # whole rounds through the engine

ROWS = "quarter|building|inspected\n2030|SCH|{}"
TWICE = "quarter|building|inspected\n2030|SCH|1\n2030|SCH|2"


@pytest.fixture(scope="module")
def round_() -> Round:
    return round_of(MINI)


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory, round_: Round) -> Home:
    """One agency has a wrong return, a good mail and a better one; another has none."""
    home = Home(tmp_path_factory.mktemp("home"))
    put(
        home.incoming / "lan 1.xlsx",
        filled(round_, "NOR", inspections=TWICE),
        "2031-01-02T08:00:00+00:00",
    )
    run.collect(home, round_)
    posted(
        home.incoming / "thu.eml",
        ("lan 2.xlsx", filled(round_, "NOR", inspections=ROWS.format(3))),
        received=["Mon, 06 Jan 2031 08:00:00 +0000"],
    )
    put(
        home.incoming / "lan 3.xlsx",
        filled(round_, "NOR", inspections=ROWS.format(4)),
        "2031-01-09T08:00:00+00:00",
    )
    run.collect(home, round_)
    return home


@pytest.fixture
def home(taken_in: Home, tmp_path: Path) -> Home:
    return copied(taken_in, tmp_path)


def told(home: Home, *words: str) -> Any:
    done = tonghop("--home", home.root, "--round", MINI, *words, "--format", "json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def decide(home: Home, *words: str) -> str:
    done = tonghop(
        "--home", home.root, "--round", MINI, *words, "--reason", "vì", "--by", "Người trực"
    )
    assert done.exit_code == 0, done.stderr
    return done.stderr


def test_every_version_is_told_with_why_it_counts_or_not(home: Home) -> None:
    known = told(home, "history", "nor")
    assert (known["agency"], known["standing"]) == ("NOR", "reported")
    listed = [
        (each["file"], each["received"][:10], each["verdict"], each["role"], each["why"])
        for each in known["versions"]
    ]
    assert listed == [
        ("lan 1.xlsx", "2031-01-02", "to_correct", "superseded", ""),
        ("thu.eml/lan 2.xlsx", "2031-01-06", "accepted", "superseded", ""),
        ("lan 3.xlsx", "2031-01-09", "accepted", "counted", "newest"),
    ]
    assert [each["compared_with"] for each in known["versions"]] == [
        "",
        "lan 1.xlsx",
        "thu.eml/lan 2.xlsx",
    ]
    assert known["versions"][1]["sender"] == "vp@boxd.example"
    decide(home, "pin", "lan 2.xlsx")
    roles = [
        (each["role"], each["why"]) for each in told(home, "history", "North office")["versions"]
    ]
    assert roles == [("superseded", ""), ("counted", "pinned"), ("behind_pin", "")]


def test_a_file_that_came_twice_is_told_with_its_first_and_last_receipt(
    home: Home, round_: Round
) -> None:
    put(
        home.root / "again" / "lan 3 (2).xlsx",
        (home.incoming / "lan 3.xlsx").read_bytes(),
        "2031-01-20T08:00:00+00:00",
    )
    run.collect(home, round_, [home.root / "again"])
    last = told(home, "history", "NOR")["versions"][-1]
    assert [last[name][:10] for name in ("received", "first", "last")] == [
        "2031-01-09",
        "2031-01-09",
        "2031-01-20",
    ]


def test_why_a_version_is_held_is_told(home: Home, round_: Round) -> None:
    put(
        home.incoming / "South office.xlsx",
        filled(round_, "NOR", inspections=ROWS.format(9)),
        "2031-01-12T08:00:00+00:00",
    )
    run.collect(home, round_)
    last = told(home, "history", "NOR")["versions"][-1]
    assert (last["role"], last["why"]) == ("held", "names_another")


def test_letters_and_decisions_about_an_agency_are_told(home: Home) -> None:
    words = ("--home", home.root, "--round", MINI)
    assert tonghop(*words, "distribute", "NOR", "SOU").exit_code == 0
    assert (
        tonghop(
            *words, "mail", "log", "--add", "NOR", "--about", "distribute", "--on", "2031-01-01"
        ).exit_code
        == 0
    )
    decide(home, "extend", "--until", "2031-12-31")
    decide(home, "exclude", "lan 3.xlsx")
    decide(home, "excuse", "SOU")
    known = told(home, "history", "NOR")
    assert [each["decision"] for each in known["decisions"]] == ["extend", "exclude"]
    assert sorted(each["state"] for each in known["letters"]) == ["sent", "written"]
    [written] = [each for each in known["letters"] if each["state"] == "written"]
    [sent] = [each for each in known["letters"] if each["state"] == "sent"]
    assert sent["sha256"] == written["sha256"] != ""


def test_every_decision_is_told_with_what_became_of_it(home: Home) -> None:
    decide(home, "waive", "NOR", "v01")
    decide(home, "waive", "NOR", "V01", "--until", "2031-12-31")
    decide(home, "excuse", "sou")
    decide(home, "excuse", "SOU", "--undo")
    decide(home, "exclude", "lan 1.xlsx")
    listed = [
        (each["decision"], each["name"], each["target"], each["state"], each["by"])
        for each in told(home, "decisions")
    ]
    assert listed == [
        ("waive", "North office", "V01", "replaced", "Người trực"),
        ("waive", "North office", "V01", "in_force", "Người trực"),
        ("excuse", "South office", "South office", "undone", "Người trực"),
        ("excuse", "South office", "South office", "undo", "Người trực"),
        ("exclude", "North office", "lan 1.xlsx", "in_force", "Người trực"),
    ]
    text = tonghop("--home", home.root, "--round", MINI, "decisions").stdout
    assert "đã rút lại" in text
    assert (
        tonghop("--home", home.root, "--round", MINI, "decisions", "--format", "csv").stdout.count(
            "\n"
        )
        == 6
    )


def test_what_only_recalls_writes_nothing(home: Home, tmp_path: Path) -> None:
    before = {
        path: path.stat().st_mtime_ns
        for path in home.root.rglob("*")
        if path.is_file() and "ledger.sqlite-" not in path.name
    }
    for words in (
        ["decisions"],
        ["history", "NOR"],
        ["history", "SOU"],
        ["mail", "log"],
        ["status"],
        ["findings"],
    ):
        assert tonghop("--home", home.root, "--round", MINI, *words).exit_code == 0
    after = {
        path: path.stat().st_mtime_ns
        for path in home.root.rglob("*")
        if path.is_file() and "ledger.sqlite-" not in path.name
    }
    assert after == before
    nowhere = tmp_path / "không có"
    assert tonghop("--home", nowhere, "--round", MINI, "history", "NOR").exit_code == 3
    assert not nowhere.exists()
    assert tonghop("--home", home.root, "--round", MINI, "history", "NOWHERE").exit_code == 3


# --- decisions say what they changed, or why nothing ---------------------------------------------


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["waive", "SOU", "V01"], "chưa có bản gửi nào đọc được"),
        (["waive", "NOR", "V01"], "có lỗi, cảnh báo hay ghi chú theo quy tắc V01"),
        (
            ["waive", "NOR", "V01", "--until", "2031-01-01"],
            "bản gửi sớm nhất của cơ quan này nhận ngày 02/01/2031",
        ),
        (["map", "NOR", "Không có", "inspections.inspected"], "cột ghi “Không có”"),
        (["pin", "lan 3.xlsx"], "vốn đang được tổng hợp"),
        (["exclude", "lan 1.xlsx"], "vốn không được tổng hợp"),
        (["excuse", "NOR"], "đã gửi báo cáo và báo cáo vẫn được tổng hợp"),
        (
            ["extend", "--until", "2031-12-31"],
            "chuyển từ chậm thành đúng hạn hoặc ngược lại do gia hạn này",
        ),
    ],
)
def test_a_decision_that_changes_nothing_says_so_and_why(
    home: Home, command: list[str], said: str
) -> None:
    stderr = decide(home, *command)
    assert "không làm thay đổi" in stderr
    assert said in stderr
    assert "đã được kiểm tra lại" not in stderr
    assert "đã được đọc lại" not in stderr


def test_what_changes_is_said_without_reasons(home: Home) -> None:
    stderr = decide(home, "pin", "lan 1.xlsx")
    assert "North office: đã báo cáo → cần sửa" in stderr
    assert "ra khỏi tổng" in stderr
    assert "không làm thay đổi" not in stderr


def test_columns_and_agencies_are_named_as_people_know_them(home: Home, round_: Round) -> None:
    spec = round_.by_key["inspections"]
    heading = f"{spec.sheet}.{spec.by_key['inspected'].title}"
    assert heading in decide(home, "map", "nor", "Số đã kiểm", "inspections.inspected")
    assert heading in tonghop("--home", home.root, "--round", MINI, "decisions").stdout
    assert f"“Số đã kiểm” trong các bản gửi của North office là cột “{heading}”" in decide(
        home, "map", "nor", "Số đã kiểm", "inspections.inspected", "--undo"
    )
    decide(home, "excuse", "sou")
    assert "Đã rút lại việc miễn báo cáo của South office." in decide(
        home, "excuse", "sou", "--undo"
    )
    refused = tonghop(
        "--home", home.root, "--round", MINI, "excuse", "sou", "--undo", "--reason", "x"
    ).stderr
    assert "South office" in refused


def test_who_decided_is_called_by_name_or_else_an_account(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def by() -> str:
        assert (
            tonghop(
                "--home", home.root, "--round", MINI, "exclude", "lan 1.xlsx", "--reason", "vì"
            ).exit_code
            == 0
        )
        return str(told(home, "decisions")[-1]["by"])

    monkeypatch.setattr(people, "account", lambda: "root")
    monkeypatch.setattr(people, "full_name", lambda: "")
    assert by() == "tài khoản root"
    monkeypatch.setattr(people, "full_name", lambda: "Người trực ban")
    assert by() == "Người trực ban"


def test_a_pinned_version_with_an_error_takes_figures_away_and_that_is_told(
    home: Home, round_: Round
) -> None:
    decided = deciding.on_submission(home, round_, Choice.PIN, "lan 1.xlsx", Grounds("vì", "ai"))
    assert [(each.before.standing, each.after.standing) for each in decided.effects] == [
        ("reported", "being_corrected")
    ]
    assert decided.why_nothing is None
    assert dt.date(2031, 1, 2) < round_.deadline
