"""The command that rebuilds the ledger."""

from __future__ import annotations

import click

from pipeline.terminal.context import ARCHIVE, Context, pass_context, say, telling


@click.command()
@ARCHIVE
@pass_context
@telling
def rebuild(context: Context) -> None:
    """Lập lại sổ theo dõi từ kho lưu trữ và nhật ký.

    Nhật ký là data/ledger.jsonl; sổ cũ, nếu có, được giữ bên cạnh.
    """
    from pipeline.stages import rebuilding
    from pipeline.terminal.progress import progress

    home, round_ = context.home_to_read, context.round
    with progress(context.lang) as tell:
        made = rebuilding.rebuild(home, round_, lambda done, total: tell("rebuild", done, total))
    for name in made.lost:
        say(context, "rebuilt.lost", name=name, archive=home.archive)
    say(context, "rebuilt.line", returns=made.returns, decisions=made.decisions)
    if made.kept:
        say(context, "rebuilt.kept", name=made.kept)
