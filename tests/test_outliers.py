"""N02 finds figures far from others': slips of units by row, sums against like agencies."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.check.outliers import compared_with, outliers
from pipeline.check.peers import FEWEST, Magnitude, expected_range
from pipeline.model import Finding, Severity
from schemas.round.round import Round
from schemas.round.settings import Across, Jump
from schemas.words import LANGUAGES, PARTS, say
from tests.current import Held

USUAL = [3.0, 12.5, 40, 80, 250, 350, 900, 1250.75, 4000, 20_000]
"""Honest losses, in million đồng."""
Told = list[tuple[str, str, tuple[str, ...]]]


def current(
    round_: Round, table: str, column: str, by_agency: Mapping[str, Sequence[float | None]]
) -> Held:
    """Current returns of which one column has these values, from row 9 down."""
    rows = [
        {
            "submission": number,
            "agency": agency,
            "row": row,
            "sheet": round_.by_key[table].sheet,
            column: value,
        }
        for number, (agency, values) in enumerate(by_agency.items(), 1)
        for row, value in enumerate(values, 9)
    ]
    return Held({table: pd.DataFrame(rows).astype({column: "float64"})}, "J")


def losses(round_: Round, by_agency: Mapping[str, Sequence[float | None]]) -> list[Finding]:
    only = replace(
        round_,
        settings=replace(round_.settings, across=Across(amounts=(("consequences", "loss"),))),
    )
    found = [
        finding for _, finding in outliers(current(round_, "consequences", "loss", by_agency), only)
    ]
    for each in found:
        assert each.severity is Severity.WARNING
        assert all(
            say(each.message, part, lang, each.words) for part in PARTS for lang in LANGUAGES
        )
    return found


@pytest.mark.parametrize(
    ("amount", "message", "likely"),
    [
        (1_500_000_000, "out_of_scale.unit", "đồng"),
        (250_000_000, "out_of_scale.unit", "đồng"),
        (0.0005, "out_of_scale.small_unit", "tỷ đồng"),
        (900e12, "out_of_scale", ""),
    ],
)
def test_an_amount_of_another_order_is_told_with_the_unit_it_was_likely_written_in(
    amount: float, message: str, likely: str, round_: Round
) -> None:
    (found,) = losses(round_, {"T01": USUAL, "T02": USUAL, "T96": [80, amount, 350]})
    assert (found.message, found.cells, found.words["likely"]) == (message, ("J10",), likely)
    assert (found.words["rows"], found.words["agencies"]) == ("20", "2")


def test_the_sentence_tells_both_numbers_and_asks_for_the_unit(round_: Round) -> None:
    (found,) = losses(round_, {"T01": USUAL, "T02": USUAL, "T96": [1_500_000_000]})
    assert say(found.message, "found", "vi", found.words) == (
        "“Thiệt hại ước tính (triệu đồng)” là 1\u00a0500\u00a0000\u00a0000 triệu đồng, lớn gấp khoảng 5\u00a0000\u00a0000 lần mức giữa (296) "
        "của 20 dòng khác trong đợt (2 cơ quan). Có phải đã nhập theo đồng thay cho triệu đồng?"
    )


def test_all_rows_of_one_slip_are_one_finding_at_the_furthest_first(round_: Round) -> None:
    slipped = [value * 1_000_000 for value in (80, 900, 350)]
    (found,) = losses(round_, {"T01": USUAL, "T02": USUAL, "T96": slipped})
    assert (found.cells, found.value) == (("J10", "J11", "J9"), "900000000")


def test_many_slips_do_not_hide_one_another(round_: Round) -> None:
    slipped = [value * 1_000_000 for value in USUAL[2:6]]
    found = losses(
        round_, {"T01": USUAL, "T02": USUAL, "T04": USUAL, "T06": slipped, "T96": slipped}
    )
    assert [len(each.cells) for each in found] == [len(slipped), len(slipped)]


def test_a_slip_of_a_thousand_is_seen_where_amounts_are_alike(round_: Round) -> None:
    (found,) = losses(round_, {"T01": [10, 12, 12.5, 15, 20, 30, 8, 11], "T96": [12.5, 12_500]})
    assert (found.message, found.cells, found.words["likely"]) == (
        "out_of_scale.unit",
        ("J10",),
        "nghìn đồng",
    )


@pytest.mark.parametrize("large", [12_500, 25_000, 1, 0.1])
def test_an_honest_amount_is_left_alone(large: float, round_: Round) -> None:
    assert losses(round_, {"T01": USUAL, "T02": USUAL, "T96": [0, None, large]}) == []


@given(st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_no_amount_that_is_far_is_passed_over_unseen(round_: Round, seed: int) -> None:
    chance = random.Random(seed)
    sizes = [chance.choice([0, 1, 3, 30]) for _ in range(chance.randint(1, 8))]
    amounts = {
        f"T{at:02d}": [10 ** chance.gauss(2, 0.9) for _ in range(size)]
        for at, size in enumerate(sizes, 1)
    }
    every = [amount for own in amounts.values() for amount in own]
    far = set()
    for code, own in amounts.items():
        others = [amount for other, theirs in amounts.items() if other != code for amount in theirs]
        usual = Magnitude.of(np.array(others if len(others) >= FEWEST else every))
        if own and usual and usual.is_far(np.array(own)).any():
            far.add(code)
    only = replace(
        round_,
        settings=replace(round_.settings, across=Across(amounts=(("consequences", "loss"),))),
    )
    found = outliers(current(round_, "consequences", "loss", amounts), only) if every else ()
    assert {[*amounts][number - 1] for number, _ in found} == far


def test_where_others_have_few_rows_an_agencys_own_are_looked_at_too(round_: Round) -> None:
    (found,) = losses(round_, {"T01": [5, 8], "T96": [12.5, 40, 80, 250, 350, 900, 1_500_000_000]})
    assert (found.cells, found.words["rows"], found.words["agencies"]) == (("J15",), "2", "1")
    assert losses(round_, {"T01": [5, 8], "T96": [12.5, 1_500_000_000]}) == [], (
        "too few to say anything"
    )


@settings(max_examples=10)
@given(st.lists(st.floats(0.5, 1e6), min_size=FEWEST, max_size=12), st.randoms())
def test_the_order_of_arrival_decides_nothing(values: list[float], order: random.Random) -> None:
    from tests.returns import ROUND

    agencies = {
        f"T{number:02}": [value, 1e12 if number == 2 else value]
        for number, value in enumerate(values, 1)
    }
    names = list(agencies)
    order.shuffle(names)
    one, other = (
        {
            (each.value, each.message, tuple(sorted(each.words.items())))
            for each in losses(ROUND, found)
        }
        for found in (agencies, {name: agencies[name] for name in names})
    )
    assert one == other


@settings(max_examples=20)
@given(st.integers(-9, 9).filter(bool), st.floats(0.001, 1000))
def test_what_is_within_two_orders_is_usual_whatever_the_unit(power: int, factor: float) -> None:
    from tests.returns import ROUND

    scaled = [value * 10.0**power for value in (80, 90, 100, 110, 120, 130, 140, 150, 160)]
    found = losses(ROUND, {"T01": scaled, "T96": [120 * 10.0**power * factor]})
    assert bool(found) == (abs(np.log10(factor)) > 2), factor


# --- sums of counts ------------------------------------------------------------------------------


GROUPS = {"UY_BAN": 1, "DHQG": 2, "NGANG_BO": 4, "THUOC_CP": 8, "BO": 16, "TINH": 63}


@pytest.mark.parametrize(
    ("group", "joined"),
    [
        ("TINH", ["TINH"]),
        ("BO", ["BO"]),
        ("UY_BAN", ["UY_BAN", "DHQG", "NGANG_BO", "THUOC_CP"]),
        ("NGANG_BO", ["NGANG_BO", "THUOC_CP"]),
        ("THUOC_CP", ["THUOC_CP", "BO"]),
    ],
)
def test_small_groups_are_compared_with_the_next_larger(group: str, joined: list[str]) -> None:
    assert compared_with(group, GROUPS, GROUPS) == joined


@given(st.dictionaries(st.sampled_from(sorted(GROUPS)), st.integers(1, 63), min_size=1))
def test_no_agency_is_without_peers_where_the_round_has_enough(counted: dict[str, int]) -> None:
    for group in counted:
        joined = compared_with(group, counted, GROUPS)
        assert joined[0] == group
        assert len({*joined}) == len(joined)
        assert sum(counted[each] for each in joined) > FEWEST or {*joined} == {*counted}


def cases(round_: Round, by_agency: Mapping[str, float]) -> list[Finding]:
    only = replace(
        round_,
        settings=replace(round_.settings, across=Across(counts=(("manifestations", "cases"),))),
    )
    rows = {agency: [count / 2, count / 2] for agency, count in by_agency.items()}
    return [
        finding for _, finding in outliers(current(round_, "manifestations", "cases", rows), only)
    ]


def test_an_agency_of_a_small_group_is_judged_and_told_with_whom_it_was_compared(
    round_: Round,
) -> None:
    members = [agency for agency in round_.agencies if agency.in_scope]
    small = next(agency.code for agency in members if agency.group == "UY_BAN")
    ministries = {agency.code: 40.0 for agency in members if agency.group == "BO"}
    (found,) = cases(round_, {**ministries, small: 4000})
    assert (found.message, found.words["peers"]) == ("far_from_peers.joined", str(len(ministries)))
    assert "“Ủy ban quốc gia”, “Bộ”" in say(found.message, "found", "vi", found.words)
    assert cases(round_, {**ministries, small: 44}) == []


def test_two_slips_do_not_hide_each_other(round_: Round) -> None:
    provinces = [agency.code for agency in round_.agencies if agency.group == "TINH"]
    draws = np.random.default_rng(4874).negative_binomial(5, 5 / 75, len(provinces)).astype(float)
    honest = dict(zip(provinces, draws, strict=True))
    assert cases(round_, honest) == []
    slipped = {**honest, "T01": honest["T01"] * 20 + 700, "T96": honest["T96"] * 20 + 700}
    assert len(cases(round_, slipped)) == 2


@example([1, 1, 1, 1, 1, 52, 564, 564], random.Random(1))  # no peer is in the first range
@settings(max_examples=25)
@given(st.lists(st.integers(0, 5_000), min_size=FEWEST, max_size=60), st.randoms())
def test_an_expected_range_holds_the_middle_whatever_the_order(
    counts: list[int], order: random.Random
) -> None:
    peers = np.array(counts, dtype="float64")
    found = expected_range(peers)
    order.shuffle(counts)
    assert expected_range(np.array(counts, dtype="float64")) == found
    assert (found is None) == (not peers.any())
    assert found is None or found[0] <= np.median(peers) <= found[1]


@pytest.mark.parametrize("shape", [0.7, 2, 20, 500])
def test_large_counts_have_the_range_of_smaller_ones_in_proportion(shape: float) -> None:
    """Large counts are treated as quantities: the range stays within a few hundredths."""
    small = (
        np.random.default_rng(7).negative_binomial(shape, shape / (shape + 500), 60).astype(float)
    )
    low, high = expected_range(small) or (0, 0)
    large_low, large_high = expected_range(small * 1000) or (0, 0)
    assert large_high / 1000 == pytest.approx(high, rel=0.08)
    assert large_low / 1000 == pytest.approx(low, rel=0.08, abs=5)


def test_returns_are_judged_again_where_a_round_compares_otherwise(round_: Round) -> None:
    for across in (
        Across(),
        replace(round_.settings.across, jump=Jump(times=9)),
        replace(round_.settings.across, amounts=()),
    ):
        assert (
            replace(round_, settings=replace(round_.settings, across=across)).policy
            != round_.policy
        )
