"""Whether a folder lies on another computer, or a program carries it there: neither is a place for a ledger."""

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
"""How folders begin that a program copies elsewhere, in lower case."""
NETWORK = ("nfs", "cifs", "smb", "9p", "afs", "ceph", "glusterfs", "sshfs", "fuse.", "davfs", "virtiofs", "vboxsf", "drvfs")
"""How the kinds of file system begin that Linux has for what lies elsewhere."""
LOCAL_FUSE = ("fuse.fuse-overlayfs", "fuse.ntfs", "fuse.exfat")
_DRIVE_REMOTE = 4
"""What Windows' GetDriveTypeW says of a drive that lies elsewhere."""
_MOUNTS = Path("/proc/self/mounts")


def shared_by(folder: Path) -> str:
    """What shares a folder with other computers: a program that copies it, or the kind of its file system; blank where none is known to."""
    return _synchronised_by(folder) or (_network_drive(str(folder)) if sys.platform == "win32" else _network_mount(folder))


def _synchronised_by(folder: Path) -> str:
    return next((part for part in folder.parts if part.casefold().startswith(SYNCHRONISED)), "")


def _network_drive(folder: str) -> str:
    """The drive or share of a folder where it lies on another computer, as Windows says."""
    drive = PureWindowsPath(folder).drive
    if drive.startswith("\\\\"):
        return drive
    if sys.platform != "win32":
        return ""
    import ctypes

    return drive if ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == _DRIVE_REMOTE else ""


def _network_mount(folder: Path) -> str:
    """The kind of the file system that a folder lies on, where it is one of the network."""
    if not _MOUNTS.is_file():
        return ""
    return network_kind(folder, _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape"))


def network_kind(folder: Path, mounts: str) -> str:
    """The same by a table of mounts: one per line, its place second, its kind third."""
    kinds = {}
    for line in mounts.splitlines():
        _, place, kind, *_ = line.split(" ")
        kinds[os.fsdecode(place.encode("utf-8", "surrogateescape").decode("unicode_escape").encode("latin-1"))] = kind
    nearest = next((kinds[str(each)] for each in (folder, *folder.parents) if str(each) in kinds), "")
    return nearest if nearest.startswith(NETWORK) and not nearest.startswith(LOCAL_FUSE) else ""
