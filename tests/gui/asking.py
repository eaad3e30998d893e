"""Questions answered as a person does: each opens in a small window, is read, typed into and closed by a button."""

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from shiboken6 import isValid

from tests.gui.conftest import type_text


class Asked:
    """Answers the questions that open, in the order of the answers given to it."""

    def __init__(self):
        self.answers, self.slips, self.texts, self._seen = [], [], [], []
        self._timer = QTimer()
        self._timer.setInterval(2)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def answer(self, *answers):
        """Answer the next questions: each answer is a function of the window that asks."""
        self.answers += answers

    def _look(self):
        dialog = QApplication.activeModalWidget()
        if dialog is None or not dialog.isActiveWindow() or any(dialog is seen for seen in self._seen):
            return
        self._seen.append(dialog)
        self.texts.append(said(dialog))
        try:
            assert self.answers, f"nobody expected to be asked: {self.texts[-1]}"
            self.answers.pop(0)(dialog)
        except Exception as slip:  # noqa: BLE001 - raised by `finish`, where a test sees it
            self.slips.append(slip)
        if isValid(dialog) and dialog.isVisible():
            if not self.slips:
                self.slips.append(AssertionError(f"left open: {said(dialog)}"))
            dialog.reject()

    def finish(self):
        """Fail where a question was asked too many, too few, or answered wrongly."""
        self._timer.stop()
        if self.slips:
            raise self.slips[0]
        assert not self.answers, "a question was never asked"


def said(widget):
    """Give all that *widget* says at the moment."""
    shown = [part for kind in (QLabel, QPushButton) for part in widget.findChildren(kind) if part.isVisibleTo(widget)]
    return " ".join(part.text() for part in shown)


def click(widget, text):
    """Click the button that begins with *text*."""
    found = [one for one in widget.findChildren(QPushButton) if one.isVisibleTo(widget) and one.text().startswith(text)]
    assert len(found) == 1, f"{len(found)} buttons {text!r} among: {said(widget)}"
    assert found[0].isEnabled()
    found[0].click()


def pressing(text):
    """Answer by the button that begins with *text*."""
    return lambda dialog: click(dialog, text)


def fill(editor, text):
    """Type *text* into *editor*, in place of what stands there."""
    editor.setFocus()
    editor.selectAll()
    type_text(text, editor)


def fill_twice(new_password, text):
    """Choose a password."""
    fill(new_password.first, text)
    fill(new_password.second, text)


def fill_code(code_editor, code):
    """Type the code of a sheet without its hyphens, as a person does who looks at the paper."""
    for place, group in enumerate(code.split("-")):
        type_text(group, code_editor.groups[place])


def press_at_last(key):
    """Press a key that sets long work going: the window that waits for it takes no release of the key any more."""
    QTest.keyPress(QApplication.focusWidget(), key)
