"""Take out what archives and mails hold: each member is archived like a file, or left out."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from pipeline.collect.formats import limits
from pipeline.collect.formats.signs import OLE, OUTLOOK, PACKED, is_archive, mail_kind
from pipeline.collect.intake import disk
from pipeline.collect.intake.archive import Archive, ArchivedFile, SourceError, reason_of
from pipeline.collect.intake.dating import Clock, ReceiptDate
from pipeline.collect.intake.opening.opener import Opener
from pipeline.collect.intake.opening.piece import MailHead, Piece, UnopenableError
from pipeline.collect.intake.results import IgnoredFile, IntakeResults
from pipeline.collect.intake.zips import member_name, members_of, reason_to_leave
from pipeline.model import Mail, Received
from pipeline.text.names import safe_name

Container = Sequence[zipfile.ZipInfo] | str
"""The members of a .zip; for other archives and mails the kind that tells how to open them."""
_MARK_OF_OUTLOOK = "__properties_version1.0".encode("utf-16-le")
"""The name of a stream that only mails of Outlook have."""
_WANTED = "no_bsdtar"
"""The reason for an archive that needs a missing program."""


@dataclass(frozen=True)
class File:
    """An archived file.

    ``shown``: its name for people. ``came``: its receipt date. ``otherwise``: the date without the
    command line's. ``mails``: those around it, outermost first.
    """

    kept: ArchivedFile
    shown: str
    came: ReceiptDate
    otherwise: ReceiptDate
    mails: tuple[Mail, ...] = ()

    def received(self, place: str = "", changed: int = 0) -> Received:
        """Return the file as received."""
        kept, came = self.kept, self.came
        return Received(
            kept.path,
            safe_name(self.shown),
            kept.sha256,
            kept.size,
            came.at,
            came.by,
            place,
            changed,
            _nested(self.mails),
        )


@dataclass(frozen=True)
class _Member:
    """An archived member, and how many archives deep may still be opened in it."""

    file: File
    depth: int


def container_of(kept: ArchivedFile, at_hand: Callable[[ArchivedFile], Path]) -> Container:
    """Return what a file holds, or the kind by which it is opened; blank for an ordinary file.

    ``at_hand`` fetches the whole file where its start isn't enough.
    """
    members = members_of(kept, at_hand)
    if members:
        return members
    if kept.start.startswith(OLE):
        return OUTLOOK if _MARK_OF_OUTLOOK in at_hand(kept).read_bytes() else ""
    if is_archive(kept.start):
        return PACKED
    return mail_kind(kept.start)


class Unpacker:
    """Opens archives and mails, nested ones too, within limits of depth and bytes."""

    def __init__(self, archive: Archive, clock: Clock) -> None:
        self._archive, self._clock = archive, clock
        self._opener = Opener()
        self._left, self._named = 0, False
        """Bytes that may still be unpacked of the current file, and whether the operator named
        it."""

    def close(self) -> None:
        """End the process that opens files."""
        self._opener.close()

    def of_file(
        self, file: File, container: Container, itself: Received, *, named: bool
    ) -> IntakeResults:
        """Yield what an archive or mail holds; the file ``itself`` too if nothing can be taken."""
        self._left, self._named = limits.ARCHIVE_BYTES, named
        yield from self._members(file, container, itself, limits.ARCHIVE_DEPTH)

    def _members(
        self, file: File, container: Container, itself: Received, depth: int
    ) -> IntakeResults:
        """Yield what a container holds; the file ``itself`` if nothing can be taken out."""
        self._archive.settle()
        if not isinstance(container, str):
            yield from self._of_zip(file, container, depth)
            return
        # nested members are opened once all are kept: the opener opens one file at a time
        members: list[_Member] = []
        try:
            for piece in self._opener.pieces(self._archive.at_hand(file.kept), container):
                member = self._of_piece(file, piece, depth)
                if isinstance(member, IgnoredFile):
                    yield member
                else:
                    members.append(member)
        except UnopenableError as problem:
            if problem.reason:
                yield IgnoredFile(safe_name(file.shown), problem.reason)
            # without a place, the next run looks at it again; it may have the program then
            if problem.reason == _WANTED:
                itself = replace(itself, place="", changed=0)
        taken = False
        for each in members:
            for one in self._member(each):
                taken = taken or isinstance(one, Received)
                yield one
        if not taken:
            yield itself

    def _of_zip(self, file: File, members: Sequence[zipfile.ZipInfo], depth: int) -> IntakeResults:
        """Archive the members of a .zip, and yield each or what it holds."""
        with zipfile.ZipFile(self._archive.at_hand(file.kept)) as archive:
            for entry in members:
                name = member_name(entry)
                reason = _reason_of_name(name) or reason_to_leave(entry, self._left)
                if reason:
                    yield IgnoredFile(safe_name(f"{file.shown}/{name}"), reason)
                    continue
                self._left -= entry.file_size
                try:
                    with archive.open(entry) as content:
                        kept = self._archive.keep(content)  # type: ignore[arg-type]
                except (
                    SourceError,
                    zipfile.BadZipFile,
                    NotImplementedError,
                    RuntimeError,
                    ValueError,
                ) as error:
                    yield IgnoredFile(
                        safe_name(f"{file.shown}/{name}"), reason_of(error, "damaged")
                    )
                    continue
                came = self._clock.of_member(entry.date_time, file.otherwise)
                yield from self._member(self._within(file, kept, name, came, file.mails, depth - 1))

    def _of_piece(self, file: File, piece: Piece, depth: int) -> _Member | IgnoredFile:
        """Archive a file of a mail or of an archive other than .zip.

        A mail around it doesn't count as a level of archives.
        """
        reason = (
            piece.reason
            or _reason_of_name(piece.name)
            or ("too_large" if len(piece.content) > self._left else "")
        )
        if reason:
            return IgnoredFile(safe_name(f"{file.shown}/{piece.name}"), reason)
        self._left -= len(piece.content)
        came = (
            self._clock.of_mail(piece.mails[0].sent, file.otherwise)
            if piece.mails
            else self._clock.of_member(piece.time, file.otherwise)
        )
        try:
            kept, mails = (
                self._archive.keep(io.BytesIO(piece.content)),
                (*file.mails, *map(self._mail, piece.mails)),
            )
        except SourceError as error:
            return IgnoredFile(safe_name(f"{file.shown}/{piece.name}"), reason_of(error, "damaged"))
        return self._within(
            file, kept, piece.name, came, mails, depth if piece.mails else depth - 1
        )

    def _within(
        self,
        around: File,
        kept: ArchivedFile,
        name: str,
        otherwise: ReceiptDate,
        mails: tuple[Mail, ...],
        depth: int,
    ) -> _Member:
        """Return a member with its receipt date.

        IntakeResult that came in an earlier run keeps its date, though its archive is read again: the
        command line's date is for new files.
        """
        came = self._clock.came(kept.sha256, otherwise, named=self._named)
        return _Member(File(kept, f"{around.shown}/{name}", came, otherwise, mails), depth)

    def _member(self, member: _Member) -> IntakeResults:
        """Yield a member, or what it holds if it is an archive or a mail itself."""
        file, container = member.file, container_of(member.file.kept, self._archive.at_hand)
        if not container:
            yield file.received()
        elif member.depth == 0 or len(file.mails) > limits.MAIL_DEPTH:
            yield IgnoredFile(safe_name(file.shown), "too_deep")
        else:
            yield from self._members(file, container, file.received(), member.depth)

    def _mail(self, head: MailHead) -> Mail:
        """Return a mail for the record; its text is put into the archive."""
        text = self._archive.keep(io.BytesIO(head.text)).sha256 if head.text else ""
        sent = self._clock.on_clock(head.sent)
        return Mail(
            safe_name(head.sender), safe_name(head.name), safe_name(head.subject), _iso(sent), text
        )


def _nested(mails: tuple[Mail, ...]) -> Mail | None:
    """Return the outermost mail, which holds those inside it."""
    inner: Mail | None = None
    for mail in reversed(mails):
        inner = replace(mail, inner=inner)
    return inner


def _reason_of_name(name: str) -> str:
    return disk.reason_of_name(PurePosixPath(name).name)


def _iso(moment: dt.datetime | None) -> str:
    return moment.isoformat() if moment else ""
