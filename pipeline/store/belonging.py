"""Which round a folder belongs to: the first command that writes into it says so, and no other round is let in."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import OperatorError
from pipeline.home import Home, write_beside
from pipeline.store import migrating
from schemas.round.load import SCHEMAS, NoSuchRoundError, available, load_round
from schemas.round.round import Round


@dataclass(frozen=True)
class Belonging:
    """The key of a folder's round; ``folder``: where its declaration lies, blank for a round that comes with the program."""

    key: str
    folder: str = ""


def kept(home: Home) -> Sequence[Belonging]:
    """The round of a folder, as its record or else its ledger says. None of a new folder; a ledger of 0.3.1 may hold several."""
    try:
        said = json.loads(home.round_file.read_text(encoding="utf-8"))
        return [Belonging(said["round"], said["folder"])]
    except FileNotFoundError:
        return [Belonging(key) for key in _keys_of_ledger(home.ledger)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OperatorError("round_file_broken", path=home.round_file) from error


def _keys_of_ledger(path: Path) -> list[str]:
    """The rounds in a ledger, which is only looked at. What is wrong with it is said when it is opened."""
    if not path.is_file():
        return []
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            return migrating.round_keys(db)
    except sqlite3.Error:
        return []


def round_for(home: Home, asked: str | None) -> Round:
    """The round that a command works with in a folder: the one asked for, else the folder's own, else the newest.

    Raises ``OperatorError`` where the folder is of another round than asked for, or its round's declaration isn't to be found.
    """
    known = kept(home)
    if asked is None:
        return _own(home, known)
    own = next((each for each in known if each.key == asked), None)
    round_ = _declared(home, own) if own and own.folder else round_named(asked)
    refuse_another(home, round_)
    return round_


def _own(home: Home, known: Sequence[Belonging]) -> Round:
    newest = load_round()
    if not known or newest.key in {each.key for each in known}:
        return newest
    return _declared(home, known[0])


def _declared(home: Home, own: Belonging) -> Round:
    """The declaration of a folder's own round."""
    try:
        return load_round(home.root / own.folder if own.folder else own.key)
    except NoSuchRoundError as error:
        where = home.root / own.folder if own.folder else "?"
        raise OperatorError("round_gone", path=home.root, round=own.key, folder=where) from error


def round_named(name: str) -> Round:
    """The round of a name or folder, whatever folder is worked in; raises ``OperatorError`` where there is none."""
    try:
        return load_round(name)
    except NoSuchRoundError as error:
        raise OperatorError("no_such_round", name=error, known=", ".join(available())) from error


def refuse_another(home: Home, round_: Round) -> None:
    """Raise ``OperatorError`` where a folder is of another round."""
    keys = [each.key for each in kept(home)]
    if keys and round_.key not in keys:
        raise OperatorError("other_round", path=home.root, kept=", ".join(keys), asked=round_.key)


def claim(home: Home, round_: Round) -> None:
    """Let a folder be of this round from now on; raises ``OperatorError`` where it is of another."""
    refuse_another(home, round_)
    record = {"round": round_.key, "folder": _where(home, round_.folder)}
    write_beside(home.round_file, (json.dumps(record, ensure_ascii=False) + "\n").encode())


def _where(home: Home, folder: Path) -> str:
    """Where a round's folder is: blank within the program; seen from the home where it lies in it, for both may be moved together."""
    if folder.parent == SCHEMAS.resolve():
        return ""
    return folder.relative_to(home.root).as_posix() if folder.is_relative_to(home.root) else str(folder)
