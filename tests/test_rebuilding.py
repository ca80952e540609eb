"""Archive and journal rebuild the lost ledger table by table; an empty one makes nothing."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from pipeline import run
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.stages import deciding
from pipeline.stages.rebuilding import rebuild
from pipeline.store.decisions import Grounds
from pipeline.store.migrating import OLD
from schemas.round.round import Round
from tests.books import ROOT, copied
from tests.commands import tonghop
from tests.histories import Operator, collected, ledger_files, lose_ledger, tables
from tests.often import some, times

READING = (
    ["status"],
    ["figures", "--by", "agency"],
    ["findings"],
    ["trace", "--where", "agency=T96"],
    ["summarise"],
    ["feedback"],
    ["remind"],
)


def made_anew(home: Home, round_: Round) -> dict[str, list[tuple[object, ...]]]:
    rebuild(home, round_, lambda _done, _total: None)
    return dict(tables(home.ledger))


@pytest.fixture(scope="module")
def round_(plain_round: Round) -> Round:
    """What a ledger holds doesn't depend on what summaries say."""
    return plain_round


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, round_: Round) -> Home:
    """A folder with returns and decisions, summarised."""
    home = collected(Home(tmp_path_factory.mktemp("made")), round_)
    deciding.waive(home, round_, "T96", "R01", Grounds("Đang rà soát", "Người trực"))
    run.summarise(home, round_)
    return home


@pytest.fixture
def home(made: Home, tmp_path: Path) -> Home:
    return copied(made, tmp_path)


@pytest.mark.parametrize("seed", times(1, 6))
@pytest.mark.slow
def test_the_ledger_is_the_lost_one_whatever_had_happened(
    seed: int, tmp_path: Path, round_: Round
) -> None:
    home = Home(tmp_path)
    operator = Operator(home, seed)
    operator.work(steps=12)
    before = lose_ledger(home)
    assert made_anew(home, round_) == before, operator.steps


@pytest.mark.slow
def test_a_ledger_of_0_3_1_is_given_back_too(tmp_path: Path, round_: Round) -> None:
    shutil.copytree(ROOT / "tests" / "homes" / OLD / "data", tmp_path / "data")
    home = Home(tmp_path)
    run.status(home, round_)
    assert not home.journal.exists()
    run.collect(home, round_)
    before = lose_ledger(home)
    assert made_anew(home, round_) == before


@pytest.mark.slow
def test_rebuilding_a_sound_ledger_changes_nothing_and_keeps_it(home: Home, round_: Round) -> None:
    before = tables(home.ledger)
    assert made_anew(home, round_) == before
    assert tables(home.ledger.with_name("ledger.old.sqlite")) == before
    assert made_anew(home, round_) == before
    assert home.ledger.with_name("ledger.old-2.sqlite").exists()


@pytest.mark.parametrize("is_garbled", [False, True], ids=["gone", "garbled"])
@pytest.mark.slow
def test_the_log_of_the_old_ledger_is_not_taken_for_the_new_ones(
    home: Home, *, is_garbled: bool
) -> None:
    """It was killed: what it had not written back yet lies in its log alone."""
    before, log = tables(home.ledger), home.ledger.with_name(f"{home.ledger.name}-wal")
    with closing(sqlite3.connect(home.ledger)) as held:
        held.execute("UPDATE submission SET name='sai'")
        held.commit()
        left = log.read_bytes()
    lose_ledger(home)
    log.write_bytes(left)
    if is_garbled:
        home.ledger.write_bytes(b"no ledger at all" * 1000)
    done = tonghop("--home", home.root, "rebuild")
    assert (done.exit_code, "data/ledger.old.sqlite" in done.stderr) == (0, is_garbled), done.output
    assert tables(home.ledger) == before
    assert (
        not is_garbled
        or home.ledger.with_name("ledger.old.sqlite").read_bytes() == b"no ledger at all" * 1000
    )


@pytest.mark.slow
def test_returns_whose_bytes_are_gone_stay_registered_and_are_named(
    home: Home, round_: Round
) -> None:
    run.collect(home, round_)  # they lie elsewhere than those of which this is a copy
    before = lose_ledger(home)
    by_name = {str(row[2]): str(row[1]) for row in before["submission"]}
    (home.archive / by_name["T01-1.xlsx"]).unlink()
    (home.archive / by_name["BYT-2.xlsx"]).write_bytes(b"x")
    done = tonghop("--home", home.root, "rebuild")
    told = [line.split()[0] for line in done.stderr.splitlines() if "đã vào sổ" in line]
    assert (done.exit_code, sorted(told)) == (0, ["BYT-2.xlsx", "T01-1.xlsx"]), done.output
    after = tables(home.ledger)
    assert after["receipt"] == before["receipt"]
    assert [row[:6] for row in after["submission"]] == [row[:6] for row in before["submission"]]
    for _ in range(2):  # as long as they wait
        assert (
            "chưa kiểm tra nên chưa được tổng hợp: BYT-2.xlsx, T01-1.xlsx."
            in tonghop("--home", home.root, "status").stderr
        )
    run.collect(home, round_)
    assert "chưa được tổng hợp" not in tonghop("--home", home.root, "status").stderr
    assert tables(home.ledger) == before


# --- killed --------------------------------------------------------------------------------------

KILLED = """
import os, signal, sys, time
from pathlib import Path
from pipeline.home import Home
from pipeline.stages import rebuilding
from schemas.round.load import load_round
def kill(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
{where} = kill
rebuilding.rebuild(Home(Path(sys.argv[1])), load_round("cv4874"), lambda *_: None)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
@pytest.mark.parametrize(
    "where",
    some(
        2,
        [
            "rebuilding._put_in_place",
            "rebuilding.judge_all",
            "rebuilding.Path.replace",
            "rebuilding.make_names_last",
        ],
    ),
)
def test_a_kill_at_any_step_is_made_good_by_running_it_again(
    where: str, home: Home, round_: Round
) -> None:
    before = tables(home.ledger)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED.format(where=where), str(home.root)], cwd=ROOT, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert made_anew(home, round_) == before


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
def test_a_kill_between_the_old_ledger_and_the_new_loses_neither(home: Home, round_: Round) -> None:
    """The old one is aside, the new one not yet in place."""
    before = tables(home.ledger)
    where = "aside = rebuilding._put_aside\nrebuilding._put_aside = lambda ledger: (aside(ledger), kill())\nunused"
    killed = subprocess.run(
        [sys.executable, "-c", KILLED.format(where=where), str(home.root)], cwd=ROOT, check=False
    )
    assert (killed.returncode, home.ledger.exists()) == (-signal.SIGKILL, False)
    assert tonghop("--home", home.root, "status").exit_code == 3
    assert made_anew(home, round_) == before
    assert tables(home.ledger.with_name("ledger.old.sqlite")) == before


# --- refused -------------------------------------------------------------------------------------


def outputs(home: Home) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in home.output.rglob("*") if path.is_file()}


def make_empty(home: Home, round_: Round) -> None:
    """Put an empty ledger there, of a program without a journal."""
    fresh = Home(home.root / "fresh")
    with run.open_ledger(fresh, round_):
        pass
    shutil.copy(fresh.ledger, home.ledger)
    with closing(sqlite3.connect(home.ledger)) as db, db:
        db.execute("DELETE FROM about WHERE name='journal'")


@pytest.mark.slow
@pytest.mark.parametrize("is_empty", [False, True], ids=["gone", "empty"])
@pytest.mark.parametrize(("with_journal", "key"), [(True, "ledger_lost"), (False, "all_lost")])
def test_nothing_is_made_from_a_lost_ledger(
    home: Home, round_: Round, key: str, *, with_journal: bool, is_empty: bool
) -> None:
    lose_ledger(home)
    if not with_journal:
        home.journal.unlink()
    if is_empty:
        make_empty(home, round_)
    before, said = outputs(home), "tonghop rebuild" if with_journal else "--received"
    for command in (*READING, ["pin", "T01.xlsx", "--reason", "x"]):
        done = tonghop("--home", home.root, *command)
        assert (done.exit_code, done.stdout, said in done.stderr) == (3, "", True), (
            command,
            done.output,
        )
    for decide in (Operator.waive, Operator.map_column, Operator.excuse):
        with pytest.raises(OperatorError, match=key):
            decide(Operator(home, 1))
    assert outputs(home) == before
    doctor = tonghop("--home", home.root, "doctor")
    told = [line for line in doctor.stdout.splitlines() if line.startswith(("✗", "  →"))]
    assert (doctor.exit_code, [line[0] for line in told], said in told[1]) == (
        1,
        ["✗", " "],
        True,
    ), told


def test_outputs_alone_tell_that_there_was_more(home: Home, round_: Round) -> None:
    lose_ledger(home)
    home.journal.unlink()
    shutil.rmtree(home.archive)
    with pytest.raises(OperatorError, match="all_lost"):
        run.status(home, round_)


def test_collecting_beside_a_journal_without_its_ledger_is_refused(home: Home) -> None:
    lose_ledger(home)
    for command in ("collect", "consolidate"):
        done = tonghop("--home", home.root, command)
        assert (done.exit_code, "tonghop rebuild" in done.stderr, home.ledger.exists()) == (
            3,
            True,
            False,
        ), done.output


@pytest.mark.slow
def test_where_all_is_lost_collecting_begins_anew_and_says_so(home: Home) -> None:
    lose_ledger(home)
    home.journal.unlink()
    done = tonghop("--home", home.root, "collect")
    assert (done.exit_code, "Một sổ mới đã được lập" in done.stderr) == (0, True), done.output
    assert tonghop("--home", home.root, "summarise").exit_code == 0


@pytest.mark.slow
def test_outputs_that_know_more_than_the_ledger_are_not_written_over(home: Home) -> None:
    """All was lost, and only some of the originals were found again."""
    lose_ledger(home)
    home.journal.unlink()
    (home.incoming / "T96-1.xlsx").unlink()
    before = outputs(home)
    done = tonghop("--home", home.root, "consolidate")
    assert (done.exit_code, "liệt kê 1 bản gửi" in done.stderr) == (3, True), done.output
    assert outputs(home) == before
    shutil.rmtree(home.output)
    assert tonghop("--home", home.root, "summarise").exit_code == 0


def test_a_folder_is_of_the_round_of_its_journal(home: Home) -> None:
    lose_ledger(home)
    (home.root / "data" / "round.json").unlink()
    mini = ROOT / "tests" / "rounds" / "mini"
    assert tonghop("--home", home.root, "--round", mini, "rebuild").exit_code == 3
    assert tonghop("--home", home.root, "rebuild").exit_code == 0


@pytest.mark.parametrize(
    ("change", "key"),
    [("gone", "journal_gone"), ("altered", "journal_broken"), ("cut out", "journal_broken")],
)
def test_without_a_whole_journal_it_is_refused(
    home: Home, round_: Round, change: str, key: str
) -> None:
    lose_ledger(home)
    lines = home.journal.read_bytes().splitlines(keepends=True)
    changed = {
        "gone": b"",
        "altered": lines[0] + lines[1].replace(b"2023-", b"2022-", 1) + b"".join(lines[2:]),
        "cut out": lines[0] + b"".join(lines[2:]),
    }
    home.journal.write_bytes(changed[change])
    if change == "gone":
        home.journal.unlink()
    with pytest.raises(OperatorError, match=key) as error:
        rebuild(home, round_, lambda _done, _total: None)
    assert error.value.words.get("line") == {"journal_gone": None, "altered": 3, "cut out": 2}.get(
        change if key == "journal_broken" else key
    )
    assert not ledger_files(home)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="rights of files")
def test_the_journal_is_readable_for_nobody_else(home: Home) -> None:
    assert home.journal.stat().st_mode & 0o777 == 0o600


def test_nothing_that_people_read_has_them_collect_the_archive() -> None:
    """The archive alone knows no names or dates: all returns would be late, under hashes."""
    read = [*(ROOT / "schemas").rglob("*.toml"), *ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    wrong = [
        path.name
        for path in read
        if re.search(r"collect\b[^.;]*data/archive", path.read_text(encoding="utf-8"))
    ]
    assert not wrong
