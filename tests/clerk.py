"""A clerk at LibreOffice: selects, types, copies and deletes on sheets that stay protected.

The steps use the program's own commands, so a protected sheet refuses them as it would by hand.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from tests.office import HANGING, SOFFICE, profile_with

Step = tuple[str | int, ...]
"""What to do, and with what.

Sheets count from 1; ranges are addresses, rows are ranges such as A9:A12.

- open PATH, save PATH (.xlsx or .ods), close
- type SHEET CELL TEXT: as typed into a cell; numbers and dates are read as the program's language
  writes them
- put SHEET CELL TEXT: as text, whatever it looks like
- number SHEET CELL TEXT: a number, written with a point
- values SHEET RANGE: paste what was copied as values (“Dán đặc biệt › Giá trị”)
- do SHEET RANGE COMMAND: a command of the program on a selected range, such as DeleteRows
- sort SHEET RANGE COLUMN: ascending, by a column counted from 1
- filter SHEET RANGE COLUMN TEXT: show the rows of that text in a column counted from 1; all rows where
  the text is empty
- read SHEET CELL: tell what is shown there; nothing where its row is hidden
- time: tell how many milliseconds of processor time the program has used since the last time
"""

_SOURCE = """
Dim document
Sub Run(stepsFile As String, toldFile As String)
  Dim reader, writer, files, parts, since As Long
  Dim copied(0) As New com.sun.star.beans.PropertyValue
  Dim kind(0) As New com.sun.star.beans.PropertyValue
  copied(0).Name = "AsTemplate" : copied(0).Value = True
  kind(0).Name = "FilterName"
  files = createUnoService("com.sun.star.ucb.SimpleFileAccess")
  reader = createUnoService("com.sun.star.io.TextInputStream")
  writer = createUnoService("com.sun.star.io.TextOutputStream")
  reader.setInputStream(files.openFileRead(stepsFile)) : reader.setEncoding("UTF-8")
  writer.setOutputStream(files.openFileWrite(toldFile)) : writer.setEncoding("UTF-8")
  since = Used()
  On Error GoTo Failed
  Do While Not reader.isEOF()
    parts = Split(reader.readLine(), Chr(9))
    If UBound(parts) >= 0 Then
    Select Case parts(0)
      Case "open" : document = StarDesktop.loadComponentFromURL(parts(1), "_blank", 0, copied())
      Case "save"
        kind(0).Value = IIf(Right(parts(1), 4) = ".ods", "calc8", "Calc MS Excel 2007 XML")
        document.storeToURL(parts(1), kind())
      Case "close" : document.close(True)
      Case "time" : writer.writeString(CStr(Used() - since) & Chr(10)) : since = Used()
      Case "read" : writer.writeString(Join(Split(Shown(Place(parts)), Chr(10)), "\\n") & Chr(10))
      Case "type" : Dispatch(parts, "EnterString", "StringName", parts(3))
      Case "put" : Place(parts).String = parts(3)
      Case "number" : Place(parts).Value = Val(parts(3))
      Case "do" : Dispatch(parts, parts(3), "", "")
      Case "values" : PasteValues(parts)
      Case "sort" : SortRange(parts)
      Case "filter" : FilterRows(parts)
    End Select
    End If
  Loop
  writer.closeOutput() : reader.closeInput()
  StarDesktop.terminate
  Exit Sub
Failed:
  writer.writeString("failed: " & Error$ & " in " & Join(parts, " ")) : writer.closeOutput()
  StarDesktop.terminate
End Sub
Function Used() As Long
  Dim handle As Integer, statement As String, fields
  handle = FreeFile
  Open "/proc/self/stat" For Input As #handle
  Line Input #handle, statement
  Close #handle
  fields = Split(Mid(statement, InStr(statement, ") ") + 2), " ")
  Used = 10 * (CLng(fields(11)) + CLng(fields(12)))
End Function
Function Place(parts)
  Place = document.Sheets.getByIndex(CLng(parts(1)) - 1).getCellRangeByName(parts(2))
End Function
Function Shown(cell) As String
  Shown = IIf(cell.Rows.getByIndex(0).IsVisible, cell.String, "")
End Function
Sub Dispatch(parts, slot As String, field As String, content)
  Dim arguments(0) As New com.sun.star.beans.PropertyValue
  arguments(0).Name = field : arguments(0).Value = content
  document.CurrentController.setActiveSheet(document.Sheets.getByIndex(CLng(parts(1)) - 1))
  document.CurrentController.select(Place(parts))
  createUnoService("com.sun.star.frame.DispatchHelper").executeDispatch(document.CurrentController.Frame, ".uno:" & slot, "", 0, arguments())
End Sub
Sub PasteValues(parts)
  Dim arguments(5) As New com.sun.star.beans.PropertyValue
  arguments(0).Name = "Flags" : arguments(0).Value = "SVD"
  arguments(1).Name = "FormulaCommand" : arguments(1).Value = 0
  arguments(2).Name = "SkipEmptyCells" : arguments(2).Value = False
  arguments(3).Name = "Transpose" : arguments(3).Value = False
  arguments(4).Name = "AsLink" : arguments(4).Value = False
  arguments(5).Name = "MoveMode" : arguments(5).Value = 4
  document.CurrentController.setActiveSheet(document.Sheets.getByIndex(CLng(parts(1)) - 1))
  document.CurrentController.select(Place(parts))
  createUnoService("com.sun.star.frame.DispatchHelper").executeDispatch(document.CurrentController.Frame, ".uno:InsertContents", "", 0, arguments())
End Sub
Sub SortRange(parts)
  Dim arguments(3) As New com.sun.star.beans.PropertyValue
  arguments(0).Name = "ByRows" : arguments(0).Value = True
  arguments(1).Name = "HasHeader" : arguments(1).Value = False
  arguments(2).Name = "Col1" : arguments(2).Value = CLng(parts(3))
  arguments(3).Name = "Ascending1" : arguments(3).Value = True
  document.CurrentController.setActiveSheet(document.Sheets.getByIndex(CLng(parts(1)) - 1))
  document.CurrentController.select(Place(parts))
  createUnoService("com.sun.star.frame.DispatchHelper").executeDispatch(document.CurrentController.Frame, ".uno:DataSort", "", 0, arguments())
End Sub
Sub FilterRows(parts)
  Dim fields(0) As New com.sun.star.sheet.TableFilterField
  Dim descriptor
  descriptor = Place(parts).createFilterDescriptor(True)
  fields(0).Field = CLng(parts(3)) - 1 : fields(0).IsNumeric = False : fields(0).StringValue = parts(4)
  fields(0).Operator = com.sun.star.sheet.FilterOperator.EQUAL
  If parts(4) <> "" Then descriptor.setFilterFields(fields())
  Place(parts).filter(descriptor)
End Sub
"""


@cache
def _profile() -> Path:
    return profile_with("Clerk", _SOURCE)


def worked(steps: Sequence[Step], folder: Path) -> list[str]:
    """Take the steps in a new LibreOffice; return what ``read`` and ``time`` told, in order."""
    folder.mkdir(parents=True, exist_ok=True)
    listed, told = folder / "steps.txt", folder / "told.txt"
    told.unlink(missing_ok=True)
    lines = (
        "\t".join(part.as_uri() if isinstance(part, Path) else str(part) for part in step)
        for step in steps
    )
    listed.write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    run = f'macro:///Standard.Clerk.Run("{listed.as_uri()}","{told.as_uri()}")'
    command = [str(SOFFICE), f"-env:UserInstallation={_profile().as_uri()}", "--headless", run]
    subprocess.run(command, check=True, capture_output=True, timeout=HANGING)
    said = told.read_text(encoding="utf-8").splitlines()
    assert not any(line.startswith("failed: ") for line in said), said
    return said
