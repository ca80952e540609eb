"""The sheet of all findings, gravest first: link to the cell, fix, and room for an answer."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from pipeline.feedback.styles import Styles
from pipeline.findings.answers import COLUMNS, titles
from pipeline.findings.entries import FindingGroup, entries
from pipeline.model import Finding, Severity
from pipeline.office.addresses import letters
from pipeline.office.sheetnames import quoted
from pipeline.office.xmltext import escape
from schemas.words import ui

WIDTHS = {
    "number": 5,
    "severity": 12,
    "rule": 6,
    "sheet": 16,
    "cells": 12,
    "column": 13,
    "value": 12,
    "message": 35,
    "fix": 33,
    "answer": 21,
    "key": 0,
}
"""Column widths in characters. Together they fit a screen of 1,366 pixels, fix beside message."""
LETTERS = {key: letters(number) for number, key in enumerate(COLUMNS, start=1)}
MOST_TEXT = 32_767
PRINT_TITLES = "_xlnm.Print_Titles"
POINTS = 15.0
"""Height of a line, in points."""
_FONT = (
    '<font>{bold}<sz val="{size}"/><color rgb="{colour}"/>'
    '<name val="Times New Roman"/><family val="1"/></font>'
)
_FILL = (
    '<fill><patternFill patternType="solid"><fgColor rgb="{colour}"/><bgColor indexed="64"/>'
    "</patternFill></fill>"
)
_FLAGS = (
    'xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1"'
    ' applyAlignment="1" applyProtection="1"'
)
_BORDER = "<border>" + "".join(
    f'<{side} style="thin"><color rgb="FFBFBFBF"/></{side}>'
    for side in ("left", "right", "top", "bottom")
)
_BORDER += "<diagonal/></border>"
_LINK = "FF0563C1"


@dataclass(frozen=True)
class ListHeading:
    """Text above the list: a title, and lines that explain."""

    title: str
    lines: Sequence[str]


class Looks:
    """The list's styles, added to those of the workbook."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self.title = self._style(_font(bold=True, size=14))
        self.line = self._style(_font())
        self.head = self._style(_font(bold=True), fill="FFD9E1F2", centre=True, border=True)
        self.cell = self._style(_font(), border=True)
        self.link = self._style(_font(colour=_LINK), border=True)
        self.answer = self._style(_font(), fill="FFFFFFF0", border=True, unlocked=True)
        self.severity = {
            each: self._style(_font(bold=True), fill=_tint(each), border=True) for each in Severity
        }

    def _style(
        self,
        font: str,
        *,
        fill: str = "",
        centre: bool = False,
        border: bool = False,
        unlocked: bool = False,
    ) -> int:
        add = self._styles.add
        font_number = add("fonts", font)
        fill_number = add("fills", _FILL.format(colour=fill)) if fill else 0
        border_number = add("borders", _BORDER) if border else 0
        align = (
            '<alignment horizontal="center" vertical="center" wrapText="1"/>'
            if centre
            else '<alignment vertical="top" wrapText="1"/>'
        )
        if not border:
            align = '<alignment vertical="center"/>'
        lock = '<protection locked="0"/>' if unlocked else ""
        # format 49 is text: an answer such as "=1" or "01" stays as typed
        return add(
            "cellXfs",
            f'<xf numFmtId="49" fontId="{font_number}" fillId="{fill_number}"'
            f' borderId="{border_number}" {_FLAGS}>{align}{lock}</xf>',
        )


def _font(*, bold: bool = False, size: int = 11, colour: str = "FF000000") -> str:
    return _FONT.format(bold="<b/>" if bold else "", size=size, colour=colour)


def _tint(severity: Severity) -> str:
    """Return a fill near the marks' colours but never the same: cells of the list are no marks."""
    return {Severity.ERROR: "FFFFB3B0", Severity.WARNING: "FFFFDF95"}.get(severity, "FFE7E6E6")


def sheet(
    heading: ListHeading,
    findings: Sequence[Finding],
    known: Iterable[str],
    styles: Styles,
    namespace: str,
    lang: str,
    revealed: Container[tuple[str, str]] = (),
) -> str:
    """Return the sheet's XML.

    ``known``: names of sheets to which links can lead. ``revealed``: (sheet, cell) of cells that
    were hidden; for a whole sheet the cell is blank.
    """
    looks, targets = Looks(styles), set(known)
    rows = [_text_row(1, heading.title, looks.title, 24)]
    rows += [
        _text_row(number, line, looks.line, POINTS + 1)
        for number, line in enumerate(heading.lines, start=2)
    ]
    head = _head_row(heading)
    rows.append(_row(head, [(key, title, looks.head) for key, title in titles(lang).items()], 32))
    links = []
    for number, entry in enumerate(entries(findings), start=1):
        texts, severity = row_of(number, entry, lang), entry.first.severity
        if severity is not Severity.NOTE and _was_hidden(entry, revealed):
            texts["message"] += f" {ui('feedback.revealed', lang)}"
        target = _target(entry, targets)
        if target:
            links.append((f"{LETTERS['cells']}{head + number}", target))
            texts["cells"] = texts["cells"] or ui("feedback.go", lang)
        look = {
            "severity": looks.severity[severity],
            "answer": looks.answer,
            "cells": looks.link if target else looks.cell,
        }
        cells = [(key, text, look.get(key, looks.cell)) for key, text in texts.items()]
        rows.append(_row(head + number, cells, _height(texts), grows=True))
    return _part(rows, links, head, namespace, ui("form.footer", lang))


def _was_hidden(entry: FindingGroup, revealed: Container[tuple[str, str]]) -> bool:
    """Whether a cell of the entry, or its whole sheet, was hidden."""
    return any((entry.first.sheet, cell) in revealed for cell in ("", *entry.cells))


def _target(entry: FindingGroup, sheets: Container[str]) -> str:
    """Return where the link of an entry leads; blank if the workbook lacks the sheet."""
    sheet = entry.first.sheet
    if sheet not in sheets:
        return ""
    return f"{quoted(sheet)}!{entry.cells[0] if entry.cells else 'A1'}"


def print_titles(name: str, heading: ListHeading) -> str:
    """Return the reference to the list's heading, which is repeated on all printed pages."""
    row = _head_row(heading)
    return f"{quoted(name)}!${row}:${row}"


def _head_row(heading: ListHeading) -> int:
    """Return the row of column titles: below the title, the lines and an empty row."""
    return len(heading.lines) + 3


def row_of(number: int, entry: FindingGroup, lang: str) -> dict[str, str]:
    """Return the texts of one row of the list, by column."""
    finding = entry.first
    return {
        "number": str(number),
        "severity": ui(f"screen.severity.{finding.severity}", lang),
        "rule": finding.rule,
        "sheet": finding.sheet,
        "cells": entry.where(),
        "column": finding.column,
        "value": entry.value(),
        "message": entry.found(lang),
        "fix": entry.fix(lang),
        "answer": entry.answer,
        "key": entry.key,
    }


def _height(texts: dict[str, str]) -> float:
    lines = max(
        sum(1 + int(len(line) / (WIDTHS[key] * 1.05)) for line in text.split("\n"))
        for key, text in texts.items()
        if WIDTHS[key]
    )
    return min(400.0, lines * POINTS + 3)


def _text_row(number: int, text: str, style: int, height: float) -> str:
    return _row(number, [("number", text, style)], height)


def _row(
    number: int, cells: Iterable[tuple[str, str, int]], height: float, *, grows: bool = False
) -> str:
    """Return a row as XML. If it ``grows``, programs fit its height to what is typed into it."""
    held = "" if grows else ' customHeight="1"'
    inside = "".join(_cell(f"{LETTERS[key]}{number}", text, style) for key, text, style in cells)
    return f'<row r="{number}" ht="{height:g}"{held}>{inside}</row>'


def _cell(address: str, text: str, style: int) -> str:
    if not text:
        return f'<c r="{address}" s="{style}"/>'
    string = f'<is><t xml:space="preserve">{escape(text[:MOST_TEXT])}</t></is>'
    return f'<c r="{address}" s="{style}" t="inlineStr">{string}</c>'


def _column(number: int, width: int) -> str:
    hidden = "" if width else ' hidden="1"'
    return f'<col min="{number}" max="{number}" width="{width or 9}" customWidth="1"{hidden}/>'


def _part(
    rows: Sequence[str], links: Sequence[tuple[str, str]], head: int, namespace: str, footer: str
) -> str:
    columns = "".join(_column(at, WIDTHS[key]) for at, key in enumerate(COLUMNS, start=1))
    jumps = "".join(
        f'<hyperlink ref="{address}" location="{escape(target)}" display="{escape(target)}"/>'
        for address, target in links
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{namespace}">'
        '<sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        '<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0">'
        f'<pane ySplit="{head}" topLeftCell="A{head + 1}" activePane="bottomLeft" state="frozen"/>'
        f'<selection pane="bottomLeft" activeCell="A{head + 1}" sqref="A{head + 1}"/>'
        "</sheetView></sheetViews>"
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols>'
        f"<sheetData>{''.join(rows)}</sheetData>"
        f"{f'<hyperlinks>{jumps}</hyperlinks>' if jumps else ''}"
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        f"<headerFooter><oddFooter>{escape(f'&C{footer}')}</oddFooter></headerFooter></worksheet>"
    )
