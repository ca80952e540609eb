"""``nguon.json``: what everything was made from, who is missing, and every output with its hash."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import __version__
from pipeline.home import SOURCES_FILE
from pipeline.machine.files import Write, sha256_of
from pipeline.model import Standing
from pipeline.store.versions import Role
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.workbook.sources import rows_by_submission, why


def write_sources(
    consolidation: Consolidation, out: Path, outputs: Sequence[Path], write: Write
) -> Path:
    """Write ``nguon.json``: the round, its coverage, files received, outputs with SHA-256."""
    said = {
        **provenance(consolidation),
        "outputs": [
            {"file": path.relative_to(out).as_posix(), "sha256": sha256_of(path)}
            for path in sorted(outputs)
        ],
    }
    text = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True)
    return write(out / SOURCES_FILE, (text + "\n").encode())


def provenance(consolidation: Consolidation) -> dict[str, Any]:
    """What the figures were made from, as plain data."""
    round_, counted = consolidation.round_, rows_by_submission(consolidation)
    return {
        **_grounds_for_names(consolidation),
        "round": round_.key,
        "version": round_.version,
        "digest": round_.digest,
        "program": __version__,
        "provisional": consolidation.provisional,
        "invented": consolidation.invented,
        "coverage": asdict(consolidation.coverage),
        "tables": {spec.key: len(consolidation.tables[spec.key]) for spec in round_.row_tables},
        "agencies": [_agency(row) for row in consolidation.agencies.itertuples()],
        "missing": [
            {"agency": row.agency, "name": row.name}
            for row in consolidation.standing_of(Standing.MISSING).itertuples()
        ],
        "unassigned": _beside(consolidation, Role.UNASSIGNED),
        "accompanying": _beside(consolidation, Role.ACCOMPANYING),
        "sources": [
            _source(row, consolidation, counted) for row in consolidation.submissions.itertuples()
        ],
    }


def _grounds_for_names(consolidation: Consolidation) -> dict[str, Any]:
    """Why persons are named, and by whose decision; nothing if they are masked."""
    grounds = consolidation.names
    if grounds is None:
        return {}
    said = {"reason": grounds.reason, "by": grounds.by, "at": grounds.at.isoformat()}
    return {"names": {"shown": True, **said}}


def _agency(row: Any) -> dict[str, Any]:
    first = "" if pd.isna(row.first_received) else f"{row.first_received:%Y-%m-%dT%H:%M:%S}"
    return {
        "agency": row.agency,
        "name": row.name,
        "standing": str(row.standing),
        "pending": row.pending,
        "waits": row.waits,
        "first_received": first,
        "deadline": row.deadline.isoformat(),
        "late_days": int(row.late_days),
    }


def _beside(consolidation: Consolidation, role: Role) -> list[dict[str, str]]:
    """Files that are no agency's return."""
    columns = ("state", "file", "sha256", "received", "likely", "kind", "rule")
    return [
        {name: str(getattr(row, name)) for name in columns}
        for row in consolidation.beside.itertuples()
        if row.state == role
    ]


def _source(
    submission: Any, consolidation: Consolidation, rows: Mapping[int, int]
) -> dict[str, Any]:
    texts = (
        "file",
        "sha256",
        "agency",
        "received",
        "received_by",
        "verdict",
        "version",
        "digest",
        "identified_by",
    )
    reason = why(submission, consolidation)
    numbers = {"size": int(submission.size), "rows": rows[submission.submission]}
    return {
        **{name: str(getattr(submission, name)) for name in texts},
        **numbers,
        "counted": bool(submission.counted),
        "status": reason,
    }
