"""Take out what archives and mails hold: each member is archived like a file, or left out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
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
_DAMAGED = (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError)
"""What ``zipfile`` raises for a member that is damaged, locked or packed in an unknown way."""
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
            path=kept.path,
            name=safe_name(self.shown),
            sha256=kept.sha256,
            size=kept.size,
            received=came.at,
            received_by=came.by,
            place=place,
            changed=changed,
            mail=_nested(self.mails),
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


@dataclass
class Unpacking:
    """Takes out what one file holds that came, nested archives and mails too, within limits.

    ``is_named``: the operator named the file. ``left``: bytes that may still be unpacked.
    """

    archive: Archive
    clock: Clock
    opener: Opener
    is_named: bool
    left: int = field(default_factory=lambda: limits.ARCHIVE_BYTES)

    def members(
        self, file: File, container: Container, itself: Received, depth: int
    ) -> IntakeResults:
        """Yield what a container holds; the file ``itself`` if nothing can be taken out."""
        self.archive.settle()
        if not isinstance(container, str):
            yield from self._of_zip(file, container, depth)
            return
        # nested members are opened once all are kept: the opener opens one file at a time
        members: list[_Member] = []
        try:
            for piece in self.opener.pieces(self.archive.at_hand(file.kept), container):
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
        is_empty = True
        for member in members:
            for result in self._member(member):
                is_empty = is_empty and not isinstance(result, Received)
                yield result
        if is_empty:
            yield itself

    def _of_zip(self, file: File, members: Sequence[zipfile.ZipInfo], depth: int) -> IntakeResults:
        """Archive the members of a .zip, and yield each or what it holds."""
        with zipfile.ZipFile(self.archive.at_hand(file.kept)) as archive:
            for entry in members:
                name = member_name(entry)
                reason = _reason_of_name(name) or reason_to_leave(entry, self.left)
                if reason:
                    yield IgnoredFile(safe_name(f"{file.shown}/{name}"), reason)
                    continue
                self.left -= entry.file_size
                try:
                    with archive.open(entry) as content:
                        kept = self.archive.keep(content)  # type: ignore[arg-type]
                except (SourceError, *_DAMAGED) as error:
                    yield IgnoredFile(
                        safe_name(f"{file.shown}/{name}"), reason_of(error, "damaged")
                    )
                    continue
                came = self.clock.of_member(entry.date_time, file.otherwise)
                yield from self._member(self._within(file, kept, name, came, file.mails, depth - 1))

    def _of_piece(self, file: File, piece: Piece, depth: int) -> _Member | IgnoredFile:
        """Archive a file of a mail or of an archive other than .zip.

        A mail around it doesn't count as a level of archives.
        """
        shown = safe_name(f"{file.shown}/{piece.name}")
        is_large = len(piece.content) > self.left
        reason = piece.reason or _reason_of_name(piece.name) or ("too_large" if is_large else "")
        if reason:
            return IgnoredFile(shown, reason)
        self.left -= len(piece.content)
        if piece.mails:
            came = self.clock.of_mail(piece.mails[0].sent, file.otherwise)
        else:
            came = self.clock.of_member(piece.time, file.otherwise)
            depth -= 1
        try:
            kept = self.archive.keep(io.BytesIO(piece.content))
            mails = (*file.mails, *map(self._mail, piece.mails))
        except SourceError as error:
            return IgnoredFile(shown, reason_of(error, "damaged"))
        return self._within(file, kept, piece.name, came, mails, depth)

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

        One that came in an earlier run keeps its date, though its archive is read again: the
        command line's date is for new files.
        """
        came = self.clock.came(kept.sha256, otherwise, named=self.is_named)
        return _Member(File(kept, f"{around.shown}/{name}", came, otherwise, mails), depth)

    def _member(self, member: _Member) -> IntakeResults:
        """Yield a member, or what it holds if it is an archive or a mail itself."""
        file = member.file
        container = container_of(file.kept, self.archive.at_hand)
        if not container:
            yield file.received()
        elif member.depth == 0 or len(file.mails) > limits.MAIL_DEPTH:
            yield IgnoredFile(safe_name(file.shown), "too_deep")
        else:
            yield from self.members(file, container, file.received(), member.depth)

    def _mail(self, head: MailHead) -> Mail:
        """Return a mail for the record; its text is put into the archive."""
        text = self.archive.keep(io.BytesIO(head.text)).sha256 if head.text else ""
        sent = self.clock.on_clock(head.sent)
        name, subject = safe_name(head.name), safe_name(head.subject)
        return Mail(safe_name(head.sender), name, subject, sent.isoformat() if sent else "", text)


def _nested(mails: tuple[Mail, ...]) -> Mail | None:
    """Return the outermost mail, which holds those inside it."""
    inner: Mail | None = None
    for mail in reversed(mails):
        inner = replace(mail, inner=inner)
    return inner


def _reason_of_name(name: str) -> str:
    return disk.reason_of_name(PurePosixPath(name).name)
