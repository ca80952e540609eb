"""Letters: their heads, to whom, paragraphs and who signs, on the paper that reports are written on too."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path

from docx.shared import Mm
from docx.text.paragraph import Paragraph

from pipeline.office.paper import CENTRE, Paper
from schemas.round.round import Round
from schemas.words import formal_day, ui

_LEFT_SHARE = 0.4
"""Of the head's width, for the sender; the rest is for the national heading."""
_SENDER_RULE = 0.4375
"""Of the sender's part of the head, for the line below it: 28 of 64 millimetres."""
_MOTTO_RULE = 0.6875
"""Of the heading's part of the head, for the line below the motto: 66 of 96 millimetres."""
_RULE_AFTER = 2
"""Points below both lines."""
_PROPERTIES, _CREATED = "docProps/core.xml", re.compile(rb"<dcterms:created[^>]*>(\d{4}-\d\d-\d\d)")
_SIGNED_FROM = 70
"""Millimetres from the left margin to where the signature may begin."""


def begin(round_: Round, lang: str, subject: str, mark: str, day: dt.date) -> Paper:
    """Begin a letter of a ``day``: who sends it, the national motto, what it is about, a line for a mark."""
    sender, lang = round_.settings.publisher.parent, round_.speaking(lang)
    paper = Paper(title=subject, author=sender, day=day, lang=lang)
    heads = _sender(paper, round_), _nation(paper, lang)
    below = _subject(paper, round_, lang, subject), _place_and_day(paper, round_, lang, day)
    paper.columns(heads, below, share=_LEFT_SHARE)
    _centred(paper, mark)
    return paper


def day_of(path: Path) -> dt.date | None:
    """The day that a letter bears which lies there; nothing where none does."""
    try:
        with zipfile.ZipFile(path) as parts:
            made = _CREATED.search(parts.read(_PROPERTIES))
            return dt.date.fromisoformat(made[1].decode()) if made else None
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None


def _sender(paper: Paper, round_: Round) -> list[Paragraph]:
    publisher = round_.settings.publisher
    lines = [paper.line(publisher.parent, "co_quan_chu_quan", largest=False)]
    if publisher.unit:
        lines.append(paper.line(publisher.unit, "co_quan_ban_hanh", largest=False))
    return [*lines, paper.rule(lines[-1], _SENDER_RULE, of=_LEFT_SHARE, after=_RULE_AFTER)]


def _nation(paper: Paper, lang: str) -> list[Paragraph]:
    """The national heading and motto over a rule, where the round has one."""
    national, words = (ui(f"form.{key}", lang) for key in ("national", "motto"))
    if not national:
        return []
    name, motto = paper.line(national, "quoc_hieu", largest=False), paper.line(words, "tieu_ngu", largest=False)
    return [name, motto, paper.rule(motto, _MOTTO_RULE, of=1 - _LEFT_SHARE, after=_RULE_AFTER)]


def _subject(paper: Paper, round_: Round, lang: str, subject: str) -> list[Paragraph]:
    """The letter's number, to be filled in, and what it is about."""
    symbol = round_.settings.publisher.symbol
    number = [paper.line(ui("letter.number", lang, symbol=symbol), "so_ky_hieu")] if symbol else []
    return [*number, paper.line(subject, "trich_yeu_cong_van", largest=False)]


def _place_and_day(paper: Paper, round_: Round, lang: str, written: dt.date) -> list[Paragraph]:
    place = round_.settings.publisher.place
    if not place:
        return []
    day, month, year = formal_day(written).split("/")
    return [paper.line(ui("letter.place_and_day", lang, place=place, day=day, month=month, year=year), "dia_danh_ngay", largest=False)]


def addressed(paper: Paper, text: str) -> None:
    """Add to whom the letter goes."""
    _centred(paper, text)


def _centred(paper: Paper, text: str) -> None:
    paper.text((text, "b"), indent=False, alignment=CENTRE)


def paragraph(paper: Paper, text: str) -> None:
    """Add a paragraph of the letter."""
    paper.text((text, ""))


def signature(paper: Paper, text: str) -> None:
    """Add who signs: in the right half, with room for the signature below."""
    signed = paper.line(text, "chuc_vu_ky", before=12, after=72)
    signed.paragraph_format.left_indent = Mm(_SIGNED_FROM)
