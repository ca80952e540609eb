"""The self-check and the pipeline give equal counts for the same recalculated workbooks."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from pipeline.distribute.layout import FIRST_ROW, letter
from tests.mistakes import MISTAKES, OWN_TOTAL
from tests.office import Edit, edited, needs_office
from tests.often import times
from tests.returns import ROUND, Draft, right
from tests.selfchecks import Counts, held_together

IN_SHEET = (
    "S08",
    "S13",
    "V01",
    "V02",
    "V03",
    "V04",
    "V05",
    "V06",
    "R01",
    "R02",
    "R03",
    "R04",
    "R05",
    "T01",
    "X01",
    "X02",
    "X03",
)
"""The rules of the form's definition that live in the template too."""
UNDOUBTED = [("V08", "W", "made_day"), ("V04", "W", "moment")]
"""What may be meant otherwise, which the sheet takes as it stands."""
READ_OTHERWISE = [
    key
    for key in MISTAKES
    if key not in UNDOUBTED and (key[0] == "V08" or key == ("V03", "W", "ambiguous"))
]
NOT_SEEN = [OWN_TOTAL, ("S09", "E", "no_value"), *READ_OTHERWISE, *UNDOUBTED]
"""Formulas have values once recalculated; an agency's total row counts as a row here."""
FIRST, BOOKS = 6, 12
"""The first number from which on so many returns hold mistakes of every rule."""
REPAIRED = 2
"""So many returns hold every way of writing that is read with a repair."""
FORMULA = re.compile(rb"<(?:f|formula|formula1|definedName)\b[^>]*>(.*?)</")


def spoilt(number: int) -> Draft:
    """A return with the mistakes whose turn it is and up to eight random ones."""
    draft, chance = right(number), Random(number)
    plants = [plant for key, each in MISTAKES.items() if key not in NOT_SEEN for plant in each]
    for plant in [*plants[number % BOOKS :: BOOKS], *chance.sample(plants, chance.randint(0, 8))]:
        plant(draft, chance)
    return draft


def repaired(number: int) -> Draft:
    """A right return in which some cells are written otherwise than the sheet wants, a few by chance."""
    draft, chance = right(number), Random(number)
    ways = [
        *READ_OTHERWISE[number % REPAIRED :: REPAIRED],
        *chance.choices(READ_OTHERWISE, k=chance.randint(0, 15)),
    ]
    for way in ways:
        MISTAKES[way][0](draft, chance)
    return draft


def compared(folder: Path, drafts: Sequence[Draft]) -> Counts:
    """Hold the sheets of all drafts against the pipeline; what was counted in all."""
    paths = [folder / f"{draft.number}.xlsx" for draft in drafts]
    for path, draft in zip(paths, drafts, strict=True):
        path.write_bytes(draft.workbook())
    return held_together(paths, ROUND, IN_SHEET)


def edits(draft: Draft, chance: Random) -> list[Edit]:
    """Rows deleted, inserted, pasted, cut and moved in every table, the first row included."""
    steps: list[Edit] = []
    for position, spec in enumerate(ROUND.tables, start=2):
        rows = len(draft.tables.get(spec.key, ()))
        if spec.is_form or spec.prepared or not rows:
            continue
        last = letter(spec, spec.keys[-1])
        first, end = FIRST_ROW + chance.randrange(rows), FIRST_ROW + rows
        steps += chance.sample(
            [
                ("delete", position, str(FIRST_ROW), "1"),
                ("delete", position, str(first), str(chance.randint(1, rows))),
                ("insert", position, str(FIRST_ROW), "1"),
                ("insert", position, str(first), "3"),
                ("copy", position, f"A{first}:{last}{first}", f"A{end + 5}"),
                ("copy", position, f"A{FIRST_ROW}:{last}{FIRST_ROW}", f"A{first}"),
                ("move", position, f"A{first}:{last}{end}", f"A{end + 40}"),
            ],
            5,
        )
    return steps


@needs_office
@pytest.mark.slow
def test_random_mistakes_are_counted_alike(tmp_path: Path) -> None:
    every = compared(tmp_path, [spoilt(FIRST + number) for number in times(BOOKS, 60)])
    assert {rule for rule, _, _ in every} == set(IN_SHEET)


@needs_office
@pytest.mark.slow
def test_what_is_read_otherwise_is_counted_where_the_sheet_wants_it_written_anew(
    tmp_path: Path,
) -> None:
    every = compared(tmp_path, [repaired(number) for number in times(REPAIRED, 24)])
    assert {(rule, severity) for rule, severity, _ in every} == {
        ("V02", "E"),
        ("V03", "W"),
        ("V04", "E"),
    }


@needs_office
@pytest.mark.slow
def test_right_returns_pass(tmp_path: Path) -> None:
    assert compared(tmp_path, [right(number) for number in times(2, 20)]) == {}


@needs_office
@pytest.mark.slow
def test_rows_deleted_inserted_cut_and_pasted_break_no_formula(tmp_path: Path) -> None:
    sources: dict[Path, list[Edit]] = {}
    for number in (300 + each for each in times(1, 15)):
        draft = spoilt(number)
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(draft.workbook())
        sources[path] = edits(draft, Random(number))
    saved = edited(sources, tmp_path / "edited")
    for path in saved:
        with zipfile.ZipFile(path) as archive:
            formulas = [
                text
                for name in archive.namelist()
                if name.endswith(".xml")
                for text in FORMULA.findall(archive.read(name))
            ]
        assert formulas
        # alone it is a mistake of ours, planted into a cell
        assert not [text for text in formulas if b"#REF!" in text and text != b"#REF!"]
    assert held_together(saved, ROUND, IN_SHEET)
