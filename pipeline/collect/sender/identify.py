"""Tell which agency sent a workbook: by the operator's word, stamp, information sheet, file name.

The file name counts only if the others are silent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from pipeline.collect.sender.book import NameBook
from pipeline.model import ASSIGNED, Finding, Severity, Stamp


@dataclass(frozen=True)
class Identification:
    """A workbook's sender and the evidence.

    ``findings`` hold an error if the sender is unknown or contradictory; ``agency`` is blank then.
    """

    agency: str = ""
    by: str = ""
    findings: tuple[Finding, ...] = ()
    likely: str = ""
    """Whose it may be, if it is unassigned."""
    is_doubted: bool = False
    """True if its file name or information sheet names another agency."""


@dataclass(frozen=True)
class StatedSender:
    """What the information sheet says of the sender, as text."""

    code: str = ""
    name: str = ""
    sheet: str = ""
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Signs:
    """All evidence of a workbook's sender except the operator's word.

    ``has_form``: whether it has a sheet of the form; a file name counts only then.
    """

    stamps: tuple[Stamp, ...]
    info: StatedSender
    file_name: str
    has_form: Callable[[], bool]


def identify(signs: Signs, book: NameBook, assigned: str = "") -> Identification:
    """Identify the sender (S02) and compare with all other evidence (S03).

    ``assigned``: the agency to which the operator assigned the file.
    """
    info = signs.info
    stamped = _distinct(stamp.agency for stamp in signs.stamps)
    if assigned:
        return _assigned(assigned, stamped, book)
    stated = _distinct([book.code(info.code), book.name(info.name)])
    if stamped:
        return _by_stamp(stamped, stated, signs, book)
    if len(stated) == 1:
        return _known(stated[0], "info", signs, book)
    if info.code or info.name:
        likely = book.mentioned(info.name) or book.likely_sender(signs.file_name)
        return _wrong(_unclear(stated, info, book), _in_scope(likely, book))
    return _by_file_name(signs, book)


def _by_stamp(
    stamped: tuple[str, ...], stated: tuple[str, ...], signs: Signs, book: NameBook
) -> Identification:
    """Identify the sender by the stamp, unless another stamp or the information sheet disagrees."""
    code, *others = stamped
    if others:
        return _wrong(_disagreement(code, book.title(others[0]), signs.info, book))
    other = next((agency for agency in stated if agency != code), None)
    if other is None and code in book.round.by_agency:
        return _known(code, "stamp", signs, book)
    title = book.title(other or signs.info.code or signs.info.name)
    return _wrong(_disagreement(code, title, signs.info, book), _in_scope(code, book))


def _distinct(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in codes if code))


def _assigned(code: str, stamped: tuple[str, ...], book: NameBook) -> Identification:
    others = [agency for agency in stamped if agency != code]
    words = {"stamped": ", ".join(map(book.title, others)), "assigned": book.title(code)}
    return Identification(
        code,
        ASSIGNED,
        (Finding("S03", Severity.WARNING, "assignment_disagrees", words),) if others else (),
    )


def _by_file_name(signs: Signs, book: NameBook) -> Identification:
    """Identify the sender by file name. A workbook without a sheet of the form stays unassigned."""
    named, likely = book.only_sender(signs.file_name), book.likely_sender(signs.file_name)
    if named and signs.has_form():
        return _known(named, "file_name", signs, book)
    message = "unknown_agency" if signs.has_form() else "unknown_agency.no_form"
    return _wrong(Finding("S02", Severity.ERROR, message), _in_scope(named or likely, book))


def _known(code: str, by: str, signs: Signs, book: NameBook) -> Identification:
    agency = book.round.by_agency[code]
    if not agency.in_scope:
        words = {"name": agency.name}
        return _wrong(Finding("S02", Severity.ERROR, "unknown_agency.out_of_scope", words))
    doubts = tuple(_doubts(code, by, signs, book))
    return Identification(code, by, doubts, is_doubted=bool(doubts))


def _doubts(code: str, by: str, signs: Signs, book: NameBook) -> Iterable[Finding]:
    """S03: warn if the file name or the stated name of the sender names another agency."""
    words = {"stated": book.round.by_agency[code].name}
    named, stated = book.only_sender(signs.file_name), signs.info.name
    mentioned = code if stated == words["stated"] else book.mentioned(stated)
    if by != "file_name" and named not in ("", code):
        words["named"] = book.title(named)
        yield Finding("S03", Severity.WARNING, "file_name_disagrees", {**words})
    if mentioned not in ("", code):
        yield Finding(
            rule="S03",
            severity=Severity.WARNING,
            message="name_disagrees",
            words={**words, "named": book.title(mentioned), "value": stated},
            sheet=signs.info.sheet,
            cells=signs.info.cells,
            value=stated,
        )


def _in_scope(code: str, book: NameBook) -> str:
    return code if code in book.round.by_agency and book.round.by_agency[code].in_scope else ""


def _wrong(finding: Finding, likely: str = "") -> Identification:
    return Identification(findings=(finding,), likely=likely)


def _disagreement(stamped: str, stated: str, info: StatedSender, book: NameBook) -> Finding:
    words = {"stamped": book.title(stamped), "stated": stated}
    return _at(info, Finding("S03", Severity.ERROR, "stamp_disagrees", words))


def _unclear(stated: tuple[str, ...], info: StatedSender, book: NameBook) -> Finding:
    """S02: report that the information sheet names no known agency, or two."""
    message = "unknown_agency.two" if stated else "unknown_agency.stated"
    texts = map(book.title, stated) if stated else filter(None, (info.code, info.name))
    return _at(info, Finding("S02", Severity.ERROR, message, {"stated": ", ".join(texts)}))


def _at(info: StatedSender, finding: Finding) -> Finding:
    """Return a finding at the cells that say who the sender is."""
    return replace(finding, sheet=info.sheet, cells=info.cells, value=info.code or info.name)
