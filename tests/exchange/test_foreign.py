"""Old journals as clerks kept them in Excel: matched to a register, looked at, and imported once."""

import datetime as dt

import openpyxl
import pytest

from desktop.exchange.foreign import ForeignImport, problem_rows, sheet_titles
from desktop.exchange.matching import Matching, guess_code
from desktop.exchange.reading import parse, read_source
from desktop.registers.problems import AppError
from desktop.registers.states import DRAFT, READY

HEADINGS = [
    "№ п/п",
    "Дата въезда",
    "Направление движения",
    "Ф.И.О. водителя",
    "Досмотрена",
    "Что везет",
    "Вес груза",
    "Кто дежурил",
]
ROWS = [
    [1, "28.03.2013", "Въезд", "Асанов Болот", "нет", "мука", "12,5 кг", "Смена 1"],
    [None, None, None, None, None, "сахар", "3", None],
    [2, dt.date(2013, 3, 29), "выезд", "Иванов Пётр", "нет", "пусто", "-", None],
    [3, "30.03.13 г.", "на вьезд", "Усенов", "нет", "уголь", "1 200", None],
    ["Итого", None, None, None, None, None, 1215.5, None],
]


def write(path, rows=ROWS, headings=HEADINGS, titles=(("ЖУРНАЛ учёта машин",), ("Начат 1 марта 2013 г.",), ())):
    """Write a journal as a clerk would: titles above, the first merged over all columns."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "КПП 2013"
    for row in (*titles, headings, *rows):
        page.append(list(row))
    if titles:
        page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(headings))
    book.save(path)
    return path


def grid_of(path):
    parsed = parse(read_source(path))
    assert parsed.refused is None
    return parsed.grids[sheet_titles(parsed.grids)[0]]


@pytest.fixture
def journal(tmp_path, gate_log):
    """Write a journal and look at it as an import into the gate log."""

    def look(*words, register=gate_log, heading_row=0, **more):
        return ForeignImport(register, grid_of(write(tmp_path / "журнал.xlsx", *words, **more)), heading_row)

    return look


def by_heading(found, matched):
    return {heading.text: matched.columns[heading.key] for heading in found.sheet.headings}


def fates(plan):
    return [(one.rows, one.verdict) for one in plan.planned]


def test_the_headings_are_found_below_titles_and_the_columns_guessed_from_russian_ones(journal):
    found = journal()
    assert (found.sheet.heading_row, found.sheet.first) == (4, 5)
    assert by_heading(found, found.guess()) == {
        "№ п/п": "", "Дата въезда": "passed_on", "Направление движения": "direction", "Ф.И.О. водителя": "driver",
        "Досмотрена": "searched", "Что везет": "loads.cargo", "Вес груза": "loads.weight", "Кто дежурил": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("headings", "wanted"),
    [
        (["Date", "Direction", "Driver", "Cargo"], ["passed_on", "direction", "driver", "loads.cargo"]),
        (["Күнү", "Багыты", "Айдоочу", "Эмне"], ["passed_on", "direction", "driver", "loads.cargo"]),
        (["КОГДА", "въезд/выезд", "ВОДИТЕЛЬ", "Груз"], ["passed_on", "direction", "driver", "loads.cargo"]),
    ],
)
def test_headings_in_any_language_and_values_that_read_as_the_kind_are_enough(journal, headings, wanted):
    found = journal([["28.03.2013", "Въезд", "Асанов", "мука"], ["29.03.2013", "OUT", "Усенов", "уголь"]], headings)
    assert list(by_heading(found, found.guess()).values()) == wanted


def test_two_rows_of_headings_and_a_row_of_numbers_are_one_heading(journal):
    found = journal(
        [["", "Что", "Вес, кг", ""], [1, 2, 3, 4], ["28.03.2013", "мука", "12,5", "Въезд"]],
        ["Дата", "Груз", None, "Направление"], titles=(("Журнал",),),
    )  # fmt: skip
    assert [heading.text for heading in found.sheet.headings] == ["Дата", "Груз · Что", "Груз · Вес, кг", "Направление"]
    assert found.sheet.first == 5
    assert set(found.guess().columns.values()) == {"passed_on", "loads.cargo", "loads.weight", "direction"}


def test_every_row_is_taken_left_out_with_a_reason_or_blank(journal):
    found = journal([*ROWS[:4], [], ROWS[3], [None] * 7 + ["Смена 2"], ROWS[4]])
    plan = found.preview(found.guess())
    assert fates(plan) == [
        ([5, 6], "ready"), ([7], "ready"), ([8], "ready"), ([10], "twice"), ([11], "alone"), ([12], "totals"),
    ]  # fmt: skip
    assert plan.counts == {"ready": 4, "twice": 1, "alone": 1, "totals": 1, "blank": 1}
    assert sum(plan.counts.values()) == len(found.sheet.numbers)
    assert all(one.problems[0].text["ru"] and one.problems[0].advice["ru"] for one in plan.planned if one.verdict != "ready")


def test_rows_with_an_empty_number_are_further_lines_of_the_record_above(journal, gate_log):
    found = journal()
    found.run(found.preview(found.guess()))
    first = gate_log.all()[-1]
    assert [(line["cargo"], line["weight"]) for line in first.lines["loads"]] == [("мука", 12_500_000), ("сахар", 3_000_000)]
    assert gate_log.count() == 3


def test_what_clerks_write_is_read_as_the_form_reads_it(journal, gate_log):
    found = journal()
    found.run(found.preview(found.guess()))
    rows = [(r.record["passed_on"], r.record["direction"], r.record["searched"], r.record["state"]) for r in gate_log.all()]
    assert sorted(rows) == [
        ("2013-03-28", "IN", 0, READY), ("2013-03-29", "OUT", 0, READY), ("2013-03-30", "IN", 0, READY),
    ]  # fmt: skip


def test_a_cell_that_cannot_be_read_makes_a_draft_that_keeps_its_text(journal, gate_log):
    found = journal([[1, "31.02.2013", "Въезд", "Асанов", "нет", "мука", "много", None]])
    plan = found.preview(found.guess())
    assert fates(plan) == [([5], "draft")]
    assert [(p.cell, p.value) for p in plan.planned[0].problems] == [("B5", "31.02.2013"), ("G5", "много")]
    found.run(plan)
    (kept,) = gate_log.all()
    assert kept.record["state"] == DRAFT
    assert '"passed_on": "31.02.2013"' in kept.record["extra"]
    assert '"loads/0/weight": "много"' in kept.record["extra"]


def test_a_rule_of_the_register_makes_a_draft_and_names_the_cell(journal):
    headings = [*HEADINGS[:7], "Выехала"]
    found = journal([[1, "28.03.2013", "Въезд", "Асанов", "нет", "мука", 1, "27.03.2013"]], headings)
    plan = found.preview(found.guess())
    assert fates(plan) == [([5], "draft")]
    (problem,) = plan.planned[0].problems
    assert (problem.cell, problem.text["ru"]) == ("H5", "Не может выехать раньше въезда.")


def test_a_missing_value_that_must_be_there_is_told_at_its_row(journal):
    plan = (found := journal([[1, "28.03.2013", None, "Асанов", "нет", "мука", 1, None]])).preview(found.guess())
    assert [problem.cell for problem in plan.planned[0].problems] == ["5"]
    assert "Направление" in plan.planned[0].problems[0].text["ru"]


def test_the_same_file_again_changes_nothing_and_says_so(journal, gate_log):
    found = journal()
    found.run(found.preview(found.guess()))
    before = [(item.record["uid"], item.record["revision"]) for item in gate_log.all()]
    again = journal()
    plan = again.preview(again.guess())
    assert [one.verdict for one in plan.planned] == ["known", "known", "known", "totals"]
    assert "IK-01-G-2013-0001" in plan.planned[0].problems[0].text["ru"]
    again.run(plan)
    assert [(item.record["uid"], item.record["revision"]) for item in gate_log.all()] == before


def test_an_import_that_broke_off_goes_on_where_it_was(journal, gate_log):
    found = journal()
    plan = found.preview(found.guess())

    def cut(done, of):
        if done == 2:
            raise AppError("store.not_saved", cause="power")

    with pytest.raises(AppError):
        found.run(plan, cut)
    assert gate_log.count() == 2
    found.run(plan)
    assert [(item.record["revision"], item.record["number"][-1]) for item in gate_log.all()] == [(1, "3"), (1, "2"), (1, "1")]
    assert found.preview(found.guess()).records == {"known": 3, "totals": 1}


def test_a_file_that_has_grown_brings_only_its_new_rows(journal, gate_log):
    found = journal()
    found.run(found.preview(found.guess()))
    grown = journal([*ROWS[:4], [4, "31.03.2013", "Въезд", "Асанов", "да", "дрова", 5, None], ROWS[4]])
    assert grown.preview(grown.guess()).records == {"known": 3, "draft": 1, "totals": 1}  # searched, but no finds told


def test_a_layout_is_remembered_whatever_the_order_of_its_columns(journal, gate_log):
    found = journal()
    guessed = found.guess()
    by_hand = Matching(dict(guessed.columns) | {found.sheet.headings[7].key: "comment"}, guessed.values, {}, guessed.begins)
    found.run(found.preview(by_hand))
    other = journal([list(reversed([7, "01.04.2013", "на вьезд", "Усенов", "нет", "мука", 1, "Смена 3"]))], HEADINGS[::-1])
    assert by_heading(other, other.guess())["Кто дежурил"] == "comment"
    other.run(other.preview(other.guess()))
    assert gate_log.all()[0].record["comment"] == "Смена 3"
    assert journal(headings=[*HEADINGS[:7], "Смена"]).remembered is None


def test_a_value_that_is_no_code_is_guessed_and_what_was_decided_is_used_again(journal, gate_log):
    found = journal([[1, "28.03.2013", "туда", "Асанов", "нет", "мука", 1, None]])
    guessed = found.guess()
    columns = dict(guessed.columns) | {found.sheet.headings[2].key: "direction"}
    assert fates(found.preview(Matching(columns, {}, {}, guessed.begins)))[0][1] == "draft"
    plan = found.preview(Matching(columns, {"direction": {"tuda": "OUT"}}, {}, guessed.begins))
    found.run(plan)
    assert gate_log.all()[0].record["direction"] == "OUT"
    again = journal([[2, "29.03.2013", "Туда", "Усенов", "нет", "уголь", 2, None]])
    assert again.guess().values["direction"]["tuda"] == "OUT"
    assert fates(again.preview(again.guess()))[0][1] == "ready"


def test_codes_are_guessed_by_a_slip_of_the_pen_or_by_the_word_among_others(definitions):
    codes = definitions.codes["finds"]
    assert guess_code(codes, "гашыш") == "DRG"
    assert guess_code(codes, "телефон Нокиа с зарядкой") == "PHO"
    assert guess_code(codes, "хлеб") == ""


def test_one_value_is_given_for_all_where_the_file_has_no_such_column(journal, gate_log):
    found = journal([[1, "28.03.2013", "Асанов", "мука"]], ["№", "Дата", "Водитель", "Что везёт"])
    guessed = found.guess()
    assert fates(found.preview(guessed))[0][1] == "draft"
    found.run(found.preview(Matching(guessed.columns, {}, {"direction": "IN"}, guessed.begins)))
    assert gate_log.all()[0].record["direction"] == "IN"


def test_several_columns_may_go_into_a_note_each_under_its_heading(journal, gate_log):
    found = journal()
    guessed = found.guess()
    keys = [found.sheet.headings[place].key for place in (0, 7)]
    found.run(
        found.preview(Matching(dict(guessed.columns) | dict.fromkeys(keys, "comment"), guessed.values, {}, guessed.begins))
    )
    assert gate_log.all()[-1].record["comment"] == "№ п/п: 1\nКто дежурил: Смена 1"


def test_the_history_notes_the_import_by_counts_and_layout_and_names_no_file(journal, gate_log):
    found = journal()
    found.run(found.preview(found.guess()))
    entries = gate_log.zone.latest_history("ru")
    assert [entry.label for entry in entries if "Excel" in entry.label] == ["Журнал перенесён из Excel"]
    told = gate_log.zone.select("select changes, why from history where action = 'import'")[0]
    assert '"ready": 4' in told["changes"]
    assert "журнал.xlsx" not in f"{told}"
    made = gate_log.zone.history_of(gate_log.all()[-1].record["uid"], "ru")
    assert made[0].why == "Из журнала в Excel, строка 5"


def test_the_list_of_problems_names_file_cell_value_and_what_to_do(journal):
    found = journal([[1, "31.02.2013", "Въезд", "Асанов", "нет", "мука", 1, None], ROWS[4]])
    rows = problem_rows(found.preview(found.guess()), "журнал.xlsx", "ru")
    assert [row[:5] for row in rows] == [
        ("журнал.xlsx", "КПП 2013", "", "B5", "31.02.2013"), ("журнал.xlsx", "КПП 2013", "", "A6", "Итого"),
    ]  # fmt: skip
    assert all(row[6] for row in rows)


def test_a_cell_with_an_excel_error_makes_a_draft(journal):
    found = journal([[1, "28.03.2013", "Въезд", "Асанов", "нет", "мука", "=1/0", None], ROWS[1]])
    plan = found.preview(found.guess())
    assert plan.planned[0].verdict == "draft"
    assert "G5" in [problem.cell for problem in plan.planned[0].problems]


def test_a_sheet_without_headings_is_refused_until_a_person_names_their_row(journal):
    with pytest.raises(AppError) as refusal:
        journal([[1, "28.03.2013", 2]], [4, "27.03.2013", 3], titles=())
    assert refusal.value.name == "foreign.no_headings"
    assert journal(heading_row=4).sheet.heading_row == 4


def test_an_amount_with_its_unit_fills_the_field_of_the_unit_beside_it(journal, vault):
    headings = ["№", "Дата изъятия", "Вид предмета", "Вещество", "Количество", "Где обнаружено"]
    rows = [[1, "28.03.2013", "Наркотик", "Гашиш", "12,5 г", "КПП"], [2, "29.03.2013", "Телефон", None, "2 шт.", "Склад"]]
    found = journal(rows, headings, register=vault.records("seizures"))
    plan = found.preview(found.guess())
    lines = [one.lines["items"][0] for one in plan.planned]
    assert [(line["quantity"], line["unit"]) for line in lines] == [(12_500_000, "G"), (2_000_000, "PCS")]


def test_columns_with_words_of_their_own_are_known_by_what_stands_in_them(journal, vault):
    headings = ["№", "Когда", "Сколько", "Место"]
    rows = [[1, "28.03.2013", "12,5 г", "КПП"], [2, "29.03.2013", "2 шт.", "столовая"]]
    found = journal(rows, headings, register=vault.records("seizures"))
    assert list(by_heading(found, found.guess()).values()) == ["", "seized_on", "items.quantity", "location"]


def test_a_problem_of_a_further_line_names_the_row_of_that_line(journal):
    found = journal([ROWS[0], [None] * 6 + ["3", None]])
    plan = found.preview(found.guess())
    assert [(problem.cell, problem.text["ru"]) for problem in plan.planned[0].problems] == [("6", "Заполните «Что везёт»")]
