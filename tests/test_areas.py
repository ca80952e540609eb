"""How the tables of a crossing share printed pages, on widths that a reader can add up."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.summarise.sheets import printing
from pipeline.summarise.workbook.areas import MOST_PRINTED, Pages

BEFORE = [9.0, 26.0]


def pages(*tables: list[float], lines: float = 300) -> Pages:
    return Pages.of(BEFORE, tables, 60, lines)


def test_tables_that_fit_stand_on_one_page_at_full_size() -> None:
    found = pages([11.0] * 3, [11.0] * 2)
    assert (len(found.across), found.down, found.scale) == (1, 1, 1.0)
    assert found.pieces == [range(3), range(3, 5)]
    assert (found.breaks, found.printed) == ([], 2)


def test_a_table_begins_on_a_new_page_rather_than_being_cut() -> None:
    found = pages([11.0] * 10, [11.0] * 10, [11.0] * 10)
    assert [piece for page in found.across for piece in page] == [
        range(10),
        range(10, 20),
        range(20, 30),
    ]
    assert found.breaks == [page[0].start for page in found.across[1:]]
    assert found.printed == 2, "no more than two pages unless they are asked for"


def test_a_table_wider_than_a_page_is_cut_between_columns_and_printed_whole() -> None:
    found = pages([11.0] * 60, [11.0] * 3)
    assert len(found.pieces) > 3
    assert found.pieces[-1] == range(60, 63)
    assert found.printed == 1
    assert all(piece.start < 60 for page in found.across[:-1] for piece in page)


def test_long_crossings_go_on_below() -> None:
    found = pages([11.0] * 3, lines=5_000)
    assert found.down > 1
    assert found.printed == 1


def test_a_folded_column_takes_no_room() -> None:
    assert pages([11.0] * 5 + [0.0] * 200).pieces == [range(205)]


@given(
    st.lists(st.lists(st.floats(8, 30), min_size=1, max_size=40), min_size=1, max_size=7),
    st.floats(15, 3000),
)
def test_each_column_stands_on_one_page_and_every_page_fits(
    tables: list[list[float]], lines: float
) -> None:
    found = Pages.of(BEFORE, tables, 60, lines)
    widths = [width for table in tables for width in table]
    assert [at for piece in found.pieces for at in piece] == list(range(len(widths)))
    assert all(one.stop == other.start for one, other in pairwise(found.pieces))
    room = printing.across(upright=found.upright) / found.scale - sum(map(printing.pixels, BEFORE))
    for page in found.across:
        assert sum(printing.pixels(widths[at]) for piece in page for at in piece) <= room
    starts = {0, *found.ends}
    assert all(
        piece.start in starts or piece is page[0] for page in found.across for piece in page
    ), "cut ones have pages of their own"
    if found.printed > 1:
        assert sum(page[0].start < found.ends[found.printed - 1] for page in found.across) <= max(
            1, MOST_PRINTED // found.down
        )
