"""Issued copies: the template is built once, and each copy only has its few differing parts replaced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial

from pipeline.distribute import gaps, letter
from pipeline.distribute.template import build
from pipeline.office.parts import Envelope, read_parts
from pipeline.store.deadlines import Deadlines
from schemas.round.round import Agency, Round
from schemas.words import ui


def standard_template(round_: Round) -> bytes:
    """The standard template: stamped with the round and the form's version, of no agency."""
    whole = build(round_)
    return _copy(Envelope.around(whole, gaps.PARTS), read_parts(whole, gaps.PARTS), gaps.of_nobody(round_))


def invented_template(round_: Round) -> bytes:
    """The standard template with the mark of invented data and no stamp at all, as somebody rebuilds it by hand."""
    whole = build(round_)
    blank = dict.fromkeys((gaps.ROUND, gaps.VERSION, gaps.DIGEST), "")
    values = {**gaps.of_nobody(round_), **blank, gaps.INVENTED: ui("form.invented", round_.language)}
    return _copy(Envelope.around(whole, gaps.PARTS), read_parts(whole, gaps.PARTS), values)


LetterOf = Callable[[dt.date], bytes]
"""The letter (.docx) of a day."""


def issue_all(
    round_: Round, agencies: Iterable[Agency], due: Deadlines | None = None, *, invented: bool = False
) -> Iterator[tuple[str, bytes, LetterOf]]:
    """Agency code, workbook and letter of each agency; ``due``: until when each has time, else as long as the round gives."""
    until, letters = due or Deadlines(round_.deadline, {}), cache(lambda day: letter.Letters(round_, day, invented=invented))
    for code, workbook in workbooks(round_, agencies, until, invented=invented):
        yield code, workbook, partial(_letter, letters, round_.by_agency[code], until.of(code))


def _letter(letters: Callable[[dt.date], letter.Letters], agency: Agency, deadline: dt.date, day: dt.date) -> bytes:
    return letters(day).to(agency, deadline)


def workbooks(
    round_: Round, agencies: Iterable[Agency], due: Deadlines | None = None, *, invented: bool = False
) -> Iterator[tuple[str, bytes]]:
    """Agency code and issued workbook of each agency: pre-filled and stamped."""
    until = due or Deadlines(round_.deadline, {})
    whole = build(round_)
    envelope, parts = Envelope.around(whole, gaps.PARTS), read_parts(whole, gaps.PARTS)
    for agency in agencies:
        yield agency.code, _copy(envelope, parts, gaps.of_agency(round_, agency, until.of(agency.code), invented=invented))


def _copy(envelope: Envelope, parts: dict[str, bytes], values: dict[str, str]) -> bytes:
    own = gaps.with_marks(parts, values)
    return envelope.with_parts({name: gaps.filled(part, own) for name, part in parts.items()})
