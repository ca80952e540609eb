"""Figures that look like slips and count all the same are named wherever totals stand first."""

from __future__ import annotations

import io
from dataclasses import replace

import docx
import openpyxl
import pytest

from pipeline.model import Finding, Severity
from pipeline.summarise.books import summary_book
from pipeline.summarise.brief.facts import Brief
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.doubts import MOST_NAMED, doubtful, doubts
from pipeline.summarise.report.story import report
from schemas.round.round import Round
from tests.consolidations import consolidation
from tests.rows import CENTRAL_CASE

CASE = {
    **CENTRAL_CASE,
    "cases": 2,
    "persons": 3,
}


def warned(
    agency: str, rule: str = "V10", severity: Severity = Severity.WARNING, file: str = ""
) -> Finding:
    return Finding(rule, severity, "out_of_scale", agency=agency, file=file or f"thu/{agency}.xlsx")


def made(
    round_: Round, *findings: Finding, agencies: tuple[str, ...] = ("BTC", "BCT", "BYT")
) -> Consolidation:
    return consolidation(
        round_,
        {"manifestations": [{"agency": agency, **CASE} for agency in agencies]},
        findings=findings,
    )


def test_those_with_a_warning_that_counts_are_named_once(round_: Round) -> None:
    found = made(round_, warned("BYT", "N02"), warned("BTC"), warned("BTC", "N02"))
    assert doubtful(found) == ["BTC", "BYT"]
    assert "2 cơ quan" in doubts(found)
    assert "BTC; BYT" in doubts(found)


@pytest.mark.parametrize(
    "finding",
    [
        warned("BTC", "R02"),
        warned("BTC", severity=Severity.NOTE),
        warned("BTC", file="bản đang chờ.xlsx"),
        warned("BNV"),
    ],
    ids=["another rule", "waived", "a version that doesn't count", "nothing that counts"],
)
def test_others_are_not(round_: Round, finding: Finding) -> None:
    assert doubts(made(round_, finding)) == ""


def test_many_are_counted(round_: Round) -> None:
    codes = tuple(agency.code for agency in round_.in_scope[: MOST_NAMED + 3])
    said = doubts(made(round_, *map(warned, codes), agencies=codes).in_language("en"))
    assert said.count(";") == MOST_NAMED - 1
    assert "and 3 others" in said


def test_totals_that_stand_first_say_so(round_: Round) -> None:
    found = made(round_, warned("BCT"))
    said = doubts(found)
    sheet = openpyxl.load_workbook(
        io.BytesIO(summary_book(found, round_.settings.summaries[0])), read_only=True
    )["TỔNG QUAN"]
    assert said in [row[0] for row in sheet.iter_rows(values_only=True)]
    declared = round_.outline.report
    assert declared is not None
    assert said in [
        each.text for each in docx.Document(io.BytesIO(report(found, declared, []))).paragraphs
    ]
    assert "bất thường của 1 cơ quan (BCT)" in Brief(found).sure
    assert "bất thường" not in Brief(replace(found, findings=())).sure


def test_the_report_says_it_beside_the_amounts(round_: Round) -> None:
    """The sheet of losses explains itself; counts of other sheets are not suspected for it."""
    row = {key: CASE[key] for key in ("period", "sector", "locality", "behaviour", "cases")}
    loss = {
        "consequences": [
            {
                "agency": "BCT",
                **row,
                "severity": "MD1",
                "consequence": "HQ01",
                "loss": 1_500_000_000,
            }
        ]
    }
    rows = {"manifestations": [{"agency": "BCT", **CASE}], **loss}
    finding = replace(warned("BCT"), sheet=round_.by_key["consequences"].sheet)
    declared = round_.outline.report
    assert declared is not None
    said = [
        each.text
        for each in docx.Document(
            io.BytesIO(report(consolidation(round_, rows, findings=[finding]), declared, []))
        ).paragraphs
    ]
    assert [text for text in said if "của 1 cơ quan: BCT." in text] == [
        text for text in said if "Tổng thiệt hại ước tính" in text
    ]


def test_the_page_for_a_leader_says_who_waits(round_: Round) -> None:
    found = made(round_)
    assert "đang chờ" not in Brief(found).sure
    assert (
        "2 cơ quan có bản mới hơn đang chờ."
        in Brief(replace(found, coverage=replace(found.coverage, pending=2))).sure
    )
