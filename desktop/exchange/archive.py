"""Open the archive that a workbook is, believing nothing that it says of its own parts.

Two programs that read one archive differently take different parts for the workbook, so whatever could be read in two ways
is refused: the directory must be the last thing in the file, every part must stand alone and be as long as it says.
"""

import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import PurePosixPath

from desktop.registers.problems import AppError

LARGEST_INFLATED = 200 * 1024 * 1024
MOST_ENTRIES = 200
LEAST_RATIO = 0.01
RATIO_GRACE = 100 * 1024

_END, _END_SIZE = b"PK\5\6", 22
_LOCAL, _LOCAL_SIZE = b"PK\3\4", 30
_ZIP64 = 0xFFFFFFFF
_LOCKED, _SIZES_FOLLOW = 1, 8
_LINK, _KIND_OF_FILE = 0o120000, 0o170000


def open_archive(name: str, content: bytes) -> dict[str, bytes]:
    """Give the parts of the workbook *content* by their names. Raises AppError before anything dangerous is inflated."""
    _check_end(name, content)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        entries = archive.infolist()
    _check_sizes(name, entries)
    _check_names(name, entries)
    spans = {entry.filename: _span(name, content, entry) for entry in entries}
    _check_overlaps(name, spans, len(content))
    return {e.filename: _inflate(name, content, e, spans[e.filename]) for e in entries if not e.is_dir()}


def _check_end(name: str, content: bytes) -> None:
    """Refuse a file in which the directory is not the end, is not where it says, or is one of two."""
    if _END not in content:
        raise AppError("file.cut_off", file=name)
    end = content[-_END_SIZE:]
    if not end.startswith(_END) or len(content) < _END_SIZE:
        raise AppError("file.goes_on", file=name)
    disk, first_disk, here, entries, size, offset, comment = struct.unpack("<4H2LH", end[4:])
    if disk or first_disk or here != entries or comment or offset + size + _END_SIZE != len(content):
        raise AppError("file.goes_on", file=name)


def _check_sizes(name: str, entries: Sequence[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > LARGEST_INFLATED:
        raise AppError("file.bomb", file=name)
    for entry in entries:
        if entry.flag_bits & _LOCKED:
            raise AppError("file.encrypted", file=name)
        if entry.file_size > RATIO_GRACE and entry.compress_size < entry.file_size * LEAST_RATIO:
            raise AppError("file.bomb", file=name)


def _check_names(name: str, entries: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse parts that would lie elsewhere, that are links, or that only differ in case."""
    seen: set[str] = set()
    for entry in entries:
        part, key = entry.orig_filename, entry.filename.casefold()
        leads_away = part.startswith("/") or ".." in PurePosixPath(part).parts or any(sign in part for sign in "\\:")
        is_link = entry.external_attr >> 16 & _KIND_OF_FILE == _LINK
        if leads_away or is_link or key in seen or not part.isprintable() or (entry.is_dir() and entry.file_size):
            raise AppError("file.forged", file=name, part=part)
        seen.add(key)


def _span(name: str, content: bytes, entry: zipfile.ZipInfo) -> tuple[int, int, int]:
    """Give where a part begins, where its bytes begin and where they end, as its own header and the directory agree on it."""
    begin = entry.header_offset
    header = content[begin : begin + _LOCAL_SIZE]
    if len(header) < _LOCAL_SIZE or not header.startswith(_LOCAL):
        raise AppError("file.forged", file=name, part=entry.filename)
    flags, method, _, _, checksum, packed, size, name_length, extra_length = struct.unpack("<HHHHLLLHH", header[6:])
    bytes_begin = begin + _LOCAL_SIZE + name_length + extra_length
    said = content[begin + _LOCAL_SIZE : begin + _LOCAL_SIZE + name_length]
    own, listed = (checksum, packed, size), (entry.CRC, entry.compress_size, entry.file_size)
    has_sizes = own == listed or (bool(flags & _SIZES_FOLLOW) and not any(own))
    if (
        not has_sizes or _ZIP64 in listed or method != entry.compress_type or flags != entry.flag_bits
        or said.decode("utf-8" if flags & 0x800 else "cp437", "replace") != entry.orig_filename
    ):  # fmt: skip
        raise AppError("file.forged", file=name, part=entry.filename)
    return begin, bytes_begin, bytes_begin + entry.compress_size


def _check_overlaps(name: str, spans: Mapping[str, tuple[int, int, int]], size: int) -> None:
    """Refuse parts that share bytes: a few of them can inflate to more than any memory."""
    before = 0
    for part, (begin, _, end) in sorted(spans.items(), key=lambda item: item[1]):
        if begin < before or end > size:
            raise AppError("file.forged", file=name, part=part)
        before = end


def _inflate(name: str, content: bytes, entry: zipfile.ZipInfo, span: tuple[int, int, int]) -> bytes:
    """Inflate one part, and stop at the length that it claims."""
    packed = content[span[1] : span[2]]
    if entry.compress_type == zipfile.ZIP_STORED:
        whole, is_right = packed, len(packed) == entry.file_size
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        whole = inflater.decompress(packed, entry.file_size + 1)
        is_right = inflater.eof and len(whole) == entry.file_size and not inflater.unused_data
    else:
        raise AppError("file.forged", file=name, part=entry.filename)
    if not is_right:
        raise AppError("file.forged", file=name, part=entry.filename)
    if zlib.crc32(whole) != entry.CRC:
        raise AppError("file.damaged", file=name)
    return whole
