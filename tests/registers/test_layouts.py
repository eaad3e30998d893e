import pytest

from desktop.registers.declarations import load
from desktop.registers.labels import LANGUAGES
from desktop.registers.layouts import Letters


@pytest.fixture(scope="module")
def letters():
    rows = (row for codes in load().codes.values() for row in codes.codes.values())
    return Letters(row.label[language] for row in rows for language in LANGUAGES)


@pytest.mark.parametrize(("typed", "meant"), [
    ("ghbdtn", "привет"), ("Fcfyjd", "Асанов"), ("ntktajy", "телефон"), ("ЫФЬЫГТП", "SAMSUNG"),
    ("d vfnhfct gfrtn", "в матрасе пакет"), ("Телефон cfvceyu", "Телефон самсунг"),
])  # fmt: skip
def test_a_text_typed_on_the_other_layout_is_told(letters, typed, meant):
    assert letters.mended(typed) == meant


@pytest.mark.parametrize("typed", [
    "Asanov Bolot", "Samsung", "iPhone", "Xiaomi Redmi", "Toyota", "Асанов", "Өмүрбек уулу", "камера 4", "IMEI 356938035643809",
    "gaz", "12,5", "", "на крыше ШИЗО", "drug dealer", "Жаңыбек", "B0123AA",
])  # fmt: skip
def test_what_was_meant_as_it_stands_is_left_alone(letters, typed):
    assert letters.mended(typed) is None
