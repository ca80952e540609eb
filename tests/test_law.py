"""What the lists say of the law equals the decrees as written out here, and what is shown."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline.check.judge import judge
from schemas.codelists import EVIDENCE, forbidden
from schemas.round.round import Round
from schemas.rules.legal import Expected
from schemas.rules.pairs import Allowed
from schemas.words import LANGUAGES, PARTS, say
from tests.private import private_words
from tests.readings import reading
from tests.returns import lawful, right
from tests.rows import MINISTRY, PROVINCE, H, M

ADMINISTRATIVE = {
    "CB": {"KT", "CCAO", "CCH", "BN"},
    "CC_KLD": {"KT", "CCAO", "HBL", "BTV"},
    "CC_LD": {"KT", "CCAO", "GC", "CCH", "BTV"},
    "VC_KQL": {"KT", "CCAO", "BTV"},
    "VC_QL": {"KT", "CCAO", "CCH", "BTV"},
    "HDLD": set[str](),
}
"""Forms of discipline of Decree 112/2020/NĐ-CP, Article 7 clauses 1-3 and Article 15."""
LABOUR = {"LD_KT", "LD_NL", "LD_CC", "LD_ST"}
"""Forms of discipline by Article 124 of the Labour Code of 2019."""
PARTY, PARTY_ORGANISATION = {"D_KT", "D_CC", "D_CCH", "D_KTR"}, {"TC_KT", "TC_CC", "TC_GT"}
"""Forms of discipline by Article 35 clause 2 of the Party's Statutes."""
PERSONS = (*ADMINISTRATIVE, "NGHI")
FIRST_TIME = {
    ("VC_KQL", "MD1", "KT"),
    ("VC_KQL", "MD2", "CCAO"),
    ("VC_KQL", "MD4", "BTV"),
    ("VC_QL", "MD1", "KT"),
    ("VC_QL", "MD1", "CCAO"),
    ("VC_QL", "MD2", "CCAO"),
    ("VC_QL", "MD2", "CCH"),
    ("VC_QL", "MD3", "CCH"),
    ("VC_QL", "MD3", "BTV"),
    ("VC_QL", "MD4", "BTV"),
    ("CC_LD", "MD1", "KT"),
    ("CC_LD", "MD1", "CCAO"),
    ("CC_LD", "MD2", "CCAO"),
    ("CC_LD", "MD2", "GC"),
    ("CB", "MD1", "KT"),
    ("CB", "MD1", "CCAO"),
    ("CB", "MD2", "CCAO"),
    ("CC_KLD", "MD1", "KT"),
    ("CC_KLD", "MD2", "CCAO"),
    ("CC_KLD", "MD3", "HBL"),
    ("CC_KLD", "MD4", "BTV"),
}
"""Lawful for a first fault (Articles 8-10, 13, 16-19), neglecting leaders too (9.3, 17.3)."""
ARTICLE = (
    r"(?:(?:điểm [a-zđ] )?(?:khoản \d+(?:, khoản \d+)* )?Điều \d+(?:, (?:khoản \d+ )?Điều \d+)? )?"
)
FULL = ARTICLE + (
    r"(?:Nghị định số \d+/\d{4}/NĐ-CP"
    r"|Luật [^\d;]+ năm \d{4}(?: \(được sửa đổi, bổ sung năm 2019\))?"
    r"|Bộ luật (?:Lao động|Hình sự) năm \d{4}"
    r"|Điều lệ Đảng Cộng sản Việt Nam"
    r"|Quy định số \d+-QĐ/TW (?:ngày \d\d/\d\d?/\d{4}|năm \d{4}) của (?:Bộ Chính trị|Ban Chấp hành Trung ương))"
)
"""How the decree on paperwork (30/2020/NĐ-CP) wants a text cited."""
CODELISTS = Path(__file__).parents[1] / "schemas" / "cv4874" / "codelists"


def rows_of(name: str) -> list[dict[str, str]]:
    with (CODELISTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def firmly_forbidden(round_: Round, subject: str) -> set[str]:
    pairs = forbidden(round_.pairs["handling_allowed"], round_.start, round_.end)
    return {pair.second for pair in pairs if pair.first == subject and pair.firm}


Told = list[tuple[str, str]]
"""Severity of each finding, and what it says is allowed or expected."""


def found(round_: Round, rule: str, *rows: dict[str, Any], **observed: Any) -> Told:
    (told,) = found_in_each(round_, rule, [(rows, observed)])
    return told


def found_in_each(
    round_: Round,
    rule: str,
    returns: Sequence[tuple[Sequence[dict[str, Any]], dict[str, Any]]],
) -> list[Told]:
    """What a rule finds in returns of some handlings and one behaviour that was observed."""
    readings = {
        number: reading(round_, PROVINCE, manifestations=[{**M, **observed}], handlings=rows)
        for number, (rows, observed) in enumerate(returns)
    }
    findings = judge(readings, dict.fromkeys(readings, "a.xlsx"), round_).findings
    return [
        [
            (f.severity, f.words["allowed"])
            if "allowed" in f.words
            else (f.severity, f.words["expected"])
            for f in findings[number]
            if f.rule == rule
        ]
        for number in readings
    ]


@pytest.mark.parametrize("subject", ADMINISTRATIVE)
def test_no_form_of_discipline_that_the_decree_knows_is_an_error_and_every_other_one_is(
    round_: Round, subject: str
) -> None:
    of_law = {"KT", "CCAO", "HBL", "GC", "CCH", "BN", "BTV"}
    assert of_law & firmly_forbidden(round_, subject) == of_law - ADMINISTRATIVE[subject]
    assert LABOUR & firmly_forbidden(round_, subject) == (set() if subject == "HDLD" else LABOUR)


def test_party_discipline_goes_with_persons_that_of_organisations_with_collectives(
    round_: Round,
) -> None:
    for subject in PERSONS:
        assert (PARTY | PARTY_ORGANISATION) & firmly_forbidden(
            round_, subject
        ) == PARTY_ORGANISATION
    assert (PARTY | PARTY_ORGANISATION) & firmly_forbidden(round_, "TT") == PARTY


def test_nothing_is_forbidden_where_nobody_knows_who_it_was(round_: Round) -> None:
    assert not [
        pair for pair in round_.pairs["handling_allowed"] if pair.first == "KR" and not pair.allowed
    ]


def test_every_pair_of_subject_and_form_is_judged(round_: Round) -> None:
    listed = {(pair.first, pair.second) for pair in round_.pairs["handling_allowed"]}
    subjects, forms = round_.codelists["subjects"].codes, round_.codelists["handlings"].codes
    assert listed == set(itertools.product(subjects, forms))


@pytest.mark.parametrize(
    ("subject", "form", "severity", "instead"),
    [
        ("TT", "KT", "W", "Khiển trách (tổ chức đảng)"),
        ("TT", "CCAO", "W", "Cảnh cáo (tổ chức đảng)"),
        ("TT", "D_KT", "E", "Khiển trách (tổ chức đảng)"),
        ("HDLD", "BTV", "E", "Sa thải (kỷ luật lao động)"),
        ("HDLD", "KT", "E", "Khiển trách (kỷ luật lao động)"),
        ("CC_KLD", "LD_ST", "E", "Buộc thôi việc"),
        ("CC_KLD", "BP06", "E", "Điều động; Tạm đình chỉ công tác; Cho thôi việc do 02 năm liên tiếp không hoàn thành nhiệm vụ; Đình chỉ sinh hoạt đảng"),
        ("NGHI", "CCH", "W", "Khiển trách; Cảnh cáo; Xóa tư cách chức vụ đã đảm nhiệm"),
        ("CB", "HBL", "E", "Khiển trách; Cảnh cáo; Cách chức; Bãi nhiệm"),
    ],
)  # fmt: skip
def test_what_may_stand_there_instead_is_surely_lawful(
    round_: Round, subject: str, form: str, severity: str, instead: str
) -> None:
    assert found(round_, "R03", {**H, "subject": subject, "handling": form}, subject=subject) == [
        (severity, instead)
    ]


def test_a_suggestion_is_always_surely_allowed(round_: Round) -> None:
    rule = next(rule for rule in round_.rules["handlings"] if isinstance(rule, Allowed))
    names = round_.codelists["handlings"].names
    sure = {
        (pair.first, pair.second)
        for pair in round_.pairs["handling_allowed"]
        if pair.allowed and pair.firm
    }
    for words, row in sentences(round_, rule):
        assert all(
            (row["subject"], names[name]) in sure for name in words["allowed"].split("; ") if name
        ), words


@pytest.fixture(scope="module")
def first_faults(round_: Round) -> dict[tuple[str, str, str], Told]:
    cases = sorted(FIRST_TIME)
    returns = [
        ([{**H, "subject": subject, "severity": grade, "handling": form}], {"subject": subject})
        for subject, grade, form in cases
    ]
    return dict(zip(cases, found_in_each(round_, "R07", returns), strict=True))


@pytest.mark.parametrize("case", sorted(FIRST_TIME), ids="-".join)
def test_a_lawful_form_for_a_first_fault_is_not_doubted(
    case: tuple[str, str, str], first_faults: dict[tuple[str, str, str], Told]
) -> None:
    assert first_faults[case] == []


@pytest.mark.parametrize(
    ("subject", "grade", "form", "expected"),
    [
        ("CC_LD", "MD1", "GC", "Khiển trách"),
        ("CC_LD", "MD4", "KT", "Buộc thôi việc"),
        ("CB", "MD2", "KT", "Cảnh cáo"),
        ("VC_QL", "MD2", "KT", "Cảnh cáo, Cách chức"),
    ],
)  # fmt: skip
def test_what_is_expected_names_only_what_was_read(
    round_: Round, subject: str, grade: str, form: str, expected: str
) -> None:
    assert found(
        round_,
        "R07",
        {**H, "subject": subject, "severity": grade, "handling": form},
        subject=subject,
    ) == [("W", expected)]


@pytest.mark.parametrize(("subject", "grade"), [("CC_LD", "MD3"), ("CB", "MD3"), ("CB", "MD4")])
def test_where_no_article_was_read_nothing_is_expected(
    round_: Round, subject: str, grade: str
) -> None:
    forms = sorted(ADMINISTRATIVE[subject])
    returns = [
        ([{**H, "subject": subject, "severity": grade, "handling": form}], {"subject": subject})
        for form in forms
    ]
    told = found_in_each(round_, "R07", returns)
    assert {form: each for form, each in zip(forms, told, strict=True) if each} == {}


@pytest.mark.slow
def test_random_right_returns_are_never_unlawful_nor_doubted(round_: Round) -> None:
    drafts = [right(number) for number in range(1000)]
    readings = {
        n: reading(round_, draft.agency.code, draft.info, **draft.tables)
        for n, draft in enumerate(drafts)
    }
    judgement = judge(readings, dict.fromkeys(readings, "a.xlsx"), round_)
    assert sum(len(draft.tables.get("handlings", ())) for draft in drafts) > 5000
    assert [
        f for listed in judgement.findings.values() for f in listed if f.rule in ("R03", "R07")
    ] == []
    assert {
        form
        for draft in drafts
        for row in draft.tables.get("handlings", ())
        for form in [row["handling"]]
    } == {form for subject in round_.codelists["subjects"].codes for form in lawful(subject)}


# --- what people are shown -----------------------------------------------------------------------


def sentences(
    round_: Round, rule: Allowed | Expected
) -> Iterator[tuple[dict[str, str], dict[str, Any]]]:
    """The words of a rule for every row of its list, and the row."""
    period = round_.codelists["periods"].codes[0]
    if isinstance(rule, Allowed):
        listed = [(pair.first, pair.second, None) for pair in rule.forbidden(round_)]
    else:
        listed = [
            (each.given, "KT", each.grade)
            for each in round_.expectations[rule.expectations]
            if each.firm
        ]
    for subject, handling, grade in listed:
        row = {
            "subject": subject,
            "handling": handling,
            "severity": grade,
            "period": period,
            "decided_on": dt.date(2022, 3, 4),
        }
        yield {**rule.words(round_), **rule.row_words(row, round_), "value": ""}, row


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_shows_what_is_private(round_: Round, lang: str) -> None:
    rules = [rule for rule in round_.rules["handlings"] if isinstance(rule, Allowed | Expected)]
    assert len(rules) == 3
    for rule in rules:
        for words, row in sentences(round_, rule):
            message = ".".join(filter(None, (rule.message, rule.row_variant(row, round_))))
            said = [say(message, part, round_.speaking(lang), words) for part in PARTS]
            assert not [private_words(text) for text in said if private_words(text)], said
            assert not any("()" in text or " —" in text for text in said), said


@pytest.mark.parametrize(
    "name", ["handlings", "subjects", "severities", "handling_allowed", "severity_expectations"]
)
def test_a_legal_basis_is_a_full_citation_or_nothing(name: str) -> None:
    for row in rows_of(name):
        basis = row["basis_shown"]
        assert not private_words(basis)
        assert row["evidence"] in EVIDENCE
        assert not basis or row["evidence"] in ("source", "partly"), row
        for part in filter(None, basis.split("; ")):
            assert re.fullmatch(FULL, part), part


def test_private_columns_are_not_even_loaded(round_: Round) -> None:
    columns = {
        column
        for codes in round_.codelists.values()
        for entry in codes.entries
        for column in entry.extra
    }
    assert not columns & {"evidence", "evidence_note"}


@pytest.mark.parametrize(
    "text",
    [
        "XDD; KTN-31/5",
        "SEED mục III.3",
        "NĐ 112/2020 Đ7 k3",
        "(memory)",
        "theo NĐ 112 Đ8",
        "k1 Đ9",
        "QĐ 69-QĐ/TW Đ7",
        "Luật CBCC Đ81",
        "BLHS Đ2",
    ],
)
def test_what_stood_in_the_forms_before_would_be_found(text: str) -> None:
    assert private_words(text)
    assert not private_words(
        "khoản 3 Điều 7 Nghị định số 112/2020/NĐ-CP; Quy định số 41-QĐ/TW ngày 03/11/2021; 12/QĐ-UBND"
    )


def test_the_pairs_before_a_cadre_is_taken_for_one(round_: Round) -> None:
    """“Cán bộ” is every official in daily language, an elected one by law: the clerk is asked."""
    subjects = round_.codelists["subjects"]
    assert subjects.ambiguous["cán bộ"] == "CB"
    assert subjects.successors == {"KHAC": "KR"}


def test_every_agency_has_a_sector_of_its_own(round_: Round) -> None:
    words = {
        word.casefold(): entry.code
        for entry in round_.codelists["sectors"].entries
        for word in (entry.name, *entry.aliases)
    }
    asked = (
        "Công Thương",
        "Ngân hàng",
        "Quản lý vốn nhà nước, cổ phần hóa",
        "Bảo hiểm xã hội",
        "Dân tộc",
        "Ngoại giao",
        "Báo chí",
        "Du lịch",
    )
    assert [words[each.casefold()] for each in asked] == [
        "LV19",
        "LV20",
        "LV21",
        "LV22",
        "LV23",
        "LV24",
        "LV25",
        "LV26",
    ]
    assert MINISTRY in round_.by_agency
