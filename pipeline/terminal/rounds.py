"""The commands about rounds themselves."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pipeline.terminal.context import Context, pass_context, say_refused
from pipeline.terminal.language import Family


@click.group("round", cls=Family)
def group() -> None:
    """Khai báo của một đợt báo cáo."""


@group.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@pass_context
def check(context: Context, folder: Path | None) -> None:
    """Kiểm tra khai báo của một đợt, rồi chạy thử một bản gửi giả định.

    Mặc định là đợt đang dùng. Mã thoát: 0 khớp, 1 có lỗi.
    """
    from pipeline.store.belonging import round_named
    from pipeline.store.headcounts import headcount_faults
    from pipeline.terminal.rehearsal import rehearse
    from schemas.round.faults import DeclarationError
    from schemas.round.translation import in_language
    from schemas.words import LANGUAGES, ui

    try:
        round_ = round_named(str(folder)) if folder else context.round
        for lang in LANGUAGES:
            in_language(round_, lang)
    except DeclarationError as error:
        say_refused(error, context.lang)
        sys.exit(1)
    if faults := headcount_faults(context.home, round_):
        for fault in faults:
            click.echo(fault.text(context.lang), err=True)
        sys.exit(1)
    remarks = rehearse(round_)
    for remark in remarks:
        click.echo(remark.text(context.lang), err=True)
    if any(remark.is_grave for remark in remarks):
        sys.exit(1)
    click.echo(ui("round.checked.fine", context.lang, folder=round_.folder), err=True)
