"""Look at a workbook before anything in it is trusted: what the file is, what it would inflate to, how far its cells reach.

calamine asks for memory by the farthest cell and aborts the process where there is none, and shows an error cell as an
empty one; openpyxl believes whatever dimension a sheet claims. So the cells are counted here first, by neither of them.
"""

import zipfile
import zlib
from collections.abc import Mapping
from xml.parsers import expat

from desktop.exchange.archive import open_archive
from desktop.exchange.cells import Counted, SheetCount, StringCount
from desktop.exchange.parts import check_parts
from desktop.registers.problems import AppError

LARGEST_FILE = 20 * 1024 * 1024

_BEGINNINGS = {
    b"%pdf": "pdf", b"{\\rt": "rtf", b"<htm": "html", b"<!do": "html", b"<tab": "html", b"<?xm": "xml", b"id;p": "slk",
    b"rar!": "rar", b"7z\xbc\xaf": "7z", b"\x1f\x8b\x08": "gz", b"sqli": "sqlite", b"\x89png": "png", b"\xff\xd8\xff": "jpg",
}  # fmt: skip
# The beginnings of this program's own files that are no workbooks.
_OWN = {b'"depter-letter/': "stray.letter", b'"depter-keys/': "stray.keys"}
_OLE, _LOCKED_PACKAGE = b"\xd0\xcf\x11\xe0", "EncryptedPackage".encode("utf-16-le")
# What reading a damaged archive or part comes to: a bad check sum, an unknown compression or encoding, a part that is gone.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, SyntaxError, LookupError, NotImplementedError, EOFError, OSError, ValueError,
)  # fmt: skip
_STRINGS = "xl/sharedstrings.xml"
_SHEETS = "xl/worksheets/"


def check_content(name: str, content: bytes) -> tuple[dict[str, Counted], dict[str, bytes]]:
    """Refuse what is no harmless workbook, count the sheets of one that is by the name of their part, and give its parts.

    Raises AppError naming what is wrong.
    """
    if not content:
        raise AppError("file.empty", file=name)
    if len(content) > LARGEST_FILE:
        raise AppError("file.too_large", file=name, limit=LARGEST_FILE // 2**20)
    if not content.startswith(b"PK"):
        raise _other_kind(name, content)
    try:
        parts = open_archive(name, content)
        check_parts(name, parts)
        return _count(name, parts), parts
    except DAMAGED as error:
        raise AppError("file.damaged", file=name) from error


def _other_kind(name: str, content: bytes) -> AppError:
    """Say as what a file shows itself that is no archive; never by its name, which anybody may have changed."""
    if content.startswith(_OLE):
        if _LOCKED_PACKAGE in content:
            return AppError("file.encrypted", file=name)
        return AppError("file.not_a_workbook", file=name, kind="xls")
    start = content[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for beginning, name_of in _OWN.items():
        if beginning in start[:64]:
            return AppError(name_of, file=name)
    kind = next((kind for beginning, kind in _BEGINNINGS.items() if start.startswith(beginning)), "")
    return AppError("file.not_a_workbook", file=name, kind=kind or ("?" if b"\0" in content else "csv, txt"))


def _count(name: str, parts: Mapping[str, bytes]) -> dict[str, Counted]:
    strings = StringCount(name)
    if part := next((entry for entry in parts if entry.casefold() == _STRINGS), None):
        strings.count(parts[part])
    sheets = (entry for entry in parts if entry.startswith(_SHEETS) and entry.endswith(".xml"))
    return {entry: SheetCount(name, strings).count(parts[entry]) for entry in sheets}
