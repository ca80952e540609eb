"""The commands for decisions. Each records reason, person and time, and can be revoked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from pipeline.terminal.context import Context, pass_context, say, telling
from pipeline.terminal.language import spoken, translated

if TYPE_CHECKING:
    from pipeline.model import Decision
    from pipeline.stages.deciding import Decided
    from pipeline.store.decisions import Grounds


def _said(_context: click.Context, _option: click.Parameter, reason: str) -> str:
    """Return the reason without blanks around it; refuse an empty one."""
    if not reason.strip():
        raise click.BadParameter(translated("lý do không được để trống."))
    return reason.strip()


REASON = click.option(
    "--reason", required=True, callback=_said, help="Lý do (được ghi vào sổ theo dõi)."
)
BY = click.option(
    "--by", default=None, metavar="TÊN", help="Người quyết định (mặc định: người đang dùng máy)."
)
UNDO = click.option("--undo", is_flag=True, help="Rút lại quyết định trước đó (cũng được ghi lại).")


def _about_a_submission(choice: str, told: str) -> click.Command:
    """Return the command for one kind of decision about a submission."""

    @click.command(choice, help=told)
    @click.argument("submission", metavar="TỆP_HOẶC_MÃ")
    @REASON
    @BY
    @UNDO
    @pass_context
    @telling
    def decide(
        context: Context, submission: str, reason: str, by: str | None, *, undo: bool
    ) -> None:
        from pipeline import run
        from pipeline.model import Choice
        from pipeline.store.decisions import Grounds

        grounds = Grounds(reason, by or user(), undo=undo)
        decided = run.decide_on_submission(
            context.home_to_read, context.round, Choice(choice), submission, grounds
        )
        _told(context, decided)

    return decide


pin = _about_a_submission(
    "pin", "Ghim một bản gửi: bản này được tổng hợp. Dù cơ quan đó có bản mới hơn."
)
exclude = _about_a_submission(
    "exclude", "Loại một bản gửi: bản này không được tổng hợp. Bản đó cũng không thay bản nào."
)


@click.command()
@click.argument("agency", metavar="CƠ_QUAN")
@click.argument("rule", metavar="QUY_TẮC")
@REASON
@BY
@click.option("--approver", default="", help="Người phê duyệt.")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y"]),
    help="Hết hiệu lực với bản nhận sau ngày này.",
)
@click.option(
    "--severity",
    type=click.Choice(["E", "W"]),
    help="Không miễn mà coi là lỗi (E) hoặc cảnh báo (W) đối với cơ quan này.",
)
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
    """Miễn hoặc đổi mức một quy tắc cho một cơ quan. Các bản gửi của cơ quan đó được kiểm tra lại ngay."""
    from pipeline import run
    from pipeline.store.decisions import Grounds

    grounds = Grounds(reason, by or user(), approver, until.date() if until else None, undo)
    decided = run.waive(
        context.home_to_read, context.round, agency, rule.upper(), grounds, severity or ""
    )
    _told(context, decided)


@click.command()
@click.argument("agency", metavar="CƠ_QUAN")
@REASON
@BY
@click.option("--approver", default="", help="Người phê duyệt.")
@UNDO
@pass_context
@telling
def excuse(
    context: Context, agency: str, reason: str, by: str | None, approver: str, *, undo: bool
) -> None:
    """Ghi nhận một cơ quan được miễn báo cáo đợt này. Cơ quan đó không còn là “chưa báo cáo”; nếu vẫn gửi thì vẫn được tổng hợp."""
    from pipeline import run
    from pipeline.store.decisions import Grounds

    decided = run.excuse(
        context.home_to_read,
        context.round,
        agency,
        Grounds(reason, by or user(), approver, undo=undo),
    )
    _told(context, decided)


@click.command("map")
@click.argument("agency", metavar="CƠ_QUAN")
@click.argument("title", metavar="TIÊU_ĐỀ")
@click.argument("place", metavar="CỘT")
@REASON
@BY
@UNDO
@pass_context
@telling
def map_column(
    context: Context,
    agency: str,
    title: str,
    place: str,
    reason: str,
    by: str | None,
    *,
    undo: bool,
) -> None:
    """Xác nhận một tiêu đề trong bản gửi là cột nào của biểu mẫu. CỘT ghi như trong biểu mẫu: tên trang tính, dấu chấm, tiêu đề cột (hoặc khóa); các bản gửi của cơ quan đó được đọc lại ngay."""
    from pipeline import run
    from pipeline.store.decisions import Grounds

    decided = run.map_column(
        context.home_to_read,
        context.round,
        agency,
        title,
        place,
        Grounds(reason, by or user(), undo=undo),
    )
    _told(context, decided)


@click.command()
@click.argument("submission", metavar="TỆP_HOẶC_MÃ")
@click.argument("agency", metavar="CƠ_QUAN", default="")
@REASON
@BY
@UNDO
@pass_context
@telling
def assign(
    context: Context, submission: str, agency: str, reason: str, by: str | None, *, undo: bool
) -> None:
    """Ghi nhận một tệp chưa rõ là báo cáo của một cơ quan. Tệp được đọc lại ngay. Rút lại (--undo) thì không cần CƠ_QUAN."""
    from pipeline import run
    from pipeline.store.decisions import Grounds

    if not agency and not undo:
        raise click.UsageError(translated("thiếu CƠ_QUAN: tệp này là của cơ quan nào."))
    decided = run.assign(
        context.home_to_read,
        context.round,
        submission,
        agency,
        Grounds(reason, by or user(), undo=undo),
    )
    _told(context, decided)


@click.command()
@click.argument("submission", metavar="TỆP_HOẶC_MÃ")
@REASON
@BY
@UNDO
@pass_context
@telling
def dismiss(context: Context, submission: str, reason: str, by: str | None, *, undo: bool) -> None:
    """Ghi nhận một tệp là không liên quan. Dùng cho tệp chưa rõ của cơ quan nào hoặc không đọc được; tệp không còn chờ quyết định."""
    from pipeline import run
    from pipeline.store.decisions import Grounds

    decided = run.dismiss(
        context.home_to_read, context.round, submission, Grounds(reason, by or user(), undo=undo)
    )
    _told(context, decided)


@click.command()
@click.argument("agencies", nargs=-1, metavar="[CƠ_QUAN]...")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y"]), help="Ngày cuối cùng còn đúng hạn."
)
@REASON
@BY
@click.option("--approver", default="", help="Người phê duyệt.")
@UNDO
@pass_context
@telling
def extend(
    context: Context,
    agencies: tuple[str, ...],
    until: dt.datetime | None,
    reason: str,
    by: str | None,
    approver: str,
    *,
    undo: bool,
) -> None:
    """Gia hạn cho một số cơ quan hoặc cho tất cả. Không nêu cơ quan nào thì gia hạn cho tất cả; hạn riêng của một cơ quan được áp dụng trước hạn chung."""
    from pipeline import run
    from pipeline.store.decisions import Grounds

    if until is None and not undo:
        raise click.UsageError(translated("thiếu --until: gia hạn đến hết ngày nào."))
    grounds = Grounds(reason, by or user(), approver, undo=undo)
    decided = run.extend(
        context.home_to_read, context.round, agencies, until.date() if until else None, grounds
    )
    _told(context, decided)


def _told(context: Context, decided: Decided) -> None:
    """Say what was decided, and what that changed, or why it changed nothing."""
    from pipeline.terminal.effects import report_effects
    from schemas.words import dmy

    for made, named in decided.made:
        day = dmy(made.until) if made.until else ""
        say(context, f"decided.{_sentence(made)}", day=day, place=f"“{named.value}”", **vars(named))
    report_effects(decided, context.round, context.lang)


def _sentence(made: Decision) -> str:
    """Return the key of the sentence that says what was decided."""
    kind = "graded" if made.choice == "waive" and made.value else made.choice.value
    kind = "extend_all" if kind == "extend" and not made.agency else kind
    return f"undone.{kind}" if made.revoked else kind


def names_in_clear(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options for naming persons to a command: see :func:`grounds_of_names`."""
    asked = click.option(
        "--names",
        is_flag=True,
        help="Ghi rõ tên người, số điện thoại thay vì che; phải có --reason, được ghi lại.",
    )
    why = click.option(
        "--reason", default="", help="Lý do ghi rõ tên người (được ghi vào sổ theo dõi)."
    )
    return asked(why(BY(command)))


def grounds_of_names(*, names: bool, reason: str, by: str | None) -> Grounds | None:
    """Return why and by whom persons are named; None if that isn't asked for."""
    from pipeline.store.decisions import Grounds

    if names != bool(reason.strip()):
        raise click.UsageError(
            translated(
                "--names và --reason phải đi cùng nhau: ghi rõ tên người thì phải nêu lý do."
            )
        )
    return Grounds(reason.strip(), by or user()) if names else None


def user() -> str:
    """Return the name of the person at the machine, else that of the account, marked as such."""
    from pipeline.terminal.people import account, full_name
    from schemas.words import ui

    return full_name() or ui("screen.account", spoken(), name=account())


COMMANDS = (assign, dismiss, pin, exclude, waive, extend, excuse, map_column)
"""In the order of the help."""
