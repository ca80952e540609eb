"""The register of a folder: a CSV file that says when its files were received. Its header is ``file,date,note``, its dates ISO or dd/mm/yyyy."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.collect.intake.believed import Believable
from pipeline.errors import OperatorError
from pipeline.model import REGISTER, YEARS
from pipeline.text.dates import parse_date
from pipeline.text.names import safe_name
from schemas.words import ui

_TIME = re.compile(r" (?:[01]?[0-9]|2[0-3]):[0-5][0-9]$")

Register = Mapping[str, dt.datetime]
"""When a file arrived, by its name as shown, without regard to case."""


class RegisterError(OperatorError):
    """A register that can't be used as it is."""

    def text(self, lang: str) -> str:
        return ui(f"collect.errors.{self.key}", lang, **self.words)


def read_register(folder: Path, timezone: dt.tzinfo, believable: Believable) -> Register:
    """The register of ``folder``; empty where it has none. Raises ``RegisterError`` for a date that can't be read or believed."""
    path = next((entry for entry in folder.iterdir() if entry.name.casefold() == REGISTER and entry.is_file()), None)
    if path is None:
        return {}
    rows = _rows(_decoded(path), path)
    head = [title.strip().casefold() for title in next((row for _, row in rows), [])]
    if not {"file", "date"} <= set(head):
        raise RegisterError("register_header", path=safe_name(str(path)))
    lines = ((line, dict(zip(head, map(str.strip, row), strict=False))) for line, row in rows)
    found: dict[str, dt.datetime] = {}
    for line, row in lines:
        if row.get("file"):
            moment = _moment(row.get("date", ""), path, line, timezone)
            if not believable.holds(moment):
                raise RegisterError("register_unbelievable", path=safe_name(str(path)), line=line, value=safe_name(row["date"]))
            found[safe_name(row["file"]).casefold()] = moment
    return found


def _rows(text: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every line that isn't blank; the sign between cells is the one that the first of them has most."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    reader = csv.reader(text.splitlines(), delimiter=max(",;\t", key=first.count))
    try:
        yield from ((reader.line_num, row) for row in reader if any(cell.strip() for cell in row))
    except csv.Error as error:
        raise RegisterError("register_quotes", path=safe_name(str(path)), line=reader.line_num) from error


def _decoded(path: Path) -> str:
    data = path.read_bytes()
    for encoding in ("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp1258"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RegisterError("register_encoding", path=safe_name(str(path)))


def _moment(text: str, path: Path, line: int, timezone: dt.tzinfo) -> dt.datetime:
    """A day, or a day and a time, on the round's clock."""
    moment = _written(text)
    if moment is None or moment.year not in YEARS:
        raise RegisterError("register_date", path=safe_name(str(path)), line=line, value=safe_name(text))
    return moment.astimezone(timezone) if moment.tzinfo else moment.replace(tzinfo=timezone)


def _written(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        day, time = parse_date(text).value, _TIME.search(text)
    return None if day is None else dt.datetime.combine(day, dt.time.fromisoformat(time[0].strip().zfill(5)) if time else dt.time())
