"""Files that lie among the hand-offs by mistake are told each in a sentence of its own."""

import datetime as dt

import pytest

from desktop.exchange.code_lists import write_code_list
from desktop.exchange.enrolment import write_keys
from desktop.exchange.handoff import write_handoff
from desktop.exchange.lists import Wish, usual, write_list
from desktop.exchange.merge import preview
from desktop.exchange.rejected import write_rejected
from desktop.exchange.strays import odd_month, usual_month
from desktop.store.records import Filter
from tests.exchange.steps import GATE, edit, enter, hand_off, put, take
from tests.meeting import meet


def refusal(headquarters, path):
    (plan,) = preview(headquarters, [path])
    return plan.refused["ru"]


def test_a_list_that_was_exported_is_no_hand_off(prison, headquarters, stick):
    enter(prison)
    take(headquarters, hand_off(prison, stick).path)
    records = headquarters.records("gate_log")
    wish = Wish(Filter(), usual(headquarters.definitions, records.register))
    write_list(records, wish, stick / "список.xlsx")
    assert "список, выгруженный этой программой" in refusal(headquarters, stick / "список.xlsx")


def test_rejected_rows_are_for_the_prison(prison, headquarters, stick):
    enter(prison)
    made = hand_off(prison, stick)
    edit(made.path, lambda book: put(book[GATE], 3, direction="налево"))
    write_rejected(preview(headquarters, [made.path]), stick / "исправить.xlsx", "ru")
    assert "перечень непринятых строк" in refusal(headquarters, stick / "исправить.xlsx")


def test_a_code_list_keys_and_a_letter_are_named(prison, headquarters, stick):
    write_code_list(headquarters.definitions, "directions", stick / "коды.xlsx")
    assert "справочник" in refusal(headquarters, stick / "коды.xlsx")
    assert "«Ключи обмена»" in refusal(headquarters, write_keys(prison, stick))
    from desktop.exchange.receipts import write_receipts

    meet(prison, headquarters)
    enter(prison)
    take(headquarters, hand_off(prison, stick).path)
    (letter,) = write_receipts(headquarters, "security", stick)
    assert "письмо" in refusal(headquarters, letter)


def test_the_file_of_another_month_than_the_rest_is_asked_about(headquarters, make_vault, stick):
    prisons = [make_vault(code) for code in ("IK-01", "IK-03", "IK-08", "IK-10")]
    months = ("2013-03", "2013-03", "2013-03", "2013-02")
    paths = [write_handoff(one, "training", month, stick).path for one, month in zip(prisons, months, strict=True)]
    said = {plan.prison: plan.odd_month and plan.odd_month["ru"] for plan in preview(headquarters, paths)}
    assert said.pop("IK-10") == "За февраль 2013, тогда как большинство этих файлов за март 2013. Тот ли это файл?"
    assert set(said.values()) == {None}


def test_the_file_of_last_year_is_asked_about_even_alone(prison, headquarters, stick):
    take(headquarters, write_handoff(prison, "training", "2013-03", stick).path)
    (plan,) = preview(headquarters, [write_handoff(prison, "training", "2012-03", stick).path])
    assert "не файл ли это прошлых лет" in plan.odd_month["ru"]


def test_a_month_that_has_not_begun_is_asked_about(prison, headquarters, stick):
    ahead = f"{dt.date.today().year + 1}-03"
    (plan,) = preview(headquarters, [write_handoff(prison, "training", ahead, stick).path])
    assert "ещё не начался" in plan.odd_month["ru"]


@pytest.mark.parametrize("months", [[], ["2013-03"], ["2013-03", "2013-02"], ["2013-03", "2013-03", "2013-02", "2013-02"]])
def test_without_a_clear_majority_no_month_is_usual(months):
    assert usual_month(months) == ""
    assert odd_month("2013-02", "", ["2013-03"], "2013-05") is None
