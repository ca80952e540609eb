"""Do what follows collecting: write to agencies, write summaries."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.home import Home
from pipeline.stages.collecting import CollectionReport
from pipeline.stages.ledgers import make_ready
from pipeline.stages.progress import Progress
from pipeline.stages.withdrawing import withdraw
from pipeline.store import Ledger

if TYPE_CHECKING:
    from pipeline.stages.replies import ReplyReport


def write_all(
    ledger: Ledger,
    home: Home,
    collected: CollectionReport,
    *,
    provisional: bool,
    lang: str,
    progress: Progress,
) -> tuple[CollectionReport, ReplyReport, list[Path]]:
    """Write all replies and all summaries.

    Returns ``collected`` with the letters that this made untrue, the replies, and the summaries'
    paths.
    """
    from pipeline.stages.replies import write_replies
    from pipeline.stages.summarising import write_summaries

    make_ready(home, ledger)
    every = {agency.code for agency in ledger.round_.in_scope}
    replied = write_replies(
        ledger,
        home,
        every,
        every_agency=True,
        with_warnings=False,
        asked=None,
        lang=lang,
        progress=progress,
    )
    collected = replace(collected, withdrawn=withdraw(ledger, home))
    written = write_summaries(
        ledger, home, None, None, provisional=provisional, lang=lang, progress=progress
    )
    return collected, replied, written
