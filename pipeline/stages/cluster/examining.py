"""Examine a cluster for the doctor."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.machine.storage import Address
from pipeline.stages.cluster.connecting import connected
from pipeline.stages.diagnosis import Diagnosis, Health


def examine_cluster(home: Home, address: str, lang: str) -> Iterator[Diagnosis]:
    """Say of each worker at an address whether it has the same program and sees the archive."""
    try:
        yield from _workers(home, address, lang)
    except OperatorError as error:
        yield _failed(error, address, lang)


def _workers(home: Home, address: str, lang: str) -> Iterator[Diagnosis]:
    from pipeline.stages.cluster.dask import refuse

    archive = (
        home.archive if isinstance(home.archive, Address) or home.archive.is_dir() else home.root
    )
    with connected(address) as engine:
        engine.wait_for_workers()
        workers = engine.workers([], [archive])
    is_well = True
    for worker in workers:
        try:
            refuse(worker)
        except OperatorError as error:
            is_well = False
            yield _failed(error, address, lang)
    if is_well:
        hosts = sorted({worker.host for worker in workers if not isinstance(worker, str)})
        words = {
            "address": address,
            "count": len(workers),
            "hosts": ", ".join(hosts),
            "path": archive,
        }
        yield Diagnosis(Health.GOOD, "cluster", words)


def _failed(error: OperatorError, address: str, lang: str) -> Diagnosis:
    return Diagnosis(
        Health.BAD, "cluster_failed", {"address": address, "problem": error.text(lang)}
    )
