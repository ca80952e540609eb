"""Read headcounts: how many people work at each agency, from ``headcounts.csv``.

They are no part of the form or of returns. Every figure made from them names their source.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import OperatorError
from pipeline.home import HEADCOUNTS, Home
from pipeline.office.listfile import ListFileError, read_list
from pipeline.store.addresses import codes_by_name
from pipeline.text.dates import parse_date
from pipeline.text.names import normalise, safe_name
from pipeline.text.numbers import parse_count
from schemas.round.round import Round

_TITLES = {"agency", "number", "as_of", "source"}


@dataclass(frozen=True)
class Headcount:
    """How many people work at an agency, on which day, and who says so."""

    number: int
    as_of: dt.date
    source: str


Headcounts = Mapping[str, Headcount]
"""Headcounts by agency code."""


def headcounts(home: Home, round_: Round) -> Headcounts:
    """Return headcounts: from the operator's list, else the round's folder; empty without a list.

    Raises ``OperatorError`` for a list that can't be used as it is, with its line.
    """
    found, faults = _read(home, round_)
    if faults:
        raise faults[0]
    return found


def headcount_faults(home: Home, round_: Round) -> list[OperatorError]:
    """Return all that is wrong with the list of headcounts, one error per fault."""
    return _read(home, round_)[1]


def _read(home: Home, round_: Round) -> tuple[dict[str, Headcount], list[OperatorError]]:
    """Return what the list says, and what is wrong with it."""
    places = (home.root, home.data, round_.folder)
    path = next((folder / HEADCOUNTS for folder in places if (folder / HEADCOUNTS).is_file()), None)
    found: dict[str, Headcount] = {}
    if path is None:
        return found, []
    codes, faults = codes_by_name(round_), list[OperatorError]()
    try:
        for line, row in read_list(path, _TITLES):
            try:
                _take({title: row.get(title, "") for title in _TITLES}, codes, found, (path, line))
            except OperatorError as fault:
                faults.append(fault)
    except ListFileError as error:
        faults.append(OperatorError(f"headcounts_{error.problem}", path=path, line=error.line))
    return found, faults


def _take(
    cells: Mapping[str, str],
    codes: Mapping[str, str],
    found: dict[str, Headcount],
    where: tuple[Path, int],
) -> None:
    """Add one line to ``found``; raises ``OperatorError`` for a line that can't be used."""
    code = codes.get(normalise(cells["agency"]))
    if code is None:
        raise _wrong("agency", *where, cells["agency"])
    if code in found:
        raise _wrong("repeated", *where, cells["agency"])
    found[code] = _headcount(cells, *where)


def _headcount(cells: Mapping[str, str], path: Path, line: int) -> Headcount:
    number, as_of = parse_count(cells["number"]).value, parse_date(cells["as_of"]).value
    if number is None or number < 1:
        raise _wrong("number", path, line, cells["number"])
    if as_of is None:
        raise _wrong("as_of", path, line, cells["as_of"])
    if not cells["source"]:
        raise _wrong("source", path, line, "")
    return Headcount(int(number), as_of, cells["source"])


def _wrong(what: str, path: Path, line: int, value: str) -> OperatorError:
    return OperatorError(f"headcounts_{what}", path=path, line=line, value=safe_name(value))
