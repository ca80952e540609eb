"""Write reminders: a letter to each agency that has sent nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from functools import partial

from pipeline.feedback.reminder import Reminding
from pipeline.home import Home
from pipeline.machine import clock
from pipeline.model import Standing
from pipeline.stages.lettering import ReplyDeadline, dated, only, refuse_early
from pipeline.store import Ledger, standing
from pipeline.store.outputs import outputs


def silent(ledger: Ledger, codes: Collection[str]) -> Iterator[tuple[str, dt.date]]:
    """Yield those of these agencies that have sent nothing, with their deadlines."""
    frame = standing.agencies(standing.standings_of(ledger), ledger.round_, ledger.decisions())
    for code, stands, deadline in zip(
        frame["agency"], frame["standing"], frame["deadline"], strict=True
    ):
        if stands == Standing.MISSING and code in codes:
            yield code, deadline


def write_reminders(
    ledger: Ledger,
    home: Home,
    codes: Collection[str],
    *,
    every_agency: bool,
    as_of: dt.date | None,
    asked: dt.date | None,
    lang: str,
) -> int:
    """Write these reminders and delete those out of date; return how many were written.

    ``as_of``: the day up to which nothing came, by default today. ``asked``: the day before which
    agencies past their deadline are to report.
    """
    round_, reminded = ledger.round_, list(silent(ledger, codes))
    today = clock.now(round_.timezone).date()
    refuse_early(asked, (deadline for _, deadline in reminded))
    writer = Reminding(round_, as_of or today, as_of, ledger.invented, round_.speaking(lang))
    with (
        outputs(home, "remind", everything=every_agency) as out,
        only(out, home.reminders, None if every_agency else codes) as written,
    ):
        asking = ReplyDeadline(out, asked)
        for code, deadline in reminded:
            letter, grounds = home.reminders / f"{code}.docx", deadline.isoformat()
            made = partial(
                writer.letter, round_.by_agency[code], deadline, asking.before(letter, grounds)
            )
            for ending, content in dated(out, letter, made, today).items():
                written(f"{code}.{ending}", content)
            asking.note(letter, grounds)
    return len(reminded)
