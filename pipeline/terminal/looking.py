"""The commands that read the ledger and print data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from pipeline.terminal.context import Context, pass_context, telling
from pipeline.terminal.language import translated
from schemas.words import ui

if TYPE_CHECKING:
    import pandas as pd

FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    help="Dạng kết quả.",
)
PROVISIONAL = click.option(
    "--provisional", is_flag=True, help="Tính cả các dòng không lỗi của bản cần sửa (TẠM TÍNH)."
)


@click.command()
@click.option("--missing", is_flag=True, help="Cơ quan chưa gửi gì.")
@click.option("--correcting", is_flag=True, help="Cơ quan có bản cần sửa.")
@click.option("--unreadable", is_flag=True, help="Cơ quan chỉ gửi tệp không đọc được.")
@click.option("--pending", is_flag=True, help="Cơ quan có bản mới hơn đang chờ.")
@click.option("--late", is_flag=True, help="Cơ quan gửi chậm.")
@click.option("--group", default="", metavar="NHÓM", help="Chỉ một nhóm cơ quan (mã hoặc tên).")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%dT%H:%M"]),
    help="Chỉ những gì nhận từ ngày này.",
)
@FORMAT
@pass_context
@telling
def status(
    context: Context, /, form: str, group: str, since: dt.datetime | None, **states: bool
) -> None:
    """Tình trạng báo cáo của từng cơ quan, số lượng, cơ quan còn thiếu.

    Nêu nhiều tình trạng thì hiện các cơ quan ở một trong số đó; --group và --since thu hẹp
    thêm.
    """
    from pipeline import run
    from pipeline.stages.parts import StatusPart
    from pipeline.terminal.standings import print_status

    home, round_ = context.home_to_read, context.round
    named = [state for state, is_asked in states.items() if is_asked]
    part = StatusPart(named, group, since.replace(tzinfo=round_.timezone) if since else None)
    coverage, agencies = run.status(home, round_, part)
    print_status(
        coverage,
        agencies,
        run.files(home, round_, part),
        round_,
        form,
        context.lang,
        is_part=not part.is_whole,
    )


@click.command()
@click.option(
    "--by",
    required=True,
    help="Chiều tổng hợp: cột mã của bảng, agency, agency_group, origin (own: bản gửi của chính "
    "địa phương, others: cơ quan khác báo cáo), hoặc chiều do đợt khai báo.",
)
@click.option("--table", default="", help="Bảng (khóa tiếng Anh); mặc định là bảng chính của đợt.")
@click.option(
    "--where",
    multiple=True,
    metavar="D=MÃ",
    help="Chỉ tính các dòng có chiều D bằng MÃ; dùng được nhiều lần.",
)
@PROVISIONAL
@FORMAT
@pass_context
@telling
def figures(
    context: Context, by: str, table: str, where: tuple[str, ...], form: str, *, provisional: bool
) -> None:
    """Số liệu của một bảng theo một chiều."""
    from pipeline import run
    from pipeline.terminal.records import print_frame

    home = context.home_to_read
    frame = run.figures(
        home,
        context.round,
        by,
        table=table,
        where=_conditions(where),
        provisional=provisional,
        lang=context.lang,
    )
    _say_provisional(context, form, provisional=provisional)
    print_frame(_at_a_glance(frame) if form == "text" else frame, form)


def _say_provisional(context: Context, form: str, *, provisional: bool) -> None:
    """Print that figures are provisional. JSON and CSV say it in each record instead."""
    if provisional and form == "text":
        title = ui("summary.provisional", context.lang)
        click.echo(f"{title}. {ui('summary.notes.provisional_text', context.lang)}")


def _at_a_glance(frame: pd.DataFrame) -> pd.DataFrame:
    """Drop columns that repeat others.

    How many agencies gave a figure is shown only where it differs from how many gave any.
    """
    from pipeline.summarise.figures.totals import AGENCIES

    repeated = [
        name
        for name in frame
        if str(name).startswith(f"{AGENCIES}_") and (frame[name] == frame[AGENCIES]).all()
    ]
    return frame.drop(columns=[*repeated, "provisional"], errors="ignore")  # said above the table


@click.command()
@click.option(
    "--where",
    multiple=True,
    required=True,
    metavar="D=MÃ",
    help="Điều kiện của số liệu; dùng được nhiều lần.",
)
@click.option("--table", default="", help="Bảng (khóa tiếng Anh); mặc định là bảng chính của đợt.")
@PROVISIONAL
@FORMAT
@pass_context
@telling
def trace(
    context: Context, where: tuple[str, ...], table: str, form: str, *, provisional: bool
) -> None:
    """Các dòng tạo nên một số liệu. Nêu tệp, trang tính, dòng và ô của từng dòng."""
    from pipeline import run
    from pipeline.terminal.records import print_frame

    found = run.trace(
        context.home_to_read,
        context.round,
        _conditions(where),
        table=table,
        provisional=provisional,
        lang=context.lang,
    )
    _say_provisional(context, form, provisional=provisional)
    print_frame(found, form)


@click.command()
@click.argument("agencies", nargs=-1, metavar="[CƠ_QUAN]...")
@click.option("--all", "everything", is_flag=True, help="Cả lỗi của các bản đã được thay thế.")
@FORMAT
@pass_context
@telling
def findings(context: Context, agencies: tuple[str, ...], form: str, *, everything: bool) -> None:
    """Lỗi, cảnh báo, ghi chú của các bản gửi.

    Nêu của các bản hiện hành và các tệp chưa rõ của cơ quan nào; có CƠ_QUAN (mã hoặc tên) thì
    chỉ của cơ quan đó.
    """
    from pipeline import run
    from pipeline.terminal.judgements import print_findings

    listed = run.findings(context.home_to_read, context.round, agencies, everything=everything)
    print_findings(listed, context.round, form, context.lang)


def _conditions(where: Sequence[str]) -> list[tuple[str, str]]:
    pairs = [condition.partition("=") for condition in where]
    wrong = next(
        (
            condition
            for condition, pair in zip(where, pairs, strict=True)
            if not (pair[1] and pair[0])
        ),
        None,
    )
    if wrong is not None:
        raise click.BadParameter(f"--where {wrong}: {translated('D=MÃ')}")
    return [(name.strip(), code.strip()) for name, _, code in pairs]


COMMANDS = (status, findings, figures, trace)
