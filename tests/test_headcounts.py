"""Headcounts: an operator's list, its mistakes, and the columns that show it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from pipeline import run
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.store.headcounts import Headcount, headcounts
from schemas.round.load import load_round
from schemas.round.round import Round
from tests.commands import tonghop
from tests.consolidations import tiny_round


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.data.mkdir(parents=True)
    made.incoming.mkdir(parents=True, exist_ok=True)
    return made


def listed(folder: Path, *lines: str, head: str = "agency,number,as_of,source") -> None:
    (folder / "headcounts.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")


def test_agencies_by_code_and_name_numbers_and_days_as_people_write_them(
    home: Home, round_: Round
) -> None:
    name = round_.by_agency["T01"].name
    listed(
        home.root,
        f'"{name}","12.345",30/6/2023,"Báo cáo 12/BC, bảng 3"',
        "BNV,800,2023-01-01,Quyết định 7",
    )
    assert headcounts(home, round_) == {
        "T01": Headcount(12345, dt.date(2023, 6, 30), "Báo cáo 12/BC, bảng 3"),
        "BNV": Headcount(800, dt.date(2023, 1, 1), "Quyết định 7"),
    }


def test_the_operators_list_goes_before_that_of_the_rounds_folder(
    home: Home, tmp_path: Path
) -> None:
    round_ = tiny_round(tmp_path / "tiny")
    assert headcounts(home, round_) == {}
    listed(round_.folder, "A0,5,2030-01-01,round")
    assert headcounts(home, round_)["A0"].number == 5
    (home.data / "headcounts.csv").write_bytes(
        "\ufeffAgency;Number;As_of;Source\r\nA0;6;1/2/2030;data\r\n".encode()
    )
    assert headcounts(home, round_) == {"A0": Headcount(6, dt.date(2030, 2, 1), "data")}
    listed(home.root, "A1,7,2030-01-01,root")
    assert headcounts(home, round_) == {"A1": Headcount(7, dt.date(2030, 1, 1), "root")}


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ("NOWHERE,5,2023-01-01,x", "headcounts_agency", "NOWHERE"),
        ("BNV,6,2023-01-01,x", "headcounts_repeated", "BNV"),
        ("T01,many,2023-01-01,x", "headcounts_number", "many"),
        ("T01,0,2023-01-01,x", "headcounts_number", "0"),
        ("T01,-3,2023-01-01,x", "headcounts_number", "-3"),
        ("T01,1.5,2023-01-01,x", "headcounts_number", "1.5"),
        ("T01,,2023-01-01,x", "headcounts_number", ""),
        ("T01,5,soon,x", "headcounts_as_of", "soon"),
        ("T01,5,31/6/2023,x", "headcounts_as_of", "31/6/2023"),
        ("T01,5,2023-01-01,", "headcounts_source", ""),
        ("T01,5", "headcounts_as_of", ""),
    ],
)
def test_a_mistake_is_told_by_its_line(
    line: str, key: str, value: str, home: Home, round_: Round
) -> None:
    listed(home.root, "BNV,5,2023-01-01,x", line)
    with pytest.raises(OperatorError) as told:
        headcounts(home, round_)
    assert (told.value.key, told.value.words["line"], told.value.exit_code) == (key, 3, 3)
    assert all(value in told.value.text(lang) for lang in ("vi", "en"))


def test_checking_a_round_tells_every_mistake(home: Home, tmp_path: Path) -> None:
    round_ = tiny_round(tmp_path / "tiny")
    listed(round_.folder, "A0,5,2030-01-01,round", "NOWHERE,5,2030-01-01,x", "A1,many,2030-01-01,x")
    done = tonghop("--home", home.root, "--round", round_.folder, "round", "check")
    assert done.exit_code == 1
    assert [line.count("headcounts.csv") for line in done.stderr.splitlines()] == [1, 1]


def test_without_its_head_it_is_refused(home: Home, round_: Round) -> None:
    listed(home.root, "BNV,5,2023-01-01", head="agency,number,as_of")
    with pytest.raises(OperatorError, match="headcounts_header"):
        headcounts(home, round_)


def test_in_the_folder_of_returns_it_is_no_return(home: Home, round_: Round) -> None:
    listed(home.incoming, "BNV,5,2023-01-01,x")
    assert [each.reason for each in run.collect(home, round_).ignored] == ["headcounts"]


def test_headcounts_are_no_part_of_the_form(tmp_path: Path) -> None:
    round_ = tiny_round(tmp_path / "tiny")
    listed(round_.folder, "A0,5,2030-01-01,x")
    again = load_round(round_.folder)
    assert (again.digest, again.policy) == (round_.digest, round_.policy)
