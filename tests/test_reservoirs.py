"""A round with decimals, negatives, quarters, a prefilled list and another language."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest
from docx import Document

from pipeline import run
from pipeline.distribute import issue
from pipeline.home import Home
from schemas.round.round import Round
from schemas.words import say
from tests.books import filled, issued, round_of
from tests.office import needs_office
from tests.often import times
from tests.reservoirs import FRACTIONS, RESERVOIRS, ROUND, WHOLE, workbook
from tests.selfchecks import Counts, held_together

NORTH = {
    "balance": """
        quarter | reservoir | inflow | change | net   | correction | drift | debt  | lowest | grade
        Q1      | LAC       | 10.5   | -2.25  | 8.25  | -3         | -40   | -0.5  | -0.5   | 1
        Q2      | TAL       | 1.1    | 0.2    | 1.3   | 0          |       | 0     |        |
        Q4      | TOT       | 0      | -5     | -5    | 2          | 7     |       | 12.5   | 5
    """,
    "releases": """
        quarter | reservoir | volume | day
        Q1      | LAC       | 10.5   | 2030-03-31
        Q2      | TAL       | 1.1    |
    """,
    "stocks": """
        held  | lost
        100.5 | -3
        40    |
        50.5  | -1
        10    | 0
              | 2
    """,
}
SOUTH = {
    "balance": """
        quarter | reservoir | inflow | change | net | correction
        Q1      | LAC       | 10.5   | -5.01  | 5.49 | -4
        Q3      | TAL       | -1     | 7.51   |      | 1
    """,
}


@pytest.fixture(scope="module")
def round_() -> Round:
    return round_of(RESERVOIRS)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, round_: Round) -> Home:
    home = Home(tmp_path_factory.mktemp("reservoirs"))
    (home.incoming / "n.xlsx").write_bytes(filled(round_, "N", **NORTH))
    (home.incoming / "s.xlsx").write_bytes(filled(round_, "S", **SOUTH))
    (home.incoming / "c.xlsx").write_bytes(filled(round_, "C", {"nil": "Y"}))
    run.distribute(home, round_)
    run.consolidate(home, round_, lang="en")
    return home


# --- the form ------------------------------------------------------------------------------------

VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]")


def test_the_form_speaks_the_rounds_language(round_: Round) -> None:
    book = openpyxl.load_workbook(io.BytesIO(issued(round_, "N")))
    texts = [
        str(cell)
        for sheet in book
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if cell is not None
    ]
    rules = book["Balance"].data_validations.dataValidation
    texts += [
        text
        for rule in rules
        for text in (rule.errorTitle, rule.error, rule.promptTitle, rule.prompt)
        if text
    ]
    assert {text for text in texts if VIETNAMESE.search(text)} == {
        "Tổng cộng",
        "¦all¦¬0001¦tc¦¬0002¦sur¦¬0003¦gro¦¬0004¦ice¦¬0005¦total¦¬0001¦tổng cộng¦¬0002¦i. surface water¦¬0003¦sum of ground water¦¬0004¦",
    }
    assert "SELF-CHECK BEFORE SENDING" in texts
    assert [book["Read me"][cell].value for cell in ("C1", "C2")] == [
        "CONFEDERATION OF RIVERS",
        "Every drop counts",
    ]
    assert "“about 5 ML” instead of a number." in texts
    assert (
        "Nothing to report: choose “Yes” at “No water held” and leave the data sheets empty."
        in texts
    )


def test_letters_speak_the_rounds_language(round_: Round) -> None:
    _, _, letter = next(issue.issue_all(round_, round_.in_scope[:1], invented=True))
    document = Document(io.BytesIO(letter(round_.deadline)))
    texts = [paragraph.text for paragraph in document.paragraphs]
    texts += [
        paragraph.text
        for row in document.tables[0].rows
        for cell in row.cells
        for paragraph in cell.paragraphs
    ]
    assert not [text for text in texts if VIETNAMESE.search(text)]
    assert {
        "INVENTED DATA",
        "To: Northern River Board",
        "CONFEDERATION OF RIVERS",
        "No.          /WB",
    } <= set(texts)
    assert (
        "If there is nothing to report, please still send the template and choose “Yes” at “No water held”."
        in texts
    )


BOUNDS = {
    "C": (
        "decimal",
        "0",
        "1000000000000",
        "“Inflow” must be a number of at least 0, without words.",
    ),
    "D": (
        "decimal",
        "-5",
        "7.5",
        "“Change of level” must be a number from -5 to 7.5, without words.",
    ),
    "E": (
        "decimal",
        "-1000000000000",
        "1000000000000",
        "“Net change” must be a number, without words.",
    ),
    "F": (
        "whole",
        "-3",
        "1000000000000",
        "“Corrections” must be a whole number of at least -3, without words.",
    ),
    "G": (
        "whole",
        "-1000000000000",
        "1000000000000",
        "“Drift of the gauge” must be a whole number, without words.",
    ),
    "H": (
        "decimal",
        "-1000000000000",
        "0",
        "“Owed to others” must be a number of at most 0, without words.",
    ),
    "I": (
        "decimal",
        "-0.5",
        "1000000000000",
        "“Lowest temperature” must be a number of at least -0.5, without words.",
    ),
    "J": ("whole", "1", "5", "“Grade” must be a whole number from 1 to 5, without words."),
}


def test_excel_accepts_what_each_column_declares(round_: Round) -> None:
    book = openpyxl.load_workbook(io.BytesIO(issued(round_, "N")))
    found = {str(rule.sqref)[0]: rule for rule in book["Balance"].data_validations.dataValidation}
    assert {
        column: (rule.type, rule.formula1, rule.formula2, rule.error)
        for column, rule in found.items()
        if column in BOUNDS
    } == BOUNDS


# --- the engine ----------------------------------------------------------------------------------


def test_its_returns_are_judged(home: Home, round_: Round) -> None:
    _, agencies = run.status(home, round_)
    assert agencies.set_index("agency")["standing"].to_dict() == {
        "N": "reported",
        "S": "being_corrected",
        "C": "confirmed_nil",
    }
    found = run.findings(home, round_)
    assert [
        (f.agency, f.rule, f.message, f.sheet, f.cells) for f in found if f.severity == "E"
    ] == [
        ("S", "V02", "number.out_of_range", "Balance", ("D9",)),
        ("S", "V02", "number.out_of_range", "Balance", ("F9",)),
        ("S", "V02", "number.negative", "Balance", ("C10",)),
        ("S", "V02", "number.out_of_range", "Balance", ("D10",)),
    ]


def test_bounds_are_told_as_they_are_declared(home: Home, round_: Round) -> None:
    said = [
        say(f.message, "fix", "en", f.words) for f in run.findings(home, round_) if f.rule == "V02"
    ]
    assert said == [
        "Enter a number from -5 to 7.5.",
        "Enter a number from -3 to ∞.",
        "Enter a number of at least 0.",
        "Enter a number from -5 to 7.5.",
    ]


def test_its_figures_keep_fractions_and_signs(home: Home, round_: Round) -> None:
    figures = run.figures(home, round_, "quarter").set_index("quarter")
    assert figures["change"].to_dict() == {"Q1": -2.25, "Q2": 0.2, "Q4": -5}
    assert figures.loc["Q1", ["inflow", "net", "correction", "drift", "debt"]].tolist() == [
        10.5,
        8.25,
        -3,
        -40,
        -0.5,
    ]
    assert figures["name"].tolist() == [
        "First quarter 2030",
        "Second quarter 2030",
        "Fourth quarter 2030",
    ]


def test_entries_of_a_prepared_list_are_no_totals_whatever_they_are_called(
    home: Home, round_: Round
) -> None:
    stocks = run.figures(home, round_, "stock", table="stocks").set_index("stock")
    assert stocks["held"].dropna().to_dict() == {"ALL": 100.5, "TC": 40, "SUR": 50.5, "GRO": 10}
    assert stocks["lost"].dropna().to_dict() == {"ALL": -3, "SUR": -1, "GRO": 0, "ICE": 2}
    assert set(stocks.index) == {"ALL", "TC", "SUR", "GRO", "ICE"}
    assert not [f for f in run.findings(home, round_) if f.rule in ("T02", "S11")]


def test_a_total_row_below_a_prepared_list_is_still_one(round_: Round, tmp_path: Path) -> None:
    path = tmp_path / "n.xlsx"
    path.write_bytes(
        filled(round_, "N", more={"Stocks": {"A14": "Grand total", "B14": 200, "C14": -2}}, **NORTH)
    )
    [checked] = run.check(Home(tmp_path), round_, [path])
    assert [
        (f.rule, f.cells, f.words["stated"], f.words["sum"])
        for f in checked.findings
        if f.sheet == "Stocks"
    ] == [("T02", ("B14",), "200", "201")]


def test_its_quarters_are_those_of_its_file_inside_the_window(round_: Round) -> None:
    entries = round_.codelists["periods"].entries
    assert [(entry.code, entry.valid_from, entry.valid_to) for entry in entries] == [
        ("Q1", dt.date(2030, 1, 1), dt.date(2030, 3, 31)),
        ("Q2", dt.date(2030, 4, 1), dt.date(2030, 6, 30)),
        ("Q3", dt.date(2030, 7, 1), dt.date(2030, 9, 30)),
        ("Q4", dt.date(2030, 10, 1), dt.date(2030, 11, 30)),
    ]


def test_feedback_and_summaries_are_written(home: Home) -> None:
    assert sorted(path.name for path in home.replies.glob("S.*")) == ["S.docx", "S.txt", "S.xlsx"]
    assert "CONFEDERATION OF RIVERS" in _text(home.replies / "S.docx", "word/document.xml")
    book = openpyxl.load_workbook(home.output / "by-reservoir.xlsx")
    texts = {
        cell
        for sheet in book
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if isinstance(cell, str)
    }
    assert {"First quarter 2030", "Fourth quarter 2030", "Lac d'Été, upper"} <= texts
    assert {text for text in texts if VIETNAMESE.search(text)} <= {"Tổng cộng"}


def _text(path: Path, part: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(part).decode()


# --- the self-check ------------------------------------------------------------------------------

FIRST = 154
"""The first seed from which eight workbooks (whole and fractional) break every rule."""
IN_SHEET = (
    "S13",
    "V01",
    "V02",
    "V03",
    "V04",
    "V05",
    "V06",
    "R01",
    "R02",
    "T01",
    "X01",
    "X02",
    "X03",
)


def compared(
    folder: Path, numbers: Sequence[int], values: Mapping[str, Sequence[object]]
) -> Counts:
    paths = [folder / f"{number}.xlsx" for number in numbers]
    for number, path in zip(numbers, paths, strict=True):
        path.write_bytes(workbook(number, values))
    return held_together(paths, ROUND, IN_SHEET)


@needs_office
@pytest.mark.slow
def test_whole_numbers_are_judged_alike_by_sheet_and_pipeline(tmp_path: Path) -> None:
    every = compared(tmp_path, [FIRST + number for number in times(8, 40)], WHOLE)
    assert {"S13", "V01", "V02", "V03", "V05", "V06", "R01", "R02", "T01", "X01", "X02", "X03"} == {
        rule for rule, _, _ in every
    }


@needs_office
@pytest.mark.slow
def test_fractions_and_negative_numbers_are_judged_alike_by_sheet_and_pipeline(
    tmp_path: Path,
) -> None:
    every = compared(tmp_path, [FIRST + number for number in times(8, 40)], FRACTIONS)
    assert {"S13", "V01", "V02", "V05", "V06", "R01", "R02", "T01", "X01", "X02", "X03"} <= {
        rule for rule, _, _ in every
    }
