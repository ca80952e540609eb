"""The journal: a file beside the ledger, with all that the archived files don't tell.

One fact per line, as JSON in UTF-8, with its number and the SHA-256 of the line before it: a line
that was altered, removed or inserted breaks the chain there. Lines are appended under the lock of
the only writer, and synced once per batch.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import OperatorError
from pipeline.machine.files import PRIVATE_FILE, make_names_last, put_in_place, set_rights
from pipeline.store.database import ENDINGS

Fact = Mapping[str, Any]
"""The content of one line: its ``kind``, and the words of that kind."""

ROUND, RECEIVED, PLACED, DECIDED, INVENTED, LETTER = (
    "round",
    "received",
    "placed",
    "decided",
    "invented",
    "letter",
)
"""Kinds of facts: the ledger's round (first line); a file came; where it is; an operator's
decision; the data is invented; a letter was written or sent."""


@dataclass(frozen=True)
class Mark:
    """A line of a journal: its number, where it begins and ends (in bytes), its SHA-256."""

    number: int
    start: int
    end: int
    sha256: str

    @classmethod
    def of(cls, text: str) -> Mark:
        """Return the mark that this text, from the ledger, means."""
        return cls(**json.loads(text))

    def text(self) -> str:
        """Return the text for the ledger."""
        return json.dumps(asdict(self))


BEGINNING = Mark(0, 0, 0, "")
"""The mark before the first line."""


@dataclass(frozen=True)
class Chain:
    """Lines that form an unbroken chain, and what follows them."""

    facts: list[Fact]
    last: Mark
    rest: bytes
    """The bytes after the last of them that don't continue the chain."""

    @property
    def is_torn(self) -> bool:
        """True if the rest is one incomplete line, as a power cut leaves it."""
        line, newline, more = self.rest.partition(b"\n")
        return bool(self.rest) and (not newline or (not more and _parsed(line) is None))


def written(facts: Iterable[Fact], after: Mark) -> tuple[bytes, Mark]:
    """Return the lines of facts that continue after a mark, and the mark of the last line."""
    lines, last = [], after
    for fact in facts:
        told = {"n": last.number + 1, "prev": last.sha256, **fact}
        # a name that isn't UTF-8 has lone surrogates, which JSON writes as \udcXX
        line = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode(
            "utf-8", "backslashreplace"
        )
        last = _next(last, line)
        lines.append(line + b"\n")
    return b"".join(lines), last


def _next(mark: Mark, line: bytes) -> Mark:
    return Mark(
        mark.number + 1, mark.end, mark.end + len(line) + 1, hashlib.sha256(line).hexdigest()
    )


def chain(text: bytes, after: Mark = BEGINNING) -> Chain:
    """Return the chain of lines that continues after a mark."""
    facts: list[Fact] = []
    last, position = after, 0
    while (end := text.find(b"\n", position)) >= 0:
        line = text[position:end]
        fact = _parsed(line)
        if fact is None or (fact.get("n"), fact.get("prev")) != (last.number + 1, last.sha256):
            break
        facts.append(fact)
        last, position = _next(last, line), end + 1
    return Chain(facts, last, text[position:])


def _parsed(line: bytes) -> Fact | None:
    try:
        fact = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return fact if isinstance(fact, dict) else None


# --- the file -------------------------------------------------------------------------------------


def read(path: Path) -> Chain:
    """Return the whole journal at ``path``; without the file, no line."""
    try:
        return chain(path.read_bytes())
    except FileNotFoundError:
        return chain(b"")


def beyond(path: Path, mark: Mark) -> bytes | None:
    """Return the bytes after the marked line; None if that line isn't where it was."""
    try:
        with path.open("rb") as file:
            file.seek(mark.start)
            text = file.read()
    except FileNotFoundError:
        return None
    line, newline, rest = text.partition(b"\n")
    return rest if newline and hashlib.sha256(line).hexdigest() == mark.sha256 else None


def append(path: Path, facts: Iterable[Fact], after: Mark) -> Mark:
    """Append facts after the marked line, which must be the last; sync; return the last mark."""
    lines, last = written(facts, after)
    try:
        with path.open("r+b") as file:
            if file.seek(0, os.SEEK_END) != after.end:
                raise OperatorError("journal_changed", path=path)
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError as error:
        raise OperatorError("journal_changed", path=path) from error
    return last


def cut(path: Path, last: Mark) -> None:
    """Cut off what comes after the marked line."""
    with path.open("r+b") as file:
        file.truncate(last.end)
        os.fsync(file.fileno())


def write_whole(path: Path, text: bytes) -> None:
    """Put a whole journal in place, readable for this account only; it survives a power cut."""
    put_in_place(path, text, lasting=True)
    set_rights(path, PRIVATE_FILE)
    make_names_last(path.parent)


def free_name(path: Path) -> Path:
    """Return a free name for keeping a file aside: ``ledger.old.jsonl``, or with a number.

    For ledgers too: no file of SQLite's beside that name exists either.
    """
    number, name = 1, path.with_suffix(f".old{path.suffix}")
    while any(name.with_name(name.name + ending).exists() for ending in ENDINGS):
        number += 1
        name = path.with_suffix(f".old-{number}{path.suffix}")
    return name


def round_keys(path: Path) -> list[str]:
    """Return the key of the round in a journal's first line, as a list; empty without one."""
    return [
        str(fact["key"])
        for fact in read(path).facts[:1]
        if fact.get("kind") == ROUND and fact.get("key")
    ]


def tells_something(path: Path) -> bool:
    """True if a journal has facts other than its round."""
    return any(fact.get("kind") != ROUND for fact in read(path).facts)
