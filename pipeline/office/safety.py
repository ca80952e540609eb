"""Text that comes from others, made fit for a cell: it stays a text, and the file stays readable."""

from __future__ import annotations

import re

LONGEST_TEXT = 32_767
"""What a cell of Excel holds, in UTF-16 units."""
_LIKE_FORMULA = re.compile("[\\s\ufeff\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
"""What a spreadsheet would take for a formula: such a sign, full-width ones of East Asian keyboards too, behind blanks that may not be seen."""
_NUMBER = re.compile(r"-[0-9]+(?:[.,][0-9]+)*")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n?")


def safe(text: str) -> str:
    """A text as a cell can hold it: what XML has no place for is replaced, and it fits."""
    text = _NOT_XML.sub("\ufffd", _LINE_END.sub("\n", text))
    if 2 * len(text) <= LONGEST_TEXT:
        return text
    units = text.encode("utf-16-le")
    return text if len(units) <= 2 * LONGEST_TEXT else units[: 2 * LONGEST_TEXT - 2].decode("utf-16-le", "ignore") + "…"


def is_like_formula(text: str) -> bool:
    """Whether a spreadsheet would take a text for a formula when it reads it from a CSV file, or when the cell is edited."""
    return _LIKE_FORMULA.match(text) is not None


def harmless(text: str) -> str:
    """A text for a CSV file that a spreadsheet may open: an apostrophe stands before what it would take for a formula.

    A mere number below zero is none.
    """
    text = safe(text)
    return f"'{text}" if is_like_formula(text) and not _NUMBER.fullmatch(text) else text


def plain(text: str) -> str:
    """A safe text that xlsxwriter's ``write_string`` doesn't take for its own XML of rich text (``<r>…</r>``)."""
    text = safe(text)
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text
