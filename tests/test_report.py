"""The report: layout by the decree, figures of the workbooks, extracts word for word."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.table import Table

from pipeline.model import Standing
from pipeline.office.grid import Cell
from pipeline.office.paper import Paper
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.figures import figures
from pipeline.summarise.report.digest import CUT, LONGEST, MOST, MOST_NAMED, digests, extract
from pipeline.summarise.report.story import report
from pipeline.summarise.texts.passages import passages
from schemas.nd30 import settings
from schemas.round.load import load_round
from schemas.round.round import Round
from tests import office
from tests.books import MINI
from tests.consolidations import consolidation, random_consolidation, tiny_round
from tests.rows import CENTRAL_CASE

SHARED = (
    "Một số quy định còn chồng chéo, thiếu hướng dẫn thống nhất nên cán bộ e ngại khi quyết định."
)
NASTY = "=cmd|'/c calc'!A1 <w:t>&amp; \x0b\x00 dài hơn hai mươi ký tự"


def paper(made: Consolidation, lang: str = "vi") -> bytes:
    declared = made.round_.outline.report
    assert declared is not None
    made = made.in_language(lang)
    return report(made, declared, passages(made))


def opened(content: bytes) -> Document:
    return docx.Document(io.BytesIO(content))


def said(document: Document) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def figure_tables(document: Document) -> list[Table]:
    """The tables with a caption: not the head, who signs, the annex of sources."""
    body = list(document.element.body)
    captions = {
        at
        for at, each in enumerate(body)
        if 'w:pStyle w:val="Caption"' in getattr(each, "xml", "") and "SEQ" in each.xml
    }
    return [table for table in document.tables if body.index(table._tbl) - 1 in captions]


def cause(agency: str, content: str, **more: Any) -> dict[str, Any]:
    return {"agency": agency, "side": "KQ", "group": "NN01", "content": content, **more}


def case(agency: str, **more: Any) -> dict[str, Any]:
    return {
        "agency": agency,
        **CENTRAL_CASE,
        "cases": 2,
        "persons": 3,
        "handled": 1,
        "pending": 1,
        "unhandled": 1,
        **more,
    }


@pytest.fixture(scope="module")
def made(round_: Round) -> Consolidation:
    causes = [
        cause("BNV", NASTY, group="NN05"),
        *(cause(agency.code, SHARED) for agency in round_.in_scope[:8]),
    ]
    causes += [
        cause("BTP", f"{' '.join([word] * 9)} là một nguyên nhân riêng.")
        for word in ("đất", "phân cấp", "biên chế", "quy trình", "lương")
    ]
    rows = [
        case("BNV"),
        case("BTP", period="2023H1", behaviour="HV2", cases=0),
        case("BTP", subject="TT", persons=5, behaviour="HV2"),
    ]
    standings = {"T01": Standing.NIL, "T02": Standing.CORRECTING}
    return consolidation(
        round_,
        {"causes": causes, "manifestations": rows},
        standings,
        late={"BTP": 2},
        invented=True,
        provisional=True,
    )


@pytest.fixture(scope="module")
def document(made: Consolidation) -> Document:
    return opened(paper(made))


# --- layout --------------------------------------------------------------------------------------


def test_page_by_the_decree(document: Document) -> None:
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert 20 <= round(section.top_margin.mm) <= 25
    assert 20 <= round(section.bottom_margin.mm) <= 25
    assert 30 <= round(section.left_margin.mm) <= 35
    assert 15 <= round(section.right_margin.mm) <= 20


def test_page_numbers_from_the_second_page_on(document: Document) -> None:
    section = document.sections[0]
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header.paragraphs[0]._p.xml
    assert section.header.paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert "PAGE" not in section.first_page_header._element.xml


@pytest.mark.parametrize(
    ("text", "element"),
    [
        ("BỘ NỘI VỤ", "co_quan_ban_hanh"),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "quoc_hieu"),
        ("Độc lập - Tự do - Hạnh phúc", "tieu_ngu"),
        ("BÁO CÁO", "ten_loai"),
        ("Kính gửi: Ban cán sự đảng Chính phủ", "kinh_gui"),
        ("Nơi nhận:", "noi_nhan_tieu_de"),
        ("- Như trên;", "noi_nhan_danh_sach"),
        ("- Lưu: VT, Vụ CCVC.", "noi_nhan_danh_sach"),
        ("BỘ TRƯỞNG", "chuc_vu_ky"),
        ("Phụ lục I", "phu_luc"),
        ("Phụ lục II", "phu_luc"),
    ],
)
def test_head_and_foot_are_set_as_the_decree_says(
    document: Document, text: str, element: str
) -> None:
    cells = [
        paragraph
        for table in document.tables
        for row in table.rows
        for cell in row.cells
        for paragraph in cell.paragraphs
    ]
    run = next(
        paragraph for paragraph in [*document.paragraphs, *cells] if paragraph.text == text
    ).runs[0]
    wanted = settings()[element]
    assert wanted.smallest <= run.font.size.pt <= wanted.largest
    assert (bool(run.bold), bool(run.italic)) == (wanted.bold, wanted.italic)


def test_body_is_times_new_roman_14(document: Document) -> None:
    for name in ("Normal", "Heading 1", "Heading 2"):
        style = document.styles[name]
        assert (style.font.name, style.font.size) == ("Times New Roman", Pt(14))
        assert {
            style.element.rPr.rFonts.get(qn(f"w:{kind}"))
            for kind in ("ascii", "hAnsi", "cs", "eastAsia")
        } == {"Times New Roman"}


def test_it_says_what_it_is_on_every_page(document: Document) -> None:
    section = document.sections[0]
    for footer in (section.footer, section.first_page_footer):
        assert footer.paragraphs[0].text == "DỰ THẢO · DỮ LIỆU GIẢ ĐỊNH · TẠM TÍNH"


ORDER = (
    "pStyle",
    "keepNext",
    "keepLines",
    "pageBreakBefore",
    "pBdr",
    "spacing",
    "ind",
    "jc",
    "rPr",
    "sectPr",
)
"""Word refuses paragraph properties in another order (ECMA-376, CT_PPr)."""


def test_properties_of_paragraphs_stand_in_word_s_order(document: Document) -> None:
    for properties in document.element.body.iter(qn("w:pPr")):
        places = [ORDER.index(child.tag.split("}")[1]) for child in properties]
        assert places == sorted(places)


def test_provisional_and_invented_figures_are_explained(document: Document, round_: Round) -> None:
    told = ("Đã tính cả các dòng không lỗi của báo cáo cần sửa", "Toàn bộ số liệu là giả định")
    assert all(text in said(document) for text in told)
    assert not any(text in said(opened(paper(consolidation(round_)))) for text in told)


def test_tables_repeat_their_heading_and_keep_rows_whole(document: Document) -> None:
    tables = figure_tables(document)
    assert len(tables) > 5
    for table in tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def kept(table: Table) -> list[bool]:
    """By row, whether it stays on the page of the next."""
    return [
        all(p.paragraph_format.keep_with_next for cell in row.cells for p in cell.paragraphs)
        for row in table.rows
    ]


def test_a_table_with_a_caption_stays_on_one_page(document: Document) -> None:
    for table in figure_tables(document):
        assert kept(table) == [True] * (len(table.rows) - 1) + [False]


def test_a_table_longer_than_a_page_stands_in_titled_parts() -> None:
    words = {"table": "Bảng", "continued": "(tiếp theo)"}
    made = Paper(title="", author="", day=dt.date(2023, 1, 1), lang="vi", labels=words)
    lines = [
        [Cell(f"Mục {at} " + "dài " * (at % 40)), Cell(str(at), figure=True)] for at in range(60)
    ]
    made.table("Số vụ", ["Tên", "Số"], lines, (100, 60), totals=1)
    made.table("Số người", ["Tên", "Số"], lines[:3], (100, 60), totals=1)
    written = opened(made.content())
    *parts, short = written.tables
    assert len(parts) > 1
    assert [row.cells[0].text for part in parts for row in part.rows[1:]] == [
        line[0].text for line in lines
    ]
    assert all(kept(part)[:-1] == [True] * (len(part.rows) - 1) for part in (*parts, short))
    assert min(len(part.rows) for part in parts) > max(len(part.rows) for part in parts) / 2
    captions = [
        p._p.xpath("string(.)") for p in written.paragraphs if p.style and p.style.name == "Caption"
    ]
    assert captions == [
        "Bảng 1. Số vụ",
        *["Bảng 1 (tiếp theo). Số vụ"] * (len(parts) - 1),
        "Bảng 2. Số người",
    ]


def test_the_signature_stands_on_no_page_of_its_own(document: Document) -> None:
    signed = next(table for table in document.tables if "Nơi nhận" in table.rows[0].cells[0].text)
    before = signed._tbl.xpath("preceding-sibling::w:p[position() <= 3]")
    assert len(before) == 3
    assert all(paragraph.pPr.keepNext is not None for paragraph in before)
    assert all(cell.paragraphs[0].paragraph_format.space_before for cell in signed.rows[0].cells), (
        "it keeps off the text above"
    )


def test_captions_are_numbered_and_pictures_have_words(document: Document) -> None:
    captions = [paragraph for paragraph in document.paragraphs if paragraph.style.name == "Caption"]
    numbers = {
        label: [
            int(n)
            for p in captions
            for n in re.findall(rf"SEQ {label} .*?<w:t>(\d+)</w:t>", p._p.xml, re.DOTALL)
        ]
        for label in ("Bảng", "Hình")
    }
    assert numbers["Bảng"] == list(range(1, len(figure_tables(document)) + 1))
    assert numbers["Hình"] == list(range(1, len(document.inline_shapes) + 1))
    assert len(document.inline_shapes) >= 2
    assert all(
        "Số vụ việc" in shape._inline.docPr.get("descr")
        or "tháng" in shape._inline.docPr.get("descr")
        for shape in document.inline_shapes
    )


# --- content -------------------------------------------------------------------------------------


def test_the_outline_item_by_item(round_: Round, document: Document) -> None:
    headings = [
        paragraph.text
        for paragraph in document.paragraphs
        if paragraph.style.name.startswith("Heading")
    ]
    declared = round_.outline.report
    assert declared
    items = round_.codelists["outline"]
    wanted = [
        text
        for section in declared.sections
        for text in (
            section.heading,
            *(items.by_code[code].extra["heading"] for code in section.items),
        )
    ]
    assert headings == [text for text in wanted if text]
    assert {code for section in declared.sections for code in section.items} == set(items.codes)


def number(text: str) -> float:
    return float(text.replace(".", "").replace(",", "."))


def test_figures_are_those_of_the_workbooks(round_: Round) -> None:
    made = random_consolidation(round_, rows=300)
    document = opened(paper(made))
    by_first = {table.rows[0].cells[0].text: table for table in reversed(figure_tables(document))}
    wanted = figures(made, "behaviour", "manifestations").set_index("name")
    lines = {
        row.cells[0].text: [cell.text for cell in row.cells] for row in by_first["Hành vi"].rows[1:]
    }
    for name, row in wanted.iterrows():
        cells = lines[str(name)]
        assert [number(cells[at]) for at in (1, 3, 4, 5)] == row[
            ["cases", "persons", "collectives", "agencies"]
        ].tolist()
        assert cells[2] == f"{100 * row['cases'] / wanted['cases'].sum():.1f}%".replace(".", ",")
    assert number(lines["Tổng cộng"][1]) == wanted["cases"].sum()


def test_months_make_periods_of_unequal_length_equal(round_: Round) -> None:
    rows = [case("BNV", period="2022", cases=12), case("BNV", period="2023H1", cases=6)]
    document = opened(paper(consolidation(round_, {"manifestations": rows})))
    table = next(table for table in document.tables if table.rows[0].cells[0].text == "Kỳ số liệu")
    rates = {row.cells[0].text: row.cells[3].text for row in table.rows[1:]}
    assert rates["Năm 2022"] == "1,0", "averages of a column have as many decimals"
    assert rates["6 tháng đầu năm 2023"] == "1,0"
    assert "Năm 2021" not in rates, "no rows is no rate, and no line"
    assert "Số vụ việc bình quân một tháng theo kỳ số liệu" in said(document), (
        "a picture names what it shows"
    )


def test_the_scope_says_how_all_agencies_stand(round_: Round) -> None:
    standings = {"BNV": Standing.REPORTED, "BTP": Standing.NIL, "T01": Standing.CORRECTING}
    text = said(opened(paper(consolidation(round_, {}, standings, late={"BTP": 2}))))
    assert "từ ngày 25/01/2021 đến ngày 30/6/2023" in text
    assert (
        "2/94 cơ quan (trong đó 1 cơ quan báo cáo không phát sinh); 1 cơ quan có báo cáo còn phải sửa; 91 cơ quan chưa báo cáo"
        in text
    )
    assert "Đang phải sửa, chưa được tổng hợp (1):" in text
    assert "Tạm tính thêm" not in text
    rows = {"manifestations": [case("BNV"), case("T01", locality="T01")]}
    provisional = said(opened(paper(consolidation(round_, rows, standings, provisional=True))))
    assert "2/94 cơ quan" in provisional
    assert (
        "Tạm tính thêm các dòng không lỗi trong báo cáo còn phải sửa của 1 cơ quan: số liệu dưới đây là của 3 cơ quan."
        in provisional
    )
    assert (
        "Theo báo cáo của 3 cơ quan (kể cả 1 cơ quan tạm tính), từ đầu nhiệm kỳ" in provisional
    ), "the nil among them"
    assert "Theo báo cáo của 2 địa phương" not in provisional
    assert "Theo báo cáo của 1 địa phương (kể cả 1 địa phương tạm tính)" in provisional
    assert "tạm tính)" not in text
    assert "Đang phải sửa, tạm tính các dòng không lỗi (1):" in provisional
    assert "Cơ quan được tổng hợp, cả tạm tính/phải báo cáo" in provisional


def test_extracts_are_word_for_word_with_their_writers(
    document: Document, made: Consolidation, round_: Round
) -> None:
    text = said(document)
    assert f"“{SHARED}”[1] (8 cơ quan cùng nêu)" in text
    first = [agency.short_name for agency in round_.in_scope[:MOST_NAMED]]
    sources = {
        row.cells[0].text: [cell.text for cell in row.cells] for row in document.tables[-1].rows
    }
    assert sources["1"] == [
        "1",
        f"{'; '.join(first)} và 3 cơ quan khác",
        "thu/BNG.xlsx",
        "II NGUYÊN NHÂN",
        "9",
    ]
    quoted = re.findall(r"^- (?:[^“]*: )?“(.+?)”\[\d+\] \(", text, re.MULTILINE | re.DOTALL)
    written = {
        re.sub(r"\s+", " ", row).replace("\x00", "\ufffd")
        for row in made.tables["causes"]["content"]
    }
    assert set(quoted) <= written, "nothing is made up"
    assert quoted[0] == SHARED, "what most agencies share stands first"
    assert len(sources) - 1 == len(quoted), (
        "every extract has its source, and no source stands in the text"
    )
    assert "Nguồn:" not in text
    assert "Còn 3 nội dung khác: xem noi-dung-bao-cao.xlsx" in text


def test_text_stays_text(made: Consolidation) -> None:
    with zipfile.ZipFile(io.BytesIO(paper(made))) as parts:
        body = parts.read("word/document.xml").decode()
    assert "&lt;w:t&gt;&amp;amp;" in body
    assert "\x0b" not in body
    assert "HYPERLINK" not in body
    assert set(re.findall(r'w:instr="\s*(\w+)', body)) == {"SEQ"}


def test_an_extract_ends_at_a_sentence() -> None:
    text = " ".join(f"Câu thứ {n} nói một điều." for n in range(100))
    assert extract(text).endswith(f"điều.{CUT}")
    assert len(extract(text)) <= LONGEST + len(CUT)
    assert text.startswith(extract(text).removesuffix(CUT))
    assert extract("x" * 2000) == "x" * LONGEST + CUT
    assert extract(" ngắn \n thôi ") == "ngắn thôi"


def test_each_group_has_its_most_shared_and_then_its_longest(made: Consolidation) -> None:
    causes = next(each for each in passages(made) if each.source.table == "causes")
    found = digests(causes)["II.1"][0]
    assert len(found.extracts) == MOST
    assert [len(each.agencies) for each in found.extracts] == [8, 1, 1]
    assert len(found.extracts[1].text) >= len(found.extracts[2].text)
    assert found.left == found.count.different - MOST


def test_who_is_missing_stands_in_the_annex(document: Document, made: Consolidation) -> None:
    text = said(document)
    missing = made.standing_of(Standing.MISSING)["name"]
    assert f"Chưa báo cáo ({len(missing)}): {'; '.join(missing)}." in text
    assert "Báo cáo không phát sinh (1): Ủy ban nhân dân thành phố Hà Nội." in text
    assert "Báo cáo chậm (1): Bộ Tư pháp (2 ngày)." in text


# --- rounds of every size ------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("kind", [Standing.MISSING, Standing.NIL, Standing.CORRECTING])
def test_without_any_figures(round_: Round, kind: Standing, lang: str) -> None:
    text = said(
        opened(
            paper(
                consolidation(round_, {}, {agency.code: kind for agency in round_.in_scope}), lang
            )
        )
    )
    yet = {"vi": "chưa có báo cáo nào được tổng hợp.", "en": "no agency has a return that counts."}[
        lang
    ]
    assert (yet in text) == (kind is not Standing.NIL)
    assert not re.search(r"\b0,0%|nan|None", text)


def test_in_english(made: Consolidation) -> None:
    text = said(opened(paper(made, "en")))
    assert "DRAFT · INVENTED DATA · PROVISIONAL" in text
    assert "thu/BNV.xlsx" in text
    assert "To: Ban cán sự đảng Chính phủ" in text, (
        "the round's own words, as they stand in the round that was loaded"
    )
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text, "the national heading has one language"


def test_a_round_of_other_words() -> None:
    mini = load_round(MINI)
    rows = [{"agency": "NOR", "quarter": "2030", "building": "SCH", "inspected": 12, "passed": 5}]
    rows += [{"agency": "SOU", "quarter": "2031H1", "building": "SCH", "inspected": 6, "passed": 5}]
    document = opened(paper(consolidation(mini, {"inspections": rows}), "en"))
    assert [p.text for p in document.paragraphs if p.style.name.startswith("Heading")] == [
        "INSPECTIONS AND FINES",
        "A. What was inspected",
        "Fines and their amounts",
    ]
    assert len(document.inline_shapes) == 2


def test_a_round_without_an_outline_has_no_report(tmp_path: Path) -> None:
    assert tiny_round(tmp_path).outline.report is None


@pytest.mark.slow
def test_same_consolidation_same_bytes(round_: Round) -> None:
    made = [random_consolidation(round_, rows=60) for _ in range(2)]
    first = paper(made[0])
    assert first == paper(made[1])
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {info.date_time for info in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_no_clock_in_its_properties(document: Document, round_: Round) -> None:
    properties = document.core_properties
    assert properties.created == properties.modified
    assert properties.created.date() == round_.deadline
    assert isinstance(properties.created, dt.datetime)


@pytest.mark.office
@office.needs_office
@pytest.mark.slow
def test_opens_in_an_office_program(made: Consolidation, tmp_path: Path) -> None:
    path = tmp_path / "bao-cao.docx"
    path.write_bytes(paper(made))
    assert office.convert(path, "pdf", tmp_path).read_bytes().startswith(b"%PDF")


def test_what_is_left_over_is_no_headline(round_: Round) -> None:
    """“Lĩnh vực: Khác” is never a headline, however large; its row and share stay."""
    rows = [
        case("T49", sector="LV99", cases=50),
        case("T49", sector="LV08", cases=10),
        case("T49", sector="LV02", cases=40),
    ]
    document = opened(paper(consolidation(round_, {"manifestations": rows})))
    (headline,) = {
        p.text for p in document.paragraphs if "Đầu tư công" in p.text and "Y tế" in p.text
    }
    assert (
        "Đầu tư công, giải ngân vốn đầu tư công (40 vụ việc; 40,0%); Y tế (thuốc, vật tư, khám chữa bệnh) (10 vụ việc; 10,0%)"
        in headline
    )
    assert "Khác" not in headline
    assert any(
        row.cells[0].text == "Khác" and "50" in [cell.text for cell in row.cells]
        for t in document.tables
        for row in t.rows
    )


def test_persons_by_outcome_add_up(round_: Round) -> None:
    outcomes = [(5, 2, 1, 1), (4, None, None, None), (3, 3, 0, 0), (7, 2, None, 1), (6, 1, 2, 3)]
    rows = [
        case(
            "BNV",
            subject=subject,
            **dict(zip(("persons", "handled", "pending", "unhandled"), each, strict=True)),
        )
        for at, subject in enumerate(("CB", "CC_LD", "VC_QL", "TT"))
        for each in outcomes[at:]
    ]
    made = consolidation(round_, {"manifestations": rows})
    document = opened(paper(made))
    table = next(
        table
        for table in figure_tables(document)
        if "Chưa rõ kết quả (người)" in [cell.text for cell in table.rows[0].cells]
    )
    heads = [cell.text for cell in table.rows[0].cells]
    assert heads[1:6] == [
        "Số người",
        "Đã xử lý (người)",
        "Đang xem xét (người)",
        "Chưa xem xét (người)",
        "Chưa rõ kết quả (người)",
    ]
    rows = made.tables["manifestations"]
    people = rows[rows["subject"] != "TT"]
    for line in table.rows[1:]:
        name, whole, *parts = (cell.text for cell in line.cells[:6])
        assert number(whole) == sum(map(number, parts)), name
    left = people["persons"].sum() - people[["handled", "pending", "unhandled"]].sum().sum()
    assert left > 0
    assert number(line_of(table, "Tổng cộng")[5]) == left
    assert f"chưa rõ kết quả {line_of(table, 'Tổng cộng')[5]} người; tỷ lệ" in said(document)


def line_of(table: Table, name: str) -> list[str]:
    return next(
        [cell.text for cell in row.cells] for row in table.rows if row.cells[0].text == name
    )


def test_what_was_done_is_told_in_the_order_in_which_it_happens(round_: Round) -> None:
    wanted = {"Đề xuất": 3, "Đã thực hiện": 2, "Đang thực hiện": 1}
    codes = dict(zip(wanted, ("DX", "DA", "DANG"), strict=True))
    rows = [
        {
            "agency": agency.code,
            "group": "GP3",
            "status": codes[name],
            "content": f"{name}: giải pháp số {at} của {agency.name}.",
        }
        for name, count in wanted.items()
        for at, agency in enumerate(round_.in_scope[:count])
    ]
    text = said(opened(paper(consolidation(round_, {"solutions": rows}))))
    assert sorted(wanted, key=text.index) == ["Đã thực hiện", "Đang thực hiện", "Đề xuất"]
