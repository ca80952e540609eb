"""Suggest what the operator can do next, from the state of the folder.

Decisions first, then what to write, send, and wait for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.home import BOARD_FILE, OUTPUT, RECEIPT, Home
from pipeline.machine import clock
from pipeline.model import Standing
from pipeline.stages.correspondence import sent_last, written_to
from pipeline.stages.freshness import is_collected, is_summarised, listing
from pipeline.stages.ledgers import ledger_as_it_is
from pipeline.store import Ledger
from pipeline.store.migrating import is_of_older_program
from schemas.round.round import Round

if TYPE_CHECKING:
    from pipeline.store.standing import Standings

MOST = 3
"""Steps shown at one time."""
NAMED = 3
"""Files or agencies named by one step."""
NEAR_DEADLINE = dt.timedelta(days=3)
"""Reminders are suggested from so long before the deadline."""


@dataclass(frozen=True)
class Step:
    """The sentence ``screen.next.<key>`` with its words."""

    key: str
    words: Mapping[str, object] = field(default_factory=dict)


def next_steps(home: Home, round_: Round) -> list[Step]:
    """Return the next steps, the most urgent first; none if nothing can be written."""
    if home.is_read_only or not home.root.is_dir():
        return []
    if not home.ledger.is_file():
        return list(
            islice(
                _first_steps(home, round_, has_arrived=bool(listing(home.data / "incoming"))), MOST
            )
        )
    if is_of_older_program(home.ledger):  # opening it would migrate it; the doctor tells of that
        return []
    with ledger_as_it_is(home, round_) as ledger:
        return list(islice(_steps(home, ledger), MOST))


def _first_steps(
    home: Home, round_: Round, sent: Collection[str] = (), *, has_arrived: bool
) -> Iterator[Step]:
    """Yield the steps before anything was taken in: issue, send, wait."""
    issued = written_to(home, round_, "distribute")
    if not issued:
        yield Step("issue")
    elif rest := len({agency.code for agency in round_.in_scope} - issued):
        yield Step("issue_rest", {"count": rest})
    if unsent := len(issued - set(sent)):
        yield Step("send", {"count": unsent, "folder": home.letters("distribute")})
    if has_arrived:
        yield Step("collect", {"folder": home.data / "incoming"})
    elif issued:
        yield Step("receive", {"folder": home.data / "incoming"})


def _steps(home: Home, ledger: Ledger) -> Iterator[Step]:
    """Yield all steps in a folder with a ledger."""
    incoming = listing(home.data / "incoming")
    has_arrived = bool(incoming) and not is_collected(ledger, incoming)
    if not ledger.hashes():
        yield from _first_steps(
            home, ledger.round_, sent_last(ledger, "distribute"), has_arrived=has_arrived
        )
        return
    from pipeline.store.standing import standings_of  # loads pandas, not needed without returns

    found = standings_of(ledger)
    if has_arrived:
        yield Step("collect", {"folder": home.data / "incoming"})
    yield from _to_decide(ledger, found)
    if not is_summarised(ledger):
        yield Step("summarise")
    yield from _to_answer(home, ledger, found)
    yield from _to_remind(home, ledger, found)
    yield from _to_look(home)


def _to_decide(ledger: Ledger, found: Standings) -> Iterator[Step]:
    """Yield steps for unassigned files, and for versions that wait for a decision."""
    from pipeline.store.standing import of_nobody
    from pipeline.store.versions import Role

    submissions, agencies = found.submissions, ledger.round_.by_agency
    if nobody := submissions.loc[of_nobody(submissions), "name"].tolist():
        yield Step("unassigned", {"count": len(nobody), "names": _named(nobody)})
    if held := submissions.loc[submissions["role"] == Role.HELD, "name"].tolist():
        yield Step("held", {"count": len(held), "names": _named(held)})
    if tied := [
        agencies[code].name
        for code, each in found.positions.items()
        if each.is_tied and code in agencies
    ]:
        yield Step("tied", {"count": len(tied), "names": _named(tied)})


def _to_answer(home: Home, ledger: Ledger, found: Standings) -> Iterator[Step]:
    """Yield steps for replies to write or send, and for receipts to send."""
    written = written_to(home, ledger.round_, "feedback")
    wanted = {
        code
        for code, each in found.positions.items()
        if (version := each.to_reply) and not version.is_acceptable
    }
    if missing := wanted - written:
        yield Step("feedback", {"count": len(missing)})
    if unsent := written - sent_last(ledger, "feedback"):
        yield Step("reply", {"count": len(unsent), "folder": home.letters("feedback")})
    if unsent := written_to(home, ledger.round_, RECEIPT) - sent_last(ledger, RECEIPT):
        yield Step("receipt", {"count": len(unsent), "folder": home.letters(RECEIPT)})


def _to_remind(home: Home, ledger: Ledger, found: Standings) -> Iterator[Step]:
    """Yield steps for reminders to write or send; before they are due, what is awaited."""
    from pipeline.store.deadlines import deadlines

    round_, due = ledger.round_, deadlines(ledger.decisions(), ledger.round_)
    silent = {
        agency.code
        for agency in round_.in_scope
        if found.of(agency.code).standing == Standing.MISSING
    }
    soon = clock.now(round_.timezone).date() + NEAR_DEADLINE
    urgent = {code for code in silent if due.of(code) <= soon}
    written = written_to(home, round_, "remind")
    if unwritten := urgent - written:
        yield Step("remind", {"count": len(unwritten)})
    if unsent := written & silent - sent_last(ledger, "remind"):
        yield Step("reminder", {"count": len(unsent), "folder": home.letters("remind")})
    if silent and not urgent:
        yield Step("await", {"count": len(silent), "folder": home.data / "incoming"})


def _to_look(home: Home) -> Iterator[Step]:
    board = home.root / OUTPUT / BOARD_FILE
    if board.is_file():
        yield Step("look", {"path": board})


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (", …" if names[NAMED:] else "")
