"""Find the agencies, or the column of the form, that an operator names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from pipeline.collect.sender.book import book_of
from pipeline.errors import OperatorError
from pipeline.text.names import normalise
from schemas.round.round import Agency, Round

NEAR = 3
"""How many similar names are suggested for an unknown one."""


def chosen_of(round_: Round, named: Sequence[str]) -> list[Agency]:
    """Return the agencies in scope with these codes or names, in any case; all without any.

    Raises ``OperatorError`` for an unknown one, and suggests similar names.
    """
    known, book = {agency.code: agency for agency in round_.in_scope}, book_of(round_)
    codes = [word if word in known else book.code(word) or book.name(word) for word in named]
    unknown = [word for word, code in zip(named, codes, strict=True) if code not in known]
    if unknown:
        near = "; ".join(
            _near(
                unknown[0],
                {
                    normalise(text): f"{each.name} ({each.code})"
                    for each in known.values()
                    for text in _called(each)
                },
            )
        )
        raise OperatorError("no_such_agency", codes=", ".join(unknown), round=round_.key, near=near)
    return [known[code] for code in dict.fromkeys(codes)] if codes else list(round_.in_scope)


def column_of(round_: Round, named: str) -> str:
    """Return the column named as in the form or by key, as ``table.column``.

    As in the form: "SHEET.Heading", or the heading alone if one sheet only has it. Raises
    ``OperatorError`` unless exactly one column fits.
    """
    columns = list(_columns(round_))
    exact = [
        place
        for place, heading in columns
        if normalise(named) in (normalise(place), normalise(heading))
    ]
    found = exact or [
        place for place, heading in columns if normalise(named) == normalise(_title(round_, place))
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise OperatorError(
            "several_columns",
            place=named,
            found="; ".join(round_.heading_of(place) for place in found),
        )
    headings = {
        normalise(text): heading
        for place, heading in columns
        for text in (_title(round_, place), heading)
    }
    raise OperatorError("no_such_column", place=named, near="; ".join(_near(named, headings)))


def _columns(round_: Round) -> Iterator[tuple[str, str]]:
    for spec in round_.row_tables:
        yield from (
            (place, round_.heading_of(place))
            for place in (f"{spec.key}.{column.key}" for column in spec.columns)
        )


def _title(round_: Round, place: str) -> str:
    table, _, key = place.partition(".")
    return round_.by_key[table].by_key[key].title


def _called(agency: Agency) -> tuple[str, ...]:
    return (agency.code, agency.name, agency.short_name)


def _near(named: str, known: Mapping[str, str]) -> list[str]:
    """Return the most similar of ``known``: what to show, by normalised name."""
    close = get_close_matches(normalise(named), known, NEAR, cutoff=0)
    return list(dict.fromkeys(known[name] for name in close))
