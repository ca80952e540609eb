"""Texts too long for a row of a sheet, cut so that nothing is hidden below its edge."""

from __future__ import annotations

import re

from pipeline.office.textfit import line_count

MOST_LINES = 27
"""Lines of an ordinary text in the highest row that Excel has (409 points)."""
_LONGEST_WORD = 60
_WORDS = re.compile(rf"\S{{1,{_LONGEST_WORD}}}[^\S\n]*\n?|[^\S\n]+\n?|\n")
_GOOD_ENDS = (re.compile(r"\n$"), re.compile(r"[.!?;:…]\s*$"))
_LOOK_BACK = 0.7
"""A piece may end at a paragraph or sentence from this part of the room on."""


def pieces(text: str, column: float, most: int = MOST_LINES) -> list[str]:
    """Cut a text into pieces of at most ``most`` lines in a column so wide; no letter is lost."""
    if line_count(text, column) <= most:
        return [text]
    words, found = _WORDS.findall(text), []
    while words:
        end = _end(words, column, most)
        found.append("".join(words[:end]))
        words = words[end:]
    return found


def _end(words: list[str], column: float, most: int) -> int:
    """How many words fit, back to the end of a paragraph or sentence if one is near."""
    room = int(column * most)  # no word is shorter than a letter
    least, end = 1, min(len(words), room)
    while least < end:
        middle = (least + end + 1) // 2
        least, end = (
            (middle, end)
            if line_count("".join(words[:middle]), column) <= most
            else (least, middle - 1)
        )
    if end == len(words):
        return end
    for good in _GOOD_ENDS:
        ends = [at for at in range(int(end * _LOOK_BACK), end) if good.search(words[at])]
        if ends:
            return ends[-1] + 1
    return end
