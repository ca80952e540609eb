"""The commands for machine and ledger: what is wrong, and making the ledger anew."""

from __future__ import annotations

import sys
from itertools import chain

import click

from pipeline.terminal.context import (
    ARCHIVE,
    CLUSTER,
    Context,
    pass_context,
    say,
    tell_next,
    telling,
)


@click.command()
@CLUSTER
@ARCHIVE
@pass_context
def doctor(context: Context, cluster: str) -> None:
    """Kiểm tra bản cài đặt và thư mục làm việc, cả cụm máy nếu có.

    Nêu lỗi và cách sửa. Mã thoát: 0 không có lỗi, 1 có lỗi.
    """
    from pipeline.stages.cluster.examining import examine_cluster
    from pipeline.stages.doctor import Health, examine
    from pipeline.terminal.reports import print_diagnosis

    worst = Health.GOOD
    of_cluster = examine_cluster(context.home, cluster, context.lang) if cluster else ()
    for diagnosis in chain(examine(context.home, context.round), of_cluster):
        print_diagnosis(diagnosis, context.lang)
        worst = Health.BAD if Health.BAD in (worst, diagnosis.health) else diagnosis.health
    if worst is Health.BAD:
        sys.exit(1)
    tell_next(context, context.home)


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


COMMANDS = (doctor, rebuild)
