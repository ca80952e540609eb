"""Who may read what lies in a folder: what came from agencies is the account's alone; so are outputs, until the operator opens them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from pipeline.home import OUTPUT, PRIVATE_FILE, PRIVATE_FOLDER, Home, made_like_above, set_rights

ARE_KEPT = os.name == "posix"
"""Whether the system keeps rights for each file; on Windows it has those of the account's own folder."""
OTHERS = 0o077
"""What other accounts may do with a file or folder."""
_PASS_THROUGH, _LOOK_INTO = 0o011, 0o066
_SHARED_FOLDER, _SHARED_FILE = 0o755, 0o644


def protect(home: Home) -> None:
    """Take from other accounts what is none of theirs, in a folder of an older program too, and open or close outputs as ``home`` says.

    Files are gone through only where the folder itself stands too open; it is closed last, so that a killed run is made up for.
    Incoming files keep the rights that they came with.
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
    """Let others read outputs, and pass through the folder that they lie in without seeing what else is there."""
    _set_all(made_like_above(home.root / OUTPUT), _SHARED_FOLDER, _SHARED_FILE)
    set_rights(home.data, PRIVATE_FOLDER | _PASS_THROUGH)


def _close_outputs(home: Home) -> None:
    _set_all(home.root / OUTPUT, PRIVATE_FOLDER, PRIVATE_FILE)
    set_rights(home.data, PRIVATE_FOLDER)


def too_open(home: Home) -> list[Path]:
    """What others may read, or change, that is the account's alone."""
    if not ARE_KEPT:
        return []
    closed = dict.fromkeys((*_closed(home), *_files_of(home.data)))
    found = [path for path in closed if _mode(path) & OTHERS]
    return [home.data, *found] if _mode(home.data) & _LOOK_INTO else found


def _closed(home: Home) -> list[Path]:
    """Folders that are the account's alone; who may read a store is for its owner to say."""
    return [folder for folder in (home.archive, home.definitions) if isinstance(folder, Path)]


def is_shared(home: Home) -> bool:
    """Whether other accounts may read outputs."""
    return ARE_KEPT and bool(_mode(home.root / OUTPUT) & OTHERS and _mode(home.data) & _PASS_THROUGH)


def _set_all(folder: Path, of_folders: int, of_files: int) -> None:
    """Give these rights to all files and folders below, then to the folder itself. Links are left: they lead elsewhere."""
    for above, _, names in os.walk(folder, topdown=False):
        for path in (Path(above, name) for name in names):
            if not path.is_symlink():
                set_rights(path, of_files)
        set_rights(Path(above), of_folders)


def _files_of(folder: Path) -> Iterator[Path]:
    """The files that lie in a folder itself."""
    if folder.is_dir():
        yield from (path for path in folder.iterdir() if path.is_file() and not path.is_symlink())


def _mode(path: Path) -> int:
    """The rights of a file or folder; none where it isn't there."""
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        return 0
