"""Access: private files for the owner alone under any umask; outputs if so configured."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import run
from pipeline.home import Home
from pipeline.machine.files import write_beside
from pipeline.stages import deciding
from pipeline.stages.doctor import Health, examine
from pipeline.store.decisions import Grounds
from tests.books import MINI, round_of
from tests.commands import tonghop
from tests.often import some

pytestmark = pytest.mark.skipif(
    os.name != "posix", reason="rights of files are Windows' own folder's there"
)


@pytest.fixture(autouse=True, params=some(1, [0o000, 0o022, 0o077]), ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def consolidated(folder: Path, *words: str) -> Home:
    """A small round with a return, issued, collected, summarised."""
    home = Home(folder)
    (home.incoming / "NOR.xlsx").write_bytes(b"no workbook")
    for command in ("distribute", "consolidate"):
        assert tonghop("--home", folder, "--round", MINI, command, *words).exit_code == 0
    return home


def modes(folder: Path) -> dict[str, int]:
    """The rights of a folder and all that is in it."""
    return {
        path.relative_to(folder.parent).as_posix(): path.stat().st_mode & 0o777
        for path in (folder, *folder.rglob("*"))
    }


def of(folder: Path) -> set[tuple[bool, int]]:
    """The rights that folders have, and files."""
    return {(path.is_dir(), path.stat().st_mode & 0o777) for path in (folder, *folder.rglob("*"))}


PRIVATE, OPEN = {(True, 0o700), (False, 0o600)}, {(True, 0o755), (False, 0o644)}


@pytest.mark.slow
def test_all_that_is_kept_is_the_accounts_alone(tmp_path: Path) -> None:
    home = consolidated(tmp_path)
    assert [of(folder) for folder in (home.archive, home.definitions, home.output)] == [PRIVATE] * 3
    assert home.data.stat().st_mode & 0o777 == 0o700
    names = {
        path.name: path.stat().st_mode & 0o777 for path in home.data.iterdir() if path.is_file()
    }
    assert names == dict.fromkeys(
        ("ledger.sqlite", "ledger.jsonl", "ledger.lock", "round.json", "outputs.jsonl"), 0o600
    )


@pytest.mark.slow
def test_files_beside_an_open_ledger_are_too(tmp_path: Path) -> None:
    home = consolidated(tmp_path)
    with run.open_ledger(home, round_of(MINI)) as ledger:
        ledger.mark_invented()
        found = {
            path.name: path.stat().st_mode & 0o777 for path in home.data.glob("ledger.sqlite*")
        }
    assert found == dict.fromkeys(
        ("ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"), 0o600
    )


@pytest.mark.slow
def test_outputs_are_opened_and_stay_so_until_they_are_closed(tmp_path: Path) -> None:
    home = consolidated(tmp_path, "--shared")
    assert (of(home.output), of(home.archive), home.data.stat().st_mode & 0o777) == (
        OPEN,
        PRIVATE,
        0o711,
    )
    (home.output / "tien-do.html").write_bytes(b"changed")
    (home.replies / "NOR.xlsx").unlink()
    for words in (
        ("feedback",),
        ("summarise", "--provisional"),
        ("remind", "--as-of", "2031-07-15"),
    ):
        assert tonghop("--home", tmp_path, *words).exit_code == 0
    assert (
        of(home.output),
        home.data.stat().st_mode & 0o777,
        home.ledger.stat().st_mode & 0o777,
    ) == (OPEN, 0o711, 0o600)
    assert tonghop("--home", tmp_path, "summarise", "--private").exit_code == 0
    assert (of(home.output), home.data.stat().st_mode & 0o777) == (PRIVATE, 0o700)


@pytest.mark.slow
def test_a_folder_of_an_older_program_is_closed_by_the_next_command_that_writes(
    tmp_path: Path,
) -> None:
    home = consolidated(tmp_path)
    home.outputs_record.unlink()
    for path in (home.data, *home.data.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    incoming = modes(home.incoming)
    found = {each.key: each for each in examine(home, round_of(MINI))}["rights_open"]
    assert found.health is Health.DOUBTFUL
    assert {
        "data",
        "data/archive",
        "data/definitions",
        "data/ledger.sqlite",
        "data/ledger.lock",
    } <= {*str(found.words["names"]).split(", ")}
    deciding.excuse(home, round_of(MINI), "NOR", Grounds("thử", "ai"))
    assert [of(folder) for folder in (home.archive, home.definitions, home.output)] == [PRIVATE] * 3
    assert home.data.stat().st_mode & 0o777 == 0o700
    assert modes(home.incoming) == incoming
    assert "rights" in {each.key for each in examine(home, round_of(MINI))}


def test_a_file_is_never_more_open_than_it_will_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    replace = Path.replace
    monkeypatch.setattr(
        Path,
        "replace",
        lambda path, target: (seen.append(path.stat().st_mode & 0o777), replace(path, target))[1],
    )
    for mode in (0o700, 0o755):
        tmp_path.chmod(mode)
        write_beside(tmp_path / f"{mode}.txt", b"")
    assert seen == [0o600, 0o644]
