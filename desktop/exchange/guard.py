"""Look at a workbook before anything in it is trusted: what the file is, what it would inflate to, how far its cells reach.

calamine asks for memory by the farthest cell and aborts the process where there is none, and shows an error cell as an
empty one; openpyxl believes whatever dimension a sheet claims. So the XML is counted here first, by neither of them.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from desktop.registers.problems import AppError

LARGEST_FILE = 20 * 1024 * 1024
LARGEST_INFLATED = 200 * 1024 * 1024
MOST_ENTRIES = 200
LEAST_RATIO = 0.01
RATIO_GRACE = 100 * 1024
MOST_COLUMNS = 1_000
MOST_ROWS = 200_000

_BEGINNINGS = {b"\xd0\xcf\x11\xe0": "xls", b"%PDF": "pdf", b"{\\rt": "rtf", b"<htm": "html", b"<!DO": "html"}
_FORBIDDEN = {
    "vbaproject": "macros", "externallinks": "external_links", "embeddings": "embedded", "activex": "active",
    "connections": "connections", "macrosheets": "macros", "customui": "active",
}  # fmt: skip
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(/?)>")
_REFERENCE = re.compile(rb"\br=\"([A-Z]{1,3})(\d{1,7})\"")
_CONTENT = re.compile(rb"<(?:\w+:)?(?:v|is)\b[^>]*>[^<]|<(?:\w+:)?t\b[^>/]*>[^<]")


@dataclass
class Counted:
    """What stands in one sheet by the count of its XML: rows with content, and the cells that hold an Excel error."""

    rows: int = 0
    errors: list[tuple[int, int]] = field(default_factory=list)


def check_file(path: Path) -> dict[str, Counted]:
    """Refuse what is no harmless workbook and count the sheets of one that is, by the name of their part.

    Raises AppError naming what is wrong.
    """
    name = path.name
    if name.startswith("~$"):
        raise AppError("file.owner_file", file=name)
    if not path.is_file():
        raise AppError("file.not_there", file=name)
    size = path.stat().st_size
    if not size:
        raise AppError("file.empty", file=name)
    if size > LARGEST_FILE:
        raise AppError("file.too_large", file=name, limit=LARGEST_FILE // 2**20)
    with path.open("rb") as file:
        beginning = file.read(4)
    if beginning[:2] != b"PK":
        raise AppError("file.not_a_workbook", file=name, kind=_BEGINNINGS.get(beginning, path.suffix.strip(".") or "?"))
    try:
        with zipfile.ZipFile(path) as archive:
            _check_entries(archive, name)
            return {entry: _count(archive.read(entry), name) for entry in _sheet_parts(archive)}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
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


def _count(xml: bytes, name: str) -> Counted:
    if b"<!DOCTYPE" in xml[:4096] or b"<!ENTITY" in xml:
        raise AppError("file.bomb", file=name)
    counted = Counted()
    starts = [match.start() for match in _ROW.finditer(xml)]
    for start, end in zip(starts, [*starts[1:], len(xml)], strict=True):
        row = xml[start:end]
        _check_reach(row, name, counted)
        counted.rows += bool(_CONTENT.search(row))
    return counted


def _check_reach(row: bytes, name: str, counted: Counted) -> None:
    for match in _CELL.finditer(row):
        reference = _REFERENCE.search(match[1])
        if not reference:
            continue
        column, line = _place(reference[1]), int(reference[2])
        if match[2] != b"/" and (column >= MOST_COLUMNS or line > MOST_ROWS):
            raise AppError("file.far_cell", file=name, cell=(reference[1] + reference[2]).decode())
        if b't="e"' in match[1]:
            counted.errors.append((line, column))


def _place(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place - 1
