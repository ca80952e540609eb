"""What all commands share: global options, how mistakes are told, and what is said at the end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

import click

from pipeline.terminal import streams
from pipeline.terminal.language import Family, asked_for, in_language, speak, spoken
from pipeline.terminal.sentences import tell
from schemas.words import ui

if TYPE_CHECKING:
    from pipeline.home import Home
    from pipeline.machine.storage import Place
    from schemas.round.faults import DeclarationError
    from schemas.round.round import Round


P = ParamSpec("P")
SECTIONS = {
    "Phát hành": ("distribute", "template"),
    "Thu": ("collect", "check", "remind"),
    "Xem": ("status", "findings", "figures", "trace", "history", "decisions"),
    "Quyết định": ("assign", "dismiss", "pin", "exclude", "waive", "extend", "excuse", "map"),
    "Tổng hợp": ("consolidate", "feedback", "summarise"),
    "Việc khác": ("mail", "doctor", "rebuild", "demo", "round"),
}
"""The commands in the order of work, under the headings of the help."""


class Context:
    """The values of the options before the command."""

    def __init__(self, home: Path, round_name: str | None, lang: str) -> None:
        self.folder, self.round_name = home, round_name
        self.lang = lang
        self.shared: bool | None = None
        """The value of the command's ``--shared``."""
        self.archive: Place | None = None
        """The value of the command's ``--archive``."""

    @property
    def home(self) -> Home:
        """The folder of ``--home``. It is made by the code that writes into it."""
        from pipeline.home import Home

        return Home(self.folder.resolve(), self.shared, self.archive)

    @property
    def home_to_read(self) -> Home:
        """The folder of ``--home``, for a command that only reads.

        Raises ``OperatorError`` for one in which no command has worked, instead of making it.
        """
        from pipeline.errors import OperatorError

        home = self.home
        if not home.is_used:
            raise OperatorError(
                "home_unused" if home.root.is_dir() else "no_such_home", path=home.root
            )
        return home

    @cached_property
    def round(self) -> Round:
        """The round of ``--round``, else the folder's own."""
        return self.round_in(self.home)

    def round_in(self, home: Home) -> Round:
        """Return the round of another folder, and speak in one of its languages from now on."""
        from pipeline.store.belonging import round_for

        round_ = round_for(home, self.round_name)
        self.lang = round_.speaking(self.lang)
        return round_

    def tell_of_outputs(self, home: Home) -> None:
        """Say which files a person changed (once), and which outputs are unfinished."""
        from pipeline.store import outputs
        from pipeline.terminal.reports import report_outputs

        record = outputs.recorded(home)
        if sys.stderr is not None:
            report_outputs(record, home, self.lang)
            outputs.told(home, [*record.kept])

    def tell_untold(self) -> None:
        """Say what the ledger has to tell, for example that it doesn't exist yet.

        Once only: that it was migrated, what couldn't be judged again, which verdicts changed.
        """
        from pipeline.stages.ledgers import untold
        from pipeline.terminal.reports import report_untold

        if not self.home.ledger.exists():
            say(self, "no_ledger_yet", path=self.home.root)
        elif self.home.is_read_only:
            say(self, "read_only_home", path=self.home.root)
        # closed by whoever started the program: nothing can be said, so nothing counts as told
        if sys.stderr is None:
            return
        with untold(self.home, self.round) as found:
            report_untold(found, self.lang)


def guiding(
    command: Callable[Concatenate[Context, P], None],
) -> Callable[Concatenate[Context, P], None]:
    """Decorate a command: at the end it says what can be done next."""

    @wraps(command)
    def guided(context: Context, /, *words: P.args, **options: P.kwargs) -> None:
        command(context, *words, **options)
        if sys.stderr is not None:
            tell_next(context, context.home)

    return guided


def tell_next(context: Context, home: Home) -> None:
    """Say what can be done next in a folder."""
    from pipeline.stages.next_steps import next_steps

    for step in next_steps(home, context.round):
        say_next(context, step.key, **step.words)


def say_next(context: Context, key: str, **words: object) -> None:
    """Say one thing to do next."""
    say(context, "next.line", step=ui(f"screen.next.{key}", context.lang, **words))


class CommandGroup(Family):
    """The commands. An operator's mistake becomes a sentence and an exit code; a bug is raised."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Start in the language that the command line asks for."""
        speak(asked_for(args))
        # on a copy of this group, whose help is in that language
        return super(CommandGroup, in_language(self)).make_context(info_name, args, parent, **extra)

    def sections(self, ctx: click.Context) -> Iterator[tuple[str, Sequence[str]]]:
        """Yield the commands in the order of work, by heading."""
        yield from SECTIONS.items()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the program from its first moment to its last."""
        streams.prepare()
        try:
            return super().__call__(*args, **kwargs)
        except streams.UnheardError as error:  # from what is printed before a command begins
            sys.exit(_unheard(error, spoken()))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt as interrupt:
            streams.tell(ui("screen.interrupted", _lang(ctx)))
            ctx.exit(streams.exit_code(interrupt))
        except streams.UnheardError as error:
            ctx.exit(_unheard(error, _lang(ctx)))
        except Exception as error:
            from pipeline.errors import OperatorError, from_system
            from schemas.round.faults import DeclarationError

            if isinstance(error, DeclarationError):
                say_refused(error, ctx.obj.lang)
                ctx.exit(OperatorError.exit_code)

            known = (
                error if isinstance(error, OperatorError) else from_system(error, ctx.obj.folder)
            )
            if known is None:
                raise
            streams.tell(known.text(ctx.obj.lang))
            ctx.exit(known.exit_code)


def _unheard(error: streams.UnheardError, lang: str) -> int:
    """Return the exit code for output that couldn't be written.

    Says so on the other stream, unless the reader only stopped reading (``| head``).
    """
    from pipeline.errors import OperatorError

    if error.interrupt is not None:
        return streams.exit_code(error.interrupt)
    if error.is_left:
        return streams.BROKEN_PIPE
    streams.tell(OperatorError("output_failed").text(lang))
    return OperatorError.exit_code


def _lang(ctx: click.Context) -> str:
    """Return the language of the screen, even before the options are read."""
    return ctx.obj.lang if ctx.obj else spoken()


def telling(
    command: Callable[Concatenate[Context, P], None],
) -> Callable[Concatenate[Context, P], None]:
    """Decorate a command on the ledger: at the end it tells of outputs, ledger and next steps."""

    @guiding
    @wraps(command)
    def told(context: Context, /, *words: P.args, **options: P.kwargs) -> None:
        command(context, *words, **options)
        context.tell_of_outputs(context.home)
        context.tell_untold()

    return told


# click gives the value by position
def _keep_shared(ctx: click.Context, _option: click.Parameter, shared: bool | None) -> None:  # noqa: FBT001
    """Keep the value of ``--shared`` for the command's home."""
    ctx.find_root().obj.shared = shared


SHARED = click.option(
    "--shared/--private",
    default=None,
    envvar="TONGHOP_SHARED",
    expose_value=False,
    callback=_keep_shared,
    help="Cho tài khoản khác trên máy đọc các tệp kết quả, hoặc không "
    "(mặc định: như lần trước; ban đầu: không).",
)


class PlaceType(click.ParamType["Place"]):
    """A file or folder, or the address of one in a store."""

    name = "path"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Place:
        from pipeline.machine.storage import place_of

        return place_of(value) if isinstance(value, str) else value


def _keep_archive(ctx: click.Context, _option: click.Parameter, archive: Place | None) -> None:
    """Keep the value of ``--archive`` for the command's home."""
    if archive is not None:
        ctx.find_root().obj.archive = archive.resolve() if isinstance(archive, Path) else archive


ARCHIVE = click.option(
    "--archive",
    metavar="ĐỊA_CHỈ",
    type=PlaceType(),
    expose_value=False,
    callback=_keep_archive,
    help="Kho lưu trữ bản gốc ở nơi khác: thư mục, hoặc địa chỉ như s3://kho/luu-tru. "
    "Thư mục làm việc ghi nhớ cho các lần sau.",
)
CLUSTER = click.option(
    "--cluster",
    metavar="ĐỊA_CHỈ",
    default="",
    envvar="TONGHOP_CLUSTER",
    help="Cụm máy Dask cùng đọc và kiểm tra, ví dụ tls://may-chu:8786.",
)
pass_context = click.make_pass_decorator(Context)


def say_refused(error: DeclarationError, lang: str) -> None:
    """Say everything that is wrong with a round's declarations."""
    for fault in error.faults:
        click.echo(fault.text(lang), err=True)
    click.echo(ui("round.refused", lang, folder=error.folder, count=len(error.faults)), err=True)


def say(context: Context, key: str, **words: object) -> None:
    """Say what was done, on stderr."""
    tell(context.lang, key, **words)
