"""Killed commands: run again, they leave the ledger, archive and outputs of a run unharmed."""

from __future__ import annotations

import hashlib
import importlib
import multiprocessing
import os
import random
import shutil
import sqlite3
import time
import zipfile
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from pipeline.distribute.layout import FIRST_ROW
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.stages import units
from pipeline.store import journal
from pipeline.terminal.commands import main
from schemas.round.round import Round
from tests.books import MINI, filled, round_of

KILLS = int(os.environ.get("TONGHOP_TEST_KILLS", "0"))
"""How many kills there are at least, spread over the stories."""
STORIES = [(0, 1), (1, 3), (2, 3)]
"""A seed each, and how often a command is killed at most."""
WITHOUT = {
    "decision": ("id", "decided_at"),
    "about": ("value",),
    "mark": ("name",),
    "letter": ("id", "at"),
}
"""Columns that depend on when something was done: another run has other values there."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        "fork" not in multiprocessing.get_all_start_methods(),
        reason="kills processes that were started by fork",
    ),
]


@dataclass(frozen=True)
class Incoming:
    """A round, and two folders of returns to it: what came first, and what came to correct it."""

    round: Round
    first: Path
    second: Path


CODES = ("NOR", "SOU", "HQ", "A1", "A2")
"""Who sends returns; two more send none."""


@pytest.fixture(scope="module")
def incoming(tmp_path_factory: pytest.TempPathFactory) -> Incoming:
    """Right and wrong returns of five agencies, a copy, a zip, no returns; two resubmissions."""
    folder = tmp_path_factory.mktemp("incoming")
    came = Incoming(_few_tables(folder / "round"), folder / "1", folder / "2")
    for number, code in enumerate(CODES):
        _return(came.round, came.first / f"{code}.xlsx", code, number, is_wrong=number > 2)
    _other_files(came.first)
    for number, code in enumerate(CODES[2:4], start=10):
        _return(came.round, came.second / f"{code} sửa.xlsx", code, number, is_wrong=False)
    return came


def _few_tables(folder: Path) -> Round:
    """A round of three tables and seven agencies: quick, so that kills meet files, not figures."""
    shutil.copytree(MINI, folder, ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "codelists" / "agencies.csv").open("a", encoding="utf-8") as agencies:
        agencies.writelines(
            f"A{number},Office {number},Office {number},REG,,yes,\n" for number in range(1, 5)
        )
    return round_of(folder)


def _other_files(folder: Path) -> None:
    returns = sorted(folder.iterdir())
    shutil.copy2(returns[0], folder / "z bản sao.xlsx")
    (folder / "z chữ.xlsx").write_text("chữ", encoding="utf-8")
    (folder / "z đứt.xlsx").write_bytes(returns[1].read_bytes()[:5000])
    with zipfile.ZipFile(folder / "z gói.zip", "w") as archive:
        for path in returns[:3]:
            archive.writestr(
                zipfile.ZipInfo(f"trong/{path.name}", (2023, 9, 9, 8, 0, 0)),
                path.read_bytes() + b"\0",
            )


def _return(round_: Round, path: Path, code: str, number: int, *, is_wrong: bool) -> None:
    rows = f"quarter | building | inspected | passed\n2030 | SCH | {number + 3} | 2\n2030 | HOS | {number} |"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(
        filled(
            round_,
            code,
            more={"Inspections": {f"C{FIRST_ROW}": "many"}} if is_wrong else None,
            inspections=rows,
        )
    )
    os.utime(path, (1_693_500_000 + number,) * 2)


def story(came: Incoming) -> list[list[str]]:
    """A round from its template to its summaries, with every command that writes."""
    one, two, three, four, five = CODES
    grounds = ["--reason", "theo công văn", "--by", "Phòng tổng hợp"]
    commands = [
        ["template"],
        ["distribute", one, two],
        ["collect", str(came.first)],
        ["pin", f"{three}.xlsx", *grounds],
        ["collect", str(came.second), "--received", "2031-07-12"],
        ["exclude", f"{four} sửa.xlsx", *grounds],
        ["waive", five, "V02", "--severity", "W", *grounds],
        ["map", one, "Number inspected", "inspections.inspected", *grounds],
        ["excuse", "A4", *grounds],
        ["assign", "z chữ.xlsx", one, *grounds],
        ["dismiss", "z đứt.xlsx", *grounds],
        ["extend", "--until", "2031-07-20", *grounds],
        ["feedback"],
        ["remind", "A3"],
        ["summarise"],
        ["rebuild"],
        ["pin", f"{three}.xlsx", "--undo", *grounds],
        ["assign", "z chữ.xlsx", "--undo", *grounds],
        ["consolidate", str(came.first), str(came.second)],
    ]
    return [["--round", str(came.round.folder), *command] for command in commands]


def _run(root: Path, command: Sequence[str]) -> None:
    os.setsid()
    units.BATCH_FILES = 4
    main(["--home", str(root), *command])


def _started(root: Path, command: Sequence[str]) -> multiprocessing.Process:
    process = multiprocessing.get_context("fork").Process(target=_run, args=(root, command))
    process.start()
    return process  # type: ignore[return-value]


def finish(root: Path, command: Sequence[str]) -> float:
    """Run a command to its end and return its seconds; what a killed one did is undone before."""
    start = time.monotonic()
    process = _started(root, command)
    process.join()
    assert process.exitcode in ((0, OperatorError.exit_code) if "--undo" in command else (0,)), (
        command
    )
    return time.monotonic() - start


def kill(root: Path, command: Sequence[str], after: float) -> bool:
    """Kill a command after some seconds, with all its processes; False if it had ended before."""
    process = _started(root, command)
    process.join(after)
    is_alive = process.is_alive()
    if is_alive:
        process.kill()
    process.join()
    assert not psutil.wait_procs(_session(process.pid or 0), timeout=20)[1], command
    return is_alive


def _session(leader: int) -> list[psutil.Process]:
    """The processes of a session, but for those that only wait to be forgotten by the system."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess, ProcessLookupError):
            if os.getsid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def ledger(path: Path) -> dict[str, dict[str, object]]:
    """Rows of every ledger table without moments; repeated decisions and letters count once."""
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = [
            name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        rows = {table: Counter(_lasting(db, table)) for table in tables}
    db.close()
    return {
        table: Counter(set(held)) if table in ("decision", "letter") else held
        for table, held in rows.items()
    }


def _lasting(db: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    columns = [
        name
        for (name,) in db.execute("SELECT name FROM pragma_table_info(?)", (table,))
        if name not in WITHOUT.get(table, ())
    ]
    named = ", ".join(f'"{column}"' for column in columns) or "1"
    # other marks can be lost: a thing is said, or written, once more
    which = "WHERE name LIKE 'compared:%'" if table == "mark" else ""
    return db.execute(f'SELECT {named} FROM "{table}" {which}').fetchall()


def files(folder: Path) -> dict[str, str]:
    """The hash of each file in a folder, half-written ones of killed runs included."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths
    }


def state(root: Path) -> dict[str, dict[str, object]]:
    """What a folder holds that must not depend on kills."""
    home = Home(root)
    assert not journal.read(home.journal).rest
    return {
        **ledger(home.ledger),
        "archive": files(home.archive),
        "output": files(home.output),
        "templates": files(home.templates),
    }


@pytest.fixture(scope="module")
def undisturbed(
    tmp_path_factory: pytest.TempPathFactory, incoming: Incoming
) -> tuple[list[float], dict[str, dict[str, object]]]:
    """How long each command takes, and what is there at the end."""
    for module in (
        "pipeline.run",
        "pipeline.check.judge",
        "pipeline.stages.replies",
        "pipeline.summarise.books",
    ):
        # before processes are forked off: kills then strike the work, not the imports
        importlib.import_module(module)
    root = tmp_path_factory.mktemp("undisturbed")
    seconds = [finish(root, command) for command in story(incoming)]
    return seconds, state(root)


@pytest.mark.parametrize(("seed", "most"), STORIES)
def test_a_killed_command_is_run_again_as_if_nothing_had_happened(
    seed: int,
    most: int,
    tmp_path: Path,
    incoming: Incoming,
    undisturbed: tuple[list[float], dict[str, dict[str, object]]],
) -> None:
    seconds, expected = undisturbed
    chance, killed = random.Random(seed), 0
    while killed <= KILLS // len(STORIES):
        root = tmp_path / str(killed)
        for command, lasts in zip(story(incoming), seconds, strict=True):
            killed += sum(
                kill(root, command, chance.uniform(0.01, 1.0) * lasts)
                for _ in range(chance.randint(1, most))
            )
            finish(root, command)
        _same(state(root), expected)
        Home(root).ledger.unlink()
        finish(root, [*story(incoming)[0][:2], "rebuild"])
        _same(state(root), expected)
        shutil.rmtree(root)


def _same(held: dict[str, dict[str, object]], expected: dict[str, dict[str, object]]) -> None:
    for part, value in held.items():
        assert value == expected[part], part
