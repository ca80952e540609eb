"""Which files are returns; strangers change nothing; assign, dismiss, extend do."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import random
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from pipeline import run
from pipeline.collect.tables.answers import answers_in
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.model import Severity
from pipeline.stages import deciding
from pipeline.stages.rebuilding import rebuild
from pipeline.stages.recalling import history
from pipeline.store import Ledger
from pipeline.store.decisions import Grounds
from schemas.round.round import Round
from tests.books import MINI, copied, filled, opened, round_of
from tests.commands import tonghop
from tests.grids import grid_of
from tests.hazards import Workbook, macro_sheet
from tests.often import times

pytestmark = pytest.mark.slow  # whole rounds through the engine

ROWS = """period|sector|locality|level|subject|behaviour|cases|persons|handled|pending|unhandled
2022|LV01|{code}|TINH|CC_LD|HV2|{cases}|4|0|{pending}|0"""
ANNEX, OTHER = "Phụ lục kèm công văn UBND thành phố Hà Nội.xlsx", "Danh sách.xlsx"
GROUNDS = Grounds("vì", "ai")
UNDO = Grounds("nhầm", "ai", undo=True)


@cache
def book(code: str, cases: int, *, is_wrong: bool = False) -> bytes:
    return filled(
        round_of("cv4874"),
        code,
        manifestations=ROWS.format(code=code, cases=cases, pending=4 - is_wrong),
    )


@cache
def table(*rows: tuple[object, ...], title: str = "Sheet") -> bytes:
    made, buffer = openpyxl.Workbook(), io.BytesIO()
    made.active.title = title  # type: ignore[union-attr]
    for row in rows:
        made.active.append(row)  # type: ignore[union-attr]
    made.save(buffer)
    return buffer.getvalue()


SALARIES = table(("Họ tên", "Lương"), ("A", 5))


def put(home: Home, name: str, content: bytes, day: int = 5) -> None:
    path = home.incoming / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    at = dt.datetime(2023, 9, day, 9, tzinfo=round_of("cv4874").timezone).timestamp()
    os.utime(path, (at, at))


def said(home: Home, code: str = "T01") -> tuple[str, int, str]:
    """Standing, days late and the version that waits."""
    agency = run.status(home, round_of("cv4874"))[1].set_index("agency").loc[code]
    return str(agency["standing"]), int(agency["late_days"]), str(agency["pending"])


def beside(home: Home) -> dict[str, tuple[str, str]]:
    files = run.files(home, round_of("cv4874"))
    return {
        name: (state, likely)
        for name, state, likely in zip(files["file"], files["state"], files["likely"], strict=True)
    }


@pytest.fixture(scope="module")
def round_(plain_round: Round) -> Round:
    """What becomes of a file doesn't depend on what summaries say."""
    return plain_round


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory, round_: Round) -> Home:
    """A good return, an annex known by name, a PDF, and a department's workbook."""
    made = Home(tmp_path_factory.mktemp("taken_in"))
    put(made, "T01/T01.xlsx", book("T01", 2))
    put(made, "T01/Công văn.pdf", b"%PDF-1.4", day=6)
    put(made, ANNEX, SALARIES, day=6)
    put(made, "Sở Y tế.xlsx", table(("Họ tên",), ("B",)), day=7)
    run.collect(made, round_)
    return made


@pytest.fixture
def home(taken_in: Home, tmp_path: Path) -> Home:
    return copied(taken_in, tmp_path)


def test_files_of_nobody_and_beside_returns_change_nothing(home: Home) -> None:
    assert said(home) == ("reported", 0, "")
    assert beside(home) == {
        ANNEX: ("unassigned", "T01"),
        "Sở Y tế.xlsx": ("unassigned", ""),
        "T01/Công văn.pdf": ("accompanying", "T01"),
    }
    status = json.loads(tonghop("--home", home.root, "status", "--format", "json").stdout)
    assert [each["file"] for each in status["unassigned"]] == [ANNEX, "Sở Y tế.xlsx"]
    assert [each["file"] for each in status["accompanying"]] == ["T01/Công văn.pdf"]


def test_they_stand_in_the_outputs(home: Home, round_: Round) -> None:
    run.summarise(home, round_)
    sheet = openpyxl.load_workbook(home.output / "tien-do-va-loi.xlsx")["TỆP KHÁC"]
    listed = {row[1]: row[0] for row in sheet.iter_rows(values_only=True) if row[1]}
    assert (listed[ANNEX], listed["T01/Công văn.pdf"]) == (
        "Chưa rõ của cơ quan nào",
        "Kèm theo báo cáo",
    )
    board = (home.output / "tien-do.html").read_text(encoding="utf-8")
    assert "Có thể của Ủy ban nhân dân thành phố Hà Nội." in board
    told = json.loads((home.output / "nguon.json").read_text(encoding="utf-8"))
    states = {each["file"]: each["status"] for each in told["sources"]}
    assert (states[ANNEX], states["T01/Công văn.pdf"], states["T01/T01.xlsx"]) == (
        "unassigned",
        "accompanying",
        "counted",
    )
    assert not list(home.replies.glob("T01.*"))


def test_what_is_assigned_is_a_return_until_that_is_taken_back(home: Home, round_: Round) -> None:
    put(home, OTHER, book("T02", 7))
    run.collect(home, round_)
    decided = deciding.assign(home, round_, OTHER, "Bộ Y tế", GROUNDS)
    assert [(each.agency, each.after.standing) for each in decided.effects] == [
        ("BYT", "reported"),
        ("T02", "missing"),
    ]
    assert "assignment_disagrees" in {each.message for each in run.findings(home, round_)}
    deciding.assign(home, round_, OTHER, "", UNDO)
    assert (said(home, "BYT")[0], said(home, "T02")[0]) == ("missing", "reported")
    with pytest.raises(OperatorError, match="no_such_agency"):
        deciding.assign(home, round_, OTHER, "Sở Y tế", GROUNDS)
    with pytest.raises(OperatorError) as refused:
        deciding.assign(home, round_, OTHER, "", UNDO)
    assert (
        refused.value.text("vi")
        == f"Tệp {OTHER} hiện không được ghi nhận là của cơ quan nào nên không có gì để rút lại."
    )


def test_a_decision_on_a_file_is_told_by_the_files_name(home: Home) -> None:
    agency = "Ủy ban nhân dân thành phố Hà Nội"
    for command, words, sentence in (
        ("pin", ["T01.xlsx"], f"Đã ghim bản T01/T01.xlsx của cơ quan {agency}."),
        ("exclude", ["T01.xlsx"], f"Đã loại bản T01/T01.xlsx của cơ quan {agency}."),
        (
            "assign",
            [ANNEX, "T01"],
            f"Đã ghi nhận tệp {ANNEX} là của {agency}; tệp đã được đọc lại.",
        ),
        ("dismiss", ["Sở Y tế.xlsx"], "Đã ghi nhận tệp Sở Y tế.xlsx là không liên quan."),
    ):
        done = tonghop("--home", home.root, command, *words, "--reason", "x")
        assert done.stderr.splitlines()[0] == sentence


def answered(path: Path, answer: str) -> bytes:
    """Our list with an answer beside its first entry."""
    listed, buffer = openpyxl.load_workbook(path), io.BytesIO()
    rows = list(listed.active.iter_rows())  # type: ignore[union-attr]
    head = next(at for at, row in enumerate(rows) if row[9].value == "Giải trình")
    rows[head + 1][9].value = answer
    listed.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("title", ["Trang tính", "Sheet"], ids=["today", "earlier"])
def test_answers_are_read_from_lists_of_earlier_versions_too(title: str) -> None:
    heads = f"STT|Mức độ|Mã|{title}|Ô|Cột|Giá trị|Vấn đề|Cách sửa|Giải trình|Mã đối chiếu"
    [answer] = answers_in(
        grid_of(f"CẦN SỬA\n\n{heads}\n1|Lỗi|V01|I.1 BIỂU HIỆN|I9|Số vụ việc|x|a|b|Đang rà soát|abc")
    )
    assert (answer.key, answer.sheet, answer.text) == ("abc", "I.1 BIỂU HIỆN", "Đang rà soát")


@pytest.mark.parametrize("name", ["T01 trả lại.xlsx", "Danh sách (2).xlsx"])
def test_our_own_list_of_corrections_is_no_return_but_its_answers_are_read(
    home: Home, round_: Round, name: str
) -> None:
    """This letter replaces the marked copy of an unmarkable return, and names its agency."""
    unmarkable = Workbook(book("T01", 5, is_wrong=True))
    macro_sheet(unmarkable)
    put(home, "T01.xlsm", unmarkable.packed(), day=12)
    run.collect(home, round_)
    assert run.feedback(home, round_).alone == 1
    put(home, name, answered(home.replies / "T01.xlsx", "Đang rà soát"), day=20)
    collected = run.collect(home, round_)
    assert (collected.unreadable, collected.beside) == (0, 1)
    assert beside(home)[name] == ("accompanying", "T01")
    assert said(home) == ("reported", 0, "T01.xlsm")
    answers = {each.answer for each in run.findings(home, round_) if each.file == "T01.xlsm"}
    assert "Đang rà soát" in answers


def test_the_letter_about_a_list_alone_speaks_of_the_list_that_is_enclosed(
    home: Home, round_: Round
) -> None:
    rows = ROWS.replace("|{pending}|0", "|{pending}|").format(code="T01", cases=5, pending=3)
    unmarkable = Workbook(filled(round_, "T01", manifestations=rows))
    macro_sheet(unmarkable)
    put(home, "T01.xlsm", unmarkable.packed(), day=12)
    run.collect(home, round_)
    run.feedback(home, round_, everything=True)
    text = (home.replies / "T01.txt").read_text(encoding="utf-8-sig")
    assert "của tệp danh sách gửi kèm (T01.xlsx)" in text
    assert "của trang tính CẦN SỬA" not in text


def test_files_of_nobody_are_not_called_unreadable(home: Home, round_: Round) -> None:
    put(home, "Danh sách khác.xlsx", table(("Họ tên",), ("C",)))
    put(home, "hỏng.xlsx", b"PK\x03\x04 broken")
    put(home, "T01/Tờ trình.pdf", b"%PDF-1.5", day=7)
    collected = run.collect(home, round_)
    assert (collected.unreadable, collected.of_nobody, collected.beside) == (0, 2, 1)
    put(home, "Danh sách mới.xlsx", table(("Họ tên",), ("D",)))
    assert (
        "0 không đọc được, 1 chưa rõ của cơ quan nào"
        in tonghop("--home", home.root, "collect").stderr
    )


def test_a_damaged_file_of_nobody_is_nobody_s_wherever_it_is_told(
    home: Home, round_: Round
) -> None:
    put(home, "hỏng.xlsx", b"PK\x03\x04 broken")
    collected = run.collect(home, round_)
    assert [name for name, _ in collected.unassigned] == ["hỏng.xlsx"]
    assert run.status(home, round_)[0].unreadable == 0
    text = tonghop("--home", home.root, "status").stdout
    assert "Chưa rõ của cơ quan nào (3)" in text
    assert "  hỏng.xlsx – không mở được\n" in text
    told = json.loads(
        tonghop("--home", home.root, "status", "--unreadable", "--format", "json").stdout
    )
    assert [(each["file"], each["state"], each["kind"]) for each in told["unassigned"]] == [
        ("hỏng.xlsx", "unassigned", "damaged")
    ]
    run.summarise(home, round_)
    sources = json.loads((home.output / "nguon.json").read_text(encoding="utf-8"))
    assert {each["file"]: each["status"] for each in sources["sources"]}[
        "hỏng.xlsx"
    ] == "unassigned"
    assert sorted(each["file"] for each in sources["unassigned"]) == sorted(
        [ANNEX, "Sở Y tế.xlsx", "hỏng.xlsx"]
    )
    assert [each["file"] for each in sources["accompanying"]] == ["T01/Công văn.pdf"]
    sheet = openpyxl.load_workbook(home.output / "tien-do-va-loi.xlsx")["TỆP KHÁC"]
    assert {row[1]: row[0] for row in sheet.iter_rows(values_only=True)}[
        "hỏng.xlsx"
    ] == "Chưa rõ của cơ quan nào"
    board = re.sub(r"\s+", " ", (home.output / "tien-do.html").read_text(encoding="utf-8"))
    assert re.search(r"hỏng\.xlsx</[a-z]+> ?(<[^>]+>)*Chưa rõ của cơ quan nào\.", board)


def test_what_is_assigned_needn_t_say_whose_it_is(home: Home, round_: Round) -> None:
    """A file without stamp and sender, once assigned, need not be told to name its sender."""
    bare = opened(book("T02", 7))
    del bare[round_.sheets.meta]
    for name in list(bare.custom_doc_props.names):
        del bare.custom_doc_props[name]
    sheet = bare[round_.info.sheet]
    for label in ("Mã cơ quan", "Tên cơ quan"):
        cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == label)
        sheet.cell(cell.row, cell.column + 1).value = None
    buffer = io.BytesIO()
    bare.save(buffer)
    put(home, "Mẫu không dấu.xlsx", buffer.getvalue())
    assert run.collect(home, round_).of_nobody == 1
    decided = deciding.assign(home, round_, "Mẫu không dấu.xlsx", "T02", GROUNDS)
    assert [each.after.standing for each in decided.effects] == ["reported"]
    assert not [
        each
        for each in run.findings(home, round_)
        if each.rule == "V01" and each.severity is Severity.ERROR
    ]


def test_what_is_dismissed_waits_no_more(home: Home, round_: Round) -> None:
    deciding.dismiss(home, round_, ANNEX, GROUNDS)
    assert ANNEX not in beside(home)
    assert ANNEX not in {each.file for each in run.findings(home, round_)}
    deciding.dismiss(home, round_, ANNEX, UNDO)
    assert ANNEX in beside(home)
    with pytest.raises(OperatorError, match="not_to_dismiss"):
        deciding.dismiss(home, round_, "T01.xlsx", GROUNDS)


def test_pandas_is_loaded_while_files_are_read_not_before(home: Home) -> None:
    """Loading takes most of a second, while reading can begin, in a folder with a past too."""
    put(home, "T01 nữa.xlsx", book("T01", 7), day=9)
    code = f"""if True:
        import sys
        from pathlib import Path
        from pipeline import run
        from pipeline.collect import workers
        from pipeline.home import Home
        from schemas.round.load import load_round
        read_all = workers.read_all
        def watched(*arguments):
            print("pandas" in sys.modules)
            return read_all(*arguments)
        workers.read_all = watched
        collected = run.collect(Home(Path({str(home.root)!r})), load_round("cv4874"))
        print(*(each.agency for each in collected.effects))
    """
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert said == ["False", "True", "T01"]


def test_in_time_is_who_first_sent_in_time_and_whoever_got_more_time(
    home: Home, round_: Round
) -> None:
    put(home, "T01/T01 sửa.xlsx", book("T01", 3), day=12)
    put(home, "T02.xlsx", book("T02", 2), day=12)
    collected = run.collect(home, round_)
    assert [(each.agency, each.before.amount, each.after.amount) for each in collected.effects] == [
        ("T01", 2, 3)
    ]
    assert (said(home), said(home, "T02")) == (("reported", 0, ""), ("reported", 5, ""))
    found = run.findings(home, round_)
    assert [each.words["days"] for each in found if each.rule == "D01"] == ["5"]
    counts = run.status(home, round_)[1].set_index("agency")["notes"]
    for code in ("T01", "T02"):
        assert counts[code] == len(
            [each for each in found if each.agency == code and each.severity is Severity.NOTE]
        )
    deciding.extend(home, round_, [], dt.date(2023, 9, 12), GROUNDS)
    assert said(home, "T02")[1] == 0
    deciding.extend(home, round_, ["T02"], dt.date(2023, 9, 11), GROUNDS)
    assert said(home, "T02")[1] == 1
    deciding.extend(home, round_, ["T02"], None, UNDO)
    assert said(home, "T02")[1] == 0
    deciding.extend(home, round_, [], None, UNDO)
    assert said(home, "T02")[1] == 5
    with pytest.raises(OperatorError, match="extension_too_early"):
        deciding.extend(home, round_, [], dt.date(2023, 9, 6), GROUNDS)


def test_a_wrong_resubmission_takes_nothing_out_of_the_totals(home: Home) -> None:
    put(home, "T01 sai.xlsx", book("T01", 2, is_wrong=True), day=12)
    done = tonghop("--home", home.root, "consolidate")
    assert "bản mới hơn T01 sai.xlsx đang chờ sửa" in done.stderr
    assert said(home) == ("reported", 0, "T01 sai.xlsx")
    assert "vẫn đang được tổng hợp" in (home.replies / "T01.txt").read_text(encoding="utf-8-sig")
    done = tonghop("--home", home.root, "pin", "T01 sai.xlsx", "--reason", "x")
    assert "Hà Nội: đã báo cáo → cần sửa; 2 vụ việc ra khỏi tổng" in done.stderr


def test_these_decisions_survive_the_loss_of_the_ledger(home: Home, round_: Round) -> None:
    deciding.assign(home, round_, "Sở Y tế.xlsx", "BYT", GROUNDS)
    deciding.dismiss(home, round_, ANNEX, GROUNDS)
    deciding.extend(home, round_, ["T01"], dt.date(2023, 9, 20), GROUNDS)
    before = run.status(home, round_)[1], beside(home)
    home.ledger.unlink()
    rebuild(home, round_, lambda _done, _total: None)
    assert run.status(home, round_)[1].equals(before[0])
    assert beside(home) == before[1]


def test_times_that_cannot_be_right_are_not_believed(
    tmp_path: Home, round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGHOP_NOW", "2023-09-06T10:00:00+07:00")
    home = Home(tmp_path)  # type: ignore[arg-type]
    put(home, "T01.xlsx", book("T01", 2))
    put(home, "T02.xlsx", book("T02", 2))
    put(home, "T02 mới.xlsx", book("T02", 9))
    for name, year in (("T01.xlsx", 1975), ("T02 mới.xlsx", 2099)):
        os.utime(home.incoming / name, (dt.datetime(year, 1, 1, tzinfo=dt.UTC).timestamp(),) * 2)
    collected = run.collect(home, round_)
    assert sorted(collected.unbelieved) == ["T01.xlsx", "T02 mới.xlsx"]
    kept = _received(home, round_)
    assert kept["T01.xlsx"] == kept["T02 mới.xlsx"] == ("2023-09-06T00:00:00+07:00", "collected")
    monkeypatch.setenv("TONGHOP_NOW", "2023-09-08T10:00:00+07:00")
    assert run.collect(home, round_).unbelieved == []
    assert _received(home, round_) == kept
    for day in ("2023-08-28", "2023-09-09"):
        done = tonghop(
            "--home", home.root, "collect", home.incoming / "T01.xlsx", "--received", day
        )
        assert (done.exit_code, "không thể đúng" in done.stderr) == (3, True)
        (home.incoming / "nhan.csv").write_text(
            f"file,date,note\nT01.xlsx,{day},\n", encoding="utf-8"
        )
        assert tonghop("--home", home.root, "collect").exit_code == 3


def _received(home: Home, round_: Round) -> dict[str, tuple[str, str]]:
    with Ledger(home.ledger, round_, "x") as ledger:
        return {name: came for (_, name), came in ledger.dates().items()}


STRAYS = {
    "Danh sách.xlsx": SALARIES,
    "Phụ lục UBND tỉnh Hà Giang.xlsx": table(("STT", "Số vụ việc"), (1, 3)),
    "T01 phụ lục.xlsx": table(("Kỳ",), ("x",), title="GHI CHÚ"),
    "VÍ DỤ.xlsx": table(("Một", "Hai"), title="VÍ DỤ"),
    "Chỉ danh sách/T01.xlsx": table(("STT", "Mức độ", "Vấn đề"), (1, "LỖI", "x"), title="CẦN SỬA"),
    "trống.xlsx": table(),
    "Bộ Công an.xlsx": table(("x",)),
    "T04.txt": b"chi la chu",
    "cv.pdf": b"%PDF-1.4",
}


@pytest.mark.parametrize("seed", times(1, 4))
def test_no_workbook_ends_a_run_and_none_but_returns_count(
    seed: int, tmp_path: Path, round_: Round
) -> None:
    """Foreign workbooks, annexes and other rounds' forms among good returns, in random batches."""
    chance, home = random.Random(seed), Home(tmp_path)
    other = filled(
        round_of(MINI),
        "NOR",
        inspections="quarter | building | inspected | passed\n2030 | SCH | 3 | 2",
    )
    files = {
        **STRAYS,
        "T02 đợt khác.xlsx": other,
        "T01.xlsx": book("T01", 2),
        "T02.xlsx": book("T02", 5),
    }
    names = sorted(files)
    chance.shuffle(names)
    for name in names:
        put(home, name, files[name])
    cut = chance.randint(1, len(names) - 1)
    for some in (names[:cut], names[cut:]):
        words = ("--home", home.root, "--round", round_.folder, "consolidate")
        done = tonghop(*words, *(home.incoming / name for name in some))
        assert (done.exit_code, done.exception) == (0, None), done.output
    counts = run.figures(home, round_, "agency").set_index("agency")["cases"]
    assert counts[counts.notna()].to_dict() == {"T01": 2, "T02": 5}
    assert (said(home)[0], said(home, "T02")[0], said(home, "T04")[0]) == (
        "reported",
        "reported",
        "unreadable",
    )


def test_who_sent_nothing_is_not_said_to_be_in_time(home: Home) -> None:
    put(home, "Cao Bằng.xlsx", book("T04", 2), day=15)
    assert tonghop("--home", home.root, "collect").exit_code == 0
    words = ("--home", home.root, "exclude", "Cao Bằng.xlsx", "--reason", "nhầm")
    excluded, undone = tonghop(*words), tonghop(*words, "--undo")
    assert "đã báo cáo → chưa báo cáo" in excluded.stderr
    assert "đúng hạn" not in excluded.stderr
    assert "chưa báo cáo → đã báo cáo; 2 vụ việc vào tổng; chậm 8 ngày" in undone.stderr


def test_a_pin_or_exclusion_is_of_the_agency_for_which_it_was_decided(home: Home) -> None:
    def decide(command: str, *words: str) -> str:
        done = tonghop("--home", home.root, command, *words, "--reason", "x")
        assert done.exit_code == 0, done.stderr
        return done.stderr

    def states() -> list[str]:
        listed = json.loads(tonghop("--home", home.root, "decisions", "--format", "json").stdout)
        return [each["state"] for each in listed if each["decision"] in ("pin", "exclude")]

    decide("exclude", "T01.xlsx")
    assert "chưa báo cáo → đã báo cáo; 2 vụ việc vào tổng" in decide(
        "assign", "T01.xlsx", "bộ y TẾ"
    )
    assert states() == ["idle"]
    decide("pin", "t01.XLSX")
    decide("assign", "T01.xlsx", "--undo")
    assert said(home) == ("reported", 0, "")
    undone = decide("pin", "T01.xlsx", "--undo")
    assert undone.startswith("Đã bỏ ghim bản T01/T01.xlsx của Bộ Y tế.")
    assert "không còn là của cơ quan đã nêu" in undone
    assert states() == ["replaced", "undone", "undo"]


def test_what_is_taken_back_is_named_as_it_was_decided_and_all_or_none_is(
    home: Home, round_: Round
) -> None:
    grant = dt.date(2023, 9, 20)
    deciding.extend(home, round_, ["T01"], grant, GROUNDS)
    with pytest.raises(OperatorError, match="no_extension_of"):
        deciding.extend(home, round_, ["T01", "T02"], None, UNDO)
    assert run.status(home, round_)[1].set_index("agency")["deadline"][
        "T01"
    ] == grant + dt.timedelta(days=1)
    deciding.waive(home, round_, "T01", "R01", GROUNDS, "W")
    [(graded, _)] = deciding.waive(home, round_, "T01", "R01", UNDO, "").made
    deciding.map_column(home, round_, "T01", "A", "manifestations.cases", GROUNDS)
    [(mapped, _)] = deciding.map_column(
        home, round_, "T01", "A", "manifestations.persons", UNDO
    ).made
    assert (graded.value, mapped.value) == ("W", "manifestations.cases")


def test_a_decision_that_changed_nothing_says_why(home: Home) -> None:
    def why(command: str, *words: str) -> str:
        return (
            tonghop("--home", home.root, command, *words, "--reason", "x")
            .stderr.splitlines()[2]
            .strip()
        )

    put(home, "T01 bản 2.xlsx", book("T01", 3), day=8)
    put(home, "Hà Giang.xlsx", book("T02", 3, is_wrong=True), day=15)
    assert tonghop("--home", home.root, "collect").exit_code == 0
    for name in ("T01.xlsx", "T01 bản 2.xlsx"):
        tonghop("--home", home.root, "pin", name, "--reason", "x")
    assert (
        why("pin", "T01.xlsx", "--undo")
        == "Cơ quan này còn một bản khác đang được ghim: T01 bản 2.xlsx."
    )
    assert why("pin", "T01 bản 2.xlsx", "--undo") == "Bản này vẫn là bản được tổng hợp."
    assert why("pin", "Hà Giang.xlsx") == "Bản này còn phải sửa nên chưa được tổng hợp."
    assert (
        why("assign", "T01.xlsx", "hà nội")
        == "Cơ quan này có bản khác mới hơn hoặc đang được ghim; tệp này không thay bản nào."
    )
    assert why("assign", "T01 bản 2.xlsx", "hà nội") == "Tệp này vốn đã là của cơ quan này."
    tonghop("--home", home.root, "excuse", "T02", "--reason", "x")
    extended = tonghop(
        "--home", home.root, "extend", "T02", "--until", "20/09/2023", "--reason", "x"
    ).stderr
    assert extended.splitlines()[1] == "  Ủy ban nhân dân tỉnh Hà Giang: đúng hạn."


def test_the_history_of_an_agency_is_in_the_order_by_which_one_counts(
    home: Home, round_: Round
) -> None:
    agency = round_.by_agency["T04"]
    # at one moment, taken in one by one
    for name, cases in (("Cao Bằng b.xlsx", 2), ("Cao Bằng a.xlsx", 3)):
        put(home, name, book("T04", cases))
        run.collect(home, round_)
    with run.current_ledger(home, round_) as ledger:
        told = [(each.file, each.role) for each in history(ledger, agency).versions]
    assert told == [("Cao Bằng a.xlsx", "superseded"), ("Cao Bằng b.xlsx", "counted")]
