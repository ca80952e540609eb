"""Charts as SVG, for the page and, rastered, for the report.

Shapes are told apart by place and words, never by hue, so that grey print does.

Lengths are in the units of the drawing; a text's width comes from :mod:`pipeline.office.textfit`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from pipeline.office.safety import safe
from pipeline.office.textfit import text_width

INK, SOFT, PALE, RED = "#1f4e79", "#5f6b76", "#dbe4ee", "#a61b1b"
WIDTH = 640.0
_SIZE, _LINE = 15.0, 18.0
_LABELS = 0.42
"""Share of the width that labels may take."""
_GAP = 8.0
_COLUMNS = 240.0
"""Height of a drawing of columns in its usual width."""


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its length (0 or more), and the figure written at its end.

    A short stretch of time is hatched.
    """

    label: str
    value: float
    figure: str
    is_short: bool = False


def svg(width: float, height: float, parts: Sequence[str], *, title: str, font: str) -> str:
    """A whole drawing; ``title`` is what a screen reader says instead of it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="img" '
        f'aria-label="{_plain(title)}" font-family="{_plain(font)}" font-size="{_SIZE:g}">'
        f"{''.join(parts)}</svg>"
    )


def text(
    x: float,
    y: float,
    said: str,
    *,
    anchor: str = "start",
    colour: str = "#000",
    bold: bool = False,
) -> str:
    """A line of text whose base line starts, is centred or ends at a point."""
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{colour}"{weight}>'
        f"{_plain(said)}</text>"
    )


def line(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    colour: str = SOFT,
    *,
    dash: str = "",
    thick: float = 1,
) -> str:
    """A straight line."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" '
        f'stroke="{colour}" stroke-width="{thick:g}"{dashed}/>'
    )


def box(
    x: float, y: float, width: float, height: float, colour: str = INK, *, hatched: bool = False
) -> str:
    """A filled rectangle, or a hatched one with an edge."""
    filled = f'fill="url(#hatch)" stroke="{colour}"' if hatched else f'fill="{colour}"'
    return f'<rect x="{x:g}" y="{y:g}" width="{max(width, 0):.1f}" height="{height:g}" {filled}/>'


def bars(shown: Sequence[Bar], *, title: str, font: str, width: float = WIDTH) -> str:
    """Bars going right, labels wrapped on their left, figures at their ends."""
    wrapped = [wrap(bar.label, width * _LABELS) for bar in shown]
    left = max((text_length(each) for lines in wrapped for each in lines), default=0.0) + _GAP
    right = max((text_length(bar.figure) for bar in shown), default=0.0) + _GAP
    longest = max((bar.value for bar in shown), default=0.0) or 1.0
    parts, y = [], _GAP
    for bar, lines in zip(shown, wrapped, strict=True):
        height = _LINE * len(lines)
        length = (width - left - right) * bar.value / longest
        parts += [
            text(left - _GAP, y + _LINE * (at + 0.75), each, anchor="end")
            for at, each in enumerate(lines)
        ]
        middle = y + height / 2
        parts += [
            box(left, middle - 7, length, 14, hatched=bar.is_short),
            text(left + length + _GAP / 2, middle + 5, bar.figure),
        ]
        y += height + _GAP
    return svg(width, y, [*_pattern(shown), *parts, line(left, 0, left, y)], title=title, font=font)


def columns(shown: Sequence[Bar], *, title: str, font: str, width: float = WIDTH) -> str:
    """Columns going up, in order of time, figures above and labels below them."""
    height = _COLUMNS * width / WIDTH
    room = width / max(len(shown), 1)
    wrapped = [wrap(bar.label, room - _GAP) for bar in shown]
    foot = height - _LINE * max((len(lines) for lines in wrapped), default=1) - _GAP
    highest = max((bar.value for bar in shown), default=0.0) or 1.0
    parts = []
    for at, (bar, lines) in enumerate(zip(shown, wrapped, strict=True)):
        middle, high = room * (at + 0.5), (foot - 2 * _LINE) * bar.value / highest
        broad = min(90.0, room * 0.6)
        parts += [
            box(middle - broad / 2, foot - high, broad, high, hatched=bar.is_short),
            text(middle, foot - high - 5, bar.figure, anchor="middle"),
        ]
        parts += [
            text(middle, foot + _LINE * (n + 0.9), each, anchor="middle")
            for n, each in enumerate(lines)
        ]
    return svg(
        width,
        height,
        [*_pattern(shown), *parts, line(0, foot, width, foot)],
        title=title,
        font=font,
    )


def _pattern(shown: Sequence[Bar]) -> list[str]:
    """What hatched bars are filled with, where there are any."""
    hatch = f'<path d="M0 8L8 0M-2 2L2 -2M6 10L10 6" stroke="{INK}" stroke-width="2"/>'
    pattern = (
        '<defs><pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse">'
        f"{hatch}</pattern></defs>"
    )
    return [pattern] if any(bar.is_short for bar in shown) else []


def wrap(said: str, room: float) -> list[str]:
    """A text in lines that fit; a word that is longer than a line stands on its own."""
    lines = [""]
    for word in safe(said).split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_length(longer) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def text_length(said: str) -> float:
    """How long an ordinary text is."""
    return text_width(said) * _SIZE


def _plain(said: str) -> str:
    return escape(safe(said))
