"""Archives of returns: which .zip is one, which members are taken, limits over all."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.collect.formats import limits
from pipeline.collect.intake import files as intake
from pipeline.model import Received
from tests.incoming import CLOCK, WORKBOOK, Found, found, put, zipped


def names(result: Found) -> list[str]:
    return [file.name for file in result.received]


def left(result: Found) -> list[tuple[str, str]]:
    return [(each.name, each.reason) for each in result.ignored]


# --- which .zip is an archive --------------------------------------------------------------------


@pytest.mark.parametrize(
    "members",
    [
        ("word/a.xlsx", "word/b.xlsx"),
        ("ppt/a.xlsx", "xl/b.xlsx"),
        ("xl/a.xlsx", "xl/worksheets/b.xlsx"),
        ("mimetype", "a.xlsx"),
        ("_rels/a.xlsx", "docProps/b.xlsx"),
        ("content.xml", "a.xlsx"),
    ],
)
def test_folders_and_members_named_as_in_a_document_make_no_document(
    members: tuple[str, ...], tmp_path: Path
) -> None:
    path = zipped(tmp_path / "a.zip", *((name, name.encode()) for name in members))
    assert names(found(path)) == [f"a.zip/{name}" for name in sorted(members)]


@pytest.mark.parametrize(
    "members",
    [
        ("docProps/app.xml", "xl/workbook.xml"),
        ("a.xlsx", "[Content_Types].xml"),
        ("a.xlsx", "word/document.xml"),
        ("mimetype", "content.xml"),
        ("content.xml", "META-INF/manifest.xml"),
    ],
)
def test_a_document_is_not_taken_apart(members: tuple[str, ...], tmp_path: Path) -> None:
    assert names(found(zipped(tmp_path / "a.zip", *((name, b"x") for name in members)))) == [
        "a.zip"
    ]


# --- sizes ---------------------------------------------------------------------------------------


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "FILE_BYTES": 100,
        "ARCHIVE_BYTES": 250,
        "RATIO_FROM": 50,
        "RATIO": 2,
    }.items():
        monkeypatch.setattr(limits, name, value)


def noise(size: int, seed: int = 0) -> bytes:
    """Bytes that can't be packed, other ones for each seed."""
    return bytes(
        (seed * 31 + at * at * 7 + at * 13 + (at * at * at) // 5) % 251 for at in range(size)
    )


def stored(path: Path, *members: tuple[str, bytes], how: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members:
            archive.writestr(name, content, how)
    return path


def squeezed(path: Path, *members: tuple[str, bytes]) -> Path:
    return stored(path, *members, how=zipfile.ZIP_DEFLATED)


@pytest.mark.usefixtures("small_limits")
def test_a_member_over_the_limit_of_a_file_is_left_and_the_rest_taken(tmp_path: Path) -> None:
    path = stored(
        tmp_path / "a.zip", ("a.xlsx", noise(101)), ("b.xlsx", noise(100)), ("c.xlsx", noise(10))
    )
    result = found(path)
    assert names(result) == ["a.zip/b.xlsx", "a.zip/c.xlsx"]
    assert left(result) == [("a.zip/a.xlsx", "too_large")]


@pytest.mark.usefixtures("small_limits")
def test_all_members_have_one_budget_and_what_fits_is_still_taken(tmp_path: Path) -> None:
    members = (("a.xlsx", 90), ("b.xlsx", 90), ("c.xlsx", 90), ("d.xlsx", 70), ("e.xlsx", 1))
    result = found(
        stored(
            tmp_path / "a.zip",
            *((name, noise(size, seed)) for seed, (name, size) in enumerate(members)),
        )
    )
    assert names(result) == ["a.zip/a.xlsx", "a.zip/b.xlsx", "a.zip/d.xlsx"]
    assert left(result) == [("a.zip/c.xlsx", "too_large"), ("a.zip/e.xlsx", "too_large")]


def test_archives_in_an_archive_share_its_budget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = [
        stored(tmp_path / f"{name}.zip", (f"{name}.xlsx", noise(200, seed))).read_bytes()
        for seed, name in enumerate("xyz")
    ]
    monkeypatch.setattr(limits, "ARCHIVE_BYTES", sum(map(len, inner)) + 450)
    result = found(
        stored(tmp_path / "all.zip", *((f"{at}.zip", data) for at, data in enumerate(inner)))
    )
    assert names(result) == ["all.zip/0.zip/x.xlsx", "all.zip/1.zip/y.xlsx"]
    assert left(result) == [("all.zip/2.zip/z.xlsx", "too_large")]


@pytest.mark.usefixtures("small_limits")
def test_each_archive_of_a_folder_has_a_budget_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for seed, name in enumerate("ab"):
        stored(
            tmp_path / f"in/{name}.zip",
            *((f"{at}.xlsx", noise(90, 10 * seed + at)) for at in range(3)),
        )
    result = found(tmp_path / "in")
    assert names(result) == ["a.zip/0.xlsx", "a.zip/1.xlsx", "b.zip/0.xlsx", "b.zip/1.xlsx"]
    assert left(result) == [("a.zip/2.xlsx", "too_large"), ("b.zip/2.xlsx", "too_large")]


@pytest.mark.usefixtures("small_limits")
def test_a_member_that_is_packed_too_tight_is_left_and_costs_no_budget(tmp_path: Path) -> None:
    path = squeezed(
        tmp_path / "a.zip",
        ("a.xlsx", bytes(99)),
        ("b.xlsx", bytes(50)),
        ("c.xlsx", noise(90)),
        ("d.xlsx", noise(90, 1)),
    )
    result = found(path)
    assert names(result) == ["a.zip/b.xlsx", "a.zip/c.xlsx", "a.zip/d.xlsx"]
    assert left(result) == [("a.zip/a.xlsx", "hostile")]


def test_a_bomb_beside_a_return_costs_only_itself(tmp_path: Path) -> None:
    result = found(
        squeezed(tmp_path / "a.zip", ("a.xlsx", WORKBOOK), ("bomb.xlsx", bytes(20_000_000)))
    )
    assert (names(result), left(result)) == (["a.zip/a.xlsx"], [("a.zip/bomb.xlsx", "hostile")])


# --- folders -------------------------------------------------------------------------------------


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    """1,100 nested folders, deeper than a path allows, a file in every hundredth; removed after."""
    top, levels = tmp_path / "in", 1100
    put(top / "a.xlsx")
    at = os.open(top, os.O_RDONLY)
    for level in range(1, levels + 1):
        os.mkdir("d", dir_fd=at)
        below = os.open("d", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
        if level % 100 == 0 or level in (limits.FOLDER_DEPTH - 1, limits.FOLDER_DEPTH):
            os.close(os.open(f"{level}.xlsx", os.O_WRONLY | os.O_CREAT, dir_fd=at))
    put(top / "z.xlsx", b"z")
    yield top
    for _ in range(levels):
        for entry in os.listdir(at):  # noqa: PTH208
            (os.rmdir if entry == "d" else os.unlink)(entry, dir_fd=at)
        above = os.open("..", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = above
    os.close(at)


def test_folders_too_deep_are_left_and_the_rest_is_taken(deep: Path) -> None:
    result = found(deep)
    reached = "d/" * (limits.FOLDER_DEPTH - 1)
    assert names(result) == ["a.xlsx", f"{reached}{limits.FOLDER_DEPTH - 1}.xlsx", "z.xlsx"]
    assert left(result) == [(f"{reached}d/", "too_deep_folder")]
    assert intake.count([deep]) >= len(result.received)


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_the_depth_of_folders_is_counted_from_the_one_that_is_given(
    depth: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FOLDER_DEPTH", 2)
    put(tmp_path / "in" / ("d/" * depth) / "a.xlsx")
    result = list(
        intake.take_in([tmp_path / "in"], tmp_path / "archive", received=None, timezone=CLOCK)
    )
    assert [type(each) for each in result] == [intake.IgnoredFile if depth == 2 else Received]
