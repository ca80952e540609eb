"""Find out who sits at the machine, by the name that the system shows to people."""

from __future__ import annotations

import sys

_DISPLAY_NAME = 3
"""``NameDisplay`` of Windows' ``GetUserNameExW``: a person's name, such as "Nguyễn Văn A"."""
_LONGEST = 256


def account() -> str:
    """Return the account's name, which need not be a person's."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "?"


def full_name() -> str:
    """Return the person's name as the system shows it; blank if it knows only the account."""
    try:
        name = _on_windows() if sys.platform == "win32" else _on_posix()
    except (OSError, KeyError, ImportError, AttributeError):
        return ""
    return "" if name.casefold() == account().casefold() else name


def _on_posix() -> str:
    import os
    import pwd

    return pwd.getpwuid(os.getuid()).pw_gecos.partition(",")[0].strip()


def _on_windows() -> str:
    import ctypes

    buffer, size = ctypes.create_unicode_buffer(_LONGEST), ctypes.c_ulong(_LONGEST)
    security = ctypes.windll.secur32  # type: ignore[attr-defined,unused-ignore]
    has_name = security.GetUserNameExW(_DISPLAY_NAME, buffer, ctypes.byref(size))
    return buffer.value.strip() if has_name else ""
