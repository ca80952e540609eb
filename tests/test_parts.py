"""``status`` in parts (missing, wrong, late, by group, since a day) as text, json and csv."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from schemas.round.round import Round
from tests.books import filled, round_of
from tests.commands import tonghop

pytestmark = pytest.mark.slow  # a round through the engine

ROWS = """period|sector|locality|level|subject|behaviour|cases|persons|handled|pending|unhandled
2022|LV01|{code}|TINH|CC_LD|HV2|2|4|0|{pending}|0"""


def put(
    home: Path, code: str, day: int, *, is_wrong: bool = False, name: str = "", content: bytes = b""
) -> None:
    path = home / "data" / "incoming" / (name or f"{code}.xlsx")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(
        content
        or filled(
            round_of("cv4874"),
            code,
            manifestations=ROWS.format(
                code=code if code[0] == "T" else "T01", pending=4 - is_wrong
            ),
        )
    )
    at = dt.datetime(2023, 9, day, 9, tzinfo=round_of("cv4874").timezone).timestamp()
    os.utime(path, (at, at))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """T01 in time, T04 late, T96 late and wrong, BYT unreadable, BNV pending, two of nobody."""
    home = tmp_path_factory.mktemp("home")
    put(home, "T01", 4)
    put(home, "T04", 12)
    put(home, "T96", 13, is_wrong=True)
    put(home, "BYT", 5, content=b"chu")
    put(home, "BNV", 4)
    put(home, "BNV", 14, name="BNV lan 2.xlsx", is_wrong=True)
    put(home, "", 5, name="la.xlsx", content=b"chu 1")
    put(home, "", 20, name="moi.xlsx", content=b"chu 2")
    assert tonghop("--home", home, "collect").exit_code == 0
    return home


@pytest.mark.parametrize(
    ("options", "agencies", "files"),
    [
        (["--correcting"], ["T96"], []),
        (["--unreadable"], ["BYT"], ["la.xlsx", "moi.xlsx"]),
        (["--unreadable", "--late"], ["BYT", "T04", "T96"], ["la.xlsx", "moi.xlsx"]),
        (["--pending"], ["BNV"], []),
        (["--late"], ["T04", "T96"], []),
        (["--correcting", "--pending"], ["BNV", "T96"], []),
        (["--late", "--group", "tinh"], ["T04", "T96"], []),
        (["--pending", "--group", "TINH"], [], []),
        (["--pending", "--group", "bộ"], ["BNV"], []),
        (["--since", "2023-09-13"], ["BNV", "T96"], ["moi.xlsx"]),
        (["--since", "14/09/2023"], ["BNV"], ["moi.xlsx"]),
        (["--since", "2023-09-13T09:30"], ["BNV"], ["moi.xlsx"]),
        (["--since", "2023-09-12", "--late"], ["T04", "T96"], []),
        (["--since", "2024-01-01"], [], []),
    ],
    ids=" ".join,
)
def test_a_part_is_the_same_in_all_forms(
    options: Sequence[str], agencies: list[str], files: list[str], home: Path
) -> None:
    told = json.loads(tonghop("--home", home, "status", *options, "--format", "json").stdout)
    assert [each["agency"] for each in told["agencies"]] == agencies
    assert sorted(each["file"] for each in told["unassigned"]) == files
    assert (
        told["coverage"]
        == json.loads(tonghop("--home", home, "status", "--format", "json").stdout)["coverage"]
    )
    listed = list(
        csv.DictReader(
            io.StringIO(tonghop("--home", home, "status", *options, "--format", "csv").stdout)
        )
    )
    assert [row["agency"] for row in listed] == agencies
    text = tonghop("--home", home, "status", *options).stdout
    assert f"Phần được hỏi: {len(agencies)} cơ quan." in text
    assert all(f"\n{code} " in text for code in agencies)


def test_missing_are_all_that_sent_nothing(home: Path, round_: Round) -> None:
    told = json.loads(tonghop("--home", home, "status", "--missing", "--format", "json").stdout)
    assert {each["agency"] for each in told["agencies"]} == {
        each.code for each in round_.in_scope
    } - {"T01", "T04", "T96", "BYT", "BNV"}
    together = json.loads(
        tonghop("--home", home, "status", "--missing", "--unreadable", "--format", "json").stdout
    )
    assert len(together["agencies"]) == len(told["agencies"]) + 1


def test_an_empty_part_has_its_columns(home: Path) -> None:
    whole, part = (
        tonghop("--home", home, "status", *options, "--format", "csv").stdout
        for options in ((), ("--since", "2024-01-01"))
    )
    assert part == whole.splitlines()[0] + "\n"


def test_a_group_that_there_is_not_is_told_with_those_that_there_are(home: Path) -> None:
    done = tonghop("--home", home, "status", "--group", "xã")
    assert (done.exit_code, "TINH" in done.stderr) == (2, True)


@pytest.mark.parametrize("named", ["bnv", "bộ nội vụ"])
def test_findings_of_one_agency_by_code_or_name(named: str, home: Path) -> None:
    told = json.loads(tonghop("--home", home, "findings", named, "--format", "json").stdout)
    assert {(each["agency"], each["file"]) for each in told} == {
        ("BNV", "BNV.xlsx"),
        ("BNV", "BNV lan 2.xlsx"),
    }
    assert told == [
        each
        for each in json.loads(tonghop("--home", home, "findings", "--format", "json").stdout)
        if each["agency"] == "BNV"
    ]
    both = json.loads(tonghop("--home", home, "findings", named, "T96", "--format", "json").stdout)
    assert {each["agency"] for each in both} == {"BNV", "T96"}
    assert tonghop("--home", home, "findings", "Bộ Không Có").exit_code == 3


def test_days_are_written_as_people_write_them(home: Path) -> None:
    text = tonghop("--home", home, "status").stdout
    assert re.search(r"\nT04 .* 12/09/2023 ", text)
    assert "2023-09" not in text
