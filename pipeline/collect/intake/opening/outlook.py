"""Read mails of Outlook (.msg)."""

from __future__ import annotations

import datetime as dt
import email.parser
from collections.abc import Iterator
from pathlib import Path

from olefile import OleFileIO
from oxmsg.properties import Properties
from oxmsg.storage import Storage

from pipeline.collect.formats import limits
from pipeline.collect.intake.opening.belongings import MailPart, piece_of, plain
from pipeline.collect.intake.opening.headers import (
    bare_name,
    folder_name,
    in_encoding,
    moment_of,
    sender_of,
)
from pipeline.collect.intake.opening.piece import MailHead, Piece, UnopenableError
from pipeline.errors import is_of_foreign_bytes

PROPERTIES = "__properties_version1.0"
_EMBEDDED = "__substg1.0_3701000D"
"""The storage in an attachment that holds a mail."""
_OF_MAIL, _OF_INNER_MAIL, _OF_ATTACHMENT = 32, 24, 8
"""Bytes before the properties of each."""
# Numbers of properties ([MS-OXPROPS]): of a mail …
_SUBJECT = 0x0037
_SUBMITTED = 0x0039
_HEADERS = 0x007D
"""The internet headers, if the mail came with such."""
_SENDER_NAME = 0x0C1A
_SENDER, _SENDER_SMTP, _REPRESENTED_SMTP = 0x0C1F, 0x5D01, 0x5D02
_DELIVERED = 0x0E06
_BODY, _HTML = 0x1000, 0x1013
# … and of an attachment
_DATA = 0x3701
_NAME, _LONG_NAME = 0x3704, 0x3707
_TYPE = 0x370E
_CID = 0x3712
_HIDDEN = 0x7FFE


def of_file(path: Path) -> Iterator[Piece]:
    """Yield what a mail of Outlook holds."""
    if path.stat().st_size > limits.MAIL_BYTES:
        raise UnopenableError("mail_too_large")
    with OleFileIO(str(path)) as container:
        if not container.exists(PROPERTIES):
            raise UnopenableError
        if len(container.direntries) > limits.ZIP_ENTRIES * 100:
            raise UnopenableError("too_many")
        whole = Storage.from_ole(container)
    yield from _in_mail(whole, _OF_MAIL, "", (), limits.MAIL_DEPTH)


class _Properties:
    """Properties of a mail or an attachment. What can't be read counts as missing."""

    def __init__(self, storage: Storage, offset: int) -> None:
        self._all = Properties(storage, properties_header_offset=offset)

    def text(self, *numbers: int) -> str:
        """Return the first of these properties that has text."""
        values = (str(self._one("str_prop_value", number) or "") for number in numbers)
        return next(filter(None, (value.strip("\x00 ") for value in values)), "")

    def data(self, number: int) -> bytes:
        value = self._one("binary_prop_value", number)
        return value if isinstance(value, bytes) else b""

    def moment(self, number: int) -> dt.datetime | None:
        value = self._one("date_prop_value", number)
        return value if isinstance(value, dt.datetime) else None

    def is_set(self, number: int) -> bool:
        return self._one("int_prop_value", number) is True

    def html(self) -> str:
        """Return the mail's HTML."""
        try:
            encoding = self._all.body_encoding
        except Exception as error:
            if not is_of_foreign_bytes(error):
                raise
            encoding = "utf-8"
        return in_encoding(self.data(_HTML), encoding) or self.text(_HTML)

    def _one(self, how: str, number: int) -> object:
        try:
            return getattr(self._all, how)(number)
        except Exception as error:
            if not is_of_foreign_bytes(error):
                raise
            return None


def _in_mail(
    storage: Storage, offset: int, folder: str, around: tuple[MailHead, ...], depth: int
) -> Iterator[Piece]:
    properties = _Properties(storage, offset)
    attachments = list(storage.iter_attachment_storages())
    if len(attachments) > limits.ZIP_ENTRIES:
        raise UnopenableError("too_many")
    mails, markup = (*around, _head(properties)), properties.html()
    for number, attachment in enumerate(attachments, start=1):
        yield from _in_attachment(attachment, number, folder, mails, markup, depth)


def _in_attachment(
    storage: Storage, number: int, folder: str, mails: tuple[MailHead, ...], markup: str, depth: int
) -> Iterator[Piece]:
    """Yield an attachment, or what it holds if it is a mail."""
    said = _Properties(storage, _OF_ATTACHMENT)
    mail = next((part for part in storage.storages if part.name == _EMBEDDED), None)
    name = bare_name(said.text(_LONG_NAME, _NAME))
    if mail is not None:
        subject = folder_name(_Properties(mail, _OF_INNER_MAIL).text(_SUBJECT))
        inner_folder = folder + (name or subject or f"mail-{number}")
        if depth == 0:
            yield Piece(inner_folder, reason="too_deep", mails=mails)
        else:
            yield from _in_mail(mail, _OF_INNER_MAIL, f"{inner_folder}/", mails, depth - 1)
        return
    cid, content = said.text(_CID), said.data(_DATA)
    is_shown = said.is_set(_HIDDEN) or bool(cid and f"cid:{cid}" in markup)
    part = MailPart(name, said.text(_TYPE).lower(), content, is_shown)
    yield piece_of(part, folder + (name or f"attachment-{number}"), mails)


def _head(said: _Properties) -> MailHead:
    """Return the mail's head. Internet headers count before Outlook's properties."""
    headers = email.parser.HeaderParser().parsestr(said.text(_HEADERS))
    sender, name = sender_of([str(value) for value in headers.get_all("from", [])])
    address = sender or said.text(_SENDER_SMTP, _REPRESENTED_SMTP, _SENDER).lower()
    received = [str(value) for value in headers.get_all("received", [])]
    sent = moment_of(received, "") or said.moment(_DELIVERED) or said.moment(_SUBMITTED)
    text = said.text(_BODY) or plain(said.html())
    return MailHead(
        sender=address if "@" in address else "",
        name=name or said.text(_SENDER_NAME),
        subject=" ".join(said.text(_SUBJECT).split()),
        sent=sent or moment_of([], str(headers.get("date", ""))),
        text=text.encode("utf-8", "replace")[: limits.MAIL_TEXT],
    )
