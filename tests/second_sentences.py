"""Sentences of official reports with and without persons, by an author who hadn't seen the rule."""

import random
import unicodedata
from collections.abc import Callable, Iterator

SEED = 40923
KINH = (
    "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Mai Tô Tạ Lưu Cao Quách Thái "
    "Doãn Khuất Nghiêm Kiều Tống La Châu Từ Lại Chu Phùng Viên Cù Thân Mạc Bạch Văn Lương Ninh Giáp Uông"
)
MIDDLES = "Văn Thị Hữu Đức Minh Quốc Thanh Ngọc Xuân Đình Công Thu Kim Hồng Bá Trọng Gia Duy Khắc Thế Mạnh Như"
GIVENS = (
    "An Bình Chiến Dũng Giang Hạnh Khoa Lan Mỹ Nam Oanh Phúc Quyên Sơn Tùng Uyên Vinh Xuyến Yến Hải Thủy Hà Hòa Lâm "
    "Thắng Lợi Tiến Đông Tây Trung Bảo Ngân Thư Nhàn Toản Thuyết Diễm Ước Khuê"
)
PEOPLES = {
    "thai": (
        "Lò Cầm Quàng Lường Tòng Cà Vì Hoàng Lù Bạc",
        "Văn Thị",
        "Pánh Ín Un Hặc Pỏm Inh Dọn Chựa Pâng",
    ),
    "mong": (
        "Vàng Giàng Sùng Thào Mùa Hạng Lầu Cứ Vừ Ly Má Hờ Tráng",
        "A Thị Seo Mí",
        "Páo Mỷ Dơ Chía Sính Say Lử Nủ Tếnh",
    ),
    "dao": (
        "Triệu Bàn Đặng Phàn Chảo Tẩn Lý Phùng",
        "Mùi Tòn Sành Láo Phủ Thị Tả",
        "Mẩy Chòi Tá Phú Coi Lở Pết",
    ),
    "khmer": (
        "Thạch Danh Kim Sơn Kiên Châu Lâm Neang Chau",
        "Sa Thị Sóc Ra Chanh Sô",
        "Rươne Phia Kha Thia Ri Phol Rết Đa",
    ),
    "tay": (
        "Nông Hoàng Bế Ma Đàm Hà Lục Lã Vi Đoàn",
        "Văn Thị Ích Đình",
        "Pín Lưu Slay Thuổn Chấp Nình Choóng Bằng",
    ),
    "cham": (
        "Đàng Báo Quảng Thập Bá Thiên Kiều Hán Trượng Lộ",
        "Văn Thị Thanh Năng Sanh",
        "Tuế Phái Vự Liên Phụ Chuyên",
    ),
    "ede": (
        "H' Y_ H’",
        "Ngăm Bhiăn Lim Thiếp Yar Krông Bliă",
        "Niê_Kdăm Êban Mlô Ayun Kbuôr Byă Hmok Ksơr",
    ),
}

PERSONS = """
Chủ tịch UBND xã {kinh} bị phê bình trước toàn cơ quan.
Phó Chủ tịch Ủy ban nhân dân huyện {kinh} đã có bản kiểm điểm.
Chủ tịch Hội đồng nhân dân thị trấn Thanh Bích {kinh} nhận trách nhiệm.
Phó Giám đốc Trung tâm Văn hóa, Thông tin và Thể thao huyện Tân Hòa Đông {kinh} chậm trình hồ sơ.
Giám đốc Văn phòng Đăng ký đất đai chi nhánh huyện Bình Thượng {kinh} gây phiền hà.
Trưởng phòng Tài nguyên và Môi trường {kinh} đùn đẩy việc cho cấp dưới.
Phó Trưởng phòng Lao động - Thương binh và Xã hội {kinh} chưa tham mưu kịp thời.
Hiệu trưởng Trường Tiểu học Kim Thành 2 {kinh} thu sai quy định.
Vụ trưởng Vụ Tổ chức cán bộ {kinh} bị điều chuyển.
Chánh Văn phòng {kinh} để thất lạc công văn.
Chánh Thanh tra Sở {kinh} né tránh trách nhiệm.
Kế toán trưởng {kinh} chậm quyết toán.
Công chức địa chính xã {kinh} để quá hạn 12 hồ sơ.
Viên chức phòng khám đa khoa khu vực {kinh} bị khiển trách.
Bí thư Đảng ủy phường {kinh} rút kinh nghiệm.
Bí thư Chi bộ thôn 3 {kinh} chưa gương mẫu.
{kinh}, Phó Trưởng phòng, bị phê bình.
{kinh} - Trưởng ban quản lý dự án - chậm giải ngân.
{kinh} (kế toán) vi phạm thời hạn xử lý văn bản.
{kinh} là người trực tiếp thụ lý hồ sơ.
{kinh} không hoàn thành nhiệm vụ năm 2022.
{kinh} và {kinh} cùng bị kiểm điểm.
{kinh}: khiển trách; {kinh}: cảnh cáo.
Đồng chí {kinh} nghiêm túc nhận khuyết điểm.
đồng chí {one} chưa chủ động trong công việc.
Đ/c {one} bị nhắc nhở hai lần.
Đ/c {kinh} được phân công lại nhiệm vụ.
đ/c. {kinh} xin rút kinh nghiệm sâu sắc.
Các đ/c {kinh}, {kinh}, {kinh} bị phê bình.
Ông {one} bị kỷ luật khiển trách.
Việc này bà {one} đã báo cáo lãnh đạo.
Do ông {one} nghỉ ốm nên hồ sơ bị chậm.
Anh {one} phòng một cửa không hướng dẫn dân.
Chị {one} ở bộ phận tiếp nhận có thái độ chưa đúng mực.
Cô {one} dạy lớp 4 nghỉ không xin phép.
Thầy {kinh} chấm điểm sai quy chế.
Bác sĩ {kinh} không trực theo lịch.
BS. {kinh} bị đình chỉ một tuần.
ThS {kinh} phụ trách phòng thí nghiệm.
TS. {kinh} chậm nghiệm thu đề tài.
Kỹ sư {kinh} ký khống biên bản.
Điều dưỡng {kinh} bị người bệnh phản ánh.
ÔNG {KINH} BỊ KỶ LUẬT CẢNH CÁO.
Đ/C {KINH} CHẬM BÁO CÁO.
Quyết định kỷ luật {KINH} ngày 12/5/2022.
{KINH}, CÔNG CHỨC TƯ PHÁP - HỘ TỊCH.
Cong chuc {plain} cham tra ket qua.
Ong {plain} da nhan khuyet diem.
{plain} bi khien trach thang 6.
Truong phong {plain} chua kiem tra.
Giao cho {plain} lam ro.
Ông N.V.A bị nhắc nhở.
Công chức N.T.B. để quá hạn hồ sơ.
Trường hợp "T.V.H" đã bị cảnh cáo.
Bà Ng. Thị B chưa nộp bản kiểm điểm.
Đồng chí Ng. V. Hải bị phê bình.
Tr.V.K, cán bộ địa chính, bị khiển trách.
Ông Nguyễn Văn A và bà Trần Thị B đã kiểm điểm.
Viên chức L.T.H.Y chậm chấm bài.
Danh sách gồm: {kinh}, {kinh}, {kinh}.
Có 03 trường hợp ({kinh}, {kinh} và {kinh}) bị khiển trách.
1. {kinh}; 2. {kinh}; 3. {kinh}.
Một công chức ({kinh}) vi phạm giờ làm việc.
Công chức thụ lý (bà {one}) đã xin lỗi công dân.
Lãnh đạo phòng (đ/c {kinh}) chưa đôn đốc.
Hồ sơ do {kinh} giải quyết bị trễ 15 ngày.
Việc chậm trễ là do {kinh} không phối hợp.
Giao cho {kinh} khắc phục trước ngày 30/9.
Giao {kinh} theo dõi, đôn đốc.
Đã kiểm điểm đối với {kinh}.
Kỷ luật khiển trách đối với ông {kinh}.
Yêu cầu {kinh} viết bản tường trình.
Theo báo cáo của {kinh}, hồ sơ đã trả.
Tổ kiểm tra đề nghị xử lý {kinh}.
Người bị phản ánh: {kinh}.
Họ và tên: {kinh}; chức vụ: chuyên viên.
Đơn của công dân {kinh} chưa được trả lời.
Công dân {kinh} phản ánh cán bộ gây khó khăn.
Hộ ông {kinh} chưa được cấp giấy chứng nhận.
Vợ chồng ông {one}, bà {one} khiếu nại.
Vắng mặt {kinh} không lý do.
Cho thôi việc {kinh} từ 01/7.
Điều chuyển {kinh} sang Phòng Nội vụ.
Quyết định số 15/QĐ-UBND về kỷ luật {kinh}.
Công chức {thai} chậm luân chuyển hồ sơ.
{thai}, Phó Chủ tịch xã, bị phê bình.
Đối với {thai}: rút kinh nghiệm.
Chủ tịch UBND xã {mong} chưa quyết liệt.
{mong} không chấp hành phân công.
Đ/c {mong} bị khiển trách.
Trưởng thôn {dao} chậm báo cáo.
Ông {dao} đùn đẩy trách nhiệm.
Hồ sơ giao {dao} thụ lý quá hạn.
Viên chức {khmer} nghỉ việc không phép.
Bà {khmer} bị nhắc nhở.
Cán bộ {tay} chưa làm tròn nhiệm vụ.
{tay} bị cảnh cáo tháng 3.
Bà {ede} bị phê bình.
{ede} chậm nộp báo cáo.
Công chức văn hóa - xã hội {ede} xin nghỉ.
Giao cho {ede} xử lý.
Ông {cham} bị khiển trách.
Giáo viên {cham} soạn bài không đủ.
Đồng chí {nfd} nhận khuyết điểm.
Phó Chủ tịch UBND phường {nfd} chậm ký.
{nfd} bị khiển trách.
Ông {nbsp} đã được kiểm điểm.
Trưởng phòng {nbsp} bị phê bình.
Liên hệ {phone=0912.345.678} để biết thêm.
ĐT: {phone=+84 912 345 678}.
Số máy {phone=(0243) 8251 234} không ai nghe.
Gọi {phone=0987 65 43 21} gặp bộ phận một cửa.
Đường dây nóng {phone=024-3825-1234} không hoạt động.
Zalo {phone=0398765432} của cán bộ tiếp nhận.
Di động {phone=(+84)35.876.5432}.
sđt {phone=0086 912345678}.
Số điện thoại: {phone=02838 221 234}.
ĐT {phone=0912-345-678} / máy lẻ 12.
Gửi về {phone=vanthu.sonoivu@example.gov.vn} trước thứ Sáu.
Thư điện tử {phone=le_hoa99@example.com} bị trả lại.
CCCD {phone=001085012345} của người vi phạm.
CMND số {phone=171234567} đã hết hạn.
Số định danh cá nhân: {phone=036 192 004 567}.
Căn cước công dân số {phone=079.188.001.234}.
Hộ chiếu {phone=C1234567} của viên chức.
Thường trực Huyện ủy giao đồng chí {kinh} phụ trách.
Sau khi bà {kinh} nghỉ hưu, công việc bị dồn lại.
Chuyên viên {kinh} soạn thảo sai thể thức.
Cán bộ một cửa tên {one} hẹn dân nhiều lần.
Nguyên Chủ tịch UBND xã {kinh} bị xóa tư cách chức vụ.
Thủ trưởng đơn vị, {kinh}, chịu trách nhiệm người đứng đầu.
Người đứng đầu ({kinh}) đã tự phê bình.
Trạm trưởng Trạm Y tế xã {kinh} vắng mặt.
Hạt trưởng Hạt Kiểm lâm {kinh} xử lý chậm.
Đội trưởng Đội quản lý trật tự đô thị {kinh} bao che.
Chi cục trưởng Chi cục Thuế khu vực {kinh} bị điều động.
"""

CLEAN = """
Đường Nguyễn Huệ thi công chậm tiến độ.
Dự án mở rộng đường Trần Hưng Đạo nối dài chậm giải ngân.
Nút giao Lê Duẩn - Phạm Hùng ùn tắc kéo dài.
Trụ sở tại số 12 phố Lý Thường Kiệt xuống cấp.
Tuyến đường Võ Văn Kiệt chưa bàn giao mặt bằng.
Cầu Nguyễn Văn Trỗi đang sửa chữa.
Ngõ 34 Hoàng Quốc Việt chưa có đèn.
Trường THPT Lê Quý Đôn thu sai quy định.
Trường THCS Nguyễn Bỉnh Khiêm và Trường Tiểu học Võ Thị Sáu thiếu giáo viên.
THPT chuyên Trần Phú chậm báo cáo.
Trường Đại học Tôn Đức Thắng chưa gửi số liệu.
Trường Chính trị Nguyễn Văn Linh mở lớp bồi dưỡng.
Học viện Nguyễn Ái Quốc khu vực tổ chức lớp học.
Bệnh viện Nguyễn Tri Phương chậm thanh toán.
Bệnh viện đa khoa Hùng Vương thiếu thuốc.
Bệnh viện Bà Rịa chậm mua sắm vật tư.
Công ty TNHH Hoàng Long trúng thầu.
Công ty cổ phần Thành Thành Công chậm nộp thuế.
Công ty TNHH MTV Trần Anh vi phạm môi trường.
Doanh nghiệp tư nhân Hồng Phúc khiếu nại kết quả đấu thầu.
Tập đoàn Hòa Phát đề nghị gia hạn.
Chợ Phạm Văn Hai chưa bảo đảm phòng cháy.
Chợ Bà Chiểu xuống cấp.
Chợ Đông Ba thu phí sai.
Chợ Bà Hoa họp lấn chiếm lòng đường.
Sông Lô sạt lở nhiều đoạn.
Sông Vàm Cỏ Đông ô nhiễm.
Kè sông Hồng chậm tiến độ.
Hồ Ba Bể chưa lập quy hoạch.
Núi Bà Đen là khu du lịch quốc gia.
Khu du lịch Bà Nà - Suối Mơ quá tải.
Vườn quốc gia Hoàng Liên thiếu kiểm lâm.
Công viên Lê Thị Riêng chậm nâng cấp.
Công viên Hoàng Văn Thụ đang cải tạo.
Quảng trường Lam Sơn chưa nghiệm thu.
Quảng trường Hồ Chí Minh đang chỉnh trang.
Tượng đài Quang Trung bị nứt.
Khu di tích Nguyễn Du chưa được trùng tu.
Đền thờ Trần Nguyên Hãn xuống cấp.
Nhà lưu niệm Phan Bội Châu mở cửa trở lại.
Giải thưởng Hồ Chí Minh, Giải thưởng Tạ Quang Bửu xét chậm.
Học bổng Vừ A Dính chưa chi trả.
Quỹ Lê Mộng Đào hỗ trợ học sinh nghèo.
Giải báo chí Trần Mai Ninh tổ chức hằng năm.
Cuộc thi học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh.
Tư tưởng Hồ Chí Minh là nền tảng.
Đoàn TNCS Hồ Chí Minh tham gia giám sát.
Thành phố Hồ Chí Minh có 22 trường hợp.
TP. Hồ Chí Minh báo cáo đúng hạn.
Huyện Trần Văn Thời có 03 trường hợp.
UBND huyện Trần Văn Thời chưa gửi báo cáo.
UBND huyện Lý Sơn giải quyết đúng hạn.
Huyện Phan Rang chậm báo cáo.
Huyện Lương Sơn và huyện Kim Bôi đã kiểm điểm.
Huyện Đinh Hóa không có vi phạm.
Huyện Mai Sơn, huyện Mai Châu báo cáo chậm.
Huyện Lê Thủy có 01 tập thể bị phê bình.
Huyện Phù Mỹ và thị xã An Nhơn hoàn thành.
UBND xã Tạ An Khương chậm giải quyết.
Xã Hồ Thị Kỷ đạt chuẩn nông thôn mới.
Xã Nguyễn Phích và xã Khánh Lâm bị nhắc nhở.
UBND phường Võ Thị Sáu để quá hạn hồ sơ.
Phường Ngô Quyền, phường Trần Phú trả kết quả chậm.
Phường Lê Lợi có 02 công chức bị nhắc nhở.
Tỉnh Bà Rịa - Vũng Tàu không có vi phạm.
Sở Nội vụ tỉnh Bà Rịa – Vũng Tàu báo cáo.
Thị xã Hồng Lĩnh, huyện Nghi Xuân hoàn thành.
Thị trấn Văn Quan đã tổ chức kiểm điểm.
Thành phố Cao Lãnh và huyện Lai Vung đúng hạn.
Huyện Tân Phú Đông thiếu công chức địa chính.
Ông bà nội ngoại của học sinh có ý kiến.
Bà con nhân dân phản ánh việc chậm trả kết quả.
Hội ông bà cháu thảo hiền được biểu dương.
Các anh chị em công chức làm thêm giờ.
Bà con xã Tân Sơn đồng tình.
Cô và trò Trường Tiểu học Hoa Sen tham gia.
Quyết định số 123/QĐ-UBND ngày 12/5/2022 của Chủ tịch UBND tỉnh.
Công văn số 4874/BNV-CCVC ngày 29/8/2023.
Văn bản số 0123456/STC-NS chậm trả lời.
Số hồ sơ 0001234567 quá hạn.
Mã hồ sơ 000.00.12.H23-230615-0012 trả chậm.
Mã số thuế 0101234567 chưa cập nhật.
Mã số dự án 7891234 chưa bố trí vốn.
Tài khoản 3713.0.1058822 tại Kho bạc.
Số tiền 912.345.678 đồng chưa thu hồi.
Giải ngân 84 912 345 678 đồng, đạt 45%.
Kinh phí 0,912 tỷ đồng.
Tổng vốn 1.234.567.890 đồng.
Thu hồi 350.000.000đ nộp ngân sách.
Từ ngày 01/01/2021 đến 30/6/2023 có 12 vụ.
Luật Cán bộ, công chức và Luật Viên chức được quán triệt.
Nghị định số 112/2020/NĐ-CP của Chính phủ.
Chỉ thị số 26/CT-TTg của Thủ tướng Chính phủ.
Bộ luật Hình sự năm 2015, Điều 360.
Kết luận số 14-KL/TW của Bộ Chính trị.
Chủ tịch Ủy ban nhân dân tỉnh đã chỉ đạo.
Giám đốc Sở Tài nguyên và Môi trường ban hành kế hoạch.
Bí thư Tỉnh ủy, Chủ tịch HĐND tỉnh chủ trì.
Phó Chánh Văn phòng Đoàn đại biểu Quốc hội ký thay.
Trưởng phòng Nội vụ huyện Yên Sơn chưa tham mưu.
Chủ tịch UBND xã Kim Sơn bị phê bình.
Chủ tịch UBND huyện Mai Châu rút kinh nghiệm.
Giám đốc Bệnh viện Bạch Mai báo cáo.
Hiệu trưởng Trường THPT Phan Đình Phùng kiểm điểm.
CHỦ TỊCH UBND TỈNH ĐÃ CHỈ ĐẠO KIỂM ĐIỂM.
BÁO CÁO KẾT QUẢ THỰC HIỆN CÔNG VĂN SỐ 4874.
Không phát hiện vi phạm.
Đồng chí Bí thư Huyện ủy chủ trì cuộc họp.
Đồng chí Chủ tịch UBND tỉnh kết luận.
Các đồng chí Ủy viên Ban Thường vụ tham dự.
Ông Chủ tịch xã đã xin lỗi dân.
Bà Phó Giám đốc Sở đã giải trình.
Dự án Khu đô thị Nam Lê Lợi chậm tiến độ.
Dự án Hồ chứa nước Bản Mồng vướng mặt bằng.
Dự án cao tốc Bắc - Nam đoạn Mai Sơn - Quốc lộ 45.
Khu công nghiệp Trần Đề chưa có nhà đầu tư.
Cảng Trần Đề, cảng Cái Mép chậm nạo vét.
Khu dân cư Phú Mỹ Hưng khiếu nại.
Khu công nghiệp Yên Phong và Quế Võ thiếu nước sạch.
Cụm công nghiệp Hà Bình Phương chậm cấp điện.
Thôn Nà Lung, bản Phiêng Ban chưa có điện.
Buôn Ma Thuột chậm cấp giấy chứng nhận.
Bản Lò Vi và bản Nậm Cầm thiếu nước.
Ấp Thạch Sơn chưa có nhà văn hóa.
Lễ hội Bà Chúa Xứ tổ chức an toàn.
Miếu Ông Địa và chùa Bà Thiên Hậu được trùng tu.
Hồ Bà Thiên bị bồi lắng.
Đèo Ông Đùng sạt lở.
Cồn Ông Trang chưa có cầu.
Bãi Ông Lang bị lấn chiếm.
Ban Quản lý Lăng Chủ tịch Hồ Chí Minh không có vi phạm.
Bảo hiểm xã hội Việt Nam và Đài Tiếng nói Việt Nam báo cáo.
Phần mềm VNPT iGate, Misa hay bị lỗi.
Hệ thống một cửa V.N.P.T. bị lỗi.
Sở KH&ĐT, Sở TN&MT phối hợp chưa tốt.
Các mục I.1, I.2 và III.3 chưa có số liệu.
Phụ lục A.1 kèm theo.
Tăng cường kỷ luật, kỷ cương hành chính năm 2023.
"""


def sentences(
    seed: int, persons: str = PERSONS, clean: str = CLEAN
) -> tuple[list[tuple[str, list[str]]], list[str]]:
    """Return sentences with what is private in each, and sentences with nothing private."""
    draw = random.Random(seed)
    return [_filled(line, draw) for line in persons.split("\n") if line], [
        line for line in clean.split("\n") if line
    ]


def _filled(line: str, draw: random.Random) -> tuple[str, list[str]]:
    planted: list[str] = []
    parts: list[str] = []
    for part in _parts(line):
        drawn = _drawn(part[1:-1], draw) if part.startswith("{") else ""
        planted += [drawn] if drawn else []
        parts.append(drawn or part)
    return "".join(parts), planted


def _parts(line: str) -> Iterator[str]:
    while "{" in line:
        before, _, rest = line.partition("{")
        inside, _, line = rest.partition("}")
        yield before
        yield "{" + inside + "}"
    yield line


def _drawn(kind: str, draw: random.Random) -> str:
    if kind.startswith("phone="):
        return kind.removeprefix("phone=")
    if kind == "one":
        return draw.choice(GIVENS.split())
    if kind == "ede":
        first, own, clan = (draw.choice(words.split()).replace("_", " ") for words in PEOPLES[kind])
        return f"{first}{own} {clan}"
    if kind in PEOPLES:
        return " ".join(draw.choice(words.split()) for words in PEOPLES[kind])
    middles = draw.sample(MIDDLES.split(), draw.choice((1, 1, 1, 2)))
    return _SHAPES[kind](
        " ".join([draw.choice(KINH.split()), *middles, draw.choice(GIVENS.split())])
    )


def _plain(name: str) -> str:
    bare = unicodedata.normalize("NFD", name.replace("Đ", "D").replace("đ", "d"))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


_SHAPES: dict[str, Callable[[str], str]] = {
    "kinh": str,
    "KINH": str.upper,
    "plain": _plain,
    "nfd": lambda name: unicodedata.normalize("NFD", name),
    "nbsp": lambda name: name.replace(" ", "\u00a0"),
}
