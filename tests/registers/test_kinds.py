import datetime as dt

import pytest

from desktop.registers.kinds import KINDS, Reading
from desktop.registers.labels import Label
from desktop.registers.problems import NotReadable
from desktop.registers.register import Field


@pytest.fixture
def reading(definitions):
    return Reading(dt.date(2013, 3, 29), dict(definitions.codes))


def a_field(kind, **words):
    return Field(name=words.pop("name", "x"), kind_name=kind, label=Label.same("X"), **words)


def read(text, field, reading):
    return field.kind.read(text, field, reading)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("28.03.2013", "2013-03-28"), ("280313", "2013-03-28"), ("28032013", "2013-03-28"), ("28.3.13", "2013-03-28"),
        ("28/3/2013", "2013-03-28"), ("28-3-13", "2013-03-28"), ("28/3", "2013-03-28"), ("2803", "2013-03-28"),
        ("28", "2013-03-28"), ("5.6.24", "1924-06-05"), ("2013-03-28", "2013-03-28"), ("28.03.2013 г.", "2013-03-28"),
        ("с", "2013-03-29"), ("c", "2013-03-29"), ("=", "2013-03-29"), ("сегодня", "2013-03-29"), ("в", "2013-03-28"),
        ("-1", "2013-03-28"), ("+7", "2013-04-05"), (" 28 03 13 ", "2013-03-28"), ("", None), ("   ", None),
    ],
)  # fmt: skip
def test_a_date_is_read_the_way_clerks_type_it(typed, value, reading):
    assert read(typed, a_field("date"), reading) == value


@pytest.mark.parametrize("typed", ["31.02.2013", "310213", "12.13.2013", "вторник", "0", "2013", "28.03.201", "99"])
def test_an_impossible_date_is_refused_and_never_repaired(typed, reading):
    with pytest.raises(NotReadable):
        read(typed, a_field("date"), reading)


@pytest.mark.parametrize(
    ("typed", "precision", "value"),
    [("03.2013", "month", "2013-03"), ("3.2013", "month", "2013-03"), ("2013-03", "month", "2013-03"),
     ("1985", "year", "1985"), ("05.1985", "year", "1985-05"), ("1.5.85", "year", "1985-05-01")],
)  # fmt: skip
def test_a_date_keeps_how_much_of_it_is_known(typed, precision, value, reading):
    field = a_field("date", precision=precision)
    assert read(typed, field, reading) == value
    assert read(field.kind.show(value, field, reading, "ru"), field, reading) == value


def test_a_reporting_month_is_always_a_month(reading):
    field = a_field("date", precision="month", coarse=True)
    assert read("28.03.2013", field, reading) == "2013-03"
    assert field.kind.from_cell(dt.datetime(2013, 3, 1), field, reading) == "2013-03"


@pytest.mark.parametrize(
    ("typed", "value"),
    [("12,5", 12_500_000), ("12.5", 12_500_000), ("12ю5", 12_500_000), ("1 234,5", 1_234_500_000), ("0,001", 1_000),
     ("1\u00a0234,5", 1_234_500_000), ("1\u202f234", 1_234_000_000), ("12,5 г", 12_500_000), ("12.5g", 12_500_000), ("", None)],
)  # fmt: skip
def test_a_decimal_takes_comma_and_point_and_its_unit(typed, value, reading):
    assert read(typed, a_field("decimal", unit="G"), reading) == value


@pytest.mark.parametrize("typed", ["12,5О", "1e5", "1,2,3", "0,0001", "двенадцать", "12 кг"])
def test_a_decimal_that_may_mean_something_else_is_refused(typed, reading):
    with pytest.raises(NotReadable):
        read(typed, a_field("decimal", unit="G"), reading)


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [("12", "", 12), ("1 234", "", 1234), ("12.0", "", 12), ("12,00", "", 12), ("-3", "", -3), ("5 дн.", "DAY", 5),
     ("5 дн", "DAY", 5), ("5 күн", "DAY", 5), ("30 ЧЕЛ.", "PERSON", 30), ("", "", None)],
)  # fmt: skip
def test_an_integer_takes_blanks_and_its_unit(typed, unit, value, reading):
    assert read(typed, a_field("integer", unit=unit), reading) == value


@pytest.mark.parametrize("typed", ["1,000", "1.000", "12,5", "двенадцать", "12О", "1234567890123456", "5 мес."])
def test_an_integer_that_may_mean_something_else_is_refused(typed, reading):
    with pytest.raises(NotReadable):
        read(typed, a_field("integer", unit="DAY"), reading)


@pytest.mark.parametrize(
    ("typed", "unit", "value"), [("2 L", "L", 2_000_000), ("2л", "L", 2_000_000), ("7,5 %", "PCT", 7_500_000)]
)
def test_a_unit_is_taken_in_any_language_and_case(typed, unit, value, reading):
    assert read(typed, a_field("decimal", unit=unit), reading) == value


@pytest.mark.parametrize("cell", [1e12, 10**13, float("inf"), float("nan"), "1000000000000", "900000 × 900000"])
def test_an_amount_that_the_store_cannot_hold_is_refused(cell, reading):
    with pytest.raises(NotReadable):
        a_field("decimal").kind.from_cell(cell, a_field("decimal"), reading)


def test_a_product_is_typed_where_its_result_is_seen_and_read_from_no_workbook(reading):
    field = a_field("decimal", digits=6)
    assert read("2 × 0,25 × 3", field, reading) == 1_500_000
    with pytest.raises(NotReadable):
        field.kind.from_cell("2 × 0,25", field, reading)


def test_numbers_are_grouped_and_years_are_not(reading):
    shown = [a_field("integer").kind.show(n, a_field("integer"), reading, "ru") for n in (1985, 9999, 12345, None)]
    assert shown == ["1985", "9999", "12\u00a0345", ""]


def test_a_decimal_from_excel_is_exact_to_the_millionth(reading):
    field = a_field("decimal", digits=6)
    for value in (1, 100_000, 299_999, 3_254_000_001, 123_456_789_012_345):
        assert field.kind.from_cell(field.kind.to_cell(value, field, reading, "ru"), field, reading) == value


@pytest.mark.parametrize(("typed", "value"), [("да", 1), ("Ооба", 1), ("+", 1), ("нет", 0), ("жок", 0), ("-", 0), ("No", 0)])
def test_yes_and_no_are_read_in_every_language(typed, value, reading):
    assert read(typed, a_field("yes_no"), reading) == value


@pytest.mark.parametrize(
    "typed", ["DRG", "drg", "вкп", "гашиш", "осумдук", "Өсүмдүк", "DRG — Гашиш", "DRG - гашиш", "hashish", "ufibi"]
)
def test_a_choice_is_read_as_code_or_label_in_any_language_or_layout(typed, reading):
    assert read(typed, a_field("choice", codes="finds"), reading) == "DRG"


def test_choices_come_in_the_order_of_their_list(reading):
    field = a_field("choices", codes="finds")
    assert read("телефон; DRG", field, reading) == "DRG PHO"
    assert read("PHO, DRG", field, reading) == "DRG PHO"
    assert read(field.kind.show("DRG PHO", field, reading, "ky"), field, reading) == "DRG PHO"


@pytest.mark.parametrize(
    ("typed", "value"), [("1430", "14:30"), ("14:30", "14:30"), ("14.30", "14:30"), ("9", "09:00"), ("905", "09:05")]
)
def test_a_time_is_read(typed, value, reading):
    assert read(typed, a_field("time"), reading) == value


def test_words_lose_what_nobody_can_see(reading):
    assert read("  Асанов\u200b\u00a0 Болот\x00 ", a_field("text"), reading) == "Асанов Болот"
    assert read("Таи\u0306га", a_field("text"), reading) == "Тайга"
    assert read("а\r\nб ", a_field("note"), reading) == "а\nб"


def test_every_kind_gives_back_the_value_it_wrote_into_a_cell(reading):
    values = {
        "text": "=СУММА", "note": "а\nб", "integer": 12, "decimal": 12_500_000, "date": "2013-03-28", "time": "14:30",
        "yes_no": 0, "choice": "DRG", "choices": "DRG PHO", "reference": "IK-01-P-2013-0001",
    }  # fmt: skip
    assert values.keys() == KINDS.keys()
    for kind, value in values.items():
        field = a_field(kind, codes="finds" if kind.startswith("choice") else "")
        for language in ("ru", "ky", "en"):
            assert field.kind.from_cell(field.kind.to_cell(value, field, reading, language), field, reading) == value
