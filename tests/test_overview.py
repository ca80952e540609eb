"""The overview: its sentences recounted, its charts from cells, and one page long."""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from openpyxl.chart.bar_chart import BarChart
from openpyxl.utils import range_boundaries

from pipeline.model import Standing
from pipeline.summarise.books import summary_book
from pipeline.summarise.figures import intervals
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.dimensions import dimension
from pipeline.summarise.figures.highlights import Highlights
from pipeline.summarise.figures.wording import number
from pipeline.summarise.workbook.entry_table import main_table
from schemas.round.round import Round
from tests import office
from tests.consolidations import consolidation, random_consolidation, tiny_round
from tests.recounts import code, keys_of, percent
from tests.shown import load, one_sheet

pytestmark = pytest.mark.slow  # whole rounds through the engine

DIMENSIONS = ("sector", "locality", "behaviour")


@pytest.fixture(scope="module")
def round_(small_round: Round) -> Round:
    return small_round


@pytest.fixture(scope="module")
def made(round_: Round) -> Consolidation:
    made = random_consolidation(round_, rows=800, seed=7)
    rows = made.tables["manifestations"]
    rows["unhandled"] = np.minimum(rows["unhandled"], rows["persons"])
    return made


@pytest.fixture(scope="module")
def contents(round_: Round, made: Consolidation) -> dict[str, bytes]:
    return {each.dimension: summary_book(made, each) for each in round_.settings.summaries}


def said(made: Consolidation, key: str, lang: str = "vi") -> list[str]:
    spec = main_table(made.round_, key)
    made = made.in_language(lang)
    return Highlights(made, spec, dimension(made.round_, spec, key)).sentences


def test_each_figure_that_is_no_rate_says_its_unit(contents: dict[str, bytes]) -> None:
    sheet = one_sheet(contents["sector"], "TỔNG QUAN")
    lines = [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]
    (top,) = (at for at, line in enumerate(lines) if line[:1] == ["Chỉ tiêu"])
    units = {
        line[0]: line[2] if isinstance(line[2], str) else "" for line in lines[top + 1 : top + 17]
    }
    assert (units["Số người"], units["Số tập thể, tổ chức"]) == ("người", "tập thể")
    assert {title for title, unit in units.items() if not unit} == {
        "Tỷ lệ đã xử lý",
        "Tỷ lệ chưa xem xét",
    }


# --- what matters --------------------------------------------------------------------------------


MONTHS = {"2021": 341 / 30.4375, "2022": 365 / 30.4375, "2023H1": 181 / 30.4375}


class Recount:
    """Cases, persons and undecided persons by entry, in plain loops; places by own returns."""

    def __init__(self, round_: Round, made: Consolidation, key: str) -> None:
        self.cases: dict[str, float] = defaultdict(float)
        self.periods: dict[tuple[str, str], float] = defaultdict(float)
        self.persons: dict[str, float] = defaultdict(float)
        self.unhandled: dict[str, float] = defaultdict(float)
        own = {agency.code: agency.own_locality for agency in round_.agencies}
        for row in made.tables["manifestations"].to_dict("records"):
            if key == "locality" and own[row["agency"]] != row["locality"]:
                continue
            entry = keys_of(round_, "manifestations")[key](row)
            if row["cases"] == row["cases"]:
                self.cases[entry] += row["cases"]
                self.periods[entry, code(row["period"])] += row["cases"]
            if (
                row["subject"] != "TT"
                and row["persons"] == row["persons"]
                and row["unhandled"] == row["unhandled"]
            ):
                self.persons[entry] += row["persons"]
                self.unhandled[entry] += row["unhandled"]
        entries = dimension(round_, round_.by_key["manifestations"], key).entries
        self.names = {
            each.code: each.name for each in entries if each.extra.get("residual") != "yes"
        }


@pytest.mark.parametrize("key", DIMENSIONS)
def test_what_is_most_is_what_a_recount_finds(round_: Round, made: Consolidation, key: str) -> None:
    counted, largest = Recount(round_, made, key), said(made, key)[0]
    top = max(counted.names, key=counted.cases.__getitem__)
    assert largest.startswith(
        f"Nhiều nhất: {counted.names[top]}, {number(counted.cases[top], 'vi')} vụ việc, "
    )
    assert percent(counted.cases[top], sum(counted.cases.values())) in largest
    others = [
        counted.cases[entry] for entry in counted.names if entry != top and counted.cases[entry] > 0
    ]
    chance = intervals.per_comparison(len(others))
    alike = [
        cases
        for cases in others
        if intervals.of_rate(counted.cases[top], counted.cases[top] + cases, chance)[0] <= 0.5
    ]
    assert ("Không khác biệt rõ so với" in largest) is bool(alike)
    if len(alike) > 3:
        assert f"và {len(alike) - 3} mục khác" in largest


@pytest.mark.parametrize("key", DIMENSIONS)
def test_a_rate_is_called_worse_where_a_recount_finds_it_clearly_so(
    round_: Round, made: Consolidation, key: str
) -> None:
    counted, worst = Recount(round_, made, key), said(made, key)[1]
    large = {
        entry: (counted.unhandled[entry], counted.persons[entry])
        for entry in counted.names
        if counted.persons[entry] >= 30
    }
    overall = sum(counted.unhandled.values()) / sum(counted.persons.values())
    chance = intervals.per_comparison(len(large))
    clear = [
        entry
        for entry, (part, whole) in large.items()
        if intervals.of_rate(part, whole, chance)[0] > overall
    ]
    assert f"mức chung {percent(overall, 1)}" in worst
    assert f"so sánh {len(large)} mục" in worst
    if clear:
        bad = max(clear, key=lambda entry: large[entry][0] / large[entry][1])
        part, whole = large[bad]
        assert (
            f"{counted.names[bad]}, {number(part, 'vi')}/{number(whole, 'vi')} người = {percent(part, whole)}"
            in worst
        )
    else:
        assert "không mục nào cao hơn rõ rệt" in worst


@pytest.mark.parametrize("key", DIMENSIONS)
def test_a_change_is_told_where_a_recount_finds_it_clearly_unlike_the_rest(
    round_: Round, made: Consolidation, key: str
) -> None:
    counted, told = Recount(round_, made, key), said(made, key)[2]
    sums, whole = counted.periods, defaultdict(float)
    for (_, period), cases in sums.items():
        whole[period] += cases
    pairs = [
        (entry, first, second)
        for entry in counted.names
        for first, second in (("2021", "2022"), ("2022", "2023H1"))
        if {(entry, first), (entry, second)} <= sums.keys() and sums[entry, first] >= 5
    ]
    chance, clear = intervals.per_comparison(len(pairs)), {}
    for entry, first, second in pairs:
        length = MONTHS[second] / MONTHS[first]
        general = whole[second] / whole[first] / length
        low, high = intervals.of_ratio(sums[entry, second], sums[entry, first], length, chance)
        if not low <= general <= high:
            ratio = sums[entry, second] / sums[entry, first] / length
            clear[entry, second] = abs(np.log(ratio / general)) if ratio else np.inf
    if clear:
        entry, second = max(clear, key=clear.__getitem__)
        assert counted.names[entry] in told
        assert number(round(sums[entry, second] / MONTHS[second], 1), "vi") in told
    else:
        assert "không mục nào khác biệt rõ" in told


ROW = {"locality": "TW", "level": "TW", "subject": "CC_LD", "behaviour": "HV1", "agency": "BNV"}


def names(round_: Round, *codes: str) -> list[str]:
    return [round_.codelists["sectors"].name(each) for each in codes]


def test_entries_that_cannot_be_told_apart_are_all_named(round_: Round) -> None:
    rows = [
        {**ROW, "period": p, "sector": s, "cases": cases, "persons": 20, "unhandled": 5}
        for p in ("2021", "2022")
        for s, cases in (("LV01", 10), ("LV02", 10), ("LV03", 8), ("LV04", 1))
    ]
    largest, worst, change = said(consolidation(round_, {"manifestations": rows}), "sector")
    first, second, third, fourth = names(round_, "LV01", "LV02", "LV03", "LV04")
    assert largest.startswith(f"Nhiều nhất: {first}, 20 vụ việc, chiếm 34,5%")
    assert f"Không khác biệt rõ so với: {second} (20); {third} (16)." in largest
    assert fourth not in largest
    assert "không mục nào cao hơn rõ rệt mức chung 25,0% (so sánh 4 mục)" in worst
    assert "không mục nào khác biệt rõ" in change


def test_what_is_clearly_most_worst_and_otherwise_is_said_so(round_: Round) -> None:
    usual = {"cases": 40, "persons": 100, "unhandled": 10}
    rows = [
        {**ROW, "period": p, "sector": s, **usual}
        for p in ("2021", "2022")
        for s in ("LV01", "LV02", "LV03")
    ]
    rows += [
        {**ROW, "period": p, "sector": "LV04", "cases": n, "persons": 100, "unhandled": 60}
        for p, n in (("2021", 20), ("2022", 200))
    ]
    largest, worst, change = said(consolidation(round_, {"manifestations": rows}), "sector")
    (name,) = names(round_, "LV04")
    assert f"{name}, 220 vụ việc" in largest
    assert "Nhiều hơn rõ rệt" in largest
    assert f"mức chung 22,5%: {name}, 120/200 người = 60,0%" in worst
    assert (
        f"{name}, số vụ việc bình quân một tháng tăng từ 1,8 (Năm 2021) lên 16,7 (Năm 2022), thêm 14,9 vụ việc, gấp 9,3 lần"
        in change
    )
    assert "mức chung bằng 2,1 lần" in change


def test_the_highest_of_few_is_no_news(round_: Round) -> None:
    """The highest of 33 rates, on 64 persons and 2.1 deviations off, is often mere chance."""
    rows = [
        {
            **ROW,
            "period": "2021",
            "sector": f"LV{n:02}",
            "cases": 9,
            "persons": 300,
            "unhandled": 60,
        }
        for n in range(1, 13)
    ]
    rows[0] |= {"persons": 64, "unhandled": 20}
    _, worst = said(consolidation(round_, {"manifestations": rows}), "sector")
    assert "không mục nào cao hơn rõ rệt" in worst


def test_what_is_left_over_is_no_headline_but_its_share_is_told(round_: Round) -> None:
    """ "Khác", a residual entry, leads in cases, rate and change, and must not be named."""
    few, many = (
        {"cases": 5, "persons": 20, "unhandled": 1},
        {"cases": 90, "persons": 50, "unhandled": 50},
    )
    rows = [
        *(
            {**ROW, "period": period, "sector": sector, **few}
            for period in ("2021", "2022")
            for sector in ("LV01", "LV02")
        ),
        *({**ROW, "period": period, "sector": "LV99", **many} for period in ("2021", "2022")),
    ]
    rows[-1]["cases"] = 30
    sentences = said(consolidation(round_, {"manifestations": rows}), "sector")
    first, rest = names(round_, "LV01", "LV99")
    assert sentences[0].startswith(f"Nhiều nhất: {first}, 10 vụ việc")
    assert sentences[0].endswith(f"Không so sánh mục còn lại: {rest} (chiếm 85,7%).")
    assert not any(rest in sentence for sentence in sentences[1:])
    assert len(sentences) == 3


def test_places_are_compared_by_their_own_returns(round_: Round) -> None:
    """Ministries' reports of a place are not compared; their share is told."""
    base = {
        "period": "2021",
        "sector": "LV01",
        "level": "TINH",
        "subject": "CC_LD",
        "behaviour": "HV1",
        "persons": 9,
    }
    rows = [
        {**base, "agency": "T01", "locality": "T01", "cases": 100},
        {**base, "agency": "T79", "locality": "T79", "cases": 10},
        {**base, "agency": "BNV", "locality": "T79", "cases": 290},
        {**base, "agency": "BNV", "locality": "TW", "cases": 600},
    ]
    largest = said(consolidation(round_, {"manifestations": rows}), "locality")[0]
    place, other = (round_.codelists["localities"].name(each) for each in ("T01", "T79"))
    assert largest.startswith(f"Nhiều nhất: {place}, 100 vụ việc, chiếm 90,9%")
    assert f"kế tiếp: {other}, 10" in largest
    assert "89,0%" in largest


def test_the_general_rate_of_places_is_that_of_their_own_returns(round_: Round) -> None:
    base = {
        "period": "2021",
        "sector": "LV01",
        "level": "TINH",
        "subject": "CC_LD",
        "behaviour": "HV1",
        "cases": 9,
        "persons": 100,
    }
    rows = [
        {**base, "agency": place, "locality": place, "unhandled": 20} for place in ("T01", "T79")
    ]
    rows.append({**base, "agency": "BNV", "locality": "T79", "unhandled": 90})
    worst = said(consolidation(round_, {"manifestations": rows}), "locality")[1]
    assert "mức chung 20,0% trong các bản gửi của chính địa phương (so sánh 2 mục)" in worst


def test_nothing_is_said_of_what_was_not_reported_twice(round_: Round) -> None:
    """One period with figures and one without: no change is claimed."""
    rows = [{**ROW, "period": "2021", "sector": "LV01", "cases": 9, "persons": 9}]
    assert len(said(consolidation(round_, {"manifestations": rows}), "sector")) == 1, (
        "nobody is unhandled, nothing changed"
    )


@pytest.mark.parametrize("standing", [Standing.MISSING, Standing.NIL])
def test_without_figures_nothing_is_claimed_or_drawn(round_: Round, standing: Standing) -> None:
    made = consolidation(round_, {}, {agency.code: standing for agency in round_.in_scope})
    assert said(made, "sector") == []
    book = load(summary_book(made, round_.settings.summaries[0]), "TỔNG QUAN")
    front = [
        str(cell.value)
        for row in book["TỔNG QUAN"].iter_rows()
        for cell in row
        if cell.value is not None
    ]
    wanted = "Chưa có báo cáo nào" if standing is Standing.MISSING else "không có số liệu nào"
    assert any(wanted in text for text in front)
    assert "SỐ LIỆU BIỂU ĐỒ" not in book.sheetnames
    assert not book["TỔNG QUAN"]._charts


def test_a_round_without_periods_and_rates_says_what_it_can(tmp_path: Path) -> None:
    made = consolidation(
        tiny_round(tmp_path / "tiny"), {"trees": [{"agency": "A0", "kind": "OAK", "trees": 3}]}
    )
    assert said(made, "kind", "en") == ["Most: Oak, 3 trees, 100.0% of trees in all."]


# --- charts --------------------------------------------------------------------------------------


def cells(book: openpyxl.Workbook, reference: str) -> list[Any]:
    sheet, area = reference.rsplit("!", 1)
    left, top, right, bottom = range_boundaries(area.replace("$", ""))
    return [
        cell.value
        for row in book[sheet.strip("'")].iter_rows(top, bottom, left, right)
        for cell in row
    ]


@cache
def charts(content: bytes) -> list[tuple[BarChart, str, list[Any], list[Any]]]:
    """Each chart with its title, names and figures."""
    book, found = load(content, "TỔNG QUAN", "SỐ LIỆU BIỂU ĐỒ"), []
    for chart in book["TỔNG QUAN"]._charts:
        series = chart.series[0]
        title = "".join(run.t for paragraph in chart.title.tx.rich.p for run in paragraph.r)
        found.append(
            (chart, title, cells(book, series.cat.strRef.f), cells(book, series.val.numRef.f))
        )
    return found


@pytest.mark.parametrize("key", DIMENSIONS)
def test_charts_are_drawn_from_the_figures(
    round_: Round, made: Consolidation, contents: dict[str, bytes], key: str
) -> None:
    ranking, trend, composition = charts(contents[key])
    rows, keys = made.tables["manifestations"], keys_of(round_, "manifestations")
    # places by their own returns
    compared = rows[rows.apply(keys["origin"], axis=1) == "own"] if key == "locality" else rows
    sums = compared["cases"].groupby(compared.apply(keys[key], axis=1)).sum()
    names = {
        each.code: each.name
        for each in dimension(round_, round_.by_key["manifestations"], key).entries
    }
    best = sorted(
        sums[sums > 0].items(), key=lambda item: (-item[1], list(names).index(str(item[0])))
    )[:10]
    assert list(zip(ranking[2], ranking[3], strict=True)) == [
        (names[str(entry)], value) for entry, value in best
    ]
    months = {"2021": 341 / 30.4375, "2022": 365 / 30.4375, "2023H1": 181 / 30.4375}
    by_period = rows["cases"].groupby(rows["period"].astype("str")).sum()
    assert trend[3] == pytest.approx(
        [by_period[period] / length for period, length in months.items()], abs=1e-5
    )
    assert trend[2] == [
        "Năm 2021 (11,2 tháng)",
        "Năm 2022 (12 tháng)",
        "6 tháng đầu năm 2023 (5,9 tháng)",
    ]
    handled = made.tables["handlings"]
    persons = handled[handled["subject"] != "TT"]
    groups = (
        persons["persons"]
        .groupby(persons.apply(keys_of(round_, "handlings")["handling_group"], axis=1))
        .sum()
    )
    known = {each.code: each.name for each in round_.codelists["handling_groups"].entries}
    shares = {
        known[str(entry)]: value / groups.drop("", errors="ignore").sum()
        for entry, value in groups.items()
        if entry
    }
    assert dict(zip(composition[2], composition[3], strict=True)) == pytest.approx(shares, abs=1e-5)
    assert composition[3] == sorted(composition[3], reverse=True)


@pytest.mark.parametrize("key", DIMENSIONS)
def test_what_a_chart_of_persons_leaves_out_stands_below_it(
    round_: Round, made: Consolidation, contents: dict[str, bytes], key: str
) -> None:
    handled = made.tables["handlings"]
    held = handled[(handled["subject"] == "TT") & (handled["persons"] > 0)]
    groups = (
        held["persons"]
        .groupby(held.apply(keys_of(round_, "handlings")["handling_group"], axis=1))
        .sum()
    )
    names = {each.code: each.name for each in round_.codelists["handling_groups"].entries}
    sheet = one_sheet(contents[key], "TỔNG QUAN")
    lines = {
        str(row[0].value): row[4].value
        for row in sheet.iter_rows()
        if str(row[0].value).startswith("Không có trong biểu đồ")
    }
    title = charts(contents[key])[2][1]
    assert lines == {
        f"Không có trong biểu đồ “{title}”: {names[str(group)]}, số tập thể, tổ chức (lượt)": value
        for group, value in groups.items()
        if group
    }
    assert any(name.endswith("Kỷ luật tổ chức đảng, số tập thể, tổ chức (lượt)") for name in lines)


@pytest.mark.parametrize("key", DIMENSIONS)
def test_charts_are_read_without_colour_or_sight(contents: dict[str, bytes], key: str) -> None:
    with zipfile.ZipFile(io.BytesIO(contents[key])) as whole:
        drawings = [
            whole.read(name).decode()
            for name in whole.namelist()
            if name.startswith("xl/drawings/drawing")
        ]
        parts = [
            whole.read(name).decode()
            for name in whole.namelist()
            if name.startswith("xl/charts/chart")
        ]
    spoken = [
        text
        for drawing in drawings
        for text in re.findall(r'<xdr:cNvPr [^>]*descr="([^"]*)"', drawing)
    ]
    assert len(parts) == len(spoken) == 3
    assert all(
        "<c:legend>" not in part and part.count("<c:ser>") == 1 and "<c:showVal" in part
        for part in parts
    )
    assert [part.count("<a:pattFill") for part in parts] == [0, 1, 0], (
        "the short last period is hatched"
    )
    for (_, title, names, _), text in zip(charts(contents[key]), spoken, strict=True):
        assert text.startswith(title)
        assert all(str(name) in text for name in names)


def overview_alone(content: bytes, path: Path) -> Path:
    """The workbook with every other sheet empty and hidden: only the overview is printed."""
    with zipfile.ZipFile(io.BytesIO(content)) as whole, zipfile.ZipFile(path, "w") as alone:
        for name in whole.namelist():
            part = whole.read(name)
            if name == "xl/workbook.xml":
                part = re.sub(
                    rb'(<sheet name="[^"]*" sheetId="(?!2")\d+")(?! state)',
                    rb'\1 state="hidden"',
                    part,
                )
                part = re.sub(
                    rb'<definedName name="_xlnm.Print_Area" localSheetId="(?!1")[^<]*</definedName>',
                    b"",
                    part,
                )
            elif re.fullmatch(r"xl/worksheets/sheet(?!2\.)\d+\.xml", name):
                part = re.sub(rb"<sheetData>.*</sheetData>", b"<sheetData/>", part, flags=re.DOTALL)
            alone.writestr(name, part)
    return path


@office.needs_office
@pytest.mark.office
@pytest.mark.slow
def test_each_overview_is_printed_on_one_page(contents: dict[str, bytes], tmp_path: Path) -> None:
    books = [overview_alone(contents[key], tmp_path / f"{key}.xlsx") for key in DIMENSIONS]
    pages = {
        path.stem: len(re.findall(rb"/Type\s*/Page\b(?!s)", path.read_bytes()))
        for path in office.convert_all(books, "pdf", tmp_path, recalculated=False)
    }
    assert pages == dict.fromkeys(DIMENSIONS, 1)
