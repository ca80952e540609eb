"""Words that stand in a list's columns for those who keep it, and persons: what nobody else must ever read."""

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
"""Short citations such as “NĐ 112 Đ7 k3”, and what only we remember, by what each begins with."""
_PRIVATE = {
    **{key: re.compile(rf"(?<![\w/-]){re.escape(key)}(?![\w/-])") for key in _keys()},
    **{word: re.compile(rf"(?<!\w){short}") for word, short in SHORT.items()},
}
"""By a word that a private text has in any case, what it looks like; to look for the word first takes a tenth of the time."""


def private_words(text: str) -> list[str]:
    """What of a text nobody should read."""
    return [found for word, pattern in _PRIVATE.items() if word in text for found in pattern.findall(text)]


def text_of(path: Path) -> str:
    """Every text in an output: the parts of an office file without their tags, each once however many files have it."""
    if path.suffix == ".parquet":
        return pd.read_parquet(path).to_csv()
    if path.suffix not in (".xlsx", ".docx"):
        return _TAG.sub(" ", path.read_text(encoding="utf-8"))
    with zipfile.ZipFile(path) as package:
        parts = [package.read(part) for part in package.infolist() if _is_new(part) and part.filename.endswith((".xml", ".rels"))]
    return " ".join(html.unescape(_TAG.sub(" ", part.decode("utf-8"))) for part in parts)


def _is_new(part: zipfile.ZipInfo) -> bool:
    key = part.CRC, part.file_size
    is_new = key not in _SEEN
    _SEEN.add(key)
    return is_new


COMMANDS = re.compile(
    rf"(?<![\w./-])(?:tonghop +[a-z]+|{'|'.join(map(re.escape, main.commands.keys() - {'round'}))}|--[a-z][a-z-]+|(?:nhan|dia-chi)\.csv)(?![\w./-])"
)
"""What only the operator can use: the program's commands (but for a word that stands in the stamp), their options, registers."""


def for_operators(path: Path) -> list[str]:
    """What of an output's texts only the operator could use; a part that many files have is looked at once."""
    found: set[str] = set()
    for key, texts in parts_of(path):
        if key not in _FOUND:
            _FOUND[key] = {each[0] for text in texts for each in COMMANDS.finditer(_TAG.sub(" ", text))}
        found |= _FOUND[key]
    return sorted(found)


_FOUND: dict[object, set[str]] = {}
_TAG = re.compile("<[^>]*>")
_SEEN: set[tuple[int, int]] = set()


# --- persons ----------------------------------------------------------------------------------------


def texts_in(path: Path) -> Iterator[str]:
    """What a reader of a file may see or find in it, entities resolved, with tags taken out and left in."""
    for _, texts in parts_of(path):
        yield from texts


def parts_of(path: Path) -> Iterator[tuple[object, Iterator[str]]]:
    """The texts of each part of a file, with what tells the same part of another file."""
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
    """The files in which any of the words stands, with those words; a part that many files have is looked at once."""
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
