"""What the function keys do to the field that is being typed in, by the keyboard alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication

from tests.gui.conftest import press, type_text
from tests.gui.test_register_page import CTRL, ENTER, SHIFT, keep, line_row, row_of, type_passage

LAST = Qt.Key.Key_F5


@pytest.fixture
def page(show_page, gate_log):
    return show_page(gate_log)


def go_to(row):
    row.editor.setFocus()
    QApplication.processEvents()


def begin_next(page, **changes):
    """Keep a record and begin another, as a clerk does in a row."""
    keep(page.records, **changes)
    press(Qt.Key.Key_Insert)


def test_f5_repeats_the_last_value_says_so_and_is_taken_back(page):
    begin_next(page, driver="Өмүрбек уулу Асан")
    driver = row_of(page, "driver")
    go_to(driver)
    press(LAST)
    assert driver.read() == "Өмүрбек уулу Асан"
    assert driver.message.whole == "Как в прошлой записи"
    assert driver.editor.property("state") == "copied"
    press(Qt.Key.Key_Z, CTRL)
    assert driver.typed == ""
    assert driver.message.whole == ""


def test_the_mark_of_a_repeated_value_goes_when_it_is_typed_over(page):
    begin_next(page)
    go_to(row_of(page, "driver"))
    press(LAST)
    press(Qt.Key.Key_End)
    type_text("!")
    assert row_of(page, "driver").message.whole == ""


def test_f5_in_a_line_repeats_the_line_above(page):
    press(Qt.Key.Key_Insert)
    type_passage(cargo="мука")
    press(Qt.Key.Key_Space)
    press(LAST)
    assert line_row(page, "cargo", 1).read() == "мука"


def test_f5_where_nothing_was_says_so(page):
    press(Qt.Key.Key_Insert)
    go_to(row_of(page, "driver"))
    press(LAST)
    assert "пустое" in page.form.said.text()


def test_shift_f5_fills_in_what_is_empty_but_no_person_and_takes_it_back(page, gate_log):
    begin_next(page, searched=1, finds="PHO", driver="Асанов Болот")
    go_to(row_of(page, "passed_on"))
    type_text("290313")
    press(LAST, SHIFT)
    assert row_of(page, "passed_on").typed in ("290313", "29.03.2013")
    assert (row_of(page, "direction").read(), row_of(page, "searched").read(), row_of(page, "finds").read()) == ("IN", 1, "PHO")
    assert row_of(page, "driver").typed == ""
    assert row_of(page, "searched").message.whole == "Как в прошлой записи"
    page.form.lines_editors["loads"].open_line(0)
    assert line_row(page, "cargo").read() == "мука"
    assert gate_log.rows(gate_log.ids())[0]["number"] in page.form.said.text()
    press(LAST, SHIFT)
    assert row_of(page, "searched").typed == ""
    assert page.form.lines_editors["loads"].read(blanks=False)[0] == []
    assert row_of(page, "passed_on").read() == "2013-03-29"


def test_a_record_filled_in_as_the_last_is_another_record_with_lines_of_its_own(page, gate_log):
    begin_next(page)
    type_text("290313")
    press(LAST, SHIFT)
    press(Qt.Key.Key_F2)
    records = gate_log.rows(gate_log.ids())
    lines = [gate_log.read(record["uid"])[1]["loads"][0] for record in records]
    assert len({record["number"] for record in records}) == len({line["uid"] for line in lines}) == 2
    assert [record["state"] for record in records] == ["READY", "READY"]


def test_a_stored_record_is_not_filled_in_as_the_last(page, gate_log):
    keep(gate_log)
    uid = keep(gate_log, searched=None)["uid"]
    page.open(uid)
    go_to(row_of(page, "searched"))
    press(LAST, SHIFT)
    assert row_of(page, "searched").typed == ""
    assert "новую" in page.form.said.text()


def test_f9_lets_a_field_stay_also_tomorrow_and_no_longer(page, gate_log, show_page):
    press(Qt.Key.Key_Insert)
    driver = row_of(page, "driver")
    go_to(driver)
    press(Qt.Key.Key_F9)
    assert not driver.pin.icon().isNull()
    assert "Водитель" in page.form.said.text()
    go_to(row_of(page, "passed_on"))
    type_passage()
    press(ENTER, CTRL)
    assert row_of(page, "driver").typed == "Асанов Болот"
    assert not page.form.is_dirty
    again = show_page(gate_log)
    again.begin()
    assert row_of(again, "driver").typed == "Асанов Болот"
    go_to(row_of(again, "driver"))
    press(Qt.Key.Key_F9)
    again.begin()
    assert row_of(again, "driver").typed == ""


def test_a_pin_is_one_persons_own(page, gate_log, vault):
    press(Qt.Key.Key_Insert)
    go_to(row_of(page, "driver"))
    press(Qt.Key.Key_F9)
    from desktop.store.habits import Habits

    field = gate_log.register.by_name["driver"]
    assert Habits(gate_log).is_pinned("", field)
    gate_log.zone.person = "Ким В."
    assert not Habits(gate_log).is_pinned("", field)


def test_what_is_declared_to_stay_can_be_let_go(page):
    press(Qt.Key.Key_Insert)
    assert row_of(page, "direction").is_pinned
    go_to(row_of(page, "direction"))
    press(Qt.Key.Key_F9)
    go_to(row_of(page, "passed_on"))
    type_passage()
    press(ENTER, CTRL)
    assert row_of(page, "direction").typed == ""


def test_a_pinned_field_of_a_line_stays_in_the_next_line(page):
    press(Qt.Key.Key_Insert)
    go_to(line_row(page, "cargo"))
    press(Qt.Key.Key_F9)
    type_text("мука")
    page.form.lines_editors["loads"].begin_line()
    assert line_row(page, "cargo", 1).read() == "мука"
    assert len(page.form.lines_editors["loads"].read(blanks=False)[0]) == 1


def test_a_text_on_the_wrong_layout_is_offered_and_mended_by_f8(page):
    press(Qt.Key.Key_Insert)
    driver = row_of(page, "driver")
    go_to(driver)
    type_text("Fcfyjd")
    assert driver.message.whole == "! Раскладка? F8 — исправить"
    assert driver.typed == "Fcfyjd"
    press(Qt.Key.Key_F8)
    assert driver.typed == "Асанов"
    assert driver.message.whole == ""
    press(Qt.Key.Key_Z, CTRL)
    assert driver.typed == "Fcfyjd"


def test_a_name_in_latin_letters_is_left_in_peace(page):
    press(Qt.Key.Key_Insert)
    go_to(row_of(page, "driver"))
    type_text("Asanov Samsung")
    assert row_of(page, "driver").message.whole == ""


def test_f1_asks_for_help_on_the_field(page, qtbot):
    press(Qt.Key.Key_Insert)
    go_to(row_of(page, "direction"))
    with qtbot.waitSignal(page.form.help_asked) as asked:
        press(Qt.Key.Key_F1)
    assert asked.args == ["gate_log", "direction"]
    go_to(line_row(page, "cargo"))
    with qtbot.waitSignal(page.form.help_asked) as asked:
        press(Qt.Key.Key_F1)
    assert asked.args == ["gate_log", "loads.cargo"]


def test_enter_behind_the_last_field_saves_and_begins_the_next(page, gate_log):
    press(Qt.Key.Key_Insert)
    type_passage()
    press(ENTER)
    press(ENTER)
    assert gate_log.count("READY") == 1
    assert page.form.record.get("uid") is None
    assert QApplication.focusWidget() is row_of(page, "passed_on").editor


def test_enter_behind_the_last_field_of_a_stored_record_stays_with_it(page, gate_log):
    uid = keep(gate_log)["uid"]
    page.open(uid)
    page.form.focusables()[-1].setFocus()
    press(ENTER)
    assert page.form.record["uid"] == uid


def test_shift_enter_goes_back_through_the_lines(page):
    press(Qt.Key.Key_Insert)
    type_passage()
    press(ENTER, SHIFT)
    assert QApplication.focusWidget() is line_row(page, "pieces").editor
    for _ in range(3):
        press(ENTER, SHIFT)
    assert QApplication.focusWidget() is row_of(page, "comment").editor


# Taking back


def press_cyrillic(page, keys):
    """Trigger what Ctrl with a Cyrillic letter does: QTest knows Latin letters alone."""
    next(action for action in page.actions() if QKeySequence(keys) in action.shortcuts()).trigger()


@pytest.mark.parametrize("keys", ["Ctrl+Z", "Ctrl+Я"])
def test_outside_the_fields_ctrl_z_takes_back_the_last_save(page, gate_log, keys):
    uid = keep(gate_log)["uid"]
    page.refresh()
    page.open(uid)
    go_to(row_of(page, "driver"))
    row_of(page, "driver").editor.selectAll()
    type_text("Ким")
    press(Qt.Key.Key_F2)
    page.table.setFocus()
    press(Qt.Key.Key_Z, CTRL) if keys == "Ctrl+Z" else press_cyrillic(page, keys)
    assert gate_log.read(uid)[0]["driver"] == "Асанов Болот"
    assert row_of(page, "driver").typed == "Асанов Болот"


def test_a_void_is_taken_back_by_ctrl_z(page, gate_log, monkeypatch):
    from desktop.gui import prompts
    from desktop.gui.prompts import Answer

    uid = keep(gate_log)["uid"]
    page.refresh()
    page.open(uid)
    monkeypatch.setattr(prompts, "ask_void", lambda *_: Answer("ERR", "не туда"))
    page.form.void_button.click()
    page.table.setFocus()
    press(Qt.Key.Key_Z, CTRL)
    assert gate_log.read(uid)[0]["state"] == "READY"
    assert not row_of(page, "driver").editor.isReadOnly()


def test_in_a_field_ctrl_z_takes_back_what_was_typed_and_no_record(page, gate_log):
    uid = keep(gate_log)["uid"]
    page.refresh()
    page.open(uid)
    go_to(row_of(page, "driver"))
    row_of(page, "driver").editor.selectAll()
    type_text("Ким")
    press_cyrillic(page, "Ctrl+Я")
    assert row_of(page, "driver").typed == "Асанов Болот"
    assert gate_log.read(uid)[0]["revision"] == 1
