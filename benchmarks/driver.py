"""Measure the driver alone: walk, numbers, ledger, comparisons of ever more workbooks.

Nothing is copied, read or judged but a few returns. All others are these under other stamps, made
on demand (not timed): each is of another agency, in a round of as many agencies. Usage: ``python
benchmarks/driver.py [SIZE…]``; 10,000, 30,000 and 100,000 unless given, each in a process of its
own.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import itertools
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from pipeline.collect.intake.archive import ArchivedFile
from pipeline.collect.intake.copying import Copy, Source
from pipeline.collect.read import Reader
from pipeline.distribute import issue
from pipeline.distribute.fill import Filler, placed
from pipeline.home import Home
from pipeline.model import Received
from pipeline.stages import collecting, comparing
from pipeline.stages.inventing import module_of
from pipeline.stages.ledgers import taking_in
from pipeline.stages.progress import Tell, silent
from pipeline.stages.units import Answer, Job, judge_together
from schemas.round.load import load_round
from schemas.round.round import Round

SIZES = (10_000, 30_000, 100_000)
MADE = 94
"""Returns that are really read and judged."""
FILES = 200
"""Files per answer, as on a cluster."""


def with_agencies(round_: Round, count: int) -> Round:
    """Return the round with ``count`` agencies, like its own in all but code and name."""
    own = round_.in_scope
    many = (
        replace(
            own[at % len(own)], code=f"A{at:07d}", name=f"Cơ quan số {at}", short_name=f"CQ {at}"
        )
        for at in range(count)
    )
    return replace(round_, agencies=tuple(many))


def answer_of(round_: Round) -> Answer:
    """Read and judge returns of different agencies."""
    invented, files = module_of(round_), []
    came = dt.datetime.combine(round_.deadline, dt.time(9), round_.timezone) - dt.timedelta(days=3)
    with tempfile.TemporaryDirectory() as folder:
        reader, readings = Reader(round_, Path(folder)), []
        for code, workbook in issue.workbooks(round_, round_.in_scope[:MADE]):
            each = invented.right_return(round_, round_.by_agency[code])
            path = Path(folder) / f"{code}.xlsx"
            path.write_bytes(Filler(workbook).fill(placed(round_, each.info, each.tables)))
            files.append(Received(path, path.name, code, 0, came, "mtime"))
            readings.append((files[-1], reader.read(path, path.name)))
        return judge_together(Job(round_, Path(folder)), readings)


@dataclass
class Stubbed:
    """An engine that copies, reads and judges nothing: a few results stand for all files."""

    round: Round
    made: Answer
    spent: float = 0.0
    """Its own processor time, in seconds."""
    by_position: dict[str, list[pd.DataFrame]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key, frame in self.made.frames.items():
            parts = dict(list(frame.groupby("submission"))) if len(frame) else {}
            self.by_position[key] = [
                parts.get(position, frame.iloc[:0]) for position in range(len(self.made.files))
            ]

    def begin(self, archive: Path, where: Sequence[Path]) -> None:
        """Do nothing: no file has to be visible."""

    def calls(
        self, function: Callable[..., Any], calls: Iterable[tuple[list[Source], Path]]
    ) -> Iterator[list[Copy | str]]:
        """Say of each file that it was copied."""
        for sources, archive in calls:
            start = time.process_time()
            hashes = [hashlib.sha256(each.place.encode()).hexdigest() for each in sources]
            copies: list[Copy | str] = [
                Copy(ArchivedFile(archive / each, each, 113_000), 1_693_900_000_000_000_000)
                for each in hashes
            ]
            self.spent += time.process_time() - start
            yield copies

    def judge(self, job: Job, files: Iterable[Received], tell: Tell) -> Iterator[Answer]:
        """Give each file the result of one of those that were read."""
        coming, done = iter(files), 0
        while some := list(itertools.islice(coming, FILES)):
            start = time.process_time()
            answer = self._answer(some)
            self.spent += time.process_time() - start
            done += len(some)
            tell(done)
            yield answer

    def _answer(self, files: Sequence[Received]) -> Answer:
        at = [int(Path(each.name).stem) for each in files]
        like = [number % len(self.made.judged) for number in at]
        judged = [
            replace(
                self.made.judged[model],
                id=position,
                reading=replace(self.made.judged[model].reading, agency=f"A{number:07d}"),
            )
            for position, (number, model) in enumerate(zip(at, like, strict=True))
        ]
        return Answer(
            files,
            judged,
            {
                key: self._stamped(key, self._frame(parts, like), at)
                for key, parts in self.by_position.items()
            },
        )

    def _frame(self, parts: Sequence[pd.DataFrame], like: Sequence[int]) -> pd.DataFrame:
        joined = pd.concat([parts[model] for model in like], ignore_index=True)
        return joined.assign(
            submission=np.repeat(np.arange(len(like)), [len(parts[model]) for model in like])
        )

    def _stamped(self, key: str, frame: pd.DataFrame, at: Sequence[int]) -> pd.DataFrame:
        """Give rows decision numbers of their own, as no two agencies make the same decision."""
        keys = [number for table, number, _ in self.round.settings.across.decisions if table == key]
        own = frame["submission"].map(dict(enumerate(map(str, at))))
        return frame.assign(
            **{each: (frame[each] + "/" + own).where(frame[each].notna(), None) for each in keys}
        )


def driven(count: int) -> None:
    """Print what ``count`` workbooks take, in sum and per hundred."""
    round_ = load_round("cv4874")
    made, many = answer_of(round_), with_agencies(round_, count)
    compared = 0.0

    def compare(*arguments: Any, **words: Any) -> Any:
        nonlocal compared
        start = time.process_time()
        result = compare_readable(*arguments, **words)
        compared += time.process_time() - start
        return result

    compare_readable, comparing.compare_readable = (
        comparing.compare_readable,
        functools.wraps(comparing.compare_readable)(compare),
    )
    with tempfile.TemporaryDirectory() as work:
        folder, home = Path(work) / "in", Home(Path(work) / "home")
        folder.mkdir()
        for number in range(count):
            (folder / f"{number:07d}.xlsx").touch()
        engine, begun, before = Stubbed(many, made), time.process_time(), memory()
        with taking_in(home, many) as ledger:
            collected = collecting.take_in(ledger, home, [folder], None, silent, engine)
            spent = time.process_time() - begun - engine.spent
        size = home.ledger.stat().st_size / 2**20
    if collected.accepted != count:
        raise SystemExit(f"{collected.accepted} accepted of {count}")
    own = spent - compared
    print(
        f"{count:,} workbooks: driver {own:.1f} s = {own / count * 1000:.2f} ms each, "
        f"comparisons {compared:.1f} s "
        f"= {compared / count * 1000:.2f} ms each; memory {before:.0f} MB before, "
        f"{memory():.0f} MB at most; ledger {size:.0f} MB",
        flush=True,
    )


def memory() -> float:
    """Return the peak memory of this process, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        driven(int(sys.argv[2]))
    else:
        for size in [int(each) for each in sys.argv[1:]] or SIZES:
            subprocess.run([sys.executable, __file__, "--one", str(size)], check=True)
