"""Build a round's template from its declarations, with gaps for what differs by agency."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping
from functools import lru_cache

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline.distribute import gaps
from pipeline.distribute.formats import FONT, Formats
from pipeline.distribute.instructions import write_instructions
from pipeline.distribute.lists import write_helpers, write_lists
from pipeline.distribute.names import OWN_LOCALITY, Names
from pipeline.distribute.page import Page
from pipeline.distribute.selfcheck import write_selfcheck
from pipeline.distribute.sheets import write_form, write_table
from pipeline.office.parts import SMALLEST, Envelope
from pipeline.office.sheetnames import quoted
from schemas.round.round import Round

_TITLES_PART = "docProps/app.xml"
_TITLES = re.compile(rb"<HeadingPairs>.*</TitlesOfParts>", re.DOTALL)


@lru_cache(maxsize=4)
def build(round_: Round) -> bytes:
    """Return the workbook with gaps (:mod:`pipeline.distribute.gaps`): always the same bytes."""
    buffer = io.BytesIO()
    book = Workbook(
        buffer,
        {"in_memory": True, "default_format_properties": {"font_name": FONT, "font_size": 11}},
    )
    _describe(book, round_)
    page = Page(book, Formats(book), Names.of(round_), round_, round_.language)
    sheets = round_.sheets
    write_instructions(page, book.add_worksheet(sheets.instructions))
    for spec in round_.tables:
        (write_form if spec.is_form else write_table)(page, book.add_worksheet(spec.sheet), spec)
    selfcheck, lists = book.add_worksheet(sheets.selfcheck), book.add_worksheet(sheets.lists)
    helpers, meta = book.add_worksheet(sheets.helpers), book.add_worksheet(sheets.meta)
    write_lists(page, lists)
    errors = write_helpers(page, helpers)
    write_selfcheck(page, selfcheck, errors)
    for row, (name, gap) in enumerate(gaps.META.items()):
        meta.write_string(row, 0, name)
        meta.write_string(row, 1, gap)
    book.define_name(
        OWN_LOCALITY, f"={quoted(sheets.meta)}!$B${list(gaps.META).index(gaps.LOCALITY_NAME) + 1}"
    )
    helpers.very_hidden()
    meta.very_hidden()
    workings = book.add_worksheet(sheets.workings)
    workings.very_hidden()
    # last: writing the other sheets adds columns to the workings
    page.names.workings.define(book)
    book.close()
    return _packed(
        buffer.getvalue(), _part(selfcheck), {_part(workings): page.names.workings.part()}
    )


def _part(sheet: Worksheet) -> str:
    return f"xl/worksheets/sheet{sheet.index + 1}.xml"


def _packed(whole: bytes, selfcheck: str, others: Mapping[str, bytes]) -> bytes:
    """Compress the workbook to the smallest size, with other parts added.

    Blank results in the self-check are removed: LibreOffice would take them for the formulas'
    results. So is the list of sheets and names for file managers, which nothing needs: 1.3 KB.
    """
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[selfcheck] = parts[selfcheck].replace(b"</f><v></v></c>", b"</f></c>")
    parts[_TITLES_PART] = _TITLES.sub(b"", parts[_TITLES_PART])
    return Envelope(b"", b"", 0).with_parts({**parts, **others}, SMALLEST)


def _describe(book: Workbook, round_: Round) -> None:
    """Set document properties. The date is the form's, so that every build gives the same bytes."""
    created = dt.datetime.combine(round_.settings.form_day, dt.time())
    book.set_properties(
        {"title": round_.name, "author": round_.settings.publisher.parent, "created": created}
    )
    for name, gap in gaps.STAMP.items():
        book.set_custom_property(name, gap, "text")
