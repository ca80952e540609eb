"""The commands that tell which letters were written and sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from pipeline.errors import OperatorError, UsageError
from pipeline.terminal.context import Context, pass_context, say, telling
from pipeline.terminal.decisions import user
from pipeline.terminal.language import Family
from pipeline.terminal.looking import FORMAT

if TYPE_CHECKING:
    from pipeline.home import Home
    from pipeline.store.addresses import Addresses
    from pipeline.store.letters import LetterRecord
    from schemas.round.round import Agency, Round

KINDS = ("distribute", "feedback", "remind", "receipt", "other")
COLUMNS = ("at", "agency", "name", "about", "state", "to", "cc", "subject", "by", "note", "sha256")
SHOWN = ("at", "agency", "name", "about", "state", "to", "subject", "by", "note")


@click.group(cls=Family)
def mail() -> None:
    """Công văn đã viết và đã gửi."""


@mail.command()
@click.option(
    "--add",
    "named",
    multiple=True,
    metavar="CƠ_QUAN",
    help="Ghi nhận một công văn đã gửi cho cơ quan này (mã hoặc tên); dùng được nhiều lần.",
)
@click.option(
    "--add-all",
    "everybody",
    is_flag=True,
    help="Ghi nhận cho mọi cơ quan có công văn loại đó (--about) đã viết mà chưa ghi là đã gửi.",
)
@click.option(
    "--about",
    type=click.Choice(KINDS),
    default="other",
    help="Loại công văn: phát hành, phản hồi, đôn đốc, xác nhận, khác.",
)
@click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%dT%H:%M"]),
    help="Gửi lúc nào (mặc định: bây giờ).",
)
@click.option("--to", default="", help="Gửi đến địa chỉ nào (mặc định: theo danh bạ).")
@click.option("--cc", default="", help="Đồng gửi.")
@click.option("--subject", default="", help="Trích yếu (mặc định: của công văn loại đó).")
@click.option("--note", default="", help="Ghi chú.")
@click.option("--by", metavar="TÊN", help="Người ghi (mặc định: người đang dùng máy).")
@FORMAT
@pass_context
@telling
def log(
    context: Context,
    /,
    named: tuple[str, ...],
    form: str,
    day: dt.datetime | None,
    by: str | None,
    *,
    everybody: bool,
    **words: str,
) -> None:
    """Đã viết và gửi công văn nào cho ai, khi nào.

    Với --add hoặc --add-all thì ghi nhận công văn đã gửi ngoài chương trình.
    """
    from pipeline.stages import correspondence
    from pipeline.stages.ledgers import current_ledger

    home, round_ = context.home_to_read, context.round
    if named or everybody:
        _add(
            context,
            _recipients(home, round_, named, words["about"], everybody=everybody),
            day,
            by or user(),
            words,
        )
        return
    with current_ledger(home, round_) as ledger:
        print_letters(correspondence.letters(ledger), round_, form, context.lang)


def print_letters(letters: Sequence[LetterRecord], round_: Round, form: str, lang: str) -> None:
    """Print letters as a table, JSON or CSV."""
    from pipeline.terminal.records import print_records, print_table
    from schemas.words import ui

    if form != "text":
        print_records([record(each, round_) for each in letters], COLUMNS, form)
        return
    columns = {ui(f"screen.posted.{column}", lang): False for column in SHOWN}
    rows = ({**record(each, round_), "at": f"{each.at:%d/%m/%Y %H:%M}"} for each in letters)
    words = (
        {**row, **{name: ui(f"screen.posted.of.{row[name]}", lang) for name in ("about", "state")}}
        for row in rows
    )
    print_table(columns, ([str(row[column]) for column in SHOWN] for row in words))


def record(letter: LetterRecord, round_: Round) -> dict[str, Any]:
    """Return a letter as a record for JSON and CSV."""
    known = round_.by_agency.get(letter.agency)
    return {
        "at": letter.at.isoformat(),
        "agency": letter.agency,
        "name": known.name if known else "",
        "about": letter.about,
        "state": "sent" if letter.sent else "written",
        "to": letter.recipient,
        "cc": letter.cc,
        "subject": letter.subject,
        "by": letter.noted_by,
        "note": letter.note,
        "sha256": letter.sha256,
    }


def _recipients(
    home: Home, round_: Round, named: Sequence[str], about: str, *, everybody: bool
) -> list[Agency]:
    """Return the named agencies; with ``everybody`` also those with an unsent letter."""
    from pipeline.home import LETTERS
    from pipeline.stages.choosing import chosen_of
    from pipeline.stages.correspondence import unsent

    chosen = chosen_of(round_, named) if named else []
    if not everybody:
        return chosen
    waiting = unsent(home, round_, about) if about in LETTERS else []
    if not waiting:
        raise UsageError(f"no_letters_about.{about}")
    return [*chosen, *(each for each in waiting if each not in chosen)]


def _add(
    context: Context,
    recipients: Sequence[Agency],
    day: dt.datetime | None,
    by: str,
    words: Mapping[str, str],
) -> None:
    """Record that such a letter was sent to each of these agencies."""
    from pipeline.home import LETTERS
    from pipeline.machine import clock
    from pipeline.stages import correspondence
    from pipeline.store.addresses import address_book
    from schemas.words import dmy

    home, round_ = context.home_to_read, context.round
    now = clock.now(round_.timezone).replace(microsecond=0)
    at = day.replace(tzinfo=round_.timezone) if day else now
    if at > now:
        raise OperatorError("sent_in_future", day=dmy(at), today=dmy(now))
    book = address_book(home, round_)
    subject = words["subject"] or (
        correspondence.subject_of(words["about"], round_, context.lang)
        if words["about"] in LETTERS
        else ""
    )
    letters = [
        _sent(home, book, each, at, by, {**words, "subject": subject}) for each in recipients
    ]
    correspondence.note_sent(home, round_, letters, book, context.lang)
    if len(recipients) == 1:
        say(context, "posted.added", agency=recipients[0].name)
    else:
        say(
            context,
            "posted.added_to",
            count=len(recipients),
            agencies=", ".join(each.code for each in recipients),
        )


def _sent(
    home: Home, book: Addresses, agency: Agency, at: dt.datetime, by: str, words: Mapping[str, str]
) -> LetterRecord:
    """Return the record of a letter that somebody sent, by options and letter file."""
    from pipeline.home import LETTERS
    from pipeline.machine.files import sha256_of
    from pipeline.store.addresses import Contact
    from pipeline.store.letters import LetterRecord

    contact = book.get(agency.code, Contact())
    written = (
        home.letters(words["about"]) / f"{agency.code}.docx" if words["about"] in LETTERS else None
    )
    sha256 = sha256_of(written) if written and written.is_file() else ""
    to, cc = words["to"] or "; ".join(contact.to), words["cc"] or "; ".join(contact.cc)
    return LetterRecord(
        agency=agency.code,
        about=words["about"],
        at=at,
        sent=True,
        recipient=to,
        cc=cc,
        subject=words["subject"],
        sha256=sha256,
        noted_by=by,
        note=words["note"],
    )
