"""Open an earlier ledger for comparison, without changing it: of this round or an earlier one."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline import __version__
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.store import Ledger
from pipeline.store.database import copied
from pipeline.store.migrating import round_keys
from pipeline.store.schema import tables
from pipeline.store.standing import unreadable
from schemas.round.load import NoSuchRoundError, available, load_round
from schemas.round.round import Round

_PLACES = ("data/ledger.sqlite", "ledger.sqlite")
"""Where a ledger is in a folder."""


@dataclass(frozen=True)
class Comparison:
    """What summaries are compared with: a ledger or its folder.

    ``round``: name or folder of its round, if its key alone isn't enough to find it.
    """

    ledger: Path
    round: str = ""


@contextmanager
def earlier_ledger(path: Path, round_: Round, name: str = "") -> Iterator[Ledger]:
    """Open the ledger at ``path`` (or in that folder) through a copy.

    ``name``: its round, if the program doesn't know it by its key. Raises ``OperatorError`` for a
    file that is no ledger, for an unknown round, and for a layout older than 0.3.1.
    """
    file = _found(path)
    with tempfile.TemporaryDirectory() as folder:
        copy = copied(file, Path(folder))
        earlier = _round_of(copy, path, round_, name)
        with _opened(copy, path, earlier) as ledger:
            yield ledger


def _found(path: Path) -> Path:
    places = [path / place for place in _PLACES] if path.is_dir() else [path]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise OperatorError("compare_nothing" if path.is_dir() else "no_such_file", path=path)
    return found


def surroundings(path: Path) -> Home:
    """Return the home of an earlier ledger, with the archive of its time."""
    data = _found(path).parent
    return Home(data.parent if data.name == "data" else data)


def refuse_unreadable(ledger: Ledger, path: Path) -> None:
    """Raise ``OperatorError`` if rows of an earlier ledger don't fit today's declaration."""
    if not ledger.fits and unreadable(ledger):
        raise _of_another_version(path, ledger.round_)


def _of_another_version(path: Path, round_: Round) -> OperatorError:
    return OperatorError("compare_other_version", path=path, program=__version__, round=round_.key)


def _round_of(copy: Path, path: Path, round_: Round, name: str) -> Round:
    """Return the round of a ledger: the one named, else this round, else one of the program's."""
    try:
        with closing(sqlite3.connect(copy)) as db:
            if "submission" not in tables(db):
                raise OperatorError("compare_no_ledger", path=path)
            keys = round_keys(db)
    except sqlite3.DatabaseError as error:
        raise OperatorError("compare_no_ledger", path=path) from error
    earlier = _named(name) if name else round_ if round_.key in keys or not keys else _known(keys)
    if earlier is None or (keys and earlier.key not in keys):
        raise OperatorError(
            "compare_other_round", path=path, found=", ".join(keys), known=", ".join(available())
        )
    return earlier


def _opened(copy: Path, path: Path, earlier: Round) -> Ledger:
    """Open the copy, migrating it if an older program made it."""
    try:
        return Ledger(copy, earlier, __version__)
    except OperatorError as error:
        if error.key == "ledger_other_layout":
            raise _of_another_version(path, earlier) from error
        raise OperatorError(error.key, **{**error.words, "path": path}) from error


def _named(name: str) -> Round:
    try:
        return load_round(name)
    except NoSuchRoundError as error:
        raise OperatorError("no_such_round", name=error, known=", ".join(available())) from error


def _known(keys: list[str]) -> Round | None:
    rounds = [load_round(key) for key in available() if key in keys]
    return max(rounds, key=lambda each: each.end, default=None)
