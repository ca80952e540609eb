"""Print what decisions and new returns changed: one line per agency."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from pipeline.terminal.sentences import first_names, tell
from schemas.words import ui

if TYPE_CHECKING:
    from pipeline.stages.deciding import DecisionReport
    from pipeline.stages.effects import AgencyState, Effect
    from schemas.round.round import Round

MOST = 20
"""How many agencies get a line; ``status`` shows all."""


def report_effects(decided: DecisionReport, round_: Round, lang: str) -> None:
    """Print what a decision changed, or that and why it changed nothing."""
    if not decided.effects:
        tell(lang, "effects.none")
    if reason := decided.why_nothing:
        because = ui(f"screen.effects.because.{reason.key}", lang, **reason.words)
        click.echo(f"  {because}", err=True)
    report_changes(decided.effects, round_, lang, decided.withdrawn)


def report_changes(
    effects: Sequence[Effect], round_: Round, lang: str, withdrawn: Sequence[str] = ()
) -> None:
    """Print what changed, one line per agency, and the letters that were deleted for it."""
    for effect in effects[:MOST]:
        name = round_.by_agency[effect.agency].name
        changes = "; ".join(_changes(effect, round_, lang))
        tell(lang, "effects.line", agency=name, changes=changes)
    if len(effects) > MOST:
        tell(lang, "effects.more", count=len(effects) - MOST)
    if withdrawn:
        tell(lang, "withdrawn.line", count=len(withdrawn), names=first_names(withdrawn))


def _changes(effect: Effect, round_: Round, lang: str) -> Iterator[str]:
    before, after = effect.before, effect.after
    if before.standing != after.standing:
        stood, stands = (ui(f"screen.standing.{state.standing}", lang) for state in (before, after))
        yield ui("screen.effects.standing", lang, before=stood, after=stands)
    yield from _totals(before, after, round_, lang)
    if before.pending != after.pending:
        role, _, name = after.pending.partition(" ")
        yield ui(f"screen.effects.{role or 'nothing_waits'}", lang, file=name)
    if before.late_days != after.late_days and (after.late_days or after.has_come):
        key = "late" if after.late_days else "in_time"
        yield ui(f"screen.effects.{key}", lang, days=after.late_days)


def _totals(before: AgencyState, after: AgencyState, round_: Round, lang: str) -> Iterator[str]:
    """Yield what became of an agency's part in the round's first figure."""
    from pipeline.stages.effects import figure

    column = figure(round_)
    if column is None or (before.counting == after.counting and before.amount == after.amount):
        return
    was, now = (f"{amount or 0:.15g}" for amount in (before.amount, after.amount))
    words = {"before": was, "after": now, "unit": column.unit or column.title}
    if before.counting and after.counting:
        key = "replaced" if was != now else "same"
    else:
        key = "out" if before.counting else "into"
    yield ui(f"screen.effects.{key}", lang, **words)
