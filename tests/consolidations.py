"""Build consolidations from rows of codes, for tests of summaries; and a tiny round."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.model import Finding, Standing, Verdict
from pipeline.store.coverage import Coverage
from pipeline.store.versions import Role
from pipeline.summarise.figures.consolidation import Consolidation
from schemas.columns import Column, Kind, TableSpec
from schemas.round.round import Round

Row = Mapping[str, Any]
VERDICTS = {
    Standing.REPORTED: Verdict.ACCEPTED,
    Standing.NIL: Verdict.ACCEPTED,
    Standing.CORRECTING: Verdict.TO_CORRECT,
    Standing.UNREADABLE: Verdict.UNREADABLE,
}
FIRST_ROW = 9


def consolidation(
    round_: Round,
    rows: Mapping[str, Sequence[Row] | pd.DataFrame] | None = None,
    standings: Mapping[str, Standing] | None = None,
    *,
    late: Mapping[str, int] | None = None,
    findings: Sequence[Finding] = (),
    more: Sequence[Row] = (),
    provisional: bool = False,
    invented: bool = False,
) -> Consolidation:
    """Return a consolidation. Agencies with rows have reported, others are missing.

    ``standings`` overrides that. Rows map ``agency`` and column keys to codes, numbers, dates,
    texts; ``more`` are further submissions (superseded, unreadable).
    """
    given = {spec.key: (rows or {}).get(spec.key, []) for spec in round_.row_tables}
    reporting = {code for listed in given.values() for code in _agencies_in(listed)}
    standing = {
        a.code: Standing.REPORTED if a.code in reporting else Standing.MISSING
        for a in round_.in_scope
    } | dict(standings or {})
    numbers = {code: at for at, code in enumerate(standing, start=1)}
    agencies = _agencies(round_, standing, late or {}, numbers, findings)
    return Consolidation(
        round_=round_,
        provisional=provisional,
        invented=invented,
        tables={
            spec.key: _frame(round_, spec, given[spec.key], numbers) for spec in round_.row_tables
        },
        agencies=agencies,
        submissions=_submissions(agencies, more),
        findings=list(findings),
        coverage=Coverage(
            agencies=len(agencies),
            counted=int(agencies["standing"].isin([Standing.REPORTED, Standing.NIL]).sum()),
            nil=int((agencies["standing"] == Standing.NIL).sum()),
            late=int((agencies["late_days"] > 0).sum()),
            correcting=int((agencies["standing"] == Standing.CORRECTING).sum()),
            provisional=len({c for c in reporting if standing[c] is Standing.CORRECTING})
            if provisional
            else 0,
        ),
    )


def random_rows(
    round_: Round,
    spec: TableSpec,
    agencies: Sequence[str],
    count: int,
    rng: np.random.Generator,
    blank: float = 0.05,
) -> pd.DataFrame:
    """Return ``count`` random rows of a table; optional cells are blank by chance ``blank``."""
    columns: dict[str, Any] = {"agency": rng.choice(np.array(list(agencies), dtype=object), count)}
    for column in spec.columns:
        values = _random(round_, column, count, rng)
        gaps = np.zeros(count, dtype=bool) if column.required else rng.random(count) < blank
        columns[column.key] = np.where(gaps, None, values)
    return pd.DataFrame(columns)


def _random(
    round_: Round, column: Column, count: int, rng: np.random.Generator
) -> np.ndarray[Any, Any]:
    if column.kind is Kind.CODE:
        return rng.choice(np.array(round_.codes_of(column).codes, dtype=object), count)
    if column.kind is Kind.COUNT:
        return rng.integers(int(column.minimum or 0), 30, count).astype(object)
    if column.kind is Kind.DECIMAL:
        return np.round(rng.gamma(2, 400, count), 2).astype(object)
    if column.kind is Kind.DATE:
        return np.array(
            [round_.start + dt.timedelta(days=int(d)) for d in rng.integers(0, 700, count)],
            dtype=object,
        )
    words = [
        "Chậm trình hồ sơ",
        "=1+1",
        "Chuyển lòng vòng, xin ý kiến nhiều lần",
        "“Đùn đẩy”",
        "Giải phóng mặt bằng",
        "UBND xã chưa ký",
        "-5 hồ sơ",
    ]
    return np.array(
        [f"{words[i]} {n}" for n, i in enumerate(rng.integers(0, len(words), count))], dtype=object
    )


def random_consolidation(
    round_: Round, *, rows: int = 1000, seed: int = 1, blank: float = 0.05, **options: Any
) -> Consolidation:
    """Return a random consolidation: of the agencies a tenth each is missing, nil, to correct.

    ``blank``: the share of optional cells that are blank.
    """
    rng = np.random.default_rng(seed)
    codes = [agency.code for agency in round_.in_scope]
    standings = {
        code: _STANDINGS[min(int(at), 3)]
        for code, at in zip(codes, rng.integers(0, 10, len(codes)), strict=True)
    }
    reporting = [
        code for code, standing in standings.items() if standing is Standing.REPORTED
    ] or codes[:1]
    tables = {
        spec.key: random_rows(round_, spec, reporting, rows, rng, blank)
        for spec in round_.row_tables
    }
    return consolidation(
        round_,
        tables,
        standings | {reporting[0]: Standing.REPORTED},
        late=dict.fromkeys(reporting[::9], 3),
        **options,
    )


_STANDINGS = (Standing.MISSING, Standing.NIL, Standing.CORRECTING, Standing.REPORTED)


def _agencies_in(rows: Sequence[Row] | pd.DataFrame) -> set[str]:
    return (
        set(rows["agency"]) if isinstance(rows, pd.DataFrame) else {row["agency"] for row in rows}
    )


def _frame(
    round_: Round, spec: TableSpec, rows: Sequence[Row] | pd.DataFrame, numbers: Mapping[str, int]
) -> pd.DataFrame:
    return _made(round_, spec, rows, numbers) if len(rows) else _without_rows(round_, spec.key)


@cache
def _without_rows(round_: Round, table: str) -> pd.DataFrame:
    return _made(round_, round_.by_key[table], [], {})


def _made(
    round_: Round, spec: TableSpec, rows: Sequence[Row] | pd.DataFrame, numbers: Mapping[str, int]
) -> pd.DataFrame:
    given = pd.DataFrame(rows) if len(rows) else pd.DataFrame({"agency": []})
    frame = given.reindex(columns=["agency", *spec.keys])
    agency = frame["agency"].astype("str")
    typed: dict[str, Any] = {"submission": agency.map(numbers).astype("int64"), "agency": agency}
    typed |= {
        "file": ("thu/" + agency + ".xlsx").astype("str"),
        "sheet": pd.Series(spec.sheet, index=frame.index, dtype="str"),
    }
    typed |= {"row": agency.groupby(agency).cumcount() + FIRST_ROW}
    typed |= {column.key: _typed(frame[column.key], column, round_) for column in spec.columns}
    return (
        pd.DataFrame(typed).sort_values(["submission", "row"], kind="stable").reset_index(drop=True)
    )


def _typed(values: pd.Series[Any], column: Column, round_: Round) -> Any:
    if column.kind is Kind.CODE:
        return pd.Categorical(values, categories=round_.codes_of(column).codes)
    if column.kind is Kind.DATE:
        return pd.to_datetime(values).astype("datetime64[s]")
    return (
        values.astype("float64")
        if column.is_number
        else values.astype(object).where(values.notna(), None).astype("str")
    )


def _agencies(
    round_: Round,
    standing: Mapping[str, Standing],
    late: Mapping[str, int],
    numbers: Mapping[str, int],
    findings: Sequence[Finding],
) -> pd.DataFrame:
    records = []
    for agency in round_.in_scope:
        found = standing[agency.code]
        here = found not in (Standing.MISSING, Standing.EXCUSED)
        received = dt.datetime.combine(round_.deadline, dt.time(9)) + dt.timedelta(
            days=late.get(agency.code, 0) - 1
        )
        counts = {
            name: sum(f.agency == agency.code and f.severity == s for f in findings)
            for name, s in _SEVERITIES.items()
        }
        records.append(
            {
                "agency": agency.code,
                "name": agency.name,
                "short_name": agency.short_name,
                "group": agency.group,
                "locality": agency.locality,
                "standing": found,
                "late_days": late.get(agency.code, 0),
                "received": received if here else pd.NaT,
                "first_received": received if here else pd.NaT,
                "first_unreadable": pd.NaT,
                "deadline": round_.deadline,
                "pending": "",
                "waits": "",
                "asks_pin": False,
                "verdict": VERDICTS.get(found, ""),
                **counts,
                "submission": numbers[agency.code] if here else pd.NA,
                "file": f"thu/{agency.code}.xlsx" if here else "",
                "sha256": hashlib.sha256(agency.code.encode()).hexdigest() if here else "",
            }
        )
    return pd.DataFrame(records).astype(
        {
            "submission": "Int64",
            **dict.fromkeys(("received", "first_received", "first_unreadable"), "datetime64[s]"),
        }
    )


_ROLES = {
    Verdict.ACCEPTED: Role.COUNTED,
    Verdict.WITH_WARNINGS: Role.COUNTED,
    Verdict.TO_CORRECT: Role.TO_CORRECT,
    Verdict.UNREADABLE: Role.UNREADABLE,
}
_SEVERITIES = {"errors": "E", "warnings": "W", "notes": "N"}


def _submissions(agencies: pd.DataFrame, more: Sequence[Row]) -> pd.DataFrame:
    here = agencies[agencies["submission"].notna()]
    known = here[
        ["submission", "agency", "file", "sha256", "verdict", "errors", "warnings", "notes"]
    ].astype({"submission": "int64"})
    filled = known.assign(
        size=20_000,
        received=[f"{moment.isoformat()}+07:00" for moment in here["received"]],
        received_by="mtime",
        version="1.0",
        digest="0123456789abcdef",
        identified_by="stamp",
        decision="",
        current=True,
        pending=False,
        role=[_ROLES[verdict] for verdict in here["verdict"]],
        counted=here["verdict"].isin([Verdict.ACCEPTED, Verdict.WITH_WARNINGS]).to_numpy(),
    )
    base = {
        "submission": 0,
        "agency": "",
        "file": "la.xlsx",
        "verdict": Verdict.UNREADABLE,
        "size": 5,
        "received_by": "zip",
    }
    base |= {
        "received": "2023-09-01T08:00:00+07:00",
        "errors": 1,
        "warnings": 0,
        "notes": 0,
        "version": "",
        "digest": "",
    }
    base |= {
        "identified_by": "",
        "decision": "",
        "current": False,
        "counted": False,
        "pending": False,
    }
    extra = [
        {**base, "sha256": f"{at:064x}", "submission": 10_000 + at, **each}
        for at, each in enumerate(more)
    ]
    extra = [
        {"role": Role.SUPERSEDED if each["agency"] else Role.UNASSIGNED, **each} for each in extra
    ]
    return (
        pd.concat([filled, pd.DataFrame(extra)], ignore_index=True)
        if extra
        else filled.reset_index(drop=True)
    )


# --- a tiny round in other words ------------------------------------------------------------------

_TINY_TOML = """
round = "tiny"
version = "3"
name = "Tree census"
title = "TREES"
[window]
start = 2030-01-01
end = 2030-12-31
deadline = 2031-02-01
utc_offset = 0
[sheets]
instructions = "Help"
selfcheck = "Check"
lists = "Lists"
meta = "_m"
helpers = "_h"
feedback = "To correct"
[publisher]
parent = "TREE OFFICE"
[figures]
default_table = "trees"
{more}
"""
_TINY_SUMMARY = """
[[summaries]]
file = "by-kind.xlsx"
title = "TREES BY KIND"
dimension = "kind"
crossings = ["place", "agency_group"]
"""
_TINY_TABLES = '''
"""Two tables."""
from schemas.round.table import Table, code, count, decimal, table, text

@table("ABOUT", "ABOUT", is_form=True, essential=True)
class About(Table):
    """x"""
    agency_code = text("Code", required=True, prefilled=True)

@table("TREES (1)", "Trees", essential=True, evidence=True)
class Trees(Table):
    """x"""
    kind = code("kinds", "Kind: name", required=True, is_key=True)
    place = code("places", "Place")
    trees = count("Trees", required=True, unit="trees")

@table("CUTS", "Cuts")
class Cuts(Table):
    """x"""
    kind = code("kinds", "Kind: name", required=True)
    volume = decimal("Volume", unit="m3")

TABLES = (About, Trees, Cuts)
CROSS_RULES = ()
'''


def tiny_round(folder: Path, *, summaries: bool = True) -> Round:
    """Make a round of two tables and three agencies, without collectives, loss or attributes."""
    from schemas.round.load import load_round

    lists = folder / "codelists"
    lists.mkdir(parents=True)
    (folder / "round.toml").write_text(
        _TINY_TOML.format(more=_TINY_SUMMARY if summaries else ""), encoding="utf-8"
    )
    (folder / "tables.py").write_text(_TINY_TABLES, encoding="utf-8")
    (lists / "kinds.csv").write_text("code,name\nOAK,Oak\nASH,Ash\n", encoding="utf-8")
    (lists / "places.csv").write_text("code,name\n1,North\n2,South\n3,East\n", encoding="utf-8")
    header = "code,name,short_name,group,locality,in_scope\n"
    (lists / "agencies.csv").write_text(
        header + "".join(f"A{n},Agency {n},A{n},G{n % 2},1,yes\n" for n in range(3)),
        encoding="utf-8",
    )
    return load_round(folder)
