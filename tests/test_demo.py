"""The invented round end to end: only the planted is found; totals equal a recount."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import re
import zipfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pandera.errors
import pytest

import schemas
from pipeline import run
from pipeline.check.agencies import RULES
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.model import Finding, Standing
from pipeline.stages import inventing as demo
from pipeline.summarise.books import write_all
from schemas.invention import Return
from schemas.round.round import Round
from tests import office
from tests.commands import tonghop
from tests.crossings import grid
from tests.mistakes import MISTAKES
from tests.private import for_operators, naming, private_words, text_of
from tests.values import Lines, values

pytestmark = pytest.mark.slow  # the round takes twenty seconds to make


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, round_: Round) -> Home:
    home = Home(tmp_path_factory.mktemp("demo"))
    run.demo(home, round_)
    return home


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("again"))


@pytest.fixture(scope="module")
def returns(again: Home, round_: Round) -> list[Return]:
    return demo.invent(again, round_)


@pytest.fixture(scope="module")
def found(home: Home, round_: Round) -> dict[str, list[Finding]]:
    by_file: dict[str, list[Finding]] = defaultdict(list)
    for finding in run.findings(home, round_, everything=True):
        by_file[finding.file].append(finding)
    return by_file


def test_every_planted_mistake_is_found_at_its_cell_and_nothing_else(
    returns: list[Return], found: dict[str, list[Finding]]
) -> None:
    for each in returns:
        if "lần 1" in each.file or each.copy_of:
            continue
        expected = Counter((p.rule, p.severity, p.sheet, p.cell) for p in each.planted)
        own = [f for f in found[each.file] if f.rule not in RULES]
        worst = [f for f in own if f.severity != "N" or any(p.rule == f.rule for p in each.planted)]
        actual = Counter(
            (f.rule, str(f.severity), f.sheet, cell) for f in worst for cell in f.cells or ("",)
        )
        if any(p.rule == "S06" for p in each.planted):
            actual -= Counter({key: 1 for key in actual if key[0] == "S07"})
        assert actual == expected, each.file


def test_no_output_shows_what_is_private(home: Home) -> None:
    """Citations and remarks about sources stay in the lists and are not shown to people."""
    outputs = [
        path
        for folder in (home.output, home.root / "templates")
        for path in sorted(folder.rglob("*.*"))
        if path.is_file()
    ]
    assert {".xlsx", ".docx", ".html", ".json", ".txt", ".parquet"} <= {
        path.suffix for path in outputs
    }
    assert {path.name: found for path in outputs if (found := private_words(text_of(path)))} == {}


def test_no_output_for_others_names_the_planted_person(
    home: Home, found: dict[str, list[Finding]]
) -> None:
    planted = "Nguyễn Văn A"
    assert any(
        planted in finding.words.get("named", "")
        for findings in found.values()
        for finding in findings
    )
    assert set().union(*naming(home.output, planted, "[tên riêng 1]").values()) == {"[tên riêng 1]"}


def test_the_data_files_are_judged_as_their_returns_were(
    home: Home, round_: Round, found: dict[str, list[Finding]]
) -> None:
    """By the schemas alone, as in the README: counting rows have no error, warnings have rows."""
    for spec in round_.row_tables:
        rows = pd.read_parquet(home.output / "du-lieu" / f"{spec.key}.parquet")
        labels = {rule.label: rule for rule in round_.rules[spec.key] if rule.severity == "W"}
        try:
            schemas.schema("cv4874", spec.key).validate(rows, lazy=True)
            told = {}
        except pandera.errors.SchemaErrors as failed:
            told = {
                error.check.name: rows[~error.check_output.to_numpy()]
                for error in failed.schema_errors
            }
        assert told.keys() <= labels.keys(), "no error in rows that count"
        for label, broken in told.items():
            rule = labels[label]
            cells = {
                (f.file, cell)
                for each in found.values()
                for f in each
                if f.rule == rule.id and f.sheet == spec.sheet
                for cell in f.cells
            }
            assert {
                (file, row) for file, row in zip(broken["file"], broken["row"], strict=True)
            } <= {(file, int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))) for file, cell in cells}, (
                label
            )


def test_the_same_round_is_invented_every_time(
    home: Home, again: Home, returns: list[Return]
) -> None:
    first, second = (
        {path.name: path.read_bytes() for path in each.incoming.iterdir()} for each in (home, again)
    )
    assert first == second
    assert first.keys() == {each.file for each in returns} | {"nhan.csv"}
    for each in returns:
        assert (again.incoming / each.file).stat().st_mtime == each.received.timestamp()


def test_returns_are_of_many_sizes_and_provinces_report_more(
    returns: list[Return], round_: Round
) -> None:
    sizes: dict[bool, set[int]] = {True: set(), False: set()}
    for each in returns:
        if each.agency and each.tables["manifestations"]:
            sizes[bool(round_.by_agency[each.agency].own_locality)].add(
                len(each.tables["manifestations"])
            )
    assert 5 <= min(sizes[False]) <= 7
    assert 20 <= max(sizes[False]) <= 25
    assert 5 <= min(sizes[True]) <= 7
    assert 35 <= max(sizes[True]) <= 42


def test_files_that_are_no_workbooks_are_told_apart(found: dict[str, list[Finding]]) -> None:
    broken = {
        name: [f.message for f in findings]
        for name, findings in found.items()
        if any(f.rule == "S01" for f in findings)
    }
    assert broken == {
        "rong.xlsx": ["not_workbook.empty"],
        "ghi chu.xlsx": ["not_workbook.text"],
        "tai do dang.xlsx": ["not_workbook.damaged"],
        "co mat khau.xlsx": ["not_workbook.encrypted"],
    }


def test_every_rule_of_the_round_is_planted_here_or_at_random(
    returns: list[Return], round_: Round
) -> None:
    planted = {p.rule for each in returns for p in each.planted} | {rule for rule, _, _ in MISTAKES}
    declared = {rule.id for rule in round_.row_rules} | {rule.id for rule in round_.cross_rules}
    assert planted >= declared | {"S01", "S02", "S03", "S04", "S05", "S06", "D01"}


Rows = list[dict[str, Any]]
MAIN, OUTCOME, LOSS = "I.1 BIỂU HIỆN", "I.3b XỬ LÝ", "I.2 HẬU QUẢ"


@pytest.fixture(scope="module")
def sheets(home: Home, round_: Round) -> dict[str, Rows]:
    """All counting rows of the workbooks, read with calamine by shown titles, names in full."""
    _, agencies = run.status(home, round_)
    full = {
        entry.short: entry.name
        for codes in round_.codelists.values()
        for entry in codes.entries
        if entry.short
    }
    found: dict[str, Rows] = defaultdict(list)
    for name in agencies.loc[agencies["standing"] == "reported", "file"]:
        for sheet, lines in values(home.incoming / name, MAIN, OUTCOME, LOSS).items():
            found[sheet] += [
                {title: full.get(said, said) for title, said in row.items()}
                for row in titled(lines)
            ]
    return found


@pytest.fixture(scope="module")
def rows(sheets: dict[str, Rows]) -> Rows:
    return sheets[MAIN]


def titled(lines: Lines) -> Rows:
    start = next(at for at, line in enumerate(lines) if "Lĩnh vực" in line)
    return [
        named
        for line in lines[start + 2 :]
        if (named := dict(zip(lines[start], line, strict=False)))["Lĩnh vực"]
    ]


def recount(rows: list[dict[str, Any]], title: str) -> dict[str, Counter[str]]:
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        collective = row["Đối tượng"] == "Tập thể, tổ chức"
        for name, value in row.items():
            if isinstance(value, int | float) and not (collective and name in PERSONS):
                sums[row[title]]["Số tập thể" if collective and name == "Số người" else name] += (
                    value
                )
    return sums


PERSONS = ("Đã xử lý", "Đang xem xét", "Chưa xem xét")
"""What is added up of persons alone."""


TITLES = {"cases": "Số vụ việc", "persons": "Số người", "collectives": "Số tập thể", "handled": "Đã xử lý", "pending": "Đang xem xét", "unhandled": "Chưa xem xét"}  # fmt: skip


@pytest.mark.parametrize(("by", "title"), [("sector", "Lĩnh vực"), ("locality", "Địa phương"), ("behaviour", "Hành vi"), ("subject", "Đối tượng")])  # fmt: skip
def test_figures_equal_an_independent_recount(
    home: Home, round_: Round, rows: list[dict[str, Any]], by: str, title: str
) -> None:
    figures = run.figures(home, round_, by)
    sums = recount(rows, title)
    assert set(sums) <= set(figures["name"])
    # entries of a confirmed nil have zeros without rows; a figure that nobody gave is blank
    for row in figures.itertuples():
        got = {key: getattr(row, key) for key in TITLES}
        assert {key: 0 if pd.isna(value) else value for key, value in got.items()} == {
            key: sums[row.name][t] for key, t in TITLES.items()
        }


SUMMED = ("Số vụ việc", "Số người", "Thiệt hại ước tính (triệu đồng)")
SHEETS = {"Hình thức xử lý": OUTCOME, "Nhóm hình thức xử lý": OUTCOME, "Hậu quả, tác động": LOSS}
"""What each dimension is reported in, where it isn't the main sheet."""


def listed(round_: Round, name: str) -> dict[str, dict[str, str]]:
    with (round_.folder / "codelists" / f"{name}.csv").open(encoding="utf-8") as file:
        return {line["code"]: line for line in csv.DictReader(file)}


def parents(round_: Round, entries: str, column: str, above: str) -> dict[str, str]:
    """The names of what entries belong to, by name."""
    names = listed(round_, above)
    return {line["name"]: names[line[column]]["name"] for line in listed(round_, entries).values()}


def crossed(round_: Round, rows: Rows, down: Any, across: Any) -> dict[Any, float]:
    """(measure, line, column) -> sum, by names, where any row gives the measure."""
    group, region = (
        parents(round_, "handlings", "group", "handling_groups"),
        parents(round_, "localities", "region", "regions"),
    )
    sums = defaultdict[Any, float](float)
    for row in rows:
        named = {**row, "Nhóm hình thức xử lý": group.get(row.get("Hình thức xử lý", ""))}
        lines = [
            named[down] or "(để trống)",
            "Tổng cộng",
            *([region[named[down]]] if down == "Địa phương" else []),
        ]
        for place in [
            (line, column) for line in lines for column in (named[across] or "(để trống)", "Cộng")
        ]:
            for title in (title for title in SUMMED if isinstance(row.get(title), int | float)):
                apart = title == "Số người" and row.get("Đối tượng") == "Tập thể, tổ chức"
                sums["Số tập thể, tổ chức" if apart else title, *place] += row[title]
    return sums


def zeros(home: Home, round_: Round) -> set[str]:
    """The lines of a confirmed nil: of the agency's place and of what it belongs to."""
    _, agencies = run.status(home, round_)
    places, nil = (
        listed(round_, "localities"),
        set(agencies.loc[agencies["standing"] == Standing.NIL, "agency"]),
    )
    own = {
        places[agency.own_locality]["name"]
        for agency in round_.in_scope
        if agency.code in nil and agency.own_locality
    }
    return own | {parents(round_, "localities", "region", "regions")[name] for name in own}


@pytest.mark.parametrize(
    ("file", "own"),
    [("linh-vuc", "Lĩnh vực"), ("dia-phuong", "Địa phương"), ("hanh-vi", "Hành vi")],
)
def test_every_crossing_equals_the_returned_workbooks(
    home: Home, round_: Round, sheets: dict[str, Rows], file: str, own: str
) -> None:
    """From the cells of agencies to the cells of analysts, by no code of ours but ``grid``."""
    name, compared, nil = f"tong-hop-theo-{file}.xlsx", Counter[str](), zeros(home, round_)
    for sheet, lines in values(home.output / name).items():
        heading = next((str(line[0]) for line in lines[:3] if " VÀ " in str(line[0])), "")
        if not sheet.startswith("THEO ") or not heading:
            continue
        down = next(lines[at - 1][1] for at, line in enumerate(lines) if line[0] == "Mã")
        other = heading.split(" VÀ ")[1].capitalize()
        across = own if down != own else other
        sums = crossed(round_, sheets[SHEETS.get(other, MAIN)], down, across)
        for (title, (_, line), (_, column)), value in grid(lines).items():
            if title.startswith(("Tỷ lệ", "Bình quân")):
                continue
            wanted = sums.get(
                (title.removesuffix(" (lượt)"), line, column),
                0 if down == "Địa phương" and line in nil else None,
            )
            # a sign stands in the cell's format: no figure, or of a nil return's line none that
            # could be
            if wanted or value != "":
                assert value == pytest.approx(wanted, abs=1e-6), (sheet, title, line, column)
            compared[sheet] += 1
    assert len(compared) == next(
        len(each.crossings) for each in round_.settings.summaries if each.file == name
    )
    assert min(compared.values()) > 50


def test_a_workbook_with_an_error_does_not_count_unless_provisional(
    home: Home, round_: Round
) -> None:
    sure = run.figures(home, round_, "agency")
    more = run.figures(home, round_, "agency", provisional=True)
    assert "T35" not in set(sure["agency"])
    assert "T35" in set(more["agency"])
    assert more["cases"].sum() > sure["cases"].sum()


def test_the_newest_of_two_returns_counts(home: Home, round_: Round) -> None:
    assert "T40" in set(run.figures(home, round_, "agency")["agency"])


def test_running_again_changes_nothing(home: Home, round_: Round) -> None:
    before = {path: path.read_bytes() for path in home.output.rglob("*") if path.is_file()}
    collected, _, _ = run.consolidate(home, round_)
    assert (collected.accepted, collected.to_correct, collected.unreadable) == (0, 0, 0)
    assert {path: path.read_bytes() for path in home.output.rglob("*") if path.is_file()} == before


def test_every_sheet_says_that_the_data_is_invented(home: Home, round_: Round) -> None:
    run.distribute(home, round_, ["T96"])  # issued once more, by itself
    for path in [*home.output.glob("*.xlsx"), home.incoming / "BYT.xlsx", home.issued / "T96.xlsx"]:
        book = openpyxl.load_workbook(path, read_only=True)
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                texts = [
                    str(v)
                    for row in sheet.iter_rows(max_row=12, values_only=True)
                    for v in row
                    if v
                ]
                assert any("DỮ LIỆU GIẢ ĐỊNH" in text for text in texts), (path.name, sheet.title)


@pytest.fixture(scope="module")
def provisional(home: Home, round_: Round, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The provisional workbooks."""
    written = write_all(
        run.consolidated(home, round_, provisional=True), tmp_path_factory.mktemp("provisional")
    )
    return [path for path in written if path.suffix == ".xlsx"]


def test_provisional_summaries_say_so_on_every_sheet(provisional: list[Path]) -> None:
    for path in provisional:
        if path.name.startswith("tong-hop"):
            for sheet, lines in values(path).items():
                assert any("TẠM TÍNH" in str(value) for line in lines[:8] for value in line), (
                    path.name,
                    sheet,
                )


def without_formulas(book: Path, path: Path) -> Path:
    """The workbook with values for formulas: prints alike, loads in half the time."""
    with zipfile.ZipFile(book) as whole, zipfile.ZipFile(path, "w") as still:
        for name in whole.namelist():
            part = whole.read(name)
            still.writestr(
                name,
                re.sub(rb"<f\b[^<]*</f>", b"", part) if name.startswith("xl/worksheets/") else part,
            )
    return path


@office.needs_office
@pytest.mark.office
def test_no_book_prints_on_more_than_40_pages(provisional: list[Path], tmp_path: Path) -> None:
    """All sheets as set to be printed; rows are for the screen, so their print area is cleared.

    Provisional ones are the longest: they count more agencies, and say so.
    """
    assert len(provisional) == 5
    still = [without_formulas(path, tmp_path / path.name) for path in provisional]
    pages = {
        path.stem: len(re.findall(rb"/Type\s*/Page\b(?!s)", path.read_bytes()))
        for path in office.convert_all(still, "pdf", tmp_path / "pdf", recalculated=False)
    }
    assert {name: count for name, count in pages.items() if count > 40} == {}
    assert all(count > 5 for count in pages.values())


def test_its_letters_are_on_record(home: Home, round_: Round) -> None:
    listed = json.loads(tonghop("--home", home.root, "mail", "log", "--format", "json").stdout)
    written = {(each["agency"], each["about"]) for each in listed}
    assert written == {
        (path.stem, about)
        for about in ("distribute", "feedback")
        for path in home.letters(about).glob("*.docx")
    }
    assert {agency for agency, about in written if about == "distribute"} == {
        each.code for each in round_.in_scope
    }
    assert {each["state"] for each in listed} == {"written"}


def test_received_dates_come_from_the_register(home: Home, round_: Round) -> None:
    _, agencies = run.status(home, round_)
    late = agencies[agencies["late_days"] > 0].set_index("agency")["late_days"].to_dict()
    assert late == {"T02": 1, "T15": 2, "T33": 3, "BYT": 4, "T77": 5}
    assert agencies.set_index("agency").loc["T02", "received"] == pd.Timestamp(dt.date(2023, 9, 8))


def test_sources_name_every_file(home: Home) -> None:
    sources: dict[str, Any] = json.loads((home.output / "nguon.json").read_text(encoding="utf-8"))
    assert len(sources["sources"]) == 100


@pytest.mark.skipif(os.name != "posix", reason="rights of files are Windows' own folder's there")
def test_the_mark_of_invented_data_is_the_accounts_alone(
    again: Home, returns: list[Return]
) -> None:
    assert returns
    assert (again.data / demo.MARK).stat().st_mode & 0o777 == 0o600


def test_real_data_is_never_written_over(tmp_path: Path, round_: Round) -> None:
    home = Home(tmp_path)
    (home.incoming / "T01.xlsx").write_bytes(b"real")
    with pytest.raises(OperatorError, match="not_empty"):
        demo.invent(home, round_)
    assert (home.incoming / "T01.xlsx").read_bytes() == b"real"


def test_no_reply_or_letter_tells_what_only_the_operator_can_use(home: Home, round_: Round) -> None:
    # last, for it writes letters that a round of its own wouldn't
    run.feedback(home, round_, everything=True)
    written = [
        path
        for folder in (home.replies, home.issued, home.reminders)
        for path in folder.glob("*.*")
    ]
    assert {path.suffix for path in written} >= {".xlsx", ".docx", ".txt"}
    assert {path.name: found for path in written if (found := for_operators(path))} == {}
