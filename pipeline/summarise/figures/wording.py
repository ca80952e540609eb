"""Numbers and shares as a language writes them, and the sentence about coverage."""

from __future__ import annotations

from pipeline.summarise.figures.consolidation import Consolidation

_SIGNS = {"vi": str.maketrans(",.", ".,"), "en": str.maketrans("", "")}
_DECIMALS = 2
_MARKS = ("invented", "provisional", "names")
"""What must be said of all figures, the gravest first."""


def number(value: float, lang: str) -> str:
    """Write 1.234,5 in Vietnamese, 1,234.5 in English; at most two decimals, none if whole."""
    text = (
        f"{value:,.0f}"
        if value == int(value)
        else f"{value:,.{_DECIMALS}f}".rstrip("0").rstrip(".")
    )
    return text.translate(_SIGNS[lang])


def fixed(value: float, places: int, lang: str) -> str:
    """A number with so many decimals, whole or not, as a column of such numbers needs it."""
    return f"{value:,.{places}f}".translate(_SIGNS[lang])


def share(part: float, whole: float, lang: str) -> str:
    """A part in percent with one decimal; empty where there is no whole."""
    return f"{100 * part / whole:.1f}%".translate(_SIGNS[lang]) if whole else ""


def marked(consolidation: Consolidation) -> list[str]:
    """The keys of what must be said of all figures of a consolidation, the gravest first."""
    return [name for name in _MARKS if getattr(consolidation, name)]


def marks(consolidation: Consolidation) -> list[str]:
    """The same in words, as every output has them."""
    return [consolidation.say(f"summary.{name}") for name in marked(consolidation)]


def coverage(consolidation: Consolidation) -> str:
    """Say on how many agencies figures rest; those that count and the others add up to all."""
    known = consolidation.coverage
    counts = {
        name: getattr(known, name) for name in ("agencies", "counted", "nil", "late", "correcting")
    }
    further = ("provisional", "missing", "unreadable", "excused", "pending")
    more = [
        consolidation.say(f"summary.coverage_{name}", count=getattr(known, name))
        for name in further
        if getattr(known, name)
    ]
    return ", ".join([consolidation.say("summary.coverage", **counts), *more])
