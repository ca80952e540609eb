"""Letters by Nghị định 30/2020: head, addressee, paragraphs, signature and recipients."""

from __future__ import annotations

import datetime as dt
import html
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from docx.shared import Pt
from docx.text.paragraph import Paragraph

from pipeline.office.paper import CENTRE, LEFT, Paper
from schemas.round.round import Round
from schemas.round.senders import Sender
from schemas.words import formal_day, ui

_LEFT_SHARE = 0.42
"""The sender's share of the head's width; the national heading has the rest."""
SENDER_RULE, MOTTO_RULE = 0.4, 1.0
"""The lengths of the lines below sender and motto, as shares of these.

Phụ lục I wants a third to half of the one, and all of the other.
"""
_RULE_AFTER = 2
"""Space below both lines, in points."""
_SUBJECT_BEFORE = 6
"""Space between a letter's number and its subject, in points."""
_PROPERTIES, _CREATED = "docProps/core.xml", re.compile(rb"<dcterms:created[^>]*>(\d{4}-\d\d-\d\d)")
_TITLE = re.compile(rb"<dc:title>([^<]+)</dc:title>")
_RECIPIENTS_SHARE = 0.34
"""The recipients' share of the closing's width; the signature has the rest."""
_ROOM_TO_SIGN = 60
"""Room for signature and seal, in points."""


def begin(round_: Round, sender: Sender, lang: str, subject: str, mark: str, day: dt.date) -> Paper:
    """Begin a letter of a ``day``: sender, national heading, subject, ``mark`` (a line in bold).

    The address for answers is at the foot of its first page.
    """
    lang = round_.speaking(lang)
    paper = Paper(title=subject, author=round_.settings.publisher.parent, day=day, lang=lang)
    heads = _sender(paper, round_, sender), _nation(paper, lang)
    below = _subject(paper, sender, lang, subject), [_place_and_day(paper, round_, lang, day)]
    paper.columns(heads, below, share=_LEFT_SHARE)
    paper.text((mark, "b"), indent=False, alignment=CENTRE)
    paper.first_foot(contacts(round_, lang, blank=ui("letter.dots", lang)), "dia_chi")
    return paper


def about(round_: Round, lang: str, key: str) -> str:
    """Return the subject of a letter about the round's report, in the words of ``key``."""
    name = round_.name
    return ui(key, lang, subject=name[:1].lower() + name[1:])


def contacts(round_: Round, lang: str, *, blank: str = "") -> str:
    """Return the address for answers and questions, in one line.

    ``blank`` stands for what isn't known; without it, that is left out.
    """
    publisher = round_.settings.publisher
    known = {"address": publisher.address, "phone": publisher.phone, "email": publisher.email}
    line = "; ".join(
        ui(f"letter.contact.{key}", lang, value=value or blank)
        for key, value in known.items()
        if value or blank
    )
    return line[:1].upper() + line[1:]


def day_of(path: Path) -> dt.date | None:
    """Return the date of the letter in this file; None if there is no letter."""
    made = _told(path, _CREATED)
    return dt.date.fromisoformat(made) if made else None


def subject_of(path: Path) -> str:
    """Return the subject of the letter in this file; blank if there is no letter."""
    return html.unescape(_told(path, _TITLE))


def _told(path: Path, pattern: re.Pattern[bytes]) -> str:
    """Return what ``pattern`` finds in a letter's properties; blank if nothing, or no letter."""
    try:
        with zipfile.ZipFile(path) as parts:
            found = pattern.search(parts.read(_PROPERTIES))
            return found[1].decode() if found else ""
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return ""


def _sender(paper: Paper, round_: Round, sender: Sender) -> list[Paragraph]:
    lines = [paper.line(sender.parent, "co_quan_chu_quan", largest=False)] if sender.parent else []
    lines.append(
        paper.line(
            sender.issuer or round_.settings.publisher.parent, "co_quan_ban_hanh", largest=False
        )
    )
    return [*lines, paper.rule(lines[-1], SENDER_RULE, of=_LEFT_SHARE, after=_RULE_AFTER)]


def _nation(paper: Paper, lang: str) -> list[Paragraph]:
    """Add national heading, motto and a line below, if the round's language has them."""
    national, words = (ui(f"form.{key}", lang) for key in ("national", "motto"))
    if not national:
        return []
    name, motto = (
        paper.line(national, "quoc_hieu", largest=False),
        paper.line(words, "tieu_ngu", largest=False),
    )
    return [name, motto, paper.rule(motto, MOTTO_RULE, of=1 - _LEFT_SHARE, after=_RULE_AFTER)]


def _subject(paper: Paper, sender: Sender, lang: str, subject: str) -> list[Paragraph]:
    """Add the letter's number, to be filled in by hand, and its subject."""
    number = ui("letter.number", lang, symbol=sender.symbol or ui("letter.dots", lang))
    return [
        paper.line(number, "so_ky_hieu"),
        paper.line(subject, "trich_yeu_cong_van", before=_SUBJECT_BEFORE, largest=False),
    ]


def _place_and_day(paper: Paper, round_: Round, lang: str, written: dt.date) -> Paragraph:
    place = round_.settings.letter.place or ui("letter.dots", lang)
    day, month, year = formal_day(written).split("/")
    return paper.line(
        ui("letter.place_and_day", lang, place=place, day=day, month=month, year=year),
        "dia_danh_ngay",
        largest=False,
    )


def addressed(paper: Paper, text: str) -> None:
    """Add the line that names the addressee."""
    paper.line(text, "kinh_gui", before=6, after=12)


def paragraph(paper: Paper, text: str) -> None:
    """Add a paragraph of the letter."""
    paper.text((text, ""))


def closing(paper: Paper, sender: Sender, lang: str) -> None:
    """Add the recipients and, beside them, the signer's office, room to sign, and name."""
    dots = ui("letter.dots", lang)
    listed = sender.recipients or tuple(
        ui(f"letter.recipient.{key}", lang) for key in ("above", "filed")
    )
    *offices, last = [
        paper.line(office, "chuc_vu_ky", largest=False) for office in sender.signed_for or (dots,)
    ]
    last.paragraph_format.space_after = Pt(_ROOM_TO_SIGN)
    signed = [*offices, last, paper.line(sender.signer or dots, "ho_ten_ky", largest=False)]
    paper.columns(
        (recipients(paper, ui("letter.recipients", lang), listed), signed), share=_RECIPIENTS_SHARE
    )


def recipients(paper: Paper, title: str, listed: Sequence[str]) -> list[Paragraph]:
    """Add the recipients of a document, one per line, below a title."""
    ends = [*([";"] * (len(listed) - 1)), "."]
    lines = [
        paper.line(f"- {each}{end}", "noi_nhan_danh_sach", LEFT)
        for each, end in zip(listed, ends, strict=True)
    ]
    return [paper.line(title, "noi_nhan_tieu_de", LEFT), *lines]
