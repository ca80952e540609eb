"""Rules across agencies (same decision, far from peers, nearly the same text) only warn."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from pipeline import run
from pipeline.check.agencies import decision
from pipeline.check.peers import expected_range
from pipeline.distribute.fill import fill
from pipeline.distribute.layout import HEADER_ROW
from pipeline.home import Home
from pipeline.model import Finding
from schemas.round.round import Round
from schemas.words import LANGUAGES, PARTS, say
from tests.books import issued
from tests.rows import CONTACT, H, M, shown

PROVINCES = ("T96", "T01", "T02", "T04", "T06", "T08", "T10", "T11", "T12", "T14")
TEXT = (
    "Một bộ phận công chức tham mưu còn chờ ý kiến chỉ đạo, nhất là khi quy định chưa rõ; hồ sơ đất đai ở một số huyện bị chậm nhiều tháng. "
    "Các cuộc họp liên ngành kéo dài mà không có kết luận, văn bản xin ý kiến đi lại nhiều vòng giữa các sở."
)


def returned(round_: Round, home: Home, code: str, **change: object) -> None:
    """A right return of a province; ``change`` may alter number, day, text, cases or a heading."""
    cases = change.get("cases", 2)
    row = shown(round_, "manifestations", {**M, "locality": code, "cases": cases})
    handled = {
        **H,
        "locality": code,
        "decision_number": change.get("number", f"{code}/QĐ"),
        "decided_on": change.get("day", H["decided_on"]),
    }
    tables = {
        "manifestations": [row],
        "handlings": [shown(round_, "handlings", handled)],
        "narratives": [{"content": change.get("text")}],
    }
    heading = {
        round_.by_key["manifestations"].sheet: {
            f"I{HEADER_ROW}": change.get("heading", "Số vụ việc")
        }
    }
    (home.incoming / f"{code}.xlsx").write_bytes(
        fill(issued(round_, code), round_, CONTACT, tables, heading)
    )


def told(home: Home, round_: Round) -> list[tuple[str, str, str, tuple[str, ...]]]:
    listed: list[Finding] = [
        each for each in run.findings(home, round_) if each.rule in ("N01", "N02", "N03")
    ]
    return sorted((each.agency, each.rule, str(each.severity), each.cells) for each in listed)


ONE = {"T96": "012 / QĐ-UBND", "T01": "12/QĐ-UBND"}


@pytest.mark.slow
def test_agencies_are_compared_and_told_so(round_: Round, tmp_path: Path) -> None:
    home = Home(tmp_path)
    for code in PROVINCES:
        text = {"T96": TEXT, "T01": TEXT.replace("nhiều tháng", "vài tháng")}.get(code)
        returned(
            round_,
            home,
            code,
            number=ONE.get(code, f"{code}/QĐ"),
            text=text,
            cases=90 if code == "T14" else 2,
        )
    collected = run.collect(home, round_, received=dt.datetime(2023, 9, 1, tzinfo=round_.timezone))
    assert (collected.accepted, collected.to_correct) == (len(PROVINCES), 0)
    both = [
        (code, *each)
        for code in ("T01", "T96")
        for each in (("N01", "W", ("J9",)), ("N03", "W", ("B9",)))
    ]
    assert told(home, round_) == sorted([*both, ("T14", "N02", "W", ("I9",))])
    before = run.findings(home, round_)
    for each in before:
        assert all(
            say(each.message, part, lang, each.words) for part in PARTS for lang in LANGUAGES
        )
    run.collect(home, round_, received=dt.datetime(2023, 9, 1, tzinfo=round_.timezone))
    assert run.findings(home, round_) == before
    returned(round_, home, "T01")
    run.collect(home, round_, received=dt.datetime(2023, 9, 2, tzinfo=round_.timezone))
    assert told(home, round_) == [("T14", "N02", "W", ("I9",))]


@pytest.mark.parametrize("heading", ["Số vụ việc", "Cột khác"])
def test_an_agency_without_a_number_is_not_compared_with_its_peers(
    heading: str, round_: Round, tmp_path: Path
) -> None:
    home = Home(tmp_path)
    for code in PROVINCES:
        returned(
            round_,
            home,
            code,
            cases=0 if code == "T14" else 90,
            heading=heading if code == "T14" else "Số vụ việc",
        )
    run.collect(home, round_, received=dt.datetime(2023, 9, 1, tzinfo=round_.timezone))
    assert [each for each in told(home, round_) if each[1] == "N02"] == [
        ("T14", "N02", "W", ("I9",))
    ] * (heading == "Số vụ việc")


def test_one_number_of_two_days_is_a_note_only(round_: Round, tmp_path: Path) -> None:
    home = Home(tmp_path)
    returned(round_, home, "T01", number="7/QĐ-UBND", day=dt.date(2022, 3, 1))
    returned(round_, home, "T96", number="7/QĐ-UBND", day=dt.date(2022, 4, 1))
    run.collect(home, round_, received=dt.datetime(2023, 9, 1, tzinfo=round_.timezone))
    assert told(home, round_) == [("T01", "N01", "N", ("J9",)), ("T96", "N01", "N", ("J9",))]
    found = next(each for each in run.findings(home, round_) if each.rule == "N01")
    assert all(say(found.message, part, lang, found.words) for part in PARTS for lang in LANGUAGES)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("12/QĐ-UBND", "012 / qđ–ubnd", True),
        ("12/QĐ-UBND", "12/QD-UBND", True),
        ("12/QĐ-UBND", "112/QĐ-UBND", False),
    ],
)
def test_numbers_of_decisions_are_compared_as_people_read_them(
    one: str, other: str, *, same: bool
) -> None:
    assert (decision(one) == decision(other)) is same


def test_the_expected_range_fits_small_and_scattered_counts() -> None:
    assert expected_range(np.array([1.0, 2, 3])) is None
    low, high = expected_range(np.full(20, 2.0)) or (9, 9)
    assert low == 0
    assert 8 <= high <= 10
    scattered = expected_range(np.array([0.0, 1, 2, 5, 9, 14, 20, 33, 60, 80])) or (0, 0)
    assert scattered[1] > 150
    draws = np.random.default_rng(4874).negative_binomial(1.5, 0.05, size=(60, 40)).astype(float)
    odd = sum(
        not low <= row[0] <= high
        for row in draws
        for low, high in [expected_range(row[1:]) or (0, 0)]
    )
    assert odd <= 1
