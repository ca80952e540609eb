"""Checks ``[letter]`` against Nghị định 30/2020: each key holds its own part alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.round.faults import Fault, KeyPath
from schemas.round.round import Round
from schemas.round.senders import Sender

_SYMBOL = re.compile(r"[^\W\d_][\w.&-]*")
"""A symbol such as "ABC-VP". Letters write the number and the stroke before it themselves."""
_ADDRESS = re.compile(r"[^@\s;,]+@[^@\s;,]+\.[^@\s;,]+")
_TITLED = re.compile(r"(?:(?:GS|PGS|TS|TSKH|ThS|BS|KS|CN|LS)\.|(?:Ông|Bà)\s)")
"""Degrees and forms of address: not allowed before the signer's name (Phụ lục I, II.7.d)."""


def of_letters(round_: Round) -> Iterator[Fault]:
    """Yield the faults of the heads and feet of letters."""
    place, letter = KeyPath("round.toml"), round_.settings.letter
    yield from place.at("letter.internal.agencies").unknown(
        "agency", letter.internal.agencies, round_.by_agency
    )
    yield from _of_sender(place.at("letter"), letter)
    yield from _of_sender(place.at("letter", "internal"), letter.internal)
    email = round_.settings.publisher.email
    if email and not _ADDRESS.fullmatch(email):
        yield place.at("publisher.email").fault("no_address", value=email)


def _of_sender(place: KeyPath, sender: Sender) -> Iterator[Fault]:
    if sender.symbol and not _SYMBOL.fullmatch(sender.symbol):
        yield place.at("symbol").fault("bad_symbol", value=sender.symbol)
    if _TITLED.match(sender.signer):
        yield place.at("signer").fault("titled_signer", value=sender.signer)
    for part, lines in (("signed_for", sender.signed_for), ("recipients", sender.recipients)):
        for number, line in enumerate(lines, 1):
            if not line.strip():
                yield place.at(part, number).fault("blank_line")
            elif part == "recipients" and (
                line.lstrip().startswith(("-", "–")) or line.rstrip().endswith((";", "."))
            ):
                yield place.at(part, number).fault("punctuated_line", value=line)
