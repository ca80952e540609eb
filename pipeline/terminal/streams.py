"""What the program is started with: streams that may be closed, full or gone, and signals that ask it to end."""

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
"""The exit code of what a signal ended, less the number of the signal: as shells count."""
BROKEN_PIPE = SIGNALLED + 13
"""The exit code where nobody reads on what is printed (``| head``); 13 is SIGPIPE, which Windows lacks."""


class Ended(KeyboardInterrupt):
    """The system or whoever started the program asks it to end. Like Ctrl-C it is no ``Exception``, so that nothing on the way answers it."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.exit_code = SIGNALLED + number


def exit_code(interrupt: KeyboardInterrupt) -> int:
    """The exit code of a program that was asked to end; 130 for Ctrl-C."""
    return interrupt.exit_code if isinstance(interrupt, Ended) else SIGNALLED + signal.SIGINT


def prepare() -> None:
    """Make the streams and signals of this process such that a command always ends in order. Called once, where the program starts."""
    _stand_in_for_closed_streams()
    sys.stdout, sys.stderr = _watched(sys.stdout), sys.stderr and _watched(sys.stderr)
    for name in ("SIGTERM", "SIGHUP", "SIGBREAK"):  # Windows has no SIGHUP; there a closed window is a SIGBREAK
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:  # nohup's SIGHUP stays ignored
            signal.signal(number, _end)


def _stand_in_for_closed_streams() -> None:
    """Open something in place of closed streams, or the next file opened, a ledger perhaps, would be taken for them and written to.

    Words for people go nowhere then; data refuse to be written, and that is said.
    """
    for descriptor, mode in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, mode)
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 as long as the program lives


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    signal.signal(number, signal.SIG_IGN)  # a closed terminal says so twice, timeout(1) too: once is enough
    raise Ended(number)


class UnheardError(Exception):
    """What is printed arrives nowhere: the other end is closed or full. No ``OSError``, for no library on the way shall answer it."""

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.is_left = isinstance(error, BrokenPipeError) or (sys.platform == "win32" and error.errno == errno.EINVAL)
        """Whether whoever read has heard enough, which is no mistake."""

    @property
    def interrupt(self) -> KeyboardInterrupt | None:
        """What asked the program to end before: a closed terminal does, and can't be written to by what is put in order then."""
        error: BaseException | None = self
        while error is not None and not isinstance(error, KeyboardInterrupt):
            error = error.__context__
        return error


class _Stream(io.TextIOWrapper):
    """A stream that says so itself where it can't be written; from then on it leads nowhere, or Python would try again at its end."""

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
    """The same stream, which says so itself where it can't be written."""
    errors, is_terminal = stream.errors, stream.isatty()
    return _Stream(stream.detach(), encoding="utf-8", errors=errors, line_buffering=is_terminal)


def tell(text: str) -> None:
    """Say something to whoever still hears: a terminal may be gone by now."""
    with contextlib.suppress(UnheardError):
        click.echo(text, err=True)
