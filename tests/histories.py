"""Random histories of a folder: returns come, come again, are re-dated; an operator decides.

And what the folder's ledger then holds.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import sqlite3
import zipfile
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

from pipeline import run
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.model import Choice
from pipeline.stages import deciding
from pipeline.store.decisions import Grounds
from schemas.round.round import Round
from tests.books import filled, round_of

AGENCIES = ("T96", "T01", "BYT")
ROWS = """period|sector|locality|level|subject|behaviour|cases|persons|handled|pending|unhandled
2022|LV01|T96|TINH|CC_LD|HV2|2|{persons}|0|{pending}|0"""
CONTACT = {"contact": "x", "phone": "x", "email": "x"}
DAYS = [dt.date(2023, 9, day) for day in range(10, 31)]
VOLATILE = {"rejudged", "remark"}
"""Tables of what is still to be told; they hold nothing that must survive a lost ledger."""

Step = Callable[["Operator"], None]


@cache
def returns() -> dict[str, bytes]:
    """Return files by name: three returns per agency, every third with an error.

    Also an unreadable file, one of no agency, and a zip with one more return.
    """
    round_, files = round_of("cv4874"), dict[str, bytes]()
    for agency in AGENCIES:
        for number in range(1, 4):
            rows = ROWS.format(persons=number + 3, pending=number + 3 - (number == 3))
            files[f"{agency}-{number}.xlsx"] = filled(round_, agency, manifestations=rows)
    files["chữ.xlsx"] = "chữ".encode()
    files["đứt.xlsx"] = files["T96-1.xlsx"][:5000]
    return files


class Operator:
    """Acts by chance in one folder; ``steps`` records what it did."""

    def __init__(self, home: Home, seed: int) -> None:
        self.home, self.chance, self.round_ = home, random.Random(seed), round_of("cv4874")
        self.steps: list[str] = []

    def work(self, steps: int) -> None:
        """Collect, take ``steps`` steps (refused ones count); at the end judge all that waits."""
        self.collect()
        for _ in range(steps):
            step = self.chance.choice(STEPS)
            self.steps.append(step.__name__)
            try:
                step(self)
            except OperatorError as error:
                self.steps.append(error.key)
        run.collect(self.home, self.round_)

    def collect(self) -> None:
        """Put some returns into a folder, some of them sent before, and collect it."""
        folder = self.chance.choice(
            [self.home.incoming, self.home.incoming / "đợt 2", self.home.root / "khác"]
        )
        for name in self.chance.sample(sorted(returns()), self.chance.randint(1, 4)):
            self.put(folder / self.chance.choice([name, name, f"bản sao {name}"]), returns()[name])
        run.collect(self.home, self.round_, [folder])

    def collect_zip(self) -> None:
        """Collect a zip of one more return."""
        path, name = (
            self.home.root / f"{self.chance.randrange(9)}.zip",
            self.chance.choice(sorted(returns())),
        )
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(
                zipfile.ZipInfo(name, (*self._day().timetuple()[:3], 8, 0, 0)), returns()[name]
            )
        run.collect(self.home, self.round_, [path])

    def date(self) -> None:
        """Collect a file again with another receipt date."""
        at = dt.datetime.combine(self._day(), dt.time(), self.round_.timezone)
        run.collect(self.home, self.round_, [self.chance.choice(self._files())], received=at)

    def register(self) -> None:
        """Change receipt dates in the register of the incoming folder."""
        named = self.chance.sample(sorted(returns()), 3)
        lines = ["file,date,note", *(f"{name},{self._day()}," for name in named)]
        (self.home.incoming / "nhan.csv").write_text("\n".join(lines), encoding="utf-8")
        run.collect(self.home, self.round_)

    def pin(self) -> None:
        """Pin a return, or revoke that."""
        deciding.on_submission(self.home, self.round_, Choice.PIN, self._hash(), self._grounds())

    def exclude(self) -> None:
        """Exclude a return, or revoke that."""
        deciding.on_submission(
            self.home, self.round_, Choice.EXCLUDE, self._hash(), self._grounds()
        )

    def waive(self) -> None:
        """Waive a rule for an agency, or revoke that."""
        deciding.waive(
            self.home,
            self.round_,
            self._agency(),
            self.chance.choice(["R01", "N04"]),
            self._grounds(),
            self.chance.choice(["", "W"]),
        )

    def map_column(self) -> None:
        """Map a title to a column, or revoke that."""
        deciding.map_column(
            self.home,
            self.round_,
            self._agency(),
            "Tổng lượt",
            "manifestations.cases",
            self._grounds(),
        )

    def excuse(self) -> None:
        """Excuse an agency, or revoke that."""
        deciding.excuse(self.home, self.round_, self._agency(), self._grounds())

    def assign(self) -> None:
        """Assign a file to an agency, or revoke that."""
        deciding.assign(self.home, self.round_, self._hash(), self._agency(), self._grounds())

    def dismiss(self) -> None:
        """Dismiss a file, or revoke that."""
        deciding.dismiss(self.home, self.round_, self._hash(), self._grounds())

    def extend(self) -> None:
        """Extend the deadline of all agencies or of one, or revoke that."""
        codes = self.chance.choice([[], [self._agency()]])
        deciding.extend(
            self.home,
            self.round_,
            codes,
            dt.date(2023, 9, self.chance.randint(10, 20)),
            self._grounds(),
        )

    def put(self, path: Path, content: bytes) -> None:
        """Write a file, last changed on a random day."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        at = dt.datetime.combine(self._day(), dt.time(9), self.round_.timezone).timestamp()
        os.utime(path, (at, at))

    def _day(self) -> dt.date:
        return self.chance.choice(DAYS)

    def _agency(self) -> str:
        return self.chance.choice(AGENCIES)

    def _files(self) -> list[Path]:
        return sorted(
            path for path in self.home.root.rglob("*.xlsx") if self.home.archive not in path.parents
        )

    def _hash(self) -> str:
        return self.chance.choice(sorted(path.name for path in self.home.archive.iterdir()))

    def _grounds(self) -> Grounds:
        until = self.chance.choice([None, self._day()])
        return Grounds("Lý do", "Người trực", "Vụ trưởng", until, undo=self.chance.random() < 0.3)


STEPS: list[Step] = [
    *(Operator.collect, Operator.collect, Operator.collect_zip, Operator.date, Operator.register),
    *(Operator.pin, Operator.exclude, Operator.waive, Operator.map_column, Operator.excuse),
    *(Operator.assign, Operator.dismiss, Operator.extend),
]


def tables(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of all tables of a ledger, without what was told or is still to be told."""
    with closing(sqlite3.connect(path)) as db:
        names = [
            name
            for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'")
            if name not in VOLATILE
        ]
        found = {
            name: sorted(map(tuple, db.execute(f'SELECT * FROM "{name}"')), key=repr)
            for name in names
        }
    # not what was said or written
    found["mark"] = [row for row in found["mark"] if row[0].startswith(("invented", "compared:"))]
    return found


def ledger_files(home: Home) -> list[Path]:
    """Return the files in which SQLite keeps a folder's ledger."""
    return sorted(home.ledger.parent.glob(f"{home.ledger.name}*"))


def lose_ledger(home: Home) -> dict[str, list[tuple[Any, ...]]]:
    """Delete a folder's ledger; return what it held."""
    held = tables(home.ledger)
    for path in ledger_files(home):
        path.unlink()
    return held


def collected(home: Home, round_: Round, *names: str) -> Home:
    """Collect these returns (all if none is named) in a folder."""
    operator = Operator(home, 0)
    for name in names or returns():
        operator.put(home.incoming / name, returns()[name])
    run.collect(home, round_)
    return home


def collected_in_all_ways(
    paths: Sequence[Path],
    beside: Path,
    round_: Round,
    seed: int,
    state: Callable[[Home, Round], Any],
) -> tuple[Any, Any, Any]:
    """Return a folder's ``state`` after collecting files in three ways.

    All at once; a few at a time in random order; and then all once more.
    """
    chance, at_once, by_and_by = (
        random.Random(seed),
        Home(beside / "at once"),
        Home(beside / "by and by"),
    )
    run.collect(at_once, round_, [paths[0].parent])
    for some in _parts(chance.sample(paths, len(paths)), chance):
        run.collect(by_and_by, round_, some)
    first = state(by_and_by, round_)
    run.collect(by_and_by, round_, paths)
    return state(at_once, round_), first, state(by_and_by, round_)


def _parts(paths: Sequence[Path], chance: random.Random) -> list[Sequence[Path]]:
    cuts = sorted(chance.sample(range(1, len(paths)), chance.randint(0, len(paths) - 1)))
    return [paths[start:end] for start, end in zip([0, *cuts], [*cuts, len(paths)], strict=True)]
