"""The ledger reads back what was written; twice changes nothing; a broken step leaves nothing."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

import pytest

from pipeline.check.judge import judge
from pipeline.errors import OperatorError
from pipeline.model import Reading, Received, Verdict
from pipeline.store import JudgedSubmission, Ledger, alone
from schemas.round.round import Round
from tests.readings import reading
from tests.rows import PROVINCE, RIGHT, M

NOON = dt.datetime(2023, 9, 5, 12, tzinfo=dt.timezone(dt.timedelta(hours=7)))


def received(name: str, sha256: str) -> Received:
    return Received(Path(name), name, sha256, 10, NOON, "mtime")


def write(ledger: Ledger, round_: Round, readings: dict[str, Reading]) -> None:
    with ledger.transaction():
        ledger.register([received(f"{sha}.xlsx", sha) for sha in readings])
        by_number = dict(zip(ledger.numbers(readings), readings.values(), strict=True))
        judgement = judge(by_number, {number: f"{number}.xlsx" for number in by_number}, round_)
        batch = [
            JudgedSubmission(
                n, each, judgement.verdicts[n], judgement.findings[n], "2023-09-01", nil=False
            )
            for n, each in by_number.items()
        ]
        ledger.write(batch, judgement.frames)


def test_rows_come_back_as_they_were(tmp_path: Path, round_: Round) -> None:
    with Ledger(tmp_path / "l.sqlite", round_, "1") as ledger:
        write(ledger, round_, {"a": reading(round_, PROVINCE, **RIGHT)})
        rows = ledger.rows(round_.by_key["handlings"], [1])
    assert rows[["submission", "row", "sheet"]].to_numpy().tolist() == [[1, 9, "I.3b XỬ LÝ"]]
    first = rows.iloc[0]
    assert (first["sector"], first["persons"], first["decided_on"].date()) == (
        "LV01",
        3.0,
        dt.date(2022, 5, 5),
    )
    assert first.isna()["note"]
    assert list(rows["sector"].cat.categories) == round_.codelists["sectors"].codes


def test_writing_again_changes_nothing(tmp_path: Path, round_: Round) -> None:
    path = tmp_path / "l.sqlite"
    with Ledger(path, round_, "1") as ledger:
        write(ledger, round_, {"a": reading(round_, PROVINCE, **RIGHT)})
        before = dump(path)
        write(ledger, round_, {"a": reading(round_, PROVINCE, **RIGHT)})
    assert dump(path) == before


def test_a_step_that_breaks_leaves_no_trace(tmp_path: Path, round_: Round) -> None:
    path = tmp_path / "l.sqlite"
    with Ledger(path, round_, "1") as ledger:
        write(ledger, round_, {"a": reading(round_, PROVINCE, **RIGHT)})
        before = dump(path)
        with pytest.raises(AttributeError):
            broken_step(ledger)
    assert dump(path) == before


def broken_step(ledger: Ledger) -> None:
    """Registers one file, then meets something that is none."""
    with ledger.transaction():
        ledger.register([received("b.xlsx", "b")])
        ledger.register([None])  # type: ignore[list-item]


def test_findings_come_back_word_for_word(tmp_path: Path, round_: Round) -> None:
    wrong = reading(round_, PROVINCE, **{**RIGHT, "manifestations": [{**M, "persons": 6}]})
    expected = judge({1: wrong}, {1: "1.xlsx"}, round_).findings[1]
    with Ledger(tmp_path / "l.sqlite", round_, "1") as ledger:
        write(ledger, round_, {"a": wrong})
        assert tuple(ledger.findings([1])) == expected
        assert ledger.submissions()[["verdict", "errors"]].to_numpy().tolist() == [
            [Verdict.TO_CORRECT, 1]
        ]


def test_rows_with_an_error_are_left_out_when_only_clean_ones_count(
    tmp_path: Path, round_: Round
) -> None:
    wrong = reading(
        round_, PROVINCE, **{**RIGHT, "manifestations": [M, {**M, "level": "XA", "persons": 6}]}
    )
    with Ledger(tmp_path / "l.sqlite", round_, "1") as ledger:
        write(ledger, round_, {"a": wrong})
        spec = round_.by_key["manifestations"]
        assert ledger.rows(spec, [1])["row"].tolist() == [9, 10]
        assert ledger.rows(spec, [1], clean_only=[1])["row"].tolist() == [9]


def test_a_new_program_judges_again(tmp_path: Path, round_: Round) -> None:
    with Ledger(tmp_path / "l.sqlite", round_, "1") as ledger:
        write(ledger, round_, {"a": reading(round_, PROVINCE, **RIGHT)})
        assert ledger.judged_hashes() == {"a": 1}
        assert not ledger.outdated()
    with Ledger(tmp_path / "l.sqlite", round_, "2") as ledger:
        assert ledger.judged_hashes() == {}
        assert [row["sha256"] for row in ledger.outdated()] == ["a"]


def test_a_file_that_is_no_ledger_is_named(tmp_path: Path, round_: Round) -> None:
    (tmp_path / "l.sqlite").write_bytes(b"not a database at all, only some text" * 40)
    with pytest.raises(OperatorError, match="ledger_broken"):
        Ledger(tmp_path / "l.sqlite", round_, "1")


def test_nothing_is_written_into_another_programs_file(tmp_path: Path, round_: Round) -> None:
    path = tmp_path / "l.sqlite"
    for made in (
        "CREATE TABLE notes (text TEXT)",
        "CREATE TABLE submission (id INTEGER PRIMARY KEY, text TEXT)",
    ):
        with sqlite3.connect(path) as other:
            other.execute(made)
        other.close()
        before = path.read_bytes()
        with pytest.raises(OperatorError, match="ledger_broken"):
            Ledger(path, round_, "1")
        assert path.read_bytes() == before


def test_a_lock_that_is_no_lock_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "l.lock").write_bytes(b"not a lock at all, only some text" * 40)
    with alone(tmp_path / "l.sqlite"):
        pass


def test_two_writers_the_second_is_told(
    tmp_path: Path, round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.store.database.BUSY_SECONDS", 0.1)
    with (
        Ledger(tmp_path / "l.sqlite", round_, "1") as first,
        Ledger(tmp_path / "l.sqlite", round_, "1") as second,
        first.transaction(),
    ):
        first.register([received("a.xlsx", "a")])
        with pytest.raises(OperatorError, match="ledger_locked"), second.transaction():
            pass


def dump(path: Path) -> list[str]:
    with sqlite3.connect(path) as db:
        return list(db.iterdump())
