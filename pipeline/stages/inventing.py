"""Invent a whole round in a folder: issued workbooks, filled in by the round's ``demo.py``."""

from __future__ import annotations

import csv
import importlib.util
import io
import os
from collections.abc import Mapping, Sequence
from types import ModuleType

import openpyxl

from pipeline.distribute import gaps, issue
from pipeline.distribute.fill import Filler, placed
from pipeline.errors import OperatorError
from pipeline.home import HEADCOUNTS, Home
from pipeline.machine.files import write_beside
from pipeline.office.parts import Envelope, read_parts
from schemas.invention import Return
from schemas.round.round import Round

MARK = ".gia-dinh"
"""A file in ``data`` that marks its data as invented: it may be written over."""

HOUR_OF_SAVING = ("docProps/core.xml",)
"""The part of a workbook in which a program notes when it saved the file."""


def invent(home: Home, round_: Round) -> list[Return]:
    """Write the invented returns into the incoming folder of ``home``, with a register of dates."""
    refuse_real_data(home)
    (home.root / "data" / MARK).touch(mode=0o600)
    returns = module_of(round_).invent(round_)
    agencies = [
        round_.by_agency[code] for code in dict.fromkeys(each.issued_to for each in returns) if code
    ]
    blanks = dict(issue.workbooks(round_, agencies, invented=True))
    blanks[""] = issue.invented_template(round_)
    files: dict[str, bytes] = {}
    for each in returns:
        files[each.file] = files[each.copy_of] if each.copy_of else _content(each, blanks, round_)
        path = write_beside(home.incoming / each.file, files[each.file])
        os.utime(path, (each.received.timestamp(), each.received.timestamp()))
    _register(home, returns)
    _headcounts(home, round_)
    return list(returns)


def refuse_real_data(home: Home) -> None:
    """Raise ``OperatorError`` for a folder with data that is not invented."""
    is_used = home.ledger.exists() or any(home.incoming.iterdir())
    if is_used and not (home.root / "data" / MARK).exists():
        raise OperatorError("not_empty", path=home.root)


def module_of(round_: Round) -> ModuleType:
    """Import the round's ``demo.py``; raises ``OperatorError`` if it has none."""
    path = round_.folder / "demo.py"
    spec = (
        importlib.util.spec_from_file_location(f"tonghop_demo_{round_.key}", path)
        if path.is_file()
        else None
    )
    if spec is None or spec.loader is None:
        raise OperatorError("no_demo", round=round_.key)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _content(each: Return, blanks: Mapping[str, bytes], round_: Round) -> bytes:
    if each.content is not None:
        return each.content
    content = Filler(blanks[each.issued_to]).fill(
        placed(round_, each.info, each.tables, each.cells)
    )
    if each.other_round:
        content = _restamped(content, round_.key, each.other_round)
    if each.removed_sheet:
        content = _without_sheet(content, each.removed_sheet)
    return content[: len(content) // 2] if each.cut_off else content


def _restamped(workbook: bytes, old: str, new: str) -> bytes:
    """Return the workbook with another round's name in its stamp."""
    parts = read_parts(workbook, gaps.PARTS)
    changed = {
        name: part.replace(f">{old}<".encode(), f">{new}<".encode()) for name, part in parts.items()
    }
    return Envelope.around(workbook, gaps.PARTS).with_parts(changed)


def _without_sheet(workbook: bytes, sheet: str) -> bytes:
    """Return the workbook as saved by a clerk who deleted a sheet.

    The hour of saving stays the original's, so that the bytes are the same every time.
    """
    book, buffer = openpyxl.load_workbook(io.BytesIO(workbook)), io.BytesIO()
    del book[sheet]
    book.save(buffer)
    return Envelope.around(buffer.getvalue(), HOUR_OF_SAVING).with_parts(
        read_parts(workbook, HOUR_OF_SAVING)
    )


def _register(home: Home, returns: Sequence[Return]) -> None:
    lines = [
        "file,date,note",
        *(f'"{each.file}",{each.received:%Y-%m-%d},' for each in returns if each.received),
    ]
    write_beside(home.incoming / "nhan.csv", ("\n".join(lines) + "\n").encode())


def _headcounts(home: Home, round_: Round) -> None:
    """Write the list of headcounts, if the round's ``demo.py`` invents one."""
    invented = getattr(module_of(round_), "headcounts", None)
    if invented is None:
        return
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(("agency", "number", "as_of", "source"))
    lines.writerows(invented(round_))
    write_beside(home.data / HEADCOUNTS, text.getvalue().encode("utf-8-sig"))
