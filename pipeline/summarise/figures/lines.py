"""The lines of a table of figures: entries in their order, and who was to report them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.model import Standing
from pipeline.summarise.figures.consolidation import Consolidation, once
from pipeline.summarise.figures.dimensions import Dimension, dimension
from pipeline.summarise.figures.origins import own_column
from schemas.columns import TableSpec
from schemas.round.round import Round
from schemas.words import ui

NOT_IN = (Standing.MISSING, Standing.UNREADABLE, Standing.CORRECTING, Standing.EXCUSED)
"""Standings of agencies whose figures aren't there (yet)."""
_WORST_FIRST = (*NOT_IN, Standing.REPORTED, Standing.NIL)


@dataclass(frozen=True)
class EntryReporter:
    """How the agency of an entry stands, and whether its figures are provisional."""

    standing: Standing
    is_waiting: bool = False
    is_provisional: bool = False

    @property
    def is_out(self) -> bool:
        """True if its figures aren't known: not in yet, or nil with a newer version waiting."""
        return self.standing in NOT_IN or (self.standing is Standing.NIL and self.is_waiting)


@dataclass(frozen=True)
class TableLine:
    """One line: the entry at position ``at`` of a dimension, or of its parent."""

    at: int
    is_parent: bool = False


def lines(shown: Sequence[int], by: Dimension, parent: Dimension | None) -> list[TableLine]:
    """Lines for the entries at some positions, each below its parent's if there is a parent."""
    if parent is None:
        return [TableLine(at) for at in shown]
    owners = parent.owner or {}
    above = {at: parent.codes.index(owners.get(by.codes[at], "")) for at in shown}
    found: list[TableLine] = []
    for top in sorted(set(above.values())):
        found += [
            TableLine(top, is_parent=True),
            *(TableLine(at) for at in shown if above[at] == top),
        ]
    return found


def parent_of(round_: Round, spec: TableSpec, by: Dimension, key: str) -> Dimension | None:
    """The dimension ``key``, if it is an attribute of the entries of ``by``."""
    parent = dimension(round_, spec, key) if key else None
    return parent if parent is not None and parent.column == by.key else None


def standings(consolidation: Consolidation) -> dict[str, EntryReporter]:
    """How each agency in scope stands, by its code, in the list's order."""
    frame, provisional = consolidation.agencies, provisional_agencies(consolidation)
    listed = zip(frame["agency"], frame["standing"], frame["pending"], strict=True)
    return {
        code: EntryReporter(Standing(standing), bool(pending), code in provisional)
        for code, standing, pending in listed
    }


@once
def provisional_agencies(consolidation: Consolidation) -> frozenset[str]:
    """The agencies with rows that count although their return is still to be corrected.

    What rests on such rows is provisional. An agency to correct without a sound row isn't.
    """
    if not consolidation.provisional:
        return frozenset()
    tables = consolidation.tables.values()
    return frozenset(
        agency
        for rows in tables
        for agency in rows.loc[consolidation.count_provisionally(rows), "agency"].unique()
    )


def reporters(
    consolidation: Consolidation, spec: TableSpec, by: Dimension
) -> Mapping[str, EntryReporter]:
    """Who was to report each entry, by its code, if entries have agencies of their own.

    Of several agencies, the worst standing.
    """
    if own_column(consolidation.round_, spec) != by.key:
        return {}
    known, found = standings(consolidation), dict[str, EntryReporter]()
    for agency in consolidation.round_.in_scope:
        mine = [known[agency.code], *filter(None, [found.get(agency.own_locality)])]
        if agency.own_locality:
            found[agency.own_locality] = min(
                mine, key=lambda each: (not each.is_out, _WORST_FIRST.index(each.standing))
            )
    return found


def named_by_standing(
    consolidation: Consolidation, keys: Mapping[Standing, str]
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the key of each standing, and its agencies.

    Agencies whose rows count provisionally come apart, under the key with ``_provisional`` behind.
    """
    for standing, key in keys.items():
        agencies = consolidation.standing_of(standing)
        provisional = agencies["agency"].isin(provisional_agencies(consolidation))
        if provisional.any():
            yield f"{key}_provisional", agencies[provisional]
        if not provisional.any() or not provisional.all():
            yield key, agencies[~provisional]


def standing_words(reporter: EntryReporter | None, lang: str) -> str:
    """How an agency stands, in words, and if it is provisional; blank if nobody was to report."""
    if reporter is None:
        return ""
    said = stands(reporter.standing, lang, is_waiting=reporter.is_waiting)
    return (
        ui("summary.standing_provisional", lang, standing=said) if reporter.is_provisional else said
    )


def stands(standing: object, lang: str, *, is_waiting: bool) -> str:
    """A standing in words, and whether a newer version waits."""
    said = ui(f"screen.standing.{standing}", lang)
    return ui("screen.waiting", lang, standing=said) if is_waiting else said


def empty(consolidation: Consolidation, reporter: EntryReporter | None) -> str:
    """The sign for a figure that nobody gave: not reported, or nothing to report; never a zero."""
    nobody = consolidation.coverage.counted == 0
    return consolidation.say(
        "summary.unknown" if nobody or (reporter and reporter.is_out) else "summary.nothing"
    )
