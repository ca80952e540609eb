"""Make click speak the language of the screen: its own words, and the help of our commands.

Help is written in Vietnamese beside the command. ``messages/<language>/help.toml`` pairs each text
(click's English, our Vietnamese) with its translation.
"""

from __future__ import annotations

import copy
import os
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TypeVar

import click

VIETNAMESE = "vi"
"""The language of the screen by default."""
VARIABLE = "TONGHOP_LANG"
"""The environment variable that asks for another language."""
_spoken = [VIETNAMESE]

C = TypeVar("C", bound=click.Command)
P = TypeVar("P", bound=click.Parameter)


def asked_for(words: Sequence[str]) -> str:
    """Return the language that the command line asks for.

    Found without parsing: even a mistake before ``--lang`` is answered in it.
    """
    pairs = zip(words, [*words[1:], ""], strict=True)
    said = (
        following if word == "--lang" else word[7:]
        for word, following in pairs
        if word == "--lang" or word.startswith("--lang=")
    )
    return next(said, "") or os.environ.get(VARIABLE, "") or VIETNAMESE


def speak(lang: str) -> None:
    """Make click speak a language from now on; Vietnamese for an unknown one."""
    from schemas.words import LANGUAGES

    _spoken[:] = [lang if lang in LANGUAGES else VIETNAMESE]
    for name, module in list(sys.modules.items()):
        if name.startswith("click.") and hasattr(module, "_"):
            # in place of gettext, whose catalogues are binary
            module._ = translated  # type: ignore[attr-defined]
        if name.startswith("click.") and hasattr(module, "ngettext"):
            module.ngettext = _counted  # type: ignore[attr-defined]


def spoken() -> str:
    """Return the language that click speaks now."""
    return _spoken[0]


def translated(text: str) -> str:
    """Return a text in the language of the screen; unchanged if it has no translation."""
    return _pairs(_spoken[0]).get(text, text)


def _counted(one: str, many: str, number: int) -> str:
    return translated(one if number == 1 else many)


@cache
def _pairs(lang: str) -> dict[str, str]:
    from schemas.words import section

    return dict(section("help", lang)["translations"])


def in_language(command: C) -> C:
    """Return a copy of the command, with its help in the language of the screen."""
    said = copy.copy(command)
    said.help = translated(" ".join((said.help or "").split()))
    said.options_metavar = translated(said.options_metavar or "")
    said._help_option = None  # noqa: SLF001 click would keep the first one, in its language
    said.params = [_in_language(param) for param in said.params]
    if isinstance(said, click.Group):
        said.subcommand_metavar = translated(said.subcommand_metavar)
    return said


def _in_language(param: P) -> P:
    said = copy.copy(param)
    if said.metavar is not None:
        said.metavar = translated(said.metavar)
    elif isinstance(said, click.Argument):
        word = translated(str(said.name).upper())
        said.metavar = (word if said.required else f"[{word}]") + ("..." if said.nargs != 1 else "")
    elif not isinstance(said.type, click.Choice):
        said.metavar = translated(said.type.name.upper())
    if isinstance(said, click.Option):
        said.help = translated(said.help or "")
    return said


class Family(click.Group):
    """A group whose help shows the first sentence of each command's, in the screen's language."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command in the language of the screen."""
        command = super().get_command(ctx, cmd_name)
        return in_language(command) if command is not None else None

    def sections(self, ctx: click.Context) -> Iterator[tuple[str, Sequence[str]]]:
        """Yield headings with the names of the commands under them."""
        yield "Commands", self.list_commands(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands under their headings."""
        width = max(map(len, self.list_commands(ctx)))
        for heading, names in self.sections(ctx):
            commands = ((name, self.get_command(ctx, name)) for name in names)
            rows = [
                (name.ljust(width), _first_sentence(command.help or ""))
                for name, command in commands
                if command is not None
            ]
            if rows:
                with formatter.section(translated(heading)):
                    formatter.write_dl(rows)


def _first_sentence(text: str) -> str:
    return " ".join(text.partition(". ")[0].split()).removesuffix(".")
