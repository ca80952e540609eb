"""Where figures come from: every file, counted or why not, and agencies without one."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from pipeline.model import Standing
from pipeline.store.versions import Role
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.lines import provisional_agencies
from pipeline.summarise.figures.measures import crossed
from pipeline.summarise.figures.nils import nil_returns
from pipeline.summarise.figures.rounding import plain_alike
from pipeline.summarise.figures.totals import totals
from pipeline.summarise.sheets.lists import ListColumn, list_sheet
from pipeline.summarise.sheets.sheet import SummaryBook
from pipeline.summarise.workbook.rows import agency_names, days, texts
from schemas.columns import Kind

MISSING = "missing"


def source_sheet(book: SummaryBook) -> None:
    """The sheet of sources, in the order of the agencies; files of nobody known stand last."""
    frame = sources(book.consolidation)
    fields = [
        *_who(book, frame),
        *_received(book, frame),
        _rows_counted(book, frame["submission"]),
        *_contributed(book, frame["submission"]),
        *_about_file(book, frame),
    ]
    sheet = list_sheet(
        book,
        book.say("sheets.sources"),
        book.say("sources_title"),
        fields,
        legend=book.say("sources_legend"),
        fixed=2,
        most_pages=1,
    )
    sheet.answers("sources", "sources")


def _who(book: SummaryBook, frame: pd.DataFrame) -> list[ListColumn]:
    """Whose file it is, whether it counts, and its verdict."""
    say, consolidation = book.say, book.consolidation
    names = agency_names(consolidation.round_, frame["agency"])
    verdicts = [
        consolidation.say(f"screen.verdict.{verdict}") if verdict else None
        for verdict in texts(frame["verdict"])
    ]
    return [
        ListColumn(say("code"), texts(frame["agency"])),
        ListColumn(say("agency"), names, widest=34),
        ListColumn(
            say("counted_title"), [say(f"counted.{key}") for key in frame["why"]], widest=26
        ),
        ListColumn(say("verdict"), verdicts),
    ]


def _received(book: SummaryBook, frame: pd.DataFrame) -> list[ListColumn]:
    """When a file came and how that is known, and its name."""
    moments = days(local_times(frame["received"], book.consolidation))
    return [
        ListColumn(book.say("received"), moments, "moment"),
        _named(book, "received_by", frame, widest=20),
        ListColumn(book.say("file"), texts(frame["file"]), widest=36),
    ]


def _about_file(book: SummaryBook, frame: pd.DataFrame) -> list[ListColumn]:
    """How many findings a file has, how its agency is known, and the file itself."""
    say = book.say
    return [
        *(
            ListColumn(
                book.consolidation.say(f"screen.status.{name}"), _whole(frame[name]), "whole"
            )
            for name in ("errors", "warnings")
        ),
        _named(book, "identified_by", frame),
        ListColumn(say("version"), texts(frame["version"])),
        ListColumn(say("size"), _whole(frame["size"]), "whole"),
        ListColumn(say("sha256"), texts(frame["sha256"]), "hash"),
    ]


def _named(book: SummaryBook, key: str, frame: pd.DataFrame, widest: float = 30) -> ListColumn:
    """A column of keys, each in words."""
    values = [book.say(f"{key}.{value}") if value else None for value in texts(frame[key])]
    return ListColumn(book.say(f"{key}_title"), values, widest=widest)


def _rows_counted(book: SummaryBook, submissions: pd.Series[Any]) -> ListColumn:
    """How many rows of each file count; blank for agencies without a file."""
    counts = rows_by_submission(book.consolidation)
    values = [None if pd.isna(number) else counts[number] for number in submissions]
    return ListColumn(book.say("rows_counted"), values, "whole")


def _contributed(book: SummaryBook, submissions: pd.Series[Any]) -> list[ListColumn]:
    """What each file adds to the main figures, a confirmed nil 0.

    Blank if none of its rows count or none gives the measure.
    """
    consolidation = book.consolidation
    spec = consolidation.round_.by_key[consolidation.round_.settings.figures.default_table]
    rows, nils = consolidation.tables[spec.key], nil_returns(consolidation, spec)["agency"]
    agencies = consolidation.agencies
    zeros = agencies.loc[agencies["agency"].isin(nils), "submission"].to_numpy(dtype="int64")
    numbers, groups = np.unique(
        np.concatenate([rows["submission"].to_numpy(), zeros]), return_inverse=True
    )
    sums = totals(
        rows, spec, consolidation.round_, groups[: len(rows)], len(numbers), groups[len(rows) :]
    )
    place = {int(number): at for at, number in enumerate(numbers)}
    found = [None if pd.isna(number) else place.get(int(number)) for number in submissions]
    fields = []
    for measure in crossed(consolidation.round_, spec):
        values = plain_alike(sums[measure.key].tolist())
        kind = "whole" if measure.kind is Kind.COUNT else "decimal"
        fields.append(
            ListColumn(measure.title, [None if at is None else values[at] for at in found], kind)
        )
    return fields


def sources(consolidation: Consolidation) -> pd.DataFrame:
    """Every file and every agency without one; ``why``: key of why it counts or not."""
    files = consolidation.submissions.assign(
        why=[why(row, consolidation) for row in consolidation.submissions.itertuples()]
    )
    order = {agency.code: at for at, agency in enumerate(consolidation.round_.in_scope)}
    heard = set(files["agency"])
    free = set(consolidation.standing_of(Standing.EXCUSED)["agency"])
    silent = [
        {"agency": code, "why": Standing.EXCUSED.value if code in free else MISSING}
        for code in order
        if code not in heard
    ]
    together = pd.concat(
        [files.astype(object), pd.DataFrame(silent, columns=["agency", "why"], dtype=object)],
        ignore_index=True,
    )
    place = together["agency"].map(order).fillna(len(order))
    return (
        together.assign(place=place)
        .sort_values(["place", "submission"], kind="stable")
        .drop(columns="place")
        .reset_index(drop=True)
    )


def source_lines(consolidation: Consolidation) -> dict[int, int]:
    """The position of each submission among the sources."""
    return {
        int(number): at
        for at, number in enumerate(sources(consolidation)["submission"])
        if not pd.isna(number)
    }


def why(submission: Any, consolidation: Consolidation) -> str:
    """Whether a file counts, or why not: a key of the words."""
    is_provisional = submission.agency in provisional_agencies(consolidation)
    if submission.role == Role.TO_CORRECT and is_provisional:
        return "provisional"
    return str(submission.role) or Role.UNASSIGNED.value


def rows_by_submission(consolidation: Consolidation) -> Counter[int]:
    """How many rows of each submission count, over all tables."""
    found: Counter[int] = Counter()
    for frame in consolidation.tables.values():
        numbers, counts = np.unique(frame["submission"].to_numpy(), return_counts=True)
        found.update(dict(zip(numbers.tolist(), counts.tolist(), strict=True)))
    return found


def local_times(moments: pd.Series[Any], consolidation: Consolidation) -> pd.Series[Any]:
    """ISO moments on the round's clock, without their offset."""
    parsed = pd.to_datetime(moments, utc=True, format="ISO8601")
    return parsed.dt.tz_convert(consolidation.round_.timezone).dt.tz_localize(None)


def _whole(values: pd.Series[Any]) -> list[int | None]:
    return [None if pd.isna(value) else int(value) for value in values]
