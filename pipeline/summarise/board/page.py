"""The board as one HTML file.

It has no script and nothing from the network; the template engine escapes every text.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.model import Standing
from pipeline.office.safety import safe
from pipeline.store.coverage import Coverage
from pipeline.summarise.board import facts
from pipeline.summarise.brief.facts import Brief, block
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.lines import standing_words
from pipeline.summarise.figures.lines import standings as standings_of
from pipeline.summarise.figures.wording import marks, share
from pipeline.summarise.finding_sheets import by_rule
from pipeline.summarise.pictures import growth as drawing
from pipeline.summarise.progress import BesideFile, standings
from schemas.round.settings import BRIEF_FILE, PROGRESS_FILE
from schemas.words import formal_day

FONT = "system-ui, 'Segoe UI', Arial, sans-serif"
SHADES = {
    "reported": "#1f4e79",
    "confirmed_nil": "#6f97bf",
    "being_corrected": "#e3c35a",
    "missing": "#ffffff",
    "excused": "#e4e4e4",
    "unreadable": "#b04848",
}
"""Fillings of the parts of a bar: told apart in print without colours too."""
LABEL_WIDTH = 0.6
"""Width of a column of the map that holds labels or nothing, against one with cells."""
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class RuleCount:
    """One rule that some return breaks, and how often."""

    id: str
    severity: str
    text: str
    times: int
    agencies: int


@dataclass(frozen=True)
class UnassignedFile:
    """A file that belongs to no agency, and what is wrong with it."""

    file: str
    problem: str
    fix: str


def board_page(consolidation: Consolidation) -> bytes:
    """The page; the same consolidation gives the same bytes."""
    on_map, rest = facts.places(consolidation)
    style = (_HERE / "page.css").read_text(encoding="utf-8") + _cells(on_map)
    context = {
        "lang": consolidation.lang,
        "style": _markup(style),
        "style_hash": "sha256-"
        + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        **_words(consolidation),
        **_figures(consolidation),
        "on_map": on_map,
        "rest": rest,
        "progress_file": PROGRESS_FILE,
        "brief": block(Brief(consolidation)),
        "brief_file": BRIEF_FILE,
    }
    return str(_template().render(context)).encode()


@cache
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(_HERE, encoding="utf-8")
    return Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    ).get_template("page.html")


def _markup(own: str) -> Any:
    """Text of our own that is markup already."""
    from markupsafe import Markup

    return Markup(own)  # noqa: S704 never anything that was received


def _words(consolidation: Consolidation) -> dict[str, Any]:
    last = facts.last_received(consolidation)
    as_of = (
        consolidation.say("board.as_of", day=formal_day(last))
        if last
        else consolidation.say("board.nothing_yet")
    )
    known = standings_of(consolidation)
    return {
        "say": lambda key, **words: consolidation.say(f"board.{key}", **words),
        "standing_name": lambda standing: consolidation.say(f"screen.standing.{standing}"),
        "stands": lambda place: standing_words(known[place.agency], consolidation.lang),
        "waits": lambda wait: consolidation.say(f"summary.waits.{wait.role}", file=safe(wait.file)),
        "day": formal_day,
        "share": lambda part, whole: share(part, whole, consolidation.lang),
        "percent": lambda part, whole: f"{100 * part / whole:.2f}" if whole else "0",
        "clean": safe,
        "stack": lambda group: _stack(group, standings(consolidation)),
        "bar_alt": lambda group: _bar_words(group, consolidation),
        "round": consolidation.round_,
        "deadline": consolidation.deadline,
        "marks": " · ".join(marks(consolidation)),
        "as_of": as_of,
    }


def _figures(consolidation: Consolidation) -> dict[str, Any]:
    standing = consolidation.agencies["standing"]
    grown = facts.growth(consolidation)
    days = [grown.first + dt.timedelta(days=n) for n in range(len(grown.heard))]
    return {
        "coverage": consolidation.coverage,
        "by_standing": [
            (str(each), int((standing == each).sum())) for each in standings(consolidation)
        ],
        "growth_picture": _markup(_growth(grown, consolidation)),
        "days": list(zip(days, grown.heard, grown.counted, strict=True)),
        "groups": facts.groups(consolidation),
        "calls": facts.calls(consolidation),
        "rules": _rules(consolidation),
        "waiting": facts.waiting(consolidation),
        "strays": _unassigned(consolidation),
    }


def _unassigned(consolidation: Consolidation) -> list[UnassignedFile]:
    rows = [BesideFile(row, consolidation.round_) for row in consolidation.beside.itertuples()]
    return [
        UnassignedFile(row.file, f"{row.state}. {row.problem} {row.whose}".strip(), row.fix)
        for row in rows
    ]


def _growth(grown: facts.DailyCounts, consolidation: Consolidation) -> str:
    coverage: Coverage = consolidation.coverage
    deadline = consolidation.deadline
    last = grown.first + dt.timedelta(days=len(grown.heard) - 1)
    alt = consolidation.say(
        "board.growth_alt",
        day=formal_day(last),
        heard=grown.heard[-1],
        counted=grown.counted[-1],
        agencies=coverage.agencies,
    )
    shown = drawing.GrowthChart(
        first=grown.first,
        curves=[drawing.Curve(grown.heard), drawing.Curve(grown.counted, "6 4")],
        whole=coverage.agencies,
        deadline=deadline,
        whole_words=consolidation.say("board.all_agencies", count=coverage.agencies),
        deadline_words=consolidation.say("board.late_words", day=f"{deadline:%d/%m}"),
    )
    return drawing.growth(shown, title=alt, font=FONT)


def _rules(consolidation: Consolidation) -> list[RuleCount]:
    return [
        RuleCount(
            rule,
            consolidation.say(f"screen.severity.{severity}"),
            text,
            len(listed),
            len({each.agency for each in listed if each.agency}),
        )
        for (rule, severity, text), listed in by_rule(consolidation)
    ]


def _stack(group: facts.GroupProgress, shown: Sequence[Standing]) -> Any:
    """The parts of a group's bar, in the order of standings."""
    parts, left = [], 0.0
    for standing, count in zip(shown, group.standings, strict=True):
        width = 100 * count / group.agencies
        parts.append(
            f'<rect x="{left:.2f}" width="{width:.2f}" height="1" fill="{SHADES[standing]}"'
            ' stroke="#1f4e79" stroke-width=".02"/>'
        )
        left += width
    return _markup("".join(parts))


def _bar_words(group: facts.GroupProgress, consolidation: Consolidation) -> str:
    return ", ".join(
        f"{count} {consolidation.say(f'screen.standing.{standing}')}"
        for standing, count in zip(standings(consolidation), group.standings, strict=True)
    )


def _cells(on_map: Sequence[facts.BoardPlace]) -> str:
    """The style of the map's cells; a label takes the free cell beside it too."""
    taken = {(place.row, place.column): bool(place.standing) for place in on_map}
    last = max((place.column for place in on_map), default=0)
    broad = {column for (_, column), standing in taken.items() if standing}
    widths = " ".join(
        "minmax(0, 1fr)" if column in broad else f"minmax(0, {LABEL_WIDTH}fr)"
        for column in range(1, last + 1)
    )
    rules = [f".tiles {{ --columns: {widths or 'none'}; }}"]
    rules += [f".r{row} {{ grid-row: {row}; }}" for row in sorted({place.row for place in on_map})]
    rules += [
        f".c{column} {{ grid-column: {column}; }}"
        for column in sorted({place.column for place in on_map})
    ]
    wide = sorted(
        {
            place.column
            for place in on_map
            if not place.standing and (place.row, place.column - 1) not in taken
        }
    )
    rules += [
        f".label.c{column} {{ grid-column: {column - 1} / span 2; }}"
        for column in wide
        if column > 1
    ]
    return "\n".join(rules) + "\n"
