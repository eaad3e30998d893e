"""A form that was left unfinished: kept at once, and taken up again only where the person says so."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QTableView

from tests.gui.asking import click, pressing
from tests.gui.conftest import press, type_text
from tests.gui.test_register_page import keep, row_of


@pytest.fixture
def page(qtbot, gate_log):
    return shown(qtbot, gate_log)


def shown(qtbot, gate_log):
    from desktop.gui.register_page import RegisterPage
    from desktop.gui.words import Words

    page = RegisterPage(gate_log, Words("ru"))
    qtbot.addWidget(page)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    return page


def leave_unfinished(page):
    press(Qt.Key.Key_Insert)
    for text in ("280313", "1430", "въезд", "Өмүрбек"):
        type_text(text)
        press(Qt.Key.Key_Return)
    page.keep()


def test_the_form_is_kept_at_once_where_the_person_turns_to_something_else(page, gate_log):
    press(Qt.Key.Key_Insert)
    type_text("280313")
    assert gate_log.kept_form("") is None
    page.search.setFocus()
    assert gate_log.kept_form("")["record"]["passed_on"] == "2013-03-28"


def test_two_seconds_after_the_last_key_the_form_is_kept(page, gate_log, qtbot):
    page.form._keeping.setInterval(20)
    press(Qt.Key.Key_Insert)
    with qtbot.waitSignal(page.form._keeping.timeout):
        type_text("280313")
    assert gate_log.kept_form("")["record"]["passed_on"] == "2013-03-28"


def test_what_was_typed_when_and_by_whom_is_shown_before_it_is_taken_up(page, qtbot, gate_log, asked):
    leave_unfinished(page)
    again = shown(qtbot, gate_log)

    def look(dialog):
        table = dialog.findChild(QTableView)
        rows = [table.model().index(n, 2).data() for n in range(table.model().rowCount())]
        assert rows == ["28.03.2013", "14:30", "Въезд", "Өмүрбек"]
        assert table.isColumnHidden(1)
        click(dialog, "Продолжить")

    asked.answer(look)
    again.begin()
    assert "Бекова Г." in asked.texts[0]
    assert row_of(again, "driver").typed == "Өмүрбек"
    assert again.form.is_dirty


def test_esc_throws_nothing_away(page, qtbot, gate_log, asked):
    leave_unfinished(page)
    again = shown(qtbot, gate_log)
    asked.answer(lambda dialog: dialog.reject(), pressing("Позже"))
    for _ in range(2):
        again.begin()
        assert not again.form.is_open
        assert again.right.currentIndex() == 0
    assert gate_log.kept_form("")["record"]["driver"] == "Өмүрбек"


def test_what_is_thrown_away_is_gone(page, qtbot, gate_log, asked):
    leave_unfinished(page)
    again = shown(qtbot, gate_log)
    asked.answer(pressing("Выбросить"))
    again.begin()
    assert row_of(again, "driver").typed == ""
    assert gate_log.kept_form("") is None


def test_a_changed_record_is_shown_beside_what_is_stored_of_it(page, qtbot, gate_log, asked):
    uid = keep(gate_log)["uid"]
    page.open(uid)
    row_of(page, "driver").editor.setFocus()
    row_of(page, "driver").editor.selectAll()
    type_text("Ким")
    page.keep()
    again = shown(qtbot, gate_log)

    def look(dialog):
        model = dialog.findChild(QTableView).model()
        assert [[model.index(n, c).data() for c in range(3)] for n in range(model.rowCount())] == [
            ["Водитель", "Асанов Болот", "Ким"]
        ]
        click(dialog, "Продолжить")

    asked.answer(look)
    again.open(uid)
    assert row_of(again, "driver").typed == "Ким"


def test_saving_another_record_leaves_an_unfinished_new_one_alone(page, gate_log):
    uid = keep(gate_log)["uid"]
    gate_log.keep_form("", {"at": "28.03.2013 14:30", "record": {"driver": "Ким"}, "lines": {}, "unread": {}})
    page.open(uid)
    row_of(page, "driver").editor.setFocus()
    type_text("Асан")
    press(Qt.Key.Key_F2)
    assert gate_log.read(uid)[0]["revision"] == 2
    assert gate_log.kept_form("")["record"]["driver"] == "Ким"


def test_the_safe_answer_is_the_one_that_enter_gives(page, qtbot, gate_log, asked):
    leave_unfinished(page)
    again = shown(qtbot, gate_log)

    def look(dialog):
        default = next(one for one in dialog.findChildren(QPushButton) if one.isDefault())
        assert default.text().startswith("Продолжить")
        default.click()

    asked.answer(look)
    again.begin()
    assert row_of(again, "driver").typed == "Өмүрбек"
