"""Issued copies: the template is built once, and each copy only has its few differing parts replaced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.distribute import gaps, letter
from pipeline.distribute.template import build
from pipeline.office.parts import Envelope, read_parts
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


def issue_all(round_: Round, agencies: Iterable[Agency], *, invented: bool = False) -> Iterator[tuple[str, bytes, bytes]]:
    """Agency code, workbook and letter (.docx) of each agency."""
    letters = letter.Letters(round_, invented=invented)
    for code, workbook in workbooks(round_, agencies, invented=invented):
        yield code, workbook, letters.to(round_.by_agency[code])


def workbooks(round_: Round, agencies: Iterable[Agency], *, invented: bool = False) -> Iterator[tuple[str, bytes]]:
    """Agency code and issued workbook of each agency: pre-filled and stamped."""
    whole = build(round_)
    envelope, parts = Envelope.around(whole, gaps.PARTS), read_parts(whole, gaps.PARTS)
    for agency in agencies:
        yield agency.code, _copy(envelope, parts, gaps.of_agency(round_, agency, invented=invented))


def _copy(envelope: Envelope, parts: dict[str, bytes], values: dict[str, str]) -> bytes:
    own = gaps.with_marks(parts, values)
    return envelope.with_parts({name: gaps.filled(part, own) for name, part in parts.items()})
