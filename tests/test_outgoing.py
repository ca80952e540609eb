"""What agencies read of findings: nothing of what the operator decided, or is told to look at."""

from __future__ import annotations

import docx
import openpyxl
import pytest

from pipeline import run
from pipeline.findings.answers import COLUMNS
from pipeline.home import Home
from pipeline.stages import deciding
from pipeline.store.decisions import Grounds
from schemas.round.round import Round
from tests.exchange import copy_of, received, send
from tests.posted import posted

WHY = Grounds("Lý do nội bộ", "Người trực", "Lãnh đạo đơn vị")
SENDER = "la@noi-khac.example"


@pytest.mark.slow
def test_no_agency_reads_what_was_decided_and_why_nor_what_the_operator_looks_at(
    home: Home, round_: Round
) -> None:
    path = send(home, round_, "a.xlsx", cases="nhiều", handled=9)
    posted(home.incoming / "a.eml", ("a.xlsx", path.read_bytes()), sender=SENDER)
    path.unlink()
    agency = next(each.code for each in round_.in_scope if each.own_locality)
    (home.root / "dia-chi.csv").write_text(
        f"agency,to\n{agency},vp@other.example\n", encoding="utf-8"
    )
    received(home, round_, 5)
    assert {"R01", "D02"} <= {each.rule for each in run.findings(home, round_)}
    for severity, fix in (
        ("W", "Kiểm tra lại"),
        ("", "Không cần sửa: quy tắc này được miễn cho cơ quan."),
    ):
        deciding.waive(home, round_, agency, "R01", WHY, severity)
        run.feedback(home, round_)
        listed = [
            [str(cell.value or "") for cell in row]
            for row in openpyxl.load_workbook(copy_of(home, round_)).worksheets[0]
        ]
        [told] = [row for row in listed if "R01" in row]
        assert told[COLUMNS.index("fix")].startswith(fix)
        letter = docx.Document(str(copy_of(home, round_).with_suffix(".docx")))
        read = "\n".join(
            [*(text for row in listed for text in row), *(each.text for each in letter.paragraphs)]
        )
        assert not [
            secret
            for secret in (WHY.reason, WHY.by, WHY.approver, SENDER, "danh bạ")
            if secret in read
        ]
