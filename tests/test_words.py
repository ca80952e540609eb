"""The catalogue of words, and what a round says in its own."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from schemas.words import LANGUAGES, Language, catalogue, say, ui, unknown_words
from tests.books import MINI, ROOT, round_of
from tests.reservoirs import RESERVOIRS

ROUNDS = ["cv4874", MINI, RESERVOIRS]


@pytest.fixture
def own(tmp_path: Path) -> Language:
    """English in the words of a round that says three things otherwise."""
    (tmp_path / "form.toml").write_text(
        'national = "REPUBLIC OF RIVERS"\n[selfcheck]\npassed = "FINE"\n', encoding="utf-8"
    )
    (tmp_path / "rules.toml").write_text(
        '[number.negative]\nfix = "Below the sea? Enter a number from 0."\n', encoding="utf-8"
    )
    return Language("en", tmp_path)


def test_a_rounds_words_stand_before_the_programs(own: Language) -> None:
    assert ui("form.national", own) == "REPUBLIC OF RIVERS"
    assert ui("form.selfcheck.passed", own) == "FINE"
    assert say("number.negative", "fix", own, {}) == "Below the sea? Enter a number from 0."


def test_what_a_round_does_not_say_the_program_says(own: Language) -> None:
    assert ui("form.selfcheck.failed", own) == ui("form.selfcheck.failed", "en")
    words = {"title": "Rooms", "value": "-3"}
    assert say("number.negative", "found", own, words) == say(
        "number.negative", "found", "en", words
    )


def test_rounds_do_not_speak_with_one_anothers_words(own: Language, tmp_path: Path) -> None:
    other = Language("en", tmp_path / "nothing")
    assert (ui("form.national", own), ui("form.national", other), ui("form.national", "en")) == (
        "REPUBLIC OF RIVERS",
        "",
        "",
    )


def test_a_language_is_a_text_and_goes_to_other_processes(own: Language) -> None:
    assert (own, f"words_{own}.toml") == ("en", "words_en.toml")
    sent = pickle.loads(pickle.dumps(own))  # noqa: S301 our own bytes
    assert (sent, sent.own) == (own, own.own)


def test_words_that_nobody_asks_for_are_told(tmp_path: Path) -> None:
    text = 'national = "A"\nnationale = "B"\nselfcheck = "C"\n[instructions]\nsteps_99 = "D"\nsteps_1 = "E"\n'
    (tmp_path / "form.toml").write_text(text, encoding="utf-8")
    (tmp_path / "froms.toml").write_text('national = "A"\n', encoding="utf-8")
    told = unknown_words(Language("en", tmp_path))
    assert told == ["froms", "form.nationale", "form.selfcheck", "form.instructions.steps_99"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ROUNDS, ids=["cv4874", "mini", "reservoirs"])
def test_every_word_of_a_round_is_one_that_is_asked_for(name: str | Path, lang: str) -> None:
    assert unknown_words(round_of(name).speaking(lang)) == []


def test_both_languages_have_the_same_keys() -> None:
    vi, en = (_keys(catalogue(lang)) for lang in LANGUAGES)
    assert vi == en


def test_the_round_says_what_is_national() -> None:
    vietnam = round_of("cv4874")
    assert ui("form.national", vietnam.language) == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    assert ui("form.national", vietnam.speaking("en")) == "SOCIALIST REPUBLIC OF VIET NAM"
    assert [ui("form.national", lang) for lang in LANGUAGES] == ["", ""]


def _keys(words: object, stem: str = "") -> set[str]:
    if not isinstance(words, dict):
        return {stem}
    return {key for name, word in words.items() for key in _keys(word, f"{stem}.{name}")}


def test_the_folder_of_words_goes_with_the_program() -> None:
    assert sorted(
        path.name for path in (ROOT / "schemas" / "cv4874" / "messages").iterdir()
    ) == list(reversed(LANGUAGES))
