"""Make right returns with very many rows: with short texts, or with sentences as agencies write."""

from __future__ import annotations

import datetime as dt
import math
import tomllib
from random import Random

from tests.returns import ROUND, Draft, Row


def long_return(rows: int) -> Draft:
    """Return a right return with ``rows`` rows in each table."""
    draft = Draft(ROUND.by_agency["T96"], 1, {"prepared_by": "A", "signed_on": dt.date(2023, 8, 1)})
    lists = {key: codes.codes for key, codes in ROUND.codelists.items()}
    text = "Nội dung dài hơn hai mươi ký tự, số "

    def of(codes: str, number: int) -> str:
        return lists[codes][number % len(lists[codes])]

    for number in range(rows):
        place: Row = {
            "period": of("periods", number),
            "sector": of("sectors", number // 3),
            "locality": draft.agency.own_locality,
        }
        place["behaviour"] = of("behaviours", number)
        parts = {"handled": 1, "pending": 0, "unhandled": 0}
        who = {"subject": of("subjects", number)}
        again = number // math.lcm(
            3 * len(lists["sectors"]), len(lists["behaviours"]), len(lists["periods"])
        )
        worse = {
            "severity": of("severities", again),
            "consequence": of("consequences", again // len(lists["severities"])),
        }
        more = {
            "manifestations": {
                **place,
                **who,
                "level": of("levels", number),
                "task": f"{text}{number}",
                "cases": 1,
                "persons": 1,
                **parts,
            },
            "consequences": {**place, **worse, "cases": 1},
            "handlings": {
                **place,
                **who,
                "handling": "BP02",
                "cases": 1,
                "persons": 1,
                "decision_number": f"{number}/QĐ",
            },
            "examples": {**place, "story": f"{text}{number}"},
            "actions": {"action": of("actions", number), "content": f"{text}{number}"},
            "causes": {
                "side": of("cause_sides", number),
                "group": of("cause_groups", number),
                "content": f"{text}{number}",
            },
            "solutions": {"group": of("solution_groups", number), "content": f"{text}{number}"},
            "recommendations": {
                "addressee": of("addressees", number),
                "content": f"{text}{number}",
            },
        }
        for table, row in more.items():
            draft.tables.setdefault(table, []).append(row)
    return draft


def wordy_return(rows: int) -> Draft:
    """Return the same with sentences in all free text; two thirds of them occur only once."""
    draft, chance = long_return(rows), Random(1)
    invented = tomllib.loads((ROUND.folder / "demo.toml").read_text(encoding="utf-8"))
    sentences = [
        *invented["stories"],
        *invented["actions"],
        *(each for written in invented["written"].values() for each in written),
    ]
    places = [each.name for each in ROUND.codelists["localities"].entries]

    def told(number: int) -> str:
        if number % 3 == 0:
            return str(chance.choice(sentences))
        day, place = dt.date(2022, 1, 1) + dt.timedelta(days=number % 360), chance.choice(places)
        return f"{chance.choice(sentences)} Theo Báo cáo số {number}/BC-UBND ngày {day:%d/%m/%Y} tại {place}: {chance.choice(sentences)}"

    for table, listed in draft.tables.items():
        keys = {column.key for column in ROUND.by_key[table].columns if column.anonymous}
        for number, row in enumerate(listed):
            row.update(
                {
                    key: f"{row.get(key) or ''} {told(number)}".strip()
                    for key in keys
                    if ROUND.by_key[table].by_key[key].max_length > 500
                }
            )
    return draft
