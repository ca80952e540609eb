"""Pieces of letters as .docx, laid out by Nghị định 30/2020/NĐ-CP (Phụ lục I)."""

from __future__ import annotations

import datetime as dt
import io

from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from pipeline.office.parts import Envelope
from schemas.round.round import Round
from schemas.words import ui


def letter(round_: Round, lang: str, subject: str, mark: str) -> Doc:
    """A letter with its page and heads: who sends it, the national motto, what it is about, a line for a mark."""
    document = Document()
    _page(document, round_)
    _head(document, round_, round_.speaking(lang), subject)
    line(document, mark, WD_ALIGN_PARAGRAPH.CENTER, bold=True)
    return document


def _page(document: Doc, round_: Round) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(20)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(14)
    day = dt.datetime.combine(_issued(round_), dt.time())
    properties = document.core_properties
    properties.author, properties.created, properties.modified = round_.settings["publisher"]["parent"], day, day


def _head(document: Doc, round_: Round, lang: str, subject: str) -> None:
    publisher = round_.settings["publisher"]
    table = document.add_table(rows=2, cols=2)
    table.autofit = False
    for number, width in enumerate((64, 96)):
        table.columns[number].width = Mm(width)
        for row in table.rows:
            row.cells[number].width = Mm(width)
    symbol = ui("letter.number", lang, symbol=publisher["symbol"]) if "symbol" in publisher else ""
    day = ui("letter.place_and_day", lang, place=publisher["place"], year=_issued(round_).year) if "place" in publisher else ""
    (top_left, top_right), (low_left, low_right) = (row.cells for row in table.rows)
    _cell(top_left, [(publisher["parent"], "", 12), (publisher.get("unit", ""), "b", 12)], ruled=24)
    _cell(top_right, [(ui("form.national", lang), "b", 12), (ui("form.motto", lang), "b", 13)], ruled=62)
    _cell(low_left, [(symbol, "", 13), (subject, "", 12)])
    _cell(low_right, [(day, "i", 13)])


def _issued(round_: Round) -> dt.date:
    day: dt.date = round_.settings.get("issued", round_.deadline)
    return day


def _cell(cell: _Cell, lines: list[tuple[str, str, int]], ruled: int = 0) -> None:
    """Centred lines, each bold ("b"), italic ("i") or plain and so many points large; below them a rule, so many millimetres long."""
    shown = [line for line in lines if line[0]]
    for text, style, size in shown:
        paragraph = cell.paragraphs[0] if text == shown[0][0] else cell.add_paragraph()
        paragraph.alignment, paragraph.paragraph_format.space_after = WD_ALIGN_PARAGRAPH.CENTER, Pt(0)
        run = paragraph.add_run(text)
        run.bold, run.italic, run.font.size = style == "b", style == "i", Pt(size)
    if shown and ruled and cell.width:
        _rule(cell, Mm(ruled), cell.width)


def _rule(cell: _Cell, length: int, width: int) -> None:
    paragraph = cell.add_paragraph()
    border = parse_xml(f'<w:pBdr {nsdecls("w")}><w:top w:val="single" w:sz="6" w:space="1" w:color="auto"/></w:pBdr>')
    paragraph._p.get_or_add_pPr().append(border)  # noqa: SLF001 python-docx has no borders of paragraphs; they come before indents
    form, side = paragraph.paragraph_format, max(0, (width - length - Mm(4)) // 2)
    form.left_indent, form.right_indent, form.space_after, form.line_spacing = side, side, Pt(2), Pt(6)


def addressed(document: Doc, text: str) -> None:
    """To whom the letter goes."""
    line(document, text, WD_ALIGN_PARAGRAPH.CENTER, bold=True)


def paragraph(document: Doc, text: str) -> None:
    """A paragraph of the letter."""
    line(document, text, WD_ALIGN_PARAGRAPH.JUSTIFY, indent=True)


def signature(document: Doc, text: str) -> None:
    """Who signs: in the right half, with room for the signature below."""
    signed = line(document, text, WD_ALIGN_PARAGRAPH.CENTER, bold=True)
    form = signed.paragraph_format
    form.left_indent, form.space_before, form.space_after = Mm(70), Pt(12), Pt(72)


def line(document: Doc, text: str, alignment: WD_ALIGN_PARAGRAPH, *, bold: bool = False, indent: bool = False) -> Paragraph:
    """A paragraph, 6 points apart from the next."""
    added = document.add_paragraph()
    added.alignment = alignment
    added.paragraph_format.space_after = Pt(6)
    if indent:
        added.paragraph_format.first_line_indent = Mm(12.7)
    added.add_run(text).bold = bold
    return added


def content(document: Doc) -> bytes:
    """The file: the same bytes every time, without the hour of its making."""
    buffer = io.BytesIO()
    document.save(buffer)
    return Envelope.around(buffer.getvalue(), ()).with_parts({})
