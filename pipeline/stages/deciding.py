"""Record an operator's decision, judge again what it affects, and find what it changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.model import Choice, Decision, Severity, Verdict
from pipeline.stages import effects, reasons
from pipeline.stages.choosing import chosen_of, column_of
from pipeline.stages.comparing import compare_readable
from pipeline.stages.ledgers import writing
from pipeline.stages.losses import refuse_without_ledger
from pipeline.stages.renewing import judge_again
from pipeline.stages.withdrawing import withdraw
from pipeline.store import Ledger, decisions
from pipeline.store.decisions import Grounds
from schemas.round.round import Round
from schemas.rules.catalogue import BETWEEN_AGENCIES, BINDING
from schemas.words import dmy

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class DecisionReport:
    """What was decided, and what that changed."""

    made: Sequence[tuple[Decision, decisions.DecisionWords]]
    """Each decision, with what people call the things that it is about."""
    effects: Sequence[effects.Effect]
    withdrawn: Sequence[str] = ()
    """Letters that are no longer true and were deleted."""
    why_nothing: reasons.Reason | None = None
    """Why nothing changed, if nothing did."""


def on_submission(
    home: Home, round_: Round, choice: Choice, named: str, grounds: Grounds
) -> DecisionReport:
    """Pin or exclude the submission that ``named`` (a path, a name or a hash) stands for."""
    refuse_without_ledger(home, named)
    with writing(home, round_) as ledger:
        before = effects.states(ledger)
        known = ledger.submissions()
        sha256, agency = (
            _taken_back(ledger, known, choice, named)
            if grounds.undo
            else _of_an_agency(known, choice, named)
        )
        decision = decisions.put_on_record(ledger, choice, agency, sha256, grounds)
        _settle(ledger, home)
        return _decided(ledger, home, before, decision)


def _taken_back(ledger: Ledger, known: pd.DataFrame, choice: Choice, named: str) -> tuple[str, str]:
    """Return (SHA-256, agency) of the submission whose decision is to be revoked.

    If several have this name, only one with such a decision can be meant.
    """
    about = known[
        known["sha256"].isin(
            {each.target for each in decisions.in_force(ledger.decisions(), choice)}
        )
    ]
    return decisions.submission(about if decisions.is_named(about, named).any() else known, named)


def _of_an_agency(known: pd.DataFrame, choice: Choice, named: str) -> tuple[str, str]:
    """Return (SHA-256, agency) of the submission to pin or exclude.

    If several have this name, only a readable one can be meant for a pin. Raises ``OperatorError``
    for one without an agency, and for an unreadable one to pin.
    """
    readable = known[known["verdict"] != Verdict.UNREADABLE]
    is_pin = choice is Choice.PIN
    sha256, agency = decisions.submission(
        readable if is_pin and decisions.is_named(readable, named).any() else known, named
    )
    if not agency:
        raise OperatorError("submission_of_nobody", name=named)
    if is_pin and sha256 not in set(readable["sha256"]):
        raise OperatorError("submission_unreadable", name=named)
    return sha256, agency


def assign(home: Home, round_: Round, named: str, code: str, grounds: Grounds) -> DecisionReport:
    """Record whose return a file is, and read it again as that agency's."""
    refuse_without_ledger(home, named)
    agency = chosen_of(round_, [code])[0].code if code else ""
    with writing(home, round_) as ledger:
        before = effects.states(ledger)
        known = ledger.submissions()
        sha256, _ = (
            _taken_back(ledger, known, Choice.ASSIGN, named)
            if grounds.undo
            else decisions.submission(known, named)
        )
        decision = decisions.put_on_record(ledger, Choice.ASSIGN, agency, sha256, grounds)
        _refuse_lost(judge_again(ledger, home), home)
        return _decided(ledger, home, before, decision)


def dismiss(home: Home, round_: Round, named: str, grounds: Grounds) -> DecisionReport:
    """Record that a file is of no concern. It must be unassigned or unreadable."""
    refuse_without_ledger(home, named)
    with writing(home, round_) as ledger:
        before, known = effects.states(ledger), ledger.submissions()
        sha256, agency = (
            _taken_back(ledger, known, Choice.DISMISS, named)
            if grounds.undo
            else decisions.submission(known, named)
        )
        verdict = known.loc[known["sha256"] == sha256, "verdict"].item()
        if verdict != Verdict.UNREADABLE and not grounds.undo:
            raise OperatorError("not_to_dismiss", name=named, agency=round_.by_agency[agency].name)
        decision = decisions.put_on_record(ledger, Choice.DISMISS, agency, sha256, grounds)
        _settle(ledger, home)
        return _decided(ledger, home, before, decision)


def extend(
    home: Home, round_: Round, codes: Sequence[str], last_day: dt.date | None, grounds: Grounds
) -> DecisionReport:
    """Grant a later deadline to these agencies, or to all; ``last_day`` is the last in time."""
    chosen = [each.code for each in chosen_of(round_, codes)] if codes else [""]
    if last_day is not None and last_day < round_.deadline - dt.timedelta(days=1):
        raise OperatorError("extension_too_early", day=dmy(last_day), deadline=dmy(round_.deadline))
    with writing(home, round_) as ledger:
        if grounds.undo and codes:
            _refuse_unextended(ledger, chosen)
        before, said = effects.states(ledger), replace(grounds, until=last_day)
        made = [decisions.put_on_record(ledger, Choice.EXTEND, code, code, said) for code in chosen]
        _settle(ledger, home)
        return _decided(ledger, home, before, *made)


def _refuse_unextended(ledger: Ledger, codes: Sequence[str]) -> None:
    """Raise ``OperatorError`` if some agencies have no deadline of their own to revoke."""
    extended = {each.agency for each in decisions.in_force(ledger.decisions(), Choice.EXTEND)}
    if rest := [ledger.round_.by_agency[code].name for code in codes if code not in extended]:
        raise OperatorError("no_extension_of", names=", ".join(rest))


def waive(
    home: Home, round_: Round, code: str, rule: str, grounds: Grounds, severity: str = ""
) -> DecisionReport:
    """Free an agency from a rule, or give the rule another ``severity`` for it."""
    known = [each for each in round_.rule_ids if each not in BINDING]
    if rule not in known:
        raise OperatorError("no_such_rule", rule=rule, known=", ".join(known))
    if rule in BETWEEN_AGENCIES and severity == Severity.ERROR:
        raise OperatorError("never_an_error", rule=rule)
    return on_agency(home, round_, Choice.WAIVE, code, rule, grounds, severity)


def excuse(home: Home, round_: Round, code: str, grounds: Grounds) -> DecisionReport:
    """Excuse an agency from reporting in this round."""
    return on_agency(home, round_, Choice.EXCUSE, code, "", grounds)


def map_column(
    home: Home, round_: Round, code: str, title: str, place: str, grounds: Grounds
) -> DecisionReport:
    """Map a title in an agency's workbooks to the column ``place`` (heading or key)."""
    return on_agency(
        home, round_, Choice.MAPPING, code, title.strip(), grounds, column_of(round_, place)
    )


def on_agency(
    home: Home,
    round_: Round,
    choice: Choice,
    named: str,
    target: str,
    grounds: Grounds,
    value: str = "",
) -> DecisionReport:
    """Record a decision about an agency, and judge again what it affects."""
    code = chosen_of(round_, [named])[0].code
    with writing(home, round_) as ledger:
        before = effects.states(ledger)
        decision = decisions.put_on_record(ledger, choice, code, target or code, grounds, value)
        if choice is not Choice.EXCUSE:
            _refuse_lost(judge_again(ledger, home), home)
        return _decided(ledger, home, before, decision)


def _settle(ledger: Ledger, home: Home) -> None:
    """Compare returns by who counts now; judge again what another form or program judged."""
    if ledger.is_current:
        compare_readable(ledger, home)
    else:
        judge_again(ledger, home)


def _refuse_lost(lost: Sequence[str], home: Home) -> None:
    """Raise ``OperatorError`` if the archive lacks what a decision, now on record, affects."""
    if lost:
        raise OperatorError("archive_lost", names=", ".join(lost), path=home.archive)


def _decided(
    ledger: Ledger, home: Home, before: dict[str, effects.AgencyState], *made: Decision
) -> DecisionReport:
    round_, files = ledger.round_, decisions.file_names(ledger)
    found = list(effects.changed(before, effects.states(ledger)))
    why = None if found else reasons.why_nothing(ledger, made[0])
    return DecisionReport(
        [(each, decisions.named(each, round_, files)) for each in made],
        found,
        withdraw(ledger, home),
        why,
    )
