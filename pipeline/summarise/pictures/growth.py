"""How a count grew day by day, as an SVG drawing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.summarise.pictures.drawing import INK, RED, SOFT, line, svg, text, text_length

WIDTH, HEIGHT = 380.0, 260.0
_LEFT, _TOP, _FOOT = 34.0, 34.0, HEIGHT - 30.0
_MOST_DAYS = 4
"""Days that are written below the drawing."""


@dataclass(frozen=True)
class Curve:
    """A count by day. ``dash``: of its line in SVG, so that curves differ in grey print."""

    counts: Sequence[int]
    dash: str = ""


@dataclass(frozen=True)
class GrowthChart:
    """Curves from day ``first`` on, against the ``whole`` and the ``deadline``."""

    first: dt.date
    curves: Sequence[Curve]
    whole: int
    deadline: dt.date
    whole_words: str
    deadline_words: str

    @property
    def days(self) -> int:
        """How many days there are."""
        return len(self.curves[0].counts)


def growth(shown: GrowthChart, *, title: str, font: str) -> str:
    """The curves as steps."""
    step = (WIDTH - _LEFT - 14) / max(shown.days, 1)
    ceiling, late = (
        _up(shown.whole, shown.whole),
        _LEFT + (shown.deadline - shown.first).days * step,
    )
    anchor, beside = ("end", -5) if late > WIDTH / 2 else ("start", 5)
    words_at = ceiling + 18 if _is_low(shown) else _FOOT - 8
    parts = [
        line(_LEFT, _FOOT, WIDTH, _FOOT),
        text(_LEFT - 6, _FOOT + 5, "0", anchor="end"),
        text(_LEFT - 6, ceiling + 5, str(shown.whole), anchor="end"),
        line(_LEFT, ceiling, WIDTH, ceiling, dash="2 3"),
        text(_LEFT + 4, ceiling - 8, shown.whole_words, colour=SOFT),
        line(late, ceiling, late, _FOOT, RED, dash="5 3", thick=1.5),
        text(late + beside, words_at, shown.deadline_words, anchor=anchor, colour=RED),
        *(
            _steps([_up(count, shown.whole) for count in curve.counts], step, curve.dash)
            for curve in shown.curves
        ),
        *_day_names(shown, step),
    ]
    return svg(WIDTH, HEIGHT, parts, title=title, font=font)


def _is_low(shown: GrowthChart) -> bool:
    """True if the curves leave the upper half free where the deadline's words stand."""
    counts = shown.curves[0].counts
    day = min((shown.deadline - shown.first).days, len(counts) - 1)
    return counts[day] < shown.whole / 2


def _up(count: int, whole: int) -> float:
    return _FOOT - (_FOOT - _TOP) * count / max(whole, 1)


def _steps(heights: Sequence[float], step: float, dash: str) -> str:
    path = f"M{_LEFT:g} {_FOOT:g}" + "".join(
        f"V{y:.1f}H{_LEFT + (day + 1) * step:.1f}" for day, y in enumerate(heights)
    )
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="{path}" fill="none" stroke="{INK}" stroke-width="2.5"{dashed}/>'


def _day_names(shown: GrowthChart, step: float) -> list[str]:
    """The first day, the last, and some between, each below its column."""
    wanted = max(1, min(_MOST_DAYS, shown.days))
    days = sorted({round(at * (shown.days - 1) / max(wanted - 1, 1)) for at in range(wanted)})
    parts = []
    for day in days:
        said = f"{shown.first + dt.timedelta(days=day):%d/%m}"
        middle = min(_LEFT + (day + 0.5) * step, WIDTH - text_length(said) / 2)
        parts.append(text(max(middle, _LEFT), _FOOT + 20, said, anchor="middle"))
    return parts
