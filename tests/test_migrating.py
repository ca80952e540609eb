"""A folder of 0.3.1 opens whole, even interrupted; several rounds, newer programs, compare."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline import run
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.store import schema
from pipeline.store.migrating import OLD
from schemas.round.round import Round
from tests.books import MINI, ROOT, filled, round_of
from tests.commands import tonghop
from tests.histories import tables
from tests.often import some
from tests.posted import posted

pytestmark = pytest.mark.slow  # whole rounds through the engine

KEPT = ROOT / "tests" / "homes" / OLD
COPY = f"ledger.{OLD}.sqlite"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """The folder as 0.3.1 left it."""
    shutil.copytree(KEPT / "data", tmp_path / "data")
    return Home(tmp_path)


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    """What 0.3.1 said of it."""
    return dict(json.loads((KEPT / "expected.json").read_text(encoding="utf-8")))


def query(path: Path, text: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(text).fetchall()


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return list(db.iterdump())


COLUMNS_THEN = 9
"""Code, name, five sums, collectives, agencies: the first columns of figures to this day."""


def plain(frame: pd.DataFrame) -> list[list[Any]]:
    """Figures as 0.3.1 gave them: 0 where none was given, no lines for confirmed nil."""
    lines = frame.iloc[:, :COLUMNS_THEN].astype(object).fillna(0).to_numpy().tolist()
    return [line for line in lines if any(line[2:-1])]


def test_nothing_is_lost(home: Home, round_: Round, expected: dict[str, Any]) -> None:
    _, agencies = run.status(home, round_)
    kept = agencies[agencies["standing"] != "missing"]
    assert dict(zip(kept["agency"], kept["standing"], strict=True)) == expected["standing"]
    with run.open_ledger(home, round_) as ledger:
        assert ledger.is_current
        columns = ["name", "agency", "received", "received_by", "verdict"]
        assert ledger.submissions().sort_values("submission")[columns].to_numpy().tolist() == [
            row[:5] for row in expected["submissions"]
        ]
        assert (
            sorted([sha256[:12], name, *when] for (sha256, name), when in ledger.dates().items())
            == expected["receipts"]
        )
        record = [
            [
                d.choice,
                d.agency,
                d.target,
                d.reason,
                d.by,
                d.at.isoformat(),
                d.value,
                d.approver,
                str(d.until or ""),
                d.revoked,
            ]
            for d in ledger.decisions()
        ]
        assert record == expected["decisions"]
    found = run.findings(home, round_, everything=True)
    assert [[f.agency, f.rule, f.answer] for f in found if f.answer] == expected["answers"]
    assert plain(run.figures(home, round_, "agency")) == expected["figures"]


def test_what_lay_where_is_known_after_it(home: Home, round_: Round) -> None:
    before = query(home.ledger, "SELECT path, size, changed, sha256 FROM place ORDER BY path")
    run.status(home, round_)
    assert (
        query(home.ledger, "SELECT path, size, changed, sha256 FROM place ORDER BY path") == before
    )
    assert len(before) == 11


def test_the_old_ledger_is_kept_beside(home: Home, round_: Round) -> None:
    before = dump(home.ledger)
    run.status(home, round_)
    assert dump(home.ledger.with_name(COPY)) == before
    assert query(home.ledger, "PRAGMA user_version") == [(schema.LAYOUT,)]


def test_what_is_not_written_back_yet_is_in_the_copy(home: Home, round_: Round) -> None:
    """0.3.1 was killed: its last decision is in the log beside the ledger alone."""
    with closing(sqlite3.connect(home.ledger)) as held:
        held.execute("PRAGMA journal_mode=WAL")
        held.execute("INSERT INTO mark VALUES ('invented')")
        held.commit()
        run.status(home, round_)
    assert ("invented",) in query(home.ledger.with_name(COPY), "SELECT name FROM mark")
    with run.open_ledger(home, round_) as ledger:
        assert ledger.invented


def test_it_is_told_once(home: Home) -> None:
    first, second = (tonghop("--home", home.root, "status") for _ in range(2))
    assert f"data/{COPY}" in first.stderr
    assert COPY not in second.stderr


def test_a_verdict_that_became_another_is_told_once(home: Home) -> None:
    with closing(sqlite3.connect(home.ledger)) as db, db:
        db.execute("UPDATE submission SET verdict='to_correct' WHERE name='dung.xlsx'")
    first, second = (
        tonghop("--home", home.root, "--lang", lang, "figures", "--by", "agency")
        for lang in ("vi", "en")
    )
    assert "  T49: cần sửa → đạt, có cảnh báo (dung.xlsx)" in first.stderr.splitlines()
    assert "T49" not in second.stderr


def test_rows_that_0_3_1_dropped_on_reading_come_back(
    home: Home, expected: dict[str, Any], round_: Round
) -> None:
    """0.3.1 emptied a table whose declaration had changed and left submissions unjudged."""
    with closing(sqlite3.connect(home.ledger)) as db, db:
        db.execute('DELETE FROM "cv4874.manifestations"')
        db.execute("UPDATE submission SET judged_by=''")
    assert plain(run.figures(home, round_, "agency")) == expected["figures"]


def test_what_the_archive_lost_stays_as_it_was_judged_and_is_told(
    home: Home, expected: dict[str, Any], round_: Round
) -> None:
    shutil.rmtree(home.archive)
    done = tonghop("--home", home.root, "figures", "--by", "agency", "--format", "json")
    assert (done.exit_code, "dung.xlsx" in done.stderr) == (0, True)
    assert plain(run.figures(home, round_, "agency")) == expected["figures"]
    assert (
        "dung.xlsx"
        not in tonghop("--home", home.root, "figures", "--by", "agency", "--format", "json").stderr
    )


# --- interrupted ---------------------------------------------------------------------------------

KILLED = """
import sys, time
from pathlib import Path
from pipeline.store import Ledger, migrating, rows
from schemas.round.load import load_round
from tests.often import some
def slow(*_, **__):
    print("here", flush=True); time.sleep(60)
{where} = slow
Ledger(Path(sys.argv[1]), load_round("cv4874"), "1")
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "where",
    some(
        3,
        [
            "migrating._copied_beside",
            "migrating.os.fsync",
            "rows.adopt",
            "migrating._take_round",
            "migrating.untold.remark",
        ],
    ),
)
def test_a_kill_leaves_the_old_one_usable(
    where: str, home: Home, round_: Round, expected: dict[str, Any]
) -> None:
    before = dump(home.ledger)
    command = [sys.executable, "-c", KILLED.format(where=where), str(home.ledger)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
        os.kill(process.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        process.wait()
    assert dump(home.ledger) == before
    assert plain(run.figures(home, round_, "agency")) == expected["figures"]
    assert sorted(path.name for path in home.ledger.parent.glob("*ledger.*sqlite*")) == [
        COPY,
        "ledger.sqlite",
    ]


def test_a_copy_of_another_ledger_is_not_written_over(home: Home, round_: Round) -> None:
    home.ledger.with_name(COPY).write_bytes(b"another")
    run.status(home, round_)
    assert home.ledger.with_name(COPY).read_bytes() == b"another"
    assert query(
        home.ledger.with_name(f"ledger.{OLD}-2.sqlite"), "SELECT COUNT(*) FROM submission"
    ) == [(10,)]


def test_two_programs_that_migrate_at_once_do_it_once(home: Home) -> None:
    command = [
        sys.executable,
        "-m",
        "pipeline.terminal.commands",
        "--home",
        str(home.root),
        "status",
    ]
    both = [
        subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    told = [process.communicate()[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert [path.name for path in home.ledger.parent.glob(f"ledger.{OLD}*")] == [COPY]


# --- other ledgers -------------------------------------------------------------------------------


def test_a_newer_programs_ledger_is_refused_and_left_alone(home: Home) -> None:
    with closing(sqlite3.connect(home.ledger)) as db:
        db.execute(f"PRAGMA user_version={schema.LAYOUT + 1}")
    before = home.ledger.read_bytes()
    for command in (["status"], ["collect"], ["summarise"]):
        done = tonghop("--home", home.root, *command)
        assert (done.exit_code, "mới hơn" in done.stderr) == (3, True), done.output
    assert home.ledger.read_bytes() == before


def test_an_even_older_ledger_is_refused_and_left_alone(home: Home, round_: Round) -> None:
    with closing(sqlite3.connect(home.ledger)) as db, db:
        db.execute("ALTER TABLE submission DROP COLUMN late_days")
    before = dump(home.ledger)
    with pytest.raises(OperatorError, match="ledger_other_layout"):
        run.status(home, round_)
    assert dump(home.ledger) == before
    assert not home.ledger.with_name(COPY).exists()


def two_rounds(home: Home) -> None:
    """A return of the round ``mini`` beside those of cv4874, as 0.3.1 wrote it."""
    with closing(sqlite3.connect(home.ledger)) as db, db:
        db.execute(
            "INSERT INTO submission (round, sha256, name, size, received, received_by, agency, verdict) "
            "VALUES ('mini', 'ab', 'm.xlsx', 1, '2031-07-01T00:00:00+00:00', 'mtime', 'NOR', 'accepted')"
        )
        db.execute(
            "INSERT INTO receipt VALUES (11, 'm.xlsx', '2031-07-01T00:00:00+00:00', 'mtime')"
        )
        db.execute(
            'CREATE TABLE "mini.fines" (submission INTEGER, row INTEGER, building TEXT, fined REAL, amount REAL, day TEXT, has_error INTEGER)'
        )


def test_of_two_rounds_the_one_asked_for_is_taken_and_the_other_told(home: Home) -> None:
    two_rounds(home)
    done = tonghop("--home", home.root, "status", "--format", "json")
    assert (done.exit_code, "Đợt mini vẫn còn trong data/ledger.0.3.1.sqlite" in done.stderr) == (
        0,
        True,
    ), done.output
    assert query(home.ledger, "SELECT name FROM submission WHERE sha256='ab'") == []
    assert query(home.ledger, "SELECT * FROM receipt WHERE submission=11") == []
    assert query(home.ledger.with_name(COPY), "SELECT name FROM submission WHERE round='mini'") == [
        ("m.xlsx",)
    ]
    assert tonghop("--home", home.root, "--round", MINI, "status").exit_code == 3


def test_the_other_of_two_rounds_can_be_asked_for(home: Home) -> None:
    two_rounds(home)
    done = tonghop("--home", home.root, "--round", MINI, "status")
    assert (done.exit_code, "cv4874 vẫn còn" in done.stderr) == (0, True), done.output
    assert query(home.ledger, "SELECT name FROM submission") == [("m.xlsx",)]
    assert query(home.ledger, "SELECT COUNT(*) FROM decision") == [(0,)]


@pytest.mark.slow
def test_a_comparison_migrates_a_copy(home: Home, tmp_path: Path, plain_round: Round) -> None:
    shutil.copytree(home.root / "data", tmp_path / "now" / "data")
    before = {path: path.read_bytes() for path in (home.root / "data").rglob("*") if path.is_file()}
    words = ("--home", tmp_path / "now", "--round", plain_round.folder)
    done = tonghop(*words, "summarise", "--compare", home.ledger)
    assert done.exit_code == 0, done.output
    assert {
        path: path.read_bytes() for path in (home.root / "data").rglob("*") if path.is_file()
    } == before


def test_the_doctor_only_looks(home: Home) -> None:
    before = dump(home.ledger)
    done = tonghop("--home", home.root, "doctor")
    assert "do phiên bản 0.3.1 lập" in done.stdout
    assert dump(home.ledger) == before


@pytest.mark.parametrize("lacks", [("mail", "letter"), ()])
def test_a_ledger_of_0_5_is_as_it_would_be_today(lacks: tuple[str, ...], tmp_path: Path) -> None:
    """Programs of 0.5 kept the days late; only the later ones knew of mails and letters."""
    home, round_ = Home(tmp_path / "home"), round_of(MINI)
    posted(
        home.incoming / "a.eml",
        ("a.xlsx", filled(round_, "NOR", inspections="quarter|building|inspected\n2030|SCH|3")),
    )
    run.collect(home, round_)
    before, expected = dict(tables(home.ledger)), run.status(home, round_)[1]
    with closing(sqlite3.connect(home.ledger)) as db:
        for column in ("likely", "is_doubted", "is_blank", "kind"):
            db.execute(f"ALTER TABLE submission DROP COLUMN {column}")
        db.execute("ALTER TABLE submission ADD COLUMN late_days INTEGER NOT NULL DEFAULT 0")
        for table in lacks:
            db.execute(f"DROP TABLE {table}")
        db.execute("PRAGMA user_version=1")
        db.commit()
    assert run.status(home, round_)[1].equals(expected)
    after = dict(tables(home.ledger))
    assert [name for name in before if after[name] != before[name]] == [
        name for name in lacks if before[name]
    ]
    assert run.collect(home, round_).duplicate == 1
