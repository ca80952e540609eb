"""Head and foot of the report, as Nghị định 30/2020 sets them out."""

from __future__ import annotations

from typing import Any

from docx.shared import Pt

from pipeline.office.letter import MOTTO_RULE, SENDER_RULE, recipients
from pipeline.office.paper import Paper
from schemas.round.outline import DeclaredReport
from schemas.round.round import Round
from schemas.words import ui

_LEFT_SHARE = 0.38
"""Of the head's width, for the issuer; the rest is for the national heading."""
_ABOVE_SIGNATURE = 12
"""Points between the text and its recipients.

The last line of the text may be a small note, with little room below.
"""


def head(paper: Paper, outline: DeclaredReport, marks: str, round_: Round) -> None:
    """Add who reports what to whom; day and year stay open until it is signed.

    The national heading stands in the language of the round's forms.
    """
    left = [paper.line(outline.parent, "co_quan_chu_quan", largest=False)] if outline.parent else []
    issuer = paper.line(outline.issuer, "co_quan_ban_hanh", largest=False)
    left += [issuer, paper.rule(issuer, SENDER_RULE, of=_LEFT_SHARE)]
    left += [paper.line(round_.say("report.number", symbol=outline.symbol), "so_ky_hieu")]
    day = paper.line(
        round_.say("report.place_and_day", place=outline.place), "dia_danh_ngay", largest=False
    )
    paper.columns((left, [*_nation(paper, round_.language), day]), share=_LEFT_SHARE)
    paper.line(marks, "ten_loai", after=6, before=10)
    paper.line(outline.kind, "ten_loai")
    paper.rule(paper.line(outline.subject, "trich_yeu", after=2), SENDER_RULE)
    if outline.to:
        paper.line(round_.say("letter.to") + " " + outline.to, "kinh_gui", before=6, after=12)


def _nation(paper: Paper, spoken: str) -> list[Any]:
    """The national heading and motto over a rule, where the round has one."""
    national, motto = (ui(f"form.{key}", spoken) for key in ("national", "motto"))
    if not national:
        return []
    below = paper.line(motto, "tieu_ngu", largest=False)
    return [
        paper.line(national, "quoc_hieu", largest=False),
        below,
        paper.rule(below, MOTTO_RULE, of=1 - _LEFT_SHARE),
    ]


def foot(paper: Paper, outline: DeclaredReport, round_: Round) -> None:
    """Who gets it, and who signs."""
    if not outline.recipients:
        return
    left = recipients(paper, round_.say("report.recipients"), outline.recipients)
    right = [
        paper.line(outline.signer, "chuc_vu_ky"),
        paper.line(round_.say("report.unsigned"), "dia_danh_ngay"),
    ]
    for first in (left[0], right[0]):
        first.paragraph_format.space_before = Pt(_ABOVE_SIGNATURE)
    paper.columns((left, right), share=0.5)
