"""Make text from outside fit for a cell: it stays text, and the file stays readable."""

from __future__ import annotations

import re

LONGEST_TEXT = 32_767
"""The most UTF-16 units in a cell of Excel."""
_LIKE_FORMULA = re.compile(
    "[\\s\ufeff\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069]*"
    "[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]"
)
"""Text that a spreadsheet takes for a formula: it begins with such a sign, full-width ones of East
Asian keyboards included, perhaps behind blanks or invisible characters.
"""
_NUMBER = re.compile(r"-[0-9]+(?:[.,][0-9]+)*")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n?")


def safe(text: str) -> str:
    """Return the text as a cell can hold it: no characters forbidden in XML, and cut to fit."""
    text = _NOT_XML.sub("\ufffd", _LINE_END.sub("\n", text))
    # a letter takes at most two units: most texts need not be encoded to be measured
    if 2 * len(text) <= LONGEST_TEXT:
        return text
    units = text.encode("utf-16-le")
    return (
        text
        if len(units) <= 2 * LONGEST_TEXT
        else units[: 2 * LONGEST_TEXT - 2].decode("utf-16-le", "ignore") + "…"
    )


def is_like_formula(text: str) -> bool:
    """Whether a spreadsheet would take a text for a formula, in a CSV file or on editing."""
    return _LIKE_FORMULA.match(text) is not None


def harmless(text: str) -> str:
    """Return a text safe in a CSV file: an apostrophe is put before what looks like a formula.

    A mere negative number gets none.
    """
    text = safe(text)
    return f"'{text}" if is_like_formula(text) and not _NUMBER.fullmatch(text) else text


def plain(text: str) -> str:
    """Return a safe text that xlsxwriter's ``write_string`` doesn't take for rich text.

    It would take ``<r>…</r>`` for that.
    """
    text = safe(text)
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text
