"""Checks that a round's declarations fit together: each name that one uses exists in another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from schemas.round.checks.figures import of_figures
from schemas.round.checks.lists import of_lists
from schemas.round.checks.report import of_outline
from schemas.round.checks.rules import of_rules
from schemas.round.checks.settings import of_settings
from schemas.round.checks.tables import of_tables
from schemas.round.faults import Fault
from schemas.round.round import Round


def check(round_: Round) -> Iterator[Fault]:
    """Yield every fault of a round whose files all have their shape.

    Tables come first. The rest names their columns, and is checked only if these are unique.
    """
    wrong = list(of_tables(round_))
    yield from wrong
    if not wrong:
        yield from chain(
            of_rules(round_),
            of_lists(round_),
            of_settings(round_),
            of_figures(round_),
            of_outline(round_),
        )
