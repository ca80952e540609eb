"""The workbooks that analysts open, and everything else that a consolidation is written to."""

from __future__ import annotations

from pathlib import Path

from pipeline.home import BOARD_FILE
from pipeline.machine.calls import Calls
from pipeline.machine.files import Write, write_beside
from pipeline.summarise.board.page import board_page
from pipeline.summarise.brief.page import brief_page
from pipeline.summarise.compare import comparison_sheets
from pipeline.summarise.data.package import write_package
from pipeline.summarise.data.sources import write_sources
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.tables import borrowed, main_table
from pipeline.summarise.places import place_sheets
from pipeline.summarise.progress import progress_book
from pipeline.summarise.report.story import report
from pipeline.summarise.sheets.contents import contents_sheet, list_contents
from pipeline.summarise.sheets.sheet import SummaryBook
from pipeline.summarise.texts.content import content_book
from pipeline.summarise.texts.passages import passages
from pipeline.summarise.workbook.crossings import crossing_sheet
from pipeline.summarise.workbook.drill import Drill
from pipeline.summarise.workbook.entry_sheets import entry_sheet, parent_sheet
from pipeline.summarise.workbook.live import MOST_LIVE, is_live
from pipeline.summarise.workbook.lookups import lookup_sheet
from pipeline.summarise.workbook.notes import note_sheet
from pipeline.summarise.workbook.overview import overview, overview_sheet
from pipeline.summarise.workbook.profiles import profile_sheet
from pipeline.summarise.workbook.row_sheets import row_sheet
from pipeline.summarise.workbook.rows import used_tables
from pipeline.summarise.workbook.sources import source_sheet
from schemas.columns import TableSpec
from schemas.round.settings import BRIEF_FILE, CONTENT_FILE, PROGRESS_FILE, Summary


def write_all(
    consolidation: Consolidation, out: Path, lang: str = "vi", write: Write = write_beside
) -> list[Path]:
    """Write every summary into ``out``; the same consolidation gives the same bytes.

    Return the paths; that of ``nguon.json``, which lists the others with their hashes, comes last.

    The workbooks of a usual round are made in processes of their own while the rest is written. A
    large round would then be in memory once per process: its workbooks are made here.
    """
    said = consolidation.in_language(lang)  # for people; data keep the names that were declared
    every = said.round_.settings.summaries
    usual = all(len(frame) <= MOST_LIVE for frame in consolidation.tables.values())
    calls = [(said, each) for each in every]
    with Calls(summary_book, calls if usual else []) as begun:
        rest = [
            write(out / PROGRESS_FILE, progress_book(said)),
            *_papers(said, out, write),
        ]
        rest += write_package(consolidation, out, write)
        books = begun.results() if usual else (summary_book(*each) for each in calls)
        written = [write(out / each.file, book) for each, book in zip(every, books, strict=True)]
    written += rest
    written.append(write_sources(consolidation, out, written, write))
    return written


def _papers(consolidation: Consolidation, out: Path, write: Write) -> list[Path]:
    """Write what people read: board, brief, what agencies wrote, and the report.

    The last two only if the round asks for them.
    """
    written = [
        write(out / BOARD_FILE, board_page(consolidation)),
        write(out / BRIEF_FILE, brief_page(consolidation)),
    ]
    texts, declared = passages(consolidation), consolidation.round_.outline.report
    if texts:
        written.append(write(out / CONTENT_FILE, content_book(consolidation, texts)))
    if declared is not None:
        written.append(write(out / declared.file, report(consolidation, declared, texts)))
    return written


def summary_book(consolidation: Consolidation, summary: Summary) -> bytes:
    """Return one summary workbook: contents, overview, crossings, rows, sources, notes."""
    specs = tables_of(consolidation, summary)
    book = SummaryBook(consolidation, summary.title)
    contents, drill = contents_sheet(book), Drill(book, summary)
    front = overview_sheet(book, summary)
    entries = entry_sheet(book, summary, drill)
    if summary.parent:
        parent_sheet(book, summary, drill)
    comparison_sheets(book, summary)
    place_sheets(book, summary, drill)
    crossings = [crossing_sheet(book, summary, key, drill) for key in summary.crossings]
    profile_sheet(book, entries, crossings, drill)
    for spec in specs:
        row_sheet(book, spec, drill)
    source_sheet(book)
    note_sheet(book, specs)
    overview(front, entries, drill)
    lookup_sheet(book, specs)
    list_contents(
        contents,
        "links",
        *(["live"] if any(is_live(consolidation, spec) for spec in specs) else []),
        "signs",
    )
    return book.content()


def tables_of(consolidation: Consolidation, summary: Summary) -> list[TableSpec]:
    """The tables that a summary's figures come from, in sheet order."""
    round_ = consolidation.round_
    own = main_table(round_, summary.dimension)
    crossed = [main_table(round_, summary.dimension, key) for key in summary.crossings]
    beside = [table for table, _ in borrowed(round_, own)]
    return used_tables(consolidation, [own, *crossed, *beside])
