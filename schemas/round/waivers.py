"""``waivers.toml`` as frozen dataclasses: rules that don't bind an agency."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class DeclaredWaiver:
    """One waiver: a rule that doesn't bind an agency, or binds it with another ``severity``."""

    agency: str
    rule: str
    reason: str
    approver: str
    decided: dt.date
    severity: Literal["", "E", "W"] = ""
    until: dt.date | None = None


@dataclass(frozen=True)
class Waivers:
    """All of ``waivers.toml``."""

    waiver: tuple[DeclaredWaiver, ...] = ()
