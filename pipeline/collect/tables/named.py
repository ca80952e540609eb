"""Persons in the free texts of a return, looked for where it is read: what it takes is that file's own time, and no other's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.collect.tables.effort import free_texts
from pipeline.model import Reading, TableReading
from schemas.columns import TableSpec

Spans = tuple[tuple[int, int], ...]
"""Where persons are named in a text: the first characters, and those after the last."""


def persons_in(tables: Mapping[str, TableReading], specs: Mapping[str, TableSpec]) -> dict[str, Spans]:
    """The texts that name persons though they are to name none, each with where it does."""
    from schemas.rules.persons import spans  # here, for its patterns take a hundredth of a second

    found = {text: spans(text) for each in free_texts(tables, specs) if each.column.anonymous for text in each.each}
    return {text: where for text, where in found.items() if where}


def looked_through(readings: Iterable[Reading], specs: Mapping[str, TableSpec]) -> dict[str, Spans]:
    """All texts that were looked through when they were read, each with where it names persons."""
    return {
        text: reading.persons.get(text, ())
        for reading in readings
        if reading.persons is not None
        for each in free_texts(reading.tables, specs)
        if each.column.anonymous
        for text in each.each
    }
