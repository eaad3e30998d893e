import pytest

from desktop.registers.codes import Code, CodeList
from desktop.registers.labels import Label


def a_list(**labels):
    """Make a list of codes with the same label in every language."""
    codes = {code: Code(code, Label.same(label), "", "", "", {}) for code, label in labels.items()}
    return CodeList("x", codes, "x")


def a_code(first="", last=""):
    return Code("X", Label.same("X"), "", first, last, {})


@pytest.mark.parametrize(
    ("typed", "code"), [("+", "P1"), ("++", "P2"), (" +++ ", "P3"), ("p2", "P2"), ("P2 — ++", "P2"), ("++++", None)]
)
def test_labels_of_signs_alone_are_told_apart(typed, code):
    assert a_list(P1="+", P2="++", P3="+++").find(typed) == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [("шт.", "PCS"), ("шт", "PCS"), ("SHT", "SHT"), ("sht", "SHT"), ("мм", "MM"), ("м", "M"), ("MM — мм", "MM")],
)
def test_a_label_written_exactly_so_comes_before_a_code_that_sounds_like_it(typed, code):
    assert a_list(PCS="шт.", SHT="листов", MM="мм", M="м").find(typed) == code


def test_a_label_that_two_codes_share_names_neither():
    shared = a_list(A1="Другое", B1="Другое", C1="Нет")
    assert [shared.find(text) for text in ("Другое", "A1", "нет")] == [None, "A1", "C1"]


@pytest.mark.parametrize("dash", ["—", "–", "-"])
def test_code_and_label_may_be_joined_by_any_dash(dash):
    assert a_list(IK="ИК-1 Молдовановка", KP="КП - 2").find(f"IK {dash} ИК-1 Молдовановка") == "IK"
    assert a_list(IK="ИК-1 Молдовановка", KP="КП - 2").find("КП - 2") == "KP"


def test_suggestions_begin_with_what_begins_so():
    listed = a_list(OPI="Опий", MAK="Маковая соломка", MOR="Морфин")
    assert listed.suggest("м") == ["MAK", "MOR"]
    assert listed.suggest("солом") == ["MAK"]
    assert listed.suggest("vjh") == ["MOR"]
    assert listed.suggest("") == ["OPI", "MAK", "MOR"]


@pytest.mark.parametrize(
    ("first", "last", "day", "valid"),
    [("2012", "", "2011-12-31", False), ("2012", "", "2012-01-01", True), ("", "2018", "2018-12-31", True),
     ("", "2018", "2019-01-01", False), ("2016-03", "", "2016", True), ("2016-03", "", "2016-02-29", False), ("", "", "1900", True)],
)  # fmt: skip
def test_a_code_is_valid_from_and_until_its_days_as_far_as_they_are_known(first, last, day, valid):
    assert a_code(first, last).is_valid(day) is valid


@pytest.mark.parametrize(
    ("written", "code"), [("РНО", "PHO"), ("PНO", "PHO"), ("В02", None), ("в02", "D02"), ("B02", "B02"), ("Teлeфoн", "PHO")]
)
def test_letters_that_look_right_are_right_unless_they_are_another_code_on_the_other_keyboard(written, code):
    assert a_list(PHO="Телефон", B02="а", D02="б").find(written) == code
