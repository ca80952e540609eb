"""What every command of the command line starts from: the options before its name, and how it speaks of mistakes and of work done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pipeline.home import Home
    from schemas.round.faults import DeclarationError
    from schemas.round.round import Round


INTERRUPTED = 130
"""The exit code of whatever was ended by Ctrl-C."""


class Context:
    """What the options before the command say."""

    def __init__(self, home: Path, round_name: str | None, lang: str) -> None:
        self.folder, self.round_name = home, round_name
        self.lang = lang

    @property
    def home(self) -> Home:
        """The folder of ``--home``, made when missing."""
        from pipeline.home import Home

        return Home(self.folder.resolve())

    @property
    def round(self) -> Round:
        """The round of ``--round``; once it is known, all that is said is said in its words."""
        from pipeline.errors import OperatorError
        from schemas.round.load import NoSuchRoundError, available, load_round

        try:
            round_ = load_round(self.round_name)
        except NoSuchRoundError as error:
            raise OperatorError("no_such_round", name=error, known=", ".join(available())) from error
        self.lang = round_.speaking(self.lang)
        return round_


class Group(click.Group):
    """Turns an operator's mistake into its sentence and exit code; a fault of the program keeps its traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt:
            from schemas.words import ui

            click.echo(ui("screen.interrupted", ctx.obj.lang), err=True)
            ctx.exit(INTERRUPTED)
        except Exception as error:
            from pipeline.errors import OperatorError, from_system
            from schemas.round.faults import DeclarationError

            if isinstance(error, DeclarationError):
                say_refused(error, ctx.obj.lang)
                ctx.exit(OperatorError.exit_code)

            known = error if isinstance(error, OperatorError) else from_system(error, ctx.obj.folder)
            if known is None:
                raise
            click.echo(known.text(ctx.obj.lang), err=True)
            ctx.exit(known.exit_code)


pass_context = click.make_pass_decorator(Context)


def say_refused(error: DeclarationError, lang: str) -> None:
    """Say everything that is wrong with a round's declarations."""
    from schemas.words import ui

    for fault in error.faults:
        click.echo(fault.text(lang), err=True)
    click.echo(ui("round.refused", lang, folder=error.folder, count=len(error.faults)), err=True)


def say(context: Context, key: str, **words: object) -> None:
    """Say what was done; it goes to stderr, for stdout carries only data."""
    from schemas.words import ui

    click.echo(ui(f"screen.{key}", context.lang, **words), err=True)
