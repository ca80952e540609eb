"""Read lists kept as CSV files by any program: encoding and separator are detected."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path


class ListFileError(Exception):
    """Raised for an unreadable list.

    ``problem`` is ``encoding``, ``quotes`` (from ``line`` on) or ``header``.
    """

    def __init__(self, problem: str, line: int = 0) -> None:
        super().__init__(problem)
        self.problem, self.line = problem, line


def read_list(path: Path, needed: set[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line number and cells of each line that isn't blank; the cells by title in lower case.

    Raises ``ListFileError``, also if one of the ``needed`` titles is missing.
    """
    return listed_in(path.read_bytes(), needed)


def listed_in(content: bytes, needed: set[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Like :func:`read_list`, from the bytes of a list."""
    rows = _rows(_decoded(content))
    head = [title.strip().casefold() for title in next((row for _, row in rows), [])]
    if not needed <= set(head):
        raise ListFileError("header")
    for line, row in rows:
        yield line, dict(zip(head, map(str.strip, row), strict=False))


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and row. The separator is the one most frequent in the first line.

    ``strict``: an unclosed quote raises an error; else it would swallow all lines behind it.
    """
    first = next((line for line in text.splitlines() if line.strip()), "")
    reader = csv.reader(
        text.splitlines(keepends=True), delimiter=max(",;\t", key=first.count), strict=True
    )
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
