"""The sheets of places: map, ranking, indicators, regions; recounted, and live formulas."""

from __future__ import annotations

import datetime as dt
import io
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.model import Standing
from pipeline.store.headcounts import Headcount
from pipeline.summarise.books import summary_book
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.places.parents import sheet_name
from pipeline.summarise.places.ranks import positions, ranks
from pipeline.summarise.places.tiles import tiles
from pipeline.summarise.progress import progress_book
from schemas.codelists import Entry
from schemas.round.faults import DeclarationError
from schemas.round.load import load_round
from schemas.round.round import Round
from tests import office
from tests.consolidations import consolidation, random_consolidation, tiny_round
from tests.often import MANY
from tests.rows import PROVINCE_CASE
from tests.shown import load

pytestmark = pytest.mark.slow  # whole rounds through the engine

INDICATORS = {
    "cases": "Số vụ việc",
    "persons": "Số người",
    "collectives": "Số tập thể, tổ chức",
    "handled_rate": "Tỷ lệ đã xử lý",
    "unhandled_rate": "Tỷ lệ chưa xem xét",
    "loss": "Thiệt hại ước tính (triệu đồng)",
    "persons_per_1000": "Số người trên 1.000 người làm việc",
}
MADE_OF = {
    "handled_rate_part": "Tỷ lệ đã xử lý: tử số (đã xử lý)",
    "handled_rate_whole": "Tỷ lệ đã xử lý: mẫu số (số người)",
    "unhandled_rate_part": "Tỷ lệ chưa xem xét: tử số (chưa xem xét)",
    "unhandled_rate_whole": "Tỷ lệ chưa xem xét: mẫu số (số người)",
}
"""What stands beside rates: what they were made of."""
TITLES = INDICATORS | MADE_OF
OF_ALL = [key for key in TITLES if key != "persons_per_1000"]
"""Those that others report too."""
LOWEST = {"handled_rate"}
"""Of these the lowest value is the worst."""
CHOSEN = (
    ("collectives", "loss", "handled_rate", "persons_per_1000")
    if MANY
    else ("handled_rate", "persons_per_1000")
)
"""One indicator of each kind: count, amount, share, and rate by headcount."""
OWN, OTHERS, BOTH = (
    "Bản gửi của chính địa phương",
    "Cơ quan khác báo cáo",
    "Cả hai nguồn (có thể trùng)",
)
ORIGINS = {OWN: "own", OTHERS: "others", BOTH: "both"}


def random_returns(round_: Round, *, rows: int, seed: int, **options: Any) -> Consolidation:
    """A random round in which provinces report on themselves; most headcounts are known."""
    made = random_consolidation(round_, rows=rows, seed=seed, **options)
    places = {agency.code: agency.locality for agency in round_.agencies if agency.group == "TINH"}
    for table in ("manifestations", "consequences", "handlings"):
        frame = made.tables[table]
        own = frame["agency"].map(places)
        frame["locality"] = frame["locality"].where(own.isna(), own)
    numbers = {agency.code: 100 + 7 * at for at, agency in enumerate(round_.in_scope) if at % 9}
    people = {
        code: Headcount(number, dt.date(2023, 6, 30), "invented")
        for code, number in numbers.items()
    }
    return replace(made, headcounts=people)


@pytest.fixture(scope="module")
def made(round_: Round) -> Consolidation:
    return random_returns(round_, rows=900, seed=7)


@pytest.fixture(scope="module")
def content(made: Consolidation) -> bytes:
    return of_places(made)


@pytest.fixture(scope="module")
def book(content: bytes) -> openpyxl.Workbook:
    return load(content)


def of_places(made: Consolidation, lang: str = "vi") -> bytes:
    """The workbook of places without its crossings, which these sheets do not use."""
    made = made.in_language(lang)
    return summary_book(made, replace(made.round_.settings.summaries[1], crossings=()))


def rows_of(made: Consolidation, table: str, origin: str) -> list[dict[str, Any]]:
    """The rows of an origin, by the list of agencies alone."""
    places = {
        agency.code: agency.locality for agency in made.round_.agencies if agency.group == "TINH"
    }
    rows = made.tables[table].to_dict("records")
    return [
        row
        for row in rows
        if origin == "both" or (places.get(row["agency"]) == row["locality"]) == (origin == "own")
    ]


def recount(
    made: Consolidation, origin: str = "own", key: str = "locality"
) -> dict[str, dict[str, Any]]:
    """Every indicator by place, region or all, in plain loops; places without rows are absent."""
    regions = {
        entry.code: entry.extra["region"] for entry in made.round_.codelists["localities"].entries
    }
    name = {
        "locality": lambda row: row["locality"],
        "region": lambda row: regions[row["locality"]],
        "all": lambda _: "",
    }[key]
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows_of(made, "manifestations", origin):
        groups[name(row)].append(row)
    for code, rows in groups.items():
        found[code] = counted_rows(rows)
    for row in rows_of(made, "consequences", origin):
        if not math.isnan(row["loss"]):
            place = found[name(row)]
            place["loss"] = round(place.get("loss", 0.0) + row["loss"], 6)
    for nil in made.standing_of(Standing.NIL).itertuples():
        if nil.group == "TINH" and origin != "others":
            zeros = {
                **dict.fromkeys(("cases", "persons", "collectives", "loss", "agencies"), 0),
                "handled_rate": None,
                "unhandled_rate": None,
                **dict.fromkeys(
                    (
                        "handled_rate_part",
                        "handled_rate_whole",
                        "unhandled_rate_part",
                        "unhandled_rate_whole",
                    ),
                    0,
                ),
            }
            place = found[name({"locality": nil.locality})]
            place |= {key: place.get(key, zero) for key, zero in zeros.items()}
            place["agencies"] += 1
    people = {
        a.own_locality: made.headcounts.get(a.code) for a in made.round_.in_scope if a.own_locality
    }
    for code, place in found.items():
        if "persons" in place and key == "locality":
            place["persons_per_1000"] = (
                place["persons"] / known.number * 1000 if (known := people.get(code)) else None
            )
    return found


def counted_rows(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The indicators of some rows of the main table; what none of them gives isn't there."""
    found: dict[str, Any] = {"agencies": len({row["agency"] for row in rows})}
    people, others = (
        [row for row in rows if (row["subject"] == "TT") == is_apart] for is_apart in (False, True)
    )
    for key, of, column in (
        ("cases", rows, "cases"),
        ("persons", people, "persons"),
        ("collectives", others, "persons"),
    ):
        values = [row[column] for row in of if not math.isnan(row[column])]
        found |= {key: sum(values)} if values else {}
    for key in ("handled", "unhandled"):
        both = [
            (row[key], row["persons"])
            for row in people
            if not math.isnan(row[key]) and not math.isnan(row["persons"])
        ]
        whole = sum(persons for _, persons in both)
        parts = sum(part for part, _ in both)
        rate = {"rate": parts / whole if whole else None, "rate_part": parts, "rate_whole": whole}
        found |= {f"{key}_{name}": value for name, value in rate.items()} if both else {}
    return found


def tiles_of(page: Worksheet, round_: Round, below: int = 1) -> dict[str, Any]:
    """The map as read: what stands ``below`` rows under each place's name."""
    at = {
        str(cell.value).rstrip(" *+"): cell
        for row in page.iter_rows()
        for cell in row
        if cell.value is not None
    }
    return {
        t.locality: page.cell(at[t.name].row + below, at[t.name].column).value
        for t in tiles(round_)
        if t.locality
    }


TERMS = {"Tử số của tỷ lệ": "part", "Mẫu số của tỷ lệ": "whole"}


def ranking(page: Worksheet) -> list[list[Any]]:
    """The lines without what rates are made of."""
    heads, *lines = _table(page)
    return [
        [cell for head, cell in zip(heads, line, strict=True) if head not in TERMS]
        for line in lines
    ]


def terms(page: Worksheet) -> dict[str, dict[str, Any]]:
    """What the chosen rate is made of, by place."""
    heads, *lines = _table(page)
    return {
        line[2]: {
            TERMS[head]: cell for head, cell in zip(heads, line, strict=True) if head in TERMS
        }
        for line in lines
    }


def _table(page: Worksheet) -> list[list[Any]]:
    lines = [[cell.value for cell in row] for row in page.iter_rows()]
    return lines[next(at for at, line in enumerate(lines) if line[0] == "STT") :]


def counted(made: Consolidation) -> set[str]:
    """Places whose own agency is counted."""
    whole = set(made.standing_of(Standing.REPORTED, Standing.NIL)["agency"])
    return {
        agency.own_locality
        for agency in made.round_.in_scope
        if agency.own_locality and agency.code in whole
    }


def sign_of(made: Consolidation, code: str) -> Any:
    """The sign for a place without a figure: its agency counts, or has no counting return."""
    standing = dict(zip(made.agencies["locality"], made.agencies["standing"], strict=True)).get(
        code
    )
    return "–" if standing in (Standing.REPORTED, Standing.NIL) else "…"


def is_shown(value: Any, expected: Any) -> bool:
    """Whether a cell shows what a recount has: a number, a sign, or nothing."""
    if expected is None:
        return value in (None, "")
    return bool(
        value == (expected if isinstance(expected, str) else pytest.approx(expected, abs=1e-6))
    )


def rank_of(value: float, among: list[float], key: str) -> int:
    """A rank from 1, the worst; equal values share one."""
    return 1 + sum(n < value - 1e-9 if key in LOWEST else n > value + 1e-9 for n in among)


def own_values(made: Consolidation, key: str) -> dict[str, Any]:
    """An indicator of every place's own return: a number, a sign, nothing."""
    sums = recount(made)
    codes = [tile.locality for tile in tiles(made.round_) if tile.locality]
    return {code: sums.get(code, {}).get(key, sign_of(made, code)) for code in codes}


def compared(made: Consolidation, key: str) -> dict[str, Any]:
    """The same for ranked places: those that count, with thirty or more for rates."""
    own, whole = own_values(made, key), counted(made)
    of = own_values(made, f"{key}_whole") if key.endswith("rate") else {}
    return {
        code: value
        for code, value in own.items()
        if code in whole
        and isinstance(value, int | float)
        and not (key.endswith("rate") and of[code] < 30)
    }


def assert_shows(made: Consolidation, book: openpyxl.Workbook, key: str) -> None:
    """The map and the ranking show this indicator as a recount has it."""
    round_, own, whole = made.round_, own_values(made, key), counted(made)
    reported = recount(made, "others") if key in OF_ALL else {}
    others = {code: place[key] for code, place in reported.items() if place.get(key) is not None}
    shown = tiles_of(book["BẢN ĐỒ"], round_)
    assert len(shown) == 63
    for code, value in shown.items():
        expected = others.get(code, own[code]) if code not in whole else own[code]
        assert is_shown(value, sign_of(made, code) if expected is None else expected), code
    at = {
        str(cell.value): cell
        for row in book["BẢN ĐỒ"].iter_rows()
        for cell in row
        if cell.value is not None
    }
    for tile in tiles(round_):
        also = tile.locality in whole and tile.locality in others
        assert not tile.locality or (f"{tile.name} +" if also else tile.name) in at, (
            "a sign where others report too"
        )
    names = {tile.name: tile.locality for tile in tiles(round_)}
    lines = ranking(book["XẾP HẠNG"])
    assert [line[0] for line in lines] == list(range(1, 64))
    assert {names[line[2]] for line in lines} == set(shown)
    numbers = list(compared(made, key).values())
    placed = [line for line in lines if line[1] != "không xếp hạng"]
    assert len(placed) == len(numbers)
    assert [line[3] for line in placed] == pytest.approx(
        sorted(numbers, reverse=key not in LOWEST), abs=1e-6
    )
    for line in placed:
        assert line[1] == rank_of(own[names[line[2]]], numbers, key)
    for line in lines:
        code = names[line[2]]
        assert is_shown(line[3], None if isinstance(own[code], str) else own[code])
        assert is_shown(line[4], reported.get(code, {}).get(key, "–"))
    made_of = {
        term: own_values(made, f"{key}_{term}") if key.endswith("rate") else {}
        for term in TERMS.values()
    }
    for name, found in terms(book["XẾP HẠNG"]).items():
        numbers_of = {term: of.get(names[name]) for term, of in made_of.items()}
        assert all(
            is_shown(found[term], None if isinstance(of, str) else of)
            for term, of in numbers_of.items()
        ), name
    for code, said in tiles_of(book["BẢN ĐỒ"], round_, below=2).items():
        part, of = (made_of[term].get(code) for term in TERMS.values())
        is_rate = code in whole and isinstance(part, int | float) and isinstance(of, int | float)
        assert (said or "") == (f"{part:g}/{of:g}" if is_rate else ""), code
    among = next(
        cell.value
        for row in book["XẾP HẠNG"].iter_rows()
        for cell in row
        if str(cell.value).startswith("Xếp hạng trên")
    )
    which = "thấp nhất" if key in LOWEST else "cao nhất"
    assert (
        among
        == f"Xếp hạng trên {len(numbers)} địa phương có bản gửi được tổng hợp (trong 63). Hạng 1 = đáng lo nhất = giá trị {which}"
    )


def test_rates_of_few_are_neither_ranked_nor_coloured(round_: Round) -> None:
    cells = {
        **PROVINCE_CASE,
        "cases": 1,
    }
    people = {"T01": (30, 15), "T02": (29, 0), "T04": (40, 30)}
    rows = [
        {"agency": code, "locality": code, **cells, "persons": n, "handled": part}
        for code, (n, part) in people.items()
    ]
    book = load(
        summary_book(consolidation(round_, {"manifestations": rows}), round_.settings.summaries[1])
    )
    page = book["CHỈ TIÊU"]
    (head,) = heads_of(page)
    columns = columns_of(page, head)
    at = (
        columns[
            "Hạng trong 3 địa phương có bản gửi được tổng hợp (trong 63); 1 = đáng lo nhất",
            "Tỷ lệ đã xử lý",
        ]
        - 1
    )
    ranks = {line[0].value: line[at] for line in page.iter_rows(min_row=head + 3)}
    assert [ranks[code].value for code in people] == [1, "dưới 30", 2]
    for name in ("BẢN ĐỒ", "XẾP HẠNG", "CHỈ TIÊU"):
        shown = " ".join(str(cell.value) for row in book[name].iter_rows(max_row=9) for cell in row)
        assert "dưới 30 trường hợp thì không xếp hạng" in shown
        assert "Tỷ lệ đã xử lý: 1 nơi" in shown


def test_the_map_and_the_ranking_show_a_recount(
    made: Consolidation, book: openpyxl.Workbook
) -> None:
    assert_shows(made, book, "cases")


def test_each_place_has_its_cell_and_the_islands_are_there(
    round_: Round, book: openpyxl.Workbook
) -> None:
    page = book["BẢN ĐỒ"]
    at = {
        cell.value.rstrip(" +"): (cell.row, cell.column)
        for row in page.iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    }
    top = at["Hà Giang"][0]
    for tile in tiles(round_):
        assert at[tile.name] == (top + 3 * (tile.row - 1), tile.column)
    for islands, province in (
        ("Quần đảo Hoàng Sa (Đà Nẵng)", "Đà Nẵng"),
        ("Quần đảo Trường Sa (Khánh Hòa)", "Khánh Hòa"),
    ):
        assert at[islands][0] == at[province][0]
        assert at[islands][1] > at[province][1]
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert (page.page_setup.orientation, page.page_setup.fitToHeight or 1) == ("portrait", 1)


@pytest.mark.slow
def test_provisional_places_are_ranked_and_starred(round_: Round) -> None:
    cells = {
        **PROVINCE_CASE,
        "persons": 1,
    }
    rows = [
        {"agency": code, "locality": code, **cells, "cases": cases}
        for code, cases in (("T01", 5), ("T02", 9), ("T04", 2))
    ]
    standings = {"T02": Standing.CORRECTING, "T06": Standing.CORRECTING}
    for provisional in (True, False):
        made = consolidation(round_, {"manifestations": rows}, standings, provisional=provisional)
        book = load(of_places(made), "BẢN ĐỒ", "XẾP HẠNG")
        ranked = {
            line[2]: (line[1], line[6])
            for line in ranking(book["XẾP HẠNG"])
            if line[1] != "không xếp hạng"
        }
        assert ("Hà Giang" in ranked) == provisional
        assert ranked["Hà Nội"] == (2 if provisional else 1, "đã báo cáo")
        shown = {cell.value: cell for row in book["BẢN ĐỒ"].iter_rows() for cell in row}
        tile = shown["Hà Giang *" if provisional else "Hà Giang"]
        assert (tile.fill.patternType is None) == provisional, "hatched while it isn't counted"
        assert shown["Cao Bằng"].fill.patternType is None
        assert shown["Bắc Kạn"].fill.patternType, "to correct, but none of its rows count"
        if provisional:
            assert ranked["Hà Giang"] == (1, "cần sửa (tạm tính)")
        assert ("Tên *" in shown) == provisional, "a line of the legend"
        among = next(
            str(cell.value)
            for row in book["XẾP HẠNG"].iter_rows()
            for cell in row
            if str(cell.value).startswith("Xếp hạng trên")
        )
        assert among.startswith(
            f"Xếp hạng trên {2 + provisional} địa phương có bản gửi được tổng hợp{', kể cả tạm tính' * provisional} (trong 63)"
        )
        standing = {
            row[1].value: row[3].value
            for row in load(progress_book(made))["TIẾN ĐỘ"].iter_rows()
            if len(row) > 3
        }
        assert standing["Ủy ban nhân dân tỉnh Hà Giang"] == (
            "cần sửa (tạm tính)" if provisional else "cần sửa"
        )
        assert standing["Ủy ban nhân dân tỉnh Bắc Kạn"] == "cần sửa"


def test_the_list_to_choose_from(content: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book["BẢN ĐỒ"]
    (rule,) = page.data_validations.dataValidation
    assert (rule.type, rule.formula1, str(rule.sqref)) == ("list", "bd_chi_tieu", chosen_cell(book))
    titles = book.defined_names["bd_chi_tieu"].attr_text.rpartition("!")[2].replace("$", "")
    assert [cell.value for cell in book["CHỈ TIÊU"][titles][0]] == list(INDICATORS.values())
    newer = (
        "LET(",
        "XLOOKUP(",
        "TEXTJOIN(",
        "FILTER(",
        "SORT(",
        "UNIQUE(",
        "_xlfn",
        "IFS(",
        "RANK.EQ(",
    )
    texts = [str(c.value) for p in book for row in p.iter_rows() for c in row if c.data_type == "f"]
    assert not [
        t
        for t in texts
        for name in newer
        if name in t.replace("COUNTIFS(", "").replace("SUMIFS(", "")
    ]


def chosen_cell(book: openpyxl.Workbook) -> str:
    return str(book.defined_names["bd_chon"].attr_text.rpartition("!")[2].replace("$", ""))


def test_the_steps_of_the_legend_hold_all_places(
    made: Consolidation, book: openpyxl.Workbook
) -> None:
    lines = [[cell.value for cell in row] for row in book["BẢN ĐỒ"].iter_rows()]
    steps = [line[6:10] for line in lines if str(line[6]).startswith("Bậc")]
    numbers = sorted(
        value
        for code, value in own_values(made, "cases").items()
        if code in counted(made) and not isinstance(value, str)
    )
    assert sum(step[3] for step in steps) == len(numbers)
    assert (steps[0][1], steps[-1][2]) == (numbers[0], numbers[-1])
    for _, low, high, count in steps:
        assert count == sum(low <= n <= high for n in numbers) if count else low in (None, "")


def bands_of(page: Worksheet, row: int) -> dict[int, str]:
    """By column, what the heading over it says: merged cells say it once."""
    found = {cell.column: cell.value for cell in page[row] if cell.value}
    for area in page.merged_cells.ranges:
        if area.min_row == row:
            found |= dict.fromkeys(
                range(area.min_col, area.max_col + 1), page.cell(row, area.min_col).value
            )
    return found


def columns_of(page: Worksheet, row: int) -> dict[tuple[str, str], int]:
    """Columns (from 1) of a table by (upper heading, title), the first of two alike."""
    bands, found = bands_of(page, row - 1), {}
    for cell in page[row]:
        found.setdefault((bands.get(cell.column, ""), cell.value), cell.column)
    return found


def heads_of(page: Worksheet) -> list[int]:
    """The rows of a sheet in which tables have their titles."""
    return [row[0].row for row in page.iter_rows(max_col=1) if row[0].value == "Mã"]


def test_indicators_and_ranks_of_every_place(made: Consolidation, book: openpyxl.Workbook) -> None:
    page, whole = book["CHỈ TIÊU"], counted(made)
    (head,) = heads_of(page)
    columns, lines = columns_of(page, head), list(page.iter_rows(min_row=head + 3))
    ranked = (
        f"Hạng trong {len(whole)} địa phương có bản gửi được tổng hợp (trong 63); 1 = đáng lo nhất"
    )
    assert len(lines) == 63
    recounts = {band: recount(made, origin) for band, origin in ORIGINS.items()}
    ranked_by = {key: compared(made, key) for key in ("cases", "persons", "handled_rate")}
    for line in lines:
        code = line[0].value
        for band, origin in ORIGINS.items():
            sums = recounts[band].get(code, {})
            for key in TITLES if origin == "own" else OF_ALL:
                sign = "–" if origin == "others" else sign_of(made, code)
                assert is_shown(line[columns[band, TITLES[key]] - 1].value, sums.get(key, sign)), (
                    code,
                    band,
                    key,
                )
        others = recounts[OTHERS].get(code, {})
        assert is_shown(
            line[columns[OTHERS, "Số cơ quan có số liệu"] - 1].value, others.get("agencies", "–")
        )
        for key, among in ranked_by.items():
            shown = line[columns[ranked, INDICATORS[key]] - 1].value
            if code not in among:
                assert not isinstance(shown, int)
            else:
                assert shown == rank_of(among[code], list(among.values()), key)


@pytest.mark.parametrize("at", range(6))
def test_a_sheet_for_each_region(
    round_: Round, made: Consolidation, book: openpyxl.Workbook, at: int
) -> None:
    region, whole = round_.codelists["regions"].entries[at], counted(made)
    page = book[sheet_name(region)]
    own = [
        entry
        for entry in round_.codelists["localities"].entries
        if entry.extra["region"] == region.code
    ]
    due = [agency for agency in round_.in_scope if agency.locality in {entry.code for entry in own}]
    standing = dict(zip(made.agencies["agency"], made.agencies["standing"], strict=True))
    says = {
        "reported": "đã báo cáo",
        "confirmed_nil": "không phát sinh",
        "being_corrected": "cần sửa",
        "missing": "chưa báo cáo",
    }
    missing = [
        f"{agency.short_name} ({says[standing[agency.code]]})"
        for agency in due
        if agency.locality not in whole
    ]
    inside = len(due) - len(missing)
    said = f"Đã tổng hợp bản gửi của {inside}/{len(due)} cơ quan của vùng." + (
        f" Chưa được tổng hợp: {'; '.join(missing)}" if missing else ""
    )
    assert said in [row[0].value for row in page.iter_rows(max_col=1)]
    heads = heads_of(page)
    for head, bands in zip(heads, ([OWN], [OTHERS], [BOTH]), strict=True):
        columns = columns_of(page, head)
        lines = list(page.iter_rows(min_row=head + 2, max_row=head + 3 + len(own)))
        assert [line[0].value for line in lines[: len(own)]] == [entry.code for entry in own]
        for band in bands:
            by_place, by_region, total = (
                recount(made, ORIGINS[band], key) for key in ("locality", "region", "all")
            )
            for key in OF_ALL:
                column = columns[band, TITLES[key]] - 1
                for line in lines[: len(own)]:
                    sign = "–" if band == OTHERS else sign_of(made, line[0].value)
                    assert is_shown(
                        line[column].value, by_place.get(line[0].value, {}).get(key, sign)
                    )
                assert is_shown(
                    lines[-2][column].value, by_region.get(region.code, {}).get(key, "–")
                )
                assert is_shown(lines[-1][column].value, total[""][key])
    columns, lines = (
        columns_of(page, heads[0]),
        list(page.iter_rows(min_row=heads[0] + 2, max_row=heads[0] + 1 + len(own))),
    )
    for key in ("cases", "persons", "handled_rate"):
        values, ranked = own_values(made, key), compared(made, key)
        groups = {
            f"Hạng trong {inside} nơi được tổng hợp của vùng": [entry.code for entry in own],
            f"Hạng trong {len(whole)} nơi được tổng hợp của cả nước": list(values),
        }
        for band, group in groups.items():
            among = [ranked[code] for code in group if code in ranked]
            for line in lines:
                shown = line[columns[band, TITLES[key]] - 1].value
                if line[0].value in ranked:
                    assert shown == rank_of(ranked[line[0].value], among, key)
                else:
                    assert not isinstance(shown, int)


@pytest.mark.parametrize(
    ("title", "key"), [("THEO ĐỊA PHƯƠNG", "locality"), ("THEO VÙNG", "region")]
)
def test_the_tables_tell_own_returns_and_others_apart(
    made: Consolidation, book: openpyxl.Workbook, title: str, key: str
) -> None:
    page = book[title]
    (head,) = heads_of(page)
    columns = columns_of(page, head)
    regions = {entry.code for entry in made.round_.codelists["regions"].entries}
    for band, origin in ORIGINS.items():
        sums = {by: recount(made, origin, by) for by in (key, "region", "all")}
        for line in page.iter_rows(min_row=head + 1):
            code = line[0].value or ""
            known = sums["all" if not code else "region" if code in regions else key].get(code, {})
            for measure in ("cases", "persons", "collectives", "handled_rate"):
                shown = line[columns[band, INDICATORS[measure]] - 1].value
                sign = (
                    "–"
                    if origin == "others" or code in regions or not code
                    else sign_of(made, code)
                )
                sign = "×" if origin == "own" and code == "TW" else sign
                assert is_shown(shown, known.get(measure, sign)), (band, code, measure)


def test_regions_say_who_counts_and_who_is_missing(
    round_: Round, made: Consolidation, book: openpyxl.Workbook
) -> None:
    regions = {
        entry.code: entry.extra["region"] for entry in round_.codelists["localities"].entries
    }
    standing = dict(zip(made.agencies["agency"], made.agencies["standing"], strict=True))
    says = {"being_corrected": "cần sửa", "missing": "chưa báo cáo"}
    page, places = book["THEO VÙNG"], book["THEO ĐỊA PHƯƠNG"]
    head, (below,) = heads_of(page)[0], heads_of(places)
    columns, own = columns_of(page, head), recount(made, "own", "region")
    share, missing = (
        columns["", title] - 1 for title in ("Cơ quan được tổng hợp", "Cơ quan chưa được tổng hợp")
    )
    mean = columns["", "Bình quân một địa phương có bản gửi được tổng hợp: số vụ việc"] - 1
    column, shares = columns_of(places, below)["", "Cơ quan được tổng hợp"] - 1, {}
    for line in places.iter_rows(min_row=below + 1):
        # the region stands before a place of the same code
        shares.setdefault(line[0].value, line[column].value)
    for line in page.iter_rows(min_row=head + 1, max_row=head + 7):
        due = [agency for agency in round_.in_scope if regions[agency.locality] == line[0].value]
        out = [agency for agency in due if standing[agency.code] in says]
        assert line[share].value == shares[line[0].value] == f"{len(due) - len(out)}/{len(due)}"
        assert (line[missing].value or "") == "; ".join(
            f"{agency.short_name} ({says[standing[agency.code]]})" for agency in out
        )
        provinces = [agency for agency in due if agency.group == "TINH" and agency not in out]
        cases = own.get(line[0].value, {}).get(
            "cases", "–" if any(agency.group == "TINH" for agency in due) else "×"
        )
        assert is_shown(
            line[mean].value, cases / len(provinces) if not isinstance(cases, str) else cases
        )
    total = next(iter(page.iter_rows(min_row=head + 8)))
    assert (
        total[share].value
        == f"{sum(each not in says for each in standing.values())}/{len(standing)}"
    )


def test_per_thousand_of_a_region_is_the_mean_by_headcount_of_the_places_that_are_known(
    round_: Round, made: Consolidation, book: openpyxl.Workbook
) -> None:
    people = {
        agency.own_locality: made.headcounts.get(agency.code)
        for agency in round_.in_scope
        if agency.own_locality
    }
    values = own_values(made, "persons_per_1000")
    seen = 0
    for region in round_.codelists["regions"].entries[:6]:
        page, codes = (
            book[sheet_name(region)],
            {
                e.code
                for e in round_.codelists["localities"].entries
                if e.extra["region"] == region.code
            },
        )
        head = heads_of(page)[0]
        column, staff = (
            columns_of(page, head)[OWN, INDICATORS["persons_per_1000"]],
            columns_of(page, head)["", "Nhân lực (người)"],
        )
        for among, row in ((codes, head + 2 + len(codes)), (set(values), head + 3 + len(codes))):
            known = [
                (values[code], people[code].number)
                for code in among
                if people[code] and isinstance(values[code], int | float)
            ]  # type: ignore[union-attr]
            expected = sum(v * n for v, n in known) / sum(n for _, n in known) if known else None
            assert is_shown(page.cell(row, column).value, expected)
            seen += bool(known)
        for row in range(head + 2, head + 2 + len(codes)):
            listed = people[page.cell(row, 1).value]
            assert page.cell(row, staff).value == (listed.number if listed else None)
    assert seen > 6


def test_every_agency_and_group_against_its_headcount(
    round_: Round, made: Consolidation, book: openpyxl.Workbook
) -> None:
    page = book["TRÊN 1.000 NGƯỜI"]
    (head,) = heads_of(page)
    lines = {
        line[0] or line[1]: line
        for line in ([cell.value for cell in row] for row in page.iter_rows(min_row=head + 1))
    }
    persons: dict[str, float] = defaultdict(float)
    for row in made.tables["manifestations"].to_dict("records"):
        if row["subject"] != "TT" and not math.isnan(row["persons"]):
            persons[row["agency"]] += row["persons"]
    persons |= dict.fromkeys(made.standing_of(Standing.NIL)["agency"], 0.0)
    standing = dict(zip(made.agencies["agency"], made.agencies["standing"], strict=True))
    for agency in round_.in_scope:
        people, line = made.headcounts.get(agency.code), lines[agency.code]
        assert line[3:6] == (
            [people.number, "30/06/2023", "invented"] if people else [None, "", ""]
        )
        sign = "–" if standing[agency.code] in (Standing.REPORTED, Standing.NIL) else "…"
        assert is_shown(line[6], persons.get(agency.code, sign))
        assert is_shown(
            line[7],
            persons[agency.code] / people.number * 1000
            if people and agency.code in persons
            else None,
        )
    for group in {agency.group for agency in round_.in_scope}:
        of = [agency.code for agency in round_.in_scope if agency.group == group]
        known = [
            (persons[code], made.headcounts[code].number)
            for code in of
            if code in persons and code in made.headcounts
        ]
        assert is_shown(
            lines[group][7],
            sum(p for p, _ in known) / sum(n for _, n in known) * 1000 if known else None,
        )
        assert is_shown(lines[group][3], sum(n for _, n in known) if known else None), (
            "what the rate is divided by stands beside it"
        )
    known = [
        (persons[code], made.headcounts[code].number) for code in persons if code in made.headcounts
    ]
    assert is_shown(
        lines["Tổng cộng"][7], sum(p for p, _ in known) / sum(n for _, n in known) * 1000
    )


def test_a_short_name_of_a_region(round_: Round) -> None:
    assert sheet_name(round_.codelists["regions"].by_code["BTDM"]) == "Miền Trung"


def test_missing_nil_and_zero_look_different(round_: Round) -> None:
    rows = [
        {"agency": "T01", "locality": "T01", **PROVINCE_CASE, "cases": 0, "persons": 0},
        {
            "agency": "BNV",
            "locality": "T06",
            **PROVINCE_CASE,
            "cases": 9,
            "persons": 5,
            "handled": 5,
        },
    ]
    made = consolidation(
        round_, {"manifestations": rows}, {"T02": Standing.NIL, "T04": Standing.CORRECTING}
    )
    page = load(of_places(made), "BẢN ĐỒ", "XẾP HẠNG")
    shown = tiles_of(page["BẢN ĐỒ"], round_)
    assert [shown[code] for code in ("T01", "T02", "T04", "T08", "T06")] == [0, 0, "…", "…", 9]
    fills = {
        cell.value: cell.fill.patternType
        for row in page["BẢN ĐỒ"].iter_rows()
        for cell in row
        if cell.value is not None
    }
    hatched = {name for name, fill in fills.items() if fill == "lightUp"}
    assert {"Cao Bằng", "Tuyên Quang", "Bắc Kạn"} <= hatched
    assert not {"Hà Nội", "Hà Giang"} & hatched
    lines = ranking(page["XẾP HẠNG"])
    both = [[1, name, 0] for name in ("Hà Nội", "Hà Giang")]
    assert [line[1:4] for line in lines[:2]] == both, (
        "a reported and a confirmed zero are ranked alike"
    )
    assert [line[1] for line in lines[2:]] == ["không xếp hạng"] * 61, (
        "a figure of others doesn't rank a place that hasn't reported"
    )
    assert ["không xếp hạng", "Bắc Kạn", None, 9] in [line[1:5] for line in lines]


def test_ranks_and_positions() -> None:
    values = [3, "…", 7, 3, "", 1]
    assert ranks(values) == [2, 0, 1, 2, 0, 4]
    assert ranks(values, lowest_first=True) == [2, 0, 4, 2, 0, 1]
    assert positions(values) == [2, 5, 1, 3, 6, 4]
    assert positions(values, lowest_first=True) == [2, 5, 4, 3, 6, 1]
    assert positions([]) == []


def test_a_name_too_long_for_a_sheet() -> None:
    assert (
        sheet_name(Entry("A", "x" * 40, ("short", "a little longer", "y" * 32)))
        == "a little longer"
    )
    assert sheet_name(Entry("A", "x" * 40)) == "x" * 40, "cut like any other"


@pytest.mark.parametrize("standing", [Standing.MISSING, Standing.NIL, Standing.CORRECTING])
def test_nobody_to_show(round_: Round, standing: Standing) -> None:
    made = consolidation(
        round_, {}, dict.fromkeys((agency.code for agency in round_.in_scope), standing)
    )
    page = load(of_places(made, "en"), "MAP")
    assert set(tiles_of(page["MAP"], round_).values()) == {0 if standing is Standing.NIL else "…"}


def _mapped(folder: Path) -> Round:
    """A tiny round in other words, with a map of its own."""
    tiny_round(folder)
    (folder / "codelists" / "tile_map.csv").write_text(
        "locality,name,row,column\n1,North,1,1\n2,South,2,1\n,Isle (South),2,8\n", encoding="utf-8"
    )
    text = (folder / "round.toml").read_text(encoding="utf-8")
    text = text.replace('version = "3"', 'version = "3"\nreferences = ["tile_map"]')
    text += '\n[[summaries]]\nfile = "p.xlsx"\ntitle = "TREES BY PLACE"\ndimension = "place"\nindicators = ["trees"]\nranked = ["trees"]\n'
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
    page = load(of_places(consolidation(round_, ROWS), "en"))
    assert page.sheetnames[3:6] == ["MAP", "RANKING", "INDICATORS"]
    assert tiles_of(page["MAP"], round_) == {"1": 7, "2": 4}
    lines = [[cell.value for cell in row] for row in page["RANKING"].iter_rows()][-2:]
    assert lines == [[1, 1, "North", 7], [2, 2, "South", 4]]
    assert any("Not in this table: East." in str(row[0].value) for row in page["MAP"].iter_rows())


@pytest.mark.parametrize("key", ["leaves", "leaves_agency"])
def test_an_indicator_that_no_table_gives_is_the_rounds_mistake(tmp_path: Path, key: str) -> None:
    round_ = _mapped(tmp_path / "tiny")
    text = (
        (round_.folder / "round.toml")
        .read_text(encoding="utf-8")
        .replace('["trees"]\nranked', f'["{key}"]\nranked')
    )
    (round_.folder / "round.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DeclarationError) as error:
        load_round(round_.folder)
    told = [(fault.key, fault.place, fault.words["name"]) for fault in error.value.faults]
    assert told == [
        ("no_such.indicator", "summaries.2.indicators", key),
        ("no_such.indicator", "summaries.2.ranked", "trees"),
    ]


@pytest.fixture(scope="module")
def chosen(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the workbook recalculated after each choice of an indicator, by its name."""
    folder, book = tmp_path_factory.mktemp("chosen"), openpyxl.load_workbook(io.BytesIO(content))
    (folder / "book.xlsx").write_bytes(content)
    choices = {key: ("bd_chi_tieu", [*INDICATORS].index(key)) for key in CHOSEN}
    office.chosen(
        folder / "book.xlsx",
        book.sheetnames.index("BẢN ĐỒ") + 1,
        chosen_cell(book),
        choices,
        folder / "saved",
    )
    return folder / "saved"


@office.needs_office
@pytest.mark.office
@pytest.mark.slow
@pytest.mark.parametrize("key", CHOSEN)
def test_another_choice_changes_the_map_and_the_ranking(
    made: Consolidation, chosen: Path, key: str
) -> None:
    assert_shows(made, load(chosen / f"{key}.xlsx", "BẢN ĐỒ", "XẾP HẠNG"), key)
