"""Read the address book: contacts at each agency, in ``dia-chi.csv`` in the folder or its data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import OperatorError
from pipeline.home import ADDRESS_BOOK, Home
from pipeline.office.listfile import ListFileError, read_list
from pipeline.text.names import normalise, safe_name
from schemas.round.round import Round

_ADDRESS = re.compile(r"[\w.+'&-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_BETWEEN = re.compile(r"[;,\s]+")


@dataclass(frozen=True)
class Contact:
    """Where to write to and whom to call at an agency."""

    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    name: str = ""
    phone: str = ""


Addresses = Mapping[str, Contact]
"""Contacts by agency code."""


def addresses_of(text: str) -> tuple[str, ...]:
    """Return the addresses in a text, each once; none if a word in it is no address."""
    words = [word for word in _BETWEEN.split(text.strip()) if word]
    return tuple(dict.fromkeys(words)) if all(map(_ADDRESS.fullmatch, words)) else ()


def address_book(home: Home, round_: Round) -> Addresses:
    """Return the address book; empty without a file.

    Raises ``OperatorError`` for one that can't be used as it is, with its line.
    """
    path = next(
        (path for path in (home.root / ADDRESS_BOOK, home.data / ADDRESS_BOOK) if path.is_file()),
        None,
    )
    if path is None:
        return {}
    try:
        return dict(_read(path, round_))
    except ListFileError as error:
        raise OperatorError(f"addresses_{error.problem}", path=path, line=error.line) from error


def _read(path: Path, round_: Round) -> dict[str, Contact]:
    codes = codes_by_name(round_)
    found: dict[str, Contact] = {}
    for line, row in read_list(path, {"agency", "to"}):
        code = codes.get(normalise(row["agency"]))
        if code is None:
            raise OperatorError(
                "addresses_agency", path=path, line=line, value=safe_name(row["agency"])
            )
        to, cc = (_addresses(row.get(title, ""), path, line) for title in ("to", "cc"))
        found[code] = Contact(to, cc, row.get("name", ""), row.get("phone", ""))
    return found


def _addresses(text: str, path: Path, line: int) -> tuple[str, ...]:
    found = addresses_of(text)
    if text and not found:
        raise OperatorError("addresses_address", path=path, line=line, value=safe_name(text))
    return found


def codes_by_name(round_: Round) -> dict[str, str]:
    """Return agency codes by normalised code, name and short name."""
    named: dict[str, str] = {}
    for agency in round_.in_scope:
        for name in (agency.short_name, agency.name, agency.code):
            if name:
                named[normalise(name)] = agency.code
    return named
