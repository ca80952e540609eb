"""Places by address: files that lie in a store elsewhere (``s3://…``, what fsspec knows), not in a folder of this machine.

``file://`` is a folder like any other. fsspec is imported only where an address is given.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from importlib import util
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit

from pipeline.errors import OperatorError, UsageError, is_of_foreign_bytes

T = TypeVar("T")
R = TypeVar("R")

AT_ONCE = 16
"""Requests that are under way at one time."""
BYTES_AT_ONCE = 64 * 1024**2
"""Content that is in memory at one time."""
LARGE = 32 * 1024**2
"""A file from this size on is fetched by itself, and not into memory."""
_S3 = {"config_kwargs": {"connect_timeout": 10, "read_timeout": 60}, "default_block_size": 8 * 1024**2}
"""A host that doesn't answer is given up within a minute instead of five."""
_VERSION, _TIMES = ("ETag", "etag", "md5Hash"), ("LastModified", "last_modified", "mtime", "modified", "updated", "created")
"""What stores call the mark of an object's bytes, and the time of its last change."""
_FAR = 2**62
"""Nanoseconds from 1970 to 2116: no file is from beyond, whatever is noted with it."""


@dataclass(frozen=True, order=True)
class Address:
    """Where files of a store lie: its ``url``, without a stroke at the end."""

    url: str

    def __str__(self) -> str:
        return self.url

    def __truediv__(self, name: str) -> Address:
        return Address(f"{self.url}/{name}")

    @property
    def name(self) -> str:
        """The last part."""
        return self.url.rpartition("/")[2]

    @property
    def parent(self) -> Address:
        """What it lies in."""
        return Address(self.url.rpartition("/")[0])


Place = Path | Address


def place_of(text: str) -> Place:
    """The place that a text names. Raises ``UsageError`` for an address that is none, or has a password in it, which would be kept and shown."""
    if "://" not in text:
        return Path(text)
    try:
        parts = urlsplit(text)
        said = parts.password
    except ValueError as error:
        raise UsageError("storage_address", address=text) from error
    if parts.scheme == "file":
        from urllib.request import url2pathname  # here, for it loads much that nobody needs who gives no address

        return Path(url2pathname(parts.path))
    if said is not None:
        raise UsageError("storage_password", address=text.replace(f":{said}@", ":…@"))
    if not parts.scheme or not text.partition("://")[2].strip("/"):
        raise UsageError("storage_address", address=text)
    return Address(text.rstrip("/"))


@dataclass(frozen=True)
class Object:
    """What a store says of one of its files."""

    size: int
    version: str
    """Another one for other bytes: the same in a list and where the file itself is looked at."""
    mark: int
    """In a list: another number for other bytes, or another upload."""
    at: int | None
    """When it was changed there, in nanoseconds: on most stores, when it was uploaded."""
    own: int | None = None
    """When its file was changed, in nanoseconds, where that is known."""


class Store:
    """What lies below an address, by the name that it has there."""

    def __init__(self, address: Address) -> None:
        if util.find_spec("fsspec") is None:
            raise OperatorError("storage_not_installed", address=address)
        from fsspec.core import url_to_fs

        self.address = address
        options = _S3 if address.url.startswith(("s3://", "s3a://")) else {}
        with self._told():
            self._system, root = url_to_fs(address.url, **options)
        self._root = str(root).rstrip("/")

    # --- what is there -----------------------------------------------------------------------------

    def is_file(self) -> bool:
        """Whether the address is that of one file. Raises ``OperatorError`` where nothing is there."""
        with self._told():
            self._system.invalidate_cache()
            return bool(self._system.info(self._root)["type"] == "file")

    def reach(self) -> None:
        """Raise ``OperatorError`` where the store can't be reached, or has no such bucket; what lies below the address may be nothing yet."""
        top = self._root.partition("/")[0]
        with self._told():
            self._system.invalidate_cache()
            if top:  # a bucket, which is nobody's to make but its owner's
                self._system.exists(top) or self._gone()
            else:
                self._system.makedirs(self._root, exist_ok=True)

    @cached_property
    def objects(self) -> Mapping[str, Object]:
        """All files below the address, however deep, by name. Asked once."""
        with self._told():
            self._system.invalidate_cache()
            found = self._system.find(self._root, detail=True)
            self._system.invalidate_cache()
        below = f"{self._root}/"
        return {str(path).removeprefix(below): _object(said) for path, said in found.items() if said["type"] == "file"}

    def looked_at(self, names: Sequence[str]) -> list[Object | None]:
        """The same of some files, as they are now, and when their own files were changed; nothing of one that isn't there."""
        self._system.invalidate_cache()
        return self._each(self._look, names)

    def _look(self, name: str) -> Object:
        path = self._path(name)
        said = dict(self._system.info(path))
        if hasattr(self._system, "metadata"):
            said["metadata"] = self._system.metadata(path)
        return _object(said)

    # --- bytes -------------------------------------------------------------------------------------

    def fetched(self, names: Sequence[str]) -> list[bytes | None]:
        """The bytes of some files, fetched at once; nothing for one that isn't there."""
        return self._each(lambda name: bytes(self._system.cat_file(self._path(name))), names)

    def fetch_into(self, name: str, path: Path) -> bool:
        """Fetch a large file; whether it is there."""
        return self._each(lambda name: self._system.get_file(self._path(name), str(path)) or True, [name]) == [True]

    def put(self, contents: Mapping[str, bytes | Path]) -> None:
        """Put files where none of that name is."""
        self._each(self._put_new, [*contents.items()], missing=self._gone)

    def replace(self, contents: Mapping[str, bytes | Path]) -> None:
        """Put files, whatever is there."""
        self._each(lambda each: self._put(*each), [*contents.items()], missing=self._gone)

    def _put_new(self, each: tuple[str, bytes | Path]) -> None:
        name, content = each
        try:
            self._put(name, content, mode="create")
        except FileExistsError:
            pass
        except (FileNotFoundError, PermissionError):
            raise
        except Exception as error:
            if not is_of_foreign_bytes(error):
                raise
            # a store that can't put on a condition: what is there under this name is the same, or is found out to be damaged
            if not self._system.exists(self._path(name)):
                self._put(name, content)

    def _put(self, name: str, content: bytes | Path, **options: str) -> None:
        if isinstance(content, Path):
            self._system.put_file(str(content), self._path(name), **options)
        else:
            self._system.pipe_file(self._path(name), content, **options)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    # --- many at once ------------------------------------------------------------------------------

    def _each(self, function: Callable[[T], R], items: Sequence[T], missing: Callable[[], Any] = lambda: None) -> list[R | None]:
        """What a function gives for each item; what ``missing`` gives for one that isn't there."""

        def called(item: T) -> R | None:
            try:
                return function(item)
            except FileNotFoundError:
                return missing()  # type: ignore[no-any-return]

        with self._told():
            if not self._system.async_impl or len(items) < 2:  # noqa: PLR2004
                return [called(item) for item in items]
            from concurrent.futures import ThreadPoolExecutor

            with ThreadPoolExecutor(AT_ONCE) as pool:
                return list(pool.map(called, items))

    def _gone(self) -> NoReturn:
        raise OperatorError("storage_gone", address=self.address)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Whatever a store's library raises, as one sentence; of which kinds its errors are, each knows for itself."""
        try:
            yield
        except OperatorError:
            raise
        except Exception as error:
            if not is_of_foreign_bytes(error):
                raise
            raise OperatorError(_key_of(error), address=self.address, problem=_said(error)) from error


def _key_of(error: Exception) -> str:
    """The sentence for what a store's library raises."""
    if isinstance(error, FileNotFoundError):
        return "storage_gone"
    if isinstance(error, PermissionError) or "Credential" in type(error).__name__:
        return "storage_no_access"
    return "storage_unknown" if isinstance(error, ImportError) or str(error).startswith("Protocol not known") else "storage_failed"


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]


def in_portions(items: Iterable[T], size: Callable[[T], int], most: int) -> Iterator[list[T]]:
    """Items as they come, as many at a time as are to be fetched at once: by number, and by bytes; a large one by itself."""
    some: list[T] = []
    held = 0
    for item in items:
        if some and (len(some) >= most or held + size(item) > BYTES_AT_ONCE or is_large(size(some[0])) or is_large(size(item))):
            yield some
            some, held = [], 0
        some.append(item)
        held += size(item)
    if some:
        yield some


def is_large(size: int) -> bool:
    """Whether a file of this size is fetched by itself."""
    return size >= LARGE


# --- what stores say ---------------------------------------------------------------------------------


def _object(said: Mapping[str, Any]) -> Object:
    at = _moment(next((said[key] for key in _TIMES if said.get(key)), None))
    version = str(next((said[key] for key in _VERSION if said.get(key)), "")).strip('"')  # which some stores put around in one answer alone
    digest = hashlib.sha256(f"{version} {at} {said['size']}".encode()).digest()
    own = next((moment for moment in (_moment(text) for text in (_own(said), said.get("mtime"))) if moment is not None), None)
    return Object(int(said["size"]), version or str(at), int.from_bytes(digest[:7]), at, own)


def _own(said: Mapping[str, Any]) -> object:
    """The time that whoever uploaded a file noted with it, as rclone and others do."""
    noted = said.get("metadata") or {}
    return next((value for key, value in noted.items() if str(key).casefold() == "mtime"), None)


def _moment(value: object) -> int | None:
    """A moment in nanoseconds, however it is told; nothing of what is none."""
    if isinstance(value, dt.datetime):
        return int(value.timestamp() * 10**6) * 1000
    if value is None or isinstance(value, bool):
        return None
    with suppress(InvalidOperation, OverflowError, ValueError):
        moment = int(Decimal(str(value)) * 10**9)
        return moment if 0 < moment < _FAR else None
    with suppress(ValueError):
        day = dt.datetime.fromisoformat(str(value))
        return _moment(day if day.tzinfo else day.replace(tzinfo=dt.UTC))
    return None
