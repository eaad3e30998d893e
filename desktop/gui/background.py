"""Long work off the screen's own thread: a plain function, and what is done in the window with what it gives."""

import gc
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from desktop.registers.problems import AppError

T = TypeVar("T")


def run(parent: QWidget, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[AppError], None]) -> None:
    """Do *work* in a thread, then give what it gave to *done*, or its AppError to *failed*; any other failure is raised here.

    Until then the window of *parent* takes no key, no click and does not close: the files of an open station are used by
    one thread at a time.
    """
    _Waiting(parent.window(), work, done, failed).begin()


def after(window: QWidget, what: Callable[[], None]) -> None:
    """Do *what* now, or where *window* waits for work, once that is done."""
    waiting = next((one for one in _running if one.window is window), None)
    if waiting:
        waiting.afterwards.append(what)
    else:
        what()


class _Waiting(QObject):
    """One piece of work, and the window that waits for it."""

    _ended = Signal(object, object)

    def __init__(
        self, window: QWidget, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[AppError], None]
    ) -> None:
        # Never a child of the window: what this holds may be the last that keeps the window, which would delete it twice.
        super().__init__(QApplication.instance())
        self.window, self._work, self._done, self._failed = window, work, done, failed
        self.afterwards: list[Callable[[], None]] = []
        self._focused = window.focusWidget()
        self._thread = threading.Thread(target=self._run)
        self._ended.connect(self._end, Qt.ConnectionType.QueuedConnection)

    def begin(self) -> None:
        """Let the window wait, and the thread work."""
        _running.append(self)
        self.window.installEventFilter(self)
        self.window.setEnabled(False)
        self.window.setCursor(Qt.CursorShape.BusyCursor)
        gc.disable()  # or it might find, in the thread, what only the window's own thread may delete
        self._thread.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the window from closing."""
        if event.type() == QEvent.Type.Close:
            event.ignore()
            return True
        return False

    def _run(self) -> None:
        outcome: tuple[Any, Exception | None]
        try:
            outcome = self._work(), None
        except Exception as error:  # noqa: BLE001 - raised again where the crash hook sees it
            outcome = None, error
        self._ended.emit(*outcome)

    @Slot(object, object)
    def _end(self, result: Any, error: Exception | None) -> None:
        self._thread.join()  # or what it still holds might be deleted under it, or by it
        gc.enable()
        _running.remove(self)
        self.deleteLater()
        if isValid(self.window):  # the program may have been told to end meanwhile
            self._give_back()
            try:
                self._tell(result, error)
            finally:
                for what in self.afterwards:
                    what()

    def _give_back(self) -> None:
        """Let the window take keys and clicks again, where it took them before."""
        self.window.removeEventFilter(self)
        self.window.unsetCursor()
        self.window.setEnabled(True)
        if self._focused and isValid(self._focused):
            self._focused.setFocus()

    def _tell(self, result: Any, error: Exception | None) -> None:
        if isinstance(error, AppError):
            self._failed(error)
        elif error:
            raise error
        else:
            self._done(result)


_running: list[_Waiting] = []
