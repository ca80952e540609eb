"""Find figures far from those of other agencies (N02).

Sums of counts are compared with those of similar agencies, amounts row by row with those of all
others. Both give warnings: an unusual figure may well be right. The order in which returns came
makes no difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from pipeline.check.current import ComparedColumn, Current, Found
from pipeline.check.findings import grouped
from pipeline.check.peers import FEWEST, ORDERS, Counts, Magnitude, expected_range
from schemas.counting import MONEY, WORTH
from schemas.round.round import Round
from schemas.rules.catalogue import FAR


def outliers(current: Current, round_: Round) -> Found:
    """Yield the N02 findings, each with the number of its submission."""
    for place in _places(round_.settings.across.counts, current, round_):
        yield from _far_sums(place)
    for place in _places(round_.settings.across.amounts, current, round_):
        yield from _far_amounts(place)


def _places(
    declared: tuple[tuple[str, str], ...], current: Current, round_: Round
) -> Iterator[ComparedColumn]:
    for table, measure in declared:
        spec = round_.by_key[table]
        yield ComparedColumn(spec.by_key[measure], spec, current, round_)


# --- sums of counts, against like agencies --------------------------------------------------------


def _far_sums(place: ComparedColumn) -> Found:
    """Yield findings on sums that are far from those of the agencies compared with."""
    # submissions without a number are left out, not counted as 0
    sums = place.current.sums(place.spec.key, place.column.key)
    agencies = {agency.code: agency.group for agency in place.round.agencies}
    groups = {number: agencies[place.current.agency(number)] for number in sums}
    counted, declared = (
        Counter(groups.values()),
        Counter(agency.group for agency in place.round.agencies if agency.in_scope),
    )
    far: dict[int, dict[str, str]] = {}
    for group in sorted(counted):
        joined = compared_with(group, counted, declared)
        peers = np.sort(
            np.array(
                [amount for number, amount in sums.items() if groups[number] in joined],
                dtype="float64",
            )
        )
        far |= _far_from(
            peers,
            {number: amount for number, amount in sums.items() if groups[number] == group},
            joined,
            place,
        )
    yield from _told(far, place)


def compared_with(group: str, counted: Mapping[str, int], declared: Mapping[str, int]) -> list[str]:
    """Return the groups of agencies that one group's agencies are compared with.

    That is its own group and, while there are too few, the next larger ones, then the next smaller.
    ``counted``: how many agencies per group have a figure; ``declared``: how many belong to it.
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


def _far_from(
    peers: Counts, sums: Mapping[int, float], joined: list[str], place: ComparedColumn
) -> dict[int, dict[str, str]]:
    """Return the message words for each sum of a group that is far from its ``peers``.

    The sum itself is left out of its peers. Equal sums share one range.
    """
    ranges = {
        amount: expected_range(np.delete(peers, np.searchsorted(peers, amount)))
        for amount in sorted(set(sums.values()))
    }
    named = place.round.codelists["agency_groups"]
    groups = ", ".join(f"“{named.name(group)}”" for group in joined)
    found = {}
    for number, amount in sums.items():
        bounds = ranges[amount]
        if bounds is not None and not bounds[0] <= amount <= bounds[1]:
            low, high, told = (place.plain(each) for each in (*bounds, amount))
            words = {
                "title": place.column.title,
                "amount": told,
                "low": low,
                "high": high,
                "group": groups,
                "peers": str(len(peers) - 1),
            }
            found[number] = {
                "message": "far_from_peers.joined" if len(joined) > 1 else "far_from_peers",
                **words,
            }
    return found


def _told(far: Mapping[int, dict[str, str]], place: ComparedColumn) -> Found:
    """Yield the findings of sums, each at the largest of the numbers that were added."""
    if not far:
        return
    own = dict(list(place.rows(of=[*far]).groupby("submission")))
    for number, words in far.items():
        rows, measure = own[number], place.column.key
        message = words.pop("message")
        yield place.warning(FAR, message, words, rows[rows[measure] == rows[measure].max()].head(1))


# --- amounts, row by row --------------------------------------------------------------------------


def _far_amounts(place: ComparedColumn) -> Found:
    """Yield findings on rows whose amount is of another order of magnitude than others' rows.

    If the others have too few rows, all rows of the round are taken.
    """
    amounts = Amounts.of(place)
    suspects = [number for number in amounts.submissions if amounts.may_be_far(number)]
    if not suspects:
        return
    rows = place.rows(of=suspects)
    by_submission = dict(list(rows[rows[place.column.key] != 0].groupby("submission")))
    for number in suspects:
        yield from _far_rows(by_submission[number], amounts, number, place)


@dataclass(frozen=True)
class Amounts:
    """The amounts other than 0 of all returns, sliced by submission; nothing else of the rows."""

    values: Counts
    ordered: Counts
    """Their base-10 logarithms, sorted ascending."""
    submissions: Mapping[int, slice]

    @classmethod
    def of(cls, place: ComparedColumn) -> Amounts:
        """Return the amounts of a column."""
        values, numbers = [np.zeros(0)], [np.zeros(0, dtype="int64")]
        for part in place.parts():
            amounts = part[place.column.key].to_numpy(dtype="float64")
            values.append(amounts[amounts != 0])
            numbers.append(part["submission"].to_numpy(dtype="int64")[amounts != 0])
        every = np.concatenate(values)
        known, starts = np.unique(np.concatenate(numbers), return_index=True)
        edges = [*starts.tolist(), len(every)]
        own = {
            number: slice(*ends)
            for number, ends in zip(known.tolist(), pairwise(edges), strict=True)
        }
        return cls(every, np.sort(np.log10(np.abs(every))), own)

    def others(self, submission: int) -> Counts:
        """Return the amounts of all other submissions; all amounts if those are too few."""
        own = self.submissions[submission]
        others = np.concatenate([self.values[: own.start], self.values[own.stop :]])
        return others if len(others) >= FEWEST else self.values

    def may_be_far(self, submission: int) -> bool:
        """Whether an amount may be far from the others'.

        False is certain; True needs a closer look. Tests by bounds of the others' median, because
        that median itself takes long to find for every submission.
        """
        own = self.values[self.submissions[submission]]
        left = len(self.ordered) - len(own)
        if left < FEWEST:
            return True
        lowest, highest = self.ordered[(left - 1) // 2], self.ordered[left // 2 + len(own)]
        logs = np.log10(np.abs(own))
        return bool(logs.max() - lowest >= ORDERS or highest - logs.min() >= ORDERS)


def _far_rows(own: pd.DataFrame, amounts: Amounts, number: int, place: ComparedColumn) -> Found:
    """Yield one finding per side (large or small) and likely unit, on all rows that are far off."""
    key = place.column.key
    usual = Magnitude.of(amounts.others(number))
    if usual is None:
        return
    far = own[usual.is_far(own[key].to_numpy(dtype="float64"))]
    distances = usual.distance(far[key].to_numpy(dtype="float64"))
    units = [likely_unit(place.column.unit, distance, usual) for distance in distances]
    far = far.assign(large=distances > 0, unit=units, off=np.abs(distances)).sort_values(
        ["off", "row"], ascending=[False, True]
    )
    for (large, unit), group in far.groupby(["large", "unit"], sort=True):
        variant = "_".join([*([] if large else ["small"]), *(["unit"] if unit else [])])
        others = {
            "rows": str(len(amounts.values) - len(own)),
            "agencies": str(_others(amounts, number, place)),
        }
        words = {**_words(float(group[key].iloc[0]), str(unit), usual, place), **others}
        yield place.warning(
            FAR, f"out_of_scale.{variant}" if variant else "out_of_scale", words, group
        )


def _others(amounts: Amounts, number: int, place: ComparedColumn) -> int:
    """Return how many other agencies gave an amount."""
    return len({place.current.agency(each) for each in amounts.submissions if each != number})


def likely_unit(unit: str, distance: float, usual: Magnitude) -> str:
    """Return the unit of money in which an amount was likely written; blank if none explains it.

    ``unit`` is the declared one; ``distance``: how many orders of magnitude the amount is off.
    """
    if unit.casefold() not in WORTH:
        return ""
    own = np.log10(WORTH[unit.casefold()])
    off = {each: abs(distance + np.log10(WORTH[each]) - own) for each in MONEY}
    best = min(off, key=lambda each: off[each])
    return best if WORTH[best] != WORTH[unit.casefold()] and off[best] <= usual.reach else ""


def _words(amount: float, unit: str, usual: Magnitude, place: ComparedColumn) -> dict[str, str]:
    times = 10 ** abs(float(usual.distance(np.array([amount]))[0]))
    rounded = round(times, -int(np.log10(times)))
    return {
        "title": place.column.title,
        "unit": place.column.unit,
        "amount": grouped(amount),
        "middle": grouped(float(f"{10**usual.middle:.3g}")),
        "times": grouped(rounded),
        "likely": unit,
    }
