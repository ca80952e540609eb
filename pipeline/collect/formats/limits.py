"""What a received file may cost, all in one place. Sizes in bytes, times in seconds."""

FILE_BYTES = 25 * 1024**2
"""A larger file is kept but not opened."""
ZIP_ENTRIES = 2_000
INFLATED_BYTES = 200 * 1024**2
"""All parts of a workbook that are opened, once unpacked; pictures and whatever else nobody opens may have any size."""
PART_BYTES = 150 * 1024**2
"""One part, once unpacked."""
SHEET_BYTES = 600 * 1024**2
"""One sheet, once unpacked, with its blank formatted cells; without them it is a part like others."""
LARGE_SHEET_BYTES = 24 * 1024**2
"""From this size on a sheet's blank formatted cells are left out while it is unpacked."""
STYLES_BYTES = 64 * 1024**2
SMALL_PART_BYTES = 8 * 1024**2
"""A part that holds no cells, strings or styles: lists of sheets, properties."""
RATIO = 200
"""How many times larger than packed a part that is opened may be …"""
RATIO_FROM = 100 * 1024
"""… from this unpacked size on."""
SHEETS = 255
CELLS = 5_000_000
"""Cells with content on one sheet."""
ROWS, COLUMNS = 1_048_576, 16_384
"""What a sheet of Excel holds."""
ASIDE_CELLS = 2_000
"""Cells outside the form that are kept of one sheet; the archived file has them all."""
ASIDE = 10_000
"""The same of one workbook."""
FOLDER_DEPTH = 64
"""How deep folders may lie in one another."""
ARCHIVE_DEPTH = 2
"""How deep .zip files may lie in one another."""
ARCHIVE_BYTES = 2 * 1024**3
"""All members of one .zip of returns together, those of .zip files in it too, once unpacked."""
MAIL_DEPTH = 8
"""How deep mails may lie in one another, as forwarding puts them."""
MAIL_BYTES = 64 * 1024**2
"""A mail that is opened: a file of the largest size in it is a third larger than by itself."""
MAIL_TEXT = 100_000
"""Of a mail's text, in bytes, what is kept aside; the archived mail has all of it."""
WORKER_BYTES = 1024**3
"""Memory of a reading process above what it starts with."""
WORKER_CPU = 30
WORKER_WALL = 60
ARCHIVE_WALL = 600
"""For which all pieces of one mail or archive are waited."""
FREE_TEXT_STEPS = 1_500_000
"""What judging the free texts of one return may cost, in the steps of ``tables.effort``: two to three seconds at worst."""
