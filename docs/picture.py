"""Draw the way of one return through the program, ``way.svg``. Run by ``make docs``.

The steps are on the left, from the top down; the files of the round's folder are on the right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Literal

WIDTH, STEP, STORE = 600, 330, 200
"""Widths of the picture, of a step and of a file, in pixels."""
HEIGHT, GAP, EDGE = 62, 40, 10
TITLE = "The way of one return, step by step; the table below says the same"
STYLE = """
  text { font: 14px system-ui, sans-serif; fill: #222 }
  .name { font-weight: 600 } .code { font-family: ui-monospace, monospace; font-size: 12.5px } \
.noun { font-style: italic }
  rect { fill: #fff; stroke: #555 } .apart { stroke-dasharray: 5 4; fill: #eef6f5 } \
.file { fill: #f7f1e3 } .paper { stroke: none }
  line { stroke: #555; stroke-width: 1.5; marker-end: url(#head) } marker path { fill: #555 }
"""


@dataclass(frozen=True)
class Step:
    """A step of the way: what it does, where, what it hands on, and the file beside it."""

    name: str
    code: str
    gives: str = ""
    file: str = ""
    inside: str = ""
    """What the file holds."""
    arrow: Literal["in", "out", "both"] = "out"
    """Whether the step reads the file, writes it, or both."""
    apart: bool = False
    """True if it runs in a process of its own."""


WAY = (
    Step(
        "take in: walk, copy, name, date",
        "collect/intake/",
        "Received",
        "data/incoming/",
        "files as they came",
        "in",
    ),
    Step(
        "keep the bytes under their SHA-256",
        "collect/intake/archive.py",
        "Received",
        "data/archive/",
        "never changed",
    ),
    Step(
        "read: open, whose?, locate, tidy",
        "collect/worker.py → read.py",
        "Reading",
        "data/archive/",
        "the bytes",
        "in",
        apart=True,
    ),
    Step("judge: frames, rules, findings, verdict", "stages/units.py → check/judge.py", "Answer"),
    Step(
        "write in one transaction",
        "stages/judging.py → store/judgements.py",
        "",
        "data/ledger.sqlite",
        "and its journal, .jsonl",
    ),
    Step(
        "compare with returns before, others",
        "stages/comparing.py",
        "",
        "data/ledger.sqlite",
        "findings N01–N04",
        "both",
    ),
    Step(
        "choose: which return of each counts",
        "store/versions.py, standing.py",
        "standings",
        "data/ledger.sqlite",
        "decisions too",
        "in",
    ),
    Step(
        "reply: mark the agency's own copy",
        "stages/replies.py → feedback/",
        "",
        "data/output/phan-hoi/",
        "copies and letters",
    ),
    Step(
        "take the rows that count",
        "stages/consolidating.py",
        "Consolidation",
        "data/ledger.sqlite",
        "rows",
        "in",
    ),
    Step("add up", "summarise/figures/figures.py", "figures"),
    Step(
        "write workbooks, report, data",
        "summarise/books.py",
        "",
        "data/output/",
        "nguon.json tells of what",
    ),
)


def way() -> str:
    """Return the picture as SVG."""
    height = 2 * EDGE + len(WAY) * (HEIGHT + GAP) - GAP
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    head = (
        '<marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto-start-reverse">'
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title">',
        f'<title id="title">{TITLE}</title>',
        f"<style>{STYLE}</style>",
        f'<defs>{head}<path d="M0 0 8 4 0 8z"/></marker></defs>',
        f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
    ]
    for index, step in enumerate(WAY):
        parts += _drawn(step, EDGE + index * (HEIGHT + GAP), is_last=index == len(WAY) - 1)
    return "\n".join([*parts, "</svg>", ""])


def _drawn(step: Step, top: int, *, is_last: bool) -> Iterator[str]:
    """Yield a step, the arrow to the next one, and the file beside it."""
    yield _box(EDGE, top, STEP, step.name, step.code, "apart" if step.apart else "")
    if not is_last:
        yield _line(EDGE + 40, top + HEIGHT, EDGE + 40, top + HEIGHT + GAP)
        yield _text(EDGE + 52, top + HEIGHT + 25, step.gives, "noun")
    if step.file:
        middle, start, end = top + HEIGHT // 2, EDGE + STEP, WIDTH - EDGE - STORE
        yield _box(end, top, STORE, step.file, step.inside, "file")
        if step.arrow in ("out", "both"):
            yield _line(start, middle, end, middle)
        if step.arrow in ("in", "both"):
            yield _line(end, middle, start, middle)


def _box(left: int, top: int, width: int, name: str, below: str, kind: str) -> str:
    style = "" if kind == "file" else "code"
    texts = _text(left + 10, top + 25, name, "name") + _text(left + 10, top + 47, below, style)
    return (
        f'<rect class="{kind}" x="{left}" y="{top}" width="{width}" height="{HEIGHT}" '
        f'rx="4"/>{texts}'
    )


def _text(left: int, base: int, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{left}" y="{base}">{escape(text)}</text>' if text else ""


def _line(left: int, top: int, right: int, bottom: int) -> str:
    return f'<line x1="{left}" y1="{top}" x2="{right}" y2="{bottom}"/>'


if __name__ == "__main__":
    Path(__file__).with_name("way.svg").write_text(way(), encoding="utf-8")
