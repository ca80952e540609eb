"""The workbook of progress and findings, by agency, group and rule."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pandas as pd

from pipeline.model import Finding, Severity, Standing
from pipeline.office.addresses import ranges
from pipeline.store.versions import Role
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.dimensions import AGENCY_GROUP, dimension
from pipeline.summarise.figures.lines import standing_words
from pipeline.summarise.figures.lines import standings as standings_of
from pipeline.summarise.figures.wording import number
from pipeline.summarise.sheets.contents import contents_sheet, list_contents
from pipeline.summarise.sheets.lists import ListColumn, list_sheet
from pipeline.summarise.sheets.sheet import SummaryBook
from pipeline.summarise.workbook.rows import MOST_ROWS, days, texts
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
    _finding_sheet(book)
    _rule_sheet(book)
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
    agencies = book.consolidation.agencies
    groups, reporters = _group_names(book.consolidation), standings_of(book.consolidation)
    fields = [
        ListColumn(book.say("code"), texts(agencies["agency"])),
        ListColumn(book.say("agency"), texts(agencies["name"]), widest=48),
        ListColumn(
            book.say("agency_group"),
            [groups.get(group, group) for group in agencies["group"]],
            widest=52,
        ),
        ListColumn(
            book.say("standing"),
            [standing_words(each, book.lang) for each in reporters.values()],
            widest=34,
        ),
        ListColumn(book.say("received"), days(agencies["received"]), "moment"),
        ListColumn(
            book.consolidation.say("screen.status.late"),
            [late or None for late in agencies["late_days"].tolist()],
            "whole",
        ),
        ListColumn(
            book.say("verdict"),
            [
                book.consolidation.say(f"screen.verdict.{verdict}") if verdict else None
                for verdict in agencies["verdict"]
            ],
        ),
        ListColumn(
            book.consolidation.say("screen.status.errors"), _counts(book, "errors"), "whole"
        ),
        ListColumn(
            book.consolidation.say("screen.status.warnings"), _counts(book, "warnings"), "whole"
        ),
        ListColumn(book.say("notes_count"), _counts(book, "notes"), "whole"),
        ListColumn(book.say("file"), texts(agencies["file"]), widest=40),
        ListColumn(book.say("first_received"), days(agencies["first_received"]), "moment"),
        ListColumn(book.say("deadline_own"), days(pd.to_datetime(agencies["deadline"])), "date"),
        ListColumn(
            book.say("remarks"), [_remarks(row, book) for row in agencies.itertuples()], widest=60
        ),
    ]
    sheet = list_sheet(
        book, book.say("sheets.standing"), book.say("progress_title"), fields, fixed=2
    )
    sheet.answers("progress", "standing")


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


def _finding_sheet(book: SummaryBook) -> None:
    lang, every = book.lang, ordered(book.consolidation)
    found = every if len(every) <= MOST_ROWS else sorted(every, key=_gravity)[:MOST_ROWS]
    cut = (
        [book.say("too_many_findings", rows=number(len(every), lang), most=number(MOST_ROWS, lang))]
        if len(every) > MOST_ROWS
        else []
    )
    names = {code: agency.name for code, agency in book.consolidation.round_.by_agency.items()}
    fields = [
        ListColumn(
            book.say("severity"),
            [book.consolidation.say(f"screen.severity.{each.severity}") for each in found],
        ),
        ListColumn(book.say("rule"), [each.rule for each in found]),
        ListColumn(book.say("code"), [each.agency for each in found]),
        ListColumn(book.say("agency"), [names.get(each.agency, "") for each in found], widest=28),
        ListColumn(book.say("file"), [each.file for each in found], widest=26),
        ListColumn(book.say("sheet"), [each.sheet for each in found], widest=18),
        ListColumn(book.say("cells"), [ranges(each.cells) for each in found], widest=16),
        ListColumn(book.say("column"), [each.column for each in found], widest=20),
        ListColumn(book.say("value"), [each.value for each in found], widest=22),
        ListColumn(
            book.say("message"),
            [say(each.message, "found", lang, each.words) for each in found],
            widest=50,
        ),
        ListColumn(
            book.say("fix"),
            [say(each.message, "fix", lang, each.words) for each in found],
            widest=46,
        ),
        ListColumn(
            book.consolidation.say("feedback.columns.answer"),
            [each.answer for each in found],
            widest=36,
        ),
    ]
    legend = " ".join([book.say("findings_legend"), *cut])
    sheet = list_sheet(
        book,
        book.say("sheets.findings"),
        book.say("findings_title"),
        fields,
        legend=legend,
        fixed=2,
    )
    sheet.answers("findings", "findings")


def ordered(consolidation: Consolidation) -> list[Finding]:
    """Findings by agency in the list's order (files of nobody known last), the gravest first."""
    place = {agency.code: at for at, agency in enumerate(consolidation.round_.in_scope)}
    return sorted(
        consolidation.findings,
        key=lambda each: (place.get(each.agency, len(place)), each.file, _gravity(each)),
    )


def _gravity(finding: Finding) -> int:
    """Its place among the severities, the gravest first."""
    return list(Severity).index(finding.severity)


def _rule_sheet(book: SummaryBook) -> None:
    found = by_rule(book.consolidation)
    fields = [
        ListColumn(book.say("rule"), [rule for (rule, _, _), _ in found]),
        ListColumn(
            book.say("severity"),
            [
                book.consolidation.say(f"screen.severity.{severity}")
                for (_, severity, _), _ in found
            ],
        ),
        ListColumn(book.say("rule_text"), [text for (_, _, text), _ in found], widest=70),
        ListColumn(book.say("findings_count"), [len(listed) for _, listed in found], "whole"),
        ListColumn(
            book.say("cells_count"),
            [sum(len(each.cells) for each in listed) for _, listed in found],
            "whole",
        ),
        ListColumn(
            book.say("agencies_concerned"),
            [len({each.agency for each in listed if each.agency}) for _, listed in found],
            "whole",
        ),
    ]
    sheet = list_sheet(book, book.say("sheets.rules"), book.say("rules_title"), fields)
    sheet.answers("findings", "rules")


def by_rule(consolidation: Consolidation) -> list[tuple[tuple[str, Severity, str], list[Finding]]]:
    """Count findings by rule, severity and rule text, the most frequent first.

    Errors come before warnings, warnings before notes.
    """
    groups: defaultdict[tuple[str, Severity, str], list[Finding]] = defaultdict(list)
    for each in consolidation.findings:
        text = say(each.message, "rule", consolidation.lang, each.words)
        groups[each.rule, each.severity, text].append(each)
    gravity = {severity: at for at, severity in enumerate(Severity)}
    return sorted(groups.items(), key=lambda item: (gravity[item[0][1]], -len(item[1]), *item[0]))
