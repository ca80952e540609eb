"""A declaration that changes in mid-round has its rows judged again; no row is lost."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest

from pipeline import run
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.model import Choice, Verdict
from pipeline.stages import deciding
from pipeline.stages.ledgers import untold
from pipeline.store import Untold
from pipeline.store.decisions import Grounds
from pipeline.store.earlier import Comparison
from schemas.round.load import load_round
from schemas.round.round import Round
from tests.books import MINI, ROOT, copied, filled, round_of
from tests.commands import tonghop
from tests.often import some

pytestmark = pytest.mark.slow  # whole rounds through the engine

NORTH = """
    quarter | building | inspected | passed
    2030    | SCH      | 10        | 7
    2030    | HOS      | 4         |
"""
SOUTH = """
    quarter | building | inspected | passed
    2030    | SCH      | 3         | 2
"""

PASSED = '    passed = count("Passed", unit="buildings")\n'
CHANGES = {
    "column added": ("tables.py", PASSED, PASSED + '    failed = count("Failed")\n'),
    "column removed": ("tables.py", PASSED, ""),
    "column renamed": ("tables.py", PASSED, PASSED.replace("passed =", "in_order =")),
    "kind changed": (
        "tables.py",
        PASSED,
        PASSED.replace("count", "text").replace(', unit="buildings"', ""),
    ),
    "number to decimal": ("tables.py", PASSED, PASSED.replace("count", "decimal")),
    "code added": ("codelists/buildings.csv", "HOS,", "MIL,Mill,4,,\nHOS,"),
    "code changed": ("codelists/buildings.csv", "HOS,", "CLI,"),
    "code removed": ("codelists/buildings.csv", 'HOS,"Hospital, clinic",2,clinic,\n', ""),
}
READING = {
    "status": run.status,
    "figures": lambda home, round_: run.figures(home, round_, "building"),
    "trace": lambda home, round_: run.trace(home, round_, [("building", "SCH")]),
    "findings": run.findings,
    "summarise": run.summarise,
    "feedback": run.feedback,
}


@pytest.fixture(scope="module")
def before() -> Round:
    return round_of(MINI)


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory, before: Round) -> Home:
    home = Home(tmp_path_factory.mktemp("mini"))
    (home.incoming / "a.xlsx").write_bytes(filled(before, "NOR", inspections=NORTH))
    (home.incoming / "b.xlsx").write_bytes(filled(before, "SOU", inspections=SOUTH))
    (home.incoming / "nhan.csv").write_text(
        "file,date,note\na.xlsx,2031-07-01,\nb.xlsx,2031-07-02,\n", encoding="utf-8"
    )
    run.collect(home, before)
    return home


@pytest.fixture
def home(taken_in: Home, tmp_path: Path) -> Home:
    return copied(taken_in, tmp_path / "home")


def changed(folder: Path, change: str) -> Round:
    """The round ``mini`` with one change of its declaration."""
    shutil.copytree(MINI, folder, ignore=shutil.ignore_patterns("__pycache__"))
    file, old, new = CHANGES[change]
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    return load_round(folder)


def lose(home: Home, *agencies: str) -> None:
    """Take the files of these agencies out of the archive."""
    with run.open_ledger(home, round_of(MINI)) as ledger:
        kept = ledger.submissions()
    for sha256 in kept.loc[kept["agency"].isin(agencies), "sha256"]:
        (home.archive / sha256).unlink()


def collected_anew(home: Home, round_: Round, folder: Path) -> pd.DataFrame:
    """The figures of the same files, taken in under ``round_`` from the start."""
    shutil.copytree(home.incoming, folder / "data" / "incoming")
    shutil.copytree(home.definitions, folder / "data" / "definitions")
    run.collect(Home(folder), round_)
    return run.figures(Home(folder), round_, "building")


SPLIT = (
    "codelists/buildings.csv",
    """code,name,order,aliases,ambiguous
SCH,School,1,college,
HOS,"Hospital, clinic",2,clinic,
OTH,Other building,3,,unknown
""",
    """code,name,order,aliases,ambiguous,succeeds
SCH,School,1,college,,
HSP,Hospital,2,,,HOS
CLI,Clinic,3,,,
OTH,Other building,4,,unknown,
""",
)


def test_rows_under_a_code_that_was_split_are_counted_under_its_successor_and_told(
    home: Home, before: Round, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CHANGES, "code split", SPLIT)
    today = changed(tmp_path / "round", "code split")
    assert run.figures(home, before, "building").set_index("building")["inspected"].to_dict() == {
        "SCH": 13,
        "HOS": 4,
    }
    counted = run.figures(home, today, "building").set_index("building")["inspected"]
    assert counted.to_dict() == {"SCH": 13, "HSP": 4}
    told = [each for each in run.findings(home, today) if each.rule == "V08"]
    assert [
        (each.severity, each.agency, each.value, each.words["taken"], each.cells) for each in told
    ] == [("N", "NOR", "Hospital, clinic", "Hospital", ("B10",))]
    with run.open_ledger(home, today) as ledger:
        assert ledger.submissions()["verdict"].tolist() == [Verdict.ACCEPTED, Verdict.ACCEPTED]


@pytest.mark.parametrize("change", CHANGES)
def test_what_a_change_touches_is_judged_again_before_it_is_shown(
    change: str, home: Home, tmp_path: Path
) -> None:
    today = changed(tmp_path / "round", change)
    shown = run.figures(home, today, "building")
    assert not shown.empty
    pd.testing.assert_frame_equal(shown, collected_anew(home, today, tmp_path / "anew"))


@pytest.mark.parametrize("command", READING)
@pytest.mark.parametrize("lost", [("NOR",), ("NOR", "SOU")], ids="+".join)
def test_without_the_files_no_command_shows_anything(
    command: str, lost: tuple[str, ...], home: Home, tmp_path: Path
) -> None:
    today = changed(tmp_path / "round", "column added")
    lose(home, *lost)
    for _ in range(2):  # it isn't forgotten
        with pytest.raises(OperatorError, match="rows_of_another_form") as error:
            READING[command](home, today)
        assert error.value.words["names"] == ", ".join(
            {"NOR": "a.xlsx", "SOU": "b.xlsx"}[agency] for agency in lost
        )


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("between", some(1, [run.status, run.collect]), ids=["status", "collect"])
def test_a_change_taken_back_finds_every_row(
    change: str, between: Callable[[Home, Round], object], home: Home, before: Round, tmp_path: Path
) -> None:
    """Of the lost file its rows alone tell what was in it."""
    figures = run.figures(home, before, "building")
    today = changed(tmp_path / "round", change)
    lose(home, "NOR")
    shutil.rmtree(home.incoming)
    with suppress(OperatorError):
        between(home, today)
    pd.testing.assert_frame_equal(run.figures(home, before, "building"), figures)


def test_a_file_that_is_found_again_ends_it(home: Home, tmp_path: Path) -> None:
    today = changed(tmp_path / "round", "column renamed")
    lose(home, "NOR", "SOU")
    with pytest.raises(OperatorError, match="rows_of_another_form"):
        run.status(home, today)
    run.collect(home, today, [home.incoming / "a.xlsx", home.incoming / "b.xlsx"])
    pd.testing.assert_frame_equal(
        run.figures(home, today, "building"), collected_anew(home, today, tmp_path / "anew")
    )


def test_a_file_that_is_lost_for_good_can_be_excluded(home: Home, tmp_path: Path) -> None:
    today = changed(tmp_path / "round", "column added")
    lose(home, "NOR")
    deciding.on_submission(
        home, today, Choice.EXCLUDE, "a.xlsx", Grounds("Không tìm lại được", "Người trực")
    )
    assert run.figures(home, today, "building").set_index("building")["inspected"].to_dict() == {
        "SCH": 3
    }


def test_the_command_says_what_is_missing_and_what_to_do(home: Home, tmp_path: Path) -> None:
    changed(tmp_path / "round", "column added")
    lose(home, "NOR")
    for lang, said in (("vi", "không mất gì"), ("en", "nothing is lost")):
        done = tonghop(
            "--home",
            home.root,
            "--round",
            tmp_path / "round",
            "--lang",
            lang,
            "figures",
            "--by",
            "building",
        )
        assert (done.exit_code, done.stdout) == (3, "")
        assert "a.xlsx" in done.stderr
        assert said in done.stderr
        assert "tonghop collect" in done.stderr


def test_a_verdict_that_a_change_of_the_declaration_alters_is_told_once(
    home: Home, tmp_path: Path
) -> None:
    changed(tmp_path / "round", "code removed")
    command = ("--home", home.root, "--round", tmp_path / "round", "status", "--format", "json")
    first, second = tonghop(*command), tonghop(*command)
    assert "  NOR: đạt → cần sửa (a.xlsx)" in first.stderr.splitlines()
    assert [line for line in second.stderr.splitlines() if not line.startswith("→")] == []


TOLD = "  NOR: đạt → cần sửa (a.xlsx)"
DECISIONS = {
    "waive": ["waive", "NOR", "R02", "--reason", "x"],
    "map": ["map", "NOR", "Other", "inspections.passed", "--reason", "x"],
    "pin": ["pin", "a.xlsx", "--reason", "x"],
    "undo": ["pin", "a.xlsx", "--undo", "--reason", "x"],
}


@pytest.mark.parametrize("decision", DECISIONS)
def test_it_is_told_by_a_decision_that_comes_first(
    decision: str, home: Home, before: Round, tmp_path: Path
) -> None:
    if decision == "undo":
        deciding.on_submission(home, before, Choice.PIN, "a.xlsx", Grounds("x", "y"))
    changed(tmp_path / "round", "code removed")
    command = ("--home", home.root, "--round", tmp_path / "round")
    first = tonghop(*command, *DECISIONS[decision])
    assert (first.exit_code, first.stderr.splitlines().count(TOLD)) == (0, 1), first.output
    assert TOLD not in tonghop(*command, "status").stderr


@pytest.mark.skipif(os.name == "nt", reason="a shell's redirections")
@pytest.mark.parametrize("nowhere", [">/dev/full", ">&-"])
def test_what_could_not_be_said_is_said_the_next_time(
    nowhere: str, home: Home, tmp_path: Path
) -> None:
    changed(tmp_path / "round", "code removed")
    command = ("--home", str(home.root), "--round", str(tmp_path / "round"), "status")
    line = shlex.join([sys.executable, "-m", "pipeline.terminal.commands", *command])
    subprocess.run(["/bin/sh", "-c", f"{line} >/dev/null 2{nowhere}"], cwd=ROOT, check=False)
    assert TOLD in tonghop(*command).stderr.splitlines()
    assert TOLD not in tonghop(*command).stderr


def test_what_is_written_while_something_is_told_is_told_the_next_time(
    home: Home, tmp_path: Path
) -> None:
    today = changed(tmp_path / "round", "code removed")
    run.status(home, today)
    with untold(home, today) as first, run.open_ledger(home, today) as ledger:
        ledger.remark("lost", {"names": "x.xlsx", "path": "y"})
        with ledger.transaction():
            ledger.amend(first.changed[0].submission, (), Verdict.UNREADABLE)
    assert [each.after for each in first.changed] == ["to_correct"]
    with untold(home, today) as second:
        assert [each.key for each in second.remarks] == ["lost"]
        assert [(each.before, each.after) for each in second.changed] == [
            ("accepted", "unreadable")
        ]
    with untold(home, today) as third:
        assert third == Untold()


KILLED = """
import sys, time
from pathlib import Path
from pipeline import run
from pipeline.home import Home
from pipeline.stages import units
from pipeline.store import Ledger
from schemas.round.load import load_round
from tests.often import some
units.BATCH_FILES = 1
write, written = Ledger.write, []
def slow(*words):
    if len(written) == int(sys.argv[3]):
        print("here", flush=True); time.sleep(60)
    written.append(write(*words))
Ledger.write = slow
if __name__ == "__main__":
    run.status(Home(Path(sys.argv[1])), load_round(sys.argv[2]))
"""


@pytest.mark.parametrize("written", [0, 1])
def test_a_kill_while_it_is_judged_again_loses_nothing(
    written: int, home: Home, tmp_path: Path
) -> None:
    today = changed(tmp_path / "round", "column renamed")
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    command = [sys.executable, str(script), str(home.root), str(tmp_path / "round"), str(written)]
    with subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
        os.kill(process.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        process.wait()
    pd.testing.assert_frame_equal(
        run.figures(home, today, "building"), collected_anew(home, today, tmp_path / "anew")
    )


def test_an_earlier_state_of_another_form_is_compared(home: Home, tmp_path: Path) -> None:
    today = changed(tmp_path / "round", "column added")
    earlier = copied(home, tmp_path / "earlier")
    kept = {path: path.read_bytes() for path in earlier.root.rglob("*") if path.is_file()}
    run.summarise(home, today, compare=Comparison(earlier.root))
    assert {path: path.read_bytes() for path in earlier.root.rglob("*") if path.is_file()} == kept
    lose(earlier, "NOR")
    with pytest.raises(OperatorError, match="compare_other_version"):
        run.summarise(home, today, compare=Comparison(earlier.root))
