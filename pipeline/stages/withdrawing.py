"""Delete replies, reminders and receipts that are no longer true, so that nobody sends them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipeline.home import RECEIPT, Home
from pipeline.store import Ledger
from pipeline.store.outputs import Outputs, Record, outputs, recorded


def withdraw(ledger: Ledger, home: Home) -> list[str]:
    """Delete each such letter with its files; return the letters' paths relative to the home."""
    record = recorded(home)
    replied, reminded, confirmed = (
        _codes(record, home, command) for command in ("feedback", "remind", RECEIPT)
    )
    if not (replied or reminded or confirmed):
        return []
    # here: these load all that writes letters and workbooks
    from pipeline.stages.receipting import receipts
    from pipeline.stages.reminders import silent
    from pipeline.stages.replies import concerns

    grounds = {
        "feedback": {each.case.agency.code: each.case.grounds for each in concerns(ledger, replied)}
        if replied
        else {},
        "remind": {code: deadline.isoformat() for code, deadline in silent(ledger, reminded)}
        if reminded
        else {},
        RECEIPT: {each.agency.code: each.grounds for each in receipts(ledger, confirmed)}
        if confirmed
        else {},
    }
    return [
        name
        for command, codes in (("feedback", replied), ("remind", reminded), (RECEIPT, confirmed))
        for name in _withdraw(home, command, codes, grounds[command])
    ]


def _codes(record: Record, home: Home, command: str) -> list[str]:
    """Return the agencies that have a letter of this command."""
    folder = home.letters(command)
    paths = map(home.root.joinpath, record.hashes)
    return sorted({path.stem for path in paths if path.parent == folder and path.suffix == ".docx"})


def _withdraw(home: Home, command: str, codes: list[str], grounds: Mapping[str, str]) -> list[str]:
    """Delete those letters of a command that are no longer true, with their files."""
    folder, gone = home.letters(command), list[str]()
    if not codes:
        return gone
    with outputs(home, command, everything=False) as out:
        untrue = {
            code for code in codes if not _holds(out, folder / f"{code}.docx", grounds.get(code))
        }
        for name in sorted(out.written_into(folder)):
            code, _, ending = name.rpartition(".")
            if code in untrue:
                out.remove(folder / name)
                if ending == "docx":
                    gone.append((folder / name).relative_to(home.root).as_posix())
    return gone


def _holds(out: Outputs, letter: Path, grounds: str | None) -> bool:
    """Whether a letter is still true by today's ``grounds`` (None: nothing to write).

    A letter of an older program has no grounds on record: it is true while there are any today.
    """
    held = out.grounds_of(letter).partition(" ")[0]
    return grounds is not None and held in ("", grounds)
