"""Mails by the internet's rules: .eml, and .mbox with many of them."""

from __future__ import annotations

import email
import mmap
import re
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

from pipeline.collect.confine import limit_time
from pipeline.collect.formats import limits
from pipeline.collect.intake.opening.belongings import Belonging, plain, reason_to_leave
from pipeline.collect.intake.opening.headers import bare_name, file_name, folder_name, in_encoding, moment_of, sender_of, text_of
from pipeline.collect.intake.opening.piece import Head, Piece, UnopenableError

_MAIL_HEADERS = ("from", "to", "date", "subject", "received", "message-id", "return-path", "delivered-to", "mime-version")
_LEAST_HEADERS = 2
_BOUNDS = re.compile(rb"(?:\A|\r?\n\r?\n)(From [^\r\n]*\d{4}[^\r\n]*\r?\n)(?=[!-9;-~]+:)")
"""Where a mail of an .mbox begins: a line "From …" with a year, behind a blank line and before a header. ``mailbox`` takes any line that begins
with "From ", as a sentence may, and the parts of the mail behind it would be lost."""


def of_file(path: Path) -> Iterator[Piece]:
    """What lies in a mail."""
    if path.stat().st_size > limits.MAIL_BYTES:
        raise UnopenableError("mail_too_large")
    yield from of_bytes(path.read_bytes())


def of_mailbox(path: Path) -> Iterator[Piece]:
    """What lies in the mails of a file of mails, each in a folder that its subject names."""
    if path.stat().st_size > limits.ARCHIVE_BYTES:
        raise UnopenableError("mail_too_large")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        starts = [(found.start(1), found.end(1)) for found in _BOUNDS.finditer(data)]
        if not starts:
            raise UnopenableError
        if len(starts) > limits.ZIP_ENTRIES:
            raise UnopenableError("too_many")
        ends = [start for start, _ in starts[1:]] + [len(data)]
        for number, ((_, start), end) in enumerate(zip(starts, ends, strict=True), start=1):
            if end - start > limits.MAIL_BYTES:
                yield Piece(f"mail-{number}", reason="mail_too_large")
                continue
            yield from _of_one(data[start:end], number)


def _of_one(data: bytes, number: int) -> Iterator[Piece]:
    """One mail of many, which may be none: that costs itself alone."""
    limit_time()
    try:
        yield from of_bytes(data, number)
    except UnopenableError as problem:
        yield Piece(f"mail-{number}", reason=problem.reason or "damaged_mail")


def of_bytes(data: bytes, number: int = 0) -> Iterator[Piece]:
    """What lies in the bytes of a mail; with a ``number``, of the one of many that has it."""
    try:
        message = email.message_from_bytes(data)
    except RecursionError as error:
        raise UnopenableError("too_deep") from error
    if sum(name in message for name in _MAIL_HEADERS) < _LEAST_HEADERS:
        raise UnopenableError
    if _count(message) > limits.ZIP_ENTRIES:
        raise UnopenableError("too_many")
    folder = f"{folder_name(text_of(message['subject'])) or f'mail-{number}'}/" if number else ""
    yield from _in_mail(message, folder, (), limits.MAIL_DEPTH)


def _count(message: Message) -> int:
    """How many parts a mail has, those in mails in it too; counted no further than the limit."""
    count, waiting = 0, [message]
    while waiting and count <= limits.ZIP_ENTRIES:
        count += 1
        payload = waiting.pop().get_payload()
        if isinstance(payload, list):
            waiting += (part for part in payload if isinstance(part, Message))
    return count


def _in_mail(message: Message, folder: str, around: tuple[Head, ...], depth: int) -> Iterator[Piece]:
    """What lies in one mail, which itself may lie in others."""
    leaves = list(_leaves(message))
    if message.get_content_type() == "multipart/report" and str(message.get_param("report-type", "")).lower() == "delivery-status":
        yield Piece(f"{folder}{text_of(message['subject'])}".rstrip("/"), reason="bounce", mails=(*around, _head(message, [])))
        return
    mails = (*around, _head(message, leaves))
    markup = "".join(_words(part) for part in leaves if _is_text(part) and part.get_content_subtype() == "html")
    for number, part in enumerate((part for part in leaves if not _is_text(part)), start=1):
        yield from _in_part(part, number, folder, mails, markup, depth)


def _in_part(part: Message, number: int, folder: str, mails: tuple[Head, ...], markup: str, depth: int) -> Iterator[Piece]:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        if not isinstance(inner, list) or not inner or not isinstance(inner[0], Message):
            return
        name = file_name(part) or folder_name(text_of(inner[0]["subject"])) or f"mail-{number}"
        if depth == 0:
            yield Piece(folder + name, reason="too_deep", mails=mails)
        else:
            yield from _in_mail(inner[0], f"{folder}{name}/", mails, depth - 1)
        return
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return  # a pointer to something elsewhere, or an empty part of parts
    name, cid = file_name(part), str(part.get("content-id", "")).strip().strip("<>")
    is_shown = part.get_content_disposition() == "inline" or bool(cid and f"cid:{cid}" in markup)
    found = Belonging(name, part.get_content_type(), content, is_shown)
    yield _piece(found, folder + (name or f"attachment-{number}"), mails)


def _piece(found: Belonging, name: str, mails: tuple[Head, ...]) -> Piece:
    reason = reason_to_leave(found)
    if not reason and len(found.content) > limits.FILE_BYTES:
        reason = "too_large"
    return Piece(name, b"" if reason else found.content, reason, mails)


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, in order; a mail in the mail is one."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        payload = part.get_payload()
        if part.get_content_type() != "message/rfc822" and isinstance(payload, list):
            waiting += reversed([each for each in payload if isinstance(each, Message)])
        else:
            yield part


def _is_text(part: Message) -> bool:
    """True of what the mail itself says, in whichever form."""
    is_words = part.get_content_type() in ("text/plain", "text/html") and part.get_content_disposition() != "attachment"
    return is_words and not bare_name(str(part.get_filename() or ""))


def _head(message: Message, leaves: list[Message]) -> Head:
    addresses = [str(value) for name in ("from", "sender", "return-path") for value in message.get_all(name, [])]
    sender, name = sender_of(addresses)
    sent = moment_of([str(value) for value in message.get_all("received", [])], str(message.get("date", "")))
    return Head(sender, name, text_of(message["subject"]), sent, _text(leaves).encode("utf-8", "replace")[: limits.MAIL_TEXT])


def _text(leaves: list[Message]) -> str:
    """What a mail says: its plain text, else the words of its HTML."""
    texts = [part for part in leaves if _is_text(part)]
    said = [_words(part) for part in texts if part.get_content_subtype() == "plain"]
    return "\n\n".join(said or [plain(_words(part)) for part in texts]).strip()


def _words(part: Message) -> str:
    content = part.get_payload(decode=True)
    charset = part.get_param("charset", "utf-8")
    return in_encoding(content, str(charset)) if isinstance(content, bytes) else ""
