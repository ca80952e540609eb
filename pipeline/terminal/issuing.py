"""The commands that issue: the standard template, and each agency's own workbook."""

from __future__ import annotations

import click

from pipeline.terminal.context import SHARED, Context, guiding, pass_context, say
from pipeline.terminal.drafts import drafts


@click.command()
@pass_context
@guiding
def template(context: Context) -> None:
    """Tạo biểu mẫu chuẩn trong templates/xlsx/."""
    from pipeline import run

    home = context.home
    say(context, "template_written", path=run.template(home, context.round))
    context.tell_of_outputs(home)


@click.command()
@click.argument("agencies", nargs=-1)
@SHARED
@pass_context
@guiding
@drafts("distribute")
def distribute(context: Context, agencies: tuple[str, ...]) -> None:
    """Phát hành biểu mẫu riêng và công văn cho từng cơ quan.

    Không nêu cơ quan nào (mã hoặc tên) thì phát hành cho tất cả; tệp nằm trong
    data/output/phat-hanh/.
    """
    from pipeline import run

    home = context.home
    written = run.distribute(home, context.round, agencies)
    say(context, "issued", count=len(written), folder=home.issued)
    context.tell_of_outputs(home)
