"""What all letters have in common: their date, and deleting those that nobody needs any more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import OperatorError
from pipeline.store.outputs import Outputs
from schemas.words import dmy


def dated(
    out: Outputs, letter: Path, made: Callable[[dt.date], Mapping[str, bytes]], today: dt.date
) -> Mapping[str, bytes]:
    """Return a letter's files by ending, dated today, or as before if nothing else changed.

    ``made`` makes them for a day. Otherwise every day's run would rewrite all letters.
    """
    # here: loads all that writes letters, which collecting doesn't need
    from pipeline.office.letter import day_of

    before = day_of(letter)
    if before is not None and before != today:
        files = made(before)
        if all(
            out.is_ours(letter.with_suffix(f".{ending}"), content)
            for ending, content in files.items()
        ):
            return files
    return made(today)


@dataclass(frozen=True)
class ReplyDeadline:
    """The day before which letters ask for something.

    The operator names it now (``now``), or did for an earlier letter that still holds.
    """

    out: Outputs
    now: dt.date | None = None

    def before(self, letter: Path, grounds: str) -> dt.date | None:
        """Return the day named for this ``letter``, if it rests on these grounds; else None."""
        if self.now is not None:
            return self.now
        held, _, asked = self.out.grounds_of(letter).partition(" ")
        return dt.date.fromisoformat(asked) if asked and held == grounds else None

    def note(self, letter: Path, grounds: str) -> None:
        """Note what the ``letter`` rests on and asks for, once it is written."""
        asked = self.before(letter, grounds)
        self.out.rest(letter, f"{grounds} {asked.isoformat()}" if asked else grounds)


def refuse_early(asked: dt.date | None, deadlines: Iterable[dt.date]) -> None:
    """Raise ``OperatorError`` if letters ask for something before all their agencies' deadlines."""
    first = min(deadlines, default=None)
    if asked is not None and first is not None and asked < first:
        raise OperatorError("asked_too_early", day=dmy(asked), deadline=dmy(first))


@contextmanager
def only(
    out: Outputs, folder: Path, agencies: Container[str] | None
) -> Iterator[Callable[[str, bytes], None]]:
    """Write files into a folder; at the end delete earlier ones of agencies that get none now.

    ``agencies`` limits the deleting; None for all. Only files of the record of outputs are touched.
    """
    before, fresh = out.written_into(folder), set[str]()

    def write(name: str, content: bytes) -> None:
        fresh.add(name)
        out.write(folder / name, content)

    yield write
    for name in before - fresh:
        code, _, ending = name.rpartition(".")
        # drafting rewrites it with its letter
        is_draft_of_letter = ending == "eml" and f"{code}.docx" in fresh
        if (agencies is None or code in agencies) and not is_draft_of_letter:
            out.remove(folder / name)
