"""Print what commands have to say: data to stdout, progress and remarks to stderr."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import click

from pipeline.model import Finding
from pipeline.office.safety import harmless
from pipeline.store.coverage import Coverage
from schemas.words import dmy, say, ui

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.collect.intake.seen import Ignored
    from pipeline.home import Home
    from pipeline.stages.checking import Checked
    from pipeline.stages.collecting import Collected
    from pipeline.stages.doctor import Diagnosis
    from pipeline.stages.replies import Replied
    from pipeline.store import Untold
    from pipeline.store.outputs import Record
    from schemas.round.round import Round

MARKS = {"good": ("✓", "green"), "doubtful": ("!", "yellow"), "bad": ("✗", "red")}
FIELDS = (
    "rule",
    "severity",
    "agency",
    "file",
    "sheet",
    "cells",
    "column",
    "value",
    "message",
    "fix",
)
NAMED = 5
"""How many files a sentence names."""
LISTED = 20
"""How many files get a line each."""


def report_collected(collected: Collected, round_: Round, lang: str) -> None:
    """Print what became of every file seen: news by name, known things by number."""
    report_ignored(collected.news, lang)
    if told := len(collected.ignored) - len(collected.news):
        click.echo(ui("screen.collected.still_ignored", lang, count=told), err=True)
    for name, likely in collected.unassigned[:LISTED]:
        whose = round_.by_agency[likely].name if likely in round_.by_agency else ""
        click.echo(
            ui(
                f"screen.collected.{'may_be' if whose else 'of_nobody'}",
                lang,
                name=name,
                agency=whose,
            ),
            err=True,
        )
    if others := collected.still_unassigned + len(collected.unassigned[LISTED:]):
        click.echo(ui("screen.collected.still_unassigned", lang, count=others), err=True)
    for name in collected.unmatched:
        click.echo(ui("screen.collected.unmatched", lang, name=name), err=True)
    for name in collected.lost:
        click.echo(ui("screen.collected.lost", lang, name=name), err=True)
    if collected.unbelieved:
        click.echo(
            ui(
                "screen.collected.unbelieved",
                lang,
                count=len(collected.unbelieved),
                names=_first_names(collected.unbelieved),
            ),
            err=True,
        )
    if collected.uploaded:
        click.echo(
            ui(
                "screen.collected.uploaded",
                lang,
                count=len(collected.uploaded),
                names=_first_names(collected.uploaded),
            ),
            err=True,
        )
    counts = {
        name: getattr(collected, name)
        for name in ("seen", "accepted", "to_correct", "unreadable", "known")
    }
    twice, rare = (
        collected.duplicate - collected.known,
        {name: getattr(collected, name) for name in ("of_nobody", "beside")},
    )
    more = "".join(
        f", {ui(f'screen.collected.more_{name}', lang, count=count)}"
        for name, count in rare.items()
        if count
    )
    click.echo(
        ui(
            "screen.collected.line",
            lang,
            **counts,
            more=more,
            twice=twice,
            ignored=len(collected.ignored),
        ),
        err=True,
    )


def _first_names(names: Sequence[str]) -> str:
    """Return the first of many names, with "…" if there are more."""
    return ", ".join(names[:NAMED]) + (", …" if names[NAMED:] else "")


def report_ignored(ignored: Iterable[Ignored], lang: str) -> None:
    """Print which files were ignored, and why."""
    for each in ignored:
        click.echo(
            ui("screen.collected.ignored", lang, name=each.name, reason=each.text(lang)), err=True
        )


def report_replied(replied: Replied, home: Home, lang: str) -> None:
    """Print how many replies were written, and which files couldn't be marked."""
    for agency, name in replied.lost:
        click.echo(ui("screen.replied.lost", lang, agency=agency, name=name), err=True)
    click.echo(
        ui(
            "screen.replied.line",
            lang,
            replies=replied.replies,
            alone=replied.alone,
            blank=replied.blank,
            folder=home.replies,
        ),
        err=True,
    )


def report_outputs(record: Record, home: Home, lang: str) -> None:
    """Print which files a person changed, where they are kept, and unfinished commands."""
    for kept, name in sorted(record.kept.items()):
        click.echo(
            ui("screen.outputs.kept", lang, path=home.root / name, kept=PurePosixPath(kept).name),
            err=True,
        )
    for command in sorted(record.unfinished):
        click.echo(ui("screen.outputs.unfinished", lang, command=command), err=True)


def report_untold(untold: Untold, lang: str) -> None:
    """Print what happened to the ledger since the last time, and which verdicts changed."""
    for remark in untold.remarks:
        click.echo(ui(f"screen.renewed.{remark.key}", lang, **remark.words), err=True)
    if untold.waiting:
        click.echo(
            ui(
                "screen.renewed.waiting",
                lang,
                count=len(untold.waiting),
                names=_first_names(untold.waiting),
            ),
            err=True,
        )
    if untold.changed:
        click.echo(ui("screen.renewed.changed", lang, count=len(untold.changed)), err=True)
    for each in untold.changed:
        before, after = (
            ui(f"screen.verdict.{verdict}", lang) for verdict in (each.before, each.after)
        )
        key = "verdict" if each.agency else "verdict_of_nobody"
        click.echo(
            ui(
                f"screen.renewed.{key}",
                lang,
                agency=each.agency,
                name=each.name,
                before=before,
                after=after,
            ),
            err=True,
        )


def report_demo(collected: Collected, home: Home, round_: Round, lang: str) -> None:
    """Print what was invented, what came of it, and where to look."""
    report_collected(collected, round_, lang)
    click.echo(ui("screen.demo.done", lang, home=home.root), err=True)
    click.echo(ui("screen.demo.look", lang), err=True)
    for folder, what in (
        (home.issued, "issued"),
        (home.incoming, "incoming"),
        (home.output, "output"),
    ):
        click.echo(f"  {folder}: {ui(f'screen.demo.{what}', lang)}", err=True)


def print_diagnosis(diagnosis: Diagnosis, lang: str) -> None:
    """Print how well one thing is, and what to do if it isn't."""
    mark, colour = MARKS[diagnosis.health.value]
    click.echo(
        click.style(mark, fg=colour)
        + " "
        + ui(f"screen.doctor.{diagnosis.key}.found", lang, **diagnosis.words)
    )
    if diagnosis.health != "good":
        click.echo(
            "  "
            + ui(
                "screen.check.fix",
                lang,
                fix=ui(f"screen.doctor.{diagnosis.key}.fix", lang, **diagnosis.words),
            )
        )


# --- findings -------------------------------------------------------------------------------------


def plain(finding: Finding, lang: str) -> dict[str, Any]:
    """Return a finding as a JSON object for programs: its keys are a contract."""
    texts = {
        "message": say(finding.message, "found", lang, finding.words),
        "fix": say(finding.message, "fix", lang, finding.words),
    }
    answer = {"answer": finding.answer} if finding.answer else {}
    return {
        **{name: getattr(finding, name) for name in FIELDS if name not in texts},
        "cells": list(finding.cells),
        **texts,
        **answer,
    }


def print_findings(findings: Sequence[Finding], round_: Round, form: str, lang: str) -> None:
    """Print findings as text, JSON or CSV on stdout."""
    from pipeline.terminal.readout import Head, Readout

    if form == "text":
        by_file: dict[str, list[Finding]] = {}
        for finding in findings:
            by_file.setdefault(finding.file, []).append(finding)
        readout = Readout(lang)
        for name, listed in by_file.items():
            readout.file(Head(name, _agency(listed[0].agency, round_)), listed)
        return
    fields = (*FIELDS, "answer") if any(finding.answer for finding in findings) else FIELDS
    print_records([plain(finding, lang) for finding in findings], fields, form)


def print_checked(checked: Sequence[Checked], round_: Round, form: str, lang: str) -> None:
    """Print the judgement of files as a report, or their findings as JSON or CSV."""
    from pipeline.terminal.readout import Head, Readout

    if form != "text":
        print_findings(
            [finding for each in checked for finding in each.findings], round_, form, lang
        )
        return
    readout = Readout(lang)
    for each in checked:
        readout.file(
            Head(
                each.name, _agency(each.agency, round_), ui(f"screen.verdict.{each.verdict}", lang)
            ),
            each.findings,
        )
        readout.matches(each.matches)


def _agency(code: str, round_: Round) -> str:
    """Return an agency's name with its code; the code alone if it is unknown."""
    return f"{round_.by_agency[code].name} ({code})" if code in round_.by_agency else code


# --- tables ---------------------------------------------------------------------------------------


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
    records = _records(agencies.assign(**texts).drop(columns=["submission"]))
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
        click.echo(ui("screen.status.line", lang, **counts))
        for name in ("excused", "unreadable", "pending"):
            if counts[name]:
                click.echo(ui(f"screen.status.{name}", lang, **{name: counts[name]}))
        if is_part:
            click.echo(ui("screen.status.part", lang, count=len(records)))
        _print_standing(records, lang)
        _print_beside(beside, round_, lang)


def _files(beside: pd.DataFrame, lang: str) -> list[dict[str, Any]]:
    """Return unassigned and accompanying files as records, with what is wrong in words."""
    plain_words = ("state", "file", "sha256", "received", "likely", "kind", "rule")
    why = zip(beside["message"], beside["words"], strict=True)
    said = [say(message, "found", lang, words) if message else "" for message, words in why]
    rows = beside[list(plain_words)].to_dict("records")
    return [
        {**{str(name): value for name, value in row.items()}, "message": text}
        for row, text in zip(rows, said, strict=True)
    ]


def _print_beside(beside: pd.DataFrame, round_: Round, lang: str) -> None:
    for state in ("unassigned", "accompanying"):
        listed = beside[beside["state"] == state]
        if len(listed):
            click.echo(ui(f"screen.status.{state}_files", lang, count=len(listed)))
        for row in listed.itertuples():
            whose = round_.by_agency[str(row.likely)].name if row.likely in round_.by_agency else ""
            key = "of" if state == "accompanying" else "may_be" if whose else "of_nobody"
            unopened = (
                ui("screen.status.unopened", lang) if row.kind and state == "unassigned" else ""
            )
            click.echo(ui(f"screen.status.{key}", lang, file=row.file, name=whose) + unopened)


def _print_standing(records: Sequence[Mapping[str, Any]], lang: str) -> None:
    # loads pandas, without which most commands start
    from pipeline.summarise.figures.lines import stands

    columns = ("agency", "name", "standing", "received", "late", "errors", "warnings", "file")
    rows = []
    for record in records:
        standing = stands(record["standing"], lang, is_waiting=bool(record["pending"]))
        numbers = (record[name] or "" for name in ("late_days", "errors", "warnings"))
        received = dmy(dt.date.fromisoformat(record["received"][:10])) if record["received"] else ""
        rows.append(
            (
                record["agency"],
                record["name"],
                standing,
                received,
                *map(str, numbers),
                record["file"],
            )
        )
    print_table({ui(f"screen.status.{column}", lang): False for column in columns}, rows)


def print_frame(frame: pd.DataFrame, form: str) -> None:
    """Print a frame of figures; numbers plain, no total row."""
    records = _records(frame)
    if form != "text":
        print_records(records, list(frame.columns), form)
        return
    are_numbers = {
        str(name): not (frame[name].dtype == object or str(frame[name].dtype) == "str")
        for name in frame.columns
    }
    print_table(
        are_numbers,
        (
            ["" if value is None else _one_text(value) for value in record.values()]
            for record in records
        ),
    )


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


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(name): _number(value) for name, value in record.items()}
        for record in frame.to_dict("records")
    ]


def plain_record(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return an agency's row with moments and days in ISO, as ``status`` shows it."""
    return {
        name: value.isoformat() if isinstance(value, dt.date) and value == value else _number(value)  # noqa: PLR0124
        for name, value in row.items()
    }


def _number(value: Any) -> Any:
    """Return a plain number or text: whole floats as int, missing as None."""
    if value is None or value != value:  # noqa: PLR0124 NaN is the only value that differs from itself
        return None
    plain_value = value.item() if hasattr(value, "item") else value
    return (
        int(plain_value)
        if isinstance(plain_value, float) and plain_value.is_integer()
        else plain_value
    )


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
