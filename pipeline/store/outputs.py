"""What is written for people: whole or not at all, and never over what a person changed. A record beside the ledger holds each file's hash.

A line is added to the record before its file gets its name, so that what a killed run wrote is known as ours. Of each file those hashes are
kept that it may have; a file that the record doesn't know (of a program before 0.5.0) is written over.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.home import Home, made_like_above, put_in_place, write_beside

CHANGED = " (đã sửa{number})"
"""What is added to the name of a file that a person changed."""
OLD_LIST = ".da-ghi"
"""The list of what was written into a folder, as programs before 0.5 kept it there."""


@dataclass
class Record:
    """What the record says. Paths are as seen from the home, which may be moved."""

    hashes: dict[str, set[str]] = field(default_factory=dict)
    """The SHA-256 that each file may have where nobody changed it."""
    grounds: dict[str, str] = field(default_factory=dict)
    """What letters rest on, as who wrote them put it: with other grounds a letter is no longer true."""
    unfinished: set[str] = field(default_factory=set)
    """Commands whose outputs aren't all written: killed, failed, or at work now."""
    kept: dict[str, str] = field(default_factory=dict)
    """Files that a person changed, by the name under which they are kept, as long as the operator hasn't been told."""

    def lines(self) -> Iterator[dict[str, str]]:
        """All of it, in order."""
        for name, hashes in sorted(self.hashes.items()):
            yield from ({"file": name, "sha256": each} for each in sorted(hashes))
        yield from ({"letter": name, "grounds": grounds} for name, grounds in sorted(self.grounds.items()))
        yield from ({"unfinished": command} for command in sorted(self.unfinished))
        yield from ({"kept": kept, "of": name} for kept, name in sorted(self.kept.items()))

    def take(self, line: Any) -> None:
        """Note what a line says; one that says nothing known is passed over."""
        match line:
            case {"file": str(name), "sha256": str(sha256)}:
                self.hashes.setdefault(name, set()).add(sha256)
            case {"letter": str(name), "grounds": str(grounds)}:
                self.grounds[name] = grounds
            case {"unfinished": str(command)}:
                self.unfinished.add(command)
            case {"kept": str(kept), "of": str(name)}:
                self.kept[kept] = name
            case {"told": str(kept)}:
                self.kept.pop(kept, None)


def recorded(home: Home) -> Record:
    """What the record of a folder says; nothing where there is none. A line that a kill cut off is passed over."""
    record = Record()
    if home.outputs_record.is_file():
        for line in home.outputs_record.read_text(encoding="utf-8", errors="replace").split("\n"):
            with suppress(ValueError, RecursionError):
                record.take(json.loads(line))
    return record


def told(home: Home, kept: list[str]) -> None:
    """Note that the operator has been told of these files; where that can't be noted, they are told again."""
    with suppress(OSError):
        for name in kept:
            _add(home, {"told": name})


class Outputs:
    """Writes the files of one command."""

    def __init__(self, home: Home, record: Record) -> None:
        self._home, self._record = home, record

    def write(self, path: Path, content: bytes) -> Path:
        """Give a file this content; one that a person changed since is kept beside, and the operator is told."""
        name, sha256 = self._name(path), _sha256(content)
        before = path.read_bytes() if path.is_file() else None
        if before is not None and before != content and self._is_changed(name, before):
            self._keep(path, before)
        self._note(name, sha256)
        if before != content:
            made_like_above(path.parent)
            put_in_place(path, content)
        self._record.hashes[name] = {sha256}
        return path

    def remove(self, path: Path) -> None:
        """Take a file away; one that a person changed since is kept beside, and the operator is told."""
        name = self._name(path)
        if path.is_file():
            content = path.read_bytes()
            if self._is_changed(name, content):
                self._keep(path, content)
            path.unlink(missing_ok=True)
        self._record.hashes.pop(name, None)
        self._record.grounds.pop(name, None)

    def grounds_of(self, path: Path) -> str:
        """What the letter there rests on; blank where that isn't known."""
        return self._record.grounds.get(self._name(path), "")

    def rest(self, path: Path, grounds: str) -> None:
        """Note what the letter there rests on."""
        if self.grounds_of(path) != grounds:
            self._record.grounds[self._name(path)] = grounds
            _add(self._home, {"letter": self._name(path), "grounds": grounds})

    def is_ours(self, path: Path, content: bytes) -> bool:
        """Whether a file of this content is what the program wrote there, whatever became of it since."""
        return _sha256(content) in self._record.hashes.get(self._name(path), ())

    def written_into(self, folder: Path) -> set[str]:
        """The names of the files in a folder that are ours. What a list of an older program tells there is taken into the record."""
        self._adopt(folder)
        return {path.name for path in map(self._home.root.joinpath, self._record.hashes) if path.parent == folder}

    def _adopt(self, folder: Path) -> None:
        """Take over the list that programs before 0.5 kept in a folder: what it names is ours as it is."""
        listing = folder / OLD_LIST
        if not listing.is_file():
            return
        for path in (folder / name for name in listing.read_text(encoding="utf-8", errors="replace").split("\n") if name):
            if path.is_file() and self._name(path) not in self._record.hashes:
                self._note(self._name(path), _sha256(path.read_bytes()))
        listing.unlink()

    def _is_changed(self, name: str, content: bytes) -> bool:
        ours = self._record.hashes.get(name)
        return ours is not None and _sha256(content) not in ours

    def _keep(self, path: Path, content: bytes) -> None:
        """Give a changed file another name, or none where it is kept already; told before it is done, for a kill may come between."""
        kept = _free_name(path, content)
        self._record.kept[self._name(kept)] = self._name(path)
        _add(self._home, {"kept": self._name(kept), "of": self._name(path)})
        if not kept.exists():
            path.rename(kept)

    def _note(self, name: str, sha256: str) -> None:
        known = self._record.hashes.setdefault(name, set())
        if sha256 not in known:
            known.add(sha256)
            _add(self._home, {"file": name, "sha256": sha256})

    def _name(self, path: Path) -> str:
        return path.relative_to(self._home.root).as_posix()


@contextmanager
def outputs(home: Home, command: str, *, everything: bool = True) -> Iterator[Outputs]:
    """Write the outputs of a command, as the folder's sole writer. Until the block ends well the command counts as unfinished.

    ``everything`` is false for a command of some agencies only, which doesn't make up for one of all that was killed.
    """
    record = recorded(home)
    was_unfinished = command in record.unfinished
    record.unfinished.add(command)
    _write(home, record)
    yield Outputs(home, record)
    if everything or not was_unfinished:
        record.unfinished.discard(command)
    _write(home, record)


def changed(home: Home) -> list[str]:
    """The files that a person changed since they were written."""
    found = ((name, home.root / name, hashes) for name, hashes in sorted(recorded(home).hashes.items()))
    return [name for name, path, hashes in found if path.is_file() and _sha256(path.read_bytes()) not in hashes]


def gone(home: Home) -> list[str]:
    """The files that were written and are no longer there."""
    return [name for name in sorted(recorded(home).hashes) if not (home.root / name).exists()]


def begin(home: Home) -> None:
    """Begin a record in a folder that has none."""
    if not home.outputs_record.exists():
        _write(home, Record())


def _write(home: Home, record: Record) -> None:
    text = "".join(_line(each) for each in record.lines())
    write_beside(home.outputs_record, text.encode(), lasting=True)


def _add(home: Home, line: dict[str, str]) -> None:
    """Add a line to the record, on a line of its own whatever a kill left of the one before."""
    with home.outputs_record.open("ab") as file:
        file.write(f"\n{_line(line)}".encode())


def _line(said: dict[str, str]) -> str:
    return json.dumps(said, ensure_ascii=False) + "\n"


def _free_name(path: Path, content: bytes) -> Path:
    """The name under which a changed file is kept: one that nothing has, or that the same content has already."""
    kept, number = path.with_stem(path.stem + CHANGED.format(number="")), 1
    while kept.exists() and not (kept.is_file() and kept.read_bytes() == content):
        number += 1
        kept = path.with_stem(path.stem + CHANGED.format(number=f" {number}"))
    return kept


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
