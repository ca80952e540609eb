"""Find the persons that the free texts of a return name.

Done while the file is read, so that the time it takes counts for this file alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.collect.tables.effort import free_texts
from pipeline.model import Reading, TableReading
from schemas.columns import TableSpec

Spans = tuple[tuple[int, int], ...]
"""Where a text names persons: the first character and the one behind the last."""


def persons_in(
    tables: Mapping[str, TableReading], specs: Mapping[str, TableSpec]
) -> dict[str, Spans]:
    """Return the texts that name persons but mustn't, each with the places."""
    from schemas.rules.persons import spans  # imported here: its patterns take 0.01 s to compile

    spans_of = {
        text: spans(text)
        for texts in free_texts(tables, specs)
        if texts.column.anonymous
        for text in texts.distinct
    }
    return {text: where for text, where in spans_of.items() if where}


def looked_through(readings: Iterable[Reading], specs: Mapping[str, TableSpec]) -> dict[str, Spans]:
    """Return all texts that were searched while reading, each with its places of persons."""
    return {
        text: reading.persons.get(text, ())
        for reading in readings
        if reading.persons is not None
        for texts in free_texts(reading.tables, specs)
        if texts.column.anonymous
        for text in texts.distinct
    }
