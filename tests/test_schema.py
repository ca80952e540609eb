"""Table schemas have every rule and judge plain frames as the pipeline judges its own."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pandera.errors
import pandera.pandas as pa
import pytest

import schemas
from pipeline.check.frames import build
from pipeline.check.rules import masks
from pipeline.collect.read import read
from schemas.columns import STATE, Kind
from schemas.frame import schema_of
from schemas.rules.states import StateRule
from tests.mistakes import MISTAKES
from tests.returns import ROUND, right
from tests.rows import PROVINCE, M

A_ROW: dict[str, Any] = {"agency": PROVINCE, "manifestation": None, "task": None, "note": None, **M}


def failing(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> dict[str, list[int]]:
    """Positions of the rows that fail, by the label of the rule, told with pandera alone."""
    try:
        schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as failed:
        return {
            error.check.name: np.flatnonzero(~error.check_output.to_numpy()).tolist()
            for error in failed.schema_errors
        }
    return {}


def as_parquet(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame as pandas reads it back from a Parquet file."""
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    return pd.read_parquet(buffer)


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """A typed frame as in the data files: agency, row and declared columns, without states."""
    kept = [
        name
        for name in frame.columns
        if not name.endswith(STATE) and name not in ("submission", "own_locality", "reading_row")
    ]
    whole = {
        column.key: "Int64"
        for spec in ROUND.row_tables
        for column in spec.columns
        if column.kind is Kind.COUNT
    }
    return frame[kept].astype({key: kind for key, kind in whole.items() if key in kept})


@pytest.mark.parametrize("table", [spec.key for spec in ROUND.tables])
def test_each_rule_is_a_named_check_that_says_what_must_hold(table: str) -> None:
    schema = schemas.schema("cv4874", table)
    labels = [rule.label for rule in ROUND.rules[table]]
    assert (
        [check.name for check in schema.checks]
        == [check.error for check in schema.checks]
        == labels
    )
    assert len(set(labels)) == len(labels)
    assert all(check.description and "{" not in check.description for check in schema.checks)
    assert [check.title for check in schema.checks] == [
        f"{rule.id} ({rule.severity})" for rule in ROUND.rules[table]
    ]
    assert {key: column.title for key, column in schema.columns.items()} == {
        c.key: c.title for c in ROUND.by_key[table].columns
    }


def test_the_columns_have_the_lists_of_the_round() -> None:
    schema = schemas.schema("cv4874", "manifestations")
    assert list(schema.columns["behaviour"].dtype.categories) == ROUND.codelists["behaviours"].codes
    assert schema.columns["cases"].metadata["required"] is True
    assert schema.columns["cases"].metadata["minimum"] == 0


def test_a_right_row_meets_the_schema_and_comes_back_typed() -> None:
    judged = schemas.schema("cv4874", "manifestations").validate(
        as_parquet(pd.DataFrame([A_ROW])), lazy=True
    )
    assert judged["cases"].tolist() == [2.0]
    assert judged["own_locality"].tolist() == ["T96"]


@pytest.mark.parametrize(
    ("change", "labels"),
    [
        ({"cases": -1}, ["V02.E.number@cases"]),
        ({"pending": 1.5}, ["V02.E.number@pending"]),
        ({"pending": "vài"}, ["V02.E.number@pending"]),
        ({"cases": None}, ["V01.E.required@cases"]),
        ({"cases": 10.0**15}, ["V02.E.number@cases"]),
        ({"behaviour": "HV77"}, ["V03.E.not_listed@behaviour"]),
        ({"behaviour": None}, ["V01.E.required@behaviour"]),
        ({"task": "y" * 501}, ["V06.E.max_length@task"]),
        ({"persons": 6}, ["R01.E.sum_of@persons"]),
        ({"unhandled": None, "persons": 4}, ["R01.W.breakdown@persons"]),
        ({"locality": "T01"}, ["R05.E.own_locality@locality"]),
        ({"agency": "BYT", "locality": "T01"}, []),
        ({"manifestation": "BH10"}, ["R04.W.belongs_to@manifestation"]),
    ],
)
def test_a_mistake_in_a_plain_frame_fails_its_rule(
    change: dict[str, Any], labels: list[str]
) -> None:
    frame = pd.DataFrame([A_ROW | {"task": "việc khác", "level": "XA"}, A_ROW | change])
    assert failing(schemas.schema("cv4874", "manifestations"), frame) == {
        label: [1] for label in labels
    }


@pytest.mark.parametrize(
    ("change", "labels"),
    [
        ({"issued_on": "2021-01-24"}, ["V05.W.before_window@issued_on"]),
        ({"issued_on": pd.Timestamp("2023-07-01")}, ["V05.E.not_after_window@issued_on"]),
        ({"issued_on": pd.Timestamp("2021-02-01").date()}, []),
        ({"issued_on": "hôm qua"}, ["V04.E.not_date@issued_on"]),
        ({"content": "ngắn"}, ["V06.E.length@content"]),
        ({"content": "   "}, ["V01.E.required@content"]),
    ],
)
def test_dates_and_texts_of_a_plain_frame(change: dict[str, Any], labels: list[str]) -> None:
    row = {
        "action": "CT01",
        "content": "Ban hành chỉ thị chấn chỉnh kỷ luật.",
        "issued_on": pd.Timestamp("2022-05-05").date(),
    }
    assert failing(schemas.schema("cv4874", "actions"), pd.DataFrame([row | change])) == {
        label: [0] for label in labels
    }


@pytest.mark.parametrize(
    ("change", "labels"),
    [
        ({"cases": True}, ["V02.E.number@cases"]),
        ({"pending": "1e0"}, ["V02.E.number@pending"]),
        ({"pending": "1.000"}, ["V02.E.number@pending"]),
        ({"pending": b"1"}, ["V02.E.number@pending"]),
        ({"pending": pd.Timedelta(days=1)}, ["V02.E.number@pending"]),
        ({"pending": "1"}, []),
        ({"pending": ""}, ["R01.W.breakdown@persons"]),
        ({"cases": "  "}, ["V01.E.required@cases"]),
        ({"behaviour": " "}, ["V01.E.required@behaviour"]),
        ({"behaviour": "hv2"}, ["V03.E.not_listed@behaviour"]),
        ({"period": 2022}, []),
        ({"period": 2022.0}, []),
        ({"task": " " + "y" * 500 + " "}, []),
        ({"cases": 400000000.4}, ["V02.E.number@cases"]),
        ({"cases": 0.1 * 20}, []),
        ({"task": "lone \ud800"}, []),
    ],
)
def test_values_as_other_programs_leave_them(change: dict[str, Any], labels: list[str]) -> None:
    frame = pd.DataFrame(
        [A_ROW | {"task": "việc khác", "level": "XA"}, A_ROW | change], dtype=object
    )
    assert failing(schemas.schema("cv4874", "manifestations"), frame) == {
        label: [1] for label in labels
    }


@pytest.mark.parametrize(
    ("day", "fault"),
    [
        (pd.Timestamp("2022-05-05", tz="Asia/Ho_Chi_Minh"), False),
        ("2022-05-05T10:00:00+07:00", False),
        ("", False),
        ("2022", True),
        ("20220505", True),
        (20220505, True),
        ("05/05/2022", True),
    ],
)
def test_days_as_other_programs_leave_them(day: object, *, fault: bool) -> None:
    row = {"action": "CT01", "content": "Ban hành chỉ thị chấn chỉnh kỷ luật.", "issued_on": day}
    assert failing(schemas.schema("cv4874", "actions"), pd.DataFrame([row])) == (
        {"V04.E.not_date@issued_on": [0]} if fault else {}
    )


def test_a_frame_that_was_judged_and_changed_is_judged_by_what_it_says_now() -> None:
    schema = schemas.schema("cv4874", "manifestations")
    judged = schema.validate(pd.DataFrame([A_ROW]), lazy=True)
    judged.loc[0, "cases"] = -5
    judged.loc[0, "persons"] = np.nan
    assert failing(schema, judged) == {"V02.E.number@cases": [0], "V01.E.required@persons": [0]}
    assert failing(schema, judged.drop(columns=["submission", "own_locality"])).keys() == {
        "V02.E.number@cases",
        "V01.E.required@persons",
    }


def test_two_columns_of_one_name_are_told() -> None:
    frame = pd.DataFrame([A_ROW])
    with pytest.raises(pandera.errors.SchemaErrors, match="cases"):
        schemas.schema("cv4874", "manifestations").validate(
            pd.concat([frame, frame[["cases"]]], axis=1), lazy=True
        )


def test_text_in_other_forms_of_letters_repeats_itself() -> None:
    forms = [unicodedata.normalize(form, "cấp phép") for form in ("NFC", "NFD")]
    frame = pd.DataFrame([A_ROW | {"task": task} for task in forms])
    assert failing(schemas.schema("cv4874", "manifestations"), frame) == {
        "T01.E.unique_key@period": [1]
    }


def test_rows_repeat_one_another_within_a_return_only() -> None:
    schema, two = schemas.schema("cv4874", "manifestations"), pd.DataFrame([A_ROW, A_ROW])
    assert failing(schema, two) == {"T01.E.unique_key@period": [1]}
    assert failing(schema, two.assign(file=["a.xlsx", "b.xlsx"])) == {}
    assert failing(schema, two.drop(columns="agency")) == {"T01.E.unique_key@period": [1]}
    twice = pd.concat([two.iloc[:1], two.iloc[:1]])
    # an index that isn't unique tells rows apart no worse
    assert failing(schema, twice) == {"T01.E.unique_key@period": [1]}


def test_a_frame_without_a_column() -> None:
    frame = pd.DataFrame([A_ROW])
    schema = schemas.schema("cv4874", "manifestations")
    assert failing(schema, frame.drop(columns="note")) == {}
    assert failing(schema, frame.drop(columns="cases")) == {"V01.E.required@cases": [0]}


def test_no_table_and_no_round() -> None:
    with pytest.raises(KeyError):
        schemas.schema("cv4874", "nothing")
    with pytest.raises(ValueError, match="cv0000"):
        schemas.schema("cv0000", "manifestations")


def planted() -> Iterator[tuple[tuple[str, str, str], Any]]:
    """Every mistake in rows that a frame without states can show, in a return of its own."""
    by_state = {
        (rule.id, rule.severity, rule.message)
        for rule in ROUND.row_rules
        if isinstance(rule, StateRule)
    }
    shown = {(rule.id, rule.severity, rule.message) for rule in ROUND.row_rules} - by_state | {
        ("V01", "E", "required")
    }
    for rule in sorted(shown):
        for number in range(200):
            draft = right(number)
            place = MISTAKES[rule][0](draft, Random(number))
            if place is not None:
                yield rule, draft
                break
        else:
            raise AssertionError(rule)


PLANTED = [*planted()]
Failing = dict[str, list[int]]


@pytest.fixture(scope="module")
def judged(
    tmp_path_factory: pytest.TempPathFactory,
) -> list[tuple[np.ndarray[Any, Any], Failing, Failing]]:
    """Of all returns, per table: whose each row is, what fails as read, and as in a data file."""
    folder, readings = tmp_path_factory.mktemp("returns"), {}
    for number, (_, draft) in enumerate(PLANTED):
        path = folder / f"{number}.xlsx"
        path.write_bytes(draft.workbook())
        readings[number] = read(path, path.name, ROUND, folder)
    frames = build(readings, ROUND)
    made = []
    for spec in ROUND.row_tables:
        schema, frame = schema_of(ROUND, spec.key), frames[spec.key]
        as_read = {
            label: np.flatnonzero(~mask).tolist() for label, mask in masks(schema, frame).items()
        }
        # how a cell was written is gone
        kept = {
            each.label for each in ROUND.rules[spec.key] if (each.id, each.severity) != ("V08", "N")
        }
        files = plain(frame).assign(file=frame["submission"].astype(str))
        made.append(
            (
                frame["submission"].to_numpy(),
                {label: rows for label, rows in as_read.items() if label in kept},
                failing(schema, as_parquet(files)),
            )
        )
    return made


@pytest.mark.parametrize(
    ("number", "rule"),
    [pytest.param(number, rule, id=".".join(rule)) for number, (rule, _) in enumerate(PLANTED)],
)
def test_a_data_file_is_judged_as_the_pipeline_judges(
    judged: list[tuple[np.ndarray[Any, Any], Failing, Failing]],
    number: int,
    rule: tuple[str, str, str],
) -> None:
    told = set()
    for submissions, *failing_ in judged:
        as_read, by_file = (
            {
                label: own
                for label, rows in each.items()
                if (own := [row for row in rows if submissions[row] == number])
            }
            for each in failing_
        )
        assert by_file == as_read
        told |= {tuple(label.partition("@")[0].split(".")) for label in by_file}
    assert rule in told


def test_a_rule_that_ends_in_an_exception_is_a_fault_of_the_program() -> None:
    schema = pa.DataFrameSchema(checks=[pa.Check(lambda frame: frame["nothing"], name="X")])
    with pytest.raises(pandera.errors.SchemaError, match="nothing"):
        masks(schema, pd.DataFrame({"a": [1]}))
