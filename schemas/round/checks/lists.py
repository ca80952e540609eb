"""Checks code lists against one another: values that must be codes of another list."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.codelists import Codelist
from schemas.round.checks.rules import attributes
from schemas.round.faults import Fault, KeyPath
from schemas.round.round import Round

_OF_ALL = "*"
"""The attribute of an entry that fits every entry of the other list."""
_GROUPS, _LOCALITIES = "agency_groups", "localities"

_FILE_NAME = re.compile(
    r'(?!(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$))[^<>:"/\\|?*\x00-\x1f]+(?<![. ])', re.IGNORECASE
)
"""A valid file name on every system. Windows reserves some names and drops a final dot or space:
https://learn.microsoft.com/windows/win32/fileio/naming-a-file"""


def of_lists(round_: Round) -> Iterator[Fault]:
    """Yield the faults of lists that name entries of other lists."""
    yield from _attributes(round_)
    yield from _not_file_names(round_)
    groups = round_.codelists.get(_GROUPS)
    if groups is not None:
        yield from _values("agencies", round_.codelists["agencies"], "group", groups)
        place = KeyPath("round.toml").at("own_locality_groups")
        yield from place.unknown(
            "code", round_.settings.own_locality_groups, groups.by_code, list=_GROUPS
        )
    if _LOCALITIES in round_.codelists:
        yield from _values(
            "agencies", round_.codelists["agencies"], "locality", round_.codelists[_LOCALITIES]
        )
    if not round_.in_scope:
        yield KeyPath("codelists/agencies.csv").fault("nobody_in_scope")


def _attributes(round_: Round) -> Iterator[Fault]:
    for key, target in round_.settings.attributes.items():
        place = KeyPath("round.toml").at(f"attributes.{key}")
        name, _, attribute = key.partition(".")
        wrong = [
            *place.unknown("list", name, round_.codelists),
            *place.unknown("list", target, round_.codelists),
        ]
        if not wrong:
            wrong += place.unknown(
                "attribute", attribute, attributes(round_.codelists[name].entries), list=name
            )
        yield from wrong
        if not wrong and (name, attribute) != ("agencies", "group"):
            yield from _values(name, round_.codelists[name], attribute, round_.codelists[target])


def _not_file_names(round_: Round) -> Iterator[Fault]:
    """Yield a fault for each agency code that can't be the name of an issued file."""
    for code in round_.codelists["agencies"].by_code:
        if not _FILE_NAME.fullmatch(code):
            yield (
                KeyPath("codelists/agencies.csv").at("code").fault("code_names_no_file", name=code)
            )


def _values(name: str, codes: Codelist, attribute: str, target: Codelist) -> Iterator[Fault]:
    values = dict.fromkeys(
        value for value in codes.attribute(attribute).values() if value != _OF_ALL
    )
    yield from (
        KeyPath(f"codelists/{name}.csv")
        .at(attribute)
        .unknown("code", values, target.by_code, list=target.key)
    )
