"""The progress page: what it says, that it is safe, and how it behaves in a real browser."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.model import Choice, Decision, Finding, Severity, Standing
from pipeline.summarise.board.facts import Person, calls, groups, growth, places
from pipeline.summarise.board.page import SHADES, board_page
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.pictures import growth as drawing
from pipeline.summarise.progress import standings
from schemas.round.round import Round
from tests.browser import AXE, browser, needs_axe, needs_browser
from tests.consolidations import consolidation, random_consolidation, tiny_round

NASTY = "<script>alert(1)</script>\"'&=1+1\x07"
LATER = Decision(
    Choice.EXTEND,
    "",
    "",
    "lùi hạn",
    "ai",
    dt.datetime(2023, 9, 6, tzinfo=dt.UTC),
    until=dt.date(2023, 9, 9),
)
LONG_FILE = "Bao_cao_" * 20 + ".xlsx"


@pytest.fixture(scope="module")
def made(round_: Round) -> Consolidation:
    findings = [
        Finding(
            "V01",
            Severity.ERROR,
            "required",
            {"title": NASTY},
            agency="T02",
            file=LONG_FILE,
            sheet="x",
            cells=("A1",),
        ),
        Finding("S01", Severity.ERROR, "not_workbook.empty", {}, file=f"{NASTY}.xlsx"),
    ]
    standings = {agency.code: Standing.REPORTED for agency in round_.in_scope[:80]}
    standings |= {
        "T01": Standing.NIL,
        "T02": Standing.CORRECTING,
        "T04": Standing.MISSING,
        "BNV": Standing.MISSING,
    }
    made = consolidation(
        round_,
        {},
        standings,
        late={"T06": 3, "BTP": 1},
        findings=findings,
        more=[{}],
        invented=True,
        provisional=True,
    )
    person = {
        "prepared_by": NASTY,
        "position": None,
        "phone": "024 3976 4116",
        "email": "lap-bieu@vi-du.vn",
    }
    made.info[["agency", *person]] = pd.DataFrame([{"agency": "T02", **person}])
    return made


@pytest.fixture(scope="module")
def page(made: Consolidation) -> str:
    return board_page(made).decode()


def visible(page: str) -> str:
    return html.unescape(
        re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL))
    )


def test_it_says_what_it_rests_on(made: Consolidation, page: str) -> None:
    said = " ".join(visible(page).split())
    assert f"{made.coverage.counted}/94 cơ quan có báo cáo được tổng hợp" in said
    assert "DỮ LIỆU GIẢ ĐỊNH · TẠM TÍNH" in said
    assert "tạm tính thêm" not in said, "a return without rows counts in nothing"
    counting = replace(made, coverage=replace(made.coverage, provisional=1))
    assert "; tạm tính thêm 1 cơ quan còn phải sửa" in " ".join(
        visible(board_page(counting).decode()).split()
    )
    assert "trước ngày 08/9/2023" in said


def test_a_deadline_that_all_were_granted_is_the_one_it_names(made: Consolidation) -> None:
    page = board_page(replace(made, decisions=[LATER])).decode()
    assert "trước ngày 10/9/2023" in visible(page)
    assert "Chậm từ 10/09" in page
    assert "trước ngày 08/9/2023" not in visible(page)


def test_standing_by_group_adds_up(made: Consolidation) -> None:
    found = groups(made)
    assert sum(group.agencies for group in found) == 94
    totals = [sum(group.standings[at] for group in found) for at in range(len(standings(made)))]
    assert totals == [int((made.agencies["standing"] == each).sum()) for each in standings(made)]
    assert sum(group.late for group in found) == made.coverage.late


def test_parts_of_a_bar_are_told_apart_in_grey() -> None:
    greys = sorted(
        0.299 * red + 0.587 * green + 0.114 * blue
        for red, green, blue in (bytes.fromhex(shade[1:]) for shade in SHADES.values())
    )
    assert all(lighter - darker > 25 for darker, lighter in pairwise(greys))


def test_every_agency_has_its_place(made: Consolidation, page: str) -> None:
    on_map, rest = places(made)
    assert len([place for place in on_map if place.standing]) == 63
    assert len(rest) == 94 - 63
    assert [place.name for place in on_map if not place.standing] == [
        "Quần đảo Hoàng Sa (Đà Nẵng)",
        "Quần đảo Trường Sa (Khánh Hòa)",
    ]
    by_name = {place.name: place for place in on_map}
    assert (by_name["Hà Nội"].standing, by_name["Hà Giang"].standing) == (
        Standing.NIL,
        Standing.CORRECTING,
    )
    assert by_name["Bắc Kạn"].late_days == 3
    assert "Ủy ban nhân dân tỉnh Bắc Kạn: đã báo cáo, chậm 3 ngày" in visible(page), (
        "a screen reader hears name and standing"
    )


def test_growth_ends_with_today_and_starts_with_the_first(
    made: Consolidation, round_: Round
) -> None:
    grown = growth(made)
    assert grown.heard[-1] == int((made.agencies["standing"] != Standing.MISSING).sum())
    assert grown.counted[-1] == made.coverage.counted
    assert list(grown.heard) == sorted(grown.heard)
    assert grown.first + dt.timedelta(days=len(grown.heard) - 1) >= round_.deadline
    assert all(counted <= heard for counted, heard in zip(grown.counted, grown.heard, strict=True))


@pytest.mark.parametrize(("heard", "half"), [((1, 2, 3), "upper"), ((1, 90, 94), "lower")])
def test_words_of_the_deadline_keep_off_the_curve(heard: tuple[int, ...], half: str) -> None:
    first = dt.date(2023, 9, 6)
    shown = drawing.GrowthChart(
        first,
        [drawing.Curve(heard)],
        94,
        first + dt.timedelta(days=2),
        "94 cơ quan",
        "Chậm từ 08/09",
    )
    place = re.search(r'y="([\d.]+)"[^>]*>Chậm từ', drawing.growth(shown, title="x", font="x"))
    assert place is not None
    assert ("upper" if float(place[1]) < drawing.HEIGHT / 2 else "lower") == half


def test_whom_to_call(made: Consolidation, page: str) -> None:
    found = {call.name: call for call in calls(made)}
    assert len(found) == int(
        made.agencies["standing"].isin([Standing.MISSING, Standing.CORRECTING]).sum()
    )
    assert found["Ủy ban nhân dân tỉnh Hà Giang"].person.phone == "024 3976 4116"
    assert not found["Bộ Nội vụ"].person.known
    assert 'href="tel:02439764116"' in page
    assert 'href="mailto:lap-bieu@vi-du.vn"' in page


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "gọi văn thư", "a@b", "a@b.vn?cc=x@y.vn", "0912\n345", "x" * 50]
)
def test_what_is_no_number_or_address_is_no_link(text: str) -> None:
    person = Person(phone=text, email=text)
    assert person.write == ""
    assert re.fullmatch(r"|tel:\+?\d+", person.call)


def test_received_text_is_escaped(page: str) -> None:
    assert "<script" not in page
    assert "\x07" not in page
    assert html.escape(NASTY.replace("\x07", "\ufffd"), quote=False).split('"')[0] in page


def test_nothing_comes_from_the_network_and_the_policy_is_strict(page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    style = re.search(r"<style>(.*?)</style>", page, flags=re.DOTALL)
    assert policy
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert (
        html.unescape(policy[1])
        == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert not re.search(r"\b(src|style|on\w+)=", page)
    assert set(re.findall(r'href="([^"#:]*):?', page)) <= {"", "tel", "mailto"}
    assert "url(" not in style[1]


def test_same_consolidation_same_bytes(round_: Round) -> None:
    made = [random_consolidation(round_, rows=30) for _ in range(2)]
    assert board_page(made[0]) == board_page(made[1])


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    "kind", [Standing.MISSING, Standing.NIL, Standing.CORRECTING, Standing.REPORTED]
)
def test_small_and_one_sided_rounds(round_: Round, kind: Standing, lang: str) -> None:
    said = visible(
        board_page(
            consolidation(
                round_, {}, {agency.code: kind for agency in round_.in_scope}
            ).in_language(lang)
        ).decode()
    )
    nobody = {"vi": "Chưa nhận được tệp nào.", "en": "No file has been received yet."}[lang]
    assert (nobody in said) == (kind is Standing.MISSING)
    finished = {"vi": "Không có cơ quan nào cần liên hệ", "en": "Nobody needs a call"}[lang]
    assert (finished in said) == (kind in (Standing.NIL, Standing.REPORTED))


def test_a_round_without_map_or_contacts(tmp_path: Path) -> None:
    page = board_page(consolidation(tiny_round(tmp_path), {}).in_language("en")).decode()
    assert 'id="map"' not in page
    assert visible(page).count("Agency 1") == 2, "among the agencies and among those to call"


# --- in a browser --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def saved(made: Consolidation, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("board") / "tien-do.html"
    path.write_bytes(board_page(made))
    return path.as_uri()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as running:
        yield running


@needs_browser
@pytest.mark.parametrize("width", [360, 1280])
def test_opens_from_disk_at_every_width(chromium: Any, saved: str, width: int) -> None:
    tab = chromium.new_page(viewport={"width": width, "height": 800})
    requests: list[str] = []
    complaints: list[str] = []
    tab.on("request", lambda request: requests.append(request.url))
    tab.on("console", lambda message: complaints.append(message.text))
    tab.goto(saved)
    assert requests == [saved]
    assert complaints == [], "the page keeps to its own policy"
    assert tab.evaluate("document.documentElement.scrollWidth") <= width, (
        "nothing sticks out of the page"
    )
    assert (
        tab.evaluate("getComputedStyle(document.querySelector('.tile.reported')).backgroundColor")
        == "rgb(31, 78, 121)"
    )
    cut = "[...document.querySelectorAll('.tile, .people li, td, th')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
    assert tab.evaluate(cut) == 0, "no text sticks out of its cell"
    tab.close()


@needs_browser
def test_printed_on_a4(chromium: Any, saved: str) -> None:
    tab = chromium.new_page()
    tab.goto(saved)
    pdf = tab.pdf(prefer_css_page_size=True)
    assert b"/MediaBox [0 0 594" in pdf or b"/MediaBox [0 0 595" in pdf
    tab.emulate_media(media="print")
    assert tab.evaluate("getComputedStyle(document.querySelector('details')).display") == "none"
    tab.close()


@needs_browser
@pytest.mark.parametrize("kind", [Standing.MISSING, Standing.CORRECTING, Standing.UNREADABLE, None])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_its_print_has_two_pages_at_most(
    chromium: Any, round_: Round, tmp_path: Path, kind: Standing | None, lang: str
) -> None:
    agencies = {agency.code: kind for agency in round_.in_scope if kind}
    made = (
        consolidation(round_, {}, agencies, invented=True, provisional=True)
        if kind
        else random_consolidation(round_, rows=2000)
    )
    findings = [
        Finding("V01", Severity.ERROR, "required", {"title": NASTY}, agency=code, file=LONG_FILE)
        for code in agencies
    ]
    strays = [
        Finding("S01", Severity.ERROR, "not_workbook.empty", {}, file=f"{n}.xlsx")
        for n in range(60)
    ]
    (tmp_path / "tien-do.html").write_bytes(
        board_page(replace(made, findings=[*findings, *strays]).in_language(lang))
    )
    tab = chromium.new_page()
    tab.goto((tmp_path / "tien-do.html").as_uri())
    printed = tab.pdf(prefer_css_page_size=True)
    tab.close()
    assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) <= 2


@needs_browser
def test_the_summary_stands_on_top_of_the_print(chromium: Any, saved: str) -> None:
    tab = chromium.new_page()
    tab.emulate_media(media="print")
    tab.goto(saved)
    places = tab.evaluate(
        "['brief', 'headline', 'map'].map(id => document.getElementById(id).getBoundingClientRect().top)"
    )
    assert places == sorted(places)
    assert not tab.locator("#rules").is_visible()
    assert tab.locator("section:has(> #map) .legend").is_visible(), (
        "the map stands on the second page, where nobody sees the first one's"
    )
    tab.close()


@needs_browser
def test_the_keyboard_reaches_content_links_and_wide_tables(chromium: Any, saved: str) -> None:
    tab = chromium.new_page()
    tab.goto(saved)
    reached = []
    for _ in range(12):
        tab.keyboard.press("Tab")
        reached.append(
            tab.evaluate(
                "document.activeElement.className || document.activeElement.protocol || document.activeElement.tagName"
            )
        )
    assert reached[0] == "skip"
    assert {"scroll", "SUMMARY", "tel:", "mailto:"} <= set(reached)
    tab.close()


@pytest.mark.slow
@needs_browser
@needs_axe
@pytest.mark.parametrize(("width", "media"), [(360, "screen"), (1280, "screen"), (1280, "print")])
def test_accessible(chromium: Any, saved: str, width: int, media: str) -> None:
    context = chromium.new_context(bypass_csp=True, viewport={"width": width, "height": 800})
    tab = context.new_page()
    tab.emulate_media(media=media)
    tab.goto(saved)
    tab.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true })")
    tab.add_script_tag(path=str(AXE))
    found = tab.evaluate("axe.run()")
    assert [
        (each["id"], [node["html"] for node in each["nodes"]][:3]) for each in found["violations"]
    ] == []
    assert len(found["passes"]) > 20
    context.close()
