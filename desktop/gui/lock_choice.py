"""The password that locks workbooks on their way: wanted or not, and typed twice, for whoever forgets it makes them again."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from desktop.exchange.protection import SHORTEST
from desktop.gui.look import label, sized
from desktop.gui.password_editor import PasswordEditor
from desktop.gui.strength import strength
from desktop.gui.words import Words

WIDTH = 210


class LockChoice(QWidget):
    """Asks whether workbooks are locked, and by which password."""

    edited = Signal()
    entered = Signal()

    def __init__(self, words: Words) -> None:
        """Begin without a password."""
        super().__init__()
        self.words = words
        self.wanted = QCheckBox(words("lock.wanted"))
        self.wanted.setAccessibleName(words("lock.wanted"))
        self.wanted.setToolTip(words("lock.wanted_why"))
        self.first = PasswordEditor(words, words("lock.password"))
        self.second = PasswordEditor(words, words("password.again"))
        self.note = label(words("lock.sealed_besides"), "second")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.wanted)
        for one in (self.first, self.second):
            one.setPlaceholderText(one.accessibleName())
            one.setMaximumWidth(sized(WIDTH))
            one.textEdited.connect(self.edited)
            layout.addWidget(one, 1)
        layout.addWidget(self.note)
        layout.addStretch(1)
        self.wanted.toggled.connect(self._show)
        self.first.returnPressed.connect(self.second.setFocus)
        self.second.returnPressed.connect(self.entered)
        self.note.hide()
        self._show(False)

    def _show(self, is_wanted: bool) -> None:
        for one in (self.first, self.second):
            one.setVisible(is_wanted)
            one.forget()
        if is_wanted:
            self.first.setFocus()
        self.edited.emit()

    def offer(self, plain: int, sealed: int) -> None:
        """Offer the password where any of the chosen zones is not sealed anyway."""
        self.setVisible(bool(plain))
        self.note.setVisible(bool(plain and sealed))
        if not plain:
            self.wanted.setChecked(False)

    @property
    def password(self) -> str:
        """Give the password, "" where none is wanted."""
        return self.first.text() if self.wanted.isChecked() else ""

    @property
    def problem(self) -> tuple[PasswordEditor, str] | None:
        """Tell which line keeps the password from being taken, and why."""
        if not self.wanted.isChecked():
            return None
        if len(self.first.text()) < SHORTEST:
            return self.first, self.words("lock.too_short", n=SHORTEST)
        if strength(self.first.text()).name not in ("good", "strong"):
            return self.first, self.words("password.guessable")
        return None if self.first.text() == self.second.text() else (self.second, self.words("password.differ"))

    def forget(self) -> None:
        """Begin anew: a password is for one journey."""
        self.wanted.setChecked(False)
