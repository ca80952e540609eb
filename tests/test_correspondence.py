"""What was written and sent to whom and when: put on record, journalled, given back by rebuild."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline import run
from pipeline.home import OUTPUT, Home
from pipeline.machine.clock import NOW
from pipeline.stages.rebuilding import rebuild
from schemas.round.round import Round
from tests.books import MINI, copied, filled, round_of
from tests.commands import tonghop
from tests.histories import tables
from tests.incoming import put


@pytest.fixture(scope="module")
def round_() -> Round:
    return round_of(MINI)


def told(home: Home, *words: str) -> list[dict[str, str]]:
    done = tonghop("--home", home.root, "--round", MINI, "mail", "log", "--format", "json", *words)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def wrote(tmp_path_factory: pytest.TempPathFactory, round_: Round) -> Home:
    """A folder with issued workbooks, a reply and two reminders."""
    home = Home(tmp_path_factory.mktemp("wrote"))
    home.root.joinpath("dia-chi.csv").write_text(
        "agency,to,cc\nNOR,n@x.example;m@x.example,c@x.example\n", encoding="utf-8"
    )
    words = ("--home", home.root, "--round", MINI)
    assert tonghop(*words, "distribute", "NOR").exit_code == 0
    put(
        home.incoming / "a.xlsx",
        filled(round_, "NOR", inspections="quarter|building|inspected\n2030|SCH|1\n2030|SCH|2"),
        "2031-06-01T08:00:00+00:00",
    )
    run.collect(home, round_)
    assert tonghop(*words, "feedback").exit_code == 0
    assert tonghop(*words, "remind", "--as-of", "2031-07-01").exit_code == 0
    return home


@pytest.fixture
def written(wrote: Home, tmp_path: Path) -> Home:
    return copied(wrote, tmp_path)


def test_letters_are_on_record_once_as_long_as_they_are_the_same(written: Home) -> None:
    listed = [
        (each["agency"], each["about"], each["state"], each["to"], each["cc"])
        for each in told(written)
    ]
    assert sorted(listed) == [
        ("HQ", "remind", "written", "", ""),
        ("NOR", "distribute", "written", "n@x.example; m@x.example", "c@x.example"),
        ("NOR", "feedback", "written", "n@x.example; m@x.example", "c@x.example"),
        ("SOU", "remind", "written", "", ""),
    ]
    tonghop("--home", written.root, "--round", MINI, "remind", "--as-of", "2031-07-01")
    assert len(told(written)) == 4
    tonghop("--home", written.root, "--round", MINI, "remind", "--as-of", "2031-07-02")
    assert len(told(written)) == 6


def test_no_folder_is_made_for_letters_that_no_command_wrote(home: Home) -> None:
    assert (
        tonghop("--home", home.root, "--round", MINI, "distribute", "NOR", "--eml").exit_code == 0
    )
    assert [path.name for path in (home.root / OUTPUT).iterdir() if path.is_dir()] == ["phat-hanh"]


def test_what_was_sent_by_hand_is_entered(written: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NOW, "2031-07-04T08:00:00+00:00")
    words = (
        "--home",
        written.root,
        "--round",
        MINI,
        "mail",
        "log",
        "--add",
        "nor",
        "--about",
        "remind",
        "--on",
        "2031-07-03",
        "--by",
        "A",
        "--note",
        "call",
    )
    assert tonghop(*words).exit_code == 0
    [last] = [each for each in told(written) if each["state"] == "sent"]
    assert (last["agency"], last["state"], last["at"], last["to"], last["by"], last["note"]) == (
        "NOR",
        "sent",
        "2031-07-03T00:00:00+00:00",
        "n@x.example; m@x.example",
        "A",
        "call",
    )
    assert tonghop("--home", written.root, "--round", MINI, "mail", "log").exit_code == 0
    assert (
        tonghop("--home", written.root, "--round", MINI, "mail", "log", "--add", "NOBODY").exit_code
        == 3
    )


def test_an_agency_is_named_as_in_all_commands_and_a_mail_was_sent_now(
    written: Home, round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NOW, "2031-07-04T08:00:00+00:00")
    assert (
        tonghop(
            "--home",
            written.root,
            "--round",
            MINI,
            "mail",
            "log",
            "--add",
            round_.by_agency["NOR"].name,
        ).exit_code
        == 0
    )
    [sent] = [each for each in told(written) if each["state"] == "sent"]
    assert (sent["agency"], sent["at"]) == ("NOR", "2031-07-04T08:00:00+00:00")


def test_what_was_written_before_there_was_a_ledger_comes_on_record_with_the_first_letter_sent(
    home: Home,
) -> None:
    words = ("--home", home.root, "--round", MINI)
    assert tonghop(*words, "distribute", "NOR", "SOU").exit_code == 0
    assert tonghop(*words, "mail", "log", "--add", "NOR", "--about", "distribute").exit_code == 0
    assert sorted((each["agency"], each["state"]) for each in told(home)) == [
        ("NOR", "sent"),
        ("NOR", "written"),
        ("SOU", "written"),
    ]


def test_no_letter_was_sent_on_a_day_to_come(
    written: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NOW, "2031-07-04T08:00:00+00:00")
    words = ("--home", written.root, "--round", MINI, "mail", "log", "--add", "NOR", "--on")
    refused = tonghop(*words, "05/07/2031")
    assert (refused.exit_code, "05/07/2031" in refused.stderr, "04/07/2031" in refused.stderr) == (
        3,
        True,
        True,
    )
    assert not [each for each in told(written) if each["state"] == "sent"]
    assert tonghop(*words, "04/07/2031").exit_code == 0


def test_letters_to_many_are_entered_at_once(written: Home, round_: Round) -> None:
    words = ("--home", written.root, "--round", MINI, "mail", "log", "--about", "remind")
    said = tonghop(*words, "--add", "nor", "--add", round_.by_agency["SOU"].name)
    assert (said.exit_code, "2 cơ quan: NOR, SOU" in said.stderr) == (0, True)
    assert "2 cơ quan: NOR, HQ" in tonghop(*words, "--add", "NOR", "--add-all").stderr
    assert len({each["subject"] for each in told(written) if each["about"] == "remind"}) == 1
    sent = [
        (each["agency"], bool(each["sha256"])) for each in told(written) if each["state"] == "sent"
    ]
    assert sent == [("NOR", False), ("SOU", True), ("NOR", False), ("HQ", True)], (
        "HQ and SOU have a reminder, NOR none"
    )
    for about in ("remind", "other"):  # all are on record; which letters isn't said
        refused = tonghop(*words[:-1], about, "--add-all")
        assert (refused.exit_code, "--add-all" in refused.stderr) == (2, True)


def test_rebuild_gives_letters_back(written: Home, round_: Round) -> None:
    before = dict(tables(written.ledger))
    rebuild(written, round_, lambda _done, _total: None)
    assert dict(tables(written.ledger)) == before
    assert len(told(written)) == 4
