"""Long work beside the window: done in a thread, told in the window, which waits without a key, a click or a closing."""

import gc
import threading

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from shiboken6 import delete

from desktop.gui import background
from desktop.registers.problems import AppError
from tests.gui.conftest import press, type_text


class Heard:
    """What came back, and in which thread."""

    def __init__(self):
        self.results, self.errors, self.threads = [], [], []

    def done(self, result):
        self.results.append(result)
        self.threads.append(threading.current_thread())

    def failed(self, error):
        self.errors.append(error)
        self.threads.append(threading.current_thread())


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def window(qtbot):
    made = QWidget()
    layout = QVBoxLayout(made)
    made.first, made.second = QLineEdit(), QLineEdit()
    layout.addWidget(made.first)
    layout.addWidget(made.second)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.second.setFocus()
    return made


@pytest.fixture
def held():
    """Work that goes on until it is let go."""
    go = threading.Event()
    yield go
    go.set()


def test_work_is_done_in_a_thread_and_told_in_the_window(qtbot, window, heard):
    background.run(window, threading.current_thread, heard.done, heard.failed)
    qtbot.waitUntil(window.isEnabled)
    assert heard.results != [threading.main_thread()]
    assert heard.threads == [threading.main_thread()]


def test_nothing_of_the_window_is_thrown_away_in_the_thread(qtbot, window, heard):
    background.run(window, gc.isenabled, heard.done, heard.failed)
    qtbot.waitUntil(window.isEnabled)
    assert heard.results == [False]
    assert gc.isenabled()


def test_a_window_that_only_its_work_still_knew_is_deleted_once(qtbot, heard):
    gone = []
    for _ in range(30):  # deleted twice, the program crashes sooner or later
        made = QWidget()
        made.destroyed.connect(lambda: gone.append(1))
        background.run(made, lambda: None, lambda _: None, heard.failed)
        qtbot.waitUntil(made.isEnabled)
        del made
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(gone) == 30


def test_work_that_outlives_its_window_tells_nobody(qtbot, heard, held):
    made = QWidget()
    background.run(made, held.wait, heard.done, heard.failed)
    delete(made)
    held.set()
    qtbot.waitUntil(gc.isenabled)
    assert not heard.results


def test_a_failure_of_the_world_goes_to_whoever_tells_it(qtbot, window, heard):
    def work():
        raise AppError("handoff.no_folder", folder="E")

    background.run(window, work, heard.done, heard.failed)
    qtbot.waitUntil(window.isEnabled)
    assert ([error.name for error in heard.errors], heard.results) == (["handoff.no_folder"], [])


def test_a_bug_is_raised_again_where_the_crash_hook_sees_it(qtbot, window, heard):
    def work():
        raise ZeroDivisionError

    with qtbot.captureExceptions() as caught:
        background.run(window, work, heard.done, heard.failed)
        qtbot.waitUntil(window.isEnabled)
    assert [kind for kind, _, _ in caught] == [ZeroDivisionError]
    trace = caught[0][2]
    while trace.tb_next:
        trace = trace.tb_next
    assert trace.tb_frame.f_code.co_name == "work"
    assert not heard.results
    assert not heard.errors


@pytest.mark.qt_log_ignore("Keyboard event not accepted by receiving widget")
def test_meanwhile_the_window_takes_no_key_and_does_not_close(qtbot, window, heard, held):
    fired = []
    action = QAction(window)
    action.setShortcut(Qt.Key.Key_F2)
    action.triggered.connect(lambda: fired.append(1))
    window.addAction(action)
    background.run(window, held.wait, heard.done, heard.failed)
    type_text("я", window.second)
    press(Qt.Key.Key_F2)
    assert not window.close()
    assert (window.isVisible(), window.second.text(), fired) == (True, "", [])
    held.set()
    qtbot.waitUntil(window.isEnabled)
    press(Qt.Key.Key_F2)
    assert fired == [1]
    assert window.close()


def test_the_keyboard_comes_back_to_where_it_was(qtbot, window, heard, held):
    background.run(window, held.wait, heard.done, heard.failed)
    assert not window.second.hasFocus()
    held.set()
    qtbot.waitUntil(window.second.hasFocus)


def test_what_must_wait_for_the_work_comes_after_it(qtbot, window, heard, held):
    order = []
    background.run(window, held.wait, lambda _: order.append("done"), heard.failed)
    background.after(window, lambda: order.append("after"))
    assert order == []
    held.set()
    qtbot.waitUntil(lambda: order == ["done", "after"])
    background.after(window, lambda: order.append("at once"))
    assert order[-1] == "at once"


def test_a_station_is_locked_only_when_nothing_uses_its_files(qtbot, open_window, vault, heard, held):
    window = open_window(vault)
    opened = window.vault

    def work():
        held.wait()
        return opened.zone("security").today

    background.run(window, work, heard.done, heard.failed)
    window.lock()
    assert window.vault is opened
    held.set()
    qtbot.waitUntil(lambda: window.vault is None)
    assert len(heard.results) == 1
