"""Say sentences of the screen: news and remarks to stderr, for stdout has only data."""

from __future__ import annotations

from collections.abc import Sequence

import click

from schemas.words import ui

NAMED = 5
"""How many names a sentence lists."""


def tell(lang: str, key: str, **words: object) -> None:
    """Print the sentence ``screen.<key>`` to stderr."""
    click.echo(ui(f"screen.{key}", lang, **words), err=True)


def show(lang: str, key: str, **words: object) -> None:
    """Print the sentence ``screen.<key>`` to stdout, as a part of what was asked for."""
    click.echo(ui(f"screen.{key}", lang, **words))


def first_names(names: Sequence[str]) -> str:
    """Return the first of many names, with "…" if there are more."""
    return ", ".join(names[:NAMED]) + (", …" if names[NAMED:] else "")
