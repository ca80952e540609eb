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
from pipeline.store import journal, migrating
from schemas.round.load import SCHEMAS, NoSuchRoundError, available, load_round
from schemas.round.round import Round


@dataclass(frozen=True)
class Belonging:
    """The key of a folder's round; ``folder``: where its declaration lies, blank for a round that comes with the program."""

    key: str
    folder: str = ""


def kept(home: Home) -> Sequence[Belonging]:
    """The round of a folder, as its record or else its ledger or journal says. None of a new folder; a ledger of 0.3.1 may hold several."""
    try:
        return [_read(home.round_file.read_text(encoding="utf-8-sig"))]  # Notepad puts a mark before the text
    except FileNotFoundError:
        return [Belonging(key) for key in _keys_of_ledger(home.ledger) or journal.round_keys(home.journal)]
    except (ValueError, RecursionError) as error:
        raise OperatorError("round_file_broken", path=home.round_file) from error


def _read(text: str) -> Belonging:
    """The round that the text of a record tells; raises ``ValueError`` for any other text."""
    match json.loads(text):
        case {"round": str(key), "folder": str(folder)} if key:
            return Belonging(key, folder)
    raise ValueError("no record of a round")


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
    own = next((each for each in known if each.key == asked and home.round_file.exists()), None)
    round_ = _declared(home, own) if own else round_named(asked)
    refuse_another(home, round_)
    return round_


def _own(home: Home, known: Sequence[Belonging]) -> Round:
    """The round of the record. A ledger alone tells keys only: where it holds several, the newest that comes with the program is meant."""
    if home.round_file.exists():
        return _declared(home, known[0])
    newest = load_round()
    return newest if not known or newest.key in {each.key for each in known} else _declared(home, known[0])


def _declared(home: Home, own: Belonging) -> Round:
    """The declaration of a folder's own round; raises ``OperatorError`` where it is gone, or another round's lies in its place."""
    where = home.root / own.folder if own.folder else SCHEMAS / own.key
    gone = OperatorError("round_gone", path=home.root, round=own.key, folder=where if own.folder else "?")
    try:
        round_ = load_round(where)
    except NoSuchRoundError as error:
        raise gone from error
    if round_.key != own.key:
        raise gone
    return round_


def round_named(name: str) -> Round:
    """The round of a name or folder, whatever folder is worked in; raises ``OperatorError`` where there is none."""
    try:
        return load_round(name)
    except NoSuchRoundError as error:
        raise OperatorError("no_such_round", name=error, known=", ".join(available())) from error


def refuse_another(home: Home, round_: Round) -> None:
    """Raise ``OperatorError`` where a folder is of another round."""
    keys = [each.key for each in kept(home)]
    if not keys or round_.key in keys:
        return
    in_ledger = _keys_of_ledger(home.ledger)
    if in_ledger and not {*keys} & {*in_ledger}:
        raise _at_odds(home, keys, in_ledger)
    raise OperatorError("other_round", path=home.root, kept=", ".join(keys), asked=round_.key)


def refuse_ledger_of_another(home: Home, round_: Round) -> None:
    """Raise ``OperatorError`` where a folder's ledger holds nothing of the round that its record tells."""
    in_ledger = _keys_of_ledger(home.ledger)
    if in_ledger and round_.key not in in_ledger:
        raise _at_odds(home, [round_.key], in_ledger)


def _at_odds(home: Home, keys: Sequence[str], in_ledger: Sequence[str]) -> OperatorError:
    """The error of a record and a ledger of different rounds: it names both files, for one of them must go."""
    words = {"path": home.round_file, "ledger": home.ledger, "kept": ", ".join(keys), "held": ", ".join(in_ledger)}
    return OperatorError("round_at_odds", **words)


def claim(home: Home, round_: Round) -> None:
    """Let a folder be of this round from now on; raises ``OperatorError`` where it is of another."""
    refuse_another(home, round_)
    record = {"round": round_.key, "folder": _where(home, round_.folder)}
    write_beside(home.round_file, (json.dumps(record, ensure_ascii=False) + "\n").encode(), lasting=True)


def _where(home: Home, folder: Path) -> str:
    """Where a round's folder is: blank within the program; seen from the home where it lies in it, for both may be moved together."""
    if folder.parent == SCHEMAS.resolve():
        return ""
    return folder.relative_to(home.root).as_posix() if folder.is_relative_to(home.root) else str(folder)
