"""Writes what the documentation has from the code: the form reference and the CLI reference. Run by ``make docs``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from pipeline.terminal.commands import main
from pipeline.terminal.language import VIETNAMESE, in_language, speak
from schemas.columns import Column, TableSpec
from schemas.round.load import load_round
from schemas.round.round import Round
from schemas.rules.base import Rule
from schemas.rules.catalogue import PROGRAM_RULES, catalogue
from schemas.rules.cells import DashCell, ErrorCell, NoValueCell, RepairedCell
from schemas.rules.sentences import sentence
from schemas.words import dmy, say

HERE = Path(__file__).parent
KINDS = {"code": "chọn trong danh mục", "count": "số nguyên", "decimal": "số", "date": "ngày", "text": "chữ"}
SEVERITIES = {"E": "lỗi", "W": "cảnh báo", "N": "ghi chú"}


def form_reference(round_: Round) -> str:
    """The forms of a round in Vietnamese: every sheet, column and rule."""
    lines = [f"# {round_.name}", "", "Tài liệu này được tạo từ khai báo (`make docs`), không sửa bằng tay.", ""]
    lines += [f"Kỳ số liệu: từ {round_.start:%d/%m/%Y} đến {round_.end:%d/%m/%Y}. Hạn: trước ngày {round_.deadline:%d/%m/%Y}.", ""]
    for spec in round_.tables:
        lines += [*_table(spec, round_), ""]
    lines += ["## Đối chiếu giữa các biểu", ""]
    lines += [f"- {_rule(rule, round_)}" for rule in round_.cross_rules]
    lines += ["", "## Quy tắc chung của chương trình", "", *_program_rules(round_)]
    lines += ["", "## Danh mục quy tắc", "", "Mọi quy tắc, mức của mỗi quy tắc và nơi quyết định.", ""]
    lines += ["| Mã | Mức | Thông báo | Quyết định ở |", "|---|---|---|---|"]
    lines += [f"| {rule.id} | {rule.severity} | `{rule.message}` | `{rule.decided_in}` |" for rule in catalogue(round_)]
    return "\n".join(lines) + "\n"


def _program_rules(round_: Round) -> Iterator[str]:
    """What must hold of every return of every round, once per sentence."""
    words = {"title": "…", "deadline": dmy(round_.deadline)}
    said = {(rule.id, say(rule.message, "rule", round_.language, words)): None for rule in PROGRAM_RULES}
    yield from (f"- {rule}: {text}" for rule, text in said)


def _table(spec: TableSpec, round_: Round) -> Iterator[str]:
    yield from (f"## {spec.sheet}", "", f"{spec.title}. {spec.note} Khóa: `{spec.key}`.", "")
    yield from ("| Khóa | Tiêu đề | Kiểu | Bắt buộc | Hướng dẫn |", "|---|---|---|---|---|")
    yield from (_column(column, round_) for column in spec.columns)
    yield from ("", "Quy tắc:", "")
    rules = [rule for rule in round_.rules[spec.key] if not isinstance(rule, ErrorCell | NoValueCell | RepairedCell | DashCell)]
    yield from dict.fromkeys(f"- {_rule(rule, round_)}" for rule in rules)


def _column(column: Column, round_: Round) -> str:
    kind = KINDS[column.kind] + (f" `{column.codes}` ({len(round_.codes_of(column).entries)} mục)" if column.codes else "")
    unit = f", {column.unit}" if column.unit else ""
    marks = "bắt buộc" if column.required else ""
    marks += ", khóa" if column.is_key else ""
    names = f" Nhận cả tên: {', '.join(f'“{name}”' for name in column.synonyms)}." if column.synonyms else ""
    return f"| `{column.key}` | {column.title} | {kind}{unit} | {marks.strip(', ')} | {column.help}{names} |"


def _rule(rule: Rule, round_: Round) -> str:
    return f"{rule.id} ({SEVERITIES[rule.severity]}): {sentence(rule, round_, round_.language)}"


def cli_reference() -> str:
    """Every command's help, as the program prints it in Vietnamese."""
    speak(VIETNAMESE)
    program = in_language(main)
    lines = ["# Lệnh của tonghop", "", "Tài liệu này được tạo từ chương trình (`make docs`), không sửa bằng tay.", ""]
    context = click.Context(program, info_name="tonghop", **{**program.context_settings, "max_content_width": 100, "terminal_width": 100})
    lines += ["```", program.get_help(context), "```", ""]
    return "\n".join([*lines, *_commands(program, context)])


def _commands(group: click.Group, context: click.Context, before: str = "") -> Iterator[str]:
    """The help of every command of a group, and of those below it."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is not None:
            inner = click.Context(command, info_name=name, parent=context, max_content_width=100, terminal_width=100)
            yield from (f"## {before}{name}", "", "```", command.get_help(inner), "```", "")
            if isinstance(command, click.Group):
                yield from _commands(command, inner, f"{before}{name} ")


if __name__ == "__main__":
    (HERE / "forms-cv4874.md").write_text(form_reference(load_round("cv4874")), encoding="utf-8")
    (HERE / "commands.md").write_text(cli_reference(), encoding="utf-8")
