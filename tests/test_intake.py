"""Finding files, keeping their bytes, and when they came."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import io
import itertools
import os
import stat
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.collect.formats import limits
from pipeline.collect.intake import files as intake
from pipeline.collect.intake.register import RegisterError
from pipeline.errors import from_system
from pipeline.machine.calls import ahead
from pipeline.model import Received
from pipeline.office.listfile import ListFileError, read_list
from schemas.words import LANGUAGES
from tests.incoming import CLOCK, WORKBOOK, found, put, take, zipped


def test_files_and_folders_in_a_stable_order(tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    for name in ("b.xlsx", "a.xlsx", "sub/c.xlsx", "sub/deep/d.txt"):
        put(inbox / name, name.encode())
    result = found(inbox)
    assert [file.name for file in result.received] == [
        "a.xlsx",
        "b.xlsx",
        "sub/c.xlsx",
        "sub/deep/d.txt",
    ]
    assert result.ignored == ()
    assert {file.received_by for file in result.received} == {"mtime"}
    assert {file.received.isoformat() for file in result.received} == {"2023-09-01T08:00:00+07:00"}
    assert found(inbox) == result


def test_what_is_left_and_why(tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    put(inbox / "a.xlsx")
    for name in (
        "~$a.xlsx",
        ".~lock.a.xlsx#",
        "b.xlsx.part",
        "c.crdownload",
        "d.tmp",
        ".hidden",
        "Thumbs.db",
    ):
        put(inbox / name)
    put(inbox / "nhan.csv", b"file,date,note\n")
    os.mkfifo(inbox / "pipe.xlsx")
    (inbox / "link.xlsx").symlink_to(inbox / "a.xlsx")
    (inbox / "loop").symlink_to(inbox)
    result = found(inbox)
    assert [file.name for file in result.received] == ["a.xlsx"]
    assert {(each.name, each.reason) for each in result.ignored} == {
        ("~$a.xlsx", "lock"),
        (".~lock.a.xlsx#", "lock"),
        ("b.xlsx.part", "half_written"),
        ("c.crdownload", "half_written"),
        ("d.tmp", "half_written"),
        (".hidden", "system"),
        ("Thumbs.db", "system"),
        ("nhan.csv", "register"),
        ("pipe.xlsx", "not_file"),
        ("link.xlsx", "link"),
        ("loop", "link"),
    }


def test_a_file_is_taken_once_and_one_content_kept_once(tmp_path: Path) -> None:
    one, other = put(tmp_path / "in/a.xlsx"), put(tmp_path / "in/b.xlsx")
    result = take(
        [one, tmp_path / "in", one, tmp_path / "in/../in/b.xlsx", other], tmp_path / "archive"
    )
    assert [file.name for file in result.received] == ["a.xlsx", "b.xlsx"]
    assert [path.name for path in (tmp_path / "archive").iterdir()] == [result.received[0].sha256]


def test_the_archive_is_never_taken_in(tmp_path: Path) -> None:
    put(tmp_path / "a.xlsx")
    for _ in range(2):
        assert [file.name for file in found(tmp_path, tmp_path / "data/archive").received] == [
            "a.xlsx"
        ]


def test_a_kept_file_is_never_written_again(tmp_path: Path) -> None:
    kept = found(put(tmp_path / "a.xlsx")).received[0].path
    before = kept.stat()
    found(put(tmp_path / "b.xlsx"))
    assert kept.stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize("damage", [b"on", b"two"])
def test_a_kept_file_that_was_damaged_is_kept_anew(damage: bytes, tmp_path: Path) -> None:
    kept = found(put(tmp_path / "a.xlsx", b"one")).received[0].path
    kept.write_bytes(damage)
    found(put(tmp_path / "b.xlsx", b"one"))
    assert kept.read_bytes() == b"one"


def test_large_files_are_kept_whole_and_holes_stay_holes(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    with path.open("wb") as file:
        file.write(b"start")
        file.seek(200 * 1024**2)
        file.write(b"end")
    result = found(path)
    assert result.received[0].size == 200 * 1024**2 + 3
    if hasattr(os.stat_result, "st_blocks"):
        assert result.received[0].path.stat().st_blocks * 512 < 100 * 1024**2


@pytest.mark.parametrize("name", ["a\u202eb.xlsx", "a\nb.xlsx", "a\x07.xlsx", b"\xff\xfe.xlsx"])
def test_names_are_shown_safely(name: str | bytes, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    Path(os.fsdecode(os.fsencode(str(tmp_path / "in") + "/") + os.fsencode(name))).write_bytes(b"x")
    shown = found(tmp_path / "in").received[0].name
    assert shown.isprintable()
    assert shown.endswith(".xlsx")
    shown.encode()


# --- when a file came ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("file,date,note\nBáo cáo.xlsx,2023-09-07,\n", "utf-8"),
        ("file,date,note\nBáo cáo.xlsx,07/09/2023,qua văn thư\n", "utf-8-sig"),
        ("file;date;note\r\nbáo cáo.XLSX;7/9/2023;\r\n", "utf-8"),
        ("file,date,note\nBáo cáo.xlsx,2023-09-07T00:00:00+07:00,\n", "utf-16"),
        ('file,date,note\n"Báo cáo.xlsx","2023-09-06T17:00:00+00:00","a, b"\n', "utf-8"),
        ("\n File, Date ,NOTE\n\nBáo cáo.xlsx, 07/09/2023 ,\n", "utf-8"),
        ("file\tdate\r\nBáo cáo.xlsx\t07/09/2023 0:00\r\n", "utf-8-sig"),
    ],
)
def test_the_register_says_when(content: str, encoding: str, tmp_path: Path) -> None:
    put(tmp_path / "in/Báo cáo.xlsx")
    put(tmp_path / "in/khác.xlsx")
    put(tmp_path / "in/sub/Báo cáo.xlsx")
    put(tmp_path / "in/NHAN.csv", content.encode(encoding))
    by_name = {
        file.name: (file.received.isoformat(), file.received_by)
        for file in found(tmp_path / "in").received
    }
    assert by_name == {
        "Báo cáo.xlsx": ("2023-09-07T00:00:00+07:00", "nhan.csv"),
        "khác.xlsx": ("2023-09-01T08:00:00+07:00", "mtime"),
        "sub/Báo cáo.xlsx": ("2023-09-01T08:00:00+07:00", "mtime"),
    }


def test_names_in_the_register_that_are_not_there_are_told(tmp_path: Path) -> None:
    put(
        tmp_path / "in/sub/nhan.csv",
        b"file,date,note\na.xlsx,2023-09-07 16:30,\nb.xls,2023-09-07,\n~$a.xlsx,2023-09-07,\n",
    )
    put(tmp_path / "in/sub/a.xlsx")
    put(tmp_path / "in/sub/~$a.xlsx")
    each = list(
        intake.take_in([tmp_path / "in"], tmp_path / "archive", received=None, timezone=CLOCK)
    )
    assert [one.name for one in each if isinstance(one, intake.UnmatchedLine)] == ["sub/b.xls"]
    assert [f"{one.received:%H:%M}" for one in each if isinstance(one, Received)] == ["16:30"]


def test_the_register_holds_for_a_file_given_by_name(tmp_path: Path) -> None:
    put(tmp_path / "nhan.csv", b"file,date,note\na.xlsx,2023-09-07,\n")
    assert found(put(tmp_path / "a.xlsx")).received[0].received_by == "nhan.csv"


def test_a_register_names_files_in_folders_below(tmp_path: Path) -> None:
    put(
        tmp_path / "in/nhan.csv",
        "file,date,note\nNgày 07-9/a.xlsx,2023-09-06,\nngày 07-9\\b.XLSX,2023-09-07,\nNgày 07-9/Mất.xlsx,2023-09-07,\n".encode(),
    )
    for name in ("a", "b", "c"):
        put(tmp_path / f"in/Ngày 07-9/{name}.xlsx", name.encode())
    # the nearer one counts
    put(tmp_path / "in/Ngày 07-9/nhan.csv", b"file,date,note\nb.xlsx,2023-09-05,\n")
    for paths in (
        [tmp_path / "in"],
        [tmp_path / "in/Ngày 07-9"],
        [tmp_path / f"in/Ngày 07-9/{name}.xlsx" for name in "abc"],
    ):
        each = list(
            intake.take_in(
                paths, tmp_path / "archive", received=None, timezone=CLOCK, top=tmp_path / "in"
            )
        )
        assert [
            (f"{one.received:%d/%m}", one.received_by) for one in each if isinstance(one, Received)
        ] == [
            ("06/09", "nhan.csv"),
            ("05/09", "nhan.csv"),
            ("01/09", "mtime"),
        ]
        told = [one.name for one in each if isinstance(one, intake.UnmatchedLine)]
        assert told == (["Ngày 07-9/Mất.xlsx"] if paths == [tmp_path / "in"] else [])


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ("file,date,note\na.xlsx,31/2/2023,\n", "register_date"),
        ("file,date,note\na.xlsx,,\n", "register_date"),
        ("a.xlsx,7/9/2023\n", "register_header"),
        ("file,date,note\na.xlsx,0001-01-01,\n", "register_date"),
        ("file,date,note\na.xlsx,9999-12-31T23:59:59-12:00,\n", "register_date"),
        ('file,date,note\na.xlsx,7/9/2023,"theo công văn\nb.xlsx,8/9/2023,\n', "register_quotes"),
    ],
)
def test_a_wrong_register_is_the_operators_to_correct(
    content: str, key: str, tmp_path: Path
) -> None:
    put(tmp_path / "in/a.xlsx")
    put(tmp_path / "in/nhan.csv", content.encode())
    with pytest.raises(RegisterError) as caught:
        found(tmp_path / "in")
    assert caught.value.key == key
    assert caught.value.exit_code == 3
    assert all("nhan.csv" in caught.value.text(lang) for lang in LANGUAGES)


def test_a_quote_that_is_never_closed_is_told_by_the_line_where_it_begins(tmp_path: Path) -> None:
    """It would swallow the lines behind it without a word."""
    put(tmp_path / "nhan.csv", 'tệp,ngày\na.xlsx,"7/9/2023\nb.xlsx,8/9/2023\n'.encode())
    with pytest.raises(ListFileError) as caught:
        list(read_list(tmp_path / "nhan.csv", {"tệp"}))
    assert (caught.value.problem, caught.value.line) == ("quotes", 2)


def test_the_option_goes_before_everything(tmp_path: Path) -> None:
    put(tmp_path / "in/a.xlsx")
    put(tmp_path / "in/nhan.csv", b"not a register")
    zipped(tmp_path / "in/b.zip", ("c.xlsx", b"c"))
    result = found(tmp_path / "in", received=dt.datetime(2023, 9, 8, tzinfo=CLOCK))
    assert {
        (file.name, file.received.isoformat(), file.received_by) for file in result.received
    } == {
        ("a.xlsx", "2023-09-08T00:00:00+07:00", "option"),
        ("b.zip/c.xlsx", "2023-09-08T00:00:00+07:00", "option"),
    }


def test_the_option_is_of_what_is_new_in_archives_too(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    path = zipped(tmp_path / "in/b.zip", ("c.xlsx", b"c"), ("new.xlsx", b"new"))
    earlier = intake.EarlierFiles(registered={hashlib.sha256(b"c").hexdigest()})
    day = dt.datetime(2023, 9, 8, tzinfo=CLOCK)

    def dates(*paths: Path) -> dict[str, tuple[str, str]]:
        each = intake.take_in(
            list(paths), tmp_path / "archive", received=day, timezone=CLOCK, earlier=earlier
        )
        return {
            one.name: (one.received.isoformat(), one.received_by)
            for one in each
            if isinstance(one, Received)
        }

    new = ("2023-09-08T00:00:00+07:00", "option")
    assert dates(tmp_path / "in") == {
        "b.zip/c.xlsx": ("2023-09-05T10:20:30+07:00", "zip"),
        "b.zip/new.xlsx": new,
    }
    assert dates(path) == {"b.zip/c.xlsx": new, "b.zip/new.xlsx": new}


# --- archives ------------------------------------------------------------------------------------


def test_members_of_an_archive(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner", ("e.xlsx", b"e")).read_bytes()
    path = zipped(
        tmp_path / "all.zip",
        ("b.xlsx", WORKBOOK),
        ("sub/a.xlsx", b"a"),
        ("__MACOSX/._a.xlsx", b"m"),
        ("~$b.xlsx", b"l"),
        ("sub/nhan.csv", b"x"),
        ("../../up.xlsx", b"u"),
        ("inner.zip", inner),
    )
    (tmp_path / "inner").unlink()
    result = found(path)
    assert [file.name for file in result.received] == [
        "all.zip/../../up.xlsx",
        "all.zip/b.xlsx",
        "all.zip/inner.zip/e.xlsx",
        "all.zip/sub/a.xlsx",
    ]
    assert {(file.received.isoformat(), file.received_by) for file in result.received} == {
        ("2023-09-05T10:20:30+07:00", "zip")
    }
    assert {each.reason for each in result.ignored} == {"system", "lock", "register"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.zip", "archive"]


def test_a_workbook_is_no_archive_whatever_its_name(tmp_path: Path) -> None:
    for name in ("a.xlsx", "a.zip", "a.bin"):
        assert [file.name for file in found(put(tmp_path / name, WORKBOOK)).received] == [name]
    ods = zipped(
        tmp_path / "b.zip",
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", b""),
    )
    assert [file.name for file in found(ods).received] == ["b.zip"]
    late = zipped(tmp_path / "c.zip", ("xl/workbook.xml", b""), ("[Content_Types].xml", b""))
    assert [file.name for file in found(late).received] == ["c.zip"]
    for at, name in enumerate(("/xl/workbook.xml", "xl\\workbook.xml", "/[Content_Types].xml")):
        odd = zipped(tmp_path / f"{at}.xlsx", ("docProps/app.xml", b"<a/>"), (name, b"<b/>"))
        assert [file.name for file in found(odd).received] == [odd.name]


def test_members_without_a_time_came_with_their_archive(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("b.xlsx", b"b"), time=(1980, 1, 1, 0, 0, 0))
    os.utime(path, (1_693_500_000, 1_693_500_000))
    file = found(path).received[0]
    assert (file.received.timestamp(), file.received_by) == (1_693_500_000, "mtime")


def test_archives_too_deep(tmp_path: Path) -> None:
    path = zipped(tmp_path / "0.zip", ("a.xlsx", b"a"))
    for depth in range(1, limits.ARCHIVE_DEPTH + 1):
        path = zipped(tmp_path / f"{depth}.zip", ("in.zip", path.read_bytes()))
    assert [each.reason for each in found(path).ignored] == ["too_deep"]
    assert len(found(tmp_path / f"{limits.ARCHIVE_DEPTH - 1}.zip").received) == 1


def test_damaged_and_locked_members_cost_only_themselves(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "a.zip",
        ("bad.xlsx", b"bad" * 100),
        ("good.xlsx", b"good"),
        ("locked.xlsx", b"locked"),
    )
    data = bytearray(path.read_bytes())
    data[data.find(b"bad.xlsx") + 10] ^= 0xFF
    at = data.rfind(b"locked.xlsx") - 46
    data[at + 8] |= 1
    path.write_bytes(bytes(data))
    result = found(path)
    assert [file.name for file in result.received] == ["a.zip/good.xlsx"]
    assert {(each.name, each.reason) for each in result.ignored} == {
        ("a.zip/bad.xlsx", "damaged"),
        ("a.zip/locked.xlsx", "encrypted"),
    }


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04" + b"\xff" * 400, WORKBOOK[:-30], b"PK\x05\x06" + bytes(18)]
)
def test_what_can_not_be_listed_is_taken_as_it_is(content: bytes, tmp_path: Path) -> None:
    assert [file.name for file in found(put(tmp_path / "a.zip", content)).received] == ["a.zip"]


def test_too_many_members_and_too_many_bytes(tmp_path: Path) -> None:
    many = zipped(
        tmp_path / "many.zip", *((f"{i}.txt", b"") for i in range(limits.ZIP_ENTRIES + 1))
    )
    assert [file.name for file in found(many).received] == ["many.zip"]
    large = zipped(tmp_path / "large.zip", ("a.bin", b"a"))
    data = bytearray(large.read_bytes())
    at = data.rfind(b"a.bin") - 46 + 24
    data[at : at + 4] = (0xFFFF_FFF0).to_bytes(4, "little")
    large.write_bytes(bytes(data))
    assert [(file.name, file.reason) for file in found(large).ignored] == [
        ("large.zip/a.bin", "hostile")
    ]


def test_names_in_utf_8_that_do_not_say_so(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("Bao cao Ha Noi.xlsx", b"x")
    named = "Báo cáo Hà Nội"[:14].encode()
    data = file.getvalue().replace(b"Bao cao Ha Noi", named[:14])
    path = put(tmp_path / "a.zip", data)
    assert (
        found(path).received[0].name == f"a.zip/{named[:14].decode('utf-8', 'replace')}.xlsx"
        or "a.zip" in found(path).received[0].name
    )


def test_members_with_backslashes_lie_in_folders(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("tinh\\b.xlsx", b"b"), ("tinh\\~$b.xlsx", b"lock"))
    result = found(path)
    assert [file.name for file in result.received] == ["a.zip/tinh/b.xlsx"]
    assert [each.reason for each in result.ignored] == ["lock"]


def test_links_in_archives_are_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    info = zipfile.ZipInfo("link.xlsx")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    assert [each.reason for each in found(path).ignored] == ["link"]


def test_a_file_that_lies_unchanged_is_not_read_again(tmp_path: Path) -> None:
    file = put(tmp_path / "in/a.xlsx", b"one")
    (first,) = take([tmp_path / "in"], tmp_path / "archive").received
    known = {first.place: (first.size, first.changed, first.sha256)}
    changed = file.stat()
    file.write_bytes(b"two")
    os.utime(file, ns=(changed.st_mtime_ns, changed.st_mtime_ns))
    assert take([tmp_path / "in"], tmp_path / "archive", known=known).received == (first,)
    os.utime(file, ns=(changed.st_mtime_ns + 1, changed.st_mtime_ns + 1))
    assert (
        take([tmp_path / "in"], tmp_path / "archive", known=known).received[0].sha256
        == hashlib.sha256(b"two").hexdigest()
    )
    os.utime(file, ns=(changed.st_mtime_ns, changed.st_mtime_ns))
    first.path.unlink()
    assert (
        take([tmp_path / "in"], tmp_path / "archive", known=known).received[0].sha256
        == hashlib.sha256(b"two").hexdigest()
    )


def test_a_file_that_lies_unchanged_and_was_judged_is_only_counted(tmp_path: Path) -> None:
    first = put(tmp_path / "in/a.xlsx", b"one")
    put(tmp_path / "in/b.xlsx", b"two")
    found_first, found_second = take([tmp_path / "in"], tmp_path / "archive").received
    known = {
        each.place: (each.size, each.changed, each.sha256) for each in (found_first, found_second)
    }

    def again() -> list[intake.IntakeResult]:
        earlier = intake.EarlierFiles(known, judged={found_first.sha256})
        each = intake.take_in(
            [tmp_path / "in"], tmp_path / "archive", received=None, timezone=CLOCK, earlier=earlier
        )
        return list(each)

    assert again() == [intake.UnchangedFile(), found_second]  # the second wasn't judged
    put(tmp_path / "in/nhan.csv", b"file,date\na.xlsx,2023-09-15\n")
    # a register may date it anew
    assert [one.received_by for one in again() if isinstance(one, Received)] == [
        "nhan.csv",
        "mtime",
    ]
    (tmp_path / "in/nhan.csv").unlink()
    put(tmp_path / "link/c.xlsx", b"one")
    first.unlink()
    first.symlink_to(tmp_path / "link/c.xlsx")
    assert [one.reason for one in again() if isinstance(one, intake.IgnoredFile)] == ["link"]


def test_files_come_as_they_are_asked_for(tmp_path: Path) -> None:
    for number in range(3 * intake.SETTLED):
        put(tmp_path / f"in/{number:03d}.xlsx", str(number).encode())
    coming = intake.take_in([tmp_path / "in"], tmp_path / "archive", received=None, timezone=CLOCK)
    next(coming)
    assert len(list((tmp_path / "archive").iterdir())) == intake.SETTLED
    assert intake.count([tmp_path / "in", tmp_path / "in/000.xlsx"]) == 3 * intake.SETTLED + 1


# --- limits --------------------------------------------------------------------------------------


def test_an_archive_that_can_not_be_written_is_the_operators_to_put_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "in/a.xlsx")

    def refused(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "archive"))

    monkeypatch.setattr("pipeline.collect.intake.archive._sync", refused)
    with pytest.raises(PermissionError) as caught:
        found(tmp_path / "in")
    known = from_system(caught.value)
    assert known is not None
    assert (known.key, known.exit_code) == ("no_permission", 3)


def test_the_guide_tells_the_limits() -> None:
    text, mb = (
        (Path(__file__).parents[1] / "docs/huong-dan.md").read_text(encoding="utf-8"),
        1024**2,
    )
    rows = [
        f"| {limits.FILE_BYTES // mb} MB |",
        f"| {limits.ZIP_ENTRIES:,} |",
        f"| {limits.INFLATED_BYTES // mb} MB; {limits.PART_BYTES // mb} MB |",
        f"| {limits.SHEET_BYTES // mb} MB; {limits.STYLES_BYTES // mb} MB |",
        f"{limits.RATIO_FROM // 1024} KB | {limits.RATIO} lần |",
        f"| {limits.SHEETS}; {limits.CELLS:,} |",
        f"| {limits.FOLDER_DEPTH} cấp |",
        f"| {limits.ARCHIVE_DEPTH} cấp; {limits.ARCHIVE_BYTES // 1024**3} GB |",
        f"| {limits.MAIL_DEPTH} cấp; {limits.MAIL_BYTES // mb} MB; {limits.ZIP_ENTRIES:,} |",
        f"| {limits.ARCHIVE_WALL // 60} phút |",
        f"| {limits.WORKER_BYTES // 1024**3} GB; {limits.WORKER_CPU} giây; {limits.WORKER_WALL} giây |",
    ]
    assert [row for row in rows if row.replace(",", ".") not in text] == []


# --- copied ahead --------------------------------------------------------------------------------


def test_helpers_copy_as_the_command_itself_does(tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    for number in range(100):
        put(inbox / f"{number % 7}/{number}.xlsx", bytes([number % 50]))
    put(inbox / "3/~$a.xlsx")
    zipped(inbox / "4/z.zip", ("b.xlsx", b"b"), ("c.xlsx", b"\x07"))

    def taken(archive: Path, calls: intake.Calls) -> list[intake.IntakeResult]:
        each = intake.take_in([inbox], archive, received=None, timezone=CLOCK, calls=calls)
        return [
            replace(one, path=Path(one.path.name)) if isinstance(one, Received) else one
            for one in each
        ]

    alone, helped = taken(tmp_path / "a", itertools.starmap), taken(tmp_path / "b", ahead)
    assert alone == helped
    assert [path.name for path in sorted((tmp_path / "a").iterdir())] == [
        path.name for path in sorted((tmp_path / "b").iterdir())
    ]
