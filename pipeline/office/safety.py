"""Text that comes from others, made fit for a cell: it stays a text, and the file stays readable."""

from __future__ import annotations

import re

LONGEST_TEXT = 32_767
"""What a cell of Excel holds, in UTF-16 units."""
LIKE_FORMULA = ("=", "+", "-", "@", "\t")
"""What a text begins with that a spreadsheet would take for a formula when the cell is edited."""
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n?")


def safe(text: str) -> str:
    """A text as a cell can hold it: what XML has no place for is replaced, and it fits."""
    text = _NOT_XML.sub("\ufffd", _LINE_END.sub("\n", text))
    if 2 * len(text) <= LONGEST_TEXT:
        return text
    units = text.encode("utf-16-le")
    return text if len(units) <= 2 * LONGEST_TEXT else units[: 2 * LONGEST_TEXT - 2].decode("utf-16-le", "ignore") + "…"


def harmless(text: str) -> str:
    """A text for a CSV file that a spreadsheet may open: an apostrophe stands before what it would take for a formula."""
    text = safe(text)
    return f"'{text}" if text.startswith((*LIKE_FORMULA, "\n")) else text


def plain(text: str) -> str:
    """A safe text that xlsxwriter's ``write_string`` doesn't take for its own XML of rich text (``<r>…</r>``)."""
    text = safe(text)
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text
