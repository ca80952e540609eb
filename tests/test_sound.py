"""Every file that people get is sound by the schemas of its format: whatever is wrong in one is a fault of ours, and Excel or Word offers a repair."""

from __future__ import annotations

from pathlib import Path

import pytest
from openxml_audit import OpenXmlValidator

from pipeline import run
from pipeline.clock import NOW
from pipeline.distribute.fill import Filler, fill
from pipeline.feedback.workbook import list_alone
from pipeline.home import Home
from pipeline.summarise.books import write_all
from schemas.round.round import Round
from tests.books import issued
from tests.consolidations import random_consolidation
from tests.exchange import received
from tests.marking import finding, marking


@pytest.fixture(scope="module")
def files(small_round: Round, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The template, a marked copy of an issued workbook, a list alone, letters of all kinds, all that a summary writes."""
    home, out = Home(tmp_path_factory.mktemp("home")), tmp_path_factory.mktemp("out")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(NOW, "2023-09-05T09:00:00+07:00")
        home.incoming.mkdir(parents=True, exist_ok=True)
        wrong = {small_round.row_tables[1].sheet: {"I9": "nhiều", "J10": 3}}
        (home.incoming / "a.xlsx").write_bytes(Filler(issued(small_round, "T01")).fill(wrong))
        right = next(each.code for each in small_round.in_scope if each.code not in ("T01", "BNV"))
        (home.incoming / "b.xlsx").write_bytes(fill(issued(small_round, right), small_round, {"nil": "Có"}, {}))
        received(home, small_round, 5)
        run.feedback(home, small_round)
        copies = run.distribute(home, small_round, ["T01"])
        run.remind(home, small_round, ["BNV"])
        run.receipts(home, small_round)
    letters = [*home.replies.glob("*.docx"), *home.issued.glob("*.docx"), *home.reminders.glob("*.docx"), *home.receipts.glob("*.docx")]
    assert len(letters) == 4
    assert len(copies) == 1  # the reply is a copy of it
    written = write_all(random_consolidation(small_round, rows=40, provisional=True, invented=True), out)
    (out / "list-alone.xlsx").write_bytes(list_alone(marking(finding("B2"))))
    papers = (path for path in (*written, out / "list-alone.xlsx") if path.suffix in (".xlsx", ".docx"))
    return [*home.templates.glob("*.xlsx"), *home.replies.glob("*.xlsx"), *letters, *papers]


@pytest.mark.slow
def test_no_file_breaks_the_schema_of_its_format(files: list[Path]) -> None:
    assert len(files) > 10
    faults = {path.name: [str(error) for error in OpenXmlValidator().validate(str(path)).errors] for path in files}
    assert {name: found for name, found in faults.items() if found} == {}
