"""Names of persons appear in nothing written for others, unless a decision says so."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

from pipeline import run
from pipeline.home import Home
from schemas.columns import Kind
from schemas.round.round import Round
from tests.commands import tonghop
from tests.private import naming
from tests.workbooks import Row, filled, saved

pytestmark = pytest.mark.slow

PERSON, OTHER = "Quách Thị Xuyến", "Nghiêm Bá Lộc"
SECRETS = (
    PERSON,
    PERSON.upper(),
    OTHER,
    "Xuyến",
    "0977123456",
    "xuyen.quach@gmail.com",
    "001085123456",
)
SENTENCE = f"Bà {PERSON}, ông {OTHER}, ĐT 0977123456, xuyen.quach@gmail.com, CCCD 001085123456"


def free_texts(round_: Round) -> dict[str, list[Row]]:
    """A row a table with a person in each of its free texts."""
    tables: dict[str, list[Row]] = {}
    for spec in round_.row_tables:
        row: dict[str, object] = {
            column.key: SENTENCE for column in spec.columns if column.kind is Kind.TEXT
        }
        for column in spec.columns:
            if column.kind is Kind.CODE and column.required:
                row[column.key] = round_.codelists[column.codes].entries[0].name
            elif column.is_number and column.required:
                row[column.key] = 1
        tables[spec.key] = [row]
    return tables


@pytest.fixture(scope="module")
def round_(small_round: Round) -> Round:
    return small_round


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, round_: Round) -> Home:
    """A return with persons everywhere, outside the form too."""
    home = Home(tmp_path_factory.mktemp("masking"))
    book = filled(
        round_,
        "T01",
        {"note": SENTENCE, "prepared_by": "Người Lập", "phone": "0241234567"},
        **free_texts(round_),
    )
    book[round_.by_key["manifestations"].sheet]["Z9"] = SENTENCE
    book.create_sheet(f"Bà {OTHER}")["A1"] = "Việc riêng"
    run.collect(home, round_, [saved(book, home.root / "them" / f"T01_báo cáo của {OTHER}.xlsx")])
    run.summarise(home, round_, provisional=True)
    return home


def test_every_free_text_is_looked_at(home: Home, round_: Round) -> None:
    found = {
        (f.sheet, f.column)
        for f in run.findings(home, round_)
        if f.rule == "V09" and f.agency == "T01"
    }
    declared = {
        (s.sheet, c.title)
        for s in round_.tables
        for c in s.columns
        if c.kind is Kind.TEXT and (not s.is_form or c.anonymous)
    }
    assert found == declared


def test_outputs_name_nobody(home: Home) -> None:
    assert naming(home.output, *SECRETS) == {}
    masked = naming(home.output, "[tên riêng 1]")
    assert {
        "bao-cao-tong-hop.docx",
        "noi-dung-bao-cao.xlsx",
        "tien-do-va-loi.xlsx",
        "du-lieu/causes.parquet",
    } <= masked.keys()


def test_a_person_has_one_number_in_one_return_and_keeps_rows_apart(home: Home) -> None:
    tables = [
        pd.read_parquet(home.output / "du-lieu" / f"{key}.parquet")
        for key in ("examples", "causes")
    ]
    texts = {
        text
        for table in tables
        for key in table.columns.drop("file")
        for text in table.loc[table["agency"] == "T01", key]
        if "[tên" in str(text)
    }
    assert len(texts) == 1
    assert re.findall(r"\[tên riêng \d+\]", texts.pop()) == [
        f"[tên riêng {number}]" for number in range(1, 6)
    ]


def test_an_agency_is_told_its_own_words_and_the_operator_all(home: Home, round_: Round) -> None:
    run.feedback(home, round_, everything=True)
    assert naming(home.output / "phan-hoi", PERSON)
    assert any(PERSON in f.words.get("named", "") for f in run.findings(home, round_))
    assert PERSON in tonghop("--home", home.root, "findings", "--format", "csv").output


def test_names_in_clear_are_a_decision_that_all_outputs_tell(home: Home, round_: Round) -> None:
    said = tonghop(
        "--home",
        home.root,
        "summarise",
        "--provisional",
        "--names",
        "--reason",
        "Theo yêu cầu của đoàn kiểm tra",
        "--by",
        "Tổ tổng hợp",
    )
    assert said.exit_code == 0, said.output
    clear = naming(home.output, PERSON)
    assert {
        "bao-cao-tong-hop.docx",
        "noi-dung-bao-cao.xlsx",
        "tien-do-va-loi.xlsx",
        "du-lieu/causes.parquet",
    } <= clear.keys()
    marked = naming(home.output, "CÓ TÊN NGƯỜI")
    assert {name for name in clear if not name.startswith("du-lieu/")} <= marked.keys()
    sources = json.loads((home.output / "nguon.json").read_text(encoding="utf-8"))
    assert (sources["names"]["reason"], sources["names"]["by"]) == (
        "Theo yêu cầu của đoàn kiểm tra",
        "Tổ tổng hợp",
    )
    run.summarise(home, round_, provisional=True)
    assert naming(home.output, PERSON, "CÓ TÊN NGƯỜI", "đoàn kiểm tra") == {}
    assert "names" not in json.loads((home.output / "nguon.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "words", [("--names",), ("--reason", "vì cần"), ("--names", "--reason", "  ")]
)
def test_names_and_a_reason_go_together(home: Home, words: tuple[str, ...]) -> None:
    said = tonghop("--home", home.root, "summarise", *words)
    assert (said.exit_code, "--reason" in said.output) == (2, True)
