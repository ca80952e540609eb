"""Makes ``tests/homes/0.3.1``: a folder as version 0.3.1 left it. Run with that version (commit 86cb23f) on the path:

PYTHONPATH=CLONE_OF_0.3.1 python tests/homes/make_0_3_1.py tests/homes/0.3.1

All data is invented. What the folder holds is asserted by ``tests/test_migrating.py``.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import openpyxl
from pipeline.fill import fill  # type: ignore[import-not-found]

from pipeline import decisions, run  # type: ignore[attr-defined]
from pipeline.distribute import issue
from pipeline.home import Home
from pipeline.model import Choice
from schemas.round import load_round  # type: ignore[attr-defined]
from tests.test_check import M
from tests.test_office import CONTACT, shown

ROUND = load_round("cv4874")


def main(root: Path) -> None:
    """Returns good, wrong, answered, sent twice, superseded, nil, unreadable; a decision of each kind."""
    home = Home(root)
    for name, code, rows in (
        ("dung.xlsx", "T49", [{}]),
        ("sai.xlsx", "T96", [{"persons": 7}]),
        ("cu.xlsx", "T01", [{}]),
        ("moi.xlsx", "T01", [{"cases": 3}]),
        ("ghim.xlsx", "T04", [{}]),
        ("sau-ghim.xlsx", "T04", [{"persons": 9, "pending": 9}]),
        ("mien.xlsx", "T08", [{"persons": 7}]),
        ("khong.xlsx", "T11", []),
    ):
        (home.incoming / name).write_bytes(returned(code, rows))
    shutil.copyfile(home.incoming / "dung.xlsx", home.incoming / "dung (1).xlsx")
    (home.incoming / "hong.xlsx").write_text("không phải sổ tính", encoding="utf-8")
    register(home, "dung.xlsx,2023-08-28", "sai.xlsx,2023-09-01", "cu.xlsx,2023-08-30", "moi.xlsx,2023-09-08", "ghim.xlsx,2023-08-29",
             "sau-ghim.xlsx,2023-09-02", "mien.xlsx,2023-09-03", "khong.xlsx,2023-09-04", "hong.xlsx,2023-09-05", "dung (1).xlsx,2023-08-30")  # fmt: skip
    run.collect(home, ROUND, received=None)
    run.feedback(home, ROUND, ["T96"])
    answer(home)
    decide(home)
    run.collect(home, ROUND)
    expectations(home)
    for each in (home.incoming, home.output):
        shutil.rmtree(each)
    (home.root / "data" / "ledger.lock").unlink()


def returned(code: str, rows: list[dict[str, Any]]) -> bytes:
    """An agency's return with these rows, right but for the changes that are named; nil without any."""
    agency = ROUND.by_agency[code]
    blank = dict(issue.workbooks(ROUND, [agency]))[code]
    tables = {"manifestations": [row(locality=agency.own_locality, **changes) for changes in rows]} if rows else {}
    return fill(blank, ROUND, CONTACT if rows else {**CONTACT, "nil": "Có"}, tables)


def row(**changes: Any) -> dict[str, Any]:
    """A row of the form; ``locality`` is that of its agency."""
    return dict(shown(ROUND, "manifestations", {**M, "handled": 0, "pending": 5, "unhandled": 0, **changes}))


def register(home: Home, *lines: str) -> None:
    (home.incoming / "nhan.csv").write_text("\n".join(["file,date,note", *(f"{line}," for line in lines)]), encoding="utf-8")


def answer(home: Home) -> None:
    """The marked copy comes back with an explanation and the same mistake."""
    book = openpyxl.load_workbook(home.replies / "T96.xlsx")
    entry = next(line for line in book[ROUND.sheets["feedback"]].iter_rows() if line[2].value == "R01")
    entry[9].value = "Chưa có kết luận về hai người"
    book.save(home.incoming / "sai-giai-trinh.xlsx")
    run.collect(home, ROUND, [home.incoming / "sai-giai-trinh.xlsx"], received=dt.datetime(2023, 9, 6, tzinfo=ROUND.timezone))


def decide(home: Home) -> None:
    grounds = decisions.Grounds("Trao đổi qua điện thoại", "Người trực")
    run.decide_on_submission(home, ROUND, Choice.PIN, "ghim.xlsx", grounds)
    run.decide_on_submission(home, ROUND, Choice.EXCLUDE, "cu.xlsx", grounds)
    run.waive(home, ROUND, "T08", "R01", decisions.Grounds("Đã giải trình", "Người trực", "Lãnh đạo", dt.date(2023, 12, 31)))
    run.excuse(home, ROUND, "T12", grounds)
    run.excuse(home, ROUND, "T14", grounds)
    run.excuse(home, ROUND, "T14", decisions.Grounds("Nhầm", "Người trực", undo=True))
    run.map_column(home, ROUND, "T49", "Số việc", "manifestations.cases", grounds)


def expectations(home: Home) -> None:
    """What 0.3.1 says of the folder, beside it."""
    _, agencies = run.status(home, ROUND)
    kept = agencies[agencies["standing"] != "missing"]
    with run.open_ledger(home, ROUND) as ledger:
        submissions = ledger.submissions().sort_values("submission")
        record = [[d.choice, d.agency, d.target, d.reason, d.by, d.at.isoformat(), d.value, d.approver, str(d.until or ""), d.revoked]
                  for d in ledger.decisions()]  # fmt: skip
        receipts = sorted([sha256[:12], name, *when] for (sha256, name), when in ledger.dates().items())
    found = run.findings(home, ROUND, everything=True)
    said = {
        "standing": dict(zip(kept["agency"], kept["standing"], strict=True)),
        "submissions": submissions[["name", "agency", "received", "received_by", "verdict", "late_days"]].to_numpy().tolist(),
        "receipts": receipts,
        "decisions": record,
        "answers": [[f.agency, f.rule, f.answer] for f in found if f.answer],
        "figures": run.figures(home, ROUND, "agency").fillna("").to_numpy().tolist(),
    }
    (home.root / "expected.json").write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
