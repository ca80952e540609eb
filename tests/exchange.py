"""Send a return of one row, collect it, and find the reply."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pipeline import run
from pipeline.home import Home
from schemas.round.round import Round
from tests.workbooks import filled, saved

RIGHT = {
    "period": "Năm 2022",
    "sector": "Đầu tư công, giải ngân vốn đầu tư công",
    "level": "Cấp tỉnh",
    "subject": "Viên chức quản lý",
    "cases": 2,
    "persons": 2,
    "handled": 1,
    "pending": 1,
    "unhandled": 0,
}


def send(home: Home, round_: Round, name: str, **changes: object) -> Path:
    """Save a return of the first province with one row; ``changes`` may make cells wrong."""
    agency = next(each for each in round_.in_scope if each.own_locality)
    names = {
        key: round_.codelists[codes].entries[0].name
        for key, codes in (
            ("sector", "sectors"),
            ("level", "levels"),
            ("subject", "subjects"),
            ("behaviour", "behaviours"),
        )
    }
    row = {
        **RIGHT,
        **names,
        "locality": round_.codelists["localities"].name(agency.own_locality),
        **changes,
    }
    return saved(filled(round_, agency.code, manifestations=[row]), home.incoming / name)


def copy_of(home: Home, round_: Round) -> Path:
    """Return the path of the first province's marked copy."""
    agency = next(each for each in round_.in_scope if each.own_locality)
    return home.replies / f"{agency.code}.xlsx"


def received(home: Home, round_: Round, day: int) -> None:
    """Collect the folder's files as received on this day of September 2023."""
    run.collect(home, round_, received=dt.datetime(2023, 9, day, tzinfo=round_.timezone))
