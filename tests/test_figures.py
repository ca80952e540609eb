"""Figures against a recount in plain loops that knows nothing of the code under test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.model import Standing
from pipeline.stages.figuring import whole
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.crossing import cross
from pipeline.summarise.figures.dimensions import dimension, dimensions
from pipeline.summarise.figures.figures import Question, by_entry, figures, figures_of
from pipeline.summarise.figures.figures import whole as whole_of_all
from pipeline.summarise.figures.tables import table_with
from pipeline.summarise.figures.totals import ROWS, RowParts
from pipeline.summarise.figures.trace import trace
from pipeline.summarise.figures.wording import coverage
from schemas.round.round import Round
from tests.consolidations import consolidation, random_consolidation, tiny_round
from tests.recounts import keys_of, recount, with_nils

MEASURED = ("manifestations", "consequences", "handlings")
COLUMNS = {
    "manifestations": [
        *("cases", "persons", "handled", "pending", "unhandled", "collectives", "agencies"),
        *("collectives_handled", "collectives_pending", "collectives_unhandled"),
        *(
            "agencies_cases",
            "agencies_persons",
            "agencies_handled",
            "agencies_pending",
            "agencies_unhandled",
        ),
        *(
            "agencies_collectives",
            "agencies_collectives_handled",
            "agencies_collectives_pending",
            "agencies_collectives_unhandled",
        ),
    ],
    "consequences": [
        *("cases", "projects_delayed", "files_overdue", "loss", "agencies"),
        *("agencies_cases", "agencies_projects_delayed", "agencies_files_overdue", "agencies_loss"),
    ],
    "handlings": [
        "cases",
        "persons",
        "collectives",
        "agencies",
        "agencies_cases",
        "agencies_persons",
        "agencies_collectives",
    ],
}


@cache
def drawn(round_: Round, rows: int, seed: int, blank: float) -> Consolidation:
    """A random consolidation, made once for all tables."""
    return random_consolidation(round_, rows=rows, seed=seed, blank=blank)


@pytest.mark.parametrize("table", MEASURED)
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("blank", [0.05, 0.6])
def test_every_dimension_equals_a_recount(
    round_: Round, table: str, seed: int, blank: float
) -> None:
    made = drawn(round_, 700, seed, blank)
    spec = round_.by_key[table]
    measures = [column.key for column in spec.measures]
    keys = keys_of(round_, table)
    assert set(keys) == set(dimensions(round_, spec))
    for by, key in keys.items():
        expected = with_nils(
            recount(made.tables[table], key, measures, with_subjects=spec.has("subject")),
            nils_by(made, by),
        )
        got = figures(made, by, table)
        assert list(got.columns) == [by, "name", *COLUMNS[table]]
        assert set(got[by]) == set(expected)
        for row in got.to_dict("records"):
            assert {
                name: value for name, value in plain(row).items() if name not in (by, "name")
            } == {
                name: len(want) if isinstance(want, set) else want
                for name, want in expected[row[by]].items()
            }, (by, row[by])


def nils_by(made: Consolidation, by: str) -> dict[str, list[str]]:
    """Agencies with a confirmed nil by their own lines of a dimension; by others they have none."""
    found: dict[str, list[str]] = {}
    regions = {
        entry.code: entry.extra["region"] for entry in made.round_.codelists["localities"].entries
    }
    for agency in made.agencies[made.agencies["standing"] == "confirmed_nil"].itertuples():
        own = agency.locality if agency.group == "TINH" else ""
        lines = {
            "agency": agency.agency,
            "agency_group": agency.group,
            "locality": own,
            "region": regions.get(own, ""),
        }
        lines["origin"] = "own" if own else ""
        if lines.get(by):
            found.setdefault(lines[by], []).append(agency.agency)
    return found


def plain(row: dict[Any, Any]) -> dict[str, Any]:
    """A line of figures as exact numbers, texts as they are, None for what is missing."""
    given_ = {name: None if pd.isna(value) else value for name, value in row.items()}
    return {
        name: Fraction(repr(value)) if isinstance(value, int | float) else value
        for name, value in given_.items()
    }


def test_provisional_figures_say_so(round_: Round) -> None:
    rows = {"manifestations": [row(), row("T02", locality="T02")]}
    made = consolidation(round_, rows, {"T02": Standing.CORRECTING}, provisional=True)
    got = figures(made, "locality", "manifestations")
    assert got.columns[-1] == "provisional"
    assert set(got["provisional"]) == {"TẠM TÍNH"}
    assert "trong đó tạm tính 1 cơ quan" in coverage(made)
    assert "provisional" not in figures(consolidation(round_, rows), "locality", "manifestations")


def test_a_trace_says_which_rows_are_provisional(round_: Round) -> None:
    rows = {"manifestations": [row(), row("T02", locality="T02")]}
    made = consolidation(round_, rows, {"T02": Standing.CORRECTING}, provisional=True)

    def nowhere(submissions: Sequence[int]) -> dict[int, dict[str, dict[str, str]]]:
        return {number: {} for number in submissions}

    found = trace(made, "manifestations", [("sector", "LV01")], nowhere)
    assert dict(zip(found["agency"], found["provisional"], strict=True)) == {
        "T01": "",
        "T02": "TẠM TÍNH",
    }
    english = trace(made.in_language("en"), "manifestations", [("sector", "LV01")], nowhere)
    assert set(english["provisional"]) == {
        "",
        "PROVISIONAL",
    }
    assert "provisional" not in trace(
        consolidation(round_, rows), "manifestations", [("sector", "LV01")], nowhere
    )


def test_order_is_the_lists_and_blanks_stand_last(round_: Round) -> None:
    made = random_consolidation(round_, rows=900)
    got = figures(made, "manifestation", "manifestations")
    listed = round_.codelists["manifestations"].codes
    assert list(got["manifestation"]) == [
        *(each for each in listed if each in set(got["manifestation"])),
        "",
    ]
    assert got["name"].iloc[-1] == "(để trống)"
    english = figures(made.in_language("en"), "manifestation", "manifestations")
    assert english["name"].iloc[-1] == "(blank)"
    assert got["name"].iloc[0] == round_.codelists["manifestations"].name(
        got["manifestation"].iloc[0]
    )


def row(agency: str = "T01", **cells: Any) -> dict[str, Any]:
    base = {
        "period": "2021",
        "sector": "LV01",
        "locality": "T01",
        "level": "TINH",
        "subject": "CB",
        "behaviour": "HV1",
    }
    return {"agency": agency, **base, "cases": 1, "persons": 2, **cells}


def test_collectives_are_no_persons(round_: Round) -> None:
    made = consolidation(
        round_,
        {
            "manifestations": [
                row(),
                row(subject="TT", persons=5, handled=4),
                row(subject="TT", persons=None),
            ]
        },
    )
    got = figures(made, "subject", "manifestations").set_index("subject")
    assert got.loc["CB", ["persons", "collectives"]].tolist() == [2, pd.NA]
    assert got.loc["TT", ["persons", "collectives", "handled", "collectives_handled"]].tolist() == [
        pd.NA,
        5,
        pd.NA,
        4,
    ]
    assert "collectives" not in figures(made, "sector", "consequences")


def test_money_is_exact_whatever_the_order(round_: Round) -> None:
    cells = {
        "period": "2021",
        "locality": "T01",
        "behaviour": "HV1",
        "severity": "MD1",
        "consequence": "HQ01",
        "cases": 1,
    }
    amounts = [0.1, 0.2, 1e9, 0.3, 123456789.123456, 1e-6] * 50
    rows = [{"agency": "T01", "sector": "LV01", **cells, "loss": amount} for amount in amounts]
    forwards = consolidation(round_, {"consequences": rows})
    backwards = consolidation(round_, {"consequences": rows[::-1]})
    exact = float(sum(Fraction(str(amount)) for amount in amounts))
    assert figures(forwards, "sector", "consequences")["loss"].tolist() == [exact]
    assert figures(backwards, "sector", "consequences")["loss"].tolist() == [exact]
    whole = consolidation(
        round_, {"consequences": [{**rows[0], "loss": 0.5}, {**rows[0], "loss": 1.5}]}
    )
    assert str(figures(whole, "sector", "consequences")["loss"].iloc[0]) == "2"


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["OAK", "ASH", None]),
            st.sampled_from(["1", "2", None]),
            st.sampled_from(["A0", "A1", "A2"]),
            st.one_of(st.none(), st.integers(0, 2**40)),
        ),
        max_size=30,
    )
)
def test_any_rows_of_another_round(
    cells: list[tuple[str | None, str | None, str, int | None]],
) -> None:
    round_ = TINY[0]
    made = consolidation(
        round_,
        {"trees": [{"agency": a, "kind": k, "place": p, "trees": n} for k, p, a, n in cells]},
    )
    for by, at in (("kind", 0), ("place", 1), ("agency", 2)):
        got = figures(made, by, "trees").set_index(by)
        assert set(got.index) == {each[at] or "" for each in cells}
        for each in got.index:
            mine = [line for line in cells if (line[at] or "") == each]
            given_ = [line for line in mine if line[3] is not None]
            trees = got.loc[each, "trees"]
            assert trees is pd.NA if not given_ else trees == sum(line[3] or 0 for line in given_)
            assert (
                got.loc[each, "agencies"]
                == got.loc[each, "agencies_trees"]
                == len({line[2] for line in given_})
            )


TINY: list[Round] = []


@pytest.fixture(scope="module", autouse=True)
def _tiny(tmp_path_factory: pytest.TempPathFactory) -> None:
    TINY.append(tiny_round(tmp_path_factory.mktemp("tiny") / "tiny"))


def test_where_by_any_dimension(round_: Round) -> None:
    made = random_consolidation(round_, rows=900)
    frame = made.tables["handlings"]
    keys = keys_of(round_, "handlings")
    chosen = frame[
        [
            keys["region"](r) == "DBSH" and keys["handling_group"](r) == "KLHC"
            for r in frame.to_dict("records")
        ]
    ]
    got = figures(made, "sector", "handlings", [("region", "DBSH"), ("handling_group", "KLHC")])
    assert got["cases"].sum() == chosen["cases"].sum() > 0
    blank = figures(made, "sector", "manifestations", [("manifestation", "")])
    assert (
        blank["cases"].sum()
        == made.tables["manifestations"]
        .loc[made.tables["manifestations"]["manifestation"].isna(), "cases"]
        .sum()
        > 0
    )
    assert figures(made, "sector", "handlings", [("sector", "LV01"), ("sector", "LV02")]).empty


@pytest.mark.parametrize(
    ("by", "table", "where", "key"),
    [
        ("handling", "manifestations", [], "no_such_dimension"),
        ("handling_group", "consequences", [], "no_such_dimension"),
        ("task", "manifestations", [], "no_such_dimension"),
        ("sector", "manifestation", [], "no_such_table"),
        ("nil", "info", [], "no_such_table"),
        ("sector", "manifestations", [("handling", "KT")], "no_such_dimension"),
        ("sector", "manifestations", [("sector", "LV77")], "no_such_code"),
    ],
)
def test_what_is_not_there_is_a_usage_error(
    round_: Round, by: str, table: str, where: list[tuple[str, str]], key: str
) -> None:
    with pytest.raises(UsageError) as caught:
        figures(consolidation(round_), by, table, where)
    assert caught.value.key == key
    assert caught.value.exit_code == 2
    assert all(caught.value.text(lang) for lang in ("vi", "en"))


def test_nothing_reported_gives_no_rows(round_: Round) -> None:
    made = consolidation(round_)
    for table in (spec.key for spec in round_.row_tables):
        for by in dimensions(round_, round_.by_key[table]):
            assert figures(made, by, table).empty


def test_a_table_without_measures_counts_agencies(round_: Round) -> None:
    got = figures(random_consolidation(round_, rows=50), "group", "causes")
    assert list(got.columns) == ["group", "name", "agencies"]


def test_a_count_beyond_whole_numbers_stays_a_number(round_: Round) -> None:
    made = consolidation(round_, {"manifestations": [row(cases=1e300)]})
    assert figures(made, "sector", "manifestations")["cases"].tolist() == [1e300]


@pytest.mark.parametrize(
    ("table", "down", "across"),
    [
        ("manifestations", "sector", "behaviour"),
        ("handlings", "locality", "handling_group"),
        ("consequences", "consequence", "region"),
    ],
)
def test_crossings_are_the_same_figures(round_: Round, table: str, down: str, across: str) -> None:
    made, spec = drawn(round_, 600, 1, 0.3), round_.by_key[table]
    one, other = dimension(round_, spec, down), dimension(round_, spec, across)
    crossing = cross(made, spec, one, other)
    rights, belows = (
        figures(made, down, table).set_index(down),
        figures(made, across, table).set_index(across),
    )
    inside = {
        entry: figures(made, across, table, [(down, entry)]).set_index(across)
        for entry in one.codes
    }
    for measure in COLUMNS[table]:
        array, nothing = crossing.values[measure], 0 if measure.startswith("agencies") else np.nan
        for at, entry in enumerate(one.codes):
            assert same(array[at, -1], rights[measure].get(entry, nothing))
        for at, entry in enumerate(other.codes):
            assert same(array[-1, at], belows[measure].get(entry, nothing))
    assert (
        np.array_equal(crossing.values[ROWS] > 0, crossing.values["cases"] > 0)
        or (crossing.values["cases"] == 0).any()
    )
    for at, entry in enumerate(one.codes):
        if crossing.values["nils"][at, -1]:
            assert not np.isnan(crossing.values["cases"][at]).any(), (
                "a confirmed nil is 0 of everything"
            )
            continue
        for measure in COLUMNS[table]:
            nothing = 0 if measure.startswith("agencies") else np.nan
            cells = [inside[entry][measure].get(each, nothing) for each in other.codes]
            assert all(map(same, crossing.values[measure][at, :-1], cells))


def same(one: float, other: Any) -> bool:
    """Equal, or both missing."""
    return bool(np.isnan(one)) if pd.isna(other) else one == other


def test_which_table_counts_by_what(round_: Round) -> None:
    def key(*by: str) -> str | None:
        found = table_with(round_, *by)
        return found.key if found else None

    assert key("sector", "behaviour") == "manifestations"
    assert key("sector", "handling_group") == "handlings"
    assert key("sector", "consequence") == "consequences"
    assert key("level", "handling") is None
    assert key("addressee") is None, "a table without measures sums up nothing"


def test_a_round_without_attributes_still_has_agency_groups(tmp_path: Path) -> None:
    round_ = tiny_round(tmp_path / "tiny2")
    made = consolidation(
        round_,
        {
            "cuts": [
                {"agency": "A0", "kind": "ASH", "volume": 1.5},
                {"agency": "A1", "kind": "ASH", "volume": 2},
            ]
        },
    )
    got = figures(made, "agency_group", "cuts")
    assert got.to_dict("records") == [
        {"agency_group": "G0", "name": "G0", "volume": 1.5, "agencies": 1, "agencies_volume": 1},
        {"agency_group": "G1", "name": "G1", "volume": 2.0, "agencies": 1, "agencies_volume": 1},
    ]


def test_parts_of_rows_add_up_to_the_same_figures(round_: Round) -> None:
    made = random_consolidation(round_, rows=300)
    for table, by in (
        ("consequences", "locality"),
        ("manifestations", "agency_group"),
        ("handlings", "handling"),
    ):
        spec, rows = (
            round_.by_key[table],
            made.tables[table].sort_values("agency", ignore_index=True),
        )
        asked = Question.of(round_, spec, by, ())
        parts = [rows[rows["agency"] == agency] for agency in rows["agency"].unique()]
        got = figures_of(asked, parts, made.agencies, provisional=False)
        pd.testing.assert_frame_equal(got, figures(made, by, table))


@pytest.mark.parametrize("is_sorted", [True, False], ids=["agencies in turn", "agencies mixed"])
def test_sums_are_the_same_in_parts_and_at_once(
    round_: Round, monkeypatch: pytest.MonkeyPatch, *, is_sorted: bool
) -> None:
    made = random_consolidation(round_, rows=120)
    tables = {
        key: rows if is_sorted else rows.sort_values("row", ignore_index=True)
        for key, rows in made.tables.items()
    }
    spec, at_once, in_parts = (
        round_.by_key["manifestations"],
        replace(made, tables=tables),
        replace(made, tables=tables),
    )
    down, across = dimension(round_, spec, "sector"), dimension(round_, spec, "locality")

    def sums(consolidation: Consolidation) -> tuple[Any, ...]:
        return (
            by_entry(consolidation, spec, down),
            whole_of_all(consolidation, spec),
            dict(cross(consolidation, spec, down, across).values),
        )

    entries, total, cells = sums(at_once)
    monkeypatch.setattr("pipeline.summarise.figures.totals.AT_ONCE", 10)
    assert (len(RowParts.of(tables[spec.key], spec, round_).parts) > 1) == is_sorted
    entries_again, total_again, cells_again = sums(in_parts)
    pd.testing.assert_frame_equal(entries_again, entries)
    np.testing.assert_equal(total_again, total)
    np.testing.assert_equal(cells_again, cells)


def test_rows_of_a_submission_stay_together_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.stages.figuring.AT_ONCE", 4)
    numbers = [1, 1, 2, 2, 2, 2, 2, 3, 4, 4]
    parts = [pd.DataFrame({"submission": numbers[at : at + 3]}) for at in range(0, len(numbers), 3)]
    got = [part["submission"].tolist() for part in whole(parts)]
    assert [number for part in got for number in part] == numbers
    assert sum(len(set(part)) for part in got) == len(set(numbers))
