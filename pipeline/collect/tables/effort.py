"""What it will cost to judge the free texts of a return, reckoned before anything is judged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pipeline.model import TableReading
from schemas.columns import Column, Kind, TableSpec

LOOK = 100
"""Steps of looking around a word that may begin a person's name or number, whose neighbours are then read: measured, at worst."""
READERS = 2
"""How many rules read the texts of a column that is to name no person: that of its length, and that of persons."""
_DEAREST = LOOK // 2 + READERS
"""The most that a letter may cost: each second one begins a word."""
_WORD = re.compile(r"[^\W_]+")


def exceed(tables: Mapping[str, TableReading], specs: Mapping[str, TableSpec], most: int) -> bool:
    """Whether judging takes more than so many steps. Different texts are told apart and words counted only where there is text enough for it."""
    letters = sum(sum(map(len, filter(None, texts))) for _, texts in _texts(tables, specs))
    return letters * _DEAREST > most and steps(tables, specs) > most


def steps(tables: Mapping[str, TableReading], specs: Mapping[str, TableSpec]) -> int:
    """Characters of different texts, each as often as a rule of its column reads it, and what looking around words for persons takes.

    A rule looks at a text once, however often it stands there.
    """
    return sum(_of_column(column, {*filter(None, texts)}) for column, texts in _texts(tables, specs))


def _texts(tables: Mapping[str, TableReading], specs: Mapping[str, TableSpec]) -> Iterator[tuple[Column, list[str | None]]]:
    """The texts of each column of free text."""
    for key, table in tables.items():
        for column in specs[key].columns:
            if column.kind is Kind.TEXT and column.key in table.values:
                yield column, table.values[column.key].tolist()


def _of_column(column: Column, texts: set[str]) -> int:
    letters = sum(map(len, texts))
    return READERS * letters + LOOK * sum(map(_looks, texts)) if column.anonymous else letters


def _looks(text: str) -> int:
    """How many words may begin a name or a number: those that don't begin with a small letter."""
    return sum(not word[0].islower() for word in _WORD.findall(text))
