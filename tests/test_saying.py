"""Sentences of the report: each figure recounted, with its unit; none without its figure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipeline.model import Standing
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.report.amounts import amount, inside
from pipeline.summarise.report.charts import chart
from pipeline.summarise.report.facts import ItemFacts
from pipeline.summarise.report.saying import Sentences, states
from pipeline.summarise.report.tables import TableByEntry, covered, crossed_table
from schemas.round.outline import DeclaredFigures, DeclaredReport, Settlement
from schemas.round.round import Round
from tests.consolidations import consolidation, random_consolidation
from tests.recounts import percent, vi
from tests.rows import CENTRAL_CASE


@pytest.fixture(scope="module")
def made(round_: Round) -> Consolidation:
    return random_consolidation(round_, rows=600)


def report_of(round_: Round) -> DeclaredReport:
    assert round_.outline.report is not None
    return round_.outline.report


def facts(made: Consolidation, by: str, table: str = "manifestations", **asked: Any) -> ItemFacts:
    return ItemFacts(made, DeclaredFigures("", table, by, **asked))


def word(
    made: Consolidation,
    gap: str,
    by: str = "behaviour",
    table: str = "manifestations",
    **asked: Any,
) -> str:
    report = report_of(made.round_)
    return Sentences(facts(made, by, table, **asked), report.parts, report.settled).word(gap)


def rows(made: Consolidation, table: str) -> list[dict[str, Any]]:
    return made.tables[table].to_dict("records")  # type: ignore[return-value]


def always_said(asked: DeclaredFigures) -> list[str]:
    """Declared sentences that always have figures; others need a cause."""
    return [each for each in asked.says if each not in ("{unclear}", "{left_over}")]


def case(agency: str, **more: Any) -> dict[str, Any]:
    return {"agency": agency, **CENTRAL_CASE, "cases": 2, "persons": 3, **more}


# --- gaps ----------------------------------------------------------------------------------------


def test_measures_have_their_units(made: Consolidation) -> None:
    cases = persons = collectives = 0.0
    for row in rows(made, "manifestations"):
        cases += row["cases"]
        if row["subject"] == "TT":
            collectives += row["persons"]
        else:
            persons += row["persons"]
    assert word(made, "cases") == f"{vi(cases)} vụ việc"
    assert word(made, "persons") == f"{vi(persons)} người"
    assert word(made, "collectives") == f"{vi(collectives)} tập thể"
    gave = len({row["agency"] for row in rows(made, "manifestations")})
    assert word(made, "agencies") == str(gave + made.coverage.nil), (
        "a confirmed nil is a figure too"
    )


def test_a_rate_beside_what_it_divides(made: Consolidation) -> None:
    handled = persons = 0.0
    for row in rows(made, "manifestations"):
        if row["subject"] != "TT" and row["handled"] == row["handled"]:
            handled, persons = handled + row["handled"], persons + row["persons"]
    assert word(made, "handled_rate.of") == f"{vi(handled)}/{vi(persons)} người"
    assert word(made, "handled_rate") == percent(handled, persons)


def test_leaders_are_those_whose_subject_says_so(made: Consolidation) -> None:
    lead = {
        entry.code
        for entry in made.round_.codelists["subjects"].entries
        if entry.extra["leader"] == "yes"
    }
    persons = leaders = 0.0
    for row in rows(made, "manifestations"):
        if row["subject"] != "TT":
            persons += row["persons"]
            leaders += row["persons"] if row["subject"] in lead else 0
    assert word(made, "leaders.persons") == f"{vi(leaders)} người"
    assert word(made, "leaders.persons.share") == percent(leaders, persons)


def test_amounts_are_rounded_as_they_are_spoken(made: Consolidation) -> None:
    loss = sum(row["loss"] for row in rows(made, "consequences") if row["loss"] == row["loss"])
    assert word(
        made, "loss", "consequence", "consequences"
    ) == f"{loss / 1000:,.1f} tỷ đồng".translate(str.maketrans(",.", ".,"))


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (255_733.25, "triệu đồng", "255,7 tỷ đồng"),
        (999.94, "triệu đồng", "999,9 triệu đồng"),
        (1000, "triệu đồng", "1 tỷ đồng"),
        (0, "triệu đồng", "0 triệu đồng"),
        (2393, "người", "2.393 người"),
    ],
)
def test_amounts(round_: Round, value: float, unit: str, said: str) -> None:
    assert amount(value, unit, round_, is_whole=unit == "người") == said


def test_occurrences_are_called_so(made: Consolidation) -> None:
    cases = sum(row["cases"] for row in rows(made, "handlings"))
    assert word(made, "cases", "handling", "handlings") == f"{vi(cases)} lượt vụ việc"


def test_cases_are_settled_by_row(made: Consolidation) -> None:
    counts = dict.fromkeys(("all", "some", "none", "unknown"), 0.0)
    for row in rows(made, "manifestations"):
        handled, persons = row["handled"], row["persons"]
        if handled != handled or not persons:  # noqa: PLR0124
            counts["unknown"] += row["cases"]
        else:
            counts["all" if handled >= persons else "some" if handled else "none"] += row["cases"]
    settled = Settlement("manifestations", "cases", "handled", "persons")
    assert states(facts(made, "behaviour"), settled) == counts
    assert word(made, "settled.some") == f"{vi(counts['some'])} vụ việc"
    assert word(made, "settled.none.share") == percent(counts["none"], sum(counts.values()))


def test_the_largest_entries_with_their_shares(made: Consolidation) -> None:
    sums: dict[str, float] = {}
    for row in rows(made, "manifestations"):
        sums[row["sector"]] = sums.get(row["sector"], 0) + row["cases"]
    sectors = made.round_.codelists["sectors"]
    first = max(
        (code for code in sums if sectors.by_code[code].extra.get("residual") != "yes"),
        key=sums.__getitem__,
    )
    assert word(made, "largest", "sector").startswith(
        f"{sectors.name(first)} ({vi(sums[first])} vụ việc; {percent(sums[first], sum(sums.values()))})"
    )


def test_every_entry_in_the_order_of_its_list(round_: Round) -> None:
    made = consolidation(
        round_,
        {"manifestations": [case("BTP", level="XA", cases=1), case("BTP", level="TW", cases=3)]},
    )
    assert (
        word(made, "every", "level") == "Trung ương (3 vụ việc; 75,0%); Cấp xã (1 vụ việc; 25,0%)"
    )


def test_monthly_averages_and_how_the_last_differs(round_: Round) -> None:
    made = consolidation(
        round_,
        {
            "manifestations": [
                case("BTP", period="2022", cases=120),
                case("BTP", period="2023H1", cases=90),
            ]
        },
    )
    assert (
        word(made, "months", "period", monthly=True)
        == "Năm 2022 (10,0 vụ việc); 6 tháng đầu năm 2023 (15,1 vụ việc)"
    )
    wanted = 100 * (90 / (181 / 30.4375) / (120 / (365 / 30.4375)) - 1)
    assert word(
        made, "change", "period", monthly=True
    ) == f"6 tháng đầu năm 2023 tăng {wanted:.1f}% so với năm 2022".replace(".", ",")


def test_what_chance_may_have_put_first_is_said(round_: Round) -> None:
    counts = {"HV1": 40, "HV2": 38, "HV3": 30, "HV4": 2}
    made = consolidation(
        round_,
        {
            "manifestations": [
                case("BTP", behaviour=code, cases=count) for code, count in counts.items()
            ]
        },
    )
    names = dict(zip(counts, facts(made, "behaviour").by.names, strict=False))
    assert (
        word(made, "unclear")
        == f"Hành vi đứng đầu chưa khác biệt rõ với {names['HV2']} và 1 hành vi khác."
    )
    apart = consolidation(
        round_, {"manifestations": [case("BTP", cases=90), case("BTP", behaviour="HV4", cases=2)]}
    )
    assert word(apart, "unclear") == "", "nothing is said of a first that is clear"


def test_a_change_that_chance_may_have_made_is_no_news(round_: Round) -> None:
    few = consolidation(
        round_,
        {
            "manifestations": [
                case("BTP", period="2022", cases=12),
                case("BTP", period="2023H1", cases=9),
            ]
        },
    )
    assert word(few, "change", "period", monthly=True).endswith(
        "so với năm 2022, chưa khác biệt rõ: có thể do ngẫu nhiên"
    )


def test_equals_that_are_named_need_no_doubt(round_: Round) -> None:
    """ "A (9); B (9)" says that neither is ahead; what is only nearly as much is told."""
    counts = {"HV1": 9, "HV2": 9, "HV3": 8, "HV4": 1}
    made = consolidation(
        round_,
        {
            "manifestations": [
                case("BTP", behaviour=code, cases=count) for code, count in counts.items()
            ]
        },
    )
    assert word(made, "unclear") == "Hành vi đứng đầu chưa khác biệt rõ với Làm việc cầm chừng."


def test_what_is_not_ranked_is_told_with_its_share(round_: Round) -> None:
    rows = [
        case("BTP", behaviour="HV1", cases=6),
        case("BTP", behaviour="HV9", cases=3),
        case("BTP", behaviour=None, cases=1),
    ]
    made = consolidation(round_, {"manifestations": rows})
    assert word(made, "left_over").startswith("Chưa phân loại cụ thể: ")
    assert "(3 vụ việc; 30,0%)" in word(made, "left_over")
    assert "không ghi hành vi (1 vụ việc; 10,0%)" in word(made, "left_over")
    assert word(consolidation(round_, {"manifestations": rows[:1]}), "left_over") == ""


def test_one_period_is_no_change(round_: Round) -> None:
    made = consolidation(round_, {"manifestations": [case("BTP")]})
    assert word(made, "change", "period", monthly=True) == ""


def test_a_sentence_without_its_figure_is_left_out(round_: Round) -> None:
    made = consolidation(round_, {"consequences": []})
    said = Sentences(
        facts(made, "consequence", "consequences", says=("Đã có {largest}.", "Không có chỗ trống."))
    ).all
    assert said == ["Không có chỗ trống."]


def test_every_declared_sentence_is_filled_where_there_are_figures(made: Consolidation) -> None:
    report = report_of(made.round_)
    for asked in report.figures:
        said = Sentences(ItemFacts(made, asked), report.parts, report.settled).all
        assert len(always_said(asked)) <= len(said) <= len(asked.says), asked
        assert not any("{" in sentence or "nan" in sentence for sentence in said)


@pytest.mark.parametrize(
    ("name", "said"), [("Năm 2022", "năm 2022"), ("UBND tỉnh", "UBND tỉnh"), ("Q1", "Q1"), ("", "")]
)
def test_names_inside_a_sentence(name: str, said: str) -> None:
    assert inside(name) == said


# --- tables --------------------------------------------------------------------------------------


def test_a_measure_by_two_dimensions(made: Consolidation) -> None:
    counts: dict[tuple[str, str], float] = {}
    for row in rows(made, "manifestations"):
        key = row["sector"], row["behaviour"]
        counts[key] = counts.get(key, 0) + row["cases"]
    shown = crossed_table(facts(made, "sector", across="behaviour"))
    sectors, behaviours = made.round_.codelists["sectors"], made.round_.codelists["behaviours"]
    cells = {
        line[0].text: dict(zip(shown.heads[1:], [cell.text for cell in line[1:]], strict=True))
        for line in shown.lines
    }
    for (sector, behaviour), count in counts.items():
        assert cells[sectors.name(sector)][behaviours.name(behaviour)] == vi(count)
    assert cells["Tổng cộng"]["Tổng cộng"] == vi(sum(counts.values()))


def test_regions_rest_on_own_returns_and_say_on_how_many(made: Consolidation) -> None:
    regions = {
        entry.code: entry.extra["region"] for entry in made.round_.codelists["localities"].entries
    }
    own = {
        agency.code: agency.locality for agency in made.round_.agencies if agency.group == "TINH"
    }
    counts: dict[str, float] = {}
    for row in rows(made, "manifestations"):
        if own.get(row["agency"]) == row["locality"]:
            region = regions[row["locality"]]
            counts[region] = counts.get(region, 0) + row["cases"]
    asked = facts(made, "region", own=True)
    names = made.round_.codelists["regions"]
    cells = {line[0].text: [cell.text for cell in line] for line in TableByEntry(asked).table.lines}
    standing = dict(zip(made.agencies["agency"], made.agencies["standing"], strict=True))
    for code, count in counts.items():
        members = [
            agency.code
            for agency in made.round_.agencies
            if agency.group == "TINH" and regions[agency.locality] == code
        ]
        counted = sum(standing[agency] in (Standing.REPORTED, Standing.NIL) for agency in members)
        assert cells[names.name(code)][1] == vi(count)
        assert cells[names.name(code)][-1] == f"{counted}/{len(members)}"
        assert covered(asked)[code] == (counted, len(members))


def test_own_returns_are_of_agencies_with_a_place(made: Consolidation) -> None:
    own = {
        agency.code: agency.locality for agency in made.round_.agencies if agency.group == "TINH"
    }
    gave = {
        row["agency"]
        for row in rows(made, "manifestations")
        if own.get(row["agency"]) == row["locality"]
    }
    nil = {
        row.agency
        for row in made.agencies.itertuples()
        if row.standing == Standing.NIL and row.agency in own
    }
    assert word(made, "agencies", "region", own=True) == str(len(gave | nil))


def test_a_part_has_a_line_below_the_total(made: Consolidation) -> None:
    report = report_of(made.round_)
    shown = TableByEntry(facts(made, "subject", part="leaders"), report.parts).table
    assert [line[0].text for line in shown.lines[-2:]] == [
        "Tổng cộng",
        "Trong đó: cán bộ lãnh đạo, quản lý",
    ]
    assert shown.totals == 2
    at = shown.heads.index("Số tập thể, tổ chức")
    assert shown.lines[-1][at].text == "×", "no leader is a collective"


def test_no_line_of_nothing(round_: Round) -> None:
    made = consolidation(
        round_,
        {
            "manifestations": [
                case("BTP", behaviour="HV2"),
                case("BTP", behaviour="HV3", cases=0, persons=0),
            ]
        },
    )
    assert [line[0].text for line in TableByEntry(facts(made, "behaviour")).table.lines] == [
        "Đùn đẩy",
        "Tổng cộng",
    ]


def test_a_short_period_is_hatched(round_: Round) -> None:
    made = consolidation(
        round_, {"manifestations": [case("BTP", period="2022"), case("BTP", period="2023H1")]}
    )
    drawn = chart(facts(made, "period", monthly=True, chart="columns"))
    assert drawn is not None
    assert drawn.svg.count('fill="url(#hatch)"') == 1
    assert "gạch chéo" in drawn.caption
    plain = chart(
        facts(
            consolidation(round_, {"manifestations": [case("BTP")]}),
            "period",
            monthly=True,
            chart="columns",
        )
    )
    assert plain is not None
    assert "hatch" not in plain.svg


def test_figures_in_english(made: Consolidation) -> None:
    english = made.in_language("en")
    report = report_of(english.round_)
    for asked in report.figures:
        said = Sentences(ItemFacts(english, asked), report.parts, report.settled).all
        assert len(always_said(asked)) <= len(said) <= len(asked.says)
    loss = Sentences(
        ItemFacts(english, replace(report.figures[0], table="consequences", by="consequence"))
    ).word("loss")
    assert loss.endswith(" billion VND")


# --- what isn't told -----------------------------------------------------------------------------


def test_a_part_in_brackets_is_left_out_alone(round_: Round) -> None:
    persons = consolidation(round_, {"manifestations": [case("BTC")]})
    both = consolidation(
        round_, {"manifestations": [case("BTC"), case("BTC", subject="TT", persons=4)]}
    )
    sentence = "Có {persons}[ và {collectives}]."
    assert Sentences(facts(persons, "sector")).fill(sentence) == "Có 3 người."
    assert Sentences(facts(both, "sector")).fill(sentence) == "Có 3 người và 4 tập thể."
    assert Sentences(facts(persons, "sector")).fill("Có {collectives}[ và {persons}].") == ""


def test_a_zero_of_nil_returns_alone_is_not_told_of_those_who_left_it_blank(round_: Round) -> None:
    row = {
        key: case("BTC")[key]
        for key in ("agency", "period", "sector", "locality", "behaviour", "cases")
    }
    rows = {"consequences": [{**row, "severity": "MD1", "consequence": "HQ01", "loss": 7}]}
    made = consolidation(round_, rows, {"T06": Standing.NIL})
    assert facts(made, "sector", "consequences").total["files_overdue"] == 0
    assert word(made, "files_overdue", "sector", "consequences") == ""
    assert word(made, "loss", "sector", "consequences") == "7 triệu đồng"


def test_a_nil_that_waits_is_not_called_counted(round_: Round) -> None:
    made = consolidation(
        round_,
        {"manifestations": [case("T79", locality="T79")]},
        {"T70": Standing.NIL, "T72": Standing.NIL},
    )
    known = made.agencies.assign(
        pending=["moi.xlsx" if code == "T72" else "" for code in made.agencies["agency"]]
    )
    assert covered(facts(made, "region", own=True))["DNBO"] == (3, 6)
    assert covered(facts(replace(made, agencies=known), "region", own=True))["DNBO"] == (2, 6)
