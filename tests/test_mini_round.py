"""A tiny round of other words passes through the engine: ``pipeline/`` knows no round."""

from __future__ import annotations

import ast
import csv
import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from pipeline import run
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.stages import inventing as demo
from schemas.round.load import load_round
from schemas.round.round import Round
from tests.books import MINI, ROOT, filled, issued, round_of

NORTH = {
    "inspections": """
        quarter | building | inspected | passed
        2030    | SCH      | 10        | 7
        2030    | HOS      | 4         |
    """,
    "fines": """
        building | fined | amount
        SCH      | 2     | 99.5
    """,
}
SOUTH = {
    "inspections": """
        quarter | building | inspected
        2030    | SCH      | 3
    """,
    "fines": """
        building | fined
        SCH      | 4
    """,
}


@pytest.fixture(scope="module")
def round_() -> Round:
    return round_of(MINI)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, round_: Round) -> Home:
    home = Home(tmp_path_factory.mktemp("mini"))
    (home.incoming / "a.xlsx").write_bytes(filled(round_, "NOR", **NORTH))
    (home.incoming / "b.xlsx").write_bytes(filled(round_, "SOU", **SOUTH))
    (home.incoming / "c.xlsx").write_bytes(filled(round_, "HQ", {"nil": "Y"}))
    run.distribute(home, round_)
    run.consolidate(home, round_)
    return home


def test_its_returns_are_judged(home: Home, round_: Round) -> None:
    _, agencies = run.status(home, round_)
    assert agencies.set_index("agency")["standing"].to_dict() == {
        "NOR": "reported",
        "SOU": "being_corrected",
        "HQ": "confirmed_nil",
    }
    assert [
        (f.rule, f.sheet, f.cells) for f in run.findings(home, round_) if f.severity == "E"
    ] == [("X02", "Fines", ("B9",))]


def test_its_figures_and_summaries_are_written(home: Home, round_: Round) -> None:
    figures = run.figures(home, round_, "building")
    assert figures.set_index("building")["inspected"].to_dict() == {"SCH": 10, "HOS": 4}
    assert "collectives" not in figures
    assert (home.output / "by-building.xlsx").is_file()
    assert (home.issued / "SOU.xlsx").is_file()
    assert openpyxl.load_workbook(home.issued / "SOU.xlsx").sheetnames[:4] == [
        "Read me",
        "Office",
        "Inspections",
        "Fines",
    ]


def test_the_command_takes_a_round_by_folder(home: Home) -> None:
    command = [sys.executable, "-m", "pipeline.terminal.commands", "--home", str(home.root), "--round", str(MINI), "figures", "--by", "agency", "--format", "json"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert [(row["agency"], row["inspected"]) for row in json.loads(done.stdout)] == [
        ("NOR", 14),
        ("HQ", 0),
    ], "a confirmed nil is a 0"


def test_another_rounds_workbook_is_told(round_: Round, tmp_path: Path) -> None:
    other = tmp_path / "x.xlsx"
    other.write_bytes(issued(round_, "NOR"))
    checked = run.check(Home(tmp_path), load_round("cv4874"), [other])
    assert [(f.rule, f.severity) for f in checked[0].findings] == [("S04", "E")]


def test_a_round_without_invented_data_is_an_operators_mistake(
    round_: Round, tmp_path: Path
) -> None:
    with pytest.raises(OperatorError, match="no_demo"):
        demo.invent(Home(tmp_path), round_)
    assert list((tmp_path / "data" / "incoming").iterdir()) == []


@cache
def words_of_the_round() -> set[str]:
    round_ = load_round("cv4874")
    words = {spec.sheet for spec in round_.tables} | {
        column.title for spec in round_.tables for column in spec.columns
    }
    words |= set(round_.sheets.names)
    for path in (round_.folder / "codelists").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                words |= {row.get("name", ""), row.get("code", "")}
    return {word for word in words if len(word) > 1} - ALSO_PLAIN_WORDS


ALSO_PLAIN_WORDS = {"yes", "no", "HS", "TW", "CP", "TT"}
"""Codes that are words of the program or of file formats too."""


@pytest.mark.parametrize(
    "path", sorted((ROOT / "pipeline").rglob("*.py")), ids=lambda path: path.name
)
def test_the_engine_has_no_word_of_the_round(path: Path) -> None:
    constants = {
        node.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
    }
    assert not constants & words_of_the_round()
