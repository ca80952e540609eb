"""Masks persons in what agencies wrote: "[tên riêng 1]".

Numbers are given within one agency's return, in the order of tables and rows: the same words have
the same number there, different words different ones, so that rows told apart by a text stay apart.
Texts of two agencies are compared by numbers of the whole round, which stand in no output, so that
masks neither part what is the same nor join what isn't. The ledger keeps what was written; so does
the agency's own reply.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from pipeline.model import Finding
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.text.wording import meaning
from schemas.columns import Kind, TableSpec
from schemas.round.round import Round
from schemas.rules.anonymity import NAMED, mask_of
from schemas.rules.persons import spans

_SPACES_IN_FILES = str.maketrans("_-.", "   ")
"""What stands for a space in the name of a file."""
_FIRST_OF_ALL = 1_000_001
"""The first number of a person in the whole round.

None that stands in a text, which an agency may have copied from a summary.
"""
_QUOTED = re.compile("“([^“”]*)”")


@dataclass(frozen=True)
class _Masks:
    """The numbers given so far, by agency and name.

    Names of the form's own ``sheets`` are no persons.
    """

    sheets: frozenset[str] = frozenset()
    given: dict[str, dict[str, int]] = field(default_factory=dict)

    def of(self, owner: str, person: str) -> str:
        numbers = self.given.setdefault(owner, {})
        return mask_of(numbers.setdefault(meaning(person), len(numbers) + 1))

    @property
    def everywhere(self) -> dict[str, tuple[int, ...]]:
        """Per owner, the numbers in the whole round of its persons; same words, same number."""
        everyone: dict[str, int] = {}
        return {
            owner: tuple(
                everyone.setdefault(person, _FIRST_OF_ALL + len(everyone)) for person in numbers
            )
            for owner, numbers in self.given.items()
        }

    def text(self, owner: str, text: str, key: str = "") -> str:
        """A text of one agency, from the column ``key``, with each person masked."""
        if text in self.sheets:
            return text
        parts, done = [], 0
        for start, end in _persons(text, key):
            parts += [text[done:start], self.of(owner, text[start:end])]
            done = end
        return "".join([*parts, text[done:]]) if done else text

    def listed(self, owner: str, found: str) -> str:
        """A list of persons in quotation marks with each masked."""
        return _QUOTED.sub(lambda match: f"“{self.of(owner, match[1])}”", found)


_FILE = "file"
_WHERE = (_FILE, "sheet")
"""Where a text stands: agencies name files and sheets too."""


def _persons(text: str, key: str) -> Sequence[tuple[int, int]]:
    return spans(text.translate(_SPACES_IN_FILES) if key == _FILE else text)


def masked(consolidation: Consolidation) -> Consolidation:
    """The same with persons masked in everything that agencies wrote, an earlier state among it."""
    round_ = consolidation.round_
    masks = _Masks(frozenset(spec.sheet for spec in round_.tables))
    tables = {
        spec.key: _frame(consolidation.tables[spec.key], [*_free_texts(spec), *_WHERE], masks)
        for spec in round_.row_tables
    }
    made = replace(
        consolidation,
        tables=tables,
        info=_frame(consolidation.info, _free_texts(round_.info), masks),
        aside=_frame(consolidation.aside, ("title", "value", *_WHERE), masks),
        agencies=_frame(consolidation.agencies, _WHERE, masks),
        submissions=_frame(consolidation.submissions, _WHERE, masks),
        decisions=[
            replace(each, reason=masks.text(each.agency, each.reason))
            for each in consolidation.decisions
        ],
        findings=[_finding(each, masks, round_) for each in consolidation.findings],
        earlier=masked(consolidation.earlier) if consolidation.earlier is not None else None,
    )
    return replace(made, persons=masks.everywhere)


def _free_texts(spec: TableSpec) -> list[str]:
    return [column.key for column in spec.columns if column.kind is Kind.TEXT and column.anonymous]


def _frame(frame: pd.DataFrame, columns: Iterable[str], masks: _Masks) -> pd.DataFrame:
    changed = {
        key: found
        for key in columns
        if key in frame and (found := _column(frame, key, masks)) is not None
    }
    return frame.assign(**changed) if changed else frame


def _column(frame: pd.DataFrame, key: str, masks: _Masks) -> pd.Series[Any] | None:
    """The texts of a column with persons masked; nothing where none is named."""
    named = {text for text in frame[key].dropna().unique() if _persons(str(text), key)}
    if not named:
        return None
    rows = frame[key].isin(named).to_numpy()
    texts = frame[key].copy()
    texts[rows] = [
        masks.text(str(agency), str(text), key)
        for agency, text in zip(frame["agency"][rows], texts[rows], strict=True)
    ]
    return texts


def _finding(finding: Finding, masks: _Masks, round_: Round) -> Finding:
    """Mask what a finding repeats of the return.

    Contact fields, which outputs show, are masked apart.
    """
    finding, owner = (
        replace(finding, file=masks.text(finding.agency, finding.file, _FILE)),
        finding.agency or finding.file,
    )
    if _is_contact(finding, round_.info):
        return finding
    return replace(
        finding,
        sheet=masks.text(owner, finding.sheet),
        column=masks.text(owner, finding.column),
        words=_words(finding.words, owner, masks),
        value=masks.text(owner, finding.value),
        answer=masks.text(owner, finding.answer),
    )


def _is_contact(finding: Finding, info: TableSpec) -> bool:
    contacts = {column.title for column in info.columns if not column.anonymous}
    return finding.sheet == info.sheet and finding.column in contacts


def _words(words: Mapping[str, str], owner: str, masks: _Masks) -> dict[str, str]:
    return {
        name: masks.listed(owner, said) if name == NAMED else masks.text(owner, said)
        for name, said in words.items()
    }
