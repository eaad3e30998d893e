"""The page of settings, by clicks and keys: what is chosen holds at once, the next day, and for this person alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.gui import pages
from desktop.gui.look import COLOURS, DARK, LIGHT, dress
from desktop.gui.main_window import MainWindow
from desktop.store.settings import read_settings
from tests.gui.conftest import press, type_text


@pytest.fixture
def settings(open_window, vault):
    """The window on its settings, dressed as always afterwards."""
    window = open_window(vault)
    window.show_page(pages.SETTINGS)
    yield window
    window.hide()
    dress(QApplication.instance())


@pytest.fixture
def next_day(qtbot, settings, definitions):
    """Show the first screen as somebody finds it who comes back."""

    def show():
        window = MainWindow(settings.folder, definitions)
        qtbot.addWidget(window)
        return window

    return show


def choose(window, name, value):
    window.pages[pages.SETTINGS].pills[name].buttons[value].click()
    QApplication.processEvents()


def test_larger_text_is_larger_at_once_and_the_next_day(settings, next_day):
    before = settings.rail.buttons[pages.SETTINGS].fontMetrics().height()
    choose(settings, "points", 13)
    assert settings.page == pages.SETTINGS
    assert settings.rail.buttons[pages.SETTINGS].fontMetrics().height() > before
    assert read_settings(settings.folder, settings.vault.person).points == 13
    dress(QApplication.instance())
    next_day()
    assert QApplication.font().pointSize() == 13


def test_dark_colours_are_worn_by_the_pages_and_by_no_paper(settings):
    choose(settings, "scheme", "dark")
    picture = settings.grab().toImage()
    assert picture.pixelColor(settings.width() - 3, settings.height() - 3).name() == DARK["ground"]
    choose(settings, "scheme", "light")
    assert LIGHT == COLOURS


def test_the_keyboard_stays_on_what_was_chosen(settings):
    choose(settings, "points", 10)
    focused = QApplication.focusWidget()
    assert focused is settings.pages[pages.SETTINGS].pills["points"].buttons[10]
    press(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is not focused


def test_the_language_is_chosen_for_this_person_and_holds_the_next_day(settings, next_day):
    choose(settings, "language", "ky")
    assert settings.words.language == "ky"
    assert next_day().words.language == "ky"


def test_enter_saves_where_a_person_likes_that_better(settings):
    choose(settings, "enter", "save")
    settings.show_page("gate_log")
    page = settings.pages["gate_log"]
    page.begin()
    QApplication.processEvents()
    row = next(form.rows["driver"] for form in page.form._forms if "driver" in form.rows)
    row.editor.setFocus()
    type_text("Маматов")
    press(Qt.Key.Key_Return)
    assert not page.form.is_dirty
    assert page.model.row(0)["driver"] == "Маматов"
