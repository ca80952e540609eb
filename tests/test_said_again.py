"""A run names new files, counts known ones, and shows progress through all steps."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from pipeline import run
from pipeline.home import Home
from pipeline.store.belonging import claim
from schemas.round.round import Round
from tests.books import filled
from tests.commands import tonghop
from tests.incoming import zipped
from tests.posted import posted

pytestmark = pytest.mark.slow  # whole rounds through the engine

ROWS = """period|sector|locality|level|subject|behaviour|cases|persons|handled|pending|unhandled
2022|LV01|{code}|TINH|CC_LD|HV2|2|4|0|{pending}|0"""


@pytest.fixture(scope="module")
def round_(plain_round: Round) -> Round:
    """What is said of files doesn't depend on what summaries say."""
    return plain_round


@pytest.fixture
def home(tmp_path: Path, round_: Round) -> Home:
    """A return, one to correct, one twice, a file of nobody, one that is none."""
    home = Home(tmp_path)
    claim(home, round_)
    for code, pending in (("T01", 4), ("T04", 3)):
        (home.incoming / f"{code}.xlsx").write_bytes(
            filled(round_, code, manifestations=ROWS.format(code=code, pending=pending))
        )
    shutil.copy(home.incoming / "T01.xlsx", home.incoming / "T01 (1).xlsx")
    (home.incoming / "lạ.xlsx").write_bytes(b"chu")
    (home.incoming / "~$T01.xlsx").write_bytes(b"x")
    return home


def said(home: Home, command: str = "consolidate") -> str:
    return tonghop("--home", home.root, command).stderr


def test_what_was_said_is_not_listed_again_unless_something_changed(home: Home) -> None:
    first, second = said(home), said(home)
    assert "Bỏ qua: ~$T01.xlsx (" in first
    assert "Chưa rõ của cơ quan nào: lạ.xlsx\n" in first
    assert (
        "Đã thu 5 tệp: 1 đạt, 1 cần sửa, 0 không đọc được, 1 chưa rõ của cơ quan nào, 0 đã thu từ trước, 1 trùng nhau, 1 bỏ qua."
        in first
    )
    assert "~$T01.xlsx" not in second
    assert "Chưa rõ của cơ quan nào: " not in second
    assert "Bỏ qua 1 tệp như lần trước." in second
    assert "1 tệp vẫn chưa rõ của cơ quan nào: xem tonghop status." in second
    assert (
        "Đã thu 5 tệp: 0 đạt, 0 cần sửa, 0 không đọc được, 4 đã thu từ trước, 0 trùng nhau, 1 bỏ qua."
        in second
    )
    (home.incoming / "lạ.xlsx").write_bytes(b"chu khac")
    (home.incoming / "moi.part").write_bytes(b"x")
    third = said(home, "collect")
    assert "Chưa rõ của cơ quan nào: lạ.xlsx\n" in third
    assert "1 tệp vẫn chưa rõ của cơ quan nào" in third, "the one before is still there"
    assert "Bỏ qua: moi.part (" in third
    assert "Bỏ qua 1 tệp như lần trước." in third


def test_a_file_whose_agency_can_be_guessed_is_told_with_it(home: Home) -> None:
    openpyxl.Workbook().save(home.incoming / "UBND tỉnh Cà Mau.xlsx")
    assert (
        "Chưa rõ của cơ quan nào: UBND tỉnh Cà Mau.xlsx (có thể của Ủy ban nhân dân tỉnh Cà Mau)"
        in said(home)
    )


def test_many_files_of_nobody_are_listed_in_part(home: Home) -> None:
    for number in range(25):
        (home.incoming / f"x{number:02}.xlsx").write_bytes(f"chu {number}".encode())
    text = said(home)
    assert text.count("Chưa rõ của cơ quan nào: ") == 20
    assert "6 tệp vẫn chưa rõ của cơ quan nào" in text


def test_consolidate_names_the_page_to_open(home: Home) -> None:
    page = home.output / "tien-do.html"
    assert f"mở {page}" in said(home)
    assert page.is_file()


def test_progress_is_told_through_all_steps(home: Home, round_: Round) -> None:
    told: list[tuple[str, int, int | None]] = []
    run.consolidate(home, round_, progress=lambda *step: told.append(step))
    steps = list(dict.fromkeys(step for step, _, _ in told))
    assert steps == ["collect", "again", "feedback", "summarise"], (
        "the file that is there twice is read under the name that counts"
    )
    for step in steps:
        *_, (_, done, total) = [each for each in told if each[0] == step]
        assert done == total, step
    assert told[-1][1] == len(
        [path for path in home.output.rglob("*") if path.is_file() and "phan-hoi" not in path.parts]
    )
    plain = said(home)
    assert "Đọc và kiểm tra: 5/5\nViết phản hồi: 1/1\nGhi kết quả: " in plain


def test_progress_never_runs_past_what_there_is(home: Home, round_: Round) -> None:
    """Archives and mails count as soon as they are met, replies when written."""
    whole = (home.incoming / "T01.xlsx").read_bytes()
    inner = zipped(
        home.root / "trong.zip",
        *((f"tỉnh/{number}.xlsx", whole + b" " * number) for number in range(1, 5)),
    ).read_bytes()
    zipped(
        home.incoming / "tất cả.zip", ("trong.zip", inner), ("T12.xlsx", b"hong"), ("nhan.csv", b"")
    )
    posted(
        home.incoming / "thư.eml",
        ("T14.xlsx", b"hong 14"),
        ("T15.xlsx", b"hong 15"),
        ("lại.zip", inner),
    )
    told: list[tuple[str, int, int]] = []
    run.consolidate(
        home, round_, progress=lambda step, done, total: told.append((step, done, total or done))
    )
    for step in ("collect", "feedback"):
        counts = [(done, total) for each, done, total in told if each == step]
        assert counts == sorted(counts), step
        assert all(done < total for done, total in counts[:-1]), step
    read = [(done, total) for step, done, total in told if step == "collect"]
    assert read[-1] == (17, 17), "5 beside, 4 + 1 + 1 of the .zip, 2 + 4 of the mail"
    assert [total for step, _, total in told if step == "feedback"] == [4] * 5, "T04, T12, T14, T15"
