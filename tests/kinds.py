"""Make a folder with files of every kind, for the small round."""

from __future__ import annotations

import email.message
import os
import shutil
import zipfile
from pathlib import Path

from schemas.round.round import Round
from tests.books import filled


def of_all_kinds(folder: Path, round_: Round, count: int) -> Path:
    """Write returns, right and wrong, duplicates, files of other kinds, a zip, a mail.

    ``count`` of them, at least eight, are workbooks.
    """
    for number in range(count):
        rows = f"quarter | building | inspected | passed\n2030 | SCH | {number + 3} | {number % 5}\n2030 | HOS | {number} |"
        path = folder / f"{number:02}.xlsx"
        path.write_bytes(
            filled(
                round_,
                ("NOR", "SOU", "HQ")[number % 3],
                {"nil": "Y"} if number % 7 == 0 else None,
                inspections=rows,
            )
        )
        os.utime(path, (1_893_500_000 + number,) * 2)
    shutil.copy2(folder / "05.xlsx", folder / "z bản sao.xlsx")
    shutil.copy(folder / f"{count - 3:02}.xlsx", folder / "z sớm hơn.xlsx")
    os.utime(folder / "z sớm hơn.xlsx", (1_893_400_000,) * 2)
    (folder / "z chữ.xlsx").write_text("chữ", encoding="utf-8")
    (folder / "z đứt.xlsx").write_bytes((folder / "01.xlsx").read_bytes()[:5000])
    with zipfile.ZipFile(folder / "z gói.zip", "w") as archive:
        archive.writestr(
            zipfile.ZipInfo("trong/02.xlsx", (2030, 9, 9, 8, 0, 0)),
            (folder / "02.xlsx").read_bytes() + b"\0",
        )
    mail = email.message.EmailMessage()
    mail["From"], mail["Date"] = "north@example.org", "Mon, 07 Jan 2030 08:00:00 +0700"
    mail.add_attachment(
        (folder / "03.xlsx").read_bytes() + b"\0",
        maintype="application",
        subtype="octet-stream",
        filename="n.xlsx",
    )
    (folder / "z thư.eml").write_bytes(mail.as_bytes())
    for path in folder.glob("z*"):
        if "sớm" not in path.name:
            os.utime(path, (1_893_600_000,) * 2)
    return folder
