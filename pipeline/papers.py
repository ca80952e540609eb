"""Pieces of letters as .docx, laid out by Nghị định 30/2020/NĐ-CP (Phụ lục I)."""

from __future__ import annotations

import datetime as dt
import io

from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt
from docx.table import _Cell

from pipeline.parts import Envelope
from schemas.round import Round
from schemas.words import ui


def letter(round_: Round, lang: str, subject: str, mark: str) -> Doc:
    """A letter with its page and heads: who sends it, the national motto, what it is about, a line for a mark."""
    document = Document()
    _page(document, round_)
    _head(document, round_, lang, subject)
    line(document, mark, WD_ALIGN_PARAGRAPH.CENTER, bold=True)
    return document


def _page(document: Doc, round_: Round) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(20)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(14)
    day = dt.datetime.combine(round_.settings.get("issued", round_.deadline), dt.time())
    properties = document.core_properties
    properties.author, properties.created, properties.modified = round_.settings["publisher"]["parent"], day, day


def _head(document: Doc, round_: Round, lang: str, subject: str) -> None:
    publisher = round_.settings["publisher"]
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    left, right = table.rows[0].cells
    for column, cell, width in zip(table.columns, (left, right), (62, 98), strict=True):
        column.width = cell.width = Mm(width)
    _cell(left, [(publisher["parent"], False, 13), (publisher.get("unit", ""), True, 13), (subject, False, 12)])
    _cell(right, [(ui("form.national", lang), True, 12), (ui("form.motto", lang), True, 13)])


def _cell(cell: _Cell, lines: list[tuple[str, bool, int]]) -> None:
    for number, (text, bold, size) in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(text)
        run.bold, run.font.size = bold, Pt(size)


def addressed(document: Doc, text: str) -> None:
    """To whom the letter goes."""
    line(document, text, WD_ALIGN_PARAGRAPH.CENTER, bold=True)


def paragraph(document: Doc, text: str) -> None:
    """A paragraph of the letter."""
    line(document, text, WD_ALIGN_PARAGRAPH.JUSTIFY, indent=True)


def signature(document: Doc, text: str) -> None:
    """Who signs."""
    line(document, text, WD_ALIGN_PARAGRAPH.RIGHT, bold=True)


def line(document: Doc, text: str, alignment: WD_ALIGN_PARAGRAPH, *, bold: bool = False, indent: bool = False) -> None:
    """A paragraph, 6 points apart from the next."""
    added = document.add_paragraph()
    added.alignment = alignment
    added.paragraph_format.space_after = Pt(6)
    if indent:
        added.paragraph_format.first_line_indent = Mm(12.7)
    added.add_run(text).bold = bold


def content(document: Doc) -> bytes:
    """The file: the same bytes every time, without the hour of its making."""
    buffer = io.BytesIO()
    document.save(buffer)
    return Envelope.around(buffer.getvalue(), ()).with_parts({})
