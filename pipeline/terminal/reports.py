"""Report what a command did: to the files that came, to outputs, to the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import click

from pipeline.terminal.sentences import first_names, show, tell
from schemas.words import ui

if TYPE_CHECKING:
    from pipeline.collect.intake.results import IgnoredFile
    from pipeline.home import Home
    from pipeline.stages.collecting import CollectionReport
    from pipeline.stages.doctor import Diagnosis
    from pipeline.stages.replies import ReplyReport
    from pipeline.store import Untold
    from pipeline.store.outputs import Record
    from schemas.round.round import Round

MARKS = {"good": ("✓", "green"), "doubtful": ("!", "yellow"), "bad": ("✗", "red")}
LISTED = 20
"""How many files get a line each."""


def report_collected(collected: CollectionReport, round_: Round, lang: str) -> None:
    """Print what became of every file seen: news by name, known things by number."""
    report_ignored(collected.news, lang)
    if count := len(collected.ignored) - len(collected.news):
        tell(lang, "collected.still_ignored", count=count)
    _report_unassigned(collected, round_, lang)
    for key in ("unmatched", "lost"):
        for name in getattr(collected, key):
            tell(lang, f"collected.{key}", name=name)
    for key in ("unbelieved", "uploaded"):
        if names := getattr(collected, key):
            tell(lang, f"collected.{key}", count=len(names), names=first_names(names))
    _report_counts(collected, lang)


def _report_unassigned(collected: CollectionReport, round_: Round, lang: str) -> None:
    for name, code in collected.unassigned[:LISTED]:
        agency = round_.by_agency.get(code)
        key = "may_be" if agency else "of_nobody"
        tell(lang, f"collected.{key}", name=name, agency=agency.name if agency else "")
    if others := collected.still_unassigned + len(collected.unassigned[LISTED:]):
        tell(lang, "collected.still_unassigned", count=others)


def _report_counts(collected: CollectionReport, lang: str) -> None:
    """Print how many files came to what; rare outcomes only if there are any."""
    usual = ("seen", "accepted", "to_correct", "unreadable", "known")
    rare = {name: getattr(collected, name) for name in ("of_nobody", "beside")}
    more = (
        ui(f"screen.collected.more_{name}", lang, count=count)
        for name, count in rare.items()
        if count
    )
    tell(
        lang,
        "collected.line",
        **{name: getattr(collected, name) for name in usual},
        more="".join(f", {text}" for text in more),
        twice=collected.duplicate - collected.known,
        ignored=len(collected.ignored),
    )


def report_ignored(ignored: Iterable[IgnoredFile], lang: str) -> None:
    """Print which files were ignored, and why."""
    for file in ignored:
        tell(lang, "collected.ignored", name=file.name, reason=file.text(lang))


def report_replied(replied: ReplyReport, home: Home, lang: str) -> None:
    """Print how many replies were written, and which files couldn't be marked."""
    for agency, name in replied.lost:
        tell(lang, "replied.lost", agency=agency, name=name)
    counts = {name: getattr(replied, name) for name in ("replies", "alone", "blank")}
    tell(lang, "replied.line", **counts, folder=home.replies)


def report_outputs(record: Record, home: Home, lang: str) -> None:
    """Print which files a person changed, where they are kept, and unfinished commands."""
    for kept, name in sorted(record.kept.items()):
        tell(lang, "outputs.kept", path=home.root / name, kept=PurePosixPath(kept).name)
    for command in sorted(record.unfinished):
        tell(lang, "outputs.unfinished", command=command)


def report_untold(untold: Untold, lang: str) -> None:
    """Print what happened to the ledger since the last time, and which verdicts changed."""
    for remark in untold.remarks:
        tell(lang, f"renewed.{remark.key}", **remark.words)
    if untold.waiting:
        names = first_names(untold.waiting)
        tell(lang, "renewed.waiting", count=len(untold.waiting), names=names)
    if untold.changed:
        tell(lang, "renewed.changed", count=len(untold.changed))
    for change in untold.changed:
        verdicts = (change.before, change.after)
        before, after = (ui(f"screen.verdict.{verdict}", lang) for verdict in verdicts)
        tell(
            lang,
            "renewed.verdict" if change.agency else "renewed.verdict_of_nobody",
            agency=change.agency,
            name=change.name,
            before=before,
            after=after,
        )


def report_demo(collected: CollectionReport, home: Home, round_: Round, lang: str) -> None:
    """Print what was invented, what came of it, and where to look."""
    report_collected(collected, round_, lang)
    tell(lang, "demo.done", home=home.root)
    tell(lang, "demo.look")
    for name in ("issued", "incoming", "output"):
        folder = getattr(home, name)
        click.echo(f"  {folder}: {ui(f'screen.demo.{name}', lang)}", err=True)


def print_diagnosis(diagnosis: Diagnosis, lang: str) -> None:
    """Print how well one thing is, and what to do if it isn't."""
    mark, colour = MARKS[diagnosis.health.value]
    click.echo(f"{click.style(mark, fg=colour)} ", nl=False)
    show(lang, f"doctor.{diagnosis.key}.found", **diagnosis.words)
    if diagnosis.health != "good":
        fix = ui(f"screen.doctor.{diagnosis.key}.fix", lang, **diagnosis.words)
        click.echo(f"  {ui('screen.check.fix', lang, fix=fix)}")
