"""Mistakes of an operator have their own sentences; mistakes of the program are not hidden."""

from __future__ import annotations

import ast
import errno
import io
import os
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from pipeline.errors import LONGEST_LEDGER_PATH, from_system, is_of_foreign_bytes, of_ledger
from schemas.words import LANGUAGES

ROOT = Path(__file__).parents[1]
OPEN_IN_EXCEL = {"vi": "đang mở trong Excel", "en": "open in Excel"}
SENTENCES = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EACCES: "no_permission",
    errno.EPERM: "no_permission",
    errno.EROFS: "read_only",
    errno.ENAMETOOLONG: "path_too_long",
    errno.EEXIST: "in_the_way",
    errno.ENOTDIR: "in_the_way",
    errno.EISDIR: "in_the_way",
    errno.EIO: "disk_failed",
    errno.EFBIG: "disk_failed",
}


def key_of(error: Exception, home: object = "") -> str:
    known = from_system(error, home)
    return known.key if known else ""


def windows(error: OSError, winerror: int) -> OSError:
    """The error as Windows gives it."""
    error.winerror = winerror  # type: ignore[attr-defined,unused-ignore]
    return error


# --- one sentence per state ----------------------------------------------------------------------


@pytest.mark.parametrize(("number", "key"), SENTENCES.items())
def test_each_state_has_its_sentence_which_names_the_file(number: int, key: str) -> None:
    known = from_system(OSError(number, os.strerror(number), "/a/b.xlsx"))
    assert known is not None
    assert (known.key, known.exit_code) == (key, 3)
    for lang in LANGUAGES:
        assert "/a/b.xlsx" in known.text(lang)
        assert OPEN_IN_EXCEL[lang] not in known.text(lang)


def test_a_file_is_said_to_be_open_only_where_windows_says_so(tmp_path: Path) -> None:
    there = tmp_path / "a.xlsx"
    there.touch()
    known = from_system(
        windows(PermissionError(errno.EACCES, "used by another process", str(there)), 32)
    )
    assert known is not None
    assert [OPEN_IN_EXCEL[lang] in known.text(lang) for lang in LANGUAGES] == [True] * len(
        LANGUAGES
    )
    replaced = PermissionError(errno.EACCES, "denied", str(tmp_path / "b.tmp"), None, str(there))
    assert key_of(windows(replaced, 5)) == "open_elsewhere"
    assert (
        key_of(windows(PermissionError(errno.EACCES, "denied", str(tmp_path)), 5))
        == "no_permission"
    )
    assert (
        key_of(windows(FileNotFoundError(errno.ENOENT, "too long", "C:\\a"), 206))
        == "path_too_long"
    )


def test_the_error_of_a_library_around_the_systems_is_seen_through() -> None:
    assert key_of(FileCreateError(OSError(errno.ENOSPC, "full", "/a"))) == "disk_full"
    error = ValueError("Execution failed on sql 'SELECT full FROM locked': as pandas says it")
    error.__cause__ = sqlite3.DatabaseError("database disk image is malformed")
    assert key_of(error) == "ledger_unsound"


def test_which_disk_is_full_is_found_out_where_the_system_does_not_say(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    free = {"/small": 0, str(tmp_path): 1000}
    monkeypatch.setattr("tempfile.gettempdir", lambda: "/small")
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=free[path]))
    assert key_of(OSError(errno.ENOSPC, "full"), tmp_path) == "temp_full"
    free["/small"] = 2000
    assert key_of(OSError(errno.ENOSPC, "full"), tmp_path) == "disk_full"


def test_no_folder_for_temporary_files() -> None:
    assert (
        key_of(FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']"))
        == "no_temp"
    )
    assert key_of(FileNotFoundError(errno.ENOENT, "No such file", "/a")) == ""


def test_why_a_ledger_is_not_opened_is_found_out(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    refused = sqlite3.OperationalError("unable to open database file")

    def key(where: Path) -> str:
        known = of_ledger(refused, where)
        return known.key if known else ""

    path.touch()
    assert key(path) == "ledger_broken"
    assert key(tmp_path) == "in_the_way"
    assert key(tmp_path / ("a" * LONGEST_LEDGER_PATH)) == "path_too_long"


# --- swallowed nowhere ---------------------------------------------------------------------------

MAY_STAND = {
    "pipeline/collect/formats/binary.py:_told": "a panic of calamine's has no class to import and is known by its name; all else goes on",
    "pipeline/collect/intake/opening/process.py:work": "told of the file, which is kept: one mail is all that a mistake of ours may cost",
    "pipeline/collect/worker.py:_read": "told as the reading of the file, with its name: one file is all that a mistake of ours may cost",
    "pipeline/stages/cluster/connecting.py:_connected_client": "raised where it is awaited: Dask makes many things of a server's words",
    "pipeline/stages/cluster/room.py:main": "raised again where the answer is awaited, with the place where it arose",
    "pipeline/machine/calls.py:_told": "raised again in the parent",
    "pipeline/terminal/context.py:invoke": "raised again unless it is an operator's",
    "pipeline/terminal/rehearsal.py:rehearse": "told with its name as what a step ended with, which is what a rehearsal is for",
    "schemas/round/load.py:_tables_module": "told as a fault of the declaration, with file and line: it is the code of who declares a round",
}
"""Where all exceptions are caught for good, and why that hides no mistake of the program."""
BROAD = {"Exception", "BaseException"}


def handlers(path: Path) -> Iterator[tuple[str, ast.AST]]:
    """Each ``except`` and each call of ``suppress``, with the function that it stands in."""

    def walk(node: ast.AST, function: str) -> Iterator[tuple[str, ast.AST]]:
        name = node.name if isinstance(node, ast.FunctionDef) else function
        if isinstance(node, ast.ExceptHandler | ast.Call):
            yield name, node
        for child in ast.iter_child_nodes(node):
            yield from walk(child, name)

    yield from walk(ast.parse(path.read_text(encoding="utf-8")), "")


def is_broad(node: ast.AST) -> bool:
    """True if a handler catches everything and continues, beyond errors of foreign bytes."""
    if isinstance(node, ast.Call):
        return ast.unparse(node.func).endswith("suppress") and any(
            ast.unparse(each) in BROAD for each in node.args
        )
    if not isinstance(node, ast.ExceptHandler):
        return False
    caught = node.type
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    if not any(name is None or ast.unparse(name) in BROAD for name in names):
        return False
    first = node.body[0]
    if isinstance(first, ast.If) and ast.unparse(first.test).startswith("not is_of_foreign_bytes("):
        return not raises_again(first)
    return not raises_again(node)


def raises_again(node: ast.If | ast.ExceptHandler) -> bool:
    last = node.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_whatever_is_raised_is_caught_only_where_that_hides_no_mistake_of_ours() -> None:
    files = [
        path for folder in ("pipeline", "schemas") for path in sorted((ROOT / folder).rglob("*.py"))
    ]
    found = {
        f"{path.relative_to(ROOT).as_posix()}:{function}"
        for path in files
        for function, node in handlers(path)
        if is_broad(node)
    }
    assert found == set(MAY_STAND)


@pytest.mark.parametrize(
    ("text", "broad"),
    [
        ("except: pass", True),
        ("except Exception: pass", True),
        ("except (ValueError, BaseException): return", True),
        ("except Exception as error:\n  if error: raise", True),
        ("except BaseException:\n  close()\n  raise", False),
        ("except ValueError: pass", False),
        ("except Exception as error:\n  if not is_of_foreign_bytes(error): raise\n  return", False),
        (
            "except Exception as error:\n  if not is_of_foreign_bytes(error): return\n  raise ValueError",
            True,
        ),
    ],
)
def test_what_is_a_broad_handler(text: str, *, broad: bool) -> None:
    [handler] = [
        node
        for node in ast.walk(ast.parse(f"def f():\n try: f()\n {text}".replace("\n  ", "\n   ")))
        if isinstance(node, ast.ExceptHandler)
    ]
    assert is_broad(handler) == broad


def caught(call: object, *arguments: object, **options: object) -> Exception:
    try:
        call(*arguments, **options)  # type: ignore[operator]
    except Exception as error:  # noqa: BLE001 whatever it is, is looked at
        return error
    raise AssertionError


def test_a_wrong_call_of_a_library_is_our_own_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "__name__", "pipeline.collect.formats.locked")
    assert not is_of_foreign_bytes(
        caught(zipfile.ZipFile, io.BytesIO(b"x" * 600), no_such_option=True)
    )
    assert is_of_foreign_bytes(caught(zipfile.ZipFile, io.BytesIO(b"x" * 600)))
    assert not is_of_foreign_bytes(caught(xlsxwriter.Workbook().close, 1))


def test_a_full_disk_is_no_fault_of_the_bytes() -> None:
    assert not is_of_foreign_bytes(
        caught(lambda: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    )
    assert not is_of_foreign_bytes(MemoryError())
