"""The kinds that a word of a free text may be of: one bit each, for a word may be of several.

``schemas/anonymity.toml`` lists the words of each kind.
"""

from __future__ import annotations

KINDS = (
    *(
        "surname",
        "doubtful_surname",
        "clan",
        "sure_middle",
        "middle",
        "of_places",
        "given",
        "common_given",
        "never",
    ),
    *(
        "address",
        "office",
        "common_office",
        "label",
        "before_person",
        "before_maybe",
        "after_person",
    ),
    *("street", "seat", "unit", "between", "where", "after_street", "body", "none"),
    *("phone", "identity", "other_number", "amount"),
)
SURNAME, DOUBTFUL, CLAN, SURE_MIDDLE, MIDDLE, OF_PLACES, GIVEN, COMMON_GIVEN, NEVER = (
    1 << number for number in range(9)
)
ADDRESS, OFFICE, COMMON_OFFICE, LABEL, BEFORE, MAYBE, AFTER = (
    1 << number for number in range(9, 16)
)
STREET, SEAT, UNIT, BETWEEN, WHERE, AFTER_STREET, BODY, NONE = (
    1 << number for number in range(16, 24)
)
PHONE, IDENTITY, OTHER_NUMBER, AMOUNT = (1 << number for number in range(24, 28))

ANY_SURNAME = SURNAME | DOUBTFUL
ANY_MIDDLE = SURE_MIDDLE | MIDDLE
OF_NAMES = ANY_SURNAME | ANY_MIDDLE | GIVEN | COMMON_GIVEN | CLAN
ANY_OFFICE = OFFICE | COMMON_OFFICE
PLACE = STREET | SEAT | UNIT
BREAKS = ADDRESS | ANY_OFFICE | PLACE | BODY
"""Words that end a name: they may precede or follow it, and are no part of it."""
