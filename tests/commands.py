"""Run the program's commands in this process."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from pipeline.terminal.commands import main


def tonghop(*words: str | Path) -> Result:
    """Run a command line; return exit code, output, messages."""
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)
