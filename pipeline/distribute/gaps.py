"""What differs between issued copies: gaps in the template, filled by replacing text in two small parts.

A gap stands in the shared strings and in the custom properties only, so that all other parts of the file are the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.model import Stamp
from pipeline.office.xmltext import in_element
from schemas.round.round import Agency, Round
from schemas.words import ui

CODE, NAME, HEADING, INVENTED = "{{agency_code}}", "{{agency_name}}", "{{agency_heading}}", "{{invented}}"
LOCALITY, ISSUE, SIGNER = "{{own_locality}}", "{{issue}}", "{{signer}}"
ROUND, VERSION, DIGEST = "{{round}}", "{{version}}", "{{digest}}"
LOCALITY_NAME = "own_locality"

STAMP = {
    "tonghop_round": ROUND,
    "tonghop_version": VERSION,
    "tonghop_digest": DIGEST,
    "tonghop_agency": CODE,
    "tonghop_issue": ISSUE,
}
"""Custom document properties and their gaps."""
META = {**STAMP, LOCALITY_NAME: LOCALITY}
"""Rows of the hidden sheet: names in column A, values in column B."""
PARTS = ("xl/sharedStrings.xml", "docProps/custom.xml")
"""The only parts of the file that hold gaps."""


def filled(part: bytes, values: Mapping[str, str]) -> bytes:
    """An XML part with its gaps filled."""
    for gap, value in values.items():
        part = part.replace(gap.encode(), in_element(value).encode())
    return part


def of_nobody(round_: Round) -> dict[str, str]:
    """Values for the standard template: stamped with the round, of no agency."""
    stamp = Stamp(round_.key, round_.version, round_.digest)
    heading, signer = (ui(f"form.{key}", round_.language) for key in ("agency_heading", "signatures.head"))
    return {**_stamped(stamp), CODE: "", NAME: "", HEADING: heading, SIGNER: signer, INVENTED: "", LOCALITY: ""}


def of_agency(round_: Round, agency: Agency, *, invented: bool) -> dict[str, str]:
    """Values for the copy issued to an agency."""
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
    }


def _signer(round_: Round, agency: Agency) -> str:
    """Who signs: the head of the agency, or as the list of groups says (``signed_for``, lines apart by ``|``): "TM. …", "CHỦ TỊCH"."""
    group = round_.codelists["agency_groups"].by_code.get(agency.group)
    said = group.extra.get("signed_for", "") if group else ""
    return said.replace("|", "\n") or ui("form.signatures.head", round_.language)


def _stamped(stamp: Stamp) -> dict[str, str]:
    return {ROUND: stamp.round, VERSION: stamp.version, DIGEST: stamp.digest, ISSUE: stamp.issue}
