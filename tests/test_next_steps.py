"""Next steps printed by a command are true of the state it left: at most three, on stderr."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from pipeline import run
from pipeline.home import Home
from pipeline.machine.clock import NOW
from pipeline.model import Choice
from pipeline.stages import correspondence, deciding
from pipeline.stages.freshness import listing
from pipeline.stages.next_steps import MOST, next_steps
from pipeline.store.belonging import claim, round_for
from pipeline.store.decisions import Grounds
from pipeline.store.letters import LetterRecord
from schemas.round.round import Round
from tests.books import filled, plain, round_of
from tests.commands import tonghop

pytestmark = pytest.mark.slow  # whole rounds through the engine

ROWS = """period|sector|locality|level|subject|behaviour|cases|persons|handled|pending|unhandled
2022|LV01|{code}|TINH|CC_LD|HV2|{cases}|4|0|{pending}|0"""
GROUNDS = Grounds("vì", "ai")


DEADLINE = round_of("cv4874").deadline


@pytest.fixture(scope="module")
def plain_round(small_round: Round, tmp_path_factory: pytest.TempPathFactory) -> Round:
    """The small round with one small summary: next steps are alike for 20 agencies and for 94."""
    return plain(tmp_path_factory.mktemp("rounds") / "cv4874", small_round.folder)


@pytest.fixture
def round_(plain_round: Round, monkeypatch: pytest.MonkeyPatch) -> Round:
    """The round, a week before its deadline."""
    at(-7, monkeypatch)
    return plain_round


@pytest.fixture
def home(tmp_path: Path, plain_round: Round) -> Home:
    """A folder of this round."""
    home = Home(tmp_path)
    claim(home, plain_round)
    return home


def at(days: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be so many days after the deadline."""
    monkeypatch.setenv(NOW, f"{DEADLINE + dt.timedelta(days=days)}T09:00:00+07:00")


def put(
    home: Home,
    code: str,
    *,
    cases: int = 2,
    is_wrong: bool = False,
    name: str = "",
    minutes: int = 0,
) -> Path:
    content = filled(
        round_for(home, None),
        code,
        manifestations=ROWS.format(code=code, cases=cases, pending=4 - is_wrong),
    )
    path = home.incoming / (name or f"{code}.xlsx")
    path.write_bytes(content)
    moment = (
        dt.datetime.combine(DEADLINE, dt.time(9))
        - dt.timedelta(days=8)
        + dt.timedelta(minutes=minutes)
    )
    os.utime(path, (moment.timestamp(), moment.timestamp()))
    return path


def steps(home: Home, round_: Round) -> list[str]:
    return [step.key for step in next_steps(home, round_)]


def words(home: Home, round_: Round, key: str) -> dict[str, object]:
    return next(dict(step.words) for step in next_steps(home, round_) if step.key == key)


def test_from_the_first_day_to_the_first_return(home: Home, round_: Round) -> None:
    assert steps(home, round_) == ["issue"]
    run.distribute(home, round_, ["T01"])
    assert steps(home, round_) == ["issue_rest", "send", "receive"]
    assert words(home, round_, "issue_rest") == {"count": len(round_.in_scope) - 1}
    run.distribute(home, round_)
    assert steps(home, round_) == ["send", "receive"]
    (home.incoming / "~$T01.xlsx").write_bytes(b"x")
    assert steps(home, round_) == ["send", "receive"], (
        "what Excel leaves beside an open file is no return"
    )
    put(home, "T01")
    assert steps(home, round_) == ["send", "collect"]


def test_a_letter_said_to_be_sent_before_there_was_a_ledger_stays_sent(
    home: Home, round_: Round
) -> None:
    run.distribute(home, round_)
    assert (
        tonghop(
            "--home", home.root, "mail", "log", "--add", "T01", "--about", "distribute"
        ).exit_code
        == 0
    )
    count = len(round_.in_scope) - 1
    assert words(home, round_, "send")["count"] == count
    assert tonghop("--home", home.root, "distribute", "T02").exit_code == 0
    assert words(home, round_, "send")["count"] == count


def test_a_workbook_that_came_is_named_until_it_is_taken_in(home: Home, round_: Round) -> None:
    put(home, "T01")
    run.collect(home, round_)
    assert steps(home, round_) == ["summarise", "await"]
    run.summarise(home, round_)
    assert steps(home, round_) == ["await", "look"]
    assert words(home, round_, "await")["count"] == len(round_.in_scope) - 1
    put(home, "T01", cases=3, minutes=5)
    assert steps(home, round_)[0] == "collect"
    run.collect(home, round_, [home.incoming / "T01.xlsx"])
    assert steps(home, round_)[0] == "collect", "the folder itself wasn't looked at"
    run.consolidate(home, round_)
    assert steps(home, round_) == ["await", "look"]
    (home.incoming / "nhan.csv").write_text(
        "file,date,note\nT01.xlsx,2023-08-31,\n", encoding="utf-8"
    )
    assert steps(home, round_)[0] == "collect", "a date that the register gives is news"


def test_a_decision_makes_results_stale_and_its_undo_too(home: Home, round_: Round) -> None:
    put(home, "T01")
    run.consolidate(home, round_)
    deciding.excuse(home, round_, "T04", GROUNDS)
    assert steps(home, round_)[0] == "summarise"
    run.summarise(home, round_)
    assert "summarise" not in steps(home, round_)
    deciding.excuse(home, round_, "T04", Grounds("nhầm", "ai", undo=True))
    assert steps(home, round_)[0] == "summarise"
    run.summarise(home, round_, names=GROUNDS)
    assert "summarise" not in steps(home, round_)


def test_replies_are_to_be_written_then_sent(home: Home, round_: Round) -> None:
    put(home, "T01", is_wrong=True)
    run.collect(home, round_)
    assert steps(home, round_)[:2] == ["summarise", "feedback"]
    tonghop("--home", home.root, "consolidate")
    assert steps(home, round_)[0] == "reply"
    assert words(home, round_, "reply")["count"] == 1
    for name in ("T01 (đã sửa).docx", "~$T01.docx", "Ghi chú.docx"):
        (home.replies / name).write_bytes(b"x")
    assert words(home, round_, "reply")["count"] == 1, "what lies beside is no reply"
    correspondence.note_sent(
        home,
        round_,
        [LetterRecord("T01", "feedback", dt.datetime.now(round_.timezone), sent=True)],
        {},
        "vi",
    )
    assert "reply" not in steps(home, round_)
    put(home, "T01", is_wrong=True, cases=9, minutes=5)
    tonghop("--home", home.root, "consolidate")
    assert steps(home, round_)[0] == "reply", "another letter was written since"
    put(home, "T01", minutes=10)
    tonghop("--home", home.root, "consolidate")
    assert not {"reply", "feedback"} & {*steps(home, round_)}


def test_files_of_nobody_and_held_versions_are_to_be_decided(home: Home, round_: Round) -> None:
    put(home, "T01")
    (home.incoming / "lạ.xlsx").write_bytes(b"chu")
    put(home, "T01", cases=3, name="UBND tỉnh Cà Mau.xlsx", minutes=5)
    run.consolidate(home, round_)
    assert steps(home, round_)[:2] == ["unassigned", "held"]
    assert words(home, round_, "unassigned") == {"count": 1, "names": "lạ.xlsx"}
    assert words(home, round_, "held") == {"count": 1, "names": "UBND tỉnh Cà Mau.xlsx"}
    deciding.dismiss(home, round_, "lạ.xlsx", GROUNDS)
    assert "unassigned" not in steps(home, round_)
    deciding.on_submission(home, round_, Choice.EXCLUDE, "UBND tỉnh Cà Mau.xlsx", GROUNDS)
    assert steps(home, round_) == ["summarise", "await", "look"]


def test_silent_agencies_are_reminded_when_the_deadline_is_near(
    home: Home, round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(home, "T01")
    run.consolidate(home, round_)
    at(-4, monkeypatch)
    assert steps(home, round_) == ["await", "look"]
    at(-3, monkeypatch)
    assert steps(home, round_) == ["remind", "look"]
    deciding.extend(home, round_, ["T04"], round_.deadline + dt.timedelta(days=9), GROUNDS)
    assert words(home, round_, "remind")["count"] == len(round_.in_scope) - 2
    at(1, monkeypatch)
    run.remind(home, round_)
    assert steps(home, round_) == ["summarise", "reminder", "look"]
    for agency in round_.in_scope:
        correspondence.note_sent(
            home,
            round_,
            [LetterRecord(agency.code, "remind", dt.datetime.now(round_.timezone), sent=True)],
            {},
            "vi",
        )
    run.summarise(home, round_)
    assert steps(home, round_) == ["look"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_nothing_is_to_be_done_where_nothing_can_be_written(home: Home, round_: Round) -> None:
    put(home, "T01")
    run.collect(home, round_)
    for path in (home.ledger.parent, home.ledger):
        path.chmod(0o500)
    assert steps(home, round_) == []


@pytest.mark.usefixtures("round_")
def test_all_commands_end_so_on_stderr(home: Home) -> None:
    put(home, "T01", is_wrong=True)
    (home.incoming / "lạ.xlsx").write_bytes(b"chu")
    reason = ("--reason", "x")
    commands = [
        ("distribute",),
        ("template",),
        ("collect",),
        ("consolidate",),
        ("feedback",),
        ("remind",),
        ("summarise",),
    ]
    commands += [
        ("status", "--format", "json"),
        ("findings", "--format", "csv"),
        ("figures", "--by", "sector"),
        ("mail", "log"),
        ("rebuild",),
    ]
    commands += [
        ("excuse", "T04", *reason),
        ("dismiss", "lạ.xlsx", *reason),
        ("check", str(home.incoming / "T01.xlsx")),
    ]
    for command in commands:
        done = tonghop("--home", home.root, *command)
        lines = done.stderr.splitlines()
        said = [line for line in lines if line.startswith("→ ")]
        assert 1 <= len(said) <= MOST, command
        assert lines[-len(said) :] == said, command
        assert "→ " not in done.stdout or command[0] == "check", command
    english = tonghop("--home", home.root, "--lang", "en", "status").stderr
    assert (
        "→ The results in data/output are missing or older than the ledger: tonghop summarise"
        in english
    )


@pytest.mark.parametrize("is_lost", [False, True])
def test_a_ledger_made_anew_knows_what_was_taken_in(
    home: Home, round_: Round, *, is_lost: bool
) -> None:
    put(home, "T01")
    (home.incoming / "lạ.xlsx").write_bytes(b"chu")
    (home.incoming / "~$T01.xlsx").write_bytes(b"chu")
    run.consolidate(home, round_)
    if is_lost:
        home.ledger.unlink()
    tonghop("--home", home.root, "rebuild")
    after = steps(home, round_)
    assert "collect" not in after
    assert ("summarise" in after) is is_lost, "only a sound ledger tells what was written from it"
    put(home, "T02")
    assert "collect" in steps(home, round_)


def test_what_reads_makes_nothing_for_it(tmp_path: Path) -> None:
    tonghop("--home", tmp_path, "status")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_goes_while_the_folder_is_looked_at_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "pipeline.stages.freshness.os.walk", lambda folder: [(str(folder), [], ["gone.xlsx"])]
    )
    assert listing(tmp_path) == ""
