"""Mutation fuzzing: workbooks of the project, randomly damaged, read by the worker pool.

As a script it runs until the time is over: ``python -m tests.fuzz [MINUTES] [SEED]``.
"""

from __future__ import annotations

import datetime as dt
import io
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import xlwt

from pipeline.collect import workers
from pipeline.model import Reading, Received
from schemas.round.round import Round
from tests import workbooks
from tests.books import MINI, issued, round_of
from tests.hostile import ods, rezipped, xlsb

ROWS = [
    {"quarter": "2030", "building": "School", "inspected": 10, "passed": 7},
    {"quarter": "2030", "building": "Hospital, clinic", "inspected": 4},
]
PIECES = (b"<", b">", b'"', b"&", b"&lt;", b"</c>", b"<v>", b"</v>", b"<row>", b"</row>", b'r="C3"', b"-1", b"1e999", b"<!--", b"]]>", b"\x00", b"\xff", b" ", b"<!DOCTYPE x>", b"99999999999")  # fmt: skip
AGENCY = "NOR"


@dataclass(frozen=True)
class Mutant:
    """A damaged workbook: its original's kind, how it was damaged, its bytes."""

    kind: str
    how: str
    data: bytes


@cache
def seeds() -> dict[str, bytes]:
    """Return a small right workbook of each kind that is read."""
    round_ = round_of(MINI)
    file = io.BytesIO()
    workbooks.filled(round_, AGENCY, inspections=ROWS).save(file)
    return {
        "xlsx": file.getvalue(),
        "issued": issued(round_, AGENCY),
        "xls": _xls(round_),
        "ods": ods(_ods_content(round_).encode()),
        "xlsb": xlsb([(0, 0), (3, 2), (9, 4)]),
    }


def _table(round_: Round) -> Iterator[tuple[str, list[list[object]]]]:
    """Yield a right workbook's sheets as plain rows, for kinds that we write by hand."""
    book = workbooks.filled(round_, AGENCY, inspections=ROWS)
    for sheet in book.worksheets:
        yield sheet.title, [[value for value in row] for row in sheet.iter_rows(values_only=True)]  # noqa: C416 rows are tuples


def _xls(round_: Round) -> bytes:
    book, file = xlwt.Workbook(), io.BytesIO()
    for name, rows in _table(round_):
        sheet = book.add_sheet(name)
        for number, row in enumerate(rows):
            for position, value in enumerate(row):
                if value is not None:
                    sheet.write(number, position, value)
    book.save(file)
    return file.getvalue()


def _ods_content(round_: Round) -> str:
    spaces = "urn:oasis:names:tc:opendocument:xmlns"
    sheets = "".join(
        f'<table:table table:name="{name}">{"".join(map(_ods_row, rows))}</table:table>'
        for name, rows in _table(round_)
    )
    return (
        f'<office:document-content xmlns:office="{spaces}:office:1.0" xmlns:table="{spaces}:table:1.0" xmlns:text="{spaces}:text:1.0">'
        f"<office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body></office:document-content>"
    )


def _ods_row(row: Sequence[object]) -> str:
    return f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>"


def _ods_cell(value: object) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
    return (
        f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
    )


# --- ways to damage -------------------------------------------------------------------------------


def mutants(count: int, chance: random.Random) -> Iterator[Mutant]:
    """Yield damaged workbooks: their bytes changed, or parts of zipped ones after unpacking."""
    for _ in range(count):
        kind = chance.choice(sorted(seeds()))
        if kind != "xls" and chance.random() < 0.6:
            yield Mutant(kind, "part", _part_mutated(seeds()[kind], chance))
        else:
            yield Mutant(kind, "bytes", _mutated(seeds()[kind], chance))


def _part_mutated(data: bytes, chance: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        part = chance.choice(package.namelist())
        before = package.read(part)
    return rezipped(data, {part: _mutated(before, chance)}, level=0) if before else data


def _mutated(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at, way = chance.randrange(len(changed) + 1), chance.randrange(6)
        if way == 0 and at < len(changed):
            changed[at] ^= 1 << chance.randrange(8)
        elif way == 1:
            changed[at:at] = chance.choice(PIECES)
        elif way == 2:
            del changed[at : at + chance.choice((1, 4, 40, 400))]
        elif way == 3:
            changed[at:at] = changed[at : at + chance.choice((1, 8, 80, 800))]
        elif way == 4:
            changed[at : at + 4] = chance.choice(
                (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f")
            )
        elif len(changed) > 1 and chance.random() < 0.2:
            del changed[at:]
    return bytes(changed)


# --- what must hold -------------------------------------------------------------------------------


def read_all(files: Sequence[bytes], folder: Path) -> list[Reading]:
    """Read these workbooks by the worker pool."""
    now = dt.datetime(2031, 7, 1, tzinfo=dt.UTC)
    received = []
    for number, data in enumerate(files):
        path = folder / f"{number}"
        path.write_bytes(data)
        received.append(Received(path, f"{number}.xlsx", f"{number}", len(data), now, "option"))
    return [reading for _, reading in workers.read_all(received, round_of(MINI), Path("none"))]


def content(reading: Reading) -> str:
    """Return all that a reading says of tables.

    As text: missing numbers (NaN) don't equal themselves.
    """
    tables = {
        key: (
            table.sheet,
            table.rows.tolist(),
            {name: values.tolist() for name, values in table.values.items()},
        )
        for key, table in reading.tables.items()
    }
    return repr((reading.agency, tables))


def judged(made: Sequence[Mutant], folder: Path) -> tuple[Counter[str], list[Mutant]]:
    """Count the outcomes, and return the mutants that were read wrongly.

    A zipped file's checksums reveal damage to its bytes: it is read as before, or has findings. No
    reader of ours may fail in an unforeseen way.
    """
    right = dict(zip(seeds(), read_all(list(seeds().values()), folder), strict=True))
    outcomes, wrong = Counter[str](), []
    for mutant, reading in zip(made, read_all([each.data for each in made], folder), strict=True):
        messages = {finding.message for finding in reading.findings}
        before = {finding.message for finding in right[mutant.kind].findings}
        same = content(reading) == content(right[mutant.kind])
        failed = messages & {"not_workbook.failed", "not_workbook.slow"}
        outcomes[
            f"{mutant.kind} {mutant.how}: {'failed' if failed else 'same' if same else 'findings' if messages - before else 'other'}"
        ] += 1
        if (failed and mutant.kind in ("xlsx", "issued", "ods")) or (
            mutant.how == "bytes" and mutant.kind != "xls" and not (same or messages - before)
        ):
            wrong.append(mutant)
    return outcomes, wrong


def main(minutes: float, seed: int) -> int:
    """Fuzz for ``minutes``; keep the mutants read wrongly; return the exit code."""
    end, total, chance = time.monotonic() + 60 * minutes, Counter[str](), random.Random(seed)
    while time.monotonic() < end:
        with tempfile.TemporaryDirectory() as folder:
            outcomes, wrong = judged(list(mutants(2000, chance)), Path(folder))
        total += outcomes
        for number, mutant in enumerate(wrong):
            kept = (
                Path(tempfile.gettempdir())
                / f"mutant-{seed}-{total.total()}-{number}.{mutant.kind}"
            )
            kept.write_bytes(mutant.data)
            sys.stderr.write(f"read wrongly: {kept}\n")
        sys.stderr.write(f"{total.total():,} mutants, seed {seed}: {dict(sorted(total.items()))}\n")
        if wrong:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(
        main(
            float(sys.argv[1]) if len(sys.argv) > 1 else 10,
            int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns(),
        )
    )
