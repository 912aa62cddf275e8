"""Office documents as input: real files made here, and every way in which they are broken, locked or hostile."""

from __future__ import annotations

import contextlib
import io
import shutil
import struct
import subprocess
import tempfile
import time
import zipfile
from datetime import datetime
from pathlib import Path

import docx
import pytest

from pipeline.clean import clean_page
from pipeline.clean.stamps import VIETNAM
from pipeline.model import Article, Page, UnreadableInput

TITLE = "Kết luận của Chủ tịch UBND huyện về cấp nước sinh hoạt"
BODY = (
    "Ngày 06/9/2022, Chủ tịch UBND huyện Lý Sùng Páo chủ trì cuộc họp về cấp nước sinh hoạt cho 14 xã.",
    "Đến nay, 9/14 xã đã có công trình cấp nước tập trung, phục vụ 21.400 người.",
    "Yêu cầu Phòng Nông nghiệp báo cáo trước ngày 30/9/2022./.",
)
BOMB = 300_000_000  # bytes that a part of the hostile docx declares


def read(data: bytes, kind: str) -> Article:
    return clean_page(Page(source=f"a.{kind}", data=data, kind=kind))


def make_docx(*, lines: tuple[str, ...] = (TITLE, *BODY), font: str | None = None, table: bool = False) -> bytes:
    document = docx.Document()
    for line in lines:
        run = document.add_paragraph().add_run(line)
        if font:
            run.font.name = font
    if table:
        rows = document.add_table(rows=2, cols=2)
        for cell, text in zip((cell for row in rows.rows for cell in row.cells), ("Xã", "Số hộ", "Tả Van", "412"), strict=True):
            cell.text = text
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """A docx with one part replaced."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, content if member == name else old.read(member))
    return stream.getvalue()


def make_pdf(*, encrypted: bool = False, text: bytes = b"Hoi nghi so ket cong tac nam 2022") -> bytes:
    """A PDF of one page, written by hand; encrypted, it names a security handler and a key that no empty password opens."""
    drawn = b"BT /F1 14 Tf 72 720 Td (" + text + b") Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Filter /Standard /V 1 /R 2 /P -44 /O <%s> /U <%s> >>" % (b"ab" * 32, b"cd" * 32),
    ]
    data = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    lock = b" /Encrypt 6 0 R /ID [<00><00>]" if encrypted else b""
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R%s >>\n" % (
        len(objects) + 1,
        table,
        len(objects) + 1,
        lock,
    )
    return data + b"startxref\n%d\n%%%%EOF\n" % start


def test_docx() -> None:
    article = read(make_docx(table=True), "docx")
    assert article.title == TITLE
    assert article.text == "\n\n".join((TITLE, *BODY, "Xã Số hộ", "Tả Van 412"))
    assert article.language == "vi" and article.repairs == () and article.published_at is None


def test_docx_in_an_old_font() -> None:
    lines = (
        "KÕt luËn cña Chñ tÞch UBND huyÖn vÒ n­íc s¹ch",
        "§Õn nay, 9/14 x· ®· cã c«ng tr×nh cÊp n­íc, phôc vô 21.400 ng­êi d©n.",
    )
    article = read(make_docx(lines=lines, font=".VnTime"), "docx")
    assert article.title == "Kết luận của Chủ tịch UBND huyện về nước sạch"
    assert "Đến nay, 9/14 xã đã có công trình cấp nước, phục vụ 21.400 người dân." in article.text
    assert article.repairs == ("tcvn3",)


def test_rtf() -> None:
    escaped = "\\par ".join(
        "".join(ch if ch.isascii() else f"\\u{ord(ch)}?" for ch in line) for line in (TITLE, "06/09/2022 08:15", *BODY)
    )
    article = read(b"{\\rtf1\\ansi\\ansicpg1252 " + escaped.encode("ascii") + b"}", "rtf")
    assert article.title == TITLE
    assert article.text == "\n\n".join((TITLE, *BODY))
    assert article.published_at == datetime(2022, 9, 6, 8, 15, tzinfo=VIETNAM)


def test_pdf() -> None:
    assert read(make_pdf(), "pdf").text == "Hoi nghi so ket cong tac nam 2022"


def test_what_the_bytes_are_counts_not_the_name() -> None:
    assert read(make_docx(), "doc").title == TITLE
    assert read(make_docx(), "pdf").title == TITLE


def rejected(data: bytes, kind: str) -> str:
    start = time.perf_counter()
    with pytest.raises(UnreadableInput) as error:
        read(data, kind)
    assert time.perf_counter() - start < 5
    return str(error.value)


@pytest.mark.parametrize("kind", ["docx", "pdf", "rtf", "doc"])
@pytest.mark.parametrize("data", [b"", b"\x00" * 100, b"  \r\n "], ids=["nothing", "NUL", "blank"])
def test_empty(kind: str, data: bytes) -> None:
    assert "empty" in rejected(data, kind)


@pytest.mark.parametrize("kind", ["docx", "pdf", "rtf", "doc"])
def test_something_else_says_what_was_met(kind: str) -> None:
    assert "begins with" in rejected(b"<html>not a document</html>", kind)


@pytest.mark.parametrize("keep", [30, 200, 2_000, 20_000])
def test_docx_cut_off(keep: int) -> None:
    data = make_docx()
    assert "damaged" in rejected(data[: min(keep, len(data) - 100)], "docx")


def test_docx_overwritten() -> None:
    data = make_docx()
    place = data.index(b"word/document.xml") + 60
    assert "damaged" in rejected(data[:place] + b"\xff" * 400 + data[place + 400 :], "docx")


def test_zip_that_is_no_document() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as container:
        container.writestr("notes.txt", "x")
    assert "without a Word document" in rejected(stream.getvalue(), "docx")


def test_decompression_bomb_is_not_opened() -> None:
    bomb = with_part(make_docx(), "word/document.xml", b" " * BOMB)
    assert len(bomb) < 1_000_000
    assert "bomb" in rejected(bomb, "docx")


def test_docx_that_lies_about_its_size() -> None:
    bomb = bytearray(with_part(make_docx(), "word/document.xml", b" " * 30_000_000))
    with zipfile.ZipFile(io.BytesIO(bytes(bomb))) as container:
        size = container.getinfo("word/document.xml").file_size.to_bytes(4, "little")
    while (place := bytes(bomb).find(size)) >= 0:
        bomb[place : place + 4] = (5_000).to_bytes(4, "little")
    rejected(bytes(bomb), "docx")


def test_entities_of_a_docx_are_neither_fetched_nor_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("MẬT KHẨU", "utf-8")
    data = make_docx()
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        xml = container.read("word/document.xml")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<!DOCTYPE d [<!ENTITY x SYSTEM "file://{secret}"><!ENTITY l0 "ha">{laughs}]>'.encode()
    declared = xml.index(b"?>") + 2
    hostile = xml[:declared] + head + xml[declared:].replace(b"14 x", b"14 &x;&l9; x")
    start = time.perf_counter()
    try:
        text = read(with_part(data, "word/document.xml", hostile), "docx").text
    except UnreadableInput:
        text = ""
    assert time.perf_counter() - start < 5
    assert "MẬT KHẨU" not in text and "hahaha" not in text


def test_encrypted_office_document() -> None:
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(2000)
    assert "encrypted" in rejected(container, "docx")


def test_encrypted_pdf() -> None:
    assert "encrypted" in rejected(make_pdf(encrypted=True), "pdf")


@pytest.mark.parametrize("keep", [12, 100, 400])
def test_pdf_cut_off(keep: int) -> None:
    message = rejected(make_pdf()[:keep], "pdf")
    assert "damaged" in message or "no text" in message


def test_pdf_without_text_names_the_remedy() -> None:
    assert "text recognition" in rejected(make_pdf(text=b" "), "pdf")


def test_old_office_document_that_is_damaged() -> None:
    assert "doc" in rejected(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x01" * 3000, "doc")


def make_ole(stream: str) -> bytes:
    """A compound file of old Office (512-byte sectors) with one stream of 4096 bytes in it."""
    free, end, fat_sector = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)  # version, byte order, sector sizes
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)  # one FAT sector, directory at sector 1
    header += struct.pack("<I", 0) + struct.pack("<I", free) * 108  # the FAT is sector 0
    chain = [fat_sector, end, *range(3, 10), end]
    fat = struct.pack(f"<{len(chain)}I", *chain) + struct.pack("<I", free) * (128 - len(chain))

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        written = name.encode("utf-16-le") + b"\x00\x00"
        rest = struct.pack("<HBBIII36xIII", len(written), kind, 1, free, free, child, start, size, 0)
        return written.ljust(64, b"\x00") + rest

    directory = entry("Root Entry", 5, 1, end, 0) + entry(stream, 2, free, 2, 4096) + bytes(256)
    return header + fat + directory + bytes(4096)


def test_old_office_file_that_is_no_text() -> None:
    assert "damaged" in rejected(make_ole("PictureGallery"), "doc")


def test_old_office_document_is_read(tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed: a .doc can neither be made nor read")
    (tmp_path / "a.docx").write_bytes(make_docx())
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "doc:MS Word 97"]
    subprocess.run([*command, "--outdir", tmp_path, tmp_path / "a.docx"], check=True, capture_output=True, timeout=120)
    data = (tmp_path / "a.doc").read_bytes()
    assert data.startswith(b"\xd0\xcf\x11\xe0")
    assert read(data, "doc").text == "\n\n".join((TITLE, *BODY))


def test_doc_without_libreoffice_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # a place without soffice
    assert "apt-get install libreoffice-writer" in rejected(make_ole("WordDocument"), "doc")


def test_deeply_nested_rtf() -> None:
    start = time.perf_counter()
    with contextlib.suppress(UnreadableInput):
        read(b"{\\rtf1 " + b"{" * 200_000 + b"Hoi nghi" + b"}" * 200_000 + b"}", "rtf")
    assert time.perf_counter() - start < 5


def test_environment_does_not_shape_what_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIPARSE_ENCODING", "vni")
    monkeypatch.setenv("VIPARSE_NORMALIZE", "NFD")
    assert read(make_docx(), "docx").text == "\n\n".join((TITLE, *BODY))


def test_nothing_is_left_on_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    read(make_docx(), "docx")
    rejected(make_pdf(encrypted=True), "pdf")
    assert list(tmp_path.iterdir()) == []
