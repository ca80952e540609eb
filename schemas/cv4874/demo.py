"""An invented round of dispatch 4874: right returns for all agencies, then mistakes planted in some of them.

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

from schemas.invention import ErrorCell, FormulaCell, Planted, Return, Row
from schemas.round import Agency, Round

SEED = 4874
OFTEN = 0.6
FIRST = 9
"""First data row of a sheet of the template."""
I1, I2, I3A, I3B, EX, INFO, CAUSES = "I.1 BIỂU HIỆN", "I.2 HẬU QUẢ", "I.3a BIỆN PHÁP", "I.3b XỬ LÝ", "VÍ DỤ", "THÔNG TIN", "II NGUYÊN NHÂN"
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


def invent(round_: Round) -> list[Return]:
    """All returns of the invented round, in the order of receipt within each agency."""
    agencies = list(round_.in_scope)
    good = {agency.code: right_return(round_, agency) for agency in agencies}
    returns = list(good.values())
    _late([good[code] for code in ("T02", "T15", "T33", "BYT", "T77")])
    for code in ("BQLL", "T93", "T06"):
        _nil(good[code])
    silent = ("T95", "T11")
    returns = [each for each in returns if each.agency not in silent]
    for code, plant in zip(_WRONG, _MISTAKES, strict=True):
        plant(round_, good[code])
    return [*returns, *_resubmitted(round_, good), *_strays(round_, good)]


# --- right returns ---------------------------------------------------------------------------------


def right_return(round_: Round, agency: Agency) -> Return:
    """A return without any mistake, between 4 and 30 rows of manifestations."""
    chance = random.Random(f"{SEED}-{agency.code}")
    names = _names(round_)
    rows = [_case(round_, agency, chance, combination) for combination in _combinations(round_, chance)]
    shown = {
        "manifestations": [_manifestation(names, row) for row in rows],
        "consequences": [_consequence(names, row, chance) for row in rows if row["cases"] and chance.random() < OFTEN],
        "handlings": [_handling(round_, names, row, chance) for row in rows if row["handled"]],
        "examples": [_example(names, row, chance) for row in rows[: chance.randint(1, 3)]],
        **_texts(round_, names, chance),
    }
    received = dt.datetime(2023, 9, 1, 8, tzinfo=round_.timezone) + dt.timedelta(minutes=chance.randint(0, 9000))
    return Return(agency.code, f"{agency.code}.xlsx", received, _info(), shown, issued_to=agency.code)


def _names(round_: Round) -> Callable[[str, Any], str]:
    return lambda codes, code: round_.codelists[codes].name(code)


def _combinations(round_: Round, chance: random.Random) -> list[tuple[str, str, str]]:
    """Different (sector, behaviour, subject): no two rows share one, so that every group holds one row."""
    sectors = [code for code in round_.codelists["sectors"].codes if code != "LV99"]
    every = [(sector, behaviour, subject) for sector in sectors for behaviour in ("HV1", "HV2", "HV3", "HV4") for subject in SUBJECTS]
    return chance.sample(every, chance.randint(4, 30))


def _case(round_: Round, agency: Agency, chance: random.Random, combination: tuple[str, str, str]) -> dict[str, Any]:
    sector, behaviour, subject = combination
    place = agency.own_locality or chance.choice(["TW", "TW", "T01", "T79", "T48", "T40"])
    fitting = [e.code for e in round_.codelists["manifestations"].entries if e.extra["behaviour"] == behaviour]
    handled, pending, unhandled = chance.randint(0, 4), chance.randint(0, 3), chance.randint(0, 3)
    persons = handled + pending + unhandled
    return {
        "period": chance.choice(round_.codelists["periods"].codes),
        "sector": sector,
        "behaviour": behaviour,
        "subject": subject,
        "locality": place,
        "level": chance.choice(["TINH", "HUYEN", "XA", "DVSN"] if agency.own_locality else ["TW", "DVSN"]),
        "manifestation": chance.choice([*fitting, "BH99", None]),
        "task": chance.choice([*_words()["tasks"], None]),
        "cases": chance.randint(1, max(1, persons)),
        "persons": persons,
        "handled": handled,
        "pending": pending,
        "unhandled": unhandled,
    }


PLACE = {"period": "periods", "sector": "sectors", "locality": "localities", "behaviour": "behaviours"}


def _place(names: Callable[[str, Any], str], row: dict[str, Any]) -> Row:
    return {key: names(codes, row[key]) for key, codes in PLACE.items()}


def _manifestation(names: Callable[[str, Any], str], row: dict[str, Any]) -> Row:
    what = names("manifestations", row["manifestation"]) if row["manifestation"] else None
    counts = {key: row[key] for key in ("task", "cases", "persons", "handled", "pending", "unhandled")}
    return {
        **_place(names, row),
        "level": names("levels", row["level"]),
        "subject": names("subjects", row["subject"]),
        "manifestation": what,
        **counts,
    }


def _consequence(names: Callable[[str, Any], str], row: dict[str, Any], chance: random.Random) -> Row:
    return {
        **_place(names, row),
        "severity": names("severities", chance.choice(["MD1", "MD2", "MD3"])),
        "consequence": names("consequences", chance.choice(["HQ01", "HQ02", "HQ03", "HQ07", "HQ09"])),
        "cases": chance.randint(1, row["cases"]),
        "projects_delayed": chance.choice([None, 0, 1, 2]),
        "files_overdue": chance.choice([None, 0, 12, 150]),
        "loss": chance.choice([None, 0, 12.5, 350, 1250.75]),
    }


def _handling(round_: Round, names: Callable[[str, Any], str], row: dict[str, Any], chance: random.Random) -> Row:
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
    return {**_place(names, row), "story": chance.choice(_words()["stories"]), "outcome": chance.choice(_words()["outcomes"])}


def _texts(round_: Round, names: Callable[[str, Any], str], chance: random.Random) -> dict[str, list[Row]]:
    words, lists = _words(), round_.codelists

    def pick(codes: str) -> str:
        return names(codes, chance.choice(lists[codes].codes))

    day = round_.start + dt.timedelta(days=chance.randint(30, 800))
    return {
        "narratives": [{"content": chance.choice(words["narratives"])} for _ in lists["outline"].entries],
        "actions": [{"action": pick("actions"), "doc_number": "12/CT-GĐ", "issued_on": day, "content": chance.choice(words["actions"])}],
        "causes": [
            {"side": pick("cause_sides"), "group": pick("cause_groups"), "content": text, "influence": chance.randint(1, 5)}
            for text in chance.sample(words["causes"], 2)
        ],
        "solutions": [
            {"group": pick("solution_groups"), "content": text, "status": pick("solution_statuses")}
            for text in chance.sample(words["solutions"], 2)
        ],
        "recommendations": [{"addressee": pick("addressees"), "content": chance.choice(words["recommendations"])}],
    }


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
def _words() -> dict[str, list[str]]:
    return tomllib.loads((Path(__file__).parent / "demo.toml").read_text(encoding="utf-8"))


# --- late, nil, resubmitted, strays ----------------------------------------------------------------


def _late(returns: list[Return]) -> None:
    for days, each in enumerate(returns, 1):
        each.received = dt.datetime(2023, 9, 7, 9, tzinfo=each.received.tzinfo) + dt.timedelta(days=days)
        each.planted.append(Planted("D01", "N"))


def _nil(each: Return) -> None:
    each.info["nil"] = "Có"
    for table in ("manifestations", "consequences", "handlings", "examples"):
        each.tables[table] = []


def _resubmitted(round_: Round, good: dict[str, Return]) -> list[Return]:
    """Agencies that sent a wrong workbook first: the good one, sent later, counts."""
    early = []
    for code in ("T40", "T46"):
        first = right_return(round_, round_.by_agency[code])
        first.tables["manifestations"][0]["persons"] = 99
        first.file, first.received = f"{code} gửi lần 1.xlsx", good[code].received - dt.timedelta(days=1)
        early.append(first)
    return early


def _strays(round_: Round, good: dict[str, Return]) -> list[Return]:
    """Files that are no return at all, and a copy."""
    noon = dt.datetime(2023, 9, 6, 12, tzinfo=round_.timezone)
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(2000)

    def stray(file: str, content: bytes) -> Return:
        return Return("", file, noon, content=content, planted=[Planted("S01", "E")])

    good["T56"].file = "Báo cáo (bản cuối) - sửa.xlsx"
    nobody = right_return(round_, round_.by_agency["BTP"])
    nobody.agency, nobody.issued_to, nobody.file, nobody.planted = "", "", "Bao cao T8.xlsx", [Planted("S02", "E")]
    other = right_return(round_, round_.by_agency["BXD"])
    other.agency, other.file, other.other_round, other.planted = "", "dot khac.xlsx", "cv0000", [Planted("S04", "E")]
    return [
        stray("rong.xlsx", b""),
        stray("ghi chu.xlsx", "Đây là tệp chữ, không phải sổ tính.".encode()),
        stray("tai do dang.xlsx", b"PK\x03\x04" + bytes(200)),
        stray("co mat khau.xlsx", ole),
        nobody,
        other,
        Return("", "T01 (ban sao).xlsx", good["T01"].received, copy_of="T01.xlsx"),
    ]


# --- mistakes --------------------------------------------------------------------------------------


def _cell(sheet: str, column: str, value: object, planted: tuple[str, str], row: int = FIRST) -> Callable[[Round, Return], None]:
    """Plant ``value`` into one cell."""

    def plant(round_: Round, each: Return) -> None:
        each.cells.setdefault(sheet, {})[f"{column}{row}"] = value
        each.planted.append(Planted(*planted, sheet, f"{column}{row}"))

    return plant


def _stamp_of_another(round_: Round, each: Return) -> None:
    other = round_.by_agency["T04"]
    each.cells[INFO] = {"B8": other.code, "B9": other.name}
    each.planted += [Planted("S03", "E", INFO, "B8"), Planted("S03", "E", INFO, "B9")]
    each.agency = ""


def _without_sheet(round_: Round, each: Return) -> None:
    each.removed_sheet = I3B
    each.planted.append(Planted("S05", "E", I3B))


def _without_column(round_: Round, each: Return) -> None:
    each.cells[I3B] = {"H7": "Cột thay thế"}
    each.planted.append(Planted("S06", "E", I3B))


def _nil_with_rows(round_: Round, each: Return) -> None:
    each.info["nil"] = "Có"
    each.planted.append(Planted("S13", "E", INFO, "B12"))


def _same_row_twice(round_: Round, each: Return) -> None:
    rows = each.tables["examples"]
    table = each.tables["manifestations"]
    table.append({**table[0], "cases": 0, "persons": 1, "handled": 0, "pending": 1, "unhandled": 0})
    each.planted.append(Planted("T01", "E", I1, f"A{FIRST + len(table) - 1}"))
    del rows[1:]


def _wrong_total(round_: Round, each: Return) -> None:
    row = each.tables["manifestations"][0]
    row["persons"] = int(str(row["persons"])) + 5
    each.planted.append(Planted("R01", "E", I1, f"J{FIRST}"))


def _missing_part(round_: Round, each: Return) -> None:
    rows = each.tables["manifestations"]
    index = next(i for i, row in enumerate(rows) if row["unhandled"])
    rows[index]["unhandled"] = None
    each.planted.append(Planted("R01", "W", I1, f"J{FIRST + index}"))


def _no_case(round_: Round, each: Return) -> None:
    rows = each.tables["manifestations"]
    rows.append({**rows[0], "task": "Việc khác (giả định)", "cases": 0, "persons": 0, "handled": 0, "pending": 0, "unhandled": 0})
    each.planted.append(Planted("R02", "E", I1, f"I{FIRST + len(rows) - 1}"))


def _unlawful(handling: str, subject: str, severity: str) -> Callable[[Round, Return], None]:
    def plant(round_: Round, each: Return) -> None:
        rows, name = each.tables["handlings"], round_.codelists["subjects"].name(subject)
        index = next(i for i, row in enumerate(rows) if row["subject"] == name)
        rows[index]["handling"] = round_.codelists["handlings"].name(handling)
        each.planted.append(Planted("R03", severity, I3B, f"F{FIRST + index}"))

    return plant


def _strange_manifestation(round_: Round, each: Return) -> None:
    row = each.tables["manifestations"][0]
    own = row["behaviour"] == round_.codelists["behaviours"].name("HV3")
    row["manifestation"] = round_.codelists["manifestations"].name("BH03" if own else "BH10")
    each.planted.append(Planted("R04", "W", I1, f"G{FIRST}"))


def _other_province(round_: Round, each: Return) -> None:
    each.tables["examples"][0]["locality"] = round_.codelists["localities"].name("T01")
    each.planted.append(Planted("R05", "E", EX, f"C{FIRST}"))


def _too_many_handled(round_: Round, each: Return) -> None:
    row = each.tables["handlings"][0]
    row["persons"] = int(str(row["persons"])) + 50
    each.planted.append(Planted("X01", "E", I3B, f"H{FIRST}"))


def _unexplained(round_: Round, each: Return) -> None:
    gone = each.tables["handlings"].pop(0)
    keys = ("sector", "behaviour", "subject")
    index = next(i for i, row in enumerate(each.tables["manifestations"]) if all(row[key] == gone[key] for key in keys))
    each.planted.append(Planted("X01", "W", I1, f"K{FIRST + index}"))


def _too_many_consequences(round_: Round, each: Return) -> None:
    row = each.tables["consequences"][0]
    row["cases"] = int(str(row["cases"])) + 90
    each.planted.append(Planted("X02", "E", I2, f"G{FIRST}"))


def _unknown_combination(round_: Round, each: Return) -> None:
    each.tables["examples"][0]["sector"] = round_.codelists["sectors"].name("LV99")
    each.planted.append(Planted("X03", "W", EX, f"B{FIRST}"))


_MISTAKES: tuple[Callable[[Round, Return], None], ...] = (
    _stamp_of_another,
    _without_sheet,
    _without_column,
    _cell(CAUSES, "E", ErrorCell("#REF!"), ("S08", "E")),
    _cell(CAUSES, "E", FormulaCell("1+2"), ("S09", "E")),
    _nil_with_rows,
    _cell(CAUSES, "D", None, ("V01", "E")),
    _cell(INFO, "B", None, ("V01", "W"), 14),
    _cell(CAUSES, "E", "nhiều", ("V02", "E")),
    _cell(CAUSES, "B", "Phối hợp cong tác", ("V03", "E")),
    _cell(I3A, "C", "31/02/2022", ("V04", "E")),
    _cell(I3A, "C", dt.date(2020, 12, 31), ("V05", "E")),
    _cell(CAUSES, "D", "Quá ngắn.", ("V06", "E")),
    _cell(CAUSES, "E", "3, trong đó 2 nặng", ("V07", "E")),
    _cell(CAUSES, "E", "03", ("V08", "N")),
    _wrong_total,
    _missing_part,
    _no_case,
    _unlawful("HBL", "CC_LD", "E"),
    _unlawful("BP09", "CC_KLD", "W"),
    _strange_manifestation,
    _other_province,
    _same_row_twice,
    _too_many_handled,
    _unexplained,
    _too_many_consequences,
    _unknown_combination,
)
_WRONG = (
    *("T08", "T10", "T12", "T14", "T17", "T19", "T20", "T22", "T24", "T25", "T26", "T27", "T30", "T31", "T34", "T35", "T36", "T37"),
    *("T38", "T42", "T44", "T45", "T48", "T49", "T51", "T52", "T54"),
)
"""The agencies whose returns are wrong, one a mistake."""
