"""Page of kind docx, pdf, rtf or doc -> Article: its text by viparse, then as text saved without markup."""

from __future__ import annotations

import io
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from lxml import etree
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfplumber.utils.exceptions import PdfminerException
from viparse.engines.docx import DocxEngine
from viparse.engines.legacy import LegacyOfficeEngine
from viparse.engines.pdf import PdfEngine
from viparse.engines.rtf import RtfEngine
from viparse.errors import MissingDependency, ViparseError
from viparse.options import LoadOptions

from pipeline.clean.plaintext import clean_text
from pipeline.model import Article, Page, UnreadableInput

MAX_BYTES = 50_000_000
MAX_UNPACKED = 200_000_000  # bytes that the parts of a docx may declare together
MAX_RATIO = 300  # times that a part may grow when it is unpacked
MAX_MEMBERS = 5_000

_ZIP, _OLE, _PDF, _RTF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-", b"{\\rtf"
_ENGINES: Mapping[str, type[DocxEngine | PdfEngine | RtfEngine | LegacyOfficeEngine]] = {
    "docx": DocxEngine,
    "pdf": PdfEngine,
    "rtf": RtfEngine,
    "doc": LegacyOfficeEngine,
}
# What the libraries below viparse are seen to raise on files that are cut off, overwritten or made up.
_BROKEN = (
    ViparseError,
    PDFException,
    PdfminerException,
    etree.LxmlError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    NotImplementedError,
    RecursionError,
)


def clean_document(page: Page) -> Article:
    """The article of an office document; what the bytes are counts, not what the file name says."""
    kind = _kind_of(page)
    if len(page.data) > MAX_BYTES:
        raise UnreadableInput(f"{page.source}: {len(page.data):,} bytes; at most {MAX_BYTES:,} are read; save the text alone")
    if kind == "docx":
        _check_container(page)
    text = _extract(page, kind)
    if not text.strip():
        hint = "a scanned page? run text recognition over it first" if kind == "pdf" else "nothing but pictures?"
        raise UnreadableInput(f"{page.source}: the {kind} holds no text; {hint}")
    return clean_text(page, text)


def _kind_of(page: Page) -> str:
    data = page.data.removeprefix(b"\xef\xbb\xbf")
    if not data.strip(b"\x00 \t\r\n"):
        raise UnreadableInput(f"{page.source}: the {page.kind} is empty")
    if data.startswith(_ZIP):
        return "docx"
    if data.startswith(_RTF):
        return "rtf"
    if _PDF in data[:1024]:
        return "pdf"
    if data.startswith(_OLE):
        # A docx with a password is such a container too, around the encrypted package (its name in UTF-16).
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise UnreadableInput(f"{page.source}: the document is encrypted; save it without a password")
        return "doc"
    raise UnreadableInput(f"{page.source}: not a {page.kind}: it begins with {data[:8]!r}; is the file cut off or misnamed?")


def _check_container(page: Page) -> None:
    """Refuse a container that would grow beyond measure, before anything is unpacked: zip reads no more than is declared."""
    try:
        members = zipfile.ZipFile(io.BytesIO(page.data)).infolist()
    except _BROKEN as error:
        raise UnreadableInput(
            f"{page.source}: the docx is damaged ({error}); open it in a word processor and save it again"
        ) from error
    if not any(member.filename == "word/document.xml" for member in members):
        raise UnreadableInput(
            f"{page.source}: a ZIP container without a Word document in it; unpack it and give the files one by one"
        )
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableInput(f"{page.source}: the document is encrypted; save it without a password")
    swollen = any(
        member.file_size > 1_000_000 and member.file_size > MAX_RATIO * max(1, member.compress_size) for member in members
    )
    if swollen or len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise UnreadableInput(
            f"{page.source}: the docx unpacks to more than a document can be (a decompression bomb?); not opened"
        )


def _extract(page: Page, kind: str) -> str:
    """The text by the engine of viparse; it reads from a path, so the bytes go to a file of their own for that long."""
    with tempfile.TemporaryDirectory(prefix="vnpress-") as folder:
        path = Path(folder) / f"document.{kind}"
        path.write_bytes(page.data)
        try:
            return str(_ENGINES[kind]().extract(path, LoadOptions(ocr=False)).text)
        except MissingDependency as error:
            need = (
                "LibreOffice (the command soffice; on Debian: apt-get install libreoffice-writer)"
                if kind == "doc"
                else f"viparse[{kind}]"
            )
            raise UnreadableInput(f"{page.source}: reading a .{kind} needs {need}, which is not installed") from error
        except _BROKEN as error:
            raise UnreadableInput(f"{page.source}: {_tell(error, kind)}") from error


def _tell(error: BaseException, kind: str) -> str:
    causes = [error, error.__cause__, error.__context__, *error.args]
    if any(isinstance(cause, PDFPasswordIncorrect) for cause in causes):
        return "the PDF is encrypted; save it without a password"
    said = str(error).split("\n")[0][:120] or type(error).__name__
    return f"the {kind} is damaged ({said}); open it in its program and save it again"
