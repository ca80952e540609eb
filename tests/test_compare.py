"""An earlier state or round is compared: recounted, causes add up, codes carry an edition."""

from __future__ import annotations

import csv
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.model import Choice, Standing
from pipeline.summarise.books import summary_book
from pipeline.summarise.compare.change import Cause, RoundChange
from pipeline.summarise.compare.editions import counterparts, editions
from pipeline.summarise.compare.sheets import relative
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.terminal.commands import main
from schemas.round.load import load_round
from schemas.round.round import Round
from tests import office
from tests.books import MINI, filled, round_of
from tests.consolidations import consolidation, random_rows
from tests.shown import load, one_sheet

CHANGES = ("SO SÁNH", "SO SÁNH 2025", "THAY ĐỔI DO ĐÂU")
CELLS = {"period": "2021", "sector": "LV01", "level": "TINH", "subject": "CB", "behaviour": "HV1"}


def rows_of(
    round_: Round, standings: Mapping[str, Standing], seed: int, count: int = 250
) -> dict[str, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    reporting = [code for code, standing in standings.items() if standing is Standing.REPORTED]
    return {
        spec.key: random_rows(round_, spec, reporting, count, rng) for spec in round_.row_tables
    }


@pytest.fixture(scope="module")
def round_(small_round: Round) -> Round:
    return small_round


@pytest.fixture(scope="module")
def states(round_: Round) -> tuple[Consolidation, Consolidation]:
    """Earlier and today: agencies that came, went, sent again, and such as stayed as they were."""
    codes = [agency.code for agency in round_.in_scope]
    before = {
        code: (
            Standing.MISSING,
            Standing.REPORTED,
            Standing.REPORTED,
            Standing.REPORTED,
            Standing.CORRECTING,
        )[at % 5]
        for at, code in enumerate(codes)
    }
    now = {
        code: (
            Standing.REPORTED,
            Standing.REPORTED,
            Standing.CORRECTING,
            Standing.REPORTED,
            Standing.REPORTED,
        )[at % 5]
        for at, code in enumerate(codes)
    }
    again = {code for at, code in enumerate(codes) if at % 5 == 3}
    then, today = rows_of(round_, before, 1), rows_of(round_, now, 2)
    for key, frame in today.items():  # who didn't send again has the same rows
        stayed = [code for at, code in enumerate(codes) if at % 5 == 1]
        today[key] = pd.concat(
            [frame[~frame["agency"].isin(stayed)], then[key][then[key]["agency"].isin(stayed)]],
            ignore_index=True,
        )
    earlier, later = consolidation(round_, then, before), consolidation(round_, today, now)
    agencies = later.agencies.assign(
        sha256=[
            "9" * 64 if a in again else s
            for a, s in zip(later.agencies["agency"], later.agencies["sha256"], strict=True)
        ]
    )
    gone = {code for at, code in enumerate(codes) if at % 5 == 2}
    excluded = set(earlier.agencies.loc[earlier.agencies["agency"] == min(gone), "sha256"])
    decided = later.submissions.assign(
        decision=[
            Choice.EXCLUDE.value if s in excluded else "" for s in later.submissions["sha256"]
        ]
    )
    return earlier, replace(later, agencies=agencies, submissions=decided, earlier=earlier)


def book(made: Consolidation, at: int) -> bytes:
    """One of a round's summaries with one crossing, for what changed doesn't depend on them."""
    summary = made.round_.settings.summaries[at]
    return summary_book(made, replace(summary, crossings=summary.crossings[:1]))


def changes(made: Consolidation, at: int, sheet: str = "SO SÁNH") -> Worksheet:
    return one_sheet(book(made, at), sheet)


def table(sheet: Worksheet) -> dict[tuple[str, str, str], list[Any]]:
    """A sheet of changes: (measure, code, name) -> then, now, change, relative, causes."""
    lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(at for at, line in enumerate(lines) if line[0] == "Mã")
    band, found = "", {}
    for line in lines[head + 1 :]:
        if line[0] and not line[1]:
            band = line[0]
        else:
            found[band, line[0] or "", line[1]] = line[2:10]
    return found


def sums(frame: pd.DataFrame, column: str, key: str, where: Any = None) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for row in frame.to_dict("records"):
        if where is None or where(row):
            found["" if pd.isna(row[column]) else row[column]] += (
                0 if pd.isna(row[key]) else row[key]
            )
    return found


def zero(value: Any) -> Any:
    return 0 if value in ("–", "…", "", None) else value


@pytest.mark.parametrize(
    "at", [0, pytest.param(1, marks=pytest.mark.slow), pytest.param(2, marks=pytest.mark.slow)]
)
@pytest.mark.slow
def test_every_change_equals_a_recount(
    states: tuple[Consolidation, Consolidation], at: int
) -> None:
    before, now = states
    lines = table(changes(now, at))
    column = now.round_.settings.summaries[at].dimension
    for measure, key, where in (
        ("Số vụ việc (vụ việc)", "cases", None),
        ("Số người (người)", "persons", lambda row: row["subject"] != "TT"),
        ("Số tập thể, tổ chức", "persons", lambda row: row["subject"] == "TT"),
    ):
        title = next(band for band, _, _ in lines if band.startswith(measure.split(" (")[0]))
        then, today = (
            sums(state.tables["manifestations"], column, key, where) for state in (before, now)
        )
        known = now.round_.codes_of(now.round_.by_key["manifestations"].by_key[column]).by_code
        seen = 0
        for (band, code, name), (old, new, change, share, *causes) in lines.items():
            if band != title or code not in known or known[code].name != name:
                continue
            seen += 1
            assert (zero(old), zero(new)) == (then.get(code, 0), today.get(code, 0))
            assert zero(change) == today.get(code, 0) - then.get(code, 0) == sum(causes)
            assert (
                zero(share) == pytest.approx(today[code] / then[code] - 1, abs=1e-6)
                if then.get(code) and today.get(code)
                else share in ("", None, -1, 0)
            )
        assert seen == len(known)
        total = next(
            values
            for (band, _, name), values in lines.items()
            if band == title and name == "Tổng cộng"
        )
        assert total[:3] == [
            sum(then.values()),
            sum(today.values()),
            sum(today.values()) - sum(then.values()),
        ]
        assert sum(total[4:]) == total[2]


@pytest.mark.slow
def test_causes_are_the_agencies(states: tuple[Consolidation, Consolidation]) -> None:
    before, now = states
    change = RoundChange(now, before)
    codes = [agency.code for agency in now.round_.in_scope]
    expected = (Cause.NEW, Cause.OTHER, Cause.GONE, Cause.AGAIN, Cause.NEW)
    assert [change.reporters[code].cause for code in codes] == [
        expected[at % 5] for at in range(len(codes))
    ]
    details = [change.reporters[code].detail for code in codes]
    gone = [code for at, code in enumerate(codes) if at % 5 == 2]
    assert details[:5] == ["new", "other", details[2], "again", "corrected"]
    assert {code: change.reporters[code].detail for code in gone} == {
        code: "excluded" if code == min(gone) else "correcting" for code in gone
    }
    lines = [[cell.value for cell in row] for row in changes(now, 0, "THAY ĐỔI DO ĐÂU").iter_rows()]
    heads = [at for at, line in enumerate(lines) if line[0] == "Mã"]
    by_cause = {line[1]: line for line in lines[heads[0] + 1 : heads[0] + 6]}
    then, today = (
        sums(state.tables["manifestations"], "agency", "cases") for state in (before, now)
    )
    for name, cause in (
        ("mới được tổng hợp", Cause.NEW),
        ("gửi bản khác", Cause.AGAIN),
        ("không còn được tổng hợp", Cause.GONE),
    ):
        members = [code for code in codes if change.reporters[code].cause is cause]
        assert by_cause[name][2] == len(members)
        assert by_cause[name][7:10] == [
            sum(then[c] for c in members),
            sum(today[c] for c in members),
            sum(today[c] - then[c] for c in members),
        ]
    assert by_cause["khác (cùng bản gửi)"][9] == 0, "the same returns give the same figures"
    agencies = lines[heads[1] + 1 :]
    assert [line[0] for line in agencies[:-1]] == [
        code for code in codes if change.reporters[code].cause is not Cause.OTHER
    ]
    for at in (9, 12, 15, 18):
        assert agencies[-1][at] == pytest.approx(sum(line[at] for line in agencies[:-1]))
        assert agencies[-1][at] == pytest.approx(
            sum(by_cause[name][at] for name in by_cause if name != "Tổng cộng")
        )


@pytest.mark.slow
def test_then_and_now_by_the_later_provinces(states: tuple[Consolidation, Consolidation]) -> None:
    before, now = states
    lines = table(changes(now, 1, "SO SÁNH 2025"))
    with (now.round_.folder / "codelists" / "provinces_2025.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        later = {row["old"]: (row["new"], row["new_name"]) for row in csv.DictReader(file)}
    expected: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for side, state in enumerate((before, now)):
        for code, value in sums(state.tables["manifestations"], "locality", "cases").items():
            if code in later:
                expected[later[code]][side] += value
    shown = {
        (code, name): values
        for (band, code, name), values in lines.items()
        if band.startswith("Số vụ việc") and "@" in code
    }
    assert len(shown) == len(set(later.values())) == 12
    assert {place: [zero(values[0]), zero(values[1])] for place, values in shown.items()} == {
        place: expected[place] for place in shown
    }
    assert all(zero(values[2]) == sum(values[4:]) for values in shown.values())


@pytest.mark.slow
def test_missing_is_not_zero(round_: Round) -> None:
    before = consolidation(
        round_,
        {
            "manifestations": [
                {"agency": "T01", "locality": "T01", **CELLS, "cases": 0, "persons": 1}
            ]
        },
    )
    now = consolidation(
        round_,
        {
            "manifestations": [
                {"agency": a, "locality": a, **CELLS, "cases": n, "persons": 1}
                for a, n in (("T01", 4), ("T02", 3))
            ]
        },
        {"T04": Standing.NIL},
    )
    lines = table(changes(replace(now, earlier=before), 1))
    cases = {
        code: values for (band, code, _), values in lines.items() if band.startswith("Số vụ việc")
    }
    assert cases["T01"][:4] == [0, 4, 4, None], "no share of nothing"
    assert cases["T02"][:4] == ["…", 3, 3, None]
    assert cases["T04"][:4] == ["…", 0, 0, None], "a confirmed nil is a zero that is known"
    assert cases["T06"][:3] == ["…", "…", "–"]


@pytest.mark.slow
def test_a_merged_province_names_the_members_that_are_not_counted(round_: Round) -> None:
    def state(**standings: Standing) -> Consolidation:
        counted = [code for code, standing in standings.items() if standing is Standing.REPORTED]
        rows = [
            {"agency": code, "locality": code, **CELLS, "cases": 2, "persons": 1}
            for code in counted
        ]
        return consolidation(round_, {"manifestations": rows}, standings)

    before = state(T10=Standing.REPORTED, T15=Standing.MISSING, T01=Standing.REPORTED)
    now = state(T10=Standing.CORRECTING, T15=Standing.REPORTED, T01=Standing.REPORTED)
    lines = [
        [cell.value for cell in row]
        for row in changes(replace(now, earlier=before), 1, "SO SÁNH 2025").iter_rows()
    ]
    head = next(line for line in lines if line[0] == "Mã")
    beside = {
        line[0]: line[head.index("Báo cáo chưa được tổng hợp")]
        for line in lines
        if line[0] in ("T15@2025", "T01@2025", "T01")
    }
    merged = next(line for line in lines if line[0] == "T15@2025")
    assert merged[2:5] == [2, 2, 0], "the figures alone look whole"
    assert beside.pop("T15@2025") == "Trước: Yên Bái (chưa báo cáo).\nNay: Lào Cai (cần sửa)."
    assert set(beside.values()) == {None}


def test_relative() -> None:
    assert [relative(*pair) for pair in ((4, 6), (4, 1), (0, 3), ("…", 3), (3, "–"))] == [
        0.5,
        -0.75,
        "",
        "",
        "",
    ]


# --- another round, other codes ------------------------------------------------------------------


def later_round(round_: Round, folder: Path, *, bare: bool = False) -> Round:
    """The same form a round later: 34 provinces, with or without editions in their keys."""
    shutil.copytree(round_.folder, folder)
    lists = folder / "codelists"
    (lists / "tile_map.csv").unlink()
    with (lists / "provinces_2025.csv").open(encoding="utf-8", newline="") as file:
        new = {
            row["new"].partition("@")[0] if bare else row["new"]: row["new_name"]
            for row in csv.DictReader(file)
        }
    text = (
        (folder / "round.toml")
        .read_text(encoding="utf-8")
        .replace('round = "cv4874"', 'round = "later"')
    )
    text = text.replace('"tile_map", ', "") + (
        '\n[edition]\nlocalities = "2025"\nagencies = "2025"\n' if bare else ""
    )
    (folder / "round.toml").write_text(text, encoding="utf-8")
    for name in ("localities", "agencies"):
        with (lists / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        old = [row for row in rows if row["code"].startswith("T") and row["code"][1:].isdigit()]
        kept = [row for row in rows if row not in old]
        like = {**old[0], "aliases": "", "ambiguous": ""}
        made = [
            {
                **like,
                "code": code,
                "name": name_,
                **(
                    {"locality": code, "short_name": name_}
                    if name == "agencies"
                    else {"full_name": name_}
                ),
            }
            for code, name_ in new.items()
        ]
        with (lists / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), extrasaction="ignore")
            writer.writeheader()
            writer.writerows([*kept, *made])
    return load_round(folder)


@pytest.mark.parametrize("bare", [pytest.param(False, marks=pytest.mark.slow), True])
def test_sixty_three_provinces_beside_thirty_four(
    round_: Round,
    tmp_path: Path,
    bare: bool,  # noqa: FBT001
) -> None:
    later = later_round(round_, tmp_path / "later", bare=bare)
    # T15, T52 are other places today
    old = {"T10": 1, "T15": 2, "T52": 4, "T64": 8, "T01": 16, "T66": 32, "T54": 64}
    then = [
        {"agency": code, "locality": code, **CELLS, "cases": cases, "persons": 1}
        for code, cases in old.items()
    ]
    new = {"T15": 100, "T52": 200, "T66": 300}
    today = [
        {"agency": c, "locality": c, **CELLS, "cases": n, "persons": 1}
        for c, n in ((code if bare else f"{code}@2025", n) for code, n in new.items())
    ]
    now = replace(
        consolidation(later, {"manifestations": today}),
        earlier=consolidation(round_, {"manifestations": then}),
    )
    lines = table(changes(now, 1))
    cases = {
        code.partition("@")[0]: (name, *values[:3])
        for (band, code, name), values in lines.items()
        if band.startswith("Số vụ việc") and code.startswith("T")
    }
    assert cases["T15"] == ("Lào Cai", 3, 100, 97), (
        "Lào Cai and Yên Bái became T15, which was Yên Bái's"
    )
    assert cases["T52"] == ("Gia Lai", 12, 200, 188)
    assert cases["T66"] == ("Đắk Lắk", 96, 300, 204)
    assert cases["T01"][1:] == (16, "…", -16)
    total = next(
        values
        for (band, _, name), values in lines.items()
        if band.startswith("Số vụ việc") and name == "Tổng cộng"
    )
    assert total[:3] == [127, 600, 473]
    change = RoundChange(now, now.earlier)  # type: ignore[arg-type]
    assert change.reporters["T15" if bare else "T15@2025"].detail == "both"
    assert set(change.reporters["T15" if bare else "T15@2025"].files_before) == {
        "thu/T10.xlsx",
        "thu/T15.xlsx",
    }


def test_a_code_of_another_name_is_another_entry(round_: Round, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    shutil.copytree(round_.folder, folder)
    sectors = folder / "codelists" / "sectors.csv"
    first = round_.codelists["sectors"].entries[0]
    renamed = (
        sectors.read_text(encoding="utf-8")
        .replace(first.name, "Lĩnh vực mới")
        .replace(f'"{first.short}"', "")
    )
    sectors.write_text(renamed, encoding="utf-8")
    (folder / "round.toml").write_text(
        (folder / "round.toml")
        .read_text(encoding="utf-8")
        .replace('round = "cv4874"', 'round = "other"'),
        encoding="utf-8",
    )
    other = load_round(folder)
    assert counterparts(other, round_, "sectors")[first.code] == ""
    rows = [
        {
            "agency": "T01",
            "locality": "T01",
            **CELLS,
            "sector": first.code,
            "cases": n,
            "persons": 1,
        }
        for n in (5, 6)
    ]
    now = replace(
        consolidation(other, {"manifestations": rows[:1]}),
        earlier=consolidation(round_, {"manifestations": rows[1:]}),
    )
    lines = table(changes(now, 0))
    cases = {
        (code, name): values
        for (band, code, name), values in lines.items()
        if band.startswith("Số vụ việc")
    }
    assert cases[first.code, "Lĩnh vực mới"][:3] == ["–", 5, 5]
    assert cases["", "(mã không còn trong danh mục)"][:3] == [6, "–", -6]
    assert cases["", "Tổng cộng"][:3] == [6, 5, -1]


def test_each_earlier_province_has_one_key_with_its_edition() -> None:
    round_ = round_of("cv4874")
    (edition,) = editions(round_)
    provinces = {agency.own_locality for agency in round_.in_scope if agency.own_locality}
    assert set(edition.codes) == provinces
    assert len(set(edition.codes.values())) == 34
    assert all(key.endswith("@2025") for key in edition.codes.values())
    assert edition.codes["T10"] == edition.codes["T15"] == "T15@2025"


# --- real ledgers --------------------------------------------------------------------------------

NORTH = """
    quarter | building | inspected | passed
    2030    | SCH      | 10        | 7
"""
SOUTH = """
    quarter | building | inspected | passed
    2030    | HOS      | 4         | 1
"""
AGAIN = """
    quarter | building | inspected | passed
    2030    | SCH      | 12        | 7
"""


def run(home: Path, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["--home", str(home), "--round", str(MINI), *words])
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder with an office's returns, and the same later: one sent again, one new."""
    before, now = tmp_path_factory.mktemp("before"), tmp_path_factory.mktemp("now")
    round_ = round_of(MINI)
    for home in (before, now):
        incoming = home / "data" / "incoming"
        incoming.mkdir(parents=True)
        (incoming / "a.xlsx").write_bytes(filled(round_, "NOR", inspections=NORTH))
    (now / "data" / "incoming" / "b.xlsx").write_bytes(filled(round_, "SOU", inspections=SOUTH))
    assert run(before, "collect")[0] == run(now, "collect")[0] == 0
    (now / "data" / "incoming" / "c.xlsx").write_bytes(filled(round_, "NOR", inspections=AGAIN))
    assert (
        run(now, "collect", "--received", "2031-07-14", str(now / "data" / "incoming" / "c.xlsx"))[
            0
        ]
        == 0
    )
    return before, now


def compared(home: Path) -> dict[str, list[Any]]:
    lines = table(one_sheet(home / "data" / "output" / "by-building.xlsx", "SO SÁNH"))
    return {
        code or name: values
        for (band, code, name), values in lines.items()
        if band.startswith("Inspected")
    }


@pytest.mark.parametrize("as_folder", [True, False])
@pytest.mark.slow
def test_an_earlier_ledger_is_compared_and_not_altered(
    homes: tuple[Path, Path],
    tmp_path: Path,
    as_folder: bool,  # noqa: FBT001
) -> None:
    before, now = homes
    ledger = tmp_path / "old" / "ledger.sqlite"
    shutil.copytree(
        before / "data",
        ledger.parent,
        ignore=shutil.ignore_patterns("incoming", "output", "archive"),
    )
    kept = {path.name: path.read_bytes() for path in ledger.parent.glob("ledger*")}
    code, output = run(now, "summarise", "--compare", str(ledger.parent if as_folder else ledger))
    assert (code, kept) == (
        0,
        {path.name: path.read_bytes() for path in ledger.parent.glob("ledger*")},
    ), output
    lines = compared(now)
    assert lines["SCH"] == [10, 12, 2, 0.2, 0, 2, 0, 0]
    assert lines["HOS"] == ["…", 4, 4, None, 4, 0, 0, 0] or lines["HOS"] == [
        "–",
        4,
        4,
        None,
        4,
        0,
        0,
        0,
    ]
    assert lines["Tổng cộng"] == [10, 16, 6, 0.6, 4, 2, 0, 0]
    first = (now / "data" / "output" / "by-building.xlsx").read_bytes()
    run(now, "summarise", "--compare", str(ledger))
    assert (now / "data" / "output" / "by-building.xlsx").read_bytes() == first, (
        "the same ledgers give the same bytes"
    )
    assert run(now, "summarise")[0] == 0
    assert (
        "SO SÁNH"
        not in openpyxl.load_workbook(now / "data" / "output" / "by-building.xlsx").sheetnames
    )


def test_an_earlier_round_is_named(homes: tuple[Path, Path], tmp_path: Path) -> None:
    before, now = homes
    earlier, folder = tmp_path / "ledger.sqlite", tmp_path / "mini2029"
    shutil.copyfile(before / "data" / "ledger.sqlite", earlier)
    shutil.copytree(MINI, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "round.toml").write_text(
        (folder / "round.toml").read_text(encoding="utf-8").replace('"mini"', '"mini2029"'),
        encoding="utf-8",
    )
    _rename_round(earlier, "mini", "mini2029")
    code, output = run(now, "summarise", "--compare", str(earlier))
    assert code == 3
    assert "là của đợt “mini2029”" in output
    assert "--compare-round" in output
    assert run(now, "summarise", "--compare", str(earlier), "--compare-round", str(folder))[0] == 0
    assert compared(now)["SCH"] == [10, 12, 2, 0.2, 0, 2, 0, 0]
    sheet = one_sheet(now / "data" / "output" / "by-building.xlsx", "SO SÁNH")
    assert any(
        str(row[0].value).startswith("Đợt trước: Fire safety 2030") for row in sheet.iter_rows()
    )
    assert run(now, "summarise", "--compare", str(earlier), "--compare-round", "nowhere")[0] == 3


def _rename_round(ledger: Path, old: str, new: str) -> None:
    with sqlite3.connect(ledger) as db:
        db.execute("UPDATE about SET value=? WHERE name='round'", (new,))
        for (name,) in db.execute(
            "SELECT name FROM sqlite_master WHERE type='table' AND name LIKE ?", (f"{old}.%",)
        ).fetchall():
            db.execute(f'ALTER TABLE "{name}" RENAME TO "{new}{name.removeprefix(old)}"')
    db.close()


def _text(path: Path) -> None:
    path.write_text("no ledger", encoding="utf-8")


def _other_database(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE x (y)")
    db.close()


def _older_program(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("ALTER TABLE submission DROP COLUMN kind")
    db.close()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_text, "không phải là sổ theo dõi"),
        (_other_database, "không phải là sổ theo dõi"),
        (_older_program, "phiên bản khác của tonghop"),
        (Path.unlink, "Không có tệp hoặc thư mục"),
    ],
)
def test_what_can_not_be_compared_is_said(
    homes: tuple[Path, Path], tmp_path: Path, spoil: Any, said: str
) -> None:
    before, now = homes
    ledger = tmp_path / "ledger.sqlite"
    if spoil in (_older_program, Path.unlink):
        shutil.copyfile(before / "data" / "ledger.sqlite", ledger)
    spoil(ledger)
    code, output = run(now, "summarise", "--compare", str(ledger))
    assert (code, said in output, "Traceback" in output) == (3, True, False), output


def test_a_folder_without_a_ledger(homes: tuple[Path, Path], tmp_path: Path) -> None:
    code, output = run(homes[1], "summarise", "--compare", str(tmp_path))
    assert code == 3
    assert "data/ledger.sqlite" in output


@office.needs_office
@pytest.mark.office
@pytest.mark.slow
def test_recalculation_changes_nothing(
    states: tuple[Consolidation, Consolidation], tmp_path: Path
) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(book(states[1], 1))
    ours, theirs = (
        {
            (name, cell.coordinate): cell.value
            for name in CHANGES
            for row in shown[name].iter_rows()
            for cell in row
        }
        for shown in (
            load(file, *CHANGES)
            for file in (path, office.convert(path, "xlsx", tmp_path / "saved"))
        )
    )
    changed = {
        key: (value, theirs.get(key))
        for key, value in ours.items()
        if (value or "") != (theirs.get(key) or "")
    }
    assert not changed


@pytest.mark.slow
def test_two_states_of_one_day_are_told_apart(round_: Round) -> None:
    """Two states with one time of the last return: headings tell agencies; no change is told."""
    rows = [
        {"agency": code, "locality": code, **CELLS, "cases": 2, "persons": 1}
        for code in ("T01", "T02")
    ]
    one, two = (consolidation(round_, {"manifestations": rows[:count]}) for count in (1, 2))
    for earlier, is_same in ((one, False), (two, True)):
        lines = [
            [cell.value for cell in row]
            for row in changes(replace(two, earlier=earlier), 0).iter_rows()
        ]
        before, now = next(line for line in lines if line[0] == "Mã")[2:4]
        assert (before.startswith("Trước\n("), now.startswith("Nay\n(")) == (True, True)
        assert (before.partition("\n")[2] == now.partition("\n")[2]) == is_same
        assert any("cùng bản gửi cuối" in str(line[0]) for line in lines) == is_same
