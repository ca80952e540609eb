"""A .docx laid out by Nghị định 30/2020/NĐ-CP, in the sizes of :mod:`schemas.nd30`.

python-docx writes the package; tables are inserted as XML, which is faster.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from pipeline.office.grid import TABLE_SIZE, Cell, on_pages, table_xml
from pipeline.office.paragraphs import (
    add_field,
    add_link,
    add_parts,
    add_rule,
    add_text,
    describe,
    fill_table,
)
from pipeline.office.parts import Envelope
from pipeline.office.safety import safe
from pipeline.office.typefaces import leave_out_effects, line_width, set_typefaces
from schemas.nd30 import INDENT, PageFormat, settings

CENTRE, LEFT, RIGHT, JUSTIFIED = (
    getattr(WD_ALIGN_PARAGRAPH, name) for name in ("CENTER", "LEFT", "RIGHT", "JUSTIFY")
)
NOTE_SIZE = 11
PICTURE_WIDTH = 145
"""In millimetres."""
_SHARE = 0.88
"""The share of a page for a table; its caption and a heading need the rest."""


class Paper:
    """A document being written from top to bottom; ``content`` returns it."""

    def __init__(
        self,
        *,
        title: str,
        author: str,
        day: dt.date,
        lang: str,
        labels: Mapping[str, str] = MappingProxyType({}),
        line_spacing: float | None = None,
    ) -> None:
        """Begin a document; ``labels``: the words for ``table``, ``picture`` and ``continued``.

        ``line_spacing`` of the body, in lines; None for that of python-docx's template (1.15).
        """
        self._line_spacing = line_spacing
        self.page, self._settings, self._labels = PageFormat(), settings(), labels
        self._document = Document()
        leave_out_effects(self._document)
        self._tables = self._pictures = 0
        self._set_page()
        set_typefaces(self._document, self._settings["noi_dung"].largest, lang)
        properties = self._document.core_properties
        # no clock: same input, same bytes
        moment = dt.datetime.combine(day, dt.time())
        properties.title = safe(title)[:250]
        properties.author = properties.last_modified_by = safe(author)
        properties.created = properties.modified = moment
        properties.comments = ""

    # --- page -------------------------------------------------------------------------------------

    def _set_page(self) -> None:
        section = self._document.sections[0]
        section.page_width, section.page_height = Mm(self.page.width), Mm(self.page.height)
        section.top_margin, section.bottom_margin = Mm(self.page.top), Mm(self.page.bottom)
        section.left_margin, section.right_margin = Mm(self.page.left), Mm(self.page.right)
        section.header_distance = section.footer_distance = Mm(10)
        section.different_first_page_header_footer = True
        number = section.header.paragraphs[0]
        number.alignment = CENTRE
        add_field(number, "PAGE", "2", self._settings["page_number"].largest)

    def foot(self, text: str) -> None:
        """Add a line at the foot of every page."""
        section = self._document.sections[0]
        for footer in (section.footer, section.first_page_footer):
            paragraph = footer.paragraphs[0]
            paragraph.alignment = CENTRE
            add_text(paragraph, text, 10, bold=True)

    def first_foot(self, text: str, element: str) -> None:
        """Add a line at the foot of page 1, below a rule; ``element`` of the decree: its size."""
        paragraph = self._document.sections[0].first_page_footer.paragraphs[0]
        add_rule(paragraph)
        paragraph.alignment = CENTRE
        add_text(paragraph, text, self._settings[element].smallest)

    # --- text -------------------------------------------------------------------------------------

    def line(
        self,
        text: str,
        element: str,
        alignment: Any = CENTRE,
        *,
        before: float = 0,
        after: float = 0,
        largest: bool = True,
    ) -> Paragraph:
        """Add a paragraph set as an element of the decree's list, in its largest or least size."""
        setting = self._settings[element]
        paragraph = self._document.add_paragraph()
        form = paragraph.paragraph_format
        paragraph.alignment, form.space_before, form.space_after = alignment, Pt(before), Pt(after)
        size = setting.largest if largest else setting.smallest
        cased = text.upper() if setting.capitals else text
        add_text(paragraph, cased, size, bold=setting.bold, italic=setting.italic)
        return paragraph

    def heading(self, text: str, level: int) -> None:
        """Add a heading for Word's navigation; it stays on one page with what follows."""
        paragraph = self._document.add_paragraph(safe(text), style=f"Heading {level}")
        paragraph.alignment = JUSTIFIED
        form = paragraph.paragraph_format
        form.space_before, form.space_after = Pt(12 if level == 1 else 8), Pt(6)
        form.first_line_indent = Mm(INDENT)

    def text(
        self,
        *parts: tuple[str, str],
        indent: bool = True,
        keep: bool = False,
        alignment: Any = JUSTIFIED,
        before: float = 0,
    ) -> None:
        """Add a paragraph of parts (text, style): b bold, i italic, m grey mark, ^ superscript."""
        paragraph = self._document.add_paragraph()
        form = paragraph.paragraph_format
        paragraph.alignment, form.keep_with_next = alignment, keep
        form.space_before, form.space_after = Pt(before), Pt(6)
        form.line_spacing = self._line_spacing
        form.first_line_indent = Mm(INDENT) if indent else None
        add_parts(paragraph, parts, None)

    def subheading(self, text: str) -> None:
        """Add a minor heading, which Word's navigation doesn't show."""
        self.text((text, "bi"), keep=True, before=6)

    def item(self, *parts: tuple[str, str]) -> None:
        """Add an item of a list: a dash, then parts (text, style)."""
        self.text(("- ", ""), *parts)

    def note(self, text: str) -> None:
        """Add a remark in small print."""
        self.small((text, "i"), size=NOTE_SIZE, after=3)

    def small(
        self, *parts: tuple[str, str], size: float, after: float = 0, alignment: Any = JUSTIFIED
    ) -> Paragraph:
        """Add a paragraph of parts (text, style) in this ``size`` (points), single-spaced."""
        paragraph = self._document.add_paragraph()
        form = paragraph.paragraph_format
        form.space_before, form.space_after = Pt(0), Pt(after)
        paragraph.alignment, form.line_spacing = alignment, 1.0
        add_parts(paragraph, parts, size)
        return paragraph

    def link(self, paragraph: Paragraph, text: str, target: str, size: float) -> None:
        """Add to a paragraph a link to a file in the same folder."""
        add_link(paragraph, text, target, size)

    def keep_last(self, count: int) -> None:
        """Keep the last ``count`` paragraphs on one page with what comes next."""
        for paragraph in self._document.paragraphs[-count:]:
            paragraph.paragraph_format.keep_with_next = True

    def rule(
        self, paragraph: Paragraph, share: float, of: float = 1, after: float = 8
    ) -> Paragraph:
        """Add a rule below a paragraph of one line, as wide as ``share`` of that line.

        It stands in the middle of ``of`` of the page, with ``after`` points below.
        """
        blank = self._document.add_paragraph()
        add_rule(blank)
        room = self.page.text * of
        side = Mm((room - share * min(room, line_width(paragraph))) / 2)
        form = blank.paragraph_format
        form.left_indent = form.right_indent = side
        form.space_after, form.line_spacing = Pt(after), Pt(6)
        paragraph.paragraph_format.keep_with_next = True
        return blank

    def annex(self, name: str, title: str, of: str) -> None:
        """Begin an annex on a new page, with name, title and parent; its pages count from 1."""
        self._document.add_section(WD_SECTION.NEW_PAGE)
        properties = self._document.element.body.sectPr  # python-docx can't set page numbers
        for number in properties.findall(qn("w:pgNumType")):
            properties.remove(number)
        properties.find(qn("w:cols")).addprevious(
            parse_xml(f'<w:pgNumType {nsdecls("w")} w:start="1"/>')
        )
        self.line(name, "phu_luc")
        self.line(title, "ten_phu_luc")
        self.line(of, "chi_dan_phu_luc", after=8, largest=False)

    # --- head and foot of the document ------------------------------------------------------------

    def columns(self, *rows: tuple[Sequence[Paragraph], Sequence[Paragraph]], share: float) -> None:
        """Set paragraphs side by side in rows (left, right); ``share`` of the width goes left."""
        table = self._document.add_table(rows=len(rows), cols=2)
        fill_table(table, rows, [self.page.text * part for part in (share, 1 - share)])

    # --- tables and pictures ----------------------------------------------------------------------

    def table(
        self,
        caption: str,
        heads: Sequence[str],
        rows: Sequence[Sequence[Cell]],
        widths: Sequence[float],
        *,
        totals: int = 0,
        size: int = TABLE_SIZE,
    ) -> None:
        """Add a table: the heading is repeated on every page, no row is split.

        A ``caption`` goes above with the table's number. A captioned table stays on one page; a
        longer one is split into parts, each with the caption. The last ``totals`` rows are sums;
        ``size`` is that of the text, in points.
        """
        self._tables += bool(caption)
        columns = [width * self.page.text / sum(widths) for width in widths]
        room = _SHARE * Mm(self.page.height - self.page.top - self.page.bottom).pt
        parts = on_pages(heads, rows, columns, size, room) if caption else [rows]
        for at, part in enumerate(parts, 1):
            if caption:
                self._caption("table", self._tables, caption, keep=True, continued=at > 1)
            sums = totals if at == len(parts) else 0
            xml = table_xml(
                heads, part, widths, self.page.text, totals=sums, size=size, whole=bool(caption)
            )
            self._document.element.body.insert_element_before(parse_xml(xml), "w:sectPr")
            gap = self._document.add_paragraph().paragraph_format
            gap.space_after, gap.line_spacing = Pt(0), Pt(8)

    def picture(self, caption: str, png: bytes, words: str) -> None:
        """Add a picture, with number and caption below; ``words``: its alternative text."""
        self.image(png, words, PICTURE_WIDTH).paragraph_format.keep_with_next = True
        self._pictures += 1
        self._caption("picture", self._pictures, caption, after=12)

    def image(self, png: bytes, words: str, width: float) -> Paragraph:
        """Add a picture without caption, ``width`` millimetres wide."""
        paragraph = self._document.add_paragraph()
        form = paragraph.paragraph_format
        paragraph.alignment, form.space_after, form.line_spacing = CENTRE, Pt(0), 1.0
        shape = paragraph.add_run().add_picture(io.BytesIO(png), width=Mm(width))
        describe(shape, words)
        return paragraph

    def _caption(
        self,
        kind: str,
        number: int,
        text: str,
        *,
        keep: bool = False,
        after: float = 4,
        continued: bool = False,
    ) -> None:
        paragraph = self._document.add_paragraph(style="Caption")
        paragraph.alignment = CENTRE
        form = paragraph.paragraph_format
        form.space_before, form.space_after, form.keep_with_next = Pt(6), Pt(after), keep
        label = self._labels[kind]
        add_text(paragraph, f"{label} ", TABLE_SIZE, bold=True)
        same = " \\c" if continued else ""
        add_field(paragraph, f"SEQ {label} \\* ARABIC{same}", str(number), TABLE_SIZE)
        again = f" {self._labels['continued']}" if continued else ""
        add_text(paragraph, f"{again}. {text}", TABLE_SIZE, bold=True)

    def content(self) -> bytes:
        """Return the document's bytes, without the times at which its parts were zipped."""
        packed = io.BytesIO()
        self._document.save(packed)
        return Envelope.around(packed.getvalue(), ()).with_parts({})
