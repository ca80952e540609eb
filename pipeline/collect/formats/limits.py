"""The limits of what one received file may cost. Sizes in bytes, times in seconds."""

FILE_BYTES = 25 * 1024**2
"""A larger file is archived but not opened."""
ZIP_ENTRIES = 2_000
INFLATED_BYTES = 200 * 1024**2
"""All opened parts of a workbook together, unpacked. Pictures and others that are never opened
don't count."""
PART_BYTES = 150 * 1024**2
"""One part, unpacked."""
SHEET_BYTES = 600 * 1024**2
"""One sheet, unpacked, with its blank formatted cells. Without them ``PART_BYTES`` holds."""
LARGE_SHEET_BYTES = 24 * 1024**2
"""A sheet from this size on is unpacked without its blank formatted cells."""
STYLES_BYTES = 64 * 1024**2
SMALL_PART_BYTES = 8 * 1024**2
"""A part without cells, strings or styles: lists of sheets, properties."""
RATIO = 200
"""How many times its packed size an opened part may have …"""
RATIO_FROM = 100 * 1024
"""… if it has at least this size unpacked."""
SHEETS = 255
CELLS = 5_000_000
"""Filled cells of one sheet."""
ROWS, COLUMNS = 1_048_576, 16_384
"""The size of an Excel sheet."""
ASIDE_CELLS = 2_000
"""Cells outside the form that are kept of one sheet. The archived file has them all."""
ASIDE = 10_000
"""The same for one workbook."""
FOLDER_DEPTH = 64
"""How deep folders may be nested."""
ARCHIVE_DEPTH = 2
"""How deep .zip files may be nested."""
ARCHIVE_BYTES = 2 * 1024**3
"""All members of one .zip together, unpacked, including those of nested .zip files."""
MAIL_DEPTH = 8
"""How deep mails may be nested by forwarding."""
MAIL_BYTES = 64 * 1024**2
"""The largest mail that is opened. Base64 makes an attachment a third larger."""
MAIL_TEXT = 100_000
"""Bytes of a mail's text that are kept aside. The archived mail has all of it."""
WORKER_BYTES = 1024**3
"""Memory that a reading process may take beyond what it starts with."""
WORKER_CPU = 60
"""Processor time for reading one file. The clock tells as much of what else the machine does."""
WORKER_WALL = 60
"""A reading process that says nothing for so long is looked at, again and again …"""
WORKER_IDLE = 0.05
"""… and hangs if it took less processor time than this meanwhile, however busy the machine is."""
ARCHIVE_WALL = 600
"""Seconds that all members of one mail or archive may take together."""
FREE_TEXT_STEPS = 100_000_000
"""The most steps (see ``tables.effort``) of searching one return's free texts for names: twenty
seconds of the process that reads it, at worst. A form with 2,000 rows in every sheet and sentences
in all columns takes five seconds."""
LONG_TEXT_LETTERS = 5_000_000
"""The most letters in one return's long texts. Fewer of them are compared with other agencies'
(``check.copies``)."""
