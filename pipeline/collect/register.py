"""The register of a folder: a CSV file that says when its files were received."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from pipeline.dates import parse_date
from pipeline.errors import OperatorError
from pipeline.text import safe_name
from schemas.words import ui

REGISTER = "nhan.csv"
"""Its name; its header is ``file,date,note``, its dates ISO or dd/mm/yyyy."""

Register = Mapping[str, dt.datetime]
"""When a file arrived, by its name as shown, without regard to case."""


class RegisterError(OperatorError):
    """A register that can't be used as it is."""

    def text(self, lang: str) -> str:
        return ui(f"collect.errors.{self.key}", lang, **self.words)


def read_register(folder: Path, timezone: dt.tzinfo) -> Register:
    """The register of ``folder``; empty where it has none. Raises ``RegisterError`` for a date that can't be read."""
    path = next((entry for entry in folder.iterdir() if entry.name.casefold() == REGISTER and entry.is_file()), None)
    if path is None:
        return {}
    text = _decoded(path)
    delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    rows = csv.DictReader(text.splitlines(), delimiter=delimiter)
    if not {"file", "date"} <= set(rows.fieldnames or ()):
        raise RegisterError("register_header", path=safe_name(str(path)))
    lines = ((rows.line_num, (row["file"] or "").strip(), (row["date"] or "").strip()) for row in rows)
    return {safe_name(name).casefold(): _moment(date, path, line, timezone) for line, name, date in lines if name}


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
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        day = parse_date(text).value
        if day is None:
            raise RegisterError("register_date", path=safe_name(str(path)), line=line, value=safe_name(text)) from None
        moment = dt.datetime.combine(day, dt.time())
    return moment.astimezone(timezone) if moment.tzinfo else moment.replace(tzinfo=timezone)
