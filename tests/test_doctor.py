"""The doctor: a sound folder is called sound, and each fault is named with what to do."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest

from pipeline import run
from pipeline.collect.intake.archive import is_whole, whole_bytes
from pipeline.distribute import issue
from pipeline.home import Home
from pipeline.stages.doctor import Health, examine
from pipeline.store.outputs import outputs
from schemas.round.round import Round
from schemas.words import LANGUAGES, catalogue
from tests.books import copied
from tests.commands import tonghop
from tests.incoming import outdated


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory, round_: Round) -> Home:
    home = Home(tmp_path_factory.mktemp("home"))
    ((code, workbook),) = issue.workbooks(round_, round_.in_scope[:1])
    (home.incoming / f"{code}.xlsx").write_bytes(workbook)
    run.template(home, round_)
    run.collect(home, round_)
    return home


@pytest.fixture
def home(sound: Home, tmp_path: Path) -> Home:
    return copied(sound, tmp_path)


def ill(home: Home, round_: Round) -> dict[str, Health]:
    return {
        each.key: each.health for each in examine(home, round_) if each.health is not Health.GOOD
    }


def files(home: Home) -> list[Path]:
    return sorted(
        path for path in home.root.rglob("*") if path.is_file() and "ledger" not in path.name
    )


def test_a_sound_folder_is_called_sound_and_left_as_it_was(home: Home, round_: Round) -> None:
    before = files(home)
    assert ill(home, round_) == {}
    assert files(home) == before
    done = tonghop("--home", home.root, "doctor")
    assert done.exit_code == 0
    assert all(line.startswith("✓ ") for line in done.stdout.splitlines())


@pytest.mark.slow
def test_a_file_that_is_gone_from_the_archive_is_named_and_comes_back_with_the_next_collection(
    home: Home, round_: Round
) -> None:
    (kept,) = home.archive.iterdir()
    kept.unlink()
    done = tonghop("--home", home.root, "doctor")
    name = f"{round_.in_scope[0].code}.xlsx"
    assert (
        done.exit_code,
        f"✗ Kho lưu trữ {home.archive} thiếu hoặc hỏng tệp: {name}." in done.stdout,
    ) == (1, True)
    run.collect(home, round_)
    assert kept.is_file()
    assert tonghop("--home", home.root, "doctor").exit_code == 0


def test_an_empty_folder_is_no_fault(tmp_path: Path, round_: Round) -> None:
    assert ill(Home(tmp_path), round_) == {}


def test_each_fault_is_named(home: Home, round_: Round) -> None:
    (home.templates / "cv4874.xlsx").write_bytes(b"PK")
    next(path for path in home.archive.iterdir() if path.is_file()).write_bytes(b"x")
    (home.output / "tien-do-va-loi.xlsx").write_bytes(b"PK")
    (home.output / "~$tien-do-va-loi.xlsx").write_bytes(b"")
    assert ill(home, round_) == {
        "template_other": Health.DOUBTFUL,
        "archive_damaged": Health.BAD,
        "open_files": Health.DOUBTFUL,
    }
    outdated(home)
    assert "outdated" in ill(home, round_)


def test_a_ledger_that_is_none_is_named(home: Home, round_: Round) -> None:
    for path in home.ledger.parent.glob("ledger.sqlite*"):
        path.unlink()
    home.ledger.write_text("không phải sổ" * 100, encoding="utf-8")
    home.ledger.chmod(0o600)
    assert ill(home, round_) == {"ledger_broken": Health.BAD}


def test_every_sentence_is_there_in_both_languages() -> None:
    first, *others = (catalogue(lang)["screen"]["doctor"] for lang in LANGUAGES)
    assert all(
        {key: set(entry) for key, entry in other.items()}
        == {key: set(entry) for key, entry in first.items()}
        for other in others
    )


def test_a_folder_in_the_place_of_a_kept_file_costs_that_file_alone_its_reading(
    home: Home, round_: Round
) -> None:
    code, other = (agency.code for agency in round_.in_scope[:2])
    (kept,) = home.archive.iterdir()
    kept.unlink()
    kept.mkdir()
    (kept / "cua-toi.txt").write_text("x", encoding="utf-8")
    ((_, workbook),) = issue.workbooks(round_, round_.in_scope[1:2])
    (home.incoming / f"{other}.xlsx").write_bytes(workbook)
    with zipfile.ZipFile(home.incoming / "goi.zip", "w") as archive:
        archive.write(home.incoming / f"{code}.xlsx", "trong-goi.xlsx")
    done = tonghop("--home", home.root, "collect")
    assert done.exit_code == 0
    collected = run.collect(home, round_)
    assert [(each.name, each.reason) for each in collected.ignored] == [
        (f"{code}.xlsx", "occupied"),
        ("goi.zip/trong-goi.xlsx", "occupied"),
    ]
    assert {path.name for path in kept.iterdir()} == {"cua-toi.txt"}
    with run.open_ledger(home, round_) as ledger:
        assert set(ledger.submissions()["name"]) == {f"{code}.xlsx", f"{other}.xlsx"}
    found = {each.key: each.words for each in examine(home, round_) if each.health is Health.BAD}
    assert set(found) == {"archive_damaged", "archive_occupied"}
    assert found["archive_occupied"]["paths"] == kept.as_posix()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ledger.jsonl", "outputs.jsonl", "ledger.sqlite"])
def test_a_folder_in_the_place_of_a_record_is_something_wrong_and_no_end(
    name: str, home: Home, round_: Round
) -> None:
    path = home.data / name
    path.unlink()
    path.mkdir()
    done = tonghop("--home", home.root, "doctor")
    assert (done.exit_code, done.stdout.count("✗")) == (1, 1), done.stdout
    (key,) = (each.key for each in examine(home, round_) if each.health is Health.BAD)
    assert key == ("ledger_lost" if name == "ledger.sqlite" else "unreadable")


def test_outputs_that_are_gone_are_a_remark(home: Home, round_: Round) -> None:
    with outputs(home, "summarise") as out:
        for number in range(12):
            out.write(home.output / f"{number:02}.html", b"x").unlink()
    assert ill(home, round_) == {"outputs_gone": Health.DOUBTFUL}
    (words,) = [each.words for each in examine(home, round_) if each.key == "outputs_gone"]
    assert (words["count"], str(words["names"]).split(", ")[-2:]) == (
        12,
        ["data/output/09.html", "…"],
    )


@pytest.mark.slow
def test_an_old_copy_of_ledger_and_journal_is_told_by_the_outputs_that_know_more(
    home: Home, round_: Round
) -> None:
    sha256 = "0" * 64
    (home.output / "nguon.json").write_text(
        json.dumps({"sources": [{"sha256": sha256}]}), encoding="utf-8"
    )
    assert ill(home, round_) == {"outputs_know_more": Health.BAD}
    assert tonghop("--home", home.root, "doctor").exit_code == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are POSIX")
def test_a_named_pipe_in_the_archive_is_no_file_and_not_waited_for(home: Home) -> None:
    (kept,) = home.archive.iterdir()
    kept.unlink()
    os.mkfifo(kept)
    assert not is_whole(kept, kept.name)
    assert whole_bytes(kept, kept.name) is None
