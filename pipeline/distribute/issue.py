"""Issue copies: the template is built once; per copy only the few differing parts are replaced."""

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
    """Return the standard template: stamped with round and form version, for no agency."""
    whole = build(round_)
    return _copy(
        Envelope.around(whole, gaps.PARTS), read_parts(whole, gaps.PARTS), gaps.of_nobody(round_)
    )


def invented_template(round_: Round) -> bytes:
    """Return the standard template marked as invented and unstamped, like one rebuilt by hand."""
    whole = build(round_)
    blank = dict.fromkeys((gaps.ROUND, gaps.VERSION, gaps.DIGEST), "")
    values = {
        **gaps.of_nobody(round_),
        **blank,
        gaps.INVENTED: ui("form.invented", round_.language),
    }
    return _copy(Envelope.around(whole, gaps.PARTS), read_parts(whole, gaps.PARTS), values)


LetterOf = Callable[[dt.date], bytes]
"""Function from a day to the letter (.docx) dated that day."""


def issue_all(
    round_: Round,
    agencies: Iterable[Agency],
    due: Deadlines | None = None,
    *,
    invented: bool = False,
) -> Iterator[tuple[str, bytes, LetterOf]]:
    """Yield code, workbook and letter of each agency; ``due`` defaults to the round's deadline."""
    until, letters = (
        due or Deadlines(round_.deadline, {}),
        cache(lambda day: letter.Letters(round_, day, invented=invented)),
    )
    for code, workbook in workbooks(round_, agencies, until, invented=invented):
        yield code, workbook, partial(_letter, letters, round_.by_agency[code], until.of(code))


def _letter(
    letters: Callable[[dt.date], letter.Letters], agency: Agency, deadline: dt.date, day: dt.date
) -> bytes:
    return letters(day).to(agency, deadline)


def workbooks(
    round_: Round,
    agencies: Iterable[Agency],
    due: Deadlines | None = None,
    *,
    invented: bool = False,
) -> Iterator[tuple[str, bytes]]:
    """Yield code and issued workbook, pre-filled and stamped, of each agency."""
    until = due or Deadlines(round_.deadline, {})
    whole = build(round_)
    envelope, parts = Envelope.around(whole, gaps.PARTS), read_parts(whole, gaps.PARTS)
    for agency in agencies:
        yield (
            agency.code,
            _copy(
                envelope,
                parts,
                gaps.of_agency(round_, agency, until.of(agency.code), invented=invented),
            ),
        )


def _copy(envelope: Envelope, parts: dict[str, bytes], values: dict[str, str]) -> bytes:
    own = gaps.with_marks(parts, values)
    return envelope.with_parts({name: gaps.filled(part, own) for name, part in parts.items()})
