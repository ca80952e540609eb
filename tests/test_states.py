"""Each bad state of the machine has its sentence; none is met in silence."""

from __future__ import annotations

import errno
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import run
from pipeline.home import Home
from pipeline.model import Choice
from pipeline.stages import shared_folder
from pipeline.stages.shared_folder import network_kind, shared_by
from pipeline.store import decisions
from schemas.round.round import Round
from tests.books import copied
from tests.commands import tonghop
from tests.workbooks import filled, saved

PAGE = 4096
READING = (
    ["status"],
    ["findings"],
    ["figures", "--by", "sector"],
    ["trace", "--where", "sector=LV01"],
)
WRITING = (
    ["collect"],
    ["distribute", "T01"],
    ["feedback"],
    ["remind"],
    ["summarise"],
    ["excuse", "T01", "--reason", "x"],
    ["template"],
)
WITHOUT_POWERS = (
    ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    if shutil.which("setpriv") and os.geteuid() == 0
    else ()
)
"""Before a command: takes away root's right to write everywhere, if it is root."""
FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, round_: Round) -> Home:
    home = Home(tmp_path_factory.mktemp("home"))
    for code in ("T01", "T02"):
        rows = [{"period": "Năm 2021", "sector": "Đất đai", "cases": 2, "persons": 3}]
        saved(filled(round_, code, manifestations=rows), home.incoming / f"{code}.xlsx")
    run.collect(home, round_)
    (home.output / "tien-do.html").write_bytes(b"x")
    return home


@pytest.fixture
def home(kept: Home, tmp_path: Path) -> Home:
    return copied(kept, tmp_path / "home")


def mounted(*words: str | Path) -> None:
    """Mount something, or skip where the system lets nobody do so."""
    done = subprocess.run(["mount", *map(str, words)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"nothing may be mounted: {done.stderr.decode(errors='replace').strip()}")


# --- a folder that can only be read --------------------------------------------------------------


@pytest.fixture
def read_only(home: Home) -> Iterator[Home]:
    mounted("--bind", home.root, home.root)
    mounted("-o", "remount,bind,ro", home.root)
    yield home
    subprocess.run(["umount", "-l", str(home.root)], check=True)


@pytest.mark.slow
def test_what_only_shows_shows_what_is_stored_and_says_so(read_only: Home, kept: Home) -> None:
    for words in READING:
        done = tonghop("--home", read_only.root, *words)
        assert (done.exit_code, done.stdout) == (0, tonghop("--home", kept.root, *words).stdout)
        assert done.stderr.startswith(f"Thư mục {read_only.root} chỉ cho đọc: ")
    told = tonghop("--home", read_only.root, "doctor").stdout
    assert "tự đóng lại" not in told
    assert (
        "✓ Sổ theo dõi đọc được, có 2 bản gửi." in told,
        "đang mở trong chương trình khác" in told,
    ) == (True, False)


def test_what_is_not_written_back_yet_is_shown_too(home: Home, round_: Round) -> None:
    """A killed command leaves its writes in SQLite's side files."""
    with run.open_ledger(home, round_) as ledger:
        decisions.put_on_record(ledger, Choice.EXCUSE, "T04", "T04", decisions.Grounds("x", "y"))
        assert ledger.path.with_name("ledger.sqlite-wal").stat().st_size
        other = copied(home, home.root.with_name("other"))
    mounted("--bind", other.root, other.root)
    try:
        mounted("-o", "remount,bind,ro", other.root)
        assert "Được miễn báo cáo: 1." in tonghop("--home", other.root, "status").stdout
    finally:
        subprocess.run(["umount", "-l", str(other.root)], check=True)


def test_what_writes_says_that_the_folder_can_not_be_written(read_only: Home) -> None:
    for words in WRITING:
        done = tonghop("--home", read_only.root, *words)
        assert (
            done.exit_code,
            done.output.startswith(
                f"Không ghi được {read_only.root}: ổ đĩa hoặc thư mục này chỉ cho đọc."
            ),
        ) == (
            3,
            True,
        )


def test_who_has_no_right_to_write_may_look_and_no_more(home: Home) -> None:
    for path in (home.root, *home.root.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    told = {}
    for word in ("status", "collect"):
        command = [
            *WITHOUT_POWERS,
            sys.executable,
            "-m",
            "pipeline.terminal.commands",
            "--home",
            str(home.root),
            word,
        ]
        done = subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", check=False
        )
        told[word] = (done.returncode, done.stderr)
    for path in (home.root, *home.root.rglob("*")):
        path.chmod(0o755)
    cannot = f"Thư mục {home.root} chỉ cho đọc: kết quả trên là những gì đang lưu ở đó; không ghi thêm được gì vào thư mục này.\n"
    assert told["status"] == (0, cannot)
    assert told["collect"][0] == 3
    assert told["collect"][1].startswith(f"Không ghi được {home.root}: ")


# --- a ledger that is damaged --------------------------------------------------------------------


@pytest.mark.parametrize("words", [*READING, *WRITING[:-1]], ids=" ".join)
def test_a_ledger_with_one_page_overwritten_is_noticed(words: list[str], home: Home) -> None:
    chance = random.Random(" ".join(words))
    whole = home.ledger.read_bytes()
    for number in (0, chance.randrange(1, len(whole) // PAGE)):
        home.ledger.write_bytes(
            whole[: number * PAGE] + chance.randbytes(PAGE) + whole[(number + 1) * PAGE :]
        )
        before = home.ledger.read_bytes()
        done = tonghop("--home", home.root, *words)
        assert (done.exit_code, "hỏng" in done.output, "Excel" in done.output) == (
            3,
            True,
            False,
        ), done.output
        assert home.ledger.read_bytes() == before


# --- temporary files -----------------------------------------------------------------------------


@pytest.mark.slow
def test_a_full_folder_for_temporary_files_is_named(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted("-t", "tmpfs", "-o", "size=32k", "tmpfs", disk)
    monkeypatch.setattr("tempfile.tempdir", str(disk))
    try:
        done = tonghop("--home", home.root, "summarise")
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
    assert (done.exit_code, done.output.startswith(f"Ổ đĩa của thư mục tạm {disk} đã đầy.")) == (
        3,
        True,
    ), done.output


@pytest.mark.slow
def test_no_folder_for_temporary_files_is_said(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> str:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr("tempfile.gettempdir", none)
    done = tonghop("--home", home.root, "summarise")
    assert (done.exit_code, done.output.startswith("Không thư mục tạm nào của máy ghi được.")) == (
        3,
        True,
    ), done.output


# --- where words go ------------------------------------------------------------------------------


def shell(home: Home, words: str) -> subprocess.CompletedProcess[str]:
    command = f'"{sys.executable}" -m pipeline.terminal.commands --home "{home.root}" {words}'
    return subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, encoding="utf-8", check=False
    )


@FULL
@pytest.mark.parametrize("words", ["status >/dev/full", "status >&-"])
def test_data_that_arrive_nowhere_are_missed(words: str, home: Home) -> None:
    done = shell(home, words)
    assert (done.returncode, done.stdout, done.stderr) == (
        3,
        "",
        "Không in được kết quả: nơi nhận (màn hình, hoặc tệp sau dấu >) đã đầy hoặc đã đóng. Chọn nơi nhận khác rồi chạy lại.\n",
    )


@FULL
@pytest.mark.parametrize(
    ("words", "code"),
    [("collect 2>&-", 0), ("collect <&- >&- 2>&-", 0), ("collect 2>/dev/full", 3)],
)
def test_work_that_nobody_hears_of_is_done_or_refused_but_never_broken(
    words: str, code: int, home: Home, kept: Home, round_: Round
) -> None:
    shutil.copy2(kept.incoming / "T01.xlsx", home.incoming / "again.xlsx")
    done = shell(home, words)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", "")
    with run.open_ledger(home, round_) as ledger:
        assert ledger.is_sound()
        assert len(ledger.submissions()) == 2


# --- long paths and shared folders ---------------------------------------------------------------


@pytest.mark.parametrize("parts", [3, 17, 25])
def test_a_path_that_is_too_long_is_named(parts: int, tmp_path: Path) -> None:
    """Too long for SQLite, for the paths inside, for the system."""
    home = tmp_path.joinpath(*["a" * 200] * parts)
    done = tonghop("--home", home, "collect")
    assert (done.exit_code, done.output.startswith("Đường dẫn quá dài")) == (3, True), done.output


MOUNTS = r"""
overlay / overlay rw 0 0
host:/chung /mnt/b\303\241o\040c\303\241o nfs4 rw 0 0
//may/chung /mnt/smb cifs rw 0 0
rclone /mnt/rclone fuse.rclone rw 0 0
/dev/sdb1 /mnt/usb fuseblk rw 0 0
tmpfs /mnt/smb/ram tmpfs rw 0 0
""".strip()


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/a", ""),
        ("/mnt/báo cáo/dot", "nfs4"),
        ("/mnt/smb", "cifs"),
        ("/mnt/rclone/a/b", "fuse.rclone"),
        ("/mnt/usb/a", ""),
        ("/mnt/smb/ram/a", ""),
        ("/mnt/smbb", ""),
    ],
)
def test_a_file_system_of_the_network_is_known(folder: str, kind: str) -> None:
    assert network_kind(Path(folder), MOUNTS) == kind


@pytest.mark.parametrize(
    "name", ["OneDrive - Bộ Nội vụ", "Google Drive", "Dropbox (Personal)", "iCloudDrive"]
)
def test_a_synchronised_folder_is_known(name: str, tmp_path: Path) -> None:
    assert shared_by(tmp_path / name / "dot") == name


@pytest.mark.slow
def test_the_doctor_names_a_shared_folder_as_a_remark(tmp_path: Path) -> None:
    name = "OneDrive - Bộ Nội vụ"
    home = Home(tmp_path / name / "dot")
    home.root.mkdir(parents=True)
    done = tonghop("--home", home.root, "doctor")
    assert (done.exit_code, f"({name})" in done.stdout) == (0, True)


def test_a_share_of_windows_is_known() -> None:
    assert shared_folder._network_drive("\\\\may\\chung\\dot") == "\\\\may\\chung"
    assert shared_folder._network_drive("C:\\dot") == ""
