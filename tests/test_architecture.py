"""The house: imports point down, never in a circle; modules have rooms and stay small."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = (
    ("pipeline.terminal",),
    ("pipeline.run",),
    ("pipeline.stages",),
    (
        "pipeline.distribute",
        "pipeline.collect",
        "pipeline.check",
        "pipeline.feedback",
        "pipeline.summarise",
    ),
    ("pipeline.store",),
    ("pipeline.findings", "pipeline.home"),
    ("pipeline.model",),
    ("pipeline.machine",),
    ("pipeline.errors", "pipeline.office", "pipeline.text"),
    ("pipeline",),
    ("schemas",),
    ("schemas.cv4874",),
    ("schemas.frame",),
    ("schemas.typed_frame",),
    ("schemas.round",),
    ("schemas.rules",),
    ("schemas.nd30",),
    (
        "schemas.bodies",
        "schemas.codelists",
        "schemas.columns",
        "schemas.counting",
        "schemas.excel",
        "schemas.invention",
        "schemas.words",
    ),
)
"""Rooms by floor, from the top down; a room imports only from the floors below its own.

``pipeline`` is the version alone, ``schemas`` what declarations show to others, ``schemas.cv4874``
a declared round.
"""
LINES_OF_A_MODULE, LINES_OF_A_FUNCTION = 300, 40
LIBRARY_OF = {
    "_check_dimensions": "XlsxWriter",
    "_get_xf_index": "XlsxWriter",
    "_write_cell": "XlsxWriter",
    "_prepare_formula": "XlsxWriter",
    "_write_rows": "XlsxWriter",
    "fh": "XlsxWriter",
    "Worksheet": "XlsxWriter",
    "_Cell": "python-docx",
    "_inline": "python-docx",
    "_p": "python-docx",
    "_tbl": "python-docx",
    "_tc": "python-docx",
    "_tr": "python-docx",
    "_": "click",
    "_help_option": "click",
    "ngettext": "click",
}
"""Names that a library does not promise to keep, with their library."""
OF_NAMED_TUPLES = {"_replace", "_fields", "_asdict"}
"""Public, whatever they begin with."""
Graph = Mapping[str, set[str]]


def name_of(path: Path) -> str:
    """The name by which a file is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {
    name_of(path): path
    for folder in ("pipeline", "schemas")
    for path in sorted((ROOT / folder).rglob("*.py"))
}
ROOMS = [room for floor in FLOORS for room in floor]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[str]:
    """The names that a file imports, wherever in it: in functions and for types alone too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: imports have whole names"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in FILES or whole.startswith("tests.") else str(node.module)


@cache
def uses() -> Graph:
    """The modules of the house that each module imports."""
    return {
        name: {each for each in imported(path) if each in FILES} for name, path in FILES.items()
    }


def room_of(module: str) -> str:
    """The longest name of a room that the module's name begins with."""
    return max((room for room in ROOMS if f"{module}.".startswith(f"{room}.")), key=len)


def circles(graph: Graph) -> list[list[str]]:
    """A way round for each module from which one leads back to it."""
    return [way for start in graph if (way := _way_back(graph, start)) and start == min(way)]


def _way_back(graph: Graph, start: str) -> list[str]:
    ways = {start: [start]}
    waiting = [start]
    for here in waiting:
        for there in sorted(graph[here]):
            if there == start:
                return [*ways[here], start]
            if there not in ways:
                ways[there] = [*ways[here], there]
                waiting.append(there)
    return []


# --- rooms and floors ----------------------------------------------------------------------------


def test_every_module_is_in_a_room() -> None:
    """Every module is in a room; ``pipeline`` and ``schemas`` themselves hold nothing more."""
    assert {name for name in FILES if room_of(name) in ("pipeline", "schemas")} == {
        "pipeline",
        "schemas",
    }
    assert {room_of(name) for name in FILES} == set(ROOMS)


def test_the_root_of_the_engine_holds_the_story_and_the_nouns_alone() -> None:
    assert {path.name for path in (ROOT / "pipeline").glob("*.py")} == {
        "__init__.py",
        "errors.py",
        "home.py",
        "model.py",
        "run.py",
    }


@pytest.mark.parametrize("room", ROOMS)
def test_imports_point_down(room: str) -> None:
    floor = next(at for at, rooms in enumerate(FLOORS) if room in rooms)
    allowed = {room, *(below for rooms in FLOORS[floor + 1 :] for below in rooms)}
    wrong = [
        f"{module} → {used}"
        for module in uses()
        if room_of(module) == room
        for used in uses()[module]
        if room_of(used) not in allowed
    ]
    assert not wrong


def test_declarations_know_nothing_of_the_engine() -> None:
    assert not [
        f"{name} → {used}"
        for name, all_used in uses().items()
        if name.startswith("schemas")
        for used in all_used
        if "pipeline" in used
    ]


def test_no_module_leads_back_to_itself() -> None:
    assert not circles(uses())


@pytest.mark.parametrize(
    "package",
    sorted({name_of(path.parent / "__init__.py") for path in FILES.values()} - {"schemas"}),
)
def test_what_lies_in_one_package_has_floors_too(package: str) -> None:
    """Modules and packages side by side in one package: none leads back to itself."""
    within = {
        name: name.removeprefix(f"{package}.").split(".")[0]
        for name in FILES
        if name.startswith(f"{package}.")
    }
    graph: dict[str, set[str]] = {part: set() for part in within.values()}
    for name, part in within.items():
        graph[part] |= {within[used] for used in uses()[name] if used in within} - {part}
    assert not circles(graph)


def test_a_circle_is_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c", "a"]]
    assert not circles({"a": {"b", "c"}, "b": {"c"}, "c": set()})


def test_what_comes_before_the_first_reading_loads_nothing_large_that_reading_does_not_take() -> (
    None
):
    """Start-up leaves out pandas and pandera, which take most of a second, and what writes letters.

    Nor is what reads: most commands read no file.
    """
    code = (
        "import sys; from pipeline import run; from pipeline.terminal import commands, effects, records, reports;"
        "from schemas.round.load import load_round; load_round(); print(*{'pandas', 'pandera', 'docx', 'lxml', 'http', 'pipeline.collect.read'} & {*sys.modules})"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert not loaded.strip()


def test_summaries_are_made_without_what_judges() -> None:
    code = "import sys; from pipeline.stages import summarising; print(*{'pandera', 'pydantic'} & {*sys.modules})"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert not loaded.strip()


def test_one_module_alone_asks_what_time_it_is() -> None:
    """Whoever sets another day (``TONGHOP_NOW``) sets it for all."""
    asking = {
        name
        for name, path in FILES.items()
        if re.search(r"datetime\.now\(|\.today\(", path.read_text(encoding="utf-8"))
    }
    assert asking == {"pipeline.machine.clock"}


# --- sizes ---------------------------------------------------------------------------------------


def is_data(path: Path) -> bool:
    """True of the tables of a declared round, which are data that may be longer."""
    return path.name == "tables.py" and (path.parent / "round.toml").exists()


def test_modules_stay_small() -> None:
    lines = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in FILES.values()
        if not is_data(path)
    }
    assert {name for name, count in lines.items() if count > LINES_OF_A_MODULE} == set()


def test_functions_stay_small() -> None:
    long = [
        f"{name}.{node.name}"
        for name, path in FILES.items()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LINES_OF_A_FUNCTION
    ]
    assert not long


# --- private names of libraries ------------------------------------------------------------------


@cache
def private_names(path: Path) -> set[str]:
    """Private names of others that a file uses: attributes, imports and base classes."""
    return {*_private_names(path)}


def _private_names(path: Path) -> Iterator[str]:
    nodes = list(ast.walk(tree(path)))
    own = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    for node in nodes:
        if isinstance(node, ast.Attribute):
            of_itself = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls", *own)
            if node.attr in LIBRARY_OF or (not of_itself and _is_private(node.attr)):
                yield node.attr
        elif isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] not in (
            "pipeline",
            "schemas",
            "__future__",
        ):
            yield from (alias.name for alias in node.names if _is_private(alias.name))
        elif isinstance(node, ast.ClassDef):
            yield from (
                base.id
                for base in node.bases
                if isinstance(base, ast.Name) and base.id in LIBRARY_OF
            )


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name not in OF_NAMED_TUPLES


def test_private_names_of_libraries_are_known() -> None:
    """Nor are private names of our own used by others: what a module keeps to itself is its own."""
    assert {
        f"{module}: {name}"
        for module, path in FILES.items()
        for name in private_names(path)
        if name not in LIBRARY_OF
    } == set()


@pytest.mark.parametrize("library", ["XlsxWriter", "python-docx", "click"])
def test_private_names_of_a_library_are_in_one_file(library: str) -> None:
    using = {
        module
        for module, path in FILES.items()
        for name in private_names(path)
        if LIBRARY_OF.get(name) == library
    }
    assert len(using) == 1, using


# --- one home each -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sign", "home"),
    [
        (r"""replace("'", "''")""", "pipeline/office/sheetnames.py"),
        ("1899, 12, 30", "schemas/excel.py"),
        ("* 26 + ord(", "pipeline/office/addresses.py"),
        ("saxutils import escape", "pipeline/office/xmltext.py"),
    ],
)
def test_what_excel_asks_for_has_one_home(sign: str, home: str) -> None:
    """How names of sheets are quoted, Excel's day zero, numbers of columns, texts of XML."""
    texts = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in FILES.values()
    }
    assert {name for name, text in texts.items() if sign in text} == {home}


# --- tests ---------------------------------------------------------------------------------------


def test_no_test_module_is_imported() -> None:
    """What tests share stands in modules of its own, named by what it holds."""
    files = [
        path
        for folder in ("tests", "benchmarks", "pipeline", "schemas")
        for path in (ROOT / folder).rglob("*.py")
    ]
    wrong = [
        f"{path.relative_to(ROOT)} → {name}"
        for path in files
        for name in imported(path)
        if name.startswith("tests.test_")
    ]
    assert not wrong


def test_floors_are_named_once() -> None:
    assert all(one != other for one, other in pairwise(sorted(ROOMS)))
