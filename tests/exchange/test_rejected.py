from dataclasses import replace

import openpyxl
import pytest

from desktop.exchange.cells import shown
from desktop.exchange.merge import preview
from desktop.exchange.rejected import write_rejected
from desktop.exchange.template import write_template
from desktop.registers.labels import LANGUAGES
from desktop.registers.messages import sentences
from tests.exchange.steps import GATE, LOADS, MONTH, edit, enter, hand_off, place_of, put
from tests.hostile.build import changed, parts_of
from tests.sample import load_line


@pytest.fixture
def plans(definitions, prison, headquarters, stick):
    """A hand-off, a template and a file that is no workbook, each with something wrong."""
    enter(prison)
    made = hand_off(prison, stick)

    def misspell(book):
        put(book[GATE], 3, direction="=налево")
        book[GATE].cell(3, place_of(book[GATE], "direction")).data_type = "s"

    edit(made.path, misspell)
    template = write_template(definitions, "security", stick / "шаблон.xlsx", prison="IK-03", month=MONTH)
    edit(template, lambda book: put(book[LOADS], 3, record="9", cargo="мука", weight="12,5О"))
    (stick / "письмо.xlsx").write_text("не книга")
    return preview(headquarters, [made.path, template, stick / "письмо.xlsx"])


def read(path):
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(path).worksheets[0].iter_rows()]
    return rows[0], [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_the_error_workbook_says_where_what_and_what_now(plans, stick):
    assert write_rejected(plans, stick / "ошибки.xlsx", "en") == 5
    heads, rows = read(stick / "ошибки.xlsx")
    assert heads == ["File", "Sheet", "Record", "Cell", "Value", "What is wrong", "What to do"]
    by_cell = {(row["File"], row["Cell"]): row for row in rows}
    wrong = by_cell["IK-01_2013-03_security_r1.xlsx", "G3"]
    assert (wrong["Sheet"], wrong["Record"], wrong["Value"]) == (GATE, "IK-01-G-2013-0001", "=налево")
    assert wrong["What to do"] == "Let the prison correct the record in its program and hand off again."
    assert by_cell["IK-01_2013-03_security_r1.xlsx", "B3"]["What is wrong"].startswith("Not taken, because its record was not")
    lost = by_cell["шаблон.xlsx", "B3"]
    assert (lost["Value"], lost["What to do"]) == ("9", "Write the number of a record of this file into the cell.")
    assert by_cell["шаблон.xlsx", "D3"]["What to do"] == "Correct the cell in the workbook and merge it again."
    assert "is not an .xlsx workbook" in by_cell["письмо.xlsx", None]["What is wrong"]


def test_nothing_in_it_is_a_formula(plans, stick):
    write_rejected(plans, stick / "ошибки.xlsx", "ru")
    pages = openpyxl.load_workbook(stick / "ошибки.xlsx").worksheets
    cells = [cell for page in pages for row in page.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_the_senders_own_sheet_comes_back_with_the_cells_marked_where_they_stood(prison, headquarters, stick):
    enter(prison)
    enter(prison, comment="верная")
    enter(prison, passed_on="2013-03-20", loads=[load_line(weight=2_500_000)])
    made = hand_off(prison, stick)
    edit(made.path, lambda book: put(book[GATE], 5, direction="налево"))
    sent = openpyxl.load_workbook(made.path)[GATE]
    write_rejected(preview(headquarters, [made.path]), stick / "ошибки.xlsx", "ru")
    book = openpyxl.load_workbook(stick / "ошибки.xlsx")
    assert book.sheetnames == ["Не принято", GATE, LOADS]
    page = book[GATE]
    assert [cell.value for cell in page[2]] == [cell.value for cell in sent[2]]
    assert [cell.value for cell in page[5]] == [cell.value for cell in sent[5]]
    marked = page.cell(5, place_of(page, "direction"))
    assert (marked.value, marked.fill.fgColor.rgb) == ("налево", "FFF8D0CC")
    assert "Пусть учреждение исправит" in marked.comment.text
    assert [cell.coordinate for row in page.iter_rows() for cell in row if cell.comment] == [marked.coordinate]
    assert page.cell(4, 1).value is None
    assert page.cell(5, place_of(page, "passed_on")).is_date
    assert book[LOADS].cell(5, place_of(book[LOADS], "weight")).value == 2.5


def test_of_what_must_be_sealed_nothing_but_cells_and_advice_is_written(plans, stick):
    secret = [replace(plan, must_be_sealed=True) for plan in plans]
    write_rejected(secret, stick / "ошибки.xlsx", "ru")
    book = openpyxl.load_workbook(stick / "ошибки.xlsx")
    assert len(book.sheetnames) == 1
    cells = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    assert "12,5О" not in cells
    assert "D3" in cells


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_written_in_the_language_asked_for(language, plans, stick):
    write_rejected(plans, stick / "ошибки.xlsx", language)
    heads, _ = read(stick / "ошибки.xlsx")
    assert heads[-1] == sentences()["sheet.rejected_advice"][language]


def test_where_nothing_was_rejected_no_file_is_written(prison, headquarters, stick):
    enter(prison)
    plans = preview(headquarters, [hand_off(prison, stick).path])
    assert write_rejected(plans, stick / "ошибки.xlsx") == 0
    assert not (stick / "ошибки.xlsx").exists()


def test_every_objection_has_its_advice():
    found = {name.partition(".")[2] for name in sentences() if name.startswith("merge.")} - {"only_headquarters"}
    assert found == {name.partition(".")[2] for name in sentences() if name.startswith("advice.")} - {"hand_off", "template"}


@pytest.mark.parametrize("written", ["1e999", "-1e999", "1e308"])
def test_a_number_beyond_all_numbers_comes_back_as_the_text_it_is_shown_as(prison, headquarters, stick, written):
    enter(prison, loads=[load_line(weight=7_000_000)])
    made = hand_off(prison, stick)
    old, new = b"<v>7</v>", b"<v>%s</v>" % written.encode()
    content = made.path.read_bytes()
    [part] = [name for name, xml in parts_of(content).items() if name.startswith("xl/worksheets") and xml.count(old) == 1][-1:]
    made.path.write_bytes(changed(content, part, lambda xml: xml.replace(old, new)))
    plans = preview(headquarters, [made.path])
    assert write_rejected(plans, stick / "ошибки.xlsx", "ru") > 0
    _, rows = read(stick / "ошибки.xlsx")
    assert shown(float(written)) in {row["Значение"] for row in rows}
