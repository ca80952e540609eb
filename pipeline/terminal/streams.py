"""Prepare the streams and signals that the program is started with.

Streams may be closed, full or gone; signals ask the program to end.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import signal
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any, NoReturn, TextIO

import click

SIGNALLED = 128
"""As shells count: a program ended by a signal has the exit code 128 plus the signal's number."""
BROKEN_PIPE = SIGNALLED + 13
"""The exit code if the reader of the output has stopped reading (``| head``). 13 is SIGPIPE,
which Windows lacks."""


class Termination(KeyboardInterrupt):
    """Raised when the system, or whoever started the program, asks it to end.

    Like Ctrl-C it is no ``Exception``, so that no handler on the way takes it for an error.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.exit_code = SIGNALLED + number


def exit_code(interrupt: KeyboardInterrupt) -> int:
    """Return the exit code of a program that was asked to end; 130 for Ctrl-C."""
    return interrupt.exit_code if isinstance(interrupt, Termination) else SIGNALLED + signal.SIGINT


def prepare() -> None:
    """Set up streams and signals so that a command always ends in order.

    Called once, when the program starts.
    """
    _stand_in_for_closed_streams()
    sys.stdout, sys.stderr = _watched(sys.stdout), sys.stderr and _watched(sys.stderr)
    for name in ("SIGTERM", "SIGHUP", "SIGBREAK"):  # on Windows a closed window sends SIGBREAK
        number = getattr(signal, name, None)
        # SIGHUP stays ignored under nohup
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _end)


def _stand_in_for_closed_streams() -> None:
    """Open something in place of closed streams.

    Otherwise the next file opened, perhaps the ledger, would get their number and be written to.
    Messages for people then go nowhere; writing data fails, and that is reported.
    """
    # stdout for reading only, so that writing data to it fails
    for descriptor, mode in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, mode)
    if sys.stdout is None:
        # open as long as the program lives
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    signal.signal(number, signal.SIG_IGN)  # a closed terminal signals twice, and so does timeout(1)
    raise Termination(number)


class UnheardError(Exception):
    """Raised when output can't be written: the other end is closed or full.

    No ``OSError``: no library on the way must handle it.
    """

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.is_left = isinstance(error, BrokenPipeError) or (
            sys.platform == "win32" and error.errno == errno.EINVAL
        )
        """Whether the reader has just stopped reading, which is no mistake."""

    @property
    def interrupt(self) -> KeyboardInterrupt | None:
        """The interrupt during which this error came, if any.

        A closed terminal asks the program to end, and what is tidied up then can't be written to
        it.
        """
        error: BaseException | None = self
        while error is not None and not isinstance(error, KeyboardInterrupt):
            error = error.__context__
        return error


class _Stream(io.TextIOWrapper):
    """A stream that raises ``UnheardError`` if it can't be written.

    After that it leads nowhere: otherwise Python would try again at exit.
    """

    def write(self, text: str) -> int:
        with self._giving_up():
            return super().write(text)

    def flush(self) -> None:
        with self._giving_up():
            super().flush()

    @contextlib.contextmanager
    def _giving_up(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            raise UnheardError(error) from error


def _watched(stream: Any) -> TextIO:
    """Return the stream as one that raises ``UnheardError`` if it can't be written."""
    errors, is_terminal = stream.errors, stream.isatty()
    return _Stream(stream.detach(), encoding="utf-8", errors=errors, line_buffering=is_terminal)


def tell(text: str) -> None:
    """Say something, if anybody can still hear it: the terminal may be gone."""
    with contextlib.suppress(UnheardError):
        click.echo(text, err=True)
