"""The forms of dispatch 4874/BNV-CCVC: every sheet, column and rule, declared once.

Source of the sheets: Phụ lục 3 (outline) of the dispatch; columns and rules are the round's own
design. What clerks read about a column, and its other headings, stand in ``words.toml``.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from schemas.round.table import Table, code, count, date, decimal, table, text
from schemas.rules.between import CoveredBy, Explained, KnownIn
from schemas.rules.days import InPeriod
from schemas.rules.legal import Expected
from schemas.rules.nil import NilAgrees
from schemas.rules.pairs import Allowed, BelongsTo
from schemas.rules.rows import AtLeast, Breakdown, OwnLocality, SumOf
from schemas.rules.share import SeldomUsed
from schemas.rules.unique_key import UniqueKey

CASES = "vụ việc"
PEOPLE = "người"

key_code = partial(code, required=True, is_key=True)
"""A code that every row has, and that tells it from other rows."""
prose = partial(text, anonymous=True)
"""A text in which persons are looked for, and masked."""
contact = partial(text, expected=True)
"""A text about the report itself, worth a warning where it is blank."""
statement = partial(prose, required=True, min_length=20, max_length=4000)
"""What an agency has to say, at some length."""


@table("THÔNG TIN", "THÔNG TIN CHUNG VỀ BÁO CÁO", is_form=True, essential=True)
class Info(Table):
    """Mỗi cơ quan điền một lần. Các ô nền xám đã điền sẵn, không sửa."""

    agency_code = text("Mã cơ quan", required=True, prefilled=True)
    agency_name = text("Tên cơ quan", required=True, prefilled=True)
    period_from = date("Kỳ báo cáo từ", prefilled=True)
    period_to = date("Kỳ báo cáo đến", prefilled=True)
    nil = code("yes_no", "Không phát sinh")
    prepared_by = contact("Người lập biểu", max_length=200)
    position = contact("Chức vụ", max_length=200)
    phone = contact("Điện thoại", max_length=50)
    email = contact("Thư điện tử", max_length=200)
    signed_by = contact("Người ký", max_length=200)
    doc_number = contact("Số văn bản", max_length=100)
    signed_on = date("Ngày ký", expected=True)
    note = prose("Ghi chú", max_length=2000)


@table(
    "ĐÁNH GIÁ",
    "ĐÁNH GIÁ THEO ĐỀ CƯƠNG BÁO CÁO",
    prepared="outline",
    rules=(UniqueKey(id="T01", at="item"),),
)
class Narratives(Table):
    """Viết đánh giá cho từng mục của đề cương (Phụ lục 3). Không nêu tên cá nhân."""

    item = key_code("outline", "Mục", prefilled=True, width=68)
    content = prose("Nội dung", width=92)


@table(
    "I.1 BIỂU HIỆN",
    "BIỂU HIỆN, HÀNH VI NÉ TRÁNH, ĐÙN ĐẨY, LÀM VIỆC CẦM CHỪNG, SỢ TRÁCH NHIỆM KHÔNG DÁM LÀM",
    essential=True,
    evidence=True,
    rules=(
        SumOf(id="R01", at="persons", parts=("handled", "pending", "unhandled")),
        Breakdown(id="R01", at="persons", parts=("handled", "pending", "unhandled")),
        AtLeast(id="R02", at="cases", of=("cases", "persons")),
        BelongsTo(
            id="R04",
            at="manifestation",
            parent="behaviour",
            attribute="behaviour",
            any_parent=("HV9",),
        ),
        OwnLocality(id="R05", at="locality"),
        UniqueKey(id="T01", at="period"),
    ),
)
class Manifestations(Table):
    """Mỗi dòng ghi một nhóm vụ việc có cùng kỳ, lĩnh vực, địa phương, cấp, đối tượng, hành vi,
    biểu hiện, công việc.
    """

    period = key_code("periods", "Kỳ số liệu", width=10)
    sector = key_code("sectors", "Lĩnh vực", width=20)
    locality = key_code("localities", "Địa phương", own=True, width=12)
    level = key_code("levels", "Cấp", width=10)
    subject = key_code("subjects", "Đối tượng", width=18)
    behaviour = key_code("behaviours", "Hành vi", width=14)
    manifestation = code(
        "manifestations", "Biểu hiện cụ thể", is_key=True, depends_on="behaviour", width=28
    )
    task = prose("Công việc cụ thể", is_key=True, max_length=500, width=24)
    cases = count("Số vụ việc", required=True, unit=CASES)
    persons = count("Số người", required=True, unit=PEOPLE)
    handled = count("Đã xử lý", unit=PEOPLE)
    pending = count("Đang xem xét", unit=PEOPLE)
    unhandled = count("Chưa xem xét", unit=PEOPLE)
    note = prose("Ghi chú", max_length=2000, width=18)


@table(
    "I.2 HẬU QUẢ",
    "TÍNH CHẤT, MỨC ĐỘ, HẬU QUẢ, TÁC ĐỘNG TIÊU CỰC",
    essential=True,
    evidence=True,
    rules=(
        AtLeast(id="R02", at="cases", of=("cases",)),
        OwnLocality(id="R05", at="locality"),
        UniqueKey(id="T01", at="period"),
    ),
)
class Consequences(Table):
    """Mỗi dòng một hậu quả của một nhóm vụ việc đã nêu ở biểu I.1."""

    period = key_code("periods", "Kỳ số liệu", width=10)
    sector = key_code("sectors", "Lĩnh vực", width=20)
    locality = key_code("localities", "Địa phương", own=True, width=13)
    behaviour = key_code("behaviours", "Hành vi", width=14)
    severity = key_code("severities", "Mức độ", width=15)
    consequence = key_code("consequences", "Hậu quả, tác động", width=28)
    cases = count("Số vụ việc", required=True, unit=CASES)
    projects_delayed = count("Số dự án, công việc bị chậm", unit="dự án", width=12)
    files_overdue = count("Số hồ sơ quá hạn", unit="hồ sơ", width=11)
    loss = decimal("Thiệt hại ước tính (triệu đồng)", unit="triệu đồng")
    description = prose("Mô tả", max_length=2000, width=36)


@table("I.3a BIỆN PHÁP", "CHỦ TRƯƠNG, BIỆN PHÁP ĐÃ ÁP DỤNG ĐỂ KHẮC PHỤC, CHẤN CHỈNH")
class Actions(Table):
    """Mỗi dòng một chủ trương, biện pháp đã áp dụng."""

    action = code("actions", "Loại biện pháp", required=True, width=30)
    doc_number = prose("Số, ký hiệu văn bản", max_length=200, width=18)
    issued_on = date("Ngày ban hành", in_window=True, may_precede=True)
    content = prose("Nội dung chính", required=True, min_length=10, max_length=2000, width=60)
    result = prose("Kết quả", max_length=4000, width=40)


LAWFUL = Allowed(
    id="R03",
    at="handling",
    given="subject",
    pairs="handling_allowed",
    day="decided_on",
    period="period",
)


@table(
    "I.3b XỬ LÝ",
    "KẾT QUẢ XỬ LÝ: SỐ VỤ, ĐỐI TƯỢNG, HÌNH THỨC XỬ LÝ",
    essential=True,
    evidence=True,
    rules=(
        InPeriod(id="V05", at="decided_on", period="period"),
        AtLeast(id="R02", at="cases", of=("cases",)),
        AtLeast(id="R02", at="persons", of=("persons",)),
        LAWFUL,
        replace(LAWFUL, severity="W", message="seldom_allowed", firm=False),
        Expected(
            id="R07",
            at="handling",
            given="subject",
            grade="severity",
            expectations="severity_expectations",
            day="decided_on",
            period="period",
        ),
        OwnLocality(id="R05", at="locality"),
        UniqueKey(id="T01", at="period"),
    ),
)
class Handlings(Table):
    """Mỗi dòng một hình thức xử lý đối với một nhóm đối tượng."""

    period = key_code("periods", "Kỳ số liệu", width=10)
    sector = key_code("sectors", "Lĩnh vực", width=22)
    locality = key_code("localities", "Địa phương", own=True, width=13)
    behaviour = key_code("behaviours", "Hành vi", width=15)
    subject = key_code("subjects", "Đối tượng", width=20)
    handling = key_code("handlings", "Hình thức xử lý", depends_on="subject", width=26)
    cases = count("Số vụ việc", required=True, unit=CASES)
    persons = count("Số người", required=True, unit=PEOPLE)
    severity = code("severities", "Mức độ vi phạm", width=15)
    decision_number = prose("Số quyết định", is_key=True, max_length=200, width=17)
    decided_on = date("Ngày quyết định", is_key=True, in_window=True)
    note = prose("Ghi chú", max_length=2000, width=22)


@table("II NGUYÊN NHÂN", "NGUYÊN NHÂN")
class Causes(Table):
    """Mỗi dòng một nguyên nhân, khách quan hoặc chủ quan.

    Đề cập sâu, khách quan, thẳng thắn, cụ thể (xem trang tính HƯỚNG DẪN).
    """

    side = code("cause_sides", "Loại nguyên nhân", required=True, width=22)
    group = code("cause_groups", "Nhóm nguyên nhân", required=True, width=32)
    sector = code("sectors", "Lĩnh vực", width=26)
    content = statement("Nội dung", width=70)
    influence = count("Mức độ ảnh hưởng (1–5)", minimum=1, maximum=5, counted=False, width=12)


@table("III GIẢI PHÁP", "NHIỆM VỤ, GIẢI PHÁP")
class Solutions(Table):
    """Mỗi dòng một nhiệm vụ, giải pháp."""

    group = code("solution_groups", "Nhóm giải pháp", required=True, width=32)
    content = statement("Nội dung", width=64)
    lead = prose("Cơ quan chủ trì", max_length=500, width=24)
    partners = prose("Cơ quan phối hợp", max_length=1000, width=24)
    due = prose("Thời hạn", max_length=200, width=16)
    status = code("solution_statuses", "Tình trạng", width=16)


@table("IV KIẾN NGHỊ", "ĐỀ XUẤT, KIẾN NGHỊ")
class Recommendations(Table):
    """Mỗi dòng một kiến nghị."""

    addressee = code("addressees", "Kiến nghị với", required=True, width=30)
    content = statement("Nội dung kiến nghị", width=70)
    legal_text = prose("Văn bản cần sửa đổi, bổ sung", max_length=1000, width=34)
    reason = prose("Lý do", max_length=4000, width=36)


@table(
    "VÍ DỤ",
    "VÍ DỤ CỤ THỂ MINH HỌA CHO CÁC NHẬN ĐỊNH",
    evidence=True,
    rules=(OwnLocality(id="R05", at="locality"),),
)
class Examples(Table):
    """Mỗi dòng một ví dụ cụ thể. Không nêu tên cá nhân."""

    period = code("periods", "Kỳ số liệu", required=True, width=16)
    sector = code("sectors", "Lĩnh vực", required=True, width=28)
    locality = code("localities", "Địa phương", required=True, own=True, width=17)
    behaviour = code("behaviours", "Hành vi", required=True, width=20)
    story = statement("Nội dung vụ việc", width=70)
    outcome = prose("Kết quả xử lý", max_length=2000, width=36)


TABLES = (
    Info,
    Narratives,
    Manifestations,
    Consequences,
    Actions,
    Handlings,
    Causes,
    Solutions,
    Recommendations,
    Examples,
)

covered = partial(CoveredBy, id="X01", large="manifestations")
known = partial(KnownIn, id="X03", large="manifestations", by=("sector", "behaviour"))
rare = partial(SeldomUsed, id="R06", table="manifestations", measure="cases", share=0.2)
BY_SUBJECT = ("sector", "behaviour", "subject")
SANCTIONS = covered(
    table="handlings", at="persons", by=BY_SUBJECT, each="handling", limits=("handled", "persons")
)

CROSS_RULES = (
    NilAgrees(id="S13", table="info", at="nil", nil_code="yes"),
    SANCTIONS,
    # one person bears at most one administrative discipline for one case, but may bear a Party
    # discipline beside it
    replace(SANCTIONS, together=("handling", "group", "KLHC"), message="covered_together"),
    Explained(
        id="X01",
        table="manifestations",
        at="handled",
        large="handlings",
        measure="persons",
        by=BY_SUBJECT,
    ),
    covered(
        id="X02",
        table="consequences",
        at="cases",
        by=("period", "sector", "locality", "behaviour"),
        each="consequence",
        limits=("cases",),
    ),
    known(table="handlings", at="persons"),
    known(table="consequences", at="cases"),
    known(table="examples", at="sector"),
    rare(at="behaviour", code="HV9"),
    rare(at="sector", code="LV99"),
)
