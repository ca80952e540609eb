"""Draw the guide's pictures: play its story, and draw each picture from the folder as it is then.

``make pictures``, or ``make pictures ONLY="thu tinh-trang"``. Needs LibreOffice, Chromium, pdftoppm
(poppler-utils) and Noto Sans Mono (fonts-noto-mono). The gate only checks that the pictures exist.
"""

from __future__ import annotations

import html
import io
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import click
from PIL import Image, ImageChops

from tests.browser import browser
from tests.guide import GUIDE, Story, commands, parts
from tests.office import convert, edited, first_pages

PICTURES = GUIDE.parent / "hinh"
COLUMNS = 112
"""The terminal's width on pictures, in characters."""
PAGES = 12
"""The first printed pages of a workbook, among which the wanted one is."""
COLOURS = (48, 24, 12, 6)
"""Numbers of colours, tried in turn until a picture is small enough; many smooth its letters."""
LARGEST = 75_000
FORM = "BIỂU HIỆN, HÀNH VI"
"""The beginning of the main form's title."""
WHERE = "D:\\dot-4874"
"""The reader's folder."""
STYLE = (GUIDE.parent / "hinh.css").read_text(encoding="utf-8")
Draw = Callable[[Story], Image.Image]


def main(*names: str) -> None:
    """Draw these pictures and then stop; without names, draw exactly those that the guide shows."""
    if not names:
        shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(exist_ok=True)
    waiting = set(names or DRAWN)
    with tempfile.TemporaryDirectory() as folder:
        story = Story(Path(folder))
        for part in parts(GUIDE.read_text(encoding="utf-8")):
            story.play(part)
            name = Path(part.picture).stem
            if name in waiting:
                _save(DRAWN[name](story), GUIDE.parent / part.picture)
                waiting.remove(name)
            if names and not waiting:
                return


def _save(picture: Image.Image, path: Path) -> None:
    for colours in COLOURS:
        picture.convert("RGB").quantize(
            colours, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
        ).save(path, optimize=True)
        if path.stat().st_size <= LARGEST:
            break
    print(  # noqa: T201
        f"{path.name}: {picture.width} × {picture.height}, {colours} colours, {path.stat().st_size // 1000} kB",
        file=sys.stderr,
    )


# --- pages of workbooks and letters ---------------------------------------------------------------


Rows = tuple[int, str]
"""Rows to fit to their text: a sheet, counted from 1, and a range."""


def page(
    name: str, words: str = "", *, width: int = 1000, height: int = 0, rows: Rows | None = None
) -> Draw:
    """Draw a file's first page with these words; only its upper part if ``height`` is given."""

    def draw(story: Story) -> Image.Image:
        return _of_page(story.stage.home.root / name, words, width, height, rows)

    return draw


def returned(name: str, words: str, *, width: int, height: int, rows: Rows) -> Draw:
    """Draw such a page of a workbook that an agency is going to send."""

    def draw(story: Story) -> Image.Image:
        return _of_page(story.stage.brought(name), words, width, height, rows)

    return draw


def _of_page(path: Path, words: str, width: int, height: int, rows: Rows | None) -> Image.Image:
    with tempfile.TemporaryDirectory() as folder:
        source = path
        if rows:  # LibreOffice gives rows without a height one line; Excel fits them to their text
            [source] = edited({path: [("fit", *rows, "")]}, Path(folder, "fitted"))
        pdf = (
            first_pages(source, PAGES, Path(folder))
            if path.suffix == ".xlsx"
            else convert(path, "pdf", Path(folder))
        )
        number = str(_page_with(pdf, words))
        png = _output(
            "pdftoppm", "-r", "150", "-f", number, "-l", number, "-hide-annotations", "-png", pdf
        )
    picture = _without_margins(Image.open(io.BytesIO(png)).convert("RGB"))
    scaled = picture.resize(
        (width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS
    )
    return _framed(scaled.crop((0, 0, width, min(height or scaled.height, scaled.height))))


def _page_with(pdf: Path, words: str) -> int:
    """Return the number of the first page with these words."""
    pages = _output("pdftotext", "-layout", pdf, "-").decode().split("\f")
    return next(number for number, text in enumerate(pages, 1) if words in text)


def _output(*command: str | Path) -> bytes:
    return subprocess.run(command, check=True, capture_output=True).stdout


def _without_margins(picture: Image.Image) -> Image.Image:
    """Crop to the printed part and a little paper around it."""
    white = Image.new("RGB", picture.size, "white")
    left, top, right, bottom = ImageChops.difference(picture, white).getbbox() or (
        0,
        0,
        *picture.size,
    )
    margin = 30
    return picture.crop(
        (
            max(left - margin, 0),
            max(top - margin, 0),
            min(right + margin, picture.width),
            min(bottom + margin, picture.height),
        )
    )


def _framed(picture: Image.Image) -> Image.Image:
    """Add a thin frame that shows the edge of the paper."""
    framed = Image.new("RGB", (picture.width + 2, picture.height + 2), "#9aa0a6")
    framed.paste(picture, (1, 1))
    return framed


# --- pages of a browser, and windows drawn as such ------------------------------------------------


def board(story: Story) -> Image.Image:
    """Draw the first screen of the board."""
    return _framed(_screenshot((story.stage.home.output / "tien-do.html").as_uri(), 1100, 900))


def terminal(lines: int) -> Draw:
    """Draw the last command and its output, as far as it fits on a screen."""

    def draw(story: Story) -> Image.Image:
        return _terminal(story, story.screen, lines)

    return draw


def table(lines: int) -> Draw:
    """Draw a command with its table, which is as wide as the terminal."""

    def draw(story: Story) -> Image.Image:
        [(_, *words)] = commands("\n".join(story.typed))
        screen = click.unstyle(story.run(words, FORCE_COLOR="1", COLUMNS=str(COLUMNS)).output)
        return _terminal(story, screen, lines)

    return draw


def _terminal(story: Story, screen: str, lines: int) -> Image.Image:
    typed = [f"(.venv) {WHERE}>{line}" for line in story.typed]
    shown = [
        part
        for line in [*typed, *_as_there(story, screen).splitlines()]
        for part in _broken(line.rstrip())
    ]
    text = "\n".join(shown[:lines] + (["…"] if len(shown) > lines else ["", f"(.venv) {WHERE}>"]))
    return _window("Command Prompt", f'<pre class="terminal">{html.escape(text)}</pre>', 1000)


def _broken(line: str) -> list[str]:
    """Break a line as a terminal does."""
    return [line[at : at + COLUMNS] for at in range(0, len(line), COLUMNS)] or [""]


def _as_there(story: Story, screen: str) -> str:
    """Replace the folder's path by the reader's."""

    def there(found: re.Match[str]) -> str:
        return WHERE + found[1].replace("/", "\\")

    return re.sub(re.escape(str(story.stage.home.root)) + r"([\w./-]*)", there, screen)


def folder(_story: Story) -> Image.Image:
    """Draw the round's folder, with ``cmd`` typed as its address."""
    rows = (
        ("data", "Thư mục"),
        ("templates", "Thư mục"),
        ("dia-chi.csv", "Tệp CSV"),
        ("mo-tonghop.cmd", "Tệp lệnh Windows"),
    )
    listed = "".join(
        f'<tr><td class="{"folder" if kind == "Thư mục" else "file"}">{name}</td><td>{kind}</td></tr>'
        for name, kind in rows
    )
    address = '<div class="address"><span class="arrows">← → ↑</span><span class="box"><b>cmd</b></span></div>'
    table = f'<table class="files"><tr><th>Tên</th><th>Loại</th></tr>{listed}</table>'
    return _window(
        "dot-4874",
        f'{address}{table}<div class="hint">Bấm vào thanh địa chỉ, gõ <b>cmd</b>, bấm Enter</div>',
        720,
    )


def _window(title: str, body: str, width: int) -> Image.Image:
    """Draw a window of Windows, as a page."""
    text = f'<meta charset="utf-8"><style>{STYLE}</style><div class="window"><div class="title">{title}<i>— ▢ ✕</i></div>{body}</div>'
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "window.html")
        path.write_text(text, encoding="utf-8")
        return _screenshot(path.as_uri(), width, element=".window")


def _screenshot(address: str, width: int, height: int = 600, element: str = "") -> Image.Image:
    with browser() as running:
        shown = running.new_page(viewport={"width": width, "height": height})
        shown.goto(address)
        return Image.open(io.BytesIO((shown.locator(element) if element else shown).screenshot()))


DRAWN: Mapping[str, Draw] = {
    "mo-cua-so-lenh": folder,
    "bieu": returned("T01.xlsx", FORM, width=1100, height=460, rows=(4, "A9:A60")),
    "thu": terminal(30),
    "tien-do": board,
    "tinh-trang": table(26),
    "can-sua": page("data/output/phan-hoi/T35.xlsx", "CẦN SỬA", height=560),
    "danh-dau": page(
        "data/output/phan-hoi/T35.xlsx", FORM, width=1100, height=460, rows=(5, "A9:A60")
    ),
    "don-doc": page("data/output/don-doc/T95.docx", width=700),
    "tong-quan": page("data/output/tong-hop-theo-linh-vuc.xlsx", "Nhận xét chính", width=900),
    "ban-do": page("data/output/tong-hop-theo-dia-phuong.xlsx", "BẢN ĐỒ Ô", width=900),
    "bao-cao": page("data/output/bao-cao-tong-hop.docx", "Bảng 1.", width=700),
    "so-sanh": page("data/output/tong-hop-theo-linh-vuc.xlsx", "LĨNH VỰC: SO SÁNH", height=600),
}

if __name__ == "__main__":
    main(*sys.argv[1:])
