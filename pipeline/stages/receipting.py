"""Write receipts: a letter to each agency whose return counts.

It says what came and what was found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial

from pipeline.feedback.receipt import Receipt, Receipts
from pipeline.home import RECEIPT, Home
from pipeline.machine import clock
from pipeline.stages.lateness import is_told
from pipeline.stages.lettering import dated, only
from pipeline.store import Ledger, standing
from pipeline.store.outputs import outputs


def receipts(ledger: Ledger, codes: Collection[str]) -> Iterator[Receipt]:
    """Yield a receipt for each of these agencies whose return counts."""
    round_, standings = ledger.round_, standing.standings_of(ledger)
    agencies = standing.agencies(standings, round_, ledger.decisions()).set_index("agency")
    for agency in round_.in_scope:
        held = standings.of(agency.code)
        if agency.code not in codes or held.counting is None:
            continue
        counting, about = held.counting, agencies.loc[[agency.code]]
        yield Receipt(
            agency=agency,
            file=counting.name,
            received=counting.moment.date(),
            number=1 + [each.number for each in held.returns].index(counting.number),
            verdict=counting.verdict,
            warnings=int(about["warnings"].item()),
            is_nil=counting.is_nil,
            late_days=int(about["late_days"].item()) if is_told(round_) else 0,
            newer=held.pending[0].moment.date() if held.pending else None,
        )


def write_receipts(
    ledger: Ledger, home: Home, codes: Collection[str], *, every_agency: bool, lang: str
) -> int:
    """Write these receipts and delete those out of date; return how many were written."""
    round_, listed = ledger.round_, list(receipts(ledger, codes))
    today, folder = clock.now(round_.timezone).date(), home.receipts
    writer = Receipts(round_, ledger.invented, round_.speaking(lang))
    with (
        outputs(home, RECEIPT, everything=every_agency) as out,
        only(out, folder, None if every_agency else codes) as written,
    ):
        for receipt in listed:
            letter = folder / f"{receipt.agency.code}.docx"
            for ending, content in dated(
                out, letter, partial(writer.letter, receipt), today
            ).items():
                written(f"{receipt.agency.code}.{ending}", content)
            out.rest(letter, receipt.grounds)
    return len(listed)
