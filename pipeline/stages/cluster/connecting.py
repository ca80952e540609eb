"""Connect to a cluster whose address is safe to use. Dask is imported only if one is given."""

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
    """Yield the engine of the cluster at an address; this machine's if it is blank."""
    if not address:
        yield LOCAL
        return
    with connected(address) as engine:
        yield engine


@contextmanager
def connected(address: str) -> Iterator[Dask]:
    """Yield the engine of the cluster at an address.

    Raises ``OperatorError`` if it can't be used or reached, or is lost meanwhile.
    """
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
    """Return a client of the scheduler at an address, or raise ``OperatorError`` in time.

    Dask would wait for ever for a server that accepts the connection and then says nothing. So it
    connects in a thread, which is given up after twice the usual time.
    """
    answer: queue.SimpleQueue[Client | Exception] = queue.SimpleQueue()
    threading.Thread(target=lambda: answer.put(_connected_client(address)), daemon=True).start()
    try:
        client = answer.get(timeout=2 * SECONDS_TO_CONNECT)
    except queue.Empty:
        client = TimeoutError()
    # what Dask raises if an address needs certificates and none are set
    if isinstance(client, (TypeError, RuntimeError)):
        raise OperatorError("cluster_not_secured", address=address) from client
    # any other error: a server that isn't Dask's may answer anything
    if isinstance(client, Exception):
        raise OperatorError("cluster_unreachable", address=address) from client
    return client


def _connected_client(address: str) -> Client | Exception:
    from distributed import Client

    try:
        return Client(
            address, timeout=SECONDS_TO_CONNECT, set_as_default=False, direct_to_workers=False
        )
    except Exception as error:  # noqa: BLE001 raised where it is awaited
        return error


def _silence() -> None:
    """Have Dask log nothing: what is wrong is told in one sentence.

    Once imported, each of its loggers has a level of its own.
    """
    for name in ("asyncio", "tornado", *logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("asyncio", "distributed", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL)


def refuse_unsafe(address: str) -> None:
    """Raise ``UsageError`` for a malformed address, and for an unsafe one.

    Without certificates anybody who reaches a scheduler can run code there, so only this machine
    may be reached without.
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
