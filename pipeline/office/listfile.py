"""Lists that an operator keeps as CSV files, by whatever program: their encoding and the sign between cells are found out."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path


class ListFileError(Exception):
    """A list that can't be read: ``problem`` is ``encoding``, ``quotes`` (from ``line`` on) or ``header``."""

    def __init__(self, problem: str, line: int = 0) -> None:
        super().__init__(problem)
        self.problem, self.line = problem, line


def read_list(path: Path, needed: set[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells by title (in lower case) of every line that isn't blank; raises ``ListFileError``, also without the ``needed`` titles."""
    return listed_in(path.read_bytes(), needed)


def listed_in(content: bytes, needed: set[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The same of the bytes of a list."""
    rows = _rows(_decoded(content))
    head = [title.strip().casefold() for title in next((row for _, row in rows), [])]
    if not needed <= set(head):
        raise ListFileError("header")
    for line, row in rows:
        yield line, dict(zip(head, map(str.strip, row), strict=False))


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The sign between cells is the one that the first line has most. A quote that is never closed would swallow all lines behind it."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    reader = csv.reader(text.splitlines(keepends=True), delimiter=max(",;\t", key=first.count), strict=True)
    begun = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
            begun = reader.line_num + 1
    except csv.Error as error:
        raise ListFileError("quotes", begun) from error


def _decoded(data: bytes) -> str:
    for encoding in ("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp1258"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ListFileError("encoding")
