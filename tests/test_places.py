"""The sheets of places: a map, a ranking, indicators, a sheet for each region; recounted, chosen anew in a real spreadsheet program."""

from __future__ import annotations

import io
import math
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.model import Standing
from pipeline.summarise.books import summary_book
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.places.indicators import ranks
from pipeline.summarise.places.parents import sheet_name
from pipeline.summarise.places.table import positions
from pipeline.summarise.places.tiles import tiles
from schemas.codelists import Entry
from schemas.round.faults import DeclarationError
from schemas.round.load import load_round
from schemas.round.round import Round
from tests import office
from tests.consolidations import consolidation, random_consolidation, tiny_round

pytestmark = pytest.mark.slow  # whole rounds through the engine

INDICATORS = {
    "cases": "Số vụ việc",
    "persons": "Số người",
    "collectives": "Số tập thể, tổ chức",
    "handled_rate": "Tỷ lệ đã xử lý",
    "unhandled_rate": "Tỷ lệ chưa xem xét",
    "loss": "Thiệt hại ước tính (triệu đồng)",
    "cases_agency": "Bình quân một cơ quan có số liệu: số vụ việc",
    "persons_agency": "Bình quân một cơ quan có số liệu: số người",
}
CHOSEN = ("collectives", "loss", "handled_rate", "persons_agency")
"""One of each kind: a count, an amount, a share, an average."""


@pytest.fixture(scope="module")
def made(round_: Round) -> Consolidation:
    return random_consolidation(round_, rows=300, seed=7)


@pytest.fixture(scope="module")
def content(round_: Round, made: Consolidation) -> bytes:
    return summary_book(made, round_.settings.summaries[1], "vi")


@pytest.fixture(scope="module")
def book(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content), data_only=True)


def recount(made: Consolidation) -> dict[str, dict[str, Any]]:
    """Every indicator by locality in plain loops; places without rows aren't there."""
    sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    agencies: dict[str, set[str]] = defaultdict(set)
    for row in made.tables["manifestations"].to_dict("records"):
        place = sums[row["locality"]]
        agencies[row["locality"]].add(row["agency"])
        place["cases"] += number(row["cases"])
        place["collectives" if row["subject"] == "TT" else "persons"] += number(row["persons"])
        if row["subject"] != "TT":
            for key in ("handled", "unhandled"):
                place[key] += number(row[key])
    loss: dict[str, float] = defaultdict(float)
    for row in made.tables["consequences"].to_dict("records"):
        loss[row["locality"]] += number(row["loss"])
    found: dict[str, dict[str, Any]] = {}
    for code in {*sums, *loss}:
        place = sums.get(code, {})
        count = len(agencies.get(code, ()))
        found[code] = {"loss": round(loss[code], 6)} if code in loss else {}
        if code in sums:
            found[code] |= {key: place.get(key, 0.0) for key in ("cases", "persons", "collectives")}
            found[code] |= {f"{key}_agency": place.get(key, 0.0) / count for key in ("cases", "persons")}
            if place.get("persons"):
                found[code] |= {f"{key}_rate": place.get(key, 0.0) / place["persons"] for key in ("handled", "unhandled")}
            else:
                found[code] |= {f"{key}_rate": None for key in ("handled", "unhandled")}
    return found


def number(value: Any) -> float:
    return 0.0 if value is None or math.isnan(value) else float(value)


def tiles_of(page: Worksheet, round_: Round) -> dict[str, Any]:
    """The map as people read it: what stands below each place's name."""
    at = {cell.value: cell for row in page.iter_rows() for cell in row if cell.value is not None}
    return {t.locality: page.cell(at[t.name].row + 1, at[t.name].column).value for t in tiles(round_) if t.locality}


def ranking(page: Worksheet) -> list[list[Any]]:
    lines = [[cell.value for cell in row] for row in page.iter_rows()]
    return lines[next(at for at, line in enumerate(lines) if line[0] == "TT") + 1 :]


def counted(made: Consolidation) -> set[str]:
    """Places whose own agency is counted."""
    whole = set(made.standing_of(Standing.REPORTED, Standing.NIL)["agency"])
    return {agency.own_locality for agency in made.round_.in_scope if agency.own_locality and agency.code in whole}


def assert_shows(made: Consolidation, book: openpyxl.Workbook, key: str) -> None:
    """The map and the ranking show this indicator as a recount has it."""
    round_, sums, whole = made.round_, recount(made), counted(made)
    shown = tiles_of(book["BẢN ĐỒ"], round_)
    assert len(shown) == 63
    for code, value in shown.items():
        expected = sums.get(code, {}).get(key, "–" if code in whole else "…")
        assert (value or "") == (
            ""
            if expected is None
            else ""
            if expected == 0
            else expected
            if isinstance(expected, str)
            else pytest.approx(expected, abs=1e-6)
        ), code
        assert expected != 0 or value == 0, "a reported zero is a zero"
    names = {tile.name: tile.locality for tile in tiles(round_)}
    lines = ranking(book["XẾP HẠNG"])
    assert [line[0] for line in lines] == list(range(1, 64))
    assert {names[line[2]] for line in lines} == set(shown)
    numbers = [shown[code] for code in shown if code in whole and isinstance(shown[code], int | float)]
    placed = [line for line in lines if line[1] != "không xếp hạng"]
    assert len(placed) == len(numbers)
    assert [line[3] for line in placed] == sorted(numbers, reverse=True)
    for line in placed:
        rank, tied = 1 + sum(n > line[3] for n in numbers), numbers.count(line[3]) > 1
        assert line[1] == (f"đồng hạng {rank}" if tied else rank)
    assert all(names[line[2]] not in whole or not isinstance(line[3], int | float) for line in lines[len(placed) :]), "listed, not ranked"


def test_the_map_and_the_ranking_show_a_recount(made: Consolidation, book: openpyxl.Workbook) -> None:
    assert_shows(made, book, "cases")


def test_each_place_has_its_cell_and_the_islands_are_there(round_: Round, book: openpyxl.Workbook) -> None:
    page = book["BẢN ĐỒ"]
    at = {cell.value: (cell.row, cell.column) for row in page.iter_rows() for cell in row if isinstance(cell.value, str)}
    top = at["Hà Giang"][0]
    for tile in tiles(round_):
        assert at[tile.name] == (top + 2 * (tile.row - 1), tile.column)
    for islands, province in (("Quần đảo Hoàng Sa (Đà Nẵng)", "Đà Nẵng"), ("Quần đảo Trường Sa (Khánh Hòa)", "Khánh Hòa")):
        assert at[islands][0] == at[province][0]
        assert at[islands][1] > at[province][1]
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert (page.page_setup.orientation, page.page_setup.fitToHeight or 1) == ("portrait", 1)


@pytest.mark.slow
def test_provisional_places_are_ranked_and_starred(round_: Round) -> None:
    cells = {"period": "2021", "sector": "LV01", "level": "TINH", "subject": "CB", "behaviour": "HV1", "persons": 1}
    rows = [{"agency": code, "locality": code, **cells, "cases": cases} for code, cases in (("T01", 5), ("T02", 9), ("T04", 2))]
    standings = {"T02": Standing.CORRECTING, "T06": Standing.CORRECTING}
    for provisional in (True, False):
        made = consolidation(round_, {"manifestations": rows}, standings, provisional=provisional)
        book = openpyxl.load_workbook(io.BytesIO(summary_book(made, round_.settings.summaries[1], "vi")), data_only=True)
        ranked = {line[2]: (line[1], line[5]) for line in ranking(book["XẾP HẠNG"]) if line[1] != "không xếp hạng"}
        assert ("Hà Giang" in ranked) == provisional
        assert ranked["Hà Nội"] == (2 if provisional else 1, "đã báo cáo")
        shown = {cell.value: cell for row in book["BẢN ĐỒ"].iter_rows() for cell in row}
        tile = shown["Hà Giang *" if provisional else "Hà Giang"]
        assert (tile.fill.patternType is None) == provisional, "hatched while it isn't counted"
        assert shown["Cao Bằng"].fill.patternType is None
        assert shown["Bắc Kạn"].fill.patternType, "to correct, but none of its rows count"
        if provisional:
            assert ranked["Hà Giang"] == (1, "cần sửa (tạm tính)")


def test_the_list_to_choose_from(content: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book["BẢN ĐỒ"]
    (rule,) = page.data_validations.dataValidation
    assert (rule.type, rule.formula1, str(rule.sqref)) == ("list", "bd_chi_tieu", chosen_cell(book))
    titles = book.defined_names["bd_chi_tieu"].attr_text.rpartition("!")[2].replace("$", "")
    assert [cell.value for cell in book["CHỈ TIÊU"][titles][0]] == list(INDICATORS.values())
    newer = ("LET(", "XLOOKUP(", "TEXTJOIN(", "FILTER(", "SORT(", "UNIQUE(", "_xlfn", "IFS(", "RANK.EQ(")
    texts = [str(c.value) for p in book for row in p.iter_rows() for c in row if c.data_type == "f"]
    assert not [t for t in texts for name in newer if name in t.replace("COUNTIFS(", "").replace("SUMIFS(", "")]


def chosen_cell(book: openpyxl.Workbook) -> str:
    return str(book.defined_names["bd_chon"].attr_text.rpartition("!")[2].replace("$", ""))


def test_the_steps_of_the_legend_hold_all_places(made: Consolidation, book: openpyxl.Workbook) -> None:
    lines = [[cell.value for cell in row] for row in book["BẢN ĐỒ"].iter_rows()]
    steps = [line[6:10] for line in lines if str(line[6]).startswith("Bậc")]
    sums, whole = recount(made), counted(made)
    numbers = sorted(sums[code]["cases"] for code in whole if "cases" in sums.get(code, {}))
    assert sum(step[3] for step in steps) == len(numbers)
    assert (steps[0][1], steps[-1][2]) == (numbers[0], numbers[-1])
    for _, low, high, count in steps:
        assert count == sum(low <= n <= high for n in numbers) if count else low in (None, "")


def test_indicators_and_ranks_of_every_place(made: Consolidation, book: openpyxl.Workbook) -> None:
    lines = [[cell.value for cell in row] for row in book["CHỈ TIÊU"].iter_rows()]
    head = next(at for at, line in enumerate(lines) if line[0] == "Mã")
    sums, whole, ranked = recount(made), counted(made), ("cases", "persons", "handled_rate")
    columns = {key: lines[head].index(title) for key, title in INDICATORS.items()}
    assert len(lines) == head + 2 + 63
    among = {key: [sums[code][key] for code in whole if sums.get(code, {}).get(key) is not None] for key in ranked}
    for line in lines[head + 2 :]:
        for key, column in columns.items():
            expected = sums.get(line[0], {}).get(key, "–" if line[0] in whole else "…")
            assert (
                line[column] in (None, "")
                if expected is None
                else line[column] == (expected if isinstance(expected, str) else pytest.approx(expected, abs=1e-6))
            )
        for at, key in enumerate(ranked):
            value, shown = sums.get(line[0], {}).get(key), line[columns["persons_agency"] + 1 + at]
            if line[0] not in whole or value is None:
                assert not isinstance(shown, int)
            else:
                rank = 1 + sum(n > value + 1e-9 for n in among[key])
                assert shown in (rank, f"đồng hạng {rank}")
                assert isinstance(shown, str) == (sum(abs(n - value) < 1e-9 for n in among[key]) > 1)


def test_a_sheet_for_each_region(round_: Round, made: Consolidation, book: openpyxl.Workbook) -> None:
    sums, regions = recount(made), round_.codelists["regions"].entries[:6]
    localities = round_.codelists["localities"].entries
    seen = 0
    for region in regions:
        page = book[sheet_name(region)]
        lines = [[cell.value for cell in row] for row in page.iter_rows()]
        head = next(at for at, line in enumerate(lines) if line[0] == "Mã")
        own = [entry for entry in localities if entry.extra["region"] == region.code]
        figures = lines[head + 2 : head + 2 + len(own)]
        assert [line[0] for line in figures] == [entry.code for entry in own]
        standing = dict(zip(made.agencies["agency"], made.agencies["standing"], strict=True))
        column = lines[head].index("Số vụ việc")
        for line in figures:
            assert (
                line[2]
                == {"reported": "đã báo cáo", "confirmed_nil": "không phát sinh", "being_corrected": "cần sửa", "missing": "chưa báo cáo"}[
                    standing[line[0]]
                ]
            )
        total, whole = lines[head + 2 + len(own)], lines[head + 3 + len(own)]
        assert total[1] == region.name
        assert total[column] == sum(sums.get(entry.code, {}).get("cases", 0) for entry in own)
        assert whole[column] == made.tables["manifestations"]["cases"].sum()
        places = lines[-len(own) :]
        assert [line[0] for line in places] == [entry.code for entry in own]
        inside = [sums[e.code]["cases"] for e in own if e.code in counted(made) and "cases" in sums.get(e.code, {})]
        for line in places:
            value = sums.get(line[0], {}).get("cases")
            if isinstance(line[2], int) or str(line[2]).startswith("đồng hạng"):
                assert str(line[2]).rpartition(" ")[2] == str(1 + sum(n > value for n in inside))
                seen += 1
    assert seen > 20
    assert sheet_name(round_.codelists["regions"].by_code["BTDM"]) == "Miền Trung"


def test_missing_nil_and_zero_look_different(round_: Round) -> None:
    cells = {"period": "2021", "sector": "LV01", "level": "TINH", "subject": "CB", "behaviour": "HV1"}
    rows = [
        {"agency": "T01", "locality": "T01", **cells, "cases": 0, "persons": 0},
        {"agency": "BNV", "locality": "T06", **cells, "cases": 9, "persons": 5, "handled": 5},
    ]
    made = consolidation(round_, {"manifestations": rows}, {"T02": Standing.NIL, "T04": Standing.CORRECTING})
    page = openpyxl.load_workbook(io.BytesIO(summary_book(made, round_.settings.summaries[1], "vi")), data_only=True)
    shown = tiles_of(page["BẢN ĐỒ"], round_)
    assert [shown[code] for code in ("T01", "T02", "T04", "T08", "T06")] == [0, "–", "…", "…", 9]
    fills = {cell.value: cell.fill.patternType for row in page["BẢN ĐỒ"].iter_rows() for cell in row if cell.value is not None}
    hatched = {name for name, fill in fills.items() if fill == "lightUp"}
    assert {"Cao Bằng", "Tuyên Quang", "Bắc Kạn"} <= hatched
    assert not {"Hà Nội", "Hà Giang"} & hatched
    lines = ranking(page["XẾP HẠNG"])
    assert lines[0][1:4] == [1, "Hà Nội", 0], "a figure of others doesn't rank a place that hasn't reported"
    assert [line[1] for line in lines[1:]] == ["không xếp hạng"] * 62


def test_ranks_and_positions() -> None:
    values = [3, "…", 7, 3, "", 1]
    assert ranks(values) == [(2, True), (0, False), (1, False), (2, True), (0, False), (4, False)]
    assert positions(values) == [2, 5, 1, 3, 6, 4]
    assert positions([]) == []


def test_a_name_too_long_for_a_sheet() -> None:
    assert sheet_name(Entry("A", "x" * 40, ("short", "a little longer", "y" * 32))) == "a little longer"
    assert sheet_name(Entry("A", "x" * 40)) == "x" * 40, "cut like any other"


@pytest.mark.parametrize("standing", [Standing.MISSING, Standing.NIL, Standing.CORRECTING])
def test_nobody_to_show(round_: Round, standing: Standing) -> None:
    made = consolidation(round_, {}, dict.fromkeys((agency.code for agency in round_.in_scope), standing))
    page = openpyxl.load_workbook(io.BytesIO(summary_book(made, round_.settings.summaries[1], "en")), data_only=True)
    assert set(tiles_of(page["MAP"], round_).values()) == {"–" if standing is Standing.NIL else "…"}


def _mapped(folder: Path) -> Round:
    """A tiny round in other words, with a map of its own."""
    tiny_round(folder)
    (folder / "codelists" / "tile_map.csv").write_text(
        "locality,name,row,column\n1,North,1,1\n2,South,2,1\n,Isle (South),2,8\n", encoding="utf-8"
    )
    text = (folder / "round.toml").read_text(encoding="utf-8")
    text = text.replace('version = "3"', 'version = "3"\nreferences = ["tile_map"]')
    text += '\n[[summaries]]\nfile = "p.xlsx"\ntitle = "TREES BY PLACE"\ndimension = "place"\nindicators = ["trees", "trees_agency"]\nranked = ["trees"]\n'
    (folder / "round.toml").write_text(text, encoding="utf-8")
    return load_round(folder)


ROWS: Mapping[str, Any] = {
    "trees": [
        {"agency": "A0", "kind": "OAK", "place": "1", "trees": 3},
        {"agency": "A1", "kind": "ASH", "place": "1", "trees": 4},
        {"agency": "A1", "kind": "ASH", "place": "2", "trees": 4},
        {"agency": "A1", "kind": "ASH", "place": "3", "trees": 40},
    ]
}


def test_a_map_of_another_round(tmp_path: Path) -> None:
    round_ = _mapped(tmp_path / "tiny")
    page = openpyxl.load_workbook(io.BytesIO(summary_book(consolidation(round_, ROWS), round_.settings.summaries[1], "en")), data_only=True)
    assert page.sheetnames[2:5] == ["MAP", "RANKING", "INDICATORS"]
    assert tiles_of(page["MAP"], round_) == {"1": 7, "2": 4}
    lines = [[cell.value for cell in row] for row in page["RANKING"].iter_rows()][-2:]
    assert lines == [[1, 1, "North", 7], [2, 2, "South", 4]]
    assert any("Not in this table: East." in str(row[0].value) for row in page["MAP"].iter_rows())


@pytest.mark.parametrize("key", ["leaves", "volume_agency"])
def test_an_indicator_that_no_table_gives_is_the_rounds_mistake(tmp_path: Path, key: str) -> None:
    round_ = _mapped(tmp_path / "tiny")
    text = (round_.folder / "round.toml").read_text(encoding="utf-8").replace('"trees", "trees_agency"', f'"{key}"')
    (round_.folder / "round.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DeclarationError) as error:
        load_round(round_.folder)
    told = [(fault.key, fault.place, fault.words["name"]) for fault in error.value.faults]
    assert told == [("no_such.indicator", "summaries.2.indicators", key), ("no_such.indicator", "summaries.2.ranked", "trees")]


@pytest.fixture(scope="module")
def chosen(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the workbook as it is after another indicator was chosen in it, named by the indicator."""
    folder, book = tmp_path_factory.mktemp("chosen"), openpyxl.load_workbook(io.BytesIO(content))
    (folder / "book.xlsx").write_bytes(content)
    choices = {key: ("bd_chi_tieu", [*INDICATORS].index(key)) for key in CHOSEN}
    office.chosen(folder / "book.xlsx", book.sheetnames.index("BẢN ĐỒ") + 1, chosen_cell(book), choices, folder / "saved")
    return folder / "saved"


@office.needs_office
@pytest.mark.office
@pytest.mark.slow
@pytest.mark.parametrize("key", CHOSEN)
def test_another_choice_changes_the_map_and_the_ranking(made: Consolidation, chosen: Path, key: str) -> None:
    assert_shows(made, openpyxl.load_workbook(chosen / f"{key}.xlsx", data_only=True), key)
