"""Random right returns, which meet all rules of the round: spoilt by tests, or filled in."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from pipeline.distribute.fill import Filler, named, placed
from pipeline.distribute.layout import FIRST_ROW, info_row, letter
from schemas.codelists import forbidden
from schemas.columns import Column, Kind
from schemas.round.round import Agency
from tests.books import issued, round_of

ROUND = round_of("cv4874")
WORDS = (
    "hồ sơ",
    "chậm",
    "giải quyết",
    "chuyển",
    "lòng vòng",
    "chưa",
    "ký duyệt",
    "xin ý kiến",
    "nhiều lần",
    "quá hạn",
    "công việc",
    "thẩm định",
    "dự án",
    "đầu tư",
    "phối hợp",
    "rà soát",
)
"""Words that don't form a person's name."""
SELDOM = {"behaviour": "HV9", "sector": "LV99"}
"""Entries that R06 wants to be rare."""
ADMINISTRATIVE, PARTY = "KLHC", "KLD"
Row = dict[str, Any]


@dataclass
class Draft:
    """A return in codes, numbers, dates, texts by column key; ``cells``: raw values on top."""

    agency: Agency
    number: int
    info: Row
    tables: dict[str, list[Row]] = field(default_factory=dict)
    cells: dict[str, dict[str, object]] = field(default_factory=dict)

    def place(self, table: str, key: str, index: int = 0) -> tuple[str, str]:
        """Return sheet and address of a cell."""
        spec = ROUND.by_key[table]
        row = info_row(spec, key) if spec.is_form else FIRST_ROW + index
        return spec.sheet, f"{letter(spec, key)}{row}"

    def write(self, table: str, key: str, index: int, value: object) -> tuple[str, str]:
        """Write a raw value into a cell; return sheet and address."""
        sheet, cell = self.place(table, key, index)
        self.cells.setdefault(sheet, {})[cell] = value
        return sheet, cell

    def workbook(self) -> bytes:
        """Return the agency's issued workbook, filled in."""
        rows = {
            table: [named(ROUND, table, row) for row in listed]
            for table, listed in self.tables.items()
        }
        return _filler(self.agency.code).fill(
            placed(ROUND, named(ROUND, ROUND.info.key, self.info), rows, self.cells)
        )


@cache
def _filler(agency: str) -> Filler:
    return Filler(issued(ROUND, agency))


def right(number: int, agency: Agency | None = None) -> Draft:
    """Return a return without mistakes; equal for the same number."""
    chance = Random(number)
    agency = agency or chance.choice(ROUND.in_scope)
    draft = Draft(agency, number, _info(chance))
    draft.tables["narratives"] = [
        {"content": text(chance, 0, 300)} if chance.random() < 0.3 else {}
        for _ in ROUND.codelists["outline"].codes
    ]
    for table in ("actions", "causes", "solutions", "recommendations"):
        draft.tables[table] = [_any_row(table, chance) for _ in range(chance.randint(0, 3))]
    if chance.random() < 0.05:
        draft.info["nil"] = "yes"
        return draft
    draft.info["nil"] = chance.choice([None, "no"])
    draft.tables["manifestations"] = manifestations = _manifestations(agency, chance)
    draft.tables["handlings"] = _handlings(draft, manifestations, chance)
    draft.tables["consequences"] = _consequences(manifestations, chance)
    draft.tables["examples"] = [
        _example(agency, chance.choice(manifestations), chance) for _ in range(chance.randint(0, 3))
    ]
    return draft


def text(chance: Random, least: int, most: int) -> str:
    """Draw a text of lower-case words, often of the least or greatest allowed length."""
    length = chance.choice(
        [
            least,
            min(most, least + chance.randint(0, 60)),
            chance.randint(least, most) if most < 600 else least + 5,
        ]
    )
    words = " ".join(chance.choices(WORDS, k=length // 2 + 2))[:length]
    return words.rstrip() + "." * (length - len(words.rstrip()))


def code(codes: str, chance: Random) -> str:
    """Draw an entry of a code list."""
    return chance.choice(ROUND.codelists[codes].codes)


def cell(column: Column, chance: Random) -> Any:
    """Draw a right value of a column, whatever the other columns say."""
    if not column.required and chance.random() < 0.4:
        return None
    match column.kind:
        case Kind.CODE:
            return code(column.codes, chance)
        case Kind.COUNT:
            return chance.randint(int(column.minimum or 0), int(column.maximum or 1000))
        case Kind.DECIMAL:
            return chance.choice([0, 12.5, 0.01, round(chance.uniform(0, 1e6), 2)])
        case Kind.DATE:
            return dt.date(2021, 2, 2) + dt.timedelta(days=chance.randint(0, 878))
    odd = (
        ["=1+1", "12", "01", "*", "a?c", "~", "-5", "<>", "12/QĐ-UBND"]
        if not column.min_length and not column.anonymous
        else []
    )
    return chance.choice([*odd, text(chance, max(1, column.min_length), column.max_length)])


def _any_row(table: str, chance: Random) -> Row:
    return {column.key: cell(column, chance) for column in ROUND.by_key[table].columns}


def _info(chance: Random) -> Row:
    contact = {column.key: "x" for column in ROUND.info.columns if column.expected}
    return {
        **contact,
        "signed_on": dt.date(2023, 8, 1) + dt.timedelta(days=chance.randint(0, 30)),
        "note": chance.choice([None, "Ghi chú"]),
    }


# --- what was observed ----------------------------------------------------------------------------


def _manifestations(agency: Agency, chance: Random) -> list[Row]:
    rows = [
        _manifestation(agency, chance)
        for _ in range(chance.choice([1, 2, chance.randint(3, 12), chance.randint(3, 30)]))
    ]
    # more rows of the same group, because sums over rows count, not rows
    for group in chance.choices(rows, k=len(rows) // 3):
        again = _manifestation(agency, chance)
        rows.append(
            {
                **again,
                **{key: group[key] for key in ("sector", "behaviour", "subject", "manifestation")},
            }
        )
    if all(_is_seldom(row) for row in rows):
        rows.append({**rows[0], "sector": "LV01", "behaviour": "HV1", "manifestation": None})
    keys = [column.key for column in ROUND.by_key["manifestations"].key_columns]
    unique = {tuple(str(row[key]).casefold() for key in keys): row for row in rows}
    return [_counted(row, chance) for row in unique.values()]


def _manifestation(agency: Agency, chance: Random) -> Row:
    behaviour = code("behaviours", chance)
    entries = ROUND.codelists["manifestations"].entries
    fitting = [
        each.code
        for each in entries
        if behaviour == SELDOM["behaviour"] or each.extra["behaviour"] in ("*", behaviour)
    ]
    return {
        "period": code("periods", chance),
        "sector": code("sectors", chance),
        "locality": agency.own_locality or code("localities", chance),
        "level": code("levels", chance),
        "subject": code("subjects", chance),
        "behaviour": behaviour,
        "manifestation": chance.choice([None, *fitting]),
        "task": chance.choice(
            [
                None,
                "1",
                "01",
                "*",
                "Cấp phép",
                "cấp phep",
                "a" * 300,
                "a" * 299 + "b",
                text(chance, 1, 500),
            ]
        ),
        "note": chance.choice([None, "=A1", text(chance, 1, 40)]),
    }


def _is_seldom(row: Row) -> bool:
    return any(row[key] == entry for key, entry in SELDOM.items())


def _counted(row: Row, chance: Random) -> Row:
    """Add counts to a row; entries that should be rare have no cases."""
    large = chance.choice([3, 3, 20, 100_000])
    handled = chance.randint(0, large) if lawful(row["subject"]) and chance.random() < 0.7 else 0
    pending, unhandled = chance.randint(0, large), chance.randint(0, 3)
    persons = handled + pending + unhandled
    cases = 0 if _is_seldom(row) else chance.randint(0 if persons else 1, large)
    if not persons and not cases:
        persons = pending = 1
    parts = {"handled": handled, "pending": pending, "unhandled": unhandled}
    if not persons:
        parts = {key: chance.choice([None, value]) for key, value in parts.items()}
    return {**row, "cases": cases, "persons": persons, **parts}


# --- what was done about it -----------------------------------------------------------------------


@cache
def lawful(subject: str) -> tuple[str, ...]:
    """Return the forms of handling that nothing forbids for a subject in the window."""
    bad = {
        pair.second
        for pair in forbidden(ROUND.pairs["handling_allowed"], ROUND.start, ROUND.end)
        if pair.first == subject
    }
    return tuple(code for code in ROUND.codelists["handlings"].codes if code not in bad)


def group_of(handling: str) -> str:
    """Return the group of a form of handling."""
    return ROUND.codelists["handlings"].by_code[handling].extra["group"]


def by_group(rows: Sequence[Row]) -> dict[tuple[str, str, str], list[int]]:
    """Return positions of rows by sector, behaviour and subject."""
    groups = defaultdict(list)
    for index, row in enumerate(rows):
        groups[row["sector"], row["behaviour"], row["subject"]].append(index)
    return dict(groups)


def _handlings(draft: Draft, manifestations: Sequence[Row], chance: Random) -> list[Row]:
    """Draw all who were handled under some form; some under a Party discipline as well."""
    rows: list[Row] = []
    numbers = itertools.count(1)
    for (sector, behaviour, subject), indices in by_group(manifestations).items():
        handled = sum(manifestations[index]["handled"] or 0 for index in indices)
        if not handled:
            continue
        place = {"sector": sector, "behaviour": behaviour, "subject": subject}
        forms = [form for form in lawful(subject) if group_of(form) != PARTY] or list(
            lawful(subject)
        )
        shared = [
            {**place, "handling": chance.choice(forms), "persons": persons}
            for persons in _shares(handled, chance)
        ]
        rows += [_handling(draft, row, next(numbers), chance) for row in shared]
        beside = [form for form in lawful(subject) if group_of(form) == PARTY]
        if beside and chance.random() < 0.4:
            more = {"handling": chance.choice(beside), "persons": chance.randint(1, handled)}
            taken = {row["handling"] for row in rows if by_group([row]) == by_group([place])}
            if more["handling"] not in taken:
                rows.append(_handling(draft, {**place, **more}, next(numbers), chance))
    return rows


def _shares(total: int, chance: Random) -> list[int]:
    cuts = sorted(chance.sample(range(1, total), min(total - 1, chance.choice([0, 0, 1, 3]))))
    return [end - start for start, end in itertools.pairwise([0, *cuts, total])]


def _handling(draft: Draft, row: Row, number: int, chance: Random) -> Row:
    period = ROUND.codelists["periods"].by_code[code("periods", chance)]
    first = max(period.valid_from or ROUND.start, dt.date(2021, 2, 2))
    day = first + dt.timedelta(
        days=chance.randint(0, ((period.valid_to or ROUND.end) - first).days)
    )
    return {
        **row,
        "period": period.code,
        "locality": draft.agency.own_locality or code("localities", chance),
        "cases": chance.choice([1, 1, 2, 5000]),
        "severity": chance.choice([None, *_fitting_grades(row["subject"], row["handling"])]),
        "decision_number": f"{number}/QĐ-{draft.number}",
        "decided_on": chance.choice([None, day]),
    }


def _fitting_grades(subject: str, handling: str) -> list[str]:
    """Return grades for which the form is neither too heavy nor too light, by the list."""
    listed = ROUND.expectations["severity_expectations"]
    return [
        each.grade
        for each in listed
        if (each.given, each.entry) == (subject, handling)
        and each.valid_from <= ROUND.start <= each.valid_to
    ]


PLACE = ("period", "sector", "locality", "behaviour")


def _consequences(manifestations: Sequence[Row], chance: Random) -> list[Row]:
    """Draw at most as many cases per consequence as were observed, in one row or by grades."""
    cases: dict[tuple[str, ...], int] = defaultdict(int)
    for row in manifestations:
        cases[tuple(row[key] for key in PLACE)] += row["cases"]
    rows: list[Row] = []
    for place, most in cases.items():
        for consequence in chance.sample(
            ROUND.codelists["consequences"].codes, chance.choice([0, 0, 1, 2]) if most else 0
        ):
            shares = _shares(chance.choice([most, chance.randint(1, most)]), chance)[:3]
            for grade, share in zip(
                chance.sample(ROUND.codelists["severities"].codes, len(shares)), shares, strict=True
            ):
                row = _any_row("consequences", chance)
                rows.append(
                    {
                        **row,
                        **dict(zip(PLACE, place, strict=True)),
                        "severity": grade,
                        "consequence": consequence,
                        "cases": share,
                    }
                )
    return rows


def _example(agency: Agency, row: Row, chance: Random) -> Row:
    return {
        **_any_row("examples", chance),
        **{key: row[key] for key in ("sector", "behaviour")},
        "locality": agency.own_locality or "TW",
    }
