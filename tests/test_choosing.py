"""Agencies in any case, columns by their titles, folders that exist: what an operator means."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline import run
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.stages import deciding
from pipeline.stages.choosing import chosen_of, column_of
from schemas.round.round import Round
from tests.commands import tonghop

READING = [
    ("status",),
    ("findings",),
    ("figures", "--by", "sector"),
    ("trace", "--where", "sector=LV01"),
    ("mail", "log"),
    ("summarise",),
    ("feedback",),
    ("remind",),
    ("excuse", "T01", "--reason", "x"),
]


@pytest.mark.parametrize("named", ["BYT", "byt", "Bộ Y tế", "bộ y TẾ", " BỘ Y  TẾ "])
def test_an_agency_is_named_by_code_or_name_in_any_case(named: str, round_: Round) -> None:
    assert [agency.code for agency in chosen_of(round_, [named])] == ["BYT"]


def test_an_agency_named_twice_is_meant_once(round_: Round) -> None:
    assert [agency.code for agency in chosen_of(round_, ["t01", "Bộ Y tế", "T01"])] == [
        "T01",
        "BYT",
    ]


@pytest.mark.parametrize(("named", "near"), [("Bộ Y té", "Bộ Y tế (BYT)"), ("BQL", "(BQLL)")])
def test_who_names_no_agency_is_told_the_nearest(named: str, near: str, round_: Round) -> None:
    with pytest.raises(OperatorError) as raised:
        chosen_of(round_, [named])
    assert near in raised.value.text("vi")


@pytest.mark.parametrize(
    "words",
    [("distribute", "t02", "thành phố hà nội"), ("excuse", "t01", "--reason", "x")],
)
def test_commands_take_them(words: Sequence[str], tmp_path: Path) -> None:
    done = tonghop("--home", tmp_path, *words)
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    "named",
    [
        "manifestations.cases",
        "MANIFESTATIONS.Cases",
        "I.1 BIỂU HIỆN.Số vụ việc",
        "i.1 biểu hiện.SỐ VỤ VIỆC",
    ],
)
def test_a_column_is_named_as_the_form_names_it(named: str, round_: Round) -> None:
    assert column_of(round_, named) == "manifestations.cases"


def test_every_column_has_a_name_of_its_own(round_: Round) -> None:
    for spec in round_.row_tables:
        for column in spec.columns:
            place = f"{spec.key}.{column.key}"
            assert column_of(round_, round_.heading_of(place)) == place


def test_a_heading_of_one_sheet_is_enough_and_one_of_several_is_not(round_: Round) -> None:
    titles = [column.title for spec in round_.row_tables for column in spec.columns]
    several = next(title for title in titles if titles.count(title) > 1)
    alone = next(title for title in titles if titles.count(title) == 1)
    assert round_.heading_of(column_of(round_, alone)).endswith(alone)
    with pytest.raises(OperatorError, match="several_columns") as raised:
        column_of(round_, several)
    assert str(raised.value.words["found"]).count(several) == titles.count(several)


def test_who_names_no_column_is_told_the_nearest_and_not_all(round_: Round) -> None:
    with pytest.raises(OperatorError, match="no_such_column") as raised:
        column_of(round_, "Số vụ viêc xảy ra")
    assert "Số vụ việc" in str(raised.value.words["near"])
    assert len(str(raised.value.words["near"]).split("; ")) <= 3


def test_a_confirmed_column_is_told_by_its_heading(tmp_path: Path, round_: Round) -> None:
    deciding.excuse(Home(tmp_path), round_, "T02", run.decisions.Grounds("x", "y"))
    done = tonghop(
        "--home", tmp_path, "map", "t01", "Tổng lượt", "I.1 BIỂU HIỆN.Số vụ việc", "--reason", "x"
    )
    assert done.exit_code == 0, done.output
    assert "là cột “I.1 BIỂU HIỆN.Số vụ việc”" in done.stderr


def test_distribute_makes_the_folder_where_returns_are_dropped(tmp_path: Path) -> None:
    tonghop("--home", tmp_path, "distribute", "T01")
    assert (tmp_path / "data" / "incoming").is_dir()


@pytest.mark.slow
@pytest.mark.parametrize("words", READING, ids=" ".join)
@pytest.mark.parametrize("kind", ["gone", "other", "other's data"])
def test_what_reads_refuses_a_mistyped_folder_and_makes_nothing(
    words: Sequence[str], kind: str, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    if kind != "gone":
        (home / ("data" if "data" in kind else "ảnh")).mkdir(parents=True)
    before = sorted(tmp_path.rglob("*"))
    done = tonghop("--home", home, *words)
    assert done.exit_code == 3, done.output
    assert str(home) in done.stderr
    assert done.stdout == ""
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("words", READING[:5], ids=" ".join)
def test_what_reads_makes_nothing_in_an_empty_folder(words: Sequence[str], tmp_path: Path) -> None:
    assert tonghop("--home", tmp_path, *words).exit_code == 0
    assert list(tmp_path.iterdir()) == []
