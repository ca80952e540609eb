"""What summaries are made from: the rows that count, who sent them, and their coverage."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import pandas as pd

from pipeline.model import Decision, Finding, Standing
from pipeline.store.addresses import Addresses
from pipeline.store.coverage import Coverage
from pipeline.store.deadlines import deadlines
from pipeline.store.headcounts import Headcounts
from pipeline.store.versions import Role
from schemas.round.round import Round
from schemas.round.translation import in_language
from schemas.words import Language

P = ParamSpec("P")
T = TypeVar("T")

BESIDE = ("state", "file", "sha256", "received", "likely", "kind", "rule", "message", "words")
"""The columns of ``beside``.

``state`` is ``unassigned`` or ``accompanying``; ``kind`` says what a file is that can't be opened.
"""


@dataclass(frozen=True)
class Consolidation:
    """Everything that summaries are made from, whole and frozen; no I/O happens behind it.

    ``tables``: by table key, the rows that count: ``submission`` (int), ``agency`` (code),
    ``file``, ``sheet``, ``row`` (int) and each declared column typed (codes as ``Categorical`` over
    the list's codes, numbers float64, dates datetime64, text str). ``agencies``: one row an agency
    in scope, in the list's order: ``agency``, ``name``, ``short_name``, ``group``, ``locality``,
    ``standing`` (:class:`pipeline.model.Standing`), ``late_days`` (0 in time), ``received`` (on the
    round's clock, or NaT), ``first_received``, ``first_unreadable``, ``deadline``, ``pending`` (the
    file that waits, or blank), ``waits``, ``asks_pin``, ``verdict``, ``errors``, ``warnings``,
    ``notes``, ``submission`` (Int64), ``file``, ``sha256``. ``submissions``: one row a file
    received: ``submission``, ``agency``, ``file``, ``sha256``, ``size``, ``received`` (ISO text
    with its offset), ``received_by``, ``verdict``, ``decision`` (pin, exclude or blank), ``role``,
    ``pending``, ``current``, ``counted``, ``version``, ``digest``, ``identified_by``, ``errors``,
    ``warnings``, ``notes``. ``decisions``: those that stand, the operator's and the round's own
    waivers. ``info``: what agencies say of themselves in the label-value sheet of their current
    submission, counted or not: ``agency`` and its columns, one row an agency that sent anything
    readable. ``aside``: what those submissions say outside the form, counted nowhere: ``agency``,
    ``file``, ``sheet``, ``cell``, ``title``, ``value``. ``findings``: those of current submissions,
    of those that wait and of files of nobody. ``beside``: files that are nobody's return or
    accompany returns, with the columns :data:`BESIDE`.
    """

    round_: Round
    provisional: bool
    invented: bool
    tables: Mapping[str, pd.DataFrame]
    agencies: pd.DataFrame
    submissions: pd.DataFrame
    findings: Sequence[Finding]
    coverage: Coverage
    decisions: Sequence[Decision] = ()
    info: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"agency": []}))
    aside: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(
            columns=["agency", "file", "sheet", "cell", "title", "value"]
        )
    )
    beside: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(BESIDE)))
    contacts: Addresses = field(default_factory=dict)
    """Whom to write to and to call, as the operator's address book says."""
    headcounts: Headcounts = field(default_factory=dict)
    """How many people work at each agency, where the operator has a list of it; by code."""
    names: Decision | None = None
    """The decision to write persons in clear, which every output says.

    Without one they are masked (:mod:`pipeline.summarise.masking`).
    """
    persons: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """By agency, the numbers of its masked persons in the whole round, to compare texts by."""
    earlier: Consolidation | None = None
    """An earlier state of this round, or an earlier round, to compare with."""

    worked_out: dict[Hashable, Any] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """What :func:`once` remembers."""

    def in_language(self, lang: str) -> Consolidation:
        """The same in the words of another language, as far as its rounds declare any."""
        earlier = self.earlier.in_language(lang) if self.earlier is not None else None
        return replace(self, round_=in_language(self.round_, lang), earlier=earlier)

    @property
    def lang(self) -> Language:
        """The language of everything that is made from it: its round's."""
        return self.round_.lang

    def say(self, key: str, **words: object) -> str:
        """A word or sentence in its language, as :func:`schemas.words.ui`."""
        return self.round_.say(key, **words)

    @property
    def deadline(self) -> dt.date:
        """The first late day of agencies without a deadline of their own."""
        return deadlines(self.decisions, self.round_).general

    def standing_of(self, *standings: Standing) -> pd.DataFrame:
        """The agencies in one of these standings, in the list's order."""
        return self.agencies[self.agencies["standing"].isin(standings)]

    def count_provisionally(self, rows: pd.DataFrame) -> pd.Series[bool]:
        """Of some rows of a table: whether they are of a return to correct."""
        return rows["submission"].isin(
            self.submissions.loc[self.submissions["role"] == Role.TO_CORRECT, "submission"]
        )


def once(
    work: Callable[Concatenate[Consolidation, P], T],
) -> Callable[Concatenate[Consolidation, P], T]:
    """Remember what ``work`` gives for a consolidation and its other arguments.

    A consolidation is frozen. Callers must leave the result as it is.
    """

    @wraps(work)
    def remembered(consolidation: Consolidation, /, *asked: P.args, **named: P.kwargs) -> T:
        key = work.__module__, work.__qualname__, asked, tuple(named.items())
        if key not in consolidation.worked_out:
            consolidation.worked_out[key] = work(consolidation, *asked, **named)
        found: T = consolidation.worked_out[key]
        return found

    return remembered
