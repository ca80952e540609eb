"""An invented round of dispatch 4874: right returns of all agencies, mistakes in some of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from schemas.cv4874.demo_returns import long_text, right_return
from schemas.invention import ErrorCell, FormulaCell, Planted, Return
from schemas.round.round import Round

__all__ = ["headcounts", "invent", "right_return"]

FIRST = 9
"""First data row of a sheet of the template."""
I1, I2, I3A, I3B, EX, INFO, CAUSES = (
    "I.1 BIỂU HIỆN",
    "I.2 HẬU QUẢ",
    "I.3a BIỆN PHÁP",
    "I.3b XỬ LÝ",
    "VÍ DỤ",
    "THÔNG TIN",
    "II NGUYÊN NHÂN",
)


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
    returns = [each for each in returns if each.agency not in silent]
    for code, plant in zip(_WRONG, _MISTAKES, strict=True):
        plant(round_, good[code])
    return [*returns, *_resubmitted(round_, good), *_strays(round_, good)]


def headcounts(round_: Round) -> list[tuple[str, int, str, str]]:
    """Invented numbers of people who work at each agency: code, number, day, source.

    Some are unknown; none is an agency's real one.
    """
    source = "Số GIẢ ĐỊNH của đợt minh họa, không phải biên chế thật"
    numbers = [
        (agency, (900 if agency.own_locality else 300) + 137 * (7 * at % 31))
        for at, agency in enumerate(round_.in_scope)
    ]
    return [
        (agency.code, number, "30/6/2023", source)
        for at, (agency, number) in enumerate(numbers)
        if at % 12 != 5  # noqa: PLR2004
    ]


# --- late, nil, resubmitted, strays
# ----------------------------------------------------------------


def _late(returns: list[Return]) -> None:
    for days, each in enumerate(returns, 1):
        each.received = dt.datetime(2023, 9, 7, 9, tzinfo=each.received.tzinfo) + dt.timedelta(
            days=days
        )
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
        first.file, first.received = (
            f"{code} gửi lần 1.xlsx",
            good[code].received - dt.timedelta(days=1),
        )
        early.append(first)
    return early


def _strays(round_: Round, good: dict[str, Return]) -> list[Return]:
    """Files that are no return at all, and a copy."""
    noon = dt.datetime(2023, 9, 6, 12, tzinfo=round_.timezone)
    ole = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(504)
        + "EncryptedPackage".encode("utf-16-le")
        + bytes(2000)
    )

    def stray(file: str, content: bytes) -> Return:
        return Return("", file, noon, content=content, planted=[Planted("S01", "E")])

    good["T56"].file = "Báo cáo (bản cuối) - sửa.xlsx"
    nobody = right_return(round_, round_.by_agency["BTP"])
    nobody.agency, nobody.issued_to, nobody.file, nobody.planted = (
        "",
        "",
        "Bao cao T8.xlsx",
        [Planted("S02", "E")],
    )
    other = right_return(round_, round_.by_agency["BXD"])
    other.agency, other.file, other.other_round, other.planted = (
        "",
        "dot khac.xlsx",
        "cv0000",
        [Planted("S04", "E")],
    )
    broken = right_return(round_, round_.by_agency["BTC"])
    broken.agency, broken.file, broken.cut_off, broken.planted = (
        "",
        "tai do dang.xlsx",
        True,
        [Planted("S01", "E")],
    )
    return [
        stray("rong.xlsx", b""),
        stray("ghi chu.xlsx", "Đây là tệp chữ, không phải sổ tính.".encode()),
        stray("co mat khau.xlsx", ole),
        broken,
        nobody,
        other,
        Return("", "T01 (ban sao).xlsx", good["T01"].received, copy_of="T01.xlsx"),
    ]


# --- mistakes
# --------------------------------------------------------------------------------------


def _cell(
    sheet: str, column: str, value: object, planted: tuple[str, str], row: int = FIRST
) -> Callable[[Round, Return], None]:
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
    rows.append(
        {
            **rows[0],
            "task": "Việc khác (giả định)",
            "cases": 0,
            "persons": 0,
            "handled": 0,
            "pending": 0,
            "unhandled": 0,
        }
    )
    each.planted.append(Planted("R02", "E", I1, f"I{FIRST + len(rows) - 1}"))


def _unlawful(handling: str, subject: str, severity: str) -> Callable[[Round, Return], None]:
    def plant(round_: Round, each: Return) -> None:
        rows, name = each.tables["handlings"], round_.codelists["subjects"].offered(subject)
        index = next(i for i, row in enumerate(rows) if row["subject"] == name)
        rows[index]["handling"] = round_.codelists["handlings"].offered(handling)
        each.planted.append(Planted("R03", severity, I3B, f"F{FIRST + index}"))

    return plant


def _strange_manifestation(round_: Round, each: Return) -> None:
    row = each.tables["manifestations"][0]
    own = row["behaviour"] == round_.codelists["behaviours"].offered("HV3")
    row["manifestation"] = round_.codelists["manifestations"].offered("BH03" if own else "BH10")
    each.planted.append(Planted("R04", "W", I1, f"G{FIRST}"))


def _other_province(round_: Round, each: Return) -> None:
    each.tables["examples"][0]["locality"] = round_.codelists["localities"].offered("T01")
    each.planted.append(Planted("R05", "E", EX, f"C{FIRST}"))


def _too_many_handled(round_: Round, each: Return) -> None:
    row = each.tables["handlings"][0]
    row["persons"] = int(str(row["persons"])) + 50
    each.planted.append(Planted("X01", "E", I3B, f"H{FIRST}"))


def _unexplained(round_: Round, each: Return) -> None:
    gone = each.tables["handlings"].pop(0)
    keys = ("sector", "behaviour", "subject")
    index = next(
        i
        for i, row in enumerate(each.tables["manifestations"])
        if all(row[key] == gone[key] for key in keys)
    )
    each.planted.append(Planted("X01", "W", I1, f"K{FIRST + index}"))


def _too_many_consequences(round_: Round, each: Return) -> None:
    row = each.tables["consequences"][0]
    row["cases"] = int(str(row["cases"])) + 90
    each.planted.append(Planted("X02", "E", I2, f"G{FIRST}"))


def _unknown_combination(round_: Round, each: Return) -> None:
    each.tables["examples"][0]["sector"] = round_.codelists["sectors"].offered("LV99")
    each.planted.append(Planted("X03", "W", EX, f"B{FIRST}"))


def _mostly_unclassified(round_: Round, each: Return) -> None:
    rows, name = each.tables["manifestations"], round_.codelists["behaviours"].offered("HV9")
    cases = sum(int(str(row["cases"])) for row in rows)
    unclassified = {
        "behaviour": name,
        "manifestation": None,
        "task": "Việc chưa phân loại (giả định)",
        "cases": cases,
    }
    rows.append(
        {**rows[0], **unclassified, "persons": 0, "handled": 0, "pending": 0, "unhandled": 0}
    )
    each.planted += [
        Planted("R06", "W", I1, f"F{FIRST + index}")
        for index, row in enumerate(rows)
        if row["behaviour"] == name
    ]


def _too_light(round_: Round, each: Return) -> None:
    rows, form = each.tables["handlings"], round_.codelists["handlings"].offered("KT")
    collective = round_.codelists["subjects"].offered("TT")
    index = next(
        i for i, row in enumerate(rows) if row["handling"] == form and row["subject"] != collective
    )
    rows[index]["severity"] = round_.codelists["severities"].offered("MD4")
    each.planted.append(Planted("R07", "W", I3B, f"F{FIRST + index}"))


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
    _cell(I3A, "C", dt.date(2023, 7, 31), ("V05", "E")),
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
    _mostly_unclassified,
    _too_light,
    _cell(CAUSES, "D", "Ông Nguyễn Văn A chậm trả lời văn bản (giả định).", ("V09", "W")),
)
_WRONG = (
    *(
        "T08",
        "T10",
        "T12",
        "T14",
        "T17",
        "T19",
        "T20",
        "T22",
        "T24",
        "T25",
        "T26",
        "T27",
        "T30",
        "T31",
        "T34",
        "T35",
        "T36",
        "T37",
    ),
    *("T38", "T42", "T44", "T45", "T48", "T49", "T51", "T52", "T54", "T56", "T58", "T60"),
)
"""The agencies whose returns are wrong, one a mistake."""
