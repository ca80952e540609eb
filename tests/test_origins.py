"""Own returns and others' reports of a place are kept apart: recounted in plain loops."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.summarise.figures.dimensions import dimension
from pipeline.summarise.figures.origins import Origin, own_column, own_rows, rows_from
from schemas.round.round import Round
from tests.consolidations import consolidation, random_consolidation, tiny_round
from tests.rows import PROVINCE_CASE

PROVINCES = "TINH"
"""The group of agencies that each report one place alone."""


def own_places(round_: Round) -> dict[str, str]:
    """The place of each province's agency, from the list of agencies alone."""
    return {agency.code: agency.locality for agency in round_.agencies if agency.group == PROVINCES}


@pytest.mark.parametrize("table", ["manifestations", "consequences", "handlings"])
@pytest.mark.parametrize("key", ["locality", "region"])
def test_each_row_is_of_an_own_return_or_of_others(round_: Round, table: str, key: str) -> None:
    made, spec = random_consolidation(round_, rows=400), round_.by_key[table]
    by, places = dimension(round_, spec, key), own_places(round_)
    own = own_rows(made, spec, by)
    assert own is not None
    expected = [
        places.get(row["agency"]) == row["locality"]
        for row in made.tables[table].to_dict("records")
    ]
    assert own.tolist() == expected
    assert 0 < sum(expected) < len(expected), "the rows must hold both for this to say anything"
    counts = [
        len(rows_from(made, spec, by, origin))
        for origin in (Origin.OWN, Origin.OTHERS, Origin.BOTH)
    ]
    assert counts == [sum(expected), len(expected) - sum(expected), len(expected)]


def test_what_a_ministry_reports_of_its_own_seat_is_no_own_return(round_: Round) -> None:
    cells = {
        **PROVINCE_CASE,
        "cases": 1,
        "persons": 1,
    }
    rows = [
        {"agency": "T01", "locality": "T01", **cells},
        {"agency": "BNV", "locality": "T01", **cells},
        {"agency": "T01", "locality": "T02", **cells},
        {"agency": "T01", "locality": None, **cells},
    ]
    made, spec = consolidation(round_, {"manifestations": rows}), round_.by_key["manifestations"]
    own = own_rows(made, spec, dimension(round_, spec, "locality"))
    assert own is not None
    kept = made.tables["manifestations"][own]
    assert [(row["agency"], row["locality"]) for row in kept.to_dict("records")] == [("T01", "T01")]


def test_entries_without_agencies_of_their_own_have_no_origins(
    round_: Round, tmp_path: Path
) -> None:
    made, spec = random_consolidation(round_, rows=50), round_.by_key["manifestations"]
    sector = dimension(round_, spec, "sector")
    assert own_rows(made, spec, sector) is None
    assert len(rows_from(made, spec, sector, Origin.OWN)) == 50
    tiny = tiny_round(tmp_path / "tiny")
    assert own_column(tiny, tiny.by_key["trees"]) == ""
