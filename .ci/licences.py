"""List the licence of every locked dependency; exit 1 if one is unknown or not acceptable.

Most packages name it in their metadata. The others were read by hand (``READ_BY_HAND``); so must
be any new one.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.txt", "requirements-dev.txt")
NODE_LOCK = "tests/node/package-lock.json"
ACCEPTABLE = {
    *(
        "0BSD",
        "Apache-2.0",
        "BSD",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BlueOak-1.0.0",
        "CC0-1.0",
        "ISC",
        "MIT",
        "MIT-0",
        "MIT/X11",
    ),
    *("MIT-CMU", "PSF-2.0", "Unlicense", "Zlib"),
    "MPL-2.0",  # changes to the library's own files must be published; we make none
    "Artistic-1.0-Perl, for tests alone",  # alternative to the GPL; nothing of it is distributed
    # installed to write files that tests read; nothing of it is distributed
    "unstated, for tests alone",
}
READ_BY_HAND = {
    "buffers": "unstated, for tests alone",  # a Node package, through exceljs
    "colorama": "BSD-3-Clause",  # installed on Windows only
    "resvg-py": "MIT",  # a licence file without a name
    # through frictionless; we choose this, not the GPL
    "text-unidecode": "Artistic-1.0-Perl, for tests alone",
}
CLASSIFIED = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
"""The licences by their classifiers on the package index."""
PACKED_WITH = {
    "numpy": "in its Linux wheels: libgfortran (GPL-3.0-or-later WITH GCC-exception-3.1), "
    "libquadmath (LGPL-2.1-or-later)",
}
"""GPL and LGPL libraries inside packages, usable with programs of any licence."""


def main() -> int:
    """Print the list; return 1 if a package must be checked."""
    doubtful = []
    for name, version, licence in [*_of_python(), *_of_node()]:
        if not _is_acceptable(licence):
            doubtful.append(name)
        print(f"{name:26} {version:20} {licence or '?':50} {PACKED_WITH.get(name, '')}".rstrip())  # noqa: T201
    if doubtful:
        print(  # noqa: T201
            f"\nUnknown or not acceptable: {', '.join(doubtful)}. Read the licence, then see "
            f".ci/licences.py.",
            file=sys.stderr,
        )
    return 1 if doubtful else 0


def _of_python() -> Iterator[tuple[str, str, str]]:
    """Yield name, version and licence of each locked package, for other systems and Pythons too."""
    text = "\n".join((ROOT / lock).read_text(encoding="utf-8") for lock in LOCKS)
    for name, version in sorted(set(re.findall(r"^([a-z0-9-]+)==(\S+)", text, flags=re.MULTILINE))):
        yield name, version, _licence(name)


def _of_node() -> Iterator[tuple[str, str, str]]:
    """Yield the same for the tests' Node packages; their lock names the licences."""
    packages = json.loads((ROOT / NODE_LOCK).read_text(encoding="utf-8"))["packages"]
    for path, package in sorted(packages.items()):
        name = path.rpartition("node_modules/")[2]
        if name:
            yield name, package["version"], READ_BY_HAND.get(name) or package.get("license", "")


def _licence(name: str) -> str:
    """Return a package's licence as read by hand, or else from its metadata; "" if unknown.

    Metadata name it in a new way or in one of two old ones.
    """
    if name in READ_BY_HAND:
        return READ_BY_HAND[name]
    said = metadata.metadata(name)
    classified = [
        CLASSIFIED.get(each.split(" :: ")[-1], each)
        for each in said.get_all("Classifier", [])
        if each.startswith("License ::")
    ]
    return (
        said.get("License-Expression")
        or " AND ".join(classified)
        or _first_line(said.get("License"))
    )


def _first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0]


def _is_acceptable(licence: str) -> bool:
    """Whether all parts of one of the alternatives are acceptable."""
    alternatives = licence.replace("(", "").replace(")", "").split(" OR ")
    return any(set(alternative.split(" AND ")) <= ACCEPTABLE for alternative in alternatives)


if __name__ == "__main__":
    sys.exit(main())
