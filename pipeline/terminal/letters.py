"""The commands that write letters: replies, receipts, reminders."""

from __future__ import annotations

import datetime as dt

import click

from pipeline.errors import UsageError
from pipeline.terminal.context import SHARED, Context, pass_context, say, telling
from pipeline.terminal.drafts import drafts

DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])


@click.command()
@click.argument("agencies", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Cả các bản đạt nhưng có cảnh báo.")
@click.option(
    "--deadline",
    type=DAY,
    help="Đề nghị gửi lại trước ngày này "
    "(mặc định: hạn của cơ quan; đã quá hạn thì không nêu ngày).",
)
@click.option(
    "--receipts",
    is_flag=True,
    help="Viết công văn xác nhận đã nhận cho các báo cáo được tổng hợp, "
    "ghi vào data/output/xac-nhan/, thay cho phản hồi.",
)
@SHARED
@pass_context
@telling
@drafts("feedback", receipts="receipt")
def feedback(
    context: Context,
    agencies: tuple[str, ...],
    deadline: dt.datetime | None,
    *,
    everything: bool,
    receipts: bool,
) -> None:
    """Viết phản hồi cho các bản cần sửa.

    Bản đánh dấu chỗ sai và công văn được ghi vào data/output/phan-hoi/.
    """
    from pipeline import run
    from pipeline.terminal.progress import progress
    from pipeline.terminal.reports import report_replied

    home, round_ = context.home_to_read, context.round
    day = deadline.date() if deadline else None
    if receipts:
        if everything or day:
            raise UsageError("receipts_alone")
        count = run.receipts(home, round_, agencies, lang=context.lang)
        say(context, "receipted", count=count, folder=home.receipts)
        return
    with progress(context.lang) as tell:
        replied = run.feedback(
            home,
            round_,
            agencies,
            everything=everything,
            deadline=day,
            lang=context.lang,
            progress=tell,
        )
    report_replied(replied, home, context.lang)


@click.command()
@click.argument("agencies", nargs=-1)
@click.option(
    "--as-of",
    type=DAY,
    help="Tính đến ngày này (mặc định: hôm nay).",
)
@click.option(
    "--deadline",
    type=DAY,
    help="Đề nghị cơ quan đã quá hạn gửi trước ngày này (mặc định: không nêu ngày).",
)
@SHARED
@pass_context
@telling
@drafts("remind")
def remind(
    context: Context,
    agencies: tuple[str, ...],
    as_of: dt.datetime | None,
    deadline: dt.datetime | None,
) -> None:
    """Viết công văn đôn đốc cho các cơ quan chưa gửi gì.

    Công văn được ghi vào data/output/don-doc/; cơ quan được miễn thì không có.
    """
    from pipeline import run

    home = context.home_to_read
    today, until = (moment.date() if moment else None for moment in (as_of, deadline))
    count = run.remind(
        home, context.round, agencies, as_of=today, deadline=until, lang=context.lang
    )
    say(context, "reminded", count=count, folder=home.reminders)


COMMANDS = (feedback, remind)
