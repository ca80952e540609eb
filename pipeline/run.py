"""The story: one function per command, each a short list of calls. A step that brings large libraries is imported by the commands that take it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline import __version__, decisions, standing
from pipeline.check import agencies as across
from pipeline.check import changes
from pipeline.check.judge import Judgement, amended, effective, judge, verdict
from pipeline.collect import intake, workers
from pipeline.collect.arrivals import Arrivals
from pipeline.errors import OperatorError
from pipeline.feedback.reply import Case, Correspondent
from pipeline.home import Home, write_beside
from pipeline.model import COUNTING, Choice, Coverage, Decision, Finding, Match, Reading, Received, Severity, Verdict
from pipeline.store import Judged, Ledger, alone, local
from pipeline.summarise import consolidation
from schemas.round import BINDING, Agency, Round

BATCH_FILES = 500
"""Submissions judged at once and written in one transaction: the parent's memory stays flat."""
BATCH_ROWS = 200_000

WRITTEN = ".da-ghi"
"""The list of files that ``feedback`` wrote into its folder."""

Progress = Callable[[str, int, int], None]
"""Told the name of a step, how much is done and how much there is."""


def silent(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


# --- distribute ------------------------------------------------------------------------------------


def template(home: Home, round_: Round) -> Path:
    """Build the standard template."""
    from pipeline.distribute import issue

    _keep_definition(home, round_)
    return write_beside(home.templates / f"{round_.key}.xlsx", issue.standard_template(round_))


def distribute(home: Home, round_: Round, codes: Sequence[str] = (), *, invented: bool = False) -> list[Path]:
    """Issue a stamped workbook and its letter to each agency (all in scope unless named)."""
    from pipeline.distribute import issue

    template(home, round_)
    written: list[Path] = []
    for code, workbook, letter in issue.issue_all(round_, _chosen(round_, codes), invented=invented):
        written.append(write_beside(home.issued / f"{code}.xlsx", workbook))
        write_beside(home.issued / f"{code}.docx", letter)
    return written


def _chosen(round_: Round, codes: Sequence[str]) -> list[Agency]:
    known = {agency.code: agency for agency in round_.in_scope}
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise OperatorError("no_such_agency", codes=", ".join(unknown), round=round_.key)
    return [known[code] for code in codes] if codes else list(round_.in_scope)


def _keep_definition(home: Home, round_: Round) -> None:
    """Keep the form's definition by digest, so that a return on it can be read after the form has changed."""
    text = json.dumps(round_.definition, ensure_ascii=False, sort_keys=True, indent=1, default=str)
    write_beside(home.definitions / f"{round_.digest}.json", text.encode())


# --- collect ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Collected:
    """What became of every file seen; the counts add up to ``seen``."""

    seen: int
    accepted: int
    to_correct: int
    unreadable: int
    duplicate: int
    ignored: Sequence[intake.Ignored]


def collect(
    home: Home, round_: Round, paths: Sequence[Path] = (), *, received: dt.datetime | None = None, progress: Progress = silent
) -> Collected:
    """Take files in: archive, identify, read, tidy, check, write to the ledger."""
    _keep_definition(home, round_)
    missing = next((path for path in paths if not path.exists()), None)
    if missing is not None:
        raise OperatorError("no_such_file", path=missing)
    where = list(paths) or [home.incoming]
    total = intake.count(where)
    with alone(home.ledger), open_ledger(home, round_) as ledger:
        known = ledger.places()
        each = intake.take_in(where, home.archive, received=received, timezone=round_.timezone, known=known)
        arrivals = Arrivals(each, ledger.judged_hashes(), known)
        coming = chain(arrivals, _outdated(ledger, home, arrivals.new))
        verdicts = _judge_all(ledger, home, coming, arrivals, lambda done: progress("collect", done, max(done, total)))
        fresh = [verdicts[number] for number in ledger.numbers(arrivals.new)]
    return _balanced(
        Collected(
            seen=arrivals.received + len(arrivals.ignored),
            accepted=sum(verdict in COUNTING for verdict in fresh),
            to_correct=fresh.count(Verdict.TO_CORRECT),
            unreadable=fresh.count(Verdict.UNREADABLE),
            duplicate=arrivals.received - len(arrivals.new),
            ignored=arrivals.ignored,
        )
    )


def _balanced(collected: Collected) -> Collected:
    """The same, once it is certain that no file was lost from the count."""
    told = (collected.accepted, collected.to_correct, collected.unreadable, collected.duplicate, len(collected.ignored))
    if sum(told) != collected.seen:
        raise AssertionError(f"{collected.seen} files seen, but {told} accounted for")
    return collected


def open_ledger(home: Home, round_: Round) -> Ledger:
    """The ledger of a round in a folder."""
    return Ledger(home.ledger, round_, __version__)


def submissions_of(ledger: Ledger) -> pd.DataFrame:
    """All submissions, with which of them speaks for its agency."""
    return standing.with_current(ledger.submissions(), ledger.decisions())


def _outdated(ledger: Ledger, home: Home, new: Container[str]) -> Iterator[Received]:
    """Archived submissions that another form or program judged, or nobody yet: they are read again."""
    for row in ledger.outdated():
        if row["sha256"] not in new:
            yield Received(
                path=intake.archived(home.archive, row["sha256"]),
                name=row["name"],
                sha256=row["sha256"],
                size=row["size"],
                received=local(row["received"], ledger.round_),
                received_by=row["received_by"],
            )


def _judge_all(
    ledger: Ledger, home: Home, coming: Iterable[Received], arrivals: Arrivals, tell: Callable[[int], None]
) -> dict[int, Verdict]:
    """Read, judge and write down what comes, batch by batch; verdicts by number of the submissions touched."""
    round_, verdicts, waivers = ledger.round_, dict[int, Verdict](), decisions.waivers(ledger.decisions(), ledger.round_)
    as_confirmed = replace(round_, mappings=decisions.mappings(ledger.decisions()))
    for batch in _batches(workers.read_all(coming, as_confirmed, home.definitions)):
        with ledger.transaction():
            ledger.register(arrivals.to_register())
        by_number = dict(zip(ledger.numbers([each.sha256 for each, _ in batch]), batch, strict=True))
        judgement = _judge(by_number, round_, waivers)
        with ledger.transaction():
            ledger.write([_judged(number, *by_number[number], judgement, round_) for number in by_number], judgement.frames)
        verdicts.update(judgement.verdicts)
        tell(len(verdicts))
    with ledger.transaction():
        ledger.register(arrivals.to_register())
    return verdicts | _compare_resubmissions(ledger) | _compare_agencies(ledger)


def _compare_agencies(ledger: Ledger) -> dict[int, Verdict]:
    """Write down what the current returns of different agencies say of one another (N01–N03), where that isn't written yet.

    Returns the verdicts of the submissions that were touched.
    """
    round_, submissions = ledger.round_, submissions_of(ledger)
    current = submissions[submissions["current"]]
    numbers = current["submission"].tolist()
    waivers = decisions.waivers(ledger.decisions(), round_)
    state = hashlib.sha256(repr((numbers, ledger.judged_by, waivers)).encode()).hexdigest()
    if ledger.agencies_compared(state):
        return {}
    agency = current.set_index("submission")[["agency"]]
    tables = {spec.key: ledger.rows(spec, numbers).join(agency, on="submission") for spec in round_.row_tables}
    wanted = across.across(across.Current(tables, ledger.letters(numbers)), round_)
    known = ledger.findings_of(across.RULES)
    verdicts: dict[int, Verdict] = {}
    with ledger.transaction():
        ledger.note_agencies_compared(state)
        touched = submissions[submissions["submission"].isin({*wanted, *known})]
        for number, name, code, received in zip(*(touched[each] for each in ("submission", "name", "agency", "received")), strict=True):
            named = [replace(each, agency=code, file=name) for each in wanted.get(number, ())]
            held = decisions.waived(waivers, code, local(received, round_).date())
            found = amended((), "", effective(named, held, round_))
            if found != known.get(number, []):
                kept = [each for each in ledger.findings([number]) if each.rule not in across.RULES]
                findings = amended(kept, "", found)
                verdicts[number] = verdict(findings)
                ledger.amend(number, findings, verdicts[number])
    return verdicts


def _compare_resubmissions(ledger: Ledger) -> dict[int, Verdict]:
    """Write down what each agency's current submission changed against the one before it, where that isn't written yet.

    Returns the verdicts of the submissions that were touched.
    """
    submissions = submissions_of(ledger)
    known, before = ledger.comparisons(), standing.predecessors(submissions)
    current = submissions.loc[submissions["current"], "submission"].tolist()
    stale = {number: before[number] for number in current if known.get(number, 0) != before[number]}
    sent = _sent(ledger, submissions, [number for pair in stale.items() for number in pair if number])
    verdicts: dict[int, Verdict] = {}
    with ledger.transaction():
        for number, earlier in stale.items():
            found = changes.changes(sent[earlier], sent[number], ledger.round_) if earlier else []
            findings = amended(ledger.findings([number]), changes.RULE, found)
            verdicts[number] = verdict(findings)
            ledger.amend(number, findings, verdicts[number])
            ledger.compared(number, earlier)
    return verdicts


def _sent(ledger: Ledger, submissions: pd.DataFrame, numbers: Sequence[int]) -> dict[int, changes.Sent]:
    """These submissions as far as comparing goes, by number."""
    if not numbers:
        return {}
    rows = {spec.key: ledger.stored_rows(spec, numbers) for spec in ledger.round_.tables}
    letters = ledger.letters(numbers)
    chosen = submissions[submissions["submission"].isin(numbers)]
    return {
        number: changes.Sent(
            name, agency, local(received, ledger.round_), {key: found.get(number, []) for key, found in rows.items()}, letters[number]
        )
        for number, name, agency, received in zip(*(chosen[each] for each in ("submission", "name", "agency", "received")), strict=True)
    }


def _batches(readings: Iterator[tuple[Received, Reading]]) -> Iterator[list[tuple[Received, Reading]]]:
    """Cut the stream of readings where a batch has enough files or rows."""
    batch: list[tuple[Received, Reading]] = []
    rows = 0
    for each in readings:
        batch.append(each)
        rows += sum(len(table.rows) for table in each[1].tables.values())
        if len(batch) >= BATCH_FILES or rows >= BATCH_ROWS:
            yield batch
            batch, rows = [], 0
    if batch:
        yield batch


def _judge(batch: dict[int, tuple[Received, Reading]], round_: Round, waivers: Sequence[decisions.Waiver]) -> Judgement:
    names = {number: each.name for number, (each, _) in batch.items()}
    days = {number: each.received.astimezone(round_.timezone).date() for number, (each, _) in batch.items()}
    waived = {number: decisions.waived(waivers, reading.agency, days[number]) for number, (_, reading) in batch.items()} if waivers else {}
    judgement = judge({number: reading for number, (_, reading) in batch.items()}, names, round_, waived)
    late = {number: late_days(each.received, round_) for number, (each, _) in batch.items()}
    findings = {number: (*listed, *_late_finding(late[number], *batch[number], round_)) for number, listed in judgement.findings.items()}
    return Judgement(judgement.frames, findings, judgement.verdicts)


def late_days(received: dt.datetime, round_: Round) -> int:
    """Days after the last day in time, on the round's clock; 0 in time."""
    day = received.astimezone(round_.timezone).date()
    return max(0, (day - round_.deadline).days + 1)


def _late_finding(days: int, received: Received, reading: Reading, round_: Round) -> list[Finding]:
    if not days or not reading.agency:
        return []
    words = {
        "days": str(days),
        "received": f"{received.received.astimezone(round_.timezone):%d/%m/%Y}",
        "deadline": f"{round_.deadline:%d/%m/%Y}",
    }
    return [Finding("D01", Severity.NOTE, "late", words, agency=reading.agency, file=received.name)]


def _judged(number: int, received: Received, reading: Reading, judgement: Judgement, round_: Round) -> Judged:
    info = reading.tables.get(round_.info.key)
    return Judged(
        id=number,
        reading=reading,
        verdict=judgement.verdicts[number],
        findings=judgement.findings[number],
        signed_on=_signed_on(info.values.get("signed_on")) if info else "",
        nil=not any(len(reading.tables[spec.key].rows) for spec in round_.row_tables if spec.evidence and spec.key in reading.tables),
        late_days=late_days(received.received, round_),
    )


def _signed_on(values: np.ndarray | None) -> str:
    return "" if values is None or len(values) == 0 or np.isnat(values[0]) else str(values[0])


@dataclass(frozen=True)
class Checked:
    """The judgement of one file that was not taken in."""

    name: str
    agency: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    matches: tuple[Match, ...]
    """How its sheets and columns were matched where they don't stand as declared."""


def check(home: Home, round_: Round, files: Sequence[Path]) -> list[Checked]:
    """The same judgement without the ledger: nothing is archived, nothing written, nothing can be late."""
    missing = next((path for path in files if not path.exists()), None)
    if missing is not None:
        raise OperatorError("no_such_file", path=missing)
    now = dt.datetime.now(round_.timezone)
    sources = [Received(path, path.name, str(position), 0, now, "option") for position, path in enumerate(files)]
    readings = dict(enumerate(reading for _, reading in workers.read_all(sources, round_, home.definitions)))
    waivers = decisions.waivers((), round_)
    waived = {number: decisions.waived(waivers, reading.agency, now.date()) for number, reading in readings.items()}
    judgement = judge(readings, {number: files[number].name for number in readings}, round_, waived)
    return [
        Checked(files[number].name, reading.agency, judgement.verdicts[number], judgement.findings[number], reading.matches)
        for number, reading in readings.items()
    ]


# --- the operator's decisions ----------------------------------------------------------------------


@dataclass(frozen=True)
class Grounds:
    """Why and by whom something is decided; ``undo`` takes the decision back, which is recorded too."""

    reason: str
    by: str
    approver: str = ""
    until: dt.date | None = None
    undo: bool = False


def decide_on_submission(home: Home, round_: Round, choice: Choice, named: str, grounds: Grounds) -> Decision:
    """Pin or exclude the submission that a path, a name or a hash names."""
    with open_ledger(home, round_) as ledger:
        known = ledger.submissions()
        sha256, agency = decisions.submission(known[known["verdict"] != Verdict.UNREADABLE] if choice is Choice.PIN else known, named)
        decision = _record(ledger, choice, agency, sha256, grounds)
        _compare_resubmissions(ledger)
        _compare_agencies(ledger)
    return decision


def waive(home: Home, round_: Round, code: str, rule: str, grounds: Grounds) -> Decision:
    """Free one agency from one rule, and judge its submissions again."""
    _chosen(round_, [code])
    known = [each for each in round_.rule_ids if each not in BINDING]
    if rule not in known:
        raise OperatorError("no_such_rule", rule=rule, known=", ".join(known))
    with alone(home.ledger), open_ledger(home, round_) as ledger:
        decision = _record(ledger, Choice.WAIVE, code, rule, grounds)
        _judge_all(ledger, home, _outdated(ledger, home, ()), Arrivals((), (), {}), lambda _: None)
    return decision


def map_column(home: Home, round_: Round, code: str, title: str, place: str, grounds: Grounds) -> Decision:
    """Take a title in one agency's workbooks for the column ``place`` (``table.column``), and read its submissions again."""
    _chosen(round_, [code])
    known = [f"{spec.key}.{column.key}" for spec in round_.row_tables for column in spec.columns]
    if place not in known:
        raise OperatorError("no_such_column", place=place, known=", ".join(known))
    with alone(home.ledger), open_ledger(home, round_) as ledger:
        decision = _record(ledger, Choice.MAPPING, code, title.strip(), grounds, place)
        _judge_all(ledger, home, _outdated(ledger, home, ()), Arrivals((), (), {}), lambda _: None)
    return decision


def _record(ledger: Ledger, choice: Choice, agency: str, target: str, grounds: Grounds, value: str = "") -> Decision:
    now = dt.datetime.now(ledger.round_.timezone).replace(microsecond=0)
    decision = Decision(
        choice, agency, target, grounds.reason, grounds.by, now, value, grounds.approver, grounds.until, revoked=grounds.undo
    )
    known = (
        decisions.waivers(ledger.decisions(), ledger.round_) if choice is Choice.WAIVE else decisions.standing(ledger.decisions(), choice)
    )
    if grounds.undo and decision.about not in {each.about for each in known}:
        raise OperatorError("nothing_to_undo", choice=choice.value, target=target)
    with ledger.transaction():
        ledger.decide(decision)
        if choice in (Choice.WAIVE, Choice.MAPPING):
            ledger.judge_again(agency)
    return decision


# --- feedback --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Replied:
    """What was written back: replies, how many of them with the list alone, and files of nobody known."""

    replies: int
    alone: int
    unidentified: Sequence[str]


def feedback(
    home: Home, round_: Round, codes: Sequence[str] = (), *, everything: bool = False, deadline: dt.date | None = None, lang: str = "vi"
) -> Replied:
    """Write a marked copy and a letter for each submission to correct; with ``everything`` for those with warnings too."""
    chosen = {agency.code for agency in _chosen(round_, codes)}
    with open_ledger(home, round_) as ledger:
        submissions, invented = submissions_of(ledger), ledger.invented
        written = _REPLIED if everything else _REPLIED[:2]
        rows = [row for row in _to_reply(submissions) if row.agency in chosen and row.verdict in written]
        found = {row.submission: ledger.findings([row.submission]) for row in rows}
    writer = Correspondent(round_, invented, lang, deadline)
    alone, names = 0, []
    for row in rows:
        received = local(row.received, round_).date()
        case = Case(round_.by_agency[row.agency], row.name, received, Verdict(row.verdict), found[row.submission], row.late_days)
        reply = writer.reply(case, intake.archived(home.archive, row.sha256).read_bytes())
        alone += reply.alone
        names += [write_beside(home.replies / f"{row.agency}.{ending}", content).name for ending, content in reply.files.items()]
    _keep_only(home.replies, names, {*chosen} if codes else None)
    nobody = submissions.loc[(submissions["agency"] == "") & (submissions["verdict"] == Verdict.UNREADABLE), "name"]
    return Replied(len(rows), alone, nobody.tolist())


_REPLIED = (Verdict.TO_CORRECT, Verdict.UNREADABLE, Verdict.WITH_WARNINGS)


def _to_reply(submissions: pd.DataFrame) -> list[Any]:
    """The submissions that speak for their agencies; where none does, its last unreadable file."""
    nothing = ~submissions["agency"].isin(submissions.loc[submissions["current"], "agency"]) & (submissions["agency"] != "")
    refused = submissions[nothing & (submissions["verdict"] == Verdict.UNREADABLE) & (submissions["decision"] != Choice.EXCLUDE)]
    last = refused.sort_values(["received", "submission"]).groupby("agency").tail(1)
    return list(pd.concat([submissions[submissions["current"]], last]).sort_values("agency").itertuples())


def _keep_only(folder: Path, names: Sequence[str], agencies: Container[str] | None) -> None:
    """Take away what earlier runs wrote here for agencies (all, or these) that get no such reply any more; nothing of others."""
    listing = folder / WRITTEN
    before = set(listing.read_text(encoding="utf-8").split("\n")) if listing.is_file() else set()
    stale = {name for name in before - set(names) if name and (agencies is None or name.rpartition(".")[0] in agencies)}
    for name in stale:
        (folder / name).unlink(missing_ok=True)
    write_beside(listing, "\n".join(sorted((before | set(names)) - stale - {""})).encode())


# --- summarise -------------------------------------------------------------------------------------


def consolidated(home: Home, round_: Round, *, provisional: bool = False) -> consolidation.Consolidation:
    """Everything that summaries are made from, out of the ledger."""
    with open_ledger(home, round_) as ledger:
        submissions = submissions_of(ledger)
        agencies = standing.agencies(submissions, round_)
        correcting = submissions.loc[submissions["current"] & ~submissions["counted"], "submission"].tolist() if provisional else []
        counting = [*submissions.loc[submissions["counted"], "submission"].tolist(), *correcting]
        sources = submissions.set_index("submission")[["agency", "name"]].rename(columns={"name": "file"})
        tables = {spec.key: ledger.rows(spec, counting, clean_only=correcting).join(sources, on="submission") for spec in round_.row_tables}
        shown = submissions.loc[submissions["current"] | (submissions["verdict"] == Verdict.UNREADABLE), "submission"]
        return consolidation.Consolidation(
            round_=round_,
            provisional=provisional,
            invented=ledger.invented,
            tables=tables,
            agencies=agencies,
            submissions=submissions.rename(columns={"name": "file"}),
            findings=ledger.findings(shown.tolist()),
            coverage=standing.coverage(agencies),
            decisions=decisions.standing(ledger.decisions(), *Choice),
            info=ledger.rows(round_.info, submissions.loc[submissions["current"], "submission"].tolist()).join(sources, on="submission"),
        )


def summarise(home: Home, round_: Round, *, provisional: bool = False, lang: str = "vi") -> list[Path]:
    """Write all summaries of what the ledger holds."""
    from pipeline.summarise import books

    return books.write_all(consolidated(home, round_, provisional=provisional), home.output, lang)


def figures(
    home: Home,
    round_: Round,
    by: str,
    *,
    table: str = "",
    where: Sequence[tuple[str, str]] = (),
    provisional: bool = False,
    lang: str = "vi",
) -> pd.DataFrame:
    """The numbers of one table by one dimension."""
    from pipeline.summarise import figures as figure_step

    chosen = table or round_.settings["figures"]["default_table"]
    return figure_step.figures(consolidated(home, round_, provisional=provisional), by, chosen, where, lang)


def trace(home: Home, round_: Round, where: Sequence[tuple[str, str]], *, table: str = "", provisional: bool = False) -> pd.DataFrame:
    """The rows behind a figure, with file, sheet, row and cells."""
    from pipeline.summarise import trace as trace_step

    chosen = table or round_.settings["figures"]["default_table"]
    made = consolidated(home, round_, provisional=provisional)
    with open_ledger(home, round_) as ledger:
        return trace_step.trace(made, chosen, where, ledger.letters)


def findings(home: Home, round_: Round, *, everything: bool = False) -> list[Finding]:
    """Findings of current submissions and of unidentified files; of superseded ones too with ``everything``."""
    with open_ledger(home, round_) as ledger:
        submissions = submissions_of(ledger)
        shown = submissions["current"] | (submissions["verdict"] == Verdict.UNREADABLE) | everything
        return ledger.findings(submissions.loc[shown, "submission"].tolist())


def status(home: Home, round_: Round) -> tuple[Coverage, pd.DataFrame]:
    """Coverage, and the standing of every agency."""
    with open_ledger(home, round_) as ledger:
        agencies = standing.agencies(submissions_of(ledger), round_)
    return standing.coverage(agencies), agencies


def consolidate(
    home: Home,
    round_: Round,
    paths: Sequence[Path] = (),
    *,
    received: dt.datetime | None = None,
    provisional: bool = False,
    lang: str = "vi",
    progress: Progress = silent,
) -> tuple[Collected, Replied, list[Path]]:
    """The main job: collect, write back, summarise."""
    collected = collect(home, round_, paths, received=received, progress=progress)
    replied = feedback(home, round_, lang=lang)
    return collected, replied, summarise(home, round_, provisional=provisional, lang=lang)


def demo(home: Home, round_: Round, *, lang: str = "vi", progress: Progress = silent) -> Collected:
    """A whole invented round: issued, returned, consolidated."""
    from pipeline import demo as inventing

    inventing.invent(home, round_)
    distribute(home, round_, invented=True)
    with open_ledger(home, round_) as ledger:
        ledger.mark_invented()
    collected, _, _ = consolidate(home, round_, lang=lang, progress=progress)
    return collected
