"""``[letter]`` of ``round.toml``: in whose name letters go, and to whom, by Nghị định 30/2020."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sender:
    """In whose name letters go, by the parts of Nghị định 30/2020.

    A blank part is a line of dots in the letter, to be filled in by hand.
    """

    parent: str = ""
    """The body above the issuer; if blank, the head names the issuer alone."""
    issuer: str = ""
    """The name in the head; if blank, the publisher's."""
    symbol: str = ""
    signed_for: tuple[str, ...] = ()
    """Authority and office of the signer, one per line: "TL. BỘ TRƯỞNG", "VỤ TRƯỞNG VỤ …"."""
    signer: str = ""
    """The signer's name."""
    recipients: tuple[str, ...] = ()
    """Recipients (Nơi nhận), one per line; the last line says where it is filed."""


@dataclass(frozen=True)
class Internal(Sender):
    """Letters to ``agencies`` of the sender's own house: from its unit, to ``to``.

    So a ministry doesn't write to itself.
    """

    agencies: tuple[str, ...] = ()
    to: str = ""
    """The addressee; if blank, the agency's name."""


@dataclass(frozen=True)
class DeclaredLetter(Sender):
    """What an official sets for all letters.

    ``cited``: the full citation of the dispatch in letters; if blank, as elsewhere.
    """

    place: str = ""
    cited: str = ""
    internal: Internal = Internal()

    def sender_to(self, agency: str) -> Sender:
        """In whose name a letter to an agency goes."""
        return self.internal if agency in self.internal.agencies else self

    def addressee(self, agency: str, name: str) -> str:
        """To whom a letter to an agency of this name is addressed."""
        return self.internal.to if agency in self.internal.agencies and self.internal.to else name
