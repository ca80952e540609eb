"""For programs: Parquet tables and the JSON file of sources."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import __version__
from pipeline.home import write_beside
from pipeline.model import Standing, Verdict
from pipeline.summarise import export
from pipeline.summarise.books import write_all
from pipeline.summarise.export import parquet, write_sources
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.figures import figures
from schemas.round.round import Round
from tests.consolidations import consolidation, random_consolidation


@pytest.fixture(scope="module")
def made(round_: Round) -> Consolidation:
    more = [{"agency": "BNV", "file": "cũ/BNV.xlsx", "verdict": Verdict.ACCEPTED}, {}]
    return random_consolidation(round_, rows=200, more=more)


@pytest.fixture(scope="module")
def out(made: Consolidation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    write_all(made, folder)
    return folder


def test_every_table_comes_back_as_it_was(round_: Round, made: Consolidation, out: Path) -> None:
    assert sorted(path.stem for path in (out / "du-lieu").iterdir()) == sorted(spec.key for spec in round_.row_tables)
    hashes = made.submissions.set_index("submission")["sha256"]
    for spec in round_.row_tables:
        table = pq.read_table(out / "du-lieu" / f"{spec.key}.parquet")
        assert table.column_names == ["agency", "file", "sha256", "sheet", "row", *spec.keys]
        frame = made.tables[spec.key]
        for column in spec.columns:
            here = [None if pd.isna(value) else value for value in frame[column.key].astype(object)]
            there = table[column.key].to_pylist()
            assert there == [value.date() if isinstance(value, pd.Timestamp) else value for value in here], (spec.key, column.key)
        for name in ("agency", "file", "sheet", "row"):
            assert table[name].to_pylist() == frame[name].tolist()
        assert table["sha256"].to_pylist() == frame["submission"].map(hashes).tolist()


def test_types_are_plain(out: Path) -> None:
    schema = pq.read_schema(out / "du-lieu" / "consequences.parquet")
    assert (schema.field("cases").type, schema.field("loss").type) == (pa.int64(), pa.float64())
    assert schema.field("sector").type == pa.dictionary(pa.int32(), pa.string())
    assert schema.field("description").type == pa.string()
    assert pq.read_schema(out / "du-lieu" / "handlings.parquet").field("decided_on").type == pa.date32()
    metadata = pq.ParquetFile(out / "du-lieu" / "consequences.parquet").metadata
    assert metadata.row_group(0).column(0).compression == "ZSTD"


def test_parquet_adds_up_to_the_figures(made: Consolidation, out: Path) -> None:
    frame = pq.read_table(out / "du-lieu" / "manifestations.parquet").to_pandas()
    people = frame[frame["subject"] != "TT"].groupby("sector", observed=True)["persons"].sum()
    got = figures(made, "sector", "manifestations").set_index("sector")["persons"]
    assert people.to_dict() == got[got.index.isin(people.index)].to_dict()


def test_an_empty_table_has_its_columns(round_: Round) -> None:
    empty = consolidation(round_)
    table = pq.read_table(pa.BufferReader(parquet(empty, round_.by_key["handlings"])))
    full = pq.read_schema(pa.BufferReader(parquet(random_consolidation(round_, rows=5), round_.by_key["handlings"])))
    assert table.num_rows == 0
    assert table.schema.equals(full)


@pytest.mark.parametrize("at_once", [1, 70, 200])
def test_a_table_written_in_parts_is_the_same(made: Consolidation, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    spec = made.round_.by_key["consequences"]
    whole = pq.read_table(pa.BufferReader(parquet(made, spec)))
    monkeypatch.setattr(export, "AT_ONCE", at_once)
    parts = pa.BufferReader(parquet(made, spec))
    assert pq.ParquetFile(parts).num_row_groups == -(-200 // at_once)
    pd.testing.assert_frame_equal(pq.read_table(parts).to_pandas(), whole.to_pandas())


def test_a_count_beyond_whole_numbers_is_kept(round_: Round) -> None:
    row = {"agency": "T01", "period": "2021", "sector": "LV01", "locality": "T01", "level": "TINH", "subject": "CB", "behaviour": "HV1"}
    made = consolidation(round_, {"manifestations": [{**row, "cases": 1e300, "persons": 1}]})
    table = pq.read_table(pa.BufferReader(parquet(made, round_.by_key["manifestations"])))
    assert table["cases"].to_pylist() == [1e300]


def test_sources_say_what_everything_was_made_from(round_: Round, made: Consolidation, out: Path) -> None:
    text = (out / "nguon.json").read_text(encoding="utf-8")
    said = json.loads(text)
    assert text == json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    assert [said[key] for key in ("round", "version", "digest", "program")] == ["cv4874", round_.version, round_.digest, __version__]
    assert said["coverage"]["counted"] == made.coverage.counted
    assert said["tables"]["manifestations"] == 200
    by_file = {source["file"]: source for source in said["sources"]}
    assert len(by_file) == len(made.submissions)
    assert (by_file["cũ/BNV.xlsx"]["status"], by_file["cũ/BNV.xlsx"]["counted"]) == ("superseded", False)
    assert by_file["la.xlsx"]["status"] == "unassigned"
    reported = made.standing_of(Standing.REPORTED)["file"].tolist()
    assert all(by_file[file]["counted"] and by_file[file]["status"] == "counted" for file in reported)
    assert sum(source["rows"] for source in said["sources"]) == sum(len(frame) for frame in made.tables.values())
    assert {agency["standing"] for agency in said["agencies"]} == {"reported", "confirmed_nil", "being_corrected", "missing"}


def test_every_output_is_there_with_its_hash(out: Path) -> None:
    listed = {output["file"]: output["sha256"] for output in json.loads((out / "nguon.json").read_text(encoding="utf-8"))["outputs"]}
    files = {path.relative_to(out).as_posix(): path for path in out.rglob("*") if path.is_file() and path.name != "nguon.json"}
    assert listed == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}


def test_a_provisional_source_says_so(round_: Round, tmp_path: Path) -> None:
    made = consolidation(round_, {}, {"T01": Standing.CORRECTING}, provisional=True)
    write_sources(made, tmp_path, [], write_beside)
    said = json.loads((tmp_path / "nguon.json").read_text(encoding="utf-8"))
    assert said["provisional"] is True
    assert [(source["status"], source["counted"]) for source in said["sources"]] == [("provisional", False)]
