"""The data package: described, decodable from itself, valid, the same in CSV and Parquet."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import re
import shutil
import tempfile
import tracemalloc
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import openpyxl
import pandas as pd
import pandera.errors
import pandera.pandas as pandera_pandas
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import schemas
from pipeline import __version__
from pipeline.machine.files import write_beside
from pipeline.model import Choice, Decision, Finding, Severity, Standing, Verdict
from pipeline.store.headcounts import Headcount
from pipeline.summarise.data import tables
from pipeline.summarise.data.fields import Voices
from pipeline.summarise.data.package import write_package
from pipeline.summarise.data.sources import write_sources
from pipeline.summarise.data.writing import write_table
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.figures import figures
from schemas.columns import TableSpec
from schemas.round.round import Round
from tests.books import ROOT
from tests.consolidations import consolidation, random_consolidation, tiny_round
from tests.office import convert, needs_office
from tests.rows import M

ROWS = 100
WHERE: Mapping[str, Any] = {
    "agency": "T01",
    "file": "a.xlsx",
    "sheet": "I.1",
    "cells": ("I9", "I12"),
    "column": "Số người",
    "value": "x",
}
FINDINGS = [
    Finding(
        "V02",
        Severity.ERROR,
        "number",
        {"title": "Số người", "value": "x", "minimum": "0"},
        **WHERE,
    ),
    Finding(
        "D01",
        Severity.NOTE,
        "late",
        {"received": "09/09/2023", "days": "2", "deadline": "08/09/2023"},
    ),
]


@pytest.fixture(scope="module")
def made(round_: Round) -> Consolidation:
    more = [{"agency": "BNV", "file": "cũ/BNV.xlsx", "verdict": Verdict.ACCEPTED}, {}]
    return random_consolidation(round_, rows=ROWS, more=more, findings=FINDINGS)


@pytest.fixture(scope="module")
def out(made: Consolidation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    write_sources(made, folder, write_package(made, folder, write_beside), write_beside)
    return folder


def write_both(
    consolidation: Consolidation, spec: TableSpec, folder: Path | str
) -> tuple[Path, Path]:
    """Write one table as CSV and Parquet."""
    files = Path(folder, "table.csv"), Path(folder, "table.parquet")
    write_table(tables.table(consolidation, spec, Voices.of(consolidation.round_)), {}, *files)
    return files


def csv_and_parquet(consolidation: Consolidation, spec: TableSpec) -> tuple[bytes, bytes]:
    """The bytes of one table's two files."""
    with tempfile.TemporaryDirectory() as folder:
        text, parquet = write_both(consolidation, spec, folder)
        return text.read_bytes(), parquet.read_bytes()


def parquet(consolidation: Consolidation, spec: TableSpec) -> bytes:
    return csv_and_parquet(consolidation, spec)[1]


def described(out: Path) -> dict[str, dict[str, Any]]:
    """The resources of a package by name."""
    said = json.loads((out / "du-lieu" / "datapackage.json").read_text(encoding="utf-8"))
    return {each["name"]: each for each in said["resources"]}


def as_written(path: Path) -> list[dict[str, str | None]]:
    """The rows of a CSV file as they were written, without the apostrophe put before a text."""
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf"), (
        "Excel takes a file without the mark for one of another encoding"
    )
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [{key: value.removeprefix("'") or None for key, value in row.items()} for row in rows]


# --- tables --------------------------------------------------------------------------------------


PROVENANCE = ["agency", "file", "sha256", "sheet", "row"]


def test_every_table_comes_back_as_it_was(round_: Round, made: Consolidation, out: Path) -> None:
    hashes = made.submissions.set_index("submission")["sha256"]
    for spec in round_.row_tables:
        table = pq.read_table(out / "du-lieu" / f"{spec.key}.parquet")
        assert table.column_names[: 5 + len(spec.keys)] == [*PROVENANCE, *spec.keys]
        frame = made.tables[spec.key]
        for column in spec.columns:
            here = [None if pd.isna(value) else value for value in frame[column.key].astype(object)]
            there = table[column.key].to_pylist()
            assert there == [
                value.date() if isinstance(value, pd.Timestamp) else value for value in here
            ], (spec.key, column.key)
        for name in ("agency", "file", "sheet", "row"):
            assert table[name].to_pylist() == frame[name].tolist()
        assert table["sha256"].to_pylist() == frame["submission"].map(hashes).tolist()


def test_csv_and_parquet_hold_the_same(round_: Round, out: Path) -> None:
    for name in [*(spec.key for spec in round_.row_tables), "co-quan", "phat-hien"]:
        table = pq.read_table(out / "du-lieu" / f"{name}.parquet")
        rows = as_written(out / "du-lieu" / f"{name}.csv")
        assert len(rows) == table.num_rows
        for column in table.column_names:
            assert [_text(value) for value in table[column].to_pylist()] == [
                row[column] for row in rows
            ], (name, column)


def _text(value: Any) -> str | None:
    """A value of Parquet as CSV has it: numbers plain, days ISO, lists with spaces."""
    if isinstance(value, list):
        return " ".join(value) or None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.17g}" if value == int(value) else repr(value)
    return None if value is None else str(value)


def test_types_are_plain(out: Path) -> None:
    schema = pq.read_schema(out / "du-lieu" / "consequences.parquet")
    assert (schema.field("cases").type, schema.field("loss").type) == (pa.int64(), pa.float64())
    assert schema.field("sector").type == pa.dictionary(pa.int32(), pa.string())
    assert schema.field("description").type == pa.string()
    assert (
        pq.read_schema(out / "du-lieu" / "handlings.parquet").field("decided_on").type
        == pa.date32()
    )
    metadata = pq.ParquetFile(out / "du-lieu" / "consequences.parquet").metadata
    assert metadata.row_group(0).column(0).compression == "ZSTD"


def test_parquet_adds_up_to_the_figures(made: Consolidation, out: Path) -> None:
    frame = pq.read_table(out / "du-lieu" / "manifestations.parquet").to_pandas()
    assert (out / "du-lieu" / "manifestations.csv").is_file()
    people = frame[frame["subject"] != "TT"].groupby("sector", observed=True)["persons"].sum()
    got = figures(made, "sector", "manifestations").set_index("sector")["persons"]
    assert people.to_dict() == got[got.index.isin(people.index)].to_dict()
    beside = frame.groupby("sector", observed=True)["people"].sum()
    assert {
        sector: count for sector, count in beside.items() if sector in people.index
    } == people.to_dict()


MEASURES = ("", "_handled", "_pending", "_unhandled")


def test_persons_and_collectives_stand_apart_beside_what_was_declared(out: Path) -> None:
    frame = pq.read_table(out / "du-lieu" / "manifestations.parquet").to_pandas()
    is_collective = frame["subject"] == "TT"
    assert 0 < is_collective.sum() < len(frame)
    for suffix in MEASURES:
        declared = frame[suffix.removeprefix("_") or "persons"]
        assert frame.loc[is_collective, f"people{suffix}"].isna().all()
        assert frame.loc[~is_collective, f"collectives{suffix}"].isna().all()
        together = frame[f"people{suffix}"].fillna(0) + frame[f"collectives{suffix}"].fillna(0)
        assert together.tolist() == declared.fillna(0).tolist()
        assert (
            frame[f"people{suffix}"].isna() & frame[f"collectives{suffix}"].isna()
        ).tolist() == declared.isna().tolist()
    said = {each["name"]: each for each in described(out)["manifestations"]["schema"]["fields"]}
    assert said["people_handled"]["title"] == "Đã xử lý (không tính tập thể, tổ chức)"
    assert said["collectives_handled"]["title"] == "Tập thể đã xử lý"
    assert (said["collectives"]["title"], said["collectives"]["title_en"]) == (
        "Số tập thể, tổ chức",
        "Number of collectives, organisations",
    )
    assert "people và cột collectives" in said["persons"]["description"]


def test_rows_say_whether_they_are_of_an_own_return(round_: Round, tmp_path: Path) -> None:
    rows = [
        {**ROW, "cases": 1, "persons": 1},
        {**ROW, "agency": "BNV", "cases": 1, "persons": 1},
        {**ROW, "locality": "TW", "agency": "BNV"},
    ]
    write_package(consolidation(round_, {"manifestations": rows}), tmp_path, write_beside)
    told = {
        (row["agency"], row["locality"]): row["origin"]
        for row in as_written(tmp_path / "du-lieu" / "manifestations.csv")
    }
    assert told == {("T01", "T01"): "own", ("BNV", "T01"): "others", ("BNV", "TW"): "others"}
    assert "origin" not in pq.read_schema(tmp_path / "du-lieu" / "causes.parquet").names


@pytest.mark.slow
def test_the_schemas_judge_the_files_as_they_are(
    round_: Round, made: Consolidation, out: Path
) -> None:
    """The columns beside the declared ones change nothing of what is found."""
    for spec in round_.row_tables:
        schema = schemas.schema("cv4874", spec.key)
        frame = pd.read_parquet(out / "du-lieu" / f"{spec.key}.parquet")
        assert judged(schema, frame) == judged(schema, frame[[*PROVENANCE, *spec.keys]])
        assert judged(schema, frame) or spec.key == "narratives", "rows of random codes break rules"
    assert len(made.tables["manifestations"]) == ROWS


def judged(schema: pandera_pandas.DataFrameSchema, frame: pd.DataFrame) -> dict[str, list[int]]:
    """By rule, the rows that break it."""
    try:
        schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as failed:
        return {
            error.check.name: np.flatnonzero(~error.check_output.to_numpy()).tolist()
            for error in failed.schema_errors
        }
    return {}


def test_an_empty_table_has_its_columns(round_: Round) -> None:
    empty = consolidation(round_)
    table = pq.read_table(pa.BufferReader(parquet(empty, round_.by_key["handlings"])))
    full = pq.read_schema(
        pa.BufferReader(parquet(random_consolidation(round_, rows=5), round_.by_key["handlings"]))
    )
    assert table.num_rows == 0
    assert table.schema.equals(full)


@pytest.mark.parametrize("at_once", [9, 70, 100])
def test_a_table_written_in_parts_is_the_same(
    made: Consolidation, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    spec = made.round_.by_key["consequences"]
    csv_whole, parquet_whole = csv_and_parquet(made, spec)
    whole = pq.read_table(pa.BufferReader(parquet_whole))
    monkeypatch.setattr(tables, "AT_ONCE", at_once)
    csv_in_parts, parquet_in_parts = csv_and_parquet(made, spec)
    parts = pa.BufferReader(parquet_in_parts)
    assert pq.ParquetFile(parts).num_row_groups == -(-ROWS // at_once)
    pd.testing.assert_frame_equal(pq.read_table(parts).to_pandas(), whole.to_pandas())
    assert csv_in_parts == csv_whole


def test_more_rows_take_no_more_memory_to_write(
    made: Consolidation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Beside the frame itself, a part of the rows is in memory, never a file."""
    monkeypatch.setattr(tables, "AT_ONCE", 10 * ROWS)
    rows = made.tables["consequences"]
    peaks: list[int] = []
    for times in (20, 400):
        frame = pd.concat([rows] * times, ignore_index=True)
        larger = replace(made, tables={**made.tables, "consequences": frame})
        tracemalloc.start()
        files = write_both(larger, made.round_.by_key["consequences"], tmp_path)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < sum(path.stat().st_size for path in files) / 5


def test_a_count_beyond_whole_numbers_is_kept(round_: Round) -> None:
    row = {
        "agency": "T01",
        "period": "2021",
        "sector": "LV01",
        "locality": "T01",
        "level": "TINH",
        "subject": "CB",
        "behaviour": "HV1",
    }
    made = consolidation(round_, {"manifestations": [{**row, "cases": 1e300, "persons": 1}]})
    table = pq.read_table(pa.BufferReader(parquet(made, round_.by_key["manifestations"])))
    assert table["cases"].to_pylist() == [1e300]


# --- described so that nothing else is needed ----------------------------------------------------


def problems(folder: Path) -> list[tuple[str, str]]:
    """What frictionless finds wrong with a package: in which table, and what kind of fault."""
    import frictionless  # it takes seconds to load

    report = frictionless.validate(str(folder / "datapackage.json"))
    return [(task.name, error.type) for task in report.tasks for error in task.errors] + [
        ("", error.type) for error in report.errors
    ]


@pytest.mark.slow
def test_the_package_is_valid(out: Path) -> None:
    assert problems(out / "du-lieu") == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "old", "new", "kind"),
    [
        ("manifestations", b',"LV', b',"XX', "foreign-key"),
        ("co-quan", b'"reported"', b'"repeated"', "foreign-key"),
        ("consequences", b",12", b",ab", "type-error"),
    ],
)
def test_a_package_with_a_wrong_value_is_not(
    file: str, old: bytes, new: bytes, kind: str, out: Path, tmp_path: Path
) -> None:
    shutil.copytree(out / "du-lieu", tmp_path / "du-lieu")
    path = tmp_path / "du-lieu" / f"{file}.csv"
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))
    said = json.loads((tmp_path / "du-lieu" / "datapackage.json").read_text(encoding="utf-8"))
    for each in said["resources"]:  # its hash would tell of any change
        del each["bytes"], each["hash"]
    (tmp_path / "du-lieu" / "datapackage.json").write_text(json.dumps(said), encoding="utf-8")
    assert {*problems(tmp_path / "du-lieu")} == {(file, kind)}


def test_every_code_is_decoded_by_the_package_alone(out: Path) -> None:
    """Every coded field has a list with names in both languages; only words and ids have none."""
    resources, folder = described(out), out / "du-lieu"
    named = {
        each["path"]: {row["code"]: row for row in as_written(folder / each["path"])}
        for each in resources.values()
        if "danh-muc" in each["path"]
    }
    looked_up = 0
    for each in resources.values():
        keys = {
            key["fields"][0]: resources[key["reference"]["resource"]]["path"]
            for key in each["schema"].get("foreignKeys", [])
        }
        for row in as_written(folder / each["path"]):
            for field, path in keys.items():
                if row[field] is not None:
                    assert named[path][str(row[field])]["name"], (each["name"], field, row[field])
                    looked_up += 1
        if "parquet" in each:
            schema = pq.read_schema(folder / each["parquet"]["path"])
            coded = {field.name for field in schema if pa.types.is_dictionary(field.type)}
            assert coded - keys.keys() <= {"file", "sha256", "sheet", "rule", "column"}, each[
                "name"
            ]
            assert {
                field.name: resources["danh-muc-" + field.metadata[b"codes"].decode()]["path"]
                for field in schema
                if b"codes" in field.metadata
            } == keys
    assert looked_up > 1000
    assert named["danh-muc/sectors.csv"]["LV01"]["name_en"]


def test_every_field_has_a_title_in_both_languages_and_stands_in_the_dictionary(out: Path) -> None:
    resources = described(out)
    listed = {
        (row["table"], row["field"]): row for row in as_written(out / "du-lieu" / "tu-dien.csv")
    }
    assert listed.keys() == {
        (each["name"], field["name"])
        for each in resources.values()
        if "parquet" in each
        for field in each["schema"]["fields"]
    }
    for (table, name), row in listed.items():
        field = next(
            each for each in resources[str(table)]["schema"]["fields"] if each["name"] == name
        )
        assert (row["title"], row["type"]) == (field["title"], field["type"])
        assert row["title_en"] == field.get("title_en", field["title"])
    loss = listed["consequences", "loss"]
    assert (loss["unit"], loss["unit_en"]) == ("triệu đồng", "million VND")
    assert listed["manifestations", "sector"]["codes"] == "danh-muc-sectors"


def test_parquet_says_itself_what_its_columns_are(out: Path) -> None:
    schema = pq.read_schema(out / "du-lieu" / "consequences.parquet")
    assert schema.metadata[b"round"] == b"cv4874"
    assert schema.metadata[b"provisional"] == b"false"
    said = {name.decode(): text.decode() for name, text in schema.field("loss").metadata.items()}
    assert (said["title"], said["unit"]) == ("Thiệt hại ước tính (triệu đồng)", "triệu đồng")
    assert schema.field("sector").metadata[b"codes"] == b"sectors"


def test_the_package_tells_its_files_by_their_hashes(out: Path) -> None:
    for each in described(out).values():
        for file in (each, *([each["parquet"]] if "parquet" in each else [])):
            content = (out / "du-lieu" / file["path"]).read_bytes()
            assert (file["bytes"], file["hash"]) == (
                len(content),
                f"sha256:{hashlib.sha256(content).hexdigest()}",
            )


def test_the_same_consolidation_gives_the_same_bytes(
    made: Consolidation, out: Path, tmp_path: Path
) -> None:
    for path in write_package(made, tmp_path, write_beside):
        assert path.read_bytes() == (out / path.relative_to(tmp_path)).read_bytes(), path.name


@pytest.mark.slow
def test_a_round_of_another_language_has_a_package_too(tmp_path: Path) -> None:
    round_ = tiny_round(tmp_path / "tiny")
    made = consolidation(
        round_, {"trees": [{"agency": "A0", "kind": "OAK", "place": "1", "trees": 3}]}
    )
    write_package(made, tmp_path / "out", write_beside)
    assert problems(tmp_path / "out" / "du-lieu") == []
    assert "people" not in pq.read_schema(tmp_path / "out" / "du-lieu" / "trees.parquet").names


def test_the_readmes_query_gives_the_figures(
    made: Consolidation,
    out: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    blocks = re.findall(
        r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    (block,) = [each for each in blocks if "duckdb" in each]
    shutil.copytree(out / "du-lieu", tmp_path / "data" / "output" / "du-lieu")
    monkeypatch.chdir(tmp_path)
    exec(compile(block, "README.md", "exec"), {})  # noqa: S102 our own README, as its reader would run it
    assert "agencies" in capsys.readouterr().out
    found = duckdb.sql(str(re.search(r'"""(.*?)"""', block, re.DOTALL)[1])).fetchall()  # type: ignore[index]
    own = figures(made, "sector", "manifestations")
    told = (
        own[own["agencies"] > 0][["name", "cases", "persons", "agencies"]]
        .fillna(0)
        .itertuples(index=False, name=None)
    )
    assert sorted(
        (name, cases, persons or 0, agencies) for name, cases, persons, agencies in found
    ) == sorted(told)


# --- values that constraints or spreadsheets don't take ------------------------------------------


ROW = {
    "agency": "T01",
    "period": "2021",
    "sector": "LV01",
    "locality": "T01",
    "level": "TINH",
    "subject": "CB",
    "behaviour": "HV1",
}


@pytest.mark.slow
def test_a_constraint_that_a_waiver_lifted_is_not_stated(round_: Round, tmp_path: Path) -> None:
    rows = [
        {**ROW, "cases": 1, "persons": 1},
        {**ROW, "cases": -1, "persons": None, "task": "x" * 600},
    ]
    write_package(consolidation(round_, {"manifestations": rows}), tmp_path, write_beside)
    said = {
        each["name"]: each.get("constraints", {})
        for each in described(tmp_path)["manifestations"]["schema"]["fields"]
    }
    assert (said["cases"], said["persons"], said["task"]) == (
        {"required": True},
        {"minimum": 0},
        {},
    )
    assert said["handled"] == {"minimum": 0}
    assert problems(tmp_path / "du-lieu") == []


DANGEROUS = [
    "=1+1",
    "+84 24 3976",
    "- Đã ban hành",
    "@SUM(A1)",
    "'trong ngoặc'",
    "\tx",
    "＝1",
    '=HYPERLINK("http://x","y")',
]


def with_notes(round_: Round, texts: list[str]) -> Consolidation:
    return consolidation(
        round_,
        {"manifestations": [{**ROW, "cases": 1, "persons": 1, "note": text} for text in texts]},
    )


@pytest.mark.slow
@settings(max_examples=5)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1),
        min_size=20,
        max_size=40,
    )
)
def test_texts_of_csv_come_back_and_none_begins_like_a_formula(texts: list[str]) -> None:
    from tests.returns import ROUND

    spec, made = ROUND.by_key["manifestations"], with_notes(ROUND, [*texts, *DANGEROUS])
    content = csv_and_parquet(made, spec)[0].decode("utf-8-sig")
    found = [row["note"] for row in csv.DictReader(io.StringIO(content, newline=""))]
    assert [text.removeprefix("'") for text in found] == [*texts, *DANGEROUS]
    assert not [text for text in found if text[0] in "=+-@\t\r\n"]


@pytest.mark.office
@needs_office
@pytest.mark.slow
def test_a_spreadsheet_finds_no_formula_in_csv(round_: Round, tmp_path: Path) -> None:
    write_package(with_notes(round_, DANGEROUS), tmp_path, write_beside)
    opened = convert(tmp_path / "du-lieu" / "manifestations.csv", "xlsx", tmp_path / "opened")
    cells = [cell for row in openpyxl.load_workbook(opened).active.iter_rows() for cell in row]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert "'=1+1" in [cell.value for cell in cells]


# --- agencies, findings --------------------------------------------------------------------------


def test_agencies_stand_with_what_counts_and_what_waits(made: Consolidation, out: Path) -> None:
    rows = as_written(out / "du-lieu" / "co-quan.csv")
    assert [row["agency"] for row in rows] == made.agencies["agency"].tolist()
    assert [row["standing"] for row in rows] == [
        str(standing) for standing in made.agencies["standing"]
    ]
    counted = set(made.submissions.loc[made.submissions["counted"], "agency"])
    assert {row["agency"] for row in rows if row["counts"] == "true"} == counted
    assert {row["agency"] for row in rows if row["file"] is None} == {
        *made.standing_of(Standing.MISSING)["agency"]
    }
    late = {row["agency"]: int(str(row["late_days"])) for row in rows}
    assert late == dict(zip(made.agencies["agency"], made.agencies["late_days"], strict=True))


def test_agencies_have_their_headcounts_with_day_and_source(round_: Round, tmp_path: Path) -> None:
    made = replace(
        consolidation(round_),
        headcounts={"T01": Headcount(12345, dt.date(2023, 6, 30), "Báo cáo 12/BC")},
    )
    write_package(made, tmp_path, write_beside)
    rows = {row["agency"]: row for row in as_written(tmp_path / "du-lieu" / "co-quan.csv")}
    told = [rows["T01"][name] for name in ("headcount", "headcount_as_of", "headcount_source")]
    assert told == ["12345", "2023-06-30", "Báo cáo 12/BC"]
    assert rows["T02"]["headcount"] is None


def test_findings_are_those_of_the_json(out: Path) -> None:
    first, second = as_written(out / "du-lieu" / "phat-hien.csv")
    assert [
        first[key] for key in ("rule", "severity", "agency", "file", "sheet", "cells", "value")
    ] == [
        "V02",
        "E",
        "T01",
        "a.xlsx",
        "I.1",
        "I9 I12",
        "x",
    ]
    assert second["agency"] is None
    assert "09/09/2023" in str(second["message"])
    assert pq.read_table(out / "du-lieu" / "phat-hien.parquet")["cells"].to_pylist() == [
        ["I9", "I12"],
        [],
    ]


# --- marks ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_what_is_provisional_says_so_everywhere(round_: Round, tmp_path: Path) -> None:
    rows = {
        "manifestations": [
            {**ROW, "cases": 1, "persons": 1},
            {**ROW, "agency": "T02", "cases": 2, "persons": 1},
        ]
    }
    made = consolidation(
        round_, rows, {"T01": Standing.REPORTED, "T02": Standing.CORRECTING}, provisional=True
    )
    write_package(made, tmp_path, write_beside)
    marked = {
        row["agency"]: row["provisional"]
        for row in as_written(tmp_path / "du-lieu" / "manifestations.csv")
    }
    assert marked == {"T01": "false", "T02": "true"}
    said = json.loads((tmp_path / "du-lieu" / "datapackage.json").read_text(encoding="utf-8"))
    assert said["provisional"] is True
    assert "TẠM TÍNH" in said["description"]
    assert (
        pq.read_schema(tmp_path / "du-lieu" / "handlings.parquet").metadata[b"provisional"]
        == b"true"
    )
    assert pq.read_table(tmp_path / "du-lieu" / "manifestations.parquet")[
        "provisional"
    ].to_pylist() == [False, True]
    assert problems(tmp_path / "du-lieu") == []


def test_invented_and_unmasked_data_say_so(round_: Round, tmp_path: Path) -> None:
    grounds = Decision(
        Choice.NAMES, "", "", "để đối chiếu", "ai", dt.datetime(2023, 9, 9, tzinfo=round_.timezone)
    )
    made = replace(consolidation(round_, invented=True), names=grounds)
    write_package(made, tmp_path, write_beside)
    said = json.loads((tmp_path / "du-lieu" / "datapackage.json").read_text(encoding="utf-8"))
    assert (said["invented"], said["names_shown"]) == (True, True)
    assert "DỮ LIỆU GIẢ ĐỊNH" in said["description"]
    assert "KHÔNG CHE TÊN NGƯỜI" in said["description"]


# --- nguon.json ----------------------------------------------------------------------------------


def test_sources_say_what_everything_was_made_from(
    round_: Round, made: Consolidation, out: Path
) -> None:
    text = (out / "nguon.json").read_text(encoding="utf-8")
    said = json.loads(text)
    assert text == json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    assert [said[key] for key in ("round", "version", "digest", "program")] == [
        "cv4874",
        round_.version,
        round_.digest,
        __version__,
    ]
    assert said["coverage"]["counted"] == made.coverage.counted
    assert said["tables"]["manifestations"] == ROWS
    by_file = {source["file"]: source for source in said["sources"]}
    assert len(by_file) == len(made.submissions)
    assert (by_file["cũ/BNV.xlsx"]["status"], by_file["cũ/BNV.xlsx"]["counted"]) == (
        "superseded",
        False,
    )
    assert by_file["la.xlsx"]["status"] == "unassigned"
    reported = made.standing_of(Standing.REPORTED)["file"].tolist()
    assert all(
        by_file[file]["counted"] and by_file[file]["status"] == "counted" for file in reported
    )
    assert sum(source["rows"] for source in said["sources"]) == sum(
        len(frame) for frame in made.tables.values()
    )
    assert {agency["standing"] for agency in said["agencies"]} == {
        "reported",
        "confirmed_nil",
        "being_corrected",
        "missing",
    }
    missing = made.standing_of(Standing.MISSING)
    assert [(each["agency"], each["name"]) for each in said["missing"]] == list(
        zip(missing["agency"], missing["name"], strict=True)
    )
    assert all(agency["name"] for agency in said["agencies"])


def test_every_output_is_there_with_its_hash(out: Path) -> None:
    listed = {
        output["file"]: output["sha256"]
        for output in json.loads((out / "nguon.json").read_text(encoding="utf-8"))["outputs"]
    }
    files = {
        path.relative_to(out).as_posix(): path
        for path in out.rglob("*")
        if path.is_file() and path.name != "nguon.json"
    }
    assert listed == {
        name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()
    }


def test_a_provisional_source_says_so(round_: Round, tmp_path: Path) -> None:
    rows = {"manifestations": [{"agency": "T01", **M}]}
    made = consolidation(round_, rows, {"T01": Standing.CORRECTING}, provisional=True)
    write_sources(made, tmp_path, [], write_beside)
    said = json.loads((tmp_path / "nguon.json").read_text(encoding="utf-8"))
    assert said["provisional"] is True
    assert [(source["status"], source["counted"]) for source in said["sources"]] == [
        ("provisional", False)
    ]
