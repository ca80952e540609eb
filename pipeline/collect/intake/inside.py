"""What lies in archives and mails: each member is kept and told like a file of a folder, or left with a reason."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from pipeline.collect.formats import limits
from pipeline.collect.formats.containers import OLE
from pipeline.collect.formats.signs import OUTLOOK, PACKED, is_archive, mail_kind
from pipeline.collect.intake import disk
from pipeline.collect.intake.archive import Archive, Kept, SourceError, reason_of
from pipeline.collect.intake.dating import Came, Clock
from pipeline.collect.intake.opening.opener import Opener
from pipeline.collect.intake.opening.piece import Head, Piece, UnopenableError
from pipeline.collect.intake.seen import Each, Ignored
from pipeline.collect.intake.zips import member_name, members_of, reason_to_leave
from pipeline.model import Mail, Received
from pipeline.text.names import safe_name

Container = Sequence[zipfile.ZipInfo] | str
"""The members of a .zip; of another archive or a mail the kind, by which it is opened."""
_MARK_OF_OUTLOOK = "__properties_version1.0".encode("utf-16-le")
_WANTED = "no_bsdtar"


@dataclass(frozen=True)
class File:
    """A kept file, the name it is shown under, when it came, in which mails; ``otherwise`` is when it came but for the command line."""

    kept: Kept
    shown: str
    came: Came
    otherwise: Came
    mails: tuple[Mail, ...] = ()

    def received(self, place: str = "", changed: int = 0) -> Received:
        """The file as received."""
        kept, came = self.kept, self.came
        return Received(kept.path, safe_name(self.shown), kept.sha256, kept.size, came.at, came.by, place, changed, _nested(self.mails))


@dataclass(frozen=True)
class _Member:
    """A kept member of an archive or a mail, and how deep archives may still lie in it."""

    file: File
    depth: int


def container_of(kept: Kept, at_hand: Callable[[Kept], Path]) -> Container:
    """What a file holds, or as what it is opened; nothing where it is an ordinary file. Where more of it must be seen, it is asked for ``at_hand``."""
    members = members_of(kept, at_hand)
    if members:
        return members
    if kept.start.startswith(OLE):
        return OUTLOOK if _MARK_OF_OUTLOOK in at_hand(kept).read_bytes() else ""
    if is_archive(kept.start):
        return PACKED
    return mail_kind(kept.start)


class Inside:
    """Opens archives and mails: those in them too, to a depth, and all that one of a folder holds within one budget of bytes."""

    def __init__(self, archive: Archive, clock: Clock) -> None:
        self._archive, self._clock = archive, clock
        self._opener = Opener()
        self._left, self._named = 0, False
        """Bytes that may still be unpacked of the archive at hand, and whether the operator named it."""

    def close(self) -> None:
        """End what opens files."""
        self._opener.close()

    def of_file(self, file: File, container: Container, itself: Received, *, named: bool) -> Each:
        """What lies in an archive or a mail; the file ``itself`` too where nothing in it can be taken."""
        self._left, self._named = limits.ARCHIVE_BYTES, named
        yield from self._members(file, container, itself, limits.ARCHIVE_DEPTH)

    def _members(self, file: File, container: Container, itself: Received, depth: int) -> Each:
        self._archive.settle()
        if not isinstance(container, str):
            yield from self._of_zip(file, container, depth)
            return
        members: list[_Member] = []  # opened once all are kept: one file is opened at a time
        try:
            for piece in self._opener.pieces(self._archive.at_hand(file.kept), container):
                member = self._of_piece(file, piece, depth)
                if isinstance(member, Ignored):
                    yield member
                else:
                    members.append(member)
        except UnopenableError as problem:
            if problem.reason:
                yield Ignored(safe_name(file.shown), problem.reason)
            if problem.reason == _WANTED:  # it is looked at again by the next run, which may have the program
                itself = replace(itself, place="", changed=0)
        taken = False
        for each in members:
            for one in self._member(each):
                taken = taken or isinstance(one, Received)
                yield one
        if not taken:
            yield itself

    def _of_zip(self, file: File, members: Sequence[zipfile.ZipInfo], depth: int) -> Each:
        with zipfile.ZipFile(self._archive.at_hand(file.kept)) as archive:
            for entry in members:
                name = member_name(entry)
                reason = _reason_of_name(name) or reason_to_leave(entry, self._left)
                if reason:
                    yield Ignored(safe_name(f"{file.shown}/{name}"), reason)
                    continue
                self._left -= entry.file_size
                try:
                    with archive.open(entry) as content:
                        kept = self._archive.keep(content)  # type: ignore[arg-type]
                except (SourceError, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError) as error:
                    yield Ignored(safe_name(f"{file.shown}/{name}"), reason_of(error, "damaged"))
                    continue
                came = self._clock.of_member(entry.date_time, file.otherwise)
                yield from self._member(self._within(file, kept, name, came, file.mails, depth - 1))

    def _of_piece(self, file: File, piece: Piece, depth: int) -> _Member | Ignored:
        """A file in a mail or in an archive that isn't a .zip. To be in a mail makes an archive no deeper."""
        reason = piece.reason or _reason_of_name(piece.name) or ("too_large" if len(piece.content) > self._left else "")
        if reason:
            return Ignored(safe_name(f"{file.shown}/{piece.name}"), reason)
        self._left -= len(piece.content)
        came = (
            self._clock.of_mail(piece.mails[0].sent, file.otherwise) if piece.mails else self._clock.of_member(piece.time, file.otherwise)
        )
        try:
            kept, mails = self._archive.keep(io.BytesIO(piece.content)), (*file.mails, *map(self._mail, piece.mails))
        except SourceError as error:
            return Ignored(safe_name(f"{file.shown}/{piece.name}"), reason_of(error, "damaged"))
        return self._within(file, kept, piece.name, came, mails, depth if piece.mails else depth - 1)

    def _within(self, around: File, kept: Kept, name: str, otherwise: Came, mails: tuple[Mail, ...], depth: int) -> _Member:
        """What came in an earlier run keeps its day: the command line speaks of what is new, though the archive or mail around is read again."""
        came = self._clock.came(kept.sha256, otherwise, named=self._named)
        return _Member(File(kept, f"{around.shown}/{name}", came, otherwise, mails), depth)

    def _member(self, member: _Member) -> Each:
        """A member of an archive or a mail, or what lies in it."""
        file, container = member.file, container_of(member.file.kept, self._archive.at_hand)
        if not container:
            yield file.received()
        elif member.depth == 0 or len(file.mails) > limits.MAIL_DEPTH:
            yield Ignored(safe_name(file.shown), "too_deep")
        else:
            yield from self._members(file, container, file.received(), member.depth)

    def _mail(self, head: Head) -> Mail:
        """A mail as it is put on record; its text is kept in the archive."""
        text = self._archive.keep(io.BytesIO(head.text)).sha256 if head.text else ""
        sent = self._clock.on_clock(head.sent)
        return Mail(safe_name(head.sender), safe_name(head.name), safe_name(head.subject), _iso(sent), text)


def _nested(mails: tuple[Mail, ...]) -> Mail | None:
    """The outermost mail, with those inside it."""
    inner: Mail | None = None
    for mail in reversed(mails):
        inner = replace(mail, inner=inner)
    return inner


def _reason_of_name(name: str) -> str:
    return disk.reason_of_name(PurePosixPath(name).name)


def _iso(moment: dt.datetime | None) -> str:
    return moment.isoformat() if moment else ""
