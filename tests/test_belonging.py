"""A folder belongs to one round and remembers it; a command that only reads makes nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipeline import run
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.store.belonging import round_for
from schemas.round.load import SCHEMAS, load_round
from tests.books import MINI
from tests.commands import tonghop

READING = (
    ["status"],
    ["findings"],
    ["figures", "--by", "sector"],
    ["trace", "--where", "sector=LV01"],
)
NEEDING = (
    ["pin", "x", "--reason", "x"],
    ["excuse", "BNG", "--reason", "x"],
    ["waive", "T01", "R01", "--reason", "x"],
    ["map", "T01", "Số", "manifestations.cases", "--reason", "x"],
    ["feedback"],
    ["remind"],
    ["summarise"],
)
"""Commands that write, but only into a folder that some command has worked in."""
WRONG = (
    ["pin", "x", "--reason", "x"],
    ["waive", "T01", "R00", "--reason", "x"],
    ["feedback", "BBB"],
    ["remind", "ZZ"],
    ["distribute", "ZZ"],
    ["collect", "/nope"],
    ["consolidate", "/nope"],
    ["summarise", "--compare", "/nope"],
)
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
        assert [each["agency"] for each in json.loads(done.stdout)["agencies"]] == [
            "NOR",
            "SOU",
            "HQ",
        ], done.output
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
    assert (
        tonghop(
            "--home", tmp_path / "home", "--round", tmp_path / "home" / "data" / "mini", "template"
        ).exit_code
        == 0
    )
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


@pytest.mark.parametrize(
    "text",
    [
        '{"round": "mini", "folder": 5}',
        '{"round": 5, "folder": ""}',
        '["x"]',
        "null",
        "7",
        '{"round": "", "folder": ""}',
    ],
)
def test_a_record_of_another_shape_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "round.json").write_text(text, encoding="utf-8")
    with pytest.raises(OperatorError, match="round_file_broken"):
        round_for(Home(tmp_path), None)


def record(home: Path) -> dict[str, str]:
    return dict(json.loads((home / "data" / "round.json").read_text(encoding="utf-8")))


@pytest.fixture
def like_a_shipped_one(tmp_path: Path) -> Path:
    """A home of a round of one's own that has the key of a shipped one."""
    shutil.copytree(
        SCHEMAS / "cv4874", tmp_path / "own", ignore=shutil.ignore_patterns("__pycache__")
    )
    assert (
        tonghop("--home", tmp_path / "home", "--round", tmp_path / "own", "template").exit_code == 0
    )
    return tmp_path / "home"


@pytest.mark.slow
def test_a_round_with_the_key_of_a_shipped_one_stays_the_folders_own(
    like_a_shipped_one: Path,
) -> None:
    home = like_a_shipped_one
    own = {"round": "cv4874", "folder": str(home.parent / "own")}
    for asked in (None, "cv4874"):
        assert round_for(Home(home), asked).folder == home.parent / "own"
    assert tonghop("--home", home, "template").exit_code == 0
    assert record(home) == own
    assert tonghop("--home", home, "--round", "cv4874", "template").exit_code == 0
    assert record(home) == own


@pytest.mark.slow
def test_a_round_with_the_key_of_a_shipped_one_that_is_gone_is_missed(
    like_a_shipped_one: Path,
) -> None:
    home = like_a_shipped_one
    (home.parent / "own").rename(home.parent / "moved")
    for words in ([], ["--round", "cv4874"]):
        done = tonghop("--home", home, *words, "template")
        assert (done.exit_code, str(home.parent / "own") in done.stderr) == (3, True), done.output
    assert tonghop("--home", home, "--round", home.parent / "moved", "template").exit_code == 0
    assert record(home) == {"round": "cv4874", "folder": str(home.parent / "moved")}


def test_a_record_that_notepad_saved_is_read(like_a_shipped_one: Path) -> None:
    path = like_a_shipped_one / "data" / "round.json"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert round_for(Home(like_a_shipped_one), None).folder == like_a_shipped_one.parent / "own"


@pytest.mark.parametrize(
    "words", [["status"], ["collect"], ["--round", str(MINI), "status"]], ids=" ".join
)
def test_a_record_and_a_ledger_of_different_rounds_are_both_named(
    words: list[str], tmp_path: Path
) -> None:
    tonghop("--home", tmp_path, "--round", MINI, "collect")
    path, ledger = tmp_path / "data" / "round.json", tmp_path / "data" / "ledger.sqlite"
    path.write_text('{"round": "cv4874", "folder": ""}', encoding="utf-8")
    done = tonghop("--home", tmp_path, *words)
    assert (done.exit_code, f"xóa {path}" in done.stderr, f"chuyển {ledger}" in done.stderr) == (
        3,
        True,
        True,
    ), done.output
    path.unlink()
    assert tonghop("--home", tmp_path, "--round", MINI, "status").exit_code == 0


# --- commands that fail, or only read ------------------------------------------------------------


@pytest.mark.parametrize("words", [*READING, *NEEDING, ["doctor"]], ids=" ".join)
def test_a_folder_that_is_not_there_is_not_made(words: list[str], tmp_path: Path) -> None:
    done = tonghop("--home", tmp_path / "nhầm" / "sâu", *words)
    assert (done.exit_code, "Không có thư mục" in done.stderr, done.stdout) == (3, True, "")
    assert files(tmp_path) == []


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_a_command_with_wrong_words_makes_nothing(words: list[str], tmp_path: Path) -> None:
    assert tonghop("--home", tmp_path, *words).exit_code == 3
    assert files(tmp_path) == []


def test_the_doctor_makes_nothing(tmp_path: Path) -> None:
    assert tonghop("--home", tmp_path, "doctor").exit_code == 0
    assert files(tmp_path) == []


@pytest.mark.parametrize("words", [*READING, *NEEDING], ids=" ".join)
def test_a_folder_of_other_things_is_refused(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "thơ.txt").touch()
    done = tonghop("--home", tmp_path, *words)
    assert (done.exit_code, "chưa dùng cho đợt báo cáo nào" in done.stderr, done.stdout) == (
        3,
        True,
        "",
    )
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
