"""``[letter]`` of ``round.toml``: in whose name letters go, and to whom, by Nghị định 30/2020."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sender:
    """In whose name letters go, by the parts of Nghị định 30/2020. What is blank stands as dots in a letter, to be filled in by hand."""

    parent: str = ""
    """The body above the issuer; a head without one names the issuer alone."""
    issuer: str = ""
    """Whose name the head shows; the publisher's where it is blank."""
    symbol: str = ""
    signed_for: tuple[str, ...] = ()
    """By what authority and in what office it is signed, each in a line: "TL. BỘ TRƯỞNG", "VỤ TRƯỞNG VỤ …"."""
    signer: str = ""
    """The name of who signs."""
    recipients: tuple[str, ...] = ()
    """Who gets it (Nơi nhận), each in a line, the last where it is filed."""


@dataclass(frozen=True)
class Internal(Sender):
    """Letters to ``agencies`` of the sender's own house, so that nobody writes to itself: from the unit, to ``to``."""

    agencies: tuple[str, ...] = ()
    to: str = ""
    """To whom they go; the agency's name where it is blank."""


@dataclass(frozen=True)
class DeclaredLetter(Sender):
    """What an official sets of all letters. ``cited``: the dispatch as letters cite it, in full; as elsewhere where it is blank."""

    place: str = ""
    cited: str = ""
    internal: Internal = Internal()

    def sender_to(self, agency: str) -> Sender:
        """In whose name a letter to an agency goes."""
        return self.internal if agency in self.internal.agencies else self

    def addressee(self, agency: str, name: str) -> str:
        """To whom a letter to an agency of this name is addressed."""
        return self.internal.to if agency in self.internal.agencies and self.internal.to else name
