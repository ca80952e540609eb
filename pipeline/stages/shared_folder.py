"""Tell whether a folder is on another computer, or synchronised: no place for a ledger."""

from __future__ import annotations

import os
import sys
from pathlib import Path, PureWindowsPath

SYNCHRONISED = (
    "onedrive",
    "google drive",
    "googledrive",
    "my drive",
    "dropbox",
    "icloud drive",
    "iclouddrive",
    "com~apple~clouddocs",
    "nextcloud",
)
"""Beginnings of the names of folders that a program synchronises, in lower case."""
NETWORK = (
    "nfs",
    "cifs",
    "smb",
    "9p",
    "afs",
    "ceph",
    "glusterfs",
    "sshfs",
    "fuse.",
    "davfs",
    "virtiofs",
    "vboxsf",
    "drvfs",
)
"""Beginnings of the names of Linux's network file systems."""
LOCAL_FUSE = ("fuse.fuse-overlayfs", "fuse.ntfs", "fuse.exfat")
_DRIVE_REMOTE = 4
"""What Windows' GetDriveTypeW returns for a network drive."""
_MOUNTS = Path("/proc/self/mounts")


def shared_by(folder: Path) -> str:
    """Return what shares a folder with other computers; blank if nothing is known to.

    The name of a synchronised folder, of a network drive, or of a kind of file system.
    """
    return _synchronised_by(folder) or (
        _network_drive(str(folder)) if sys.platform == "win32" else _network_mount(folder)
    )


def _synchronised_by(folder: Path) -> str:
    return next((part for part in folder.parts if part.casefold().startswith(SYNCHRONISED)), "")


def _network_drive(folder: str) -> str:
    """Return the drive or share of a folder if it is on another computer, by Windows."""
    drive = PureWindowsPath(folder).drive
    if drive.startswith("\\\\"):
        return drive
    if sys.platform != "win32":
        return ""
    import ctypes

    return drive if ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == _DRIVE_REMOTE else ""


def _network_mount(folder: Path) -> str:
    """Return the kind of the file system that a folder is on, if that is a network one."""
    if not _MOUNTS.is_file():
        return ""
    return network_kind(folder, _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape"))


def network_kind(folder: Path, mounts: str) -> str:
    """Return the same by a table of mounts: one per line; place second, kind third."""
    kinds = {}
    for line in mounts.splitlines():
        _, place, kind, *_ = line.split(" ")
        kinds[
            os.fsdecode(
                place.encode("utf-8", "surrogateescape").decode("unicode_escape").encode("latin-1")
            )
        ] = kind
    nearest = next(
        (kinds[str(each)] for each in (folder, *folder.parents) if str(each) in kinds), ""
    )
    return nearest if nearest.startswith(NETWORK) and not nearest.startswith(LOCAL_FUSE) else ""
