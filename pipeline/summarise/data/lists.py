"""Code lists of the data package: what every code in its tables stands for, in each language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pyarrow as pa

from pipeline.model import Severity, Standing, Verdict
from pipeline.store.versions import Role
from pipeline.summarise.data.fields import Field, Resource, Said, Voices
from pipeline.summarise.figures.origins import Origin
from schemas.codelists import Codelist

FOLDER = "danh-muc"
AGENCIES, STANDINGS, VERDICTS = "agencies", "standings", "verdicts"
SEVERITIES, WAITS, ORIGINS = "finding_severities", "waits", "origins"
_OWN = ("code", "name", "heading", "aliases")
"""Columns of a list's file that stand elsewhere, or that only readers of returns need."""
Rows = Sequence[Mapping[str, Any]]


def name_of(key: str) -> str:
    """What a code list is called in the package."""
    return f"{FOLDER}-{key}".lower()


def code_lists(voices: Voices) -> Iterator[Resource]:
    """Yield every list of the round, its agencies, and the program's own lists.

    The program's: standings, verdicts, severities of findings, origins of rows, why a version
    waits.
    """
    for key, codes in voices.own.codelists.items():
        if key != AGENCIES:
            yield _listed(key, voices.ui("data.list", name=key), _entries(codes, voices), voices)
    yield _listed(AGENCIES, voices.ui("data.agencies.title"), list(_agencies(voices)), voices)
    waiting = (Role.PENDING_TO_CORRECT, Role.PENDING_UNREADABLE, Role.HELD, Role.BEHIND_PIN)
    own = {
        STANDINGS: [(str(each), voices.ui(f"screen.standing.{each}")) for each in Standing],
        VERDICTS: [(str(each), voices.ui(f"screen.verdict.{each}")) for each in Verdict],
        SEVERITIES: [(str(each), voices.ui(f"screen.severity.{each}")) for each in Severity],
        ORIGINS: [
            (str(each), voices.ui(f"summary.origin_{each}")) for each in (Origin.OWN, Origin.OTHERS)
        ],
        WAITS: [(str(each), voices.ui(f"summary.waits.{each}", file="")) for each in waiting],
    }
    for key, entries in own.items():
        yield _listed(
            key,
            voices.ui(f"data.lists.{key}"),
            [{"code": code, **_names(name)} for code, name in entries],
            voices,
        )


def _names(said: Said) -> dict[str, str]:
    """A name in the round's language, and in others: ``name``, ``name_en``."""
    own, *others = said.items()
    return {
        "name": " ".join(own[1].split()),
        **{f"name_{lang}": " ".join(name.split()) for lang, name in others},
    }


def _entries(codes: Codelist, voices: Voices) -> Rows:
    named = {lang: round_.codelists[codes.key] for lang, round_ in voices.rounds.items()}
    return [
        {
            "code": entry.code,
            **_names({lang: listed.name(entry.code) for lang, listed in named.items()}),
            **(
                {"valid_from": entry.valid_from, "valid_to": entry.valid_to}
                if entry.valid_from or entry.valid_to
                else {}
            ),
            **{key: value for key, value in entry.extra.items() if key not in _OWN},
        }
        for entry in codes.entries
    ]


def _agencies(voices: Voices) -> Iterator[dict[str, Any]]:
    for at, agency in enumerate(voices.own.agencies):
        names = _names({lang: round_.agencies[at].name for lang, round_ in voices.rounds.items()})
        more = {
            "short_name": agency.short_name,
            "group": agency.group,
            "locality": agency.locality,
            "in_scope": agency.in_scope,
        }
        yield {"code": agency.code, **names, **more}


def _listed(key: str, title: Said, rows: Rows, voices: Voices) -> Resource:
    same = (
        {
            name
            for name in rows[0]
            if name.startswith("name_") and all(row[name] == row["name"] for row in rows)
        }
        if rows
        else {}
    )
    names = [
        name for name in dict.fromkeys(name for row in rows for name in row) if name not in same
    ]
    fields = [_field(key, name, rows, voices) for name in names]
    return Resource(
        f"{FOLDER}/{key}",
        title,
        {},
        tuple(fields),
        partial(_parts, rows, fields),
        key=("code",),
        in_parquet=False,
    )


def _field(key: str, name: str, rows: Rows, voices: Voices) -> Field:
    values = [row[name] for row in rows if row.get(name) not in (None, "")]
    kind = (
        pa.date32()
        if name.startswith("valid_")
        else pa.bool_()
        if values and isinstance(values[0], bool)
        else pa.string()
    )
    said = (
        name
        if name in ("code", "name", "valid_from", "valid_to") or name.startswith("name_")
        else "other"
    )
    title = (
        voices.ui(f"data.listed.{said}", name=name)
        if said != "other"
        else dict.fromkeys(voices.rounds, name)
    )
    constraints = (
        {"required": True, "unique": True}
        if name == "code"
        else {"required": True}
        if name == "name"
        else {}
    )
    return Field(
        name,
        kind,
        title,
        codes=voices.own.settings.attributes.get(f"{key}.{name}", ""),
        constraints=constraints,
    )


def _parts(rows: Rows, fields: Sequence[Field]) -> Iterator[pa.Table]:
    columns = {each.name: [row.get(each.name) for row in rows] for each in fields}
    yield pa.table(
        {
            each.name: pa.array(
                [value if value != "" else None for value in columns[each.name]], each.type
            )
            for each in fields
        }
    )
