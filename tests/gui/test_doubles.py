"""A record that resembles another is saved only after both were seen, and never refused."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QTableView

from desktop.gui.register_page import RegisterPage
from desktop.gui.words import Words
from desktop.registers.declarations import load
from desktop.registers.resources import RESOURCES
from tests.gui.asking import click, fill, press_at_last
from tests.gui.conftest import press, type_text
from tests.gui.test_register_page import keep, line_row, row_of, type_passage
from tests.sample import GATE_LOG, write_sample

DECLARED = 'title = ["driver"]\nresembles = ["prison", "passed_on", "direction", "loads.weight"]\nresembles_within = 1'


@pytest.fixture
def near(tmp_path):
    """The gate log, two records of which may be one passage within a day."""
    return load(RESOURCES, write_sample(tmp_path / "own", GATE_LOG.replace('title = ["driver"]', DECLARED)))


@pytest.fixture
def records(make_vault, near):
    return make_vault(own=near).records("gate_log")


@pytest.fixture
def page(qtbot, records):
    page = RegisterPage(records, Words("ru"))
    qtbot.addWidget(page)
    page.resize(1160, 700)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    return page


def test_a_record_that_resembles_another_is_shown_beside_it_and_saved_with_a_reason(page, records, asked):
    first = keep(records, passed_on="2013-03-27", driver="Асанов Болот")
    press(Qt.Key.Key_Insert)
    type_passage()

    def look(dialog):
        model = dialog.findChild(QTableView).model()
        rows = [[model.index(n, c).data() for c in range(3)] for n in range(model.rowCount())]
        assert ["Дата  ≠", "27.03.2013", "28.03.2013"] in rows
        assert ["Направление", "Въезд", "Въезд"] in rows
        click(dialog, "Сохранить всё равно")
        assert dialog.isVisible()
        fill(dialog.findChild(QLineEdit), "вторая машина")
        click(dialog, "Сохранить всё равно")

    asked.answer(look)
    press_at_last(Qt.Key.Key_F2)
    assert first["number"] in asked.texts[0]
    record = records.rows(records.ids())[0]
    assert (record["state"], records.count()) == ("READY", 2)
    assert json.loads(record["reasons"])["double"] == f"{first['number']}: вторая машина"


def back_to(page):
    """Give the keyboard back to the window, as every system does when a question closes; the offscreen one forgets it."""
    page.activateWindow()
    page.form.focus_first()
    QApplication.processEvents()


def test_who_goes_back_loses_nothing_and_is_asked_again(page, records, asked):
    keep(records)
    press(Qt.Key.Key_Insert)
    type_passage()
    asked.answer(lambda dialog: click(dialog, "Вернуться"), lambda dialog: dialog.reject())
    for _ in range(2):
        back_to(page)
        press_at_last(Qt.Key.Key_F2)
        assert records.count() == 1
        assert page.form.is_dirty
        assert row_of(page, "driver").typed == "Асанов Болот"


def test_nobody_is_asked_twice_about_the_same(page, records, asked):
    keep(records)
    press(Qt.Key.Key_Insert)
    type_passage()

    def answer(dialog):
        fill(dialog.findChild(QLineEdit), "вторая машина")
        click(dialog, "Сохранить всё равно")

    asked.answer(answer)
    press_at_last(Qt.Key.Key_F2)
    back_to(page)
    row_of(page, "comment").editor.setFocus()
    type_text("на рынок")
    press(Qt.Key.Key_F2)
    assert records.rows(records.ids())[0]["comment"] == "на рынок"


def test_another_weight_is_another_load(page, records, asked):
    keep(records)
    press(Qt.Key.Key_Insert)
    type_passage(weight="20")
    press(Qt.Key.Key_F2)
    assert records.count("READY") == 2
    assert line_row(page, "weight").typed == "20"


def test_what_is_unfinished_is_kept_without_a_question(page, records, asked):
    keep(records)
    press(Qt.Key.Key_Insert)
    type_passage(weight="9000")
    line_row(page, "weight").editor.setFocus()
    line_row(page, "weight").editor.selectAll()
    type_text("12,5О")
    press(Qt.Key.Key_F2)
    assert records.count("DRAFT") == 1
