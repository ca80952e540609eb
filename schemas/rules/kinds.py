"""The kinds that a word of a free text may be of: one bit each, for a word may be of several.

``schemas/anonymity.toml`` lists the words of each kind.
"""

from __future__ import annotations

_OF_NAMES = "surname doubtful_surname clan sure_middle middle of_places given common_given never"
_OF_PERSONS = "address office common_office label before_person before_maybe after_person"
_OF_PLACES = "street seat unit between where after_street body none"
_OF_NUMBERS = "phone identity other_number amount"
KINDS = tuple(f"{_OF_NAMES} {_OF_PERSONS} {_OF_PLACES} {_OF_NUMBERS}".split())

_bits = [1 << number for number in range(len(KINDS))]
SURNAME, DOUBTFUL, CLAN, SURE_MIDDLE, MIDDLE, OF_PLACES, GIVEN, COMMON_GIVEN, NEVER = _bits[:9]
ADDRESS, OFFICE, COMMON_OFFICE, LABEL, BEFORE, MAYBE, AFTER = _bits[9:16]
STREET, SEAT, UNIT, BETWEEN, WHERE, AFTER_STREET, BODY, NONE = _bits[16:24]
PHONE, IDENTITY, OTHER_NUMBER, AMOUNT = _bits[24:]

ANY_SURNAME = SURNAME | DOUBTFUL
ANY_MIDDLE = SURE_MIDDLE | MIDDLE
OF_NAMES = ANY_SURNAME | ANY_MIDDLE | GIVEN | COMMON_GIVEN | CLAN
ANY_OFFICE = OFFICE | COMMON_OFFICE
PLACE = STREET | SEAT | UNIT
BREAKS = ADDRESS | ANY_OFFICE | PLACE | BODY
"""Words that end a name: they may precede or follow it, and are no part of it."""
