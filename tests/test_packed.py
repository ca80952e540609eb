"""Archives that aren't .zip: opened by bsdtar within the limits of .zip, or left with a reason."""

from __future__ import annotations

import base64
import io
import multiprocessing
import shutil
import subprocess
import tarfile
import time
from pathlib import Path
from typing import IO

import pytest

from pipeline.collect.formats import limits
from pipeline.collect.intake.opening import opener, packed
from pipeline.collect.intake.opening.piece import UnopenableError
from tests.incoming import WORKBOOK, Found, found, put, zipped
from tests.posted import posted, rar

pytestmark = pytest.mark.skipif(
    shutil.which("bsdtar") is None, reason="bsdtar (libarchive-tools) is missing"
)
LOCKED = {
    "encrypted_archive": "N3q8ryccAARAKWjQgAAAAAAAAAAuAAAAAAAAAJF7YqP9B+3uI79g6zVQzfjCOrP8Cku6IGcaxLvMj3LuZtmdnKBdY/ISuNwdNQGvdvZ+E9QBl5Ahqt+8wNd1cNWLGg+P9igOFlYL79uhNoFlFZh5T4O95ICe1hQqH/JcbmrYhY10KR0VGeLepCX8xjGpbmLFDNQnF/e65sEo6Ta3Oiq9VxcGEAEJcAAHCwEAASQG8QcBElMPOZ3+4SYgjHQqXPd22jGkkQxqCgFa5r1iAAA=",
    "unreadable_archive": "N3q8ryccAAQzZ6+dEAAAAAAAAABqAAAAAAAAAJhsbXxDrz1Tv9SszlxL1ouc1STiAQQGAAEJEAAHCwEAAiQG8QcBElMPvnQ8x+d4iNXZjh260a3CsCEhAQABAAwHAwAICgF6em/tAAAFARkBABEPAHMALgB4AGwAcwB4AAAAGQQAAAAAFAoBALz3FhmTf90BFQYBACCApIEAAA==",
}
"""Archives .7z with a password: of everything, and of the content alone."""


def names(result: Found) -> list[str]:
    return sorted(file.name for file in result.received)


def left(result: Found) -> list[tuple[str, str]]:
    return [(each.name, each.reason) for each in result.ignored]


def tar(*members: tuple[str, bytes | str], how: str = "w:gz") -> bytes:
    """A .tar of files, and of links where a member's content is text."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=how) as archive:  # type: ignore[call-overload]
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.mtime = 1_693_900_000
            if isinstance(content, str):
                member.type, member.linkname = tarfile.SYMTYPE, content
                archive.addfile(member)
            else:
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def seven(folder: Path, *members: tuple[str, bytes]) -> bytes:
    for name, content in members:
        put(folder / "x" / name, content)
    made = folder / "made.7z"
    subprocess.run(
        [
            "bsdtar",
            "-cf",
            made,
            "--format=7zip",
            "-C",
            folder / "x",
            *(name for name, _ in members),
        ],
        check=True,
    )
    return made.read_bytes()


@pytest.mark.parametrize("how", ["w", "w:gz", "w:bz2", "w:xz"])
def test_members_of_a_tar_are_taken(how: str, tmp_path: Path) -> None:
    result = found(
        put(tmp_path / "a.tar", tar(("Bộ Y tế.xlsx", WORKBOOK), ("sub/b.xlsx", b"b"), how=how))
    )
    assert names(result) == ["a.tar/Bộ Y tế.xlsx", "a.tar/sub/b.xlsx"]
    assert {(file.received.isoformat(), file.received_by) for file in result.received} == {
        ("2023-09-05T14:46:40+07:00", "zip")
    }


def test_members_of_7z_and_rar_are_taken(tmp_path: Path) -> None:
    packed = put(
        tmp_path / "in/a.xlsx", seven(tmp_path, ("Bộ Y tế.xlsx", WORKBOOK), ("b.xlsx", b"b"))
    )
    assert names(found(packed, tmp_path / "archive")) == ["a.xlsx/Bộ Y tế.xlsx", "a.xlsx/b.xlsx"]
    assert names(found(put(tmp_path / "c.rar", rar(("a.xlsx", WORKBOOK), ("b.xlsx", b"b"))))) == [
        "c.rar/a.xlsx",
        "c.rar/b.xlsx",
    ]


def test_archives_lie_in_archives_and_mails_to_a_depth(tmp_path: Path) -> None:
    inner = tar(("a.xlsx", WORKBOOK))
    assert names(found(posted(tmp_path / "a.eml", ("b.tgz", inner)))) == ["a.eml/b.tgz/a.xlsx"]
    assert names(found(zipped(tmp_path / "c.zip", ("b.tgz", inner)))) == ["c.zip/b.tgz/a.xlsx"]
    deep = found(put(tmp_path / "d.tgz", tar(("c.tgz", tar(("b.tgz", inner))))))
    assert [each.reason for each in deep.ignored] == ["too_deep"]


def test_links_and_paths_lead_nowhere(tmp_path: Path) -> None:
    some = tar(
        ("../../up.xlsx", b"1"),
        ("/root.xlsx", b"2"),
        ("link.xlsx", "/etc/passwd"),
        ("a.xlsx", WORKBOOK),
    )
    result = found(put(tmp_path / "in/a.tar", some), tmp_path / "archive")
    assert names(result) == ["a.tar/../../up.xlsx", "a.tar//root.xlsx", "a.tar/a.xlsx"]
    assert left(result) == [("a.tar/link.xlsx", "link")]
    assert not list(tmp_path.rglob("up.xlsx"))


@pytest.mark.parametrize("reason", LOCKED)
def test_a_password_is_told(reason: str, tmp_path: Path) -> None:
    result = found(put(tmp_path / "a.7z", base64.b64decode(LOCKED[reason])))
    assert (names(result), left(result)) == (["a.7z"], [("a.7z", reason)])


def test_a_program_that_ends_before_it_is_given_all_is_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def copy_slowly(source: IO[bytes], into: IO[bytes], _size: int) -> None:
        into.write(source.read())
        time.sleep(0.3)

    monkeypatch.setattr(packed.shutil, "copyfileobj", copy_slowly)
    locked = put(tmp_path / "a.7z", base64.b64decode(LOCKED["encrypted_archive"]))
    with pytest.raises(UnopenableError, match="encrypted_archive"):
        list(packed.of_file(locked))


@pytest.mark.parametrize("keep", [40, 300])
def test_a_damaged_archive_gives_nothing(keep: int, tmp_path: Path) -> None:
    whole = tar(("a.xlsx", WORKBOOK + bytes(range(256)) * 40))
    result = found(put(tmp_path / "a.tgz", whole[:keep]))
    assert (names(result), left(result)) == (["a.tgz"], [("a.tgz", "unreadable_archive")])


def test_a_bomb_costs_only_itself(tmp_path: Path) -> None:
    put(tmp_path / "in/a.tgz", tar(("a.xlsx", bytes(60_000_000))))
    put(tmp_path / "in/b.tgz", tar(("b.xlsx", WORKBOOK)))
    result = found(tmp_path / "in", tmp_path / "archive")
    assert (names(result), left(result)) == (["a.tgz", "b.tgz/b.xlsx"], [("a.tgz", "hostile")])


def test_the_limits_of_zip_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # a forked process knows the limits set here
    monkeypatch.setattr(opener, "context", multiprocessing.get_context)
    many = tar(*((f"{number}.xlsx", b"") for number in range(limits.ZIP_ENTRIES + 1)))
    assert left(found(put(tmp_path / "many.tgz", many))) == [("many.tgz", "too_many")]
    for name, value in {"FILE_BYTES": 100, "ARCHIVE_BYTES": 250}.items():
        monkeypatch.setattr(limits, name, value)
    result = found(
        put(tmp_path / "large.tgz", tar(("a.xlsx", bytes(101)), ("b.xlsx", bytes(100)), how="w"))
    )
    assert (names(result), left(result)) == (
        ["large.tgz/b.xlsx"],
        [("large.tgz/a.xlsx", "too_large")],
    )
    result = found(
        put(
            tmp_path / "all.tgz",
            tar(("a.xlsx", bytes(90)), ("b.xlsx", bytes(90)), ("c.xlsx", bytes(90)), how="w"),
        )
    )
    assert (names(result), left(result)) == (["all.tgz"], [("all.tgz", "archive_too_large")])


def test_without_bsdtar_the_file_says_so_and_is_opened_once_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path / "a.tgz", tar(("a.xlsx", WORKBOOK)))
    with monkeypatch.context() as without:
        without.setenv("PATH", str(tmp_path))
        result = found(path)
    assert (names(result), left(result)) == (["a.tgz"], [("a.tgz", "no_bsdtar")])
    assert result.received[0].place == ""  # so that it isn't passed over as one that lies as it lay
    assert "bsdtar" in result.ignored[0].text("vi")
    assert names(found(path)) == ["a.tgz/a.xlsx"]
