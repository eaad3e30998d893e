"""Asks at headquarters for the password of the files that are locked, and tries it on all of them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.gui.look import button, sized
from desktop.gui.password_editor import PasswordEditor
from desktop.gui.words import Words

WIDTH = 260


class UnlockBar(QWidget):
    """A line for a password, and the button that tries it."""

    entered = Signal(str)

    def __init__(self, words: Words) -> None:
        """Ask for nothing yet."""
        super().__init__()
        self.words = words
        self.password = PasswordEditor(words, words("lock.password"))
        self.password.setPlaceholderText(words("lock.password"))
        self.password.setFixedWidth(sized(WIDTH))
        self.open = button("", picture="lock-open")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(8)
        layout.addWidget(self.password)
        layout.addWidget(self.open)
        layout.addStretch(1)
        self.password.returnPressed.connect(self._enter)
        self.open.clicked.connect(self._enter)
        self.hide()

    def ask(self, locked: int) -> None:
        """Ask for the password of so many files, none of which this hides for."""
        self.open.setText(self.words("lock.open", n=locked))
        self.open.setAccessibleName(self.open.text())
        self.setVisible(bool(locked))

    def _enter(self) -> None:
        if typed := self.password.text():
            self.password.forget()
            self.entered.emit(typed)
        else:
            self.password.setFocus()
