"""Which table figures come from, by the dimensions that it counts by."""

from __future__ import annotations

from pipeline.errors import UsageError
from pipeline.summarise.figures.dimensions import dimensions
from schemas.columns import TableSpec
from schemas.round.round import Round


def table_spec(round_: Round, table: str) -> TableSpec:
    """A table of rows by key.

    Raises UsageError where the round has none of that key.
    """
    known = {spec.key: spec for spec in round_.row_tables}
    if table not in known:
        raise UsageError("no_such_table", table=table, known=", ".join(known))
    return known[table]


def table_with(round_: Round, *keys: str) -> TableSpec | None:
    """The table that counts by all these dimensions: the default one, else the first that can."""
    default = round_.by_key[round_.settings.figures.default_table]
    able = [
        spec
        for spec in (default, *round_.row_tables)
        if spec.measures and set(keys) <= set(dimensions(round_, spec))
    ]
    return able[0] if able else None


def main_table(round_: Round, *keys: str) -> TableSpec:
    """The table whose measures summaries show by these dimensions.

    Raises LookupError where the round declares a summary that no table can give.
    """
    spec = table_with(round_, *keys)
    if spec is None:
        raise LookupError(f"{round_.key}: no table counts by {' and '.join(keys)}")
    return spec


def borrowed(round_: Round, spec: TableSpec) -> list[tuple[TableSpec, str]]:
    """Measures of other tables that stand beside those of ``spec``: each table and key."""
    keys = [key for key in round_.settings.figures.borrowed if not spec.has(key)]
    owners = {key: table for key in keys for table in reversed(round_.row_tables) if table.has(key)}
    return [(owners[key], key) for key in keys]
