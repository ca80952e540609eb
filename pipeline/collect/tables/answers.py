"""Read what a clerk answered on the sheet of findings that came back with the workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pipeline.collect.formats.cells import Grid, shown
from pipeline.findings.answers import EARLIER_TITLES, titles
from pipeline.model import Answer, Finding, Severity
from pipeline.text.names import normalise
from schemas.rules.anonymity import NAMED, Anonymous, listed_names
from schemas.words import LANGUAGES

SEARCHED_ROWS = 40
"""How many rows are searched for the headings."""
_RULE = Anonymous(at="answer")
_KEYS = ("key", "rule", "sheet", "column", "value", "answer")
"""Keys of the columns that are read, in the order of the fields of ``Answer``."""


def answers_in(grid: Grid) -> tuple[Answer, ...]:
    """Return the answers, each with the key of its finding; none if the headings are gone."""
    columns, head = _headings(grid)
    if not columns:
        return ()
    rows = [row for row in grid.rows if row > head and row in grid.columns[columns["answer"]]]
    texts = {key: dict(_texts(grid, letters, rows)) for key, letters in columns.items()}
    answers = (Answer(*(texts[key].get(row, "") for key in _KEYS)) for row in rows)
    return tuple(answer for answer in answers if answer.text and answer.key)


def named_in(answers: Iterable[Answer], sheet: str) -> Iterator[Finding]:
    """V09: warn of answers that name a person. No rule reads them, as they are in no table."""
    for text in dict.fromkeys(answer.text for answer in answers):
        if named := listed_names(text):
            title = titles(LANGUAGES[0])["answer"]
            words = {"title": title, "value": text, NAMED: named}
            yield Finding(
                _RULE.id,
                Severity(_RULE.severity),
                _RULE.message,
                words,
                sheet=sheet,
                column=title,
                value=text,
            )


def _headings(grid: Grid) -> tuple[Mapping[str, str], int]:
    """Return column letters by key, and the row of the headings, in any language."""
    for row in list(grid.rows)[:SEARCHED_ROWS]:
        held = {
            normalise(text): letters
            for letters in grid.columns
            for _, text in _texts(grid, letters, [row])
        }
        for lang in LANGUAGES:
            wanted = {
                key: (title, *EARLIER_TITLES.get(key, ()))
                for key, title in titles(lang).items()
                if key in _KEYS
            }
            columns = {
                key: held[normalise(title)]
                for key, named in wanted.items()
                for title in named
                if normalise(title) in held
            }
            if len(columns) == len(wanted):
                return columns, row
    return {}, 0


def _texts(grid: Grid, letters: str, rows: list[int]) -> Iterator[tuple[int, str]]:
    held = [row for row in rows if row in grid.columns.get(letters, {})]
    values = grid.column(letters, held)
    return ((row, shown(value).strip()) for row, value in zip(held, values, strict=True))
