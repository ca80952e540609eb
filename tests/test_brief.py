"""The leader's page: one page in any round, and every figure in its sentences recounted."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import docx
import pytest

from pipeline.model import Standing
from pipeline.summarise.brief.facts import Brief, block
from pipeline.summarise.brief.fit import ROOM, SCALES
from pipeline.summarise.brief.page import BriefLayout, brief_page
from pipeline.summarise.figures.consolidation import Consolidation
from schemas.codelists import Codelist
from schemas.round.round import Round
from tests import office
from tests.books import MINI, round_of
from tests.consolidations import consolidation, random_consolidation
from tests.recounts import percent, vi
from tests.reservoirs import RESERVOIRS
from tests.rows import CENTRAL_CASE

PAGES = re.compile(rb"/Type\s*/Page[^s]")


def said(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.fixture(scope="module")
def made(round_: Round) -> Consolidation:
    return random_consolidation(round_, rows=400, invented=True)


# --- what it says --------------------------------------------------------------------------------


def records(made: Consolidation, table: str) -> list[dict[str, object]]:
    return made.tables[table].to_dict("records")  # type: ignore[return-value]


def test_the_whole_is_what_rows_add_up_to(made: Consolidation) -> None:
    cases, persons, collectives, leaders = 0.0, 0.0, 0.0, 0.0
    lead = {
        entry.code
        for entry in made.round_.codelists["subjects"].entries
        if entry.extra["leader"] == "yes"
    }
    for row in records(made, "manifestations"):
        cases += row["cases"]  # type: ignore[operator]
        if row["subject"] == "TT":
            collectives += row["persons"]  # type: ignore[operator]
        else:
            persons += row["persons"]  # type: ignore[operator]
            leaders += row["persons"] if row["subject"] in lead else 0  # type: ignore[operator]
    whole = Brief(made).whole
    assert f"{vi(cases)} vụ việc" in whole
    assert f"{vi(persons)} người và {vi(collectives)} tập thể" in whole
    assert f"{vi(leaders)} người ({percent(leaders, persons)}) là cán bộ lãnh đạo, quản lý" in whole


def test_places_are_ranked_by_their_own_returns(made: Consolidation) -> None:
    own = {
        agency.code: agency.locality for agency in made.round_.agencies if agency.group == "TINH"
    }
    counts: Counter[str] = Counter()
    for row in records(made, "manifestations"):
        if own.get(str(row["agency"])) == row["locality"]:
            counts[str(row["locality"])] += int(row["cases"])  # type: ignore[call-overload]
    code, most = counts.most_common(1)[0]
    cell = Brief(made).cells[1]
    name = made.round_.codelists["localities"].name(code)
    assert f"{name} ({vi(most)} vụ việc; {percent(most, sum(counts.values()))})" in cell.sentence


def test_causes_are_ranked_by_agencies(made: Consolidation) -> None:
    writers: defaultdict[str, set[str]] = defaultdict(set)
    for row in records(made, "causes"):
        if isinstance(row["group"], str):
            writers[row["group"]].add(str(row["agency"]))
    groups = made.round_.codelists["cause_groups"]
    ranked = sorted(
        (code for code in writers if code != "NN99"),
        key=lambda code: (-len(writers[code]), groups.codes.index(code)),
    )
    wanted = [
        f"({at}) {groups.name(code)} ({len(writers[code])} cơ quan)"
        for at, code in enumerate(ranked[:3], 1)
    ]
    assert list(Brief(made).named[0].entries) == wanted


def test_proposals_are_those_that_are_proposed(made: Consolidation) -> None:
    writers: defaultdict[str, set[str]] = defaultdict(set)
    for row in records(made, "solutions"):
        if isinstance(row["group"], str) and row["status"] == "DX":
            writers[row["group"]].add(str(row["agency"]))
    counts = sorted((len(each) for each in writers.values()), reverse=True)[:3]
    assert [
        int(re.search(r"\((\d+) cơ quan\)$", each)[1]) for each in Brief(made).named[1].entries
    ] == counts  # type: ignore[index]


def test_it_says_on_how_many_agencies_it_rests_and_who_is_missing(round_: Round) -> None:
    standings = {agency.code: Standing.REPORTED for agency in round_.in_scope}
    standings |= {"T01": Standing.MISSING, "T02": Standing.MISSING, "BYT": Standing.CORRECTING}
    brief = Brief(consolidation(round_, {}, standings, late={"BTP": 2}))
    assert (
        "91/94 cơ quan (96,8%; 0 cơ quan không phát sinh); 1 cơ quan báo cáo chậm, 1 cơ quan còn phải sửa, 2 cơ quan chưa"
        in brief.sure
    )
    assert brief.absent == [
        "Chưa báo cáo (2): Hà Nội; Hà Giang.",
        "Đang phải sửa, chưa được tổng hợp (1): BYT.",
    ]


def test_many_who_are_missing_are_counted(round_: Round) -> None:
    (line,) = Brief(consolidation(round_)).absent
    shown = line.split(": ", 1)[1].split(" và ")[0].split("; ")
    assert line.startswith("Chưa báo cáo (94): ")
    assert line.endswith(f"và {94 - len(shown)} cơ quan khác.")
    assert len(line) < 320


def test_what_is_not_told_is_no_zero(round_: Round) -> None:
    rows = [
        {"agency": "BTP", **CENTRAL_CASE, "cases": 2, "persons": 5},
        {"agency": "BYT", **CENTRAL_CASE, "cases": 1, "persons": 5, "handled": 2},
    ]
    (first, *_) = Brief(consolidation(round_, {"manifestations": rows})).done
    assert "đã xử lý 2" in first
    assert "chưa rõ kết quả 8 người (80,0%)" in first
    assert "đang xem xét" not in first, "nobody told how many are"


def test_one_rate_is_told_where_some_outcomes_are_unknown(round_: Round) -> None:
    """A share of all persons would look like a rate, and be lower than the rate shown elsewhere."""
    codes = {
        **CENTRAL_CASE,
        "cases": 1,
    }
    told = {"agency": "BYT", **codes, "persons": 8, "handled": 2, "pending": 6, "unhandled": 0}
    whole, by_whom = Brief(
        consolidation(round_, {"manifestations": [{"agency": "BTP", **codes, "persons": 12}, told]})
    ).done
    assert (
        whole
        == "Trong 20 người: đã xử lý 2 người; đang xem xét 6 người; chưa xem xét 0 người; chưa rõ kết quả 12 người (60,0%)."
    )
    assert (
        by_whom
        == "Đã xử lý (tính trên số có nêu kết quả): chung 2/8 người (25,0%); Bộ 2/8 người (25,0%)."
    )
    (whole, _) = Brief(consolidation(round_, {"manifestations": [told]})).done
    assert "đã xử lý 2 người (25,0%)" in whole


def test_equals_are_named_and_not_doubted(round_: Round) -> None:
    codes = {
        "agency": "BTP",
        "period": "2021",
        "locality": "TW",
        "level": "TW",
        "subject": "CB",
        "behaviour": "HV1",
        "persons": 1,
    }
    rows = [
        {**codes, "sector": f"LV0{at}", "cases": cases} for at, cases in ((1, 60), (2, 60), (3, 5))
    ]
    sector, *_ = Brief(consolidation(round_, {"manifestations": rows})).cells
    assert sector.sentence.count("60 vụ việc") == 2
    assert "Chưa khác biệt rõ" not in sector.sentence


@pytest.mark.parametrize(("second", "said"), [(98, "Chưa khác biệt rõ với"), (20, "")])
def test_what_chance_may_have_put_first_is_told(round_: Round, second: int, said: str) -> None:
    codes = {
        "agency": "BTP",
        "period": "2021",
        "locality": "TW",
        "level": "TW",
        "subject": "CB",
        "behaviour": "HV1",
        "persons": 200,
    }
    rows = [{**codes, "sector": "LV01", "cases": 100}, {**codes, "sector": "LV02", "cases": second}]
    sector, *_ = Brief(consolidation(round_, {"manifestations": rows})).cells
    assert ("Chưa khác biệt rõ với" in sector.sentence) == bool(said)
    assert said in sector.sentence


def test_marks(round_: Round) -> None:
    text = said(brief_page(consolidation(round_, invented=True, provisional=True)))
    assert "DỮ LIỆU GIẢ ĐỊNH · TẠM TÍNH" in text
    codes = {
        "agency": "T01",
        "period": "2021",
        "sector": "LV01",
        "locality": "T01",
        "level": "TINH",
        "subject": "CB",
        "behaviour": "HV1",
    }
    correcting = {"BNV": Standing.REPORTED, "T01": Standing.CORRECTING}
    made = consolidation(
        round_,
        {"manifestations": [{**codes, "cases": 1, "persons": 1}]},
        correcting,
        provisional=True,
    )
    assert "của 1/94 cơ quan" in said(brief_page(made))
    assert "1 cơ quan còn phải sửa (tạm tính các dòng không lỗi của 1)" in said(brief_page(made))
    assert "GIẢ ĐỊNH" not in said(brief_page(consolidation(round_)))


def test_its_links_lead_to_files_beside_it(made: Consolidation) -> None:
    with zipfile.ZipFile(io.BytesIO(brief_page(made))) as parts:
        relations = parts.read("word/_rels/document.xml.rels").decode()
    links = re.findall(r'<Relationship [^>]*relationships/hyperlink"[^>]*>', relations)
    targets = [re.search(r'Target="([^"]+)"', link)[1] for link in links]  # type: ignore[index]
    assert targets == Brief(made).files
    assert all('TargetMode="External"' in link for link in links)
    assert not any(re.search(r"[/:\\]", target) for target in targets)
    assert {"tong-hop-theo-linh-vuc.xlsx", "noi-dung-bao-cao.xlsx", "bao-cao-tong-hop.docx"} <= {
        *targets
    }


def test_same_consolidation_same_bytes(round_: Round) -> None:
    made = [random_consolidation(round_, rows=40) for _ in range(2)]
    assert brief_page(made[0]) == brief_page(made[1])


def test_in_english(made: Consolidation) -> None:
    text = said(brief_page(made.in_language("en")))
    assert "INVENTED DATA" in text
    assert "Causes named by most agencies" in text


def test_it_says_what_hatched_columns_are(made: Consolidation) -> None:
    assert "(số vụ việc bình quân một tháng). Cột gạch chéo: kỳ ngắn hơn." in said(brief_page(made))
    assert "Hatched: a shorter period." in said(brief_page(made.in_language("en")))


def test_the_board_says_the_same(made: Consolidation) -> None:
    brief = Brief(made)
    sentences = dict(block(brief))
    assert [brief.sure, brief.whole] == list(sentences.values())[:2]
    assert all(cell.sentence in sentences.values() for cell in brief.cells)


# --- one page ------------------------------------------------------------------------------------


def longwinded(round_: Round) -> Round:
    """The same round with names as long as an official could make them."""

    def entries(codes: Codelist) -> Codelist:
        tail = " và các nội dung khác có liên quan theo quy định của pháp luật hiện hành tại địa phương, cơ quan, đơn vị"
        return Codelist(
            codes.key, tuple(replace(entry, name=f"{entry.name}{tail}") for entry in codes.entries)
        )

    agencies = tuple(
        replace(each, name=f"{each.name} {'dài ' * 30}", short_name=f"{each.name} {'dài ' * 20}")
        for each in round_.agencies
    )
    lists = {key: entries(codes) for key, codes in round_.codelists.items()}
    settings = replace(round_.settings, name=round_.settings.name + " dài" * 90)
    return replace(round_, codelists=lists, agencies=agencies, settings=settings)


def extremes(round_: Round) -> Iterator[tuple[str, Consolidation]]:
    """Rounds of every size; with the names of what they are."""
    everybody = {agency.code: Standing.REPORTED for agency in round_.in_scope}
    yield (
        "none",
        consolidation(
            round_, {}, dict.fromkeys(everybody, Standing.MISSING), invented=True, provisional=True
        ),
    )
    yield "nil", consolidation(round_, {}, dict.fromkeys(everybody, Standing.NIL))
    yield (
        "correcting",
        consolidation(round_, {}, dict.fromkeys(everybody, Standing.CORRECTING), invented=True),
    )
    full = random_consolidation(round_, rows=3000, invented=True, provisional=True)
    row = {**CENTRAL_CASE, "cases": 1, "persons": 1}
    yield "one", consolidation(round_, {"manifestations": [{"agency": "BYT", **row}]})
    yield "full", full
    yield "english", full.in_language("en")
    yield (
        "long",
        random_consolidation(longwinded(round_), rows=1500, invented=True, provisional=True),
    )
    yield "reservoirs", random_consolidation(round_of(RESERVOIRS), rows=300).in_language("en")
    yield "mini", random_consolidation(round_of(MINI), rows=300).in_language("en")


def test_it_is_set_as_large_as_there_is_room_for(round_: Round) -> None:
    for name, made in extremes(round_):
        brief = Brief(made)
        heights = [BriefLayout(brief, scale).height for scale in (SCALES[0], SCALES[-1])]
        assert heights[-1] <= ROOM, name
        assert heights[-1] < heights[0], name


@office.needs_office
@pytest.mark.office
@pytest.mark.slow
def test_it_is_one_page_whatever_the_round(round_: Round, tmp_path: Path) -> None:
    paths = []
    for name, made in extremes(round_):
        paths.append(tmp_path / f"{name}.docx")
        paths[-1].write_bytes(brief_page(made))
    for printed in office.convert_all(paths, "pdf", tmp_path):
        assert len(PAGES.findall(printed.read_bytes())) == 1, printed.name
