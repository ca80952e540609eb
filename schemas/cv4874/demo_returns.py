"""Right returns of the invented round: what an agency would send that makes no mistake.

Everything is drawn from a fixed seed. No real case, office or person is described.
"""

from __future__ import annotations

import datetime as dt
import random
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from schemas.codelists import Entry
from schemas.invention import Return, Row
from schemas.round.round import Agency, Round

SEED = 4874
OFTEN = 0.6
CAUSES = 2
"""Causes, and solutions, in a return."""
FEWEST, MOST, MOST_OF_A_PROVINCE = 5, 25, 40
"""Rows of manifestations in a return."""
SUBJECTS = ("CB", "CC_LD", "CC_KLD", "VC_QL", "VC_KQL", "TT")
FORMS = {
    "CB": ("BP01", "KT", "CCAO", "D_KT"),
    "CC_LD": ("BP01", "BP02", "KT", "CCAO", "CCH"),
    "CC_KLD": ("BP01", "BP02", "KT", "HBL"),
    "VC_QL": ("BP01", "KT", "CCAO"),
    "VC_KQL": ("BP01", "BP02", "KT"),
    "TT": ("BP01", "TC_KT", "TC_CC"),
}
"""Forms of handling that are lawful for each subject, of those that the invented round uses."""


def right_return(round_: Round, agency: Agency) -> Return:
    """A return without any mistake; a province has more to tell than a ministry."""
    chance = random.Random(f"{SEED}-{agency.code}")
    names = _names(round_)
    rows = [
        _case(round_, agency, chance, combination)
        for combination in _combinations(round_, agency, chance)
    ]
    shown = {
        "manifestations": [_manifestation(names, row) for row in rows],
        "consequences": _once(
            [_consequence(names, row, chance) for row in rows if chance.random() < OFTEN]
        ),
        "handlings": [_handling(round_, names, row, chance) for row in rows if row["handled"]],
        "examples": [_example(names, row, chance) for row in rows[: chance.randint(1, 3)]],
        **_texts(round_, names, chance),
    }
    received = dt.datetime(2023, 9, 1, 8, tzinfo=round_.timezone) + dt.timedelta(
        minutes=chance.randint(0, 9000)
    )
    return Return(
        agency.code, f"{agency.code}.xlsx", received, _info(), shown, issued_to=agency.code
    )


def _names(round_: Round) -> Callable[[str, Any], str]:
    return lambda codes, code: round_.codelists[codes].offered(code)


def _combinations(
    round_: Round, agency: Agency, chance: random.Random
) -> list[tuple[str, str, str]]:
    """Different (sector, behaviour, subject), so that every group holds one row."""
    sectors = [code for code in round_.codelists["sectors"].codes if code != "LV99"]
    every = [
        (sector, behaviour, subject)
        for sector in sectors
        for behaviour in ("HV1", "HV2", "HV3", "HV4")
        for subject in SUBJECTS
    ]
    return chance.sample(
        every, chance.randint(FEWEST, MOST_OF_A_PROVINCE if agency.own_locality else MOST)
    )


def _case(
    round_: Round, agency: Agency, chance: random.Random, combination: tuple[str, str, str]
) -> dict[str, Any]:
    sector, behaviour, subject = combination
    place = agency.own_locality or chance.choice(["TW", "TW", "T01", "T79", "T48", "T40"])
    fitting = [
        e.code
        for e in round_.codelists["manifestations"].entries
        if e.extra["behaviour"] == behaviour
    ]
    handled, pending, unhandled = chance.randint(0, 4), chance.randint(0, 3), chance.randint(0, 3)
    persons = handled + pending + unhandled
    return {
        "period": chance.choice(round_.codelists["periods"].codes),
        "sector": sector,
        "behaviour": behaviour,
        "subject": subject,
        "locality": place,
        "level": chance.choice(
            ["TINH", "HUYEN", "XA", "DVSN"] if agency.own_locality else ["TW", "DVSN"]
        ),
        "manifestation": chance.choice([*fitting, "BH99", None]),
        "task": chance.choice([*_words()["tasks"], None]),
        "cases": chance.randint(1, max(1, persons)),
        "persons": persons,
        "handled": handled,
        "pending": pending,
        "unhandled": unhandled,
    }


PLACE = {
    "period": "periods",
    "sector": "sectors",
    "locality": "localities",
    "behaviour": "behaviours",
}


def _place(names: Callable[[str, Any], str], row: dict[str, Any]) -> Row:
    return {key: names(codes, row[key]) for key, codes in PLACE.items()}


def _manifestation(names: Callable[[str, Any], str], row: dict[str, Any]) -> Row:
    what = names("manifestations", row["manifestation"]) if row["manifestation"] else None
    counts = {
        key: row[key] for key in ("task", "cases", "persons", "handled", "pending", "unhandled")
    }
    return {
        **_place(names, row),
        "level": names("levels", row["level"]),
        "subject": names("subjects", row["subject"]),
        "manifestation": what,
        **counts,
    }


def _consequence(
    names: Callable[[str, Any], str], row: dict[str, Any], chance: random.Random
) -> Row:
    return {
        **_place(names, row),
        "severity": names("severities", chance.choice(["MD1", "MD2", "MD3"])),
        "consequence": names(
            "consequences", chance.choice(["HQ01", "HQ02", "HQ03", "HQ07", "HQ09"])
        ),
        "cases": chance.randint(1, row["cases"]),
        "projects_delayed": chance.choice([None, 0, 1, 2]),
        "files_overdue": chance.choice([None, 0, 12, 150]),
        "loss": chance.choice([None, 0, 12.5, 350, 1250.75]),
    }


def _once(rows: list[Row]) -> list[Row]:
    """Keep the first of rows that name the same consequence, for the form wants it in one row."""
    return list(
        {
            tuple(row[key] for key in (*PLACE, "severity", "consequence")): row
            for row in reversed(rows)
        }.values()
    )[::-1]


def _handling(
    round_: Round, names: Callable[[str, Any], str], row: dict[str, Any], chance: random.Random
) -> Row:
    period = round_.codelists["periods"].by_code[row["period"]]
    first, last = period.valid_from or round_.start, period.valid_to or round_.end
    day = first + dt.timedelta(days=chance.randint(20, (last - first).days))
    return {
        **_place(names, row),
        "subject": names("subjects", row["subject"]),
        "handling": names("handlings", chance.choice(FORMS[row["subject"]])),
        "cases": chance.randint(1, max(1, row["cases"])),
        "persons": row["handled"],
        "decision_number": f"{chance.randint(1, 900):02d}/QĐ-GĐ{chance.randint(100, 999)}",
        "decided_on": day,
    }


def _example(names: Callable[[str, Any], str], row: dict[str, Any], chance: random.Random) -> Row:
    return {
        **_place(names, row),
        "story": chance.choice(_words()["stories"]),
        "outcome": chance.choice(_words()["outcomes"]),
    }


def _texts(
    round_: Round, names: Callable[[str, Any], str], chance: random.Random
) -> dict[str, list[Row]]:
    lists = round_.codelists

    def pick(codes: str) -> str:
        return names(codes, chance.choice(lists[codes].codes))

    def cause(side: Entry) -> Row:
        return {
            "side": side.offered,
            "group": pick("cause_groups"),
            "content": _written(side.extra["outline"], chance, 1),
            "influence": chance.randint(1, 5),
        }

    def solution(group: Entry) -> Row:
        content = _written(group.extra["outline"], chance, 1)
        return {"group": group.offered, "content": content, "status": pick("solution_statuses")}

    # the order of drawing decides what is drawn: it must stay
    day = round_.start + dt.timedelta(days=chance.randint(30, 800))
    sides = chance.choices(lists["cause_sides"].entries, k=CAUSES)
    groups = chance.choices(lists["solution_groups"].entries, k=CAUSES)
    narratives = [_narrative(item, chance) for item in lists["outline"].codes]
    action: Row = {"action": pick("actions"), "doc_number": "12/CT-GĐ", "issued_on": day}
    action["content"] = chance.choice(_words()["actions"])
    return {
        "narratives": narratives,
        "actions": [action],
        "causes": [cause(side) for side in sides],
        "solutions": [solution(group) for group in groups],
        "recommendations": [
            {
                "addressee": pick("addressees"),
                "content": _written("IV", chance, chance.choice((1, 1, 2))),
            }
        ],
    }


def _narrative(item: str, chance: random.Random) -> Row:
    return {"content": _written(item, chance, chance.choice((1, 1, 1, 2)))}


def _written(item: str, chance: random.Random, sentences: int) -> str:
    """What an agency writes under an item of the outline."""
    return " ".join(chance.sample(_words()["written"][item], sentences))


def long_text() -> str:
    """All that anybody writes, item by item: a text that is too long for one row of a sheet."""
    return "\n".join(" ".join(sentences) for sentences in _words()["written"].values())


def _info() -> Row:
    return {
        "prepared_by": "Người lập (giả định)",
        "position": "Chuyên viên",
        "phone": "000 0000 0000",
        "email": "lap-bieu@vi-du.vn",
        "signed_by": "Thủ trưởng (giả định)",
        "doc_number": "01/BC-GĐ",
        "signed_on": dt.date(2023, 8, 31),
    }


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "demo.toml").read_text(encoding="utf-8"))
