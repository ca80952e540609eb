"""The journal: a chain of lines, never behind the ledger; every state of both is answered."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import run
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.stages import deciding
from pipeline.store import journal
from pipeline.store.decisions import Grounds
from schemas.round.round import Round
from tests.books import ROOT, copied
from tests.commands import tonghop
from tests.histories import collected, returns, tables
from tests.often import some

GROUNDS = Grounds("Đang rà soát", "Người trực")
GIVEN = dt.datetime(2023, 9, 14, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def round_(plain_round: Round) -> Round:
    """What a journal tells doesn't depend on what summaries say."""
    return plain_round


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, round_: Round) -> Home:
    return collected(
        Home(tmp_path_factory.mktemp("made")), round_, "T96-1.xlsx", "T96-3.xlsx", "chữ.xlsx"
    )


@pytest.fixture
def home(made: Home, round_: Round, tmp_path: Path) -> Home:
    """The same for each test, in a folder of its own, whose files' new places are known."""
    home = copied(made, tmp_path)
    run.collect(home, round_)
    return home


def lines(home: Home) -> list[dict[str, Any]]:
    return [json.loads(line) for line in home.journal.read_bytes().splitlines()]


def excuse(home: Home, round_: Round, code: str = "T01") -> None:
    deciding.excuse(home, round_, code, GROUNDS)


# --- lines ---------------------------------------------------------------------------------------


def test_each_line_names_the_one_before(home: Home, round_: Round) -> None:
    excuse(home, round_)
    before = ""
    for number, line in enumerate(home.journal.read_bytes().splitlines(), start=1):
        told = json.loads(line)
        assert (told["n"], told["prev"]) == (number, before)
        before = hashlib.sha256(line).hexdigest()
    assert [each["kind"] for each in lines(home)] == [
        "round",
        *["received"] * 3,
        *["placed"] * 3,
        "decided",
    ]


def test_what_is_known_makes_no_line(home: Home, round_: Round) -> None:
    before = home.journal.read_bytes()
    run.collect(home, round_)
    run.collect(home, round_, [home.incoming / "T96-1.xlsx"])
    assert home.journal.read_bytes() == before


def test_a_date_given_twice_is_one_line(home: Home, round_: Round) -> None:
    for _ in range(2):
        run.collect(
            home, round_, [home.incoming / "T96-1.xlsx"], received=GIVEN.astimezone(round_.timezone)
        )
    assert [each["received"] for each in lines(home) if each.get("received_by") == "option"] == [
        GIVEN.astimezone(round_.timezone).isoformat()
    ]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names of files that are no text")
def test_a_place_that_is_no_text_comes_back(home: Home, round_: Round) -> None:
    path = Path(os.fsdecode(os.fsencode(home.incoming) + b"/\xff.xlsx"))
    path.write_bytes(returns()["BYT-1.xlsx"])
    run.collect(home, round_)
    before = tables(home.ledger)
    assert lines(home)[-1]["place"] == str(path)
    assert tonghop("--home", home.root, "rebuild").exit_code == 0
    assert tables(home.ledger) == before


FACTS = st.lists(
    st.dictionaries(
        st.text(min_size=1),
        st.text(st.characters(exclude_categories=())) | st.integers(),
        max_size=3,
    ),
    max_size=5,
)


@pytest.mark.slow
@given(FACTS, st.integers(min_value=0))
def test_facts_come_back_and_any_cut_leaves_whole_lines(
    facts: list[dict[str, Any]], cut: int
) -> None:
    facts = [
        {key: value for key, value in fact.items() if key not in ("n", "prev")} for fact in facts
    ]
    text, last = journal.written(facts, journal.BEGINNING)
    back = journal.chain(text)
    assert (
        [{k: v for k, v in fact.items() if k not in ("n", "prev")} for fact in back.facts],
        back.last,
        back.rest,
    ) == (facts, last, b"")
    torn = journal.chain(text[: cut % (len(text) + 1)])
    assert torn.facts == back.facts[: len(torn.facts)]
    assert torn.is_torn == bool(torn.rest)


@given(FACTS.filter(lambda facts: len(facts) > 1), st.data())
def test_a_changed_byte_breaks_the_chain(facts: list[dict[str, Any]], data: st.DataObject) -> None:
    text, last = journal.written(facts, journal.BEGINNING)
    at = data.draw(st.integers(min_value=0, max_value=len(text) - 1))
    changed = journal.chain(
        text[:at]
        + bytes([text[at] ^ data.draw(st.integers(min_value=1, max_value=255))])
        + text[at + 1 :]
    )
    assert changed.rest or changed.last != last


# --- killed --------------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from pathlib import Path
from pipeline.home import Home
from pipeline.stages import deciding
from pipeline.store import journaling
from pipeline.store.belonging import round_for
from pipeline.store.decisions import Grounds
def kill(*_):
    os.kill(os.getpid(), signal.SIGKILL)
journaling.mark = kill
home = Home(Path(sys.argv[1]))
deciding.excuse(home, round_for(home, None), "T01", Grounds("vì", "ai"))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
@pytest.mark.parametrize(
    "command",
    some(2, [["collect"], ["excuse", "T02", "--reason", "vì"], ["status"], ["summarise"]]),
)
@pytest.mark.slow
def test_what_a_killed_run_had_written_down_is_entered_once(home: Home, command: list[str]) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(home.root)], cwd=ROOT, check=False)
    assert (killed.returncode, lines(home)[-1]["target"], tables(home.ledger)["decision"]) == (
        -signal.SIGKILL,
        "T01",
        [],
    )
    assert (
        "Sổ theo dõi thiếu 1 dòng so với nhật ký" in tonghop("--home", home.root, "doctor").stdout
    )
    for _ in range(2):
        done = tonghop("--home", home.root, *command)
        assert done.exit_code == 0, done.output
        decided = [row[3] for row in tables(home.ledger)["decision"]]
        assert decided == [each["target"] for each in lines(home) if each["kind"] == "decided"]
        assert decided.count("T01") == 1


def test_a_step_that_breaks_leaves_no_line(
    home: Home, round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, held = home.journal.read_bytes(), tables(home.ledger)
    with monkeypatch.context() as patched:
        patched.setattr("pipeline.store.journaling.mark", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            excuse(home, round_)
    assert (home.journal.read_bytes(), tables(home.ledger)) == (before, held)
    excuse(home, round_)
    assert len(tables(home.ledger)["decision"]) == 1


# --- every state of both -------------------------------------------------------------------------


@pytest.mark.parametrize("torn", [b'{"n":8,"prev":"', b"\0" * 40, b"\0" * 40 + b"\n"])
def test_a_torn_last_line_is_cut_off(home: Home, round_: Round, torn: bytes) -> None:
    before = home.journal.read_bytes()
    home.journal.write_bytes(before + torn)
    run.collect(home, round_)
    assert home.journal.read_bytes() == before


def told(home: Home, command: str = "collect") -> list[str]:
    done = tonghop("--home", home.root, command)
    assert done.exit_code == 0, done.output
    return [line for line in done.stderr.splitlines() if "hật ký" in line]


@pytest.mark.slow
def test_a_journal_that_is_missing_is_written_anew_and_told_once(home: Home, round_: Round) -> None:
    excuse(home, round_)
    held = tables(home.ledger)
    home.journal.unlink()
    assert "bị mất hoặc không khớp" in tonghop("--home", home.root, "doctor").stdout
    assert [len(told(home)), len(told(home))] == [1, 0]
    assert {each["kind"] for each in lines(home)} == {"round", "received", "placed", "decided"}
    assert tonghop("--home", home.root, "rebuild").exit_code == 0
    assert {**tables(home.ledger), "about": []} == {**held, "about": []}


def drop_last(text: bytes) -> bytes:
    return b"".join(text.splitlines(keepends=True)[:-1])


def swap_date(text: bytes) -> bytes:
    head, _, last = text.rstrip(b"\n").rpartition(b"\n")
    return head + b"\n" + last.replace(b'"vi', b'"VI') + b"\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    some(
        2,
        [drop_last, swap_date, lambda _: b"", lambda text: text + text, lambda text: b"\n" + text],
    ),
)
def test_a_journal_that_does_not_fit_is_kept_aside_and_told_once(
    home: Home, round_: Round, change: Callable[[bytes], bytes]
) -> None:
    deciding.excuse(home, round_, "T01", Grounds("vi", "ai"))
    changed = change(home.journal.read_bytes())
    home.journal.write_bytes(changed)
    assert tonghop("--home", home.root, "doctor").stdout.count("✗") == 1
    assert [len(told(home)), len(told(home))] == [1, 0]
    assert home.journal.with_name("ledger.old.jsonl").read_bytes() == changed
    assert lines(home)[-1]["target"] == "T01"
    assert not [
        line
        for line in tonghop("--home", home.root, "doctor").stdout.splitlines()
        if "hật ký" in line and "✓" not in line
    ]


@pytest.mark.slow
@pytest.mark.parametrize("command", some(1, ["collect", "status", "feedback"]))
def test_an_old_copy_of_the_ledger_catches_up(
    home: Home, round_: Round, command: str, tmp_path: Path
) -> None:
    copy = Path(shutil.copy(home.ledger, tmp_path / "copy"))
    (home.incoming / "BYT-1.xlsx").write_bytes(returns()["BYT-1.xlsx"])
    run.collect(home, round_)
    excuse(home, round_)
    deciding.waive(home, round_, "T96", "R01", GROUNDS)
    deciding.assign(home, round_, "chữ.xlsx", "T02", GROUNDS)
    held, told = tables(home.ledger), home.journal.read_bytes()
    shutil.copy(copy, home.ledger)
    assert tonghop("--home", home.root, command).exit_code == 0
    now, journal = tables(home.ledger), home.journal.read_bytes()
    letters = now.pop("letter")  # feedback puts its own on record
    assert journal.startswith(told)
    assert (
        journal[len(told) :].count(b'"kind":"letter"')
        == len(letters)
        == journal[len(told) :].count(b"\n")
    )
    for each in (now, held):
        each["about"] = [row for row in each["about"] if row[0] != "journal"]
    assert now == {name: rows for name, rows in held.items() if name != "letter"}


@pytest.mark.slow
def test_a_ledger_that_never_had_this_journal_is_not_written_into(home: Home) -> None:
    """It is a copy of before there were journals, put back: it lacks what the journal tells."""
    with closing(sqlite3.connect(home.ledger)) as db, db:
        db.execute("DELETE FROM about WHERE name='journal'")
    before = home.journal.read_bytes()
    done = tonghop("--home", home.root, "collect")
    assert (done.exit_code, "tonghop rebuild" in done.stderr) == (3, True)
    assert tonghop("--home", home.root, "status").exit_code == 0
    assert home.journal.read_bytes() == before
    assert tonghop("--home", home.root, "rebuild").exit_code == 0
    assert tonghop("--home", home.root, "collect").exit_code == 0


def test_a_journal_that_was_written_when_the_ledger_did_not_know_yet_is_taken(
    home: Home, round_: Round
) -> None:
    """A run was killed after it had written the first journal of an older ledger."""
    home.journal.unlink()
    run.collect(home, round_)
    before = home.journal.read_bytes()
    with closing(sqlite3.connect(home.ledger)) as db, db:
        db.execute("DELETE FROM about WHERE name='journal'")
    run.collect(home, round_)
    assert home.journal.read_bytes() == before


def test_a_kind_of_a_newer_program_is_refused(home: Home, round_: Round) -> None:
    with run.open_ledger(home, round_) as ledger:
        last = ledger.journaling.marked
    assert last
    journal.append(home.journal, [{"kind": "mailed", "subject": "v/v"}], last)
    held = tables(home.ledger)
    with pytest.raises(OperatorError, match="journal_newer") as error:
        run.collect(home, round_)
    assert (error.value.words, tables(home.ledger)) == (
        {"line": last.number + 1, "kind": "mailed"},
        held,
    )


def test_a_line_altered_long_ago_is_named_by_the_doctor(home: Home) -> None:
    text = home.journal.read_bytes()
    home.journal.write_bytes(text.replace(b"2023-09", b"2023-07", 1))
    assert "ở dòng 3" in tonghop("--home", home.root, "doctor").stdout
    assert tonghop("--home", home.root, "rebuild").exit_code == 3


def test_a_journal_taken_away_while_a_command_runs_ends_it(home: Home, round_: Round) -> None:
    with run.open_ledger(home, round_) as ledger:
        home.journal.unlink()
        with pytest.raises(OperatorError, match="journal_changed"):
            ledger.mark_invented()
    with run.open_ledger(home, round_) as ledger:
        assert not ledger.invented
