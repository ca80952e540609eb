"""The command line's contract: exit codes, only data on stdout, no traceback for a mistake."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from pipeline.distribute import issue
from pipeline.distribute.fill import fill
from pipeline.distribute.layout import HEADER_ROW
from pipeline.terminal.commands import main
from pipeline.terminal.records import print_frame
from schemas.round.load import load_round
from tests.commands import tonghop
from tests.often import some
from tests.rows import CONTACT, M, shown
from tests.workbooks import filled, saved

ROOT = Path(__file__).parents[1]
FIELDS = [
    "rule",
    "severity",
    "agency",
    "file",
    "sheet",
    "cells",
    "column",
    "value",
    "message",
    "fix",
]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A right return, one with an error, one that is no workbook."""
    folder, round_ = tmp_path_factory.mktemp("files"), load_round("cv4874")
    blank = dict(issue.workbooks(round_, [round_.by_agency["T96"]]))["T96"]
    row = shown(round_, "manifestations", {**M, "handled": 0, "pending": 5, "unhandled": 0})
    (folder / "right.xlsx").write_bytes(fill(blank, round_, CONTACT, {"manifestations": [row]}))
    (folder / "wrong.xlsx").write_bytes(
        fill(blank, round_, CONTACT, {"manifestations": [{**row, "persons": 7}]})
    )
    (folder / "text.xlsx").write_text("chữ", encoding="utf-8")
    return folder


@pytest.mark.parametrize(("name", "code"), [("right.xlsx", 0), ("wrong.xlsx", 1), ("text.xlsx", 1)])
def test_check_says_by_its_exit_code_whether_there_are_errors(
    files: Path, tmp_path: Path, name: str, code: int
) -> None:
    assert tonghop("--home", tmp_path, "check", files / name).exit_code == code


def test_check_gives_findings_as_json_and_csv(files: Path, tmp_path: Path) -> None:
    done = tonghop("--home", tmp_path, "check", files / "wrong.xlsx", "--format", "json")
    listed = json.loads(done.stdout)
    assert [list(each) for each in listed] == [FIELDS] * len(listed)
    error = next(each for each in listed if each["severity"] == "E")
    assert (error["rule"], error["agency"], error["cells"], error["value"]) == (
        "R01",
        "T96",
        ["J9"],
        "7",
    )
    rows = list(
        csv.DictReader(
            io.StringIO(
                tonghop("--home", tmp_path, "check", files / "wrong.xlsx", "--format", "csv").stdout
            )
        )
    )
    assert [row["rule"] for row in rows] == [each["rule"] for each in listed]


def test_check_shows_what_was_taken_for_what_and_how_surely(tmp_path: Path) -> None:
    round_ = load_round()
    spec = round_.by_key["manifestations"]
    book = filled(round_, "T01")
    book[spec.sheet].cell(HEADER_ROW, 9, "Số vụ viêc")
    book[spec.sheet].title = "Sheet1"
    shown = tonghop("--home", tmp_path, "check", saved(book, tmp_path / "a.xlsx")).stdout
    assert f"trang tính “Sheet1” là “{spec.sheet}” — theo tiêu đề các cột, 100/100" in shown
    assert "Sheet1: cột “Số vụ viêc” là “Số vụ việc” — tên gần giống, 97/100" in shown


def test_check_leaves_no_trace(files: Path, tmp_path: Path) -> None:
    tonghop("--home", tmp_path, "check", files / "right.xlsx")
    assert not (tmp_path / "data" / "ledger.sqlite").exists()
    assert not list(
        (tmp_path / "data" / "archive").glob("*")
        if (tmp_path / "data" / "archive").exists()
        else []
    )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["check"], 2),
        (["figures", "--by", "khong_co"], 2),
        (["figures", "--by", "handling_group"], 2),
        (["figures", "--by", "sector", "--table", "khong_co"], 2),
        (["figures", "--by", "sector", "--where", "sector"], 2),
        (["figures", "--by", "sector", "--where", "sector=LV77"], 2),
        (["trace"], 2),
        (["trace", "--where", "sector=LV77"], 2),
        (["trace", "--where", "khong_co=1"], 2),
        (["figures"], 2),
        (["khong-co-lenh"], 2),
        (["--round", "khong_co", "status"], 3),
        (["distribute", "T999"], 3),
        (["collect", "/khong/co"], 3),
        (["collect", "--received", "0001-01-01"], 2),
        (["check", "/khong/co.xlsx"], 3),
        (["check", Path(__file__).parent], 2),
        (["exclude", "a.xlsx", "--reason", " "], 2),
        (["status"], 0),
        (["findings"], 0),
        (["summarise"], 0),
        (["figures", "--by", "sector"], 0),
        (["trace", "--where", "sector=LV01"], 0),
    ],
)
def test_exit_codes(tmp_path: Path, words: list[str], code: int) -> None:
    done = tonghop("--home", tmp_path, *words)
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize("place", ["data/archive", "data/ledger.sqlite"])
def test_what_stands_in_the_way_is_named(place: str, tmp_path: Path) -> None:
    path = tmp_path / place
    path.parent.mkdir()
    path.mkdir() if place.endswith(".sqlite") else path.write_bytes(b"")
    done = tonghop("--home", tmp_path, "collect")
    assert (done.exit_code, str(path) in done.output) == (3, True), done.output


@pytest.mark.parametrize(
    "command",
    some(
        2,
        [
            ["status"],
            ["collect"],
            ["findings"],
            ["figures", "--by", "sector"],
            ["trace", "--where", "sector=LV01"],
        ],
    ),
)
@pytest.mark.slow
def test_a_ledger_with_damaged_pages_is_named(
    command: list[str], files: Path, tmp_path: Path
) -> None:
    assert tonghop("--home", tmp_path, "collect", files).exit_code == 0
    ledger = tmp_path / "data" / "ledger.sqlite"
    damaged = bytearray(ledger.read_bytes())
    for at in range(2 * 4096, len(damaged), 4096):
        damaged[at : at + 2048] = bytes(2048)
    ledger.write_bytes(damaged)
    done = tonghop("--home", tmp_path, *command)
    assert (done.exit_code, "Traceback" in done.output) == (3, False), done.output
    assert tonghop("--home", tmp_path, "doctor").exit_code == 1
    assert tonghop("--home", tmp_path, "rebuild").exit_code == 0
    assert tonghop("--home", tmp_path, *command).exit_code == 0


def test_ctrl_c_is_answered_in_the_users_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.run.status", interrupted)
    done = tonghop("--home", tmp_path, "status")
    assert (done.exit_code, done.output.strip()) == (
        130,
        "Đã dừng theo yêu cầu. Không có gì bị mất: chạy lại lệnh để làm tiếp.",
    )


def test_collect_and_figures(files: Path, tmp_path: Path) -> None:
    done = tonghop("--home", tmp_path, "collect", files, "--received", "2023-09-08")
    assert done.exit_code == 0
    assert done.stdout == ""
    assert "3" in done.stderr
    status = json.loads(tonghop("--home", tmp_path, "status", "--format", "json").stdout)
    mine = next(each for each in status["agencies"] if each["agency"] == "T96")
    assert (mine["standing"], mine["late_days"], mine["pending"] != "") == ("reported", 1, True)
    assert (
        json.loads(
            tonghop("--home", tmp_path, "figures", "--by", "sector", "--format", "json").stdout
        )
        != []
    )
    findings = json.loads(tonghop("--home", tmp_path, "findings", "--format", "json").stdout)
    assert {each["rule"] for each in findings} >= {"R01", "S01", "D01"}


@pytest.mark.slow
def test_figures_are_plain_numbers(files: Path, tmp_path: Path) -> None:
    tonghop("--home", tmp_path, "collect", files / "right.xlsx", "--received", "2023-09-05")
    for by in ("sector", "region", "agency", "agency_group", "locality", "manifestation"):
        rows = list(
            csv.DictReader(
                io.StringIO(
                    tonghop("--home", tmp_path, "figures", "--by", by, "--format", "csv").stdout
                )
            )
        )
        assert len(rows) == 1
        sums = ["cases", "persons", "handled", "pending", "unhandled", "collectives"]
        apart = ["collectives_handled", "collectives_pending", "collectives_unhandled"]
        assert list(rows[0]) == [
            by,
            "name",
            *sums,
            "agencies",
            *apart,
            *(f"agencies_{key}" for key in (*sums, *apart)),
        ]
        assert (
            rows[0]["cases"],
            rows[0]["persons"],
            rows[0]["collectives"],
            rows[0]["agencies"],
        ) == ("2", "5", "", "1"), "blank: nobody gave it"
        assert (rows[0]["agencies_persons"], rows[0]["agencies_collectives"]) == ("1", "0")
    seen = tonghop("--home", tmp_path, "figures", "--by", "sector").stdout.replace("\n", " ")
    assert "agencies_persons" not in seen, "on the screen it repeats how many agencies there are"
    assert "agencies_collec" in seen


def test_english_on_request(files: Path, tmp_path: Path) -> None:
    done = tonghop("--home", tmp_path, "--lang", "en", "check", files / "wrong.xlsx")
    assert "ERRORS TO CORRECT (1)" in done.stdout


def test_help_does_not_load_the_engine() -> None:
    code = "import sys; from pipeline.terminal.commands import main; print([m for m in ('pandas','pandera','openpyxl','rich') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


def test_every_command_is_in_the_reference() -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for name in main.commands:
        assert f"## {name}" in text
        assert main.commands[name].help
    assert not re.search(r"Usage:|Options:|\[required\]|Show this", text), (
        "as the program says it: in Vietnamese"
    )


def test_trace_names_the_cells_behind_a_figure(files: Path, tmp_path: Path) -> None:
    tonghop("--home", tmp_path, "collect", files / "right.xlsx", "--received", "2023-09-05")
    where = ["--where", f"sector={M['sector']}", "--where", "agency_group=TINH"]
    found = json.loads(tonghop("--home", tmp_path, "trace", *where, "--format", "json").stdout)
    assert [list(row)[:5] for row in found] == [["agency", "file", "sheet", "row", "cells"]]
    assert (found[0]["agency"], found[0]["file"], found[0]["sheet"], found[0]["row"]) == (
        "T96",
        "right.xlsx",
        "I.1 BIỂU HIỆN",
        9,
    )
    page = openpyxl.load_workbook(files / "right.xlsx")[found[0]["sheet"]]
    assert [page[cell].value for cell in found[0]["cells"]] == [2, 5, 0, 5, 0]
    assert (found[0]["cases"], found[0]["persons"], found[0]["behaviour"]) == (2, 5, M["behaviour"])
    rows = list(
        csv.DictReader(
            io.StringIO(tonghop("--home", tmp_path, "trace", *where, "--format", "csv").stdout)
        )
    )
    assert rows[0]["cells"] == " ".join(found[0]["cells"])
    assert " ".join(found[0]["cells"]) in tonghop("--home", tmp_path, "trace", *where).stdout
    assert (
        json.loads(
            tonghop(
                "--home", tmp_path, "trace", "--where", "region=TDMN", "--format", "json"
            ).stdout
        )
        == []
    )


def test_provisional_figures_say_so_on_a_screen_and_to_programs(
    files: Path, tmp_path: Path
) -> None:
    tonghop("--home", tmp_path, "collect", files / "right.xlsx", "--received", "2023-09-05")
    for words in (["figures", "--by", "sector"], ["trace", "--where", f"sector={M['sector']}"]):
        assert tonghop("--home", tmp_path, *words, "--provisional").stdout.startswith("TẠM TÍNH. ")
        assert "TẠM TÍNH" not in tonghop("--home", tmp_path, *words).stdout
        rows = tonghop(
            "--home", tmp_path, *words, "--provisional", "--format", "csv"
        ).stdout.splitlines()
        assert rows[0].endswith(",provisional")


def test_csv_holds_no_formula(capsys: pytest.CaptureFixture[str]) -> None:
    texts = ["=1+1", "+84", "-5 hồ sơ", "@a", "\t=1", "\r=1", "vụ"]
    print_frame(pd.DataFrame({"text": texts, "number": [-1.0] * len(texts)}), "csv")
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out, newline="")))
    assert [row["text"] for row in rows] == [
        "'=1+1",
        "'+84",
        "'-5 hồ sơ",
        "'@a",
        "'\t=1",
        "'\n=1",
        "vụ",
    ]
    assert {row["number"] for row in rows} == {"-1"}
