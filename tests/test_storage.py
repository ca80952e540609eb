"""Incoming files and archive by address: same ledger and outputs; a failing store is told."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import json
import shutil
import unicodedata
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from importlib import util
from pathlib import Path
from typing import Any

import pytest

from pipeline import run
from pipeline.collect.intake import files as intake
from pipeline.collect.intake.stored import StoredArchive
from pipeline.errors import OperatorError, UsageError
from pipeline.home import Home
from pipeline.machine.storage import Address, Store, place_of
from pipeline.model import CHANGED, OPTION, REGISTER, UPLOADED, Received
from pipeline.stages import deciding, rebuilding
from pipeline.stages.doctor import Health, examine
from pipeline.store.decisions import Grounds
from pipeline.store.earlier import Comparison
from schemas.round.round import Round
from tests.books import MINI, filled, round_of
from tests.clusters import Cluster
from tests.commands import tonghop
from tests.histories import tables
from tests.incoming import CLOCK, WORKBOOK
from tests.kinds import of_all_kinds
from tests.objects import Bucket, Server, of_moto, of_rclone

if util.find_spec("s3fs") is None:
    pytest.skip("the extra [cluster] isn't installed", allow_module_level=True)

MANY = 12
NOW = dt.datetime(2030, 9, 10, 8, tzinfo=CLOCK)


@pytest.fixture(scope="module", autouse=True)
def then() -> Iterator[None]:
    """A day on which all files may have come."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGHOP_NOW", NOW.isoformat())
        yield


@pytest.fixture(scope="module")
def round_() -> Round:
    return round_of(MINI)


@pytest.fixture(scope="module")
def incoming(tmp_path_factory: pytest.TempPathFactory, round_: Round) -> Path:
    folder = of_all_kinds(tmp_path_factory.mktemp("incoming"), round_, MANY)
    below = folder / "tỉnh" / "trong"
    below.mkdir(parents=True)
    shutil.copy2(folder / "07.xlsx", below)
    (folder / "tỉnh" / "nhan.csv").write_text(
        "file,date,note\ntrong/07.xlsx,05/01/2030,\nvắng.xlsx,05/01/2030,\n", encoding="utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def from_folder(tmp_path_factory: pytest.TempPathFactory, round_: Round, incoming: Path) -> Home:
    """What is made of the same files in folders of one machine."""
    home = Home(tmp_path_factory.mktemp("alone"))
    run.consolidate(home, round_, [incoming])
    return home


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Server]]:
    """A server with conditional puts and credentials, and one without conditions."""
    with ExitStack() as stack:
        yield {
            "moto": stack.enter_context(of_moto()),
            "rclone": stack.enter_context(of_rclone(tmp_path_factory.mktemp("rclone"))),
        }


@pytest.fixture
def bucket(
    request: pytest.FixtureRequest, servers: dict[str, Server], monkeypatch: pytest.MonkeyPatch
) -> Bucket:
    """A new bucket; of moto, unless the test asks for another server."""
    server = servers[getattr(request, "param", "moto")]
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    forget_instances()
    return server.bucket(f"kho-{abs(hash(request.node.name)):x}"[:40])


def forget_instances() -> None:
    """Forget file systems that were made with other variables of the environment."""
    import fsspec

    fsspec.get_filesystem_class("s3").clear_instance_cache()


def told(home: Home, incoming: Path | str) -> dict[str, list[tuple[Any, ...]]]:
    """All ledger tables, with places relative to what was collected, without store marks."""
    found = tables(home.ledger)
    # in which the places stand
    found["about"] = [row for row in found["about"] if row[0] not in ("archive", "journal")]
    found["place"] = sorted(
        (path.decode().removeprefix(str(incoming)), size, sha256)
        for path, size, _, sha256 in found["place"]
    )
    return found


def outputs(home: Home) -> dict[str, bytes]:
    return {
        str(path.relative_to(home.root)): path.read_bytes()
        for path in (home.root / "data" / "output").rglob("*")
        if path.is_file()
    }


def returned(round_: Round, number: int = 3) -> bytes:
    return filled(
        round_, "NOR", inspections=f"quarter | building | inspected\n2030 | SCH | {number}"
    )


def taken(
    place: Address | intake.StoreListing, archive: Path | Address, **more: Any
) -> list[intake.IntakeResult]:
    return list(intake.take_in([place], archive, received=None, timezone=CLOCK, **more))


# --- the same as from folders --------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("bucket", ["moto", "rclone"], indirect=True)
def test_the_same_ledger_and_outputs_as_from_folders(
    bucket: Bucket, tmp_path: Path, round_: Round, incoming: Path, from_folder: Home
) -> None:
    bucket.fill(incoming, "den")
    home, where = Home(tmp_path, archive_asked=bucket.address("luu-tru")), [bucket.address("den")]
    collected, *_ = run.consolidate(home, round_, where)
    assert told(home, bucket.address("den").url) == told(from_folder, incoming)
    assert outputs(home) == outputs(from_folder)
    assert not collected.uploaded
    assert not (home.data / "archive").exists()
    again = run.collect(Home(tmp_path), round_, where)
    assert (again.known, again.accepted + again.to_correct + again.unreadable) == (
        again.seen - len(again.ignored),
        0,
    )
    assert told(home, bucket.address("den").url) == told(from_folder, incoming)


@pytest.mark.slow
def test_the_same_on_a_cluster(
    bucket: Bucket, tmp_path: Path, round_: Round, incoming: Path, from_folder: Home
) -> None:
    bucket.fill(incoming, "den")
    cluster = Cluster(tmp_path, environment=bucket.server.environment)
    try:
        cluster.start(workers=2)
        home = Home(tmp_path / "home", archive_asked=bucket.address("luu-tru"))
        run.collect(home, round_, [bucket.address("den")], cluster=cluster.address)
    finally:
        cluster.stop()
    assert told(home, bucket.address("den").url) == told(from_folder, incoming)


@pytest.mark.slow
def test_whatever_reads_the_archive_reads_it_by_address(
    bucket: Bucket, tmp_path: Path, round_: Round, incoming: Path
) -> None:
    """Judge again, reply, rebuild, compare, doctor: each says what the archive lacks."""
    home = Home(tmp_path / "one", archive_asked=bucket.address("luu-tru"))
    run.collect(home, round_, [incoming])
    home = Home(tmp_path / "one")
    held = tables(home.ledger)
    rebuilding.rebuild(home, round_, lambda *_: None)
    assert tables(home.ledger) == held
    assert not run.feedback(home, round_).lost
    deciding.waive(home, round_, "NOR", "S13", Grounds("vì thế", "tôi"))
    assert all(each.rule != "S13" for each in run.findings(home, round_, ["NOR"]))
    assert run.summarise(home, round_, compare=Comparison(home.root))
    assert [each.key for each in examine(home, round_) if each.key.startswith("archive")] == [
        "archive"
    ]
    store = Store(bucket.address("luu-tru"))
    sha256, name = next((row[1], row[2]) for row in held["submission"] if row[2] == "01.xlsx")
    store.replace({sha256: b"other"})
    [wrong] = [each for each in examine(home, round_) if each.key.startswith("archive")]
    assert (wrong.key, wrong.words["names"]) == ("archive_damaged", name)
    assert rebuilding.rebuild(home, round_, lambda *_: None).lost == [name]
    run.collect(home, round_, [incoming])
    assert [each.key for each in examine(home, round_) if each.key.startswith("archive")] == [
        "archive"
    ]


# --- what is kept --------------------------------------------------------------------------------


def test_of_eight_writers_one_wins(bucket: Bucket) -> None:
    stores = [Store(bucket.address("luu-tru")) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda each: each[1].put({"k": bytes([each[0]]) * 1000}), enumerate(stores)))
    [first] = stores[0].fetched(["k"])
    assert first in {bytes([number]) * 1000 for number in range(8)}
    stores[1].put({"k": b"later"})
    assert stores[0].fetched(["k"]) == [first]


@pytest.mark.parametrize("bucket", ["moto", "rclone"], indirect=True)
def test_eight_archives_keep_one_file_at_once(bucket: Bucket) -> None:
    def keep(_: int) -> str:
        archive = StoredArchive(bucket.address("luu-tru"))
        kept = archive.keep(io.BytesIO(WORKBOOK))
        archive.settle()
        return kept.sha256

    with ThreadPoolExecutor(8) as pool:
        [sha256] = {*pool.map(keep, range(8))}
    assert StoredArchive(bucket.address("luu-tru")).content(sha256) == WORKBOOK


@pytest.mark.parametrize("damaged", [WORKBOOK[:-7], bytes(len(WORKBOOK)), b""])
def test_what_something_left_damaged_is_put_right(bucket: Bucket, damaged: bytes) -> None:
    archive = StoredArchive(bucket.address("luu-tru"))
    sha256 = archive.keep(io.BytesIO(WORKBOOK)).sha256
    Store(bucket.address("luu-tru")).put({sha256: damaged})
    archive.settle()
    assert [*archive.are_whole([sha256])] == [True]


@pytest.mark.parametrize(("times", "is_kept"), [(1, True), (2, False)])
def test_what_is_put_is_compared(
    times: int,
    is_kept: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A store cuts off what is put into it, the first times."""
    from fsspec.implementations.memory import MemoryFileSystem

    put, left = MemoryFileSystem.pipe_file, itertools.count(times - 1, -1)

    def pipe_file(system: Any, path: str, value: bytes, *more: Any, **options: Any) -> None:
        put(system, path, value if next(left) < 0 else value[:-1], *more, **options)

    monkeypatch.setattr(MemoryFileSystem, "pipe_file", pipe_file)
    archive = StoredArchive(Address(f"memory://kho-{times}/luu-tru"))
    archive.begin()
    sha256 = archive.keep(io.BytesIO(WORKBOOK)).sha256
    if is_kept:
        archive.settle()
        assert archive.content(sha256) == WORKBOOK
    else:
        with pytest.raises(OperatorError, match="storage_altered") as refused:
            archive.settle()
        assert sha256 in refused.value.text("vi")


@pytest.mark.slow
def test_a_large_object_is_fetched_by_itself(
    bucket: Bucket, tmp_path: Path, round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files after it are not forgotten either; little memory stands for a large file."""
    large = len(returned(round_, 1) + b"0")
    for name in (
        "machine.storage.LARGE",
        "collect.intake.archive.IN_MEMORY",
        "collect.intake.stored.IN_MEMORY",
    ):
        monkeypatch.setattr(f"pipeline.{name}", large)
    for number, name in enumerate("abcde"):
        bucket.put(
            f"den/{name}.xlsx", returned(round_, 1) + bytes([number]) * (number % 2), 1_893_500_000
        )
    bucket.put("den/c.xlsx", returned(round_, 2), 1_893_500_000)
    home = Home(tmp_path, archive_asked=bucket.address("luu-tru"))
    collected = run.collect(home, round_, [bucket.address("den")])
    assert (collected.accepted, collected.duplicate) == (4, 1)
    assert [
        *StoredArchive(bucket.address("luu-tru")).are_whole(
            row[1] for row in tables(home.ledger)["submission"]
        )
    ] == [True] * 4


# --- what is found -------------------------------------------------------------------------------


@pytest.mark.slow
def test_odd_keys_are_files_like_others(bucket: Bucket, tmp_path: Path, round_: Round) -> None:
    odd = [
        "báo cáo số 1.xlsx",
        unicodedata.normalize("NFD", "báo cáo số 1.xlsx"),
        "../lên.xlsx",
        "./đây.xlsx",
        "/hai gạch.xlsx",
        "cuối.xlsx/",
    ]
    odd += [
        "[1]*?.xlsx",
        "a::b.xlsx",
        "%41+ &#.xlsx",
        "~$khoá.xlsx",
        f"{'k' * 1010}.xlsx",
        f"{'thư mục/' * 60}sâu.xlsx",
    ]
    for number, key in enumerate(odd):
        bucket.put(f"den/{key}", returned(round_, number + 1), 1_893_500_000 + number)
    bucket.put("den/thư mục rỗng/", b"")
    bucket.put("đen khác/khác.xlsx", returned(round_, 99))
    home = Home(tmp_path, archive_asked=bucket.address("luu-tru"))
    collected = run.collect(home, round_, [bucket.address("den")])
    assert [(each.name, each.reason) for each in collected.ignored] == [
        ("cuối.xlsx/", "not_file"),
        ("~$khoá.xlsx", "lock"),
    ]
    assert (collected.seen, collected.accepted) == (len(odd), len(odd) - 2)
    again = run.collect(home, round_, [bucket.address("den")])
    assert (again.known, again.accepted) == (len(odd) - 2, 0)


def test_one_object_may_be_named(bucket: Bucket, tmp_path: Path, round_: Round) -> None:
    bucket.put("den/a.xlsx", returned(round_, 1), 1_893_500_000)
    bucket.put("den/b.xlsx", returned(round_, 2), 1_893_500_000)
    bucket.put("den/nhan.csv", b"file,date\na.xlsx,2030-01-05\n")
    [one] = taken(bucket.address("den/a.xlsx"), tmp_path / "luu-tru")
    assert isinstance(one, Received)
    assert (one.name, one.received_by, one.received.date()) == (
        "a.xlsx",
        REGISTER,
        dt.date(2030, 1, 5),
    )


@pytest.mark.parametrize("bucket", ["moto", "rclone"], indirect=True)
def test_what_changes_after_it_was_listed_is_left_to_the_next_run(
    bucket: Bucket, tmp_path: Path, round_: Round
) -> None:
    first, second = returned(round_, 3), returned(round_, 4)
    for name in ("a", "b", "gone"):
        bucket.put(f"den/{name}.xlsx", first, 1_893_500_000)
    listed = intake.StoreListing(bucket.address("den"))
    assert intake.count([listed]) == 3
    bucket.put("den/b.xlsx", second, 1_893_500_000)
    bucket.system.rm_file(f"{bucket.name}/den/gone.xlsx")
    kept, changed, gone = taken(listed, tmp_path / "luu-tru")
    assert isinstance(kept, Received)
    assert [each.reason for each in (changed, gone) if isinstance(each, intake.IgnoredFile)] == [
        "half_written",
        "no_access",
    ]
    assert [type(each) for each in taken(bucket.address("den"), tmp_path / "luu-tru")] == [
        Received,
        Received,
    ]


def test_the_archive_below_what_is_collected_is_left(
    bucket: Bucket, tmp_path: Path, round_: Round
) -> None:
    bucket.put("a.xlsx", returned(round_), 1_893_500_000)
    home = Home(tmp_path, archive_asked=bucket.address("luu-tru"))
    assert run.collect(home, round_, [bucket.address("")]).seen == 1
    assert run.collect(home, round_, [bucket.address("")]).seen == 1


# --- when it came --------------------------------------------------------------------------------


def dates(home: Home) -> dict[str, tuple[str, str]]:
    return {name: (by, received[:10]) for _, name, received, by in tables(home.ledger)["receipt"]}


@pytest.mark.slow
def test_where_only_the_upload_is_known_that_is_told(
    bucket: Bucket, tmp_path: Path, round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A register and ``--received`` win, and so does a file's own time if uploaded later."""
    today = dt.datetime.now(dt.UTC).date().isoformat()
    monkeypatch.setenv("TONGHOP_NOW", f"{dt.datetime.now(dt.UTC).year + 1}-01-01T08:00:00+07:00")
    for number, name in enumerate(("a", "b", "c")):
        bucket.put(f"den/{name}.xlsx", returned(round_, number))
    bucket.put("den/nhan.csv", b"file,date\nb.xlsx,2025-01-05\n")
    home, where = Home(tmp_path), bucket.address("den").url
    said = tonghop("--home", tmp_path, "--round", MINI, "collect", where)
    assert "lúc tải lên kho, lấy đó làm ngày nhận: a.xlsx, c.xlsx." in said.stderr
    assert dates(home) == {
        "a.xlsx": (UPLOADED, today),
        "b.xlsx": (REGISTER, "2025-01-05"),
        "c.xlsx": (UPLOADED, today),
    }
    assert "tải lên" not in tonghop("--home", tmp_path, "collect", where).stderr, "it was told"
    tonghop("--home", tmp_path, "collect", "--received", "2025-02-06", f"{where}/c.xlsx")
    bucket.put("den/a.xlsx", returned(round_, 0), 1_736_000_000)
    tonghop("--home", tmp_path, "collect", where)
    assert dates(home) == {
        "a.xlsx": (CHANGED, "2025-01-04"),
        "b.xlsx": (REGISTER, "2025-01-05"),
        "c.xlsx": (OPTION, "2025-02-06"),
    }
    bucket.system.rm_file(f"{bucket.name}/den/nhan.csv")
    tonghop("--home", tmp_path, "collect", where)
    assert dates(home)["b.xlsx"] == (UPLOADED, today)


@pytest.mark.slow
@pytest.mark.parametrize("noted", ["", "nan", "-5", "1e40", "ngày mai", "2030-01-02T00:00:00"])
def test_what_is_noted_as_a_time_and_is_none_costs_nothing(
    bucket: Bucket, tmp_path: Path, noted: str
) -> None:
    bucket.system.pipe_file(
        f"{bucket.name}/den/a.xlsx",
        WORKBOOK,
        Metadata={"mtime": noted.encode("ascii", "ignore").decode()},
    )
    [one] = taken(bucket.address("den"), tmp_path / "luu-tru")
    assert isinstance(one, Received)
    assert one.received_by == (CHANGED if noted.startswith("2030") else UPLOADED)


# --- one sentence --------------------------------------------------------------------------------


def refused(home: Path, *words: str) -> str:
    """What a command says after an operator's mistake: one sentence, nothing of a library."""
    said = tonghop("--home", home, "--round", MINI, *words)
    assert said.exit_code == 3
    [sentence] = said.stderr.splitlines()
    return sentence


def test_a_bucket_that_is_not_there(bucket: Bucket, tmp_path: Path) -> None:
    assert "Không tìm thấy s3://khong-co/den" in refused(tmp_path, "collect", "s3://khong-co/den")
    assert "Không tìm thấy s3://khong-co/luu-tru" in refused(
        tmp_path, "collect", "--archive", "s3://khong-co/luu-tru"
    )
    assert "Không tìm thấy" in refused(tmp_path, "collect", bucket.address("không có").url)
    assert not bucket.system.exists("khong-co"), "nobody makes buckets but their owner"


@pytest.mark.parametrize("bucket", ["rclone"], indirect=True)
def test_without_right_keys(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDSTRANGER")
    assert "Không được phép vào" in refused(tmp_path, "collect", bucket.address("den").url)
    assert "Không được phép vào" in refused(
        tmp_path, "collect", "--archive", bucket.address("luu-tru").url
    )
    forget_instances()
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert "Không được phép vào" in refused(tmp_path, "collect", bucket.address("den").url)


@pytest.mark.slow
def test_without_a_network(bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    forget_instances()
    assert "Kiểm tra mạng" in refused(tmp_path, "collect", bucket.address("den").url)


def test_what_fsspec_does_not_know(tmp_path: Path) -> None:
    assert "loại kho" in refused(tmp_path, "collect", "khongbiet://kho/den")
    assert "gcsfs" in refused(tmp_path, "collect", "gs://kho/den")


@pytest.mark.slow
def test_a_store_that_is_lost_meanwhile_leaves_a_sound_ledger(
    tmp_path: Path,
    round_: Round,
    incoming: Path,
    from_folder: Home,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipeline.stages.units.BATCH_FILES", 4)
    for module in ("intake.stored", "bringing"):
        monkeypatch.setattr(f"pipeline.collect.{module}.FETCHED", 4)
    with of_rclone(tmp_path / "data") as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        forget_instances()
        bucket = server.bucket("kho")
        home = Home(tmp_path / "home", archive_asked=bucket.address("luu-tru"))

        def progress(step: str, done: int, _: int | None) -> None:
            if step == "collect" and done:
                server.stop()

        with pytest.raises(OperatorError, match="storage_failed"):
            run.collect(home, round_, [incoming], progress=progress)
        server.start()
        run.collect(home, round_, [incoming])
    assert told(home, incoming) == told(from_folder, incoming)


# --- where it is ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("den", Path("den")),
        ("/a/b", Path("/a/b")),
        ("file:///a/b%20c", Path("/a/b c")),
        ("s3://kho/den/", Address("s3://kho/den")),
        ("sftp://ai@may/den", Address("sftp://ai@may/den")),
    ],
)
def test_a_text_names_a_folder_or_an_address(text: str, place: object) -> None:
    assert place_of(text) == place


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("s3://", "storage_address"),
        ("://x", "storage_address"),
        ("sftp://ai:mật@may/den", "storage_password"),
        ("s3://[", "storage_address"),
    ],
)
def test_what_is_no_address_is_refused(text: str, key: str) -> None:
    with pytest.raises(UsageError, match=key) as error:
        place_of(text)
    assert "mật@" not in error.value.text("vi")


@pytest.mark.slow
def test_a_folder_remembers_where_its_archive_is(
    bucket: Bucket, tmp_path: Path, round_: Round
) -> None:
    """Another is taken only where it holds all that the ledger knows."""
    home = tmp_path / "home"
    (tmp_path / "a.xlsx").write_bytes(returned(round_))
    said = tonghop(
        "--home",
        home,
        "--round",
        MINI,
        "collect",
        "--archive",
        bucket.address("luu-tru").url,
        tmp_path / "a.xlsx",
    )
    assert said.exit_code == 0
    assert Home(home).archive == bucket.address("luu-tru")
    assert "thiếu 1 tệp" in refused(home, "collect", "--archive", bucket.address("kho-khac").url)
    assert Home(home).archive == bucket.address("luu-tru")
    other = tmp_path / "kho"
    assert str(other) in refused(home, "collect", "--archive", str(other)), (
        "a folder that isn't there may be a disk that isn't"
    )
    other.mkdir()
    for name in Store(bucket.address("luu-tru")).objects:
        (other / name).write_bytes(Store(bucket.address("luu-tru")).fetched([name])[0] or b"")
    assert tonghop("--home", home, "collect", "--archive", other.as_uri()).exit_code == 0
    assert Home(home).archive == other
    (home / "data" / "archive.json").write_text("?", encoding="utf-8")
    assert "archive.json" in refused(home, "collect")


@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_check_judges_by_address_as_it_does_files(
    bucket: Bucket, tmp_path: Path, round_: Round, form: str
) -> None:
    wrong, right, packed = tmp_path / "sai.xlsx", tmp_path / "đúng.xlsx", tmp_path / "gói.zip"
    wrong.write_bytes(returned(round_, -3))
    right.write_bytes(returned(round_))
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(wrong, "trong/sai.xlsx")
    names = [path.name for path in (wrong, right, packed)]
    bucket.fill(tmp_path, "đến")
    options = ("--home", tmp_path / "home", "--round", MINI, "check", "--format", form)
    here = tonghop(*options, *(tmp_path / name for name in names))
    there = tonghop(*options, *(bucket.address(f"đến/{name}").url for name in names))
    assert (there.exit_code, there.stdout, there.stderr) == (1, here.stdout, here.stderr)
    assert "sai.xlsx" in there.stdout
    assert not (tmp_path / "home").exists()
    assert (
        tonghop(*options, bucket.address("đến/đúng.xlsx").url).exit_code
        == tonghop(*options, right).exit_code
    )


def test_check_takes_single_files_of_a_store(bucket: Bucket, tmp_path: Path) -> None:
    bucket.put("đến/a.xlsx", b"")
    check = ("--home", tmp_path, "--round", MINI, "check")
    folder = tonghop(*check, bucket.address("đến").url)
    assert (folder.exit_code, "nhận từng tệp" in folder.stderr) == (2, True)
    assert "Không tìm thấy" in refused(tmp_path, "check", bucket.address("đến/b.xlsx").url)


def test_a_lost_record_of_the_archive_is_told_by_what_needs_the_archive(
    tmp_path: Path, round_: Round
) -> None:
    home, archive, other = tmp_path / "home", tmp_path / "luu-tru", tmp_path / "kho"
    (tmp_path / "a.xlsx").write_bytes(returned(round_))
    for folder in (archive, other):
        folder.mkdir()
    collect = ("collect", tmp_path / "a.xlsx")
    first = tonghop("--home", home, "--round", MINI, *collect, "--archive", archive)
    assert first.exit_code == 0
    record = Home(home).archive_file
    record.unlink()
    waive = ("waive", "NOR", "S13", "--reason", "vì thế", "--by", "tôi")
    for command in (collect, ("summarise",), ("consolidate",), ("feedback",), waive):
        said = refused(home, *map(str, command))
        assert said.startswith(f"Thiếu {record}")
        assert f"tonghop collect --archive {archive}" in said
    assert not Home(home).own_archive.exists()
    keys = {each.key for each in examine(Home(home), round_) if each.health is Health.BAD}
    assert keys == {"archive_file_gone"}
    assert tonghop("--home", home, "--round", MINI, "status").exit_code == 0
    assert tonghop("--home", home, "collect", "--archive", archive).exit_code == 0
    assert tonghop("--home", home, "summarise").exit_code == 0
    record.write_text(json.dumps({"archive": str(other)}), encoding="utf-8")
    said = refused(home, "collect")
    assert f"{record} ghi kho lưu trữ ở {other}" in said
    assert "thiếu 1 tệp" in refused(home, "collect", "--archive", str(other))
    record.unlink()
    own = str(Home(home).own_archive)
    Path(own).mkdir()
    assert "thiếu 1 tệp" in refused(home, "collect", "--archive", own)
    shutil.copytree(archive, own, dirs_exist_ok=True)
    assert tonghop("--home", home, "collect", "--archive", own).exit_code == 0
    assert tonghop("--home", home, "collect").exit_code == 0
    moved = home.rename(tmp_path / "moved")
    assert tonghop("--home", moved, "summarise").exit_code == 0


def test_what_a_user_sets_for_a_store_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    import fsspec

    monkeypatch.setitem(
        fsspec.config.conf, "s3", {"anon": True, "config_kwargs": {"read_timeout": 300}}
    )
    system = Store(Address("s3://kho/den"))._system
    assert system.default_block_size == 8 * 1024**2, "ours, where they say nothing"
    assert (system.anon, system.config_kwargs) == (True, {"read_timeout": 300})
