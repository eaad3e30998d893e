"""Typing a password: hidden unless its owner wants to see it, and a new one twice, with how hard it is to guess."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

from desktop.gui.enter_line import EnterLine
from desktop.gui.look import SIGNS, icon, label, restyle, small
from desktop.gui.strength import LEAST, Strength, strength
from desktop.gui.words import Words

_SHOWN_AS = {"short": "", "guessable": "warning", "fair": "warning", "good": "good", "strong": "good"}


class PasswordEditor(EnterLine):
    """A line for a password."""

    def __init__(self, words: Words, name: str) -> None:
        """Hide what is typed; *name* says whose password it is."""
        super().__init__(name)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.eye = QAction(icon("eye", "second"), words("password.show"), self)
        self.eye.setCheckable(True)
        self.eye.toggled.connect(self._show)
        self.addAction(self.eye, QLineEdit.ActionPosition.TrailingPosition)

    def _show(self, shown: bool) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)

    def forget(self) -> None:
        """Empty the line, with nothing to undo."""
        self.eye.setChecked(False)
        self.setText("")


class NewPassword(QWidget):
    """A password that somebody chooses: typed twice, and judged while it is typed."""

    entered = Signal()

    def __init__(self, words: Words) -> None:
        """Begin empty."""
        super().__init__()
        self.words = words
        self._names: tuple[str, ...] = ()
        self.first = PasswordEditor(words, words("password.new"))
        self.second = PasswordEditor(words, words("password.again"))
        self.message = small(label("", "hint", wrap=True))
        # Room for two lines, so that nothing below moves while somebody types.
        self.message.setFixedHeight(2 * self.message.fontMetrics().lineSpacing())
        self.message.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout = QFormLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(4)
        layout.addRow(self.first)
        layout.addRow(self.message)
        layout.addRow(self.second)
        self.first.setPlaceholderText(words("password.new"))
        self.second.setPlaceholderText(words("password.again"))
        self.first.textEdited.connect(self._judge)
        self.first.returnPressed.connect(self.second.setFocus)
        self.second.returnPressed.connect(self.entered)
        self.setFocusProxy(self.first)
        self._judge()

    def know(self, names: Iterable[str]) -> None:
        """Take note of *names* that come first to mind here, which make a poor password."""
        self._names = tuple(names)
        self._judge()

    @property
    def typed(self) -> str:
        """Give the password as it stands."""
        return self.first.text()

    @property
    def problem(self) -> str:
        """Say what keeps the password from being taken; nothing where it may be."""
        found = strength(self.typed, self._names)
        if not self.typed:
            return self.words("vault.empty_password")
        if not found.is_enough:
            return self._said(found)
        return "" if self.typed == self.second.text() else self.words("password.differ")

    def _judge(self) -> None:
        found = strength(self.typed, self._names)
        said, state = (self._said(found), _SHOWN_AS[found.name]) if self.typed else (self.words("password.hint"), "")
        sign = SIGNS.get(state, "")
        self.message.setText(f"{sign} {said}".strip())
        restyle(self.message, "state", state)
        self.first.setAccessibleDescription(said)

    def _said(self, found: Strength) -> str:
        return self.words(f"password.{found.name}", n=found.missing, least=LEAST)

    def forget(self) -> None:
        """Empty both lines."""
        self.first.forget()
        self.second.forget()
        self._judge()
