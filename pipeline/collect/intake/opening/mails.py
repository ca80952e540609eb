"""Read internet mails: .eml, and .mbox with many of them."""

from __future__ import annotations

import email
import mmap
import re
from collections.abc import Iterator, Sequence
from email.message import Message
from email.policy import Compat32
from pathlib import Path

from pipeline.collect.confine import limit_time
from pipeline.collect.formats import limits
from pipeline.collect.intake.opening.belongings import MailPart, piece_of, plain
from pipeline.collect.intake.opening.headers import (
    bare_name,
    file_name,
    folder_name,
    in_encoding,
    moment_of,
    sender_of,
    text_of,
)
from pipeline.collect.intake.opening.lightened import LightMail
from pipeline.collect.intake.opening.piece import MailHead, Piece, UnopenableError

_MAIL_HEADERS = (
    "from",
    "to",
    "date",
    "subject",
    "received",
    "message-id",
    "return-path",
    "delivered-to",
    "mime-version",
)
_LEAST_HEADERS = 2
"""The least number of these headers that a mail has."""
_BOUNDS = re.compile(rb"(?:\A|\r?\n\r?\n)(From (?=[^\r\n]*\d{4})[^\r\n]*+\r?\n)(?=[!-9;-~]+:)")
"""Begins a mail of an .mbox: "From …" with a year, behind a blank line and before a header.
Python's ``mailbox`` takes any line with "From ", as a sentence may begin, and would lose the parts
behind it."""


class _AsWritten(Compat32):
    """Leaves headers as they are: Python would replace bytes that don't name their encoding."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


_AS_WRITTEN = _AsWritten()


def of_file(path: Path) -> Iterator[Piece]:
    """Yield what a mail holds."""
    if path.stat().st_size > limits.MAIL_BYTES:
        raise UnopenableError("mail_too_large")
    yield from of_bytes(path.read_bytes())


def of_mailbox(path: Path) -> Iterator[Piece]:
    """Yield what the mails of an .mbox hold, each in a folder named by its subject."""
    if path.stat().st_size > limits.ARCHIVE_BYTES:
        raise UnopenableError("mail_too_large")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        starts = [(match.start(1), match.end(1)) for match in _BOUNDS.finditer(data)]
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
    """Yield what one mail of an .mbox holds. A damaged one costs itself alone."""
    limit_time()
    try:
        yield from of_bytes(data, number)
    except UnopenableError as problem:
        yield Piece(f"mail-{number}", reason=problem.reason or "damaged_mail")


def of_bytes(data: bytes, number: int = 0) -> Iterator[Piece]:
    """Yield what a mail's bytes hold. ``number``: its place in an .mbox."""
    light = LightMail(data)
    try:
        message = email.message_from_bytes(light.data, policy=_AS_WRITTEN)
    except RecursionError as error:
        raise UnopenableError("too_deep") from error
    if sum(name in message for name in _MAIL_HEADERS) < _LEAST_HEADERS:
        raise UnopenableError
    if _count(message) > limits.ZIP_ENTRIES:
        raise UnopenableError("too_many")
    folder = f"{folder_name(text_of(message['subject'])) or f'mail-{number}'}/" if number else ""
    yield from _Mail(light).pieces(message, folder, (), limits.MAIL_DEPTH)


def _count(message: Message) -> int:
    """Count a mail's parts, with those of nested mails; no further than the limit."""
    count, waiting = 0, [message]
    while waiting and count <= limits.ZIP_ENTRIES:
        count += 1
        payload = waiting.pop().get_payload()
        if isinstance(payload, list):
            waiting += (part for part in payload if isinstance(part, Message))
    return count


class _Mail:
    """One mail with all that it holds."""

    def __init__(self, light: LightMail) -> None:
        self._content = light.content

    def pieces(
        self, message: Message, folder: str, around: tuple[MailHead, ...], depth: int
    ) -> Iterator[Piece]:
        """Yield what a mail holds. ``around``: the mails around it, outermost first."""
        if _is_bounce(message):
            yield Piece(
                f"{folder}{folder_name(text_of(message['subject']))}".rstrip("/"),
                reason="bounce",
                mails=(*around, _head(message, "")),
            )
            return
        leaves = list(_leaves(message))
        texts = [
            (part.get_content_subtype(), self._words(part)) for part in leaves if _is_text(part)
        ]
        mails = (*around, _head(message, _text(texts)))
        markup = "".join(words for kind, words in texts if kind == "html")
        for number, part in enumerate((part for part in leaves if not _is_text(part)), start=1):
            if part.get_content_type() == "message/rfc822":
                yield from self._in_inner(part, number, folder, mails, depth)
            else:
                yield from self._in_part(part, number, folder, mails, markup)

    def _in_inner(
        self, part: Message, number: int, folder: str, mails: tuple[MailHead, ...], depth: int
    ) -> Iterator[Piece]:
        """Yield what a nested mail holds, in a folder of its name."""
        payload = part.get_payload()
        inner = payload[0] if isinstance(payload, list) and payload else None
        if not isinstance(inner, Message):
            return
        name = file_name(part) or folder_name(text_of(inner["subject"])) or f"mail-{number}"
        if depth == 0:
            yield Piece(folder + name, reason="too_deep", mails=mails)
        else:
            yield from self.pieces(inner, f"{folder}{name}/", mails, depth - 1)

    def _in_part(
        self, part: Message, number: int, folder: str, mails: tuple[MailHead, ...], markup: str
    ) -> Iterator[Piece]:
        """Yield a part as a file, or why it is left out."""
        content = self._content(part)
        if content is None:
            return  # a pointer to something elsewhere, or an empty multipart
        name, cid = file_name(part), str(part.get("content-id", "")).strip().strip("<>")
        is_named = bool(cid) and f"cid:{cid}" in markup
        is_shown = is_named or part.get_content_disposition() == "inline"
        leaf = MailPart(name, part.get_content_type(), content, is_shown)
        yield piece_of(leaf, folder + (name or f"attachment-{number}"), mails)

    def _words(self, part: Message) -> str:
        return in_encoding(self._content(part) or b"", str(part.get_param("charset", "utf-8")))


def _is_bounce(message: Message) -> bool:
    """True if a server says in this mail that it couldn't deliver another, which may be inside."""
    return (
        message.get_content_type() == "multipart/report"
        and str(message.get_param("report-type", "")).lower() == "delivery-status"
    )


def _leaves(message: Message) -> Iterator[Message]:
    """Yield the parts that hold something, in order; a nested mail is one."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        payload = part.get_payload()
        if part.get_content_type() != "message/rfc822" and isinstance(payload, list):
            waiting += reversed([inner for inner in payload if isinstance(inner, Message)])
        else:
            yield part


def _is_text(part: Message) -> bool:
    """True for a mail's own words, as text or HTML."""
    is_words = (
        part.get_content_type() in ("text/plain", "text/html")
        and part.get_content_disposition() != "attachment"
    )
    return is_words and not bare_name(str(part.get_filename() or ""))


def _head(message: Message, text: str) -> MailHead:
    addresses = [
        str(value)
        for name in ("from", "sender", "return-path")
        for value in message.get_all(name, [])
    ]
    sender, name = sender_of(addresses)
    received = [str(value) for value in message.get_all("received", [])]
    return MailHead(
        sender=sender,
        name=name,
        subject=text_of(message["subject"]),
        sent=moment_of(received, str(message.get("date", ""))),
        text=text.encode("utf-8", "replace")[: limits.MAIL_TEXT],
    )


def _text(texts: Sequence[tuple[str, str]]) -> str:
    """Return a mail's words: its plain text, else those of its HTML."""
    said = [words for kind, words in texts if kind == "plain"]
    return "\n\n".join(said or [plain(words) for _, words in texts]).strip()
