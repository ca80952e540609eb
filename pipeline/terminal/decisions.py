"""The commands for decisions. Each records reason, person and time, and can be revoked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from pipeline.terminal.context import Context, pass_context, telling
from pipeline.terminal.language import spoken, translated
from pipeline.terminal.sentences import tell

if TYPE_CHECKING:
    from pipeline.model import Decision
    from pipeline.stages.deciding import DecisionReport
    from pipeline.store.decisions import Grounds

Command = Callable[..., None]
Option = Callable[[Command], Command]
DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])


def _stripped(_context: click.Context, _option: click.Parameter, reason: str) -> str:
    """Return the reason without blanks around it; refuse an empty one."""
    if not reason.strip():
        raise click.BadParameter(translated("lý do không được để trống."))
    return reason.strip()


AGENCY = click.argument("agency", metavar="CƠ_QUAN")
SUBMISSION = click.argument("submission", metavar="TỆP_HOẶC_MÃ")
REASON = click.option(
    "--reason", required=True, callback=_stripped, help="Lý do (được ghi vào sổ theo dõi)."
)
BY = click.option(
    "--by", default=None, metavar="TÊN", help="Người quyết định (mặc định: người đang dùng máy)."
)
APPROVER = click.option("--approver", default="", help="Người phê duyệt.")
EXPIRY = click.option("--until", "expiry", type=DAY, help="Hết hiệu lực với bản nhận sau ngày này.")
UNDO = click.option("--undo", is_flag=True, help="Rút lại quyết định trước đó (cũng được ghi lại).")


def recording(*options: Option) -> Callable[[Callable[..., DecisionReport]], Command]:
    """Decorate a function that decides: it is given the grounds, and what changed is told.

    ``options`` stand in the command's help between those of every decision.
    """

    def decorate(function: Callable[..., DecisionReport]) -> Command:
        @pass_context
        @telling
        @wraps(function)
        def decide(
            context: Context,
            /,
            reason: str,
            by: str | None,
            approver: str = "",
            expiry: dt.datetime | None = None,
            *,
            undo: bool,
            **own: Any,
        ) -> None:
            from pipeline.store.decisions import Grounds

            until = expiry.date() if expiry else None
            grounds = Grounds(reason, by or user(), approver, until, undo)
            _report_decided(context, function(context, grounds, **own))

        command: Command = decide
        decorators: list[Option] = [UNDO, *reversed(options), BY, REASON]
        for option in decorators:
            command = option(command)
        return command

    return decorate


def _about_a_submission(choice: str, text: str) -> click.Command:
    """Return the command for one kind of decision about a submission."""

    @click.command(choice, help=text)
    @SUBMISSION
    @recording()
    def decide(context: Context, grounds: Grounds, submission: str) -> DecisionReport:
        from pipeline.model import Choice
        from pipeline.stages import deciding

        return deciding.on_submission(
            context.home_to_read, context.round, Choice(choice), submission, grounds
        )

    return decide


pin = _about_a_submission(
    "pin", "Ghim một bản gửi: bản này được tổng hợp. Dù cơ quan đó có bản mới hơn."
)
exclude = _about_a_submission(
    "exclude", "Loại một bản gửi: bản này không được tổng hợp. Bản đó cũng không thay bản nào."
)


@click.command()
@AGENCY
@click.argument("rule", metavar="QUY_TẮC")
@recording(
    APPROVER,
    EXPIRY,
    click.option(
        "--severity",
        type=click.Choice(["E", "W"]),
        help="Không miễn mà coi là lỗi (E) hoặc cảnh báo (W) đối với cơ quan này.",
    ),
)
def waive(
    context: Context, grounds: Grounds, agency: str, rule: str, severity: str | None
) -> DecisionReport:
    """Miễn hoặc đổi mức một quy tắc cho một cơ quan.

    Các bản gửi của cơ quan đó được kiểm tra lại ngay.
    """
    from pipeline.stages import deciding

    return deciding.waive(
        context.home_to_read, context.round, agency, rule.upper(), grounds, severity or ""
    )


@click.command()
@AGENCY
@recording(APPROVER)
def excuse(context: Context, grounds: Grounds, agency: str) -> DecisionReport:
    """Ghi nhận một cơ quan được miễn báo cáo đợt này.

    Cơ quan đó không còn là “chưa báo cáo”; nếu vẫn gửi thì vẫn được tổng hợp.
    """
    from pipeline.stages import deciding

    return deciding.excuse(context.home_to_read, context.round, agency, grounds)


@click.command("map")
@AGENCY
@click.argument("title", metavar="TIÊU_ĐỀ")
@click.argument("place", metavar="CỘT")
@recording()
def map_column(
    context: Context, grounds: Grounds, agency: str, title: str, place: str
) -> DecisionReport:
    """Xác nhận một tiêu đề trong bản gửi là cột nào của biểu mẫu.

    CỘT ghi như trong biểu mẫu: tên trang tính, dấu chấm, tiêu đề cột (hoặc khóa); các bản gửi của
    cơ quan đó được đọc lại ngay.
    """
    from pipeline.stages import deciding

    return deciding.map_column(context.home_to_read, context.round, agency, title, place, grounds)


@click.command()
@SUBMISSION
@click.argument("agency", metavar="CƠ_QUAN", default="")
@recording()
def assign(context: Context, grounds: Grounds, submission: str, agency: str) -> DecisionReport:
    """Ghi nhận một tệp chưa rõ là báo cáo của một cơ quan.

    Tệp được đọc lại ngay. Rút lại (--undo) thì không cần CƠ_QUAN.
    """
    from pipeline.stages import deciding

    if not agency and not grounds.undo:
        raise click.UsageError(translated("thiếu CƠ_QUAN: tệp này là của cơ quan nào."))
    return deciding.assign(context.home_to_read, context.round, submission, agency, grounds)


@click.command()
@SUBMISSION
@recording()
def dismiss(context: Context, grounds: Grounds, submission: str) -> DecisionReport:
    """Ghi nhận một tệp là không liên quan.

    Dùng cho tệp chưa rõ của cơ quan nào hoặc không đọc được; tệp không còn chờ quyết định.
    """
    from pipeline.stages import deciding

    return deciding.dismiss(context.home_to_read, context.round, submission, grounds)


@click.command()
@click.argument("agencies", nargs=-1, metavar="[CƠ_QUAN]...")
@click.option("--until", type=DAY, help="Ngày cuối cùng còn đúng hạn.")
@recording(APPROVER)
def extend(
    context: Context, grounds: Grounds, agencies: tuple[str, ...], until: dt.datetime | None
) -> DecisionReport:
    """Gia hạn cho một số cơ quan hoặc cho tất cả.

    Không nêu cơ quan nào thì gia hạn cho tất cả; hạn riêng của một cơ quan được áp dụng trước hạn
    chung.
    """
    from pipeline.stages import deciding

    if until is None and not grounds.undo:
        raise click.UsageError(translated("thiếu --until: gia hạn đến hết ngày nào."))
    last_day = until.date() if until else None
    return deciding.extend(context.home_to_read, context.round, agencies, last_day, grounds)


def _report_decided(context: Context, decided: DecisionReport) -> None:
    """Say what was decided, and what that changed, or why it changed nothing."""
    from pipeline.terminal.effects import report_effects
    from schemas.words import dmy

    for decision, named in decided.made:
        tell(
            context.lang,
            f"decided.{_sentence(decision)}",
            day=dmy(decision.until) if decision.until else "",
            place=f"“{named.value}”",
            **vars(named),
        )
    report_effects(decided, context.round, context.lang)


def _sentence(decision: Decision) -> str:
    """Return the key of the sentence that says what was decided."""
    kind = "graded" if decision.choice == "waive" and decision.value else decision.choice.value
    kind = "extend_all" if kind == "extend" and not decision.agency else kind
    return f"undone.{kind}" if decision.revoked else kind


def names_in_clear(command: Command) -> Command:
    """Add the options for naming persons to a command: see :func:`grounds_of_names`."""
    names = click.option(
        "--names",
        is_flag=True,
        help="Ghi rõ tên người, số điện thoại thay vì che; phải có --reason, được ghi lại.",
    )
    reason = click.option(
        "--reason", default="", help="Lý do ghi rõ tên người (được ghi vào sổ theo dõi)."
    )
    return names(reason(BY(command)))


def grounds_of_names(*, names: bool, reason: str, by: str | None) -> Grounds | None:
    """Return why and by whom persons are named; None if that isn't asked for."""
    from pipeline.store.decisions import Grounds

    if names != bool(reason.strip()):
        fault = "--names và --reason phải đi cùng nhau: ghi rõ tên người thì phải nêu lý do."
        raise click.UsageError(translated(fault))
    return Grounds(reason.strip(), by or user()) if names else None


def user() -> str:
    """Return the name of the person at the machine, else that of the account, marked as such."""
    from pipeline.terminal.people import account, full_name
    from schemas.words import ui

    return full_name() or ui("screen.account", spoken(), name=account())


COMMANDS = (assign, dismiss, pin, exclude, waive, extend, excuse, map_column)
"""In the order of the help."""
