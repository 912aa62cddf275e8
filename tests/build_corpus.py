"""Texts below -> the files of `corpus/` that an editor cannot write: a document, legacy encodings, damage, a WARC file.

Run `python tests/build_corpus.py` to write them again; the bytes are always the same.
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from docx import Document
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

CORPUS = Path(__file__).parents[1] / "corpus"
EPOCH = datetime(2024, 1, 1, tzinfo=UTC)

NOTICE = """Kết luận của Phó Chủ tịch UBND tỉnh về tiến độ các công trình thủy lợi
Ngày 16/02/2024, Phó Chủ tịch UBND tỉnh Hải Dương Lò Thị Ánh Nguyệt chủ trì cuộc họp về tiến độ các công trình thủy lợi. \
Văn phòng UBND tỉnh ban hành Thông báo số 132/TB-VP ngày 19/02/2024 về kết luận cuộc họp như sau:
1. Đến nay, 21/34 công trình đã bàn giao mặt bằng; tổng vốn giải ngân đạt 146,8 tỷ đồng, bằng 41,5% kế hoạch. Bốn nhà thầu thi công chậm \
đã bị nhắc nhở bằng văn bản.
2. Sở Nông nghiệp và Phát triển nông thôn rà soát 13 công trình còn lại, báo cáo UBND tỉnh trước ngày 05/3/2024.
3. UBND các huyện Kim Thành, Tứ Kỳ, Ninh Giang giải quyết dứt điểm đơn thư của 57 hộ dân, xong trong tháng 3/2024.
4. Giám đốc Ban Quản lý dự án thủy lợi tỉnh Khúc Vân Đài chịu trách nhiệm về chất lượng công trình; giao ban tại hiện trường \
2 tuần/lần.
5. Công ty TNHH Khai thác công trình thủy lợi Bắc Sông bảo đảm nước tưới cho ít nhất 9.600 ha lúa, không để gián đoạn quá 3 ngày.
Văn phòng UBND tỉnh thông báo để các cơ quan, đơn vị biết, thực hiện."""

WINTER_CROP = """Vĩnh Phúc triển khai sản xuất vụ đông năm 2005
(12/10/2005)
Ngày 11/10/2005, Uỷ ban nhân dân tỉnh Vĩnh Phúc tổ chức hội nghị triển khai sản xuất vụ đông. Phó Chủ tịch Uỷ ban nhân dân tỉnh \
Tống Khắc Hoà chủ trì hội nghị.
Theo kế hoạch, toàn tỉnh gieo trồng 22.500 ha cây vụ đông, gồm 9.800 ha ngô, 5.200 ha đậu tương và 7.500 ha rau màu. Đến nay đã có \
4/9 huyện, thị xã trồng xong ngô.
Phó Chủ tịch Tống Khắc Hoà yêu cầu các huyện hoàn thành gieo trồng ngô trước ngày 20/10, rau màu trước ngày 15/11. Tỉnh hỗ trợ \
3,6 tỷ đồng mua giống cho 41 xã.
Giám đốc Sở Nông nghiệp và Phát triển nông thôn Bùi Thuý Loan cho biết, cán bộ khuyến nông xuống cơ sở 2 lần/tháng để hướng dẫn bà con."""

NEW_COUNTRYSIDE = """Nghệ An có thêm 8 xã đạt chuẩn nông thôn mới
Thứ Năm, 21/04/2022, 09:05 (GMT+7)
Hội đồng thẩm định tỉnh Nghệ An vừa bỏ phiếu công nhận thêm 8 xã đạt chuẩn nông thôn mới.
Sáng 20/4, Hội đồng thẩm định xã đạt chuẩn nông thôn mới tỉnh Nghệ An họp dưới sự chủ trì của Phó Chủ tịch Thường trực UBND tỉnh \
Đàm Lê Chương.
Đến nay, toàn tỉnh có 309/411 xã đạt chuẩn nông thôn mới, đạt 75,2%. Tổng nguồn lực huy động trong quý I/2022 là 1.050 tỷ đồng, trong \
đó người dân đóng góp khoảng 96 tỷ đồng.
Phó Chủ tịch Thường trực UBND tỉnh Đàm Lê Chương yêu cầu các huyện công khai kết quả thẩm định trước ngày 30/4; Văn phòng Điều phối \
nông thôn mới hoàn thiện hồ sơ trong tháng 5/2022.
Chánh Văn phòng Điều phối nông thôn mới tỉnh Cao Thục Trinh cho biết, các đoàn kiểm tra sẽ thẩm định lại 5 xã vào quý III/2022.
Ngọc Diệp"""

# Written twice over by somebody else's software: U+FFFD and `?` stand where letters were, and nothing can bring them back.
TRAFFIC = """Bắc Giang xử lý 6 điểm đen tai nạn giao thông
10/08/2020 15:45
Chiều 10/8, Ban An toàn giao thông tỉnh Bắc Giang họp sơ kết 7 tháng đầu năm 2020. Phó Trưởng Ban Thường trực Ban An toàn giao thông \
tỉnh Hồng Bá Nhạ chủ trì.
Trong 7 tháng, toàn tỉnh x?y ra 118 vụ tai nạn, gi\ufffdm 14,5%. Lực lượng ch?c năng đã lắp 320 biển b\ufffdo và xóa được 4/6 điểm đen.
Ông Hồng Bá Nhạ đề nghị Sở Giao thông vận tải sửa xong hai điểm đen trên qu?c lộ 37 trước ngày 15/9/2020; Công an tỉnh \
kiểm tra n\ufffdng độ c\ufffdn của lái xe mỗi tuần ba lần.
Hội nghị th?ng nhất bổ sung 12 tỷ đồng cho công tác bảo đảm an toàn giao thông.
Trần Ngân"""

# The two captures of one address: the second corrects the number of stalls.
MARKET = """Khai trương trung tâm hỗ trợ nông sản
Thứ Hai, 20/05/2024, 16:30 (GMT+7)
Trung tâm giúp hợp tác xã đóng gói, bảo quản và bán hàng qua mạng.
Sáng 20/5, Sở Công Thương Thanh Hoá khai trương trung tâm hỗ trợ tiêu thụ nông sản tại thành phố Thanh Hoá. Trung tâm \
có {stalls} gian hàng, do Liên minh Hợp tác xã tỉnh quản lý.
Phó Giám đốc Sở Công Thương Lã Thị Kim Chuyên cho biết Sở hỗ trợ 100% phí gian hàng cho 28 hợp tác xã đến hết ngày 31/12/2024.
Sở yêu cầu ban quản lý hoàn thành lắp đặt kho lạnh trước ngày 15/6/2024 và báo cáo doanh số mỗi tháng một lần.
Lệ Thu"""

_TCVN3 = (
    "à\xb5 ả\xb6 ã\xb7 á\xb8 ạ\xb9 ă\xa8 ằ\xbb ẳ\xbc ẵ\xbd ắ\xbe ặ\xc6 â\xa9 ầ\xc7 ẩ\xc8 ẫ\xc9 ấ\xca ậ\xcb đ\xae è\xcc ẻ\xce ẽ\xcf é\xd0 "
    "ẹ\xd1 ê\xaa ề\xd2 ể\xd3 ễ\xd4 ế\xd5 ệ\xd6 ì\xd7 ỉ\xd8 ĩ\xdc í\xdd ị\xde ò\xdf ỏ\xe1 õ\xe2 ó\xe3 ọ\xe4 ô\xab ồ\xe5 ổ\xe6 ỗ\xe7 ố\xe8 "
    "ộ\xe9 ơ\xac ờ\xea ở\xeb ỡ\xec ớ\xed ợ\xee ù\xef ủ\xf1 ũ\xf2 ú\xf3 ụ\xf4 ư\xad ừ\xf5 ử\xf6 ữ\xf7 ứ\xf8 ự\xf9 ỳ\xfa ỷ\xfb ỹ\xfc ý\xfd "
    "ỵ\xfe Ă\xa1 Â\xa2 Ê\xa3 Ô\xa4 Ơ\xa5 Ư\xa6 Đ\xa7"
)
TCVN3 = {ord(pair[0]): pair[1] for pair in _TCVN3.split(" ")}


def build_notice() -> bytes:
    """A document as an office sends it, with fixed times inside."""
    title, *paragraphs = NOTICE.split("\n")
    document = Document()
    document.core_properties.title = title
    document.core_properties.author = "Văn phòng UBND tỉnh"
    document.core_properties.created = document.core_properties.modified = EPOCH.replace(tzinfo=None)
    document.add_heading(title, level=0)
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    written, packed = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            target.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), source.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def build_legacy_page(text: str) -> bytes:
    """A page of the years of the TCVN3 fonts: the letters are right only in `.VnTime`."""
    title, stamp, *paragraphs = text.split("\n")
    body = "\n".join(f'<p align="justify"><font face=".VnTime">{paragraph}</font></p>' for paragraph in paragraphs)
    page = f"""<html>
<head>
<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">
<title>{title}</title>
</head>
<body bgcolor="#FFFFFF">
<table width="780" border="0"><tr>
<td width="160" valign="top" class="menu"><font face=".VnTime">
<a href="/">Trang nhất</a><br><a href="/tin">Tin trong tỉnh</a><br><a href="/nong">Nông nghiệp</a><br>
<a href="/lienhe">Liên hệ toà soạn</a></font></td>
<td width="620" valign="top" class="noidung">
<p class="tieude"><font face=".VnTime" size="4"><b>{title}</b></font></p>
<p class="ngay"><font face=".VnTime">{stamp}</font></p>
{body}
<p class="cactin"><font face=".VnTime">Các tin đã đưa:<br><a href="/tin/2">Mở lớp bồi dưỡng kế toán hợp tác xã</a><br>
<a href="/tin/3">Phát động phong trào trồng cây</a></font></p>
</td></tr></table>
<p align="center"><font face=".VnTime">Bản quyền của Trang tin nông nghiệp tỉnh</font></p>
</body>
</html>
"""
    return page.translate(TCVN3).encode("latin-1")


def build_portal_page(text: str, *, url: str) -> str:
    """A page of the provincial portal (layout `ms-tintuc`), with little around the article."""
    title, stamp, summary, *paragraphs, author = text.split("\n")
    body = "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"""<html dir="ltr" lang="vi-VN">
<head>
<meta charset="UTF-8">
<title>Trang tin - {title}</title>
<link rel="canonical" href="{url}" />
</head>
<body>
<div id="ctl00_PlaceHolderTopNavBar"><a href="/">Trang chủ</a> <a href="/chinh-quyen">Chính quyền</a> <a href="/cong-dan">Công dân</a></div>
<div id="ctl00_PlaceHolderMain">
<span class="ms-tintuc-date">{stamp}</span>
<div class="ms-tintuc-title">{title}</div>
<div class="ms-tintuc-cong">Đọc bài viết | In bài | Tương phản</div>
<div class="ms-tintuc-sapo"><strong>{summary}</strong></div>
<div class="ms-rtestate-field">
{body}
<p align="right"><strong>{author}</strong></p>
</div>
<div class="ms-tintuc-danhgia">Đánh giá bài viết: 5/5 (3 đánh giá) - Số lượt xem: 402</div>
<div class="ms-tintuc-khac"><b>CÁC TIN KHÁC</b><br><a href="/Pages/tin.aspx?id=1">Thông báo tuyển dụng viên chức năm nay</a></div>
</div>
<div id="ctl00_Footer">Cơ quan quản lý: Văn phòng Ủy ban nhân dân tỉnh. Tổng số lượt truy cập: 5.120.003</div>
</body>
</html>
"""


def read_as_windows(text: str) -> str:
    """UTF-8 read as windows-1252, the bytes that it leaves out read as Latin-1 (as browsers do)."""
    return "".join(
        bytes([byte]).decode("cp1252" if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else "latin-1") for byte in text.encode()
    )


def build_captures() -> bytes:
    """robots.txt, a page, and the page again two days later."""
    url = "https://thanhhoa.example/Pages/tin.aspx?id=5061"
    pages = [
        ("https://thanhhoa.example/robots.txt", "2024-05-20T10:00:00Z", "text/plain", "User-agent: *\nDisallow: /_layouts/\n", 1),
        (url, "2024-05-20T10:00:05Z", "text/html; charset=utf-8", build_portal_page(MARKET.format(stalls=36), url=url), 2),
        (url, "2024-05-22T10:00:05Z", "text/html; charset=utf-8", build_portal_page(MARKET.format(stalls=38), url=url), 3),
    ]
    file = io.BytesIO()
    writer = WARCWriter(file, gzip=True)
    for address, captured, kind, text, number in pages:
        payload = text.encode()
        headers = StatusAndHeaders("200 OK", [("Content-Type", kind), ("Content-Length", str(len(payload)))], protocol="HTTP/1.1")
        record = writer.create_warc_record(
            address,
            "response",
            payload=io.BytesIO(payload),
            http_headers=headers,
            warc_headers_dict={"WARC-Date": captured, "WARC-Record-ID": f"<urn:uuid:00000000-0000-4000-8000-{number:012d}>"},
        )
        writer.write_record(record)
    return file.getvalue()


def build_files() -> dict[str, bytes]:
    """Path under `corpus/` -> bytes."""
    mangled = read_as_windows(build_portal_page(NEW_COUNTRYSIDE, url="https://nghean.example/Pages/tin.aspx?id=911"))
    return {
        "saved/thong-bao-ket-luan.docx": build_notice(),
        "legacy/vu-dong-2005.html": build_legacy_page(WINTER_CROP),
        "legacy/nong-thon-moi.html": mangled.encode(),
        "legacy/diem-den-giao-thong.txt": (TRAFFIC.replace("\n", "\n\n") + "\n").encode(),
        "crawl/thanh-hoa-2024-05.warc.gz": build_captures(),
    }


if __name__ == "__main__":
    for name, data in build_files().items():
        path = CORPUS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
