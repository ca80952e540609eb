"""How an agency says that it has nothing to report."""

from __future__ import annotations

from schemas.round.round import Round
from schemas.rules.between import NilAgrees


def nil_words(round_: Round) -> dict[str, str]:
    """The title of the cell in which an agency says so (``nil``) and the entry that it chooses there (``yes``); blank where a round has none."""
    rule = next((rule for rule in round_.cross_rules if isinstance(rule, NilAgrees)), None)
    if rule is None:
        return {"nil": "", "yes": ""}
    column = round_.by_key[rule.table].by_key[rule.at]
    return {"nil": column.title, "yes": round_.codes_of(column).name(rule.nil_code)}
