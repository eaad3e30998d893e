"""Hostile workbooks, each made of a real hand-off by one change that nobody honest makes."""

import io
import stat
import struct
import zipfile
from collections.abc import Callable, Mapping

Parts = dict[str, bytes]
Change = Callable[[str, bytes], bytes]

TYPES = "[Content_Types].xml"
BOOK = "xl/workbook.xml"
SHEET = "xl/worksheets/sheet2.xml"
STRINGS = "xl/sharedStrings.xml"


def parts_of(content: bytes) -> Parts:
    """Give the parts of an honest workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(parts: Mapping[str, bytes], *more: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    """Put *parts* into an archive, and *more* entries behind them, whatever they are called."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in [*parts.items(), *more]:
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def with_part(content: bytes, name: str, part: bytes, kind: str = "application/xml") -> bytes:
    """Add a part, declared as its *kind*."""
    parts = parts_of(content)
    declared = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'.encode()
    parts[TYPES] = parts[TYPES].replace(b"</Types>", declared)
    return pack(parts | {name: part})


def changed(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Change one part."""
    parts = parts_of(content)
    return pack(parts | {name: change(parts[name])})


def replaced(content: bytes, name: str, old: str, new: str) -> bytes:
    """Replace text in one part, where it must be."""
    parts = parts_of(content)
    assert old.encode() in parts[name], old
    return pack(parts | {name: parts[name].replace(old.encode(), new.encode())})


def with_link(content: bytes, name: str, target: str) -> bytes:
    """Add an entry that a file system would take for a link."""
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return pack(parts_of(content), (entry, target.encode()))


def directory_of(content: bytes) -> tuple[int, list[int]]:
    """Give where the directory of an archive begins, and where in it each entry stands."""
    place = begin = struct.unpack("<L", content[-6:-2])[0]
    found = []
    while content[place : place + 4] == b"PK\1\2":
        found.append(place)
        place += 46 + sum(struct.unpack("<3H", content[place + 28 : place + 34]))
    return begin, found


def with_claim(content: bytes, offset: int, form: str, value: int, *, local: int | None = None) -> bytes:
    """Let the last entry's place in the directory claim *value* at *offset*, and its own header at *local* too."""
    place = directory_of(content)[1][-1]
    spoiled = bytearray(content)
    struct.pack_into(form, spoiled, place + offset, value)
    if local is not None:
        struct.pack_into(form, spoiled, struct.unpack("<L", content[place + 42 : place + 46])[0] + local, value)
    return bytes(spoiled)


def overlapping(content: bytes) -> bytes:
    """Let two entries of the directory share one part's bytes, each of which would be inflated."""
    places = directory_of(content)[1]
    spoiled = bytearray(content)
    begin = struct.unpack("<L", content[places[0] + 42 : places[0] + 46])[0]
    struct.pack_into("<L", spoiled, places[-1] + 42, begin + 1)
    return bytes(spoiled)


def with_zip64(content: bytes) -> bytes:
    """Let the end of the archive say that the true sizes stand in an end of another form."""
    end = bytearray(content[-22:])
    struct.pack_into("<2H2L", end, 8, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    begin, places = directory_of(content)
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, len(places), len(places), len(content) - 22 - begin, begin)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, len(content) - 22, 1)
    return content[:-22] + record + locator + bytes(end)


def strict(content: bytes) -> bytes:
    """Write the workbook in the namespaces of Strict Open XML."""
    loose = {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "http://purl.oclc.org/ooxml/spreadsheetml/main",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "http://purl.oclc.org/ooxml/officeDocument/relationships",
    }  # fmt: skip
    parts = parts_of(content)
    for old, new in loose.items():
        parts = {name: part.replace(old.encode(), new.encode()) for name, part in parts.items()}
    return pack(parts)


def with_sheet(content: bytes, title: str, rows: str, *, state: str = "visible", kind: str = "worksheet") -> bytes:
    """Add a sheet that no program of ours wrote."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    name, part = f"xl/{kind}s/strange.xml", f'<{kind} xmlns="{main}"><sheetData>{rows}</sheetData></{kind}>'
    if kind == "chartsheet":
        part = f'<chartsheet xmlns="{main}"><sheetViews><sheetView workbookViewId="0"/></sheetViews></chartsheet>'
    content = with_part(content, name, part.encode(), f"application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml")
    entry = f'<sheet name="{title}" sheetId="99" state="{state}" r:id="rIdStrange"/></sheets>'
    content = replaced(content, BOOK, "</sheets>", entry)
    relation = f'<Relationship Id="rIdStrange" Type="{relations}/{kind}" Target="{kind}s/strange.xml"/></Relationships>'
    return replaced(content, "xl/_rels/workbook.xml.rels", "</Relationships>", relation)
