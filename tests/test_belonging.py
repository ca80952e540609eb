"""A folder belongs to one round and remembers it; a command that only reads makes nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipeline import run
from pipeline.errors import OperatorError
from pipeline.home import Home
from schemas.round.load import load_round
from tests.books import MINI
from tests.commands import tonghop

READING = (["status"], ["findings"], ["figures", "--by", "sector"], ["trace", "--where", "sector=LV01"])
COMMANDS = (
    *READING,
    ["template"],
    ["distribute"],
    ["collect"],
    ["consolidate"],
    ["feedback"],
    ["remind"],
    ["summarise"],
    ["doctor"],
    ["check", "x.xlsx"],
    ["excuse", "T01", "--reason", "x"],
    ["waive", "T01", "R01", "--reason", "x"],
    ["pin", "x.xlsx", "--reason", "x"],
    ["map", "T01", "Số", "manifestations.cases", "--reason", "x"],
)


def files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which forms of the round ``mini`` were issued and nothing has come yet."""
    folder = tmp_path_factory.mktemp("mini")
    assert tonghop("--home", folder, "--round", MINI, "distribute").exit_code == 0
    return folder


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_another_round_is_refused_by_every_command(words: list[str], mini: Path) -> None:
    before = files(mini)
    done = tonghop("--home", mini, "--round", "cv4874", *words)
    assert (done.exit_code, done.stdout) == (3, ""), done.output
    assert "là của đợt “mini”, không phải “cv4874”" in done.stderr
    assert files(mini) == before


def test_without_a_round_the_folders_own_is_taken(mini: Path) -> None:
    for words in ([], ["--round", "mini"], ["--round", str(MINI)]):
        done = tonghop("--home", mini, *words, "status", "--format", "json")
        assert [each["agency"] for each in json.loads(done.stdout)["agencies"]] == ["NOR", "SOU", "HQ"], done.output
    assert tonghop("--home", mini, "distribute", "NOR").exit_code == 0
    assert not (mini / "data" / "output" / "phat-hanh" / "T01.xlsx").exists()


def test_a_ledger_alone_says_its_round(tmp_path: Path) -> None:
    tonghop("--home", tmp_path, "--round", MINI, "collect")
    (tmp_path / "data" / "round.json").unlink()
    done = tonghop("--home", tmp_path, "--round", "cv4874", "distribute")
    assert (done.exit_code, "“mini”" in done.stderr) == (3, True)
    done = tonghop("--home", tmp_path, "status")
    assert (done.exit_code, "không tìm thấy khai báo" in done.stderr) == (3, True), done.output


def test_a_declaration_that_is_gone_is_named_and_may_lie_elsewhere(tmp_path: Path) -> None:
    first, second, home = tmp_path / "first", tmp_path / "second", tmp_path / "home"
    shutil.copytree(MINI, first)
    assert tonghop("--home", home, "--round", first, "template").exit_code == 0
    first.rename(second)
    done = tonghop("--home", home, "status")
    assert (done.exit_code, str(first) in done.stderr) == (3, True), done.output
    assert tonghop("--home", home, "--round", second, "template").exit_code == 0
    assert tonghop("--home", home, "status").exit_code == 0


def test_a_declaration_in_the_folder_moves_with_it(tmp_path: Path) -> None:
    shutil.copytree(MINI, tmp_path / "home" / "data" / "mini")
    assert tonghop("--home", tmp_path / "home", "--round", tmp_path / "home" / "data" / "mini", "template").exit_code == 0
    (tmp_path / "home").rename(tmp_path / "moved")
    assert tonghop("--home", tmp_path / "moved", "status").exit_code == 0


def test_the_engine_refuses_it_too(mini: Path) -> None:
    for command in (run.status, run.distribute, run.collect, run.summarise):
        with pytest.raises(OperatorError, match="other_round"):
            command(Home(mini), load_round("cv4874"))


def test_a_record_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "round.json").write_text("{", encoding="utf-8")
    done = tonghop("--home", tmp_path, "status")
    assert (done.exit_code, "round.json" in done.stderr) == (3, True), done.output


# --- commands that only read -----------------------------------------------------------------------


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_a_folder_that_is_not_there_is_not_made(words: list[str], tmp_path: Path) -> None:
    done = tonghop("--home", tmp_path / "nhầm" / "sâu", *words)
    assert (done.exit_code, "Không có thư mục" in done.stderr, done.stdout) == (3, True, "")
    assert files(tmp_path) == []


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_a_folder_of_other_things_is_refused(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "thơ.txt").touch()
    done = tonghop("--home", tmp_path, *words)
    assert (done.exit_code, "chưa dùng cho đợt báo cáo nào" in done.stderr, done.stdout) == (3, True, "")
    assert files(tmp_path) == [tmp_path / "thơ.txt"]


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_an_empty_folder_stays_empty_and_has_no_ledger(words: list[str], tmp_path: Path) -> None:
    done = tonghop("--home", tmp_path, *words)
    assert (done.exit_code, "chưa có sổ theo dõi" in done.stderr) == (0, True), done.output
    assert files(tmp_path) == []


def test_after_distribute_everybody_is_missing(mini: Path) -> None:
    before = files(mini)
    done = tonghop("--home", mini, "status", "--format", "json")
    assert json.loads(done.stdout)["coverage"]["missing"] == 3
    assert files(mini) == before
