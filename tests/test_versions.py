"""Which file of an agency counts: every history of the design, in any order of arrival."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from pipeline.model import Standing, Verdict
from pipeline.store.version import Version, oldest_first
from pipeline.store.versions import Position, Role, position

ZONE = dt.timezone(dt.timedelta(hours=7))
GOOD, WARNED, BAD, JUNK = (
    Verdict.ACCEPTED,
    Verdict.WITH_WARNINGS,
    Verdict.TO_CORRECT,
    Verdict.UNREADABLE,
)


def at(day: int, hour: int = 8) -> dt.datetime:
    return dt.datetime(2023, 9, day, hour, tzinfo=ZONE)


def sent(*versions: Version) -> list[Version]:
    """Versions received on one day after another, numbered from 1."""
    return [
        replace(each, number=number, moment=at(number), name=f"{number}.xlsx")
        for number, each in enumerate(versions, 1)
    ]


def of(verdict: Verdict, **more: object) -> Version:
    return Version(0, at(1), verdict, **more)  # type: ignore[arg-type]


NIL, PDF = of(GOOD, is_nil=True), of(JUNK, is_document=True)
PINNED, EXCLUDED = {"decision": "pin", "pin": 1}, {"decision": "exclude"}


@dataclass(frozen=True)
class Story:
    """What came, and its outcome: what counts, waits, came first, is replied to."""

    versions: Sequence[Version]
    standing: Standing
    counts: int = 0
    pending: tuple[int, ...] = ()
    first: int = 0
    reply: int = 0
    is_excused: bool = False


STORIES = {
    "good → bad": Story([of(GOOD), of(BAD)], Standing.REPORTED, 1, (2,), 1, 2),
    "bad → good → bad": Story([of(BAD), of(GOOD), of(BAD)], Standing.REPORTED, 2, (3,), 1, 3),
    "bad → bad": Story([of(BAD), of(BAD)], Standing.CORRECTING, 0, (), 1, 2),
    "nil → data with errors": Story([NIL, of(BAD)], Standing.NIL, 1, (2,), 1, 2),
    "data → nil": Story([of(GOOD), NIL], Standing.REPORTED, 1, (2,), 1, 0),
    "data → nil, pinned": Story([of(GOOD), replace(NIL, **PINNED)], Standing.NIL, 2, (), 1, 2),
    "data → nil → data": Story([of(GOOD), NIL, of(GOOD)], Standing.REPORTED, 3, (), 1, 3),
    "good, pinned → good": Story([of(GOOD, **PINNED), of(GOOD)], Standing.REPORTED, 1, (2,), 1, 0),
    "pin of a bad one": Story([of(GOOD), of(BAD, **PINNED)], Standing.CORRECTING, 0, (), 1, 2),
    "first one excluded": Story([of(GOOD, **EXCLUDED), of(BAD), of(GOOD)], Standing.REPORTED, 3, (), 2, 3),
    "all excluded": Story([of(GOOD, **EXCLUDED)], Standing.MISSING),
    "unreadable → good": Story([of(JUNK), of(WARNED)], Standing.REPORTED, 2, (), 2, 2),
    "good → unreadable": Story([of(GOOD), of(JUNK)], Standing.REPORTED, 1, (2,), 1, 2),
    "good → bad → unreadable": Story([of(GOOD), of(BAD), of(JUNK)], Standing.REPORTED, 1, (3, 2), 1, 3),
    "bad → unreadable": Story([of(BAD), of(JUNK)], Standing.CORRECTING, 0, (), 1, 1),
    "unreadable alone": Story([of(JUNK), of(JUNK)], Standing.UNREADABLE, 0, (), 0, 2),
    "good → PDF": Story([of(GOOD), PDF], Standing.REPORTED, 1, (), 1, 1),
    "PDF alone": Story([PDF], Standing.UNREADABLE, 0, (), 0, 1),
    "unreadable → PDF": Story([of(JUNK), PDF], Standing.UNREADABLE, 0, (), 0, 1),
    "blank → good": Story([of(BAD, is_blank=True), of(GOOD)], Standing.REPORTED, 2, (), 2, 2),
    "excused → good": Story([of(GOOD)], Standing.REPORTED, 1, (), 1, 1, is_excused=True),
    "excused → bad": Story([of(BAD)], Standing.EXCUSED, 0, (1,), 1, 1, is_excused=True),
    "excused": Story([], Standing.EXCUSED, is_excused=True),
    "good → doubted": Story([of(GOOD), of(GOOD, is_doubted=True)], Standing.REPORTED, 1, (2,), 1, 0),
    "doubted alone": Story([of(GOOD, is_doubted=True)], Standing.REPORTED, 1, (), 1, 1),
    "bad → doubted": Story([of(BAD), of(GOOD, is_doubted=True)], Standing.REPORTED, 2, (), 1, 2),
    "good → doubted, the good one excluded": Story(
        [of(GOOD, **EXCLUDED), of(GOOD, is_doubted=True)], Standing.REPORTED, 2, (), 2, 2
    ),
    "good → one signed and saved before": Story(
        [of(GOOD, signed_on="2023-09-02", saved="2023-09-02"), of(GOOD, signed_on="2023-09-01", saved="2023-09-01")],
        Standing.REPORTED, 1, (2,), 1, 0,
    ),
    "good → one signed before and saved later": Story(
        [of(GOOD, signed_on="2023-09-02", saved="2023-09-02"), of(GOOD, signed_on="2023-09-01", saved="2023-09-03")],
        Standing.REPORTED, 2, (), 1, 2,
    ),
    "nothing": Story([], Standing.MISSING),
}  # fmt: skip


@pytest.mark.parametrize("name", STORIES)
def test_histories(name: str) -> None:
    story, chance = STORIES[name], random.Random(1)
    versions = sent(*story.versions)
    for _ in range(6):
        chance.shuffle(versions)
        found = position(versions, is_excused=story.is_excused)
        counts = found.counting.number if found.counting else 0
        first, reply = (each.number if each else 0 for each in (found.first, found.to_reply))
        pending = tuple(each.number for each in found.pending)
        assert (found.standing, counts, pending, first, reply) == (
            story.standing,
            story.counts,
            story.pending,
            story.first,
            story.reply,
        )


def test_each_file_has_a_role() -> None:
    versions = sent(of(JUNK), of(GOOD), of(GOOD), of(BAD), of(JUNK), NIL, PDF, of(GOOD, **EXCLUDED))
    roles = position(versions).roles
    assert [roles[number] for number in range(1, 9)] == [
        *(
            Role.SUPERSEDED,
            Role.SUPERSEDED,
            Role.COUNTED,
            Role.PENDING_TO_CORRECT,
            Role.PENDING_UNREADABLE,
            Role.HELD,
        ),
        *(Role.ACCOMPANYING, Role.EXCLUDED),
    ]
    assert position(sent(of(GOOD, **PINNED), of(GOOD))).roles == {
        1: Role.COUNTED,
        2: Role.BEHIND_PIN,
    }
    assert position(sent(of(BAD))).roles == {1: Role.TO_CORRECT}


def test_the_unreadable_file_before_the_first_return_is_known() -> None:
    found = position(sent(of(JUNK), of(GOOD), of(JUNK)))
    assert (found.first_unreadable and found.first_unreadable.number) == 1
    assert position(sent(of(GOOD), of(JUNK))).first_unreadable is None


def newest(*versions: Version) -> Position:
    return position(
        [
            replace(each, number=number, sha256=str(number))
            for number, each in enumerate(versions, 1)
        ]
    )


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (of(GOOD, name="z"), replace(of(GOOD, name="a"), moment=at(2))),
        (of(GOOD, name="z"), replace(of(GOOD, name="a"), moment=at(1, 9))),
        (replace(of(GOOD, saved="1"), moment=at(1, 9), has_time=False), of(GOOD, saved="2")),
        (of(GOOD, signed_on="2023-09-01", saved="2"), of(GOOD, signed_on="2023-09-02", saved="1")),
        (of(GOOD, signed_on="2023-09-01", saved="1"), of(GOOD, saved="2")),
        (of(GOOD, saved="1", name="z"), of(GOOD, saved="2", name="a")),
        (of(GOOD, name="a"), of(GOOD, name="b")),
    ],
)
def test_what_makes_a_file_the_newer_one(older: Version, newer: Version) -> None:
    for pair, wanted in (((older, newer), 2), ((newer, older), 1)):
        found = newest(*pair)
        assert found.speaking is not None
        assert found.speaking.number == wanted
        assert found.is_tied == (older.name == "a")


def test_of_names_alone_the_operator_decides() -> None:
    same = of(GOOD)
    assert newest(same, same).is_tied
    assert not newest(same, replace(same, decision="pin", pin=1)).is_tied
    assert not newest(same, replace(same, decision="exclude")).is_tied
    assert not newest(same, replace(same, verdict=BAD)).is_tied


def test_the_order_never_depends_on_the_order_given() -> None:
    """Files of one day, some undated by hour or unsigned: deciding pairs need not be transitive."""
    chance = random.Random(3)
    for _ in range(40):
        versions = [
            Version(
                number,
                at(1, chance.randint(8, 10)),
                GOOD,
                sha256=str(number),
                has_time=chance.random() < 0.6,
                signed_on=chance.choice(["", "1", "2"]),
            )
            for number in range(4)
        ]
        orders = {
            tuple(each.number for each in oldest_first(given))
            for given in itertools.permutations(versions)
        }
        assert len(orders) == 1


def test_a_later_return_is_compared_with_the_one_that_counts() -> None:
    versions = sent(of(BAD), of(GOOD), of(BAD), of(JUNK), of(BAD))
    assert position(versions).compared_with == {1: 0, 2: 1, 3: 2, 5: 2}
    assert position(sent(of(GOOD), of(BAD), of(GOOD))).compared_with == {1: 0, 2: 1, 3: 1}
