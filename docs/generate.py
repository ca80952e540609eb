"""Write the form reference and the CLI reference from the code. Run by ``make docs``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from pipeline.terminal.commands import main
from pipeline.terminal.language import in_language, speak
from schemas.columns import Column, TableSpec
from schemas.round.load import load_round
from schemas.round.round import Round
from schemas.round.translation import in_language as translated
from schemas.rules.base import Rule
from schemas.rules.catalogue import PROGRAM_RULES, catalogue
from schemas.rules.cells import DashCell, ErrorCell, NoValueCell, RepairedCell
from schemas.rules.sentences import sentence
from schemas.words import Language, dmy, say

HERE = Path(__file__).parent
WORDS = tomllib.loads((HERE / "generate.toml").read_text(encoding="utf-8"))
"""The references' own words, by language."""


@dataclass(frozen=True)
class FormReference:
    """The forms of a round in a language: every sheet, column and rule."""

    round_: Round
    language: Language

    @property
    def text(self) -> str:
        """The whole page."""
        round_, words = self.round_, self._words
        days = {
            "start": dmy(round_.start),
            "end": dmy(round_.end),
            "deadline": dmy(round_.deadline),
        }
        lines = [f"# {round_.name}", "", words["generated"], "", words["window"].format(**days), ""]
        for spec in round_.tables:
            lines += [*self._table(spec), ""]
        lines += [
            f"## {words['between']}",
            "",
            *(f"- {self._rule(rule)}" for rule in round_.cross_rules),
            "",
        ]
        lines += [f"## {words['program_rules']}", "", *self._program_rules(), ""]
        lines += [
            f"## {words['catalogue']}",
            "",
            words["catalogue_says"],
            "",
            *_head(words["catalogue_head"]),
        ]
        lines += [
            f"| {rule.id} | {rule.severity} | `{rule.message}` | `{rule.decided_in}` |"
            for rule in catalogue(round_)
        ]
        return "\n".join(lines) + "\n"

    @property
    def _words(self) -> dict[str, Any]:
        return WORDS[str(self.language)]["forms"]

    def _program_rules(self) -> Iterator[str]:
        """Yield the rules of every return of every round, once per sentence."""
        words = {"title": "…", "deadline": dmy(self.round_.deadline)}
        said = {
            (rule.id, say(rule.message, "rule", self.language, words)): None
            for rule in PROGRAM_RULES
        }
        yield from (f"- {rule}: {text}" for rule, text in said)

    def _table(self, spec: TableSpec) -> Iterator[str]:
        yield from (
            f"## {spec.sheet}",
            "",
            f"{spec.title}. {spec.note} {self._words['key']}: `{spec.key}`.",
            "",
        )
        yield from _head(self._words["columns_head"])
        yield from (self._column(column) for column in spec.columns)
        yield from ("", self._words["rules"], "")
        rules = [
            rule
            for rule in self.round_.rules[spec.key]
            if not isinstance(rule, ErrorCell | NoValueCell | RepairedCell | DashCell)
        ]
        yield from dict.fromkeys(f"- {self._rule(rule)}" for rule in rules)

    def _column(self, column: Column) -> str:
        words = self._words
        kind = words["kinds"][column.kind]
        if column.codes:
            kind += (
                f" `{column.codes}` "
                f"({words['entries'].format(count=len(self.round_.codes_of(column).entries))})"
            )
        unit = f", {column.unit}" if column.unit else ""
        marks = ", ".join(
            word
            for word, holds in (
                (words["required"], column.required),
                (words["of_key"], column.is_key),
            )
            if holds
        )
        names = ", ".join(f"“{name}”" for name in column.synonyms)
        known = f" {words['synonyms'].format(names=names)}" if names else ""
        return (
            f"| `{column.key}` | {column.title} | {kind}{unit} | {marks} | {column.help}{known} |"
        )

    def _rule(self, rule: Rule) -> str:
        return (
            f"{rule.id} ({self._words['severities'][rule.severity]}): "
            f"{sentence(rule, self.round_, self.language)}"
        )


def _head(titles: list[str]) -> tuple[str, str]:
    """Return the first two lines of a table."""
    return f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"


def cli_reference(lang: str) -> str:
    """Return every command's help, as the program prints it in a language."""
    speak(lang)
    program = in_language(main)
    words = WORDS[lang]["commands"]
    lines = [f"# {words['title']}", "", words["generated"], ""]
    context = click.Context(
        program,
        info_name="tonghop",
        **{**program.context_settings, "max_content_width": 100, "terminal_width": 100},
    )
    lines += ["```", program.get_help(context), "```", ""]
    return "\n".join([*lines, *_commands(program, context)])


def _commands(group: click.Group, context: click.Context, before: str = "") -> Iterator[str]:
    """Yield the help of a group's commands, and of those below."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is not None:
            inner = click.Context(
                command, info_name=name, parent=context, max_content_width=100, terminal_width=100
            )
            yield from (f"## {before}{name}", "", "```", command.get_help(inner), "```", "")
            if isinstance(command, click.Group):
                yield from _commands(command, inner, f"{before}{name} ")


def write(round_: Round) -> None:
    """Write both references in each language; files in Vietnamese, the first, have no suffix."""
    for lang, ending in (("vi", ""), ("en", "-en")):
        forms = FormReference(translated(round_, lang), round_.speaking(lang))
        (HERE / f"forms-{round_.key}{ending}.md").write_text(forms.text, encoding="utf-8")
        (HERE / f"commands{ending}.md").write_text(cli_reference(lang), encoding="utf-8")


if __name__ == "__main__":
    write(load_round("cv4874"))
