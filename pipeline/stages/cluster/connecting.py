"""The way to a cluster: which addresses may be used, and the engine behind one. Dask is imported only where an address is given."""

from __future__ import annotations

import ipaddress
import logging
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import util
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.errors import OperatorError, UsageError
from pipeline.stages.engines import LOCAL, Engine

if TYPE_CHECKING:
    from distributed import Client

    from pipeline.stages.cluster.dask import Dask

SECONDS_TO_CONNECT = 15


@contextmanager
def engine_at(address: str) -> Iterator[Engine]:
    """The engine of the cluster at an address; this machine's where that is blank."""
    if not address:
        yield LOCAL
        return
    with connected(address) as engine:
        yield engine


@contextmanager
def connected(address: str) -> Iterator[Dask]:
    """The engine of the cluster at an address. Raises ``OperatorError`` where it can't be used, can't be reached, or is lost meanwhile."""
    refuse_unsafe(address)
    if util.find_spec("distributed") is None:
        raise OperatorError("cluster_not_installed")
    from pipeline.stages.cluster.dask import Dask

    _silence()
    client = _client(address)
    try:
        engine = Dask(client, address)
        yield engine
        engine.end()
    finally:
        client.close(timeout=2)


def _client(address: str) -> Client:
    """A client of the scheduler at an address, or ``OperatorError`` within twice the usual time.

    Dask connects in a thread: what accepts a connection and then says nothing, it would wait for
    without end.
    """
    told: queue.SimpleQueue[Client | Exception] = queue.SimpleQueue()
    threading.Thread(target=lambda: told.put(_connected_client(address)), daemon=True).start()
    try:
        found = told.get(timeout=2 * SECONDS_TO_CONNECT)
    except queue.Empty:
        found = TimeoutError()
    # as Dask refuses to begin without certificates
    if isinstance(found, (TypeError, RuntimeError)):
        raise OperatorError("cluster_not_secured", address=address) from found
    if isinstance(found, Exception):  # whatever it makes of the words of a server of another kind
        raise OperatorError("cluster_unreachable", address=address) from found
    return found


def _connected_client(address: str) -> Client | Exception:
    from distributed import Client

    try:
        return Client(
            address, timeout=SECONDS_TO_CONNECT, set_as_default=False, direct_to_workers=False
        )
    except Exception as error:  # noqa: BLE001 raised where it is awaited
        return error


def _silence() -> None:
    """Have Dask log nothing here: what is wrong is told in one sentence. Each of its loggers has a level of its own once it is imported."""
    for name in ("asyncio", "tornado", *logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("asyncio", "distributed", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL)


def refuse_unsafe(address: str) -> None:
    """Raise ``UsageError`` for an address that is none, or over which whoever listens could read, and run, anything.

    Whoever reaches a scheduler without certificates runs code there: only this machine itself may
    be reached so.
    """
    try:
        parts = urlsplit(address if "://" in address else f"tcp://{address}")
        is_whole = (
            parts.scheme in ("tcp", "tls") and bool(parts.hostname) and parts.port is not None
        )
    except ValueError:
        is_whole = False
    if not is_whole:
        raise UsageError("cluster_address", address=address)
    if parts.scheme == "tcp" and not _is_loopback(str(parts.hostname)):
        raise UsageError("cluster_plain", address=address)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
