"""Values as people, spreadsheets and other programs leave them in cells: taken for what they surely mean, or refused in words."""

import re

import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from desktop.exchange.merge import preview
from desktop.exchange.template import write_template
from tests.exchange.steps import GATE, LOADS, MONTH, edit, put, take
from tests.hostile.build import changed, parts_of


@pytest.fixture
def template(definitions, stick):
    """A template of one record with one line, filled in by hand."""
    path = write_template(definitions, "security", stick / "шаблон.xlsx", prison="IK-03", month=MONTH)

    def fill(book):
        put(book[GATE], 3, number="1", passed_on="28.03.2013", direction="Въезд", finds="DRG")
        put(book[LOADS], 3, record="1", cargo="мука")

    edit(path, fill)
    return path


@pytest.fixture
def arrives(template, headquarters):
    """Write a value into a column and tell what headquarters keeps of it, or the sentence by which it is refused."""

    def arrive(column, written, sheet=GATE, number_format=None):
        def write(book):
            put(book[sheet], 3, **{column: written})
            if number_format:
                [cell] = [c for c in book[sheet][3] if c.value == written]
                cell.number_format = number_format

        edit(template, write)
        plans, done = take(headquarters, template)
        assert done[0].accepted + done[0].rejected == 2
        kept = headquarters.records("gate_log").all()
        if kept:
            return (kept[0].lines["loads"][0] if sheet == LOADS else kept[0].record)[column]
        said = [p.text["en"] for row in plans[0].rows for p in row.problems if p.value]
        assert said
        return said[0]

    return arrive


@pytest.mark.parametrize(
    "written",
    ["28.03.2013", "28.3.13", "28/03/2013", "28-03-2013", "2013-03-28", "28 03 2013", "28032013", "280313",
     "28.03.2013 г.", "2013-03-28 00:00:00", "\u00a028.03.2013\u200b"],
)  # fmt: skip
def test_a_date_written_as_text_is_read_in_every_usual_writing(arrives, written):
    assert arrives("passed_on", written) == "2013-03-28"


@pytest.mark.parametrize(
    "written",
    ["31.02.2013", "03/28/2013", "28", "28.03", "2803", "сегодня", "с", "-1", "+7", 28, 41361, "07.01.1392",
     "28 марта", "٢٨.٠٣.٢٠١٣", "2013-03-28T00:00:00+06:00", "0", "-", "нет", True],
)  # fmt: skip
def test_a_date_that_may_be_another_day_is_refused_and_never_guessed(arrives, written):
    assert "date" in arrives("passed_on", written)


def test_a_workbook_that_counts_days_from_1904_gives_the_same_day(template, headquarters):
    import datetime as dt

    def write(book):
        book.epoch = CALENDAR_MAC_1904
        put(book[GATE], 3, passed_on=dt.date(2013, 3, 28))

    edit(template, write)
    take(headquarters, template)
    assert headquarters.records("gate_log").all()[0].record["passed_on"] == "2013-03-28"


def test_a_date_before_1900_is_kept(arrives):
    assert arrives("passed_on", "28.03.1899") == "1899-03-28"


@pytest.mark.parametrize(
    ("written", "millionths"),
    [("12,5", 12_500_000), ("12.5", 12_500_000), (12.5, 12_500_000), ("1 234,5", 1_234_500_000),
     ("1\u00a0234,5", 1_234_500_000), ("1\u2009234,5", 1_234_500_000), ("1\u202f234,5", 1_234_500_000),
     ("12,5 кг", 12_500_000), ("12,5kg", 12_500_000), ("\ufeff12,5", 12_500_000), (0, 0), ("0", 0)],
)  # fmt: skip
def test_an_amount_is_read_with_comma_blanks_and_its_own_unit(arrives, written, millionths):
    assert arrives("weight", written, LOADS) == millionths


@pytest.mark.parametrize("written", ["12,5 г", "12,5 мг", "50 %", "3 шт."])
def test_an_amount_in_another_unit_is_refused_by_the_name_of_the_right_one(arrives, written):
    said = arrives("weight", written, LOADS)
    assert "another unit" in said
    assert "kg" in said


@pytest.mark.parametrize(
    "written", ["1E+05", "NaN", "inf", "١٢", "१२", "12,5О", "1.234,5", "-", "—", "нет", "двенадцать", True, "1234567890123456"]
)
def test_what_is_no_plain_number_is_refused_in_words_and_is_never_nought(arrives, written):
    assert "is not a number" in arrives("weight", written, LOADS)


def test_a_negative_amount_meets_the_limit_of_the_field(arrives):
    assert "at least 0" in arrives("weight", -5, LOADS)


@pytest.mark.parametrize("written", ["   ", "\n", "\t ", "\u00a0", "\u200b"])
def test_a_cell_of_blanks_says_nothing(arrives, written):
    assert arrives("weight", written, LOADS) is None


@pytest.mark.parametrize(
    ("written", "kept"), [("нет", 0), ("0", 0), (0, 0), (False, 0), ("да", 1), (True, 1), ("жок", 0), (None, None)]
)
def test_no_nought_and_nothing_stay_apart(arrives, written, kept):
    assert arrives("searched", written) == kept


@pytest.mark.parametrize("written", ["-", "—", "?", "не известно", 2])
def test_a_dash_is_no_answer_to_yes_or_no(arrives, written):
    assert "neither yes nor no" in arrives("searched", written)


def test_a_negative_number_formatted_as_a_time_is_no_midnight(template, headquarters):
    def write(book):
        put(book[GATE], 3, passed_at=0.25)
        [cell] = [c for c in book[GATE][3] if c.value == 0.25]
        cell.value, cell.number_format = -1, "hh:mm"

    edit(template, write)
    plans, done = take(headquarters, template)
    assert done[0].rejected == 2
    assert headquarters.records("gate_log").all() == []
    assert any(problem.cell for row in plans[0].rows for problem in row.problems)


@pytest.mark.parametrize("written", ["#REF!", "#N/A", "#DIV/0!", "#VALUE!"])
def test_an_error_cell_is_rejected_by_its_cell(template, headquarters, written):
    edit(template, lambda book: put(book[LOADS], 3, weight=written))
    (plan,) = preview(headquarters, [template])
    assert (plan.accepted, plan.rejected) == (0, 2)
    assert any("Excel error" in p.text["en"] for row in plan.rows for p in row.problems)


@pytest.mark.parametrize(
    ("written", "kept"),
    [("му\u200bка", "мука"), ("мука\u00a0ржаная", "мука ржаная"), ("й".encode().decode(), "й"), ("и\u0306", "й"),
     ("му\u00adка", "мука"), ("\ufeffмука", "мука"), ("мука\nржаная", "мука ржаная"), ("cахар", "cахар"), ("МУКА...", "МУКА..."),
     ("+7 996", "+7 996"), ("-мука", "-мука"), ("@мука", "@мука"), ("＝1+1", "＝1+1"), ("\tмука", "мука")],
)  # fmt: skip
def test_a_text_keeps_its_letters_and_loses_what_nobody_sees(arrives, written, kept):
    assert arrives("cargo", written, LOADS) == kept


@pytest.mark.parametrize("written", ["IN", "in", " IN ", "I\u200bN", "въезд", "Въезд.", "IN — Въезд", "КИРҮҮ"])
def test_a_code_is_known_however_it_is_written(arrives, written):
    assert arrives("direction", written) == "IN"


@pytest.mark.parametrize(
    ("formula", "kept"), [("<f>6+6</f><v>12</v>", 12_000_000), ("<f>6+6</f>", None), ("<f>1/0</f><v>#DIV/0!</v>", None)]
)
def test_a_formula_gives_its_last_value_with_a_warning_at_its_cell_or_is_rejected(template, headquarters, formula, kept):
    edit(template, lambda book: put(book[LOADS], 3, weight=777))
    kind = ' t="e"' if "#" in formula else ""
    sheet = next(name for name, part in parts_of(template.read_bytes()).items() if b"<v>777</v>" in part)
    content = re.sub(rb'( s="\d+")? t="n"><v>777</v>', f"{kind}>{formula}".encode(), parts_of(template.read_bytes())[sheet])
    template.write_bytes(changed(template.read_bytes(), sheet, lambda _: content))
    (plan,), done = take(headquarters, template)
    if kept is None:
        assert (done[0].accepted, done[0].rejected) == (0, 2)
        assert any("Excel error" in problem.text["en"] for row in plan.rows for problem in row.problems)
        return
    assert headquarters.records("gate_log").all()[0].lines["loads"][0]["weight"] == kept
    said = [warning for row in plan.rows for warning in row.warnings if "formula" in warning.text["en"]]
    assert [one.text["en"] for one in said] == [f"{said[0].cell} holds a formula; its last value 12 was taken"]


@pytest.mark.parametrize(("written", "is_mixed"), [("Bъезд", True), ("Въезд", False), ("IN — Въезд", False)])
def test_a_code_in_letters_of_two_alphabets_is_taken_with_a_warning(template, headquarters, written, is_mixed):
    edit(template, lambda book: put(book[GATE], 3, direction=written))
    (plan,), done = take(headquarters, template)
    assert done[0].rejected == 0
    assert headquarters.records("gate_log").all()[0].record["direction"] == "IN"
    said = [warning for row in plan.rows for warning in row.warnings if "Latin" in warning.text["en"]]
    assert [warning.value for warning in said] == ([written] if is_mixed else [])
