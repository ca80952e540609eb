"""The judge: the pandera schema of a table, with every rule that its declaration has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd
import pandera.pandas as pa
from pandera.engines import pandas_engine

from schemas.columns import Column, Kind
from schemas.rules.base import CrossRule, RowRule
from schemas.rules.facts import Facts
from schemas.rules.sentences import sentence
from schemas.typed_frame import typed

if TYPE_CHECKING:
    Check = Callable[[pd.DataFrame], "pd.Series[bool] | bool"]


class JudgingRound(Facts, Protocol):
    """A round, as far as it judges: its facts and the rules of its tables."""

    @property
    def language(self) -> str:
        """The language in which its checks are described."""

    @property
    def rules(self) -> Mapping[str, tuple[RowRule, ...]]:
        """The rules of rows, by table."""


class _Text(pandas_engine.STRING):
    """pandas' own type of text, checked for a whole column at once.

    pandera's checks it cell by cell, which costs more than all other types together.
    """

    def check(self, pandera_dtype: Any, data_container: Any = None) -> bool:
        return bool(pandera_dtype.type == self.type)


_TYPES: dict[Kind, Any] = {
    Kind.COUNT: float,
    Kind.DECIMAL: float,
    Kind.DATE: pd.Timestamp,
    Kind.TEXT: _Text(),  # type: ignore[call-arg]
}
"""Numbers are missing as NaN, dates as NaT, texts (in NFC) and codes as null."""
_TOLD = ["unit", "codes", "required", "minimum", "maximum", "min_length", "max_length", "in_window"]
"""What the metadata of a schema's column say of it."""


@lru_cache(maxsize=256)
def schema_of(round_: JudgingRound, table: str) -> pa.DataFrameSchema:
    """Make the schema that judges the rows of a table: typed columns, and one check per rule.

    A check bears the rule's label. The schema takes typed frames as the pipeline builds them, and
    plain ones, such as ``pandas.read_parquet`` gives from ``du-lieu/``: its parser makes a plain
    frame a typed one (:func:`schemas.typed_frame.typed`). All values may be missing: a check says
    where they must not be.
    """
    spec = round_.by_key[table]
    return pa.DataFrameSchema(
        {column.key: _column(column, round_) for column in spec.columns},
        checks=[check_of(rule, round_) for rule in round_.rules[table]],
        parsers=pa.Parser(lambda frame: typed(frame, spec, round_)),
        unique_column_names=True,
        name=spec.key,
        title=spec.title,
        description=spec.note,
    )


def _column(column: Column, facts: Facts) -> pa.Column:
    dtype = (
        pd.CategoricalDtype(facts.codes_of(column).codes) if column.codes else _TYPES[column.kind]
    )
    metadata = {name: getattr(column, name) for name in _TOLD}
    return pa.Column(
        dtype, nullable=True, title=column.title, description=column.help, metadata=metadata
    )


def check_of(rule: RowRule, round_: JudgingRound) -> pa.Check:
    """Make the check of a rule. ``name`` and ``error``: its label; description: what must hold.

    ``ignore_na``: a rule decides itself what a blank means. ``n_failure_cases``: all failing rows
    are in ``check_output`` of the error; to list them with all their columns would cost more than
    the check.
    """

    def holds(frame: pd.DataFrame) -> pd.Series[bool] | bool:
        met = rule.holds(frame, round_)
        return True if met.all() else pd.Series(met, index=frame.index)

    return _check(holds, rule, round_)


@lru_cache(maxsize=256)
def schema_of_groups(rule: CrossRule, round_: JudgingRound) -> pa.DataFrameSchema:
    """Make the schema that judges groups of rows: what ``CrossRule.judge`` gives."""

    def holds(groups: pd.DataFrame) -> pd.Series[bool]:
        return groups["holds"].astype(bool)

    return pa.DataFrameSchema(checks=[_check(holds, rule, round_)], name=rule.table)


def _check(holds: Check, rule: RowRule | CrossRule, round_: JudgingRound) -> pa.Check:
    return pa.Check(
        holds,
        name=rule.label,
        error=rule.label,
        title=f"{rule.id} ({rule.severity})",
        description=sentence(rule, round_, round_.language),
        ignore_na=False,
        n_failure_cases=1,
    )
