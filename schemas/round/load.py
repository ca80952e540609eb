"""Loading a round from its folder."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import tomllib
from collections.abc import Container, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from schemas.codelists import Codelist, Entry, inside, load, load_expectations, load_pairs, periods
from schemas.round.round import Agency, Round, language_of, read_toml
from schemas.words import catalogue

SCHEMAS = Path(__file__).parents[1]


class NoSuchRoundError(ValueError):
    """No round of that name or folder."""


def available() -> list[str]:
    """Names of the rounds that come with the program."""
    return sorted(path.parent.name for path in SCHEMAS.glob("*/round.toml"))


def load_round(name: str | Path | None = None) -> Round:
    """Load a round by name or by folder; without a name the one whose window ends last."""
    if name is None:
        return max((load_round(known) for known in available()), key=lambda each: each.end)
    folder = SCHEMAS / name if (SCHEMAS / name / "round.toml").is_file() else Path(name)
    if not (folder / "round.toml").is_file():
        raise NoSuchRoundError(str(name))
    return _load(folder.resolve())


def _load(folder: Path) -> Round:
    settings = tomllib.loads((folder / "round.toml").read_text(encoding="utf-8"))
    module = _tables_module(folder)
    codelists = _codelists(folder, settings)
    return Round(
        key=settings["round"],
        folder=folder,
        settings=settings,
        tables=tuple(declared.spec for declared in module.TABLES),
        rules={declared.spec.key: declared.rules for declared in module.TABLES},
        cross_rules=tuple(module.CROSS_RULES),
        codelists=codelists,
        pairs={key: load_pairs(folder / "codelists" / f"{key}.csv", *columns) for key, columns in settings.get("pairs", {}).items()},
        expectations={
            key: load_expectations(folder / "codelists" / f"{key}.csv", *columns)
            for key, columns in settings.get("expectations", {}).items()
        },
        agencies=_agencies(codelists["agencies"], settings.get("own_locality_groups", ())),
        waivers=tuple(read_toml(folder / "waivers.toml").get("waiver", ())),
    )


def _tables_module(folder: Path) -> ModuleType:
    """Import a round's ``tables.py``, from wherever its folder is."""
    name = f"tonghop_round_{folder.name}_{hashlib.sha256(str(folder).encode()).hexdigest()[:8]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, folder / "tables.py")
    if spec is None or spec.loader is None:
        raise NoSuchRoundError(str(folder))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _codelists(folder: Path, settings: Mapping[str, Any]) -> dict[str, Codelist]:
    not_lists = {*settings.get("pairs", {}), *settings.get("expectations", {}), *settings.get("references", ())}
    paths = [path for path in sorted((folder / "codelists").glob("*.csv")) if path.stem not in not_lists]
    lists = {path.stem: load(path) for path in paths}
    start, end = settings["window"]["start"], settings["window"]["end"]
    if "periods" in lists:
        lists["periods"] = inside(lists["periods"], start, end)
    else:
        lists["periods"] = periods(start, end, _words_of_periods(folder, settings))
    items = read_toml(folder / "outline.toml").get("items", ())
    if items:
        lists["outline"] = Codelist("outline", tuple(Entry(item["code"], item["name"], (item["code"],), extra=item) for item in items))
    return lists


def _words_of_periods(folder: Path, settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """How the round's language names periods."""
    words: Mapping[str, Any] = catalogue(language_of(folder, settings))["periods"]
    return words


def _agencies(codes: Codelist, own_locality_groups: Container[str]) -> tuple[Agency, ...]:
    return tuple(
        Agency(
            code=entry.code,
            name=entry.name,
            short_name=entry.extra["short_name"],
            group=entry.extra["group"],
            locality=entry.extra["locality"],
            own_locality=entry.extra["locality"] if entry.extra["group"] in own_locality_groups else "",
            in_scope=entry.extra["in_scope"] == "yes",
            aliases=entry.aliases,
        )
        for entry in codes.entries
    )
