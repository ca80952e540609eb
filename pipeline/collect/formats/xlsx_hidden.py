"""Which rows and columns of a worksheet's XML nobody sees. A sheet without a sign of such is never parsed for it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.collect.formats import limits
from pipeline.collect.formats.cells import UnreadableError
from pipeline.collect.formats.surroundings import NOTHING_HIDDEN, Hidden, Span, merged
from pipeline.collect.formats.xml import walk
from pipeline.office.hiding import is_hidden_column, is_hidden_row

_IN_ROWS, _IN_HEAD = ('hidden="1', 'hidden="t', ' ht="0'), ('hidden="', ' width="0')
"""How an attribute begins that hides a row or a column, in a sheet that is written as usual. LibreOffice writes hidden="false" everywhere."""
_SIGN = re.compile(rb"""hidden\s?=\s?["'](?:1|t|T|o)|\sht\s?=\s?["'][0.]|width\s?=\s?["'][0.]""")
"""The same in a sheet that is written in whatever way."""


def may_hide(head: str, rows: Iterable[str]) -> bool:
    """True if a row or column may be hidden, by what stands before the rows and by the tags of the rows down to the last filled one."""
    return any(sign in tag for tag in rows for sign in _IN_ROWS) or any(sign in head for sign in _IN_HEAD)


def hidden_in(data: bytes) -> Hidden:
    """The hidden rows and columns of a sheet; none where its XML can't be told."""
    if not _SIGN.search(data):
        return NOTHING_HIDDEN
    events = _Events()
    try:
        walk(data, events.start, lambda _name: None, lambda _text: None)
    except UnreadableError:  # what reads its cells says so
        return NOTHING_HIDDEN
    return Hidden(merged(events.rows), merged(events.columns))


class _Events:
    """What the parser tells of rows and columns."""

    def __init__(self) -> None:
        self.rows: list[Span] = []
        self.columns: list[Span] = []
        self._row = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "row":
            self._row = _whole(attributes.get("r", ""), self._row + 1)
            if is_hidden_row(attributes):
                self.rows.append((self._row, self._row))
        elif tag == "col" and is_hidden_column(attributes):
            first = _whole(attributes.get("min", ""), 1)
            self.columns.append((first, min(_whole(attributes.get("max", ""), first), limits.COLUMNS)))


def _whole(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else otherwise  # noqa: PLR2004 more than any sheet has
