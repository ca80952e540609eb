"""Fill a paragraph of a document: text, fields, a rule above; and a table with paragraphs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.enum.text import WD_COLOR_INDEX
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shape import InlineShape
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from pipeline.office.grid import THIN
from pipeline.office.safety import safe

_NO_MARGINS = (
    f"<w:tblCellMar {nsdecls('w')}>"
    '<w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>'
)
"""No margins in cells, so that two columns have the text's full width."""


def add_parts(paragraph: Paragraph, parts: Sequence[tuple[str, str]], size: float | None) -> None:
    """Add parts (text, style); a style is of the letters b, i, ^ (raised) and m (marked)."""
    for text, style in parts:
        add_text(paragraph, text, size, bold="b" in style, italic="i" in style)
        font = paragraph.runs[-1].font
        font.superscript = True if "^" in style else None
        font.highlight_color = WD_COLOR_INDEX.GRAY_25 if "m" in style else None


def add_text(
    paragraph: Paragraph,
    text: str,
    size: float | None,
    *,
    bold: bool = False,
    italic: bool = False,
) -> None:
    """Add text; without a ``size`` (points), in the body's."""
    run = paragraph.add_run(safe(text).replace("\t", " "))
    run.bold, run.italic = bold or None, italic or None
    if size is not None:
        run.font.size = Pt(size)


def add_field(paragraph: Paragraph, instruction: str, text: str, size: float) -> None:
    """Add a field that Word recalculates, and the ``text`` that it shows until then."""
    field = (
        f'<w:fldSimple {nsdecls("w")} w:instr=" {instruction} ">'
        f'<w:r><w:rPr><w:sz w:val="{int(2 * size)}"/></w:rPr>'
        f"<w:t>{text}</w:t></w:r></w:fldSimple>"
    )
    add_element(paragraph, parse_xml(field))


def add_element(paragraph: Paragraph, element: Any) -> None:
    """Add what python-docx has no objects for: a field, a link."""
    paragraph._p.append(element)  # noqa: SLF001


def add_link(paragraph: Paragraph, text: str, target: str, size: float) -> None:
    """Add a link to a file in the same folder."""
    relation = paragraph.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = parse_xml(f'<w:hyperlink {nsdecls("w", "r")} r:id="{relation}"/>')
    add_text(paragraph, text, size)
    run = paragraph.runs[-1]
    run.font.underline = True
    link.append(run.element)
    add_element(paragraph, link)


def describe(shape: InlineShape, words: str) -> None:
    """Give a picture its alternative text, which python-docx has not."""
    shape._inline.docPr.set("descr", safe(words))  # noqa: SLF001


def add_rule(paragraph: Paragraph) -> None:
    """Draw a thin line above a paragraph. Call it before setting alignment or indents."""
    border = parse_xml(f"<w:pBdr {nsdecls('w')}>{THIN.format(side='top')}</w:pBdr>")
    # python-docx has no paragraph borders
    paragraph._p.get_or_add_pPr().append(border)  # noqa: SLF001


def fill_table(
    table: Table, rows: Sequence[Sequence[Sequence[Paragraph]]], widths: Sequence[float]
) -> None:
    """Move paragraphs into the cells of an empty table without margins; ``widths`` in mm."""
    table.autofit = False
    # python-docx has no cell margins
    table._tbl.tblPr.find(qn("w:tblLook")).addprevious(parse_xml(_NO_MARGINS))  # noqa: SLF001
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row, sides in zip(table.rows, rows, strict=True):
        # python-docx can't keep a row on one page
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001
        for cell, column, paragraphs in zip(row.cells, table.columns, sides, strict=True):
            cell.width = column.width
            _move_into(cell, paragraphs)


def _move_into(cell: _Cell, paragraphs: Sequence[Paragraph]) -> None:
    """Move paragraphs into an empty cell. Without any, its blank one stays: a cell needs one."""
    blank = cell.paragraphs[0]._p  # noqa: SLF001 python-docx can't move paragraphs
    for paragraph in paragraphs:
        blank.addprevious(paragraph._p)  # noqa: SLF001
    if paragraphs:
        cell._tc.remove(blank)  # noqa: SLF001
