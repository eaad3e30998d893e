"""Help by the keys: F1 tells of the field and takes nothing away, Ctrl+F1 lists the keys that answer; practice and lessons."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from desktop.gui import pages
from desktop.gui.key_sheet import actions_of, words_of
from desktop.gui.main_window import MainWindow
from desktop.gui.shortcuts import SAYS
from desktop.gui.words import NAMES, Words
from desktop.registers.messages import sentences
from desktop.store.keyring import PRACTICE_PASSWORD
from tests.conftest import PASSWORD
from tests.gui.asking import pressing
from tests.gui.conftest import press, type_text
from tests.gui.test_register_page import row_of

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(open_window, vault):
    window = open_window(vault)
    window.show_page("gate_log")
    return window


def begin(window):
    page = window.pages["gate_log"]
    page.begin()
    row_of(page, "direction").editor.setFocus()
    return page


def test_f1_tells_of_the_field_and_leaves_the_cursor_where_it_is(window):
    page = begin(window)
    press(Qt.Key.Key_F1)
    assert "Направление" in window.guide.panel.text.toPlainText()
    assert "Въезд" in window.guide.panel.text.toPlainText()
    assert QApplication.focusWidget() is row_of(page, "direction").editor
    press(Qt.Key.Key_Return)
    assert "Водитель" in window.guide.panel.text.toPlainText(), "the help does not follow the cursor"


def test_esc_closes_the_help_and_only_then_the_form(window):
    page = begin(window)
    press(Qt.Key.Key_F1)
    assert window.guide.is_shown
    press(Qt.Key.Key_Escape)
    assert not window.guide.is_shown
    assert page.form.is_open


def test_f1_tells_of_every_page(window):
    for key in [entry.key for entry in pages.entries(window.vault, window.words)]:
        window.show_page(key)
        window.guide.tell()
        told = window.guide.panel.text.toPlainText()
        assert told
        assert window.words("help.nothing") not in told, key


def test_ctrl_f1_lists_the_keys_that_really_answer(window):
    begin(window)
    press(Qt.Key.Key_F1, CTRL)
    assert window.page == pages.HELP
    told = window.pages[pages.HELP].text.toPlainText()
    for key in ("F2", "Ctrl+Enter", "Alt+1", "Ctrl+F1"):
        assert key in told
    window.pages["gate_log"].form.is_dirty = False


def actions(window):
    """Give every action of the window that answers wherever on its page the person is."""
    for entry in pages.entries(window.vault, window.words):
        window.show_page(entry.key)
    return [action for action in window.findChildren(QAction) if action.shortcuts()]


def keys(action):
    return [sequence.toString() for sequence in action.shortcuts()]


def test_every_key_has_words_and_none_breaks_a_layout(window):
    for action in actions(window):
        if action.property(SAYS) is not None:
            assert f"keys.{action.property(SAYS)}" in sentences(), f"{keys(action)} of {action.parent()} says nothing"
            assert all(words_of(action, Words(language)) for language in NAMES)
        for key in keys(action):
            assert "Ctrl+Alt" not in key
            letter = key.removeprefix("Ctrl+")
            if key.startswith("Ctrl+") and len(letter) == 1 and letter.isascii() and letter.isalpha():
                assert any(not other.isascii() for other in keys(action)), f"{key} is dead under a Cyrillic layout"


def test_no_key_means_two_things_on_one_page(window):
    actions(window)
    for name, page in window.pages.items():
        heard = [key for action in actions_of(page) if action.isEnabled() and action.parent() is page for key in keys(action)]
        assert len(heard) == len(set(heard)), (name, sorted(heard))


def test_the_first_screen_has_help_too(qtbot, vault, definitions):
    vault.close()
    window = MainWindow(vault.folder, definitions, "ru")
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.unlock_page.password.setFocus()
    press(Qt.Key.Key_F1)
    assert "Забыли пароль" in window.guide.panel.text.toPlainText()
    window.guide.leave()


@pytest.fixture
def practising(qtbot, tmp_path, no_questions):
    """Show practice, entered from the first screen of a real station."""
    from desktop.registers.declarations import load
    from desktop.store.vault import create_vault

    definitions = load()
    create_vault(
        tmp_path / "station", definitions, prison="IK-08", person="Асанов", password=PASSWORD, profile="cheapest"
    ).close()
    window = MainWindow(tmp_path / "station", definitions, "ru")
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.unlock_page.practice_button.click()
    qtbot.waitUntil(lambda: window.vault is not None and window.isEnabled(), timeout=30_000)
    yield window
    if window.vault:
        window.vault.close()


def test_practice_says_what_it_is_and_leads_back_to_the_real_station(qtbot, practising, tmp_path):
    assert practising.vault.station.is_practice
    assert practising.vault.folder != tmp_path / "station"
    assert "УЧЕБНЫЙ РЕЖИМ" in practising.windowTitle()
    practising.practice.buttons["leave"].click()
    qtbot.waitUntil(practising.isEnabled)
    assert practising.vault is None
    assert "УЧЕБНЫЙ" not in practising.windowTitle()
    assert practising.unlock_page.folder == tmp_path / "station"


def test_locking_in_practice_stays_in_practice(qtbot, practising):
    practising.lock()
    qtbot.waitUntil(practising.isEnabled)
    assert practising.practice.is_on
    assert not practising.unlock_page.practice_button.isVisible()
    practising.unlock_page.password.setFocus()
    type_text(PRACTICE_PASSWORD, practising.unlock_page.password)
    with qtbot.waitSignal(practising.unlock_page.opened):
        practising.unlock_page.enter.click()
    assert practising.vault.station.is_practice


def test_begin_anew_throws_away_what_was_typed(qtbot, practising, asked):
    register = next(iter(practising.vault.registers)).name
    station = practising.vault.station.id
    before = practising.vault.records(register).count()
    records = practising.vault.records(register)
    records.save(records.blank(), {}, ready=False)
    asked.answer(pressing("Начать заново"))
    practising.practice.buttons["anew"].click()
    qtbot.waitUntil(lambda: practising.vault is not None and practising.isEnabled(), timeout=30_000)
    assert practising.vault.station.id != station
    assert practising.vault.records(register).count() == before


def test_a_lesson_says_what_is_next_and_praises_the_ready_record(practising):
    register = next(iter(practising.vault.registers)).name
    practising.show_page(register)
    practising.practice.buttons["lesson"].click()
    lesson = practising.practice.lesson
    practising.show_page(pages.HELP)
    assert not lesson.isVisible()
    practising.show_page(register)
    assert lesson.isVisible()
    form = practising.pages[register].form
    for _ in range(60):
        if lesson.step is None:
            break
        before = lesson.said.text()
        lesson.go()
        QApplication.processEvents()
        if lesson.step.field is None:
            press(Qt.Key.Key_Return)
        else:
            step, editor = lesson.step, QApplication.focusWidget()
            editor.selectAll()
            type_text(lesson.words.show(step.value, step.field, form.context.reading), editor)
            press(Qt.Key.Key_Return)
        form.judge()
        assert lesson.said.text() != before, before
    assert "F2" in lesson.said.text()
    press(Qt.Key.Key_F2)
    assert "Молодец" in lesson.said.text()
    assert lesson.learnt() == {register}
