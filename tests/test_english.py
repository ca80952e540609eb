"""English outputs hold no Vietnamese but untranslatable names and what agencies wrote."""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import docx
import numpy as np
import pytest

from pipeline.home import BOARD_FILE
from pipeline.model import Finding, Severity, Standing
from pipeline.summarise.books import write_all
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.places.tiles import tiles
from schemas.round.round import Round
from schemas.round.settings import PROGRESS_FILE
from schemas.round.translation import in_language
from tests.consolidations import consolidation, random_consolidation, random_rows
from tests.values import values

VIETNAMESE = re.compile(
    r"[ăâđêôơưàáạảãằắặẳẵầấậẩẫèéẹẻẽềếệểễìíịỉĩòóọỏõồốộổỗờớợởỡùúụủũừứựửữỳýỵỷỹ]", re.IGNORECASE
)
NATIONAL = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")


@pytest.fixture(scope="module")
def round_(small_round: Round) -> Round:
    return small_round


@pytest.fixture(scope="module")
def made(round_: Round) -> Consolidation:
    finding = Finding(
        "V01",
        Severity.ERROR,
        "required",
        {"title": "Số vụ việc"},
        "T01",
        sheet="I.1 BIỂU HIỆN",
        cells=("J9",),
        column="Số vụ việc",
    )
    before = consolidation(
        round_,
        {
            s.key: random_rows(round_, s, ["T01", "T10"], 30, np.random.default_rng(3))
            for s in round_.row_tables
        },
    )
    now = random_consolidation(
        round_, rows=60, seed=5, findings=[finding], invented=True, provisional=True
    )
    assert len(now.standing_of(Standing.MISSING, Standing.NIL, Standing.CORRECTING))
    return replace(now, earlier=before)


def own_words(made: Consolidation) -> list[str]:
    """Text allowed in Vietnamese: names, sheets, the report's parties, agencies' words."""
    english = in_language(made.round_, "en")
    names = [entry.name for codes in english.codelists.values() for entry in codes.entries]
    names += [name for agency in english.agencies for name in (agency.name, agency.short_name)]
    names += [spec.sheet for spec in english.tables]
    report = english.outline.report
    names += [
        report.issuer,
        report.place,
        report.signer,
        *report.recipients,
        *re.findall(r"[\w-]+/\w+|\d+-CV/\w+", report.preamble),
    ]
    names += [
        text
        for frame in (*made.tables.values(), *made.earlier.tables.values())
        for key in frame
        for text in set(frame[key])
        if isinstance(text, str)
    ]  # type: ignore[union-attr]
    names += [tile.name for tile in tiles(english)]
    names += [
        *NATIONAL,
        *(name for e in english.settings.editions for name in _later_names(english, e.file)),
    ]
    return sorted({name for name in names if VIETNAMESE.search(name)}, key=len, reverse=True)


def _later_names(round_: Round, file: str) -> Iterator[str]:
    lines = (
        (round_.folder / "codelists" / f"{file}.csv").read_text(encoding="utf-8").splitlines()[1:]
    )
    yield from (cell for line in lines for cell in line.split(","))


def said(path: Path) -> Iterator[str]:
    """Every text that an output shows."""
    if path.suffix == ".xlsx":
        for sheet, lines in values(path).items():
            yield sheet
            yield from (value for line in lines for value in line if isinstance(value, str))
    elif path.suffix == ".docx":
        body = docx.Document(str(path)).element.body
        yield from (
            "".join(run.text or "" for run in p.iter() if run.tag.endswith("}t"))
            for p in body.iter()
            if p.tag.endswith("}p")
        )
    elif path.suffix == ".html":
        page = re.sub(
            r"<(style|script)\b.*?</\1>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL
        )
        yield from (html.unescape(text) for text in re.split(r"<[^<>]*>", page))


@pytest.mark.slow
def test_nothing_vietnamese_is_left_but_names_and_what_agencies_wrote(
    made: Consolidation, tmp_path: Path
) -> None:
    own, left = [name.lower() for name in own_words(made)], {}
    titles = [column.title.lower() for spec in made.round_.tables for column in spec.columns]
    for path in write_all(made, tmp_path, "en"):
        for text in set(said(path)):
            rest = text.lower()
            # findings quote the headings of the form that was received
            told = titles if path.name in (PROGRESS_FILE, BOARD_FILE) else []
            for name in [*told, *own] if VIETNAMESE.search(text) else ():
                rest = rest.replace(name, "")
            if VIETNAMESE.search(rest):
                left[path.name, text[:120]] = rest[:80]
    assert not left


def test_every_name_in_english_is_one_of_the_rounds_own(round_: Round) -> None:
    words = tomllib.loads((round_.folder / "words_en.toml").read_text(encoding="utf-8"))
    keys = {
        key
        for spec in round_.tables
        for column in spec.columns
        for key in (column.key, f"{spec.key}.{column.key}")
    }
    assert not {*words["columns"], *words["help"]} - keys
    assert not set(words["tables"]) - set(round_.by_key)
    for key, names in words["codes"].items():
        assert set(names) == set(round_.codelists[key].codes), key
        assert len(set(names.values())) == len(names), f"{key}: names must tell codes apart"


def test_a_round_keeps_its_form_in_any_language(round_: Round) -> None:
    english = in_language(round_, "en")
    assert (english.digest, english.policy, english.folder) == (
        round_.digest,
        round_.policy,
        round_.folder,
    )
    assert [spec.sheet for spec in english.tables] == [spec.sheet for spec in round_.tables]
    assert english.by_key["manifestations"].by_key["cases"].title == "Cases"
    assert in_language(round_, "vi") is round_
