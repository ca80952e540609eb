"""Filling: what is written is what every reader reads, and nothing else in the file changes."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from python_calamine import CalamineWorkbook

from pipeline import run
from pipeline.distribute.fill import STRINGS, Filler, fill, named, placed
from pipeline.distribute.layout import FIRST_ROW, PREPARED_ROWS
from pipeline.home import Home
from schemas.invention import ExcelError, FormulaCell
from schemas.round.round import Round
from schemas.rules.base import excel_day
from tests.books import MINI, filled, issued, read, round_of
from tests.office import convert, needs_office

SHEET, OTHER = "Inspections", "Fines"


@pytest.fixture(scope="module")
def round_() -> Round:
    return round_of(MINI)


@pytest.fixture(scope="module")
def blank(round_: Round) -> bytes:
    return issued(round_, "NOR")


def members(workbook: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == len(set(archive.namelist()))
        return {name: archive.read(name) for name in archive.namelist()}


def opened(workbook: bytes, **options: Any) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook), **options)


def part_of(workbook: bytes, sheet: str) -> str:
    number = opened(workbook).sheetnames.index(sheet) + 1
    return members(workbook)[f"xl/worksheets/sheet{number}.xml"].decode()


def cell_of(workbook: bytes, address: str, sheet: str = SHEET) -> str:
    match = re.search(rf'<c r="{address}"[^>]*?(?:/>|>.*?</c>)', part_of(workbook, sheet))
    return match[0] if match else ""


def by_calamine(workbook: bytes, sheet: str) -> dict[str, Any]:
    """Values by address; its rows and columns count from ``start``."""
    read = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_name(sheet)
    top, left = read.start or (0, 0)
    rows = read.to_python()
    return {
        f"{get_column_letter(left + c + 1)}{top + r + 1}": value
        for r, row in enumerate(rows)
        for c, value in enumerate(row)
    }


ROWS = """
    quarter  | building | inspected | passed
    2030     | SCH      | 10        | 7
    2031H1   | HOS      | 4         |
"""


def test_rows_stand_where_the_template_wants_them(round_: Round) -> None:
    book = opened(
        filled(round_, "NOR", {"nil": "N", "signed_on": dt.date(2031, 7, 1)}, inspections=ROWS)
    )
    rows = [
        [cell.value for cell in row]
        for row in book[SHEET].iter_rows(min_row=FIRST_ROW, max_row=FIRST_ROW + 2)
    ]
    assert rows == [
        ["Năm 2030", "School", 10, 7],
        ["6 tháng đầu năm 2031", "Hospital, clinic", 4, None],
        [None] * 4,
    ]
    assert [book["Office"][f"B{row}"].value for row in range(8, 12)] == [
        "NOR",
        "North office",
        "No",
        dt.datetime(2031, 7, 1),  # noqa: DTZ001
    ]


def test_everything_else_stays_byte_for_byte(blank: bytes) -> None:
    before, after = members(blank), members(Filler(blank).fill({SHEET: {"A9": "x"}}))
    changed = {name for name in after if before[name] != after[name]}
    assert before.keys() == after.keys()
    assert changed == {
        STRINGS,
        f"xl/worksheets/sheet{opened(blank).sheetnames.index(SHEET) + 1}.xml",
    }
    sheet = next(name for name in changed if name != STRINGS)
    index = before[STRINGS].count(b"<si>")
    assert after[sheet] == re.sub(
        rb'<c r="A9"( s="\d+")/>', rb'<c r="A9"\1 t="s"><v>%d</v></c>' % index, before[sheet]
    )
    assert after[STRINGS].endswith(b"<si><t>x</t></si></sst>")


@pytest.mark.slow
def test_prepared_cells_keep_their_style(blank: bytes) -> None:
    style = re.search(r's="\d+"', cell_of(blank, "C9"))
    assert style
    for value in (3, "ba", None, dt.date(2030, 1, 1), ExcelError("#N/A"), FormulaCell("1+2"), True):
        assert style[0] in cell_of(Filler(blank).fill({SHEET: {"C9": value}}), "C9")


def test_none_in_a_row_is_skipped_and_none_in_a_cell_empties_it(
    round_: Round, blank: bytes
) -> None:
    assert placed(round_, {}, {"inspections": [{"inspected": None, "passed": 2}]})[SHEET] == {
        "D9": 2
    }
    emptied = fill(
        blank,
        round_,
        {},
        {"inspections": [{"inspected": 5}]},
        {SHEET: {"C9": None}, "Office": {"B9": None}},
    )
    assert cell_of(emptied, "C9") == cell_of(blank, "C9")
    assert opened(emptied)["Office"]["B9"].value is None


def test_strings_are_shared_and_counted(blank: bytes) -> None:
    old = members(blank)[STRINGS].decode()
    uses, unique = (int(n) for n in re.findall(r'ount="(\d+)"', old)[:2])
    new = members(
        Filler(blank).fill(
            {SHEET: {"A9": "mới", "B9": "mới", "A10": "School"}, OTHER: {"A9": "mới"}}
        )
    )[STRINGS].decode()
    assert [int(n) for n in re.findall(r'ount="(\d+)"', new)[:2]] == [uses + 4, unique + 1]
    assert new.count("<si>") == unique + 1
    assert new.count("<t>School</t>") == old.count("<t>School</t>") == 1


VALUES: list[tuple[object, object]] = [
    ("", ""),
    ("  hai đầu  ", "  hai đầu  "),
    ('<a & "b">', '<a & "b">'),
    ("=1+1", "=1+1"),
    ("dòng 1\ndòng 2", "dòng 1\ndòng 2"),
    ("Hòa Bình".encode().decode(), "Hòa Bình"),
    ("0012", "0012"),
    ("😀" * 3, "😀" * 3),
    (0, 0.0),
    (-3, -3.0),
    (0.1 + 0.2, 0.1 + 0.2),
    (1e300, 1e300),
    (np.int64(7), 7.0),
    (np.float64(2.5), 2.5),
    (True, True),
    (dt.date(2030, 2, 28), 47542.0),
    (dt.datetime(2030, 2, 28, 18), 47542.75),  # noqa: DTZ001
    (ExcelError("#REF!"), ""),
    (FormulaCell("SUM(A9:B9)"), ""),
]
"""What is written, and what is read."""
AT = [f"H{row}" for row in range(30, 30 + len(VALUES))]


@pytest.fixture(scope="module")
def written(blank: bytes) -> bytes:
    """A workbook with each value in a cell of its own."""
    values = [value for value, _ in VALUES]
    return Filler(blank).fill({OTHER: dict(zip(AT, values, strict=True))})


@pytest.fixture(scope="module")
def by_openpyxl(written: bytes) -> openpyxl.Workbook:
    return opened(written)


@pytest.mark.parametrize(
    ("address", "value", "expected"),
    [(address, *case) for address, case in zip(AT, VALUES, strict=True)],
    ids=repr,
)
def test_readers_read_what_was_written(
    written: bytes, by_openpyxl: openpyxl.Workbook, address: str, value: object, expected: object
) -> None:
    assert by_calamine(written, OTHER).get(address, "") == expected
    cell = by_openpyxl[OTHER][address]
    assert cell.value == {ExcelError: "#REF!", FormulaCell: "=SUM(A9:B9)"}.get(
        type(value), expected
    )
    assert cell.data_type == {ExcelError: "e", FormulaCell: "f", str: "s", bool: "b"}.get(
        type(value), "n"
    )


@pytest.mark.parametrize(
    ("text", "item"),
    [("a\rb", "a_x000D_b"), ("\x07", "_x0007_"), ("_x0041_", "_x005F_x0041_"), ("_x41_", "_x41_")],
)
def test_hidden_characters_are_written_as_excel_does(blank: bytes, text: str, item: str) -> None:
    assert f"<t>{item}</t>".encode() in members(Filler(blank).fill({SHEET: {"A9": text}}))[STRINGS]


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), b"abc", 1 + 2j, [1], np.datetime64("2030-01-01")],
    ids=repr,
)
def test_what_no_cell_can_hold_is_refused(blank: bytes, value: object) -> None:
    with pytest.raises(TypeError, match="no cell can hold"):
        Filler(blank).fill({SHEET: {"A9": value}})


def test_places_that_are_not_there_are_refused(round_: Round, blank: bytes) -> None:
    with pytest.raises(KeyError, match="Nowhere"):
        Filler(blank).fill({"Nowhere": {"A1": 1}})
    with pytest.raises(ValueError, match=r"tuple\.index"):
        placed(round_, {}, {"inspections": [{"no_such_column": 1}]})
    with pytest.raises(KeyError, match="no_such_table"):
        placed(round_, {}, {"no_such_table": []})


def test_cells_outside_the_sheet_widen_it(blank: bytes) -> None:
    book = Filler(blank).fill({SHEET: {"AB9": "xa", "Z9": 1, "A300": 2, "XFD1048576": 3}})
    assert re.findall(r'<dimension ref="(.*?)"', part_of(book, SHEET)) == ["A1:XFD1048576"]
    assert re.findall(
        r'<dimension ref="(.*?)"', part_of(Filler(blank).fill({SHEET: {"AB300": 2}}), SHEET)
    ) == ["A1:AB300"]
    assert re.findall(
        r'<dimension ref="(.*?)"', part_of(Filler(blank).fill({SHEET: {"A9": 2}}), SHEET)
    ) == re.findall(r'<dimension ref="(.*?)"', part_of(blank, SHEET))
    assert re.findall(r'<c r="([A-Z]+)9"', part_of(book, SHEET))[-2:] == ["Z", "AB"]
    near = Filler(blank).fill({SHEET: {"AB300": "xa"}})
    assert list(opened(near, read_only=True)[SHEET].iter_rows(min_row=300, values_only=True)) == [
        (*[None] * 27, "xa")
    ]


def test_rows_that_are_missing_are_put_in_their_place() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("Hai & ba <4>")
        sheet.write_string("B2", "hai")
        sheet.write_number("A7", 7)
        book.add_worksheet("Trống")
    filler = Filler(buffer.getvalue())
    done = filler.fill(
        {"Hai & ba <4>": {"C4": "bốn", "A2": 2, "A1": 1, "A9": 9}, "Trống": {"B2": "đầu"}}
    )
    rows = [list(row) for row in opened(done)["Hai & ba <4>"].iter_rows(values_only=True)]
    assert rows == [[1, None, None], [2, "hai", None], [None] * 3, [None, None, "bốn"], *[[None] * 3] * 2, [7, None, None], [None] * 3, [9, None, None]]  # fmt: skip
    assert re.findall(r'<row r="(\d+)"', part_of(done, "Hai & ba <4>")) == ["1", "2", "4", "7", "9"]
    assert opened(done)["Trống"]["B2"].value == "đầu"


def test_more_rows_than_prepared(round_: Round, blank: bytes) -> None:
    count = PREPARED_ROWS + 50
    book = fill(blank, round_, {}, {"inspections": [{"inspected": n} for n in range(count)]})
    rows = opened(book, read_only=True)[SHEET].iter_rows(
        min_row=FIRST_ROW, min_col=3, max_col=3, values_only=True
    )
    assert [row[0] for row in rows] == list(range(count))


def test_the_same_bytes_every_time_and_nothing_left_over(round_: Round, blank: bytes) -> None:
    filler = Filler(blank)
    first = filler.fill({SHEET: {"A9": "một", "C9": 1}})
    assert filler.fill({OTHER: {"A9": "hai"}}) == Filler(blank).fill({OTHER: {"A9": "hai"}})
    assert filler.fill({SHEET: {"A9": "một", "C9": 1}}) == first
    assert members(filler.fill({})) == members(blank)
    other = opened(Filler(issued(round_, "SOU")).fill({SHEET: {"A9": "x"}}))
    assert other["Office"]["B8"].value == "SOU"


UNDATED = [1, 2, 3, *range(5, 31)]
"""Columns without a date's format, in which a number is read as a number."""
cells = st.dictionaries(
    st.builds(
        lambda column, row: f"{get_column_letter(column)}{row}",
        st.sampled_from(UNDATED),
        st.integers(1, 260),
    ),
    st.one_of(
        st.integers(-(2**53), 2**53),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(
            st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="_\ufffe\uffff"),
            min_size=1,
        ),
        st.dates(dt.date(1900, 3, 1), dt.date(2100, 1, 1)),
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=40, deadline=None)
@given(cells)
def test_any_cells_come_back(values: dict[str, Any]) -> None:
    found = by_calamine(Filler(issued(round_of(MINI), "NOR")).fill({OTHER: values}), OTHER)
    for address, value in values.items():
        assert found[address] == (excel_day(value) if isinstance(value, dt.date) else value)


def test_codes_become_the_names_of_the_dropdowns(round_: Round) -> None:
    (row,) = read(round_, "fines", "building | fined | amount | day\nHOS | 2 | 1.5 | 2030-03-04")
    shown = named(round_, "fines", row)
    assert shown == {
        "building": "Hospital, clinic",
        "fined": 2,
        "amount": 1.5,
        "day": dt.date(2030, 3, 4),
    }
    assert named(round_, "fines", {"building": ExcelError("#N/A"), "day": None}) == {
        "building": ExcelError("#N/A"),
        "day": None,
    }
    with pytest.raises(KeyError, match="NIX"):
        named(round_, "fines", {"building": "NIX"})


def test_the_pipeline_finds_what_was_planted_at_its_cell(round_: Round, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(
        filled(
            round_,
            "NOR",
            more={SHEET: {"C10": ExcelError("#DIV/0!"), "D9": FormulaCell("C9-3")}},
            inspections=ROWS,
        )
    )
    found = [
        (f.rule, f.sheet, f.cells)
        for f in run.check(Home(tmp_path), round_, [path])[0].findings
        if f.severity == "E"
    ]
    assert found == [("S08", SHEET, ("C10",)), ("S09", SHEET, ("D9",))]


@pytest.mark.slow
@needs_office
def test_a_spreadsheet_program_reads_it_too(round_: Round, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    far = {
        SHEET: {"AB300": "xa"},
        OTHER: {"A9": "<&> '\"", "C9": dt.date(2030, 5, 6), "B9": FormulaCell("1+2")},
    }
    path.write_bytes(filled(round_, "NOR", more=far, inspections=ROWS))
    book = openpyxl.load_workbook(convert(path, "xlsx", tmp_path / "out"), data_only=True)
    assert [cell.value for cell in book[SHEET][FIRST_ROW]][:4] == ["Năm 2030", "School", 10, 7]
    assert book[SHEET]["AB300"].value == "xa"
    assert [book[OTHER][cell].value for cell in ("A9", "B9")] == ["<&> '\"", 3]
