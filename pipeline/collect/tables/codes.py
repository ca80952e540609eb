"""Read cells of code columns: the entry of a code list that a cell names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from pipeline.collect.formats.cells import Value, shown
from pipeline.collect.formats.seen import RichText, SeenNumber
from pipeline.collect.tables.looks import Cell, hides, repaired, seen_text
from pipeline.text.legacy import readings_of
from pipeline.text.names import normalise
from schemas.codelists import Codelist
from schemas.columns import State


class Codes:
    """Reads the cells of a code column: by name, code or alias, in any spelling.

    ``positions``: the position of each code in today's list, to which results refer.
    ``successors``: today's code for each one that only older forms have; such a cell is read with a
    note.
    """

    def __init__(
        self,
        codelist: Codelist,
        positions: Mapping[str, int],
        successors: Mapping[str, str] | None = None,
    ) -> None:
        places = {**{old: positions[new] for old, new in (successors or {}).items()}, **positions}
        entries = [
            (entry, places[entry.code]) for entry in codelist.entries if entry.code in places
        ]
        self.exact: dict[Value, Cell] = {
            name: (place, State.OK, "")
            for entry, place in entries
            if entry.code in positions
            for name in entry.exact
        }
        """The result for each name, full or short, that is written exactly."""
        # a name counts before a code, a code before an alias
        self._keys = {
            **_unshared((alias, place) for entry, place in entries for alias in entry.aliases),
            **_unshared((entry.code, place) for entry, place in entries),
            **_unshared((name, place) for entry, place in entries for name in entry.exact),
        }
        self._ambiguous = _unshared(
            (word, place) for entry, place in entries for word in entry.ambiguous
        )

    def read(self, value: Value) -> Cell:
        """Return the position of the entry that people see named in a cell."""
        if not isinstance(value, (RichText, SeenNumber)):
            return self._listed(shown(value))
        cell = self._listed(seen_text(value))
        if isinstance(value, RichText) and cell[1] is State.NOT_LISTED:
            cell = self._listed(value.plain)
        if cell[1] is State.OK and not hides(value) and isinstance(value, RichText):
            return cell
        return repaired(cell, shown(value))

    def _listed(self, text: str) -> Cell:
        """Look a text up: exact names, other words, words of two entries, old encodings."""
        key = normalise(text)
        if key in self._keys:
            return self.exact.get(text) or (self._keys[key], State.REPAIRED, text)
        if key in self._ambiguous:
            return self._ambiguous[key], State.AMBIGUOUS, text
        old = {self._keys[key] for key in map(normalise, readings_of(text)) if key in self._keys}
        return (old.pop(), State.REPAIRED, text) if len(old) == 1 else (-1, State.NOT_LISTED, text)


def _unshared(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Map normalised words to positions, without words that two entries share."""
    places: dict[str, set[int]] = {}
    for word, position in pairs:
        places.setdefault(normalise(word), set()).add(position)
    return {word: positions.pop() for word, positions in places.items() if len(positions) == 1}


@lru_cache(maxsize=16)
def _positions(codes: tuple[str, ...]) -> dict[str, int]:
    return {code: position for position, code in enumerate(codes)}


def codes_for(codelist: Codelist, current: Codelist) -> Codes:
    """Return a reader of ``codelist`` whose positions are those of the ``current`` list."""
    return Codes(codelist, _positions(tuple(current.codes)), current.successors)


CodesByColumn = Mapping[str, Codes]
"""How each code column is read, by column key."""
