"""A code list is changed in Excel and comes back as it was meant, or with every slip named by its cell."""

import datetime as dt

import openpyxl
import pytest

from desktop.exchange.code_lists import columns_of, read_code_list, write_code_list
from desktop.exchange.reading import parse, read_source
from desktop.registers.declarations import load
from desktop.registers.packs import own_lists
from desktop.registers.problems import AppError
from tests.exchange.steps import edit

PROGRAM = load()


@pytest.fixture
def written(definitions, tmp_path):
    return write_code_list(definitions, "directions", tmp_path / "список.xlsx")


def read(definitions, path):
    return read_code_list(definitions, parse(read_source(path)))


def told(found):
    return [(change.kind, change.name) for change in found.changes]


def slips(found):
    return {problem.cell: problem.text["ru"] for problem in found.problems}


@pytest.mark.parametrize("name", own_lists(PROGRAM))
def test_every_code_list_comes_back_as_it_went(name, tmp_path):
    found = read(PROGRAM, write_code_list(PROGRAM, name, tmp_path / "x.xlsx"))
    assert (found.changes, found.problems) == ((), ())
    assert found.codes == PROGRAM.codes[name]
    unsure = {code: row.label.unsure for code, row in PROGRAM.codes[name].codes.items()}
    assert {code: row.label.unsure for code, row in found.codes.codes.items()} == unsure


def test_what_was_added_changed_and_retired_in_excel_is_told(definitions, written):
    def work(book):
        sheet = book["directions"]
        assert [cell.value for cell in sheet[2]][:2] == ["Код", "По-русски"]
        sheet["B3"] = "Заезд"
        sheet["G4"] = "31.12.2013"
        for place, text in enumerate(["RAIL", "Поездом", "? Поезд менен", "By train", "Entry", dt.date(2013, 3, 1)], 1):
            sheet.cell(7, place).value = text

    edit(written, work)
    found = read(definitions, written)
    assert (told(found), found.problems) == ([("code_changed", "IN"), ("code_retired", "OUT"), ("code_new", "RAIL")], ())
    rail = found.codes.codes["RAIL"]
    assert (rail.valid_from, rail.label["ky"], rail.label.unsure) == ("2013-03-01", "Поезд менен", {"ky"})
    assert found.codes.codes["OUT"].valid_until == "2013-12-31"


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        ("A3", "въезд", "латинские буквы"), ("B3", None, "нужны слова"), ("C3", "?", "нужны слова"), ("F3", "когда-то", "когда-то"),
        ("G5", "=1/0", "формула"), ("F5", "2014", "раньше"), ("A4", "IN", "дважды"),
    ],
)  # fmt: skip
def test_a_slip_is_named_by_its_cell_and_changes_nothing(definitions, written, cell, value, said):
    edit(written, lambda book: book["directions"].__setitem__(cell, value))
    found = read(definitions, written)
    assert found.changes == ()
    named = {"F5": "G5"}.get(cell, cell)
    assert said in slips(found)[named]


def test_a_row_that_is_gone_is_refused_by_its_code(definitions, written):
    edit(written, lambda book: book["directions"].delete_rows(4))
    found = read(definitions, written)
    assert [(problem.value, "OUT" in problem.text["ru"]) for problem in found.problems] == [("OUT", True)]


def test_a_workbook_that_is_no_code_list_or_whose_columns_are_not_known_is_refused(definitions, written, tmp_path):
    book = openpyxl.Workbook()
    book.save(tmp_path / "чужая.xlsx")
    for path, name in ((tmp_path / "чужая.xlsx", "packs.no_code_list"), (tmp_path / "нет.xlsx", "packs.refused")):
        with pytest.raises(AppError) as caught:
            read(definitions, path)
        assert caught.value.name == name
    edit(written, lambda book: book["directions"].delete_cols(2))
    with pytest.raises(AppError) as caught:
        read(definitions, written)
    assert caught.value.name == "packs.columns_differ"


def test_columns_may_be_moved_and_sorted(definitions, written):
    def work(book):
        sheet = book["directions"]
        sheet.move_range("A1:A5", cols=len(columns_of(definitions.codes["directions"])))

    edit(written, work)
    found = read(definitions, written)
    assert (found.changes, found.problems) == ((), ())
