"""What one must know to read the figures: what they count, what they leave out, who is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pipeline import __version__
from pipeline.findings.entries import entries
from pipeline.model import Choice, Standing
from pipeline.store import decisions
from pipeline.store.coverage import COUNTED
from pipeline.store.versions import Role
from pipeline.summarise.figures.changes import least_of_rate
from pipeline.summarise.figures.lines import named_by_standing
from pipeline.summarise.figures.measures import (
    apart_keys,
    averages,
    collectives,
    is_occurrence,
    measures,
    over_agencies,
    rates,
)
from pipeline.summarise.figures.origins import own_column
from pipeline.summarise.figures.periods import days, time_of
from pipeline.summarise.figures.wording import marked
from pipeline.summarise.sheets.sheet import SummaryBook
from pipeline.summarise.workbook.sources import sources
from schemas.columns import TableSpec
from schemas.round.settings import PROGRESS_FILE
from schemas.words import formal_day

Note = tuple[str, str]
MOST_EXPLANATIONS = 40
"""Explanations that are written out; the workbook of progress has them all."""
WIDTHS = (36.0, 104.0)
ONE_PAGE = 70
"""Rows up to which they are printed on a single page."""
_TOPICS = {
    Standing.NIL: "nil",
    Standing.CORRECTING: "correcting",
    Standing.UNREADABLE: "unreadable",
    Standing.MISSING: "not_reported",
}

_KINDS: dict[str, str] = dict.fromkeys(
    (Role.PENDING_TO_CORRECT, Role.PENDING_UNREADABLE, Role.HELD, Role.BEHIND_PIN), "pending"
)


def note_sheet(book: SummaryBook, specs: Sequence[TableSpec]) -> None:
    """The sheet of notes on the tables ``specs``: a topic and its text a row."""
    sheet = book.sheet(book.say("sheets.notes"), book.say("notes_title"), WIDTHS)
    sheet.answers("sources", "notes")
    sheet.page.set_portrait()
    sheet.cells([book.say("topic"), book.say("content")], ["head", "head"])
    sheet.keep_above(1)
    for topic, text in [
        *_scope(book),
        *_left_out(book),
        *_who(book),
        *_decisions(book),
        *_explanations(book),
        *_definitions(book, specs),
        *_quotients(book, specs),
        *_comparing(book, specs),
        (
            book.say("highlights.title"),
            book.say("notes.remarks", least=least_of_rate(book.consolidation.round_)),
        ),
        *_made(book),
    ]:
        sheet.cells([topic, text], ["name", "name"])
    sheet.fit_short(ONE_PAGE)


def _scope(book: SummaryBook) -> Iterator[Note]:
    say, round_ = book.say, book.consolidation.round_
    yield say("notes.round"), round_.name
    yield (
        say("notes.window"),
        say("notes.window_text", start=formal_day(round_.start), end=formal_day(round_.end)),
    )
    yield (
        say("notes.deadline"),
        say("notes.deadline_text", deadline=formal_day(book.consolidation.deadline)),
    )
    yield (
        say("coverage_title"),
        book.coverage
        + ". "
        + say(
            "notes.coverage_text_provisional"
            if book.consolidation.provisional
            else "notes.coverage_text"
        ),
    )
    for mark in marked(book.consolidation):
        yield say(mark), say(f"notes.{mark}_text")
    yield say("notes.missing"), say("notes.missing_text")


def _left_out(book: SummaryBook) -> Iterator[Note]:
    """How many files are not counted, and why."""
    why = sources(book.consolidation)["why"].value_counts()
    kinds = (
        "superseded",
        "to_correct",
        "pending",
        "excluded",
        "unreadable",
        "unassigned",
        "accompanying",
        "dismissed",
    )
    counts = {
        kind: sum(int(count) for key, count in why.items() if _KINDS.get(str(key), key) == kind)
        for kind in kinds
    }
    reasons = [
        book.say(f"notes.not_counted_{kind}", count=count)
        for kind, count in counts.items()
        if count
    ]
    yield book.say("notes.not_counted"), " ".join([book.say("notes.not_counted_text"), *reasons])


def _who(book: SummaryBook) -> Iterator[Note]:
    """The agencies that report nothing, in kinds that must not be confused."""
    for topic, agencies in named_by_standing(book.consolidation, _TOPICS):
        names = agencies["name"].tolist()
        if topic == _TOPICS[Standing.UNREADABLE] and not names:
            continue
        yield (
            book.say(f"notes.{topic}", count=len(names)),
            "; ".join(names) or book.say("notes.nobody"),
        )
    waiting = book.consolidation.agencies.loc[
        book.consolidation.agencies["pending"] != "", "name"
    ].tolist()
    if waiting:
        yield book.say("notes.pending", count=len(waiting)), "; ".join(waiting)
    free = book.consolidation.standing_of(Standing.EXCUSED)
    reasons = {
        each.agency: each for each in book.consolidation.decisions if each.choice is Choice.EXCUSE
    }
    if len(free):
        texts = [
            f"{name} ({reasons[code].reason})"
            for code, name in zip(free["agency"], free["name"], strict=True)
        ]
        yield book.say("notes.excused", count=len(free)), "; ".join(texts)


def _decisions(book: SummaryBook) -> Iterator[Note]:
    """What the operator decided, and what rules don't bind whom: who, when, why."""
    consolidation, say = book.consolidation, book.say
    files = dict(
        zip(consolidation.submissions["sha256"], consolidation.submissions["file"], strict=True)
    )
    if not consolidation.decisions:
        yield say("notes.decisions"), say("notes.no_decision")
    for each in consolidation.decisions:
        words = vars(decisions.named(each, consolidation.round_, files))
        until = [say("notes.decision_until", until=formal_day(each.until))] if each.until else []
        why = say("notes.decision_why", reason=each.reason, by=each.by, day=formal_day(each.at))
        what = "graded" if each.choice is Choice.WAIVE and each.value else each.choice
        if what == "graded":
            words = {
                **words,
                "value": book.consolidation.say(f"screen.severity.{each.value}").lower(),
            }
        if each.choice is Choice.EXTEND and not each.agency:
            what = "extend_all"
        approved = [say("notes.decision_approver", approver=each.approver)] if each.approver else []
        yield (
            say("notes.decisions"),
            " ".join([say(f"notes.decision_{what}", **words), *until, why, *approved]),
        )


def _explanations(book: SummaryBook) -> Iterator[Note]:
    """What agencies answered to warnings about figures that count."""
    consolidation = book.consolidation
    counted = set(consolidation.standing_of(*COUNTED)["agency"])
    given = [
        each
        for each in entries([f for f in consolidation.findings if f.answer and f.agency in counted])
        if each.answer
    ]
    for entry in given[:MOST_EXPLANATIONS]:
        first = entry.first
        words = {
            "rule": first.rule,
            "sheet": first.sheet,
            "cells": entry.where(most=60),
            "found": entry.found(book.lang),
        }
        yield (
            book.say("notes.explanation", agency=consolidation.round_.by_agency[first.agency].name),
            book.say("notes.explanation_text", **words, answer=entry.answer),
        )
    if len(given) > MOST_EXPLANATIONS:
        yield (
            book.say("notes.explanations"),
            book.say(
                "notes.explanations_more", count=len(given) - MOST_EXPLANATIONS, file=PROGRESS_FILE
            ),
        )


def _quotients(book: SummaryBook, specs: Sequence[TableSpec]) -> Iterator[Note]:
    """How rates and averages are reckoned."""
    round_, say = book.consolidation.round_, book.say
    for spec in specs:
        apart, titles = (
            collectives(round_, spec),
            {each.key: each.title for each in measures(round_, spec)},
        )
        out = (
            [
                say(
                    "notes.left_out",
                    name=round_.codes_of(spec.by_key[apart.column]).name(apart.code),
                )
            ]
            if apart
            else []
        )
        for rate in rates(round_, spec):
            said = say("notes.rate", part=titles[rate.part], whole=titles[rate.whole])
            yield f"{spec.sheet}: {rate.title}", " ".join([said, say("notes.rate_terms"), *out])
        time = time_of(round_, spec)
        by_month = averages(round_, spec, "month") if time is not None else []
        for over, shown in (("agency", over_agencies(round_, spec)), ("month", by_month)):
            for each in shown:
                yield (
                    f"{spec.sheet}: {each.title}",
                    say(f"notes.average_{over}", title=titles[each.of]),
                )
    time = next(filter(None, (time_of(round_, spec) for spec in specs)), None)
    if time is not None:
        lengths = [
            say("notes.period", name=name, days=length)
            for name, length in zip(time.names, days(time), strict=False)
        ]
        yield say("notes.months"), say("notes.months_text", periods="; ".join(lengths))


def _comparing(book: SummaryBook, specs: Sequence[TableSpec]) -> Iterator[Note]:
    """How places are compared: by own returns, ranks, headcounts."""
    consolidation, say = book.consolidation, book.say
    if any(own_column(consolidation.round_, spec) for spec in specs):
        yield say("origin"), say("notes.origins_text")
        if consolidation.round_.settings.figures.rankings:
            yield say("notes.ranks"), say("notes.ranks_text")
    if consolidation.headcounts:
        listed = Counter(
            (each.source, formal_day(each.as_of)) for each in consolidation.headcounts.values()
        )
        sources = [
            say("notes.headcount", source=source, day=day, count=count)
            for (source, day), count in sorted(listed.items())
        ]
        yield say("notes.headcounts"), " ".join([say("notes.headcounts_text"), "; ".join(sources)])


def _definitions(book: SummaryBook, specs: Sequence[TableSpec]) -> Iterator[Note]:
    """Each measure: where it stands, how it is counted, how many rows leave it blank."""
    round_ = book.consolidation.round_
    for spec in specs:
        rows, apart, keys = (
            book.consolidation.tables[spec.key],
            collectives(round_, spec),
            apart_keys(round_, spec),
        )
        for measure in measures(round_, spec):
            column = spec.by_key.get(measure.key)
            parts = [column.help if column else ""]
            if apart and measure.key in (*keys, *keys.values()):
                name = round_.codes_of(spec.by_key[apart.column]).name(apart.code)
                parts = [
                    book.say("notes.left_out" if measure.key in keys else "notes.held", name=name)
                ]
            if is_occurrence(round_, spec, measure.key):
                parts.append(book.say("legend_occurrences"))
            blank = int(rows[measure.key].isna().sum()) if column else 0
            if blank:
                parts.append(book.say("notes.blank", blank=blank, rows=len(rows)))
            yield f"{spec.sheet}: {measure.title}", " ".join(filter(None, parts))


def _made(book: SummaryBook) -> Iterator[Note]:
    round_ = book.consolidation.round_
    words = {"program": __version__, "version": round_.version, "digest": round_.digest}
    yield book.say("notes.made"), book.say("notes.made_text", **words)
