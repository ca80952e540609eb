"""``du-lieu/``: a Frictionless data package of all that was consolidated.

``datapackage.json`` describes the CSV files by Table Schema, with code lists as foreign keys, and
names the Parquet file beside each; ``tu-dien.csv`` says the same to people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.machine.files import Write, file_beside, made_like_above, sha256_of
from pipeline.summarise.data.agencies import agencies
from pipeline.summarise.data.fields import Field, Resource, Voices, differing
from pipeline.summarise.data.findings import findings
from pipeline.summarise.data.lists import code_lists, name_of
from pipeline.summarise.data.tables import table
from pipeline.summarise.data.writing import Extent, as_json, write_table
from pipeline.summarise.figures.consolidation import Consolidation

FOLDER, DESCRIPTOR, DICTIONARY = "du-lieu", "datapackage.json", "tu-dien"
MOMENTS = "%Y-%m-%d %H:%M:%S"


def write_package(consolidation: Consolidation, out: Path, write: Write) -> list[Path]:
    """Write the data package into ``du-lieu/``; last what describes the rest."""
    voices, marks = Voices.of(consolidation.round_), _of_parquet(consolidation)
    paths: list[Path] = []
    described: list[dict[str, Any]] = []
    tables = list(resources(consolidation, voices))
    for resource in (*tables, dictionary(tables, voices)):
        written, description = _write(resource, marks, out / FOLDER, write)
        paths += written
        described.append(description)
    descriptor = {**_head(consolidation, voices), "resources": described}
    return [*paths, write(out / FOLDER / DESCRIPTOR, as_json(descriptor))]


def _write(
    resource: Resource, marks: Mapping[str, str], folder: Path, write: Write
) -> tuple[list[Path], dict[str, Any]]:
    """Write a table's files; return their paths and the table's description.

    Files of a large round are too large for memory: each is written beside, and what people have
    is replaced only if it differs.
    """
    endings = ("csv", "parquet") if resource.in_parquet else ("csv",)
    paths = [folder / f"{resource.path}.{ending}" for ending in endings]
    made_like_above(paths[0].parent)
    with ExitStack() as temporary:
        files = [temporary.enter_context(file_beside(path)) for path in paths]
        extent = write_table(resource, marks, *files)
        description = _described(resource, extent, *files)
        return [write(path, file) for path, file in zip(paths, files, strict=True)], description


def resources(consolidation: Consolidation, voices: Voices) -> Iterator[Resource]:
    """The tables of the package: those of the round first, its code lists last."""
    for spec in consolidation.round_.row_tables:
        yield table(consolidation, spec, voices)
    yield agencies(consolidation, voices)
    yield findings(consolidation, voices)
    yield from code_lists(voices)


def _marks(consolidation: Consolidation) -> dict[str, bool]:
    """What must be known of all that the package holds."""
    return {
        "provisional": consolidation.provisional,
        "invented": consolidation.invented,
        "names_shown": consolidation.names is not None,
    }


def _of_parquet(consolidation: Consolidation) -> dict[str, str]:
    """What every Parquet file says of itself."""
    return {
        "round": consolidation.round_.key,
        **{name: str(value).lower() for name, value in _marks(consolidation).items()},
    }


# --- for programs ---------------------------------------------------------------------------------


def _head(consolidation: Consolidation, voices: Voices) -> dict[str, Any]:
    round_, settings = consolidation.round_, consolidation.round_.settings
    return {
        "name": round_.key.lower(),
        **differing("title", voices.each(lambda round_: round_.settings.name)),
        **differing("description", _description(consolidation, voices)),
        "version": round_.version,
        "profile": "tabular-data-package",
        "sources": [{"title": settings.dispatch_or_name}],
        "contributors": [{"title": settings.publisher.parent, "role": "publisher"}],
        **(
            {"purpose": list(settings.instructions.purpose)}
            if settings.instructions.purpose
            else {}
        ),
        **_marks(consolidation),
        "round": round_.key,
        "digest": round_.digest,
        "coverage": asdict(consolidation.coverage),
    }


def _description(consolidation: Consolidation, voices: Voices) -> dict[str, str]:
    """What must be known before anything is reckoned, the gravest first."""
    known = consolidation.coverage
    said = [voices.ui("data.invented")] if consolidation.invented else []
    said += (
        [voices.ui("data.provisional", count=known.provisional)]
        if consolidation.provisional
        else []
    )
    said += [
        voices.ui("data.coverage", counted=known.counted, agencies=known.agencies, nil=known.nil)
    ]
    said += [
        voices.ui("data.names_shown" if consolidation.names is not None else "data.masked"),
        voices.ui("data.csv"),
    ]
    return {lang: " ".join(each[lang] for each in said) for lang in voices.rounds}


def _described(
    resource: Resource, extent: Extent, csv: Path, parquet: Path | None = None
) -> dict[str, Any]:
    """Describe a table for ``datapackage.json``; ``csv`` and ``parquet`` are its finished files."""
    beside = {}
    if parquet is not None:
        beside = {"parquet": {"path": f"{resource.path}.parquet", **_weighed(parquet)}}
    return {
        "name": resource.name,
        **differing("title", resource.title),
        **differing("description", resource.description),
        "profile": "tabular-data-resource",
        "path": f"{resource.path}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        **_weighed(csv),
        "rows": extent.rows,
        "dialect": {
            "delimiter": ",",
            "quoteChar": '"',
            "doubleQuote": True,
            "lineTerminator": "\n",
            "header": True,
        },
        **beside,
        "schema": _schema(resource, extent.constraints),
    }


def _weighed(file: Path) -> dict[str, Any]:
    return {"bytes": file.stat().st_size, "hash": f"sha256:{sha256_of(file)}"}


def _schema(resource: Resource, met: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    keys = [
        {"fields": [each.name], "reference": {"resource": name_of(each.codes), "fields": ["code"]}}
        for each in resource.fields
        if each.codes and name_of(each.codes) != resource.name
    ]
    return {
        "fields": [_column(each, met.get(each.name, {})) for each in resource.fields],
        "missingValues": [""],
        **({"primaryKey": list(resource.key)} if resource.key else {}),
        **({"foreignKeys": keys} if keys else {}),
    }


def _column(each: Field, constraints: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": each.name,
        "type": type_of(each),
        **({"format": MOMENTS} if pa.types.is_timestamp(each.type) else {}),
        **differing("title", each.title),
        **differing("unit", each.unit),
        **differing("description", each.description),
        **({"constraints": dict(constraints)} if constraints else {}),
    }


def type_of(each: Field) -> str:
    """What Table Schema calls the type of a field's values in CSV."""
    is_type = pa.types
    checks = {
        "integer": is_type.is_integer,
        "number": is_type.is_floating,
        "date": is_type.is_date,
        "datetime": is_type.is_timestamp,
        "boolean": is_type.is_boolean,
    }
    return next((name for name, is_it in checks.items() if is_it(each.type)), "string")


# --- for people -----------------------------------------------------------------------------------


def dictionary(every: list[Resource], voices: Voices) -> Resource:
    """What each field of a table means, one row per field, in each language."""
    names = ["table", "field", "type", "codes"]
    names += [
        part + suffix for suffix in _suffixes(voices) for part in ("title", "unit", "description")
    ]
    fields = tuple(Field(name, pa.string(), _heading(name, voices)) for name in names)
    title = voices.ui("data.dictionary.title")
    return Resource(
        DICTIONARY,
        title,
        {},
        fields,
        partial(_entries, every, names, voices),
        key=("table", "field"),
        in_parquet=False,
    )


def _suffixes(voices: Voices) -> list[str]:
    _own, *others = voices.rounds
    return ["", *(f"_{lang}" for lang in others)]


def _heading(name: str, voices: Voices) -> dict[str, str]:
    part, _, lang = name.partition("_")
    return {
        spoken: f"{said} ({lang})" if lang else said
        for spoken, said in voices.ui(f"data.dictionary.{part}").items()
    }


def _entries(every: list[Resource], names: list[str], voices: Voices) -> Iterator[pa.Table]:
    rows = [
        _entry(resource, each, voices)
        for resource in every
        if resource.in_parquet
        for each in resource.fields
    ]
    yield pa.table(
        {name: pa.array([row.get(name) or None for row in rows], pa.string()) for name in names}
    )


def _entry(resource: Resource, each: Field, voices: Voices) -> dict[str, str]:
    said = {
        part + suffix: getattr(each, part).get(lang, "")
        for lang, suffix in zip(voices.rounds, _suffixes(voices), strict=True)
        for part in ("title", "unit", "description")
    }
    return {
        "table": resource.name,
        "field": each.name,
        "type": type_of(each),
        "codes": name_of(each.codes) if each.codes else "",
        **said,
    }
