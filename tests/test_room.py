"""Room on protected sheets: a clerk's work with rows, done in LibreOffice as by hand."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import openpyxl
import pytest

from pipeline.distribute.layout import CHECKED_ROWS, FIRST_ROW, HEADER_ROW, PREPARED_ROWS, letter
from schemas.columns import Kind
from tests.books import issued, opened
from tests.clerk import Step, worked
from tests.office import convert_all, needs_office
from tests.returns import ROUND
from tests.shown import only

SHEETS = {spec.key: position for position, spec in enumerate(ROUND.tables, 2)}
FIRST, SECOND, THIRD = "Năm 2021", "Năm 2022", "6 tháng đầu năm 2023"
SHEET, OTHER = SHEETS["manifestations"], SHEETS["causes"]


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("form") / "form.xlsx"
    path.write_bytes(issued(ROUND, "BNV"))
    return path


LAST = FIRST_ROW + CHECKED_ROWS - 1
FAR_BELOW: list[Step] = [
    *(
        ("type", SHEET, f"{column}{FIRST_ROW}", text)
        for column, text in zip("AHN", (FIRST, "cấp phép", "x"), strict=True)
    ),
    *(("do", SHEET, "A9:N9", "Copy"), ("values", SHEET, "A10:N308")),
    *(("read", SHEET, cell) for cell in ("A10", "H208", "N209", "A308")),
    *(("type", SHEET, f"B{LAST}", "Đầu tư công"), ("read", SHEET, f"B{LAST}")),
    *(("type", OTHER, "D900", "y"), ("read", OTHER, "D900")),
]
WITH_ROWS: list[Step] = [
    *(("type", SHEET, f"A{9 + n}", text) for n, text in enumerate((THIRD, SECOND, FIRST))),
    *(("sort", SHEET, "A9:N11", 1), *(("read", SHEET, f"A{row}") for row in (9, 10, 11))),
    *(("do", SHEET, "A10:A10", "DeleteRows"), ("read", SHEET, "A10")),
    *(
        ("do", SHEET, "A10:A11", "InsertRowsBefore"),
        ("read", SHEET, "A10"),
        ("type", SHEET, "A10", SECOND),
        ("read", SHEET, "A12"),
    ),
    *(
        ("do", SHEET, "A12:N12", "Cut"),
        ("do", SHEET, "A400:A400", "Paste"),
        ("read", SHEET, "A400"),
        ("read", SHEET, "A12"),
    ),
    *(("do", SHEET, "A9:N9", "Copy"), ("do", SHEET, "A401:A401", "Paste"), ("read", SHEET, "A401")),
    *(("do", SHEET, "A9:A9", "DeleteRows"), ("read", SHEET, "A9"), ("read", SHEET, "A399")),
]
LOCKED = [
    (SHEET, "A1"),
    (SHEET, "A7"),
    (SHEET, "C8"),
    (SHEET, "Z3"),
    (SHEETS["narratives"], "A9"),
    (SHEETS["info"], "B8"),
]
AT_LOCKED: list[Step] = [
    *(("read", *place) for place in LOCKED),
    *(("type", *place, "khác") for place in LOCKED),
    *(("read", *place) for place in LOCKED),
]
FILTERED: list[Step] = [
    *(("type", SHEET, f"A{9 + n}", text) for n, text in enumerate((THIRD, SECOND, FIRST))),
    *(
        ("filter", SHEET, "A9:N308", 1, SECOND),
        *(("read", SHEET, f"A{row}") for row in (9, 10, 11)),
    ),
    *(("filter", SHEET, "A9:N308", 1, ""), *(("read", SHEET, f"A{row}") for row in (9, 10, 11))),
]
SIXTY_ROWS: list[Step] = [
    ("type", SHEET, "A9", FIRST),
    ("do", SHEET, "A9:A9", "Copy"),
    ("values", SHEET, "A10:A60"),
]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the form is saved with sixty rows."""
    return tmp_path_factory.mktemp("filled") / "filled.xlsx"


Told = dict[str, list[str]]


@pytest.fixture(scope="module")
def told(form: Path, filled: Path) -> Told:
    """The opened form, one copy per piece of work, in one LibreOffice, whose start is slow."""
    works = {
        "far below": FAR_BELOW,
        "with rows": WITH_ROWS,
        "filtered": FILTERED,
        "at what is locked": AT_LOCKED,
        "sixty rows": [*SIXTY_ROWS, ("save", filled)],
    }
    said = iter(
        worked(
            [step for work in works.values() for step in (("open", form), *work, ("close",))],
            filled.parent,
        )
    )
    return {
        name: list(islice(said, sum(step[0] == "read" for step in work)))
        for name, work in works.items()
    }


@needs_office
@pytest.mark.slow
def test_rows_far_below_take_what_is_typed_and_pasted(told: Told) -> None:
    """B1: A209 and below were locked, and a paste of 300 rows was refused whole."""
    assert told["far below"] == [FIRST, "cấp phép", "x", FIRST, "Đầu tư công", "y"]


@needs_office
@pytest.mark.slow
def test_rows_are_deleted_inserted_cut_copied_and_sorted(told: Told) -> None:
    """B2: a wrong row could only be blanked, for cells beside the table were locked."""
    # 6 tháng… sorts before Năm…
    sorted_, deleted, inserted = [THIRD, FIRST, SECOND], [SECOND], ["", SECOND]
    assert told["with rows"] == [*sorted_, *deleted, *inserted, SECOND, "", THIRD, SECOND, SECOND]


@needs_office
@pytest.mark.slow
def test_the_filter_on_the_sheet_hides_rows_and_shows_them_again(told: Told) -> None:
    assert told["filtered"] == ["", SECOND, "", THIRD, SECOND, FIRST]


@needs_office
@pytest.mark.slow
def test_headings_and_what_is_given_stay_locked(told: Told) -> None:
    before, after = (
        told["at what is locked"][: len(LOCKED)],
        told["at what is locked"][len(LOCKED) :],
    )
    assert before == after
    assert "khác" not in before
    assert before[0]


@needs_office
@pytest.mark.slow
def test_a_print_ends_with_the_data(form: Path, filled: Path, told: Told, tmp_path: Path) -> None:
    """B15: all 200 ruled rows were printed."""
    assert told["sixty rows"] == []
    books = [tmp_path / name for name in ("blank.xlsx", "filled.xlsx")]
    for path, source in zip(books, (form, filled), strict=True):
        # the self-check's cells take longest to load
        path.write_bytes(only(source.read_bytes(), ROUND.by_key["manifestations"].sheet))
    pages = [
        path.read_bytes().count(b"/Type/Page/")
        for path in convert_all(books, "pdf", tmp_path, recalculated=False)
    ]
    assert 0 < pages[0] < pages[1] <= pages[0] + 2


def test_blank_rows_without_lines_are_not_printed(form: Path) -> None:
    book = opened(form.read_bytes())
    for spec in ROUND.row_tables:
        if not spec.prepared:
            sheet = book[spec.sheet]
            ruled = [
                row[0].row
                for row in sheet.iter_rows(min_row=FIRST_ROW)
                if any(cell.border.top.style for cell in row)
            ]
            assert ruled == list(range(FIRST_ROW, FIRST_ROW + 25))
            assert sheet.max_row == FIRST_ROW + PREPARED_ROWS - 1


def test_a_filter_stands_over_the_whole_table_and_all_below_is_open(form: Path) -> None:
    """Excel deletes and sorts rows whose cells are all unlocked; filters only where one is set."""
    book = opened(form.read_bytes())
    for spec in ROUND.row_tables:
        sheet = book[spec.sheet]
        if spec.prepared:
            assert sheet.auto_filter.ref is None
            assert sheet.protection.deleteRows
            continue
        last = letter(spec, spec.keys[-1])
        assert sheet.auto_filter.ref == f"A{HEADER_ROW + 1}:{last}{FIRST_ROW + CHECKED_ROWS - 1}"
        assert not any(
            (
                sheet.protection.deleteRows,
                sheet.protection.insertRows,
                sheet.protection.sort,
                sheet.protection.autoFilter,
            )
        )
        widths = list(sheet.column_dimensions.values())
        assert widths[0].min == 1
        assert max(column.max for column in widths) == 16_384
        assert not any(column.protection.locked for column in widths)
        cells = [cell for row in sheet.iter_rows(min_row=FIRST_ROW) for cell in row]
        assert not any(cell.protection.locked for cell in cells)
        # a whole row's format locks it
        assert all(sheet.row_dimensions[row].s for row in range(1, FIRST_ROW))


def test_the_cursor_is_on_the_first_cell_to_fill_and_keys_stay_in_sight(form: Path) -> None:
    book = opened(form.read_bytes())
    frozen = {spec.key: book[spec.sheet].freeze_panes for spec in ROUND.row_tables}
    assert frozen["manifestations"] == "G9"
    assert frozen["handlings"] == "F9"
    assert frozen["causes"] == "A9"
    for spec in ROUND.tables:
        sheet = book[spec.sheet]
        cell = sheet[sheet.sheet_view.selection[-1].activeCell]
        assert (
            cell.protection.locked is False
            or not sheet.column_dimensions[cell.column_letter].protection.locked
        )
        heights = sum(sheet.row_dimensions[row].height or 15 for row in range(1, FIRST_ROW))
        assert spec.is_form or heights <= 146, spec.key


def test_numbers_show_no_comma_without_decimals(form: Path) -> None:
    book = opened(form.read_bytes())
    for spec in ROUND.row_tables:
        for column in spec.columns:
            if column.kind is Kind.DECIMAL:
                assert (
                    book[spec.sheet][f"{letter(spec, column.key)}{FIRST_ROW}"].number_format
                    == "#,##0.00"
                )
    assert "#,##0.##" not in {
        cell.number_format for sheet in book for row in sheet.iter_rows() for cell in row
    }


def test_open_columns_without_cells_are_not_in_the_used_range(form: Path) -> None:
    book = openpyxl.load_workbook(form, read_only=True)
    for spec in ROUND.row_tables:
        assert book[spec.sheet].max_column == len(spec.columns)
