"""Real workbooks: random right ones have no finding; a planted mistake is found alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from random import Random

import pytest

from pipeline import run
from pipeline.home import Home
from pipeline.model import Finding, Verdict
from pipeline.stages.checking import CheckReport
from schemas.words import LANGUAGES, PARTS, say
from tests.mistakes import MISTAKES, OWN_TOTAL, Planted
from tests.often import MANY, thorough
from tests.returns import ROUND, Draft, right

TRIES = 500
Rule = tuple[str, str, str]


def checked(folder: Path, drafts: Sequence[Draft]) -> list[CheckReport]:
    """All drafts judged together as in one run: a mistake must not leak into another return."""
    paths = [folder / f"{number}.xlsx" for number in range(len(drafts))]
    for path, draft in zip(paths, drafts, strict=True):
        path.write_bytes(draft.workbook())
    return run.check(Home(folder), ROUND, paths)


def told(findings: Sequence[Finding]) -> list[tuple[str, str, str, str, frozenset[str]]]:
    """What was found; the note that a comparison was skipped is none."""
    return sorted(
        (f.rule, str(f.severity), f.message.partition(".")[0], f.sheet, frozenset(f.cells))
        for f in findings
        if f.message != "not_compared"
    )


def planted(start: int, each: int) -> Iterator[tuple[Rule, int, Draft, Planted]]:
    """Every mistake in ``each`` different returns in which there is a place for it."""
    for rule, plants in MISTAKES.items():
        for plant in plants:
            found = 0
            for number in range(start, start + TRIES):
                draft = right(number)
                place = plant(draft, Random(number))
                if place is not None:
                    yield rule, number, draft, place
                    found += 1
                if found == each:
                    break
            assert found == each, (rule, plant)


def assert_right(folder: Path, numbers: range) -> None:
    drafts = [right(number) for number in numbers]
    for draft, each in zip(drafts, checked(folder, drafts), strict=True):
        assert (each.agency, each.verdict, each.findings) == (
            draft.agency.code,
            Verdict.ACCEPTED,
            (),
        ), draft.number


def assert_found(folder: Path, start: int, each: int) -> None:
    cases = list(planted(start, each))
    for (rule, number, draft, place), judged in zip(
        cases, checked(folder, [draft for _, _, draft, _ in cases]), strict=True
    ):
        assert judged.agency == draft.agency.code
        assert told(judged.findings) == sorted([(*rule, place.sheet, place.cells), *place.also]), (
            rule,
            number,
        )
        for finding, lang, part in product(judged.findings, LANGUAGES, PARTS[1:]):
            assert "{" not in say(finding.message, part, lang, finding.words), (rule, lang, part)


def test_right_returns_give_no_finding(tmp_path: Path) -> None:
    assert_right(tmp_path, range(40))


def test_each_mistake_is_found_at_its_cells_and_nothing_else(tmp_path: Path) -> None:
    assert_found(tmp_path, start=10_000, each=1)


def test_there_is_a_mistake_for_every_declared_rule() -> None:
    declared = {
        (rule.id, rule.severity, rule.message) for rule in (*ROUND.row_rules, *ROUND.cross_rules)
    }
    # what no cell of an issued workbook is formatted for: see test_as_seen
    by_format = ("V04", "W", "part_of_day")
    assert set(MISTAKES) == declared - {by_format} | {OWN_TOTAL}


@pytest.mark.slow
@thorough
@pytest.mark.parametrize("start", range(100_000, 100_000 + max(MANY, 500), 250))
def test_hundreds_of_right_returns_give_no_finding(tmp_path: Path, start: int) -> None:
    assert_right(tmp_path, range(start, start + 250))


@pytest.mark.slow
@thorough
@pytest.mark.parametrize("start", range(200_000, 200_000 + max(MANY, 1000), 1000))
def test_mistakes_in_many_random_places_are_found_there_alone(tmp_path: Path, start: int) -> None:
    assert_found(tmp_path, start, each=10 if MANY else 3)
