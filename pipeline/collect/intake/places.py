"""Walk through folders of this machine and of stores alike, in the same order."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from pipeline.collect.intake import disk
from pipeline.collect.intake.copying import Source
from pipeline.machine.objects import Object
from pipeline.machine.storage import Address, Place, Store
from pipeline.model import REGISTER


class Folder(Protocol):
    """A folder of this machine or of a store."""

    @property
    def name(self) -> str:
        """Its own name."""

    @property
    def place(self) -> Place:
        """Its full path or address."""

    @property
    def inside(self) -> str:
        """The prefix of the places of all that is in it."""

    def entries(self) -> Sequence[tuple[str, Folder | None]]:
        """List its entries by name: (name, folder if it is one). Raises ``OSError``."""

    def status(self, name: str) -> disk.Status:
        """Return the status of a file in it."""

    def source(self, name: str, kept_as: str) -> Source:
        """Return a file in it, to be copied. ``kept_as``: its SHA-256, if thought archived."""

    def register(self) -> tuple[str, bytes] | None:
        """Return place and bytes of its register, if it has one."""


def full(path: Path) -> Path:
    """Return an absolute path."""
    return Path(os.path.abspath(path))  # noqa: PTH100 Path.absolute keeps ".."


def folder_at(path: Path) -> Folder:
    """Return a folder of this machine, to be walked through."""
    return LocalFolder(full(path))


@dataclass(frozen=True)
class LocalFolder:
    """A folder of this machine, by its full path."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def place(self) -> Place:
        return self.path

    @cached_property
    def inside(self) -> str:
        return f"{self.path}{os.sep}"

    def entries(self) -> Sequence[tuple[str, Folder | None]]:
        with os.scandir(self.path) as scanned:
            entries = sorted(scanned, key=lambda entry: entry.name)
        return [
            (
                entry.name,
                LocalFolder(self.path / entry.name)
                if entry.is_dir(follow_symlinks=False)
                else None,
            )
            for entry in entries
        ]

    def status(self, name: str) -> disk.Status:
        return disk.status(self.inside + name)

    def source(self, name: str, kept_as: str) -> Source:
        return Source(self.inside + name, kept_as)

    def register(self) -> tuple[str, bytes] | None:
        path = next(
            (
                entry
                for entry in self.path.iterdir()
                if entry.name.casefold() == REGISTER and entry.is_file()
            ),
            None,
        )
        return None if path is None else (str(path), path.read_bytes())


# --- by address ----------------------------------------------------------------------------------


class StoreListing:
    """What is below an address, as the store listed it once; or the one file at the address."""

    def __init__(self, address: Address) -> None:
        self.address = address

    @cached_property
    def is_file(self) -> bool:
        return Store(self.address).is_file()

    @cached_property
    def store(self) -> Store:
        return Store(self.address.parent if self.is_file else self.address)

    @cached_property
    def objects(self) -> Mapping[str, Object]:
        """Files by name below the address."""
        if not self.is_file:
            return self.store.objects
        name = self.address.name
        [said] = self.store.looked_at([name])
        return {name: said} if said else {}

    @cached_property
    def tree(self) -> dict[str, object]:
        """The same as nested folders.

        Keys of a store hold no folders, but are written as if they did.
        """
        tree: dict[str, object] = {}
        for name, said in self.objects.items():
            *folders, last = name.split("/")
            if not last and not said.size:
                continue  # an empty object stands for a folder, as some programs write
            here = tree
            for folder in folders:
                there = here.setdefault(f"{folder}/", {})
                here = there if isinstance(there, dict) else {}
            here[last] = said
        return tree


def listed(place: Address | StoreListing) -> StoreListing:
    """Return what is below an address, listed before or not."""
    return place if isinstance(place, StoreListing) else StoreListing(place)


@dataclass(frozen=True)
class StoreFolder:
    """A folder of a store. ``way``: the folders that lead to it."""

    of: StoreListing
    way: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.place.name

    @property
    def place(self) -> Place:
        return Address(self.inside.removesuffix("/"))

    @cached_property
    def inside(self) -> str:
        return "".join((f"{self.of.store.address}/", *(f"{folder}/" for folder in self.way)))

    @cached_property
    def _here(self) -> dict[str, object]:
        here = self.of.tree
        for folder in self.way:
            there = here[f"{folder}/"]
            here = there if isinstance(there, dict) else {}
        return here

    def entries(self) -> Sequence[tuple[str, Folder | None]]:
        names: Iterable[tuple[str, Folder | None]] = (
            (name.removesuffix("/"), StoreFolder(self.of, (*self.way, name[:-1])))
            if isinstance(said, dict)
            else (name, None)
            for name, said in self._here.items()
        )
        return sorted(names, key=lambda entry: entry[0])

    def status(self, name: str) -> disk.Status:
        said = self._here.get(name)
        # a key that ends with a slash: fsspec takes it for a folder
        if not name or not isinstance(said, Object):
            return disk.Status("not_file", -1, 0)
        return disk.Status("", said.size, said.mark)

    def source(self, name: str, kept_as: str) -> Source:
        said = self._here[name]
        return Source(
            self.inside + name,
            kept_as,
            self.of.store.address,
            said if isinstance(said, Object) else None,
        )

    def register(self) -> tuple[str, bytes] | None:
        there = (
            [REGISTER]
            if self.of.is_file
            else [name for name, said in self._here.items() if isinstance(said, Object)]
        )
        name = next((name for name in there if name.casefold() == REGISTER), None)
        content = (
            self.of.store.fetched(["".join((*(f"{folder}/" for folder in self.way), name))])[0]
            if name is not None
            else None
        )
        return None if content is None else (self.inside + str(name), content)
