"""Neither code nor catalogues of the engine have a name of dispatch 4874's round."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from tests.books import ROOT, round_of

ENGINE = [*sorted((ROOT / "pipeline").rglob("*.py")), *sorted((ROOT / "pipeline").rglob("*.html"))]
MESSAGES = sorted((ROOT / "schemas" / "messages").rglob("*.toml"))
TELLING = (
    "vụ việc|cán bộ|công chức|viên chức|né tránh|đùn đẩy|cầm chừng|trách nhiệm|nội vụ|4874|BNV|cảnh cáo|kỷ luật|nhiệm kỳ|hành vi|lĩnh vực|biểu hiện|"
    "hậu quả|kiến nghị|đề án|tổ chức đảng|tập thể|UBND|cộng hòa|độc lập|civil servant|manifestation|socialist|30/06/2023|08/09/2023|2023-09-07"
)
"""Words that only this round's subject, publisher, country and dates bring up."""
ORDINARY = {
    *(
        "CẦN SỬA",
        "DANH MỤC",
        "TỰ KIỂM TRA",
        "Ghi chú",
        "Lý do",
        "Mức độ",
        "Nội dung",
        "Thời hạn",
        "Tình trạng",
        "NGUYÊN NHÂN",
    ),
    *("Không rõ", "Không xác định", "Không phát sinh", "Kỳ báo cáo", "Kỳ số liệu", "Số quyết định"),
    *("kiểm tra", "phối hợp", "thay thế", "đôn đốc", "đề nghị", "địa phương"),
}
"""Names of the round that are ordinary words or belong to every round."""


@cache
def names() -> re.Pattern[str]:
    """All names of two or more words that the round declares."""
    round_ = round_of("cv4874")
    columns = [column for spec in round_.tables for column in spec.columns]
    entries = [entry for codes in round_.codelists.values() for entry in codes.entries]
    found = {word for spec in round_.tables for word in (spec.sheet, spec.title)} | {
        word for each in columns for word in (each.title, *each.synonyms)
    }
    found |= {word for entry in entries for word in (*entry.exact, *entry.aliases)} | {round_.name}
    chosen = {word.strip() for word in found if len(word.split()) > 1} - ORDINARY
    return re.compile(
        rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(chosen, key=len, reverse=True)))})(?!\w)"
    )


@pytest.mark.parametrize("path", [*ENGINE, *MESSAGES], ids=lambda path: str(path.relative_to(ROOT)))
def test_no_name_and_no_telling_word_of_the_round_stands_in_the_engine(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert names().findall(text) == []
    assert re.findall(rf"(?<!\w)(?:{TELLING})(?!\w)", text, re.IGNORECASE) == []


def test_the_names_are_those_of_the_round() -> None:
    said = "Trang tính I.1 BIỂU HIỆN: “Số vụ việc”, Thành phố Hồ Chí Minh"
    assert names().findall(said) == ["I.1 BIỂU HIỆN", "Số vụ việc", "Thành phố Hồ Chí Minh"]
