"""For programs: the consolidated tables as Parquet, and a JSON file that says what everything was made from."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import __version__
from pipeline.home import SOURCES_FILE, Write
from pipeline.store.versions import Role
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.workbook.sources import rows_by_submission, why
from schemas.columns import Kind, TableSpec

TABLES_FOLDER = "du-lieu"
_TYPES = {
    Kind.CODE: pa.dictionary(pa.int32(), pa.string()),
    Kind.COUNT: pa.int64(),
    Kind.DECIMAL: pa.float64(),
    Kind.DATE: pa.date32(),
    Kind.TEXT: pa.string(),
}
_REPEATED = _TYPES[Kind.CODE]
MOST_WHOLE = 2**53
"""From here on a count stays the floating-point number that the spreadsheet held."""
AT_ONCE = 100_000
"""Rows that are turned into Arrow's arrays at a time: a group of rows of the file."""


def write_tables(consolidation: Consolidation, out: Path, write: Write) -> list[Path]:
    """Write each table's rows that count to ``du-lieu/<table>.parquet``."""
    return [write(out / TABLES_FOLDER / f"{spec.key}.parquet", parquet(consolidation, spec)) for spec in consolidation.round_.row_tables]


def parquet(consolidation: Consolidation, spec: TableSpec) -> bytes:
    """One table as Parquet (zstd): agency, file, its SHA-256, sheet and row, then the declared columns; codes as codes."""
    rows, buffer = consolidation.tables[spec.key], io.BytesIO()
    hashes = consolidation.submissions.set_index("submission")["sha256"]
    counts = {column.key: _count_type(rows[column.key]) for column in spec.columns if column.kind is Kind.COUNT}
    with pq.ParquetWriter(buffer, _part(rows.iloc[:0], spec, hashes, counts).schema, compression="zstd") as writer:
        for start in range(0, max(len(rows), 1), AT_ONCE):
            writer.write_table(_part(rows.iloc[start : start + AT_ONCE], spec, hashes, counts))
    return buffer.getvalue()


def _part(rows: pd.DataFrame, spec: TableSpec, hashes: pd.Series[Any], counts: Mapping[str, pa.DataType]) -> pa.Table:
    provenance = {
        "agency": pa.array(rows["agency"], pa.string()).cast(_REPEATED),
        "file": pa.array(rows["file"], pa.string()).cast(_REPEATED),
        "sha256": pa.array(rows["submission"].map(hashes), pa.string()).cast(_REPEATED),
        "sheet": pa.array(rows["sheet"], pa.string()).cast(_REPEATED),
        "row": pa.array(rows["row"], pa.int64()),
    }
    types = {column.key: counts.get(column.key, _TYPES[column.kind]) for column in spec.columns}
    columns = {key: pa.array(rows[key], from_pandas=True).cast(kind) for key, kind in types.items()}
    return pa.table({**provenance, **columns})


def _count_type(values: pd.Series[Any]) -> pa.DataType:
    """Whole numbers, as long as they fit."""
    return _TYPES[Kind.DECIMAL if bool((values.abs() >= MOST_WHOLE).any()) else Kind.COUNT]


def write_sources(consolidation: Consolidation, out: Path, outputs: Sequence[Path], write: Write) -> Path:
    """Write ``nguon.json``: the round, the coverage, every file received, and every output with its SHA-256."""
    said = {
        **provenance(consolidation),
        "outputs": [{"file": path.relative_to(out).as_posix(), "sha256": _sha256(path)} for path in sorted(outputs)],
    }
    text = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True)
    return write(out / SOURCES_FILE, (text + "\n").encode())


def provenance(consolidation: Consolidation) -> dict[str, Any]:
    """What the figures were made from, as plain data."""
    round_, counted = consolidation.round_, rows_by_submission(consolidation)
    agencies = consolidation.agencies
    shown = consolidation.names
    return {
        **({"names": {"shown": True, "reason": shown.reason, "by": shown.by, "at": shown.at.isoformat()}} if shown is not None else {}),
        "round": round_.key,
        "version": round_.version,
        "digest": round_.digest,
        "program": __version__,
        "provisional": consolidation.provisional,
        "invented": consolidation.invented,
        "coverage": asdict(consolidation.coverage),
        "tables": {spec.key: len(consolidation.tables[spec.key]) for spec in round_.row_tables},
        "agencies": [_agency(row) for row in agencies.itertuples()],
        "unassigned": [_beside(row) for row in consolidation.beside.itertuples() if row.state == Role.UNASSIGNED],
        "accompanying": [_beside(row) for row in consolidation.beside.itertuples() if row.state == Role.ACCOMPANYING],
        "sources": [_source(row, consolidation, counted) for row in consolidation.submissions.itertuples()],
    }


def _agency(row: Any) -> dict[str, Any]:
    first = "" if pd.isna(row.first_received) else f"{row.first_received:%Y-%m-%dT%H:%M:%S}"
    return {
        "agency": row.agency,
        "standing": str(row.standing),
        "pending": row.pending,
        "waits": row.waits,
        "first_received": first,
        "deadline": row.deadline.isoformat(),
        "late_days": int(row.late_days),
    }


def _beside(row: Any) -> dict[str, Any]:
    return {name: str(getattr(row, name)) for name in ("state", "file", "sha256", "received", "likely", "kind", "rule")}


def _source(submission: Any, consolidation: Consolidation, rows: Mapping[int, int]) -> dict[str, Any]:
    texts = ("file", "sha256", "agency", "received", "received_by", "verdict", "version", "digest", "identified_by")
    reason = why(submission, consolidation)
    numbers = {"size": int(submission.size), "rows": rows[submission.submission]}
    return {**{name: str(getattr(submission, name)) for name in texts}, **numbers, "counted": bool(submission.counted), "status": reason}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
