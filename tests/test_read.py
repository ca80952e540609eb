"""Whole files: what they are, what they say, and where."""

from __future__ import annotations

import datetime as dt
import io
import json
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import numpy as np
import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl.styles import Font

from pipeline.check.judge import judge
from pipeline.collect.formats import limits
from pipeline.collect.read import read
from pipeline.distribute.layout import FIRST_ROW, HEADER_ROW, INFO_FIRST_ROW
from pipeline.model import Aside, TableReading, Total
from schemas.codelists import Codelist
from schemas.columns import READABLE, State
from schemas.round.settings import Collect
from tests.packages import book_xml, manifest, packed, written
from tests.single import (
    GOOD,
    MANIFESTATIONS,
    ROUND,
    SHEET,
    book_of,
    brief,
    moved,
    only,
    reading_of,
    taken,
)
from tests.workbooks import Row, fill_table, filled, patched, saved, stamp_of


def state(table: TableReading, key: str, row: int) -> str:
    return State(int(table.states[key][table.rows.tolist().index(row)])).name


# --- S01: not a workbook -------------------------------------------------------------------------


def word() -> bytes:
    file = io.BytesIO()
    docx.Document().save(file)
    return file.getvalue()


def with_embedded_workbook(document: bytes) -> bytes:
    """A document with a diagram or table of Excel in it, as Word packs them."""
    old, file = zipfile.ZipFile(io.BytesIO(document)), io.BytesIO()
    kind = '<Default Extension="xlsx" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"/></Types>'
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(
                name,
                data.replace(b"</Types>", kind.encode()) if name == "[Content_Types].xml" else data,
            )
        new.writestr("word/embeddings/Microsoft_Excel_Worksheet.xlsx", GOOD_BYTES)
    return file.getvalue()


def ole(stream: str) -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le") + bytes(512)
    )


def doubled() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("_rels/.rels", "<x/>")
        archive.writestr("xl/workbook.xml", "<x/>")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("xl/workbook.xml", "<y/>")
    return file.getvalue()


GOOD_BYTES = packed('<row r="1"><c r="A1"><v>1</v></c></row>')
NOT_WORKBOOKS: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (bytes, "empty"),
    "half": (lambda: GOOD_BYTES[: len(GOOD_BYTES) // 2], "damaged"),
    "zeros": (lambda: bytes(5000), "unknown"),
    "head of a zip": (lambda: b"PK\x03\x04" + b"\xff" * 100, "damaged"),
    "empty zip": (lambda: b"PK\x05\x06" + bytes(18), "archive"),
    "zip of texts": (lambda: written(a="x"), "archive"),
    "pdf": (lambda: b"%PDF-1.7\n...", "pdf"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(99), "image"),
    "word": (word, "word"),
    "word with a workbook in it": (lambda: with_embedded_workbook(word()), "word"),
    "old word": (lambda: ole("WordDocument"), "word"),
    "slides": (
        lambda: written(**{"[Content_Types].xml": "", "ppt__presentation.xml": ""}),
        "slides",
    ),
    "odt": (lambda: written(mimetype="application/vnd.oasis.opendocument.text"), "word"),
    "password": (lambda: ole("EncryptedPackage"), "encrypted"),
    "unknown ole": (lambda: ole("Something"), "unknown"),
    "mail": (lambda: ole("__substg1.0_0037001F"), "mail"),
    "rar": (lambda: b"Rar!\x1a\x07\x00", "archive"),
    "page": (lambda: b"\xef\xbb\xbf\r\n<html><table><tr><td>1</td></tr></table></html>", "html"),
    "xml": (lambda: b'<?xml version="1.0"?><a/>', "xml"),
    "xml workbook": (
        lambda: b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
        "xml",
    ),
    "csv": ("Mã cơ quan;Tên\n".encode, "text"),
    "utf-16 text": (lambda: "Mã cơ quan\tTên\n".encode("utf-16"), "text"),
    "program": (lambda: b"MZ\x90\x00" + bytes(99), "program"),
    "too large": (lambda: b"PK\x03\x04" + bytes(limits.FILE_BYTES), "too_large"),
    "too tight": (lambda: packed("<row/>", tail=" " * 3_000_000), "hostile"),
    "too many parts": (lambda: packed("", parts={f"x/{i}": "" for i in range(2001)}), "many_parts"),
    "doubled part": (doubled, "hostile"),
    "many sheets": (
        lambda: packed("", parts={"xl/workbook.xml": book_xml(*(f"S{i}" for i in range(300)))}),
        "many_sheets",
    ),
    "no parts": (lambda: written(**{"[Content_Types].xml": ""}), "damaged"),
    "bad xml": (lambda: packed("", parts={"xl/workbook.xml": "<workbook"}), "damaged"),
    "no list of parts": (
        lambda: packed("", parts={"xl/_rels/workbook.xml.rels": "<x/>"}),
        "damaged",
    ),
    "two sheets of one name": (
        lambda: packed("", parts={"xl/workbook.xml": book_xml("S", "s")}),
        "irregular",
    ),
    "odt without its first part": (
        lambda: written(**{"content.xml": "", "META-INF__manifest.xml": manifest("text")}),
        "word",
    ),
}


@pytest.mark.parametrize("name", NOT_WORKBOOKS)
@pytest.mark.parametrize("ending", [".xlsx", ".txt"])
def test_what_is_no_workbook_is_named(name: str, ending: str, tmp_path: Path) -> None:
    content, reason = NOT_WORKBOOKS[name]
    path = tmp_path / f"T01{ending}"
    path.write_bytes(content())
    reading = taken(path, path.name)
    assert brief([only(reading)]) == [("S01", "E", f"not_workbook.{reason}", ())]
    assert not reading.tables
    assert reading.agency == ""


def test_a_packed_password(tmp_path: Path) -> None:
    path = saved(book_of(GOOD), tmp_path / "a.xlsx")
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    path.write_bytes(bytes(data))
    assert only(taken(path)).message == "not_workbook.encrypted"


def locked(path: Path, password: str) -> Path:
    with path.open("rb") as plain:
        file = OOXMLFile(plain)
        target = io.BytesIO()
        file.encrypt(password, target)
    path.write_bytes(target.getvalue())
    return path


@pytest.mark.parametrize(
    ("password", "opens"), [("hẹn trước", True), ("VelvetSweatshop", True), ("khác", False)]
)
def test_a_locked_workbook_opens_with_the_agreed_password_alone(
    password: str, *, opens: bool, tmp_path: Path
) -> None:
    agreed = replace(ROUND, settings=replace(ROUND.settings, collect=Collect("hẹn trước")))
    path = locked(saved(book_of(GOOD), tmp_path / "a.xlsx"), password)
    reading = read(path, path.name, agreed, tmp_path)
    assert [each.message for each in reading.findings] == (
        [] if opens else ["not_workbook.encrypted"]
    )
    assert reading.agency == ("T01" if opens else "")


# --- a right file --------------------------------------------------------------------------------


def test_a_right_file_is_read_without_a_word(tmp_path: Path) -> None:
    reading = reading_of(
        book_of(
            GOOD,
            {**GOOD, "period": "Năm 2022"},
            info={"signed_on": dt.date(2023, 9, 1), "nil": "Không"},
        ),
        tmp_path,
    )
    assert reading.findings == ()
    assert reading.matches == ()
    assert (reading.agency, reading.identified_by) == ("T01", "stamp")
    assert reading.stamp is not None
    assert reading.stamp.digest == ROUND.digest
    assert reading.modified.startswith("20")
    assert list(reading.tables) == [spec.key for spec in ROUND.tables]
    table = reading.tables["manifestations"]
    assert table.rows.tolist() == [FIRST_ROW, FIRST_ROW + 1]
    assert table.address("cases", FIRST_ROW) == f"I{FIRST_ROW}"
    assert table.values["cases"].tolist() == [2, 2]
    codes = ROUND.codelists["periods"].codes
    assert [codes[position] for position in table.values["period"]] == ["2021", "2022"]
    assert {State(int(each)).name for states in table.states.values() for each in states} == {
        "OK",
        "BLANK",
    }
    assert table.found == {}
    assert {
        key: array.dtype.name
        for key, array in table.values.items()
        if key in ("period", "cases", "note")
    } == {
        "period": "int16",
        "cases": "float64",
        "note": "object",
    }


def test_the_form_sheet(tmp_path: Path) -> None:
    table = reading_of(book_of(GOOD, info={"signed_on": "1/9/2023"}), tmp_path).tables["info"]
    at = INFO_FIRST_ROW + ROUND.info.keys.index("signed_on")
    assert table.rows.tolist() == [INFO_FIRST_ROW]
    assert table.letters["signed_on"] == f"B{at}"
    assert table.address("signed_on", INFO_FIRST_ROW) == f"B{at}"
    assert str(table.values["signed_on"][0]) == "2023-09-01"
    assert state(table, "signed_on", INFO_FIRST_ROW) == "REPAIRED"
    assert table.found == {(0, "signed_on"): "1/9/2023"}


def test_rows_filled_only_in_prefilled_cells_are_no_data(tmp_path: Path) -> None:
    items = [{"item": entry.name} for entry in ROUND.codelists["outline"].entries]
    reading = reading_of(
        book_of(narratives=[*items[:2], {**items[2], "content": "Đã đánh giá."}, *items[3:]]),
        tmp_path,
    )
    assert reading.tables["narratives"].rows.tolist() == [FIRST_ROW + 2]


def test_blank_rows_and_rows_far_below(tmp_path: Path) -> None:
    book = book_of(GOOD)
    for position, column in enumerate(MANIFESTATIONS.columns, start=1):
        book[SHEET].cell(3000, position, GOOD.get(column.key))
        book[SHEET].cell(FIRST_ROW + 1, position, "  ")
    reading = reading_of(book, tmp_path)
    assert reading.tables["manifestations"].rows.tolist() == [FIRST_ROW, 3000]
    assert reading.findings == ()


def test_states_and_what_was_found(tmp_path: Path) -> None:
    row = {
        **GOOD,
        "cases": "02 vụ",
        "persons": 2.5,
        "handled": "-",
        "sector": "Đầu tư cong",
        "behaviour": "HV2",
    }
    table = reading_of(book_of(row), tmp_path).tables["manifestations"]
    assert dict(table.found) == {
        (0, "cases"): "02 vụ",
        (0, "persons"): "2.5",
        (0, "handled"): "-",
        (0, "sector"): "Đầu tư cong",
        (0, "behaviour"): "HV2",
    }


def test_a_row_counts_persons_or_collectives_by_its_subject(tmp_path: Path) -> None:
    persons = {**GOOD, "persons": "3 tập thể", "handled": "7 công chức", "pending": 1}
    collectives = {
        **GOOD,
        "subject": "Tập thể, tổ chức",
        "cases": "02 vụ",
        "persons": "3 tập thể",
        "handled": "1 người",
        "pending": 2,
        "unhandled": "-",
    }
    table = reading_of(book_of(persons, collectives), tmp_path).tables["manifestations"]
    read = {
        key: [
            (State(each).name, value)
            for each, value in zip(
                table.states[key].tolist(), table.values[key].tolist(), strict=True
            )
        ]
        for key in ("persons", "handled", "pending")
    }
    assert read["persons"] == [("OTHER_UNIT", pytest.approx(np.nan, nan_ok=True)), ("REPAIRED", 3)]
    assert read["handled"] == [("REPAIRED", 7), ("OTHER_UNIT", pytest.approx(np.nan, nan_ok=True))]
    assert read["pending"] == [("OK", 1), ("OK", 2)]
    assert {key: text for key, text in table.found.items() if key[1] in read} == {
        (0, "persons"): "3 tập thể",
        (0, "handled"): "7 công chức",
        (1, "persons"): "3 tập thể",
        (1, "handled"): "1 người",
    }
    assert table.values["cases"].tolist() == [GOOD["cases"], 2]


# --- S02, S03, S04 are told from here on only as far as a whole file is needed; see test_identify
# ----


@pytest.mark.parametrize("by", ["properties", "sheet"])
def test_one_of_the_two_stamps_is_enough(by: str, tmp_path: Path) -> None:
    book = book_of(GOOD, info={"agency_code": None, "agency_name": None})
    if by == "properties":
        del book[ROUND.sheets.meta]
    else:
        book.custom_doc_props.props.clear()
    reading = reading_of(book, tmp_path)
    assert (reading.agency, reading.identified_by, reading.findings) == ("T01", "stamp", ())


def test_without_a_stamp_the_form_sheet_says_who(tmp_path: Path) -> None:
    reading = reading_of(book_of(GOOD, stamp={}), tmp_path)
    assert (reading.agency, reading.identified_by, reading.stamp) == ("T01", "info", None)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"agency": "", "stamp": {}}, ("S02", "E", "unknown_agency", ())),
        ({"agency": "BQP"}, ("S02", "E", "unknown_agency.out_of_scope", ())),
        ({"stamp": stamp_of(ROUND, "T02")}, ("S03", "E", "stamp_disagrees", ("B8", "B9"))),
        ({"stamp": {**stamp_of(ROUND, "T01"), "round": "cv9999"}}, ("S04", "E", "other_round", ())),
    ],
)
def test_a_file_of_nobody_or_another_round_has_one_finding_and_no_tables(
    options: Mapping[str, Any], expected: tuple[Any, ...], tmp_path: Path
) -> None:
    book = book_of(GOOD, **options)
    book[SHEET]["A9"] = "#"
    reading = reading_of(book, tmp_path)
    assert brief([only(reading)]) == [expected]
    assert (reading.tables, reading.agency) == ({}, "")


def test_two_stamps_that_disagree(tmp_path: Path) -> None:
    book = book_of(GOOD)
    book[ROUND.sheets.meta]["B4"] = "T02"
    assert brief([only(reading_of(book, tmp_path))])[0][:3] == ("S03", "E", "stamp_disagrees")


def test_another_window_is_a_warning_on_its_cell(tmp_path: Path) -> None:
    reading = reading_of(book_of(GOOD, info={"period_to": dt.date(2023, 12, 31)}), tmp_path)
    assert brief([only(reading)]) == [("S04", "W", "other_window", (f"B{INFO_FIRST_ROW + 3}",))]
    assert only(reading).value == "31/12/2023"


def test_an_unknown_definition_is_read_by_the_present_one(tmp_path: Path) -> None:
    reading = reading_of(
        book_of(GOOD, stamp={**stamp_of(ROUND, "T01"), "digest": "0" * 16}), tmp_path
    )
    assert brief([only(reading)]) == [("S04", "W", "other_version", ())]
    assert reading.tables["manifestations"].rows.tolist() == [FIRST_ROW]


def older() -> Any:
    """The round on an earlier form: another sheet name, title, code order, an extra column."""
    sectors = ROUND.codelists["sectors"]
    entries = tuple(
        replace(entry, name="Trường học") if entry.code == "LV09" else entry
        for entry in reversed(sectors.entries)
    )
    columns = tuple(
        replace(c, title="Số vụ") if c.key == "cases" else c
        for c in MANIFESTATIONS.columns
        if c.key != "level"
    )
    gone = replace(MANIFESTATIONS.by_key["note"], key="gone", title="Cột cũ")
    spec = replace(MANIFESTATIONS, sheet="BIỂU 1", columns=(*columns, gone))
    tables = tuple(spec if each.key == spec.key else each for each in ROUND.tables)
    return replace(
        ROUND, tables=tables, codelists={**ROUND.codelists, "sectors": Codelist("sectors", entries)}
    )


def test_an_older_form_is_read_by_its_own_definition(tmp_path: Path) -> None:
    old = older()
    text = json.dumps(old.definition, ensure_ascii=False, sort_keys=True, indent=1, default=str)
    (tmp_path / "definitions").mkdir()
    (tmp_path / "definitions" / f"{old.digest}.json").write_text(text, encoding="utf-8")
    book = filled(old, "T01", manifestations=[{**GOOD, "sector": "Trường học", "gone": "x"}])
    reading = reading_of(book, tmp_path, definitions=tmp_path / "definitions")
    assert brief([only(reading)]) == [("S04", "N", "older_version", ())]
    table = reading.tables["manifestations"]
    assert ROUND.codelists["sectors"].codes[int(table.values["sector"][0])] == "LV09"
    assert table.values["cases"].tolist() == [2]
    assert table.sheet == "BIỂU 1"
    assert set(table.letters) == {key for key in MANIFESTATIONS.keys if key != "level"}


def test_the_short_names_that_a_form_offered_are_read_without_a_note_after_they_changed(
    tmp_path: Path,
) -> None:
    sectors = ROUND.codelists["sectors"]
    entry = next(entry for entry in sectors.entries if entry.short)
    others = tuple(replace(each, short="Ngắn" if each == entry else "") for each in sectors.entries)
    old = replace(ROUND, codelists={**ROUND.codelists, "sectors": Codelist("sectors", others)})
    text = json.dumps(old.definition, ensure_ascii=False, sort_keys=True, default=str)
    (tmp_path / "definitions").mkdir()
    (tmp_path / "definitions" / f"{old.digest}.json").write_text(text, encoding="utf-8")
    later = next(each for each in sectors.entries if each.short and each != entry)
    book = filled(
        old, "T01", manifestations=[{**GOOD, "sector": "Ngắn"}, {**GOOD, "sector": later.short}]
    )
    reading = reading_of(book, tmp_path, definitions=tmp_path / "definitions")
    assert {(each.rule, each.message) for each in reading.findings} == {("S04", "older_version")}
    table = reading.tables["manifestations"]
    assert [sectors.codes[int(at)] for at in table.values["sector"]] == [entry.code, later.code]
    assert table.states["sector"].tolist() == [State.OK, State.OK]


def test_a_name_that_was_added_after_a_form_was_issued_counts_for_its_returns(
    tmp_path: Path,
) -> None:
    sectors = ROUND.codelists["sectors"]
    unnamed = Codelist(
        "sectors", tuple(replace(entry, aliases=(), ambiguous=()) for entry in sectors.entries)
    )
    spec = replace(
        MANIFESTATIONS,
        columns=tuple(replace(column, synonyms=()) for column in MANIFESTATIONS.columns),
    )
    tables = tuple(spec if each.key == spec.key else each for each in ROUND.tables)
    old = replace(ROUND, tables=tables, codelists={**ROUND.codelists, "sectors": unnamed})
    text = json.dumps(old.definition, ensure_ascii=False, sort_keys=True, default=str)
    (tmp_path / "definitions").mkdir()
    (tmp_path / "definitions" / f"{old.digest}.json").write_text(text, encoding="utf-8")
    named = next(entry for entry in sectors.entries if entry.aliases)
    book = filled(old, "T01", manifestations=[{**GOOD, "sector": named.aliases[0]}])
    book[SHEET].cell(HEADER_ROW, 9, MANIFESTATIONS.by_key["cases"].synonyms[0])
    reading = reading_of(book, tmp_path, definitions=tmp_path / "definitions")
    assert {(each.rule, each.message) for each in reading.findings} == {
        ("S04", "older_version"),
        ("S06", "column_matched.synonym"),
    }
    table = reading.tables["manifestations"]
    assert (sectors.codes[int(table.values["sector"][0])], table.values["cases"].tolist()) == (
        named.code,
        [2],
    )


@pytest.mark.parametrize("digest", ["../../etc/passwd", "", "A" * 16])
def test_a_definition_is_what_its_name_says_or_not_used(digest: str, tmp_path: Path) -> None:
    (tmp_path / "definitions").mkdir()
    (tmp_path / "definitions" / f"{'a' * 16}.json").write_text(
        json.dumps(older().definition, default=str), encoding="utf-8"
    )
    for stated in (digest, "a" * 16):
        reading = reading_of(
            book_of(GOOD, stamp={**stamp_of(ROUND, "T01"), "digest": stated}),
            tmp_path,
            definitions=tmp_path / "definitions",
        )
        assert brief(reading.findings) == ([("S04", "W", "other_version", ())] if stated else [])


# --- S05: sheets ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("i.1  biểu hiện ", "sheet_matched.normalised"),
        (unicodedata.normalize("NFD", SHEET), "sheet_matched.normalised"),
        ("I.1 BIEU HIEN", "sheet_matched.close"),
        ("I.1 BIỂU HIỆNN", "sheet_matched.close"),
        ("Sheet1", "sheet_matched.headers"),
    ],
)
def test_a_renamed_sheet_is_matched_and_told(name: str, message: str, tmp_path: Path) -> None:
    book = book_of(GOOD)
    book[SHEET].title = name
    reading = reading_of(book, tmp_path)
    finding = only(reading)
    assert (finding.rule, finding.severity, finding.message, finding.sheet) == (
        "S05",
        "N",
        message,
        name,
    )
    assert [
        (match.kind, match.declared, match.found, match.evidence) for match in reading.matches
    ] == [("sheet", SHEET, name, message.partition(".")[2])]
    assert reading.tables["manifestations"].sheet == name
    assert reading.tables["manifestations"].rows.tolist() == [FIRST_ROW]


@pytest.mark.parametrize("spec", ROUND.tables, ids=lambda spec: spec.key)
def test_a_missing_sheet(spec: Any, tmp_path: Path) -> None:
    book = book_of(GOOD)
    del book[spec.sheet]
    reading = reading_of(book, tmp_path)
    finding = only(reading)
    assert (finding.rule, finding.severity, finding.sheet, finding.cells) == (
        "S05",
        "E" if spec.essential else "W",
        spec.sheet,
        (),
    )
    assert finding.message.startswith("sheet_missing")
    assert spec.key not in reading.tables


def test_all_sheets_renamed_are_told_apart_by_their_headings(tmp_path: Path) -> None:
    book = book_of(GOOD)
    for number, spec in enumerate(ROUND.tables, start=1):
        book[spec.sheet].title = f"Sheet{number}"
    reading = reading_of(book, tmp_path)
    assert {key: table.sheet for key, table in reading.tables.items()} == {
        spec.key: f"Sheet{number}" for number, spec in enumerate(ROUND.tables, start=1)
    }


def test_a_copied_sheet_is_not_taken_for_another(tmp_path: Path) -> None:
    book = book_of(GOOD)
    del book[ROUND.by_key["examples"].sheet]
    book.copy_worksheet(book[SHEET]).title = f"{SHEET} (2)"
    reading = reading_of(book, tmp_path)
    assert [finding.rule for finding in reading.findings] == ["S05", "S11"]
    assert "examples" not in reading.tables


# --- S06, S07: columns and rows that moved -------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "row", "letter"),
    [
        (lambda sheet: sheet.insert_rows(1, 5), FIRST_ROW + 5, "I"),
        (lambda sheet: sheet.insert_rows(HEADER_ROW + 2, 2), FIRST_ROW + 2, "I"),
        (lambda sheet: sheet.insert_cols(1, 2), FIRST_ROW, "K"),
        (lambda sheet: sheet.insert_cols(9), FIRST_ROW, "J"),
        (lambda sheet: sheet.delete_rows(HEADER_ROW + 1), FIRST_ROW - 1, "I"),
        (lambda sheet: sheet.delete_rows(1, 3), FIRST_ROW - 3, "I"),
        (lambda sheet: sheet.move_range("A1:N20", 0, 40), FIRST_ROW, "AW"),
    ],
)
def test_a_moved_table_is_found(
    change: Callable[[Any], object], row: int, letter: str, tmp_path: Path
) -> None:
    reading = moved(change, tmp_path)
    assert reading.findings == ()
    table = reading.tables["manifestations"]
    assert (table.rows.tolist(), table.letters["cases"], table.values["cases"].tolist()) == (
        [row],
        letter,
        [2],
    )


def test_columns_in_another_order(tmp_path: Path) -> None:
    def swap(sheet: Any) -> None:
        for row in range(HEADER_ROW, FIRST_ROW + 1):
            sheet.cell(row, 9).value, sheet.cell(row, 10).value = (
                sheet.cell(row, 10).value,
                sheet.cell(row, 9).value,
            )

    table = moved(swap, tmp_path).tables["manifestations"]
    assert (table.letters["cases"], table.letters["persons"]) == ("J", "I")
    assert (table.values["cases"].tolist(), table.values["persons"].tolist()) == ([2], [3])


@pytest.mark.parametrize(
    ("title", "message"),
    [
        ("số  vụ việc", "column_matched.normalised"),
        ("Số\nvụ việc", "column_matched.normalised"),
        ("So vu viec", "column_matched.close"),
        ("Số vụ viêc", "column_matched.close"),
        ("Số vụ việc (vụ việc)", "column_matched.synonym"),
        ("2. Số vụ việc", "column_matched.normalised"),
        ("(10) SỐ VỤ VIỆC", "column_matched.normalised"),
        ("2.1/ Số vụ việc", "column_matched.normalised"),
        ("b) Số vụ việc", "column_matched.normalised"),
        ("Số vụ việc (*)\n[9]", "column_matched.normalised"),
        ("Số vụ", "column_matched.synonym"),
        ("9) Số vụ", "column_matched.synonym"),
    ],
)
def test_a_renamed_column_is_matched_and_told(title: str, message: str, tmp_path: Path) -> None:
    reading = moved(lambda sheet: sheet.cell(HEADER_ROW, 9, title), tmp_path)
    finding = only(reading)
    assert (finding.rule, finding.severity, finding.message, finding.sheet, finding.column) == (
        "S06",
        "N",
        message,
        SHEET,
        "Số vụ việc",
    )
    assert reading.tables["manifestations"].values["cases"].tolist() == [2]
    assert [(match.kind, match.declared, match.evidence) for match in reading.matches] == [
        ("column", "Số vụ việc", message.partition(".")[2])
    ]


@pytest.mark.parametrize("unit", ["đồng", "tỷ đồng", "nghìn đồng", "USD", ""])
def test_a_column_of_another_unit_is_not_taken_for_the_declared_one(
    unit: str, tmp_path: Path
) -> None:
    book = book_of(GOOD)
    sheet = book["I.2 HẬU QUẢ"]
    sheet.cell(HEADER_ROW, 10, f"Thiệt hại ước tính ({unit})")
    sheet.cell(FIRST_ROW, 10, 1.5)
    reading = reading_of(book, tmp_path)
    assert "loss" not in reading.tables["consequences"].letters
    assert [(each.rule, each.severity, each.message) for each in reading.findings] == [
        ("S07", "W", "column_unknown")
    ]


def test_a_column_whose_cells_tell_what_its_heading_almost_does(tmp_path: Path) -> None:
    rows = [{**GOOD, "sector": name} for name in ("Đất đai", "Y tế", "Giáo dục và đào tạo")]
    reading = moved(lambda sheet: sheet.cell(HEADER_ROW, 2, "Lĩnh vực công tác"), tmp_path, *rows)
    finding = only(reading)
    assert (finding.rule, finding.severity, finding.message, finding.column) == (
        "S06",
        "N",
        "column_matched.content",
        "Lĩnh vực",
    )
    assert set(reading.tables["manifestations"].states["sector"].tolist()) <= set(READABLE)


@pytest.mark.parametrize(
    "entries", [("Đất đai", "Cấp xã", "ai đó"), ("Cấp xã", "Cấp tỉnh", "Cấp huyện"), ("", "", "")]
)
def test_cells_of_no_list_tell_nothing(entries: tuple[str, ...], tmp_path: Path) -> None:
    def rename(sheet: Any) -> None:
        sheet.cell(HEADER_ROW, 2, "Lĩnh vực công tác")
        for row, entry in enumerate(entries, start=FIRST_ROW):
            sheet.cell(row, 2, entry)

    findings = moved(rename, tmp_path, GOOD, GOOD, GOOD).findings
    assert ("S06", "E") in {(each.rule, each.severity) for each in findings}


def test_a_star_marks_a_required_column(tmp_path: Path) -> None:
    assert (
        moved(lambda sheet: sheet.cell(HEADER_ROW, 9, "Số vụ việc (*)"), tmp_path)
        .tables["manifestations"]
        .letters["cases"]
        == "I"
    )


def test_a_missing_required_column(tmp_path: Path) -> None:
    reading = moved(lambda sheet: sheet.delete_cols(9), tmp_path)
    finding = only(reading)
    assert (finding.rule, finding.severity, finding.message.partition(".")[0], finding.cells) == (
        "S06",
        "E",
        "column_missing",
        (),
    )
    assert finding.column == "Số vụ việc"
    assert "cases" not in reading.tables["manifestations"].letters


def test_a_missing_optional_column_is_no_matter(tmp_path: Path) -> None:
    reading = moved(lambda sheet: sheet.delete_cols(14), tmp_path)
    assert reading.findings == ()
    assert "note" not in reading.tables["manifestations"].states


def test_a_misread_header_is_one_finding(tmp_path: Path) -> None:
    reading = moved(lambda sheet: sheet.delete_rows(HEADER_ROW), tmp_path)
    assert brief([only(reading)]) == [("S06", "E", "column_missing.header", ())]
    assert len(reading.tables["manifestations"].rows) == 0


def test_split_headings(tmp_path: Path) -> None:
    def split(sheet: Any) -> None:
        for column in (10, 11, 12, 13):
            sheet.cell(HEADER_ROW - 1, column, "Số người" if column == 10 else None)
        sheet.cell(HEADER_ROW, 10, "Tổng số người")

    def above(sheet: Any) -> None:
        for column in (1, 2, 3):
            sheet.cell(HEADER_ROW - 1, column, sheet.cell(HEADER_ROW, column).value)
            sheet.cell(HEADER_ROW, column).value = None

    table = moved(above, tmp_path).tables["manifestations"]
    assert (table.letters["period"], table.rows.tolist()) == ("A", [FIRST_ROW])
    assert moved(split, tmp_path).tables["manifestations"].letters["persons"] == "J"


def test_an_unknown_column_is_told_where_it_holds_something(tmp_path: Path) -> None:
    def add(sheet: Any) -> None:
        sheet.cell(HEADER_ROW, 15, "Ý kiến khác")
        sheet.cell(HEADER_ROW, 16, "Trống")
        sheet.cell(FIRST_ROW, 15, "x")
        sheet.cell(FIRST_ROW + 1, 15, " ")

    reading = moved(add, tmp_path, GOOD, {**GOOD, "period": "Năm 2022"})
    finding = only(reading)
    assert (finding.rule, finding.severity, finding.message, finding.cells, finding.column) == (
        "S07",
        "W",
        "column_unknown",
        (f"O{FIRST_ROW}",),
        "Ý kiến khác",
    )
    assert reading.aside == (Aside(finding.sheet, f"O{FIRST_ROW}", "Ý kiến khác", "x"),)


def test_of_two_columns_with_one_title_the_first_counts_and_the_other_is_kept_aside(
    tmp_path: Path,
) -> None:
    def add(sheet: Any) -> None:
        title = next(cell for cell in sheet[HEADER_ROW] if str(cell.value).startswith("Số vụ"))
        sheet.cell(HEADER_ROW, 15, title.value)
        sheet.cell(FIRST_ROW, 15, 77)

    reading = moved(add, tmp_path, GOOD)
    finding = only(reading)
    assert (finding.rule, finding.message, finding.cells) == (
        "S07",
        "column_unknown.twice",
        (f"O{FIRST_ROW}",),
    )
    assert (finding.words["counted"], finding.words["letters"]) == (
        reading.tables["manifestations"].letters["cases"],
        "O",
    )
    assert [(each.cell, each.value) for each in reading.aside] == [(f"O{FIRST_ROW}", "77")]


def test_a_column_that_only_counts_rows(tmp_path: Path) -> None:
    def count(sheet: Any) -> None:
        sheet.insert_cols(1)
        sheet.cell(HEADER_ROW, 1, "STT")
        sheet.cell(FIRST_ROW, 1, 1)

    reading = moved(count, tmp_path)
    assert reading.findings == ()
    assert reading.tables["manifestations"].letters["period"] == "B"


@pytest.mark.parametrize(
    "word",
    [
        *("Tổng", "TỔNG CỘNG", "Cộng:", "Tổng số", unicodedata.normalize("NFD", "tổng cộng")),
        *("Tổng số vụ", "Tổng số vụ, việc", "Tổng người", "Σ", "∑"),
        *(
            "Cộng mục I",
            "Cộng I",
            "Cộng tổng",
            "Tổng cộng năm 2021",
            "Tổng cộng toàn tỉnh ( I + II )",
        ),
    ],
)
@pytest.mark.parametrize("column", [1, 2])
def test_total_rows_are_not_counted(word: str, column: int, tmp_path: Path) -> None:
    def total(sheet: Any) -> None:
        sheet.cell(FIRST_ROW + 1, column, word)
        sheet.cell(FIRST_ROW + 1, 9, 2)
        sheet.cell(FIRST_ROW + 1, 16, 99)

    reading = moved(total, tmp_path)
    assert reading.findings == ()
    table = reading.tables["manifestations"]
    assert table.rows.tolist() == [FIRST_ROW]
    assert [(total.row, total.label, total.numbers) for total in table.totals] == [
        (FIRST_ROW + 1, word.strip(), {"cases": 2})
    ]


@pytest.mark.parametrize(
    ("cases", "persons", "key", "is_total"),
    [
        (5, 7, None, True),
        (5, None, None, True),
        (6, 7, None, False),
        (0, None, None, False),
        (5, 7, "Năm 2022", False),
        ("5", 7, None, False),
    ],
)
def test_a_row_of_nothing_but_the_sums_of_those_above_is_a_total_row_and_told(
    cases: object, persons: object, key: object, *, is_total: bool, tmp_path: Path
) -> None:
    def summed(sheet: Any) -> None:
        for column, value in ((1, key), (9, cases), (10, persons)):
            sheet.cell(FIRST_ROW + 2, column, value)

    rows = [
        {**GOOD, "cases": 2, "persons": 3},
        {**GOOD, "period": "Năm 2022", "cases": 3, "persons": 4},
    ]
    reading = moved(summed, tmp_path, *rows)
    table = reading.tables["manifestations"]
    assert (table.rows.tolist()[2:], [total.label for total in table.totals]) == (
        ([], [f"{FIRST_ROW + 2}"]) if is_total else ([FIRST_ROW + 2], [])
    )
    cells = tuple(
        f"{column}{FIRST_ROW + 2}"
        for column, value in (("I", cases), ("J", persons))
        if value is not None
    )
    assert brief(reading.findings) == [("S11", "N", "stray.sums", cells)] * is_total


def test_a_row_that_a_cell_from_above_is_merged_into_is_data_even_if_it_holds_sums(
    tmp_path: Path,
) -> None:
    def merged(sheet: Any) -> None:
        sheet.cell(FIRST_ROW + 2, 9, 5)
        sheet.merge_cells(
            start_row=FIRST_ROW + 1, end_row=FIRST_ROW + 2, start_column=1, end_column=1
        )

    reading = moved(
        merged, tmp_path, {**GOOD, "cases": 2}, {**GOOD, "period": "Năm 2022", "cases": 3}
    )
    table = reading.tables["manifestations"]
    assert (table.rows.tolist()[2:], table.totals) == ([FIRST_ROW + 2], ())
    assert brief(reading.findings) == [("S10", "E", "merged_required", (f"A{FIRST_ROW + 2}",))]


def test_one_row_alone_has_no_sum(tmp_path: Path) -> None:
    table = moved(lambda sheet: sheet.cell(FIRST_ROW + 1, 9, GOOD["cases"]), tmp_path).tables[
        "manifestations"
    ]
    assert (table.rows.tolist(), table.totals) == ([FIRST_ROW, FIRST_ROW + 1], ())


@pytest.mark.parametrize(
    "word", ["Tổng hợp", "Tổng cục Thuế", "Tổng số vụ án lớn", "Cộng tác viên", "Tổng thể tỉnh"]
)
def test_a_row_that_only_begins_like_a_total_is_data(word: str, tmp_path: Path) -> None:
    table = moved(lambda sheet: sheet.cell(FIRST_ROW, 1, word), tmp_path).tables["manifestations"]
    assert (table.rows.tolist(), table.totals) == ([FIRST_ROW], ())


def test_what_a_total_row_says_is_read_as_its_columns_are(tmp_path: Path) -> None:
    def totals(sheet: Any) -> None:
        for row, values in enumerate((("Cộng", "02 vụ", None, "x"), ("Tổng cộng", "1.234", 7, 3))):
            for column, value in zip((1, 9, 10, 11), values, strict=True):
                sheet.cell(FIRST_ROW + 1 + row, column, value)

    table = moved(totals, tmp_path).tables["manifestations"]
    assert table.totals == (
        Total(FIRST_ROW + 1, "Cộng", {"cases": 2}),
        Total(FIRST_ROW + 2, "Tổng cộng", {"cases": 1234, "persons": 7, "handled": 3}),
    )


def test_remarks_below_and_between_are_no_data_but_told(tmp_path: Path) -> None:
    def remarks(sheet: Any) -> None:
        sheet.cell(FIRST_ROW + 1, 1, "II. Cấp huyện")
        sheet.merge_cells(
            start_row=FIRST_ROW + 1, end_row=FIRST_ROW + 1, start_column=1, end_column=14
        )
        sheet.cell(FIRST_ROW + 5, 1, "Ghi chú: số liệu đến 30/6")
        sheet.cell(FIRST_ROW + 7, 2, "Người lập biểu")
        sheet.cell(FIRST_ROW + 7, 8, "Thủ trưởng")

    reading = moved(remarks, tmp_path, GOOD, {}, {**GOOD, "period": "Năm 2022"})
    assert reading.tables["manifestations"].rows.tolist() == [FIRST_ROW, FIRST_ROW + 2]
    at = (f"A{FIRST_ROW + 1}", f"A{FIRST_ROW + 5}", f"B{FIRST_ROW + 7}", f"H{FIRST_ROW + 7}")
    assert brief([only(reading)]) == [("S11", "W", "stray", at)]


def test_a_numbered_heading_of_a_group_is_no_data_but_told(tmp_path: Path) -> None:
    headed = [
        {"period": "I. Đất đai"},
        GOOD,
        {"period": "2) Y tế"},
        {**GOOD, "period": "Năm 2022"},
        {"period": "Năm 2030"},
        {**GOOD, "level": "LV"},
    ]
    reading = moved(lambda sheet: sheet.title, tmp_path, *headed)
    assert reading.tables["manifestations"].rows.tolist() == [FIRST_ROW + at for at in (1, 3, 4, 5)]
    assert brief([only(reading)]) == [("S11", "W", "stray", (f"A{FIRST_ROW}", f"A{FIRST_ROW + 2}"))]


def test_headings_that_stand_again_are_no_data(tmp_path: Path) -> None:
    def pasted(sheet: Any) -> None:
        for column in range(1, 15):
            sheet.cell(FIRST_ROW + 1, column, sheet.cell(HEADER_ROW, column).value)
            sheet.cell(FIRST_ROW + 2, column, sheet.cell(HEADER_ROW + 1, column).value)

    reading = moved(pasted, tmp_path, GOOD, {}, {}, {**GOOD, "period": "Năm 2022"})
    assert reading.tables["manifestations"].rows.tolist() == [FIRST_ROW, FIRST_ROW + 3]
    assert reading.findings == ()


def test_cells_out_of_order_are_read_where_they_stand_and_told(tmp_path: Path) -> None:
    def turned(data: bytes) -> bytes:
        start, end = data.index(b"<sheetData>") + len(b"<sheetData>"), data.index(b"</sheetData>")
        rows = [row + b"</row>" for row in data[start:end].split(b"</row>")[:-1]]
        return data[:start] + b"".join(reversed(rows)) + data[end:]

    path = saved(book_of(GOOD, {**GOOD, "period": "Năm 2022"}), tmp_path / "a.xlsx")
    right = taken(path).tables["manifestations"]
    number = list(ROUND.tables).index(MANIFESTATIONS) + 1
    reading = taken(patched(path, f"xl/worksheets/sheet{number}.xml", turned))
    assert brief([only(reading)]) == [("S11", "N", "stray.disordered", ())]
    table = reading.tables["manifestations"]
    assert only(reading).sheet == table.sheet == SHEET
    assert (table.rows.tolist(), table.values["period"].tolist()) == (
        right.rows.tolist(),
        right.values["period"].tolist(),
    )


@pytest.mark.parametrize(
    ("name", "rows", "told"),
    [("I.1 BIỂU HIỆN (2)", [GOOD], 1), ("I.1 BIỂU HIỆN (2)", [], 0), ("Nháp", [GOOD], 1)],
)
def test_a_filled_copy_of_a_sheet_is_told(
    name: str, rows: list[Row], told: int, tmp_path: Path
) -> None:
    book = book_of(GOOD)
    fill_table(book.create_sheet(name), MANIFESTATIONS, rows)
    reading = reading_of(book, tmp_path)
    assert brief(reading.findings) == [("S11", "W", "stray.sheet", ())] * told
    assert [each.sheet for each in reading.findings] == [name] * told


def test_a_row_with_a_wrong_code_is_data(tmp_path: Path) -> None:
    table = moved(
        lambda sheet: sheet.title,
        tmp_path,
        GOOD,
        {"period": "Năm 2030", "sector": "xyz", "cases": "x"},
    ).tables["manifestations"]
    assert table.rows.tolist() == [FIRST_ROW, FIRST_ROW + 1]


def test_content_beside_the_table_is_told(tmp_path: Path) -> None:
    finding = only(moved(lambda sheet: sheet.cell(FIRST_ROW + 100, 30, "xem lại"), tmp_path))
    assert (finding.rule, finding.severity, finding.cells, finding.value) == (
        "S11",
        "W",
        (f"AD{FIRST_ROW + 100}",),
        "xem lại",
    )


def test_hidden_rows_columns_and_sheets_are_read(tmp_path: Path) -> None:
    def hide(sheet: Any) -> None:
        sheet.row_dimensions[FIRST_ROW].hidden = True
        sheet.column_dimensions["I"].hidden = True
        sheet.sheet_state = "veryHidden"
        sheet.auto_filter.ref = f"A{HEADER_ROW}:N{FIRST_ROW}"

    assert moved(hide, tmp_path).tables["manifestations"].values["cases"].tolist() == [2]


# --- text from before Unicode --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "font", "written", "value"),
    [
        ("task", ".VnTime", "Tõ", "Từ"),
        ("task", ".VnTime", "286/Q§-G§172", "286/QĐ-GĐ172"),
        ("task", ".VnTimeH", "Tõ chèi", "TỪ CHỐI"),
        ("task", "VNI-Times", "Töø", "Từ"),
        ("locality", ".VnTime", "Hµ Néi", "T01"),
        ("locality", ".VnTimeH", "hµ néi", "T01"),
        ("locality", "VNI-Times", "Haø Noäi", "T01"),
        ("locality", "Calibri", "Hµ Néi", "T01"),
        ("locality", "Calibri", "Haø Noäi", "T01"),
        ("locality", "Calibri", "Hà Nôòi", "T01"),
    ],
)
def test_text_from_before_unicode_is_read_and_told(
    key: str, font: str, written: str, value: str, tmp_path: Path
) -> None:
    def old(sheet: Any) -> None:
        for row in (FIRST_ROW, FIRST_ROW + 1):
            sheet.cell(row, MANIFESTATIONS.keys.index(key) + 1, written).font = Font(name=font)

    reading = moved(old, tmp_path, GOOD, {**GOOD, "period": "Năm 2022"})
    column, found = (
        MANIFESTATIONS.by_key[key],
        reading.tables["manifestations"].values[key].tolist(),
    )
    assert ([ROUND.codes_of(column).codes[each] for each in found] if column.codes else found) == [
        value,
        value,
    ]
    told = [
        each for each in judge({1: reading}, {1: "a.xlsx"}, ROUND).findings[1] if each.rule == "V08"
    ]
    letters = reading.tables["manifestations"].letters[key]
    assert brief(told) == [
        ("V08", "N", "repaired", (f"{letters}{FIRST_ROW}", f"{letters}{FIRST_ROW + 1}"))
    ]
    assert told[0].value == written


@pytest.mark.parametrize("font", [".VnTime", ".VnTimeH", "VNI-Times", "Calibri"])
def test_unicode_in_an_old_font_is_taken_as_it_is(font: str, tmp_path: Path) -> None:
    def old(sheet: Any) -> None:
        for cell in sheet[FIRST_ROW]:
            cell.font = Font(name=font)

    row = {**GOOD, "task": "Xe goòng, tàu choòng, choàm ngoàm", "note": "Từ chối nhận hồ sơ"}
    table = moved(old, tmp_path, row).tables["manifestations"]
    assert (table.values["task"].tolist(), table.values["note"].tolist(), table.found) == (
        [row["task"]],
        [row["note"]],
        {},
    )


def test_what_is_read_in_an_old_font_is_plain_text(tmp_path: Path) -> None:
    def old(sheet: Any) -> None:
        for row in (HEADER_ROW, FIRST_ROW, FIRST_ROW + 1, FIRST_ROW + 2):
            for cell in sheet[row]:
                cell.font = Font(name=".VnTime")
        sheet.cell(HEADER_ROW, 9, "Số vụ")

    reading = moved(
        old,
        tmp_path,
        {**GOOD, "task": "Từ chối", "note": "xem lai"},
        {**GOOD, "task": "Tõ chèi"},
        {"period": "Tổng cộng"},
    )
    table = reading.tables["manifestations"]
    texts = [
        *table.values["task"],
        *table.values["note"],
        *table.found.values(),
        *(total.label for total in table.totals),
    ]
    texts += [match.found for match in reading.matches]
    assert {type(text) for text in texts} == {str, type(None)}


# --- labels that moved ---------------------------------------------------------------------------


def test_a_moved_form_sheet(tmp_path: Path) -> None:
    book = book_of(GOOD)
    sheet = book[ROUND.info.sheet]
    sheet.insert_rows(1, 3)
    sheet.insert_cols(1, 2)
    sheet.cell(INFO_FIRST_ROW + 3, 3, "Mã  cơ quan:")
    reading = reading_of(book, tmp_path)
    assert brief([only(reading)]) == [("S06", "N", "column_matched.normalised", ())]
    assert reading.tables["info"].letters["agency_code"] == f"D{INFO_FIRST_ROW + 3}"
    assert reading.tables["info"].values["agency_code"][0] == "T01"


def test_a_merged_label(tmp_path: Path) -> None:
    book = book_of(GOOD, stamp={})
    sheet = book[ROUND.info.sheet]
    sheet.insert_cols(2)
    sheet.merge_cells(f"A{INFO_FIRST_ROW}:B{INFO_FIRST_ROW}")
    reading = reading_of(book, tmp_path)
    assert reading.tables["info"].letters["agency_code"] == f"C{INFO_FIRST_ROW}"
    assert reading.agency == "T01"


def test_a_missing_label(tmp_path: Path) -> None:
    book = book_of(GOOD)
    book[ROUND.info.sheet].cell(INFO_FIRST_ROW + 1, 1).value = None
    finding = only(reading_of(book, tmp_path))
    assert (finding.rule, finding.severity, finding.message, finding.column) == (
        "S06",
        "E",
        "column_missing",
        "Tên cơ quan",
    )


# --- S08, S09, S10, S12 --------------------------------------------------------------------------


def sheet_part(number: int = 2) -> str:
    return f"xl/worksheets/sheet{number + 1}.xml"


def test_errors_and_formulas_without_a_value_are_seen(tmp_path: Path) -> None:
    path = saved(
        book_of(
            {
                **GOOD,
                "cases": 7771,
                "persons": 7772,
                "handled": 7773,
                "pending": "=1+1",
                "unhandled": "=1+1",
            }
        ),
        tmp_path / "a.xlsx",
    )

    def change(data: bytes) -> bytes:
        data = data.replace(b't="n"><v>7771</v>', b't="e"><v>#DIV/0!</v>').replace(
            b't="n"><v>7772</v>', b't="e"><f>A1/0</f><v>#N/A</v>'
        )
        return data.replace(b't="n"><v>7773</v>', b"><f>2+3</f><v>5</v>")

    table = taken(patched(path, sheet_part(), change)).tables["manifestations"]
    assert [state(table, key, FIRST_ROW) for key in ("cases", "persons", "handled", "pending")] == [
        "ERROR",
        "ERROR",
        "OK",
        "NO_VALUE",
    ]
    assert table.found[0, "cases"] == "#DIV/0!"
    assert table.values["handled"].tolist() == [5]


def test_an_error_where_the_agency_stands(tmp_path: Path) -> None:
    path = saved(book_of(GOOD, info={"agency_code": 7771}), tmp_path / "a.xlsx")
    patched(
        path,
        "xl/worksheets/sheet1.xml",
        lambda data: data.replace(b't="n"><v>7771</v>', b't="e"><v>#REF!</v>'),
    )
    reading = taken(path)
    assert reading.agency == "T01"
    assert state(reading.tables["info"], "agency_code", INFO_FIRST_ROW) == "ERROR"


@pytest.mark.parametrize(
    ("area", "message", "severity", "cells"),
    [
        ("C9:C11", "merged_required", "E", ("C10", "C11")),
        ("N9:N10", "merged", "W", ("N10",)),
        ("C9:D9", "merged_required", "E", ("D9",)),
        ("M9:N11", "merged", "W", ("N9", "M10", "N10", "M11", "N11")),
    ],
)
def test_merged_cells_over_data(
    area: str, message: str, severity: str, cells: tuple[str, ...], tmp_path: Path
) -> None:
    book = book_of(GOOD, {**GOOD, "period": "Năm 2022"}, {**GOOD, "behaviour": "Đùn đẩy"})
    book[SHEET].merge_cells(area)
    reading = reading_of(book, tmp_path)
    assert brief([only(reading)]) == [("S10", severity, message, cells)]
    table = reading.tables["manifestations"]
    key = {letters: key for key, letters in table.letters.items()}
    for cell in cells:
        assert state(table, key[cell[0]], int(cell[1:])) == "MERGED"
    assert state(table, key[area[0]], 9) in ("OK", "BLANK")


def test_merged_titles_and_blank_rows_are_no_matter(tmp_path: Path) -> None:
    book = book_of(GOOD)
    book[SHEET].merge_cells("A1:N1")
    book[SHEET].merge_cells("A100:A120")
    assert reading_of(book, tmp_path).findings == ()


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("xl/vbaProject.bin", "macros"),
        ("xl/macrosheets/sheet1.xml", "macros"),
        ("xl/MacroSheets/Sheet1.xml", "macros"),
        ("xl/externalLinks/externalLink1.xml", "links"),
        ("xl/connections.xml", "links"),
        ("xl/connections.bin", "links"),
        ("xl/queryTables/queryTable1.xml", "links"),
        ("xl/embeddings/oleObject1.bin", "objects"),
        ("xl/activeX/activeX1.xml", "objects"),
    ],
)
def test_what_could_run_is_told(part: str, message: str, tmp_path: Path) -> None:
    path = saved(book_of(GOOD), tmp_path / "a.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(part, b"x")
    assert brief([only(taken(path))]) == [("S12", "W", f"active_content.{message}", ())]


def test_macros_are_told_whatever_their_part_is_called(tmp_path: Path) -> None:
    kind = b"http://schemas.microsoft.com/office/2006/relationships/vbaProject"
    link = b'<Relationship Id="vba" Type="' + kind + b'" Target="media/logo.bin"/></Relationships>'
    path = saved(book_of(GOOD), tmp_path / "a.xlsx")
    patched(
        path, "xl/_rels/workbook.xml.rels", lambda data: data.replace(b"</Relationships>", link)
    )
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/media/logo.bin", b"x")
    assert brief([only(taken(path))]) == [("S12", "W", "active_content.macros", ())]


@pytest.mark.parametrize(
    "part",
    [
        "xl/media/image1.png",
        "xl/connectionsNotes/a.xml",
        "docProps/macrosheets.xml",
        "xl/drawings/drawing1.xml",
    ],
)
def test_what_can_not_run_is_not_told(part: str, tmp_path: Path) -> None:
    path = saved(book_of(GOOD), tmp_path / "a.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(part, b"x")
    assert taken(path).findings == ()


def test_every_variant_of_s01_has_its_words() -> None:
    from schemas.words import catalogue

    reasons = (
        {reason for _, reason in NOT_WORKBOOKS.values()}
        | {"irregular", "differs", "failed", "slow", "too_much_text"}
        | {"large_part", "large_sheet", "many_cells"}
    )
    variants = {
        name
        for name, entry in catalogue("vi")["rules"]["not_workbook"].items()
        if isinstance(entry, dict)
    }
    assert reasons <= variants
    assert variants - reasons == {
        "database",
        "our_list",
    }  # of a file that was told apart before it was read, and of one that comes back from us


def test_values_are_typed_as_promised(tmp_path: Path) -> None:
    table = reading_of(book_of(), tmp_path).tables["handlings"]
    assert len(table.rows) == 0
    assert table.values["decided_on"].dtype == np.dtype("datetime64[D]")
    assert table.values["handling"].dtype == np.int16
    assert table.states["handling"].dtype == np.uint8


def test_headings_that_nobody_can_read_are_one_finding_and_no_wall(tmp_path: Path) -> None:
    def spoil(sheet: Any) -> None:
        for cell in sheet[HEADER_ROW]:
            cell.value = f"x{cell.column}"

    reading = moved(spoil, tmp_path, *[GOOD] * 20)
    assert brief([only(reading)]) == [("S06", "E", "column_missing.header", ())]
