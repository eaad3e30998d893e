"""The first screen: who it is, the wait after wrong passwords, and the way in when the password is lost."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from desktop.gui.code_editor import CodeEditor
from desktop.gui.password_editor import NewPassword
from desktop.gui.unlock_page import UnlockPage
from desktop.gui.words import Words
from desktop.store import keyring
from tests.gui.asking import click, fill, fill_code, fill_twice, press_at_last, pressing, said
from tests.gui.conftest import type_text
from tests.store import conftest as stations
from tests.store.conftest import ADMIN, MEDIC, password_of

station = stations.station
PASSWORD = "мост река утро"


@pytest.fixture
def first_screen(qtbot, station, definitions, no_questions):
    """Show the first screen of a station of four people."""
    page = UnlockPage(station.folder, definitions, Words("ru"))
    qtbot.addWidget(page)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    page.password.setFocus()
    return page


def try_password(qtbot, page, name, password):
    page.person.setCurrentText(name)
    page.password.setFocus()
    page.password.selectAll()
    type_text(password)
    page.unlock()
    qtbot.waitUntil(page.window().isEnabled)


def opened(qtbot, page, name, password):
    """Log in, and give the vault."""
    page.person.setCurrentText(name)
    fill(page.password, password)
    with qtbot.waitSignal(page.opened) as told:
        page.unlock()
    told.args[0].close()
    return told.args[0]


def test_the_wait_is_said_and_counted_down_while_the_window_goes_on(first_screen, qtbot, monkeypatch):
    monkeypatch.setattr(keyring, "DELAYS", (0, 0, 30))
    try_password(qtbot, first_screen, MEDIC, "не тот")
    assert "Неверный пароль" in first_screen.message.text()
    assert first_screen.enter.isEnabled()
    try_password(qtbot, first_screen, MEDIC, "не тот")
    assert "через 30 секунд" in first_screen.message.text()
    assert not first_screen.enter.isEnabled()
    monkeypatch.setattr(keyring, "DELAYS", (0, 0, 21))
    first_screen.tick()
    assert "через 21 секунду" in first_screen.message.text()
    assert first_screen.window().isEnabled()
    monkeypatch.setattr(keyring, "DELAYS", (0, 0, 0))
    first_screen.tick()
    assert first_screen.message.text() == ""
    assert opened(qtbot, first_screen, MEDIC, password_of(MEDIC)).keys.failed == 2


def test_nothing_is_tried_while_somebody_waits(first_screen, qtbot, monkeypatch, station):
    monkeypatch.setattr(keyring, "DELAYS", (0, 60))
    try_password(qtbot, first_screen, MEDIC, "не тот")
    first_screen.unlock()
    assert first_screen.window().isEnabled()
    assert keyring.read(station.folder)["failures"][MEDIC]["count"] == 1


def test_somebody_else_does_not_wait(first_screen, qtbot, monkeypatch):
    monkeypatch.setattr(keyring, "DELAYS", (0, 60))
    try_password(qtbot, first_screen, MEDIC, "не тот")
    first_screen.person.setCurrentText(ADMIN)
    assert first_screen.enter.isEnabled()
    assert first_screen.message.text() == ""
    first_screen.person.setCurrentText(MEDIC)
    assert not first_screen.enter.isEnabled()
    assert "через 60 секунд" in first_screen.message.text()


def test_who_waits_still_waits_after_the_program_was_started_again(first_screen, qtbot, monkeypatch, station, definitions):
    monkeypatch.setattr(keyring, "DELAYS", (0, 60))
    try_password(qtbot, first_screen, ADMIN, "не тот")
    again = UnlockPage(station.folder, definitions, Words("ru"))
    qtbot.addWidget(again)
    assert not again.enter.isEnabled()


def recovering(name, zone, code):
    """Answer how the password was lost: by keyboard from the code on."""

    def answer(dialog):
        who, of = dialog.findChildren(QComboBox)
        who.setCurrentText(name)
        of.setCurrentText(zone)
        fill_code(dialog.findChild(CodeEditor), code)
        press_at_last(Qt.Key.Key_Return)
        assert dialog.findChild(NewPassword).first.hasFocus()
        fill_twice(dialog.findChild(NewPassword), PASSWORD)
        press_at_last(Qt.Key.Key_Return)

    return answer


def test_the_recovery_sheet_lets_in_with_a_new_password(first_screen, qtbot, asked, station):
    asked.answer(recovering(MEDIC, "Здоровье", station.codes["health"]))
    first_screen.lost.click()
    assert "Сначала обратитесь к тому" in asked.texts[0]
    qtbot.waitUntil(lambda: "Новый пароль задан" in first_screen.message.text())
    assert first_screen.person.currentText() == MEDIC
    assert opened(qtbot, first_screen, MEDIC, PASSWORD).zones == ["health"]


def test_the_sheet_of_another_part_is_refused_and_the_code_kept(first_screen, qtbot, asked, station):
    def other_part(dialog):
        assert "ничего не открывает" in said(dialog)
        assert dialog.findChild(CodeEditor).typed == station.codes["health"]
        assert dialog.findChild(NewPassword).typed == ""
        dialog.findChildren(QComboBox)[1].setCurrentText("Здоровье")
        fill_twice(dialog.findChild(NewPassword), PASSWORD)
        click(dialog, "Задать пароль")

    asked.answer(recovering(MEDIC, "Безопасность", station.codes["health"]), other_part)
    first_screen.lost.click()
    qtbot.waitUntil(lambda: "Новый пароль задан" in first_screen.message.text())


def test_by_the_sheet_of_one_part_the_others_are_named_as_lost(first_screen, qtbot, asked, station):
    asked.answer(recovering(stations.OFFICER, "Оперативная информация", station.codes["intelligence"]))
    first_screen.lost.click()
    qtbot.waitUntil(lambda: "Новый пароль задан" in first_screen.message.text())
    assert "снова даст тот, у кого он есть: «Безопасность»" in first_screen.message.text()


def test_a_mistyped_group_is_named_before_anything_is_tried(first_screen, asked, station):
    code = station.codes["health"]

    def answer(dialog):
        fill_code(dialog.findChild(CodeEditor), code[:-1] + ("Z" if code[-1] != "Z" else "Y"))
        fill_twice(dialog.findChild(NewPassword), PASSWORD)
        click(dialog, "Задать пароль")
        assert "группа 13 набрана неверно" in said(dialog)
        click(dialog, "Назад")

    asked.answer(answer)
    first_screen.lost.click()
    assert keyring.read(station.folder)["failures"] == {}


def test_leaving_it_changes_nothing(first_screen, asked, station):
    before = keyring.read(station.folder)
    asked.answer(pressing("Назад"))
    first_screen.lost.click()
    assert keyring.read(station.folder) == before


def test_the_typed_password_does_not_stay(first_screen, qtbot):
    opened(qtbot, first_screen, MEDIC, password_of(MEDIC))
    assert first_screen.password.text() == ""
