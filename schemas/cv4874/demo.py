"""An invented round of dispatch 4874: right returns of all agencies, mistakes in some of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from schemas.cv4874.demo_returns import long_text, right_return
from schemas.invention import ExcelError, FormulaCell, PlantedMistake, Return
from schemas.round.round import Round

__all__ = ["headcounts", "invent", "right_return"]

Mistake = Callable[[Round, Return], None]
"""What plants a mistake in a return."""
FIRST = 9
"""First data row of a sheet of the template."""
I1, I2, I3A, I3B = "I.1 BIỂU HIỆN", "I.2 HẬU QUẢ", "I.3a BIỆN PHÁP", "I.3b XỬ LÝ"
EXAMPLES, INFO, CAUSES = "VÍ DỤ", "THÔNG TIN", "II NGUYÊN NHÂN"


def invent(round_: Round) -> list[Return]:
    """All returns of the invented round, in the order of receipt within each agency."""
    agencies = list(round_.in_scope)
    good = {agency.code: right_return(round_, agency) for agency in agencies}
    returns = list(good.values())
    _late([good[code] for code in ("T02", "T15", "T33", "BYT", "T77")])
    for code in ("BQLL", "T93", "T06"):
        _nil(good[code])
    good["T79"].tables["narratives"][0]["content"] = long_text()
    silent = ("T95", "T11")
    returns = [return_ for return_ in returns if return_.agency not in silent]
    for code, plant in _MISTAKES.items():
        plant(round_, good[code])
    return [*returns, *_resubmitted(round_, good), *_strays(round_, good)]


def headcounts(round_: Round) -> list[tuple[str, int, str, str]]:
    """Invented numbers of people who work at each agency: code, number, day, source.

    Some are unknown; none is an agency's real one.
    """
    source = "Số GIẢ ĐỊNH của đợt minh họa, không phải biên chế thật"
    return [
        (
            agency.code,
            (900 if agency.own_locality else 300) + 137 * (7 * index % 31),
            "30/6/2023",
            source,
        )
        for index, agency in enumerate(round_.in_scope)
        if index % 12 != 5  # noqa: PLR2004
    ]


# --- late, nil, resubmitted, strays ---------------------------------------------------------------


def _late(returns: list[Return]) -> None:
    for days, return_ in enumerate(returns, 1):
        deadline = dt.datetime(2023, 9, 7, 9, tzinfo=return_.received.tzinfo)
        return_.received = deadline + dt.timedelta(days=days)
        return_.planted.append(PlantedMistake("D01", "N"))


def _nil(return_: Return) -> None:
    return_.info["nil"] = "Có"
    for table in ("manifestations", "consequences", "handlings", "examples"):
        return_.tables[table] = []


def _resubmitted(round_: Round, good: dict[str, Return]) -> list[Return]:
    """Agencies that sent a wrong workbook first: the good one, sent later, counts."""
    early = []
    for code in ("T40", "T46"):
        first = right_return(round_, round_.by_agency[code])
        first.tables["manifestations"][0]["persons"] = 99
        first.file = f"{code} gửi lần 1.xlsx"
        first.received = good[code].received - dt.timedelta(days=1)
        early.append(first)
    return early


def _strays(round_: Round, good: dict[str, Return]) -> list[Return]:
    """Files that are no return at all, and a copy."""
    noon = dt.datetime(2023, 9, 6, 12, tzinfo=round_.timezone)
    encrypted = "EncryptedPackage".encode("utf-16-le")
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + encrypted + bytes(2000)

    def stray(file: str, content: bytes) -> Return:
        return Return("", file, noon, content=content, planted=[PlantedMistake("S01", "E")])

    def lost(code: str, file: str, rule: str, **others: Any) -> Return:
        """The agency's right return, but for what makes it nobody's."""
        right = right_return(round_, round_.by_agency[code])
        return replace(right, agency="", file=file, planted=[PlantedMistake(rule, "E")], **others)

    good["T56"].file = "Báo cáo (bản cuối) - sửa.xlsx"
    return [
        stray("rong.xlsx", b""),
        stray("ghi chu.xlsx", "Đây là tệp chữ, không phải sổ tính.".encode()),
        stray("co mat khau.xlsx", ole),
        lost("BTC", "tai do dang.xlsx", "S01", cut_off=True),
        lost("BTP", "Bao cao T8.xlsx", "S02", issued_to=""),
        lost("BXD", "dot khac.xlsx", "S04", other_round="cv0000"),
        Return("", "T01 (ban sao).xlsx", good["T01"].received, copy_of="T01.xlsx"),
    ]


# --- mistakes -------------------------------------------------------------------------------------


_NOBODY = {"persons": 0, "handled": 0, "pending": 0, "unhandled": 0}


def _cell(
    sheet: str, column: str, value: object, planted: tuple[str, str], row: int = FIRST
) -> Mistake:
    """Plant ``value`` into one cell."""

    def plant(round_: Round, return_: Return) -> None:
        return_.cells.setdefault(sheet, {})[f"{column}{row}"] = value
        return_.planted.append(PlantedMistake(*planted, sheet, f"{column}{row}"))

    return plant


def _stamp_of_another(round_: Round, return_: Return) -> None:
    other = round_.by_agency["T04"]
    return_.cells[INFO] = {"B8": other.code, "B9": other.name}
    return_.planted += [
        PlantedMistake("S03", "E", INFO, "B8"),
        PlantedMistake("S03", "E", INFO, "B9"),
    ]
    return_.agency = ""


def _without_sheet(round_: Round, return_: Return) -> None:
    return_.removed_sheet = I3B
    return_.planted.append(PlantedMistake("S05", "E", I3B))


def _without_column(round_: Round, return_: Return) -> None:
    return_.cells[I3B] = {"H7": "Cột thay thế"}
    return_.planted.append(PlantedMistake("S06", "E", I3B))


def _nil_with_rows(round_: Round, return_: Return) -> None:
    return_.info["nil"] = "Có"
    return_.planted.append(PlantedMistake("S13", "E", INFO, "B12"))


def _same_row_twice(round_: Round, return_: Return) -> None:
    rows = return_.tables["examples"]
    table = return_.tables["manifestations"]
    table.append({**table[0], "cases": 0, "persons": 1, "handled": 0, "pending": 1, "unhandled": 0})
    return_.planted.append(PlantedMistake("T01", "E", I1, f"A{FIRST + len(table) - 1}"))
    del rows[1:]


def _wrong_total(round_: Round, return_: Return) -> None:
    row = return_.tables["manifestations"][0]
    row["persons"] = int(str(row["persons"])) + 5
    return_.planted.append(PlantedMistake("R01", "E", I1, f"J{FIRST}"))


def _missing_part(round_: Round, return_: Return) -> None:
    rows = return_.tables["manifestations"]
    index = next(i for i, row in enumerate(rows) if row["unhandled"])
    rows[index]["unhandled"] = None
    return_.planted.append(PlantedMistake("R01", "W", I1, f"J{FIRST + index}"))


def _no_case(round_: Round, return_: Return) -> None:
    rows = return_.tables["manifestations"]
    rows.append({**rows[0], **_NOBODY, "task": "Việc khác (giả định)", "cases": 0})
    return_.planted.append(PlantedMistake("R02", "E", I1, f"I{FIRST + len(rows) - 1}"))


def _unlawful(handling: str, subject: str, severity: str) -> Mistake:
    def plant(round_: Round, return_: Return) -> None:
        rows, name = return_.tables["handlings"], round_.codelists["subjects"].offered(subject)
        index = next(i for i, row in enumerate(rows) if row["subject"] == name)
        rows[index]["handling"] = round_.codelists["handlings"].offered(handling)
        return_.planted.append(PlantedMistake("R03", severity, I3B, f"F{FIRST + index}"))

    return plant


def _strange_manifestation(round_: Round, return_: Return) -> None:
    row = return_.tables["manifestations"][0]
    own = row["behaviour"] == round_.codelists["behaviours"].offered("HV3")
    row["manifestation"] = round_.codelists["manifestations"].offered("BH03" if own else "BH10")
    return_.planted.append(PlantedMistake("R04", "W", I1, f"G{FIRST}"))


def _other_province(round_: Round, return_: Return) -> None:
    return_.tables["examples"][0]["locality"] = round_.codelists["localities"].offered("T01")
    return_.planted.append(PlantedMistake("R05", "E", EXAMPLES, f"C{FIRST}"))


def _too_many_handled(round_: Round, return_: Return) -> None:
    row = return_.tables["handlings"][0]
    row["persons"] = int(str(row["persons"])) + 50
    return_.planted.append(PlantedMistake("X01", "E", I3B, f"H{FIRST}"))


def _unexplained(round_: Round, return_: Return) -> None:
    gone = return_.tables["handlings"].pop(0)
    keys = ("sector", "behaviour", "subject")
    index = next(
        i
        for i, row in enumerate(return_.tables["manifestations"])
        if all(row[key] == gone[key] for key in keys)
    )
    return_.planted.append(PlantedMistake("X01", "W", I1, f"K{FIRST + index}"))


def _too_many_consequences(round_: Round, return_: Return) -> None:
    row = return_.tables["consequences"][0]
    row["cases"] = int(str(row["cases"])) + 90
    return_.planted.append(PlantedMistake("X02", "E", I2, f"G{FIRST}"))


def _unknown_combination(round_: Round, return_: Return) -> None:
    return_.tables["examples"][0]["sector"] = round_.codelists["sectors"].offered("LV99")
    return_.planted.append(PlantedMistake("X03", "W", EXAMPLES, f"B{FIRST}"))


def _mostly_unclassified(round_: Round, return_: Return) -> None:
    rows, name = return_.tables["manifestations"], round_.codelists["behaviours"].offered("HV9")
    cases = sum(int(str(row["cases"])) for row in rows)
    unclassified = {
        "behaviour": name,
        "manifestation": None,
        "task": "Việc chưa phân loại (giả định)",
        "cases": cases,
    }
    rows.append({**rows[0], **_NOBODY, **unclassified})
    return_.planted += [
        PlantedMistake("R06", "W", I1, f"F{FIRST + index}")
        for index, row in enumerate(rows)
        if row["behaviour"] == name
    ]


def _too_light(round_: Round, return_: Return) -> None:
    rows, form = return_.tables["handlings"], round_.codelists["handlings"].offered("KT")
    collective = round_.codelists["subjects"].offered("TT")
    index = next(
        i for i, row in enumerate(rows) if row["handling"] == form and row["subject"] != collective
    )
    rows[index]["severity"] = round_.codelists["severities"].offered("MD4")
    return_.planted.append(PlantedMistake("R07", "W", I3B, f"F{FIRST + index}"))


_MISTAKES: dict[str, Mistake] = {
    "T08": _stamp_of_another,
    "T10": _without_sheet,
    "T12": _without_column,
    "T14": _cell(CAUSES, "E", ExcelError("#REF!"), ("S08", "E")),
    "T17": _cell(CAUSES, "E", FormulaCell("1+2"), ("S09", "E")),
    "T19": _nil_with_rows,
    "T20": _cell(CAUSES, "D", None, ("V01", "E")),
    "T22": _cell(INFO, "B", None, ("V01", "W"), 14),
    "T24": _cell(CAUSES, "E", "nhiều", ("V02", "E")),
    "T25": _cell(CAUSES, "B", "Phối hợp cong tác", ("V03", "E")),
    "T26": _cell(I3A, "C", "31/02/2022", ("V04", "E")),
    "T27": _cell(I3A, "C", dt.date(2023, 7, 31), ("V05", "E")),
    "T30": _cell(CAUSES, "D", "Quá ngắn.", ("V06", "E")),
    "T31": _cell(CAUSES, "E", "3, trong đó 2 nặng", ("V07", "E")),
    "T34": _cell(CAUSES, "E", "03", ("V08", "N")),
    "T35": _wrong_total,
    "T36": _missing_part,
    "T37": _no_case,
    "T38": _unlawful("HBL", "CC_LD", "E"),
    "T42": _unlawful("BP09", "CC_KLD", "W"),
    "T44": _strange_manifestation,
    "T45": _other_province,
    "T48": _same_row_twice,
    "T49": _too_many_handled,
    "T51": _unexplained,
    "T52": _too_many_consequences,
    "T54": _unknown_combination,
    "T56": _mostly_unclassified,
    "T58": _too_light,
    "T60": _cell(CAUSES, "D", "Ông Nguyễn Văn A chậm trả lời văn bản (giả định).", ("V09", "W")),
}
"""The mistake of each agency whose return is wrong."""
