"""Places by address: files in an object store (``s3://…``, whatever fsspec knows) or a folder.

``file://`` is a folder like any other. fsspec is imported only if an address is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib import util
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit

from pipeline.errors import OperatorError, UsageError, is_of_foreign_bytes
from pipeline.machine.objects import Object, object_of

T = TypeVar("T")
R = TypeVar("R")

AT_ONCE = 16
"""Requests under way at one time."""
BYTES_AT_ONCE = 64 * 1024**2
"""Content in memory at one time."""
LARGE = 32 * 1024**2
"""A file of this size or more is fetched by itself, and onto disk instead of into memory."""
_S3 = {
    "config_kwargs": {"connect_timeout": 10, "read_timeout": 60},
    "default_block_size": 8 * 1024**2,
}
"""Give up a silent host after a minute instead of five. What a user has set for S3 counts more, so
it is joined to these: options given to fsspec override the user's."""


@dataclass(frozen=True, order=True)
class Address:
    """The address of a file or folder in a store: ``url`` without a slash at the end."""

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
        """The address of the folder that it is in."""
        return Address(self.url.rpartition("/")[0])


Place = Path | Address


def place_of(text: str) -> Place:
    """Return the place that a text names: a folder, or an address of a store.

    Raises ``UsageError`` for a bad address, and for a password in it: addresses are recorded and
    shown.
    """
    if "://" not in text:
        return Path(text)
    try:
        parts = urlsplit(text)
        said = parts.password
    except ValueError as error:
        raise UsageError("storage_address", address=text) from error
    if parts.scheme == "file":
        from urllib.request import url2pathname  # loads much that is needed for addresses only

        return Path(url2pathname(parts.path))
    if said is not None:
        raise UsageError("storage_password", address=text.replace(f":{said}@", ":…@"))
    if not parts.scheme or not text.partition("://")[2].strip("/"):
        raise UsageError("storage_address", address=text)
    return Address(text.rstrip("/"))


class Store:
    """The files below an address, by their names relative to it."""

    def __init__(self, address: Address) -> None:
        if util.find_spec("fsspec") is None:
            raise OperatorError("storage_not_installed", address=address)
        from fsspec import config, core

        self.address = address
        options = (
            {**_S3, **config.conf.get("s3", {}), **config.conf.get("s3a", {})}
            if address.url.startswith(("s3://", "s3a://"))
            else {}
        )
        with self._told():
            self._system, root = core.url_to_fs(address.url, **options)
        self._root = str(root).rstrip("/")

    # --- what is there ----------------------------------------------------------------------------

    def is_file(self) -> bool:
        """Whether the address is that of one file. Raises ``OperatorError`` if nothing is there."""
        with self._told():
            self._system.invalidate_cache()
            return bool(self._system.info(self._root)["type"] == "file")

    def reach(self) -> None:
        """Raise ``OperatorError`` if the store can't be reached or lacks the bucket."""
        top = self._root.partition("/")[0]
        with self._told():
            self._system.invalidate_cache()
            if top:  # a bucket: only its owner may create it
                self._system.exists(top) or self._gone()
            else:
                self._system.makedirs(self._root, exist_ok=True)

    @cached_property
    def objects(self) -> Mapping[str, Object]:
        """All files below the address, at any depth, by name. The store is asked once."""
        with self._told():
            self._system.invalidate_cache()
            found = self._system.find(self._root, detail=True)
            self._system.invalidate_cache()
        below = f"{self._root}/"
        return {
            str(path).removeprefix(below): object_of(said)
            for path, said in found.items()
            if said["type"] == "file"
        }

    def looked_at(self, names: Sequence[str]) -> list[Object | None]:
        """Return the present state of files, with their own times; None for a missing one."""
        self._system.invalidate_cache()
        return self._each(self._look, names)

    def _look(self, name: str) -> Object:
        path = self._path(name)
        said = dict(self._system.info(path))
        if hasattr(self._system, "metadata"):
            said["metadata"] = self._system.metadata(path)
        return object_of(said)

    # --- bytes ------------------------------------------------------------------------------------

    def fetched(self, names: Sequence[str]) -> list[bytes | None]:
        """Return the bytes of some files, fetched at the same time; None for a missing one."""
        return self._each(lambda name: bytes(self._system.cat_file(self._path(name))), names)

    def fetch_into(self, name: str, path: Path) -> bool:
        """Fetch a large file into ``path``; return whether it is there."""
        return self._each(
            lambda name: self._system.get_file(self._path(name), str(path)) or True, [name]
        ) == [True]

    def put(self, contents: Mapping[str, bytes | Path]) -> None:
        """Write files, but leave names alone that exist already."""
        self._each(self._put_new, [*contents.items()], missing=self._gone)

    def replace(self, contents: Mapping[str, bytes | Path]) -> None:
        """Write files, over what is there."""
        self._each(lambda each: self._put(*each), [*contents.items()], missing=self._gone)

    def _put_new(self, each: tuple[str, bytes | Path]) -> None:
        """Write a file, unless there is one of that name."""
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
            # A store without conditional writes: bytes that it has are read back and compared
            # later.
            if not self._system.exists(self._path(name)):
                self._put(name, content)

    def _put(self, name: str, content: bytes | Path, **options: str) -> None:
        if isinstance(content, Path):
            self._system.put_file(str(content), self._path(name), **options)
        else:
            self._system.pipe_file(self._path(name), content, **options)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    # --- many at once -----------------------------------------------------------------------------

    def _each(
        self,
        function: Callable[[T], R],
        items: Sequence[T],
        missing: Callable[[], Any] = lambda: None,
    ) -> list[R | None]:
        """Call a function for each item, many at once; call ``missing`` for items not there."""

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
        """Turn an error of a store's library, of whatever kind, into an ``OperatorError``."""
        try:
            yield
        except OperatorError:
            raise
        except Exception as error:
            if not is_of_foreign_bytes(error):
                raise
            raise OperatorError(
                _key_of(error), address=self.address, problem=_said(error)
            ) from error


def _key_of(error: Exception) -> str:
    """Return the key of the sentence for an error of a store's library."""
    if isinstance(error, FileNotFoundError):
        return "storage_gone"
    if isinstance(error, PermissionError) or "Credential" in type(error).__name__:
        return "storage_no_access"
    return (
        "storage_unknown"
        if isinstance(error, ImportError) or str(error).startswith("Protocol not known")
        else "storage_failed"
    )


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]


def in_portions(items: Iterable[T], size: Callable[[T], int], most: int) -> Iterator[list[T]]:
    """Group items for fetching at once: by number and by bytes; a large one stays alone."""
    some: list[T] = []
    held = 0
    for item in items:
        if some and (
            len(some) >= most
            or held + size(item) > BYTES_AT_ONCE
            or is_large(size(some[0]))
            or is_large(size(item))
        ):
            yield some
            some, held = [], 0
        some.append(item)
        held += size(item)
    if some:
        yield some


def is_large(size: int) -> bool:
    """Whether a file of this size is fetched by itself."""
    return size >= LARGE
