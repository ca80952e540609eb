"""Every rule has a real workbook that breaks it alone at known cells; right ones break none."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from openpyxl import Workbook

import schemas
from pipeline import run
from pipeline.distribute.fill import named
from pipeline.distribute.layout import FIRST_ROW, HEADER_ROW, INFO_FIRST_ROW
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.model import Finding, Severity
from pipeline.stages import deciding
from pipeline.store.decisions import Grounds
from schemas.round.settings import RulePolicy
from tests.mistakes import MISTAKES
from tests.posted import posted
from tests.private import COMMANDS, for_operators
from tests.returns import ROUND, right
from tests.rows import RIGHT
from tests.workbooks import filled, saved, stamp_of

AGENCY, PEERS = "T96", ("T01", "T02", "T04", "T06", "T08", "T10", "T11", "T12")
I1, I3B = ROUND.by_key["manifestations"].sheet, ROUND.by_key["handlings"].sheet
IN_TIME, LATE = (
    dt.datetime(2023, 9, 1, tzinfo=ROUND.timezone),
    dt.datetime(2023, 9, 10, tzinfo=ROUND.timezone),
)
CONTACT = {column.key: "x" for column in ROUND.info.columns if column.expected} | {
    "signed_on": dt.date(2023, 8, 31)
}
LONG = (
    "Hồ sơ đất đai ở một số huyện bị chậm nhiều tháng vì các bên chờ ý kiến của nhau, không ai nhận là việc của mình; "
    * 3
)


def book(agency: str = AGENCY, stamp: Mapping[str, str] | None = None, **change: Any) -> Workbook:
    """The right return as a workbook; ``change`` replaces its first row, by table."""
    tables = {table: [{**rows[0], **change.get(table, {})}] for table, rows in RIGHT.items()}
    for rows in tables.values():
        rows[0].update({"locality": agency} if "locality" in rows[0] else {})
    if "decision_number" not in change.get("handlings", {}):
        tables["handlings"][0]["decision_number"] = f"{agency}/QĐ"
    shown = {table: [named(ROUND, table, row) for row in rows] for table, rows in tables.items()}
    narratives = [{"item": entry.name} for entry in ROUND.codelists["outline"].entries]
    return filled(ROUND, agency, CONTACT, stamp, **shown, narratives=narratives)


class Broken(NamedTuple):
    """Findings that a workbook must have: rule, severity, sheet, cells."""

    rule: str
    severity: str
    sheet: str = ""
    cells: tuple[str, ...] = ()
    following: tuple[str, ...] = ()


Spoil = Callable[[Path], None]
Told = tuple[dict[str, list[Finding]], Broken]
"""What is told of each agency, and what must be told of one."""


def changed(change: Callable[[Workbook], Any], **options: Any) -> Spoil:
    def spoil(path: Path) -> None:
        each = book(**options)
        change(each)
        saved(each, path)

    return spoil


def of_nobody(path: Path) -> None:
    each = book(stamp={})
    for row in (INFO_FIRST_ROW, INFO_FIRST_ROW + 1):
        each[ROUND.info.sheet].cell(row, 2).value = None
    saved(each, path)


def with_macros(path: Path) -> None:
    saved(book(), path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")


BY_READING: dict[str, tuple[Spoil, Broken]] = {
    "no workbook": (lambda path: path.write_bytes(b"") and None, Broken("S01", "E")),
    "nobody": (of_nobody, Broken("S02", "E")),
    "two agencies": (
        changed(lambda _: None, stamp=stamp_of(ROUND, "T02")),
        Broken("S03", "E", ROUND.info.sheet, ("B8", "B9")),
    ),
    "other round": (
        changed(lambda _: None, stamp={**stamp_of(ROUND, AGENCY), "round": "cv9999"}),
        Broken("S04", "E"),
    ),
    "no sheet": (changed(lambda each: each.remove(each[I3B])), Broken("S05", "E", I3B)),
    "no column": (
        changed(lambda each: each[I3B].cell(HEADER_ROW, 8, "Cột khác")),
        Broken("S06", "E", I3B, following=("S07",)),
    ),
    "unknown column": (
        changed(
            lambda each: (
                each[I3B].cell(HEADER_ROW, 13, "Ý kiến"),
                each[I3B].cell(FIRST_ROW, 13, "x"),
            )
        ),
        Broken("S07", "W", I3B, (f"M{FIRST_ROW}",)),
    ),
    "merged": (
        changed(lambda each: each[I1].merge_cells("M9:N9")),
        Broken("S10", "W", I1, ("N9",)),
    ),
    "stray": (
        changed(lambda each: each[I1].cell(FIRST_ROW + 100, 30, "xem lại")),
        Broken("S11", "W", I1, ("AD109",)),
    ),
    "macros": (with_macros, Broken("S12", "W")),
}
"""What is told of a workbook on its own, whatever stands in its cells."""


def told(findings: list[Finding], broken: Broken) -> list[Broken]:
    return [
        Broken(f.rule, str(f.severity), f.sheet, f.cells, broken.following)
        for f in findings
        if f.rule not in broken.following
    ]


@pytest.mark.parametrize("name", BY_READING)
def test_a_workbook_that_breaks_a_rule_of_reading_is_told_that_alone(
    name: str, tmp_path: Path
) -> None:
    spoil, broken = BY_READING[name]
    spoil(tmp_path / "a.xlsx")
    saved(book(), tmp_path / "b.xlsx")
    wrong, passing = run.check(Home(tmp_path), ROUND, [tmp_path / "a.xlsx", tmp_path / "b.xlsx"])
    assert told(list(wrong.findings), broken) == [broken]
    assert passing.findings == ()


def collected(
    home: Home, books: Mapping[str, Workbook], received: dt.datetime = IN_TIME
) -> dict[str, list[Finding]]:
    """What is told of each of these workbooks, by agency, after they were taken in together."""
    for name, each in books.items():
        saved(each, home.incoming / name)
    run.collect(home, ROUND, received=received)
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in run.findings(home, ROUND):
        found[finding.agency].append(finding)
    return found


def same_decision(home: Home) -> tuple[dict[str, list[Finding]], Broken]:
    twice = {
        f"{code}.xlsx": book(code, handlings={"decision_number": "12/QĐ-UBND"})
        for code in (AGENCY, "T01")
    }
    return collected(home, {**twice, "T02.xlsx": book("T02")}), Broken(
        "N01", "W", I3B, (f"J{FIRST_ROW}",)
    )


@pytest.mark.slow
def test_a_rule_between_agencies_is_no_error_whatever_a_round_says(tmp_path: Path) -> None:
    """A warning: as an error it would withdraw the return in which it was found, run by run."""
    home = Home(tmp_path)
    same_decision(home)
    strict = replace(
        ROUND, settings=replace(ROUND.settings, rules={"N01": RulePolicy(severity="E")})
    )
    for _ in range(2):
        run.collect(home, strict)
        assert {each.severity for each in run.findings(home, strict) if each.rule == "N01"} == {
            Severity.WARNING
        }
        assert run.status(home, strict)[0].counted == 3
    grounds = Grounds("theo công văn", "ai")
    with pytest.raises(OperatorError, match="never_an_error"):
        deciding.waive(home, ROUND, AGENCY, "N01", grounds, "E")
    deciding.waive(home, ROUND, AGENCY, "N01", grounds)
    assert {
        each.severity
        for each in run.findings(home, ROUND)
        if each.rule == "N01" and each.agency == AGENCY
    } == {Severity.NOTE}


def far_from_peers(home: Home) -> tuple[dict[str, list[Finding]], Broken]:
    books = {f"{code}.xlsx": book(code) for code in PEERS}
    return collected(home, {**books, "a.xlsx": book(manifestations={"cases": 90})}), Broken(
        "N02", "W", I1, (f"I{FIRST_ROW}",)
    )


def of_another_scale(home: Home) -> tuple[dict[str, list[Finding]], Broken]:
    books = {f"{code}.xlsx": book(code) for code in PEERS}
    table = ROUND.by_key["consequences"].sheet
    return collected(home, {**books, "a.xlsx": book(consequences={"loss": 12_500})}), Broken(
        "N02", "W", table, (f"J{FIRST_ROW}",)
    )


def same_text(home: Home) -> tuple[dict[str, list[Finding]], Broken]:
    alike = {f"{code}.xlsx": book(code, examples={"story": LONG}) for code in (AGENCY, "T01")}
    place = Broken("N03", "W", ROUND.by_key["examples"].sheet, (f"E{FIRST_ROW}",))
    return collected(home, {**alike, "T02.xlsx": book("T02")}), place


def resubmitted(home: Home) -> tuple[dict[str, list[Finding]], Broken]:
    collected(home, {"1.xlsx": book(), "T02.xlsx": book("T02")})
    again = collected(
        home, {"2.xlsx": book(manifestations={"note": "đã sửa"})}, IN_TIME + dt.timedelta(days=1)
    )
    return again, Broken("N04", "N", I1, (f"N{FIRST_ROW}",))


def late(home: Home) -> tuple[dict[str, list[Finding]], Broken]:
    collected(home, {"T02.xlsx": book("T02")})
    return collected(home, {"1.xlsx": book()}, LATE), Broken("D01", "N")


def strange_sender(home: Home) -> tuple[dict[str, list[Finding]], Broken]:
    home.root.joinpath("dia-chi.csv").write_text(
        f"agency,to\n{AGENCY},vp@coquan.example\nT02,vp@boxd.example\n", encoding="utf-8"
    )
    for code in (AGENCY, "T02"):
        saved(book(code), home.root / f"{code}.xlsx")
        posted(
            home.incoming / f"{code}.eml",
            (f"{code}.xlsx", (home.root / f"{code}.xlsx").read_bytes()),
        )
    return collected(home, {}), Broken("D02", "N")


BY_COMPARING = {
    "N01": same_decision,
    "N02": far_from_peers,
    "N03": same_text,
    "N04": resubmitted,
    "D01": late,
    "D02": strange_sender,
}


@pytest.mark.slow
@pytest.mark.parametrize("rule", BY_COMPARING)
def test_what_only_others_or_the_day_can_tell_is_told_to_those_concerned(
    rule: str, tmp_path: Path
) -> None:
    found, broken = BY_COMPARING[rule](Home(tmp_path))
    assert broken.rule == rule
    assert told(found[AGENCY], broken) == [broken]
    assert found["T02"] == []


def same_day(home: Home) -> tuple[dict[str, list[Finding]], Broken]:
    collected(home, {"1.xlsx": book()})
    return collected(home, {"2.xlsx": book(manifestations={"note": "đã sửa"})}), Broken("N04", "W")


def jumped(home: Home) -> tuple[dict[str, list[Finding]], Broken]:
    collected(home, {"1.xlsx": book(), "T02.xlsx": book("T02")})
    again = collected(
        home, {"2.xlsx": book(consequences={"loss": 125})}, IN_TIME + dt.timedelta(days=1)
    )
    return again, Broken("N04", "W", ROUND.by_key["consequences"].sheet, (f"J{FIRST_ROW}",))


@pytest.mark.slow
@pytest.mark.parametrize("make", [of_another_scale, jumped])
def test_what_is_far_from_others_or_from_before_is_told_too(
    make: Callable[[Home], Told], tmp_path: Path
) -> None:
    found, broken = make(Home(tmp_path))
    warned = [each for each in told(found[AGENCY], broken) if each.severity == Severity.WARNING]
    assert warned == [broken]
    assert found["T02"] == []


@pytest.mark.slow
@pytest.mark.parametrize("make", [*BY_COMPARING.values(), same_day, of_another_scale, jumped])
def test_no_reply_to_it_tells_what_only_the_operator_can_use(
    make: Callable[[Home], object], tmp_path: Path
) -> None:
    home = Home(tmp_path)
    make(home)
    run.feedback(home, ROUND, everything=True)
    assert {
        path.name: found for path in home.replies.glob("*.*") if (found := for_operators(path))
    } == {}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_finding_tells_what_only_the_operator_can_use(lang: str) -> None:
    """Findings stand in the replies."""
    listed = [
        Path(schemas.__file__).parent / folder / "messages" / lang / "rules.toml"
        for folder in ("", "cv4874")
    ]
    texts = [path.read_text(encoding="utf-8") for path in listed if path.is_file()]
    assert not any("tonghop" in text for text in texts)
    assert lang == "en" or not any(map(COMMANDS.search, texts)), "some commands are English words"


def test_no_rule_is_without_a_workbook_that_breaks_it() -> None:
    broken = (
        {rule for rule, _, _ in MISTAKES}
        | {each.rule for _, each in BY_READING.values()}
        | set(BY_COMPARING)
    )
    assert broken == set(ROUND.rule_ids)


def test_right_workbooks_meet_them_all(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(right(7).workbook())
    (each,) = run.check(Home(tmp_path), ROUND, [path])
    assert each.findings == ()
