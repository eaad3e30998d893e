"""Sheets as people leave them: whatever was moved, added, hidden or typed below, every row is a record, rejected, or blank."""

import shutil

import openpyxl
import pytest

from desktop.exchange.merge import preview
from tests.exchange.steps import GATE, LOADS, edit, enter, hand_off, insist, letter, place_of, put, take
from tests.sample import load_line


@pytest.fixture
def made(prison, stick):
    for n in range(3):
        enter(prison, loads=[load_line(weight=(n + 1) * 1_000_000)], comment=f"строка {n}", searched=1, finds="DRG")
    return hand_off(prison, stick)


def rows_of_table(sheet):
    """Give the rows with content below the hidden names and the headings, wherever these have got to."""
    names = next(cell.row for cell in sheet["A"] if cell.value == "uid")
    return [row for row in sheet.iter_rows(min_row=names + 2) if any(str(cell.value or "").strip() for cell in row)]


def taken(made, headquarters, damage):
    """Damage the hand-off, merge it as it is, and give its plan once the rows of its tables are all accounted for."""
    edit(made.path, damage)
    plans, done = insist(headquarters, made.path)
    book = openpyxl.load_workbook(made.path)
    filled = {(sheet.title, row[0].row) for sheet in (book[GATE], book[LOADS]) for row in rows_of_table(sheet)}
    assert plans[0].refused is None, plans[0].refused
    assert filled <= {(row.sheet, row.row) for row in plans[0].rows}
    assert done[0].accepted + done[0].rejected == len(plans[0].rows)
    return plans[0]


def move_to_the_end(book):
    sheet = book[GATE]
    column, end = place_of(sheet, "comment"), sheet.max_column + 3
    for row in range(1, sheet.max_row + 1):
        sheet.cell(row, end).value, sheet.cell(row, column).value = sheet.cell(row, column).value, None


def add_titles(book):
    book[GATE].insert_rows(1, 3)
    book[GATE]["A2"] = "Журнал за март"


def add_blank_rows_with_looks(book):
    for row in range(6, 3_000):
        book[GATE].cell(row, 2).number_format = "0.00"


def merge_cells(book):
    book[GATE].merge_cells(start_row=8, end_row=9, start_column=1, end_column=4)


def hide_rows_and_columns(book):
    book[GATE].row_dimensions[4].hidden = True
    book[GATE].column_dimensions[letter(book[GATE], "comment")].hidden = True
    book[GATE].row_dimensions.group(3, 5, hidden=True)
    book[LOADS].auto_filter.add_filter_column(0, ["нет"])


def add_a_column(book):
    sheet = book[GATE]
    end = sheet.max_column + 1
    for row, text in enumerate(("", "Проверил", "а", "б", "в"), 1):
        sheet.cell(row, end).value = text


@pytest.mark.parametrize(
    "damage",
    [move_to_the_end, add_titles, add_blank_rows_with_looks, merge_cells, hide_rows_and_columns, add_a_column],
    ids=lambda damage: damage.__name__,
)
def test_no_record_is_lost_by_a_change_of_layout(damage, made, headquarters):
    plan = taken(made, headquarters, damage)
    assert plan.edited == ()
    kept = headquarters.records("gate_log").all()
    assert sorted(item.record["comment"] for item in kept) == ["строка 0", "строка 1", "строка 2"]
    assert sorted(item.lines["loads"][0]["weight"] for item in kept) == [1_000_000, 2_000_000, 3_000_000]


def test_what_stands_in_a_column_that_nobody_signed_is_named_and_merged_nowhere(made, headquarters):
    plan = taken(made, headquarters, add_a_column)
    assert (plan.unread, plan.is_held) == ((f"{GATE}: Проверил",), False)
    assert [item.record["extra"] for item in headquarters.records("gate_log").all()] == [None] * 3


@pytest.mark.parametrize("word", ["Итого", "ИТОГО:", "Всего", "Баары", "Total"])
def test_totals_typed_below_are_named_and_are_no_record(word, made, headquarters):
    def add_totals(book):
        put(book[LOADS], 6, record=word, weight=6)
        put(book[GATE], 7, number=word, comment="3 записи")

    plan = taken(made, headquarters, add_totals)
    said = [(row.sheet, row.row, [p.text["en"] for p in row.problems]) for row in plan.rows if row.problems]
    assert said == [(GATE, 7, ["This row holds totals, not a record"]), (LOADS, 6, ["This row holds totals, not a record"])]
    assert headquarters.records("gate_log").count() == 3


def test_headings_that_stand_again_among_the_rows_are_no_record(made, headquarters):
    def repeat(book):
        for cell in book[GATE][2]:
            book[GATE].cell(6, cell.column).value = cell.value

    plan = taken(made, headquarters, repeat)
    assert [(row.sheet, row.row) for row in plan.rows if row.verdict == "invalid"] == [(GATE, 6)]
    assert headquarters.records("gate_log").count() == 3


def test_a_row_that_stands_twice_is_named_and_neither_is_taken(made, headquarters):
    def copy(book):
        for cell in book[GATE][3]:
            book[GATE].cell(6, cell.column).value = cell.value

    plan = taken(made, headquarters, copy)
    said = {row.row: row.problems[0].text["en"] for row in plan.rows if row.sheet == GATE and row.problems}
    assert {row: text.partition(":")[0] for row, text in said.items()} == dict.fromkeys(
        (3, 6), "This record stands more than once in the file"
    )
    assert headquarters.records("gate_log").count() == 2


def test_a_row_that_was_deleted_marks_the_file_as_edited_and_its_lines_are_named(made, headquarters):
    plan = taken(made, headquarters, lambda book: book[GATE].delete_rows(3))
    assert plan.edited == ("gate_log",)
    assert [(row.sheet, row.verdict) for row in plan.rows if row.problems] == [(LOADS, "invalid")]


def test_a_sheet_far_too_wide_is_refused_at_once(made, headquarters):
    edit(made.path, lambda book: book[GATE].cell(3, 16_000, "x"))
    (plan,) = preview(headquarters, [made.path])
    assert "the far cell WQJ3" in plan.refused["en"]


def test_a_file_is_known_by_what_it_says_of_itself_and_not_by_its_name(made, headquarters, stick):
    take(headquarters, made.path)
    renamed = stick / "IK-09_2012-01_health_r7.xlsx"
    shutil.copy(made.path, renamed)
    (plan,) = preview(headquarters, [renamed])
    assert (plan.prison, plan.month, plan.zone, plan.known) == ("IK-01", "2013-03", "security", True)


def test_the_file_of_another_prison_does_not_take_over_a_record(made, headquarters):
    take(headquarters, made.path)

    def say_other(book):
        for row in book["_meta"].iter_rows():
            row[1].value = "IK-03" if row[0].value == "prison" else row[1].value

    edit(made.path, say_other)
    (plan,) = preview(headquarters, [made.path])
    assert plan.refused or plan.accepted == 0
