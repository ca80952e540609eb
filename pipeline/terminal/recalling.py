"""The commands that recall: all decisions; the history of one agency."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from pipeline.terminal.context import Context, pass_context, telling
from pipeline.terminal.looking import FORMAT

if TYPE_CHECKING:
    from pipeline.stages.recalling import History, RecalledDecision, VersionHistory
    from schemas.round.round import Round

DECIDED = (
    "at",
    "decision",
    "agency",
    "name",
    "target",
    "value",
    "until",
    "state",
    "reason",
    "by",
    "approver",
)
_DECIDED_SHOWN = ("at", "decision", "name", "target", "value", "until", "state", "reason", "by")
VERSION = (
    *(
        "file",
        "received",
        "received_by",
        "first",
        "last",
        "verdict",
        "role",
        "why",
        "errors",
        "warnings",
    ),
    *("compared_with", "sender", "subject", "sha256"),
)
_VERSION_SHOWN = (
    "received",
    "file",
    "verdict",
    "role",
    "errors",
    "warnings",
    "first",
    "last",
    "sender",
)


@click.command()
@FORMAT
@pass_context
@telling
def decisions(context: Context, form: str) -> None:
    """Mọi quyết định đã ghi, cả những quyết định đã rút lại. Nêu ai quyết định, khi nào, vì sao."""
    from pipeline.stages.ledgers import current_ledger
    from pipeline.stages.recalling import decided
    from pipeline.terminal.records import print_records

    round_ = context.round
    with current_ledger(context.home_to_read, round_) as ledger:
        listed = decided(ledger)
    if form != "text":
        print_records([_plain(each) for each in listed], DECIDED, form)
    else:
        _print(_said(listed, context.lang), _DECIDED_SHOWN, "decision", context.lang)


@click.command()
@click.argument("agency", metavar="CƠ_QUAN")
@FORMAT
@pass_context
@telling
def history(context: Context, agency: str, form: str) -> None:
    """Mọi bản gửi của một cơ quan, bản nào được tổng hợp và vì sao.

    Kèm các quyết định và công văn gửi cơ quan đó.
    """
    from pipeline.stages import recalling
    from pipeline.stages.choosing import chosen_of
    from pipeline.stages.ledgers import current_ledger
    from pipeline.terminal.records import print_records

    round_ = context.round
    [chosen] = chosen_of(round_, [agency])
    with current_ledger(context.home_to_read, round_) as ledger:
        known = recalling.history(ledger, chosen)
    if form == "json":
        _print_json(known, round_)
    elif form == "csv":
        print_records([_version(each) for each in known.versions], VERSION, form)
    else:
        _print_history(known, round_, context.lang)


def _plain(recalled: RecalledDecision) -> dict[str, Any]:
    """Return a decision as a record: codes, and what people call the things."""
    made, named = recalled.decision, recalled.named
    return {
        "at": made.at.isoformat(),
        "decision": made.choice.value,
        "agency": made.agency,
        "name": named.agency,
        "target": named.target,
        "value": named.value,
        "until": made.until.isoformat() if made.until else "",
        "state": recalled.state.value,
        "reason": made.reason,
        "by": made.by,
        "approver": made.approver,
    }


def _version(version: VersionHistory) -> dict[str, Any]:
    moments = {name: getattr(version, name).isoformat() for name in ("received", "first", "last")}
    return {**{name: getattr(version, name) for name in VERSION}, **moments}


def _print_json(known: History, round_: Round) -> None:
    import json

    from pipeline.terminal.mail import record
    from pipeline.terminal.records import plain_record

    told = {
        **plain_record(known.standing),
        "versions": [_version(each) for each in known.versions],
        "decisions": [_plain(each) for each in known.decisions],
        "letters": [record(each, round_) for each in known.letters],
    }
    click.echo(json.dumps(told, ensure_ascii=False, indent=1))


def _print_history(known: History, round_: Round, lang: str) -> None:
    from pipeline.summarise.figures.lines import stands
    from pipeline.terminal.mail import print_letters
    from schemas.words import dmy, ui

    row = known.standing
    words = {
        "standing": stands(row["standing"], lang, is_waiting=bool(row["pending"])),
        "deadline": dmy(row["deadline"]),
    }
    click.echo(
        ui("screen.history.head", lang, name=known.agency.name, code=known.agency.code, **words)
    )
    if row["late_days"]:
        click.echo(ui("screen.history.late", lang, days=row["late_days"]))
    for title, listed in (
        ("versions", known.versions),
        ("decisions", known.decisions),
        ("letters", known.letters),
    ):
        click.echo()
        click.echo(ui(f"screen.history.{title}", lang, count=len(listed)))
        if not listed:
            continue
        if title == "versions":
            _print(_versions_said(known.versions, lang), _VERSION_SHOWN, "version", lang)
        elif title == "decisions":
            _print(_said(known.decisions, lang), _DECIDED_SHOWN, "decision", lang)
        else:
            print_letters(known.letters, round_, "text", lang)


def _said(listed: Sequence[RecalledDecision], lang: str) -> Iterator[dict[str, str]]:
    from schemas.words import dmy, ui

    for each in listed:
        made = each.decision
        shown = {name: str(value) for name, value in _plain(each).items()}
        state, kind = (
            ui(f"screen.decision.states.{each.state}", lang),
            ui(f"screen.decision.of.{made.choice}", lang),
        )
        until = dmy(made.until) if made.until else ""
        yield {
            **shown,
            "at": f"{made.at:%d/%m/%Y %H:%M}",
            "decision": kind,
            "state": state,
            "until": until,
        }


def _versions_said(versions: Sequence[VersionHistory], lang: str) -> Iterator[dict[str, str]]:
    from schemas.words import ui

    for each in versions:
        shown = {name: str(value) for name, value in _version(each).items()}
        moments = {
            name: f"{getattr(each, name):%d/%m/%Y}" for name in ("received", "first", "last")
        }
        verdict = ui(f"screen.verdict.{each.verdict}", lang) if each.verdict else ""
        role = (
            ui(f"screen.version.why.{each.why}", lang)
            if each.why
            else ui(f"summary.counted.{each.role}", lang)
        )
        yield {**shown, **moments, "verdict": verdict, "role": role}


def _print(rows: Iterator[dict[str, str]], shown: Sequence[str], kind: str, lang: str) -> None:
    from pipeline.terminal.records import print_table
    from schemas.words import ui

    print_table(
        {ui(f"screen.{kind}.{column}", lang): False for column in shown},
        ([row[column] for column in shown] for row in rows),
    )


COMMANDS = (history, decisions)
