"""Mails in a round: the same state in any order; the ledger knows who sent what when."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline import run
from pipeline.home import Home
from pipeline.model import Mail
from pipeline.stages.rebuilding import rebuild
from pipeline.stages.renewing import judge_again
from pipeline.store.earlier import earlier_ledger
from pipeline.store.standing import submissions_of
from schemas.round.round import Round
from tests.books import MINI, filled, round_of
from tests.commands import tonghop
from tests.histories import collected_in_all_ways, tables
from tests.incoming import outdated, put, zipped
from tests.often import times
from tests.posted import attachment, compound, mail, outlook, posted

pytestmark = pytest.mark.slow  # whole rounds through the engine

ROW = "quarter|building|inspected\n2030|SCH|{}"


@pytest.fixture(scope="module")
def round_() -> Round:
    return round_of(MINI)


@pytest.fixture(scope="module")
def books(round_: Round) -> dict[str, bytes]:
    """Right returns of two agencies, two of the first."""
    north, south = (agency.code for agency in round_.in_scope[:2])
    return {
        name: filled(round_, agency, inspections=ROW.format(n))
        for name, agency, n in (("a", north, 10), ("b", north, 11), ("c", south, 12))
    }


def state(home: Home, round_: Round) -> Any:
    """What an operator sees: standings, findings, receipts; and the mails that count."""
    with run.current_ledger(home, round_) as ledger:
        submissions = submissions_of(ledger)
        hashes = dict(zip(submissions["submission"], submissions["sha256"], strict=True))
        mails = sorted((hashes[number], repr(each)) for number, each in ledger.mails().items())
    found = sorted(
        json.dumps([f.rule, f.message, f.file, dict(f.words)], ensure_ascii=False)
        for f in run.findings(home, round_, everything=True)
    )
    return (
        submissions.drop(columns="submission").sort_values("sha256").to_dict("records"),
        found,
        mails,
    )


def when(home: Home, round_: Round, sha256: str) -> tuple[str, str, str]:
    with run.current_ledger(home, round_) as ledger:
        row = submissions_of(ledger).set_index("sha256").loc[sha256]
    return row["name"], row["received"][:10], row["received_by"]


def arrivals(folder: Path, books: dict[str, bytes]) -> list[Path]:
    """Returns in mails of all kinds, some twice, some beside as files and in archives."""
    forwarded = mail(subject="Fwd", sent="Fri, 08 Sep 2023 08:00:00 +0700")
    forwarded.add_attachment(mail(("b.xlsx", books["b"])))
    as_msg = compound(
        outlook(
            attachment("c.xlsx", books["c"]), headers="Date: Mon, 04 Sep 2023 08:00:00 +0700\r\n"
        )
    )
    return [
        posted(folder / "a.eml", ("a.xlsx", books["a"]), ("c.xlsx", books["c"])),
        posted(
            folder / "a (1).eml", ("a.xlsx", books["a"]), sent="Sun, 03 Sep 2023 08:00:00 +0700"
        ),
        put(folder / "a.xlsx", books["a"], "2023-09-01T08:00:00+07:00"),
        put(folder / "f.eml", forwarded.as_bytes()),
        put(folder / "c.msg", as_msg),
        zipped(folder / "z.zip", ("b.xlsx", books["b"])),
        posted(folder / "không tệp.eml"),
        put(
            folder / "hộp.mbox",
            b"From x@y 2023\n"
            + mail(("b.xlsx", books["b"])).as_bytes()
            + b"\n\nFrom x@y 2023\n"
            + mail(("b.xlsx", books["b"]), sent="Sat, 02 Sep 2023 08:00:00 +0700").as_bytes(),
        ),
    ]


@pytest.mark.parametrize("seed", times(1, 8))
def test_the_order_of_mails_makes_no_difference(
    seed: int, tmp_path: Path, round_: Round, books: dict[str, bytes]
) -> None:
    paths = arrivals(tmp_path / "in", books)
    at_once, by_and_by, again = collected_in_all_ways(paths, tmp_path, round_, seed, state)
    assert by_and_by == at_once
    assert again == at_once


def test_the_earliest_mail_counts_and_every_agency_in_it(
    tmp_path: Path, round_: Round, books: dict[str, bytes]
) -> None:
    import hashlib

    home = Home(tmp_path / "home")
    run.collect(home, round_, arrivals(tmp_path / "in", books))
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in books.items()}
    assert when(home, round_, hashes["a"]) == ("a (1).eml/a.xlsx", "2023-09-03", "mail")
    assert when(home, round_, hashes["b"]) == ("hộp.mbox/V-v báo cáo/b.xlsx", "2023-09-02", "mail")
    assert when(home, round_, hashes["c"]) == ("c.msg/c.xlsx", "2023-09-04", "mail")
    agencies = run.status(home, round_)[1].set_index("agency")["standing"]
    assert [agencies[agency.code] for agency in round_.in_scope[:2]] == ["reported", "reported"]


def test_rebuild_gives_the_mails_back_and_the_journal_holds_no_text(
    tmp_path: Path, round_: Round, books: dict[str, bytes]
) -> None:
    home = Home(tmp_path / "home")
    run.collect(home, round_, arrivals(tmp_path / "in", books))
    before, mails = dict(tables(home.ledger)), state(home, round_)[2]
    told = home.journal.read_text(encoding="utf-8")
    assert "vp@boxd.example" in told
    assert "V/v báo cáo" in told
    assert "Kính gửi" not in told
    rebuild(home, round_, lambda _done, _total: None)
    assert dict(tables(home.ledger)) == before
    assert state(home, round_)[2] == mails


def test_the_ledger_knows_the_mail_of_each_file(
    tmp_path: Path, round_: Round, books: dict[str, bytes]
) -> None:
    home = Home(tmp_path / "home")
    run.collect(home, round_, [posted(tmp_path / "a.eml", ("a.xlsx", books["a"]))])
    with run.current_ledger(home, round_) as ledger:
        [brought] = ledger.mails().values()
    assert brought == Mail(
        "vp@boxd.example", "Văn phòng", "V/v báo cáo", "2023-09-05T01:00:00+00:00", brought.text
    )
    assert (home.archive / brought.text).read_text(encoding="utf-8") == "Kính gửi Bộ Nội vụ."


def test_a_file_that_cannot_be_opened_is_its_senders_and_supersedes_nothing(
    tmp_path: Path, round_: Round, books: dict[str, bytes]
) -> None:
    home, (north, south) = Home(tmp_path / "home"), (agency.code for agency in round_.in_scope[:2])
    home.root.mkdir()
    (home.root / "dia-chi.csv").write_text(
        f"agency,to,cc\n{north},VP@boxd.example,chung@bo.example\n{south},nam@bo.example,chung@bo.example\n",
        encoding="utf-8",
    )
    broken = [
        posted(tmp_path / "1.eml", ("báo cáo.xlsx", b"text")),
        posted(tmp_path / "2.eml", ("báo cáo.xlsx", b"other"), sender="chung@bo.example"),
    ]
    run.collect(home, round_, broken)
    before = dict(tables(home.ledger))
    assert dict(zip(*_column(home, round_, "name", "agency"), strict=True)) == {
        "1.eml/báo cáo.xlsx": north,
        "2.eml/báo cáo.xlsx": "",
    }
    assert _standing(home, round_, north) == ("unreadable", "")
    rebuild(home, round_, lambda _done, _total: None)
    assert dict(tables(home.ledger)) == before
    run.collect(home, round_, [put(tmp_path / "a.xlsx", books["a"], "2023-09-01T08:00:00+07:00")])
    assert _standing(home, round_, north) == ("reported", "1.eml/báo cáo.xlsx")


def test_the_address_book_is_that_of_the_folder_where_its_ledger_is_read_through_a_copy(
    tmp_path: Path, round_: Round, books: dict[str, bytes]
) -> None:
    home, north = Home(tmp_path), round_.in_scope[0].code
    (home.root / "dia-chi.csv").write_text(
        f"agency,to\n{north},vp@other.example\n", encoding="utf-8"
    )
    run.collect(home, round_, [posted(tmp_path / "a.eml", ("a.xlsx", books["a"]))])
    outdated(home)
    with earlier_ledger(home.ledger, round_) as ledger:
        judge_again(ledger, home)
        assert [each.rule for each in ledger.findings_of(["D02"])[1]] == ["D02"]


def _column(home: Home, round_: Round, *names: str) -> list[list[str]]:
    with run.current_ledger(home, round_) as ledger:
        return [ledger.submissions()[name].tolist() for name in names]


def _standing(home: Home, round_: Round, code: str) -> tuple[str, str]:
    agency = run.status(home, round_)[1].set_index("agency").loc[code]
    return str(agency["standing"]), str(agency["pending"])


@pytest.mark.parametrize(
    "sent", ["Wed, 05 Sep 2040 08:00:00 +0700", "Mon, 04 Sep 1874 08:00:00 +0700"]
)
def test_a_mails_date_that_cannot_be_believed_is_told(
    sent: str, tmp_path: Path, round_: Round, books: dict[str, bytes]
) -> None:
    home = Home(tmp_path / "home")
    collected = run.collect(
        home, round_, [posted(tmp_path / "a.eml", ("a.xlsx", books["a"]), sent=sent)]
    )
    assert collected.unbelieved == ["a.eml/a.xlsx"]
    assert _column(home, round_, "received_by") == [["collected"]]
    again = [posted(tmp_path / "b.eml", ("a.xlsx", books["a"])), tmp_path / "a.eml"]
    assert run.collect(home, round_, again).unbelieved == []
    assert _column(home, round_, "name", "received_by") == [["b.eml/a.xlsx"], ["mail"]]


@pytest.mark.parametrize("name", ["Bắc.zip", "thư.eml", "hộp.mbox", "thư.msg"])
def test_check_judges_what_lies_in_a_file_as_collect_does(
    name: str, tmp_path: Path, round_: Round, books: dict[str, bytes]
) -> None:
    as_mail = mail(("a.xlsx", books["a"])).as_bytes()
    as_msg = compound(outlook(attachment("a.xlsx", books["a"])))
    contents = {".eml": as_mail, ".mbox": b"From x@y 2023\n" + as_mail, ".msg": as_msg, ".zip": b""}
    path = put(tmp_path / name, contents[Path(name).suffix])
    if name.endswith(".zip"):
        zipped(path, ("a.xlsx", books["a"]), ("b.txt", b"x"))
    home = Home(tmp_path / "home")
    checked = run.check(home, round_, [path])
    assert not home.root.exists()
    run.collect(home, round_, [path])
    with run.current_ledger(home, round_) as ledger:
        known = (
            submissions_of(ledger)[["name", "agency", "verdict"]].to_records(index=False).tolist()
        )
    assert sorted((each.name, each.agency, each.verdict.value) for each in checked) == sorted(known)


def test_check_says_what_it_left_and_ends_by_what_it_took(
    tmp_path: Path, books: dict[str, bytes]
) -> None:
    logo = mail(("a.xlsx", books["a"]))
    logo.add_attachment(
        b"\x89PNG", maintype="image", subtype="png", filename="logo.png", disposition="inline"
    )
    path = put(tmp_path / "a.eml", logo.as_bytes())
    done = tonghop("--home", tmp_path / "home", "--round", MINI, "check", path)
    assert done.exit_code == 0, done.stderr
    assert "a.eml/a.xlsx" in done.stdout
    assert "a.eml/logo.png" in done.stderr
