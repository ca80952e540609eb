"""The report on a terminal: wrapped and coloured there, plain and an entry a line elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.terminal.commands import main
from tests.books import round_of
from tests.workbooks import filled, saved

ROW = {
    "period": "Năm 2022",
    "sector": "Đầu tư cong",
    "level": "Cấp tỉnh",
    "cases": "nhiều",
    "persons": 2,
    "handled": 1,
    "pending": 1,
}


@pytest.fixture
def return_(tmp_path: Path) -> Path:
    rows = [{**ROW, "cases": f"nhiều {number}"} for number in range(30)]
    return saved(filled(round_of("cv4874"), "T01", manifestations=rows), tmp_path / "ha-noi.xlsx")


def shown(return_: Path, *options: str, **env: str) -> str:
    result = CliRunner().invoke(
        main, ["--home", str(return_.parent), *options, "check", str(return_)], env=env
    )
    assert result.exit_code == 1, result.output
    return result.stdout


def test_without_a_terminal_there_is_no_colour_and_no_wrapping(return_: Path) -> None:
    text = shown(return_)
    assert "\x1b" not in text
    assert "Ủy ban nhân dân thành phố Hà Nội (T01)" in text
    assert any(
        line.startswith("    V02  I9:I38: Ô “Số vụ việc” có “nhiều 0”")
        for line in text.splitlines()
    )


def test_on_a_terminal_no_line_is_wider_than_it(return_: Path) -> None:
    text = shown(return_, FORCE_COLOR="1", COLUMNS="80", TERM="xterm")
    assert "\x1b[1;31m" in text
    from rich.text import Text

    assert max(Text.from_ansi(line).cell_len for line in text.splitlines()) <= 80


def test_errors_stand_before_warnings_and_wrong_cells_before_wrong_rows(return_: Path) -> None:
    text = shown(return_)
    places = [
        text.index(word)
        for word in ("LỖI PHẢI SỬA", "    V01", "    V02", "    V03", "CẢNH BÁO CẦN XEM LẠI")
    ]
    assert places == sorted(places)


def test_a_wall_is_one_entry(return_: Path) -> None:
    assert shown(return_).count("    V02") == 1
    assert "ERRORS TO CORRECT" in shown(return_, "--lang", "en")
