"""Sentences as agencies write them, half with a person in them: V09 is measured on these.

Names are drawn by seed from lists of surnames, middle and given names, and joined to no real body.
There are two sets of templates: those with which the rule was written, and those that only test it.
"""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass

SURNAMES = (
    *(
        "Nguyễn",
        "Trần",
        "Lê",
        "Phạm",
        "Hoàng",
        "Huỳnh",
        "Phan",
        "Vũ",
        "Võ",
        "Đặng",
        "Bùi",
        "Đỗ",
        "Ngô",
        "Dương",
        "Lý",
        "Đinh",
        "Đoàn",
    ),
    *(
        "Lương",
        "Trịnh",
        "Trương",
        "Mai",
        "Tô",
        "Tạ",
        "Cao",
        "Hà",
        "Đào",
        "Lâm",
        "Phùng",
        "Vương",
        "Chu",
        "Quách",
        "Tống",
        "Kiều",
        "Doãn",
    ),
)
MIDDLE = (
    "Văn",
    "Thị",
    "Hữu",
    "Đức",
    "Xuân",
    "Quang",
    "Ngọc",
    "Đình",
    "Thanh",
    "Minh",
    "Thị Thu",
    "Gia",
    "Bá",
    "Trọng",
    "Hoài",
    "Thị Kim",
)
GIVEN = (
    "Bình",
    "Hùng",
    "Lan",
    "Hương",
    "Dũng",
    "Tuấn",
    "Hạnh",
    "Sơn",
    "Thảo",
    "Vinh",
    "Oanh",
    "Khánh",
    "Nga",
    "Phúc",
    "Yến",
    "Cường",
    "Quý",
)
MINORITY = (
    *(
        "Lò Văn Pánh",
        "Vàng A Páo",
        "Giàng Thị Mỷ",
        "Kim Thị Sa Rươne",
        "H'Ngăm Niê Kdăm",
        "Lò Thị Xôm",
        "Sùng A Chống",
        "Thào Mí Pó",
    ),
    *(
        "Quàng Văn Inh",
        "Thạch Sô Phia",
        "Y Bhiu Êban",
        "Tráng A Dơ",
        "Bàn Văn Chài",
        "Ma Seo Lử",
        "Ksor Hnhiên",
        "Rơ Châm Blik",
    ),
)
DEVELOPED_PERSONS = (
    "Chủ tịch UBND xã {full} chậm giải quyết hồ sơ của dân.",
    "Giám đốc Bệnh viện {full} không ký hợp đồng mua sắm.",
    "Hiệu trưởng trường {full} bị phê bình.",
    "Đã kiểm điểm Vụ trưởng {full} vì né tránh trách nhiệm.",
    "{full}, kế toán trưởng, không trình hồ sơ đúng hạn.",
    "ĐỒNG CHÍ {capitals} KHÔNG KÝ HỒ SƠ.",
    "Đ/C {capitals} chậm trả lời công văn.",
    "Theo báo cáo, đ/c {given} đẩy việc cho phòng khác.",
    "Bà {given} không nhận hồ sơ trực tiếp.",
    "Công chức địa chính {minority} chưa trả kết quả.",
    "Ông {minority} bị khiển trách.",
    "Can bo {unaccented} khong xu ly ho so.",
    "Viên chức {initials} vắng mặt không lý do.",
    "Bà {short} trả hồ sơ không đúng quy định.",
    "Liên hệ qua số {phone} để biết thêm chi tiết.",
    "Thông tin gửi về {mail} trước ngày 30/6/2023.",
    "Công dân có CCCD số {identity} khiếu nại việc chậm cấp giấy.",
    "Chậm cấp giấy chứng nhận do {full} không trình ký.",
)
DEVELOPED_CLEAN = (
    "Tuyến {full} - Quốc lộ 1 thi công chậm 6 tháng.",
    "Trường THCS {full} thiếu giáo viên so với định mức.",
    "Công ty TNHH {full} nộp hồ sơ lần hai.",
    "Chợ {full} chưa được nâng cấp theo kế hoạch.",
    "Dự án đường {full} kéo dài chưa giải phóng mặt bằng.",
    "Số hồ sơ 0001234567 bị trả lại ba lần.",
    "Kinh phí 84 912 345 678 đồng chưa giải ngân.",
    "Khu du lịch Núi Bà Đen Tây Ninh chậm điều chỉnh quy hoạch.",
    "Dự án Bà Nà Suối Mơ chưa được thẩm định.",
    "Tỉnh Bà Rịa - Vũng Tàu báo cáo chậm hai tháng.",
    "Chủ tịch UBND huyện chưa chỉ đạo kịp thời việc giải phóng mặt bằng.",
    "Đồng chí Bí thư Tỉnh ủy chỉ đạo làm rõ trách nhiệm.",
    "Phó Giám đốc Sở Kế hoạch và Đầu tư không ký tờ trình.",
    "Văn bản số 1234/UBND-KT ngày 12/5/2023 chưa được trả lời.",
    "Học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh.",
    "Thiệt hại ước tính 123456789 đồng do chậm thanh toán.",
    "Bệnh viện Đa khoa Hà Đông thiếu vật tư, trang thiết bị y tế.",
    "Bộ Tài chính đề nghị Bộ Kế hoạch và Đầu tư cho ý kiến.",
)
TESTED_PERSONS = (
    "Phó Chủ tịch UBND huyện {full} đùn đẩy việc cho cấp dưới.",
    "Ngày 15/3/2022, Trưởng phòng Tài nguyên và Môi trường {full} trả lại hồ sơ không nêu lý do.",
    "Bí thư Huyện ủy {full} yêu cầu kiểm điểm tập thể.",
    "Quyết định kỷ luật đối với {full} (chuyên viên Phòng Nội vụ) bằng hình thức khiển trách.",
    "Trách nhiệm thuộc về {full} – Phó Trưởng phòng Quản lý đô thị.",
    "BS. {full} không chỉ định chuyển tuyến kịp thời.",
    "Thanh tra kết luận anh {given} và chị {given2} cùng né tránh nhiệm vụ.",
    "KẾ TOÁN {capitals} CHƯA QUYẾT TOÁN.",
    "Đồng chí {given}, cán bộ một cửa, gây phiền hà cho người dân.",
    "Hồ sơ nằm tại bàn của {full} hơn ba tháng.",
    "Giáo viên {minority} chưa được giải quyết chế độ.",
    "Chị {minority} phản ánh thái độ của cán bộ tiếp dân.",
    "Nhan vien {unaccented}, phong ke toan, cham thanh toan.",
    "Công chức {initials} đã được nhắc nhở nhiều lần.",
    "Cán bộ tư pháp {short} không chứng thực đúng hạn.",
    "Đề nghị gọi ĐT: {phone}.",
    "Phản ánh của công dân tại hộp thư {mail} chưa được xử lý.",
    "Số CMND {identity} của người nộp hồ sơ bị ghi sai.",
    "Kiểm điểm rút kinh nghiệm: 1) {full}; 2) {full2}.",
    "Viên chức {full} tự ý bỏ việc từ tháng 4/2022.",
)
TESTED_CLEAN = (
    "Cầu {full} xuống cấp nhưng chưa được sửa chữa.",
    "Sửa chữa trường tiểu học {full} và trạm y tế xã chậm tiến độ.",
    "Hợp đồng với Công ty cổ phần xây dựng {full} bị kéo dài.",
    "Nút giao {full} – Vành đai 3 ùn tắc do chậm giải phóng mặt bằng.",
    "Ngõ 12 phố {full} chưa có hệ thống thoát nước.",
    "Khu dân cư {full} giai đoạn 2 chưa được cấp phép.",
    "Mã hồ sơ 000123456789 chưa được cập nhật trên cổng dịch vụ công.",
    "Đã thu hồi 912.345.678 đồng nộp ngân sách nhà nước.",
    "Tượng đài Bà Triệu và đền Ông Hoàng Mười chưa được tu bổ.",
    "Hồ sơ vay vốn của doanh nghiệp bị Ngân hàng Phát triển Việt Nam trả lại.",
    "Trưởng phòng Nội vụ và chuyên viên được giao xử lý đều chậm trễ.",
    "Ông Chủ tịch Hội đồng quản lý quỹ không ký biên bản họp.",
    "Giám đốc Sở Xây dựng giao Chi cục Giám định thẩm tra lại.",
    "Nghị định số 112/2020/NĐ-CP của Chính phủ chưa được quán triệt.",
    "Ủy ban nhân dân thành phố Thủ Dầu Một chậm trả lời kiến nghị.",
    "Tổng mức đầu tư 1.234.567.890 đồng, giải ngân được 35%.",
    "Dự án Khu công nghiệp Phú Mỹ và Cảng Cái Mép chậm bàn giao đất.",
    "Sân bay Long Thành, cao tốc Bến Lức - Long Thành vướng mặt bằng.",
    "Cán bộ xã Tân Lập, huyện Vũ Thư không tiếp nhận đơn.",
    "Việc thực hiện Kết luận số 14-KL/TW còn lúng túng ở cấp xã.",
)
EACH = 10
"""Sentences per template."""


@dataclass(frozen=True)
class Sentence:
    """A sentence, and the persons, telephones and numbers in it, word by word."""

    text: str
    persons: tuple[str, ...]


def _plain(text: str) -> str:
    """Return Vietnamese without accents, as typed on a keyboard that has none."""
    split = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in split if not unicodedata.combining(letter))


def _full(draw: random.Random) -> str:
    return f"{draw.choice(SURNAMES)} {draw.choice(MIDDLE)} {draw.choice(GIVEN)}"


def _drawn(draw: random.Random) -> dict[str, str]:
    """Draw a value for each blank of a template."""
    first, second, third = draw.choice(SURNAMES), draw.choice(MIDDLE).split()[0], draw.choice(GIVEN)
    last = "".join(str(draw.randint(0, 9)) for _ in range(6))
    digits = "".join(str(draw.randint(0, 9)) for _ in range(9))
    phones = (
        f"0912{last}",
        f"0912.{last[:3]}.{last[3:]}",
        f"(024) 38.25{last[0]}.{last[1:4]}",
        f"+84 912 {last[:3]} {last[3:]}",
        f"0283-8{last}",
    )
    return {
        "full": _full(draw),
        "full2": _full(draw),
        "capitals": _full(draw).upper(),
        "given": third,
        "given2": draw.choice([each for each in GIVEN if each != third]),
        "minority": draw.choice(MINORITY),
        "unaccented": _plain(f"{first} {draw.choice(('Văn', 'Thị'))} {third}"),
        "initials": draw.choice(
            (f"{first[0]}.{second[0]}.{third[0]}", f"{first} {second[0]}.{third[0]}")
        ),
        "short": f"{first[:2] if first.startswith('Ng') else first[0]}. {draw.choice(('Thị', 'Văn'))} {third[0]}",
        "phone": draw.choice(phones),
        "mail": f"{_plain(third).lower()}.{_plain(first).lower()}{last[:2]}@gmail.com",
        "identity": draw.choice((f"001{digits}", f"1{digits[:8]}")),
    }


def sentences(templates: tuple[str, ...], seed: int, *, with_persons: bool) -> list[Sentence]:
    """Fill each template several times; persons are the values of its blanks, if it has persons."""
    draw = random.Random(seed)
    made = []
    for template in templates:
        for _ in range(EACH):
            values = _drawn(draw)
            persons = (
                tuple(value for name, value in values.items() if f"{{{name}}}" in template)
                if with_persons
                else ()
            )
            made.append(Sentence(template.format_map(values), persons))
    return made
