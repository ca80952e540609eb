"""Open archives other than .zip (.rar, .7z, .tar, gzip and the like) with bsdtar of libarchive."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pipeline.collect.confine import Watch
from pipeline.collect.formats import limits
from pipeline.collect.intake.opening.piece import Piece, UnopenableError

_SAID_BYTES, _CHUNK = 4096, 1024**2
_SEVEN = b"7z\xbc\xaf\x27\x1c"
_OF_PASSWORDS = (b"ncrypt", b"assphrase", b"assword")
"""Words of bsdtar's messages about passwords, without their first letter: its case differs."""


def program() -> str | None:
    """Return the path of bsdtar (Windows 10 and later: ``tar.exe``); None if it is missing."""
    if sys.platform == "win32":
        shipped = Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "tar.exe"
        return str(shipped) if shipped.is_file() else shutil.which("bsdtar")
    return shutil.which("bsdtar")


def of_file(path: Path) -> Iterator[Piece]:
    """Yield what an archive holds, repacked as .tar into a pipe: nothing is written to disk.

    It is read twice. Whether it can be read whole, within the limits, is known at its end only, and
    a member with a password would come out as zeros.
    """
    if program() is None:
        raise UnopenableError("no_bsdtar")
    _examine(path)
    with _members(path) as archive:
        for member in archive:
            if member.isdir():
                continue
            reason, time = _reason_to_leave(member), None
            if 0 < member.mtime < _FAR:
                time = dt.datetime.fromtimestamp(member.mtime, dt.UTC)
            file = None if reason else archive.extractfile(member)
            name, content = member.name.replace("\\", "/"), file.read() if file else b""
            yield Piece(name, content, reason, time=time)


_FAR = 2**32
"""Seconds from 1970 to 2106."""


def _examine(path: Path) -> None:
    """Raise ``UnopenableError`` if an archive can't be read whole or breaks a limit."""
    size, total = path.stat().st_size, 0
    with _members(path) as archive:
        for number, member in enumerate(archive, start=1):
            total += member.size
            if number > limits.ZIP_ENTRIES:
                raise UnopenableError("too_many")
            if total > limits.ARCHIVE_BYTES:
                raise UnopenableError("archive_too_large")
            if total > limits.RATIO_FROM and total > limits.RATIO * max(1, size):
                raise UnopenableError("hostile")


def _reason_to_leave(member: tarfile.TarInfo) -> str:
    if "__MACOSX" in member.name.split("/"):
        return "system"
    if member.issym() or member.islnk():
        return "link"
    if not member.isreg():
        return "not_file"
    return "too_large" if member.size > limits.FILE_BYTES else ""


@contextmanager
def _members(path: Path) -> Iterator[tarfile.TarFile]:
    """Open the archive as a stream of members.

    Raises ``UnopenableError`` at its end if it couldn't be read so far.
    """
    source = path if _is_sought_in(path) else "-"
    command = [str(program()), "-cf", "-", "--format=pax", f"@{source}"]
    # libarchive reads names by the locale, and writes them in UTF-8 in this format
    words = {**os.environ, "LC_ALL": "C.UTF-8"}
    said: list[bytes] = []
    with subprocess.Popen(  # noqa: S603 our own words
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=words
    ) as process:
        listener = threading.Thread(target=_listen, args=(process.stderr, said), daemon=True)
        listener.start()
        feeder = threading.Thread(target=_feed, args=(path, process.stdin), daemon=True)
        feeder.start()
        try:
            with (
                Watch(lambda: [process.pid]),
                tarfile.open(fileobj=process.stdout, mode="r|") as archive,
            ):
                yield archive
            is_whole = _ends_well(process)
        except tarfile.TarError:
            is_whole = False
        finally:
            process.kill()
            # before the pipe is closed: else what an ended program didn't want would be written
            # once more, and fail
            feeder.join()
            listener.join()
    if not is_whole:
        is_locked = any(word in b"".join(said) for word in _OF_PASSWORDS)
        raise UnopenableError("encrypted_archive" if is_locked else "unreadable_archive")


def _is_sought_in(path: Path) -> bool:
    """True for a .7z, which must be a file. Others come through a pipe.

    In a file, libarchive would take a workbook at the end of a .rar for a .zip.
    """
    with path.open("rb") as file:
        return file.read(len(_SEVEN)) == _SEVEN


def _feed(path: Path, into: IO[bytes]) -> None:
    """Send the file to a program, as far as it wants it."""
    with contextlib.suppress(OSError, ValueError), into, path.open("rb") as file:
        shutil.copyfileobj(file, into, _CHUNK)


def _ends_well(process: subprocess.Popen[bytes]) -> bool:
    while process.stdout and process.stdout.read(_CHUNK):
        pass
    return process.wait() == 0


def _listen(stream: IO[bytes], said: list[bytes]) -> None:
    """Read a program's messages to the end, so that it never waits; keep their beginning."""
    while words := stream.read(_SAID_BYTES):
        if len(said) < 1:
            said.append(words)
