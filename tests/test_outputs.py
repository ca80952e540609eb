"""Files for people: unique names, a record, changed copies kept, runs that were killed."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from pipeline import run
from pipeline.home import Home, sweep
from pipeline.machine import files as files_
from pipeline.machine.files import write_beside
from pipeline.stages import deciding
from pipeline.stages.doctor import Health, examine
from pipeline.store import outputs as outputs_
from pipeline.store.decisions import Grounds
from pipeline.store.outputs import Outputs, changed, outputs, recorded, told
from tests.books import MINI, copied, round_of
from tests.commands import tonghop

FORK = pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(),
    reason="kills a process that was started by fork",
)
MARKED = 2
"""Steps that it takes to note that a command has begun to write."""
KEPT = "{} đã bị sửa sau khi chương trình ghi: bản đã sửa được giữ ở bên cạnh, tên “{}”; tệp mới không có những chỗ đã sửa, nếu cần thì chép sang."


@pytest.fixture
def file(home: Home) -> Path:
    """A file that the program wrote."""
    with outputs(home, "feedback") as out:
        return out.write(home.replies / "T01.xlsx", b"first")


def write(home: Home, content: bytes) -> None:
    with outputs(home, "feedback") as out:
        out.write(home.replies / "T01.xlsx", content)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# --- one file ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("file")
def test_our_own_file_is_written_over(home: Home) -> None:
    write(home, b"second")
    assert (files(home.replies), recorded(home).kept, changed(home)) == (
        {"T01.xlsx": b"second"},
        {},
        [],
    )


@pytest.mark.parametrize("fresh", [b"first", b"second"])
def test_a_changed_file_is_kept_beside(fresh: bytes, home: Home, file: Path) -> None:
    file.write_bytes(b"changed")
    assert changed(home) == ["data/output/phan-hoi/T01.xlsx"]
    write(home, fresh)
    assert files(home.replies) == {"T01.xlsx": fresh, "T01 (đã sửa).xlsx": b"changed"}
    assert recorded(home).kept == {
        "data/output/phan-hoi/T01 (đã sửa).xlsx": "data/output/phan-hoi/T01.xlsx"
    }


def test_each_change_is_kept_under_a_name_of_its_own_but_the_same_one_once(
    home: Home, file: Path
) -> None:
    for content in (b"changed", b"other", b"changed", b"third"):
        file.write_bytes(content)
        write(home, b"first")
    names = {
        "T01.xlsx": b"first",
        "T01 (đã sửa).xlsx": b"changed",
        "T01 (đã sửa 2).xlsx": b"other",
        "T01 (đã sửa 3).xlsx": b"third",
    }
    assert files(home.replies) == names


def test_a_person_who_wrote_what_we_would_write_changed_nothing(home: Home, file: Path) -> None:
    file.write_bytes(b"second")
    write(home, b"second")
    assert (files(home.replies), changed(home)) == ({"T01.xlsx": b"second"}, [])


def test_a_file_that_no_record_knows_is_written_over(home: Home) -> None:
    (home.replies / "T01.xlsx").write_bytes(b"of an older program")
    write(home, b"first")
    assert files(home.replies) == {"T01.xlsx": b"first"}


@pytest.mark.parametrize(
    ("content", "left"), [(b"first", {}), (b"changed", {"T01 (đã sửa).xlsx": b"changed"})]
)
def test_what_is_taken_away_is_kept_where_it_was_changed(
    content: bytes, left: dict[str, bytes], home: Home, file: Path
) -> None:
    file.write_bytes(content)
    with outputs(home, "feedback") as out:
        out.remove(file)
    assert (files(home.replies), "data/output/phan-hoi/T01.xlsx" in recorded(home).hashes) == (
        left,
        False,
    )


@pytest.mark.usefixtures("file")
def test_a_folder_that_was_moved_knows_its_files(home: Home, tmp_path: Path) -> None:
    moved = Home(tmp_path / "moved")
    moved.root.mkdir()
    (home.root / "data").rename(moved.root / "data")
    write(moved, b"second")
    assert files(moved.replies) == {"T01.xlsx": b"second"}


# --- killed runs ---------------------------------------------------------------------------------


def killed_at_step(step: int, home: Home) -> bool:
    """Write a file, killed before the given step; False if it has fewer steps."""

    def child() -> None:
        left = iter(range(step))

        def counted(function):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 any function
            def called(*words, **options):  # type: ignore[no-untyped-def]  # noqa: ANN002, ANN003, ANN202
                if next(left, None) is None:
                    os.kill(os.getpid(), signal.SIGKILL)
                return function(*words, **options)

            return called

        outputs_._add = counted(outputs_._add)
        files_.set_rights = counted(files_.set_rights)
        Path.replace = counted(Path.replace)  # type: ignore[method-assign]
        Path.rename = counted(Path.rename)  # type: ignore[method-assign]
        write(home, b"second")

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


@FORK
@pytest.mark.parametrize("is_changed", [False, True])
def test_a_kill_at_any_step_loses_nothing_and_is_told(
    *, is_changed: bool, home: Home, file: Path
) -> None:
    held = b"changed" if is_changed else b"first"
    step = 0
    while True:
        for path in home.replies.iterdir():
            path.unlink()
        home.outputs_record.unlink()
        write(home, b"first")
        file.write_bytes(held)
        if not killed_at_step(step, home):
            break
        there = [
            content for name, content in files(home.replies).items() if not name.endswith(".tmp")
        ]
        assert held in there or (not is_changed and there == [b"second"])
        assert recorded(home).unfinished == ({"feedback"} if step >= MARKED else set())
        write(home, b"second")
        sweep(home)
        expected = {
            "T01.xlsx": b"second",
            **({"T01 (đã sửa).xlsx": b"changed"} if is_changed else {}),
        }
        assert (files(home.replies), recorded(home).unfinished) == (expected, set())
        step += 1
    assert step == (9 if is_changed else 7)


def test_a_run_of_some_does_not_make_up_for_a_killed_one_of_all(home: Home) -> None:
    with pytest.raises(KeyboardInterrupt), outputs(home, "distribute"):
        raise KeyboardInterrupt
    for everything, left in ((False, {"distribute"}), (True, set())):
        with outputs(home, "distribute", everything=everything):
            pass
        assert recorded(home).unfinished == left


def test_a_line_that_was_cut_off_costs_itself_alone(home: Home, file: Path) -> None:
    with home.outputs_record.open("ab") as record:
        record.write('{"file": "data/output/phan-hoi/Đ'.encode()[:-1])
    file.write_bytes(b"changed")
    told(home, ["nothing"])
    assert changed(home) == ["data/output/phan-hoi/T01.xlsx"]
    write(home, b"first")
    assert all(
        json.loads(line) for line in home.outputs_record.read_text(encoding="utf-8").splitlines()
    )


def test_a_file_being_written_has_a_name_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside: set[str] = set()
    replace = Path.replace
    monkeypatch.setattr(
        Path, "replace", lambda path, target: (beside.add(path.name), replace(path, target))[1]
    )
    for number in range(3):
        write_beside(tmp_path / "x.txt", str(number).encode())
    assert len(beside) == 3
    assert all(Path(name).match(files_.TEMPORARY) for name in beside)
    assert files(tmp_path) == {"x.txt": b"2"}


def test_a_file_that_cannot_be_written_is_named_by_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "x.txt").mkdir()
    with pytest.raises(OSError, match=r"x\.txt") as error:
        write_beside(tmp_path / "x.txt", b"")
    assert error.value.filename == str(tmp_path / "x.txt")
    assert not any(path.name.endswith(".tmp") for path in tmp_path.iterdir())


# --- commands ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def summarised(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A folder of a small round with all that is written for people."""
    home = Home(tmp_path_factory.mktemp("home"))
    mini = round_of(MINI)
    run.distribute(home, mini)
    run.remind(home, mini, as_of=mini.deadline)
    run.consolidate(home, mini)
    return home


@pytest.fixture
def mini(summarised: Home, tmp_path: Path) -> Home:
    return copied(summarised, tmp_path / "mini")


def all_files(home: Home) -> dict[str, bytes]:
    folders = (home.output, home.templates)
    return {
        path.relative_to(home.root).as_posix(): path.read_bytes()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    }


def command(home: Home, name: str) -> str:
    """What a command says on stderr."""
    done = tonghop("--home", home.root, *name.split())
    assert done.exit_code == 0, done.stderr
    return done.stderr


def test_the_manifest_lists_every_summary_with_its_hash(mini: Home) -> None:
    listed = {
        each["file"]: each["sha256"]
        for each in json.loads((mini.output / "nguon.json").read_text(encoding="utf-8"))["outputs"]
    }
    there = [
        path
        for path in mini.output.rglob("*")
        if path.is_file()
        and (path.parent == mini.output or mini.output / "du-lieu" in path.parents)
    ]
    hashes = {
        path.relative_to(mini.output).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in there
    }
    assert listed == {name: sha256 for name, sha256 in hashes.items() if name != "nguon.json"}


WRITTEN = {
    "template": ("templates/xlsx/mini.xlsx",),
    "distribute": ("data/output/phat-hanh/NOR.xlsx", "data/output/phat-hanh/NOR.docx"),
    "remind --as-of 2031-07-15": ("data/output/don-doc/NOR.docx",),
    "summarise": (
        "data/output/tien-do.html",
        "data/output/nguon.json",
        "data/output/du-lieu/inspections.parquet",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", WRITTEN)
def test_a_command_keeps_what_was_changed_and_says_so_once(name: str, mini: Home) -> None:
    command(mini, name)
    before = all_files(mini)
    paths = [mini.root / each for each in WRITTEN[name]]
    for path in paths:
        path.write_bytes(path.read_bytes() + b" ")
    said = command(mini, name)
    beside = {path.with_stem(f"{path.stem} (đã sửa)"): path for path in paths}
    for kept, path in beside.items():
        assert KEPT.format(path, kept.name) in said.splitlines()
        assert kept.read_bytes() == path.read_bytes() + b" "
    now = all_files(mini)
    assert {each: now[each] for each in before} == before
    assert set(now) - set(before) == {kept.relative_to(mini.root).as_posix() for kept in beside}
    assert "(đã sửa)" not in command(mini, name) + command(mini, "status")


def test_a_changed_reminder_that_is_out_of_date_is_kept(mini: Home) -> None:
    letter = mini.reminders / "NOR.docx"
    letter.write_bytes(b"changed")
    deciding.excuse(mini, round_of(MINI), "NOR", Grounds("thử", "ai"))
    said = command(mini, "remind --as-of 2031-07-15")
    assert KEPT.format(letter, "NOR (đã sửa).docx") in said.splitlines()
    assert sorted(path.name for path in mini.reminders.glob("NOR*")) == ["NOR (đã sửa).docx"]


@pytest.mark.slow
@FORK
@pytest.mark.parametrize(
    ("name", "last"), [("distribute", "SOU.xlsx"), ("summarise", "nguon.json")]
)
def test_a_command_that_was_killed_midway_is_told_until_it_is_run_again(
    name: str, last: str, mini: Home
) -> None:
    expected = all_files(mini)

    def child() -> None:
        write = Outputs.write

        def killed(self: Outputs, path: Path, content: bytes) -> Path:
            if path.name == last:
                os.kill(os.getpid(), signal.SIGKILL)
            return write(self, path, content)

        Outputs.write = killed  # type: ignore[method-assign]
        tonghop("--home", mini.root, name)

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    said = f"chạy lại: tonghop {name}"
    assert said in command(mini, "status")
    assert said in command(mini, "findings")
    assert {each.key: each.health for each in examine(mini, round_of(MINI))}[
        "outputs_unfinished"
    ] is Health.BAD
    command(mini, name)
    assert said not in command(mini, "status")
    assert all_files(mini) == expected


def test_the_doctor_names_what_was_changed(mini: Home) -> None:
    (mini.output / "tien-do.html").write_bytes(b"changed")
    [found] = [each for each in examine(mini, round_of(MINI)) if each.health is not Health.GOOD]
    assert (found.key, found.health, found.words) == (
        "outputs_changed",
        Health.DOUBTFUL,
        {"names": "data/output/tien-do.html"},
    )
