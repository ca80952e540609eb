"""How an agency says that it has nothing to report."""

from __future__ import annotations

from schemas.columns import Column
from schemas.round.round import Round
from schemas.rules.nil import NilAgrees


def nil_words(round_: Round) -> dict[str, str]:
    """The title of the cell in which an agency says so (``nil``) and the entry that it chooses there (``yes``); blank where a round has none."""
    said = nil_cell(round_)
    if said is None:
        return {"nil": "", "yes": ""}
    column, code = said
    return {"nil": column.title, "yes": round_.codes_of(column).name(code)}


def nil_cell(round_: Round) -> tuple[Column, str] | None:
    """The column of the cell in which an agency says so, and the code that says it; None where a round has none."""
    rule = next((rule for rule in round_.cross_rules if isinstance(rule, NilAgrees)), None)
    return None if rule is None else (round_.by_key[rule.table].by_key[rule.at], rule.nil_code)
