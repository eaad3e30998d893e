import io
import os
import socket
import subprocess
import sys
import time
import zipfile

import openpyxl
import pytest

from desktop.exchange.reading import Source, parse, parse_all, read_source
from tests.hostile import build

VERBS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def test_the_honest_file_of_these_tests_is_read(content, said, plan):
    assert said(content) == ""
    assert plan(content).counts == {"new": 4}


# X1: bombs


def test_a_gigabyte_in_a_megabyte_is_refused_at_once_and_before_it_is_inflated(content, said):
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/media/image1.png", "w") as entry:
        for _ in range(1024):
            entry.write(bytes(1 << 20))
    begun = time.process_time()
    assert "fill the computer's memory" in said(out.getvalue())
    assert time.process_time() - begun < 1


def test_many_parts_are_refused(content, said):
    assert "fill the computer's memory" in said(
        build.pack(build.parts_of(content), *[(f"xl/{n}.xml", b"") for n in range(200)])
    )


def test_an_archive_in_the_archive_is_refused(content, said):
    assert "inner.zip" in said(build.pack(build.parts_of(content), ("xl/inner.zip", content)))


def test_parts_that_share_bytes_are_refused(content, said):
    assert "something false of its part" in said(build.overlapping(content))


@pytest.mark.parametrize("size", [10, 1 << 26], ids=["shorter", "longer"])
def test_a_part_that_is_not_as_long_as_it_says_is_refused(content, said, size):
    assert said(build.with_claim(content, 24, "<L", size, local=22))


def test_a_part_that_inflates_to_more_than_it_says_is_not_inflated_to_the_end(content, said):
    bomb = build.pack(build.parts_of(content), ("xl/media/image1.png", bytes(90_000_000)))
    begun = time.process_time()
    assert "something false of its part xl/media/image1.png" in said(build.with_claim(bomb, 24, "<L", 100_000, local=22))
    assert time.process_time() - begun < 1


def test_a_header_that_says_otherwise_than_the_directory_is_refused(content, said):
    assert "something false of its part" in said(build.with_claim(content, 24, "<L", 77))


@pytest.mark.parametrize("way", [lambda c: c + b"more", lambda c: b"more" + c, lambda c: c + c, build.with_zip64])
def test_a_file_with_something_around_the_archive_or_two_ends_is_refused(content, said, way):
    assert said(way(content))


def test_a_password_on_a_part_is_said(content, said):
    assert "locked with a password" in said(build.with_claim(content, 8, "<H", 1))


# X2, X3: entities, schemas, other files

DOCTYPES = {
    "billion laughs": '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    "quadratic": f'<!DOCTYPE x [<!ENTITY a "{"a" * 10_000}">]>',
    "a file": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
    "the net": '<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1:{port}/">]>',
    "a document type elsewhere": '<!DOCTYPE x SYSTEM "http://127.0.0.1:{port}/x.dtd">',
    "a parameter": '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:{port}/"> %a;]>',
}
EVERY_PART = (
    build.SHEET,
    build.BOOK,
    build.STRINGS,
    build.TYPES,
    "xl/styles.xml",
    "xl/_rels/workbook.xml.rels",
    "docProps/core.xml",
)


def behind_the_declaration(text):
    return lambda part: part[: part.index(b"?>") + 2] + text.encode() + part[part.index(b"?>") + 2 :]


@pytest.mark.parametrize("part", EVERY_PART)
@pytest.mark.parametrize("doctype", DOCTYPES)
def test_whatever_declares_entities_is_refused_in_every_part(content, said, part, doctype):
    text = DOCTYPES[doctype].replace("{port}", "9")
    assert "fill the computer's memory" in said(build.changed(content, part, behind_the_declaration(text)))


OUTSIDE = {
    "inclusion": '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname" parse="text"/>',
    "schema": '<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://127.0.0.1:9/a.xsd"/>',
}


@pytest.mark.parametrize("part", [build.SHEET, build.BOOK, "xl/styles.xml"])
@pytest.mark.parametrize("way", OUTSIDE)
def test_whatever_would_be_fetched_from_elsewhere_is_refused(content, said, part, way):
    end = {build.SHEET: "</worksheet>", build.BOOK: "</workbook>"}.get(part, "</styleSheet>")
    assert "fill the computer's memory" in said(build.replaced(content, part, end, OUTSIDE[way] + end))


WATCHER = """
import sys
from pathlib import Path
from desktop.exchange.reading import Source, parse
folder, own = Path(sys.argv[1]), parse(Source("a.xlsx", Path(sys.argv[2]).read_bytes()))
assert own.refused is None, own.refused
assert parse(Source("b.xlsx", b"")).refused  # the messages are there from now on
files = [Source(path.name, path.read_bytes()) for path in sorted(folder.iterdir())]
seen = []
sys.addaudithook(lambda event, words: seen.append((event, str(words[:2]))) if event in ("open", "socket.connect", "socket.getaddrinfo",
    "subprocess.Popen", "os.exec", "os.system") else None)
refused = [parse(file).refused is not None for file in files]
print(len(refused), all(refused), [entry for entry in seen if ".py" not in entry[1]])
"""


def test_reading_hostile_files_opens_no_file_and_no_connection(content, tmp_path):
    honest, folder = tmp_path / "honest.xlsx", tmp_path / "hostile"
    folder.mkdir()
    honest.write_bytes(content)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        for n, text in enumerate((*DOCTYPES.values(), *OUTSIDE.values())):
            for place, part in enumerate(EVERY_PART[:2]):
                end = ("</worksheet>", "</workbook>")[place]
                change = behind_the_declaration(text.replace("{port}", port))
                if n >= len(DOCTYPES):
                    change = lambda part, text=text, end=end: part.replace(end.encode(), (text + end).encode())  # noqa: E731
                (folder / f"{n}-{place}.xlsx").write_bytes(build.changed(content, part, change))
        words = [sys.executable, "-c", WATCHER, str(folder), str(honest)]
        told = subprocess.run(words, capture_output=True, text=True, check=True, cwd=os.curdir).stdout.strip()
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert told == "16 True []"


# X4: dimensions


@pytest.mark.parametrize("claim", ["A1", "A1:XFD1048576", "A1:A1", "ZZZ", "", "A1048576:A1"])
def test_a_sheet_is_read_in_full_or_refused_whatever_dimension_it_claims(content, plan, claim):
    parts = build.parts_of(content)
    begin = parts[build.SHEET].index(b'<dimension ref="') + len(b'<dimension ref="')
    end = parts[build.SHEET].index(b'"', begin)
    spoiled = build.pack(parts | {build.SHEET: parts[build.SHEET][:begin] + claim.encode() + parts[build.SHEET][end:]})
    (read,) = parse_all([Source("передача.xlsx", spoiled)])
    assert read.refused or plan(spoiled).counts == {"new": 4}


def test_a_sheet_without_a_dimension_is_read_in_full(content, plan):
    parts = build.parts_of(content)
    begin = parts[build.SHEET].index(b"<dimension")
    end = parts[build.SHEET].index(b">", begin) + 1
    assert plan(build.pack(parts | {build.SHEET: parts[build.SHEET][:begin] + parts[build.SHEET][end:]})).counts == {"new": 4}


def test_a_cell_at_the_end_of_the_sheet_is_refused_by_its_name(content, said):
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    assert "XFD1048576" in said(build.replaced(content, build.SHEET, "</sheetData>", far))


# X5: shared strings


def test_millions_of_strings_are_refused(content, said):
    strings = b'<?xml version="1.0"?><sst>' + b"<si/>" * 20_000_000 + b"</sst>"
    assert "fill the computer's memory" in said(build.pack(build.parts_of(content) | {build.STRINGS: strings}))


@pytest.mark.parametrize("place", ["999999999", "-1", "1e3", "x", "18446744073709551616"])
def test_a_cell_that_points_to_no_string_is_refused(content, said, place):
    cell = f'<row r="90"><c r="A90" t="s"><v>{place}</v></c></row></sheetData>'
    assert "damaged" in said(build.replaced(content, build.SHEET, "</sheetData>", cell))


@pytest.mark.parametrize("values", ["<v>1</v><v>2</v>", "<v>1</v><is><t>2</t></is>", "<is><t>1</t></is><is><t>2</t></is>"])
def test_a_cell_with_two_values_is_refused_since_two_readers_take_two(content, said, values):
    cell = f'<row r="90"><c r="A90" t="inlineStr">{values}</c></row></sheetData>'
    assert "damaged" in said(build.replaced(content, build.SHEET, "</sheetData>", cell))


@pytest.mark.parametrize("kind", ["", 't="n"', 't="s"', 't="-1"'])
def test_a_text_in_a_cell_of_another_kind_is_refused_since_one_reader_takes_it_for_empty(content, said, kind):
    cell = f'<row r="90"><c r="A90" {kind}><is><t>1</t></is></c></row></sheetData>'
    assert "damaged" in said(build.replaced(content, build.SHEET, "</sheetData>", cell))


def test_an_element_within_a_text_is_refused_since_two_readers_take_two_texts(content, said):
    assert "damaged" in said(build.replaced(content, "xl/sharedStrings.xml", "<t>", "<t><x/>"))


def test_a_sheet_of_other_elements_than_a_sheet_has_is_refused_though_their_names_are_alike(content, said):
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    other = space.replace("openxml", "onxml")
    assert "differ" in said(build.replaced(content, build.SHEET, f'xmlns="{space}"', f'xmlns="{other}"'))


# X6: names


@pytest.mark.parametrize(
    "name", ["../../x.xml", "/etc/x.xml", "C:\\x.xml", "C:/x.xml", "xl\\x.xml", "xl/../../x.xml", "xl/a\nb.xml"]
)
def test_a_part_that_would_lie_elsewhere_is_refused(content, said, name):
    assert "something false of its part" in said(build.pack(build.parts_of(content), (name, b"x")))


def test_a_link_is_refused(content, said):
    assert "something false of its part" in said(build.with_link(content, "xl/worksheets/sheet99.xml", "/etc/passwd"))


@pytest.mark.parametrize("name", [build.SHEET, build.SHEET.upper(), "XL/workbook.xml"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_is_there_twice_is_refused(content, said, name):
    assert "something false of its part" in said(build.pack(build.parts_of(content), (name, b"<x/>")))


# X10: what runs


SHEETML, MS = "application/vnd.openxmlformats-officedocument.spreadsheetml", "application/vnd.ms-excel"
ACTIVE = [
    ("xl/vbaProject.bin", "application/vnd.ms-office.vbaProject", "macros"),
    ("xl/harmless.bin", "application/vnd.ms-office.vbaProject", "macros"),
    ("xl/macrosheets/sheet1.xml", f"{MS}.macrosheet+xml", "macros"),
    ("xl/worksheets/sheet9.xml", f"{MS}.macrosheet+xml", "macros"),
    ("xl/worksheets/sheet9.xml", f"{MS}.intlmacrosheet+xml", "macros"),
    ("xl/dialogsheets/sheet1.xml", f"{SHEETML}.dialogsheet+xml", "macros"),
    ("xl/externalLinks/externalLink1.xml", f"{SHEETML}.externalLink+xml", "links to other files"),
    ("xl/x.xml", f"{SHEETML}.externalLink+xml", "links to other files"),
    ("xl/embeddings/oleObject1.bin", "application/vnd.openxmlformats-officedocument.oleObject", "embedded"),
    ("xl/x.bin", "application/vnd.openxmlformats-officedocument.oleObject", "embedded"),
    ("xl/activeX/activeX1.xml", "application/vnd.ms-office.activeX+xml", "active controls"),
    ("xl/ctrlProps/ctrlProp1.xml", f"{MS}.controlproperties+xml", "active controls"),
    ("customUI/customUI.xml", "application/xml", "active controls"),
    ("xl/connections.xml", f"{SHEETML}.connections+xml", "outside data"),
    ("xl/x.exe", "application/x-msdownload", "no hand-off has"),
    ("xl/worksheets/binaryIndex1.bin", f"{MS}.binIndexWs", "no hand-off has"),
]


@pytest.mark.parametrize(("name", "kind", "words"), ACTIVE)
def test_what_could_run_is_refused_with_the_name_of_its_part(content, said, name, kind, words):
    sentence = said(build.with_part(content, name, b"<x/>", kind))
    assert words in sentence
    assert name in sentence


@pytest.mark.parametrize("name", ["передача.xlsm", "передача.xlsx"])
def test_a_workbook_that_may_hold_macros_is_refused_whatever_it_is_called(content, said, name):
    enabled = build.replaced(content, build.TYPES, f"{SHEETML}.sheet.main+xml", f"{MS}.sheet.macroEnabled.main+xml")
    assert "macros (xl/workbook.xml)" in said(enabled, name)


@pytest.mark.parametrize("kind", ["externalLinkPath", "oleObject", "image", "attachedTemplate", "control", "package"])
def test_a_relation_that_leads_outside_is_refused_with_the_name_of_its_part(content, said, kind):
    relation = f'<Relationship Id="rIdX" Type="{VERBS}/{kind}" Target="file:///x" TargetMode="External"/></Relationships>'
    spoiled = build.replaced(content, "xl/_rels/workbook.xml.rels", "</Relationships>", relation)
    assert "xl/_rels/workbook.xml.rels" in said(spoiled)


def test_a_link_that_somebody_typed_into_a_cell_is_no_danger(content, said):
    book = openpyxl.load_workbook(io.BytesIO(content))
    book.worksheets[1]["AA1"].hyperlink = "http://example.org/"
    out = io.BytesIO()
    book.save(out)
    assert said(out.getvalue()) == ""


# X11: passwords


def test_a_workbook_with_a_password_is_named_so(said):
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    assert "locked with a password" in said(ole + "EncryptionInfo\0EncryptedPackage\0".encode("utf-16-le") + bytes(512))
    assert "looks like: xls)" in said(ole + "Workbook\0".encode("utf-16-le") + bytes(512))


# X12: other files


OTHERS = [
    (b"\xef\xbb\xbfuid;number\n1;2\n", "csv"), ("номер;дата\n".encode("cp1251"), "csv"), (b"ID;PWXL;N;E\n", "slk"),
    (b"\r\n<html><table>", "html"), (b"<!DOCTYPE html>", "html"), (b"<table>", "html"), (b'<?xml version="1.0"?><Workbook/>', "xml"),
    (b"%PDF-1.7", "pdf"), (b"{\\rtf1", "rtf"), (b"Rar!\x1a", "rar"), (b"\0\1\2", "?"),
]  # fmt: skip


@pytest.mark.parametrize(("other", "kind"), OTHERS)
def test_another_kind_of_file_is_named_whatever_it_is_called(said, other, kind):
    assert f"looks like: {kind}" in said(other)


@pytest.mark.parametrize(
    ("part", "kind"), [("xl/workbook.bin", "xlsb"), ("content.xml", "ods"), ("word/document.xml", "docx"), ("a.txt", "zip")]
)
def test_another_kind_of_archive_is_named(said, part, kind):
    assert f"looks like: {kind})" in said(build.pack({build.TYPES: b"<Types/>", part: b"<x/>"}))


def test_a_file_that_was_copied_by_half_is_named_so(content, said):
    for size in range(4, len(content) - 22, 997):
        assert "not copied to the end" in said(content[:size])


@pytest.mark.parametrize("cut", range(1, 22))
def test_a_file_without_its_last_bytes_is_refused(content, said, cut):
    assert said(content[:-cut])


def test_what_is_no_file_is_named(content, tmp_path):
    owner, folder, nothing, gone = (tmp_path / name for name in ("~$передача.xlsx", "папка.xlsx", "пусто.xlsx", "нет.xlsx"))
    owner.write_bytes(content)
    folder.mkdir()
    nothing.touch()
    read = list(parse_all(map(read_source, [owner, folder, nothing, gone])))
    for parsed, words in zip(read, ["open in Excel", "is a folder", "is empty", "is not there"], strict=True):
        assert words in parsed.refused["en"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such files")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "труба.xlsx")
    assert "no file that could be read" in parse(read_source(tmp_path / "труба.xlsx")).refused["en"]


def test_a_file_too_large_is_refused_without_taking_it_whole(tmp_path):
    path = tmp_path / "большой.xlsx"
    with path.open("wb") as file:
        file.truncate(1 << 32)
    source = read_source(path)
    assert source.content == b""
    assert "larger than 20 MB" in parse(source).refused["en"]


# X13, X14: strict workbooks, strange sheets


def test_a_strict_workbook_is_planned_in_full(content, plan):
    assert plan(build.strict(content)).counts == {"new": 4}


@pytest.mark.parametrize("state", ["visible", "hidden", "veryHidden"])
@pytest.mark.parametrize("title", ["Лишний", "Л" * 200])
def test_a_strange_sheet_is_reported_however_it_is_hidden(content, plan, state, title):
    row = '<row r="1"><c r="A1"><v>5</v></c></row>'
    planned = plan(build.with_sheet(content, title, row, state=state))
    assert planned.refused or title in planned.unread
    assert planned.refused or planned.counts == {"new": 4}


@pytest.mark.parametrize("change", [str, str.upper, str.lower], ids=["same", "upper", "lower"])
def test_two_sheets_of_one_name_are_refused(content, said, change):
    title = change("Журнал КПП")
    assert f"more than one sheet called “{title}”" in said(build.with_sheet(content, title, ""))


def test_a_sheet_of_a_chart_does_no_harm(content, plan):
    planned = plan(build.with_sheet(content, "График", "", kind="chartsheet"))
    assert planned.refused or planned.counts == {"new": 4}


def test_a_sheet_that_the_workbook_does_not_list_is_refused(content, said):
    part = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'
    assert "sheet99.xml" in said(build.with_part(content, "xl/worksheets/sheet99.xml", part, f"{SHEETML}.worksheet+xml"))


@pytest.mark.parametrize("encoding", ["windows-1251", "utf-16", "utf-7", "iso-8859-1"])
def test_a_part_in_another_encoding_is_refused_since_two_readers_may_read_two_texts(content, said, encoding):
    assert said(build.replaced(content, build.STRINGS, 'encoding="UTF-8"', f'encoding="{encoding}"'))
