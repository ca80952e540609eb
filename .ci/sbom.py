"""Compare an SBOM (CycloneDX JSON) with its lock; exit 1 if a package, version or hash differs."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path


def main(sbom: str, lock: str) -> int:
    """Print what differs; return 1 if anything does."""
    listed, locked = _listed(Path(sbom)), _locked(Path(lock))
    for name in sorted(listed.keys() | locked.keys()):
        if listed.get(name) != locked.get(name):
            print(f"{Path(sbom).name} and {Path(lock).name} differ: {name}", file=sys.stderr)  # noqa: T201
    return 0 if listed == locked else 1


def _listed(sbom: Path) -> dict[str, set[str]]:
    """Return the hashes of each package and version in the SBOM."""
    components = json.loads(sbom.read_text(encoding="utf-8"))["components"]
    found = {}
    for each in components:
        hashes = {
            one["content"] for link in each["externalReferences"] for one in link.get("hashes", ())
        }
        found[f"{each['name']}=={each['version']}"] = hashes
    return found


def _locked(lock: Path) -> dict[str, set[str]]:
    """Return the same from the lock, where a package begins a line and its hashes follow."""
    text = lock.read_text(encoding="utf-8")
    packages = re.findall(
        r"^([a-z0-9.-]+==[^\s;]+)(.*?)(?=^[a-z]|\Z)", text, flags=re.MULTILINE | re.DOTALL
    )
    return {name: set(re.findall(r"sha256:([0-9a-f]{64})", rest)) for name, rest in packages}


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
