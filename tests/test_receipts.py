"""Receipt dates and counting returns are the same in any order of collecting."""

from __future__ import annotations

import datetime as dt
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pipeline import run
from pipeline.distribute import issue
from pipeline.distribute.fill import fill
from pipeline.home import Home
from pipeline.model import Verdict
from pipeline.store.standing import submissions_of
from schemas.round.round import Round
from tests.books import round_of
from tests.histories import collected_in_all_ways
from tests.incoming import outdated
from tests.often import times
from tests.rows import CONTACT, PROVINCE, M, shown


@pytest.fixture(scope="module")
def round_(plain_round: Round) -> Round:
    """When a return came doesn't depend on what summaries say."""
    return plain_round


pytestmark = pytest.mark.slow  # whole rounds through the engine

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def books(round_: Round) -> Files:
    """Three different right returns of one agency."""
    blank = dict(issue.workbooks(round_, [round_.by_agency[PROVINCE]]))[PROVINCE]
    rows = {
        name: {**M, "persons": persons, "handled": 0, "pending": persons, "unhandled": 0}
        for name, persons in (("a", 5), ("b", 6), ("c", 7))
    }
    return {
        name: fill(
            blank, round_, CONTACT, {"manifestations": [shown(round_, "manifestations", row)]}
        )
        for name, row in rows.items()
    }


def put(path: Path, content: bytes, day: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    moment = dt.datetime.fromisoformat(f"{day}T08:00:00+07:00").timestamp()
    os.utime(path, (moment, moment))
    return path


def zipped(path: Path, name: str, content: bytes, day: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name, (*map(int, day.split("-")), 8, 0, 0)), content)  # type: ignore[arg-type]
    return path


def state(home: Home, round_: Round) -> Any:
    """What an operator sees: standings, all findings, when each file came and by what."""
    with run.current_ledger(home, round_) as ledger:
        submissions = submissions_of(ledger).drop(columns="submission").sort_values("sha256")
    findings = sorted(
        json.dumps([f.rule, f.message, f.file, f.cells, dict(f.words)], ensure_ascii=False)
        for f in run.findings(home, round_, everything=True)
    )
    return submissions.to_dict("records"), findings


def when(home: Home, round_: Round, name: str) -> tuple[str, str, bool]:
    """Day and kind of a file's date, and whether it speaks for its agency."""
    with run.current_ledger(home, round_) as ledger:
        row = submissions_of(ledger).set_index("name").loc[name]
    return row["received"][:10], row["received_by"], bool(row["current"])


def test_the_command_line_dates_what_was_collected_before(
    tmp_path: Path, round_: Round, books: Files
) -> None:
    home, zone = Home(tmp_path), round_.timezone
    put(home.incoming / "a.xlsx", books["a"], "2023-09-10")
    put(home.incoming / "b.xlsx", books["b"], "2023-09-12")
    run.collect(home, round_)
    for day in (20, 25, 14):  # and corrects itself
        run.collect(
            home,
            round_,
            [home.incoming / "a.xlsx"],
            received=dt.datetime(2023, 9, day, tzinfo=zone),
        )
        assert when(home, round_, "a.xlsx") == (f"2023-09-{day}", "option", True)
    put(home.incoming / "c.xlsx", books["c"], "2023-09-01")
    for _ in range(2):  # in a folder it holds for what is new
        run.collect(home, round_, received=dt.datetime(2023, 9, 13, tzinfo=zone))
        assert when(home, round_, "a.xlsx") == ("2023-09-14", "option", True)
        assert when(home, round_, "b.xlsx") == ("2023-09-12", "mtime", False)
        assert when(home, round_, "c.xlsx") == ("2023-09-13", "option", False)
    run.collect(home, round_)
    assert when(home, round_, "a.xlsx") == ("2023-09-14", "option", True)


def test_a_register_that_is_taken_away_counts_no_more(
    tmp_path: Path, round_: Round, books: Files
) -> None:
    home = Home(tmp_path)
    for name, day in (("a", "2023-09-10"), ("b", "2023-09-12")):
        put(home.incoming / f"{name}.xlsx", books[name], day)
    register = home.incoming / "nhan.csv"
    register.write_text(
        "file,date,note\na.xlsx,2023-09-12,\nb.xlsx,2023-09-11,\n", encoding="utf-8"
    )
    run.collect(home, round_)
    assert (when(home, round_, "a.xlsx"), when(home, round_, "b.xlsx")) == (
        ("2023-09-12", "nhan.csv", True),
        ("2023-09-11", "nhan.csv", False),
    )
    register.write_text("file,date,note\nb.xlsx,2023-09-11,\n", encoding="utf-8")
    run.collect(home, round_)
    assert (when(home, round_, "a.xlsx"), when(home, round_, "b.xlsx")) == (
        ("2023-09-10", "mtime", False),
        ("2023-09-11", "nhan.csv", True),
    )
    register.unlink()
    run.collect(home, round_)
    assert when(home, round_, "b.xlsx") == ("2023-09-12", "mtime", True)


def test_a_copy_elsewhere_takes_no_date_from_a_register(
    tmp_path: Path, round_: Round, books: Files
) -> None:
    home = Home(tmp_path)
    put(home.incoming / "a.xlsx", books["a"], "2023-09-10")
    (home.incoming / "nhan.csv").write_text(
        "file,date,note\na.xlsx,2023-09-05,\n", encoding="utf-8"
    )
    run.collect(home, round_)
    run.collect(home, round_, [put(tmp_path / "khác" / "a.xlsx", books["a"], "2023-09-01")])
    assert when(home, round_, "a.xlsx")[:2] == ("2023-09-05", "nhan.csv")


@pytest.mark.parametrize("archive_first", [True, False])
def test_times_of_files_and_of_members_count_alike(
    tmp_path: Path, round_: Round, books: Files, *, archive_first: bool
) -> None:
    home = Home(tmp_path / "home")
    archive = zipped(tmp_path / "z.zip", "a.xlsx", books["a"], "2023-09-20")
    paths = [
        archive,
        put(tmp_path / "a.xlsx", books["a"], "2023-09-10"),
        put(tmp_path / "b.xlsx", books["b"], "2023-09-15"),
    ]
    for path in paths if archive_first else reversed(paths):
        run.collect(home, round_, [path])
    assert when(home, round_, "a.xlsx") == ("2023-09-10", "mtime", False)


def arrivals(folder: Path, books: Files) -> list[Path]:
    """Returns, a renamed copy, an older one, one dated by its file time; some in an archive."""
    return [
        put(folder / "a.xlsx", books["a"], "2023-09-10"),
        put(folder / "a (bản sao).xlsx", books["a"], "2023-09-10"),
        put(folder / "b.xlsx", books["b"], "2023-09-12"),
        put(folder / "c.xlsx", books["c"], "2023-09-12"),
        zipped(folder / "d.zip", "b.xlsx", books["b"], "2023-09-11"),
        put(folder / "e.xlsx", books["c"][:5000], "2023-09-14"),
    ]


@pytest.mark.parametrize("seed", times(1, 6))
def test_the_order_of_arrival_makes_no_difference(
    seed: int, tmp_path: Path, round_: Round, books: Files
) -> None:
    paths = arrivals(tmp_path / "in", books)
    at_once, by_and_by, again = collected_in_all_ways(paths, tmp_path, round_, seed, state)
    assert by_and_by == at_once
    assert again == at_once


def test_a_changed_date_is_told_where_returns_are_compared(
    tmp_path: Path, round_: Round, books: Files
) -> None:
    home = Home(tmp_path)
    for name, day in (("a", "2023-09-10"), ("b", "2023-09-12")):
        put(home.incoming / f"{name}.xlsx", books[name], day)
    run.collect(home, round_)
    assert (
        next(each.message for each in run.findings(home, round_) if each.rule == "N04") == "changed"
    )
    (home.incoming / "nhan.csv").write_text(
        "file,date,note\na.xlsx,2023-09-12,\n", encoding="utf-8"
    )
    run.collect(home, round_)
    told = [each for each in run.findings(home, round_) if each.rule == "N04"]
    assert next(each.message for each in told) == "changed.same_day"
    assert {each.words["received"] for each in told} == {"12/09/2023"}


def test_a_return_that_is_superseded_while_the_one_before_it_changes_tells_no_old_story(
    tmp_path: Path, round_: Round, books: Files
) -> None:
    home, fresh = Home(tmp_path / "home"), Home(tmp_path / "fresh")
    put(home.incoming / "a.xlsx", books["a"], "2023-09-10")
    put(home.incoming / "b.xlsx", books["b"], "2023-09-12")
    run.collect(home, round_)
    put(home.incoming / "c.xlsx", books["c"], "2023-09-13")
    (home.incoming / "nhan.csv").write_text(
        "file,date,note\na.xlsx,2023-09-11,\n", encoding="utf-8"
    )
    run.collect(home, round_)
    run.collect(fresh, round_, [home.incoming])
    assert state(home, round_) == state(fresh, round_)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("2023-09-10T12:00:00+07:00", "2023-09-10T06:00:00Z"),
        ("2023-09-10T10:00:00Z", "2023-09-10T10:00:00.5Z"),
        ("", "2000-01-01T00:00:00Z"),
    ],
)
def test_documents_own_times_are_compared_as_times(older: str, newer: str) -> None:
    import pandas as pd

    from pipeline.store.standing import standings

    same = {
        "agency": "T01",
        "verdict": Verdict.ACCEPTED,
        "received": "2023-09-10T08:00:00+07:00",
        "signed_on": "",
        "received_by": "mtime",
    }
    same |= {"nil": 0, "is_blank": 0, "is_doubted": 0, "kind": ""}
    rows = [
        {**same, "submission": 1, "sha256": "1", "name": "z", "modified": older},
        {**same, "submission": 2, "sha256": "2", "name": "a", "modified": newer},
    ]
    found = standings(pd.DataFrame(rows), round_of("cv4874")).submissions
    assert found.set_index("submission")["current"].to_dict() == {1: False, 2: True}


def test_a_file_from_the_far_future_is_no_reason_to_stop(
    tmp_path: Path, round_: Round, books: Files
) -> None:
    home = Home(tmp_path)
    put(home.incoming / "a.xlsx", books["a"], "2023-09-10")
    os.utime(put(home.incoming / "b.xlsx", books["b"], "2023-09-10"), (2**34 - 1,) * 2)
    assert run.collect(home, round_).accepted == 2
    assert run.collect(home, round_).duplicate == 2


def test_an_archived_copy_that_was_damaged_is_mended_before_it_is_judged_again(
    tmp_path: Path, round_: Round, books: Files
) -> None:
    home = Home(tmp_path)
    put(home.incoming / "a.xlsx", books["a"], "2023-09-10")
    run.collect(home, round_)
    before = state(home, round_)
    [kept] = home.archive.iterdir()
    damaged = bytearray(kept.read_bytes())
    damaged[2000:4000] = bytes(2000)
    kept.write_bytes(damaged)
    outdated(home)
    run.collect(home, round_)
    assert kept.read_bytes() == books["a"]
    assert state(home, round_) == before
