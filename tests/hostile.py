"""Hostile files, made by script, each with the answer that ``collect`` must give."""

from __future__ import annotations

import io
import os
import random
import shutil
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.collect.formats import limits
from schemas.round.round import Round
from tests.posted import attachment, compound, mail, outlook, raw
from tests.workbooks import filled

MB = 1024**2
SHEET = "xl/worksheets/sheet2.xml"
"""The part of the second sheet, which each form of the mini round has."""


@dataclass(frozen=True)
class Hostile:
    """A file to make.

    ``answers``: messages of findings or reasons to ignore it; one must be given. None: it is
    accepted.
    """

    name: str
    make: Callable[[Path], object]
    answers: tuple[str, ...] = ()
    shown: str = ""
    """Its name in the answer, if that differs."""


def put_all(folder: Path, round_: Round, agency: str) -> list[Hostile]:
    """Write all hostile files below ``folder``, most from a right workbook of ``agency``."""
    right = _right(round_, agency)
    cases = [
        case
        for group in (bombs, liars, contents, wrecks, impostors, archives, mails, odd_entries)
        for case in group(right)
    ]
    for case in cases:
        (folder / case.name).parent.mkdir(parents=True, exist_ok=True)
        case.make(folder / case.name)
    return cases


def _right(round_: Round, agency: str) -> bytes:
    file = io.BytesIO()
    filled(
        round_, agency, inspections=[{"quarter": "2030", "building": "School", "inspected": 10}]
    ).save(file)
    return file.getvalue()


def refused(reason: str) -> str:
    """Return the message for a file that is no readable workbook, by reason."""
    return f"not_workbook.{reason}"


HOSTILE, DAMAGED, TOO_LARGE, MANY_CELLS = (
    refused("hostile"),
    refused("damaged"),
    refused("too_large"),
    refused("many_cells"),
)


# --- parts of a zipped workbook -------------------------------------------------------------------


def rezipped(data: bytes, changed: Mapping[str, bytes | Iterator[bytes]], level: int = 1) -> bytes:
    """Return the zipped workbook with parts changed or added; long parts are given in pieces."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as new,
    ):
        for name in (name for name in old.namelist() if name not in changed):
            new.writestr(name, old.read(name))
        for name, content in changed.items():
            with new.open(name, "w", force_zip64=False) as part:
                for piece in [content] if isinstance(content, bytes) else content:
                    part.write(piece)
    return file.getvalue()


def part_of(data: bytes, name: str) -> str:
    """Return the text of one part."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name).decode()


def with_rows(data: bytes, rows: Iterator[str] | str) -> bytes:
    """Return the workbook with rows added after those of its second sheet."""
    head, _, tail = part_of(data, SHEET).rpartition("</sheetData>")
    pieces = [rows] if isinstance(rows, str) else rows
    return rezipped(
        data,
        {
            SHEET: (
                text.encode() for part in ([head], pieces, ["</sheetData>" + tail]) for text in part
            )
        },
    )


def replaced(data: bytes, part: str, old: str, new: str) -> bytes:
    """Return the workbook with one text in one part replaced."""
    text = part_of(data, part)
    assert old in text, text[:400]
    return rezipped(data, {part: text.replace(old, new, 1).encode("utf-8", "surrogatepass")})


def directory_entry(data: bytes, part: str) -> int:
    """Return the offset of a part's record in a zip's central directory."""
    return data.rfind(part.encode()) - 46


def patched_entry(data: bytes, part: str, at: int, form: str, value: int) -> bytes:
    """Return the zip with one field of a part's record in the central directory changed."""
    changed = bytearray(data)
    struct.pack_into(form, changed, directory_entry(data, part) + at, value)
    return bytes(changed)


def written(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


def made(build: Callable[[], bytes]) -> Callable[[Path], object]:
    """Return a maker that builds the file only on writing: just one large file is in memory."""
    return lambda path: path.write_bytes(build())


# --- bombs ----------------------------------------------------------------------------------------


def bombs(right: bytes) -> Iterator[Hostile]:
    noise = random.Random(1).randbytes(12_000)
    chunk = noise + b" " * (MB - len(noise))
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    laughs = f'<!DOCTYPE l [<!ENTITY l0 "ha">{lol}]>'
    outside = '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    for name, doctype, use in (("laughs", laughs, "&l9;"), ("outside", outside, "&x;")):
        sheet = doctype + part_of(right, SHEET).replace("School", use)
        yield Hostile(
            f"bomb-{name}.xlsx", written(rezipped(right, {SHEET: sheet.encode()})), (HOSTILE,)
        )
        wide = f'<?xml version="1.0" encoding="UTF-16"?>{sheet}'.encode("utf-16")
        yield Hostile(f"bomb-{name}-16.xlsx", written(rezipped(right, {SHEET: wide})), (HOSTILE,))
    size = limits.INFLATED_BYTES // MB + 5
    yield Hostile(
        "bomb-size.xlsx",
        made(lambda: rezipped(right, {"xl/media/a.bin": (chunk for _ in range(size))})),
    )
    size_of_part = limits.PART_BYTES // MB + 5
    yield Hostile(
        "bomb-part.xlsx",
        made(lambda: rezipped(right, {SHEET: (chunk for _ in range(size_of_part))})),
        (refused("large_sheet"),),
    )
    yield Hostile("bomb-ratio.xlsx", made(lambda: with_rows(right, " " * (20 * MB))), (HOSTILE,))
    many = {f"xl/media/{n}.png": b"x" for n in range(limits.ZIP_ENTRIES + 1)}
    yield Hostile("bomb-entries.xlsx", written(rezipped(right, many)), (refused("many_parts"),))


# --- liars ----------------------------------------------------------------------------------------


def liars(right: bytes) -> Iterator[Hostile]:
    padded = with_rows(right, f"<!--{random.Random(2).randbytes(200_000).hex()}-->")
    for name, size in (("small", 100), ("large", 140 * MB)):
        yield Hostile(
            f"lie-{name}.xlsx",
            written(patched_entry(padded, SHEET, 24, "<I", size)),
            (DAMAGED, HOSTILE),
        )
    yield Hostile("lie-packed.xlsx", written(patched_entry(padded, SHEET, 20, "<I", 2**31)))
    yield Hostile(
        "lie-offset.xlsx", written(patched_entry(padded, SHEET, 42, "<I", 2**31)), (DAMAGED,)
    )
    twice = rezipped(right, {"xl/worksheets/sheetX.xml": b"<x/>"}).replace(
        b"sheetX.xml", b"sheet2.xml"
    )
    yield Hostile("lie-twice.xlsx", written(twice), (HOSTILE,))
    sheet = part_of(right, SHEET)
    start, end = sheet.index("<dimension"), sheet.index("/>", sheet.index("<dimension")) + 2
    for name, reference in (("all", "A1:XFD1048576"), ("one", "A1"), ("none", "x")):
        lie = rezipped(
            right,
            {SHEET: (sheet[:start] + f'<dimension ref="{reference}"/>' + sheet[end:]).encode()},
        )
        yield Hostile(f"dimension-{name}.xlsx", written(lie))


# --- contents within the rules of the format, but not as people write -----------------------------


def contents(right: bytes) -> Iterator[Hostile]:
    from pipeline.office.addresses import letters

    wide = "".join(
        f'<c r="{letters(column)}900"><v>1</v></c>' for column in range(1, limits.COLUMNS + 1)
    )
    yield Hostile("wide.xlsx", written(with_rows(right, f'<row r="900">{wide}</row>')), ("*",))
    styled = (
        f'<row r="{row}" s="1" customFormat="1"><c r="A{row}" s="1"/></row>'
        for row in range(1000, 1_000_000)
    )
    yield Hostile("styled.xlsx", lambda path: path.write_bytes(with_rows(right, styled)))
    corner = (
        f'<row r="{limits.ROWS}"><c r="{letters(limits.COLUMNS)}{limits.ROWS}"><v>1</v></c></row>'
    )
    yield Hostile("corner.xlsx", written(with_rows(right, corner)), ("*",))
    outside = '<row r="1048577"><c r="XFE1048577"><v>1</v></c></row>'
    yield Hostile(
        "outside.xlsx", written(with_rows(right, outside)), (refused("irregular"), DAMAGED)
    )
    cells = "".join(f'<row r="{row}">{"<c><v>1</v></c>" * 1000}</row>' for row in range(2000, 7100))
    yield Hostile("cells.xlsx", made(lambda: with_rows(right, cells)), (MANY_CELLS,))
    for name, text, answers in (
        ("control", "&#1;&#x7;", ("not_listed", DAMAGED)),
        ("control-raw", "\x01\x07", (DAMAGED,)),
        ("surrogate", "&#xD800;", (DAMAGED,)),
        ("surrogate-raw", "\ud800", (DAMAGED,)),
        ("surrogate-escaped", "_xD800_ _x0000_ _x0007_", ("*",)),
        ("long", "a" * 200_000, ("*",)),
        ("formula", "=cmd|' /C calc'!A0", ("*",)),
    ):
        changed = replaced(right, SHEET, "<t>School</t>", f"<t>{text}</t>")
        yield Hostile(f"text-{name}.xlsx", written(changed), answers)
    macros = rezipped(
        right,
        {
            "xl/vbaProject.bin": b"\xd0\xcf",
            "xl/externalLinks/externalLink1.xml": b"<x/>",
            "xl/embeddings/o.bin": b"MZ",
        },
    )
    yield Hostile("macros.xlsm", written(macros), ("active_content.macros",))


# --- wrecks ---------------------------------------------------------------------------------------


def wrecks(right: bytes) -> Iterator[Hostile]:
    for permille in (1, 10, 300, 700, 990, 999):
        cut = right[: len(right) * permille // 1000]
        yield Hostile(f"cut-{permille:03}.xlsx", written(cut), (DAMAGED, refused("unknown")))
    chance = random.Random(3)
    for number in range(25):
        flipped = bytearray(right)
        for _ in range(chance.choice((1, 3, 30))):
            flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        yield Hostile(f"flip-{number:02}.xlsx", written(bytes(flipped)), ("*",))
    yield Hostile("zeros.xlsx", written(bytes(50_000)), (refused("unknown"),))
    yield Hostile("empty.xlsx", written(b""), (refused("empty"),))
    yield Hostile("noise.xlsx", written(random.Random(4).randbytes(60_000)), (refused("unknown"),))
    yield Hostile("no-parts.xlsx", written(rezipped(right, {"xl/workbook.xml": b""})), (DAMAGED,))
    loop = b'<office:document-content xmlns:office="o" xmlns:table="t"><office:body><table:table table:name="a"><table:table-row>'
    yield Hostile("unclosed.ods", written(ods(loop)), (DAMAGED,))
    repeated = '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/></table:table-row>'
    xmlns = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{xmlns}:office:1.0" xmlns:table="{xmlns}:table:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="Office">{repeated}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    yield Hostile("repeated.ods", written(ods(content.encode())), (MANY_CELLS,))
    yield Hostile(
        "corners.xlsb", written(xlsb([(0, 0), (limits.ROWS - 1, limits.COLUMNS - 1)])), ("*",)
    )
    yield Hostile("cut.xlsb", written(xlsb([(0, 0)], cut=9)), (DAMAGED,))
    yield Hostile(
        "head.xls",
        written(ole("Workbook") + random.Random(5).randbytes(9000)),
        (DAMAGED, refused("failed")),
    )


def ods(content: bytes) -> bytes:
    """Return an OpenDocument workbook with this content."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", content)
    return file.getvalue()


def xlsb(places: list[tuple[int, int]], cut: int = 0) -> bytes:
    """Return an .xlsb of one sheet with a number at each (row, column) from 0 [MS-XLSB]."""
    begin_sheet, row_header, real, end_sheet = 129, 0, 5, 130
    rows = [
        (
            record(row_header, struct.pack("<IIHBBI", row, 0, 300, 0, 0, 0)),
            record(real, struct.pack("<IId", column, 0, 1.0)),
        )
        for row, column in places
    ]
    size = record(
        148,
        struct.pack(
            "<4I", 0, max(row for row, _ in places), 0, max(column for _, column in places)
        ),
    )
    sheet = (
        record(begin_sheet)
        + size
        + record(145)
        + b"".join(head + cell for head, cell in rows)
        + record(146)
        + record(end_sheet)
    )
    bundle = struct.pack("<II", 0, 1) + wide("rId1") + wide("Office")
    book = record(131) + record(143) + record(156, bundle) + record(144) + record(132)
    types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{}" Target="{}"/></Relationships>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        )
        package.writestr(
            "_rels/.rels", relations.format(f"{types}/officeDocument", "xl/workbook.bin")
        )
        package.writestr(
            "xl/_rels/workbook.bin.rels",
            relations.format(f"{types}/worksheet", "worksheets/sheet1.bin"),
        )
        package.writestr("xl/workbook.bin", book)
        package.writestr("xl/worksheets/sheet1.bin", sheet[: len(sheet) - cut])
    return file.getvalue()


def record(number: int, data: bytes = b"") -> bytes:
    """Return a record of an .xlsb: number (1 or 2 bytes), length (7 bits per byte), data."""
    head = bytes([number]) if number < 0x80 else bytes([number & 0x7F | 0x80, number >> 7])
    return head + bytes([len(data)]) + data


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text.encode("utf-16-le")) // 2) + text.encode("utf-16-le")


def ole(stream: str) -> bytes:
    """Return the beginning of a compound file that names a stream."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + f"{stream}\x00".encode("utf-16-le")


# --- impostors ------------------------------------------------------------------------------------


def impostors(right: bytes) -> Iterator[Hostile]:
    yield Hostile("right.csv", written(right[:-2] + b"\0\0"), ("*",))
    yield Hostile("right.xls", written(with_rows(right, " ")))
    for what, start in (
        ("pdf", b"%PDF-1.7"), ("image", b"\x89PNG\r\n"), ("html", b"<html><table><tr><td>1"), ("text", b"a;b\n1;2\n"), ("program", b"MZ\x90"),
        ("xml", b"<?xml version='1.0'?><x/>"), ("encrypted", ole("EncryptedPackage")), ("word", ole("WordDocument")), ("archive", b"Rar!\x1a\x07"),
    ):  # fmt: skip
        yield Hostile(f"really-{what}.xlsx", written(start + what.encode()), (refused(what),))
    locked = patched_entry(right, SHEET, 8, "<H", 1)
    yield Hostile("locked-part.xlsx", written(locked), (refused("encrypted"), DAMAGED))


# --- archives -------------------------------------------------------------------------------------


def archives(right: bytes) -> Iterator[Hostile]:
    ours = [with_rows(right, f"<!--{number}-->") for number in range(4)]
    traversal = {
        "../../../up.xlsx": ours[0],
        "/root.xlsx": ours[1],
        "C:\\windows\\x.xlsx": ours[2],
        "a/../../\u202eb\n.xlsx": ours[3],
    }
    yield Hostile(
        "traversal.zip",
        lambda path: path.write_bytes(zipped(traversal)),
        (),
        "traversal.zip/../../../up.xlsx",
    )
    deep = zipped({"a.xlsx": right})
    for _ in range(limits.ARCHIVE_DEPTH + 3):
        deep = zipped({"in.zip": deep})
    yield Hostile("deep.zip", written(deep), ("too_deep",), "deep.zip/in.zip/in.zip")
    yield Hostile(
        "many.zip",
        made(lambda: zipped({f"{n}.txt": b"" for n in range(100_000)})),
        (refused("archive"), HOSTILE),
    )
    lying = patched_entry(zipped({"a.xlsx": right}), "a.xlsx", 24, "<I", 100)
    yield Hostile("lying.zip", written(lying), ("damaged",), "lying.zip/a.xlsx")
    huge = patched_entry(zipped({"a.xlsx": right}), "a.xlsx", 24, "<I", 2**32 - 16)
    yield Hostile("huge.zip", written(huge), ("hostile",), "huge.zip/a.xlsx")
    password = patched_entry(zipped({"a.xlsx": right}), "a.xlsx", 8, "<H", 1)
    yield Hostile("password.zip", written(password), ("encrypted",), "password.zip/a.xlsx")
    yield Hostile("nothing.zip", written(zipped({})), (refused("archive"),))


def mails(right: bytes) -> Iterator[Hostile]:
    ours = [with_rows(right, f"<!--mail {number}-->") for number in range(3)]
    yield Hostile(
        "path.eml", written(mail(("../../up.xlsx", ours[0])).as_bytes()), (), "path.eml/up.xlsx"
    )
    made = mail(("a.xlsx", ours[1]))
    for _ in range(100):
        outer = mail(subject="Fwd")
        outer.add_attachment(made)
        made = outer
    yield Hostile("deep.eml", written(made.as_bytes()), ("too_deep",))
    part = b"--b\r\nContent-Disposition: attachment; filename=a.xlsx\r\n\r\nx\r\n"
    many = raw('Content-Type: multipart/mixed; boundary="b"', body=part * 10_000 + b"--b--")
    yield Hostile("many.eml", written(many), ("too_many",))
    yield Hostile(
        "winmail.eml",
        written(mail(("winmail.dat", b"\x78\x9f\x3e\x22")).as_bytes()),
        ("tnef",),
        "winmail.eml/winmail.dat",
    )
    yield Hostile(
        "cut.msg",
        written(compound(outlook(attachment("a.xlsx", ours[2])))[:3000]),
        (refused("mail"), refused("unknown")),
    )
    wide = compound(outlook(*(attachment(f"{number}.xlsx", b"x") for number in range(2_500))))
    yield Hostile("wide.msg", written(wide), ("too_many", "unpacking_failed"))
    if shutil.which("bsdtar"):
        bomb = io.BytesIO()
        with tarfile.open(fileobj=bomb, mode="w:gz") as archive:
            member = tarfile.TarInfo("a.xlsx")
            member.size = 20 * MB
            archive.addfile(member, io.BytesIO(bytes(member.size)))
        yield Hostile("bomb.tgz", written(bomb.getvalue()), ("hostile",))


def zipped(members: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members.items():
            archive.writestr(
                zipfile.ZipInfo(name, (2031, 7, 1, 8, 0, 0)), content, zipfile.ZIP_DEFLATED
            )
    return file.getvalue()


# --- entries of a folder that are no plain files --------------------------------------------------


def odd_entries(right: bytes) -> Iterator[Hostile]:
    yield Hostile("sparse.xlsx", sparse, (TOO_LARGE,))
    if hasattr(os, "mkfifo"):
        yield Hostile("pipe.xlsx", os.mkfifo, ("not_file",))
        yield Hostile("link.xlsx", lambda path: path.symlink_to("/etc/passwd"), ("link",))
        yield Hostile("circle", lambda path: path.symlink_to(path.parent), ("link",))
    yield Hostile("~$right.xlsx", written(b"lock"), ("lock",))
    yield Hostile("right.xlsx.part", written(right[:100]), ("half_written",))
    if hasattr(os, "geteuid") and os.geteuid():
        yield Hostile("unreadable.xlsx", unreadable, ("no_access",))


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(3 * 1024**3)


def unreadable(path: Path) -> None:
    path.write_bytes(b"x")
    path.chmod(0)
