"""The catalogue, the findings made and the printed reference name the same rules."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.round.round import Round
from schemas.rules.catalogue import NOT_COMPARED, PROGRAM_RULES, catalogue
from schemas.words import LANGUAGES, say
from tests.books import ROOT


def literal(node: ast.expr | None) -> str:
    """The constant beginning of an argument: the stem of a message, the name of a severity."""
    if isinstance(node, ast.JoinedStr):
        node = node.values[0]
    if isinstance(node, ast.Attribute):
        return node.attr[0]
    return str(node.value) if isinstance(node, ast.Constant) else ""


def written() -> Iterator[tuple[str, str, str, str]]:
    """Rule, severity, message stem and module of every finding that the program writes by name."""
    for path in sorted((ROOT / "pipeline").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "Finding"
            ):
                given = dict(zip(("rule", "severity", "message"), node.args, strict=False)) | {
                    k.arg: k.value for k in node.keywords
                }
                rule, severity, message = (
                    literal(given.get(name)) for name in ("rule", "severity", "message")
                )
                if re.fullmatch(r"[A-Z]\d\d", rule):
                    yield rule, severity, message.partition(".")[0], module


def test_every_finding_written_by_name_is_in_the_catalogue() -> None:
    where = {(rule.id, rule.message): rule.decided_in for rule in PROGRAM_RULES}
    listed = {(rule.id, rule.severity, rule.message) for rule in PROGRAM_RULES}
    found = list(written())
    assert {rule for rule, *_ in found} == {
        "S01",
        "S02",
        "S03",
        "S04",
        "S05",
        "S06",
        "S07",
        "S09",
        "S10",
        "S11",
        "S12",
    }
    for rule, severity, message, module in found:
        if message:
            assert f"{module}.".startswith(f"{where[rule, message]}.")
        if message and severity in ("E", "W", "N"):
            assert (rule, severity, message) in listed


def test_the_modules_named_by_the_catalogue_are_there(round_: Round) -> None:
    for rule in catalogue(round_):
        path = ROOT / rule.decided_in.replace(".", "/")
        assert path.is_dir() or path.with_suffix(".py").is_file(), rule
    assert round_.rule_ids == tuple(sorted({rule.id for rule in catalogue(round_)}))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_rule_has_words(round_: Round, lang: str) -> None:
    words = dict.fromkeys(("title", "deadline"), "…")
    assert all(say(rule.message, "rule", lang, words) for rule in PROGRAM_RULES)
    assert all(
        say(NOT_COMPARED, part, lang, dict.fromkeys(("sheet", "other_sheet"), "…"))
        for part in ("rule", "found", "fix")
    )
    assert round_.rule_ids


def test_the_reference_lists_the_catalogue(round_: Round) -> None:
    text = (Path(ROOT) / "docs" / "forms-cv4874.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| ([A-Z]\d\d) \| ([EWN]) \| `(\w+)` \| `([\w.]+)` \|$", text, flags=re.MULTILINE
    )
    assert rows == [
        (rule.id, rule.severity, rule.message, rule.decided_in) for rule in catalogue(round_)
    ]
