"""What a collection round is: tables, columns, rules, code lists and words.

No I/O but reading its own files. ``load_round`` and ``schema`` are what other programs use. Both
import what they need when called: this package is imported by everything, and the start of the
command depends on it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandera.pandas as pa

    from schemas.round.round import Round

__all__ = ["load_round", "schema"]


def load_round(name: str | Path | None = None) -> Round:
    """Load a round by name or by folder; without a name the one whose window ends last.

    Raises:
        NoSuchRoundError: there is no round of that name or folder.

    """
    from schemas.round.load import load_round as load

    return load(name)


@cache
def schema(round_key: str, table_key: str) -> pa.DataFrameSchema:
    """Make the pandera schema by which the pipeline judges a table of a round.

    ``schema("cv4874",
    "manifestations").validate(pandas.read_parquet("du-lieu/manifestations.parquet"), lazy=True)``
    judges consolidated rows with pandera alone.

    Raises:
        NoSuchRoundError: there is no round of that key or folder.
        KeyError: the round has no such table.

    """
    from schemas.frame import schema_of

    return schema_of(load_round(round_key), table_key)
