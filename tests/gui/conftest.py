import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.gui import prompts
from desktop.gui.look import dress
from desktop.gui.main_window import MainWindow
from desktop.gui.register_page import RegisterPage
from desktop.gui.words import Words
from tests.conftest import PASSWORD


@pytest.fixture(scope="session")
def qapp(qapp):
    dress(qapp)
    qapp.setCursorFlashTime(0)
    return qapp


def _activate():
    """Give the keyboard back to the window where a popup has closed; the offscreen platform leaves it with the popup."""
    active, focus = QApplication.activeWindow(), QApplication.focusWidget()
    if focus and (active is None or not active.isVisible()):
        focus.window().activateWindow()
        QApplication.processEvents()


def type_text(text, widget=None):
    """Type any script into the focused widget; QTest's own typing aborts the process on Cyrillic."""
    for letter in text:
        target = widget or QApplication.focusWidget()
        key = Qt.Key(ord(letter.upper())) if letter.isascii() else Qt.Key(0)
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(target, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, letter))
    QApplication.processEvents()
    _activate()


def press(key, modifier=Qt.KeyboardModifier.NoModifier):
    """Press a key where the focus is, in the popup where one is open."""
    _activate()
    target = QApplication.activePopupWidget() or QApplication.focusWidget() or QApplication.activeWindow()
    QTest.keyClick(target, key, modifier)
    QApplication.processEvents()
    _activate()


def unlock(qtbot, window):
    """Press Enter on the typed password and wait for the station to open."""
    with qtbot.waitSignal(window.unlock_page.opened):
        window.unlock_page.enter.click()
    QApplication.processEvents()
    assert window.vault


@pytest.fixture
def no_questions(monkeypatch):
    """Fail where a question is asked that the test does not expect."""

    def asked(*_):
        raise AssertionError("a question was asked")

    for name in ("tell", "inform", "ask_unsaved", "ask_why", "ask_void", "ask_recover"):
        monkeypatch.setattr(prompts, name, asked)


@pytest.fixture
def asked(qapp):
    """Answer questions by the functions given to `answer`, and fail on any other."""
    from tests.gui.asking import Asked

    asking = Asked()
    yield asking
    asking.finish()


@pytest.fixture
def show_page(qtbot, no_questions):
    """Show the page of a register, focused as a person finds it."""

    def show(records, language="ru"):
        page = RegisterPage(records, Words(language))
        qtbot.addWidget(page)
        page.resize(1160, 700)
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        return page

    return show


@pytest.fixture
def open_window(qtbot, definitions, no_questions):
    """Open the window on a vault's folder, which is closed first as the station's files are one program's alone."""

    def open_(vault, language="ru", password=PASSWORD, person=None):
        vault.close()
        window = MainWindow(vault.folder, definitions, language)
        qtbot.addWidget(window)
        window.resize(1366, 728)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        if person:
            window.unlock_page.person.setCurrentText(person)
        window.unlock_page.password.setFocus()
        type_text(password)
        unlock(qtbot, window)
        return window

    yield open_
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, MainWindow) and widget.vault:
            widget.vault.close()
