"""The workbooks for analysts: figures recounted, texts stay texts, same bytes each time."""

from __future__ import annotations

import datetime as dt
import io
import re
import tomllib
import zipfile
from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.model import Choice, Decision, Finding, Severity, Standing, Verdict
from pipeline.office.safety import LONGEST_TEXT
from pipeline.office.textfit import column_for
from pipeline.summarise import finding_sheets
from pipeline.summarise.books import summary_book, write_all
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.figures import figures
from pipeline.summarise.progress import progress_book
from pipeline.summarise.sheets.lists import ListColumn, list_sheet
from pipeline.summarise.sheets.sheet import SummaryBook
from pipeline.summarise.workbook import row_sheets as row_step
from schemas.round.round import Round
from schemas.round.settings import Summary
from schemas.words import LANGUAGES
from tests import office
from tests.consolidations import consolidation, random_consolidation, random_rows, tiny_round
from tests.crossings import Place, grid
from tests.often import MANY, some
from tests.recounts import keys_of, rate
from tests.rows import PROVINCE_CASE
from tests.shown import load, one_sheet, only
from tests.values import values

MESSAGES = Path(__file__).parents[1] / "schemas" / "messages"


@pytest.fixture(scope="module")
def round_(small_round: Round) -> Round:
    return small_round


@pytest.fixture(scope="module")
def made(round_: Round) -> Consolidation:
    return random_consolidation(
        round_,
        rows=400,
        more=[{"agency": "BNV", "file": "cũ/BNV.xlsx", "verdict": Verdict.ACCEPTED}, {}],
    )


@pytest.fixture(scope="module")
def contents(round_: Round, made: Consolidation) -> dict[str, bytes]:
    return {each.dimension: summary_book(made, each) for each in round_.settings.summaries}


@pytest.fixture(scope="module")
def books(contents: dict[str, bytes]) -> dict[str, openpyxl.Workbook]:
    return {dimension: load(content) for dimension, content in contents.items()}


def short(round_: Round, at: int, *crossings: str) -> Summary:
    """One of the round's summaries with so few crossings."""
    return replace(round_.settings.summaries[at], crossings=crossings)


def texts(page: Worksheet) -> list[str]:
    return [str(cell.value) for row in page.iter_rows() for cell in row if cell.value is not None]


ORIGINS = ("Bản gửi của chính địa phương", "Cơ quan khác báo cáo", "Cả hai nguồn (có thể trùng)")
"""What stands over the columns of places."""
TOTAL_LINE, TOTAL_COLUMN = ("", "Tổng cộng"), ("", "Cộng")


def places(cells: dict[tuple[str, Place, Place], Any], at: int) -> list[Place]:
    """The lines (1) or columns (2) of a crossing, in order."""
    return list(dict.fromkeys(key[at] for key in cells))  # type: ignore[misc]


RATE = "Tỷ lệ đã xử lý"
MEASURES = {
    "part": f"{RATE}: tử số (đã xử lý)",
    "whole": f"{RATE}: mẫu số (số người)",
    "rate": RATE,
    "cases": "Số vụ việc",
    "persons": "Số người",
    "collectives": "Số tập thể, tổ chức",
    "loss": "Thiệt hại ước tính (triệu đồng)",
}
MONTHLY = "Bình quân một tháng: "
AVERAGE = "Bình quân một cơ quan có số liệu: "
MONTHS = {
    "2021": 341 / 30.4375,
    "2022": 365 / 30.4375,
    "2023H1": 181 / 30.4375,
    "Σ": (341 + 365 + 181) / 30.4375,
}
CROSSED = [
    (book, key)
    for book, keys in {
        "sector": (
            "behaviour",
            "period",
            "subject",
            "level",
            "handling",
            "handling_group",
            "consequence",
        ),
        "locality": (
            "behaviour",
            "sector",
            "period",
            "subject",
            "level",
            "handling",
            "handling_group",
            "consequence",
        ),
        "behaviour": (
            "sector",
            "manifestation",
            "period",
            "subject",
            "level",
            "handling",
            "handling_group",
            "consequence",
        ),
    }.items()
    for key in keys
]


def sheet_of(book: openpyxl.Workbook, round_: Round, key: str) -> Worksheet:
    titles = {"handling_group": "NHÓM HÌNH THỨC XỬ LÝ"}
    title = (
        titles.get(key)
        or next(c.title for spec in round_.row_tables for c in spec.columns if c.key == key).upper()
    )
    return book[f"THEO {title}"]


def names_of(round_: Round, key: str) -> dict[str, str]:
    """Names of a dimension's entries by code, from the code lists alone."""
    attributes = {"region": "regions", "handling_group": "handling_groups"}
    listed = attributes.get(key) or next(
        c.codes for spec in round_.row_tables for c in spec.columns if c.key == key
    )
    return {
        **{entry.code: entry.name for entry in round_.codelists[listed].entries},
        "": "(để trống)",
    }


def recounted(
    made: Consolidation, table: str, own: str, other: str
) -> dict[tuple[str, Any, Any], float]:
    """Sums by (measure, line, column) in plain loops; a figure that nobody gave is left out."""
    round_, sums = made.round_, defaultdict(float)
    keys = keys_of(round_, table)
    labels = {key: names_of(round_, key) for key in (own, other, "region") if key in keys}
    for row in made.tables[table].to_dict("records"):
        label = {key: (keys[key](row), labels[key][keys[key](row)]) for key in labels}
        owns = [label[own], "Σ", *([label["region"]] if own == "locality" else [])]
        for place in [(one, two) for one in owns for two in (label[other], "Σ")]:
            for measure, value in given(row).items():
                sums[measure, *place] += value
    for agency in made.agencies[made.agencies["standing"] == "confirmed_nil"].itertuples():
        lines = []
        if own == "locality" and agency.group == "TINH":
            region = round_.codelists["localities"].by_code[agency.locality].extra["region"]
            lines = [
                (agency.locality, labels[own][agency.locality]),
                (region, labels["region"][region]),
            ]
        for place in [
            ("Σ", "Σ"),
            *((line, column) for line in lines for column in (*labels[other].items(), "Σ")),
        ]:
            for measure in ("cases", "persons", "collectives", "loss", "part", "whole"):
                sums[measure, *place] += 0
    return dict(sums)


def given(row: dict[Any, Any]) -> dict[str, float]:
    """What a row gives, by measure; of the rate its numerator and denominator, if it gives both."""
    found = {
        key: row[key]
        for key in ("cases", "persons", "loss", "handled")
        if not np.isnan(row.get(key, np.nan))
    }
    if row.get("subject") == "TT":
        return {
            "cases": found["cases"],
            **({"collectives": found["persons"]} if "persons" in found else {}),
        }
    both = (
        {"part": found["handled"], "whole": found["persons"]}
        if {"handled", "persons"} <= set(found)
        else {}
    )
    return {key: value for key, value in found.items() if key != "handled"} | both


@pytest.mark.parametrize(("dimension", "key"), CROSSED)
def test_every_crossing_equals_a_recount(
    round_: Round,
    made: Consolidation,
    books: dict[str, openpyxl.Workbook],
    dimension: str,
    key: str,
) -> None:
    table = {
        "handling": "handlings",
        "handling_group": "handlings",
        "consequence": "consequences",
    }.get(key, "manifestations")
    sums = recounted(made, table, dimension, key)
    cells = grid(sheet_of(books[dimension], round_, key).values)
    own_goes_down = any(
        line in names_of(round_, dimension).items() for line in places(cells, 1) if line[0]
    )
    figures_seen = averages_seen = 0
    for (shown_title, line, column), value in cells.items():
        monthly, bare = shown_title.startswith(MONTHLY), shown_title.removeprefix(MONTHLY)
        title = bare[:1].upper() + bare[1:]
        measure = next(each for each, name in MEASURES.items() if title.startswith(name))
        assert ("(lượt)" in title) == (table != "manifestations" and measure != "loss")
        down, across = (
            "Σ" if line == TOTAL_LINE else line,
            "Σ" if column == TOTAL_COLUMN else column,
        )
        place = (down, across) if own_goes_down else (across, down)
        subject = place[1][0] if key == "subject" and place[1] != "Σ" else ""
        if subject and measure != "cases" and (measure != "collectives") == (subject == "TT"):
            assert value == "×"
        elif ("whole" if measure == "rate" else measure, *place) not in sums:
            assert value in ("–", "…"), (title, line, column)
        elif measure == "rate":
            whole = sums["whole", *place]
            assert (
                value in ("", None)
                if not whole
                else value == pytest.approx(sums["part", *place] / whole, abs=1e-6)
            )
        elif monthly:
            months = MONTHS.get(place[1][0] if place[1] != "Σ" else "Σ")
            assert (
                value in ("", None)
                if months is None
                else value == pytest.approx(sums[measure, *place] / months, abs=1e-6)
            )
            averages_seen += 1
        else:
            assert value == pytest.approx(sums[measure, *place], abs=1e-6), (title, line, column)
            figures_seen += 1
    shown = {"loss"} & set(made.tables[table]) or {"persons", "collectives"}
    shown |= {"part", "whole", "rate"} if table == "manifestations" else set()
    assert {
        each for each, name in MEASURES.items() for title, _, _ in cells if title.startswith(name)
    } == {"cases", *shown}
    assert (averages_seen > 0) == (key == "period")
    assert figures_seen >= len(
        {tuple(place) for measure, *place in sums if measure == "cases" and "Σ" not in place}
    )


def test_every_entry_has_a_line_in_the_order_of_its_list(
    round_: Round, books: dict[str, openpyxl.Workbook]
) -> None:
    lines = places(grid(books["sector"]["THEO HÀNH VI"].values), 1)
    assert [code for code, _ in lines] == [*round_.codelists["sectors"].codes, ""]
    handlings = round_.codelists["handlings"].codes
    lines = places(grid(books["sector"]["THEO HÌNH THỨC XỬ LÝ"].values), 1)
    assert [code for code, _ in lines] == [*handlings, ""], "the longer list goes down"


def test_the_table_of_entries_shows_the_figures(
    made: Consolidation, books: dict[str, openpyxl.Workbook]
) -> None:
    for dimension, book in books.items():
        lines = [
            [cell.value for cell in row]
            for row in sheet_of(book, made.round_, dimension).iter_rows()
        ]
        head = next(at for at, line in enumerate(lines) if line[0] == "Mã")
        # own returns and what others report stand before both together: another test has them
        if dimension == "locality":
            assert [lines[head - 1][at] for at in (2, 8, 15)] == list(ORIGINS)
            lines = [[*line[:2], *line[15:]] for line in lines]
        keys = [
            *("cases", "persons", "handled", "pending", "unhandled"),
            *("collectives", "collectives_handled", "collectives_pending", "collectives_unhandled"),
        ]
        assert [str(title).split("\n")[0] for title in lines[head][2:19]] == [
            *("Số vụ việc", "Số người", "Đã xử lý", "Đang xem xét", "Chưa xem xét"),
            *(
                "Số tập thể, tổ chức",
                "Tập thể đã xử lý",
                "Tập thể đang xem xét",
                "Tập thể chưa xem xét",
            ),
            *(
                "Tỷ lệ đã xử lý: tử số (đã xử lý)",
                "Tỷ lệ đã xử lý: mẫu số (số người)",
                "Tỷ lệ đã xử lý",
            ),
            *(
                "Tỷ lệ chưa xem xét: tử số (chưa xem xét)",
                "Tỷ lệ chưa xem xét: mẫu số (số người)",
                "Tỷ lệ chưa xem xét",
            ),
            *("Thiệt hại ước tính (triệu đồng)", "Số cơ quan có số liệu"),
        ]
        expected = figures(made, dimension, "manifestations").set_index(dimension)
        loss = figures(made, dimension, "consequences").set_index(dimension)["loss"]
        own = [
            line
            for line in lines[head + 1 :]
            if line[0] in expected.index and line[1] == expected.loc[line[0], "name"]
        ]
        assert len(own) == len(expected)
        nils = set(made.standing_of(Standing.NIL)["locality"]) if dimension == "locality" else set()
        for line in own:
            assert line[2:11] == [
                "–" if pd.isna(value) else value for value in expected.loc[line[0], keys]
            ]
            rows = made.tables["manifestations"]
            for at, key in ((11, "handled"), (14, "unhandled")):
                assert_rate(
                    line[at : at + 3],
                    rate(rows[rows[dimension] == line[0]], key, "persons"),
                    is_nil=line[0] in nils,
                )
            assert line[17] == (
                pytest.approx(loss[line[0]]) if pd.notna(loss.get(line[0])) else "–"
            )
            assert line[18] == expected.loc[line[0], "agencies"]
        assert not [title for title in lines[head] if str(title).startswith(AVERAGE)], (
            "ministries and provinces aren't averaged"
        )
        total, nil = lines[-1], len(made.standing_of(Standing.NIL))
        assert total[1] == "Tổng cộng"
        assert total[2:11] == [expected[key].sum() for key in keys]
        assert total[17] == pytest.approx(made.tables["consequences"]["loss"].sum())
        assert (
            total[18]
            == made.tables["manifestations"]["agency"].nunique() + nil
            == made.coverage.counted
        )


def test_agencies_of_one_group_are_averaged(round_: Round) -> None:
    """A figure is divided by the agencies that gave that very figure."""
    alike = replace(
        round_,
        agencies=tuple(replace(each, group=round_.agencies[0].group) for each in round_.agencies),
    )
    rows = [
        {"agency": code, "locality": code, **PROVINCE_CASE, "cases": 3, "persons": people}
        for code, people in (("T01", 8), ("T02", None))
    ]
    book = summary_book(
        consolidation(alike, {"manifestations": rows}), round_.settings.summaries[0]
    )
    for sheet, count in (("THEO LĨNH VỰC", 2), ("TỪNG LĨNH VỰC", 5)):
        lines = [[cell.value for cell in row] for row in one_sheet(book, sheet).iter_rows()]
        head = next(at for at, line in enumerate(lines) if line[0] == "Mã")
        averages = [at for at, title in enumerate(lines[head]) if str(title).startswith(AVERAGE)]
        shown = [
            [line[at] for at in averages[:2]]
            for line in lines[head + 1 :]
            if any(isinstance(line[at], int | float) for at in averages)
        ]
        assert shown[:2] == [[3, 8], [3, 8]]
        assert len(shown) >= count


def assert_rate(cells: list[Any], terms: tuple[Fraction, Fraction] | None, *, is_nil: bool) -> None:
    """A rate stands behind the two numbers that it is made of."""
    part, whole = terms or ((0, 0) if is_nil else ("–", "–"))
    quotient: Any = (
        part
        if isinstance(part, str)
        else pytest.approx(float(part / whole), abs=1e-6)
        if whole
        else None
    )
    assert cells[:2] == [part, whole]
    assert (cells[2] or None) == quotient or cells[2] == quotient


def test_each_headline_says_how_much_it_rests_on(
    made: Consolidation, books: dict[str, openpyxl.Workbook]
) -> None:
    known = made.coverage
    said = f"{known.counted}/20 cơ quan, {known.nil} không phát sinh, {known.late} chậm, {known.correcting} cần sửa, {known.missing} chưa báo cáo"
    lines = [[cell.value for cell in row] for row in books["sector"]["TỔNG QUAN"].iter_rows()]
    top = next(at for at, line in enumerate(lines) if line[0] == "Chỉ tiêu")
    headlines = lines[top + 1 : top + 17]
    assert sum(said == cell for line in lines for cell in line) == 1, "once, above the table"
    out = [
        made.round_.by_agency[row.agency]
        for row in made.agencies.itertuples()
        if row.standing in ("missing", "being_corrected")
    ]
    told = f"Không có trong số liệu ({len(out)}/20 cơ quan): {'; '.join(each.short_name or each.name for each in out)}."
    assert told in [line[0] for line in lines[:top]]
    gave = set(made.tables["manifestations"].dropna(subset="cases")["agency"])
    assert headlines[0][4] == len(gave) + known.nil, (
        "agencies that gave the figure; a confirmed nil is one"
    )
    total = [[cell.value for cell in row] for row in books["sector"]["THEO LĨNH VỰC"].iter_rows()][
        -1
    ]
    assert [line[2] for line in headlines] == total[2:18]
    assert total[2] == made.tables["manifestations"]["cases"].sum()
    for book in books.values():
        assert all(said in texts(page) for page in book)


def test_regions_hold_their_localities(
    round_: Round, made: Consolidation, books: dict[str, openpyxl.Workbook]
) -> None:
    every = [
        [cell.value for cell in row] for row in books["locality"]["THEO ĐỊA PHƯƠNG"].iter_rows()
    ]
    lines = [[*line[:2], line[15]] for line in every]
    start = next(at for at, line in enumerate(lines) if line[0] == "Mã") + 1
    regions = {entry.name for entry in round_.codelists["regions"].entries}
    owner = {
        e.name: round_.codelists["regions"].name(e.extra["region"])
        for e in round_.codelists["localities"].entries
    }
    sums: dict[str, int] = defaultdict(int)
    region = ""
    for code, name, cases in lines[start:-1]:
        if (
            name in regions
            and code in round_.codelists["regions"].by_code
            and name != owner.get(name)
        ):
            region, sums[name] = name, sums[name] - cases
        else:
            assert owner[name] == region
            sums[region] += cases if isinstance(cases, int) else 0
    assert set(sums.values()) == {0}
    assert set(sums) == regions
    by_region = [
        [*line[:2], line[15]]
        for line in (
            [cell.value for cell in row] for row in books["locality"]["THEO VÙNG"].iter_rows()
        )
    ]
    assert by_region[-1][2] == made.tables["manifestations"]["cases"].sum()
    assert [line[1] for line in by_region[-8:-1]] == [
        entry.name for entry in round_.codelists["regions"].entries
    ]


def test_missing_is_not_zero(round_: Round) -> None:
    made = consolidation(
        round_,
        {
            "manifestations": [
                {"agency": "T01", "locality": "T01", **PROVINCE_CASE, "cases": 0, "persons": 3}
            ]
        },
        {"T02": Standing.NIL, "T04": Standing.CORRECTING},
    )
    sheet = one_sheet(summary_book(made, short(round_, 1, "behaviour")), "THEO HÀNH VI")
    cases = {
        (line[0], column[0]): v
        for (title, line, column), v in grid(sheet.values).items()
        if title == "Số vụ việc"
    }
    assert cases["T01", "HV1"] == 0, "reported as 0"
    assert cases["T01", "HV2"] == "–", "reported, but nothing of this"
    assert cases["T02", "HV1"] == 0, "reported that there is nothing"
    assert cases["T04", "HV1"] == "…", "to be corrected"
    assert cases["T06", "HV1"] == "…", "not reported"
    standing = {row[0].value: row[2].value for row in sheet.iter_rows() if row[1].value}
    assert [standing[code] for code in ("T01", "T02", "T04", "T06")] == [
        "đã báo cáo",
        "không phát sinh",
        "cần sửa",
        "chưa báo cáo",
    ]


@pytest.mark.slow
def test_what_repeats_a_cell_shows_what_it_shows(round_: Round) -> None:
    """A ministry reports, without a loss, on a province that has not: no figure is known of it."""
    cells = {
        **PROVINCE_CASE,
        "cases": 2,
        "persons": 3,
    }
    rows = [
        {"agency": agency, "locality": place, **cells}
        for agency, place in (("BNV", "T06"), ("T01", "T01"))
    ]
    made = consolidation(round_, {"manifestations": rows})
    content = summary_book(made, short(round_, 1, "behaviour", "sector", "consequence"))
    values, formulas, repeated = load(content), openpyxl.load_workbook(io.BytesIO(content)), set()
    for page in formulas:
        for cell in (cell for line in page.iter_rows() for cell in line if cell.data_type == "f"):
            if found := re.fullmatch(r"='([^']+)'!\$?([A-Z]+)\$?(\d+)", cell.value):
                assert (
                    values[page.title][cell.coordinate].value
                    == values[found[1]][f"{found[2]}{found[3]}"].value
                ), cell
                repeated.add(page.title)
    assert repeated >= {"TỔNG QUAN", "TỪNG ĐỊA PHƯƠNG", "SỐ LIỆU BIỂU ĐỒ"}
    lines = [[cell.value for cell in line] for line in values["TỪNG ĐỊA PHƯƠNG"].iter_rows()]
    loss = next(line for line in lines if line[0] == "Mã").index("Thiệt hại ước tính (triệu đồng)")
    assert {
        line[loss] for line in lines if line[0] == "T06" and line[2] in ("Tổng cộng", "Lĩnh vực")
    } == {"…"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "standings", some(1, ["one agency", "all nil", "nobody", "all to correct"])
)
def test_small_rounds(round_: Round, tmp_path: Path, standings: str) -> None:
    kind = {
        "nobody": Standing.MISSING,
        "all nil": Standing.NIL,
        "all to correct": Standing.CORRECTING,
        "one agency": Standing.MISSING,
    }
    given = {agency.code: kind[standings] for agency in round_.in_scope}
    one = {
        spec.key: random_rows(round_, spec, ["T01"], 3, np.random.default_rng(1))
        for spec in round_.row_tables
    }
    made = (
        consolidation(round_, one)
        if standings == "one agency"
        else consolidation(round_, {}, given)
    )
    written = write_all(made, tmp_path)
    assert [path.name for path in written[:3]] == [each.file for each in round_.settings.summaries]
    assert {path.name for path in written[3:]} >= {
        "tien-do-va-loi.xlsx",
        "tien-do.html",
        "tom-tat.docx",
        "noi-dung-bao-cao.xlsx",
        "bao-cao-tong-hop.docx",
        "narratives.parquet",
        "nguon.json",
    }
    shown = {value for path in written[:3] for value in crossing_values(path)}
    if standings == "one agency":
        assert made.coverage.counted == 1
        assert shown >= {"–", "…", *figures(made, "sector", "manifestations")["cases"]}
    else:
        assert shown <= ({"–", 0, "", None} if standings == "all nil" else {"…"}) | {"×"}


def crossing_values(path: Path) -> set[Any]:
    sheets = ([*page.values] for page in load(path))
    crossed = [
        lines
        for lines in sheets
        if any(line[0] == "Mã" and not line[1] for line in lines if len(line) > 1)
    ]
    return {value for lines in crossed for value in grid(lines).values()}


# --- rows, sources, notes ------------------------------------------------------------------------


def test_rows_stand_with_their_provenance(
    round_: Round, made: Consolidation, books: dict[str, openpyxl.Workbook]
) -> None:
    for key, sheet in (
        ("manifestations", "I.1 BIỂU HIỆN"),
        ("consequences", "I.2 HẬU QUẢ"),
        ("handlings", "I.3b XỬ LÝ"),
    ):
        page, spec = books["sector"][f"DỮ LIỆU {sheet}"], round_.by_key[key]
        frame = made.tables[key].sort_values("sector", kind="stable")
        lines = [[cell.value for cell in row] for row in page.iter_rows()]
        head = next(at for at, line in enumerate(lines) if line[0] == "Mã")
        own = [
            "Mã",
            "Cơ quan",
            *(column.title for column in spec.columns),
            "Tệp",
            "Trang tính",
            "Dòng",
        ]
        assert lines[head][: len(own)] == own
        assert (lines[head][len(own)], lines[head][-1]) == ("NGUỒN", "Đang hiện")
        assert len(lines) == head + 1 + len(frame)
        for line, row in zip(lines[head + 1 :], frame.to_dict("records"), strict=True):
            assert [line[0], *line[len(own) - 3 : len(own)]] == [
                row["agency"],
                row["file"],
                row["sheet"],
                row["row"],
            ]
            assert line[1] == round_.by_agency[row["agency"]].name
            for column, value in zip(spec.columns, line[2:], strict=False):
                assert value == shown(round_, column, row[column.key]), column.key
        table = page.tables[f"tbl_{key}"]
        assert table.ref == f"A{head + 1}:{get_column_letter(len(lines[head]))}{len(lines)}"
        assert table.autoFilter.ref == table.ref
        assert page.freeze_panes == f"C{head + 2}"


TABLE_OF = {"handling": "handlings", "handling_group": "handlings", "consequence": "consequences"}


@pytest.mark.parametrize(
    "dimension", ["sector", pytest.param("locality", marks=pytest.mark.slow), "behaviour"]
)
def test_codes_lead_to_the_rows_of_their_entries(
    round_: Round, made: Consolidation, books: dict[str, openpyxl.Workbook], dimension: str
) -> None:
    book, checked = books[dimension], 0
    owners = {e.code: e.extra["region"] for e in round_.codelists["localities"].entries}
    for key in (dimension, *(other for own, other in CROSSED if own == dimension)):
        table = TABLE_OF.get(key, "manifestations")
        codes = (
            made.tables[table][dimension]
            .astype("object")
            .where(made.tables[table][dimension].notna(), "")
        )
        for cell in (
            cell
            for row in sheet_of(book, round_, key).iter_rows(min_row=2)
            for cell in row
            if cell.hyperlink
        ):
            sheet, area = cell.hyperlink.location.rsplit("!", 1)
            rows = [[each.value for each in row] for row in book[sheet.strip("'")][area]]
            wanted = codes.isin([cell.value]) | codes.map(owners).isin([cell.value])
            if cell.value == "Tổng cộng":
                wanted = codes.notna()
            elif cell.value == "(để trống)":
                wanted = codes == ""
            assert len(rows) == wanted.sum(), (key, cell.coordinate)
            assert sorted(row[0] for row in rows) == sorted(made.tables[table]["agency"][wanted])
            checked += 1
    assert checked > 4 * made.tables["manifestations"][dimension].nunique()


@pytest.mark.slow
@pytest.mark.parametrize("dimension", ["sector", "locality", "behaviour"])
def test_each_entry_has_its_lines_by_all_other_dimensions(
    round_: Round, made: Consolidation, books: dict[str, openpyxl.Workbook], dimension: str
) -> None:
    page = next(each for each in books[dimension] if each.title.startswith("TỪNG "))
    lines = [[cell.value for cell in row] for row in page.iter_rows()]
    head = next(at for at, line in enumerate(lines) if line[0] == "Mã")
    cases, persons, agencies = (
        next(at for at, title in enumerate(lines[head]) if str(title).startswith(name))
        for name in ("Số vụ việc", "Số người", "Số cơ quan có số liệu")
    )
    assert not [title for title in lines[head] if str(title).startswith(AVERAGE)], (
        "ministries and provinces aren't averaged"
    )
    titles = {
        str(sheet_of(books[dimension], round_, key).title)[5:]: key
        for own, key in CROSSED
        if own == dimension
    }
    records = {
        table: made.tables[table].to_dict("records")
        for table in {"manifestations", *TABLE_OF.values()}
    }
    codes_of = {table: keys_of(round_, table) for table in records}
    seen, nils = defaultdict(set), set(made.standing_of(Standing.NIL)["locality"])
    for line in lines[head + 1 :]:
        key = (
            dimension if line[2] == "Tổng cộng" else titles[line[2].removesuffix(" (lượt)").upper()]
        )
        table = TABLE_OF.get(key, "manifestations")
        assert line[2].endswith("(lượt)") == (table != "manifestations")
        code_of = codes_of[table]
        rows = [row for row in records[table] if code_of[dimension](row) == (line[0] or "")]
        rows = (
            rows
            if key == dimension
            else [row for row in rows if code_of[key](row) == (line[3] or "")]
        )
        nil = nils if dimension == "locality" and line[0] in nils else set()
        assert line[cases] == sum(np.nan_to_num(row["cases"]) for row in rows)
        assert line[agencies] == len({row["agency"] for row in rows}) + len({line[0]} & nil)
        if table == "manifestations" and key != "subject":
            people = [row["persons"] for row in rows if row["subject"] != "TT"]
            assert line[persons] == (
                sum(people) if people or line[0] in nil else "–" if line[persons] == "–" else "…"
            )
        seen[key].add((line[0] or "", line[3] or ""))
    for key, places_seen in seen.items():
        code_of = keys_of(round_, TABLE_OF.get(key, "manifestations"))
        rows = made.tables[TABLE_OF.get(key, "manifestations")].to_dict("records")
        assert places_seen >= {
            (code_of[dimension](row), "" if key == dimension else code_of[key](row)) for row in rows
        }
    assert set(seen) == {dimension, *titles.values()}


def test_lines_of_entries_have_the_loss_wherever_it_is_reported(
    made: Consolidation, books: dict[str, openpyxl.Workbook]
) -> None:
    """The table of losses has no subjects: a figure or a sign stands there, never a blank."""
    page = next(each for each in books["behaviour"] if each.title.startswith("TỪNG "))
    lines = [[cell.value for cell in row] for row in page.iter_rows()]
    head = next(at for at, line in enumerate(lines) if line[0] == "Mã")
    loss = next(at for at, title in enumerate(lines[head]) if "Thiệt hại" in str(title))
    rows, by = (
        made.tables["consequences"].to_dict("records"),
        {"Kỳ số liệu": "period", "Lĩnh vực": "sector"},
    )
    seen = set()
    for line in lines[head + 1 :]:
        (code, _, title, other), figure = line[:4], line[loss]
        seen.add(title)
        if title in by:
            losses = [
                row["loss"] for row in rows if (row["behaviour"], row[by[title]]) == (code, other)
            ]
            assert figure == (
                pytest.approx(np.nansum(losses)) if not np.isnan(losses).all() else "–"
            )
        elif title in ("Đối tượng", "Cấp"):
            assert figure == "×"
    assert seen >= {*by, "Đối tượng", "Cấp", "Tổng cộng"}
    assert all(line[loss] is not None for line in lines[head + 1 :])


def test_no_figure_adds_up_persons_and_collectives(
    made: Consolidation, books: dict[str, openpyxl.Workbook]
) -> None:
    """Sanctions of persons are divided by persons; collectives stand beside, in their own unit."""
    front = {
        row[0].value: [cell.value for cell in row]
        for row in books["sector"]["TỔNG QUAN"].iter_rows()
    }
    rows = made.tables["manifestations"]
    for title, collectives, key in (
        ("Số người", "Số tập thể, tổ chức", "persons"),
        ("Đã xử lý", "Tập thể đã xử lý", "handled"),
    ):
        assert (front[title][3], front[collectives][3]) == ("người", "tập thể")
        assert front[title][2] == rows.loc[rows["subject"] != "TT", key].sum()
        assert front[collectives][2] == rows.loc[rows["subject"] == "TT", key].sum()


def test_headlines_and_places_lead_to_their_rows(
    made: Consolidation, books: dict[str, openpyxl.Workbook]
) -> None:
    book, rows = books["locality"], made.tables["manifestations"]
    top = book["TỔNG QUAN"]
    links = {
        cell.value: str(cell.hyperlink.location)
        for line in top.iter_rows()
        for cell in line
        if cell.hyperlink
    }
    for title, table in (
        ("Số vụ việc", "manifestations"),
        ("Tỷ lệ đã xử lý", "manifestations"),
        ("Thiệt hại ước tính (triệu đồng)", "consequences"),
    ):
        sheet, area = links[title].rsplit("!", 1)
        assert len(list(book[sheet.strip("'")][area])) == len(made.tables[table])
    for page in ("CHỈ TIÊU", "Tây Nguyên"):
        linked = {
            cell.value: cell.hyperlink.location
            for line in book[page].iter_rows()
            for cell in line
            if cell.hyperlink
        }
        mine = set(rows["locality"].dropna()) & {line[0].value for line in book[page].iter_rows()}
        assert mine
        assert mine <= set(linked)
        for code in mine:
            sheet, area = linked[code].rsplit("!", 1)
            assert len(list(book[sheet.strip("'")][area])) == (rows["locality"] == code).sum()


def test_each_row_leads_to_its_file(contents: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(only(contents["sector"], "DỮ LIỆU I.2 HẬU QUẢ", "NGUỒN"))
    )
    rows, sources = book["DỮ LIỆU I.2 HẬU QUẢ"], book["NGUỒN"]
    head = next(row for row in rows.iter_rows() if row[0].value == "Mã")
    at = {cell.value: cell.column - 1 for cell in head}
    for row in rows.iter_rows(min_row=head[0].row + 1):
        target = re.search(r"#'NGUỒN'!A(\d+)", str(row[at["NGUỒN"]].value))
        assert target
        line = [cell.value for cell in sources[int(target[1])]]
        assert (line[0], line[6]) == (row[at["Mã"]].value, row[at["Tệp"]].value)


def shown(round_: Round, column: Any, value: Any) -> Any:
    if pd.isna(value):
        return None
    if column.codes:
        return round_.codes_of(column).name(value)
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value


def test_sources_tell_who_counts_and_why_not(
    made: Consolidation, books: dict[str, openpyxl.Workbook]
) -> None:
    lines = [[cell.value for cell in row] for row in books["sector"]["NGUỒN"].iter_rows()]
    head = next(at for at, line in enumerate(lines) if line[0] == "Mã")
    found = lines[head + 1 :]
    why = {
        "reported": "Được tổng hợp",
        "confirmed_nil": "Được tổng hợp",
        "being_corrected": "Chưa: cần sửa lỗi",
        "missing": "Chưa báo cáo",
    }
    expected = [(row.agency, why[row.standing]) for row in made.agencies.itertuples()]
    expected.insert(
        [code for code, _ in expected].index("BNV") + 1, ("BNV", "Không: đã có bản mới hơn")
    )
    assert [(line[0], line[2]) for line in found] == [
        *expected,
        (None, "Chưa: chưa rõ của cơ quan nào"),
    ]
    hashes = {line[0]: line[-1] for line in found if line[2] == "Được tổng hợp"}
    assert hashes == dict(
        made.agencies[made.agencies["standing"].isin(["reported", "confirmed_nil"])][
            ["agency", "sha256"]
        ].itertuples(index=False)
    )
    counted = {line[0]: line[7] for line in found if line[2] == "Được tổng hợp"}
    assert sum(counted.values()) == sum(len(frame) for frame in made.tables.values())
    assert lines[head][8:11] == ["Số vụ việc", "Số người", "Số tập thể, tổ chức"]
    rows = made.tables["manifestations"].assign(
        apart=made.tables["manifestations"]["subject"] == "TT"
    )
    for line in found:
        own = rows[rows["agency"] == line[0]] if line[2] == "Được tổng hợp" else rows[:0]
        parts = [own["cases"], own[~own["apart"]]["persons"], own[own["apart"]]["persons"]]
        is_nil = line[2] == "Được tổng hợp" and line[0] in set(
            made.standing_of(Standing.NIL)["agency"]
        )
        assert line[8:11] == [0 if is_nil else part.sum() if len(part) else None for part in parts]
    received = next(line for line in found if line[0] == "BNG")[4]
    assert received == made.agencies.loc[0, "received"].to_pydatetime()


def test_notes_name_the_nil_the_correcting_and_the_silent(
    made: Consolidation, books: dict[str, openpyxl.Workbook]
) -> None:
    notes = {row[0].value: str(row[1].value) for row in books["sector"]["GHI CHÚ"].iter_rows()}
    for standing, topic in (
        (Standing.NIL, "Không phát sinh"),
        (Standing.CORRECTING, "Đang sửa, chưa được tổng hợp"),
        (Standing.MISSING, "Chưa báo cáo"),
    ):
        names = made.standing_of(standing)["name"].tolist()
        assert notes[f"{topic} ({len(names)})"] == "; ".join(names)
    blank = int(made.tables["manifestations"]["handled"].isna().sum())
    assert f"Để trống ở {blank} trong 400 dòng" in notes["I.1 BIỂU HIỆN: Đã xử lý"]
    assert "Lượt" in notes["I.3b XỬ LÝ: Số vụ việc (lượt)"]


@pytest.mark.slow
def test_notes_tell_decisions_rates_and_the_length_of_periods(
    round_: Round, made: Consolidation, books: dict[str, openpyxl.Workbook]
) -> None:
    at = dt.datetime(2023, 9, 6, 10, tzinfo=round_.timezone)
    first = made.submissions["sha256"].iloc[0]
    decided = [
        Decision(Choice.EXCLUDE, "T01", first, "gửi nhầm", "Vụ CCVC", at),
        Decision(
            Choice.WAIVE,
            "T02",
            "R05",
            "hợp nhất địa bàn",
            "Vụ CCVC",
            at,
            until=dt.date(2023, 9, 30),
        ),
        Decision(
            Choice.WAIVE,
            "T04",
            "X01",
            "đang đối chiếu",
            "Vụ CCVC",
            at,
            value="W",
            approver="Thứ trưởng",
        ),
    ]

    def noted(*decisions: Decision) -> Worksheet:
        return one_sheet(
            summary_book(replace(made, decisions=decisions), short(round_, 0, "period")),
            "GHI CHÚ",
        )

    notes = [(row[0].value, str(row[1].value)) for row in noted(*decided).iter_rows()]
    said = [text for topic, text in notes if topic == "Quyết định của người tổng hợp"]
    assert said == [
        f"{round_.by_agency['T01'].name}: không tổng hợp bản gửi {made.submissions['file'].iloc[0]}. Lý do: gửi nhầm. Người quyết định: Vụ CCVC, ngày 06/9/2023.",
        f"{round_.by_agency['T02'].name}: được miễn quy tắc R05. Đến hết ngày 30/9/2023. Lý do: hợp nhất địa bàn. Người quyết định: Vụ CCVC, ngày 06/9/2023.",
        f"{round_.by_agency['T04'].name}: riêng với cơ quan này, quy tắc X01 được coi là cảnh báo. Lý do: đang đối chiếu. Người quyết định: Vụ CCVC, ngày 06/9/2023. Người phê duyệt: Thứ trưởng.",
    ]
    every = [Decision(choice, "T01", "T01", "lý do", "ai đó", at, value="W") for choice in Choice]
    assert len([text for text in texts(noted(*every)) if "Lý do: lý do." in text]) == len(Choice)
    told = dict(notes)
    assert "Đã xử lý chia cho Số người" in told["I.1 BIỂU HIỆN: Tỷ lệ đã xử lý"]
    assert (
        "Năm 2021: 341 ngày; Năm 2022: 365 ngày; 6 tháng đầu năm 2023: 181 ngày"
        in told["Số tháng của kỳ"]
    )
    assert any("Không có quyết định nào" in text for text in texts(books["sector"]["GHI CHÚ"]))


def test_too_many_rows_are_left_to_the_parquet_file(
    round_: Round, made: Consolidation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_step, "MOST_ROWS", 399)
    sheet = one_sheet(summary_book(made, short(round_, 0)), "DỮ LIỆU I.1 BIỂU HIỆN")
    assert any(
        "400 dòng" in text and "du-lieu/manifestations.parquet" in text for text in texts(sheet)
    )
    assert sheet.max_row < 10


# --- marks, languages, print ---------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES if MANY else ["vi"])
def test_every_sheet_says_provisional_and_invented(
    round_: Round, tmp_path: Path, lang: str
) -> None:
    words = tomllib.loads((MESSAGES / lang / "summary.toml").read_text(encoding="utf-8"))
    made = random_consolidation(round_, rows=20, provisional=True, invented=True)
    for path in write_all(made, tmp_path, lang):
        if path.suffix == ".xlsx":
            shown = values(path)
            for sheet in openpyxl.load_workbook(io.BytesIO(only(path.read_bytes()))):
                mark = f"{words['invented']} · {words['provisional']}"
                assert any(mark in line for line in shown[sheet.title]), (path.name, sheet.title)
                assert mark in sheet.oddFooter.center.text
    plain = values(
        summary_book(
            random_consolidation(round_, rows=20).in_language(lang), round_.settings.summaries[0]
        )
    )
    assert not any(
        words["invented"] in str(cell)
        for lines in plain.values()
        for line in lines
        for cell in line
    )


def test_both_languages_have_the_same_words() -> None:
    def keys(entry: dict[str, Any], above: str = "") -> set[str]:
        return {
            key
            for name, value in entry.items()
            for key in (
                keys(value, f"{above}{name}.") if isinstance(value, dict) else {above + name}
            )
        }

    vi, en = (
        tomllib.loads((MESSAGES / lang / "summary.toml").read_text(encoding="utf-8"))
        for lang in ("vi", "en")
    )
    assert keys(vi) == keys(en)


A4, A3 = 9, 8


@pytest.mark.parametrize(("columns", "paper"), [(10, A4), (18, A3)])
def test_what_is_too_small_on_a4_is_printed_on_a3(round_: Round, columns: int, paper: int) -> None:
    book = SummaryBook(consolidation(round_), "t")
    sheet = book.sheet("x", "x", [13.0] * columns)
    sheet.cells(["a"] * columns, ["name"] * columns)
    page = load(book.content())["x"]
    assert page.page_setup.paperSize == paper
    pixels, across = columns * 13 * 22 / 3, {A4: 10.69, A3: 15.54}[paper] * 96
    assert 11 * across / pixels > 8, "points of the usual text"


def test_every_sheet_prints_on_a4_or_a3_across(
    books: dict[str, openpyxl.Workbook], made: Consolidation
) -> None:
    for book in [*books.values(), load(progress_book(made))]:
        for page in book:
            # a crossing, whose tables begin on new pages
            if not page.sheet_properties.pageSetUpPr.fitToPage:
                assert 72 <= page.page_setup.scale <= 100, "eight points of eleven"
            else:
                upright = page.title in ("BẢN ĐỒ", "XẾP HẠNG", "GHI CHÚ")
                assert page.page_setup.orientation == ("portrait" if upright else "landscape")
                assert page.page_setup.fitToWidth in (None, 1, 2)
            assert page.page_setup.paperSize in (A4, A3)
            assert "Trang &P/&N" in page.oddFooter.right.text
            assert {
                cell.font.name for row in page.iter_rows() for cell in row if cell.value is not None
            } == {"Times New Roman"}
            if page.title not in ("MỤC LỤC", "TỔNG QUAN", "BẢN ĐỒ"):
                assert page.print_title_rows, page.title


def test_no_number_is_too_wide_for_its_column(books: dict[str, openpyxl.Workbook]) -> None:
    for book in books.values():
        for page in book:
            for cell in (
                cell
                for row in page.iter_rows()
                for cell in row
                if isinstance(cell.value, int | float)
            ):
                form = (
                    f"{cell.value:,.2f}" if "0.00" in cell.number_format else f"{cell.value:,.0f}"
                )
                wide = next(
                    d.width
                    for d in page.column_dimensions.values()
                    if d.min <= cell.column <= d.max
                )
                assert wide >= column_for(form, bold=bool(cell.font.b)), (
                    page.title,
                    cell.coordinate,
                )


# --- text stays text -----------------------------------------------------------------------------

NASTY = {
    "=1+1": "=1+1",
    "+84 912": "+84 912",
    "-5 hồ sơ": "-5 hồ sơ",
    "@SUM(A1)": "@SUM(A1)",
    "\t=1": "\t=1",
    "\r=1": "\n=1",
    "<r>a</r>": "<r>a</r>",
    "<b>&amp;": "<b>&amp;",
    "a\x00b\x0bc": "a\ufffdb\ufffdc",
    "\ud800x": "\ufffdx",
    "\ufffe\uffff": "\ufffd\ufffd",
    "_x0041_": "_x0041_",
    " hai đầu ": " hai đầu ",
    "một\nhai": "một\nhai",
    "http://example.org": "http://example.org",
    "{=1}": "{=1}",
    "0012": "0012",
    "x" * 40_000: "x" * (LONGEST_TEXT - 1) + "…",
    "𝒳" * 20_000: "𝒳" * ((LONGEST_TEXT - 1) // 2) + "…",
}


def test_text_is_never_anything_else(round_: Round) -> None:
    book = SummaryBook(consolidation(round_), "t")
    list_sheet(book, "=A1", "=1+1", [ListColumn("<r>x</r>", list(NASTY))])
    loaded = load(book.content())
    page = loaded.worksheets[0]
    cells = [cell for row in page.iter_rows(min_row=page.max_row - len(NASTY) + 1) for cell in row]
    assert [unescaped(cell.value) for cell in cells] == list(NASTY.values())
    assert {
        cell.data_type for row in page.iter_rows() for cell in row if cell.value is not None
    } <= {"s", "inlineStr"}
    assert [cell.quotePrefix for cell in cells[:5]] == [True] * 5
    assert page["A1"].data_type == "s"
    assert page["A1"].value == "=1+1"


def unescaped(text: str) -> str:
    """openpyxl doesn't undo the escape of a text that looks like an escape; Excel and others do."""
    return re.sub("_x005F(_x[0-9A-F]{4}_)", r"\1", text)


@pytest.mark.slow
def test_a_hostile_file_name_reaches_no_formula(round_: Round, tmp_path: Path) -> None:
    made = consolidation(
        round_, more=[{"file": '=HYPERLINK("http://x")\x07', "agency": ""}], findings=[HOSTILE]
    )
    for path in write_all(made, tmp_path):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as package:
                parts = {name: package.read(name) for name in package.namelist()}
            assert not [
                name
                for name, part in parts.items()
                for found in re.findall(rb"<f>[^<]*", part)
                if b"://" in found
            ]
            assert not [name for name, part in parts.items() if b'TargetMode="External"' in part]


HOSTILE = Finding(
    "V02",
    Severity.ERROR,
    "number.not_number",
    {"title": "Số người", "value": "=1", "minimum": "0"},
    "T01",
    "=a.xlsx",
    "S",
    ("H12",),
    "=c",
    "=1",
)


def test_numbers_and_moments_in_long_lists(round_: Round) -> None:
    book = SummaryBook(consolidation(round_), "t")
    moments = [
        dt.datetime(2023, 6, 30),  # noqa: DTZ001
        dt.datetime(2023, 6, 30, 13, 5),  # noqa: DTZ001
        dt.datetime(1899, 1, 1),  # noqa: DTZ001
        None,
    ]
    numbers = [0.1, 1e15, None, -3]
    list_sheet(
        book,
        "x",
        "x",
        [
            ListColumn("d", moments, "moment"),
            ListColumn("n", numbers, "decimal"),
            ListColumn("w", [1.0, 0, 2**52, None], "whole"),
        ],
    )
    page = load(book.content()).worksheets[0]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=page.max_row - 3)]
    assert [row[0] for row in rows] == [*moments[:2], "01/01/1899", None]
    formats = [page.cell(page.max_row - 3 + at, 1).number_format for at in range(2)]
    assert formats == ["dd/mm/yyyy", "dd/mm/yyyy hh:mm"], (
        "midnight is no time of day that anybody knows"
    )
    assert [row[1] for row in rows] == numbers
    assert [row[2] for row in rows] == [1, 0, 2**52, None]
    assert page.dimensions == f"A1:C{page.max_row}", "readers that trust the dimension lose nothing"


# --- the same bytes ------------------------------------------------------------------------------


@pytest.mark.thorough
def test_the_same_consolidation_gives_the_same_bytes(round_: Round, tmp_path: Path) -> None:
    """The part of whole commands that the gate holds: run again, and under different hash seeds."""
    first, second = (random_consolidation(round_, rows=60) for _ in range(2))
    one, other = write_all(first, tmp_path / "a"), write_all(second, tmp_path / "b")
    assert [path.name for path in one] == [path.name for path in other]
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]
    assert not list(tmp_path.rglob(".*.tmp"))


# --- another round -------------------------------------------------------------------------------


def test_a_round_in_other_words(tmp_path: Path) -> None:
    round_ = tiny_round(tmp_path / "tiny")
    made = consolidation(
        round_,
        {
            "trees": [
                {"agency": "A0", "kind": "OAK", "place": "1", "trees": 3},
                {"agency": "A1", "kind": "ASH", "trees": 4},
            ]
        },
    )
    written = write_all(made, tmp_path / "out", "en")
    names = [
        "by-kind.xlsx",
        "tien-do-va-loi.xlsx",
        "tien-do.html",
        "tom-tat.docx",
        "trees.csv",
        "trees.parquet",
        "cuts.csv",
        "cuts.parquet",
    ]
    assert [path.name for path in written[: len(names)]] == names
    assert [path.name for path in written[-3:]] == ["tu-dien.csv", "datapackage.json", "nguon.json"]
    assert len(written) == len({path.name for path in (tmp_path / "out").rglob("*.*")})
    book = load(written[0])
    assert book.sheetnames == [
        "CONTENTS",
        "OVERVIEW",
        "BY KIND- NAME",
        "BY PLACE",
        "BY AGENCY GROUP",
        "EACH KIND- NAME",
        "DATA TREES (1)",
        "SOURCES",
        "NOTES",
        "CHART FIGURES",
        "FORMULA LOOKUPS",
    ]
    assert [cell.value for cell in list(book["BY KIND- NAME"].rows)[-1]][1:4] == ["Total", 7, 2]
    *rows, folded = [[cell.value for cell in row] for row in book["BY PLACE"].iter_rows()]
    assert (
        folded[0]
        == "Folded, for no rows were reported of them (click + on the left to open): South; East."
    )
    assert [row[1] for row in rows[-5:]] == ["North", "South", "East", "(blank)", "Total"]
    assert [row[2:5] for row in rows[-5:]] == [
        [3, "–", 3],
        ["–", "–", "–"],
        ["–", "–", "–"],
        ["–", 4, 4],
        [3, 4, 7],
    ]


def test_a_round_without_summaries(tmp_path: Path) -> None:
    round_ = tiny_round(tmp_path / "bare", summaries=False)
    assert write_all(consolidation(round_), tmp_path / "out")[0].name == "tien-do-va-loi.xlsx"


def test_a_summary_that_no_table_can_give_is_the_rounds_mistake(round_: Round) -> None:
    with pytest.raises(LookupError, match="level and handling"):
        summary_book(consolidation(round_), Summary("x.xlsx", "X", "level", ("handling",)))


# --- progress and findings -----------------------------------------------------------------------

FINDINGS = [
    Finding(
        "D01",
        Severity.NOTE,
        "late",
        {"days": "3", "received": "11/09/2023", "deadline": "08/09/2023"},
        "T01",
        "thu/T01.xlsx",
    ),
    Finding(
        "V01",
        Severity.ERROR,
        "required",
        {"title": "Lĩnh vực"},
        "T01",
        "thu/T01.xlsx",
        "I.1",
        ("B9", "B10", "B11", "D9"),
        "Lĩnh vực",
    ),
    Finding(
        "V01",
        Severity.ERROR,
        "required",
        {"title": "Lĩnh vực"},
        "BNV",
        "thu/BNV.xlsx",
        "I.1",
        ("B9",),
        "Lĩnh vực",
    ),
    Finding("S01", Severity.ERROR, "not_workbook.encrypted", {}, "", "la.docx"),
]


@pytest.fixture(scope="module")
def progress(round_: Round) -> tuple[Consolidation, openpyxl.Workbook]:
    given = {
        "T01": Standing.CORRECTING,
        "BNV": Standing.CORRECTING,
        "T02": Standing.NIL,
        "T04": Standing.REPORTED,
    }
    made = consolidation(round_, {}, given, late={"T01": 3}, findings=FINDINGS)
    return made, load(progress_book(made))


def listed(page: Worksheet, head: str) -> list[list[Any]]:
    lines = [[cell.value for cell in row] for row in page.iter_rows()]
    return lines[next(at for at, line in enumerate(lines) if line[0] == head) :]


def test_the_standing_of_every_agency(progress: tuple[Consolidation, openpyxl.Workbook]) -> None:
    made, book = progress
    lines = listed(book["TIẾN ĐỘ"], "Mã")
    assert [line[0] for line in lines[1:]] == made.agencies["agency"].tolist()
    by_code = {line[0]: line for line in lines[1:]}
    assert by_code["T01"][3:10] == ["cần sửa", dt.datetime(2023, 9, 10, 9), 3, "cần sửa", 1, 0, 1]  # noqa: DTZ001
    assert by_code["T02"][3] == "không phát sinh"
    assert by_code["T06"][3:] == ["chưa báo cáo", *[None] * 8, dt.datetime(2023, 9, 8), None], (  # noqa: DTZ001
        "nothing received: no zeros"
    )


def test_standing_by_group(
    round_: Round, progress: tuple[Consolidation, openpyxl.Workbook]
) -> None:
    lines = listed(progress[1]["TIẾN ĐỘ THEO NHÓM"], "Nhóm cơ quan")
    assert lines[0][1:7] == [
        "Số cơ quan",
        "Đã báo cáo",
        "Không phát sinh",
        "Cần sửa",
        "Chưa báo cáo",
        "Chậm",
    ]
    groups = {line[0]: line[1:] for line in lines[1:]}
    assert groups[round_.codelists["agency_groups"].name("TINH")] == [16, 1, 1, 1, 13, 1, 1, 0]
    assert groups["Tổng cộng"] == [20, 1, 1, 2, 16, 1, 2, 0]
    assert sum(line[1] for line in lines[1:-1]) == 20


def test_all_findings(progress: tuple[Consolidation, openpyxl.Workbook]) -> None:
    lines = listed(progress[1]["LỖI VÀ CẢNH BÁO"], "Loại")[1:]
    assert [line[:3] for line in lines] == [
        ["LỖI", "V01", "BNV"],
        ["LỖI", "V01", "T01"],
        ["GHI CHÚ", "D01", "T01"],
        ["LỖI", "S01", None],
    ]
    assert lines[1][6] == "B9:B11, D9"
    assert lines[1][9:] == ["Ô “Lĩnh vực” bắt buộc nhưng để trống.", "Điền “Lĩnh vực”.", None], (
        "nobody gave an explanation"
    )


def test_more_findings_than_a_sheet_bears(round_: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding_sheets, "MOST_ROWS", 3)
    book = load(progress_book(consolidation(round_, findings=FINDINGS)))
    lines = listed(book["LỖI VÀ CẢNH BÁO"], "Loại")[1:]
    assert [line[:3] for line in lines] == [
        ["LỖI", "V01", "BNV"],
        ["LỖI", "V01", "T01"],
        ["LỖI", "S01", None],
    ], "the note is left out"
    legend = " ".join(str(row[0].value) for row in book["LỖI VÀ CẢNH BÁO"].iter_rows(max_row=6))
    assert "tất cả 4 lỗi" in legend
    assert "tonghop findings --format csv" in legend


def test_findings_by_rule(progress: tuple[Consolidation, openpyxl.Workbook]) -> None:
    lines = listed(progress[1]["LỖI THEO QUY TẮC"], "Quy tắc")[1:]
    assert [(line[0], line[1], *line[3:]) for line in lines] == [
        ("V01", "LỖI", 2, 5, 2),
        ("S01", "LỖI", 1, 0, 0),
        ("D01", "GHI CHÚ", 1, 0, 1),
    ]
    assert lines[0][2] == "“Lĩnh vực” không để trống"


# --- in a real spreadsheet program ---------------------------------------------------------------


def stored(path: Path) -> dict[tuple[str, int, int], Any]:
    """Every stored value that is shown, by sheet, row and column."""
    return {
        (sheet, row, column): value
        for sheet, lines in values(path).items()
        for row, line in enumerate(lines)
        for column, value in enumerate(line)
        if value != ""
    }


@office.needs_office
@pytest.mark.office
@pytest.mark.slow
@pytest.mark.parametrize("dimension", some(1, ["locality", "sector", "behaviour"]))
def test_recalculation_changes_nothing(
    contents: dict[str, bytes], tmp_path: Path, dimension: str
) -> None:
    """The workbook of places has all common sheets and its own; the next test does behaviours."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(contents[dimension])
    ours, theirs = stored(path), stored(office.convert(path, "xlsx", tmp_path / "saved"))
    assert set(ours) == set(theirs)
    changed = {key: (value, theirs[key]) for key, value in ours.items() if value != theirs[key]}
    assert not changed
    with zipfile.ZipFile(path) as package:
        assert sum(package.read(name).count(b"<f>") for name in package.namelist()) > 5_000


@office.needs_office
@pytest.mark.office
@pytest.mark.slow
def test_what_the_last_row_leaves_blank_is_counted_by_programs_too(
    round_: Round, tmp_path: Path
) -> None:
    keys = {
        "period": "2021",
        "sector": "LV01",
        "level": "TINH",
        "subject": "CB",
        "cases": 2,
        "persons": 3,
    }
    rows = [
        {"agency": "T01", "locality": "T01", **keys, "behaviour": "HV1", "manifestation": "BH05"},
        {"agency": "T02", "locality": "T02", **keys, "behaviour": "HV9", "manifestation": None},
    ]
    path = tmp_path / "book.xlsx"
    path.write_bytes(
        summary_book(consolidation(round_, {"manifestations": rows}), round_.settings.summaries[2])
    )
    saved = office.convert(path, "xlsx", tmp_path / "saved")
    assert stored(path) == stored(saved)
    cells = grid(values(saved)["THEO BIỂU HIỆN CỤ THỂ"])
    blank = {
        title: value
        for (title, line, column), value in cells.items()
        if line[1] == "(để trống)" and column[0] == "HV9"
    }
    assert (blank["Số vụ việc"], blank["Số người"]) == (2, 3)


@office.needs_office
@pytest.mark.office
@pytest.mark.slow
def test_a_corrected_cell_and_a_hidden_row_flow_through(round_: Round, tmp_path: Path) -> None:
    rows = [
        {
            "agency": f"T0{n}",
            "locality": f"T0{n}",
            **PROVINCE_CASE,
            "cases": n,
            "persons": 10,
            "handled": 5,
        }
        for n in (1, 2, 4)
    ]
    path = tmp_path / "book.xlsx"
    path.write_bytes(
        summary_book(consolidation(round_, {"manifestations": rows}), short(round_, 1, "behaviour"))
    )
    book = openpyxl.load_workbook(path)
    data = book["DỮ LIỆU I.1 BIỂU HIỆN"]
    at = {row[0].value: row[0].row for row in data.iter_rows()}
    heads = {cell.value: cell.column for cell in data[at["Mã"]]}
    data.cell(at["T01"], heads["Số vụ việc"], 100)
    data.cell(at["T01"], heads["Địa phương"], round_.codelists["localities"].name("T04"))
    data.row_dimensions[at["T02"]].hidden = True
    book.save(path)
    cells = grid(one_sheet(office.convert(path, "xlsx", tmp_path / "saved"), "THEO HÀNH VI").values)
    cases = {
        line[0]: value
        for (title, line, column), value in cells.items()
        if title == "Số vụ việc" and column[0] == "HV1"
    }
    region = round_.codelists["localities"].by_code["T04"].extra["region"]
    assert (cases["T01"], cases["T02"], cases["T04"], cases[region]) == ("–", "–", 104, 104)
