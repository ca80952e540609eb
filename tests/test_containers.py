"""What the bytes of a file are: workbooks that other programs packed otherwise."""

from __future__ import annotations

import posixpath
import zipfile
from pathlib import Path

import pytest

from pipeline.collect.formats.cells import UnreadableError
from pipeline.collect.formats.containers import ODS, XLSX, is_document, kind_of
from pipeline.distribute.layout import FIRST_ROW
from tests.packages import manifest, packed, written
from tests.single import GOOD, book_of, taken
from tests.workbooks import saved


def moved_to(folder: str, path: Path) -> Path:
    """The workbook with all parts of ``xl/`` in another folder."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            text = data.replace(b'"/xl/', f'"/{folder}'.encode()).replace(b'Target="xl/', f'Target="{folder}'.encode())
            new.writestr(posixpath.join(folder, name.removeprefix("xl/")) if name.startswith("xl/") else name, text)
    return path


@pytest.mark.parametrize("folder", ["", "data/", "word/", "XL/"])
def test_a_workbook_whose_parts_lie_elsewhere_is_read(folder: str, tmp_path: Path) -> None:
    reading = taken(moved_to(folder, saved(book_of(GOOD), tmp_path / "a.xlsx")))
    assert (reading.agency, reading.findings) == ("T01", ())
    assert reading.tables["manifestations"].rows.tolist() == [FIRST_ROW]


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, ODS),
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet-template"}, ODS),
        ({"META-INF__manifest.xml": manifest("spreadsheet")}, ODS),
        ({"mimetype": "application/vnd.oasis.opendocument.text", "META-INF__manifest.xml": manifest("spreadsheet")}, "word"),
        ({"META-INF__manifest.xml": manifest("text")}, "word"),
        ({"META-INF__manifest.xml": manifest("presentation")}, "slides"),
        ({"META-INF__manifest.xml": "<m/>"}, "damaged"),
        ({"mimetype": "text/plain"}, "damaged"),
        ({}, "archive"),
    ],
)
def test_what_a_document_of_opendocument_is(parts: dict[str, str], kind: str) -> None:
    data = written(**parts, **{"content.xml": "<x/>"})
    if kind == ODS:
        assert kind_of(data)[0] == ODS
        return
    with pytest.raises(UnreadableError) as caught:
        kind_of(data)
    assert caught.value.reason == kind


def test_a_workbook_is_known_by_its_folder_too() -> None:
    assert kind_of(packed("<row/>", parts={"[Content_Types].xml": "<Types/>"}))[0] == XLSX


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["[Content_Types].xml", "a.xml"], True),
        (["/xl/workbook.xml"], True),
        (["xl\\workbook.bin"], True),
        (["mimetype", "content.xml"], True),
        (["META-INF/manifest.xml", "content.xml"], True),
        (["mimetype", "a.xlsx"], False),
        (["content.xml", "a.xlsx"], False),
        (["word/a.docx", "ppt/b.pptx", "xl/c.xlsx"], False),
        (["xl/worksheets/sheet1.xml", "docProps/app.xml"], True),
        (["xl/worksheets/sheet1.xml", "docProps/app.xml", "a.xlsx"], False),
        ([], False),
    ],
)
def test_members_of_a_document_and_of_an_archive(names: list[str], *, expected: bool) -> None:
    assert is_document(names) == expected
