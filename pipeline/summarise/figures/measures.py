"""Measures: what is added up, under which title and in which unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.summarise.figures.dimensions import Dimension
from schemas.columns import Kind, TableSpec
from schemas.round.counting import Apart
from schemas.round.round import Round
from schemas.round.settings import title_in


@dataclass(frozen=True)
class Measure:
    """One number that summaries show. ``unit`` may be empty.

    A rate has a ``part`` and a ``whole``, two measures that it divides; it is blank where the whole
    is 0.
    """

    key: str
    title: str
    unit: str
    kind: Kind
    part: str = ""
    whole: str = ""
    spread: str = ""
    """The measure that an average spreads over months or agencies."""
    rate: Measure | None = None
    """The rate of which it is the part or the whole, reckoned over the rows that give both."""

    @property
    def is_rate(self) -> bool:
        """Whether it divides two sums rather than being one."""
        return bool(self.part)


def collectives(round_: Round, spec: TableSpec) -> Apart | None:
    """What the round counts apart in this table, if it does."""
    declared = round_.settings.figures.collectives
    return declared if declared and spec.has(declared.column) and declared.of(spec.by_key) else None


def apart_keys(round_: Round, spec: TableSpec) -> dict[str, str]:
    """By the key of each measure that counts persons, the key of what holds the collectives that it leaves out."""
    apart = collectives(round_, spec)
    return {each.of: each.key for each in apart.of(spec.by_key)} if apart else {}


def measures(round_: Round, spec: TableSpec) -> list[Measure]:
    """The measures of a table as people read them: those of its columns, then what is counted apart."""
    apart = collectives(round_, spec)
    found = [
        Measure(each.key, _title(round_, spec, each.key, each.title), each.unit, each.kind)
        for each in spec.measures
    ]
    for each in apart.of(spec.by_key) if apart else ():
        title = title_in(each, round_.lang)
        # it is declared in one language alone
        unit = apart.unit if apart and apart.unit.casefold() in title.casefold() else ""
        found.append(
            Measure(
                each.key,
                _title(round_, spec, each.key, title),
                unit,
                spec.by_key[each.of].kind,
            )
        )
    return found


def rates(round_: Round, spec: TableSpec) -> list[Measure]:
    """The rates that the round declares for a table; rows that are counted apart from persons are no part of them."""
    declared = round_.settings.figures.rates.get(spec.key, ())
    return [
        Measure(rate.key, title_in(rate, round_.lang), "", Kind.DECIMAL, rate.part, rate.whole)
        for rate in declared
    ]


def part_of(rate: str) -> str:
    """The key of what a rate is a part of its whole: the sum of the part over the rows that give both."""
    return f"{rate}_part"


def whole_of(rate: str) -> str:
    """The key of a rate's whole, summed over the rows that give both: unknown outcomes belong to none."""
    return f"{rate}_whole"


def with_terms(round_: Round, spec: TableSpec, shown: Iterable[Measure]) -> list[Measure]:
    """Each rate behind the two numbers that it was made of, for a rate alone doesn't say of how many."""
    titles = {each.key: each for each in measures(round_, spec)}
    found: list[Measure] = []
    for each in shown:
        for key, term, said in (
            ((part_of(each.key), each.part, "part"), (whole_of(each.key), each.whole, "whole"))
            if each.is_rate
            else ()
        ):
            of = titles[term]
            found.append(
                Measure(
                    key,
                    round_.say(f"summary.rate_{said}", rate=each.title, title=lowered(of.title)),
                    of.unit,
                    of.kind,
                    rate=each,
                )
            )
        found.append(each)
    return found


def lowered(title: str) -> str:
    """A title as it stands within a line."""
    return title[:1].lower() + title[1:]


def averages(round_: Round, spec: TableSpec, over: str) -> list[Measure]:
    """The averages ``over`` a month or an agency: of the measures that the round names, else of the first that crossings show."""
    shown = crossed(round_, spec)
    named = round_.settings.figures.averaged.get(spec.key, [each.key for each in shown[:1]])
    return [
        Measure(
            f"{each.key}_{over}",
            round_.say(f"summary.per_{over}", title=lowered(each.title)),
            each.unit,
            Kind.DECIMAL,
            spread=each.key,
        )
        for each in shown
        if each.key in named
    ]


def over_agencies(round_: Round, spec: TableSpec) -> list[Measure]:
    """The averages over all agencies with figures: none where they are of several groups, for like is averaged with like alone."""
    return (
        averages(round_, spec, "agency")
        if len({each.group for each in round_.in_scope}) == 1
        else []
    )


def crossed(round_: Round, spec: TableSpec) -> list[Measure]:
    """The measures that crossings of a table show: those the round names, else all."""
    named = round_.settings.figures.crossed.get(spec.key)
    return [measure for measure in measures(round_, spec) if named is None or measure.key in named]


def crossed_rates(round_: Round, spec: TableSpec) -> list[Measure]:
    """The rates that crossings of a table show: those that the round names among them."""
    named = round_.settings.figures.crossed.get(spec.key, ())
    return [rate for rate in rates(round_, spec) if rate.key in named]


def is_occurrence(round_: Round, spec: TableSpec, key: str) -> bool:
    """Whether sums of a measure count occurrences: one case or person may stand in several rows."""
    return key in round_.settings.figures.occurrences.get(spec.key, ())


def applies(round_: Round, spec: TableSpec, measure: Measure, by: Dimension, code: str) -> bool:
    """Whether a measure can have a value for an entry: persons have none for collectives, and the other way round."""
    apart, keys = collectives(round_, spec), apart_keys(round_, spec)
    key = measure.spread or measure.key
    of_persons = key in keys or measure.is_rate or measure.rate is not None
    if apart is None or by.key != apart.column or not (of_persons or key in keys.values()):
        return True
    return (code == apart.code) != of_persons


def _title(round_: Round, spec: TableSpec, key: str, title: str) -> str:
    return (
        round_.say("summary.occurrences", title=title)
        if is_occurrence(round_, spec, key)
        else title
    )
