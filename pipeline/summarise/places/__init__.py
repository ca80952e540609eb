"""Places: their map and ranking, a sheet per part of the country, the table behind them."""

from __future__ import annotations

from pipeline.summarise.places.by_place import Places
from pipeline.summarise.places.parents import parent_sheets
from pipeline.summarise.places.ranking import ranking_sheet
from pipeline.summarise.places.staff import staff_sheet
from pipeline.summarise.places.table import indicator_sheet
from pipeline.summarise.places.tilemap import map_sheet
from pipeline.summarise.sheets.sheet import SummaryBook
from pipeline.summarise.workbook.drill import Drill
from schemas.round.settings import Summary


def place_sheets(book: SummaryBook, summary: Summary, drill: Drill) -> None:
    """The sheets of a summary's places; none where the round has no map of them."""
    places = Places.of(book, summary, drill)
    if places is None:
        return
    map_sheet(places)
    ranking_sheet(places)
    indicator_sheet(places)
    parent_sheets(places)
    staff_sheet(places)
