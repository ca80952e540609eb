"""Time ``collect`` of many mails with a workbook each, and of the same workbooks in a folder.

The runs alternate. Measured is the processor time of all processes; printed is the median ratio of
``PAIRS`` pairs with a bootstrap interval of 95 %.
Usage: ``python benchmarks/mails.py [N]``; N is 500 unless given.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.collect import make

PAIRS = 15
MEASURED = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, "
    "stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL);"
    "used = resource.getrusage(resource.RUSAGE_CHILDREN); print(used.ru_utime + used.ru_stime)"
)
"""Runs a command from a small process, so that only the command's processor time is measured."""


def posted(workbook: Path, number: int) -> bytes:
    """Return a mail as a clerk sends it: text, HTML, a logo in the signature, the workbook."""
    mail = EmailMessage()
    mail["Received"] = (
        f"from mx by mail.moha.example; Tue, 05 Sep 2023 08:{number % 60:02d}:00 +0700"
    )
    mail["From"], mail["To"], mail["Subject"] = (
        f"Văn phòng <vp{number}@coquan.example>",
        "vu@moha.example",
        "V/v báo cáo",
    )
    mail["Date"], mail["Message-ID"] = (
        "Tue, 05 Sep 2023 08:00:00 +0700",
        f"<{number}@coquan.example>",
    )
    mail.set_content("Kính gửi Bộ Nội vụ,\n\nXin gửi báo cáo.\n")
    mail.add_alternative(
        '<p>Kính gửi Bộ Nội vụ,</p><p>Xin gửi báo cáo.</p><img src="cid:logo@x">', subtype="html"
    )
    mail.get_payload()[1].add_related(b"\x89PNG" + bytes(4000), "image", "png", cid="<logo@x>")  # type: ignore[index, union-attr]
    mail.add_attachment(
        workbook.read_bytes(),
        maintype="application",
        subtype="octet-stream",
        filename=workbook.name,
    )
    return mail.as_bytes()


def collected(folder: Path, home: Path) -> float:
    """Run the whole command as a user does; return its processor seconds."""
    command = [
        sys.executable,
        "-m",
        "pipeline.terminal.commands",
        "--home",
        str(home),
        "collect",
        str(folder),
    ]
    return float(
        subprocess.run(
            [sys.executable, "-c", MEASURED, *command], check=True, stdout=subprocess.PIPE
        ).stdout
    )


def interval(ratios: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the median."""
    chance = random.Random(0)
    medians = sorted(statistics.median(chance.choices(ratios, k=len(ratios))) for _ in range(2_000))
    return medians[50], medians[-50]


def main(count: int) -> None:
    """Make both folders, collect them in turn and print the ratio."""
    with tempfile.TemporaryDirectory() as work:
        books, mails = Path(work) / "books", Path(work) / "mails"
        books.mkdir()
        mails.mkdir()
        make(books, count)
        for number, path in enumerate(sorted(books.iterdir())):
            (mails / f"{path.stem}.eml").write_bytes(posted(path, number))
        pairs = []
        for number in range(PAIRS):
            both = {
                folder: collected(folder, Path(work) / f"home-{folder.name}-{number}")
                for folder in (books, mails)[:: 1 if number % 2 else -1]
            }
            pairs.append((both[mails], both[books]))
            print(
                f"{number + 1:2}: mails {both[mails]:.2f} s, workbooks {both[books]:.2f} s",
                flush=True,
            )
        ratios = [mail / book for mail, book in pairs]
        low, high = interval(ratios)
        print(
            f"{count:,} mails take {statistics.median(ratios):.2f} x the processor time of "
            f"{count:,} workbooks (95 %: {low:.2f} to {high:.2f})"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 500)
