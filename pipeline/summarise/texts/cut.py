"""Texts as rows of a sheet: long ones in pieces, with their differing letters marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.summarise.sheets.cells import MarkedText
from pipeline.summarise.sheets.lists import ListColumn
from pipeline.summarise.sheets.repeated import DistinctValues
from pipeline.summarise.texts.pieces import pieces
from pipeline.summarise.texts.words import Compendium
from pipeline.summarise.workbook.rows import MOST_ROWS

TEXT_WIDTH = 80.0
"""Characters across the column of texts."""

Marks = Sequence[tuple[int, int]]
"""Letters of a text, from where to where, in order and apart."""


@dataclass(frozen=True)
class CutTexts:
    """Rows of texts, one per piece; ``rows`` repeats all else: filters keep a text whole."""

    rows: pd.DataFrame
    texts: Sequence[str | MarkedText]
    parts: Sequence[str | None]
    """"2/3" for the second of three pieces, nothing for a text that fits."""

    @classmethod
    def of(cls, rows: pd.DataFrame, marks: Mapping[int, Marks] | None = None) -> CutTexts:
        """Cut the texts of a frame, with ``marks`` by index; none if a sheet can't hold them."""
        if len(rows) > MOST_ROWS:
            return cls(rows, (), ())
        cut = DistinctValues.of_frame(rows["text"], lambda text: pieces(text, TEXT_WIDTH))
        places = [at for at, found in enumerate(cut) for _ in found]
        parts = [
            f"{n}/{len(found)}" if len(found) > 1 else None
            for found in cut
            for n in range(1, len(found) + 1)
        ]
        by_row = [(marks or {}).get(index, ()) for index in rows.index.tolist()]
        texts = [
            text
            for found, own in zip(cut, by_row, strict=True)
            for text in (marked(found, own) if own else found)
        ]
        return cls(rows.iloc[places], texts, parts)

    def fields(self, compendium: Compendium, title: str) -> Iterator[ListColumn]:
        """The texts and, where any is cut, which part it is."""
        yield ListColumn(title, self.texts, widest=TEXT_WIDTH)
        if any(self.parts):
            yield ListColumn(compendium.say("part"), self.parts)


def marked(listed: Sequence[str], marks: Marks) -> Iterator[str | MarkedText]:
    """The pieces of a text with the marks that fall on each."""
    start = 0
    for piece in listed:
        end = start + len(piece)
        own = tuple(
            (max(first, start) - start, min(last, end) - start)
            for first, last in marks
            if first < end and last > start
        )
        yield MarkedText(piece, own) if own else piece
        start = end
