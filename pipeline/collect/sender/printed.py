"""Return the texts that a return's form itself has.

The workbook carries them; for forms from before that, the round remembers them.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import astuple
from functools import lru_cache
from pathlib import Path

from pipeline.model import Stamp
from pipeline.text.printed import NAMES, NOTHING_KNOWN, Printed, joined
from schemas.round.round import Round
from schemas.words import ui

BEFORE = "forms_before.csv"
"""File of a round: by digest, the texts of forms issued before they carried their own. Never
extended."""


def printed_of(hidden: Mapping[str, str], stamp: Stamp, round_: Round) -> Printed:
    """Return the texts of the form behind a workbook with these hidden names; falsy if unknown."""
    written = joined(hidden)
    if written:
        return Printed(written, (text for name, text in hidden.items() if name not in NAMES))
    before = _before(round_.folder).get(stamp.digest, "")
    return Printed(before, _of_one(stamp, round_)) if before else NOTHING_KNOWN


@lru_cache(maxsize=8)
def _before(folder: Path) -> Mapping[str, str]:
    path = folder / BEFORE
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["digest"]: row["printed"] for row in csv.DictReader(file)}


def _of_one(stamp: Stamp, round_: Round) -> list[str]:
    """Return texts that differ by copy: who reports and who signs."""
    agency, groups = round_.by_agency.get(stamp.agency), round_.codelists.get("agency_groups")
    signers = (
        [entry.extra.get("signed_for", "").replace("|", "\n") for entry in groups.entries]
        if groups
        else []
    )
    words = [
        ui(f"form.{key}", round_.language)
        for key in ("agency_heading", "signatures.head", "invented")
    ]
    return [*signers, *words, *astuple(stamp), *([agency.name] if agency else [])]
