"""Show how far a long command is. The library that draws is loaded only to draw."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import click

from pipeline.stages.progress import Progress as Tell
from schemas.words import ui

LINE_EVERY = 500
"""Without a terminal, one plain line of progress per so many files."""


@contextmanager
def progress(lang: str) -> Iterator[Tell]:
    """Show progress on stderr: a bar per step on a terminal, elsewhere plain lines."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda step, done, total: _plain_line(step, done, total, lang)
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        begin = cache(lambda step: bar.add_task(ui(f"screen.progress.{step}", lang), total=None))
        yield lambda step, done, total: bar.update(begin(step), completed=done, total=total)


def _plain_line(step: str, done: int, total: int | None, lang: str) -> None:
    if done and total and (done % LINE_EVERY == 0 or done == total):
        click.echo(f"{ui(f'screen.progress.{step}', lang)}: {done}/{total}", err=True)
