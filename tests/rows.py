"""Right rows of the round of dispatch 4874: in codes, and in the names that a clerk types."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from schemas.round.round import Round
from tests.readings import Cell

PROVINCE, MINISTRY = "T96", "BYT"
PROVINCE_CASE: Mapping[str, Any] = {
    "period": "2021",
    "sector": "LV01",
    "level": "TINH",
    "subject": "CB",
    "behaviour": "HV1",
}
"""The codes of a group of cases in a province; its place and numbers are a test's own."""
CENTRAL_CASE: Mapping[str, Any] = {**PROVINCE_CASE, "locality": "TW", "level": "TW"}
"""The codes of a group of cases at a central agency."""
M: Mapping[str, Any] = {
    "period": "2022",
    "sector": "LV01",
    "locality": "T96",
    "level": "TINH",
    "subject": "CC_LD",
    "behaviour": "HV2",
    "cases": 2,
    "persons": 5,
    "handled": 3,
    "pending": 1,
    "unhandled": 1,
}
H: Mapping[str, Any] = {
    "period": "2022",
    "sector": "LV01",
    "locality": "T96",
    "behaviour": "HV2",
    "subject": "CC_LD",
    "handling": "KT",
    "cases": 1,
    "persons": 3,
    "decision_number": "01/QĐ-UBND",
    "decided_on": dt.date(2022, 5, 5),
}
C: Mapping[str, Any] = {
    "period": "2022",
    "sector": "LV01",
    "locality": "T96",
    "behaviour": "HV2",
    "severity": "MD1",
    "consequence": "HQ01",
    "cases": 2,
    "loss": 12.5,
}
E: Mapping[str, Any] = {
    "period": "2022",
    "sector": "LV01",
    "locality": "T96",
    "behaviour": "HV2",
    "story": "Hồ sơ chậm được giải quyết vì không ai nhận việc.",
}
CAUSE: Mapping[str, Any] = {
    "side": "KQ",
    "group": "NN01",
    "content": "Văn bản chồng chéo, khó áp dụng.",
    "influence": 3,
}
RIGHT: Mapping[str, list[Mapping[str, Any]]] = {
    "manifestations": [M],
    "handlings": [H],
    "consequences": [C],
    "examples": [E],
    "causes": [CAUSE],
}


def shown(round_: Round, table: str, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of codes as a clerk fills it in: names; for a misread cell, its text."""
    spec = round_.by_key[table]

    def one(key: str, value: Any) -> Any:
        if isinstance(value, Cell):
            return value.found
        codes = spec.by_key[key].codes
        return round_.codelists[codes].name(value) if codes and value is not None else value

    return {key: one(key, value) for key, value in row.items()}


CONTACT = dict.fromkeys(
    ("prepared_by", "position", "phone", "email", "signed_by", "doc_number"), "x"
)
