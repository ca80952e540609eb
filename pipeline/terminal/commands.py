"""The command line: parse and delegate. Commands import inside, so that ``--help`` is quick."""

from __future__ import annotations

import atexit
import datetime as dt
import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.machine.interpreter import work_undisturbed
from pipeline.terminal import decisions, letters, looking, recalling, upkeep
from pipeline.terminal.context import (
    ARCHIVE,
    CLUSTER,
    SHARED,
    CommandGroup,
    Context,
    PlaceType,
    pass_context,
    say,
    say_next,
    tell_next,
    telling,
)
from pipeline.terminal.decisions import grounds_of_names, names_in_clear
from pipeline.terminal.drafts import drafts
from pipeline.terminal.issuing import distribute, template
from pipeline.terminal.language import VARIABLE, VIETNAMESE
from pipeline.terminal.looking import FORMAT, PROVISIONAL
from pipeline.terminal.mail import mail
from pipeline.terminal.rounds import group as round_group

if TYPE_CHECKING:
    from pipeline.machine.storage import Place
    from schemas.round.round import Round

RECEIVED = click.option(
    "--received",
    type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%dT%H:%M:%S"]),
    help="Ngày nhận các tệp này.",
)
PATHS = click.argument("paths", nargs=-1, type=PlaceType())


@click.group(
    cls=CommandGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    default=".",
    envvar="TONGHOP_HOME",
    help="Thư mục làm việc (mặc định: thư mục hiện tại).",
)
@click.option(
    "--round",
    "round_name",
    help="Đợt báo cáo: tên hoặc thư mục (mặc định: đợt của thư mục, nếu chưa có thì đợt mới nhất).",
)
@click.option(
    "--lang",
    type=click.Choice(["vi", "en"]),
    default=VIETNAMESE,
    envvar=VARIABLE,
    help="Ngôn ngữ của màn hình.",
)
@click.version_option(package_name="tonghop", prog_name="tonghop", help="Hiện số phiên bản.")
@click.pass_context
def main(ctx: click.Context, home: Path, round_name: str | None, lang: str) -> None:
    """Tổng hợp báo cáo trên sổ tính Excel: phát hành biểu mẫu, thu bản gửi, kiểm tra, tổng hợp."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    work_undisturbed()
    atexit.register(gc.freeze)  # skips the last garbage collection, a fifth of a second
    ctx.obj = Context(home, round_name, lang)


for elsewhere in (
    template,
    distribute,
    *looking.COMMANDS,
    *recalling.COMMANDS,
    *decisions.COMMANDS,
    *letters.COMMANDS,
    mail,
    *upkeep.COMMANDS,
    round_group,
):
    main.add_command(elsewhere)


@main.command()
@PATHS
@RECEIVED
@CLUSTER
@ARCHIVE
@pass_context
@telling
def collect(
    context: Context, paths: tuple[Place, ...], received: dt.datetime | None, cluster: str
) -> None:
    """Thu bản gửi: lưu trữ, đọc, kiểm tra, ghi sổ.

    Nhận tệp, thư mục, thư điện tử, tệp nén, địa chỉ như s3://kho/den; mặc định là
    data/incoming/.
    """
    from pipeline import run
    from pipeline.terminal.effects import report_changes
    from pipeline.terminal.progress import progress
    from pipeline.terminal.reports import report_collected

    round_ = context.round
    with progress(context.lang) as tell:
        collected = run.collect(
            context.home,
            round_,
            paths,
            received=_moment(received, round_),
            cluster=cluster,
            progress=tell,
        )
    report_collected(collected, round_, context.lang)
    report_changes(collected.effects, round_, context.lang, collected.withdrawn)


@main.command()
@click.argument("files", nargs=-1, required=True, type=PlaceType())
@FORMAT
@pass_context
def check(context: Context, files: tuple[Place, ...], form: str) -> None:
    """Kiểm tra tệp (hoặc địa chỉ tệp như s3://kho/den/a.xlsx) mà không thu, không ghi sổ.

    Mã thoát: 0 đạt, 1 có lỗi phải sửa, 2 gọi sai.
    """
    from pipeline import run
    from pipeline.model import Severity
    from pipeline.terminal.judgements import print_checked
    from pipeline.terminal.reports import report_ignored

    round_ = context.round
    checked = run.check(
        context.home, round_, files, lambda ignored: report_ignored([ignored], context.lang)
    )
    print_checked(checked, round_, form, context.lang)
    is_wrong = any(
        finding.severity is Severity.ERROR for each in checked for finding in each.findings
    )
    say_next(context, "checked_wrong" if is_wrong else "checked_right")
    if is_wrong:
        sys.exit(1)


@main.command()
@PROVISIONAL
@click.option(
    "--compare",
    type=click.Path(path_type=Path),
    metavar="SỔ",
    help="Sổ theo dõi (hoặc thư mục) của lần trước, đợt trước để so sánh.",
)
@click.option(
    "--compare-round",
    default="",
    metavar="TÊN",
    help="Đợt của sổ đó (tên hoặc thư mục), khi không phải đợt này hoặc đợt có sẵn.",
)
@names_in_clear
@SHARED
@pass_context
@telling
def summarise(
    context: Context,
    /,
    compare: Path | None,
    compare_round: str,
    *,
    provisional: bool,
    **names: Any,
) -> None:
    """Ghi mọi sổ tổng hợp từ sổ theo dõi.

    Các sổ nằm trong data/output/; tên người trong văn bản được che.
    """
    from pipeline import run
    from pipeline.store.earlier import Comparison

    grounds, beside = (
        grounds_of_names(**names),
        Comparison(compare, compare_round) if compare is not None else None,
    )
    made = run.summarise(
        context.home_to_read,
        context.round,
        provisional=provisional,
        lang=context.lang,
        compare=beside,
        names=grounds,
    )
    say(context, "summarised", count=len(made), folder=context.home.output)


@main.command()
@PATHS
@RECEIVED
@CLUSTER
@ARCHIVE
@PROVISIONAL
@SHARED
@pass_context
@telling
@drafts("feedback", option=False)
def consolidate(
    context: Context,
    paths: tuple[Place, ...],
    received: dt.datetime | None,
    cluster: str,
    *,
    provisional: bool,
) -> None:
    """Việc chính: thu, kiểm tra, phản hồi rồi tổng hợp."""
    from pipeline import run
    from pipeline.home import BOARD_FILE
    from pipeline.terminal.effects import report_changes
    from pipeline.terminal.progress import progress
    from pipeline.terminal.reports import report_collected, report_replied

    home, round_ = context.home, context.round
    with progress(context.lang) as tell:
        collected, replied, written = run.consolidate(
            home,
            round_,
            paths,
            received=_moment(received, round_),
            provisional=provisional,
            lang=context.lang,
            cluster=cluster,
            progress=tell,
        )
    report_collected(collected, round_, context.lang)
    report_changes(collected.effects, round_, context.lang, collected.withdrawn)
    report_replied(replied, home, context.lang)
    say(context, "summarised", count=len(written), folder=home.output)
    say(context, "page", path=home.output / BOARD_FILE)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default="demo")
@SHARED
@pass_context
def demo(context: Context, folder: Path) -> None:
    """Dựng một đợt báo cáo giả định rồi tổng hợp. Mặc định trong thư mục demo."""
    from pipeline import run
    from pipeline.home import Home
    from pipeline.terminal.progress import progress
    from pipeline.terminal.reports import report_demo

    home = Home(folder.resolve(), context.shared)
    with progress(context.lang) as tell:
        invented = run.demo(home, context.round_in(home), lang=context.lang, progress=tell)
    report_demo(invented, home, context.round_in(home), context.lang)
    context.tell_of_outputs(home)
    tell_next(context, home)


def _moment(received: dt.datetime | None, round_: Round) -> dt.datetime | None:
    from pipeline.errors import UsageError
    from pipeline.model import YEARS

    if received and received.year not in YEARS:
        raise UsageError("no_such_day", first=YEARS[0], last=YEARS[-1])
    return received.replace(tzinfo=round_.timezone) if received else None


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUTF8", "1")
    main()
