"""Imports point down: the story on top, the steps side by side, the nouns and declarations below."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STEPS = ("distribute", "collect", "check", "feedback", "summarise")
BELOW_STEPS = ("model", "errors", "home", "text", "office", "findings", "store", "__init__")
FILES = sorted([*ROOT.glob("pipeline/**/*.py"), *ROOT.glob("schemas/**/*.py")])


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in found if name.split(".")[0] in ("pipeline", "schemas")}


def modules(names: set[str]) -> set[str]:
    """First name below ``pipeline`` of each import."""
    return {name.split(".")[1] for name in names if name.startswith("pipeline.")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path: Path) -> None:
    place = path.relative_to(ROOT).parts
    used = modules(imports(path))
    if place[0] == "schemas":
        assert not used, "declarations know nothing of the engine"
    elif place[1] in STEPS:
        allowed = {*BELOW_STEPS, place[1], "__version__"}
        assert used <= allowed, "a step uses the nouns, never another step or the story"
    elif place[1].removesuffix(".py") in BELOW_STEPS:
        assert not used & {*STEPS, "run", "stages", "terminal"}


def test_what_comes_before_the_first_reading_loads_neither_pandas_nor_pandera() -> None:
    """They take most of a second: it is the time in which workers read already."""
    code = "import sys; from pipeline import run; from schemas.round.load import load_round; load_round(); print(*{'pandas', 'pandera'} & {*sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert not loaded.strip()


def test_functions_and_modules_stay_small() -> None:
    long = []
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
        long += [f"{path.name}: {node.name}" for node in functions if (node.end_lineno or 0) - node.lineno + 1 > 40]
    assert not long
