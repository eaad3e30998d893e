"""Look at a workbook before anything in it is trusted: what the file is, what it would inflate to, how far its cells reach.

calamine asks for memory by the farthest cell and aborts the process where there is none, and shows an error cell as an
empty one; openpyxl believes whatever dimension a sheet claims. So the cells are counted here first, by neither of them.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from xml.parsers import expat

from desktop.exchange.cells import Counted, SheetCount, StringCount
from desktop.registers.problems import AppError

LARGEST_FILE = 20 * 1024 * 1024
LARGEST_INFLATED = 200 * 1024 * 1024
MOST_ENTRIES = 200
LEAST_RATIO = 0.01
RATIO_GRACE = 100 * 1024

_BEGINNINGS = {b"\xd0\xcf\x11\xe0": "xls", b"%PDF": "pdf", b"{\\rt": "rtf", b"<htm": "html", b"<!DO": "html"}
_FORBIDDEN = {
    "vbaproject": "macros", "externallinks": "external_links", "embeddings": "embedded", "activex": "active",
    "connections": "connections", "macrosheets": "macros", "customui": "active",
}  # fmt: skip
# What reading a damaged archive or part comes to: a bad check sum, an unknown compression or encoding, a part that is gone.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, SyntaxError, LookupError, NotImplementedError, EOFError, OSError, ValueError,
)  # fmt: skip
_STRINGS = "xl/sharedstrings.xml"


def check_content(name: str, content: bytes) -> dict[str, Counted]:
    """Refuse what is no harmless workbook and count the sheets of one that is, by the name of their part.

    Raises AppError naming what is wrong.
    """
    if not content:
        raise AppError("file.empty", file=name)
    if len(content) > LARGEST_FILE:
        raise AppError("file.too_large", file=name, limit=LARGEST_FILE // 2**20)
    if not content.startswith(b"PK"):
        kind = _BEGINNINGS.get(content[:4], PurePosixPath(name).suffix.strip(".") or "?")
        raise AppError("file.not_a_workbook", file=name, kind=kind)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_entries(archive, name)
            empty = _empty_strings(archive, name)
            return {entry: SheetCount(name, empty).count(archive.read(entry)) for entry in _sheet_parts(archive)}
    except DAMAGED as error:
        raise AppError("file.damaged", file=name) from error


def _check_entries(archive: zipfile.ZipFile, name: str) -> None:
    entries = archive.infolist()
    inflated = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or inflated > LARGEST_INFLATED:
        raise AppError("file.bomb", file=name)
    seen: set[str] = set()
    for entry in entries:
        if entry.flag_bits & 1:
            raise AppError("file.encrypted", file=name)
        packed_away = entry.file_size > RATIO_GRACE and entry.compress_size < entry.file_size * LEAST_RATIO
        key = entry.filename.casefold()
        if packed_away or key in seen:
            raise AppError("file.bomb", file=name)
        seen.add(key)
        parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
        if entry.filename.startswith(("/", "\\")) or ".." in parts or ":" in entry.filename:
            raise AppError("file.damaged", file=name)
        for part in parts:
            if what := _FORBIDDEN.get(part.casefold().partition(".")[0]):
                raise AppError(f"file.{what}", file=name)
    if "[content_types].xml" not in seen or "xl/workbook.xml" not in seen:
        raise AppError("file.not_a_workbook", file=name, kind="zip")


def _sheet_parts(archive: zipfile.ZipFile) -> Iterator[str]:
    return (n for n in archive.namelist() if n.startswith("xl/worksheets/") and n.endswith(".xml"))


def _empty_strings(archive: zipfile.ZipFile, name: str) -> set[str]:
    part = next((entry for entry in archive.namelist() if entry.casefold() == _STRINGS), None)
    return StringCount(name).count(archive.read(part)) if part else set()
