"""Lettering: what all letters have in common, whatever they are about: the day that each bears, and that none stays which nobody needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import OperatorError
from pipeline.store.outputs import Outputs
from schemas.words import dmy


def dated(out: Outputs, letter: Path, made: Callable[[dt.date], Mapping[str, bytes]], today: dt.date) -> Mapping[str, bytes]:
    """The files that are ``made`` of a day, by their endings: of ``today``, or of the day of the ``letter`` that lies there where no more would change."""
    from pipeline.office.letter import day_of  # here, for it loads all that writes letters, which collecting doesn't need

    before = day_of(letter)
    if before is not None and before != today:
        files = made(before)
        if all(out.is_ours(letter.with_suffix(f".{ending}"), content) for ending, content in files.items()):
            return files
    return made(today)


@dataclass(frozen=True)
class Asked:
    """Before which day letters ask for something, where an operator says so: now, or when a letter was written that still holds."""

    out: Outputs
    now: dt.date | None = None

    def before(self, letter: Path, grounds: str) -> dt.date | None:
        """Before which day the ``letter`` asks that rests on these grounds."""
        if self.now is not None:
            return self.now
        held, _, asked = self.out.grounds_of(letter).partition(" ")
        return dt.date.fromisoformat(asked) if asked and held == grounds else None

    def note(self, letter: Path, grounds: str) -> None:
        """Note what the ``letter`` rests on and asks for, once it is written."""
        asked = self.before(letter, grounds)
        self.out.rest(letter, f"{grounds} {asked.isoformat()}" if asked else grounds)


def refuse_early(asked: dt.date | None, deadlines: Iterable[dt.date]) -> None:
    """Raise ``OperatorError`` where letters are to ask for something before the deadline of everybody whom they concern."""
    first = min(deadlines, default=None)
    if asked is not None and first is not None and asked < first:
        raise OperatorError("asked_too_early", day=dmy(asked), deadline=dmy(first))


@contextmanager
def only(out: Outputs, folder: Path, agencies: Container[str] | None) -> Iterator[Callable[[str, bytes], None]]:
    """Write files into a folder and, at the end, take away what earlier runs wrote for agencies (all, or these) that get nothing any more.

    Nothing of others is touched: the record of outputs says what is ours.
    """
    before, fresh = out.written_into(folder), set[str]()

    def write(name: str, content: bytes) -> None:
        fresh.add(name)
        out.write(folder / name, content)

    yield write
    for name in before - fresh:
        code, _, ending = name.rpartition(".")
        is_draft_of_letter = ending == "eml" and f"{code}.docx" in fresh  # it is written anew with its letter (stages.drafting)
        if (agencies is None or code in agencies) and not is_draft_of_letter:
            out.remove(folder / name)
