"""What happens between two commands of the guide's story: days pass, returns arrive, files move."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from pipeline.distribute import issue
from pipeline.distribute.fill import fill
from pipeline.home import Home
from pipeline.stages.inventing import invent, module_of
from pipeline.stages.ledgers import writing
from pipeline.store.belonging import claim
from schemas.invention import Return
from schemas.round.load import load_round
from schemas.round.round import Round
from tests.books import round_of
from tests.posted import posted


class Stage:
    """The folder of the guide's round, what is beside it, and the story's day.

    The agencies' returns are those of the invented round. Another declaration of the round than the
    program's may be given.
    """

    def __init__(self, folder: Path, declared: Round | None = None) -> None:
        self._folder = folder
        self.round = declared or round_of("cv4874")
        self.home = Home(folder / "dot-4874")
        self.home.root.mkdir(parents=True)
        if declared:
            claim(self.home, declared)
        self.now = dt.datetime.combine(self.round.start, dt.time(8), self.round.timezone)
        self._arrived: set[str] = set()

    def take(self, direction: str, words: Sequence[str]) -> None:
        """Carry out a stage direction."""
        directions = {
            "day": self._day,
            "arrive": self._arrive,
            "mail": self._mail,
            "folder": self._bring,
            "corrected": self._correct,
            "copy": self._copy,
            "lose": self._lose,
            "declarations": self._declare,
            "next-year": self._report_next_year,
        }
        directions[direction](*words)

    def put(self, name: str, text: str) -> None:
        """Write a file into the round's folder, as if by an editor."""
        path = self.home.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    @cached_property
    def _invented(self) -> tuple[Path, dict[str, Return]]:
        """Return the folder of returns that haven't arrived, and all returns by file name."""
        home = Home(self._folder / "buu-dien")
        return home.incoming, {each.file: each for each in invent(home, self.round)}

    def brought(self, name: str) -> Path:
        """Return the path of a file that an agency is going to send."""
        return self._invented[0] / name

    def _day(self, moment: str) -> None:
        self.now = dt.datetime.fromisoformat(moment).replace(tzinfo=self.round.timezone)

    def _arrive(self, until: str, *left: str) -> None:
        """Put what came until a day into the incoming folder, without files that came otherwise.

        Outputs made from them say that they are invented.
        """
        with writing(self.home, self.round) as ledger:
            ledger.mark_invented()
        self._arrived |= set(left)
        for name, each in self._invented[1].items():
            if each.received.date().isoformat() <= until and name not in self._arrived:
                self._bring(str(self.home.incoming), name)

    def _bring(self, folder: str, *names: str) -> None:
        (self.home.root / folder).mkdir(parents=True, exist_ok=True)
        for name in names:
            shutil.copy2(self.brought(name), self.home.root / folder)
            self._arrived.add(name)

    def _mail(self, *names: str) -> None:
        for name in names:
            each = self._invented[1][name]
            words = {
                "sender": f"Văn thư {each.agency} <vanthu@{each.agency}.vi-du.vn>",
                "received": [f"{each.received:%d %b %Y %H:%M:%S %z}"],
            }
            posted(
                self.home.incoming / f"{each.agency} báo cáo.eml",
                (name, self.brought(name).read_bytes()),
                **words,
            )

    def _correct(self, *agencies: str) -> None:
        """Send right returns of agencies that had to correct theirs."""
        for code in agencies:
            _hand_in(self.round, code, self.home, f"{code} (đã sửa).xlsx", self.now)

    def _copy(self, source: str, target: str) -> None:
        (self.home.root / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(self.home.root / source, self.home.root / target)

    def _lose(self, name: str) -> None:
        for path in self.home.root.glob(f"{name}*"):
            path.unlink()

    def _declare(self, folder: str) -> None:
        """Declare next year's round, as by copying this one and changing name and days."""
        to = self.home.root / folder
        shutil.copytree(self.round.folder, to, ignore=shutil.ignore_patterns("__pycache__"))
        declared = (to / "round.toml").read_text(encoding="utf-8")
        for old, new in (
            ('round = "cv4874"', 'round = "cv2024"'),
            ("2023-08-29", "2024-08-29"),
            ("2023-09-08", "2024-09-08"),
        ):
            declared = declared.replace(old, new)
        (to / "round.toml").write_text(declared, encoding="utf-8")

    def _report_next_year(self, home: str, declarations: str, *agencies: str) -> None:
        round_ = load_round((self.home.root / declarations).resolve())
        for code in agencies:
            _hand_in(
                round_, code, Home((self.home.root / home).resolve()), f"{code}.xlsx", self.now
            )


def _hand_in(round_: Round, code: str, home: Home, name: str, moment: dt.datetime) -> None:
    """Save an agency's right return into a folder's incoming, last changed at ``moment``."""
    agency = round_.by_agency[code]
    right = module_of(round_).right_return(round_, agency)
    [(_, blank)] = issue.workbooks(round_, [agency], invented=True)
    path = home.incoming / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(fill(blank, round_, right.info, right.tables))
    os.utime(path, (moment.timestamp(), moment.timestamp()))
