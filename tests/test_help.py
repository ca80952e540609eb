"""What click shows is in the screen's language: help, lists of commands, mistakes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from pipeline.terminal import language
from pipeline.terminal.commands import main
from pipeline.terminal.context import SECTIONS
from schemas.words import LANGUAGES, section
from tests.commands import tonghop

VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9áàãéèíìóòõúùýÁÀÉÈÍÌÓÒÚÙÝ]")
ENGLISH = re.compile(
    r"\b(Usage|Options?|Commands?|COMMAND|ARGS|TEXT|PATHS?|FILES?|FOLDER|DIRECTORY|AGENCIES|Show|required|Error|Missing|Try|such|Invalid|mean)\b"
)
FOR_DEVELOPERS = re.compile(
    r"Editing failed|Windows error|Deprecation|declarations|but a name was passed|Arguments take exactly|dynamic|defined twice|same flag"
    r"|Confirm the action|Show the version|versions older|Bash version|Unknown (standard stream|color)|^Choice\(|UUID|^d$"
)
"""Texts of click for developers, or of features that no command here has."""


def commands(group: click.Group = main, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words by which each command is called, groups too."""
    for name, command in group.commands.items():
        yield (*before, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*before, name))


@pytest.mark.parametrize("words", [(), *commands()], ids=" ".join)
def test_help_is_whole_and_in_one_language(words: tuple[str, ...]) -> None:
    vietnamese, english = (tonghop("--lang", lang, *words, "--help").stdout for lang in LANGUAGES)
    assert vietnamese.startswith("Cách dùng: ")
    assert ENGLISH.findall(vietnamese) == []
    assert english.startswith("Usage: ")
    assert VIETNAMESE.findall(english) == []
    assert not re.search(r"[a-zà-ỹ]\.\.\.$", vietnamese + english, re.MULTILINE)


def test_commands_are_listed_in_the_order_of_work() -> None:
    listed = [name for names in SECTIONS.values() for name in names]
    assert len(listed) == len(set(listed))
    assert set(main.commands) <= set(listed)
    text = tonghop("--help").stdout
    places = [text.index(f"\n{heading}:\n") for heading in SECTIONS]
    assert places == sorted(places)


def test_the_list_of_commands_has_whole_sentences() -> None:
    text = " ".join(tonghop("--help").stdout.split())
    for command in main.commands.values():
        help_ = " ".join((command.help or "").split())
        assert help_.partition(". ")[0].removesuffix(".") in text


@pytest.mark.parametrize(
    ("words", "said", "in_english"),
    [
        ((), "Cách dùng:", "Usage:"),
        (
            ("colect",),
            "Không có lệnh 'colect'. Có phải là 'collect'?",
            "No such command 'colect'. Did you mean 'collect'?",
        ),
        (("check",), "Thiếu tham số 'TỆP...'", "Missing argument 'FILE...'"),
        (("figures",), "Thiếu tùy chọn '--by'", "Missing option '--by'"),
        (("status", "--formt", "x"), "Có phải là '--format'?", "Did you mean '--format'?"),
        (
            ("status", "--format"),
            "Sau tùy chọn '--format' phải có một giá trị.",
            "Option '--format' requires an argument.",
        ),
        (
            ("status", "--format", "x"),
            "'x' không phải là một trong: 'text', 'json', 'csv'",
            "'x' is not one of 'text', 'json', 'csv'",
        ),
        (("status", "T01"), "Thừa tham số: T01", "Got unexpected extra argument (T01)"),
        (
            ("collect", "--received", "hôm qua"),
            "Ghi như 2023-09-05 hoặc 05/09/2023.",
            "Write one like 2023-09-05 or 05/09/2023.",
        ),
        (
            ("exclude", "a.xlsx", "--reason", " "),
            "lý do không được để trống.",
            "the reason can't be blank.",
        ),
        (("assign", "a.xlsx", "--reason", "x"), "thiếu CƠ_QUAN", "AGENCY is missing"),
        (("extend", "T01", "--reason", "x"), "thiếu --until", "--until is missing"),
        (
            ("summarise", "--names"),
            "--names và --reason phải đi cùng nhau",
            "--names and --reason go together",
        ),
    ],
)
def test_mistakes_are_answered_in_the_language_asked_for(
    words: tuple[str, ...], said: str, in_english: str, tmp_path: Path
) -> None:
    answers = [
        tonghop("--home", tmp_path, *options, *words)
        for options in ((), ("--lang", "en"), ("--lang=en",))
    ]
    assert [answer.exit_code for answer in answers] == [2, 2, 2]
    for answer, expected in zip(answers, (said, in_english, in_english), strict=True):
        assert expected in answer.output
    assert ENGLISH.findall(answers[0].output.replace("--format", "").replace("--reason", "")) == []


def test_a_mistake_before_the_language_is_answered_in_it() -> None:
    assert "No such option '--hme'" in tonghop("--hme", "x", "--lang", "en", "status").output


def test_the_environment_asks_for_a_language(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(language.VARIABLE, "en")
    assert "Usage: main status [OPTIONS]" in tonghop("status", "--help").output
    assert "agencies" in tonghop("--home", tmp_path, "status").output
    assert "Cách dùng: main status [TÙY_CHỌN]" in tonghop("--lang", "vi", "status", "--help").output


def test_an_unknown_language_is_answered_in_vietnamese() -> None:
    assert (
        "Giá trị của '--lang' không đúng: 'fr' không phải là một trong: 'vi', 'en'."
        in tonghop("--lang", "fr", "status").output
    )


def test_all_that_click_says_to_people_has_its_vietnamese() -> None:
    known = {text for text, _ in section("help", "vi")["translations"]}
    said = {text for text in click_says() if not FOR_DEVELOPERS.search(text)}
    assert said - known == set()
    assert "Usage:" in said


def click_says() -> Iterator[str]:
    """Every text that this version of click hands to gettext."""
    for path in Path(click.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("_", "ngettext")
            ):
                texts = node.args[: 2 if node.func.id == "ngettext" else 1]
                yield from (str(text.value) for text in texts if isinstance(text, ast.Constant))


def test_gaps_of_translations_are_those_of_the_text() -> None:
    for lang in LANGUAGES:
        for text, said in section("help", lang)["translations"]:
            assert set(re.findall(r"{\w+", said)) <= set(re.findall(r"{\w+", text)), text
