"""Set a document's styles: one typeface, in black, whatever python-docx's own template has."""

from __future__ import annotations

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph

from pipeline.office.grid import TABLE_SIZE
from pipeline.office.textfit import text_width
from schemas.nd30 import FONT


def leave_out_effects(document: Document) -> None:
    """Drop the part ``stylesWithEffects`` of python-docx's own template.

    It is for Word 2007 alone: no schema knows it, and our styles differ.
    """
    part = document.part
    for name, link in list(part.rels.items()):
        if link.reltype.endswith("/stylesWithEffects"):
            part.rels.pop(name)


def line_width(paragraph: Paragraph) -> float:
    """Return the width of a paragraph's text on one line, in millimetres."""
    return sum(
        text_width(run.text, bold=bool(run.bold)) * float(run.font.size.mm)
        for run in paragraph.runs
        if run.font.size
    )


def set_typefaces(document: Document, body: float, lang: str) -> None:
    """Set the document's language and the styles in use.

    Text and headings get the size ``body`` (points), captions the size of tables.
    """
    styles = document.styles
    for name, size in (
        ("Normal", body),
        ("Heading 1", body),
        ("Heading 2", body),
        ("Caption", TABLE_SIZE),
    ):
        font = styles[name].font
        font.name, font.size, font.color.rgb = FONT, Pt(size), RGBColor(0, 0, 0)
        fonts = styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(kind), FONT)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(theme), None)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), {"vi": "vi-VN", "en": "en-GB"}.get(lang, lang))
    styles["Normal"].element.get_or_add_rPr().append(language)
    styles["Heading 1"].font.bold = styles["Heading 2"].font.bold = styles["Caption"].font.bold = (
        True
    )
