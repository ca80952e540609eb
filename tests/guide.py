"""The guide as a story: its blocks, pictures and stage directions, played by the real program.

A stage direction is a hidden comment, ``<!-- story: word … -->``: it tells what hands and other
people do between two commands (``Stage`` lists them). Each block is played by its language: ``bat``
is typed, ``text`` is what the screen then shows (``…`` for what is left out), ``csv`` and ``cmd``
are files named by the direction before them.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result

from pipeline.machine.clock import NOW
from pipeline.terminal.commands import main
from schemas.round.round import Round
from tests.stage import Stage

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "docs" / "huong-dan.md"
TYPED, SHOWN, FILES = "bat", "text", ("csv", "cmd")
_PART = re.compile(
    r"^```(?P<language>\w*)\n(?P<text>.*?)^```$|^<!-- story: (?P<direction>.*?) -->$|^!\[(?P<caption>[^\]]+)\]\((?P<picture>[^)]+)\)$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Part:
    """One event of the story, and its line in the guide; fields of other kinds are blank."""

    line: int
    language: str = ""
    text: str = ""
    direction: str = ""
    picture: str = ""


def parts(text: str) -> Iterator[Part]:
    """Yield blocks, stage directions and pictures of a guide, in order."""
    for found in _PART.finditer(text):
        told = found.groupdict(default="")
        told.pop("caption")
        yield Part(text.count("\n", 0, found.start()) + 1, **told)


def commands(block: str) -> list[list[str]]:
    """Split each line of a block of commands into words; paths as this machine writes them."""
    return [shlex.split(line.replace("\\", "/")) for line in block.splitlines()]


class Story:
    """A round played in a folder of its own below ``folder``, part by part."""

    def __init__(self, folder: Path, declared: Round | None = None) -> None:
        self.stage = Stage(folder, declared)
        self.typed: list[str] = []
        self.screen = ""
        """The last command and its output."""
        self._file, self._exit, self._is_elsewhere = "", 0, False

    def play(self, part: Part) -> None:
        """Play one part; raises ``AssertionError`` if it doesn't end as the guide says."""
        if part.direction:
            self._direct(*part.direction.split())
        elif part.language == TYPED:
            self._type(part)
        elif part.language == SHOWN:
            missing = first_missing(self.screen, part.text)
            assert missing is None, (
                f"line {part.line}: {missing!r} isn't shown after\n{self.screen}"
            )
        elif part.language in FILES:
            assert self._file, f"line {part.line}: no direction names this file"
            self.stage.put(self._file, part.text)
            self._file = ""
        else:
            assert part.picture, (
                f"line {part.line}: nothing is known of blocks of {part.language!r}"
            )

    def _direct(self, what: str, *words: str) -> None:
        if what == "file":
            [self._file] = words
        elif what == "exit":
            self._exit = int(words[0])
        elif what == "elsewhere":
            self._is_elsewhere = True
        else:
            self.stage.take(what, words)

    def _type(self, part: Part) -> None:
        expected, self._exit = self._exit, 0
        if self._is_elsewhere:
            self._is_elsewhere = False
            return
        self.typed, self.screen = part.text.splitlines(), ""
        for line, (program, *words) in zip(self.typed, commands(part.text), strict=True):
            assert program == "tonghop", f"line {part.line}: {line}"
            target = words[words.index(">") + 1] if ">" in words else ""
            done = self.run(words[: words.index(">")] if target else words)
            assert done.exit_code == expected, (
                f"line {part.line}: {line} ended with {done.exit_code}\n{done.output}"
            )
            if target:
                self.stage.put(target, done.stdout)
            self.screen += done.stderr if target else done.output

    def run(self, words: list[str], **environment: str) -> Result:
        """Run a command of the program in the round's folder, on the story's day."""
        with chdir(self.stage.home.root):
            return CliRunner().invoke(
                main,
                words,
                catch_exceptions=False,
                env={NOW: self.stage.now.isoformat(), **environment},
            )


def first_missing(screen: str, block: str) -> str | None:
    """Return the first line of a block that the screen doesn't show in its place.

    None if it shows all lines and nothing else.
    """
    lines = block.splitlines()
    for count in range(1, len(lines) + 1):
        is_end = count == len(lines)
        if not re.match(_pattern(lines[:count]) + (r"\Z" if is_end else ""), _trimmed(screen)):
            return lines[count - 1] if not is_end else f"{lines[-1]} (last line)"
    return None


def _pattern(lines: list[str]) -> str:
    return "".join(
        r"(?:[^\n]*\n)*?"
        if line == "…"
        else re.escape(line.rstrip()).replace("…", r"[^\n]*") + r"\n"
        for line in lines
    )


def _trimmed(screen: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in screen.replace(os.sep, "/").splitlines())
