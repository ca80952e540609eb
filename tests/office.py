"""LibreOffice for tests: a spreadsheet program that opens, recalculates and saves real files."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest

SOFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed: apt-get install libreoffice-calc")

ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


@cache
def _profile() -> Path:
    """A profile of this process's own: two LibreOffices can't share one."""
    folder = Path(tempfile.mkdtemp(prefix="office-"))
    (folder / "user").mkdir()
    (folder / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE, encoding="utf-8")
    return folder


def convert(source: Path, form: str, folder: Path) -> Path:
    """Open ``source``, recalculate it and save it as ``form`` (xlsx, ods, xls, pdf) into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [str(SOFFICE), f"-env:UserInstallation={_profile().as_uri()}", "--headless", "--convert-to", form, "--outdir", str(folder), str(source)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / f"{source.stem}.{form}"
