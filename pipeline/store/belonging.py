"""Record which round a folder belongs to, and keep commands for other rounds out.

The first command that writes into a folder records it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.machine.files import write_beside
from pipeline.store import journal, migrating
from schemas.round.load import SCHEMAS, NoSuchRoundError, available, load_round
from schemas.round.round import Round


@dataclass(frozen=True)
class FolderRound:
    """A folder's round: its key, and where its declaration is.

    ``folder`` is blank for a round that comes with the program.
    """

    key: str
    folder: str = ""


def kept(home: Home) -> Sequence[FolderRound]:
    """Return the round of a folder, by its record, else by its ledger, else by its journal.

    Empty for a new folder. A ledger of 0.3.1 may have several rounds.
    """
    try:
        # Notepad writes a byte order mark
        return [_read(home.round_file.read_text(encoding="utf-8-sig"))]
    except FileNotFoundError:
        return [
            FolderRound(key)
            for key in _keys_of_ledger(home.ledger) or journal.round_keys(home.journal)
        ]
    except (ValueError, RecursionError) as error:
        raise OperatorError("round_file_broken", path=home.round_file) from error


def _read(text: str) -> FolderRound:
    """Return the round that a record tells; raises ``ValueError`` for any other text."""
    match json.loads(text):
        case {"round": str(key), "folder": str(folder)} if key:
            return FolderRound(key, folder)
    raise ValueError("no record of a round")


def _keys_of_ledger(path: Path) -> list[str]:
    """Return the keys of the rounds in a ledger, without changing it.

    A damaged ledger gives none: opening it tells what is wrong.
    """
    if not path.is_file():
        return []
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            return migrating.round_keys(db)
    except sqlite3.Error:
        return []


def round_for(home: Home, asked: str | None) -> Round:
    """Return the round for a command: the one asked for, else the folder's own, else the newest.

    Raises ``OperatorError`` if the folder is of another round than asked for, or if its round's
    declaration can't be found.
    """
    known = kept(home)
    if asked is None:
        return _own(home, known)
    own = next((each for each in known if each.key == asked and home.round_file.exists()), None)
    round_ = _declared(home, own) if own else round_named(asked)
    refuse_another(home, round_)
    return round_


def _own(home: Home, known: Sequence[FolderRound]) -> Round:
    """Return the folder's own round; without any, the newest.

    A ledger without a record tells only keys. If it has several, the newest round that comes with
    the program is taken, where it is among them.
    """
    if home.round_file.exists():
        return _declared(home, known[0])
    newest = load_round()
    return (
        newest
        if not known or newest.key in {each.key for each in known}
        else _declared(home, known[0])
    )


def _declared(home: Home, own: FolderRound) -> Round:
    """Load the declaration of a folder's round.

    Raises ``OperatorError`` if it is gone, or if another round's declaration is in its place.
    """
    where = home.root / own.folder if own.folder else SCHEMAS / own.key
    gone = OperatorError(
        "round_gone", path=home.root, round=own.key, folder=where if own.folder else "?"
    )
    try:
        round_ = load_round(where)
    except NoSuchRoundError as error:
        raise gone from error
    if round_.key != own.key:
        raise gone
    return round_


def round_named(name: str) -> Round:
    """Return the round of this name or folder; raises ``OperatorError`` if there is none."""
    try:
        return load_round(name)
    except NoSuchRoundError as error:
        raise OperatorError("no_such_round", name=error, known=", ".join(available())) from error


def refuse_another(home: Home, round_: Round) -> None:
    """Raise ``OperatorError`` if a folder is of another round."""
    keys = [each.key for each in kept(home)]
    if not keys or round_.key in keys:
        return
    in_ledger = _keys_of_ledger(home.ledger)
    if in_ledger and not {*keys} & {*in_ledger}:
        raise _at_odds(home, keys, in_ledger)
    raise OperatorError("other_round", path=home.root, kept=", ".join(keys), asked=round_.key)


def refuse_ledger_of_another(home: Home, round_: Round) -> None:
    """Raise ``OperatorError`` if a folder's ledger lacks the round in the folder's record."""
    in_ledger = _keys_of_ledger(home.ledger)
    if in_ledger and round_.key not in in_ledger:
        raise _at_odds(home, [round_.key], in_ledger)


def _at_odds(home: Home, keys: Sequence[str], in_ledger: Sequence[str]) -> OperatorError:
    """Return the error for a record and a ledger of different rounds.

    It names both files: one of them must go.
    """
    words = {
        "path": home.round_file,
        "ledger": home.ledger,
        "kept": ", ".join(keys),
        "held": ", ".join(in_ledger),
    }
    return OperatorError("round_at_odds", **words)


def claim(home: Home, round_: Round) -> None:
    """Record that a folder is of this round; raises ``OperatorError`` if it is of another."""
    refuse_another(home, round_)
    record = {"round": round_.key, "folder": _where(home, round_.folder)}
    write_beside(
        home.round_file, (json.dumps(record, ensure_ascii=False) + "\n").encode(), lasting=True
    )


def _where(home: Home, folder: Path) -> str:
    """Return where a round's folder is, for the record.

    Blank if it comes with the program. Relative if it is in the home: both may be moved together.
    """
    if folder.parent == SCHEMAS.resolve():
        return ""
    return (
        folder.relative_to(home.root).as_posix()
        if folder.is_relative_to(home.root)
        else str(folder)
    )
