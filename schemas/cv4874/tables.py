"""The forms of dispatch 4874/BNV-CCVC: every sheet, column and rule, declared once.

Source of the sheets: Phụ lục 3 (outline) of the dispatch; columns and rules are the round's own
design.
"""

from __future__ import annotations

from schemas.round.table import Table, code, count, date, decimal, table, text
from schemas.rules.between import CoveredBy, Explained, KnownIn
from schemas.rules.days import InPeriod
from schemas.rules.legal import Expected
from schemas.rules.nil import NilAgrees
from schemas.rules.pairs import Allowed, BelongsTo
from schemas.rules.rows import AtLeast, Breakdown, OwnLocality, SumOf
from schemas.rules.share import SeldomUsed
from schemas.rules.unique_key import UniqueKey

CASES, PEOPLE = "vụ việc", "người"

PERIOD_HELP = "Chọn kỳ phát sinh vụ việc trong danh sách."
SECTOR_HELP = (
    "Chọn trong danh sách. Việc thuộc hai lĩnh vực: xem cột giải thích ở trang tính DANH MỤC."
)
LOCALITY_HELP = "Địa phương: để trống là địa phương mình. Cơ quan ở Trung ương: chọn nơi xảy ra hoặc “Cơ quan Trung ương”."
BEHAVIOUR_HELP = (
    "Chọn hành vi chính. Chỉ chọn “Nhiều hành vi / chưa phân loại” khi không tách được."
)
SUBJECT_HELP = (
    "Chọn loại đối tượng. “Cán bộ”: chỉ người được bầu cử, phê chuẩn, bổ nhiệm theo nhiệm kỳ."
)

PERIOD_NAMES = ("Kỳ", "Kỳ báo cáo", "Thời kỳ", "Kỳ phát sinh", "Năm/kỳ")
SECTOR_NAMES = ("Ngành, lĩnh vực", "Ngành/lĩnh vực", "Tên lĩnh vực")
LOCALITY_NAMES = ("Tỉnh, thành phố", "Tỉnh/thành phố", "Địa bàn", "Tên địa phương")
BEHAVIOUR_NAMES = ("Loại hành vi", "Nhóm hành vi", "Hành vi vi phạm")
SUBJECT_NAMES = ("Loại đối tượng", "Nhóm đối tượng", "Đối tượng vi phạm")
CASES_NAMES = ("Số vụ", "Số vụ, việc", "Số lượng vụ việc", "Tổng số vụ", "Tổng số vụ việc")
PERSONS_NAMES = ("Số lượng người", "Tổng số người", "Số người vi phạm", "Số đối tượng")


@table("THÔNG TIN", "THÔNG TIN CHUNG VỀ BÁO CÁO", is_form=True, essential=True)
class Info(Table):
    """Mỗi cơ quan điền một lần. Các ô nền xám đã điền sẵn, không sửa."""

    agency_code = text(
        "Mã cơ quan",
        synonyms=("Mã đơn vị",),
        required=True,
        prefilled=True,
        help="Đã điền sẵn, không sửa.",
    )
    agency_name = text(
        "Tên cơ quan",
        synonyms=("Cơ quan báo cáo", "Tên đơn vị"),
        required=True,
        prefilled=True,
        help="Đã điền sẵn, không sửa.",
    )
    period_from = date("Kỳ báo cáo từ", prefilled=True, help="Đã điền sẵn, không sửa.")
    period_to = date("Kỳ báo cáo đến", prefilled=True, help="Đã điền sẵn, không sửa.")
    nil = code(
        "yes_no",
        "Không phát sinh",
        help="Chọn “Có” nếu cơ quan không phát sinh vụ việc nào; khi đó để trống các biểu I.1, I.2, I.3b và VÍ DỤ. Để trống nghĩa là Không.",
    )
    prepared_by = text(
        "Người lập biểu",
        synonyms=("Người lập", "Người lập báo cáo"),
        expected=True,
        max_length=200,
        help="Họ và tên người lập biểu, để liên hệ khi cần.",
    )
    position = text("Chức vụ", expected=True, max_length=200, help="Chức vụ của người lập biểu.")
    phone = text(
        "Điện thoại",
        synonyms=("Số điện thoại", "SĐT"),
        expected=True,
        max_length=50,
        help="Số điện thoại của người lập biểu.",
    )
    email = text(
        "Thư điện tử",
        synonyms=("Email", "E-mail", "Hộp thư điện tử"),
        expected=True,
        max_length=200,
        help="Thư điện tử để nhận phản hồi.",
    )
    signed_by = text(
        "Người ký", expected=True, max_length=200, help="Người ký văn bản gửi báo cáo."
    )
    doc_number = text(
        "Số văn bản",
        synonyms=("Số, ký hiệu văn bản", "Số công văn"),
        expected=True,
        max_length=100,
        help="Số, ký hiệu văn bản gửi báo cáo.",
    )
    signed_on = date(
        "Ngày ký",
        synonyms=("Ngày ký văn bản", "Ngày văn bản"),
        expected=True,
        help="Ngày ký văn bản gửi báo cáo, dạng ngày/tháng/năm.",
    )
    note = text(
        "Ghi chú", max_length=2000, anonymous=True, help="Nội dung cần làm rõ thêm (nếu có)."
    )


@table(
    "ĐÁNH GIÁ",
    "ĐÁNH GIÁ THEO ĐỀ CƯƠNG BÁO CÁO",
    prepared="outline",
    rules=(UniqueKey(id="T01", at="item"),),
)
class Narratives(Table):
    """Viết đánh giá cho từng mục của đề cương (Phụ lục 3). Không nêu tên cá nhân."""

    item = code(
        "outline",
        "Mục",
        required=True,
        is_key=True,
        prefilled=True,
        width=68,
        help="Mục của đề cương, đã điền sẵn.",
    )
    content = text(
        "Nội dung",
        width=92,
        help="Tối đa 32.000 ký tự, có thể để trống. Xuống dòng: Alt+Enter. Phần không hiện hết trong ô vẫn được đọc đủ.",
        anonymous=True,
    )


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
    """Mỗi dòng ghi một nhóm vụ việc có cùng kỳ, lĩnh vực, địa phương, cấp, đối tượng, hành vi, biểu hiện, công việc."""

    period = code(
        "periods",
        "Kỳ số liệu",
        synonyms=PERIOD_NAMES,
        required=True,
        is_key=True,
        width=10,
        help=PERIOD_HELP,
    )
    sector = code(
        "sectors",
        "Lĩnh vực",
        synonyms=SECTOR_NAMES,
        required=True,
        is_key=True,
        width=20,
        help=SECTOR_HELP,
    )
    locality = code(
        "localities",
        "Địa phương",
        synonyms=LOCALITY_NAMES,
        required=True,
        own=True,
        is_key=True,
        width=12,
        help=LOCALITY_HELP,
    )
    level = code(
        "levels",
        "Cấp",
        synonyms=("Cấp hành chính", "Cấp quản lý", "Cấp cơ quan"),
        required=True,
        is_key=True,
        width=10,
        help="Chọn cấp của cơ quan có vụ việc; đơn vị sự nghiệp công lập (bệnh viện, trường…) có mục riêng.",
    )
    subject = code(
        "subjects",
        "Đối tượng",
        synonyms=SUBJECT_NAMES,
        required=True,
        is_key=True,
        width=18,
        help=SUBJECT_HELP,
    )
    behaviour = code(
        "behaviours",
        "Hành vi",
        synonyms=BEHAVIOUR_NAMES,
        required=True,
        is_key=True,
        width=14,
        help=BEHAVIOUR_HELP,
    )
    manifestation = code(
        "manifestations",
        "Biểu hiện cụ thể",
        synonyms=("Biểu hiện", "Tên biểu hiện"),
        is_key=True,
        depends_on="behaviour",
        width=28,
        help="Chọn biểu hiện thuộc hành vi đã chọn ở cột bên trái. Có thể để trống.",
    )
    task = text(
        "Công việc cụ thể",
        synonyms=("Công việc", "Tên công việc", "Nhiệm vụ cụ thể"),
        is_key=True,
        max_length=500,
        width=24,
        anonymous=True,
        help="Công việc thường bị né tránh, đùn đẩy; tối đa 500 ký tự. Không nêu tên cá nhân.",
    )
    cases = count(
        "Số vụ việc",
        synonyms=CASES_NAMES,
        required=True,
        unit=CASES,
        help="Số nguyên từ 0. Vụ việc có nhiều loại đối tượng: tính ở một dòng, các dòng khác ghi 0.",
    )
    persons = count(
        "Số người",
        synonyms=PERSONS_NAMES,
        required=True,
        unit=PEOPLE,
        help="Số nguyên từ 0. Với đối tượng “Tập thể, tổ chức”: ghi số tập thể.",
    )
    handled = count(
        "Đã xử lý",
        synonyms=("Số người đã xử lý", "Số đã xử lý"),
        unit=PEOPLE,
        help="Số người (tập thể) đã xử lý.",
    )
    pending = count(
        "Đang xem xét",
        synonyms=("Đang xem xét, xử lý", "Số người đang xem xét", "Số đang xem xét"),
        unit=PEOPLE,
        help="Số người (tập thể) đang xem xét.",
    )
    unhandled = count(
        "Chưa xem xét",
        synonyms=("Chưa xem xét, xử lý", "Số người chưa xem xét", "Số chưa xem xét"),
        unit=PEOPLE,
        help="Số người (tập thể) chưa xem xét. Số người = Đã xử lý + Đang xem xét + Chưa xem xét.",
    )
    note = text(
        "Ghi chú",
        width=18,
        max_length=2000,
        anonymous=True,
        help="Nội dung cần làm rõ thêm (nếu có).",
    )


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

    period = code(
        "periods",
        "Kỳ số liệu",
        synonyms=PERIOD_NAMES,
        required=True,
        is_key=True,
        width=10,
        help=PERIOD_HELP,
    )
    sector = code(
        "sectors",
        "Lĩnh vực",
        synonyms=SECTOR_NAMES,
        required=True,
        is_key=True,
        width=20,
        help=SECTOR_HELP,
    )
    locality = code(
        "localities",
        "Địa phương",
        synonyms=LOCALITY_NAMES,
        required=True,
        own=True,
        is_key=True,
        width=13,
        help=LOCALITY_HELP,
    )
    behaviour = code(
        "behaviours",
        "Hành vi",
        synonyms=BEHAVIOUR_NAMES,
        required=True,
        is_key=True,
        width=14,
        help=BEHAVIOUR_HELP,
    )
    severity = code(
        "severities",
        "Mức độ",
        synonyms=("Mức độ vi phạm", "Tính chất, mức độ"),
        required=True,
        is_key=True,
        width=15,
        help="Mức độ theo khoản 2 Điều 6 Nghị định số 112/2020/NĐ-CP.",
    )
    consequence = code(
        "consequences",
        "Hậu quả, tác động",
        synonyms=("Hậu quả", "Loại hậu quả"),
        required=True,
        is_key=True,
        width=28,
        help="Chọn hậu quả trong danh sách.",
    )
    cases = count(
        "Số vụ việc",
        synonyms=CASES_NAMES,
        required=True,
        unit=CASES,
        help="Số vụ việc gây ra hậu quả này, từ 1; không lớn hơn số vụ việc ở biểu I.1.",
    )
    projects_delayed = count(
        "Số dự án, công việc bị chậm",
        synonyms=("Số dự án bị chậm", "Số dự án chậm tiến độ"),
        unit="dự án",
        width=12,
        help="Số dự án, công việc bị chậm, nếu có.",
    )
    files_overdue = count(
        "Số hồ sơ quá hạn",
        synonyms=("Hồ sơ quá hạn", "Số hồ sơ trễ hạn"),
        unit="hồ sơ",
        width=11,
        help="Số hồ sơ quá hạn, nếu có.",
    )
    loss = decimal(
        "Thiệt hại ước tính (triệu đồng)",
        synonyms=("Thiệt hại (triệu đồng)", "Ước tính thiệt hại (triệu đồng)"),
        unit="triệu đồng",
        width=14,
        help="Số tiền ước tính, đơn vị triệu đồng.",
    )
    description = text(
        "Mô tả",
        max_length=2000,
        width=36,
        anonymous=True,
        help="Mô tả ngắn, tối đa 2.000 ký tự. Không nêu tên cá nhân.",
    )


@table("I.3a BIỆN PHÁP", "CHỦ TRƯƠNG, BIỆN PHÁP ĐÃ ÁP DỤNG ĐỂ KHẮC PHỤC, CHẤN CHỈNH")
class Actions(Table):
    """Mỗi dòng một chủ trương, biện pháp đã áp dụng."""

    action = code(
        "actions",
        "Loại biện pháp",
        required=True,
        width=30,
        help="Chọn loại biện pháp trong danh sách.",
    )
    doc_number = text(
        "Số, ký hiệu văn bản",
        synonyms=("Số, ký hiệu", "Số văn bản"),
        width=18,
        max_length=200,
        anonymous=True,
        help="Ví dụ: 12/CT-UBND.",
    )
    issued_on = date(
        "Ngày ban hành",
        in_window=True,
        may_precede=True,
        help="Ngày/tháng/năm, không sau kỳ báo cáo; văn bản ban hành trước kỳ mà còn áp dụng thì vẫn ghi.",
    )
    content = text(
        "Nội dung chính",
        required=True,
        min_length=10,
        max_length=2000,
        width=60,
        anonymous=True,
        help="Từ 10 đến 2.000 ký tự.",
    )
    result = text(
        "Kết quả", width=40, max_length=4000, anonymous=True, help="Kết quả đạt được, nếu có."
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
        Allowed(
            id="R03",
            at="handling",
            given="subject",
            pairs="handling_allowed",
            day="decided_on",
            period="period",
        ),
        Allowed(
            id="R03",
            severity="W",
            message="seldom_allowed",
            firm=False,
            at="handling",
            given="subject",
            pairs="handling_allowed",
            day="decided_on",
            period="period",
        ),
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

    period = code(
        "periods",
        "Kỳ số liệu",
        synonyms=PERIOD_NAMES,
        required=True,
        is_key=True,
        width=10,
        help="Chọn kỳ có quyết định xử lý.",
    )
    sector = code(
        "sectors",
        "Lĩnh vực",
        synonyms=SECTOR_NAMES,
        required=True,
        is_key=True,
        width=22,
        help=SECTOR_HELP,
    )
    locality = code(
        "localities",
        "Địa phương",
        synonyms=LOCALITY_NAMES,
        required=True,
        own=True,
        is_key=True,
        width=13,
        help=LOCALITY_HELP,
    )
    behaviour = code(
        "behaviours",
        "Hành vi",
        synonyms=BEHAVIOUR_NAMES,
        required=True,
        is_key=True,
        width=15,
        help=BEHAVIOUR_HELP,
    )
    subject = code(
        "subjects",
        "Đối tượng",
        synonyms=SUBJECT_NAMES,
        required=True,
        is_key=True,
        width=20,
        help="Chọn loại đối tượng bị xử lý.",
    )
    handling = code(
        "handlings",
        "Hình thức xử lý",
        synonyms=("Hình thức kỷ luật", "Hình thức, biện pháp xử lý"),
        required=True,
        is_key=True,
        depends_on="subject",
        width=26,
        help="Chọn hình thức áp dụng được cho đối tượng đã chọn ở cột bên trái.",
    )
    cases = count(
        "Số vụ việc",
        synonyms=CASES_NAMES,
        required=True,
        unit=CASES,
        help="Số vụ việc đã xử lý bằng hình thức này, từ 1.",
    )
    persons = count(
        "Số người",
        synonyms=PERSONS_NAMES,
        required=True,
        unit=PEOPLE,
        help="Số người bị xử lý bằng hình thức này, từ 1; với tập thể: số tập thể.",
    )
    severity = code(
        "severities",
        "Mức độ vi phạm",
        synonyms=("Mức độ",),
        width=15,
        help="Mức độ vi phạm, nếu đã xác định.",
    )
    decision_number = text(
        "Số quyết định",
        synonyms=("Quyết định số", "Số QĐ"),
        is_key=True,
        width=17,
        max_length=200,
        anonymous=True,
        help="Ví dụ: 12/QĐ-UBND. Không nêu tên cá nhân.",
    )
    decided_on = date(
        "Ngày quyết định",
        synonyms=("Ngày ra quyết định", "Ngày ký quyết định", "Ngày QĐ"),
        is_key=True,
        in_window=True,
        help="Ngày/tháng/năm, trong kỳ báo cáo.",
    )
    note = text(
        "Ghi chú",
        width=22,
        max_length=2000,
        anonymous=True,
        help="Nội dung cần làm rõ thêm (nếu có).",
    )


@table("II NGUYÊN NHÂN", "NGUYÊN NHÂN")
class Causes(Table):
    """Mỗi dòng một nguyên nhân, khách quan hoặc chủ quan. Đề cập sâu, khách quan, thẳng thắn, cụ thể (xem trang tính HƯỚNG DẪN)."""

    side = code(
        "cause_sides", "Loại nguyên nhân", required=True, width=22, help="Khách quan hoặc chủ quan."
    )
    group = code(
        "cause_groups",
        "Nhóm nguyên nhân",
        required=True,
        width=32,
        help="Chọn nhóm nguyên nhân trong danh sách.",
    )
    sector = code(
        "sectors", "Lĩnh vực", synonyms=SECTOR_NAMES, width=26, help="Lĩnh vực liên quan, nếu có."
    )
    content = text(
        "Nội dung",
        required=True,
        min_length=20,
        max_length=4000,
        width=70,
        anonymous=True,
        help="Từ 20 đến 4.000 ký tự.",
    )
    influence = count(
        "Mức độ ảnh hưởng (1–5)",
        minimum=1,
        maximum=5,
        counted=False,
        width=12,
        help="Số nguyên từ 1 (ít) đến 5 (nhiều).",
    )


@table("III GIẢI PHÁP", "NHIỆM VỤ, GIẢI PHÁP")
class Solutions(Table):
    """Mỗi dòng một nhiệm vụ, giải pháp."""

    group = code(
        "solution_groups",
        "Nhóm giải pháp",
        required=True,
        width=32,
        help="Chọn nhóm giải pháp theo mục III của đề cương.",
    )
    content = text(
        "Nội dung",
        required=True,
        min_length=20,
        max_length=4000,
        width=64,
        anonymous=True,
        help="Từ 20 đến 4.000 ký tự.",
    )
    lead = text(
        "Cơ quan chủ trì",
        width=24,
        max_length=500,
        anonymous=True,
        help="Cơ quan chủ trì thực hiện.",
    )
    partners = text(
        "Cơ quan phối hợp",
        width=24,
        max_length=1000,
        anonymous=True,
        help="Cơ quan phối hợp, nếu có.",
    )
    due = text(
        "Thời hạn",
        width=16,
        max_length=200,
        anonymous=True,
        help="Ngày hoặc mô tả, ví dụ: quý IV/2023.",
    )
    status = code("solution_statuses", "Tình trạng", width=16, help="Chọn tình trạng thực hiện.")


@table("IV KIẾN NGHỊ", "ĐỀ XUẤT, KIẾN NGHỊ")
class Recommendations(Table):
    """Mỗi dòng một kiến nghị."""

    addressee = code(
        "addressees", "Kiến nghị với", required=True, width=30, help="Chọn nơi nhận kiến nghị."
    )
    content = text(
        "Nội dung kiến nghị",
        required=True,
        min_length=20,
        max_length=4000,
        width=70,
        anonymous=True,
        help="Từ 20 đến 4.000 ký tự.",
    )
    legal_text = text(
        "Văn bản cần sửa đổi, bổ sung",
        width=34,
        max_length=1000,
        anonymous=True,
        help="Tên, số văn bản; điều, khoản, nếu có.",
    )
    reason = text(
        "Lý do", width=36, max_length=4000, anonymous=True, help="Lý do của kiến nghị, nếu có."
    )


@table(
    "VÍ DỤ",
    "VÍ DỤ CỤ THỂ MINH HỌA CHO CÁC NHẬN ĐỊNH",
    evidence=True,
    rules=(OwnLocality(id="R05", at="locality"),),
)
class Examples(Table):
    """Mỗi dòng một ví dụ cụ thể. Không nêu tên cá nhân."""

    period = code(
        "periods", "Kỳ số liệu", synonyms=PERIOD_NAMES, required=True, width=16, help=PERIOD_HELP
    )
    sector = code(
        "sectors", "Lĩnh vực", synonyms=SECTOR_NAMES, required=True, width=28, help=SECTOR_HELP
    )
    locality = code(
        "localities",
        "Địa phương",
        synonyms=LOCALITY_NAMES,
        required=True,
        own=True,
        width=17,
        help=LOCALITY_HELP,
    )
    behaviour = code(
        "behaviours",
        "Hành vi",
        synonyms=BEHAVIOUR_NAMES,
        required=True,
        width=20,
        help=BEHAVIOUR_HELP,
    )
    story = text(
        "Nội dung vụ việc",
        required=True,
        min_length=20,
        max_length=4000,
        width=70,
        anonymous=True,
        help="Từ 20 đến 4.000 ký tự. Không nêu tên cá nhân.",
    )
    outcome = text(
        "Kết quả xử lý", width=36, max_length=2000, anonymous=True, help="Kết quả xử lý, nếu có."
    )


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

BY_SUBJECT = ("sector", "behaviour", "subject")
BY_PLACE = ("period", "sector", "locality", "behaviour")
SANCTIONS = CoveredBy(
    id="X01",
    table="handlings",
    at="persons",
    large="manifestations",
    by=BY_SUBJECT,
    each="handling",
    limits=("handled", "persons"),
)
DISCIPLINE = CoveredBy(
    id="X01",
    table="handlings",
    at="persons",
    large="manifestations",
    by=BY_SUBJECT,
    each="handling",
    limits=("handled", "persons"),
    together=("handling", "group", "KLHC"),
    message="covered_together",
)
"""One person bears at most one administrative discipline for one case, but may bear a Party discipline beside it."""

CROSS_RULES = (
    NilAgrees(id="S13", table="info", at="nil", nil_code="yes"),
    SANCTIONS,
    DISCIPLINE,
    Explained(
        id="X01",
        table="manifestations",
        at="handled",
        large="handlings",
        measure="persons",
        by=BY_SUBJECT,
    ),
    CoveredBy(
        id="X02",
        table="consequences",
        at="cases",
        large="manifestations",
        by=BY_PLACE,
        each="consequence",
        limits=("cases",),
    ),
    KnownIn(
        id="X03",
        table="handlings",
        at="persons",
        large="manifestations",
        by=("sector", "behaviour"),
    ),
    KnownIn(
        id="X03",
        table="consequences",
        at="cases",
        large="manifestations",
        by=("sector", "behaviour"),
    ),
    KnownIn(
        id="X03", table="examples", at="sector", large="manifestations", by=("sector", "behaviour")
    ),
    SeldomUsed(
        id="R06", table="manifestations", at="behaviour", code="HV9", measure="cases", share=0.2
    ),
    SeldomUsed(
        id="R06", table="manifestations", at="sector", code="LV99", measure="cases", share=0.2
    ),
)
