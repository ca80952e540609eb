"""Settings of all tests, and fixtures that many start from."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest
from hypothesis import HealthCheck, settings

from pipeline.home import Home
from pipeline.machine.clock import NOW
from pipeline.machine.processes import THREADED
from schemas.round.round import Round
from tests.books import plain, round_of, small

settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")  # examples' speed shows the machine's load more than the code

# so that no receipt date in any test is in the future
os.environ.setdefault(NOW, "2031-08-01T09:00:00+00:00")

# reading processes are killed at their end, so measuring their coverage only slows them
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: sys.settrace(None))


LATE = {"cluster", "linear", "storage"}
"""Tests whose libraries start threads, or that import all modules: from then on commands spawn.

That takes ten times as long as fork, so these tests come last, and import the libraries late.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with files that have slow tests, so that no worker is left with one at the end.

    All tests of a file stay with one worker.
    """
    assert THREADED.isdisjoint(sys.modules), "they are imported by what needs them, not before"
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (_name(item) in LATE, item.path not in slow))


@pytest.fixture(autouse=True, scope="module")
def forked(request: pytest.FixtureRequest) -> Iterator[None]:
    """Keep libraries that start threads away from tests that aren't late."""
    yield
    assert _name(request.node) in LATE or THREADED.isdisjoint(sys.modules), "it must be late"


def _name(item: pytest.Item) -> str:
    return item.path.stem.removeprefix("test_")


ROUNDS = {
    "added",
    "agencies",
    "as_seen",
    "board",
    "changed_declaration",
    "changed_form",
    "changes",
    "cli",
    "cluster",
    "compare",
    "crash",
    "decisions",
    "demo",
    "doctor",
    "english",
    "every_rule",
    "feedback",
    "feedback_programs",
    "fuzz",
    "guide",
    "journaling",
    "large",
    "letters",
    "mail_rounds",
    "migrating",
    "mini_round",
    "next_steps",
    "office",
    "overview",
    "places",
    "planted",
    "read_office",
    "read_programs",
    "rebuilding",
    "receipts",
    "reservoirs",
    "room",
    "selfcheck",
    "selfcheck_use",
    "unassigned",
    "workers",
}
"""Tests that send whole rounds through the engine, kill it, or run other programs.

With coverage they take twice their time and show little that others don't.
"""
READERS = {"architecture", "legacy", "neutral"}
"""Tests that read the code instead of running it."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Measure coverage in the first case of each quick test of parts, its fixtures included."""
    measuring = [] if _is_traced(item) else [*_stopped()]
    try:
        return (yield)
    finally:
        for each in reversed(measuring):
            each.start()


def _stopped() -> Iterator[coverage.Coverage]:
    """Stop all coverage measurement: an xdist worker has two; the second outlives the first."""
    while measuring := coverage.Coverage.current():
        measuring.stop()
        yield measuring


_traced: set[str] = set()
"""Tests of which a case was traced.

A file's tests stay with one worker, so they are always the same.
"""


def _is_traced(item: pytest.Item) -> bool:
    test = item.nodeid.partition("[")[0]
    if item.get_closest_marker("slow") or _name(item) in ROUNDS | READERS or test in _traced:
        return False
    _traced.add(test)
    return True


@pytest.fixture(scope="session")
def round_() -> Round:
    """Return the round of dispatch 4874; tests on another one override this fixture."""
    return round_of("cv4874")


@pytest.fixture(scope="session")
def small_round(tmp_path_factory: pytest.TempPathFactory) -> Round:
    """Return this round with fewer agencies and localities; modules name it in their ``round_``."""
    return small(tmp_path_factory.mktemp("rounds") / "cv4874")


@pytest.fixture(scope="session")
def plain_round(tmp_path_factory: pytest.TempPathFactory) -> Round:
    """Return this round with one small summary, for what doesn't depend on summaries."""
    return plain(tmp_path_factory.mktemp("rounds") / "cv4874")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Return an empty folder per test; modules that start from a filled one override this."""
    return Home(tmp_path)
