"""Long work on many records: how far it is, and the way to call it off, which leaves everything as it was."""

import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from desktop.gui import background
from desktop.gui.look import button, label, sized
from desktop.gui.words import Words
from desktop.registers.problems import AppError

T = TypeVar("T")

WIDTH = 420
# Less is done before a window could be read.
FEW = 50

Tell = Callable[[int, int], None]


def run(
    parent: QWidget, words: Words, title: str, count: int, work: Callable[[Tell], T], done: Callable[[T], None],
    failed: Callable[[AppError], None],
) -> None:  # fmt: skip
    """Do *work* on *count* records in a thread; it tells how far it is, and called off it ends with an AppError.

    Few records are done at once.
    """
    if count <= FEW:
        try:
            outcome = work(lambda _done, _of: None)
        except AppError as error:
            failed(error)
            return
        done(outcome)
        return
    shown = ProgressWindow(parent, words, title)

    def ended(then: Callable[[T], None], outcome: T) -> None:
        shown.end()
        then(outcome)

    def broken(error: AppError) -> None:
        shown.end()
        failed(error)

    background.run(parent, partial(work, shown.told.tell), partial(ended, done), broken)
    shown.begin()


class _Told(QObject):
    """How far the thread is, heard by the window; a thread touches no widget."""

    heard = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.called_off = threading.Event()
        self._percent = -1

    def tell(self, done: int, of: int) -> None:
        if self.called_off.is_set():
            raise AppError("list_page.called_off")
        if (percent := done * 100 // max(of, 1)) != self._percent:
            self._percent = percent
            self.heard.emit(done, of)


class ProgressWindow(QDialog):
    """Shows how far long work is; closing it calls the work off."""

    def __init__(self, parent: QWidget, words: Words, title: str) -> None:
        """Show nothing done yet."""
        super().__init__(parent.window())
        self.setWindowTitle("Depter")
        self.setMinimumWidth(sized(WIDTH))
        self.setModal(True)
        self.told = _Told()
        self._is_over = False
        self.bar = QProgressBar()
        self.bar.setAccessibleName(title)
        self.stop_button = button(words("list_page.call_off"), keys="Esc")
        self.stop_button.clicked.connect(self.reject)
        self.told.heard.connect(self._hear)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.stop_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(label(title, "title", wrap=True))
        layout.addWidget(self.bar)
        layout.addLayout(row)

    def begin(self) -> None:
        """Show the window, which takes clicks while the one behind it waits."""
        if not self._is_over:
            self.show()
            self.setEnabled(True)
            self.setCursor(Qt.CursorShape.ArrowCursor)

    def _hear(self, done: int, of: int) -> None:
        self.bar.setMaximum(of)
        self.bar.setValue(done)

    def reject(self) -> None:
        """Call the work off; the window closes once it has ended."""
        self.told.called_off.set()
        self.stop_button.setEnabled(False)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Call the work off by the cross too."""
        if not self._is_over:
            event.ignore()
            self.reject()

    def end(self) -> None:
        """Take the window away."""
        self._is_over = True
        self.close()
        self.deleteLater()
