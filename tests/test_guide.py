"""The guide is true: its story runs, its names exist, no command is missing, links lead on."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import click
import pytest

from pipeline.terminal.commands import main
from tests.books import crossed_once
from tests.guide import GUIDE, ROOT, SHOWN, TYPED, Story, first_missing, parts

TEXT = GUIDE.read_text(encoding="utf-8")
PAGES = (GUIDE, ROOT / "README.md", ROOT / "docs" / "guide-en.md")
PICTURES = ROOT / "docs" / "hinh"
LARGEST, ALL_TOGETHER = 80_000, 1_500_000
"""Bytes of a picture, and of all."""


@pytest.mark.slow
def test_the_story_runs_as_it_is_told(tmp_path: Path) -> None:
    story = Story(tmp_path, crossed_once(tmp_path / "khai-bao"))
    for part in parts(TEXT):
        story.play(part)
    assert not [
        path for path in _paths_in(TEXT) if not list(story.stage.home.root.glob(path.rstrip("/")))
    ]


def test_a_screen_that_shows_something_else_is_noticed() -> None:
    screen = "Đã thu 2 tệp: 2 đạt.\nmột\nhai\n"
    assert first_missing(screen, "Đã thu … tệp: 2 đạt.\n…\nhai\n") is None
    assert first_missing(screen, "Đã thu … tệp: 2 đạt.\n…\n") is None
    assert first_missing(screen, "Đã thu 3 tệp: 2 đạt.\n…\n") == "Đã thu 3 tệp: 2 đạt."
    assert first_missing(screen, "…\nhai\nmột\n") == "một (last line)"
    assert first_missing(screen, "Đã thu 2 tệp: 2 đạt.\nhai\n") == "hai (last line)"
    assert first_missing(screen, "Đã thu 2 tệp: 2 đạt.\nmột\n") == "một (last line)"


def test_every_block_is_played() -> None:
    fences = len(re.findall(r"^```\w", TEXT, flags=re.MULTILINE))
    assert len([part for part in parts(TEXT) if part.language]) == fences
    assert TEXT.count("<!--") == len([part for part in parts(TEXT) if part.direction])
    assert TEXT.count("![") == len([part for part in parts(TEXT) if part.picture])


def test_a_screen_follows_what_was_typed() -> None:
    kinds = [part.language for part in parts(TEXT) if part.language]
    assert all(before == TYPED for before, kind in pairwise(kinds) if kind == SHOWN)


def test_what_is_played_elsewhere_is_how_the_gate_installs() -> None:
    """Blocks the story skips are the README's for Windows, with the Makefile's options."""
    readme, makefile = (
        (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "Makefile")
    )
    left_out = re.findall(r"<!-- story: elsewhere -->\n```bat\n(.*?)```", TEXT, flags=re.DOTALL)
    lines = [line for block in left_out for line in block.splitlines()]
    assert len(lines) == 4
    assert [line for line in lines if line.removesuffix(" thu-nghiem") not in readme] == []
    assert {option for line in lines for option in re.findall(r"--[\w-]+", line)} <= set(
        re.findall(r"--[\w-]+", makefile)
    )


def test_every_command_is_told() -> None:
    told = {name for name, _ in _spoken(TEXT)}
    assert {
        name for name, command in _commands(main) if not isinstance(command, click.Group)
    } - told == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_and_option_that_is_named_exists(page: Path) -> None:
    known = dict(_commands(main))
    wrong = [
        (name, option)
        for name, options in _spoken(page.read_text(encoding="utf-8"))
        for option in options
        if option not in _options(known[name])
    ]
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_options_named_by_themselves_exist(page: Path) -> None:
    known = {option for _, command in _commands(main) for option in _options(command)}
    alone = re.findall(r"`(--[\w-]+)[^`]*`", page.read_text(encoding="utf-8"))
    assert [option for option in alone if option not in known] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        there = page.parent / path if path else page
        assert there.exists(), target
        assert not anchor or anchor in _anchors(there.read_text(encoding="utf-8")), target


def test_pictures_are_there_small_and_all_of_them_shown() -> None:
    shown = {
        (page.parent / target).resolve()
        for page in PAGES
        for target in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
    }
    there = {path.resolve(): path.stat().st_size for path in PICTURES.glob("*")}
    assert set(there) == shown
    assert {path.name: size for path, size in there.items() if size > LARGEST} == {}
    assert sum(there.values()) <= ALL_TOGETHER


def _commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command by the words that call it; the program itself by none."""
    yield before.strip(), group
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}".strip(), command


def _options(command: click.Command) -> set[str]:
    with click.Context(command) as context:
        return {
            name
            for parameter in command.get_params(context)
            for name in (*parameter.opts, *parameter.secondary_opts)
        }


def _spoken(text: str) -> Iterator[tuple[str, list[str]]]:
    """Every command line of a page, in blocks and sentences: the command and its options."""
    for line in re.findall(
        r"(?:^|`|\\|/)(tonghop(?: [^`\n#]*)?)(?:`|#|$)", text, flags=re.MULTILINE
    ):
        yield from _taken_apart(shlex.split(line.replace("\\", "/"))[1:])


def _taken_apart(words: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The program and its groups take options before the next word of the command."""
    command: click.Command = main
    name, options, coming = "", list[str](), iter(words)
    for word in coming:
        if word.startswith("--"):
            options.append(word)
            if word in _with_value(command):
                next(coming, "")
        elif isinstance(command, click.Group):
            assert word in command.commands, f"tonghop {name} {word}"
            yield name, options
            name, options, command = f"{name} {word}".strip(), [], command.commands[word]
    yield name, options


def _with_value(command: click.Command) -> set[str]:
    return {
        name
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.is_flag
        for name in parameter.opts
    }


def _paths_in(text: str) -> set[str]:
    """What a page names of a round's folder, whole."""
    return set(re.findall(r"`((?:data|templates)/[^`…]+)`", text))


def _anchors(text: str) -> set[str]:
    """What links call the headings of a page, as GitHub makes it of them."""
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.casefold()).replace(" ", "-") for heading in headings}
