import zipfile

import openpyxl
import pytest

from desktop.exchange.guard import check_file
from desktop.exchange.reading import parse, parse_all


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


def said(path):
    return parse(path).refused["en"]


def test_a_workbook_is_read_with_its_blank_rows(book):
    grid = parse(book).grids["Sheet"]
    assert [[cell for cell in row if cell != ""] for row in grid.rows] == [["a", 1.0], [], ["b", 2.5, "c"]]


@pytest.mark.parametrize(
    ("part", "words"),
    [("xl/vbaProject.bin", "macros"), ("xl/externalLinks/externalLink1.xml", "links"), ("xl/embeddings/x.bin", "embedded"),
     ("xl/activeX/activeX1.xml", "active controls"), ("xl/connections.xml", "outside data"), ("../x.xml", "damaged")],
)  # fmt: skip
def test_what_a_hand_off_never_holds_is_refused_by_name(book, part, words):
    put(book, part, b"x")
    assert words in said(book)


def test_a_bomb_is_refused_before_it_is_inflated(book):
    put(book, "xl/media/x.bin", b"\0" * 50_000_000)
    assert "memory" in said(book)


def test_an_entity_is_refused(book, tmp_path):
    path = tmp_path / "entity.xlsx"
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            xml = old.read(name)
            new.writestr(name, b'<!DOCTYPE x [<!ENTITY a "b">]>' + xml if name.startswith("xl/worksheets") else xml)
    assert parse(path).refused is not None


def test_a_far_cell_is_refused_rather_than_asked_memory_for(book):
    made = openpyxl.load_workbook(book)
    made.active["XFD1048576"] = 1
    made.save(book)
    assert "XFD1048576" in said(book)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "is empty"), (b"%PDF-1.4", "pdf"), (b"\xd0\xcf\x11\xe0" * 9, "xls"), (b"PK\3\4half", "damaged")],
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
    assert parse(book).grids["Sheet"].lost == {(1, 2), (2, 0)}
    assert next(iter(check_file(book).values())).rows == 3


def test_one_bad_file_leaves_the_others_read(book, tmp_path):
    bad = tmp_path / "плохой.xlsx"
    bad.write_bytes(b"PK\3\4")
    assert [p.refused is None for p in parse_all([bad, book, bad, book])] == [False, True, False, True]
