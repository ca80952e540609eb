"""What summaries are made from: the same whatever order the files came in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.books import MINI, filled, round_of
from tests.commands import tonghop

NORTH = """
    quarter | building | inspected | passed
    2030    | SCH      | 10        | 7
"""
SOUTH = """
    quarter | building | inspected | passed
    2030    | HOS      | 4         | 1
"""


@pytest.mark.slow
def test_the_order_of_arrival_shows_in_no_output(tmp_path: Path) -> None:
    returns = {"NOR": NORTH, "SOU": SOUTH}
    outputs = []
    for order in (["NOR", "SOU"], ["SOU", "NOR"]):
        home = tmp_path / order[0]
        incoming = home / "data" / "incoming"
        incoming.mkdir(parents=True)
        for code in order:
            (incoming / f"{code}.xlsx").write_bytes(
                filled(round_of(MINI), code, inspections=returns[code])
            )
            assert (
                tonghop(
                    "--home", home, "--round", MINI, "collect", "--received", "2031-07-01"
                ).exit_code
                == 0
            )
        assert tonghop("--home", home, "--round", MINI, "summarise").exit_code == 0
        written = [path for path in (home / "data" / "output").rglob("*") if path.is_file()]
        outputs.append({path.relative_to(home): path.read_bytes() for path in written})
    first, second = outputs
    assert len(first) > 10
    assert [path for path in first if first[path] != second[path]] == []
    assert set(first) == set(second)
