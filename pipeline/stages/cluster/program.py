"""What must be the same on all machines of a cluster: the program, and what its answers are made of."""

from __future__ import annotations

import sys
from importlib import metadata

from pipeline import __version__


def program() -> str:
    """This program and what it runs on, as far as another version might answer otherwise, or in a way that can't be understood here."""
    return f"tonghop {__version__}, Python {sys.version_info[0]}.{sys.version_info[1]}, pandas {metadata.version('pandas')}"
