"""Write drafts of mails beside the letters that a command writes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from pipeline.terminal.context import Context, say

if TYPE_CHECKING:
    from pipeline.stages.drafting import DraftReport

Command = Callable[..., None]
_OPTION = click.option(
    "--eml",
    is_flag=True,
    help="Ghi thêm thư nháp .eml (mở bằng Outlook, Thunderbird) kèm công văn và sổ tính.",
)


def drafts(command: str, *, option: bool = True, **others: str) -> Callable[[Command], Command]:
    """Decorate a command that writes letters: it writes drafts too.

    New ones with ``--eml`` only; without it, existing drafts are written anew. ``others``: options
    of the command that make it write another kind of letters, with that kind.
    """

    def decorated(function: Command) -> Command:
        @wraps(function)
        def drafted(context: Context, /, *words: Any, eml: bool = False, **options: Any) -> None:
            from pipeline.stages.correspondence import note_letters
            from pipeline.stages.drafting import write_drafts
            from pipeline.store.addresses import address_book

            function(context, *words, **options)
            home, round_, codes = context.home, context.round, options.get("agencies", ())
            kind = next((other for name, other in others.items() if options.get(name)), command)
            _report(context, write_drafts(home, round_, kind, codes, asked=eml, lang=context.lang))
            note_letters(home, round_, address_book(home, round_), context.lang)

        return _OPTION(drafted) if option else drafted

    return decorated


def _report(context: Context, drafted: DraftReport) -> None:
    """Say how many drafts were written, and whose addresses to check."""
    if not drafted.count:
        return
    say(context, "drafted.line", count=drafted.count)
    if drafted.offered:
        say(
            context,
            "drafted.offered",
            addresses="; ".join(f"{code} {address}" for code, address in drafted.offered.items()),
        )
    if drafted.unknown:
        say(context, "drafted.unknown", agencies=", ".join(drafted.unknown))
