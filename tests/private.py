"""Detect what no reader of outputs may see: persons, and list columns kept for ourselves."""

from __future__ import annotations

import csv
import html
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pandas as pd

from pipeline.terminal.commands import main

_SOURCES = Path(__file__).parents[1] / "schemas" / "cv4874" / "codelists" / "sources.csv"


def _keys() -> list[str]:
    with _SOURCES.open(encoding="utf-8", newline="") as file:
        return [row["key"] for row in csv.DictReader(file)]


SHORT = {
    "Đ": r"Đ\d{1,3}(?: k\d+)?\b",
    "k": r"k\d+ Đ\d",
    "NĐ": r"NĐ ?\d",
    "QĐ": r"QĐ ?\d",
    "Luật": r"Luật (?:CBCC|VC)\b",
    "BLHS": r"BLHS\b",
    "BLLĐ": r"BLLĐ\b",
    "memory": r"memory\b",
    "evidence": r"evidence",
}
"""Patterns of short citations (“NĐ 112 Đ7 k3”) and of what we only remember, by first word."""
_PRIVATE = {
    **{key: re.compile(rf"(?<![\w/-]){re.escape(key)}(?![\w/-])") for key in _keys()},
    **{word: re.compile(rf"(?<!\w){short}") for word, short in SHORT.items()},
}
"""Patterns by a word in each match: to seek the word first takes a tenth of the time."""


def private_words(text: str) -> list[str]:
    """Return what nobody should read in a text."""
    return [
        found
        for word, pattern in _PRIVATE.items()
        if word in text
        for found in pattern.findall(text)
    ]


def text_of(path: Path) -> str:
    """Return all text in an output, without tags; each part once, however many files have it."""
    if path.suffix == ".parquet":
        return pd.read_parquet(path).to_csv()
    if path.suffix not in (".xlsx", ".docx"):
        return _TAG.sub(" ", path.read_text(encoding="utf-8"))
    with zipfile.ZipFile(path) as package:
        parts = [
            package.read(part)
            for part in package.infolist()
            if _is_new(part) and part.filename.endswith((".xml", ".rels"))
        ]
    return " ".join(html.unescape(_TAG.sub(" ", part.decode("utf-8"))) for part in parts)


def _is_new(part: zipfile.ZipInfo) -> bool:
    key = part.CRC, part.file_size
    is_new = key not in _SEEN
    _SEEN.add(key)
    return is_new


COMMANDS = re.compile(
    rf"(?<![\w./-])(?:tonghop +[a-z]+|{'|'.join(map(re.escape, main.commands.keys() - {'round'}))}|--[a-z][a-z-]+|(?:nhan|dia-chi)\.csv)(?![\w./-])"
)
"""What only an operator can use: commands (except a word in the stamp), options, registers."""


def for_operators(path: Path) -> list[str]:
    """Return what only an operator could use in an output; shared parts are searched once."""
    found: set[str] = set()
    for key, texts in parts_of(path):
        if key not in _FOUND:
            _FOUND[key] = {
                each[0] for text in texts for each in COMMANDS.finditer(_TAG.sub(" ", text))
            }
        found |= _FOUND[key]
    return sorted(found)


_FOUND: dict[object, set[str]] = {}
_TAG = re.compile("<[^>]*>")
_SEEN: set[tuple[int, int]] = set()


# --- persons --------------------------------------------------------------------------------------


def texts_in(path: Path) -> Iterator[str]:
    """Yield what readers may see or find in a file, entities resolved, with and without tags."""
    for _, texts in parts_of(path):
        yield from texts


def parts_of(path: Path) -> Iterator[tuple[object, Iterator[str]]]:
    """Yield the texts of each part of a file, with a key that equal parts of other files share."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as package:
            for part in package.infolist():
                yield (part.CRC, part.file_size), _read(partial(package.read, part))
    elif path.suffix == ".parquet":
        yield path, _read(lambda: pd.read_parquet(path).to_csv().encode())
    else:
        yield path, _read(path.read_bytes)


def _read(read: Callable[[], bytes]) -> Iterator[str]:
    text = read().decode("utf-8", "replace")
    yield html.unescape(text)
    yield html.unescape(_TAG.sub("", text))


def naming(folder: Path, *words: str) -> dict[str, list[str]]:
    """Return the files with any of the words, and these words; shared parts are searched once."""
    found, seen = {}, dict[object, set[str]]()
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or "phan-hoi" in path.relative_to(folder).parts:
            continue
        told: set[str] = set()
        for key, texts in parts_of(path):
            if key not in seen:
                seen[key] = {word for text in texts for word in words if word in text}
            told |= seen[key]
        if told:
            found[path.relative_to(folder).as_posix()] = sorted(told)
    return found
