"""Which code of an earlier round is which of today's.

A code alone says nothing: lists have editions, and codes are used again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.summarise.figures.dimensions import Dimension
from schemas.codelists import Codelist, Entry, read_rows
from schemas.round.round import Round
from schemas.round.settings import title_in

OTHER = ""
"""What an earlier code is today that has no counterpart."""


@dataclass(frozen=True)
class Edition:
    """How codes of some lists live on in a later edition, by ``[[editions]]`` of a round.

    ``codes``: the later key (code@edition) by the earlier code. ``entries``: the later entries,
    each once, in their order. ``dimension``: which dimension of figures can be counted by it.
    """

    edition: str
    lists: tuple[str, ...]
    dimension: str
    title: str
    codes: Mapping[str, str]
    entries: tuple[Entry, ...]


def editions(round_: Round) -> Iterator[Edition]:
    """The later editions that a round knows of its lists."""
    for declared in round_.settings.editions:
        rows = read_rows(round_.folder / "codelists" / f"{declared.file}.csv")
        title = title_in(declared, round_.lang)
        entries = {row["new"]: Entry(row["new"], row["new_name"]) for row in rows}
        ordered = tuple(entries[key] for key in sorted(entries))
        codes = {row["old"]: row["new"] for row in rows}
        yield Edition(declared.edition, declared.lists, declared.dimension, title, codes, ordered)


def counterparts(now: Round, before: Round, key: str) -> Mapping[str, str]:
    """Return today's code by the earlier one; ``OTHER`` for one without a counterpart.

    An edition that either round declares decides first. Else a code is the same only if its name is
    too, or today's list says that an entry succeeds it.
    """
    today, earlier = (
        now.codelists.get(key, Codelist(key, ())),
        before.codelists.get(key, Codelist(key, ())),
    )
    if now.folder == before.folder:
        return {code: code for code in earlier.codes}
    later = {
        old: new
        for round_ in (now, before)
        for each in editions(round_)
        if key in each.lists
        for old, new in each.codes.items()
    }
    keys = {_key(code, now, key): code for code in today.codes}
    found = {}
    for entry in earlier.entries:
        same = today.by_code.get(entry.code)
        is_same = (
            same is not None
            and same.name.casefold() == entry.name.casefold()
            and _edition(now, key) == _edition(before, key)
        )
        own = entry.code if is_same else today.successors.get(entry.code, OTHER)
        found[entry.code] = keys.get(later.get(entry.code, ""), own)
    return found


def _edition(round_: Round, key: str) -> str:
    """Return the edition of a round's list, as it says under ``[edition]``."""
    return round_.settings.edition.get(key, "")


def _key(code: str, round_: Round, key: str) -> str:
    edition = _edition(round_, key)
    return code if "@" in code or not edition else f"{code}@{edition}"


def in_edition(by: Dimension, edition: Edition) -> Dimension:
    """Return the dimension by a later edition; codes unknown there keep their place."""
    kept = tuple(entry for entry in by.entries if entry.code not in edition.codes)
    owner = {code: edition.codes.get(code, code) for code in by.base}
    return Dimension(
        f"{by.key}_{edition.edition}",
        edition.title,
        by.column,
        by.base,
        (*edition.entries, *kept),
        by.blank,
        owner,
    )
