"""Plant mistakes at random places in right returns: each breaks one rule there and no other.

``MISTAKES`` lists them by rule, severity and message of the finding that they must give. A mistake
that doesn't fit a return (it has no such row) returns None.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from random import Random
from typing import NamedTuple

from schemas.codelists import forbidden
from schemas.columns import Column, Kind, TableSpec
from schemas.invention import DayCell, ExcelError, FormulaCell
from tests.returns import (
    ADMINISTRATIVE,
    PARTY,
    PLACE,
    ROUND,
    SELDOM,
    Draft,
    Row,
    by_group,
    code,
    group_of,
    lawful,
    text,
)


class Planted(NamedTuple):
    """The place of the expected finding."""

    sheet: str
    cells: frozenset[str]
    also: tuple[tuple[str, str, str, str, frozenset[str]], ...] = ()
    """Rule, severity, message and place of findings that can't be avoided."""


Plant = Callable[[Draft, Random], Planted | None]
MISTAKES: dict[tuple[str, str, str], list[Plant]] = {}
OWN_TOTAL = ("T02", "E", "own_total")
EVIDENCE = tuple(spec.key for spec in ROUND.row_tables if spec.evidence)


def gives(rule: str, severity: str, message: str) -> Callable[[Plant], Plant]:
    def register(plant: Plant) -> Plant:
        MISTAKES.setdefault((rule, severity, message), []).append(plant)
        return plant

    return register


def at(draft: Draft, table: str, key: str, indices: Iterable[int]) -> Planted:
    places = [draft.place(table, key, index) for index in indices]
    return Planted(places[0][0], frozenset(cell for _, cell in places))


# --- single cells ---------------------------------------------------------------------------------


def any_cell(
    draft: Draft, chance: Random, wanted: Callable[[Column], bool]
) -> tuple[TableSpec, Column, int] | None:
    """Return a random cell of a data row whose column is ``wanted``."""
    found = [
        (spec, column, index)
        for spec in ROUND.row_tables
        for index in range(len(draft.tables.get(spec.key, ())))
        for column in spec.columns
        if wanted(column) and not column.prefilled
    ]
    return chance.choice(found) if found else None


def raw(
    rule: str, severity: str, message: str, wanted: Callable[[Column], bool], *values: object
) -> None:
    """Plant one of ``values`` in any cell of a wanted column."""

    @gives(rule, severity, message)
    def plant(draft: Draft, chance: Random) -> Planted | None:
        found = any_cell(draft, chance, wanted)
        if found is None:
            return None
        spec, column, index = found
        sheet, cell = draft.write(spec.key, column.key, index, chance.choice(values))
        return Planted(sheet, frozenset([cell]))


def _is(*kinds: Kind) -> Callable[[Column], bool]:
    return lambda column: column.kind in kinds


def _is_grade(column: Column) -> bool:
    return column.is_number and column.maximum is not None


NUMBER = _is(Kind.COUNT, Kind.DECIMAL)
raw(
    "S08",
    "E",
    "error_cell",
    _is(*Kind),
    ExcelError("#REF!"),
    ExcelError("#N/A"),
    ExcelError("#DIV/0!"),
)
raw("S09", "E", "no_value", _is(*Kind), FormulaCell("1+2"))


@gives("V01", "E", "required")
def required(draft: Draft, chance: Random) -> Planted | None:
    has_own = bool(draft.agency.own_locality)
    found = any_cell(draft, chance, lambda column: column.required and not (column.own and has_own))
    if found is None:
        return None
    spec, column, index = found
    sheet, cell = draft.write(spec.key, column.key, index, chance.choice([None, "  "]))
    return Planted(sheet, frozenset([cell]))


raw("V02", "E", "number", NUMBER, "nhiều", "vài người", -3, "-1")
raw("V02", "E", "number", _is(Kind.COUNT), 2.5, "2,5")
raw("V02", "E", "number", _is_grade, 0, 6, 100)
raw("V02", "E", "number", lambda column: column.unit == "người", "05 vụ", "3 hồ sơ", "2 triệu đồng")
raw(
    "V02",
    "E",
    "number",
    lambda column: column.unit == "vụ việc",
    "5 người",
    "3 tập thể",
    "02 (hai công chức)",
)
raw(
    "V02",
    "E",
    "number",
    lambda column: column.unit == "triệu đồng",
    "500.000.000 đồng",
    "2 tỷ",
    "3 vụ",
)
raw("V03", "E", "not_listed", _is(Kind.CODE), "Không có thật", "xyz", 7.25, "*", "?")
raw("V04", "E", "not_date", _is(Kind.DATE), "hôm qua", "31/02/2022", "2022", 5_000_000)
raw(
    "V05",
    "E",
    "in_window",
    lambda column: column.in_window and not column.may_precede,
    dt.date(2021, 1, 24),
    dt.date(2023, 7, 1),
    dt.date(2012, 3, 4),
    dt.date(2026, 8, 9),
)
raw(
    "V08",
    "W",
    "made_day",
    lambda column: column.key == "decision_number",
    DayCell(dt.date(2022, 5, 12)),
    DayCell(dt.date(2021, 2, 1)),
)
raw(
    "V04",
    "W",
    "moment",
    lambda column: column.key == "issued_on",
    dt.datetime.fromisoformat("2022-06-19T17:00:00"),
)
raw(
    "V05",
    "E",
    "not_after_window",
    lambda column: column.may_precede,
    dt.date(2023, 7, 1),
    dt.date(2026, 8, 9),
)
raw(
    "V05",
    "W",
    "before_window",
    lambda column: column.may_precede,
    dt.date(2021, 1, 24),
    dt.date(2012, 3, 4),
)
raw("V07", "E", "several", NUMBER, "05, trong đó 02 cảnh cáo", "3 vụ, 4 người")
raw(
    "V06",
    "E",
    "length",
    lambda column: column.anonymous and column.min_length > 1,
    "Ngắn.",
    "ngắn quá",
    "d" * 4001,
)
raw("V06", "E", "max_length", lambda column: column.key == "task", "d" * 501, "việc " * 101)
raw(
    "V10",
    "W",
    "in_proportion",
    lambda column: column.unit == "triệu đồng",
    150_500_000,
    1_000_000,
    2.5e9,
)
raw(
    "V09",
    "W",
    "anonymous",
    lambda column: column.anonymous,
    "Ông Nguyễn Văn A không ký hồ sơ này.",
    "Gọi số 0912 345 678 để hỏi thêm.",
)


@gives("V03", "W", "ambiguous")
def ambiguous(draft: Draft, chance: Random) -> Planted | None:
    """Write an ambiguous word that may mean the entry in the cell."""
    found = [
        (spec.key, column.key, index, word)
        for spec in ROUND.row_tables
        for index, row in enumerate(draft.tables.get(spec.key, ()))
        for column in spec.code_columns
        if row.get(column.key)
        for word in ROUND.codes_of(column).by_code[row[column.key]].ambiguous
    ]
    if not found:
        return None
    table, key, index, word = chance.choice(found)
    sheet, cell = draft.write(
        table, key, index, chance.choice([word, word.capitalize(), f" {word} "])
    )
    return Planted(sheet, frozenset([cell]))


@gives("V04", "W", "month_first")
def month_first(draft: Draft, chance: Random) -> Planted | None:
    """Write two dates with the month first: one is an error of its own, one may be either."""
    # a cell that was spoilt before must keep its row
    if draft.cells.get(ROUND.by_key["actions"].sheet):
        return None
    row = {
        "action": code("actions", chance),
        "content": text(chance, 10, 100),
        "issued_on": dt.date(2022, 5, 4),
    }
    draft.tables["actions"] = [row, {**row, "issued_on": None}]
    sheet, cell = draft.write("actions", "issued_on", 1, "04/25/2022")
    return at(draft, "actions", "issued_on", [0])._replace(
        also=(("V04", "E", "not_date", sheet, frozenset([cell])),)
    )


@gives("V05", "W", "opening_days")
def opening_days(draft: Draft, chance: Random) -> Planted | None:
    index = some(draft, chance, "handlings", lambda row: row["period"] == "2021")
    if index is None:
        return None
    draft.tables["handlings"][index]["decided_on"] = dt.date(2021, 1, 25) + dt.timedelta(
        days=chance.randint(0, 7)
    )
    return at(draft, "handlings", "decided_on", [index])


@gives("V05", "W", "in_period")
def in_period(draft: Draft, chance: Random) -> Planted | None:
    days = {
        "2021": dt.date(2022, 1, 1),
        "2022": chance.choice([dt.date(2021, 12, 31), dt.date(2023, 1, 1)]),
        "2023H1": dt.date(2022, 12, 31),
    }
    rows = draft.tables.get("handlings")
    if not rows:
        return None
    index = chance.randrange(len(rows))
    rows[index]["decided_on"] = days[rows[index]["period"]]
    return at(draft, "handlings", "decided_on", [index])


REPAIRS: dict[Kind, Callable[[Column, object], list[object]]] = {
    Kind.CODE: lambda column, value: [
        *ROUND.codes_of(column).by_code[str(value)].aliases,
        value,
        ROUND.codes_of(column).name(str(value)).upper(),
        f" {ROUND.codes_of(column).name(str(value))} ",
    ],
    Kind.COUNT: lambda column, value: [f"{value}", f"0{value}", f"{value} {column.unit}"],
    Kind.DECIMAL: lambda column, value: (
        [f"{value:g} {column.unit}".replace(".", ",")] if value in (12.5, 0) else []
    ),
    Kind.DATE: lambda _, value: [
        f"{value:%d/%m/%Y}",
        f"{value:%Y-%m-%d}",
        f"ngày {value:%d} tháng {value:%m} năm {value:%Y}",
    ],
}
"""Ways in which a clerk may write a right value that is read all the same."""


@gives("V08", "N", "repaired")
def repaired(draft: Draft, chance: Random) -> Planted | None:
    found = [
        (spec.key, column, index, written)
        for spec in ROUND.row_tables
        for index, row in enumerate(draft.tables.get(spec.key, ()))
        for column in spec.columns
        if column.kind in REPAIRS and row.get(column.key) is not None
        for written in REPAIRS[column.kind](column, row[column.key])
    ]
    if not found:
        return None
    table, column, index, written = chance.choice(found)
    sheet, cell = draft.write(table, column.key, index, written)
    return Planted(sheet, frozenset([cell]))


@gives("V08", "W", "dash")
def dash(draft: Draft, chance: Random) -> Planted | None:
    found = [
        (spec.key, column.key, index)
        for spec in ROUND.row_tables
        for index, row in enumerate(draft.tables.get(spec.key, ()))
        for column in spec.measures
        if row.get(column.key) == 0
    ]
    if not found:
        return None
    table, key, index = chance.choice(found)
    sheet, cell = draft.write(table, key, index, chance.choice(["-", "–", " - "]))
    return Planted(sheet, frozenset([cell]))


@gives("V01", "W", "expected")
def expected(draft: Draft, chance: Random) -> Planted | None:
    contact = [column.key for column in ROUND.info.columns if column.expected]
    blank = chance.sample(contact, chance.randint(1, len(contact)))
    draft.info.update(dict.fromkeys(blank))
    return Planted(ROUND.info.sheet, frozenset(draft.place("info", key)[1] for key in blank))


# --- rows -----------------------------------------------------------------------------------------


def some(
    draft: Draft, chance: Random, table: str, wanted: Callable[[Row], object] = bool
) -> int | None:
    found = [index for index, row in enumerate(draft.tables.get(table, ())) if wanted(row)]
    return chance.choice(found) if found else None


@gives("R01", "E", "sum_of")
def sum_of(draft: Draft, chance: Random) -> Planted | None:
    index = some(
        draft,
        chance,
        "manifestations",
        lambda row: None not in (row["handled"], row["pending"], row["unhandled"]),
    )
    if index is None:
        return None
    row = draft.tables["manifestations"][index]
    row["persons"] += chance.choice([-1, 1, 7] if row["persons"] > 1 else [1, 7])
    return at(draft, "manifestations", "persons", [index])


@gives("R01", "W", "breakdown")
def breakdown(draft: Draft, chance: Random) -> Planted | None:
    index = some(draft, chance, "manifestations", lambda row: row["persons"])
    if index is None:
        return None
    draft.tables["manifestations"][index][chance.choice(["pending", "unhandled"])] = None
    return at(draft, "manifestations", "persons", [index])


@gives("R02", "E", "at_least")
def nothing_at_all(draft: Draft, chance: Random) -> Planted | None:
    if "manifestations" not in draft.tables:
        return None
    rows = draft.tables["manifestations"]
    nothing = dict.fromkeys(("cases", "persons", "handled", "pending", "unhandled"), 0)
    rows.append({**chance.choice(rows), **nothing, "task": "việc không có gì"})
    return at(draft, "manifestations", "cases", [len(rows) - 1])


@gives("R02", "E", "at_least")
def none_of(draft: Draft, chance: Random) -> Planted | None:
    table, key = chance.choice(
        [("consequences", "cases"), ("handlings", "cases"), ("handlings", "persons")]
    )
    index = some(draft, chance, table)
    if index is None:
        return None
    draft.tables[table][index][key] = 0
    return at(draft, table, key, [index])


def unlawful(*, firm: bool) -> Plant:
    def plant(draft: Draft, chance: Random) -> Planted | None:
        index = some(draft, chance, "handlings", lambda row: group_of(row["handling"]) != PARTY)
        if index is None:
            return None
        row = draft.tables["handlings"][index]
        pairs = forbidden(ROUND.pairs["handling_allowed"], ROUND.start, ROUND.end)
        bad = [pair.second for pair in pairs if pair.firm is firm and pair.first == row["subject"]]
        if not bad:
            return None
        row.update(handling=chance.choice(bad), severity=None)
        return at(draft, "handlings", "handling", [index])

    return plant


gives("R03", "E", "allowed")(unlawful(firm=True))
gives("R03", "W", "seldom_allowed")(unlawful(firm=False))


@gives("R04", "W", "belongs_to")
def belongs_to(draft: Draft, chance: Random) -> Planted | None:
    index = some(
        draft, chance, "manifestations", lambda row: row["behaviour"] != SELDOM["behaviour"]
    )
    if index is None:
        return None
    row = draft.tables["manifestations"][index]
    bad = [
        each.code
        for each in ROUND.codelists["manifestations"].entries
        if each.extra["behaviour"] not in ("*", row["behaviour"])
    ]
    row.update(manifestation=chance.choice(bad), task="việc chỉ có ở dòng này")
    return at(draft, "manifestations", "manifestation", [index])


@gives("V08", "N", "own_entry")
def own_entry(draft: Draft, chance: Random) -> Planted | None:
    tables = [table for table in EVIDENCE if draft.tables.get(table)]
    if not draft.agency.own_locality or not tables:
        return None
    table = chance.choice(tables)
    index = chance.randrange(len(draft.tables[table]))
    sheet, cell = draft.write(table, "locality", index, chance.choice([None, "  "]))
    return Planted(sheet, frozenset([cell]))


@gives("R05", "E", "own_locality")
def own_locality(draft: Draft, chance: Random) -> Planted | None:
    tables = [table for table in EVIDENCE if draft.tables.get(table)]
    if not draft.agency.own_locality or not tables:
        return None
    table = chance.choice(tables)
    index = chance.randrange(len(draft.tables[table]))
    others = [
        code for code in ROUND.codelists["localities"].codes if code != draft.agency.own_locality
    ]
    draft.tables[table][index]["locality"] = chance.choice(others)
    return at(draft, table, "locality", [index])


@gives("R07", "W", "expected_form")
def expected_form(draft: Draft, chance: Random) -> Planted | None:
    listed = [
        e
        for e in ROUND.expectations["severity_expectations"]
        if e.valid_from <= ROUND.start and e.valid_to >= ROUND.end
    ]
    order = ROUND.codelists["handlings"].codes.index

    def odd(row: Row) -> list[str]:
        """Return grades for which the row's form is too heavy or too light."""
        own = [each for each in listed if each.given == row["subject"]]
        if row["handling"] not in {each.entry for each in own}:
            return []
        grades = {each.grade for each in own if each.firm}
        ranks = {
            grade: [order(each.entry) for each in own if each.grade == grade] for grade in grades
        }
        return [
            grade
            for grade, places in sorted(ranks.items())
            if not min(places) <= order(row["handling"]) <= max(places)
        ]

    index = some(draft, chance, "handlings", odd)
    if index is None:
        return None
    row = draft.tables["handlings"][index]
    row["severity"] = chance.choice(odd(row))
    return at(draft, "handlings", "handling", [index])


# --- tables ---------------------------------------------------------------------------------------


@gives("T01", "E", "unique_key")
def unique_key(draft: Draft, chance: Random) -> Planted | None:
    tables = [
        table
        for table in ("manifestations", "consequences", "handlings")
        if draft.tables.get(table)
    ]
    if not tables:
        return None
    table = chance.choice(tables)
    rows = draft.tables[table]
    again = {**chance.choice(rows)}
    spelt = [key for key in ("task", "decision_number") if again.get(key)]
    for key in spelt:
        again[key] = chance.choice([again[key], again[key].upper(), f" {again[key]}"])
    rows.append(again)
    return at(draft, table, ROUND.by_key[table].columns[0].key, [len(rows) - 1])


@gives(*OWN_TOTAL)
def own_total(draft: Draft, chance: Random) -> Planted | None:
    table = chance.choice(["manifestations", "consequences", "handlings"])
    rows, spec = draft.tables.get(table), ROUND.by_key[table]
    if not rows:
        return None
    wrong = chance.choice([column.key for column in spec.measures])
    for column in spec.measures:
        total = sum(row[column.key] or 0 for row in rows)
        draft.write(
            table, column.key, len(rows), round(total, 2) + (5 if column.key == wrong else 0)
        )
    draft.write(
        table, spec.columns[0].key, len(rows), chance.choice(["Tổng cộng", "TỔNG SỐ", "Cộng"])
    )
    return at(draft, table, wrong, [len(rows)])


@gives("S13", "E", "nil_agrees")
def nil_with_rows(draft: Draft, _: Random) -> Planted | None:
    if draft.info["nil"] == "yes":
        return None
    draft.info["nil"] = "yes"
    return at(draft, "info", "nil", [0])


@gives("S13", "E", "nil_agrees")
def neither_rows_nor_nil(draft: Draft, chance: Random) -> Planted | None:
    draft.info["nil"] = chance.choice([None, "no"])
    draft.tables = {table: rows for table, rows in draft.tables.items() if table not in EVIDENCE}
    return at(draft, "info", "nil", [0])


# --- between tables -------------------------------------------------------------------------------


def same_form(rows: list[Row], index: int, *keys: str) -> list[int]:
    return [
        other for other, row in enumerate(rows) if all(row[key] == rows[index][key] for key in keys)
    ]


@gives("X01", "E", "covered_by")
def too_many_handled(draft: Draft, chance: Random) -> Planted | None:
    index = some(draft, chance, "handlings")
    if index is None:
        return None
    rows = draft.tables["handlings"]
    rows[index]["persons"] += sum(row["persons"] for row in draft.tables["manifestations"]) + 1
    return at(
        draft,
        "handlings",
        "persons",
        same_form(rows, index, "sector", "behaviour", "subject", "handling"),
    )


@gives("X01", "E", "covered_together")
def too_many_disciplined(draft: Draft, chance: Random) -> Planted | None:
    index = some(
        draft, chance, "handlings", lambda row: group_of(row["handling"]) == ADMINISTRATIVE
    )
    if index is None:
        return None
    rows = draft.tables["handlings"]
    group = same_form(rows, index, "sector", "behaviour", "subject")
    used = {rows[other]["handling"] for other in group}
    others = [
        form
        for form in lawful(rows[index]["subject"])
        if group_of(form) == ADMINISTRATIVE and form not in used
    ]
    if not others:
        return None
    observed = by_group(draft.tables["manifestations"]).get(_group(rows[index]), [])
    handled = sum(draft.tables["manifestations"][other]["handled"] or 0 for other in observed)
    rows.append(
        {**rows[index], "handling": chance.choice(others), "persons": handled, "severity": None}
    )
    listed = [
        other
        for other in [*group, len(rows) - 1]
        if group_of(rows[other]["handling"]) == ADMINISTRATIVE
    ]
    return at(draft, "handlings", "persons", listed)


@gives("X01", "W", "explained")
def unexplained(draft: Draft, chance: Random) -> Planted | None:
    index = some(draft, chance, "handlings")
    if index is None:
        return None
    rows, gone = draft.tables["handlings"], draft.tables["handlings"][index]
    observed = by_group(draft.tables["manifestations"]).get(_group(gone), [])
    claiming = [each for each in observed if draft.tables["manifestations"][each]["handled"]]
    # a cell that was spoilt before must not be left without its row
    if not claiming or draft.cells.get(ROUND.by_key["handlings"].sheet):
        return None
    draft.tables["handlings"] = [row for row in rows if _group(row) != _group(gone)]
    return at(draft, "manifestations", "handled", claiming)


def _group(row: Row) -> tuple[str, str, str]:
    return row["sector"], row["behaviour"], row["subject"]


@gives("X02", "E", "covered_by")
def too_many_consequences(draft: Draft, chance: Random) -> Planted | None:
    index = some(draft, chance, "consequences")
    if index is None:
        return None
    rows = draft.tables["consequences"]
    rows[index]["cases"] += sum(row["cases"] for row in draft.tables["manifestations"]) + 1
    return at(draft, "consequences", "cases", same_form(rows, index, *PLACE, "consequence"))


@gives("X03", "W", "known_in")
def unknown_combination(draft: Draft, chance: Random) -> Planted | None:
    table = chance.choice(["consequences", "handlings", "examples"])
    rows = draft.tables.get(table)
    if not rows:
        return None
    known = {(row["sector"], row["behaviour"]) for row in draft.tables["manifestations"]}
    sector, behaviour = code("sectors", chance), code("behaviours", chance)
    if (sector, behaviour) in known:
        return None
    row = {**chance.choice(rows), "sector": sector, "behaviour": behaviour}
    rows.append(row)
    at_column = {"consequences": "cases", "handlings": "persons", "examples": "sector"}[table]
    return at(draft, table, at_column, [len(rows) - 1])


@gives("R06", "W", "seldom_used")
def often_unclassified(draft: Draft, chance: Random) -> Planted | None:
    rows = draft.tables.get("manifestations")
    if not rows:
        return None
    key, entry = chance.choice(list(SELDOM.items()))
    counts = {
        "cases": sum(row["cases"] for row in rows) + 1,
        "persons": 0,
        "handled": 0,
        "pending": 0,
        "unhandled": 0,
    }
    other = {"sector": "LV01", "behaviour": "HV1", key: entry}
    rows.append(
        {
            **chance.choice(rows),
            **other,
            "manifestation": None,
            "task": "việc khó xếp loại",
            **counts,
        }
    )
    return at(
        draft, "manifestations", key, [index for index, row in enumerate(rows) if row[key] == entry]
    )
