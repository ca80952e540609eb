"""The nouns that the opening process sends: mails and pieces."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


class UnopenableError(Exception):
    """A file can't be opened. ``reason``: a key of ``collect.toml``; blank if of another kind."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class MailHead:
    """A mail's sender, subject, date and text."""

    sender: str = ""
    name: str = ""
    subject: str = ""
    sent: dt.datetime | None = None
    """Without a time zone if the mail names none."""
    text: bytes = b""
    """Its text, UTF-8."""


@dataclass(frozen=True)
class Piece:
    """A file of a mail or archive; with a ``reason`` (a key of ``collect.toml``) one left out."""

    name: str
    """With slashes between the folders, or mails, around it."""
    content: bytes = b""
    reason: str = ""
    mails: tuple[MailHead, ...] = ()
    """The mails around it, outermost first."""
    time: dt.datetime | None = field(default=None)
    """The time that an archive gives it."""
