"""Where extracts stand.

Each bears a number; an annex tells its agency, file and row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.office.grid import Cell
from pipeline.office.paper import Paper
from pipeline.summarise.figures.wording import number
from pipeline.summarise.report.digest import MOST_NAMED, Extract
from schemas.round.round import Round
from schemas.round.settings import CONTENT_FILE

_WIDTHS = (9, 73, 36, 31, 11)
_SIZE = 9


@dataclass(frozen=True)
class Sources:
    """The extracts quoted so far, in their order."""

    round_: Round
    quoted: list[Extract] = field(default_factory=list)

    def number(self, extract: Extract) -> str:
        """The number of an extract that is quoted now, as it stands behind it."""
        self.quoted.append(extract)
        return f"[{len(self.quoted)}]"

    def name(self, code: str) -> str:
        """An agency's full name."""
        known = self.round_.by_agency
        return known[code].name if code in known else code

    def table(self, paper: Paper) -> None:
        """Add the list of them."""
        paper.note(self.round_.say("report.sources.note", file=CONTENT_FILE))
        heads = [
            self.round_.say(f"report.sources.{key}")
            for key in ("number", "agencies", "file", "sheet", "row")
        ]
        paper.table(
            "",
            heads,
            [self._line(at, each) for at, each in enumerate(self.quoted, 1)],
            _WIDTHS,
            size=_SIZE,
        )

    def _line(self, at: int, extract: Extract) -> list[Cell]:
        return [
            Cell(str(at), figure=True),
            Cell(self._names(extract.agencies)),
            Cell(extract.file),
            Cell(extract.sheet),
            Cell(number(extract.row, self.round_.lang), figure=True),
        ]

    def _names(self, codes: Sequence[str]) -> str:
        known = self.round_.by_agency
        if len(codes) == 1:
            return self.name(codes[0])
        names = "; ".join(
            (known[code].short_name or known[code].name) if code in known else code
            for code in codes[:MOST_NAMED]
        )
        left = len(codes) - MOST_NAMED
        return self.round_.say("report.and_others", names=names, count=left) if left > 0 else names
