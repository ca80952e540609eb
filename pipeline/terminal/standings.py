"""Print who has reported: coverage, the standing of each agency, files that wait."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from pipeline.store.coverage import Coverage
from pipeline.terminal.records import print_records, print_table, records_of
from pipeline.terminal.sentences import show
from schemas.words import dmy, say, ui

if TYPE_CHECKING:
    import pandas as pd

    from schemas.round.round import Round

COUNTS = (
    "agencies",
    "counted",
    "nil",
    "late",
    "correcting",
    "excused",
    "pending",
    "unreadable",
    "missing",
)


def print_status(
    coverage: Coverage,
    agencies: pd.DataFrame,
    beside: pd.DataFrame,
    round_: Round,
    form: str,
    lang: str,
    *,
    is_part: bool = False,
) -> None:
    """Print coverage, the standing of each agency, unassigned and accompanying files."""
    moments = ("received", "first_received", "first_unreadable")
    texts = {name: agencies[name].dt.strftime("%Y-%m-%dT%H:%M:%S").fillna("") for name in moments}
    texts["deadline"] = agencies["deadline"].map(lambda day: day.isoformat())
    records = records_of(agencies.assign(**texts).drop(columns=["submission"]))
    counts = {name: getattr(coverage, name) for name in COUNTS}
    if form == "json":
        of_nobody = beside["state"] != "accompanying"
        files = {
            "unassigned": _files(beside[of_nobody], lang),
            "accompanying": _files(beside[~of_nobody], lang),
        }
        click.echo(
            json.dumps(
                {"coverage": counts, "agencies": records, **files}, ensure_ascii=False, indent=1
            )
        )
    elif form == "csv":
        print_records(records, [name for name in agencies.columns if name != "submission"], form)
    else:
        show(lang, "status.line", **counts)
        for name in ("excused", "unreadable", "pending"):
            if counts[name]:
                show(lang, f"status.{name}", **{name: counts[name]})
        if is_part:
            show(lang, "status.part", count=len(records))
        _print_standing(records, lang)
        _print_beside(beside, round_, lang)


def _files(beside: pd.DataFrame, lang: str) -> list[dict[str, Any]]:
    """Return unassigned and accompanying files as records, with what is wrong in words."""
    columns = ["state", "file", "sha256", "received", "likely", "kind", "rule"]
    why = zip(beside["message"], beside["words"], strict=True)
    texts = [say(message, "found", lang, words) if message else "" for message, words in why]
    files = beside[columns].assign(message=texts)
    return [{str(name): value for name, value in row.items()} for row in files.to_dict("records")]


def _print_beside(beside: pd.DataFrame, round_: Round, lang: str) -> None:
    for state in ("unassigned", "accompanying"):
        files = beside[beside["state"] == state]
        if len(files):
            show(lang, f"status.{state}_files", count=len(files))
        for row in files.itertuples():
            agency = round_.by_agency.get(str(row.likely))
            key = "of" if state == "accompanying" else "may_be" if agency else "of_nobody"
            name = agency.name if agency else ""
            is_unopened = row.kind and state == "unassigned"
            unopened = ui("screen.status.unopened", lang) if is_unopened else ""
            click.echo(ui(f"screen.status.{key}", lang, file=row.file, name=name) + unopened)


def _print_standing(records: Sequence[Mapping[str, Any]], lang: str) -> None:
    # loads pandas, without which most commands start
    from pipeline.summarise.figures.lines import stands

    columns = ("agency", "name", "standing", "received", "late", "errors", "warnings", "file")
    rows = []
    for record in records:
        numbers = {name: str(record[name] or "") for name in ("late_days", "errors", "warnings")}
        day = record["received"][:10]
        texts = {
            **record,
            **numbers,
            "late": numbers["late_days"],
            "standing": stands(record["standing"], lang, is_waiting=bool(record["pending"])),
            "received": dmy(dt.date.fromisoformat(day)) if day else "",
        }
        rows.append([texts[column] for column in columns])
    print_table({ui(f"screen.status.{column}", lang): False for column in columns}, rows)
