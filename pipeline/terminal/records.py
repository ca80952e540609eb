"""Print records and frames: as a table for people, as JSON or CSV for programs."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from pipeline.office.safety import harmless

if TYPE_CHECKING:
    import pandas as pd


def print_frame(frame: pd.DataFrame, form: str) -> None:
    """Print a frame of figures; numbers plain, no total row."""
    records = records_of(frame)
    if form != "text":
        print_records(records, list(frame.columns), form)
        return
    are_numbers = {
        str(name): not (frame[name].dtype == object or str(frame[name].dtype) == "str")
        for name in frame.columns
    }
    rows = (
        ["" if value is None else _one_text(value) for value in record.values()]
        for record in records
    )
    print_table(are_numbers, rows)


def print_table(are_numbers: Mapping[str, bool], rows: Iterable[Sequence[str]]) -> None:
    """Print columns with headings; as wide as the terminal, else 240 characters at most."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading, is_number in are_numbers.items():
        # wrapped: two headings cut short may look alike
        table.add_column(heading, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    Console(width=None if Console().is_terminal else 240).print(table)


def records_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as records of plain numbers and texts."""
    return [
        {str(name): _number(value) for name, value in record.items()}
        for record in frame.to_dict("records")
    ]


def plain_record(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return an agency's row with moments and days in ISO, as ``status`` shows it."""
    return {
        # what differs from itself is no moment (NaT)
        name: value.isoformat() if isinstance(value, dt.date) and value == value else _number(value)  # noqa: PLR0124
        for name, value in row.items()
    }


def _number(value: Any) -> Any:
    """Return a plain number or text: whole floats as int, missing as None."""
    # NaN is the only value that differs from itself
    if value is None or value != value:  # noqa: PLR0124
        return None
    plain = value.item() if hasattr(value, "item") else value
    return int(plain) if isinstance(plain, float) and plain.is_integer() else plain


def print_records(records: Sequence[Mapping[str, Any]], columns: Sequence[str], form: str) -> None:
    """Print records as JSON or CSV."""
    if form == "json":
        click.echo(json.dumps(list(records), ensure_ascii=False, indent=1))
        return
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        {name: _csv_cell(value) for name, value in record.items()} for record in records
    )
    click.echo(text.getvalue(), nl=False)


def _one_text(value: Any) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)


def _csv_cell(value: Any) -> Any:
    return harmless(_one_text(value)) if isinstance(value, str | list) else value
