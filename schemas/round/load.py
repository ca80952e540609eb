"""Loads a round from its folder: reads the files, checks them, and reports all faults at once."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import sys
import tomllib
import traceback
from collections.abc import Container
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from schemas.codelists import Codelist
from schemas.round.checks import check
from schemas.round.faults import DeclarationError, Fault, KeyPath
from schemas.round.lists import AGENCIES, Lists, read_lists
from schemas.round.outline import Outline
from schemas.round.round import Agency, Round
from schemas.round.settings import Settings
from schemas.round.shape import built, misfits
from schemas.round.table import ColumnWords, DeclaredTable
from schemas.round.waivers import Waivers
from schemas.rules.base import CrossRule

SCHEMAS = Path(__file__).parents[1]
TABLES, CROSS_RULES = "TABLES", "CROSS_RULES"
"""The names that a round's ``tables.py`` must define."""
WORDS = "words.toml"
_LINE = re.compile(r"line (\d+)")
T = TypeVar("T")


class NoSuchRoundError(ValueError):
    """There is no round of that name or folder."""


def available() -> list[str]:
    """Names of the rounds that come with the program."""
    return sorted(path.parent.name for path in SCHEMAS.glob("*/round.toml"))


def load_round(name: str | Path | None = None) -> Round:
    """Load a round by name or by folder; without a name, the one whose window ends last.

    Raises NoSuchRoundError if there is none, DeclarationError with all faults if it can't be used.
    """
    if name is None:
        return max((load_round(known) for known in available()), key=lambda each: each.end)
    folder = folder_of(name)
    faults: list[Fault] = []
    round_ = read_round(folder, faults)
    if round_ is None or faults:
        raise DeclarationError(folder, faults)
    return round_


def folder_of(name: str | Path) -> Path:
    """The folder of a round that was given by name or by folder."""
    folder = SCHEMAS / name if (SCHEMAS / name / "round.toml").is_file() else Path(name)
    if not (folder / "round.toml").is_file():
        raise NoSuchRoundError(str(name))
    return folder.resolve()


def read_round(folder: Path, faults: list[Fault]) -> Round | None:
    """Read the round of a folder. Faults are added to ``faults``; then the round may be None.

    Names are compared only if every file has its shape: else one slip would be told many times.
    """
    settings = read_toml(Settings, folder, "round.toml", faults)
    outline = read_toml(Outline, folder, "outline.toml", faults)
    waivers = read_toml(Waivers, folder, "waivers.toml", faults)
    words = read_toml(ColumnWords, folder, WORDS, faults)
    tables = _tables(folder, faults)
    if settings is None or outline is None or waivers is None or words is None:
        return None
    known = len(faults)
    lists = read_lists(folder, settings, outline, faults)
    if tables is None or len(faults) > known:
        return None
    round_ = _round(folder, settings, outline, waivers, lists, words, tables)
    faults += chain(words.unknown(round_.tables, KeyPath(WORDS)), check(round_))
    return round_


def read_toml(kind: type[T], folder: Path, file: str, faults: list[Fault]) -> T | None:
    """Read a TOML file as an object of ``kind``. A missing file counts as empty.

    None, with faults added to ``faults``, if it doesn't fit.
    """
    path, place = folder / file, KeyPath(file)
    try:
        data: dict[str, Any] = (
            tomllib.loads(path.read_text(encoding="utf-8-sig")) if path.is_file() else {}
        )
    except UnicodeDecodeError:
        faults.append(place.fault("not_utf8"))
        return None
    except tomllib.TOMLDecodeError as error:
        line = _LINE.search(str(error))
        faults.append(place.at(line[1] if line else "").fault("not_toml", error=error))
        return None
    return built(kind, data, place, faults)


def _round(
    folder: Path,
    settings: Settings,
    outline: Outline,
    waivers: Waivers,
    lists: Lists,
    words: ColumnWords,
    tables: tuple[tuple[DeclaredTable, ...], tuple[CrossRule, ...]],
) -> Round:
    declared, cross_rules = tables
    return Round(
        key=settings.round,
        folder=folder,
        settings=settings,
        tables=tuple(words.of(table.spec) for table in declared),
        rules={table.spec.key: table.rules for table in declared},
        cross_rules=cross_rules,
        codelists=lists.codelists,
        pairs=lists.pairs,
        expectations=lists.expectations,
        agencies=_agencies(lists.codelists[AGENCIES], settings.own_locality_groups),
        waivers=waivers.waiver,
        outline=outline,
    )


# --- tables.py ------------------------------------------------------------------------------------


def _tables(
    folder: Path, faults: list[Fault]
) -> tuple[tuple[DeclaredTable, ...], tuple[CrossRule, ...]] | None:
    """The tables, and rules between them, that ``tables.py`` defines; None if it can't be used."""
    place = KeyPath("tables.py")
    module = _tables_module(folder, place, faults)
    if module is None:
        return None
    named = getattr(module, TABLES, None)
    if not isinstance(named, tuple) or not all(isinstance(each, DeclaredTable) for each in named):
        faults.append(place.at(TABLES).fault("no_tables"))
        return None
    wrong: list[Fault] = []
    for each in named:
        faults += [
            place.at(each.spec.key, key).fault("repeated_column", name=key) for key in each.repeated
        ]
        declared = (each.spec, *each.spec.columns, *each.rules)
        wrong += chain(*(misfits(declaration, place.at(each.spec.key)) for declaration in declared))
    cross_rules = getattr(module, CROSS_RULES, None)
    if not isinstance(cross_rules, tuple) or not all(
        isinstance(rule, CrossRule) for rule in cross_rules
    ):
        faults.append(place.at(CROSS_RULES).fault("no_cross_rules"))
        return None
    for rule in cross_rules:
        wrong += misfits(rule, place.at(CROSS_RULES))
    faults += wrong
    return None if wrong else (named, cross_rules)


def _tables_module(folder: Path, place: KeyPath, faults: list[Fault]) -> ModuleType | None:
    """Import a round's ``tables.py`` from any folder. Whatever it raises becomes a fault."""
    name = f"tonghop_round_{folder.name}_{hashlib.sha256(str(folder).encode()).hexdigest()[:8]}"
    if name in sys.modules:
        return sys.modules[name]
    path = folder / place.file
    spec = importlib.util.spec_from_file_location(name, path)
    if not path.is_file() or spec is None or spec.loader is None:
        faults.append(place.fault("no_file"))
        return None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except KeyboardInterrupt:
        del sys.modules[name]
        raise
    # a round's file is data: any mistake in it, SystemExit too, is told by file and line
    except BaseException as error:  # noqa: BLE001
        del sys.modules[name]
        faults.append(
            place.at(_line(error, path)).fault(
                "not_python", error=f"{type(error).__name__}: {error}"
            )
        )
        return None
    return module


def _line(error: BaseException, path: Path) -> str:
    """The line of a file at which an error arose."""
    if isinstance(error, SyntaxError):
        return str(error.lineno or "")
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename) == path
    ]
    return str(lines[-1]) if lines else ""


# --- agencies -------------------------------------------------------------------------------------


def _agencies(codes: Codelist, own_locality_groups: Container[str]) -> tuple[Agency, ...]:
    return tuple(
        Agency(
            code=entry.code,
            name=entry.name,
            short_name=entry.extra["short_name"],
            group=entry.extra["group"],
            locality=entry.extra["locality"],
            own_locality=entry.extra["locality"]
            if entry.extra["group"] in own_locality_groups
            else "",
            in_scope=entry.extra["in_scope"] == "yes",
            aliases=entry.aliases,
        )
        for entry in codes.entries
    )
