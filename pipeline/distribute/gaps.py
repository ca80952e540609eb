"""The gaps of the template: what differs between issued copies, filled by replacing text.

Gaps are only in the shared strings and custom properties; all other parts of copies are the same.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from xml.sax.saxutils import unescape

from pipeline.model import Stamp
from pipeline.office.xmltext import in_element
from pipeline.text import printed
from schemas.round.round import Agency, Round
from schemas.words import formal_day, ui

CODE, NAME, HEADING, INVENTED = (
    "{{agency_code}}",
    "{{agency_name}}",
    "{{agency_heading}}",
    "{{invented}}",
)
LOCALITY, ISSUE, SIGNER = "{{own_locality}}", "{{issue}}", "{{signer}}"
DEADLINE = "{{due_on}}"  # as long as a date: row heights are computed from lengths of text
ROUND, VERSION, DIGEST = "{{round}}", "{{version}}", "{{digest}}"
LOCALITY_NAME = "own_locality"

STAMP = {
    "tonghop_round": ROUND,
    "tonghop_version": VERSION,
    "tonghop_digest": DIGEST,
    "tonghop_agency": CODE,
    "tonghop_issue": ISSUE,
}
"""Custom document properties, by name, and their gaps."""
PRINTED = {name: f"{{{{{name}}}}}" for name in printed.NAMES}
"""Rows of the hidden sheet that hold the marks of printed texts, and their gaps."""
META = {**STAMP, LOCALITY_NAME: LOCALITY, **PRINTED}
"""Rows of the hidden sheet: names in column A, values in column B."""
PARTS = ("xl/sharedStrings.xml", "docProps/custom.xml")
"""The only parts of the file that hold gaps."""
_MARKED = re.compile(
    rb"<si><r><rPr>(?:<[^<>/]*+/>)*+</rPr>(<t[^<>]*+>[^<]*+</t>)</r>"
    rb"<r><rPr>(?:<[^<>/]*+/>)*+</rPr><t[^<>]*+>\{\{invented\}\}</t></r></si>"
)
"""A text followed by the mark of invented data in another font."""
_STRING, _TEXT, _GAP = (
    re.compile(r"<si>.*?</si>", re.DOTALL),
    re.compile(r"<t(?: [^>]*+)?>([^<]*+)</t>"),
    re.compile(r"\{\{\w+\}\}"),
)


def filled(part: bytes, values: Mapping[str, str]) -> bytes:
    """Fill the gaps of an XML part.

    Without the mark of invented data, its texts become plain: texts of several fonts are slow to
    read.
    """
    part = part if values[INVENTED] else _MARKED.sub(rb"<si>\1</si>", part)
    for gap, value in values.items():
        part = part.replace(gap.encode(), in_element(value).encode())
    return part


def with_marks(parts: Mapping[str, bytes], values: Mapping[str, str]) -> dict[str, str]:
    """Add to the values of a copy the marks of the texts printed in its cells."""
    strings = [
        unescape("".join(_TEXT.findall(each))) for each in _STRING.findall(parts[PARTS[0]].decode())
    ]
    own = [_filled(text, values) for text in strings if _GAP.search(text)]
    marks = printed.parts_of(
        printed.packed((text for text in strings if not _GAP.search(text)), own)
    )
    return {**values, **{PRINTED[name]: text for name, text in marks.items()}}


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _GAP.sub(lambda gap: values.get(gap[0], ""), text)


def of_nobody(round_: Round) -> dict[str, str]:
    """Return the values for the standard template: stamped with the round, for no agency."""
    stamp = Stamp(round_.key, round_.version, round_.digest)
    heading, signer = (
        ui(f"form.{key}", round_.language) for key in ("agency_heading", "signatures.head")
    )
    return {
        **_stamped(stamp),
        CODE: "",
        NAME: "",
        HEADING: heading,
        SIGNER: signer,
        INVENTED: "",
        LOCALITY: "",
        DEADLINE: formal_day(round_.deadline),
    }


def of_agency(
    round_: Round, agency: Agency, deadline: dt.date, *, invented: bool
) -> dict[str, str]:
    """Return the values for the copy of an agency whose deadline is ``deadline``."""
    own = round_.codelists["localities"].name(agency.own_locality) if agency.own_locality else ""
    stamp = Stamp(round_.key, round_.version, round_.digest, agency.code, "1")
    mark = ui("form.invented", round_.language) if invented else ""
    return {
        **_stamped(stamp),
        CODE: agency.code,
        NAME: agency.name,
        HEADING: agency.name.upper(),
        SIGNER: _signer(round_, agency),
        INVENTED: mark,
        LOCALITY: own,
        DEADLINE: formal_day(deadline),
    }


def _signer(round_: Round, agency: Agency) -> str:
    """Return the signer's office: the agency's head, or what the list of agency groups says.

    Its column ``signed_for`` separates lines by ``|``: "TM. …|CHỦ TỊCH".
    """
    group = round_.codelists["agency_groups"].by_code.get(agency.group)
    said = group.extra.get("signed_for", "") if group else ""
    return said.replace("|", "\n") or ui("form.signatures.head", round_.language)


def _stamped(stamp: Stamp) -> dict[str, str]:
    return {ROUND: stamp.round, VERSION: stamp.version, DIGEST: stamp.digest, ISSUE: stamp.issue}
