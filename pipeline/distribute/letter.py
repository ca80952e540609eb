"""The letter that goes with an issued workbook."""

from __future__ import annotations

import datetime as dt

from pipeline.distribute import gaps
from pipeline.office import letter
from pipeline.office.parts import Envelope, read_parts
from schemas.round.nil import nil_words
from schemas.round.round import Agency, Round
from schemas.words import dmy, ui

BODY = "word/document.xml"
NIL_PARAGRAPH = 4
"""The paragraph for those who have nothing to report."""


class Letters:
    """The letters of one round and day: built once, then only the text part is replaced."""

    def __init__(self, round_: Round, day: dt.date, *, invented: bool) -> None:
        self._round, self._invented = round_, invented
        whole = _build(round_, day)
        self._envelope, self._body = Envelope.around(whole, (BODY,)), read_parts(whole, (BODY,))[BODY]

    def to(self, agency: Agency, deadline: dt.date) -> bytes:
        """The letter as .docx to one agency, whose time is over on the day ``deadline``."""
        values = gaps.of_agency(self._round, agency, deadline, invented=self._invented)
        return self._envelope.with_parts({BODY: gaps.filled(self._body, values)})


def as_text(round_: Round, agency: Agency, deadline: dt.date) -> str:
    """The letter as plain text, for a mail, to one agency, whose time is over on the day ``deadline``."""
    lang = round_.language
    return "\n\n".join([f"{ui('letter.to', lang)} {agency.name}", *_paragraphs(round_, f"{agency.code}.xlsx", dmy(deadline))]) + "\n"


def _build(round_: Round, day: dt.date) -> bytes:
    lang = round_.language
    paper = letter.begin(round_, lang, ui("letter.subject", lang, subject=round_.name), gaps.INVENTED, day)
    letter.addressed(paper, ui("letter.to", lang) + " " + gaps.NAME)
    for text in _paragraphs(round_, f"{gaps.CODE}.xlsx", gaps.DEADLINE):
        letter.paragraph(paper, text)
    letter.signature(paper, ui("letter.signature", lang))
    return paper.content()


def _paragraphs(round_: Round, file: str, deadline: str) -> list[str]:
    lang = round_.language
    words = {
        "dispatch": round_.settings.dispatch_or_name,
        "deadline": deadline,
        "start": dmy(round_.start),
        "end": dmy(round_.end),
        "send_to": round_.settings.publisher.send_to,
        "file": file,
        "selfcheck": round_.sheets.selfcheck,
        "passed": ui("form.selfcheck.passed", lang),
        **nil_words(round_),
    }
    numbers = (1, 2, 3, *([NIL_PARAGRAPH] if words["nil"] else []), 5)
    return [ui(f"letter.paragraph_{number}", lang, **words) for number in numbers]
