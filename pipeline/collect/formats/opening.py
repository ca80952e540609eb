"""Open a workbook by its content, whatever its name says.

Readers of rare kinds are imported only when one comes.
"""

from __future__ import annotations

from pipeline.collect.formats import xlsx
from pipeline.collect.formats.cells import UnreadableError
from pipeline.collect.formats.kinds import ODS, XLSB, kind_of
from pipeline.collect.formats.locked import unlocked
from pipeline.collect.formats.workbook import Workbook


def open_workbook(data: bytes, password: str = "") -> Workbook:
    """Open the workbook in these bytes, with ``password`` if locked; else ``UnreadableError``."""
    try:
        return _open(data)
    except UnreadableError as problem:
        if problem.reason != "encrypted":
            raise
    return _open(unlocked(data, (password,)))


def _open(data: bytes) -> Workbook:
    kind, package = kind_of(data)
    if package is None:
        from pipeline.collect.formats import xls

        return xls.XlsWorkbook(data)
    if kind == XLSB:
        from pipeline.collect.formats import xlsb

        return xlsb.XlsbWorkbook(data, package)
    if kind == ODS:
        from pipeline.collect.formats import ods

        return ods.OdsWorkbook(package)
    return xlsx.XlsxWorkbook(package)
