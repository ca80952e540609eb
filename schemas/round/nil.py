"""Finds the cell in which an agency says that it has nothing to report."""

from __future__ import annotations

from schemas.columns import Column
from schemas.round.round import Round
from schemas.rules.nil import NilAgrees


def nil_words(round_: Round) -> dict[str, str]:
    """Words for sentences: ``nil``, the cell's title; ``yes``, its entry. Blank without a cell."""
    said = nil_cell(round_)
    if said is None:
        return {"nil": "", "yes": ""}
    column, code = said
    return {"nil": column.title, "yes": round_.codes_of(column).name(code)}


def nil_cell(round_: Round) -> tuple[Column, str] | None:
    """The column of that cell and the code for "nothing to report"; None if there is none."""
    rule = next((rule for rule in round_.cross_rules if isinstance(rule, NilAgrees)), None)
    return None if rule is None else (round_.by_key[rule.table].by_key[rule.at], rule.nil_code)
