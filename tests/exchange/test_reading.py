import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.exchange import reading
from desktop.exchange.guard import check_content
from desktop.exchange.reading import parse, parse_all, read_source

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "книга.xlsx"
    made = openpyxl.Workbook()
    made.active.append(["a", 1, None])
    made.active.append([])
    made.active.append(["b", 2.5, "c"])
    made.save(path)
    return path


def put(path, name, content):
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)


def rewrite(path, change):
    """Write the workbook again with every part put through *change*."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, change(name, content))


def write_rows(path, rows):
    """Write the workbook again with the XML *rows* as its sheet."""
    sheet = f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode()
    rewrite(path, lambda name, content: sheet if name.startswith("xl/worksheets/") else content)


def said(path):
    return parse(read_source(path)).refused["en"]


def test_a_workbook_is_read_with_its_blank_rows(book):
    grid = parse(read_source(book)).grids["Sheet"]
    assert [[cell for cell in row if cell != ""] for row in grid.rows] == [["a", 1.0], [], ["b", 2.5, "c"]]


@pytest.mark.parametrize(
    ("part", "words"),
    [("xl/vbaProject.bin", "macros"), ("xl/externalLinks/externalLink1.xml", "links"), ("xl/embeddings/x.bin", "embedded"),
     ("xl/activeX/activeX1.xml", "active controls"), ("xl/connections.xml", "outside data"), ("../x.xml", "../x.xml")],
)  # fmt: skip
def test_what_a_hand_off_never_holds_is_refused_by_name(book, part, words):
    put(book, part, b"x")
    assert words in said(book)


def test_a_bomb_is_refused_before_it_is_inflated(book):
    put(book, "xl/media/x.bin", b"\0" * 50_000_000)
    assert "memory" in said(book)


def test_an_entity_is_refused(book):
    entity = b'<!DOCTYPE x [<!ENTITY a "b">]>'
    rewrite(book, lambda name, content: entity + content if name.startswith("xl/worksheets/") else content)
    assert "memory" in said(book)


def test_a_strict_workbook_is_read_in_full(book):
    strict = {MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
              "http://schemas.openxmlformats.org/officeDocument/2006/relationships":
              "http://purl.oclc.org/ooxml/officeDocument/relationships"}  # fmt: skip

    def convert(name, content):
        for loose, namespace in strict.items():
            content = content.replace(loose.encode(), namespace.encode())
        return content

    rewrite(book, convert)
    assert [[cell for cell in row if cell != ""] for row in parse(read_source(book)).grids["Sheet"].rows] == [
        ["a", 1.0],
        [],
        ["b", 2.5, "c"],
    ]


@pytest.mark.parametrize(
    ("rows", "cells", "lost"),
    [
        ("<row r='1'><c r='A1'><v>5</v></c><c r='B1' t='e'><v>#N/A</v></c></row>", [[5.0, ""]], {(1, 1)}),
        ('<row><c><v>1</v></c><c t="e"><v>#N/A</v></c></row><row><c/><c t="e"><v>#N/A</v></c></row>', [[1.0, ""], ["", ""]], {(1, 1), (2, 1)}),
        ('<!-- <row r="9"><c r="A9"><v>5</v></c></row> --><row r="1"><c r="A1"><!-- <v>9</v> --><v>5</v></c></row>', [[5.0]], set()),
        ('<row r="1"><c r="A1" t="inlineStr"><is><t><![CDATA[<row r="2">]]></t></is></c></row>', [['<row r="2">']], set()),
        ('<row r="1"><c r="A1" t="inlineStr"><is><t>&lt;row&gt; &#x439;</t></is></c></row>', [["<row> й"]], set()),
        ('<row r="1"><c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c></row>', [["ab"]], set()),
        ('<row r="1"/><row r="2"><c r="A2"/><c r="B2"><v/></c></row><row r="3"><c r="B3"><v>1</v></c></row>', [["", ""], ["", ""], ["", 1.0]], set()),
        ('<row r="1"><c r="A1"><f>1+1</f></c><c r="B1"><f>1+1</f><v>2</v></c></row>', [["", 2.0]], {(1, 0)}),
        ('<row r="1"><c r="A1" t="str"><f>""</f><v></v></c><c r="B1"><v>2</v></c></row>', [["", 2.0]], set()),
    ],
    ids=["single quotes", "no references", "comments", "CDATA", "escaped", "rich text", "self-closing", "never calculated", "empty text"],
)  # fmt: skip
def test_whatever_way_the_xml_is_written_every_cell_is_seen_or_known_to_be_lost(book, rows, cells, lost):
    write_rows(book, rows)
    grid = parse(read_source(book)).grids["Sheet"]
    assert ([row[: len(cells[0])] for row in grid.rows], grid.lost) == (cells, lost)


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v><!-- x -->5</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
    ],
    ids=["comment in a value", "one cell twice"],
)
def test_where_two_counts_differ_nothing_is_taken(book, rows):
    write_rows(book, rows)
    assert "two counts" in said(book)


def test_an_empty_shared_string_is_an_empty_cell(book):
    write_rows(book, '<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c></row>')
    put(book, "xl/sharedStrings.xml", f'<sst xmlns="{MAIN}"><si><t/></si><si><t>б</t></si></sst>')
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    part = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/></Types>'
    relation = (
        '<Relationship Id="rIdS" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" '
    )
    relation += 'Target="sharedStrings.xml"/></Relationships>'
    ends = {"[Content_Types].xml": ("</Types>", part), "xl/_rels/workbook.xml.rels": ("</Relationships>", relation)}
    rewrite(book, lambda name, content: content.replace(*(w.encode() for w in ends[name])) if name in ends else content)
    assert parse(read_source(book)).grids["Sheet"].rows == [[""], ["б"]]


@pytest.mark.parametrize("cell", ["XFD1048576", "ALL190000"])
def test_a_far_cell_is_seen_in_whatever_quotes_it_stands(book, cell):
    write_rows(book, f"<row r='1'><c r='A1'><v>5</v></c></row><row r='9'><c r='{cell}'><v>5</v></c></row>")
    assert cell in said(book)


def test_a_file_that_asks_for_too_much_memory_fails_alone(book, tmp_path, monkeypatch):
    pytest.importorskip("resource", reason="Windows limits no process by itself")
    greedy = tmp_path / "жадный.xlsx"
    greedy.write_bytes(book.read_bytes())
    write_rows(greedy, '<row r="1"><c r="A1"><v>5</v></c></row><row r="190000"><c r="Y190000"><v>5</v></c></row>')
    monkeypatch.setattr(reading, "MOST_MEMORY", 140 * 1024 * 1024)
    read = list(parse_all(map(read_source, [book, greedy, book])))
    assert [p.refused and p.refused["en"].partition(" ")[2][:33] for p in read] == [
        None,
        "asks for more memory or time than",
        None,
    ]


def test_a_file_that_takes_too_long_is_refused(book, monkeypatch):
    monkeypatch.setattr(reading, "LONGEST_READ_SECONDS", 0.001)
    assert "memory or time" in next(parse_all([read_source(book)])).refused["en"]


def test_a_far_cell_is_refused_rather_than_asked_memory_for(book):
    made = openpyxl.load_workbook(book)
    made.active["XFD1048576"] = 1
    made.save(book)
    assert "XFD1048576" in said(book)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "is empty"), (b"%PDF-1.4", "pdf"), (b"\xd0\xcf\x11\xe0" * 9, "xls"), (b"PK\3\4half", "end")],
)
def test_what_is_no_workbook_is_named(tmp_path, content, words):
    path = tmp_path / "файл.xlsx"
    path.write_bytes(content)
    assert words in said(path)


def test_an_error_cell_is_counted_and_never_taken_for_an_empty_one(book):
    made = openpyxl.load_workbook(book)
    made.active["C1"] = "#N/A"
    made.active["A2"] = "#REF!"
    made.save(book)
    assert parse(read_source(book)).grids["Sheet"].lost == {(1, 2), (2, 0)}
    assert next(iter(check_content(book.name, book.read_bytes())[0].values())).rows == 3


def test_one_bad_file_leaves_the_others_read(book, tmp_path):
    bad = tmp_path / "плохой.xlsx"
    bad.write_bytes(b"PK\3\4")
    assert [p.refused is None for p in parse_all(map(read_source, [bad, book, bad, book]))] == [False, True, False, True]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    part=st.sampled_from(["[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml", "xl/styles.xml"]),
    place=st.floats(0, 1, exclude_max=True),
    length=st.integers(0, 40),
    put_there=st.one_of(st.binary(max_size=20), st.sampled_from([b"<v>", b"</c>", b"<f>", b'<row r="99999999">', b't="e"', b"UTF-16384", b"&x;"])),
)  # fmt: skip
def test_a_damaged_part_is_read_or_refused_and_nothing_else_happens(book, part, place, length, put_there):
    damaged = book.with_name("повреждён.xlsx")
    damaged.write_bytes(book.read_bytes())

    def damage(name, content):
        start = int(place * len(content))
        return content[:start] + put_there + content[start + length :] if name == part else content

    rewrite(damaged, damage)
    parsed = parse(read_source(damaged))
    assert parsed.refused is None or all(parsed.refused.values())
