"""The letter that goes with an issued workbook, laid out by Nghị định 30/2020/NĐ-CP (Phụ lục I)."""

from __future__ import annotations

import datetime as dt
import io

from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt
from docx.table import _Cell

from pipeline.distribute import gaps
from pipeline.distribute.parts import Envelope, read_parts
from schemas.round import Agency, Round
from schemas.words import ui

BODY = "word/document.xml"


class Letters:
    """The letters of one round: built once, then only the text part is replaced."""

    def __init__(self, round_: Round, *, invented: bool, lang: str = "vi") -> None:
        self._round, self._invented = round_, invented
        whole = _build(round_, lang)
        self._envelope, self._body = Envelope.around(whole, (BODY,)), read_parts(whole, (BODY,))[BODY]

    def to(self, agency: Agency) -> bytes:
        """The letter to one agency as .docx."""
        return self._envelope.with_parts({BODY: gaps.filled(self._body, gaps.of_agency(self._round, agency, invented=self._invented))})


def _build(round_: Round, lang: str) -> bytes:
    document = Document()
    _page(document, round_)
    _head(document, round_, lang)
    words = {
        "dispatch": round_.settings.get("dispatch", round_.name),
        "deadline": f"{round_.deadline:%d/%m/%Y}",
        "start": f"{round_.start:%d/%m/%Y}",
        "end": f"{round_.end:%d/%m/%Y}",
        "send_to": round_.settings["publisher"].get("send_to", ""),
        "file": f"{gaps.CODE}.xlsx",
        "selfcheck": round_.sheets["selfcheck"],
        "passed": ui("form.selfcheck.passed", lang),
    }
    _line(document, ui("letter.to", lang) + " " + gaps.NAME, WD_ALIGN_PARAGRAPH.CENTER, bold=True)
    for number in range(1, 6):
        _line(document, ui(f"letter.paragraph_{number}", lang, **words), WD_ALIGN_PARAGRAPH.JUSTIFY, indent=True)
    _line(document, ui("letter.signature", lang), WD_ALIGN_PARAGRAPH.RIGHT, bold=True)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


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


def _head(document: Doc, round_: Round, lang: str) -> None:
    publisher = round_.settings["publisher"]
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    left, right = table.rows[0].cells
    left.width, right.width = Mm(62), Mm(98)
    subject = ui("letter.subject", lang, subject=round_.name)
    _cell(left, [(publisher["parent"], False, 13), (publisher.get("unit", ""), True, 13), (subject, False, 12)])
    _cell(right, [(ui("form.national", lang), True, 12), (ui("form.motto", lang), True, 13)])
    _line(document, gaps.INVENTED, WD_ALIGN_PARAGRAPH.CENTER, bold=True)


def _cell(cell: _Cell, lines: list[tuple[str, bool, int]]) -> None:
    for number, (text, bold, size) in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(text)
        run.bold, run.font.size = bold, Pt(size)


def _line(document: Doc, text: str, alignment: WD_ALIGN_PARAGRAPH, *, bold: bool = False, indent: bool = False) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = alignment
    paragraph.paragraph_format.space_after = Pt(6)
    if indent:
        paragraph.paragraph_format.first_line_indent = Mm(12.7)
    paragraph.add_run(text).bold = bold
