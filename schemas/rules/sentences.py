"""What a rule demands, as a sentence from the catalogue of messages."""

from __future__ import annotations

from schemas.rules.base import Rule
from schemas.rules.facts import Facts
from schemas.words import say


def sentence(rule: Rule, facts: Facts, lang: str) -> str:
    """Say what must hold, with the titles of the round's form."""
    words = rule.words(facts)
    return say(rule.message, "rule", lang, {"titles": words["title"], **words})
