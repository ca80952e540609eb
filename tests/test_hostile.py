"""A folder of nothing but trouble: ``collect`` ends in bounded memory, each file has a reason."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.home import Home
from tests.books import MINI, round_of
from tests.hostile import Hostile, put_all

pytestmark = pytest.mark.slow
AGENCY = "NOR"
HANGING = 900
"""Seconds after which a run isn't slow but hangs."""
MEMORY_KB = 1_600_000
"""What the parent or one of its workers may hold: a worker's limit and what it starts with."""
LEADER = (
    "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:], capture_output=True); sys.stderr.buffer.write(done.stderr);"
    "print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)
"""Runs a command from a small process of its own, so that only the command's memory is measured."""


@dataclass(frozen=True)
class Outcome:
    home: Home
    code: int
    told: str
    memory: int
    answers: dict[str, set[str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("incoming")


@pytest.fixture(scope="module")
def cases(folder: Path) -> list[Hostile]:
    return put_all(folder, round_of(MINI), AGENCY)


@pytest.fixture(scope="module")
def outcome(
    cases: list[Hostile], folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Outcome:
    assert cases
    home = Home(tmp_path_factory.mktemp("home"))
    command = [
        sys.executable,
        "-m",
        "pipeline.terminal.commands",
        "--lang",
        "en",
        "--home",
        str(home.root),
        "--round",
        str(MINI),
        "collect",
        str(folder),
    ]
    leader = [sys.executable, "-c", LEADER, *command]
    done = subprocess.run(
        leader, capture_output=True, text=True, encoding="utf-8", check=True, timeout=HANGING
    )
    code, memory = map(int, done.stdout.split())
    return Outcome(home, code, done.stderr, memory, answers(home, done.stderr))


def answers(home: Home, told: str) -> dict[str, set[str]]:
    """By shown name, what was said of each file: verdict, findings, or why it was ignored."""
    said: dict[str, set[str]] = defaultdict(set)
    with sqlite3.connect(home.ledger) as ledger:
        for name, verdict, message in ledger.execute(
            "SELECT s.name, s.verdict, f.message FROM submission s LEFT JOIN finding f ON f.submission=s.id"
        ):
            said[name] |= {verdict, message or ""}
    ledger.close()
    for name, reason in re.findall(r"^Ignored: (.*) \(([^()]*)\)$", told, re.MULTILINE):
        said[name] |= {"ignored", reason}
    return said


def test_it_ends_well_and_holds_little_memory(outcome: Outcome) -> None:
    assert (outcome.code, "Traceback" in outcome.told) == (0, False), outcome.told
    assert outcome.memory < MEMORY_KB


def test_every_file_has_its_reason(outcome: Outcome, cases: list[Hostile]) -> None:
    from schemas.words import ui

    wrong = {}
    for case in cases:
        # a damaged directory of parts may look like an archive of files, each with an answer of its
        # own
        name = case.shown or case.name
        said = set().union(
            *(
                answer
                for shown, answer in outcome.answers.items()
                if shown == name or shown.startswith(f"{name}/")
            )
        )
        if said and "*" in case.answers:
            continue
        given = case.answers or ("accepted",)
        expected = {
            answer
            if "." in answer or "ignored" not in said
            else ui(f"collect.ignored.{answer}", "en")
            for answer in given
        }
        if not said & expected:
            wrong[case.name] = (said, case.answers)
    assert wrong == {}


def test_nothing_is_lost_from_the_count(outcome: Outcome) -> None:
    line = next(line for line in outcome.told.splitlines() if " files seen: " in line)
    seen, *rest = map(int, re.findall(r"\d+", line))
    assert seen == sum(rest)


def test_nothing_was_written_but_at_home(outcome: Outcome, folder: Path) -> None:
    assert not list(folder.parent.rglob("up.xlsx"))
    assert not Path("/root.xlsx").exists()
    assert all(re.fullmatch("[0-9a-f]{64}", path.name) for path in outcome.home.archive.iterdir())
