"""Every pattern of the package needs steps that grow no faster than its text."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import pipeline
import schemas
from pipeline.collect.formats import kinds, ods_looks
from pipeline.collect.intake.opening import belongings
from schemas.rules import contacts, initials, persons, tokens
from tests.steps import Counted, TooManyStepsError, attacks

SIZE = 64
GROWTH = 2.6
"""Steps for a text twice as long, as a multiple: 4 would be quadratic."""
WHOLE = {"match", "fullmatch"}


MODULES = [
    found.name
    for package in (pipeline, schemas)
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not found.name.endswith("__main__")
]


def held(value: Any) -> Iterator[re.Pattern[Any]]:
    """Patterns in a module's value: itself, in a collection, behind a method, in a class."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list | set | frozenset):
        for each in value:
            yield from held(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from held(each)
    elif isinstance(getattr(value, "__self__", None), re.Pattern):
        yield value.__self__
    elif isinstance(value, type):
        for each in vars(value).values():
            if isinstance(each, re.Pattern):
                yield each


def parsed(name: str) -> tuple[ModuleType, ast.AST]:
    module = importlib.import_module(name)
    return module, ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))


def patterns(of: str) -> dict[str, tuple[re.Pattern[Any], bool]]:
    """Every pattern of a module by where it stands, and whether a text is scanned for it."""
    found: dict[str, tuple[re.Pattern[Any], bool]] = {}
    module, tree = parsed(of)
    for name, value in vars(module).items():
        for number, pattern in enumerate(held(value)):
            found[f"{name}.{number}"] = pattern, bool(uses(tree, name) - WHOLE)
    for call in written(tree):
        source = source_of(call.args[0], module)
        if source is not None:
            how = call.func.attr  # type: ignore[attr-defined]
            found[f"line {call.lineno}"] = re.compile(source, flags_of(call)), how not in WHOLE
    return found


def uses(tree: ast.AST, name: str) -> set[str]:
    """The methods of a pattern that its module calls; all others where it is passed on."""
    attributes = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    ]
    methods = {node.attr for node in attributes if node.value.id == name}  # type: ignore[attr-defined]
    owners = {id(node.value) for node in attributes}
    passed = any(
        isinstance(n, ast.Name)
        and n.id == name
        and isinstance(n.ctx, ast.Load)
        and id(n) not in owners
        for n in ast.walk(tree)
    )
    return methods | ({"passed"} if passed or not methods else set())


def written(tree: ast.AST) -> Iterator[ast.Call]:
    """Calls such as ``re.sub("…", …)``, except those that compile a module's pattern."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda)]
    inside = {id(node) for function in functions for node in ast.walk(function)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
        ):
            takes_pattern = node.func.value.id == "re" and node.func.attr not in (
                "escape",
                "Match",
                "Pattern",
            )
            if takes_pattern and (node.func.attr != "compile" or id(node) in inside):
                yield node


def source_of(first: ast.expr, module: ModuleType) -> str | None:
    """The pattern as written, a letter in each gap (gaps are escaped text); None if no pattern."""
    if isinstance(first, ast.Constant):
        return str(first.value)
    if isinstance(first, ast.JoinedStr):
        return "".join(
            str(each.value) if isinstance(each, ast.Constant) else "x" for each in first.values
        )
    known = getattr(module, first.id, None) if isinstance(first, ast.Name) else None
    return known if isinstance(known, str) else None


def flags_of(call: ast.Call) -> int:
    said = [
        node.attr
        for given in (*call.args, *(each.value for each in call.keywords))
        for node in ast.walk(given)
        if is_flag(node)
    ]  # type: ignore[attr-defined]
    return sum(getattr(re, name).value for name in set(said))


def is_flag(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(
        getattr(re, node.attr, None), re.RegexFlag
    )


def steps(pattern: re.Pattern[Any], text: str, *, scanned: bool) -> float:
    counted = Counted(pattern)
    try:
        return counted.scan(text) if scanned else counted.match(text)
    except TooManyStepsError:
        return float("inf")


def worst_growth(pattern: re.Pattern[Any], *, scanned: bool) -> tuple[float, str]:
    """How much more steps a text twice as long takes, at worst, and that text."""
    sys.setrecursionlimit(100_000)
    counted, found = Counted(pattern), []
    for short, long in zip(attacks(counted, SIZE), attacks(counted, 2 * SIZE), strict=False):
        before, after = (steps(pattern, text, scanned=scanned) for text in (short, long))
        found.append((after / before if before < float("inf") else before, long[:40]))
    return max(found)


def test_every_pattern_is_known_to_these_tests() -> None:
    """No pattern is made of words declared elsewhere, where nobody would measure it."""
    unknown = []
    for module, tree in map(parsed, MODULES):
        calls = [call for call in written(tree) if source_of(call.args[0], module) is None]
        unknown += [f"{module.__name__}:{call.lineno}" for call in calls]
    assert unknown == []


@pytest.mark.parametrize("of", MODULES)
@pytest.mark.slow
def test_each_pattern_reads_a_text_twice_as_long_in_twice_the_steps(of: str) -> None:
    """Patterns are collected when measured, so that collecting other tests does not wait."""
    for place, (pattern, scanned) in patterns(of).items():
        growth, text = worst_growth(pattern, scanned=scanned)
        assert growth <= GROWTH, (place, pattern.pattern, text)


def test_patterns_are_found_where_they_stand() -> None:
    found = patterns("pipeline.collect.tables.totals")
    assert "_LABEL.0" in found
    assert any(place.startswith("line ") for place in patterns("pipeline.feedback.sheet"))


@pytest.mark.parametrize("bad", [r"(a+)+b", r"\s+$", r"[\w.]+@\w+", r"(?:\w|\d)*!", r"<.*?>"])
def test_a_pattern_that_does_not_is_told(bad: str) -> None:
    assert worst_growth(re.compile(bad), scanned=True)[0] > GROWTH


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [(r"(\d+)-\1", "12-12", True), (r"a{2,3}?b", "aaab", True), (r"(?<!x)ab*+b", "abbb", False)],
)
def test_steps_are_those_of_a_matcher_that_finds_the_same(
    pattern: str, text: str, found: object
) -> None:
    counted = Counted(re.compile(pattern))
    counted.match(text)
    ends: list[int] = []
    counted._seq(counted.tree, 0, 0, lambda end: end == len(text) and not ends.append(end))  # type: ignore[func-returns-value]
    assert bool(ends) == found == bool(re.fullmatch(pattern, text))


PUMPED = (
    *(
        "Nguyễn Văn Bình ",
        "UBND xã ",
        "ông A ",
        "đồng chí ",
        "0912345678 ",
        "a@b.",
        "N.V.A ",
        "Lê ",
        "trường THCS ",
        "'",
        "A'",
        "K",
        " ",
    ),
    *(
        "Giám đốc, ",
        "(",
        "đường Lê Lợi và ",
        "a.",
        "1.",
        "Ng. Thị ",
        "“",
        "“A",
        "1 A ",
        "Bà, ",
        "A. ",
        "và ",
        "Lò ",
    ),
    *(
        "1. Lê Chí Công; ",
        "N.V.Toản ",
        "N. V. Toản ",
        "Lan, ",
        "anh Ninh ",
        "(Lò Toản, từ ",
        "thôn 3 ",
        "0905–",
        "Nguyễn T. và ",
    ),
)


@pytest.mark.parametrize("pumped", PUMPED)
def test_finding_persons_in_twice_the_text_takes_twice_the_steps(
    pumped: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step is a line of ours that runs or a letter given to a pattern: rescanning shows up."""
    read = watched(monkeypatch, persons, tokens, initials, contacts)
    short, long = (lines(pumped * (size // len(pumped)), read) for size in (4_000, 8_000))
    assert long <= 2.1 * short + 200


def test_a_loop_over_all_that_stands_before_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    module: Any = ModuleType("loop")
    module.NAME, module.PLACE = re.compile("Lê"), re.compile(r"xã\s*$")
    read = watched(monkeypatch, module)
    taken = []
    for size in (4_000, 8_000):
        read.clear()
        text = "Lê " * (size // 3)
        taken.append(
            sum(
                1
                for name in module.NAME.finditer(text)
                if not module.PLACE.search(text[: name.start()])
            )
            + sum(read)
        )
    assert taken[1] > 3 * taken[0]


class Watched:
    """A pattern that counts the letters it may read, no more than it can match from one place."""

    def __init__(self, pattern: re.Pattern[str], read: list[int]) -> None:
        self._pattern, self._read = pattern, read
        self._width = Counted(pattern).width

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._pattern, name)
        if name not in {"search", "match", "fullmatch", "finditer", "findall", "sub", "split"}:
            return method

        def called(*given: Any) -> Any:
            text = given[1] if name == "sub" else given[0]
            left = len(text) - (given[1] if name == "match" and len(given) > 1 else 0)
            self._read.append(min(left, self._width) if name in WHOLE else left)
            return method(*given)

        return called


def watched(monkeypatch: pytest.MonkeyPatch, *watched_modules: ModuleType) -> list[int]:
    """Have the patterns of modules note what they are given to read."""
    read: list[int] = []
    for module in watched_modules:
        for name, value in list(vars(module).items()):
            if isinstance(value, re.Pattern):
                monkeypatch.setattr(module, name, Watched(value, read))
    return read


def lines(text: str, read: list[int]) -> int:
    """Lines run and letters matched while persons are looked for in a text."""
    count = 0

    def trace(*_: Any) -> Any:
        nonlocal count
        count += 1
        return trace

    read.clear()
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        persons.looked_for.__wrapped__(text)
    finally:
        sys.settrace(before)
    return count + sum(read)


@pytest.mark.parametrize(
    ("pattern", "begun"),
    [
        *((ods_looks._PART, each) for each in ("<month ", "<x:day a='", "<year")),
        *(
            (belongings._HTML_TAG, each)
            for each in ("<!--a", "<style>", "<head ", "<title>a</style>")
        ),
        (kinds._MAIN_SHEET, "spreadsheetml.a"),
    ],
)
def test_what_begins_a_match_again_and_again_is_looked_at_once(
    pattern: re.Pattern[Any], begun: str
) -> None:
    before, after = (steps(pattern, begun * times, scanned=True) for times in (8, 16))
    assert after <= GROWTH * before
