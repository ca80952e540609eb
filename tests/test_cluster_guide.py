"""The guide to several hosts is true: its commands and settings collect on a TLS cluster."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import util
from pathlib import Path

import pytest

from schemas.round.round import Round
from tests.clusters import end, free_port
from tests.guide import ROOT
from tests.workbooks import filled, saved

GUIDE = ROOT / "docs" / "cum-may.md"
STEPS = re.compile(r"\*\*Bước (\d)\..*?```\n(.*?)```", re.DOTALL)
PATIENCE = 300
"""Seconds for a command on a busy machine."""
WORKERS = re.compile(r"^dask worker .*$", re.MULTILINE)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        util.find_spec("distributed") is None, reason="the extra [cluster] isn't installed"
    ),
    pytest.mark.skipif(
        sys.platform == "win32" or not shutil.which("openssl"),
        reason="types what a POSIX shell reads, and openssl",
    ),
]


@pytest.fixture
def typed(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Type lines into a shell with this home; end what still runs at the end."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "HOME": str(tmp_path), "PATH": path}
    begun: list[subprocess.Popen[str]] = []

    def start(lines: str, folder: Path = tmp_path) -> subprocess.Popen[str]:
        begun.append(
            subprocess.Popen(
                ["bash", "-ec", lines],
                cwd=folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        )
        return begun[-1]

    yield start
    for process in begun:
        end(process)


def test_what_it_tells_to_type_collects(
    tmp_path: Path, round_: Round, typed: Callable[..., subprocess.Popen[str]]
) -> None:
    incoming, home = tmp_path / "den", tmp_path / "dot"
    home.mkdir()
    for agency in round_.in_scope[:3]:
        saved(filled(round_, agency.code), incoming / f"{agency.code}.xlsx")
    here = {
        "may-1": "127.0.0.1",
        "8786": str(free_port()),
        "/home/tonghop": str(tmp_path),
        "/chung/den": str(incoming),
        "--nworkers 8": "--nworkers 2",
    }
    told = GUIDE.read_text(encoding="utf-8")
    for there, this in here.items():
        assert there in told
        told = told.replace(there, this)
    steps = dict(STEPS.findall(told))
    assert [*steps] == ["1", "2", "3", "4", "5"]

    assert typed(steps["1"]).wait() == 0
    settings = tmp_path / ".config" / "dask" / "tonghop.yaml"
    assert f"~/{settings.relative_to(tmp_path)}" in told
    settings.parent.mkdir(parents=True)
    settings.write_text(steps["2"], encoding="utf-8")
    typed(steps["3"])
    [workers] = WORKERS.findall(told.partition("**Bước 4.")[0])
    typed(workers)
    for step in ("4", "5"):
        command = typed(steps[step], home)
        said, _ = command.communicate(timeout=PATIENCE)
        assert command.returncode == 0, said
    assert "Đã thu 3 tệp" in said
