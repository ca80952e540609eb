"""The locks pin everything that pyproject.toml asks for, with hashes, on each system."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GROUPS = PROJECT["dependency-groups"]


def locked(name: str) -> dict[str, list[tuple[Requirement, list[str]]]]:
    """By name, each pinned version with the hashes that its installation is checked against."""
    packages: dict[str, list[tuple[Requirement, list[str]]]] = {}
    for entry in re.split(r"\n(?=\w)", (ROOT / name).read_text(encoding="utf-8")):
        requirement = Requirement(entry.partition("\\")[0])
        packages.setdefault(requirement.name, []).append(
            (requirement, re.findall(r"--hash=sha256:([0-9a-f]{64})", entry))
        )
    return packages


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_has_the_hashes_of_its_files(lock: str) -> None:
    without = [
        name for name, versions in locked(lock).items() if not all(hashes for _, hashes in versions)
    ]
    assert not without


@pytest.mark.parametrize(
    ("lock", "asked"),
    [
        ("requirements.txt", [*PROJECT["project"]["dependencies"], *GROUPS["build"]]),
        ("requirements-dev.txt", GROUPS["dev"]),
    ],
)
def test_what_the_project_asks_for_is_locked_at_a_version_that_will_do(
    lock: str, asked: list[str]
) -> None:
    packages = locked(lock)
    for each in map(Requirement, asked):
        versions = [
            next(iter(requirement.specifier)).version for requirement, _ in packages[each.name]
        ]
        assert all(each.specifier.contains(version) for version in versions), each.name


def test_both_locks_agree() -> None:
    program, developers = locked("requirements.txt"), locked("requirements-dev.txt")
    both = program.keys() & developers.keys()
    assert "numpy" in both
    assert {name: program[name] for name in both} == {name: developers[name] for name in both}


def test_the_package_is_built_by_what_is_locked() -> None:
    assert PROJECT["build-system"]["requires"] == GROUPS["build"]
