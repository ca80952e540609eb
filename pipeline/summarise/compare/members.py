"""Who was to report an entry then and now.

A province that was merged from three has three, and isn't whole without each of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.summarise.compare.change import RoundChange
from pipeline.summarise.compare.editions import counterparts
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.dimensions import Dimension, dimension
from pipeline.summarise.figures.lines import EntryReporter, empty, reporters, standing_words
from schemas.columns import TableSpec


@dataclass(frozen=True)
class Member:
    """An agency that was due to report an entry, or part of one.

    Its name in the list of its time, and its standing.
    """

    name: str
    reporter: EntryReporter


class Members:
    """Who was to report the entries of a dimension, then and now.

    Entries of a later edition have several agencies.
    """

    def __init__(self, change: RoundChange, spec: TableSpec, by: Dimension) -> None:
        self.change = change
        self.sides = (_earlier(change, spec, by), _members(change.now, spec, by, {}))

    def signs(self, code: str, *, is_entry: bool) -> tuple[str, str]:
        """The signs for figures without rows, then and now.

        For a parent or the total they don't depend on a standing.
        """
        then, now = (self._worst(side.get(code, ())) if is_entry else None for side in self.sides)
        return empty(self.change.before, then), empty(self.change.now, now)

    def not_counted(self, code: str) -> str:
        """Whose figures aren't in an entry's, then and now."""
        said = []
        for side, when in zip(self.sides, ("then", "now"), strict=True):
            out = [each for each in side.get(code, ()) if each.reporter.is_out]
            named = [
                f"{each.name} ({standing_words(each.reporter, self.change.now.lang)})"
                for each in out
            ]
            said += (
                [self.change.now.say(f"compare.not_counted.{when}", names=", ".join(named))]
                if named
                else []
            )
        return "\n".join(said)

    @property
    def any_known(self) -> bool:
        """Whether entries have agencies of their own."""
        return any(self.sides)

    def _worst(self, members: Sequence[Member]) -> EntryReporter | None:
        """One that isn't counted makes the whole unknown."""
        found = [each.reporter for each in members]
        return next((each for each in found if each.is_out), found[-1] if found else None)


def _members(
    state: Consolidation, spec: TableSpec, by: Dimension, today: Mapping[str, str]
) -> Mapping[str, list[Member]]:
    """Return who was to report, by the entries of ``by``.

    ``today``: today's codes of the state's own, if they differ.
    """
    base = dimension(state.round_, spec, by.column)
    names, owner, found = (
        dict(zip(base.codes, base.names, strict=True)),
        by.owner or {},
        defaultdict(list),
    )
    for code, reporter in reporters(state, spec, base).items():
        now = today.get(code, code)
        found[owner.get(now, now)].append(Member(names[code], reporter))
    return found


def _earlier(change: RoundChange, spec: TableSpec, by: Dimension) -> Mapping[str, list[Member]]:
    """The same of the earlier state, by today's entries."""
    earlier, column = change.before.round_.by_key.get(spec.key), spec.by_key.get(by.column)
    if earlier is None or column is None or not earlier.has(by.column):
        return {}
    return _members(
        change.before,
        earlier,
        by,
        counterparts(change.now.round_, change.before.round_, column.codes),
    )
