"""Headcounts: how many people work at each agency, in ``headcounts.csv`` beside the data or in the round's folder.

They are no part of the form, nor of what agencies report: they come from elsewhere, and every figure made from them names its source.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.model import HEADCOUNTS
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
"""By code of agency."""


def headcounts(home: Home, round_: Round) -> Headcounts:
    """The headcounts of a round's agencies: the operator's list, else that of the round's folder; nothing where there is none.

    Raises ``OperatorError`` for a list that can't be used as it is, with its line.
    """
    places = (home.root, home.data, round_.folder)
    path = next((folder / HEADCOUNTS for folder in places if (folder / HEADCOUNTS).is_file()), None)
    if path is None:
        return {}
    try:
        return _read(path, round_)
    except ListFileError as error:
        raise OperatorError(f"headcounts_{error.problem}", path=path, line=error.line) from error


def _read(path: Path, round_: Round) -> dict[str, Headcount]:
    codes = codes_by_name(round_)
    found: dict[str, Headcount] = {}
    for line, row in read_list(path, _TITLES):
        cells = {title: row.get(title, "") for title in _TITLES}
        code = codes.get(normalise(cells["agency"]))
        if code is None:
            raise _wrong("agency", path, line, cells["agency"])
        if code in found:
            raise _wrong("repeated", path, line, cells["agency"])
        found[code] = _headcount(cells, path, line)
    return found


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
