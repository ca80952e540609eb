"""Columns in which few values stand many times."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from pipeline.summarise.sheets.repeated import DistinctValues


@given(st.lists(st.sampled_from(["a", "b", None, 1, 2.5])))
def test_a_column_is_what_it_was_made_of(values: list[object]) -> None:
    column = DistinctValues.of(values)
    assert list(column) == values
    assert [column[at] for at in range(len(column))] == values
    assert column[1:3] == values[1:3]
    assert list(column.distinct) == list(dict.fromkeys(values))
    assert list(column.map(str)) == [str(value) for value in values]


@given(st.lists(st.sampled_from(["y", "x", None])))
def test_a_column_of_a_frame_has_none_where_it_has_nothing(values: list[str | None]) -> None:
    for kind in ("str", "category"):
        column = DistinctValues.of_frame(pd.Series(values, dtype="str").astype(kind), str.upper)
        assert list(column) == [value and value.upper() for value in values]
        assert (None in column.distinct) == (None in values)
