"""Every file for people is valid by its schema, or Excel or Word would offer a repair."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from openxml_audit import OpenXmlValidator

from pipeline import run
from pipeline.distribute.fill import Filler, fill
from pipeline.feedback.workbook import list_alone
from pipeline.home import Home
from pipeline.machine.clock import NOW
from pipeline.summarise.books import write_all
from schemas.round.round import Round
from tests.books import issued
from tests.consolidations import random_consolidation
from tests.exchange import received
from tests.marking import finding, marking
from tests.programs import NODE

SDK = NODE / "node_modules" / "@xarsh" / "ooxml-validator-linux-x64" / "ooxml-validator"
"""The validator of Microsoft's Open XML SDK, packed with the .NET that it needs."""


@pytest.fixture(scope="module")
def files(small_round: Round, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The template, issued, marked and listed workbooks, all letters, and a summary's outputs.

    Of the books by list, which are made alike, the one with most in it.
    """
    home, out = Home(tmp_path_factory.mktemp("home")), tmp_path_factory.mktemp("out")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(NOW, "2023-09-05T09:00:00+07:00")
        home.incoming.mkdir(parents=True, exist_ok=True)
        wrong = {small_round.row_tables[1].sheet: {"I9": "nhiều", "J10": 3}}
        (home.incoming / "a.xlsx").write_bytes(Filler(issued(small_round, "T01")).fill(wrong))
        right = next(each.code for each in small_round.in_scope if each.code not in ("T01", "BNV"))
        (home.incoming / "b.xlsx").write_bytes(
            fill(issued(small_round, right), small_round, {"nil": "Có"}, {})
        )
        received(home, small_round, 5)
        run.feedback(home, small_round)
        copies = run.distribute(home, small_round, ["T01"])
        run.remind(home, small_round, ["BNV"])
        run.receipts(home, small_round)
    letters = [
        *home.replies.glob("*.docx"),
        *home.issued.glob("*.docx"),
        *home.reminders.glob("*.docx"),
        *home.receipts.glob("*.docx"),
    ]
    assert len(letters) == 4
    assert len(copies) == 1
    written = write_all(
        random_consolidation(small_round, rows=40, provisional=True, invented=True), out
    )
    (out / "list-alone.xlsx").write_bytes(list_alone(marking(finding("B2"))))
    *alike, _ = sorted(
        (path for path in written if path.name.startswith("tong-hop-theo-")),
        key=lambda path: path.stat().st_size,
    )
    papers = (
        path
        for path in (*written, out / "list-alone.xlsx")
        if path.suffix in (".xlsx", ".docx") and path not in alike
    )
    return [
        *home.templates.glob("*.xlsx"),
        *copies,
        *home.replies.glob("*.xlsx"),
        *letters,
        *papers,
    ]


@pytest.mark.slow
def test_no_file_breaks_the_schema_of_its_format(files: list[Path]) -> None:
    """A marked copy contains what template and issued copy do: of these slow three it suffices."""
    template, copy, *others = files
    assert (template.parent.name, copy.parent.name) == ("xlsx", "phat-hanh")
    assert len(others) > 10
    faults = {
        path: [str(error) for error in OpenXmlValidator().validate(str(path)).errors]
        for path in others
    }
    assert {path: found for path, found in faults.items() if found} == {}


@pytest.mark.slow
@pytest.mark.skipif(
    not SDK.is_file(),
    reason="the Open XML SDK isn't installed: make programs (needs npm, Linux on x64)",
)
def test_no_file_breaks_the_rules_of_office_2010(files: list[Path]) -> None:
    """The oldest Office that clerks have."""
    faults = {path: _faults_by_sdk(path) for path in files}
    assert {path: found for path, found in faults.items() if found} == {}


def _faults_by_sdk(path: Path) -> list[dict[str, str]]:
    """One file at a time, without .NET's tiered PGO, which takes a quarter of the time."""
    quicker = {**os.environ, "DOTNET_TieredPGO": "0", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    done = subprocess.run([SDK, path, "Office2010"], capture_output=True, check=False, env=quicker)
    found: list[dict[str, str]] = json.loads(done.stdout)["errors"]
    return found
