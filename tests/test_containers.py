"""What the bytes of a file are: workbooks that other programs packed otherwise."""

from __future__ import annotations

import posixpath
import zipfile
from pathlib import Path

import pytest

from pipeline.collect.formats.cells import UnreadableError
from pipeline.collect.formats.containers import is_document
from pipeline.collect.formats.kinds import ODS, XLSX, kind_of
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
            text = data.replace(b'"/xl/', f'"/{folder}'.encode()).replace(
                b'Target="xl/', f'Target="{folder}'.encode()
            )
            new.writestr(
                posixpath.join(folder, name.removeprefix("xl/"))
                if name.startswith("xl/")
                else name,
                text,
            )
    return path


@pytest.mark.parametrize("folder", ["", "data/", "word/", "XL/"])
def test_a_workbook_whose_parts_lie_elsewhere_is_read(folder: str, tmp_path: Path) -> None:
    reading = taken(moved_to(folder, saved(book_of(GOOD), tmp_path / "a.xlsx")))
    assert (reading.agency, reading.findings) == ("T01", ())
    assert reading.tables["manifestations"].rows.tolist() == [FIRST_ROW]


@pytest.mark.parametrize("written_as", ["xl\\{}", "/xl/{}", "XL/{}"])
def test_names_of_parts_are_read_however_they_are_written(written_as: str, tmp_path: Path) -> None:
    """D13 of trust.md: slashes of Windows in the names of parts, and in what leads to them."""
    path = saved(book_of(GOOD), tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            plain = name.startswith("xl/") and name.count("/") == 1
            new.writestr(
                written_as.format(name.removeprefix("xl/")) if plain else name,
                data.replace(b'"worksheets/', b'"worksheets\\'),
            )
    reading = taken(path)
    assert (reading.agency, reading.findings) == ("T01", ())


def test_of_two_workbooks_in_one_file_the_one_that_excel_shows_is_read(tmp_path: Path) -> None:
    """The case polyglot-xlsx-ods."""
    path = saved(book_of(GOOD), tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr(
            "mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED
        )
        for name, data in {
            **parts,
            "content.xml": b"<x/>",
            "META-INF/manifest.xml": manifest("spreadsheet").encode(),
        }.items():
            new.writestr(name, data)
    reading = taken(path)
    assert (reading.agency, reading.findings) == ("T01", ())


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, ODS),
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet-template"}, ODS),
        ({"META-INF__manifest.xml": manifest("spreadsheet")}, ODS),
        (
            {
                "mimetype": "application/vnd.oasis.opendocument.text",
                "META-INF__manifest.xml": manifest("spreadsheet"),
            },
            "word",
        ),
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
