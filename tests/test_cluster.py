"""Collecting on a cluster: the same ledger as on one machine, whatever happens meanwhile."""

from __future__ import annotations

import importlib
import logging
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import util
from pathlib import Path

import pytest

from pipeline import run
from pipeline.errors import OperatorError, UsageError
from pipeline.home import Home
from pipeline.stages.cluster import tasks
from pipeline.stages.cluster.connecting import connected, refuse_unsafe
from pipeline.stages.cluster.examining import examine_cluster
from schemas.round.round import Round
from tests.books import MINI, filled, round_of
from tests.clusters import Cluster, certificates, cut, end, network
from tests.histories import tables
from tests.kinds import of_all_kinds

if util.find_spec("distributed") is None:
    pytest.skip("the extra [cluster] isn't installed", allow_module_level=True)
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills processes by signal")
MANY = 40

POISON = """
import os, psutil
from pipeline.collect.read import Reader
right = Reader.read
def read(self, path, name, assigned=""):
    way = name.partition(".")[0]
    if way == "abort":
        os.abort()
    room = psutil.Process(os.getppid())
    if way == "room":
        room.kill()
    if way == "worker":
        room.parent().kill()
    return right(self, path, name, assigned)
Reader.read = read
"""
"""Start-up code of the cluster's Pythons: some file names end the reader, its room or worker."""


@pytest.fixture(scope="module")
def round_() -> Round:
    return round_of(MINI)


@pytest.fixture(scope="module")
def incoming(tmp_path_factory: pytest.TempPathFactory, round_: Round) -> Path:
    return of_all_kinds(tmp_path_factory.mktemp("incoming"), round_, MANY)


@pytest.fixture(scope="module")
def alone(
    tmp_path_factory: pytest.TempPathFactory, round_: Round, incoming: Path
) -> dict[str, list[tuple[object, ...]]]:
    """The ledger of one machine."""
    home = Home(tmp_path_factory.mktemp("alone"))
    run.collect(home, round_, [incoming])
    return tables(home.ledger)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    (folder / "sitecustomize.py").write_text(POISON, encoding="utf-8")
    made = Cluster(folder, environment={"PYTHONPATH": str(folder)})
    try:
        made.start(workers=2)
        yield made
    finally:
        made.stop()


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.stages.cluster.dask.FILES", 4)


def once(step: Callable[[], None]) -> Callable[[str, int, int | None], None]:
    """Progress that does something when the first files have been judged."""
    steps = [step]

    def progress(name: str, done: int, _: int | None) -> None:
        if name == "collect" and done and steps:
            steps.pop()()

    return progress


# --- which addresses -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["", "host", "tls://host", "tls://host:x", "ftp://host:1", "tls://:8786", "inproc://host:1"],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="cluster_address"):
        refuse_unsafe(address)


@pytest.mark.parametrize(
    "address",
    ["tcp://10.0.0.1:8786", "host:8786", "tcp://[fe80::1]:8786", "tcp://127.0.0.1.evil.org:8786"],
)
def test_without_certificates_no_other_machine_is_spoken_to(address: str) -> None:
    with pytest.raises(UsageError, match="cluster_plain"):
        refuse_unsafe(address)


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:8786", "tcp://[::1]:8786", "localhost:8786", "tls://host:8786"]
)
def test_this_machine_and_what_has_certificates_may_be_used(address: str) -> None:
    refuse_unsafe(address)


def test_a_cluster_that_is_not_there_is_one_sentence(
    tmp_path: Path, round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.stages.cluster.connecting.SECONDS_TO_CONNECT", 1)
    with pytest.raises(OperatorError, match="cluster_unreachable"):
        run.collect(Home(tmp_path), round_, cluster="tcp://127.0.0.1:1")


@pytest.mark.parametrize(
    "words", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"], ids=["nothing", "other words"]
)
def test_a_server_of_another_kind_is_one_sentence_in_time(
    words: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.stages.cluster.connecting.SECONDS_TO_CONNECT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor() as other:
        came = other.submit(server.accept)
        came.add_done_callback(lambda done: done.result()[0].sendall(words))
        with (
            pytest.raises(OperatorError, match="cluster_unreachable"),
            connected(f"tcp://127.0.0.1:{server.getsockname()[1]}"),
        ):
            raise AssertionError
        came.result()[0].close()


def test_another_program_is_refused_with_its_host() -> None:
    with pytest.raises(tasks.OtherProgramError) as refused:
        tasks.called("tonghop 0.0.1", len, ())
    assert refused.value.host
    assert refused.value.program == tasks.program()


@pytest.mark.parametrize(
    ("worker", "key"),
    [
        ("tcp://10.0.0.1:40000", "cluster_other_program"),
        (tasks.Worker("a", "tonghop 0.0.1", (), ()), "cluster_other_program"),
        (tasks.Worker("a", tasks.program(), ("/in",), ()), "cluster_unseen"),
        (tasks.Worker("a", tasks.program(), (), ("/archive",)), "cluster_unwritable"),
    ],
)
def test_a_worker_that_can_not_do_its_work_is_named(worker: tasks.Worker | str, key: str) -> None:
    with pytest.raises(OperatorError, match=key) as refused:
        importlib.import_module("pipeline.stages.cluster.dask").refuse(worker)
    assert "a" in refused.value.text("vi")


def test_a_worker_tells_what_it_does_not_see_and_where_it_can_not_write(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = tasks.worker_here([tmp_path, Path("/nowhere")], [tmp_path, tmp_path / "file"])
    assert (found.unseen, found.unwritable) == (("/nowhere",), (str(tmp_path / "file"),))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


# --- the same ledger -----------------------------------------------------------------------------


@pytest.mark.slow
def test_the_same_ledger_in_one_chunk(
    cluster: Cluster,
    tmp_path: Path,
    round_: Round,
    incoming: Path,
    alone: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipeline.stages.cluster.dask.FILES", 100)  # the tests below have many
    told: list[tuple[str, int, int | None]] = []
    collected = run.collect(
        Home(tmp_path),
        round_,
        [incoming],
        cluster=cluster.address,
        progress=lambda *each: told.append(each),
    )
    assert tables(Home(tmp_path).ledger) == alone
    assert collected.seen == MANY + 6
    counts = [done for step, done, _ in told if step == "collect"]
    assert counts == sorted(counts)
    assert counts[-1] == MANY + 6


@pytest.mark.slow
def test_the_doctor_looks_at_a_cluster(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [well] = examine_cluster(Home(tmp_path), cluster.address, "vi")
    assert (well.key, well.words["count"]) == ("cluster", 2)
    monkeypatch.setattr("pipeline.stages.cluster.dask.program", lambda: "tonghop 0.0.1")
    assert [each.key for each in examine_cluster(Home(tmp_path), cluster.address, "vi")] == [
        "cluster_failed"
    ] * 2


def test_the_doctor_says_what_is_wrong_with_an_address(tmp_path: Path) -> None:
    [wrong] = examine_cluster(Home(tmp_path), "tcp://10.0.0.1:8786", "vi")
    assert "tls://" in str(wrong.words["problem"])


@pytest.mark.slow
def test_a_killed_worker_costs_nothing(
    cluster: Cluster, tmp_path: Path, round_: Round, incoming: Path, alone: object
) -> None:
    run.collect(
        Home(tmp_path),
        round_,
        [incoming],
        cluster=cluster.address,
        progress=once(lambda: cluster.inner().kill()),
    )
    assert tables(Home(tmp_path).ledger) == alone


@pytest.mark.slow
def test_files_that_end_what_reads_them_cost_themselves(
    cluster: Cluster, tmp_path: Path, round_: Round
) -> None:
    right = filled(round_, "NOR", inspections="quarter | building | inspected\n2030 | SCH | 3")
    for number, name in enumerate(
        ["a.xlsx", "abort.xlsx", "b.xlsx", "room.xlsx", "c.xlsx", "worker.xlsx", "d.xlsx"]
    ):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / name).write_bytes(right + bytes(number + 1))
    home = Home(tmp_path / "home")
    collected = run.collect(home, round_, [tmp_path / "in"], cluster=cluster.address)
    assert (collected.seen, collected.accepted) == (7, 4)
    found = {
        each.file: each.message
        for each in run.findings(home, round_, everything=True)
        if each.severity == "E"
    }
    assert found == dict.fromkeys(["abort.xlsx", "room.xlsx", "worker.xlsx"], "not_workbook.failed")


DRIVER = """
import sys
from pathlib import Path
from pipeline import run
from pipeline.home import Home
from pipeline.stages.cluster import dask
from schemas.round.load import load_round
dask.FILES = 4
home, round_, incoming, address = sys.argv[1:]
def progress(step, done, total):
    if done:
        print("here", flush=True); sys.stdin.read()
run.collect(Home(Path(home)), load_round(round_), [Path(incoming)], cluster=address, progress=progress)
"""


@pytest.mark.slow
def test_a_killed_command_goes_on_when_it_is_run_again(
    cluster: Cluster, tmp_path: Path, round_: Round, incoming: Path, alone: object
) -> None:
    words = [sys.executable, "-c", DRIVER, tmp_path, MINI, incoming, cluster.address]
    driver = subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    assert driver.stdout
    assert driver.stdout.readline() == b"here\n"
    end(driver)
    run.collect(Home(tmp_path), round_, [incoming], cluster=cluster.address)
    assert tables(Home(tmp_path).ledger) == alone


@pytest.mark.slow
def test_with_a_nanny_and_its_worker_gone_the_other_goes_on(
    cluster: Cluster, tmp_path: Path, round_: Round, incoming: Path, alone: object
) -> None:
    run.collect(
        Home(tmp_path),
        round_,
        [incoming],
        cluster=cluster.address,
        progress=once(lambda: cluster.kill_worker(0)),
    )
    assert tables(Home(tmp_path).ledger) == alone
    assert len(cluster.workers) == 1


@pytest.mark.slow
def test_a_lost_cluster_leaves_a_sound_ledger_and_another_run_goes_on(
    cluster: Cluster, tmp_path: Path, round_: Round, incoming: Path, alone: object
) -> None:
    with pytest.raises(OperatorError, match="cluster_lost") as lost:
        run.collect(
            Home(tmp_path),
            round_,
            [incoming],
            cluster=cluster.address,
            progress=once(cluster.kill_scheduler),
        )
    assert (lost.value.exit_code, cluster.address in lost.value.text("vi")) == (3, True)
    loud = [
        name
        for name in logging.root.manager.loggerDict
        if name.startswith("distributed") and logging.getLogger(name).isEnabledFor(logging.ERROR)
    ]
    assert loud == [], "what is wrong is told in one sentence"
    cluster.start(workers=1)
    run.collect(Home(tmp_path), round_, [incoming], cluster=cluster.address)
    assert tables(Home(tmp_path).ledger) == alone


def test_dask_is_imported_only_where_a_cluster_is_asked_for(tmp_path: Path, round_: Round) -> None:
    imported = "import sys; from pathlib import Path; from pipeline import run; from pipeline.home import Home; from schemas.round.load import load_round;"
    collect = f"run.collect(Home(Path({str(tmp_path)!r})), load_round({str(round_.folder)!r}))"
    told = f"{imported} {collect}; print({{'dask', 'distributed', 'fsspec'}} & {{*sys.modules}})"
    assert (
        subprocess.run(
            [sys.executable, "-c", told], capture_output=True, text=True, check=True
        ).stdout
        == "set()\n"
    )


# --- several hosts, with certificates ------------------------------------------------------------


def can_make_hosts() -> bool:
    """Whether this system lets its user have network namespaces, which stand for hosts here."""
    if not shutil.which("ip") or os.geteuid() != 0:
        return False
    made = subprocess.run(["ip", "netns", "add", "tonghop-try"], capture_output=True, check=False)
    subprocess.run(["ip", "netns", "del", "tonghop-try"], capture_output=True, check=False)
    return made.returncode == 0


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler and a worker on each of two hosts, over TLS, with a time-out of six seconds."""
    if not can_make_hosts():
        pytest.skip("needs network namespaces (ip netns, as root)")
    own = certificates(tmp_path / "own")
    silent = {"DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "6s"}
    options = [
        "--tls-ca-file",
        str(own.ca),
        "--tls-cert",
        str(own.certificate),
        "--tls-key",
        str(own.key),
    ]
    with network(2) as (here, names):
        made = Cluster(tmp_path, here, "tls", options, silent)
        try:
            made.start(workers=0)
            for name in names:
                made.add_worker(around=["ip", "netns", "exec", name])
            yield made
        finally:
            made.stop()


@pytest.mark.slow
def test_a_cut_link_costs_nothing_and_strangers_are_kept_out(
    hosts: Cluster,
    tmp_path: Path,
    round_: Round,
    incoming: Path,
    alone: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # not as this file is collected: beside Dask no process is forked
    config = importlib.import_module("dask.config")
    with config.set(certificates(tmp_path / "strange").config), monkeypatch.context() as soon:
        soon.setattr("pipeline.stages.cluster.connecting.SECONDS_TO_CONNECT", 2)
        with pytest.raises(OperatorError, match="cluster_unreachable"):
            run.collect(Home(tmp_path / "refused"), round_, [incoming], cluster=hosts.address)
    home = Home(tmp_path / "home")
    with config.set(certificates(tmp_path / "own").config):
        run.collect(home, round_, [incoming], cluster=hosts.address, progress=once(lambda: cut(1)))
    assert tables(home.ledger) == alone
