"""Put files into a folder and take them in."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import sqlite3
import zipfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pipeline.collect.intake import files as intake
from pipeline.home import Home
from pipeline.model import Received
from schemas.words import LANGUAGES
from tests.packages import packed

CLOCK = dt.timezone(dt.timedelta(hours=7))
WORKBOOK = packed('<row r="1"><c r="A1"><v>1</v></c></row>')


@dataclass(frozen=True)
class Found:
    """The files received, and the files ignored with their reasons."""

    received: tuple[Received, ...]
    ignored: tuple[intake.IgnoredFile, ...]


def take(
    paths: list[Path],
    archive: Path,
    received: dt.datetime | None = None,
    known: Mapping[str, tuple[int, int, str]] | None = None,
) -> Found:
    """Take in these paths as one collection does."""
    each = list(
        intake.take_in(
            paths,
            archive,
            received=received,
            timezone=CLOCK,
            earlier=intake.EarlierFiles(known or {}),
        )
    )
    return Found(
        tuple(one for one in each if isinstance(one, Received)),
        tuple(one for one in each if isinstance(one, intake.IgnoredFile)),
    )


def found(path: Path, archive: Path | None = None, received: dt.datetime | None = None) -> Found:
    """Take in one path; assert what must be true of every file received or ignored."""
    kept = archive or path.parent / "archive"
    result = take([path], kept, received)
    for file in result.received:
        assert file.path == intake.archived(kept, file.sha256)
        assert hashlib.sha256(file.path.read_bytes()).hexdigest() == file.sha256
        assert file.path.stat().st_size == file.size
        assert file.received.tzinfo == CLOCK
    for ignored in result.ignored:
        assert all(ignored.text(lang) for lang in LANGUAGES)
    return result


def put(path: Path, content: bytes = b"x", when: str = "2023-09-01T08:00:00+07:00") -> Path:
    """Write a file, last changed at this time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    at = dt.datetime.fromisoformat(when).timestamp()
    os.utime(path, (at, at))
    return path


def zipped(
    path: Path, *members: tuple[str, bytes], time: tuple[int, ...] = (2023, 9, 5, 10, 20, 30)
) -> Path:
    """Write a zip file of these members, all with one time."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name, time), content)  # type: ignore[arg-type]
    return path


def outdated(home: Home) -> None:
    """Let every submission of a folder wait to be judged again."""
    with closing(sqlite3.connect(home.ledger)) as db, db:
        db.execute("UPDATE submission SET judged_by=''")
