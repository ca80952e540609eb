"""Invent one return for any round, from its declarations alone.

It is right by every column, and as far as chance allows by every rule.
"""

from __future__ import annotations

import datetime as dt
import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from pipeline.distribute.fill import Filler, named, placed
from pipeline.distribute.layout import FIRST_ROW, letter
from pipeline.model import Finding, Severity
from schemas.columns import Column, Kind, TableSpec
from schemas.round.round import Agency, Round
from schemas.words import ui

if TYPE_CHECKING:
    import pandas as pd

TRIES = 24
"""Returns drawn to find one that breaks no rule. Rules between entries are met only by chance."""
WRONG = "???"
"""A text that is no code, number or date."""
_TEXT = "an invented text of small letters "
Row = dict[str, Any]


@dataclass(frozen=True)
class ReturnDraft:
    """A return by column key, in codes, numbers, dates and texts.

    ``info``: the information sheet. ``rows``: the one row of each table.
    """

    agency: Agency
    info: Row
    rows: Mapping[str, Row]

    def workbook(
        self, round_: Round, issued: bytes, more: Mapping[str, Mapping[str, object]] | None = None
    ) -> bytes:
        """Return the issued workbook filled in, with ``more`` cells by sheet and address."""
        tables = {key: [named(round_, key, row)] for key, row in self.rows.items()}
        return Filler(issued).fill(
            placed(round_, named(round_, round_.info.key, self.info), tables, more)
        )


def drafts(round_: Round, agency: Agency) -> Iterator[ReturnDraft]:
    """Yield invented returns of an agency, the same ones each time, to choose a right one from."""
    for number in range(TRIES):
        yield _Drawing(round_, agency, Random(number)).draft()


def spoiled(round_: Round) -> tuple[str, str]:
    """Return (sheet, cell) where an unreadable value is an error; blanks if there is none.

    The first such column of a table of rows.
    """
    for spec in round_.row_tables:
        for column in spec.columns:
            if column.kind is not Kind.TEXT and not column.prefilled:
                return spec.sheet, f"{letter(spec, column.key)}{FIRST_ROW}"
    return "", ""


@dataclass
class _Drawing:
    """Draws one return.

    A code list gives the same entry in all tables, and counts are the same too: so tables agree.
    """

    round_: Round
    agency: Agency
    chance: Random
    entries: dict[str, str] = field(default_factory=dict)
    """The entry drawn from each code list."""

    def draft(self) -> ReturnDraft:
        """Draw one return."""
        rows = {spec.key: self._row(spec) for spec in self.round_.row_tables}
        info = {
            column.key: self._value(column, {})
            for column in self.round_.info.columns
            if not column.prefilled
        }
        for rule in self.round_.cross_rules:
            if hasattr(rule, "nil_code"):  # a return with rows must not declare nil
                codes = self.round_.codes_of(self.round_.info.by_key[rule.at]).codes
                info[rule.at] = next((code for code in codes if code != rule.nil_code), None)
        return ReturnDraft(self.agency, info, rows)

    def _row(self, spec: TableSpec) -> Row:
        row: Row = {}
        # a date must be in the row's period
        for column in sorted(spec.columns, key=lambda each: each.kind is Kind.DATE):
            if not column.prefilled:
                row[column.key] = self._value(column, row)
        for rule in self.round_.rules[spec.key]:
            if parts := getattr(rule, "parts", ()):
                row[rule.at] = sum(row[part] for part in parts)
        return row

    def _value(self, column: Column, row: Row) -> Any:
        match column.kind:
            case Kind.CODE:
                return self._code(column)
            case Kind.COUNT | Kind.DECIMAL:
                number = max(1, int(column.minimum or 0))
                return min(number, int(column.maximum)) if column.maximum is not None else number
            case Kind.DATE:
                return self._day(row)
        length = min(max(column.min_length, len(_TEXT)), column.max_length)
        return (_TEXT * (length // len(_TEXT) + 1))[:length].strip().ljust(column.min_length, ".")

    def _code(self, column: Column) -> str:
        codes = self.round_.codes_of(column)
        if self.agency.own_locality in codes.by_code:
            return self.agency.own_locality
        window = self.round_.settings.window
        valid = [
            e.code
            for e in codes.entries
            if (e.valid_from or window.start) <= window.end
            and (e.valid_to or window.end) >= window.start
        ]
        return self.entries.setdefault(codes.key, self.chance.choice(valid or codes.codes))

    def _day(self, row: Row) -> dt.date:
        period = self.round_.codelists["periods"].by_code.get(self.entries.get("periods", ""))
        return (period.valid_to if period and period.valid_to else None) or self.round_.end


# --- how it went ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class RehearsalRemark:
    """Something that a rehearsal showed; ``is_grave``: a fault of the round.

    ``key`` names its sentence in ``messages/*/round.toml``.
    """

    key: str
    words: Mapping[str, object]
    is_grave: bool = True

    def text(self, lang: str) -> str:
        """Return the sentence."""
        words = dict(self.words)
        if "step" in words:
            words["step"] = ui(f"round.rehearsal.step.{words['step']}", lang)
        sentence = ui(f"round.rehearsal.{self.key}", lang, **words)
        return sentence if self.is_grave else ui("round.checked.remark", lang, text=sentence)


def stopped(step: str, error: Exception) -> RehearsalRemark:
    """Return the remark on an exception: its message, and the last line that ran."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return RehearsalRemark(
        "stopped",
        {
            "step": step,
            "error": f"{type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno})",
        },
    )


def on_right(agency: str, recognised: str, findings: Iterable[Finding]) -> list[RehearsalRemark]:
    """Return remarks on the judgement of the right return."""
    told: dict[Severity, list[str]] = {severity: [] for severity in Severity}
    for finding in findings:
        told[finding.severity].append(
            " ".join(filter(None, (finding.rule, finding.sheet, ",".join(finding.cells))))
        )
    found = [] if recognised == agency else [RehearsalRemark("nobody", {"agency": agency})]
    for severity, key in ((Severity.ERROR, "refused"), (Severity.WARNING, "warned")):
        if told[severity]:
            words = {"agency": agency, "findings": "; ".join(dict.fromkeys(told[severity]))}
            found.append(RehearsalRemark(key, words, is_grave=severity is Severity.ERROR))
    return found


def on_figures(round_: Round, draft: ReturnDraft, frame: pd.DataFrame) -> list[RehearsalRemark]:
    """Return remarks on figures by agency that differ from the one return that counts.

    Figures counted apart from persons are left out.
    """
    figures, found = round_.settings.figures, []
    row, line = draft.rows[figures.default_table], frame[frame["agency"] == draft.agency.code]
    for column in round_.by_key[figures.default_table].measures:
        is_split = figures.collectives is not None and bool(figures.collectives.of([column.key]))
        counted = line[column.key].tolist()
        if not is_split and counted != [row[column.key]]:
            words = {
                "table": figures.default_table,
                "measure": column.key,
                "found": counted,
                "wanted": row[column.key],
            }
            found.append(RehearsalRemark("figures", words))
    return found
