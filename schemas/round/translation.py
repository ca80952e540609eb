"""Translates a round: names of tables, columns, codes and summaries, as far as it has words.

The words are in ``words_<language>.toml`` of the round's folder. What has none keeps its own name.
Names of sheets are never translated: they are those of the files received.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, zip_longest
from typing import TypeVar

from schemas.codelists import Codelist, Entry
from schemas.columns import TableSpec
from schemas.round.faults import DeclarationError, Fault, KeyPath
from schemas.round.load import read_toml
from schemas.round.outline import (
    DeclaredBrief,
    DeclaredFigures,
    DeclaredReport,
    Mentions,
    Outline,
    Ranking,
    ReportPart,
    TextSource,
)
from schemas.round.round import Round
from schemas.round.settings import Settings
from schemas.round.table import names_of_columns, word_of
from schemas.words import unknown_words

T = TypeVar("T", Settings, DeclaredReport, DeclaredFigures)
Titled = TypeVar("Titled", Ranking, Mentions, TextSource)


@dataclass(frozen=True)
class RoundWords:
    """Names and titles of the round."""

    name: str = ""
    title: str = ""
    subject: str = ""
    dispatch: str = ""
    form_number: str = ""


@dataclass(frozen=True)
class FigureWords:
    """The heading above some figures, and the sentences that they fill."""

    title: str = ""
    says: tuple[str, ...] = ()


@dataclass(frozen=True)
class BriefWords:
    """Titles on the brief: its own, and those of what it ranks and names, in their order."""

    title: str = ""
    says: tuple[str, ...] = ()
    ranked: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReportWords:
    """Words of the report, in its order: head, foot, headings, figures, titles of texts."""

    kind: str = ""
    subject: str = ""
    issuer: str = ""
    parent: str = ""
    symbol: str = ""
    place: str = ""
    signer: str = ""
    to: str = ""
    preamble: str = ""
    caveat: str = ""
    recipients: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    figures: tuple[FigureWords, ...] = ()
    texts: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)
    """Titles by part."""


@dataclass(frozen=True)
class Words:
    """All of a file of words. Columns and help go by key, or by table and key if tables differ."""

    round: RoundWords = RoundWords()
    units: Mapping[str, str] = field(default_factory=dict)
    dimension_titles: Mapping[str, str] = field(default_factory=dict)
    summaries: Mapping[str, str] = field(default_factory=dict)
    """Titles by dimension."""
    tables: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    help: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Names by list and code."""
    report: ReportWords = ReportWords()
    brief: BriefWords = BriefWords()


def in_language(round_: Round, lang: str) -> Round:
    """The round in a language; its own names stay if it has no words of that language.

    The same object if it speaks that language already. Raises DeclarationError if the words don't
    fit the round.
    """
    faults: list[Fault] = []
    words = words_of(round_, lang, faults)
    if faults:
        raise DeclarationError(round_.folder, faults)
    if words is None:
        return round_.worded_in(lang)
    return replace(
        round_,
        settings=_settings(round_.settings, words),
        tables=tuple(_table(spec, words) for spec in round_.tables),
        codelists={
            key: _codes(codes, words.codes.get(key, {})) for key, codes in round_.codelists.items()
        },
        outline=_outline(round_.outline, words),
        declared=round_,
        spoken=round_.speaking(lang),
    )


def words_of(round_: Round, lang: str, faults: list[Fault]) -> Words | None:
    """The round's words of a language; None if it has none. Faults are added to ``faults``."""
    file = f"words_{lang}.toml"
    faults += [
        KeyPath(f"messages/{lang}").at(key).fault("unknown_word", name=key)
        for key in unknown_words(round_.speaking(lang))
    ]
    if not (round_.folder / file).is_file():
        return None
    words = read_toml(Words, round_.folder, file, faults)
    if words is not None:
        faults += _unfit(round_, words, KeyPath(file))
    return words


def _unfit(round_: Round, words: Words, place: KeyPath) -> Iterator[Fault]:
    """Yield faults of words for things that the round doesn't have: likely misspelt names."""
    columns = names_of_columns(round_.tables)
    units = dict.fromkeys(
        column.unit for spec in round_.tables for column in spec.columns if column.unit
    )
    units |= dict.fromkeys(round_.settings.figures.thousands.values())
    known = {
        "tables": ("table", list(round_.by_key)),
        "columns": ("named_column", columns),
        "help": ("named_column", columns),
        "units": ("unit", list(units)),
        "dimension_titles": ("dimension", list(round_.settings.dimensions)),
        "summaries": ("dimension", [each.dimension for each in round_.settings.summaries]),
        "codes": ("list", list(round_.codelists)),
    }
    for key, (what, names) in known.items():
        yield from chain(
            *(place.at(key, name).unknown(what, name, names) for name in getattr(words, key))
        )
    for key, codes in words.codes.items():
        if key in round_.codelists:
            yield from place.at("codes", key).unknown(
                "code", codes, round_.codelists[key].by_code, list=key
            )
    yield from _unfit_lengths(round_.outline, words, place)


def _unfit_lengths(outline: Outline, words: Words, place: KeyPath) -> Iterator[Fault]:
    """Yield faults of lists of words that are longer or shorter than what they translate."""
    report, brief = outline.report, outline.brief
    lengths = {
        "report.sections": (words.report.sections, report.sections if report else ()),
        "report.figures": (words.report.figures, report.figures if report else ()),
        "report.texts": (words.report.texts, outline.texts),
        "brief.ranked": (words.brief.ranked, brief.ranked),
        "brief.named": (words.brief.named, brief.named),
    }
    for key, (said, declared) in lengths.items():
        if said and len(said) != len(declared):
            yield place.at(key).fault("wrong_length", wanted=len(declared), count=len(said))


def _said(declared: T, words: RoundWords | ReportWords | FigureWords, *left_out: str) -> T:
    """The declaration with its words replaced, as far as the other language has them."""
    return replace(
        declared, **{key: word for key, word in vars(words).items() if word and key not in left_out}
    )


def _settings(settings: Settings, words: Words) -> Settings:
    summaries = tuple(
        replace(each, title=words.summaries.get(each.dimension, each.title))
        for each in settings.summaries
    )
    dimensions = {**settings.dimension_titles, **words.dimension_titles}
    thousands = {
        words.units.get(one, one): words.units.get(many, many)
        for one, many in settings.figures.thousands.items()
    }
    figures = replace(settings.figures, thousands=thousands)
    return replace(
        _said(settings, words.round),
        summaries=summaries,
        dimension_titles=dimensions,
        figures=figures,
    )


def _table(spec: TableSpec, words: Words) -> TableSpec:
    columns = tuple(
        replace(
            column,
            title=word_of(words.columns, spec, column, column.title),
            help=word_of(words.help, spec, column, ""),
            unit=words.units.get(column.unit, column.unit),
        )
        for column in spec.columns
    )
    return replace(spec, title=words.tables.get(spec.key, spec.title), columns=columns)


def _codes(codes: Codelist, names: Mapping[str, str]) -> Codelist:
    return Codelist(
        codes.key,
        tuple(
            _entry(entry, names[entry.code]) if entry.code in names else entry
            for entry in codes.entries
        ),
    )


def _entry(entry: Entry, name: str) -> Entry:
    """The entry under another name.

    Short name and heading go with the old language; a heading declared as none stays none.
    """
    return replace(
        entry,
        name=name,
        short="",
        extra={key: value for key, value in entry.extra.items() if key != "heading" or not value},
    )


def _outline(outline: Outline, words: Words) -> Outline:
    texts = _titled(outline.texts, words.report.texts)
    report = _report(outline.report, words.report) if outline.report else None
    return replace(outline, texts=texts, report=report, brief=_brief(outline.brief, words.brief))


def _report(report: DeclaredReport, words: ReportWords) -> DeclaredReport:
    headings = words.sections or tuple(section.heading for section in report.sections)
    sections = tuple(
        replace(section, heading=heading)
        for section, heading in zip(report.sections, headings, strict=True)
    )
    figures = tuple(
        _said(asked, said or FigureWords())
        for asked, said in zip_longest(report.figures, words.figures)
        if asked
    )
    parts = {
        key: _part(part, words.parts.get(key, part.title)) for key, part in report.parts.items()
    }
    whole = _said(report, words, "sections", "figures", "texts", "parts")
    return replace(whole, sections=sections, figures=figures, parts=parts)


def _part(part: ReportPart, title: str) -> ReportPart:
    return replace(part, title=title)


def _brief(brief: DeclaredBrief, words: BriefWords) -> DeclaredBrief:
    return replace(
        brief,
        title=words.title or brief.title,
        says=words.says or brief.says,
        ranked=_titled(brief.ranked, words.ranked),
        named=_titled(brief.named, words.named),
    )


def _titled(declared: tuple[Titled, ...], titles: tuple[str, ...]) -> tuple[Titled, ...]:
    """What was declared, under other titles; with its own where there is none."""
    pairs = zip_longest(declared, titles)
    return tuple(replace(own, title=title or own.title) for own, title in pairs if own)
