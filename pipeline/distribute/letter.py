"""The letter that accompanies an issued workbook."""

from __future__ import annotations

import datetime as dt
from functools import cache

from pipeline.distribute import gaps
from pipeline.office import letter
from pipeline.office.parts import Envelope, read_parts
from schemas.round.nil import nil_words
from schemas.round.round import Agency, Round
from schemas.round.senders import Sender
from schemas.words import formal_day, ui

BODY = "word/document.xml"
NIL_PARAGRAPH = 4
"""The number of the paragraph for agencies with nothing to report."""


class Letters:
    """The letters of one round and day.

    Built once per sender; then only the text part is replaced.
    """

    def __init__(self, round_: Round, day: dt.date, *, invented: bool) -> None:
        self._round, self._invented = round_, invented
        self._from = cache(lambda sender: _parted(_build(round_, sender, day)))

    def to(self, agency: Agency, deadline: dt.date) -> bytes:
        """Return the letter (.docx) to an agency whose deadline is ``deadline``."""
        said, declared = (
            gaps.of_agency(self._round, agency, deadline, invented=self._invented),
            self._round.settings.letter,
        )
        to = {
            gaps.NAME: declared.addressee(agency.code, agency.name),
            gaps.DEADLINE: formal_day(deadline),
        }
        envelope, body = self._from(declared.sender_to(agency.code))
        return envelope.with_parts({BODY: gaps.filled(body, {**said, **to})})


def _parted(whole: bytes) -> tuple[Envelope, bytes]:
    """Split a letter into what all letters of its sender share and the part with the text."""
    return Envelope.around(whole, (BODY,)), read_parts(whole, (BODY,))[BODY]


def as_text(round_: Round, agency: Agency, deadline: dt.date) -> str:
    """Return the letter as plain text for a mail to an agency whose deadline is ``deadline``."""
    lang = round_.language
    to = f"{ui('letter.to', lang)} {round_.settings.letter.addressee(agency.code, agency.name)}"
    said = [
        to,
        *_paragraphs(round_, f"{agency.code}.xlsx", formal_day(deadline)),
        letter.contacts(round_, lang),
    ]
    return "\n\n".join(filter(None, said)) + "\n"


def _build(round_: Round, sender: Sender, day: dt.date) -> bytes:
    lang = round_.language
    paper = letter.begin(
        round_, sender, lang, letter.about(round_, lang, "letter.subject"), gaps.INVENTED, day
    )
    letter.addressed(paper, ui("letter.to", lang) + " " + gaps.NAME)
    for text in _paragraphs(round_, f"{gaps.CODE}.xlsx", gaps.DEADLINE):
        letter.paragraph(paper, text)
    letter.closing(paper, sender, lang)
    return paper.content()


def _paragraphs(round_: Round, file: str, deadline: str) -> list[str]:
    lang = round_.language
    words = {
        "dispatch": round_.settings.cited,
        "deadline": deadline,
        "start": formal_day(round_.start),
        "end": formal_day(round_.end),
        "send_to": round_.settings.publisher.send_to,
        "file": file,
        "selfcheck": round_.sheets.selfcheck,
        "passed": ui("form.selfcheck.passed", lang),
        **nil_words(round_),
    }
    numbers = (1, 2, 3, *([NIL_PARAGRAPH] if words["nil"] else []), 5)
    return [ui(f"letter.paragraph_{number}", lang, **words) for number in numbers]
