import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from desktop.exchange.merge import preview
from tests.exchange.steps import GATE, LOADS, edit, enter, hand_off, insist, place_of, take


@pytest.fixture
def made(prison, stick):
    enter(prison, searched=1, finds="DRG PHO", comment="проверено")
    return hand_off(prison, stick)


def rename(book):
    """Rename sheets as a spreadsheet does: the defined names follow."""
    for sheet, title in ((book[LOADS], "Грузы"), (book[GATE], "Ворота")):
        for defined in book.defined_names.values():
            defined.attr_text = defined.attr_text.replace(f"'{sheet.title}'", f"'{title}'")
        sheet.title = title


def forget_meta(book):
    for row in list(book["_meta"].iter_rows()):
        if str(row[0].value).startswith("sheet."):
            row[0].value = None


def delete_names(book):
    """Delete the hidden row as a spreadsheet does: the defined names move with their cells."""
    for sheet in (book[GATE], book[LOADS]):
        sheet.delete_rows(1)
        sheet.row_dimensions[1].hidden = False
    for name, defined in book.defined_names.items():
        if name.startswith("col_"):
            defined.attr_text = defined.attr_text.replace("$3:", "$2:")


def delete_defined_names(book):
    for name in list(book.defined_names):
        if name.startswith("col_"):
            del book.defined_names[name]


def spoil_headings(book):
    for sheet in (book[GATE], book[LOADS]):
        for cell in sheet[2 if sheet["A1"].value == "uid" else 1]:
            cell.value = f"столбец {cell.column}"


def say_in_kyrgyz(book):
    for sheet in (book[GATE], book[LOADS]):
        words = {"Дата\u00a0*": "күнү", "Направление\u00a0*": "БАГЫТЫ *", "Вес, кг": "Салмагы", "Что везёт\u00a0*": "Эмне"}
        for cell in sheet[1]:
            cell.value = words.get(cell.value, cell.value)


@pytest.mark.parametrize(
    "damages",
    [
        [rename],
        [spoil_headings, rename],
        [rename, forget_meta],
        [forget_meta, delete_defined_names],
        [delete_names, rename],
        [delete_names, delete_defined_names, rename],
        [delete_names, delete_defined_names, say_in_kyrgyz],
    ],
    ids=lambda damages: ", ".join(damage.__name__ for damage in damages),
)
def test_sheets_and_columns_are_found_by_what_is_left_of_their_names(damages, made, headquarters):
    for damage in damages:
        edit(made.path, damage)
    plans, done = insist(headquarters, made.path)
    assert (plans[0].refused, plans[0].edited, plans[0].check_number) == (None, (), made.check_number)
    assert (done[0].accepted, done[0].rejected) == (2, 0), plans[0].rows
    (kept,) = headquarters.records("gate_log").all()
    assert (kept.record["finds"], kept.lines["loads"][0]["weight"]) == ("DRG PHO", 12_500_000)


def test_defined_names_alone_lead_to_the_columns(made, headquarters):
    edit(made.path, lambda book: (delete_names(book), spoil_headings(book)))
    plans, done = take(headquarters, made.path)
    assert (plans[0].edited, done[0].accepted) == ((), 2)
    assert [row.row for row in plans[0].rows if row.verdict == "invalid"] == [1, 1]  # what were headings belongs to no record


def move_column(sheet, name, to):
    """Cut a column and paste it elsewhere, its hidden name and heading with it."""
    column = place_of(sheet, name)
    for row in range(1, sheet.max_row + 1):
        sheet.cell(row, to).value = sheet.cell(row, column).value
        sheet.cell(row, column).value = None


def test_a_moved_column_is_found(made, headquarters):
    edit(made.path, lambda book: move_column(book[LOADS], "weight", 20))
    plans, done = take(headquarters, made.path)
    assert (plans[0].edited, done[0].accepted) == ((), 2)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda book: book.remove(book[LOADS]), "no sheet for “Loads”"),
        (lambda book: book[LOADS].delete_cols(place_of(book[LOADS], "weight")), "the column “Weight” of “Loads” is gone"),
        (lambda book: [setattr(book[GATE].cell(n, 20), "value", t) for n, t in enumerate(("direction", "x"), 1)],
         "the column “Direction” more than once (G, T)"),
        (lambda book: (delete_names(book), delete_defined_names(book), spoil_headings(book)), "cannot be recognised"),
    ],
)  # fmt: skip
def test_where_doubt_is_left_the_file_is_refused_with_a_sentence(damage, said, made, headquarters):
    edit(made.path, damage)
    (plan,) = preview(headquarters, [made.path])
    assert said in plan.refused["en"]
    assert plan.rows == []


def test_a_heading_that_two_columns_share_is_refused_when_nothing_else_names_them(made, headquarters):
    def make_alike(book):
        delete_names(book)
        delete_defined_names(book)
        book[LOADS]["E1"] = "Что везёт"

    edit(made.path, make_alike)
    (plan,) = preview(headquarters, [made.path])
    assert "more than once" in plan.refused["en"]


def test_every_column_has_a_defined_name_that_points_to_it(made):
    book = openpyxl.load_workbook(made.path)
    for sheet, table in ((book[GATE], "gate_log"), (book[LOADS], "gate_log_loads")):
        for cell in sheet[1]:
            column = get_column_letter(cell.column)
            wanted = f"'{sheet.title}'!${column}$3:${column}$1048576"
            assert book.defined_names[f"col_{table}_{cell.value}"].attr_text == wanted
