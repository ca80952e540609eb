"""Charts of the report's figures."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipeline.summarise.figures.wording import fixed, number
from pipeline.summarise.pictures.drawing import WIDTH, Bar, bars, columns
from pipeline.summarise.pictures.raster import FONT
from pipeline.summarise.report.amounts import cut
from pipeline.summarise.report.facts import ItemFacts

MOST_BARS = 10
"""Bars that a chart shows."""
_DRAWN = {"bars": bars, "columns": columns}


@dataclass(frozen=True)
class Chart:
    """A drawing as SVG, with its caption and the words that a screen reader says instead.

    ``is_hatched``: it has hatched bars, of shorter periods.
    """

    svg: str
    caption: str
    words: str
    is_hatched: bool


def chart(
    facts: ItemFacts, most: int = MOST_BARS, width: float = WIDTH, longest: int = 0
) -> Chart | None:
    """Draw some figures, if a chart is asked for and there is anything to draw.

    Labels are cut at ``longest`` letters, 0: nowhere.
    """
    draw = _DRAWN.get(facts.asked.chart)
    if draw is None or not facts.ranked:
        return None
    places = facts.shown if facts.asked.chart == "columns" else facts.ranked[:most]
    shown = [bar(facts, at) for at in places]
    caption = _caption(facts, len(shown))
    spoken = f"{caption}: " + "; ".join(f"{each.label} {each.figure}" for each in shown)
    drawn = [replace(each, label=cut(each.label, longest)) for each in shown] if longest else shown
    return Chart(
        draw(drawn, title=spoken, font=FONT, width=width),
        caption,
        spoken,
        any(each.is_short for each in shown),
    )


def _caption(facts: ItemFacts, count: int) -> str:
    title = facts.measures[0].title
    measure = (
        facts.consolidation.say("summary.charts.trend", measure=title)
        if facts.asked.monthly
        else title
    )
    key = "chart_first" if len(facts.ranked) > count else "chart"
    hatched = (
        " " + facts.consolidation.say("report.hatched") if facts.short & set(facts.shown) else ""
    )
    return (
        facts.consolidation.say(
            f"report.{key}", measure=measure, by=facts.by.title.lower(), count=count
        )
        + hatched
    )


def bar(facts: ItemFacts, at: int) -> Bar:
    """One bar; hatched where its stretch of time is shorter than the others."""
    average = facts.a_month(at)
    value = average if average is not None else float(facts.values[at])
    figure = fixed(value, 1, facts.lang) if average is not None else number(value, facts.lang)
    return Bar(facts.by.names[at], value, figure, is_short=at in facts.short)
