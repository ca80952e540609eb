"""The workbook of progress and findings, by agency, group and rule."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipeline.model import Standing
from pipeline.store.versions import Role
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.dimensions import AGENCY_GROUP, dimension
from pipeline.summarise.figures.lines import standing_words
from pipeline.summarise.figures.lines import standings as standings_of
from pipeline.summarise.finding_sheets import finding_sheet, rule_sheet
from pipeline.summarise.sheets.contents import contents_sheet, list_contents
from pipeline.summarise.sheets.lists import ListColumn, list_sheet
from pipeline.summarise.sheets.sheet import SummaryBook
from pipeline.summarise.workbook.rows import days, texts
from pipeline.summarise.workbook.sources import local_times
from schemas.round.round import Round
from schemas.words import dmy, say

_STANDINGS = (Standing.REPORTED, Standing.NIL, Standing.CORRECTING, Standing.MISSING)


def progress_book(consolidation: Consolidation) -> bytes:
    """The workbook: standing of every agency, by group, all findings, findings by rule."""
    book = SummaryBook(consolidation, consolidation.say("summary.progress_title"))
    contents = contents_sheet(book)
    _standing_sheet(book)
    _group_sheet(book)
    _beside_sheet(book)
    finding_sheet(book)
    rule_sheet(book)
    list_contents(contents, "links_short")
    return book.content()


def standings(consolidation: Consolidation) -> tuple[Standing, ...]:
    """The standings in their order; unreadable and excused only where there are any."""
    known = consolidation.coverage
    rare = [(Standing.UNREADABLE, known.unreadable), (Standing.EXCUSED, known.excused)]
    return (*_STANDINGS, *(standing for standing, count in rare if count))


def _group_names(consolidation: Consolidation) -> dict[str, str]:
    """Names of agency groups by code, in order."""
    groups = dimension(consolidation.round_, consolidation.round_.row_tables[0], AGENCY_GROUP)
    return dict(zip(groups.codes, groups.names, strict=True))


def _standing_sheet(book: SummaryBook) -> None:
    name, title = book.say("sheets.standing"), book.say("progress_title")
    list_sheet(book, name, title, _standing_columns(book), fixed=2).answers("progress", "standing")


def _standing_columns(book: SummaryBook) -> list[ListColumn]:
    agencies, say = book.consolidation.agencies, book.consolidation.say
    groups, reporters = _group_names(book.consolidation), standings_of(book.consolidation)
    names = [groups.get(group, group) for group in agencies["group"]]
    words = [standing_words(reporter, book.lang) for reporter in reporters.values()]
    late = [late_days or None for late_days in agencies["late_days"].tolist()]
    verdicts = [
        say(f"screen.verdict.{verdict}") if verdict else None for verdict in agencies["verdict"]
    ]
    remarks = [_remarks(row, book) for row in agencies.itertuples()]
    return [
        ListColumn(book.say("code"), texts(agencies["agency"])),
        ListColumn(book.say("agency"), texts(agencies["name"]), widest=48),
        ListColumn(book.say("agency_group"), names, widest=52),
        ListColumn(book.say("standing"), words, widest=34),
        ListColumn(book.say("received"), days(agencies["received"]), "moment"),
        ListColumn(say("screen.status.late"), late, "whole"),
        ListColumn(book.say("verdict"), verdicts),
        ListColumn(say("screen.status.errors"), _counts(book, "errors"), "whole"),
        ListColumn(say("screen.status.warnings"), _counts(book, "warnings"), "whole"),
        ListColumn(book.say("notes_count"), _counts(book, "notes"), "whole"),
        ListColumn(book.say("file"), texts(agencies["file"]), widest=40),
        ListColumn(book.say("first_received"), days(agencies["first_received"]), "moment"),
        ListColumn(book.say("deadline_own"), days(pd.to_datetime(agencies["deadline"])), "date"),
        ListColumn(book.say("remarks"), remarks, widest=60),
    ]


def _remarks(row: Any, book: SummaryBook) -> str | None:
    """What an operator should know of an agency beside its standing."""
    said = [book.say(f"waits.{row.waits}", file=row.pending)] if row.pending else []
    said += [book.say("asks_pin")] if row.asks_pin else []
    said += (
        []
        if pd.isna(row.first_unreadable)
        else [book.say("unreadable_before", day=dmy(row.first_unreadable))]
    )
    return " ".join(said) or None


def _beside_sheet(book: SummaryBook) -> None:
    """Files of nobody and files that accompany returns."""
    listed = book.consolidation.beside
    if listed.empty:
        return
    rows = [BesideFile(row, book.consolidation.round_) for row in listed.itertuples()]
    fields = [
        ListColumn(book.say("beside.state"), [row.state for row in rows], widest=30),
        ListColumn(book.say("file"), [row.file for row in rows], widest=44),
        ListColumn(
            book.say("received"),
            days(local_times(listed["received"], book.consolidation)),
            "moment",
        ),
        ListColumn(book.say("beside.likely"), [row.likely for row in rows], widest=36),
        ListColumn(book.say("message"), [row.problem for row in rows], widest=50),
        ListColumn(book.say("fix"), [row.fix for row in rows], widest=50),
    ]
    sheet = list_sheet(
        book,
        book.say("sheets.beside"),
        book.say("beside.title"),
        fields,
        legend=book.say("beside.legend"),
        fixed=2,
    )
    sheet.answers("progress", "beside")


class BesideFile:
    """A file of nobody or one that accompanies a return, in words."""

    def __init__(self, row: Any, round_: Round) -> None:
        self.file = row.file
        self.state = round_.say(f"summary.beside.{row.state}")
        self.likely = round_.by_agency[row.likely].name if row.likely in round_.by_agency else ""
        is_beside = row.state == Role.ACCOMPANYING
        self.problem = say(row.message, "found", round_.lang, row.words) if row.message else ""
        self.fix = round_.say(
            "summary.beside.nothing_to_do" if is_beside else "summary.beside.decide"
        )
        self.whose = round_.say("summary.beside.may_be", name=self.likely) if self.likely else ""
        """Whose it may be, as a sentence; blank where nothing hints at anybody."""


def _counts(book: SummaryBook, name: str) -> list[int | None]:
    """Counts of findings; nothing, rather than 0, where nothing was received."""
    agencies = book.consolidation.agencies
    nothing = (Standing.MISSING, Standing.EXCUSED)
    return [
        None if standing in nothing else number
        for number, standing in zip(agencies[name], agencies["standing"], strict=True)
    ]


def _group_sheet(book: SummaryBook) -> None:
    """Agencies by group and standing."""
    agencies, shown = book.consolidation.agencies, standings(book.consolidation)
    heads = [
        book.say("agency_group"),
        book.say("agency_count"),
        *(_capital(book.consolidation.say(f"screen.standing.{each}")) for each in shown),
    ]
    heads += [
        book.say("late_count"),
        *(book.consolidation.say(f"screen.status.{name}") for name in ("errors", "warnings")),
    ]
    sheet = book.sheet(
        book.say("sheets.groups"), book.say("groups_title"), [54, *([13] * (len(heads) - 1))]
    )
    sheet.answers("progress", "groups")
    sheet.cells(heads, ["head"] * len(heads))
    sheet.keep_above(1)
    names = _group_names(book.consolidation)
    for group, name in [*names.items(), (None, book.say("total"))]:
        members = agencies if group is None else agencies[agencies["group"] == group]
        if members.empty and group is not None:
            continue
        by_standing = [int((members["standing"] == each).sum()) for each in shown]
        late, sums = (
            int((members["late_days"] > 0).sum()),
            [int(members[name].sum()) for name in ("errors", "warnings")],
        )
        kinds = ["name", *(["count"] * (len(heads) - 1))]
        sheet.cells(
            [name, len(members), *by_standing, late, *sums], kinds, "total" if group is None else ""
        )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
