import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.exchange.look import LINE_HEIGHT, height_of, pages_across, width_of
from desktop.exchange.template import write_template
from desktop.registers.declarations import load
from tests.exchange.samples import tables_of, write_sample_book
from tests.exchange.steps import GATE, LOADS, MONTH, enter, hand_off
from tests.sample import load_line

DEFINITIONS = load()


@pytest.fixture
def book(prison, stick):
    enter(prison, comment="пояснение " * 20, loads=[load_line(), load_line()])
    return openpyxl.load_workbook(hand_off(prison, stick).path)


def columns(page):
    """Give the width and sight of each column, which a workbook keeps for groups of like ones."""
    return {place: group for group in page.column_dimensions.values() for place in range(group.min, group.max + 1)}


def visible(page):
    return [cell.value for cell in page[1] if not columns(page)[cell.column].hidden]


def test_a_hand_off_shows_the_sheets_and_columns_that_hold_something(book):
    assert [page.title for page in book if page.sheet_state == "visible"] == ["Обложка", GATE, LOADS]
    assert visible(book[GATE]) == ["number", "state", "revision", "passed_on", "direction", "comment", "total"]
    assert visible(book[LOADS]) == ["record", "cargo", "weight", "pieces"]


def test_a_template_shows_every_sheet_and_what_may_be_filled_in(definitions, stick):
    path = write_template(definitions, "security", stick / "шаблон.xlsx", prison="IK-03", month=MONTH)
    book = openpyxl.load_workbook(path)
    assert [page.title for page in book if page.sheet_state != "visible"] == ["_lists", "_meta"]
    assert visible(book[GATE]) == [
        "number", "passed_on", "passed_at", "direction", "searched", "finds", "left_on", "comment", "remarks",
    ]  # fmt: skip
    prompts = {str(v.sqref): v.prompt for v in book[GATE].data_validations.dataValidation}
    assert "28.03.2013" in prompts["E3:E1048576"]


def test_a_sheet_prints_in_landscape_with_its_headings_and_numbers_on_every_page(book):
    page = book[GATE]
    assert (page.page_setup.orientation, int(page.page_setup.paperSize), page.sheet_properties.pageSetUpPr.fitToPage) == (
        "landscape",
        9,
        True,
    )
    assert (page.print_title_rows, page.print_title_cols) == ("$2:$2", "$B:$B")
    assert (page.page_setup.fitToHeight, page.page_setup.fitToWidth) == (0, None)
    assert "ИК-1 Молдовановка: передача за март 2013 · " in page.oddFooter.left.text
    assert book["Обложка"].page_setup.orientation == "portrait"


def test_a_long_text_wraps_in_a_row_high_enough(book):
    assert book[GATE].row_dimensions[3].height >= 5 * LINE_HEIGHT


@pytest.mark.parametrize("zone", DEFINITIONS.zones)
def test_no_word_of_a_heading_is_broken(zone, tmp_path):
    tables = tables_of(DEFINITIONS, zone, count=1)
    write_sample_book(tmp_path / "книга.xlsx", DEFINITIONS, tables, "ru")
    for page in openpyxl.load_workbook(tmp_path / "книга.xlsx"):
        for cell in page[2] if page.row_dimensions[1].hidden else ():
            longest = max(map(len, cell.value.split(" ")))
            assert columns(page)[cell.column].width >= longest, cell.value


@given(texts=st.lists(st.text(max_size=400), min_size=1, max_size=4))
def test_a_row_is_never_lower_than_a_line_nor_higher_than_excel_allows(texts):
    assert LINE_HEIGHT <= height_of(texts, [12] * len(texts)) <= 409


def test_wide_sheets_go_over_several_pages_rather_than_shrink():
    assert [pages_across([20] * n) for n in (1, 10, 11, 30)] == [1, 1, 2, 3]


def test_a_column_is_as_wide_as_its_cells_within_reason():
    note, number = (DEFINITIONS.registers["seizures"].by_name[name] for name in ("summary", "staff_count"))
    assert [width_of(note, "Текст", [text]) for text in ("да", "слово " * 3, "слово " * 90)] == [9, 20, 46]
    assert width_of(number, "Число", ["12345"]) == 9
