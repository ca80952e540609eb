"""Name what must be the same on all machines of a cluster."""

from __future__ import annotations

import sys
from importlib import metadata

from pipeline import __version__


def program() -> str:
    """Return the versions of this program, of Python and of pandas.

    With other versions a worker might give another answer, or one that can't be unpickled here.
    """
    python, pandas = ".".join(map(str, sys.version_info[:2])), metadata.version("pandas")
    return f"tonghop {__version__}, Python {python}, pandas {pandas}"
