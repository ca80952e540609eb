"""LibreOffice for tests: it opens, recalculates and saves real files."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

SOFFICE = shutil.which("soffice")
HANGING = 900
"""Seconds after which a program counts as hanging."""
needs_office = pytest.mark.skipif(
    SOFFICE is None,
    reason="LibreOffice (soffice) is not installed: apt-get install libreoffice-calc",
)

ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
NEVER_RECALCULATE = ALWAYS_RECALCULATE.replace("<value>0<", "<value>1<")


@cache
def _profile(*, recalculated: bool = True) -> Path:
    """Make a profile for this process alone: two LibreOffices can't share one."""
    return _new_profile(ALWAYS_RECALCULATE if recalculated else NEVER_RECALCULATE)


def _new_profile(settings: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="office-"))
    (folder / "user").mkdir()
    (folder / "user" / "registrymodifications.xcu").write_text(settings, encoding="utf-8")
    return folder


def convert(source: Path, form: str, folder: Path) -> Path:
    """Recalculate ``source`` and save it as ``form`` (xlsx, ods, xls, pdf) in ``folder``."""
    return convert_all([source], form, folder)[0]


def convert_all(
    sources: Sequence[Path], form: str, folder: Path, *, recalculated: bool = True
) -> list[Path]:
    """Convert many files in one go: the program takes longer to start than to save one."""
    _convert(sources, form, folder, _profile(recalculated=recalculated))
    return [folder / f"{source.stem}.{form}" for source in sources]


def first_pages(source: Path, count: int, folder: Path) -> Path:
    """Print the first pages of a recalculated workbook as PDF; all of a large one take minutes."""
    pages = json.dumps({"PageRange": {"type": "string", "value": f"1-{count}"}})
    _convert([source], f"pdf:calc_pdf_Export:{pages}", folder)
    return folder / f"{source.stem}.pdf"


def sheets_as_text(
    sources: Sequence[Path], position: int, sheet: str, folder: Path
) -> list[list[list[str]]]:
    """Recalculate workbooks in one go; return each one's sheet at ``position`` (from 1) as text."""
    _convert(
        sources,
        f"csv:Text - txt - csv (StarCalc):9,34,76,1,,0,false,true,false,false,false,{position}",
        folder,
    )
    texts = [
        (folder / f"{source.stem}-{sheet}.csv").read_text(encoding="utf-8") for source in sources
    ]
    return [list(csv.reader(text.splitlines(), delimiter="\t")) for text in texts]


def _convert(sources: Sequence[Path], form: str, folder: Path, profile: Path | None = None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    command = [
        str(SOFFICE),
        f"-env:UserInstallation={(profile or _profile()).as_uri()}",
        "--headless",
        "--convert-to",
        form,
        "--outdir",
        str(folder),
    ]
    subprocess.run([*command, *map(str, sources)], check=True, capture_output=True, timeout=HANGING)


# --- edits ----------------------------------------------------------------------------------------

_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false">
 <library:element library:name="{}"/>
</library:library>
"""
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="{}" script:language="StarBasic">
{}</script:module>
"""
_EDIT = """
Sub Run(stepsFile As String)
  Dim document, sheet, parts, oneStep As String, handle As Integer
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  Dim kind(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  kind(0).Name = "FilterName" : kind(0).Value = "Calc MS Excel 2007 XML"
  handle = FreeFile
  Open stepsFile For Input As #handle
  Do While Not EOF(handle)
    Line Input #handle, oneStep
    parts = Split(oneStep, Chr(9))
    Select Case parts(0)
      Case "open" : document = StarDesktop.loadComponentFromURL(parts(1), "_blank", 0, hidden())
      Case "save" : document.storeToURL(parts(1), kind()) : document.close(True)
      Case "copy as" : document.storeToURL(parts(1), kind())
      Case Else
        sheet = document.Sheets.getByIndex(CLng(parts(1)) - 1)
        sheet.unprotect("")
        Select Case parts(0)
          Case "choose" : sheet.getCellRangeByName(parts(2)).String = document.NamedRanges.getByName(parts(3)).getReferredCells().getCellByPosition(CLng(parts(4)), 0).String
          Case "fit" : sheet.getCellRangeByName(parts(2)).Rows.OptimalHeight = True
          Case "delete" : sheet.Rows.removeByIndex(CLng(parts(2)) - 1, CLng(parts(3)))
          Case "insert" : sheet.Rows.insertByIndex(CLng(parts(2)) - 1, CLng(parts(3)))
          Case "copy" : sheet.copyRange(sheet.getCellRangeByName(parts(3)).CellAddress, sheet.getCellRangeByName(parts(2)).RangeAddress)
          Case "move" : sheet.moveRange(sheet.getCellRangeByName(parts(3)).CellAddress, sheet.getCellRangeByName(parts(2)).RangeAddress)
        End Select
    End Select
  Loop
  Close #handle
  StarDesktop.terminate
End Sub
"""
Edit = tuple[str, int, str, str]
"""One of these edits; sheets count from 1.

delete or insert rows: sheet, first row, how many; copy or move a range: sheet, range, its new first
cell; fit the rows of a range to their text: sheet, range, nothing.
"""


def profile_with(module: str, source: str) -> Path:
    """Make a profile with our macro, after LibreOffice has written its own library into it."""
    folder = _new_profile(ALWAYS_RECALCULATE)
    subprocess.run([str(SOFFICE), f"-env:UserInstallation={folder.as_uri()}", "--headless", "--terminate_after_init"], check=True, capture_output=True, timeout=HANGING)  # fmt: skip
    library = folder / "user" / "basic" / "Standard"
    (library / "script.xlb").write_text(_LIBRARY.format(module), encoding="utf-8")
    (library / f"{module}.xba").write_text(_MODULE.format(module, escape(source)), encoding="utf-8")
    return folder


@cache
def _editing_profile() -> Path:
    return profile_with("Edit", _EDIT)


def edited(edits: Mapping[Path, Sequence[Edit]], folder: Path) -> list[Path]:
    """Edit each workbook's rows as a person does, save it in ``folder``. Paths must be ASCII."""
    steps: list[str] = []
    for source, each in edits.items():
        steps.append(f"open\t{source.as_uri()}")
        steps += ["\t".join(map(str, edit)) for edit in each]
        steps.append(f"save\t{(folder / source.name).as_uri()}")
    _take(steps, folder)
    return [folder / source.name for source in edits]


def chosen(
    source: Path, sheet: int, cell: str, choices: Mapping[str, tuple[str, int]], folder: Path
) -> list[Path]:
    """Choose entries (from 0) of named lists in a cell; save a copy per choice, by its name."""
    steps, saved = [f"open\t{source.as_uri()}"], [folder / f"{name}.xlsx" for name in choices]
    for path, (list_, place) in zip(saved, choices.values(), strict=True):
        steps += [f"choose\t{sheet}\t{cell}\t{list_}\t{place}", f"copy as\t{path.as_uri()}"]
    _take([*steps, f"save\t{(folder / 'last.xlsx').as_uri()}"], folder)
    return saved


def _take(steps: Sequence[str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    listed = folder / "steps.txt"
    listed.write_text("\n".join(steps) + "\n", encoding="ascii")
    command = [
        str(SOFFICE),
        f"-env:UserInstallation={_editing_profile().as_uri()}",
        "--headless",
        f'macro:///Standard.Edit.Run("{listed}")',
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=HANGING)
