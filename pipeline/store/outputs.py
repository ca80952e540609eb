"""Write files for people: whole or not at all, and never over what a person changed.

A record beside the ledger has the hashes that each file may have. A line is added before its file
gets its name, so that what a killed run wrote is known as ours. A file unknown to the record (of a
program before 0.5.0) is written over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.home import Home
from pipeline.machine.files import Content, made_like_above, put_in_place, sha256_of, write_beside

CHANGED = " (đã sửa{number})"
"""Added to the name of a file that a person changed ("đã sửa": changed)."""
OLD_LIST = ".da-ghi"
"""A list of what was written into a folder, kept there by programs before 0.5."""


@dataclass
class Record:
    """The content of the record. Paths are relative to the home, which may be moved."""

    hashes: dict[str, set[str]] = field(default_factory=dict)
    """The SHA-256 that each file has if nobody changed it. Several while it is being written."""
    grounds: dict[str, str] = field(default_factory=dict)
    """What each letter rests on, as its writer worded it. With other grounds it is no longer
    true."""
    unfinished: set[str] = field(default_factory=set)
    """Commands whose outputs aren't all written: killed, failed or running."""
    kept: dict[str, str] = field(default_factory=dict)
    """Files that a person changed, under the name that they were given, until the operator is
    told."""

    def lines(self) -> Iterator[dict[str, str]]:
        """Yield all of it as lines, in order."""
        for name, hashes in sorted(self.hashes.items()):
            yield from ({"file": name, "sha256": each} for each in sorted(hashes))
        yield from (
            {"letter": name, "grounds": grounds} for name, grounds in sorted(self.grounds.items())
        )
        yield from ({"unfinished": command} for command in sorted(self.unfinished))
        yield from ({"kept": kept, "of": name} for kept, name in sorted(self.kept.items()))

    def take(self, line: Any) -> None:
        """Take in what a line says; skip an unknown line."""
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
    """Read a folder's record; empty without one. A line cut off by a kill is skipped."""
    record = Record()
    if home.outputs_record.is_file():
        for line in home.outputs_record.read_text(encoding="utf-8", errors="replace").split("\n"):
            with suppress(ValueError, RecursionError):
                record.take(json.loads(line))
    return record


def told(home: Home, kept: list[str]) -> None:
    """Note that the operator has been told of these files.

    If that can't be noted, they are told again.
    """
    with suppress(OSError):
        for name in kept:
            _add(home, {"told": name})


class Outputs:
    """Writes the files of one command."""

    def __init__(self, home: Home, record: Record) -> None:
        self._home, self._record = home, record

    def write(self, path: Path, content: Content) -> Path:
        """Give a file this content.

        One that a person changed is kept beside, and the operator told.
        """
        name, sha256 = self._name(path), sha256_of(content)
        before = sha256_of(path) if path.is_file() else None
        if before is not None and before != sha256 and self._is_changed(name, before):
            self._keep(path, before)
        self._note(name, sha256)
        if before != sha256:
            made_like_above(path.parent)
            put_in_place(path, content)
        self._record.hashes[name] = {sha256}
        return path

    def remove(self, path: Path) -> None:
        """Delete a file. One that a person changed is kept beside, and the operator told."""
        name = self._name(path)
        if path.is_file():
            sha256 = sha256_of(path)
            if self._is_changed(name, sha256):
                self._keep(path, sha256)
            path.unlink(missing_ok=True)
        self._record.hashes.pop(name, None)
        self._record.grounds.pop(name, None)

    def grounds_of(self, path: Path) -> str:
        """Return what the letter at ``path`` rests on; blank if unknown."""
        return self._record.grounds.get(self._name(path), "")

    def rest(self, path: Path, grounds: str) -> None:
        """Note what the letter at ``path`` rests on."""
        if self.grounds_of(path) != grounds:
            self._record.grounds[self._name(path)] = grounds
            _add(self._home, {"letter": self._name(path), "grounds": grounds})

    def is_ours(self, path: Path, content: bytes) -> bool:
        """Whether the program wrote a file of this content there, even if it was changed since."""
        return sha256_of(content) in self._record.hashes.get(self._name(path), ())

    def written_into(self, folder: Path) -> set[str]:
        """Return the names of files in a folder that are ours, by the record or an older list."""
        self._adopt(folder)
        return {
            path.name
            for path in map(self._home.root.joinpath, self._record.hashes)
            if path.parent == folder
        }

    def _adopt(self, folder: Path) -> None:
        """Take over the list that programs before 0.5 kept in a folder: its files are ours."""
        listing = folder / OLD_LIST
        if not listing.is_file():
            return
        for path in (
            folder / name
            for name in listing.read_text(encoding="utf-8", errors="replace").split("\n")
            if name
        ):
            if path.is_file() and self._name(path) not in self._record.hashes:
                self._note(self._name(path), sha256_of(path))
        listing.unlink()

    def _is_changed(self, name: str, sha256: str) -> bool:
        ours = self._record.hashes.get(name)
        return ours is not None and sha256 not in ours

    def _keep(self, path: Path, sha256: str) -> None:
        """Give a changed file another name, unless a kept one has the same content.

        Recorded before it is done: a kill may come between.
        """
        kept = _free_name(path, sha256)
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
    """Write the outputs of a command, as the only writer. It is "unfinished" until the block ends.

    ``everything``: False for a command on some agencies only. That one doesn't complete a killed
    command on all.
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
    """Return the files that a person changed since they were written."""
    found = (
        (name, home.root / name, hashes) for name, hashes in sorted(recorded(home).hashes.items())
    )
    return [
        name for name, path, hashes in found if path.is_file() and sha256_of(path) not in hashes
    ]


def gone(home: Home) -> list[str]:
    """Return the files that were written and are gone."""
    return [name for name in sorted(recorded(home).hashes) if not (home.root / name).exists()]


def begin(home: Home) -> None:
    """Start a record in a folder that has none."""
    if not home.outputs_record.exists():
        _write(home, Record())


def _write(home: Home, record: Record) -> None:
    text = "".join(_line(each) for each in record.lines())
    write_beside(home.outputs_record, text.encode(), lasting=True)


def _add(home: Home, line: dict[str, str]) -> None:
    """Append a line to the record. It starts with a newline, in case a kill left half a line."""
    with home.outputs_record.open("ab") as file:
        file.write(f"\n{_line(line)}".encode())


def _line(said: dict[str, str]) -> str:
    return json.dumps(said, ensure_ascii=False) + "\n"


def _free_name(path: Path, sha256: str) -> Path:
    """Return the name for keeping a changed file: a free one, or of a file with equal content."""
    kept, number = path.with_stem(path.stem + CHANGED.format(number="")), 1
    while kept.exists() and not (kept.is_file() and sha256_of(kept) == sha256):
        number += 1
        kept = path.with_stem(path.stem + CHANGED.format(number=f" {number}"))
    return kept
