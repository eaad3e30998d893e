"""Small work on the screen's own thread, a step between two events at a time: a page is there at once, and fills."""

from collections.abc import Callable, Iterable, Iterator

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop.store.vault import Vault

# Milliseconds after which it is asked again whether the window still waits for other work.
PATIENCE = 50


class Steps(QObject):
    """The steps of a page that reads a vault; begun again, or with the vault closed, whatever was left of them is dropped."""

    finished = Signal()

    def __init__(self, page: QWidget, vault: Vault) -> None:
        """Do nothing until `begin`."""
        super().__init__(page)
        self._page, self._vault = page, vault
        self._left: Iterator[Callable[[], None]] = iter(())
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)

    @property
    def are_going_on(self) -> bool:
        """Tell whether anything is left to do."""
        return self._timer.isActive()

    def begin(self, work: Iterable[Callable[[], None]]) -> None:
        """Do *work* from here on, one step after the other."""
        self._left = iter(work)
        self._timer.start(0)

    def stop(self) -> None:
        """Drop what is left."""
        self._timer.stop()
        self._left = iter(())

    def _go_on(self) -> None:
        if not self._vault.is_open:
            self.stop()
            return
        if not self._page.window().isEnabled():
            # The files of the station are used by a thread just now.
            self._timer.start(PATIENCE)
            return
        step = next(self._left, None)
        if step is None:
            self.finished.emit()
            return
        self._timer.start(0)
        step()
