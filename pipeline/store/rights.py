"""Set who may read what in a folder.

What came from agencies is the account's alone; outputs are too, until the operator opens them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from pipeline.home import OUTPUT, Home
from pipeline.machine.files import PRIVATE_FILE, PRIVATE_FOLDER, made_like_above, set_rights

ARE_KEPT = os.name == "posix"
"""Whether the system keeps rights per file. On Windows a file has those of its folder."""
OTHERS = 0o077
"""The bits of other accounts."""
_PASS_THROUGH, _LOOK_INTO = 0o011, 0o066
_SHARED_FOLDER, _SHARED_FILE = 0o755, 0o644


def protect(home: Home) -> None:
    """Take from other accounts the right to what isn't for them; open or close outputs as asked.

    Files are gone through only if their folder is too open. The folder is closed last, so a killed
    run is made up for by the next. Incoming files keep the rights that they came with.
    """
    if not ARE_KEPT:
        return
    for folder in _closed(home):
        if _mode(folder) & OTHERS:
            _set_all(folder, PRIVATE_FOLDER, PRIVATE_FILE)
    for path in _files_of(home.data):
        if _mode(path) & OTHERS:
            set_rights(path, PRIVATE_FILE)
    is_older = not home.outputs_record.exists()
    if is_older or home.shared is not None:
        _share_outputs(home) if home.shared else _close_outputs(home)
    elif _mode(home.data) & _LOOK_INTO:
        set_rights(home.data, _mode(home.data) & ~_LOOK_INTO)


def _share_outputs(home: Home) -> None:
    """Let others read outputs, and pass through the folder above without listing it."""
    _set_all(made_like_above(home.root / OUTPUT), _SHARED_FOLDER, _SHARED_FILE)
    set_rights(home.data, PRIVATE_FOLDER | _PASS_THROUGH)


def _close_outputs(home: Home) -> None:
    _set_all(home.root / OUTPUT, PRIVATE_FOLDER, PRIVATE_FILE)
    set_rights(home.data, PRIVATE_FOLDER)


def too_open(home: Home) -> list[Path]:
    """Return what other accounts may read or change and shouldn't."""
    if not ARE_KEPT:
        return []
    closed = dict.fromkeys((*_closed(home), *_files_of(home.data)))
    found = [path for path in closed if _mode(path) & OTHERS]
    return [home.data, *found] if _mode(home.data) & _LOOK_INTO else found


def _closed(home: Home) -> list[Path]:
    """Return folders for this account alone. A store's rights are for its owner to set."""
    return [folder for folder in (home.archive, home.definitions) if isinstance(folder, Path)]


def is_shared(home: Home) -> bool:
    """Whether other accounts may read outputs."""
    return ARE_KEPT and bool(
        _mode(home.root / OUTPUT) & OTHERS and _mode(home.data) & _PASS_THROUGH
    )


def _set_all(folder: Path, of_folders: int, of_files: int) -> None:
    """Set the rights of all files and folders below, then of the folder. Links are skipped."""
    for above, _, names in os.walk(folder, topdown=False):
        for path in (Path(above, name) for name in names):
            if not path.is_symlink():
                set_rights(path, of_files)
        set_rights(Path(above), of_folders)


def _files_of(folder: Path) -> Iterator[Path]:
    """Yield the files directly in a folder."""
    if folder.is_dir():
        yield from (path for path in folder.iterdir() if path.is_file() and not path.is_symlink())


def _mode(path: Path) -> int:
    """Return the rights of a file or folder; 0 if it is missing."""
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        return 0
