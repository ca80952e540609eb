"""Figures far from those of other agencies (N02): sums of counts against like agencies, amounts row by row against all others.

Both are warnings: a figure may well be right that none of the others comes near. Nothing depends on the order in which returns came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from pipeline.check.current import ComparedColumn, Current, Found
from pipeline.check.findings import grouped
from pipeline.check.peers import FEWEST, Magnitude, expected_range
from schemas.counting import MONEY, WORTH
from schemas.round.round import Round
from schemas.rules.catalogue import FAR


def outliers(current: Current, round_: Round) -> Found:
    """The findings N02, with the numbers of their submissions."""
    for place in _places(round_.settings.across.counts, current, round_):
        yield from _far_sums(place)
    for place in _places(round_.settings.across.amounts, current, round_):
        yield from _far_amounts(place)


def _places(declared: tuple[tuple[str, str], ...], current: Current, round_: Round) -> Iterator[ComparedColumn]:
    for table, measure in declared:
        spec = round_.by_key[table]
        yield ComparedColumn(spec.by_key[measure], spec, current, round_)


# --- sums of counts, against like agencies ------------------------------------------------------------


def _far_sums(place: ComparedColumn) -> Found:
    measure, frame = place.column.key, place.frame
    sums = frame.groupby(["submission", "agency"], observed=True)[measure].sum(min_count=1).dropna().reset_index()  # missing isn't zero
    groups = {agency.code: agency.group for agency in place.round.agencies}
    sums["group"] = sums["agency"].astype(str).map(groups)
    counted = Counter(sums["group"])
    for group in sorted(counted):
        joined = compared_with(group, counted, Counter(agency.group for agency in place.round.agencies if agency.in_scope))
        peers = sums[sums["group"].isin(joined)].reset_index(drop=True)
        for position in np.flatnonzero(peers["group"] == group).tolist():
            yield from _far_sum(position, peers, joined, place)


def compared_with(group: str, counted: Mapping[str, int], declared: Mapping[str, int]) -> list[str]:
    """The groups whose agencies are the peers of one group's: its own and, where it has too few, the next larger, then the next smaller ones.

    ``counted``: how many agencies of each group have a figure; ``declared``: how many belong to it.
    """
    ordered = sorted({*declared, *counted}, key=lambda each: (declared.get(each, 0), each))
    at = ordered.index(group)
    joined = [group]
    for other in (*ordered[at + 1 :], *reversed(ordered[:at])):
        if sum(counted.get(each, 0) for each in joined) > FEWEST:
            break
        if counted.get(other, 0):
            joined.append(other)
    return joined


def _far_sum(position: int, peers: pd.DataFrame, joined: list[str], place: ComparedColumn) -> Found:
    """The finding of one agency's sum; ``position`` is its row among the ``peers``."""
    measure = place.column.key
    counts = peers[measure].to_numpy(dtype="float64")
    amount, bounds = counts[position], expected_range(np.delete(counts, position))
    if bounds is None or bounds[0] <= amount <= bounds[1]:
        return
    named = place.round.codelists["agency_groups"]
    groups = ", ".join(f"“{named.name(group)}”" for group in joined)
    low, high, told = (place.plain(each) for each in (*bounds, amount))
    words = {"title": place.column.title, "amount": told, "low": low, "high": high, "group": groups, "peers": str(len(counts) - 1)}
    own = place.frame[place.frame["submission"] == peers["submission"].iloc[position]]
    largest = own[own[measure] == own[measure].max()].head(1)
    yield place.warning(FAR, "far_from_peers.joined" if len(joined) > 1 else "far_from_peers", words, largest)


# --- amounts, row by row ------------------------------------------------------------------------------


def _far_amounts(place: ComparedColumn) -> Found:
    """Rows whose amount is of another order of magnitude than others' rows; where those are too few, than all rows of the round."""
    rows = place.frame[place.frame[place.column.key].notna() & (place.frame[place.column.key] != 0)]
    for submission, own in rows.groupby("submission", sort=True):
        others = rows[rows["submission"] != submission]
        yield from _far_rows(own, others if len(others) >= FEWEST else rows, place)


def _far_rows(own: pd.DataFrame, others: pd.DataFrame, place: ComparedColumn) -> Found:
    """One finding for all rows of a submission that are far on one side and seem to have been written in one unit."""
    key = place.column.key
    usual = Magnitude.of(others[key].to_numpy(dtype="float64"))
    if usual is None:
        return
    far = own[usual.is_far(own[key].to_numpy(dtype="float64"))]
    distances = usual.distance(far[key].to_numpy(dtype="float64"))
    units = [likely_unit(place.column.unit, distance, usual) for distance in distances]
    far = far.assign(large=distances > 0, unit=units, off=np.abs(distances)).sort_values(["off", "row"], ascending=[False, True])
    for (large, unit), group in far.groupby(["large", "unit"], sort=True):
        variant = "_".join([*([] if large else ["small"]), *(["unit"] if unit else [])])
        words = _words(float(group[key].iloc[0]), str(unit), usual, others.drop(index=own.index, errors="ignore"), place)
        yield place.warning(FAR, f"out_of_scale.{variant}" if variant else "out_of_scale", words, group)


def likely_unit(unit: str, distance: float, usual: Magnitude) -> str:
    """The unit of money in which an amount was likely written that is so many orders of magnitude off; blank where none makes it usual."""
    if unit.casefold() not in WORTH:
        return ""
    own = np.log10(WORTH[unit.casefold()])
    off = {each: abs(distance + np.log10(WORTH[each]) - own) for each in MONEY}
    best = min(off, key=lambda each: off[each])
    return best if WORTH[best] != WORTH[unit.casefold()] and off[best] <= usual.reach else ""


def _words(amount: float, unit: str, usual: Magnitude, others: pd.DataFrame, place: ComparedColumn) -> dict[str, str]:
    times = 10 ** abs(float(usual.distance(np.array([amount]))[0]))
    rounded = round(times, -int(np.log10(times)))
    return {
        "title": place.column.title,
        "unit": place.column.unit,
        "amount": grouped(amount),
        "middle": grouped(float(f"{10**usual.middle:.3g}")),
        "times": grouped(rounded),
        "likely": unit,
        "rows": str(len(others)),
        "agencies": str(others["agency"].nunique()),
    }
