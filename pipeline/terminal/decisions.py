"""The commands of the operator's decisions: each recorded with its reason, who and when, and each can be taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from pipeline.terminal.context import Context, pass_context, say, telling

if TYPE_CHECKING:
    from pipeline.store.decisions import Grounds


def _said(_context: click.Context, _option: click.Parameter, reason: str) -> str:
    """A reason that says something."""
    if not reason.strip():
        raise click.BadParameter("lý do không được để trống.")
    return reason.strip()


REASON = click.option("--reason", required=True, callback=_said, help="Lý do (được ghi vào sổ theo dõi).")
BY = click.option("--by", default=None, metavar="TÊN", help="Người quyết định (mặc định: người đang dùng máy).")
UNDO = click.option("--undo", is_flag=True, help="Rút lại quyết định trước đó (cũng được ghi lại).")


def _about_a_submission(choice: str, told: str) -> click.Command:
    """The command of a decision about one submission."""

    @click.command(choice, help=told)
    @click.argument("submission", metavar="TỆP_HOẶC_MÃ")
    @REASON
    @BY
    @UNDO
    @pass_context
    @telling
    def decide(context: Context, submission: str, reason: str, by: str | None, *, undo: bool) -> None:
        from pipeline import run
        from pipeline.model import Choice
        from pipeline.store.decisions import Grounds

        grounds = Grounds(reason, by or user(), undo=undo)
        decision = run.decide_on_submission(context.home_to_read, context.round, Choice(choice), submission, grounds)
        say(context, f"decided.{'undone' if undo else choice}", agency=decision.agency, target=decision.target[:12])

    return decide


pin = _about_a_submission("pin", "Ghim một bản gửi: bản này được tính cho cơ quan của nó dù có bản mới hơn.")
exclude = _about_a_submission("exclude", "Loại một bản gửi: bản này không được tính và không thay bản nào.")


@click.command()
@click.argument("agency", metavar="CƠ_QUAN")
@click.argument("rule", metavar="QUY_TẮC")
@REASON
@BY
@click.option("--approver", default="", help="Người phê duyệt.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y"]), help="Hết hiệu lực với bản nhận sau ngày này.")
@click.option("--severity", type=click.Choice(["E", "W"]), help="Không miễn mà coi là lỗi (E) hoặc cảnh báo (W) đối với cơ quan này.")
@UNDO
@pass_context
@telling
def waive(
    context: Context,
    agency: str,
    rule: str,
    reason: str,
    by: str | None,
    approver: str,
    until: dt.datetime | None,
    severity: str | None,
    *,
    undo: bool,
) -> None:
    """Miễn một quy tắc, hoặc đổi mức độ của quy tắc, cho một cơ quan; các bản gửi của cơ quan đó được kiểm tra lại ngay."""
    from pipeline import run
    from pipeline.store.decisions import Grounds

    grounds = Grounds(reason, by or user(), approver, until.date() if until else None, undo)
    decision = run.waive(context.home_to_read, context.round, agency, rule.upper(), grounds, severity or "")
    what = "undone" if undo else "graded" if severity else "waive"
    say(context, f"decided.{what}", agency=decision.agency, target=decision.target, value=decision.value)


@click.command()
@click.argument("agency", metavar="CƠ_QUAN")
@REASON
@BY
@click.option("--approver", default="", help="Người phê duyệt.")
@UNDO
@pass_context
@telling
def excuse(context: Context, agency: str, reason: str, by: str | None, approver: str, *, undo: bool) -> None:
    """Ghi nhận một cơ quan được miễn báo cáo đợt này: không còn là “chưa báo cáo”; nếu vẫn gửi thì vẫn được tính."""
    from pipeline import run
    from pipeline.store.decisions import Grounds

    decision = run.excuse(context.home_to_read, context.round, agency, Grounds(reason, by or user(), approver, undo=undo))
    say(context, f"decided.{'undone' if undo else 'excuse'}", agency=decision.agency, target=decision.target)


@click.command("map")
@click.argument("agency", metavar="CƠ_QUAN")
@click.argument("title", metavar="TIÊU_ĐỀ")
@click.argument("place", metavar="BẢNG.CỘT")
@REASON
@BY
@UNDO
@pass_context
@telling
def map_column(context: Context, agency: str, title: str, place: str, reason: str, by: str | None, *, undo: bool) -> None:
    """Xác nhận TIÊU_ĐỀ trong các bản gửi của một cơ quan chính là BẢNG.CỘT; các bản đó được đọc lại ngay."""
    from pipeline import run
    from pipeline.store.decisions import Grounds

    decision = run.map_column(context.home_to_read, context.round, agency, title, place, Grounds(reason, by or user(), undo=undo))
    say(context, f"decided.{'undone' if undo else 'mapping'}", agency=decision.agency, target=decision.target, place=decision.value)


def names_in_clear(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options by which persons are written in clear: see :func:`grounds_of_names`."""
    asked = click.option("--names", is_flag=True, help="Ghi rõ tên người, số điện thoại thay vì che; phải có --reason, được ghi lại.")
    why = click.option("--reason", default="", help="Lý do ghi rõ tên người (được ghi vào sổ theo dõi).")
    return asked(why(BY(command)))


def grounds_of_names(*, names: bool, reason: str, by: str | None) -> Grounds | None:
    """Why and by whom persons are written in clear; nothing where nobody asks for it."""
    from pipeline.store.decisions import Grounds

    if names != bool(reason.strip()):
        raise click.UsageError("--names và --reason phải đi cùng nhau: ghi rõ tên người thì phải nêu lý do.")
    return Grounds(reason.strip(), by or user()) if names else None


def user() -> str:
    """Who sits at the machine, as the system knows it."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "?"


COMMANDS = (pin, exclude, waive, excuse, map_column)
"""In the order in which they are told."""
