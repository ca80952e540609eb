"""Choosing: which agencies an operator means."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.collect.sender.book import Book
from pipeline.errors import OperatorError
from schemas.round.round import Agency, Round


def chosen_of(round_: Round, named: Sequence[str]) -> list[Agency]:
    """The agencies in scope of these codes or names, in any case; all where none is named."""
    known, book = {agency.code: agency for agency in round_.in_scope}, Book(round_)
    codes = [word if word in known else book.code(word) or book.name(word) for word in named]
    unknown = [word for word, code in zip(named, codes, strict=True) if code not in known]
    if unknown:
        raise OperatorError("no_such_agency", codes=", ".join(unknown), round=round_.key)
    return [known[code] for code in codes] if codes else list(round_.in_scope)
