"""Read a folder's register: a CSV file with the receipt dates of files in it and below it.

Header ``file,date,note``. Dates are ISO or dd/mm/yyyy. Files are named by their path below the
folder, with slashes of either kind.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.collect.intake.believed import ReceiptSpan
from pipeline.errors import OperatorError
from pipeline.model import YEARS
from pipeline.office.listfile import ListFileError, listed_in
from pipeline.text.dates import parse_date
from pipeline.text.names import safe_name
from schemas.words import ui

_TIME = re.compile(r" (?:[01]?[0-9]|2[0-3]):[0-5][0-9]$")


@dataclass(frozen=True)
class RegisterLine:
    """A register's entry for one file."""

    name: str
    """As written in the register."""
    at: dt.datetime


Register = Mapping[str, RegisterLine]
"""Receipt dates by path below the register's folder, in the form that ``key_of`` gives."""


def key_of(place: str) -> str:
    """Return a path as registers are searched for it: without case, with forward slashes."""
    return safe_name(place).replace("\\", "/").removeprefix("./").casefold()


def below(register: Register, folder: str) -> Register:
    """Return a register's entries for one folder below its own, by path there."""
    place = key_of(folder) + "/"
    return {
        key.removeprefix(place): line for key, line in register.items() if key.startswith(place)
    }


class RegisterError(OperatorError):
    """A register that can't be used: an operator's mistake."""

    def text(self, lang: str) -> str:
        return ui(f"collect.errors.{self.key}", lang, **self.words)


def read_register(
    place: str, content: bytes, timezone: dt.tzinfo, believable: ReceiptSpan
) -> Register:
    """Read a register.

    Raises ``RegisterError`` for a date that is no date, or can't be right.
    """
    try:
        rows = list(listed_in(content, {"file", "date"}))
    except ListFileError as error:
        raise RegisterError(
            f"register_{error.problem}", path=safe_name(place), line=error.line
        ) from error
    register: dict[str, RegisterLine] = {}
    for line, row in rows:
        name = row.get("file")
        if not name:
            continue
        moment = _moment(row.get("date", ""), place, line, timezone)
        if not believable.holds(moment):
            words = {"path": safe_name(place), "line": line, "value": safe_name(row["date"])}
            raise RegisterError("register_unbelievable", **words)
        register[key_of(name)] = RegisterLine(safe_name(name), moment)
    return register


def _moment(text: str, place: str, line: int, timezone: dt.tzinfo) -> dt.datetime:
    """Read a day, or a day and a time, on the round's clock."""
    moment = _written(text)
    if moment is None or moment.year not in YEARS:
        raise RegisterError(
            "register_date", path=safe_name(place), line=line, value=safe_name(text)
        )
    return moment.astimezone(timezone) if moment.tzinfo else moment.replace(tzinfo=timezone)


def _written(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        day, time = parse_date(text).value, _TIME.search(text)
    if day is None:
        return None
    clock = dt.time.fromisoformat(time[0].strip().zfill(5)) if time else dt.time()
    return dt.datetime.combine(day, clock)
