"""Coverage by entry: how many agencies of a place or a region count, and which don't."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.dimensions import Dimension
from pipeline.summarise.figures.lines import EntryReporter, standing_words, standings
from pipeline.summarise.figures.origins import own_column
from schemas.columns import TableSpec
from schemas.words import ui


@dataclass(frozen=True)
class DueAgency:
    """An agency of an entry: its name, how it stands, whether its figures count."""

    agency: str
    name: str
    reporter: EntryReporter
    counts: bool


@dataclass(frozen=True)
class EntryCoverage:
    """How far the agencies of an entry count."""

    agencies: Sequence[DueAgency]

    @property
    def counted(self) -> int:
        """How many count."""
        return sum(agency.counts for agency in self.agencies)

    @property
    def missing(self) -> list[DueAgency]:
        """Those that don't."""
        return [agency for agency in self.agencies if not agency.counts]

    @property
    def share(self) -> str:
        """How many of how many, as "9/14"; blank where no agency belongs to the entry."""
        return f"{self.counted}/{len(self.agencies)}" if self.agencies else ""

    def names(self, lang: str) -> str:
        """The missing, each with how it stands; blank where none is missing."""
        return "; ".join(
            f"{agency.name} ({standing_words(agency.reporter, lang)})" for agency in self.missing
        )

    def named(self, lang: str) -> str:
        """That some are missing, and who; blank where none is."""
        return ui("summary.not_covered", lang, names=self.names(lang)) if self.missing else ""


NOBODY = EntryCoverage(())


def covered(
    consolidation: Consolidation, spec: TableSpec, by: Dimension
) -> Mapping[str, EntryCoverage]:
    """The coverage of entries by code: places, or what places belong to.

    An agency belongs to the locality that the list of agencies gives it; empty where the entries of
    ``by`` have no agencies of their own.
    """
    column = own_column(consolidation.round_, spec)
    if not column or by.column != column:
        return {}
    found: dict[str, list[DueAgency]] = defaultdict(list)
    known = standings(consolidation)
    for each in consolidation.agencies[["agency", "short_name", "locality"]].to_dict("records"):
        entry = each["locality"] if by.owner is None else by.owner.get(each["locality"], "")
        reporter = known[each["agency"]]
        counts = not reporter.is_out or reporter.is_provisional
        found[entry].append(DueAgency(each["agency"], each["short_name"], reporter, counts))
    return {entry: EntryCoverage(agencies) for entry, agencies in found.items()}
