"""A line to type in, whose Enter goes on to the next line."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit


class EnterLine(QLineEdit):
    """Keeps Enter for itself: a dialog would press its button, and a page go on, though more is to be typed."""

    def __init__(self, name: str) -> None:
        """Begin empty; *name* is what a screen reader calls the line."""
        super().__init__()
        self.setAccessibleName(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell of Enter by the signal alone."""
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
