"""Object stores for tests: S3 servers as processes of their own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.machine.storage import Address

KEY, SECRET = "AKIDTONGHOP", "SECRETTONGHOP"


@dataclass
class Server:
    """An S3 server, and the command that starts it."""

    command: Sequence[str]
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> Mapping[str, str]:
        """Return the environment with which a command reaches it."""
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(300):
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise TimeoutError(self.command[0])

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    def bucket(self, name: str) -> Bucket:
        """Make a bucket."""
        made = Bucket(self, name)
        made.system.mkdir(name)
        return made


@dataclass(frozen=True)
class Bucket:
    """A bucket of a server."""

    server: Server
    name: str

    @property
    def system(self) -> Any:
        import fsspec  # not by all who collect tests: see LATE in conftest.py

        where = f"http://127.0.0.1:{self.server.port}"
        return fsspec.filesystem(
            "s3",
            key=KEY,
            secret=SECRET,
            endpoint_url=where,
            skip_instance_cache=True,
            use_listings_cache=False,
        )

    def address(self, prefix: str) -> Address:
        return Address(f"s3://{self.name}/{prefix}".rstrip("/"))

    def put(self, key: str, content: bytes, mtime: float | None = None) -> None:
        """Upload an object, perhaps with the file's own time, in the way of rclone."""
        self.fill_with({key: (content, mtime)})

    def fill(self, folder: Path, prefix: str) -> None:
        """Upload all files of a folder, each with its own time."""
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        self.fill_with(
            {
                f"{prefix}/{path.relative_to(folder).as_posix()}": (
                    path.read_bytes(),
                    path.stat().st_mtime,
                )
                for path in files
            }
        )

    def fill_with(self, contents: Mapping[str, tuple[bytes, float | None]]) -> None:
        system = self.system
        for key, (content, mtime) in contents.items():
            noted = {} if mtime is None else {"Metadata": {"mtime": f"{mtime:.9f}"}}
            system.pipe_file(f"{self.name}/{key}", content, **noted)


@contextmanager
def of_moto() -> Iterator[Server]:
    """Run moto: it can put an object only if none exists, and accepts any key."""
    port = free_port()
    yield from _served(
        Server([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], port)
    )


@contextmanager
def of_rclone(folder: Path) -> Iterator[Server]:
    """Run rclone: it knows no conditions and refuses unknown keys; objects are a folder's files."""
    port = free_port()
    folder.mkdir(exist_ok=True)
    rclone = shutil.which(
        "rclone", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    )
    command = [
        str(rclone),
        "serve",
        "s3",
        "--config",
        os.devnull,
        "--auth-key",
        f"{KEY},{SECRET}",
        "--addr",
        f"127.0.0.1:{port}",
        str(folder),
    ]
    yield from _served(Server(command, port))


def _served(server: Server) -> Iterator[Server]:
    server.start()
    try:
        yield server
    finally:
        server.stop()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
