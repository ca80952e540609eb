"""What the commands print: data to stdout, progress and remarks to stderr."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from pipeline.model import Coverage, Finding, Match, Severity, ranges
from pipeline.summarise.safety import harmless
from schemas.words import say, ui

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.doctor import Diagnosis
    from pipeline.home import Home
    from pipeline.replies import Replied
    from pipeline.run import Checked, Collected
    from pipeline.run import Progress as Tell

COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
MARKS = {"good": ("✓", "green"), "doubtful": ("!", "yellow"), "bad": ("✗", "red")}
FIELDS = ("rule", "severity", "agency", "file", "sheet", "cells", "column", "value", "message", "fix")
LINE_EVERY = 500
"""Files between two plain lines of progress, where there is no terminal."""


@contextmanager
def progress(lang: str) -> Iterator[Tell]:
    """A progress bar on a terminal, a plain line now and then elsewhere; on stderr either way."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _step, done, total: _plain_line(done, total, lang)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(ui("screen.progress", lang), total=None)
        yield lambda _step, done, total: bar.update(task, completed=done, total=total)


def _plain_line(done: int, total: int, lang: str) -> None:
    if done % LINE_EVERY == 0 or done == total:
        click.echo(f"{ui('screen.progress', lang)}: {done}/{total}", err=True)


def report_collected(collected: Collected, lang: str) -> None:
    """What became of every file seen."""
    for ignored in collected.ignored:
        click.echo(ui("screen.collected.ignored", lang, name=ignored.name, reason=ignored.text(lang)), err=True)
    counts = {name: getattr(collected, name) for name in ("seen", "accepted", "to_correct", "unreadable", "duplicate")}
    click.echo(ui("screen.collected.line", lang, **counts, ignored=len(collected.ignored)), err=True)


def report_replied(replied: Replied, home: Home, lang: str) -> None:
    """How many replies were written, and which files nobody can be written to about."""
    for name in replied.unidentified:
        click.echo(ui("screen.replied.unidentified", lang, name=name), err=True)
    click.echo(ui("screen.replied.line", lang, replies=replied.replies, alone=replied.alone, folder=home.replies), err=True)


def report_demo(collected: Collected, home: Home, lang: str) -> None:
    """What was invented, what came of it, and where to look."""
    report_collected(collected, lang)
    click.echo(ui("screen.demo.done", lang, home=home.root), err=True)
    click.echo(ui("screen.demo.look", lang), err=True)
    for folder, what in ((home.issued, "issued"), (home.incoming, "incoming"), (home.output, "output")):
        click.echo(f"  {folder}: {ui(f'screen.demo.{what}', lang)}", err=True)


def print_diagnosis(diagnosis: Diagnosis, lang: str) -> None:
    """How one thing is; what to do where it isn't well."""
    mark, colour = MARKS[diagnosis.health.value]
    click.echo(click.style(mark, fg=colour) + " " + ui(f"screen.doctor.{diagnosis.key}.found", lang, **diagnosis.words))
    if diagnosis.health != "good":
        click.echo("  " + ui("screen.check.fix", lang, fix=ui(f"screen.doctor.{diagnosis.key}.fix", lang, **diagnosis.words)))


# --- findings --------------------------------------------------------------------------------------


def plain(finding: Finding, lang: str) -> dict[str, Any]:
    """A finding as the contract's JSON object (design.md, "Commands"), with the clerk's answer where there is one."""
    texts = {"message": say(finding.message, "found", lang, finding.words), "fix": say(finding.message, "fix", lang, finding.words)}
    answer = {"answer": finding.answer} if finding.answer else {}
    return {**{name: getattr(finding, name) for name in FIELDS if name not in texts}, "cells": list(finding.cells), **texts, **answer}


def print_findings(findings: Sequence[Finding], form: str, lang: str) -> None:
    """Findings as text, JSON or CSV on stdout."""
    if form == "text":
        by_file: dict[str, list[Finding]] = {}
        for finding in findings:
            by_file.setdefault(finding.file, []).append(finding)
        for name, listed in by_file.items():
            _print_file(name, listed[0].agency, "", listed, lang)
        return
    fields = (*FIELDS, "answer") if any(finding.answer for finding in findings) else FIELDS
    _print_records([plain(finding, lang) for finding in findings], fields, form)


def print_checked(checked: Sequence[Checked], form: str, lang: str) -> None:
    """The judgement of files: a readable report, or their findings as JSON or CSV."""
    if form != "text":
        print_findings([finding for each in checked for finding in each.findings], form, lang)
        return
    for each in checked:
        _print_file(each.name, each.agency, ui(f"screen.verdict.{each.verdict}", lang), each.findings, lang)
        _print_matches(each.matches, lang)


def _print_file(name: str, agency: str, verdict: str, findings: Sequence[Finding], lang: str) -> None:
    console = Console(highlight=False, soft_wrap=True)
    head = ui("screen.check.file", lang, name=name, verdict=verdict) if verdict else name
    console.print(Text(head, style="bold"))
    if agency:
        console.print(Text(ui("screen.check.agency", lang, agency=agency)))
    count = Counter(finding.severity for finding in findings)
    if not findings:
        console.print(Text(ui("screen.check.clean", lang)))
    else:
        counts = {"errors": count[Severity.ERROR], "warnings": count[Severity.WARNING], "notes": count[Severity.NOTE]}
        console.print(Text(ui("screen.check.counts", lang, **counts)))
    for finding in findings:
        _print_finding(console, finding, lang)
    console.print()


def _print_matches(matches: Sequence[Match], lang: str) -> None:
    """What was taken for what, on what evidence and how surely (0 to 100)."""
    if not matches:
        return
    click.echo(ui("screen.matches.title", lang))
    for match in matches:
        place = f"{match.sheet}: " if match.sheet else ""
        words = {"declared": match.declared, "found": " ".join(match.found.split()), "score": f"{match.score:.0f}"}
        evidence = ui(f"screen.matches.{match.evidence}", lang)
        click.echo(f"  {place}" + ui(f"screen.matches.{match.kind}", lang, **words, evidence=evidence))
    click.echo()


def _print_finding(console: Console, finding: Finding, lang: str) -> None:
    said = plain(finding, lang)
    line = Text("  ")
    line.append(f"{ui(f'screen.severity.{finding.severity}', lang)} {finding.rule}", style=COLOURS[finding.severity])
    place = " ".join(part for part in (finding.sheet, ranges(finding.cells)) if part)
    line.append(f"  {place}: " if place else "  ")
    line.append(said["message"])
    console.print(line)
    console.print(Text("      " + ui("screen.check.fix", lang, fix=said["fix"]), style="dim"))
    if finding.answer:
        console.print(Text("      " + ui("screen.check.answer", lang, answer=finding.answer), style="italic"))


# --- tables ----------------------------------------------------------------------------------------


def print_status(coverage: Coverage, agencies: pd.DataFrame, form: str, lang: str) -> None:
    """Coverage and the standing of every agency."""
    frame = agencies.assign(received=agencies["received"].dt.strftime("%Y-%m-%dT%H:%M:%S").fillna(""))
    records = _records(frame.drop(columns=["submission"]))
    counts = {name: getattr(coverage, name) for name in ("agencies", "counted", "nil", "late", "correcting")}
    counts["missing"] = int((agencies["standing"] == "missing").sum())
    if form == "json":
        click.echo(json.dumps({"coverage": counts, "agencies": records}, ensure_ascii=False, indent=1))
    elif form == "csv":
        _print_records(records, list(records[0]) if records else [], form)
    else:
        click.echo(ui("screen.status.line", lang, **counts))
        _print_standing(records, lang)


def _print_standing(records: Sequence[Mapping[str, Any]], lang: str) -> None:
    columns = ("agency", "name", "standing", "received", "late", "errors", "warnings", "file")
    table = Table(*(ui(f"screen.status.{column}", lang) for column in columns), box=None, pad_edge=False)
    for record in records:
        standing = ui(f"screen.standing.{record['standing']}", lang)
        numbers = (record[name] or "" for name in ("late_days", "errors", "warnings"))
        cells = (record["agency"], record["name"], standing, record["received"][:10], *map(str, numbers), record["file"])
        table.add_row(*(Text(str(cell)) for cell in cells))
    console = Console()
    console.print(table) if console.is_terminal else Console(width=240).print(table)


def print_frame(frame: pd.DataFrame, form: str) -> None:
    """A frame of figures; numbers plain, no total row."""
    records = _records(frame)
    if form != "text":
        _print_records(records, list(frame.columns), form)
        return
    table = Table(box=None, pad_edge=False)
    for name in frame.columns:
        table.add_column(str(name), justify="left" if frame[name].dtype == object or str(frame[name].dtype) == "str" else "right")
    for record in records:
        table.add_row(*(Text("" if value is None else _one_text(value)) for value in record.values()))
    Console(width=None if Console().is_terminal else 240).print(table)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): _number(value) for name, value in record.items()} for record in frame.to_dict("records")]


def _number(value: Any) -> Any:
    """A plain number or text: whole floats as integers, missing as nothing."""
    if value is None or value != value:  # noqa: PLR0124 NaN is the only value that differs from itself
        return None
    plain_value = value.item() if hasattr(value, "item") else value
    return int(plain_value) if isinstance(plain_value, float) and plain_value.is_integer() else plain_value


def _print_records(records: Sequence[Mapping[str, Any]], columns: Sequence[str], form: str) -> None:
    if form == "json":
        click.echo(json.dumps(list(records), ensure_ascii=False, indent=1))
        return
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _csv_cell(value) for name, value in record.items()} for record in records)
    click.echo(text.getvalue(), nl=False)


def _one_text(value: Any) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)


def _csv_cell(value: Any) -> Any:
    return harmless(_one_text(value)) if isinstance(value, str | list) else value
