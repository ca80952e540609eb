"""The content of an OpenDocument workbook, from its sheets' XML."""

from __future__ import annotations

NS = "urn:oasis:names:tc:opendocument:xmlns"
CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
ROOT = (
    f'<office:document-content xmlns:office="{NS}:office:1.0" xmlns:table="{NS}:table:1.0" xmlns:text="{NS}:text:1.0"'
    f' xmlns:calcext="{CALC}" xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0" xmlns:x="urn:x">'
)


def content(*sheets: str) -> str:
    return f"{ROOT}<office:body><office:spreadsheet>{''.join(sheets)}</office:spreadsheet></office:body></office:document-content>"
